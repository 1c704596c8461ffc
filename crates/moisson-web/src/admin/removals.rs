//! Decisions on removals, and the log of who did what.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Action, AuditPage, Decided,
    door::Admitted,
    question::{Sent, answer},
};
use crate::{
    api::openapi::ProblemDetails,
    parameters::{Parameters, invalid},
    problem::Problem,
    reader::Reader,
    server::Shared,
};

/// Entries if the client does not say how many.
const DEFAULT_SIZE: usize = 50;
/// The most entries of one answer.
const MAX_SIZE: usize = 1_000;

/// Which removals.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldBackBy {
    /// The run that held them back, as its report names it.
    run: String,
}

/// Which records.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToBringBack {
    /// Their ids at the source.
    records: Vec<String>,
}

/// Make the removals that a run held back, since they were more than the limit.
#[utoipa::path(post, path = "/api/admin/sources/{name}/accept", tag = "administration", operation_id = "admin_accept",
    security(("token" = ["decide"])), params(("name" = String, Path, description = "The source's name")),
    request_body(content = HeldBackBy, content_type = "application/json"),
    responses((status = 200, description = "They are removed", body = Decided),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails),
        (status = 409, description = "That run holds nothing back, or the source is being harvested", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn accept(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(source): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let HeldBackBy { run } = sent.read()?;
    answer(&server, &reader, (caller, Action::Accept { source, run }), StatusCode::OK).await
}

/// Bring removed records back with their last content; they stay until their source has them again.
#[utoipa::path(post, path = "/api/admin/sources/{name}/undelete", tag = "administration", operation_id = "admin_undelete",
    security(("token" = ["decide"])), params(("name" = String, Path, description = "The source's name")),
    request_body(content = ToBringBack, content_type = "application/json"),
    responses((status = 200, description = "They are back", body = Decided),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails),
        (status = 404, description = "No such source", content_type = "application/problem+json", body = ProblemDetails),
        (status = 409, description = "One of them is not removed, or the source is being harvested; nothing was done", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn undelete(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    Path(source): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let ToBringBack { records } = sent.read()?;
    answer(&server, &reader, (caller, Action::Undelete { source, records }), StatusCode::OK).await
}

/// Read who did what, when, and what came of it; newest first.
#[utoipa::path(get, path = "/api/admin/audit", tag = "administration", operation_id = "admin_audit",
    security(("token" = ["audit"])),
    params(("source" = Option<String>, Query, description = "Only about this source"),
        ("before" = Option<u64>, Query, description = "Only entries before this number: `next` of the page before"),
        ("size" = Option<u32>, Query, description = "How many, 1 to 1000", minimum = 1, maximum = 1000)),
    responses((status = 200, description = "A page of the log", body = AuditPage),
        (status = 401, description = "No valid token", content_type = "application/problem+json", body = ProblemDetails),
        (status = 403, description = "The token does not allow it", content_type = "application/problem+json", body = ProblemDetails)))]
pub(super) async fn audit(
    State(server): State<Shared>,
    Admitted(caller): Admitted,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["source", "before", "size", "lang"])?;
    let source = parameters.one("source")?.map(str::to_owned);
    let before = parameters.parsed::<u64>("before", "the number of an entry")?;
    let expected = format!("a whole number from 1 to {MAX_SIZE}");
    let size = parameters.parsed::<usize>("size", &expected)?.unwrap_or(DEFAULT_SIZE);
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(invalid("size", &size.to_string(), &expected));
    }
    answer(&server, &reader, (caller, Action::Audit { source, before, size }), StatusCode::OK).await
}
