//! Style, script and icon, embedded in the binary.

use std::sync::LazyLock;

use axum::{
    Router,
    http::{StatusCode, header},
    response::Response,
    routing::get,
};
use sha2::{Digest, Sha256};

use crate::{conditional::Freshness, reply, server::Shared};

pub(crate) const STYLE: &str = include_str!("../../assets/style.css");
const SCRIPT: &str = include_str!("../../assets/sparql.js");
const ICON: &str = include_str!("../../assets/favicon.svg");

/// A day; the addresses on the pages change with the content.
const FRESH_S: u32 = 86_400;

/// Changes whenever an asset does.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest([STYLE, SCRIPT, ICON].concat());
    hex::encode(digest.get(..6).unwrap_or_default())
});

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/assets/style.css", get(|| async { asset("text/css; charset=utf-8", STYLE) }))
        .route("/assets/sparql.js", get(|| async { asset("text/javascript; charset=utf-8", SCRIPT) }))
        .route("/favicon.svg", get(|| async { asset("image/svg+xml", ICON) }))
}

/// The address of an asset, with its version.
pub(crate) fn versioned(prefix: &str, path: &str) -> String {
    format!("{prefix}{path}?v={}", *VERSION)
}

fn asset(content_type: &'static str, body: &'static str) -> Response {
    let mut response = reply::plain(StatusCode::OK, content_type, body.as_bytes().to_vec());
    response.headers_mut().insert(header::CACHE_CONTROL, Freshness::Seconds(FRESH_S).header());
    response
}
