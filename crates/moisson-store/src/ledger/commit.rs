//! How a batch becomes operations on the ledger and a change for the projections.

use std::{collections::BTreeMap, sync::Arc};

use oxrdf::NamedNode;

use super::{
    content, diff,
    head::{Head, to_json},
    keys,
    kv::{Kv, Op},
    log::{self, LogEntry},
    run_graph,
    shared::Tally,
};
use crate::{
    Batch, Broken, Change, Checkpoint, Committed, Delta, Entry, Generation, Gone, Happening, HistoryEntry,
    Kind, Life, Packed, RecordDelta, RecordKey, Run, RunGraph, RunId, SourceCounts, StoreError, StoredRecord,
    codec,
};

/// What a batch comes to.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    kv: &'a Kv,
    run: RunId,
    activity: Option<NamedNode>,
    at: jiff::Timestamp,
    /// The number that the batch will have.
    sequence: u64,
    /// The generation that it will lead to, if it changes anything that is served.
    generation: Generation,
    counts: SourceCounts,
    tally: Tally,
    /// IRIs given in this very batch.
    names: BTreeMap<String, RecordKey>,
    pub(super) ops: Vec<Op>,
    pub(super) delta: Delta,
    pub(super) committed: Committed,
}

impl<'a> Draft<'a> {
    /// Works a batch out. Nothing is written yet.
    pub(super) fn new(kv: &'a Kv, sequence: u64, batch: Batch) -> Result<Self, StoreError> {
        check(&batch)?;
        let before = super::generation(kv)?;
        let mut draft = Self {
            kv,
            run: batch.run.clone(),
            activity: batch.activity.clone(),
            at: batch.at,
            sequence,
            generation: before.next(),
            counts: super::source_counts(kv, &batch.source)?,
            tally: Tally::default(),
            names: BTreeMap::new(),
            ops: Vec::new(),
            delta: Delta::default(),
            committed: Committed { generation: before, ..Committed::default() },
        };
        let Batch {
            source,
            run,
            activity: _,
            at: _,
            changes,
            seen,
            checkpoint,
            readings,
            broken,
            report,
            described,
            state,
        } = batch;
        // The last change of a record counts.
        let changes: BTreeMap<RecordKey, Change> =
            changes.into_iter().map(|change| (change.key().clone(), change)).collect();
        for (key, change) in changes {
            draft.change(key, change)?;
        }
        if let Some(report) = report {
            draft.report(&source, &run, &report, described)?;
        }
        draft.finish_served(&source)?;
        draft.walk(&source, &seen, checkpoint)?;
        for (request, reading) in readings {
            let key = keys::reading(&source, &request);
            draft.ops.push(match reading {
                Some(reading) => Op::Put(key, codec::pack(&reading)?),
                None => Op::Delete(key),
            });
        }
        draft.set_aside(&source, &run, broken)?;
        if let Some(state) = state {
            draft.ops.push(Op::Put(keys::source(keys::STATE, &source), to_json(&state)?));
        }
        Ok(draft)
    }

    fn change(&mut self, key: RecordKey, change: Change) -> Result<(), StoreError> {
        let head = self.kv.get(&keys::record(keys::RECORD, &key))?;
        let head = head.map(|bytes| Head::from_bytes(&bytes)).transpose()?;
        match (change, head) {
            (Change::Put(packed), head) => self.put(*packed, head),
            (Change::Remove { reason, .. }, Some(head)) if head.is_live() => self.remove(key, head, reason),
            (Change::Restore { reason, .. }, Some(head)) if !head.is_live() => {
                self.restore(key, head, reason)
            }
            (Change::Remove { .. } | Change::Restore { .. }, _) => Ok(()),
        }
    }

    fn put(&mut self, packed: Packed, head: Option<Head>) -> Result<(), StoreError> {
        let entry = &packed.entry;
        let same = head.as_ref().is_some_and(|head| head.fingerprint == entry.written.fingerprint);
        if let Some(head) = &head
            && same
            && head.is_live()
            && head.report_hash == packed.report_hash
            && head.conforms.is_some()
            && head.life.mapping_version == entry.mapping_version
        {
            self.committed.unchanged += 1;
            return Ok(());
        }
        if let Some(reason) = self.objection(entry, head.as_ref())? {
            self.committed.refused.push((packed.entry.key, reason));
            return Ok(());
        }
        let what = match &head {
            None => Some(Happening::New),
            Some(head) if !head.is_live() => Some(Happening::Back),
            Some(_) if !same => Some(Happening::Changed),
            Some(_) => None,
        };
        *self.tally_of(what) += 1;
        let mut changes = Vec::new();
        if let Some(head) = &head {
            let before =
                content::decode(&super::required(self.kv, &keys::record(keys::CONTENT, &entry.key))?)?;
            if head.is_live() {
                self.tally.take(&before.shared);
                self.uncount(head);
            } else {
                self.counts.gone = self.counts.gone.saturating_sub(1);
            }
            self.leave_names(head, entry);
            if !same {
                changes = diff::diff(&before.resource, &entry.resource)?;
            }
        }
        if let Some(what) = what {
            let line = HistoryEntry {
                run: self.run.clone(),
                generation: self.generation,
                at: self.at,
                what,
                reason: None,
                changes,
            };
            self.history(&entry.key, line)?;
        }
        self.store(packed, head, what.is_some())
    }

