//! `/catalog.{ttl,rdf,jsonld,nt,nq,trig}`: the whole catalogue for harvesters, in pages
//! ([Hydra](https://www.hydra-cg.com/spec/latest/core/#hydra:PartialCollectionView)).
//!
//! The order is that of record keys and a page begins after a key, so nothing shifts while the pages are read.
//! A dataset that several sources have is there as often as they have it; `copies=no` leaves all but the authoritative
//! record out, for harvesters that want each dataset once (data.gouv.fr and data.europa.eu harvest most sources too).
//! Every page explains itself: agents, terms and places come with the datasets that name them.

pub(crate) mod describe;
mod page;

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use moisson_dcat::serialise::Syntax;
use moisson_store::RecordKey;

use self::page::Slice;
use crate::{
    addresses::key_of,
    conditional::Freshness,
    parameters::{Parameters, invalid, listed},
    problem::{Kind, Problem},
    rdf::{self, Form},
    reader::Reader,
    reply,
    server::Shared,
};

/// Records of a page if the client does not say.
const DEFAULT_SIZE: usize = 100;
/// The most records of a page.
const MAX_SIZE: usize = 1_000;

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/catalog", get(negotiated)).route("/{file}", get(by_extension))
}

async fn negotiated(state: State<Shared>, reader: Reader, query: RawQuery) -> Response {
    let syntax = match Form::accepted(&reader.accept) {
        Some(Form::Graph(syntax)) => syntax,
        Some(Form::Page) => Syntax::Turtle,
        None => return not_acceptable().into_response(),
    };
    feed(state, reader, syntax, query).await.unwrap_or_else(IntoResponse::into_response)
}

/// Other files at the top than `catalog.…` do not exist.
async fn by_extension(
    state: State<Shared>,
    reader: Reader,
    Path(file): Path<String>,
    query: RawQuery,
) -> Response {
    let Some(Form::Graph(syntax)) = file.strip_prefix("catalog.").and_then(Form::from_extension) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    feed(state, reader, syntax, query).await.unwrap_or_else(IntoResponse::into_response)
}

fn not_acceptable() -> Problem {
    let known = listed(rdf::OFFERS.iter().take(6).map(|(media_type, _)| *media_type));
    Problem::new(Kind::NotAcceptable, format!("the catalogue is available as {known}"))
}

async fn feed(
    State(server): State<Shared>,
    reader: Reader,
    syntax: Syntax,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let slice = read(query.as_deref(), syntax)?;
    let generation = server.read("reading the generation", moisson_store::Store::records_generation).await?;
    let tag = server.tag(&["feed", &generation.to_string(), syntax.extension(), &format!("{slice:?}")]);
    if tag.is_known_to(&reader.headers) {
        return Ok(reply::not_modified(&tag));
    }
    let turn = server.dear_turn().await?;
    let (portal, sources) = (std::sync::Arc::clone(&server.app.portal), server.app.sources.sources());
    let document = server
        .read("reading a page of the catalogue", move |store| page::quads(store, &portal, &sources, &slice))
        .await
        .and_then(|quads| rdf::document(&quads, syntax))?;
    drop(turn);
    let mut response = reply::plain(StatusCode::OK, syntax.media_type(), document);
    tag.mark(&mut response, Freshness::Revalidate);
    reply::vary(&mut response);
    let file = format!("inline; filename=\"catalog.{}\"", syntax.extension());
    if let Ok(value) = HeaderValue::from_str(&file) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn read(query: Option<&str>, syntax: Syntax) -> Result<Slice, Problem> {
    let parameters = Parameters::read(query, &["after", "size", "source", "copies", "lang"])?;
    let expected = format!("a whole number from 1 to {MAX_SIZE}");
    let size = parameters.parsed::<usize>("size", &expected)?.unwrap_or(DEFAULT_SIZE);
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(invalid("size", &size.to_string(), &expected));
    }
    let after = parameters.one("after")?.map(after).transpose()?;
    let source = parameters.one("source")?.map(str::to_owned);
    let copies = parameters.among("copies", &[("yes", true), ("no", false)])?.unwrap_or(true);
    Ok(Slice { after, size, default_size: size == DEFAULT_SIZE, source, copies, syntax })
}

fn after(text: &str) -> Result<RecordKey, Problem> {
    key_of(text).ok_or_else(|| invalid("after", text, "a record as `hydra:next` gives it"))
}
