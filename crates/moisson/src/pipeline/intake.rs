//! The receiving end of a run: what comes through the channel is mapped in chunks and committed.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use moisson_dcat::{Iri, party::Rules};
use moisson_harvest::{
    Found, Record, RecordId,
    runner::{Event, PageEnd, PageResult},
    walk::{Checkpoint, Fingerprint},
};
use moisson_store::{Batch, Broken, Change, Committed, Packed, RecordKey, RequestHash, RunId, Store};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::alerts::Told;

use super::{
    Checker, RunOutcome, RunReport, provenance,
    record::{Made, Mapper},
    run::{RunProgress, Watcher},
    settle::Settling,
    waiting::Waiting,
};

/// Records mapped and committed together.
const CHUNK: usize = 200;
/// Up to so many records, each page ends with the walk's checkpoint. It is as long as the list of what was seen, so beyond
/// it is saved every few seconds, and a run that is killed asks for the pages since then once more.
const EACH_PAGE: u64 = 5_000;

/// What a run is about, for the intake.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) harvester: &'static dyn moisson_harvest::Harvester,
    pub(super) source: Arc<moisson_harvest::Source>,
    pub(super) base: Iri,
    pub(super) checker: Arc<Checker>,
    /// Profiles that the source is configured to be checked against.
    pub(super) profiles: Vec<String>,
    /// By what the agents and contacts of its records are settled.
    pub(super) rules: Rules,
    /// The place that the source is configured to be of.
    pub(super) territory: Option<moisson_dcat::vocabulary::place::Place>,
    pub(super) store: Store,
    pub(super) run: RunId,
    pub(super) configured: String,
    /// What is to be known of the source if the run does not come to its end.
    pub(super) state: serde_json::Value,
    pub(super) dry_run: bool,
    pub(super) again: bool,
}

impl Task {
    /// A batch of the run that changes nothing yet.
    fn batch(&self, at: Timestamp) -> Batch {
        let source = self.source.name.as_str();
        Batch {
            activity: Some(provenance::run_iri(&self.base, source, &self.run)),
            ..Batch::new(source, self.run.clone(), at)
        }
    }

    /// What becomes of records, made on all cores.
    fn make(&self, records: &[Record], now: Timestamp) -> Vec<anyhow::Result<Made<Packed>>> {
        let Self { harvester, source, base, checker, profiles, rules, territory, store, again, .. } = self;
        let mapper = Mapper {
            harvester: *harvester,
            source,
            base,
            checker,
            profiles,
            rules,
            territory: *territory,
            store,
            now,
            again: *again,
        };
        let span = tracing::Span::current();
        let run = provenance::run_iri(base, source.name.as_str(), &self.run);
        let make = |record| Ok(mapper.make(record)?.pack(&run, now)?);
        records.par_iter().map(|record| span.in_scope(|| make(record))).collect()
    }

    fn commit(&self, batch: Batch) -> anyhow::Result<Committed> {
        if self.dry_run { self.would_commit(&batch) } else { Ok(self.store.commit(batch)?) }
    }

    /// What a dry run would have done.
    fn would_commit(&self, batch: &Batch) -> anyhow::Result<Committed> {
        let mut counts = Committed::default();
        for change in &batch.changes {
            let known = self.store.fingerprint(change.key())?;
            match (change, known) {
                (Change::Put(_), None) => counts.new += 1,
                (Change::Put(packed), Some(known)) if known == packed.entry().written.fingerprint => {
                    counts.unchanged += 1;
                }
                (Change::Put(_), Some(_)) => counts.changed += 1,
                (Change::Remove { .. }, Some(_)) => counts.removed += 1,
                (Change::Remove { .. }, None) | (Change::Restore { .. }, _) => {}
            }
        }
        Ok(counts)
    }
}

/// A run being received.
pub(super) struct Intake {
    task: Task,
    watcher: Arc<dyn Watcher>,
    clock: fn() -> Timestamp,
    pub(super) report: RunReport,
    checkpoint: Option<Checkpoint>,
    pending: Vec<Record>,
    batch: Batch,
    /// Whole, and committed while the next one is made.
    ready: Option<Batch>,
    /// Ids met in this run: of records that come twice, the first is kept, so that two runs agree.
    met: HashSet<Fingerprint>,
    /// A record of the page being received came before.
    repeats: bool,
    /// The run stands in the store, so that what it makes can name it.
    announced: bool,
    begun: std::time::Instant,
    settling: Settling,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake")
            .field("task", &self.task)
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

impl Intake {
    pub(super) fn new(
        task: Task,
        report: RunReport,
        watcher: Arc<dyn Watcher>,
        clock: fn() -> Timestamp,
    ) -> Self {
        let batch = task.batch(clock());
        let settling = Settling::new(task.store.clone());
        Self {
            task,
            watcher,
            clock,
            report,
            checkpoint: None,
            pending: Vec::new(),
            batch,
            ready: None,
            met: HashSet::new(),
            repeats: false,
            announced: false,
            begun: std::time::Instant::now(),
            settling,
        }
    }

