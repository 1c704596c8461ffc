//! One run of one source, from its plan to its report.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use jiff::Timestamp;
use moisson_harvest::{
    Client, Harvester, Reading, RecordId, Request,
    runner::{Begin, Ended, Ending, Run, WINDOW_OVER, harvest},
    walk::{Checkpoint, DeletionLimit, Outcome, WholeWalk},
};
use moisson_store::{Batch, RecordKey, RunId, Store};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    Cancel, Checker, RunOutcome, RunReport,
    absent::{Answers, ask_after},
    access::access,
    intake::{Intake, Kept, Task, request_hash},
    measure::{self, UnderWay},
    provenance,
    state::{SourceState, configured},
    waiting::Waiting,
};
use crate::{
    alerts::{Seen, Told},
    config::{AlertConfig, Config, SourceConfig},
};

/// Events on their way from the runner to the intake.
const CHANNEL: usize = 256;

/// How a run is to go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
pub struct RunMode {
    /// Keep nothing.
    pub dry_run: bool,
    /// Walk the whole source, and map every record again.
    pub full: bool,
    /// Remove what is gone even if it is more than the limit.
    pub accept_deletions: bool,
    /// The schedule's own run: within the source's window.
    pub scheduled: bool,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunProgress {
    /// The source.
    pub source: String,
    /// Distinct records seen.
    pub seen: u64,
    /// How many the source says it has.
    pub total: Option<u64>,
    /// Requests answered.
    pub requests: u64,
    /// Requests known of and not made yet.
    pub pending: u64,
}

/// Is told how far runs are.
pub trait Watcher: Send + Sync {
    /// A page is over.
    fn progress(&self, progress: &RunProgress);
    /// A run is over.
    fn ended(&self, report: &RunReport);
}

/// All that runs share.
#[derive(Clone)]
pub struct Harvesting {
    config: Arc<Config>,
    store: Store,
    client: Client,
    checker: Arc<Checker>,
    watcher: Arc<dyn Watcher>,
    clock: fn() -> Timestamp,
}

impl std::fmt::Debug for Harvesting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Harvesting").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Harvesting {
    /// Makes ready to run sources into a store.
    pub fn new(
        config: Arc<Config>,
        store: Store,
        (client, checker): (Client, Arc<Checker>),
        watcher: Arc<dyn Watcher>,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self { config, store, client, checker, watcher, clock }
    }

    /// What runs are configured by.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Where runs store.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Runs one source. What goes wrong with the source is in the report, not an error.
    ///
    /// # Errors
    /// When the source is not configured as it must be, or the store cannot be read or written.
    pub async fn run(
        &self,
        source: &SourceConfig,
        mode: RunMode,
        cancel: CancellationToken,
    ) -> anyhow::Result<RunReport> {
        self.run_from(source, mode, (self.now(), cancel.into())).await
    }

