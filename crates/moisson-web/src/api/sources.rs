//! `/api/sources`: the configured sources, and how they are doing.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Language,
    api::openapi::ProblemDetails,
    fresh::{self, FreshnessCounts},
    parameters::{Parameters, listed},
    problem::{Kind, Problem},
    reader::Reader,
    reply,
    runs::{self, RunReport, SourceReport},
    server::Shared,
};

/// All sources.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Sources {
    /// In the order of the configuration; then those that are no longer configured and left records.
    pub(crate) sources: Vec<SourceReport>,
}

/// One source with its last runs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SourceDocument {
    #[serde(flatten)]
    pub(crate) source: SourceReport,
    /// Its datasets by freshness: declared frequency against last change.
    pub(crate) freshness: FreshnessCounts,
    /// The runs that are kept, newest first.
    pub(crate) runs: Vec<RunReport>,
}

/// List the sources.
#[utoipa::path(get, path = "/api/sources", tag = "sources", operation_id = "sources",
    params(("lang" = Option<Language>, Query, description = "The language of titles")),
    responses((status = 200, description = "The sources", body = Sources)))]
pub(crate) async fn all(
    State(server): State<Shared>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &["lang"])?;
    reply::json(&reader, StatusCode::OK, &Sources { sources: read_all(&server, reader.language).await? })
}

/// Read one source with its last runs.
#[utoipa::path(get, path = "/api/sources/{name}", tag = "sources", operation_id = "source",
    params(("name" = String, Path, description = "The source's name"),
        ("lang" = Option<Language>, Query, description = "The language of titles")),
    responses((status = 200, description = "The source", body = SourceDocument),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails)))]
pub(crate) async fn one(
    State(server): State<Shared>,
    reader: Reader,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &["lang"])?;
    reply::json(&reader, StatusCode::OK, &read_one(&server, &name, reader.language).await?)
}

/// The reports of all sources.
pub(crate) async fn read_all(server: &Shared, language: Language) -> Result<Vec<SourceReport>, Problem> {
    let configured = server.app.sources.sources();
    server.read("reading the sources", move |store| runs::sources(store, configured, language)).await
}

/// One source with its runs.
pub(crate) async fn read_one(
    server: &Shared,
    name: &str,
    language: Language,
) -> Result<SourceDocument, Problem> {
    let mut sources = read_all(server, language).await?;
    let Some(at) = sources.iter().position(|source| source.name == name) else {
        let known = listed(sources.iter().map(|source| source.name.as_str()));
        return Err(Problem::new(Kind::NotFound, format!("there is no source `{name}`; known are {known}")));
    };
    let source = sources.swap_remove(at);
    let freshness = fresh::of_source(server, name).await?;
    let name = name.to_owned();
    let runs = server.read("reading the runs", move |store| store.runs(Some(&name))).await?;
    Ok(SourceDocument { source, freshness, runs: runs.into_iter().map(RunReport::of).collect() })
}
