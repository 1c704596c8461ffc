//! What each generation touched, so that a projection that is behind can be brought up to date.

use oxrdf::NamedNode;

use crate::{
    RecordKey, SharedDelta, StoreError,
    codec::{self, Reader},
};

/// How many generations back the log goes; a projection further behind is made anew.
pub(crate) const KEPT: u64 = 10_000;

/// What one generation touched. How things stand is read from the ledger itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogEntry {
    /// Records that changed, came or went.
    pub(crate) records: Vec<RecordKey>,
    /// Graphs that belong to no record any more.
    pub(crate) dropped: Vec<NamedNode>,
    /// Shared triples that came or went; whether they are there now is to be looked up.
    pub(crate) shared: Vec<SharedDelta>,
}

impl LogEntry {
    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        codec::number(&mut bytes, self.records.len());
        for key in &self.records {
            codec::section(&mut bytes, key.source.as_bytes());
            codec::section(&mut bytes, key.id.as_bytes());
        }
        codec::number(&mut bytes, self.dropped.len());
        for graph in &self.dropped {
            codec::section(&mut bytes, graph.as_str().as_bytes());
        }
        codec::triples(&mut bytes, self.shared.iter().map(|shared| &shared.triple));
        for shared in &self.shared {
            codec::section(&mut bytes, shared.graph.as_str().as_bytes());
        }
        codec::pack(&bytes)
    }

    pub(crate) fn decode(packed: &[u8]) -> Result<Self, StoreError> {
        const WHAT: &str = "an entry of the change log";
        let bytes = codec::unpack(packed, WHAT)?;
        Self::parse(&mut Reader::new(&bytes))
            .ok_or_else(|| StoreError::damaged(WHAT, "not the expected parts"))
    }

    fn parse(reader: &mut Reader<'_>) -> Option<Self> {
        let mut entry = Self::default();
        for _ in 0..reader.number()? {
            entry.records.push(RecordKey::new(reader.text()?, reader.text()?));
        }
        for _ in 0..reader.number()? {
            entry.dropped.push(reader.named_node()?);
        }
        for triple in reader.triples()? {
            entry.shared.push(SharedDelta { graph: NamedNode::new_unchecked(""), triple, present: false });
        }
        for shared in &mut entry.shared {
            shared.graph = reader.named_node()?;
        }
        reader.is_empty().then_some(entry)
    }
}
