//! The formats of an answer, and which of them a client wants.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use moisson_validate::{
    Checked, Words,
    format::{self, Look},
};

use crate::{accept::Accept, problem::Problem, reply};

/// A format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Turtle,
    Sarif,
    Junit,
    Text,
    Html,
}

const OFFERS: &[(&str, Format)] = &[
    ("application/json", Format::Json),
    ("text/turtle", Format::Turtle),
    ("application/sarif+json", Format::Sarif),
    ("application/xml", Format::Junit),
    ("text/html", Format::Html),
    ("text/plain", Format::Text),
];

impl Format {
    /// For messages.
    pub(super) const NAMES: &'static str = "one of `json`, `turtle`, `sarif`, `junit`, `text`, `html`";

    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "turtle" | "ttl" => Self::Turtle,
            "sarif" => Self::Sarif,
            "junit" => Self::Junit,
            "text" | "txt" => Self::Text,
            "html" => Self::Html,
            _ => return None,
        })
    }

    /// The best for a client; JSON if it says nothing.
    pub(super) fn accepted(accept: &Accept) -> Option<Self> {
        accept.best(OFFERS).copied()
    }

    /// The media types, for messages.
    pub(super) fn media_types() -> impl Iterator<Item = &'static str> {
        OFFERS.iter().map(|(media_type, _)| *media_type)
    }
}

/// The outcome in a format other than a page.
pub(super) fn write(checked: &Checked, words: &Words, wanted: Format) -> Result<Response, Problem> {
    let bytes = |value: &serde_json::Value| {
        serde_json::to_vec(value).map_err(|error| Problem::internal("writing JSON", &error))
    };
    let (media_type, body) = match wanted {
        Format::Json | Format::Html => ("application/json", bytes(&format::json(checked, words))?),
        Format::Sarif => ("application/sarif+json", bytes(&format::sarif(checked, words))?),
        Format::Turtle => ("text/turtle; charset=utf-8", format::turtle(checked).into_bytes()),
        Format::Junit => ("application/xml", format::junit(checked, words).into_bytes()),
        Format::Text => ("text/plain; charset=utf-8", format::text(checked, words, &Look::ALL).into_bytes()),
    };
    let mut response = reply::plain(StatusCode::OK, media_type, body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(language) = HeaderValue::from_str(words.language) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    reply::vary(&mut response);
    Ok(response)
}
