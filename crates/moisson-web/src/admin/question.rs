//! What comes in with a request, and how the answer goes out.

use axum::{
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{Action, Caller, door};
use crate::{
    problem::{Kind, Problem},
    reader::Reader,
    reply,
    server::Shared,
};

/// The types of a body in JSON.
const JSON: [&str; 2] = ["application/json", "application/merge-patch+json"];

/// Asks, and writes the answer with this status.
pub(super) async fn answer(
    server: &Shared,
    reader: &Reader,
    (caller, action): (Caller, Action),
    status: StatusCode,
) -> Result<Response, Problem> {
    let answer = server.app.admin.act(caller, action).await.map_err(door::problem)?;
    let written = answer.document(reader.language).and_then(|document| serde_json::to_vec(&document));
    let body = written.map_err(|error| Problem::internal("writing JSON", &error))?;
    Ok(reply::plain(status, "application/json", body))
}

/// The same, with the address of what was made.
pub(super) fn at(mut response: Response, address: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(address) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// What was sent with a request.
#[derive(Debug)]
pub(super) struct Sent {
    is_json: bool,
    body: Bytes,
}

impl FromRequest<Shared> for Sent {
    type Rejection = BytesRejection;

    async fn from_request(request: Request, server: &Shared) -> Result<Self, BytesRejection> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type =
            content_type.and_then(|text| text.split(';').next()).map(str::trim).unwrap_or_default();
        let is_json = JSON.iter().any(|known| media_type.eq_ignore_ascii_case(known));
        Ok(Self { is_json, body: Bytes::from_request(request, server).await? })
    }
}

impl Sent {
    /// The body, in JSON.
    ///
    /// # Errors
    /// When it is of another type, or not what is expected.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if !self.is_json {
            let detail = "the body must be `application/json`; say so in `Content-Type`";
            return Err(Problem::new(Kind::UnsupportedMediaType, detail));
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| Problem::new(Kind::BadRequest, format!("the body is not as expected: {error}")))
    }

    /// The same of a body that may be left out.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) fn optional<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        if self.body.is_empty() { Ok(T::default()) } else { self.read() }
    }
}