    /// What asks sources.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The shapes.
    pub(super) fn checker(&self) -> Arc<Checker> {
        Arc::clone(&self.checker)
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Runs one source; the moment `started` names the run ([`RunId::at`]).
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_from(
        &self,
        source: &SourceConfig,
        mode: RunMode,
        (started, cancel): (Timestamp, Cancel),
    ) -> anyhow::Result<RunReport> {
        let run = RunId::at(started);
        // Every line that is logged within it names source and run.
        let span = tracing::error_span!("run", source.name = %source.name, run.id = %run);
        let mut report = RunReport::new(source.name.as_str(), &source.kind, &run.0, started);
        report.dry_run = mode.dry_run;
        let _under_way = UnderWay::begin();
        let running = Box::pin(self.run_as(source, mode, cancel, report.clone()));
        match running.instrument(span.clone()).await {
            Ok(report) => {
                self.measure(&report).instrument(span).await;
                Ok(report)
            }
            Err(error) => {
                span.in_scope(|| tracing::error!("the run could not be made: {error:#}"));
                report.reason = Some(format!("{error:#}"));
                self.could_not_run(report.clone()).instrument(span.clone()).await;
                self.measure(&report).instrument(span).await;
                Err(error)
            }
        }
    }

    /// Counts a run, and shows how its source stands.
    async fn measure(&self, report: &RunReport) {
        if report.dry_run {
            return;
        }
        measure::run_ended(report);
        let (store, name) = (self.store.clone(), report.name.clone());
        let showing = blocking(move || measure::show(&store, &name));
        if let Err(error) | Ok(Err(error)) = showing.await.map_err(anyhow::Error::from) {
            tracing::error!("cannot show how the source stands: {error:#}");
        }
    }

    /// A run that could not be made is kept like any other, so that it is seen and told.
    async fn could_not_run(&self, mut report: RunReport) {
        if report.dry_run {
            return;
        }
        let (store, now) = (self.store.clone(), (self.clock)());
        report.ended = Some(now);
        let config = Arc::clone(&self.config);
        let keeping = blocking(move || {
            let base = config.portal.base_iri()?;
            let _lock = Told::lock();
            let mut told = Told::load(&store, &report.name)?;
            let held_back = Waiting::load(&store, &report.name)?.held.is_some();
            told.take_in(&Seen { report: &report, cut_short: false, held_back, at: now }, &config.alert);
            let mut batch = Batch::new(report.name.as_str(), RunId(report.run.clone()), now);
            provenance::put(&mut batch, &base, &report)?;
            told.save(&mut batch)?;
            store.commit(batch)?;
            anyhow::Ok(())
        });
        if let Err(error) | Ok(Err(error)) = keeping.await.map_err(anyhow::Error::from) {
            tracing::error!("the report of the run cannot be kept: {error:#}");
        }
    }

    async fn run_as(
        &self,
        source: &SourceConfig,
        mode: RunMode,
        cancel: Cancel,
        mut report: RunReport,
    ) -> anyhow::Result<RunReport> {
        let name = source.name.as_str();
        source.exception().into_iter().for_each(|exception| report.note(exception.to_owned()));
        let (started, run_id) = (report.started, RunId(report.run.clone()));
        let harvester = source.harvester()?;
        let stopping = cancel.clone();
        let mut state = SourceState::load(&self.store, name)?;
        let rules = self.config.party_rules(source)?;
        let territory = source.place()?;
        let mapping = super::mapping_version(&rules, territory);
        let (begin, since) = self.begin((source, mapping), &state, mode, started)?;
        let anew = Begin::Anew(if mode.full { None } else { state.since(source, mapping, started) });
        let resumed = matches!(begin, Begin::At(_));
        let known = self.known(name)?;
        let configured = configured(source, mapping);
        state.begin(&configured, since);
        let unfinished = serde_json::to_value(&state)?;
        // Not in what is saved meanwhile: whoever is killed goes on at the next start, and not when it is due again.
        state.last_started = Some(started);
        let mut run = Run {
            begin,
            known: u64::try_from(known.len()).unwrap_or(u64::MAX),
            readings: self.readings(name, &configured, mode),
            open_for: self.open_for(source, mode, started)?,
            cancel: cancel.token().clone(),
            ..Run::new(source.source(), access(&self.config, source)?)
        };
        let task = Task {
            harvester,
            source: Arc::clone(&run.source),
            base: self.config.portal.base_iri()?,
            checker: Arc::clone(&self.checker),
            profiles: source.profiles.clone(),
            rules,
            territory,
            store: self.store.clone(),
            run: run_id,
            configured,
            state: unfinished,
            dry_run: mode.dry_run,
            again: mode.full,
        };
        let until = Instant::now() + run.longest();
        let intake = Intake::new(task, report, Arc::clone(&self.watcher), self.clock);
        let (mut intake, mut ended) = self.walk(harvester, run.clone(), intake).await?;
        if let (true, Ending::Finished(Outcome::Partial(reason))) = (resumed, &ended.ending) {
            // What failed or moved before the walk was resumed cannot be made good by going on.
            intake
                .report
                .note(format!("the resumed walk was partial and the source is walked anew: {reason}"));
            state.unfinished_since = Some(started);
            run.begin = anew;
            (intake, ended) = self.walk(harvester, run.clone(), intake).await?;
        }
        let cut_short = match &ended.ending {
            Ending::Stopped { reason, .. } => stopping.token().is_cancelled() || reason == WINDOW_OVER,
            Ending::Finished(_) => false,
        };
        let limit =
            DeletionLimit { percent: source.deletion.percent, floor: u64::from(source.deletion.floor) };
        let limit = (!mode.accept_deletions).then_some(limit);
        let place = (&*run.source, &run.access);
        let (config, clock) = (Arc::clone(&self.config), self.clock);
        let walked = run.access.counters.traffic();
        let ending = (&ended.ending, &*known);
        let answers =
            ask_after(&self.client, harvester, place, ending, (limit, over(&stopping, until))).await;
        intake.report.count(run.access.counters.traffic().since(walked));
        let report = blocking(move || {
            let end = End { alerts: &config.alert, cut_short, clock };
            finish((intake, ended), state, &Absence { known: &known, limit, answers, cancel }, &end)
        })
        .await
        .context("the end of the run stopped unexpectedly")??;
        self.watcher.ended(&report);
        Ok(report)
    }

    /// How long the source's window stays open; nothing if it has none, or if a person asks.
    fn open_for(
        &self,
        source: &SourceConfig,
        mode: RunMode,
        now: Timestamp,
    ) -> anyhow::Result<Option<Duration>> {
        let (Some(window), true) = (source.window, mode.scheduled) else { return Ok(None) };
        let zone = source.zone(&self.config.schedule.time_zone)?;
        let left = window.remains(now, &zone).and_then(|left| Duration::try_from(left).ok());
        Ok(Some(left.unwrap_or_default()))
    }

    /// Walks the source once, into the intake.
    async fn walk(
        &self,
        harvester: &'static dyn Harvester,
        run: Run,
        intake: Intake,
    ) -> anyhow::Result<(Intake, Ended)> {
        let (events, received) = tokio::sync::mpsc::channel(CHANNEL);
        let receiving = blocking(move || intake.receive(received));
        let ended = harvest(&self.client, harvester, run, events).await;
        // The intake's own failure comes first: it is why the runner found nobody to tell.
        let mut intake = receiving.await.context("the pipeline stopped unexpectedly")??;
        let ended = ended?;
        intake.report.count(ended.traffic);
        Ok((intake, ended))
    }

    /// Where the run begins, and since when what it sees is true.
    fn begin(
        &self,
        (source, mapping): (&SourceConfig, u32),
        state: &SourceState,
        mode: RunMode,
        now: Timestamp,
    ) -> anyhow::Result<(Begin, Timestamp)> {
        if mode.full {
            return Ok((Begin::Anew(None), now));
        }
        let unfinished = self.store.checkpoint(source.name.as_str())?;
        if let (Some(bytes), true) = (unfinished, state.configured == configured(source, mapping)) {
            // A checkpoint of another version of the program is no reason not to harvest.
            if let Ok(checkpoint) = serde_json::from_slice::<Checkpoint>(&bytes) {
                return Ok((Begin::At(Box::new(checkpoint)), state.unfinished_since.unwrap_or(now)));
            }
            tracing::warn!(source.name = %source.name, "the checkpoint of the unfinished run cannot be read; starting anew");
        }
        Ok((Begin::Anew(state.since(source, mapping, now)), now))
    }

    fn known(&self, name: &str) -> anyhow::Result<Vec<RecordId>> {
        let ids: Result<Vec<String>, _> = self.store.known_ids(name).collect();
        Ok(ids?.into_iter().map(RecordId).collect())
    }

    /// What is remembered of a request, as long as the store holds every record that it led to.
    fn readings(&self, name: &str, configured: &str, mode: RunMode) -> moisson_harvest::runner::Readings {
        if mode.full {
            return Arc::new(|_| None);
        }
        let (store, name, configured) = (self.store.clone(), name.to_owned(), configured.to_owned());
        Arc::new(move |request: &Request| {
            let bytes = store.reading(&name, &request_hash(&configured, request)).ok()??;
            let reading: Reading = serde_json::from_slice(&bytes).ok()?;
            let held = |id: &RecordId| {
                matches!(store.fingerprint(&RecordKey::new(name.as_str(), id.0.as_str())), Ok(Some(_)))
            };
            reading.records.iter().all(held).then_some(reading)
        })
    }
}

/// Waits for the end of a run's time, or for a person's word.
async fn over(stopping: &Cancel, until: Instant) {
    tokio::select! {
        () = stopping.token().cancelled() => {}
        () = tokio::time::sleep_until(until) => {}
    }
}

/// Does what blocks, on a thread for that, as part of the run.
fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> tokio::task::JoinHandle<T> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work))
}

