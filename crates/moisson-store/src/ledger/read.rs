//! Reading the ledger.

use std::collections::BTreeMap;

use oxrdf::{NamedNode, Triple};

use super::{
    Ledger, content, from_json, head::Head, keys, log, number_of, run_graph, shared, shared_count, stored,
    text,
};
use crate::{
    Broken, Counts, Generation, HistoryEntry, Life, Raw, RecordKey, RequestHash, Run, RunGraph, RunId,
    SourceCounts, StoreError, StoredRecord,
    codec::{self, Reader},
};

impl Ledger {
    /// The generation that the ledger is at.
    pub(crate) fn generation(&self) -> Result<Generation, StoreError> {
        super::generation(&self.kv)
    }

    /// The last generation that changed a record.
    pub(crate) fn records_generation(&self) -> Result<Generation, StoreError> {
        match super::count(&self.kv, keys::RECORDS_GENERATION)? {
            // A ledger from before there was a difference.
            0 => self.generation(),
            number => Ok(Generation(number)),
        }
    }

    /// A record, gone or not.
    pub(crate) fn record(&self, key: &RecordKey) -> Result<Option<StoredRecord>, StoreError> {
        let Some(head) = self.head(key)? else { return Ok(None) };
        self.complete(key.clone(), head).map(Some)
    }

    fn complete(&self, key: RecordKey, head: Head) -> Result<StoredRecord, StoreError> {
        let content = super::required(&self.kv, &keys::record(keys::CONTENT, &key))?;
        Ok(stored(key, head, content::decode(&content)?))
    }