    /// Writes an entry that is new or different.
    fn store(&mut self, packed: Packed, head: Option<Head>, changed: bool) -> Result<(), StoreError> {
        let Packed { entry, report_hash, raw_hash, content, raw } = packed;
        let life = match head {
            Some(head) if !changed => Life { mapping_version: entry.mapping_version, ..head.life },
            head => {
                let (first_run, listed) = head.map_or_else(
                    || (self.run.clone(), self.at),
                    |head| (head.life.first_run, head.life.listed),
                );
                Life {
                    first_run,
                    last_run: self.run.clone(),
                    listed,
                    changed: self.at,
                    made_by: self.activity.as_ref().map(|run| run.as_str().to_owned()),
                    mapping_version: entry.mapping_version,
                    gone: None,
                }
            }
        };
        let own_words = life.own_words(&entry.written.graph_name);
        let head = Head {
            iri: entry.written.iri.as_str().to_owned(),
            graph: entry.written.graph_name.as_str().to_owned(),
            report_graph: entry.report.graph.as_str().to_owned(),
            kind: Kind::of(&entry.resource),
            raw_hash,
            fingerprint: entry.written.fingerprint,
            report_hash,
            conforms: Some(!entry.report.has_violation()),
            quads: (entry.written.record.len() + own_words.len() + entry.report.triples.len()) as u64,
            life: life.clone(),
        };
        self.ops.push(Op::Put(keys::record(keys::RECORD, &entry.key), head.to_bytes()?));
        self.ops.push(Op::Put(keys::record(keys::CONTENT, &entry.key), content));
        self.ops.push(Op::Put(keys::record(keys::RAW, &entry.key), raw));
        self.ops.push(Op::Put(keys::iri(&head.iri), to_json(&entry.key)?));
        self.names.insert(head.iri.clone(), entry.key.clone());
        self.count(&head);
        self.tally.add(&entry.written.shared);
        let Entry { key, raw: _, resource, remarks, page_remarks, written, report, mapping_version: _ } =
            entry;
        let mut triples = written.record;
        super::add_own_words(&mut triples, &written.graph_name, own_words);
        self.delta.records.push(RecordDelta {
            key: key.clone(),
            graph: written.graph_name.clone(),
            report_graph: report.graph.clone(),
            now: Some(Arc::new(StoredRecord {
                key,
                iri: written.iri,
                graph: written.graph_name,
                resource,
                remarks,
                page_remarks,
                report,
                triples,
                shared: written.shared,
                life,
            })),
        });
        Ok(())
    }

    fn remove(&mut self, key: RecordKey, mut head: Head, reason: String) -> Result<(), StoreError> {
        let before = content::decode(&super::required(self.kv, &keys::record(keys::CONTENT, &key))?)?;
        self.tally.take(&before.shared);
        self.uncount(&head);
        self.counts.gone += 1;
        self.committed.removed += 1;
        let line = self.line(Happening::Gone, Some(reason.clone()));
        self.history(&key, line)?;
        head.life.last_run = self.run.clone();
        head.life.gone = Some(Gone { run: self.run.clone(), at: self.at, reason });
        self.ops.push(Op::Put(keys::record(keys::RECORD, &key), head.to_bytes()?));
        self.delta.records.push(RecordDelta {
            key,
            graph: super::node(&head.graph),
            report_graph: super::node(&head.report_graph),
            now: None,
        });
        Ok(())
    }

    fn restore(&mut self, key: RecordKey, mut head: Head, reason: String) -> Result<(), StoreError> {
        let content = content::decode(&super::required(self.kv, &keys::record(keys::CONTENT, &key))?)?;
        self.tally.add(&content.shared);
        self.count(&head);
        self.counts.gone = self.counts.gone.saturating_sub(1);
        self.committed.back += 1;
        let line = self.line(Happening::Back, Some(reason));
        self.history(&key, line)?;
        head.life.last_run = self.run.clone();
        head.life.changed = self.at;
        head.life.gone = None;
        self.ops.push(Op::Put(keys::record(keys::RECORD, &key), head.to_bytes()?));
        self.delta.records.push(RecordDelta {
            key: key.clone(),
            graph: super::node(&head.graph),
            report_graph: super::node(&head.report_graph),
            now: Some(Arc::new(super::stored(key, head, content))),
        });
        Ok(())
    }

