//! `/api/runs`: what the last runs did.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use moisson_store::{Broken, Run, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::openapi::ProblemDetails,
    parameters::{Parameters, invalid},
    problem::{Kind, Problem},
    reader::Reader,
    reply,
    runs::RunReport,
    server::Shared,
};

/// Runs if the client does not say how many.
const DEFAULT_SIZE: usize = 50;
/// The most runs of one answer.
const MAX_SIZE: usize = 1_000;

/// Runs, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Runs {
    /// Of each source the last fifty are kept.
    pub(crate) runs: Vec<RunReport>,
}

/// A record that could not be read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SetAside {
    /// Its id, where there is one.
    pub(crate) id: Option<String>,
    /// Where it stood.
    pub(crate) place: String,
    /// What is wrong with it, and what the source should do.
    pub(crate) reason: String,
    /// How many bytes of it are kept.
    pub(crate) byte_size: usize,
}

/// A run with the same id, of one source.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RunDocument {
    #[serde(flatten)]
    pub(crate) report: RunReport,
    /// What it set aside.
    pub(crate) set_aside: Vec<SetAside>,
}

/// List the last runs.
#[utoipa::path(get, path = "/api/runs", tag = "sources", operation_id = "runs",
    params(("source" = Option<String>, Query, description = "Only of this source, by name"),
        ("size" = Option<u32>, Query, description = "How many, 1 to 1000", minimum = 1, maximum = 1000)),
    responses((status = 200, description = "The runs", body = Runs)))]
pub(crate) async fn all(
    State(server): State<Shared>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["source", "size", "lang"])?;
    let source = parameters.one("source")?.map(str::to_owned);
    let expected = format!("a whole number from 1 to {MAX_SIZE}");
    let size = parameters.parsed::<usize>("size", &expected)?.unwrap_or(DEFAULT_SIZE);
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(invalid("size", &size.to_string(), &expected));
    }
    let runs = server.read("reading the runs", move |store| store.runs(source.as_deref())).await?;
    reply::json(
        &reader,
        StatusCode::OK,
        &Runs { runs: runs.into_iter().take(size).map(RunReport::of).collect() },
    )
}

/// Read one run with what it set aside. Runs of several sources may have started in the same millisecond; then
/// all of them are given.
#[utoipa::path(get, path = "/api/runs/{id}", tag = "sources", operation_id = "run",
    params(("id" = String, Path, description = "The run's id"),
        ("source" = Option<String>, Query, description = "Only of this source, by name")),
    responses((status = 200, description = "The runs with this id", body = Vec<RunDocument>),
        (status = 404, description = "No such run, or it is no longer kept", content_type = "application/problem+json", body = ProblemDetails)))]
pub(crate) async fn one(
    State(server): State<Shared>,
    reader: Reader,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["source", "lang"])?;
    let source = parameters.one("source")?.map(str::to_owned);
    let wanted = id.clone();
    let runs = server
        .read("reading a run", move |store| {
            let mut found = Vec::new();
            for run in store.runs(source.as_deref())?.into_iter().filter(|run| run.id.0 == wanted) {
                let set_aside = store.broken(&run.source, &run.id)?;
                found.push((run, set_aside));
            }
            Ok::<_, StoreError>(found)
        })
        .await?;
    if runs.is_empty() {
        let detail =
            format!("there is no run `{id}`, or it is no longer kept; `/api/runs` lists those that are");
        return Err(Problem::new(Kind::NotFound, detail));
    }
    let runs: Vec<_> = runs.into_iter().map(|(run, set_aside)| RunDocument::of(run, set_aside)).collect();
    reply::json(&reader, StatusCode::OK, &runs)
}

impl RunDocument {
    /// A run with what it set aside.
    pub(crate) fn of(run: Run, set_aside: Vec<Broken>) -> Self {
        Self { report: RunReport::of(run), set_aside: set_aside.into_iter().map(aside).collect() }
    }
}

fn aside(broken: Broken) -> SetAside {
    let Broken { id, place, reason, body } = broken;
    SetAside { id, place, reason, byte_size: body.len() }
}
