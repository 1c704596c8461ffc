//! Runs under way: never two of one source, and a bounded number of all, whoever asks for them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use moisson_store::{Batch, RunId};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::SourceConfig,
    pipeline::{Cancel, Harvesting, RunMode, RunReport},
};

/// How often a source is looked at that is held without a run.
const PAUSE: Duration = Duration::from_millis(500);

/// Starts and ends runs. Clones are the same.
#[derive(Debug, Clone)]
pub struct Runs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    harvesting: Harvesting,
    turns: Semaphore,
    under_way: Mutex<BTreeMap<String, UnderWay>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// A run under way, or something else for which its source must rest.
#[derive(Debug, Clone)]
pub struct UnderWay {
    /// Its id.
    pub run: RunId,
    /// Since when.
    pub since: Timestamp,
    /// Whether it is a run.
    pub is_run: bool,
    cancel: Cancel,
}

/// Holds a source; lets go of it when dropped.
#[derive(Debug)]
pub struct Claim {
    runs: Runs,
    source: String,
    run: RunId,
    since: Timestamp,
    cancel: Cancel,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.runs.lock().remove(&self.source);
    }
}

impl Runs {
    /// Nothing is under way. `stop` ends all runs.
    pub fn new(harvesting: Harvesting, stop: CancellationToken) -> Self {
        let turns = Semaphore::new(harvesting.config().schedule.max_runs.max(1));
        Self(Arc::new(Inner {
            harvesting,
            turns,
            under_way: Mutex::default(),
            tasks: TaskTracker::new(),
            stop,
        }))
    }

    /// What runs are made with.
    pub(crate) fn harvesting(&self) -> &Harvesting {
        &self.0.harvesting
    }

    /// The run of a source, if it is being harvested.
    pub fn of(&self, source: &str) -> Option<UnderWay> {
        self.lock().get(source).filter(|held| held.is_run).cloned()
    }

    /// Holds a source for a run, or without one so that none can begin.
    ///
    /// # Errors
    /// When it is held already: by which run.
    pub fn claim(&self, source: &str, is_run: bool) -> Result<Claim, UnderWay> {
        let mut under_way = self.lock();
        if let Some(held) = under_way.get(source) {
            return Err(held.clone());
        }
        let since = self.0.harvesting.now();
        let (run, cancel) = (RunId::at(since), Cancel::within(&self.0.stop));
        let held = UnderWay { run: run.clone(), since, cancel: cancel.clone(), is_run };
        under_way.insert(source.to_owned(), held);
        Ok(Claim { runs: self.clone(), source: source.to_owned(), run, since, cancel })
    }

    /// Starts a run, which may have to wait for its turn.
    ///
    /// # Errors
    /// When the source is held: by which run.
    pub fn start(&self, source: Arc<SourceConfig>, mode: RunMode) -> Result<RunId, UnderWay> {
        let claim = self.claim(source.name.as_str(), true)?;
        let run = claim.run.clone();
        let runs = self.clone();
        self.0.tasks.spawn(async move {
            // Who was cancelled needs no turn: the run only says so.
            let turn = tokio::select! {
                turn = runs.0.turns.acquire() => turn.ok(),
                () = claim.cancel.token().cancelled() => None,
            };
            runs.run(&claim, &source, mode).await;
            drop(turn);
        });
        Ok(run)
    }

    /// The schedule's own run: waits for its turn, and does nothing if the source is being run then.
    pub async fn scheduled(&self, source: &SourceConfig) {
        // The semaphore is never closed, so there is always a turn to wait for.
        let turn = self.0.turns.acquire().await;
        loop {
            match self.claim(source.name.as_str(), true) {
                Ok(claim) => {
                    self.run(&claim, source, RunMode { scheduled: true, ..RunMode::default() }).await;
                    break;
                }
                Err(held) if held.is_run || self.0.stop.is_cancelled() => break,
                // Somebody decides about its records; that is soon over.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
        drop(turn);
    }

    /// Ends the run of a source; says which it was.
    pub fn cancel(&self, source: &str, who: &str) -> Option<RunId> {
        let held = self.of(source)?;
        held.cancel.by(who);
        Some(held.run)
    }

    /// Waits for the runs that were started.
    pub async fn ended(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    async fn run(&self, claim: &Claim, source: &SourceConfig, mode: RunMode) {
        let how = (claim.since, claim.cancel.clone());
        let Err(error) = self.0.harvesting.run_from(source, mode, how).await else { return };
        tracing::error!(source.name = claim.source, run.id = %claim.run, "the run failed: {error:#}");
        // Whoever asked for it looks for its report.
        let mut report = RunReport::new(&claim.source, &source.kind, &claim.run.0, claim.since);
        report.reason = Some(format!("{error:#}"));
        let batch = serde_json::to_value(&report).map(|report| Batch {
            report: Some(report),
            ..Batch::new(claim.source.as_str(), claim.run.clone(), self.0.harvesting.now())
        });
        let store = self.0.harvesting.store().clone();
        let written =
            tokio::task::spawn_blocking(move || Ok::<_, anyhow::Error>(store.commit(batch?)?)).await;
        if let Err(error) = written.map_err(anyhow::Error::from).and_then(|written| written) {
            tracing::error!(
                source.name = claim.source,
                "the report of the run could not be written: {error:#}"
            );
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, UnderWay>> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
