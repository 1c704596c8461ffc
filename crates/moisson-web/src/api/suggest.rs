//! `/api/suggest`: completions while somebody types.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use moisson_store::search::{SearchQuery, Suggestion, SuggestionKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    addresses::api_path,
    api::openapi::ProblemDetails,
    parameters::{Parameters, invalid},
    problem::{Kind, Problem},
    reader::Reader,
    reply,
    server::Shared,
};

/// Completions if the client does not say how many.
const DEFAULT_SIZE: usize = 10;
/// The most completions.
const MAX_SIZE: usize = 50;

/// A completion.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Completion {
    /// The text to search for.
    pub(crate) text: String,
    /// `keyword`, `publisher` or `title`.
    #[schema(value_type = String)]
    pub(crate) kind: SuggestionKind,
    /// How many records have it.
    pub(crate) count: u64,
    /// The record in this API, for a title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
}

/// Completions of one text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Completions {
    /// The best first.
    pub(crate) suggestions: Vec<Completion>,
}

/// Complete what somebody is typing.
#[utoipa::path(get, path = "/api/suggest", tag = "datasets",
    params(("q" = String, Query, description = "What was typed so far"),
        ("size" = Option<u32>, Query, description = "How many completions, 1 to 50", minimum = 1, maximum = 50)),
    responses((status = 200, description = "Completions", body = Completions),
        (status = 400, description = "A parameter is missing, unknown or has a value that cannot be used", content_type = "application/problem+json", body = ProblemDetails)))]
pub(crate) async fn suggest(
    State(server): State<Shared>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["q", "size"])?;
    let Some(prefix) = parameters.one("q")?.map(str::to_owned) else {
        return Err(Problem::new(
            Kind::InvalidParameter,
            "parameter `q` is missing; give what was typed so far",
        )
        .with("parameter", "q"));
    };
    if prefix.len() > SearchQuery::MAX_TEXT {
        return Err(invalid("q", &prefix, &format!("at most {} bytes", SearchQuery::MAX_TEXT)));
    }
    let expected = format!("a whole number from 1 to {MAX_SIZE}");
    let size = parameters.parsed::<usize>("size", &expected)?.unwrap_or(DEFAULT_SIZE);
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(invalid("size", &size.to_string(), &expected));
    }
    let turn = server.dear_turn().await?;
    let found = server.read("completing", move |store| store.search().suggest(&prefix, size)).await?;
    drop(turn);
    let base = server.app.portal.base();
    let suggestions = found.into_iter().map(|Suggestion { text, kind, count, key }| Completion {
        text,
        kind,
        count,
        url: key.map(|key| format!("{base}{}", api_path(&key))),
    });
    reply::json(&reader, StatusCode::OK, &Completions { suggestions: suggestions.collect() })
}
