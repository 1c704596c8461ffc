//! Sources and their runs.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use moisson_dcat::write::segment;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Action, Records, Removed, RunStarted, SourceSettings, Sources,
    door::Admitted,
    preview::PreviewDocument,
    question::{Sent, answer, at},
};
use crate::{
    Language, api::openapi::ProblemDetails, parameters::Parameters, problem::Problem, reader::Reader,
    server::Shared,
};

/// How a run is to go.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RunOptions {
    /// Walk the whole source even if changes alone would do.
    full: bool,
    /// Remove what is gone even if it is more than the limit; needs the scope `decide` too.
    accept_deletions: bool,
}

/// List all sources with their settings; any token may.
#[utoipa::path(get, path = "/api/admin/sources", tag = "administration", operation_id = "admin_sources",
    security(("token" = [])),
    responses((status = 200, description = "The sources that the token is for", body = Sources),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn all(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &["lang"])?;
    answer(&server, &reader, (caller, Action::Sources), StatusCode::OK).await
}

/// Add a source. It is harvested at its next time, or at once if it has a schedule and never was; `enabled = false`
/// leaves it alone until it is changed.
#[utoipa::path(post, path = "/api/admin/sources", tag = "administration", operation_id = "admin_source_add",
    security(("token" = ["sources"])),
    request_body(content = Object, content_type = "application/json", description = "The settings, as in a `[[source]]` table: `name`, `kind`, `url`, …"),
    responses((status = 201, description = "It was added", body = SourceSettings),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 409, description = "There is a source of that name", content_type = "application/problem+json", body = ProblemDetails),
        (status = 422, description = "The settings are wrong; the member `errors` has each fault", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn add(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    sent: Sent,
) -> Result<Response, Problem> {
    let settings: Value = sent.read()?;
    let name = settings.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let response = answer(&server, &reader, (caller, Action::Add(settings)), StatusCode::CREATED).await?;
    Ok(at(response, &format!("{}/api/admin/sources/{}", server.app.portal.base(), segment(&name))))
}

/// Read one source with its settings.
#[utoipa::path(get, path = "/api/admin/sources/{name}", tag = "administration", operation_id = "admin_source",
    security(("token" = [])), params(("name" = String, Path, description = "The source's name")),
    responses((status = 200, description = "The source", body = SourceSettings),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn one(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    answer(&server, &reader, (caller, Action::Source(name)), StatusCode::OK).await
}

/// Change settings of a source: those in the body take new values, `null` takes one away (RFC 7396). A run under way
/// goes on with the old ones.
#[utoipa::path(patch, path = "/api/admin/sources/{name}", tag = "administration", operation_id = "admin_source_change",
    security(("token" = ["sources"])), params(("name" = String, Path, description = "The source's name")),
    request_body(content = Object, content_type = "application/merge-patch+json", description = "The settings that change"),
    responses((status = 200, description = "It was changed", body = SourceSettings),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails),
        (status = 409, description = "It is declared in the configuration file", content_type = "application/problem+json", body = ProblemDetails),
        (status = 422, description = "The settings are wrong; the member `errors` has each fault", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn change(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(name): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let patch = sent.read()?;
    answer(&server, &reader, (caller, Action::Change(name, patch)), StatusCode::OK).await
}

/// Remove a source. Its records stay, unless they are to be removed too.
#[utoipa::path(delete, path = "/api/admin/sources/{name}", tag = "administration", operation_id = "admin_source_remove",
    security(("token" = ["sources"])),
    params(("name" = String, Path, description = "The source's name"),
        ("records" = Option<String>, Query, description = "`keep` (as without it), or `remove`: each leaves a tombstone; needs the scope `decide` too")),
    responses((status = 200, description = "It was removed", body = Removed),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails),
        (status = 409, description = "It is declared in the configuration file, or is being harvested", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn remove(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["records", "lang"])?;
    let known = [("keep", Records::Keep), ("remove", Records::Remove)];
    let records = parameters.among("records", &known)?.unwrap_or_default();
    answer(&server, &reader, (caller, Action::Remove(name, records)), StatusCode::OK).await
}

/// Let the schedule leave a source alone, also one of the configuration file; it lasts through restarts. A run under way
/// goes on, and the source can still be run by hand.
#[utoipa::path(post, path = "/api/admin/sources/{name}/pause", tag = "administration", operation_id = "admin_source_pause",
    security(("token" = ["sources"])), params(("name" = String, Path, description = "The source's name")),
    responses((status = 200, description = "It is paused", body = SourceSettings),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn pause(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    answer(&server, &reader, (caller, Action::Pause(name)), StatusCode::OK).await
}

/// Put a paused source back on its schedule.
#[utoipa::path(post, path = "/api/admin/sources/{name}/resume", tag = "administration", operation_id = "admin_source_resume",
    security(("token" = ["sources"])), params(("name" = String, Path, description = "The source's name")),
    responses((status = 200, description = "It is on its schedule", body = SourceSettings),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn resume(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    answer(&server, &reader, (caller, Action::Resume(name)), StatusCode::OK).await
}

/// Look at the first twenty records of a source: fetched, mapped and checked. Nothing is stored.
#[utoipa::path(post, path = "/api/admin/sources/{name}/preview", tag = "administration", operation_id = "admin_source_preview",
    security(("token" = ["sources"])),
    params(("name" = String, Path, description = "The source's name"),
        ("lang" = Option<Language>, Query, description = "The language of titles and messages")),
    responses((status = 200, description = "What there is", body = PreviewDocument),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn preview(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    answer(&server, &reader, (caller, Action::Preview(name)), StatusCode::OK).await
}

/// Look at a source before it is added: the same for settings in the body.
#[utoipa::path(post, path = "/api/admin/preview", tag = "administration", operation_id = "admin_preview",
    security(("token" = ["sources"])),
    params(("lang" = Option<Language>, Query, description = "The language of titles and messages")),
    request_body(content = Object, content_type = "application/json", description = "The settings, as in a `[[source]]` table"),
    responses((status = 200, description = "What there is", body = PreviewDocument),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 422, description = "The settings are wrong; the member `errors` has each fault", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn preview_settings(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    sent: Sent,
) -> Result<Response, Problem> {
    let settings = sent.read()?;
    answer(&server, &reader, (caller, Action::PreviewSettings(settings)), StatusCode::OK).await
}

/// Harvest a source now, whatever its schedule and hours. `/api/runs/{id}` has the report when the run is over.
#[utoipa::path(post, path = "/api/admin/sources/{name}/run", tag = "administration", operation_id = "admin_source_run",
    security(("token" = ["runs"])), params(("name" = String, Path, description = "The source's name")),
    request_body(content = RunOptions, content_type = "application/json", description = "How the run is to go; may be left out"),
    responses((status = 202, description = "The run has begun, or waits for its turn", body = RunStarted),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails),
        (status = 409, description = "It is being harvested; the member `run` says by which run", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn run(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(source): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let RunOptions { full, accept_deletions } = sent.optional()?;
    let action = Action::Run { source, full, accept_deletions };
    answer(&server, &reader, (caller, action), StatusCode::ACCEPTED).await
}

/// End the run under way: it is then partial, says who cancelled it, and removes nothing.
#[utoipa::path(post, path = "/api/admin/sources/{name}/cancel", tag = "administration", operation_id = "admin_source_cancel",
    security(("token" = ["runs"])), params(("name" = String, Path, description = "The source's name")),
    responses((status = 202, description = "The run ends after the page being read", body = RunStarted),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails),
        (status = 409, description = "It is not being harvested", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn cancel(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    answer(&server, &reader, (caller, Action::Cancel(name)), StatusCode::ACCEPTED).await
}