    /// Receives until the run has nothing more to tell. Blocks.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(super) fn receive(mut self, mut events: mpsc::Receiver<Event>) -> anyhow::Result<Self> {
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Started(checkpoint) => {
                    self.checkpoint = Some(*checkpoint);
                    // A walk that begins anew meets every record again, and counts those that are as they were.
                    self.met.clear();
                    self.report.unchanged = 0;
                }
                Event::Found(Found::Record(record)) => self.found(record)?,
                Event::Found(Found::Broken(broken)) => self.broken(Broken {
                    id: None,
                    place: broken.place,
                    reason: broken.reason,
                    body: broken.body,
                }),
                Event::PageEnd(end) => self.page_end(*end)?,
            }
        }
        self.flush()?;
        self.commit()?;
        self.settling.wait()?;
        Ok(self)
    }

    fn found(&mut self, record: Record) -> anyhow::Result<()> {
        if !self.met.insert(Fingerprint::of_id(&record.id)) {
            self.repeats = true;
            for remark in record.remarks.iter().filter(|r| r.code == moisson_dcat::RemarkCode::DuplicateId) {
                self.report.remark(&record.id.0, remark);
            }
            return Ok(());
        }
        self.pending.push(record);
        if self.pending.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Takes in records that came in another way than in pages.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(super) fn take(&mut self, records: &[Record]) -> anyhow::Result<()> {
        for record in records {
            self.found(record.clone())?;
        }
        self.flush()?;
        self.commit()
    }

    fn broken(&mut self, broken: Broken) {
        self.report.failed += 1;
        let id = broken.id.as_deref().unwrap_or("an entry without an id");
        self.report.error(format!("{id} at {}: {}", broken.place, broken.reason));
        self.batch.broken.push(broken);
    }

    /// Maps what is pending, on all cores, while the batch before it is being committed.
    fn flush(&mut self) -> anyhow::Result<()> {
        let records = std::mem::take(&mut self.pending);
        let (task, ready, now) = (&self.task, self.ready.take(), (self.clock)());
        let (made, committed) = std::thread::scope(|scope| {
            let span = tracing::Span::current();
            let committing = ready.map(|batch| scope.spawn(move || span.in_scope(|| task.commit(batch))));
            (task.make(&records, now), committing.map(std::thread::ScopedJoinHandle::join))
        });
        if let Some(committed) = committed {
            self.report.committed(committed.map_err(|_| anyhow::anyhow!("the store stopped unexpectedly"))??);
        }
        for (record, made) in records.iter().zip(made) {
            self.made(record, made?);
        }
        self.ready = self.take_batch()?;
        Ok(())
    }

    fn made(&mut self, record: &Record, made: Made<Packed>) {
        match made {
            Made::Unchanged => self.report.unchanged += 1,
            Made::Broken { reason } => self.broken(Broken {
                id: Some(record.id.0.clone()),
                place: "the whole record".to_owned(),
                reason,
                body: record.body.clone(),
            }),
            Made::Entry(packed) => {
                for remark in &packed.entry().remarks {
                    self.report.remark(&record.id.0, remark);
                }
                self.batch.changes.push(Change::Put(packed));
            }
        }
    }

    fn page_end(&mut self, end: PageEnd) -> anyhow::Result<()> {
        let PageEnd { request, result, delta, progress } = end;
        let repeats = std::mem::take(&mut self.repeats);
        match result {
            PageResult::Read { mut reading, remarks } => {
                if repeats {
                    // Another page's word stands; when that one is gone, this page must be read and not taken as known.
                    reading.validators = None;
                }
                for remark in &remarks {
                    self.report.remark("", remark);
                }
                let hash = request_hash(&self.task.configured, &request);
                let reading = serde_json::to_vec(&reading)?;
                let kept = self.task.store.reading(self.task.source.name.as_str(), &hash)?;
                if kept.as_ref() != Some(&reading) {
                    self.batch.readings.push((hash, Some(reading)));
                }
            }
            PageResult::NotModified(reading) => {
                let fresh =
                    reading.records.iter().filter(|id| self.met.insert(Fingerprint::of_id(id))).count();
                self.report.unchanged += u64::try_from(fresh).unwrap_or(u64::MAX);
            }
            PageResult::Failed { error, replaced: false } => self.report.error(error),
            PageResult::Failed { error, replaced: true } => self.report.note(error),
        }
        if let Some(checkpoint) = &mut self.checkpoint {
            checkpoint.apply(delta)?;
        }
        self.report.total = progress.total;
        self.report.seen = progress.tally.records;
        self.watcher.progress(&RunProgress {
            source: self.report.name.clone(),
            seen: progress.tally.records,
            total: progress.total,
            requests: progress.tally.requests,
            pending: progress.pending,
        });
        let settle = self.settling.is_due()?;
        if settle || self.pending.len() >= CHUNK / 2 {
            if settle || progress.tally.records <= EACH_PAGE {
                self.save_checkpoint()?;
            }
            self.flush()?;
        }
        if settle && !self.task.dry_run {
            self.settling.begin();
        }
        Ok(())
    }

    /// Puts the walk's checkpoint into the batch, in which all records of its pages are or were before; and since when what
    /// it saw is true, which whoever resumes it must know.
    fn save_checkpoint(&mut self) -> anyhow::Result<()> {
        if let Some(checkpoint) = &self.checkpoint {
            self.batch.checkpoint = moisson_store::Checkpoint::Save(serde_json::to_vec(checkpoint)?);
            self.batch.state = Some(self.task.state.clone());
        }
        Ok(())
    }

    /// What has come together, if anything has.
    fn take_batch(&mut self) -> anyhow::Result<Option<Batch>> {
        let batch = &self.batch;
        let nothing = batch.changes.is_empty()
            && batch.readings.is_empty()
            && batch.broken.is_empty()
            && batch.checkpoint == moisson_store::Checkpoint::Keep;
        if nothing {
            return Ok(None);
        }
        let mut batch = std::mem::replace(&mut self.batch, self.task.batch((self.clock)()));
        if !self.announced && !batch.changes.is_empty() && batch.report.is_none() {
            // Should the program end before the run does, what it made so far still leads to something.
            let running = RunReport { outcome: RunOutcome::Running, ..self.report.clone() };
            provenance::put(&mut batch, &self.task.base, &running)?;
            self.announced = true;
        }
        Ok(Some(batch))
    }

    /// Commits all that has come together.
    fn commit(&mut self) -> anyhow::Result<()> {
        let batches = [self.ready.take(), self.take_batch()?];
        for batch in batches.into_iter().flatten() {
            self.report.committed(self.task.commit(batch)?);
        }
        Ok(())
    }

    /// Removes records, in batches.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(super) fn remove(&mut self, ids: &[String], reason: &str) -> anyhow::Result<()> {
        let source = self.task.source.name.as_str().to_owned();
        for chunk in ids.chunks(CHUNK) {
            for id in chunk {
                let key = RecordKey::new(source.as_str(), id.as_str());
                self.batch.changes.push(Change::Remove { key, reason: reason.to_owned() });
            }
            self.commit()?;
        }
        Ok(())
    }

    /// The records that the source named as deleted, in this run or in those that it resumes, and that are still
    /// there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn named_gone(&self) -> anyhow::Result<Vec<String>> {
        let source = self.task.source.name.as_str();
        let mut gone = Vec::new();
        for id in self.checkpoint.iter().flat_map(Checkpoint::gone) {
            if self.task.store.fingerprint(&RecordKey::new(source, id.0.as_str()))?.is_some() {
                gone.push(id.0.clone());
            }
        }
        Ok(gone)
    }

    /// Whether the walk, those that it resumes included, saw that the source has this record.
    pub(super) fn lists(&self, id: &str) -> bool {
        let id = RecordId(id.to_owned());
        self.checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.lists(&id))
    }

    /// Where the run stores.
    pub(super) fn store(&self) -> &Store {
        &self.task.store
    }

    /// The last batch of a run: its report, the source's state, and the checkpoint kept or cleared.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(super) fn close(
        mut self,
        state: &super::state::SourceState,
        kept: &Kept<'_>,
        unfinished: Option<&Checkpoint>,
    ) -> anyhow::Result<RunReport> {
        self.report.duration_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        if self.task.dry_run {
            return Ok(self.report);
        }
        self.batch.checkpoint = match unfinished {
            Some(checkpoint) => moisson_store::Checkpoint::Save(serde_json::to_vec(checkpoint)?),
            None => moisson_store::Checkpoint::Clear,
        };
        self.batch.at = (self.clock)();
        self.batch.state = Some(serde_json::to_value(state)?);
        if let Some(waiting) = kept.waiting {
            waiting.save(&mut self.batch)?;
        }
        if let Some(told) = kept.told {
            told.save(&mut self.batch)?;
        }
        // What the store has of the source is what it had before this batch, which removes nothing more.
        self.report.ended = Some((self.clock)());
        let counts = self.task.store.counts()?;
        let of = counts.sources.get(&self.report.name).copied().unwrap_or_default();
        (self.report.records, self.report.conforms) = (of.records(), of.conforming);
        provenance::put(&mut self.batch, &self.task.base, &self.report)?;
        self.task.store.commit(self.batch)?;
        self.task.store.settle()?;
        Ok(self.report)
    }
}

/// What is kept of a source beside its state, where it changed.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    pub(super) waiting: Option<&'a Waiting>,
    pub(super) told: Option<&'a Told>,
}

/// The key of what is remembered of a request: the request and the configuration that it was made for.
pub(super) fn request_hash(configured: &str, request: &moisson_harvest::Request) -> RequestHash {
    let text = format!("{configured} {}", Fingerprint::of_request(request));
    RequestHash(Sha256::digest(text.as_bytes()).into())
}