/// What decides about removals.
struct Absence<'a> {
    known: &'a [RecordId],
    /// None if a person has decided already.
    limit: Option<DeletionLimit>,
    answers: Answers,
    /// On whose word the run ended, if on anybody's: then nothing is removed.
    cancel: Cancel,
}

/// What the end of a run is told with.
struct End<'a> {
    alerts: &'a [AlertConfig],
    /// The run was ended by us, and not by its source.
    cut_short: bool,
    clock: fn() -> Timestamp,
}

/// Decides what is gone, and writes the report.
fn finish(
    (mut intake, ended): (Intake, Ended),
    mut state: SourceState,
    absence: &Absence<'_>,
    end: &End<'_>,
) -> anyhow::Result<RunReport> {
    let since = state.unfinished_since.take();
    let mut waiting = Waiting::load(intake.store(), &intake.report.name)?;
    let waited = waiting.clone();
    waiting.listed(|id| intake.lists(id));
    // A run that holds something back speaks for itself; another leaves what waits.
    let held_before = waiting.held.take();
    let stopped = matches!(ended.ending, Ending::Stopped { .. });
    let cancelled_by = absence.cancel.who().filter(|_| stopped);
    let named = if cancelled_by.is_none() { intake.named_gone()? } else { Vec::new() };
    let reason = "the source says that it is deleted";
    remove_within(&mut intake, &mut waiting, named, absence, reason)?;
    let mut unfinished = None;
    match ended.ending {
        Ending::Finished(Outcome::Whole(proof)) => {
            intake.report.outcome = RunOutcome::Whole;
            remove_absent(&mut intake, &proof, &mut waiting, absence)?;
            if intake.report.outcome == RunOutcome::Whole {
                state.last_whole = since;
                state.last_success = since;
            }
        }
        Ending::Finished(Outcome::Changes) => {
            intake.report.outcome = RunOutcome::Changes;
            state.last_success = since;
        }
        Ending::Finished(Outcome::Partial(reason)) => {
            intake.report.outcome = partial(ended.tally.records);
            intake.report.reason = Some(reason);
        }
        Ending::Stopped { reason, come_back_after, checkpoint } => {
            intake.report.outcome = partial(ended.tally.records);
            let later = come_back_after.map_or_else(
                || "the next run goes on from here".to_owned(),
                |wait| {
                    format!(
                        "the source asks to be left alone for {} s; the next run goes on from here",
                        wait.as_secs()
                    )
                },
            );
            intake.report.reason = Some(format!("{reason}; {later}"));
            if let Some(who) = cancelled_by {
                intake.report.outcome = RunOutcome::Partial;
                intake.report.reason = Some(format!("cancelled by {who}; the next run goes on from here"));
            }
            state.unfinished_since = since;
            unfinished = Some(checkpoint);
        }
    }
    intake.report.seen = ended.tally.records;
    if intake.report.outcome != RunOutcome::Whole {
        waiting.held = waiting.held.or(held_before);
    }
    // Held until the batch is stored in which this is: nobody may tell something meanwhile.
    let _lock = Told::lock();
    let before = Told::load(intake.store(), &intake.report.name)?;
    let mut told = before.clone();
    let held_back = waiting.held.is_some();
    let (report, at) = (&intake.report, (end.clock)());
    told.take_in(&Seen { report, cut_short: end.cut_short, held_back, at }, end.alerts);
    let kept =
        Kept { waiting: (waiting != waited).then_some(&waiting), told: (told != before).then_some(&told) };
    intake.close(&state, &kept, unfinished.as_deref())
}

