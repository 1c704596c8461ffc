//! The graph of a run: its triples are [shared](super::shared) ones that one run says, so that they come and go as
//! those of records do.

use oxrdf::{NamedNode, Triple};

use crate::{
    RunGraph, StoreError,
    codec::{self, Reader},
};

const WHAT: &str = "the graph of a run";

pub(super) fn encode(described: &RunGraph) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    codec::section(&mut bytes, described.graph.as_str().as_bytes());
    codec::triples(&mut bytes, described.triples.iter());
    codec::pack(&bytes)
}

pub(super) fn decode(packed: &[u8]) -> Result<RunGraph, StoreError> {
    let bytes = codec::unpack(packed, WHAT)?;
    let mut reader = Reader::new(&bytes);
    let parts = reader.named_node().and_then(|graph| Some(RunGraph { graph, triples: reader.triples()? }));
    parts.ok_or_else(|| StoreError::damaged(WHAT, "not the expected parts"))
}

/// What it says, as a record says it.
pub(super) fn shared(described: &RunGraph) -> Vec<(NamedNode, Triple)> {
    let RunGraph { graph, triples } = described;
    triples.iter().map(|triple| (graph.clone(), triple.clone())).collect()
}
