//! What is served: SPARQL, a JSON API, feeds for harvesters, and pages for people.
//!
//! ```text
//! /                    search                      /id/…                 every IRI, as page or graph
//! /sources /about      for people                  /catalog.{ttl,rdf,…}  the whole catalogue in pages
//! /validate            checks anybody's RDF        /api/validate         the same for programs
//! /api/…               JSON, OpenAPI 3.1           /sparql               SPARQL 1.1 Protocol
//! /api/admin/…         for those who have a token
//! /health /metrics     for operators               /sitemap.xml …        for search engines
//! ```
//!
//! [`app`] puts together one small router per resource. Everything comes from the store: nothing here writes, and what
//! [`admin`] is asked to do, the binary does.
//! Errors are [problem details](https://www.rfc-editor.org/rfc/rfc9457), texts exist in four languages, and every
//! text from outside is escaped.

mod accept;
mod addresses;
pub mod admin;
mod api;
mod catalog;
mod conditional;
mod copies;
mod corners;
mod findings;
mod fresh;
mod identify;
mod labels;
mod language;
mod limits;
mod operate;
mod organisations;
mod pages;
mod parameters;
mod problem;
mod problems;
mod rdf;
mod reader;
mod reply;
mod runs;
mod search;
mod serve;
mod server;
mod sparql;
mod state;
mod summary;
mod texts;
mod validate;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, Method, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    cors::{Any, CorsLayer},
};

pub use identify::{own_terms, software};
pub use language::Language;
pub use limits::{CheckLimits, Limits};
pub use operate::metrics::install_metrics;
pub use serve::serve;
pub use state::{
    AppState, DocumentSource, FetchedDocument, Portal, SourceView, SourcesView, WaitingRemovals,
};

use server::{Server, Shared};

/// The whole portal as one service.
pub fn app(state: AppState) -> Router {
    let (api, mut described) = api::router().split_for_parts();
    let (admin, of_admin) = admin::router().split_for_parts();
    described.merge(of_admin);
    let openapi = api::openapi::complete(&state, described);
    let body_bytes = state.limits.body_bytes;
    let prefix = state.portal.prefix().to_owned();
    let server: Shared = Arc::new(Server::new(state, openapi));

    // What programs of other sites may read from a browser.
    let open = Router::new()
        .merge(api)
        .merge(api::openapi::router())
        .merge(sparql::router())
        .merge(identify::router())
        .merge(catalog::router())
        .layer(cors());
    let own = Router::new()
        .merge(pages::router())
        .merge(validate::router())
        .merge(admin)
        .merge(operate::health::router())
        .merge(operate::metrics::router());
    let all = Router::new().merge(open).merge(own).fallback(|| async { StatusCode::NOT_FOUND });

    // Behind a proxy the path of the base may come with the request or not.
    let all = if prefix.is_empty() {
        all
    } else {
        // A nested router answers for its path without the final slash only.
        Router::new().nest(&prefix, all.clone()).merge(all).merge(pages::start(&format!("{prefix}/")))
    };
    all.layer(DefaultBodyLimit::max(body_bytes))
        .layer(from_fn_with_state(Arc::clone(&server), problems::render_problems))
        .layer(compression())
        .layer(from_fn(operate::protect::protect))
        .layer(from_fn_with_state(Arc::clone(&server), operate::watch::watch_requests))
        .with_state(server)
}

fn cors() -> CorsLayer {
    let exposed = [
        header::ETAG,
        header::LINK,
        header::RETRY_AFTER,
        HeaderName::from_static("moisson-truncated"),
        HeaderName::from_static("moisson-media-type"),
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
        .allow_headers(Any)
        .expose_headers(exposed)
}

fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .gzip(true)
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("image/")))
}
