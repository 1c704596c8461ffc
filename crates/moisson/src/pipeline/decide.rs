//! What a person decides about records: removals accepted, records brought back, a source's records removed.
//!
//! Each decision is a run with a report of its own, so that what names it finds it, and says who decided.

use anyhow::bail;
use jiff::Timestamp;
use moisson_dcat::Iri;
use moisson_store::{Batch, Change, Checkpoint, RecordKey, RunId, Store};

use super::{RunOutcome, RunReport, RunTask, measure, provenance, waiting::Waiting};
use crate::alerts::Told;

/// Records changed in one batch.
const CHUNK: usize = 200;

/// What somebody decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    /// The removals that this run held back are made.
    Accept(&'a str),
    /// These removed records come back with their last content. They stay until their source has them again, and are then
    /// like any other.
    Undelete(&'a [String]),
    /// All records of the source go, each with a tombstone, and what is remembered of its unfinished run.
    RemoveAll,
}

/// Somebody who decides about the records of a source.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// Where the records are.
    pub store: &'a Store,
    /// What the portal's IRIs start with.
    pub base: &'a Iri,
    /// The source, and its harvester if that is known.
    pub source: (&'a str, &'a str),
    /// Who, as it is to be told.
    pub who: &'a str,
    /// When; it names the run.
    pub at: Timestamp,
}

impl Decider<'_> {
    /// Does it. Says how many records went or came back.
    ///
    /// # Errors
    /// When the run holds nothing back, or a record is unknown or not removed: then nothing is done. When the store cannot
    /// be read or written.
    pub fn decide(self, decision: Decision<'_>) -> anyhow::Result<u64> {
        match decision {
            Decision::Accept(run) => self.accept(run),
            Decision::Undelete(ids) => self.undelete(ids),
            Decision::RemoveAll => self.remove_all(),
        }
    }

    fn accept(self, run: &str) -> anyhow::Result<u64> {
        let (source, _) = self.source;
        let mut waiting = Waiting::load(self.store, source)?;
        let held = match waiting.held.take() {
            Some(held) if held.run == run => held,
            Some(held) => bail!("run `{run}` of `{source}` holds nothing back; run `{}` does", held.run),
            None => bail!("no run of `{source}` holds a removal back"),
        };
        let mut report = self.report(format!("{} accepted the removals that run {run} held back", self.who));
        for (reason, ids) in &held.removals {
            let reason = format!("{reason}; run {run} held it back, accepted by {}", self.who);
            let remove = |key| Change::Remove { key, reason: reason.clone() };
            self.change(&mut report, ids, &remove)?;
        }
        self.end(report, &waiting, Checkpoint::Keep).map(|report| report.gone)
    }

    fn undelete(self, ids: &[String]) -> anyhow::Result<u64> {
        let (source, _) = self.source;
        for id in ids {
            match self.store.record(&RecordKey::new(source, id.as_str()))? {
                Some(record) if record.is_gone() => {}
                Some(_) => bail!("record `{id}` of `{source}` is not removed"),
                None => bail!("`{source}` never had a record `{id}`; ids are as the source writes them"),
            }
        }
        let mut waiting = Waiting::load(self.store, source)?;
        waiting.kept.extend(ids.iter().cloned());
        let mut report = self.report(format!("{} brought removed records back", self.who));
        let mut batch = self.batch();
        // Before the records are there, so that no run removes them again.
        waiting.save(&mut batch)?;
        self.store.commit(batch)?;
        let reason = format!("brought back by {}", self.who);
        let restore = |key| Change::Restore { key, reason: reason.clone() };
        self.change(&mut report, ids, &restore)?;
        self.end(report, &waiting, Checkpoint::Keep).map(|report| report.back)
    }

    fn remove_all(self) -> anyhow::Result<u64> {
        let (source, _) = self.source;
        let ids: Vec<String> = self.store.known_ids(source).collect::<Result<_, _>>()?;
        let mut report = self.report(format!("{} removed the source with its records", self.who));
        let reason = format!("its source was removed by {}", self.who);
        let remove = |key| Change::Remove { key, reason: reason.clone() };
        self.change(&mut report, &ids, &remove)?;
        self.end(report, &Waiting::default(), Checkpoint::Clear).map(|report| report.gone)
    }

    fn report(&self, reason: String) -> RunReport {
        let (source, kind) = self.source;
        let mut report = RunReport::new(source, kind, &RunId::at(self.at).0, self.at);
        (report.task, report.outcome) = (RunTask::Decision, RunOutcome::Running);
        report.reason = Some(reason);
        report
    }

    fn batch(&self) -> Batch {
        let run = RunId::at(self.at);
        let activity = provenance::run_iri(self.base, self.source.0, &run);
        Batch { activity: Some(activity), ..Batch::new(self.source.0, run, self.at) }
    }

    /// Changes records, in batches.
    fn change(
        &self,
        report: &mut RunReport,
        ids: &[String],
        change: &dyn Fn(RecordKey) -> Change,
    ) -> anyhow::Result<()> {
        for ids in ids.chunks(CHUNK) {
            let mut batch = self.batch();
            batch.changes = ids.iter().map(|id| change(RecordKey::new(self.source.0, id.as_str()))).collect();
            // What names the run must find it, also if the program ends now.
            provenance::put(&mut batch, self.base, report)?;
            let committed = self.store.commit(batch)?;
            report.gone += committed.removed;
            report.back += committed.back;
        }
        Ok(())
    }

    /// The last batch: the report, and what waits from now on. A decision that found nothing to change leaves no report.
    fn end(
        &self,
        mut report: RunReport,
        waiting: &Waiting,
        checkpoint: Checkpoint,
    ) -> anyhow::Result<RunReport> {
        let (source, _) = self.source;
        report.outcome = RunOutcome::Whole;
        let mut batch = self.batch();
        batch.checkpoint = checkpoint;
        waiting.save(&mut batch)?;
        {
            let _lock = Told::lock();
            let mut told = Told::load(self.store, source)?;
            if waiting.held.is_none() && told.nothing_is_held_back() {
                told.save(&mut batch)?;
            }
            if report.gone + report.back > 0 {
                provenance::end(&mut batch, (self.store, self.base), &mut report, self.at)?;
            }
            self.store.commit(batch)?;
        }
        self.store.settle()?;
        measure::show(self.store, source)?;
        Ok(report)
    }
}
