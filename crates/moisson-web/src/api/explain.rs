//! `/api/datasets/{source}/{id}/explain`: what became of each value that the source gave for a record.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::{StatusCode, Uri},
    response::Response,
};
use moisson_store::StoreError;
use serde_json::Value;

use super::{
    dataset::{key_in, language, unknown},
    openapi::ProblemDetails,
};
use crate::{
    Language,
    problem::{Kind, Problem},
    reader::Reader,
    reply,
    server::Shared,
};

/// Explain one record: for each property what the source said, which rule made what of it, and what was left.
#[utoipa::path(get, path = "/api/datasets/{source}/{id}/explain", tag = "datasets", operation_id = "dataset_explain",
    params(("source" = String, Path, description = "The source's name"),
        ("id" = String, Path, description = "The record's id at its source, percent-encoded"),
        ("lang" = Option<Language>, Query, description = "The language of meanings and messages")),
    responses(
        (status = 200, description = "Properties with their steps: `place` and `value` in the source's record, `rule` with its `meaning`, `outcome` (`mapped`, `left`, `added`) and `result`; the remarks; whether the stored record is outdated", body = Object),
        (status = 404, description = "No such record, or its source is not configured any more", content_type = "application/problem+json", body = ProblemDetails),
    ))]
pub(crate) async fn explain(
    State(server): State<Shared>,
    reader: Reader,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let language = language(query.as_deref(), &reader)?;
    let key = key_in(uri.path(), "/explain")?;
    let (wanted, sources) = (key.clone(), Arc::clone(&server.app.sources));
    let _turn = server.dear_turn().await?;
    let explained = server
        .read("explaining a record", move |store| {
            let record = store.record(&wanted)?;
            Ok::<_, StoreError>(record.map(|record| sources.explain(&record, language.tag())))
        })
        .await?;
    let explained: Result<Value, String> = explained.ok_or_else(|| unknown(&key))?;
    let explained = explained.map_err(|reason| Problem::new(Kind::NotFound, reason))?;
    reply::json(&reader, StatusCode::OK, &explained)
}
