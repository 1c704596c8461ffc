//! `/api/organisations`: which names were taken for one organisation, and why.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use moisson_dcat::vocabulary::fold;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::openapi::ProblemDetails,
    organisations::{self, Organisation},
    parameters::{Parameters, invalid},
    problem::Problem,
    reader::Reader,
    reply,
    server::Shared,
};

/// Organisations if the client does not say how many.
const DEFAULT_SIZE: usize = 100;
/// The most organisations of one answer.
const MAX_SIZE: usize = 1_000;

/// Organisations, those in most records first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OrganisationPage {
    /// How many there are that fit.
    pub(crate) total: usize,
    /// How many names sources give to all of them.
    pub(crate) spellings: usize,
    /// Those of this page.
    pub(crate) organisations: Vec<Organisation>,
}

/// List the organisations, with the names that were taken for each and the rule that did it. To join or split them otherwise,
/// name them in `[[organisation]]` of the configuration.
#[utoipa::path(get, path = "/api/organisations", tag = "datasets", operation_id = "organisations",
    params(("q" = Option<String>, Query, description = "Only those with these words in a name, a key or an identifier; case and accents do not matter"),
        ("merged" = Option<bool>, Query, description = "`true`: only those that several names were taken for"),
        ("from" = Option<u32>, Query, description = "How many to leave out at the start"),
        ("size" = Option<u32>, Query, description = "How many, 1 to 1000", minimum = 1, maximum = 1000)),
    responses((status = 200, description = "The organisations", body = OrganisationPage),
        (status = 400, description = "A parameter is unknown or has a value that cannot be used", content_type = "application/problem+json", body = ProblemDetails)))]
pub(crate) async fn all(
    State(server): State<Shared>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(query.as_deref(), &["q", "merged", "from", "size", "lang"])?;
    let words = parameters.one("q")?.and_then(fold);
    let merged = parameters.among("merged", &[("true", true), ("false", false)])?.unwrap_or(false);
    let from = parameters.parsed::<usize>("from", "a whole number")?.unwrap_or(0);
    let expected = format!("a whole number from 1 to {MAX_SIZE}");
    let size = parameters.parsed::<usize>("size", &expected)?.unwrap_or(DEFAULT_SIZE);
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(invalid("size", &size.to_string(), &expected));
    }
    let turn = server.dear_turn().await?;
    let base = server.app.portal.base().to_owned();
    let mut found =
        server.read("reading the organisations", move |store| organisations::all(store, &base)).await?;
    drop(turn);
    found.retain(|one| (!merged || names(one) > 1) && words.as_ref().is_none_or(|words| fits(one, words)));
    let page = OrganisationPage {
        total: found.len(),
        spellings: found.iter().map(names).sum(),
        organisations: found.into_iter().skip(from).take(size).collect(),
    };
    reply::json(&reader, StatusCode::OK, &page)
}

/// How many different names.
fn names(one: &Organisation) -> usize {
    let mut names: Vec<&str> = one.spellings.iter().map(|spelling| spelling.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

fn fits(one: &Organisation, words: &str) -> bool {
    let texts = [&one.key, &one.name].into_iter().chain(&one.identifier);
    let mut texts = texts.chain(one.spellings.iter().map(|spelling| &spelling.name));
    texts.any(|text| fold(text).is_some_and(|text| text.contains(words)))
}