    /// Why an entry cannot be stored.
    fn objection(&self, entry: &Entry, head: Option<&Head>) -> Result<Option<String>, StoreError> {
        if entry.key.id.is_empty() || entry.key.id.len() > RecordKey::MAX_ID {
            let (length, limit) = (entry.key.id.len(), RecordKey::MAX_ID);
            return Ok(Some(format!("its id has {length} bytes; 1 to {limit} are possible")));
        }
        let iri = entry.written.iri.as_str();
        if head.is_some_and(|head| head.iri == iri) {
            return Ok(None);
        }
        let holder = match (self.names.get(iri), self.kv.get(&keys::iri(iri))?) {
            (Some(key), _) => key.clone(),
            (None, Some(bytes)) => super::head::from_json(&bytes, "the name of a record")?,
            (None, None) => return Ok(None),
        };
        Ok((holder != entry.key).then(|| format!("its IRI `{iri}` is that of the record `{holder}`")))
    }

    /// If the record is called something else now, its old names go.
    fn leave_names(&mut self, head: &Head, entry: &Entry) {
        if head.iri != entry.written.iri.as_str() {
            self.ops.push(Op::Delete(keys::iri(&head.iri)));
        }
        for (old, new) in
            [(&head.graph, &entry.written.graph_name), (&head.report_graph, &entry.report.graph)]
        {
            if old != new.as_str() {
                self.delta.dropped.push(super::node(old));
            }
        }
    }

    fn count(&mut self, head: &Head) {
        *self.counts.of(head.kind) += 1;
        self.counts.conforming += u64::from(head.conforms == Some(true));
        self.counts.quads += head.quads;
    }

    fn uncount(&mut self, head: &Head) {
        let count = self.counts.of(head.kind);
        *count = count.saturating_sub(1);
        let conforms = u64::from(head.conforms == Some(true));
        self.counts.conforming = self.counts.conforming.saturating_sub(conforms);
        self.counts.quads = self.counts.quads.saturating_sub(head.quads);
    }

    fn tally_of(&mut self, what: Option<Happening>) -> &mut u64 {
        match what {
            Some(Happening::New) => &mut self.committed.new,
            Some(Happening::Changed) => &mut self.committed.changed,
            Some(Happening::Back) => &mut self.committed.back,
            Some(Happening::Gone) => &mut self.committed.removed,
            None => &mut self.committed.refreshed,
        }
    }

    fn line(&self, what: Happening, reason: Option<String>) -> HistoryEntry {
        HistoryEntry {
            run: self.run.clone(),
            generation: self.generation,
            at: self.at,
            what,
            reason,
            changes: Vec::new(),
        }
    }

    fn history(&mut self, key: &RecordKey, line: HistoryEntry) -> Result<(), StoreError> {
        let mut lines = super::history(self.kv, key)?;
        lines.push(line);
        let excess = lines.len().saturating_sub(HistoryEntry::MAX_KEPT);
        lines.drain(..excess);
        let value = codec::pack(&to_json(&lines)?)?;
        self.ops.push(Op::Put(keys::record(keys::HISTORY, key), value));
        Ok(())
    }

    /// If anything that is served changed: shared triples, counts, log, generations.
    fn finish_served(&mut self, source: &str) -> Result<(), StoreError> {
        let tally = std::mem::take(&mut self.tally);
        self.delta.shared = tally.finish(self.kv, &mut self.ops)?;
        if self.delta.records.is_empty() && self.delta.shared.is_empty() {
            return Ok(());
        }
        self.delta.generation = self.generation;
        self.committed.generation = self.generation;
        if !self.delta.records.is_empty() {
            self.ops.push(Op::Put(keys::source(keys::COUNTS, source), to_json(&self.counts)?));
            let number = self.generation.0.to_be_bytes().to_vec();
            self.ops.push(Op::Put(keys::RECORDS_GENERATION.to_vec(), number));
        }
        let (came, went): (Vec<_>, Vec<_>) = self.delta.shared.iter().partition(|shared| shared.present);
        let count = (super::shared_count(self.kv)? + came.len() as u64).saturating_sub(went.len() as u64);
        self.ops.push(Op::Put(keys::SHARED_COUNT.to_vec(), count.to_be_bytes().to_vec()));
        let entry = LogEntry {
            records: self.delta.records.iter().map(|record| record.key.clone()).collect(),
            dropped: self.delta.dropped.clone(),
            shared: self.delta.shared.clone(),
        };
        self.ops.push(Op::Put(keys::log(self.generation), entry.encode()?));
        if let Some(old) = self.generation.0.checked_sub(log::KEPT) {
            self.ops.push(Op::Delete(keys::log(Generation(old))));
        }
        self.ops.push(Op::Put(keys::GENERATION.to_vec(), self.generation.0.to_be_bytes().to_vec()));
        Ok(())
    }

