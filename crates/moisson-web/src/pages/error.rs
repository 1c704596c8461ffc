//! Errors for people.

use axum::{http::StatusCode, response::Response};
use maud::html;

use super::layout::Page;
use crate::{
    problem::{Kind, Problem},
    reader::Reader,
};

/// The page of a problem.
pub(crate) fn page(reader: &Reader, problem: &Problem) -> Response {
    let texts = reader.texts;
    let status = problem.kind.status();
    let (title, text) = match problem.kind {
        Kind::NotFound => (texts.error_not_found_title, Some(texts.error_not_found_text)),
        Kind::Gone => (texts.removed_title, None),
        _ if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::GATEWAY_TIMEOUT => {
            (texts.error_busy_title, Some(texts.error_busy_text))
        }
        _ if status.is_server_error() => (texts.error_internal_title, Some(texts.error_internal_text)),
        _ => (texts.error_request_title, None),
    };
    let body = html! {
        div.prose {
            p.muted { (status.as_u16()) }
            h1 { (title) }
            @if let Some(text) = text { p.lead { (text) } }
            h2 { (texts.error_details) }
            // The details are for those who made the request; like the API they are in English.
            pre lang="en" { (problem.detail) }
            p { a.button href=(reader.link("/")) { (texts.error_home) } }
        }
    };
    Page { title, hidden: true, status, ..Page::new(reader) }.response(&body)
}
