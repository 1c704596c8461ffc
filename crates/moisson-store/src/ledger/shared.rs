//! Shared triples are counted by the records that say them, so that they come and go exactly once.

use std::collections::BTreeMap;

use oxrdf::{NamedNode, Triple};

use super::{keys, kv::Kv, kv::Op};
use crate::{
    SharedDelta, StoreError,
    codec::{self, Reader},
};

/// The sum of what a batch says about shared triples.
#[derive(Debug, Default)]
pub(super) struct Tally {
    changes: BTreeMap<Vec<u8>, (i64, NamedNode, Triple)>,
}

impl Tally {
    /// A record says these now.
    pub(super) fn add(&mut self, shared: &[(NamedNode, Triple)]) {
        self.count(shared, 1);
    }

    /// A record says these no longer.
    pub(super) fn take(&mut self, shared: &[(NamedNode, Triple)]) {
        self.count(shared, -1);
    }

    fn count(&mut self, shared: &[(NamedNode, Triple)], by: i64) {
        let mut once = std::collections::BTreeSet::new();
        for (graph, triple) in shared {
            let key = keys::shared(graph, triple);
            if once.insert(key.clone()) {
                self.changes.entry(key).or_insert_with(|| (0, graph.clone(), triple.clone())).0 += by;
            }
        }
    }

    /// The operations that this comes to, and which triples came or went.
    pub(super) fn finish(self, kv: &Kv, ops: &mut Vec<Op>) -> Result<Vec<SharedDelta>, StoreError> {
        let mut deltas = Vec::new();
        for (key, (by, graph, triple)) in self.changes {
            if by == 0 {
                continue;
            }
            let before = match kv.get(&key)? {
                None => 0,
                Some(value) => decode(&value)?.0,
            };
            let after = i64::try_from(before).unwrap_or(i64::MAX).saturating_add(by);
            let after = u64::try_from(after).map_err(|_| {
                StoreError::damaged(format!("the count of the shared triple `{triple}`"), after)
            })?;
            if after == 0 {
                ops.push(Op::Delete(key));
            } else {
                ops.push(Op::Put(key, encode(after, &triple)));
            }
            if (before == 0) != (after == 0) {
                deltas.push(SharedDelta { graph, triple, present: after > 0 });
            }
        }
        Ok(deltas)
    }
}

fn encode(count: u64, triple: &Triple) -> Vec<u8> {
    let mut bytes = count.to_be_bytes().to_vec();
    codec::triples(&mut bytes, std::iter::once(triple));
    bytes
}

/// How many records say it, and what it says.
pub(super) fn decode(value: &[u8]) -> Result<(u64, Triple), StoreError> {
    let damaged = || StoreError::damaged("a shared triple", "not the expected parts");
    let (count, rest) = value.split_first_chunk::<8>().ok_or_else(damaged)?;
    let mut triples = Reader::new(rest).triples().ok_or_else(damaged)?;
    Ok((u64::from_be_bytes(*count), triples.pop().ok_or_else(damaged)?))
}
