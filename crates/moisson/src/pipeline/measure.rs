//! What is measured of runs and sources, for `/metrics`. `crates/moisson/alerts/README.md` lists it.
//!
//! Counters grow with each run of this process; gauges say how things stand, and are set at the start too.

use moisson_store::Store;

use super::{RunOutcome, RunReport, RunTask, kept::source_names, state::SourceState, waiting::Waiting};
use crate::config::Config;

/// The outcomes that a source may be left in.
const OUTCOMES: [RunOutcome; 5] = [
    RunOutcome::Whole,
    RunOutcome::Changes,
    RunOutcome::Partial,
    RunOutcome::Failed,
    RunOutcome::Interrupted,
];

/// Says what each metric of runs and alerts is, and shows how all sources stand.
///
/// # Errors
/// When the store cannot be read.
pub fn show_metrics(config: &Config, store: &Store) -> anyhow::Result<()> {
    describe();
    source_names(config, store)?.iter().try_for_each(|source| show(store, source))
}

fn describe() {
    metrics::describe_counter!("moisson_runs_total", "Runs that ended, by source and outcome.");
    metrics::describe_counter!(
        "moisson_run_records_total",
        "Records that runs met, by source and what became of them."
    );
    metrics::describe_counter!("moisson_run_requests_total", "HTTP requests that runs made, by source.");
    metrics::describe_counter!(
        "moisson_run_received_bytes_total",
        "Bytes of bodies that runs received, by source."
    );
    metrics::describe_gauge!("moisson_runs_under_way", "Runs that go on now.");
    metrics::describe_gauge!(
        "moisson_source_last_outcome",
        "1 for the outcome of the last run of a source, 0 for others."
    );
    metrics::describe_gauge!(
        "moisson_source_last_run_timestamp_seconds",
        "When the last run of a source started."
    );
    metrics::describe_gauge!("moisson_source_last_run_seconds", "How long the last run of a source took.");
    metrics::describe_gauge!(
        "moisson_source_last_success_timestamp_seconds",
        "When the last run started that saw all that it asked a source for; 0 for never."
    );
    metrics::describe_gauge!("moisson_source_held_back", "Removals of a source that wait for a person.");
    metrics::describe_counter!(
        "moisson_alert_deliveries_total",
        "Attempts to deliver alerts, by channel and outcome."
    );
    metrics::describe_gauge!("moisson_alerts_waiting", "Alerts that wait to be delivered, by channel.");
}

/// A run that goes on, counted until this is dropped.
#[derive(Debug)]
pub(super) struct UnderWay(());

impl UnderWay {
    pub(super) fn begin() -> Self {
        metrics::gauge!("moisson_runs_under_way").increment(1.0);
        Self(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        metrics::gauge!("moisson_runs_under_way").decrement(1.0);
    }
}

/// Counts a run that ended.
pub(super) fn run_ended(report: &RunReport) {
    let source = report.name.clone();
    metrics::counter!("moisson_runs_total", "source" => source.clone(), "outcome" => report.outcome.to_string())
        .increment(1);
    metrics::counter!("moisson_run_requests_total", "source" => source.clone()).increment(report.requests);
    metrics::counter!("moisson_run_received_bytes_total", "source" => source.clone())
        .increment(report.bytes_received);
    let records = [
        ("new", report.new),
        ("changed", report.changed),
        ("unchanged", report.unchanged),
        ("back", report.back),
        ("gone", report.gone),
        ("failed", report.failed),
    ];
    for (what, number) in records {
        metrics::counter!("moisson_run_records_total", "source" => source.clone(), "what" => what)
            .increment(number);
    }
}

/// Shows how a source stands.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn show(store: &Store, source: &str) -> anyhow::Result<()> {
    let state = SourceState::load(store, source)?;
    let success = state.last_success.map_or(0, jiff::Timestamp::as_second);
    gauge("moisson_source_last_success_timestamp_seconds", source, success);
    let held = Waiting::load(store, source)?.held_back();
    gauge("moisson_source_held_back", source, i64::try_from(held).unwrap_or(i64::MAX));
    let runs = store.runs(Some(source))?.into_iter();
    let mut reports = runs.filter_map(|run| serde_json::from_value::<RunReport>(run.report).ok());
    let Some(last) = reports.find(|run| run.task == RunTask::Harvest && run.outcome != RunOutcome::Running)
    else {
        return Ok(());
    };
    gauge("moisson_source_last_run_timestamp_seconds", source, last.started.as_second());
    metrics::gauge!("moisson_source_last_run_seconds", "source" => source.to_owned()).set(last.seconds());
    for outcome in OUTCOMES {
        let labels = [("source", source.to_owned()), ("outcome", outcome.to_string())];
        metrics::gauge!("moisson_source_last_outcome", &labels).set(if outcome == last.outcome {
            1.0
        } else {
            0.0
        });
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds since 1970 and numbers of records are far below 2^53"
)]
fn gauge(name: &'static str, source: &str, value: i64) {
    metrics::gauge!(name, "source" => source.to_owned()).set(value as f64);
}
