//! Writes every error in the form its reader needs: problem details, lines of text, or a page.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;

use crate::{
    pages,
    problem::{Kind, Problem},
    reader::Reader,
    server::Shared,
};

/// How much longer what somebody with a token asked for may take: a look at a slow source, many removals.
const ADMINISTRATION: Duration = Duration::from_mins(5);

/// Marks a response with an error status that has the body it should have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsItIs;

/// Catches panics and time-outs, and gives every error its body.
pub(crate) async fn render_problems(State(server): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let reader = Reader::of(&server.app.portal, &parts);
    let path = parts.uri.path().to_owned();
    let answer = AssertUnwindSafe(next.run(Request::from_parts(parts, body))).catch_unwind();
    let limits = &server.app.limits;
    let extra = if path.ends_with("/sparql") {
        limits.query.turn + limits.query.time
    } else if path.ends_with("/validate") {
        // For receiving or fetching, and for checking.
        limits.check.time * 2
    } else if path.contains("/api/admin/") {
        ADMINISTRATION
    } else {
        Duration::ZERO
    };
    let response = match tokio::time::timeout(limits.request_timeout + extra, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            let message = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let message = message.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            tracing::error!(path, message, "a handler panicked");
            Problem::new(Kind::Internal, "the request met a fault of the server; it is in the log")
                .into_response()
        }
        Err(_) => Problem::new(Kind::Timeout, "the answer was not ready in time; ask for less at once")
            .into_response(),
    };
    finish(&reader, &path, response)
}

fn finish(reader: &Reader, path: &str, mut response: Response) -> Response {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || response.extensions().get::<AsItIs>().is_some() {
        return response;
    }
    let problem = response
        .extensions_mut()
        .remove::<Problem>()
        .unwrap_or_else(|| of_status(status, response.headers().get(header::ALLOW)));
    let is_api = path.strip_prefix(reader.portal().prefix()).unwrap_or(path).starts_with("/api/");
    let accept = &reader.accept;
    let mut written = if accept.names_html() && !is_api {
        pages::error::page(reader, &problem)
    } else if accept.quality("text/plain")
        > accept.quality("application/problem+json").max(accept.quality("application/json"))
    {
        problem.to_text().into_response()
    } else {
        let mut json = Json(problem.to_json(reader.portal().base(), path)).into_response();
        json.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        json
    };
    *written.status_mut() = problem.kind.status();
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            written.headers_mut().insert(name, value.clone());
        }
    }
    written.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    written
}

/// The problem of an error that the framework made.
fn of_status(status: StatusCode, allow: Option<&HeaderValue>) -> Problem {
    match status {
        StatusCode::NOT_FOUND => {
            Problem::new(Kind::NotFound, "there is nothing at this address; `/api` lists what there is")
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            let detail = match allow.and_then(|value| value.to_str().ok()) {
                Some(known) => format!("the methods of this resource are {known}"),
                None => {
                    "this resource does not take this method; the header `Allow` lists those that it takes"
                        .to_owned()
                }
            };
            Problem::new(Kind::MethodNotAllowed, detail)
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(Kind::TooLarge, "the body is larger than this server reads; send less")
        }
        StatusCode::REQUEST_TIMEOUT => {
            Problem::new(Kind::RequestTimeout, "the body did not arrive in time; send it again")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(Kind::UnsupportedMediaType, "the type of the body is not read here")
        }
        status if status.is_client_error() => Problem::new(Kind::BadRequest, "the request cannot be read"),
        status => Problem::internal("the request", &status),
    }
}