    /// What is known of the records of a source that are there, without their content.
    pub(crate) fn lives<'a>(
        &'a self,
        source: &str,
    ) -> impl Iterator<Item = Result<Life, StoreError>> + use<'a> {
        let live = |item: Result<(RecordKey, Head), StoreError>| {
            item.map(|(_, head)| head.is_live().then_some(head.life)).transpose()
        };
        self.heads(Some(source), None).filter_map(live)
    }

    /// Of each source, how many records that are there conform, by their heads.
    pub(crate) fn conforming(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        for item in self.heads(None, None) {
            let (key, head) = item?;
            if head.is_live() && head.conforms == Some(true) {
                *counts.entry(key.source).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// The key of the record with this IRI, gone or not.
    pub(crate) fn key_of(&self, iri: &str) -> Result<Option<RecordKey>, StoreError> {
        self.kv.get(&keys::iri(iri))?.map(|bytes| from_json(&bytes, "the name of a record")).transpose()
    }

    /// Heads in the order of keys, after `after`, of one source or all.
    pub(super) fn heads<'a>(
        &'a self,
        source: Option<&str>,
        after: Option<&RecordKey>,
    ) -> impl Iterator<Item = Result<(RecordKey, Head), StoreError>> + use<'a> {
        let prefix = within(source);
        let after = after.map(|key| keys::record(keys::RECORD, key));
        self.kv.scan(&prefix, after.as_deref()).map(|item| named_head(item?))
    }

    /// Keys of records that are there, in order, after `after`.
    pub(crate) fn keys_after<'a>(
        &'a self,
        source: Option<&str>,
        after: Option<&RecordKey>,
    ) -> impl Iterator<Item = Result<RecordKey, StoreError>> + use<'a> {
        self.heads(source, after).filter_map(live_key)
    }

    /// Keys of records that are there, backwards from `up_to` (itself included) or the last one.
    pub(crate) fn keys_back<'a>(
        &'a self,
        source: Option<&str>,
        up_to: Option<&RecordKey>,
    ) -> impl Iterator<Item = Result<RecordKey, StoreError>> + use<'a> {
        let prefix = within(source);
        let up_to = up_to.map(|key| keys::record(keys::RECORD, key));
        self.kv.scan_back(&prefix, up_to.as_deref()).filter_map(|item| live_key(item.and_then(named_head)))
    }

    /// Records in the order of keys, after `after`: those that are there, or those that are gone.
    pub(crate) fn records<'a>(
        &'a self,
        source: Option<&str>,
        after: Option<&RecordKey>,
        gone: bool,
    ) -> impl Iterator<Item = Result<StoredRecord, StoreError>> + use<'a> {
        self.heads(source, after)
            .filter(move |item| item.as_ref().map_or(true, |(_, head)| head.is_live() != gone))
            .map(|item| item.and_then(|(key, head)| self.complete(key, head)))
    }

    /// The ids of a source's records that are there.
    pub(crate) fn known_ids<'a>(
        &'a self,
        source: &str,
    ) -> impl Iterator<Item = Result<String, StoreError>> + use<'a> {
        self.keys_after(Some(source), None).map(|key| key.map(|key| key.id))
    }

    pub(crate) fn fingerprint(&self, key: &RecordKey) -> Result<Option<[u8; 32]>, StoreError> {
        Ok(self.head(key)?.filter(Head::is_live).map(|head| head.fingerprint))
    }

    pub(crate) fn raw(&self, key: &RecordKey) -> Result<Option<Raw>, StoreError> {
        const WHAT: &str = "the raw bytes of a record";
        let Some(packed) = self.kv.get(&keys::record(keys::RAW, key))? else { return Ok(None) };
        let bytes = codec::unpack(&packed, WHAT)?;
        let mut reader = Reader::new(&bytes);
        let media_type = reader.text().ok_or_else(|| StoreError::damaged(WHAT, "no media type"))?.to_owned();
        Ok(Some(Raw { media_type, body: bytes::Bytes::copy_from_slice(reader.rest()) }))
    }

    pub(crate) fn history(&self, key: &RecordKey) -> Result<Vec<HistoryEntry>, StoreError> {
        super::history(&self.kv, key)
    }

    pub(crate) fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts { generation: self.generation()?, ..Counts::default() };
        for item in self.kv.scan(keys::COUNTS.as_bytes(), None) {
            let (key, value) = item?;
            let of: SourceCounts = from_json(&value, "the counts of a source")?;
            counts.datasets += of.datasets;
            counts.series += of.series;
            counts.services += of.services;
            counts.gone += of.gone;
            counts.quads += of.quads;
            let name = text(key.get(keys::COUNTS.len()..).unwrap_or_default(), "the name of a source")?;
            counts.sources.insert(name, of);
        }
        counts.shared_quads = shared_count(&self.kv)?;
        counts.quads += counts.shared_quads;
        Ok(counts)
    }

    /// Shared triples with the number of records that say them: all, of one graph, or of one subject in it.
    pub(crate) fn shared<'a>(
        &'a self,
        about: Option<(&NamedNode, Option<&NamedNode>)>,
    ) -> impl Iterator<Item = Result<(NamedNode, Triple, u64), StoreError>> + use<'a> {
        let prefix = match about {
            None => keys::SHARED.as_bytes().to_vec(),
            Some((graph, None)) => keys::within(keys::SHARED, graph.as_str()),
            Some((graph, Some(subject))) => keys::shared_about(graph, &subject.to_string()),
        };
        self.kv.scan(&prefix, None).map(|item| {
            let (key, value) = item?;
            let graph = keys::read_shared(key.get(keys::SHARED.len()..).unwrap_or_default());
            let graph = graph.ok_or_else(|| StoreError::damaged("a shared triple", "no graph in its key"))?;
            let (count, triple) = shared::decode(&value)?;
            Ok((graph, triple, count))
        })
    }

    pub(crate) fn checkpoint_of(&self, source: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.packed(&keys::source(keys::CHECKPOINT, source), "a checkpoint")
    }

    pub(crate) fn seen(&self, source: &str) -> Result<Vec<String>, StoreError> {
        const WHAT: &str = "the ids seen by a run";
        let mut seen = Vec::new();
        for item in self.kv.scan(&keys::within(keys::SEEN, source), None) {
            let ids: Vec<String> = from_json(&codec::unpack(&item?.1, WHAT)?, WHAT)?;
            seen.extend(ids);
        }
        Ok(seen)
    }

    pub(crate) fn reading(&self, source: &str, request: &RequestHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.packed(&keys::reading(source, request), "what is remembered of a request")
    }

    pub(crate) fn state(&self, source: &str) -> Result<Option<serde_json::Value>, StoreError> {
        let state = self.kv.get(&keys::source(keys::STATE, source))?;
        state.map(|bytes| from_json(&bytes, "the state of a source")).transpose()
    }

    /// The runs of a source (or all), newest first.
    pub(crate) fn runs(&self, source: Option<&str>) -> Result<Vec<Run>, StoreError> {
        const WHAT: &str = "the report of a run";
        let prefix =
            source.map_or_else(|| keys::RUN.as_bytes().to_vec(), |source| keys::within(keys::RUN, source));
        let mut runs = Vec::new();
        for item in self.kv.scan(&prefix, None) {
            let (key, value) = item?;
            let key = keys::read_record(key.get(keys::RUN.len()..).unwrap_or_default());
            let RecordKey { source, id } =
                key.ok_or_else(|| StoreError::damaged(WHAT, "no source in its key"))?;
            runs.push(Run { source, id: RunId(id), report: from_json(&codec::unpack(&value, WHAT)?, WHAT)? });
        }
        runs.sort_by(|a, b| (&b.id, &a.source).cmp(&(&a.id, &b.source)));
        Ok(runs)
    }

    pub(crate) fn run(&self, source: &str, run: &RunId) -> Result<Option<Run>, StoreError> {
        const WHAT: &str = "the report of a run";
        let report = self.packed(&keys::run(source, run), WHAT)?;
        let report = report.map(|bytes| from_json(&bytes, WHAT)).transpose()?;
        Ok(report.map(|report| Run { source: source.to_owned(), id: run.clone(), report }))
    }

    /// The graph of a run.
    pub(crate) fn run_graph(&self, source: &str, run: &RunId) -> Result<Option<RunGraph>, StoreError> {
        let packed = self.kv.get(&keys::run_graph(source, run))?;
        packed.map(|packed| run_graph::decode(&packed)).transpose()
    }

    /// The graphs of the runs of a source, or of all.
    pub(crate) fn run_graphs<'a>(
        &'a self,
        source: Option<&str>,
    ) -> impl Iterator<Item = Result<RunGraph, StoreError>> + use<'a> {
        let prefix = source.map_or_else(
            || keys::RUN_GRAPH.as_bytes().to_vec(),
            |source| keys::within(keys::RUN_GRAPH, source),
        );
        self.kv.scan(&prefix, None).map(|item| run_graph::decode(&item?.1))
    }

    /// What a run set aside, in the order in which it did.
    pub(crate) fn broken(&self, source: &str, run: &RunId) -> Result<Vec<Broken>, StoreError> {
        const WHAT: &str = "a record that was set aside";
        let mut list = Vec::new();
        for item in self.kv.scan(&keys::broken(source, run), None) {
            let bytes = codec::unpack(&item?.1, WHAT)?;
            let mut reader = Reader::new(&bytes);
            let json = reader.section().ok_or_else(|| StoreError::damaged(WHAT, "not the expected parts"))?;
            let (id, place, reason) = from_json(json, WHAT)?;
            list.push(Broken { id, place, reason, body: bytes::Bytes::copy_from_slice(reader.rest()) });
        }
        Ok(list)
    }

    /// The generations that the log has, oldest first, with the keys of the records that each touched.
    pub(crate) fn changes_since(
        &self,
        from: Generation,
        limit: usize,
    ) -> Result<BTreeMap<Generation, Vec<RecordKey>>, StoreError> {
        let mut changes = BTreeMap::new();
        for item in self.kv.scan(keys::LOG.as_bytes(), Some(&keys::log(from))).take(limit) {
            let (key, value) = item?;
            changes.insert(Generation(number_of(&key)?), log::LogEntry::decode(&value)?.records);
        }
        Ok(changes)
    }

    fn packed(&self, key: &[u8], what: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.kv.get(key)?.map(|packed| codec::unpack(&packed, what)).transpose()
    }
}

/// The prefix of the heads of a source's records, or of all.
fn within(source: Option<&str>) -> Vec<u8> {
    source.map_or_else(|| keys::RECORD.as_bytes().to_vec(), |source| keys::within(keys::RECORD, source))
}

fn named_head((key, value): (Vec<u8>, Vec<u8>)) -> Result<(RecordKey, Head), StoreError> {
    let key = keys::read_record(key.get(keys::RECORD.len()..).unwrap_or_default());
    let key = key.ok_or_else(|| StoreError::damaged("a key of the ledger", "not that of a record"))?;
    Ok((key, Head::from_bytes(&value)?))
}

/// The key of a record that is there.
fn live_key(item: Result<(RecordKey, Head), StoreError>) -> Option<Result<RecordKey, StoreError>> {
    match item {
        Ok((key, head)) => head.is_live().then_some(Ok(key)),
        Err(error) => Some(Err(error)),
    }
}