/// Removes what a whole walk did not see, as far as that is beyond doubt.
fn remove_absent(
    intake: &mut Intake,
    proof: &WholeWalk,
    waiting: &mut Waiting,
    absence: &Absence<'_>,
) -> anyhow::Result<()> {
    let mut absent: Vec<String> = proof.absent(absence.known).ids().iter().map(|id| id.0.clone()).collect();
    let before = std::mem::take(&mut waiting.absent);
    match &absence.answers {
        Answers::Unaskable if proof.is_paged() => {
            (absent, waiting.absent) = absent.into_iter().partition(|id| before.contains(id));
            if let Some(first) = waiting.absent.first() {
                intake.report.note(format!(
                    "{} records are absent for the first time, first `{first}`; they are removed if the next whole \
                     walk does not see them either",
                    waiting.absent.len()
                ));
            }
        }
        Answers::NotAsked | Answers::Unaskable => {}
        Answers::Asked { there, unsure, records } => {
            intake.take(records)?;
            absent.retain(|id| !there.contains(id) && !unsure.contains(id));
            if let Some(first) = there.first() {
                intake.report.outcome = RunOutcome::Partial;
                intake.report.reason = Some(format!(
                    "{} records were not in the list and are there when asked for alone, first `{first}`: the list \
                     moved while it was read, or the source's index is behind",
                    there.len()
                ));
            }
            if let Some(first) = unsure.first() {
                intake.report.error(format!(
                    "{} records are absent and could not be asked for alone, first `{first}`; they are kept",
                    unsure.len()
                ));
            }
        }
    }
    let reason = "the source, seen whole, does not list it any more";
    remove_within(intake, waiting, absent, absence, reason)
}

fn partial(seen: u64) -> RunOutcome {
    if seen == 0 { RunOutcome::Failed } else { RunOutcome::Partial }
}

/// Removes records unless they are too many; then they are held back, and the report says so.
fn remove_within(
    intake: &mut Intake,
    waiting: &mut Waiting,
    mut ids: Vec<String>,
    absence: &Absence<'_>,
    reason: &str,
) -> anyhow::Result<()> {
    ids.retain(|id| !waiting.kept.contains(id));
    let (removals, known) = (ids.len() as u64, absence.known.len() as u64);
    match absence.limit {
        Some(limit) if !limit.admits(removals, known) => {
            intake.report.held_back += removals;
            intake.report.error(format!(
                "{removals} of {known} records are gone at the source, over the limit of {} % and {} records; nothing \
                 was removed: look at the source, then run `moisson accept {} {}`",
                limit.percent, limit.floor, intake.report.name, intake.report.run
            ));
            waiting.hold(&intake.report.run, reason, ids);
            Ok(())
        }
        _ => intake.remove(&ids, reason),
    }
}
