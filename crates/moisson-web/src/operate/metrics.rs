//! `/metrics`: counters for [Prometheus](https://prometheus.io/docs/instrumenting/exposition_formats/).

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{problem::Problem, server::Shared};

/// Upper bounds of durations in seconds.
const DURATIONS: [f64; 11] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Installs the recorder of the whole process; every `metrics` macro counts into it.
///
/// # Errors
/// When a recorder is installed already.
pub fn install_metrics() -> Result<PrometheusHandle, BuildError> {
    let durations = Matcher::Suffix("_duration_seconds".to_owned());
    PrometheusBuilder::new().set_buckets_for_metric(durations, &DURATIONS)?.install_recorder()
}

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(server): State<Shared>) -> Result<Response, Problem> {
    let counts = server.read("counting the records", moisson_store::Store::counts).await?;
    let mut text = server.app.metrics.render();
    let mut gauge = |name: &str, help: &str, rows: &[(String, u64)]| {
        use std::fmt::Write;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in rows {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let by_kind = [("dataset", counts.datasets), ("series", counts.series), ("service", counts.services)];
    let rows: Vec<_> = by_kind.iter().map(|(kind, n)| (format!("{{kind=\"{kind}\"}}"), *n)).collect();
    gauge("moisson_records", "Records that are there.", &rows);
    // Names of sources are `a-z`, `0-9` and `-`, so they need no escaping.
    let rows: Vec<_> =
        counts.sources.iter().map(|(name, c)| (format!("{{source=\"{name}\"}}"), c.records())).collect();
    gauge("moisson_source_records", "Records that are there, by source.", &rows);
    let by_state = |of: fn(&moisson_store::SourceCounts) -> u64| -> Vec<_> {
        counts.sources.iter().map(|(name, c)| (format!("{{source=\"{name}\"}}"), of(c))).collect()
    };
    gauge(
        "moisson_source_conforming_records",
        "Records that are there and conform to every profile that they are checked against, by source.",
        &by_state(|counts| counts.conforming),
    );
    gauge(
        "moisson_source_removed_records",
        "Records that were removed and of which the last content is kept, by source.",
        &by_state(|counts| counts.gone),
    );
    gauge("moisson_quads", "Quads of records, reports and shared graphs.", &[(String::new(), counts.quads)]);
    gauge(
        "moisson_generation",
        "Batches that changed what is served.",
        &[(String::new(), counts.generation.0)],
    );
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
