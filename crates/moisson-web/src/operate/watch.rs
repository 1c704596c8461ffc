//! One line of log and one observation per request.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

use crate::server::Shared;

/// After so many requests the metrics are tidied, in case nobody reads them.
const UPKEEP_EVERY: u64 = 1_000;

static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Logs and counts a request. Neither query strings nor addresses of clients are kept: they are personal.
pub(crate) async fn watch_requests(State(server): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let started = Instant::now();
    let response = next.run(request).await;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(
        http.method = method,
        http.path = path,
        http.route = route,
        http.status = status,
        duration_ms,
        "answered a request"
    );
    let labels =
        [("method", known_method(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("moisson_http_requests_total", &labels).increment(1);
    metrics::histogram!("moisson_http_request_duration_seconds", &labels[1..2]).record(elapsed.as_secs_f64());
    if REQUESTS.fetch_add(1, Ordering::Relaxed).is_multiple_of(UPKEEP_EVERY) {
        server.app.metrics.run_upkeep();
    }
    response
}

/// Methods are free text on the wire; labels must be few.
fn known_method(method: &str) -> &str {
    if ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"].contains(&method) {
        method
    } else {
        "other"
    }
}
