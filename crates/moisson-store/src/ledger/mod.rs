//! The ledger: what was harvested, and the truth about it. Quads and search index are made from it.
//!
//! A commit is appended to the [journal] and synced, then applied to the [database](kv). At the start the
//! database is brought up to the end of the journal. When the journal has grown long, a checkpoint of the
//! whole is written and the journal begins anew. So nothing rests on the database being intact: if it is
//! damaged, it is made again from checkpoint and journal.

mod commit;
pub(crate) mod content;
mod copies;
mod diff;
mod dump;
mod frame;
mod head;
mod journal;
mod keys;
mod kv;
mod log;
mod notes;
mod open;
mod read;
mod run_graph;
mod shared;

pub(crate) use copies::{Compared, CopyChanges};
pub use diff::diff as difference;
pub(crate) use open::restore;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};

use oxrdf::{NamedNode, NamedOrBlankNode, Triple};
use sha2::{Digest, Sha256};

use self::{
    commit::Draft,
    content::Content,
    head::{Head, from_json},
    journal::Journal,
    kv::{Kv, Op, array},
};
use crate::{
    Batch, Committed, Delta, Generation, HistoryEntry, RecordDelta, RecordKey, SharedDelta, SourceCounts,
    StoreError, StoredRecord, codec,
};

/// About how many records a [`Delta`] from the ledger holds.
const DELTA_RECORDS: usize = 500;

/// The ledger of one data folder, open.
#[derive(Debug)]
pub(crate) struct Ledger {
    folder: PathBuf,
    kv: Kv,
    /// A checkpoint is worth it when the journal is this long and twice as long as the checkpoint before.
    journal_bytes: u64,
    writer: Mutex<Writer>,
    /// Held while files of the ledger are exchanged or copied as a whole.
    maintenance: Mutex<()>,
}

/// What only one may have at a time.
#[derive(Debug)]
struct Writer {
    journal: Journal,
    /// Why nothing may be written any more.
    halted: Option<String>,
    /// The size of the last checkpoint, in bytes.
    checkpoint: u64,
}

impl Ledger {
    /// Stores a batch, durably, and hands what changed to `then` before the next one may come.
    pub(crate) fn commit(&self, batch: Batch, then: impl FnOnce(Delta)) -> Result<Committed, StoreError> {
        let mut writer = self.writable()?;
        let sequence = writer.journal.last() + 1;
        let Draft { ops, delta, committed, .. } = Draft::new(&self.kv, sequence, batch)?;
        if ops.is_empty() {
            return Ok(committed);
        }
        self.write(&mut writer, sequence, &ops)?;
        if delta.generation > Generation(0) {
            then(delta);
        }
        Ok(committed)
    }

    /// Writes operations to the journal, durably, and applies them.
    fn write(&self, writer: &mut Writer, sequence: u64, ops: &[Op]) -> Result<(), StoreError> {
        let frame = frame::encode(sequence, ops).map_err(StoreError::io("write", &self.folder))?;
        let written = writer.journal.append(sequence, &frame).inspect_err(|error| {
            if let StoreError::Halted { reason } = error {
                writer.halted = Some(reason.clone());
            }
        });
        written?;
        if let Err(error) = self.kv.apply(sequence, ops) {
            // It is committed, and the next start will apply it; but nothing can be built on it now.
            writer.halted = Some(error.to_string());
            return Err(StoreError::Halted { reason: error.to_string() });
        }
        Ok(())
    }

    /// What there is to do for a projection that stands at `from`: one or more generations, ending when about
    /// [`DELTA_RECORDS`] records are touched. None if the log does not go back that far.
    pub(crate) fn delta_since(&self, from: Generation) -> Result<Option<Delta>, StoreError> {
        let now = self.generation()?;
        let mut delta = Delta { generation: from, ..Delta::default() };
        let mut touched = BTreeSet::new();
        let mut shared = BTreeMap::new();
        while delta.generation < now && touched.len() < DELTA_RECORDS {
            delta.generation = delta.generation.next();
            let Some(packed) = self.kv.get(&keys::log(delta.generation))? else { return Ok(None) };
            let entry = log::LogEntry::decode(&packed)?;
            delta.dropped.extend(entry.dropped);
            touched.extend(entry.records);
            shared.extend(entry.shared.into_iter().map(|s| (keys::shared(&s.graph, &s.triple), s)));
        }
        for key in touched {
            if let Some(record) = self.record(&key)? {
                delta.records.push(record_delta(record));
            }
        }
        for (key, change) in shared {
            let present = self.kv.contains(&key)?;
            delta.shared.push(SharedDelta { present, ..change });
        }
        Ok(Some(delta))
    }

