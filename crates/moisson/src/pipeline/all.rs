//! Several sources in one go.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_harvest::{Client, client::ClientConfig};
use moisson_store::Store;
use tokio_util::sync::CancellationToken;

use super::{
    Checker, HarvestReport, Harvesting, RunMode, RunProgress, RunReport, Watcher, kept::source_names,
    provenance::close_interrupted,
};
use crate::{
    config::{Config, SourceConfig},
    schedule,
};

/// What every run needs, made once.
///
/// # Errors
/// When the bundled shapes cannot be compiled.
pub fn harvesting(config: &Config, store: &Store, watcher: Arc<dyn Watcher>) -> anyhow::Result<Harvesting> {
    let base = config.portal.base_iri()?;
    for source in source_names(config, store)? {
        close_interrupted(store, &base, &source, schedule::now())?;
    }
    let contact = config.portal.contact.clone().unwrap_or_else(|| config.portal.base.to_string());
    // Jitter only has to differ between processes.
    let seed = u64::from(std::process::id());
    let client = Client::new(ClientConfig::new(&contact, seed));
    let checker = Arc::new(Checker::new(&vocabulary_graph())?);
    Ok(Harvesting::new(Arc::new(config.clone()), store.clone(), (client, checker), watcher, schedule::now))
}

/// Harvests sources side by side, as many as the configuration allows, and counts what the store has then.
///
/// # Errors
/// When the store cannot be read or written. What goes wrong with a source is in its report.
pub async fn harvest_all(
    harvesting: &Harvesting,
    sources: &[&SourceConfig],
    mode: RunMode,
    cancel: CancellationToken,
) -> anyhow::Result<HarvestReport> {
    let begun = std::time::Instant::now();
    let sources: Vec<RunReport> = stream::iter(sources)
        .map(|source| {
            let (harvesting, cancel) = (harvesting.clone(), cancel.clone());
            async move {
                harvesting
                    .run(source, mode, cancel)
                    .await
                    .unwrap_or_else(|error| misconfigured(source, &error))
            }
        })
        .buffered(harvesting.config().schedule.max_runs.max(1))
        .collect()
        .await;
    let counts = harvesting.store().counts()?;
    Ok(HarvestReport {
        sources,
        datasets: counts.datasets,
        series: counts.series,
        services: counts.services,
        quads: counts.quads,
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// One source that cannot run does not stop the others.
fn misconfigured(source: &SourceConfig, error: &anyhow::Error) -> RunReport {
    let mut report = RunReport::new(source.name.as_str(), &source.kind, "", schedule::now());
    report.reason = Some(format!("{error:#}"));
    report
}

/// One log line per run, for logs.
#[derive(Debug, Clone, Copy)]
pub struct Lines;

impl Watcher for Lines {
    fn progress(&self, progress: &RunProgress) {
        let RunProgress { source, seen, total, requests, pending } = progress;
        tracing::debug!(source.name = source, seen, ?total, requests, pending, "a page was harvested");
    }

    fn ended(&self, report: &RunReport) {
        tracing::info!(
            source.name = report.name,
            run.id = report.run,
            duration_ms = report.duration_ms,
            "the run of `{}` is over: {:?}, {} new, {} changed, {} unchanged, {} gone, {} held back, {} failed{}",
            report.name,
            report.outcome,
            report.new,
            report.changed,
            report.unchanged,
            report.gone,
            report.held_back,
            report.failed,
            report.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default(),
        );
    }
}
