//! Answers with a validator: computed from the body, or known before the body is made.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    conditional::{Freshness, Tag},
    problem::Problem,
    problems::AsItIs,
    reader::Reader,
};

/// A document in JSON, or 304 if the client has it.
pub(crate) fn json<T: Serialize>(
    reader: &Reader,
    status: StatusCode,
    document: &T,
) -> Result<Response, Problem> {
    let body = serde_json::to_vec(document).map_err(|error| Problem::internal("writing JSON", &error))?;
    let media_type = if status.is_success() { "application/json" } else { "application/problem+json" };
    Ok(bytes(reader, status, media_type, body))
}

/// Bytes of a type, or 304 if the client has them. The tag comes from the bytes.
pub(crate) fn bytes(reader: &Reader, status: StatusCode, content_type: &str, body: Vec<u8>) -> Response {
    let tag = Tag::of([&body[..]]);
    if status.is_success() && tag.is_known_to(&reader.headers) {
        return not_modified(&tag);
    }
    let mut response = plain(status, content_type, body);
    if status.is_success() {
        tag.mark(&mut response, Freshness::Revalidate);
    } else {
        response.extensions_mut().insert(AsItIs);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    vary(&mut response);
    response
}

/// The answer to a client that has the current state.
pub(crate) fn not_modified(tag: &Tag) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    tag.mark(&mut response, Freshness::Revalidate);
    vary(&mut response);
    response
}

/// Bytes of a type, without a validator.
pub(crate) fn plain(status: StatusCode, content_type: &str, body: Vec<u8>) -> Response {
    let mut response = (status, body).into_response();
    let value =
        HeaderValue::from_str(content_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response
}

/// Says that format and language were chosen by the headers.
pub(crate) fn vary(response: &mut Response) {
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, accept-language"));
}