    /// All that there is, in parts, to fill an empty projection. Others may write meanwhile; what they change
    /// is in the log after the generation that is given to `part` with the number of records done.
    pub(crate) fn everything(
        &self,
        part: &mut dyn FnMut(Delta, u64) -> Result<(), StoreError>,
    ) -> Result<Generation, StoreError> {
        let generation = self.generation()?;
        let mut records = self.records(None, None, false).peekable();
        let mut done = 0;
        while records.peek().is_some() {
            let mut delta = Delta::default();
            for record in records.by_ref().take(DELTA_RECORDS) {
                delta.records.push(record_delta(record?));
            }
            done += delta.records.len() as u64;
            part(delta, done)?;
        }
        let mut shared = self.shared(None).peekable();
        while shared.peek().is_some() {
            let mut delta = Delta::default();
            for item in shared.by_ref().take(DELTA_RECORDS * 10) {
                let (graph, triple, _) = item?;
                delta.shared.push(SharedDelta { graph, triple, present: true });
            }
            part(delta, done)?;
        }
        Ok(generation)
    }

    /// Whether the record is there and its raw bytes and mapping are as these.
    pub(crate) fn unchanged(
        &self,
        key: &RecordKey,
        raw: &[u8],
        mapping_version: u32,
    ) -> Result<bool, StoreError> {
        let Some(head) = self.head(key)? else { return Ok(false) };
        let hash: [u8; 32] = Sha256::digest(raw).into();
        Ok(head.is_live() && head.raw_hash == hash && head.life.mapping_version == mapping_version)
    }

    fn head(&self, key: &RecordKey) -> Result<Option<Head>, StoreError> {
        self.kv.get(&keys::record(keys::RECORD, key))?.map(|bytes| Head::from_bytes(&bytes)).transpose()
    }

    /// The writer, if anything may still be written.
    fn writable(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        let writer = self.writer();
        match &writer.halted {
            Some(reason) => Err(StoreError::Halted { reason: reason.clone() }),
            None => Ok(writer),
        }
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(|poisoned| {
            // What the panic kept from being applied, the next start applies.
            let mut writer = poisoned.into_inner();
            writer.halted.get_or_insert_with(|| "an earlier commit ended in a panic".to_owned());
            writer
        })
    }
}

fn record_delta(record: StoredRecord) -> RecordDelta {
    RecordDelta {
        key: record.key.clone(),
        graph: record.graph.clone(),
        report_graph: record.report.graph.clone(),
        now: (!record.is_gone()).then(|| Arc::new(record)),
    }
}

/// The record that head and content make.
fn stored(key: RecordKey, head: Head, content: Content) -> StoredRecord {
    let Content { resource, remarks, page_remarks, report, mut triples, shared } = content;
    let graph = node(&head.graph);
    add_own_words(&mut triples, &graph, head.life.own_words(&graph));
    StoredRecord {
        key,
        iri: node(&head.iri),
        graph,
        resource,
        remarks,
        page_remarks,
        report,
        triples,
        shared,
        life: head.life,
    }
}

/// Puts what we say of our runs where the other statements about the catalogue record are, so that they stand together.
fn add_own_words(triples: &mut Vec<Triple>, graph: &NamedNode, own_words: Vec<Triple>) {
    let about =
        |triple: &Triple| matches!(&triple.subject, NamedOrBlankNode::NamedNode(node) if node == graph);
    let at = triples.iter().rposition(about).map_or(triples.len(), |last| last + 1);
    triples.splice(at..at, own_words);
}

fn generation(kv: &Kv) -> Result<Generation, StoreError> {
    Ok(Generation(count(kv, keys::GENERATION)?))
}

fn shared_count(kv: &Kv) -> Result<u64, StoreError> {
    count(kv, keys::SHARED_COUNT)
}

fn count(kv: &Kv, key: &[u8]) -> Result<u64, StoreError> {
    match kv.get(key)? {
        None => Ok(0),
        Some(bytes) => Ok(u64::from_be_bytes(array(&bytes, "a number of the ledger")?)),
    }
}

fn source_counts(kv: &Kv, source: &str) -> Result<SourceCounts, StoreError> {
    let counts = kv.get(&keys::source(keys::COUNTS, source))?;
    Ok(counts.map(|bytes| from_json(&bytes, "the counts of a source")).transpose()?.unwrap_or_default())
}

fn history(kv: &Kv, key: &RecordKey) -> Result<Vec<HistoryEntry>, StoreError> {
    const WHAT: &str = "the history of a record";
    match kv.get(&keys::record(keys::HISTORY, key))? {
        None => Ok(Vec::new()),
        Some(packed) => from_json(&codec::unpack(&packed, WHAT)?, WHAT),
    }
}

/// A value that must be there.
fn required(kv: &Kv, key: &[u8]) -> Result<Vec<u8>, StoreError> {
    kv.get(key)?
        .ok_or_else(|| StoreError::damaged(format!("ledger entry `{}`", key.escape_ascii()), "it is missing"))
}

/// The number at the end of a key.
fn number_of(key: &[u8]) -> Result<u64, StoreError> {
    let bytes = key.split_last_chunk::<8>().map(|(_, number)| *number);
    bytes
        .map(u64::from_be_bytes)
        .ok_or_else(|| StoreError::damaged("a key of the ledger", "no number at its end"))
}

fn text(bytes: &[u8], what: &str) -> Result<String, StoreError> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| StoreError::damaged(what, error))
}

fn node(iri: &str) -> NamedNode {
    NamedNode::new_unchecked(iri)
}