    fn walk(&mut self, source: &str, seen: &[String], checkpoint: Checkpoint) -> Result<(), StoreError> {
        let key = keys::source(keys::CHECKPOINT, source);
        match checkpoint {
            Checkpoint::Keep => {}
            Checkpoint::Save(bytes) => self.ops.push(Op::Put(key, codec::pack(&bytes)?)),
            Checkpoint::Clear => {
                if self.kv.contains(&key)? {
                    self.ops.push(Op::Delete(key));
                }
                for key in self.kv.keys(&keys::within(keys::SEEN, source)) {
                    self.ops.push(Op::Delete(key?));
                }
                return Ok(());
            }
        }
        if !seen.is_empty() {
            let key = keys::numbered(keys::within(keys::SEEN, source), self.sequence);
            self.ops.push(Op::Put(key, codec::pack(&to_json(&seen)?)?));
        }
        Ok(())
    }

    fn set_aside(&mut self, source: &str, run: &RunId, broken: Vec<Broken>) -> Result<(), StoreError> {
        if broken.is_empty() {
            return Ok(());
        }
        let prefix = keys::broken(source, run);
        let first = match self.kv.last_key(&prefix)? {
            None => 0,
            Some(key) => super::number_of(&key)? + 1,
        };
        for (number, broken) in (first..Broken::MAX_PER_RUN as u64).zip(broken) {
            let Broken { id, place, reason, body } = broken;
            let mut value = Vec::new();
            codec::section(&mut value, &to_json(&(id, place, reason))?);
            value.extend_from_slice(body.get(..Broken::MAX_BODY).unwrap_or(&body));
            self.ops.push(Op::Put(keys::numbered(prefix.clone(), number), codec::pack(&value)?));
        }
        Ok(())
    }

    /// Stores a run's report and its graph; the oldest runs go with theirs.
    fn report(
        &mut self,
        source: &str,
        run: &RunId,
        report: &serde_json::Value,
        described: Option<RunGraph>,
    ) -> Result<(), StoreError> {
        let key = keys::run(source, run);
        if !self.kv.contains(&key)? {
            let prefix = keys::within(keys::RUN, source);
            let old: Vec<_> = self.kv.keys(&prefix).collect::<Result<_, _>>()?;
            let excess = (old.len() + 1).saturating_sub(Run::MAX_KEPT);
            for key in old.into_iter().take(excess) {
                let run = super::text(key.get(prefix.len()..).unwrap_or_default(), "the name of a run")?;
                let run = RunId(run);
                for key in self.kv.keys(&keys::broken(source, &run)) {
                    self.ops.push(Op::Delete(key?));
                }
                self.take_graph(&keys::run_graph(source, &run), true)?;
                self.ops.push(Op::Delete(key));
            }
        }
        let at = keys::run_graph(source, run);
        self.take_graph(&at, described.is_none())?;
        if let Some(described) = described {
            self.tally.add(&run_graph::shared(&described));
            self.ops.push(Op::Put(at, run_graph::encode(&described)?));
        }
        self.ops.push(Op::Put(key, codec::pack(&to_json(report)?)?));
        Ok(())
    }
}

impl Draft<'_> {
    /// The graph of a run says nothing more; if nothing comes in its place, it is forgotten.
    fn take_graph(&mut self, at: &[u8], forget: bool) -> Result<(), StoreError> {
        let Some(packed) = self.kv.get(at)? else { return Ok(()) };
        self.tally.take(&run_graph::shared(&run_graph::decode(&packed)?));
        if forget {
            self.ops.push(Op::Delete(at.to_vec()));
        }
        Ok(())
    }
}

/// Whether a batch makes sense as a whole.
fn check(batch: &Batch) -> Result<(), StoreError> {
    let wrong = |reason: String| {
        Err(StoreError::Batch { source_name: batch.source.clone(), run: batch.run.0.clone(), reason })
    };
    if batch.source.is_empty() || batch.source.contains('\0') {
        return wrong("the source's name is empty or contains a zero byte".to_owned());
    }
    if batch.run.0.is_empty() || batch.run.0.contains('\0') {
        return wrong("the run's id is empty or contains a zero byte".to_owned());
    }
    if let Some(change) = batch.changes.iter().find(|change| change.key().source != batch.source) {
        return wrong(format!("it changes the record `{}` of another source", change.key()));
    }
    Ok(())
}
