//! Shared triples are counted by the records that say them, so that they come and go exactly once.

use hashbrown::HashMap;
use oxrdf::{NamedNode, Triple};

use super::{keys, kv::Kv, kv::Op};
use crate::{
    SharedDelta, StoreError,
    codec::{self, Reader},
};

/// The sum of what a batch says about shared triples.
#[derive(Debug, Default)]
pub(super) struct Tally {
    changes: HashMap<(NamedNode, Triple), Sum>,
    /// How often something was counted.
    calls: u64,
}

/// What a batch says about one shared triple.
#[derive(Debug, Clone, Copy)]
struct Sum {
    by: i64,
    /// The call that counted it last: what a record says twice counts once.
    last: u64,
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
        self.calls += 1;
        for said in shared {
            match self.changes.get_mut(said) {
                Some(sum) if sum.last == self.calls => {}
                Some(sum) => *sum = Sum { by: sum.by + by, last: self.calls },
                None => {
                    self.changes.insert(said.clone(), Sum { by, last: self.calls });
                }
            }
        }
    }

    /// The operations that this comes to, and which triples came or went.
    pub(super) fn finish(self, kv: &Kv, ops: &mut Vec<Op>) -> Result<Vec<SharedDelta>, StoreError> {
        let mut deltas = Vec::new();
        let changes = self.changes.into_iter().filter(|(_, sum)| sum.by != 0);
        let mut changes: Vec<_> = changes
            .map(|((graph, triple), sum)| (keys::shared(&graph, &triple), sum.by, graph, triple))
            .collect();
        changes.sort_unstable_by(|(a, ..), (b, ..)| a.cmp(b));
        for (key, by, graph, triple) in changes {
            let before = match kv.get(&key)? {
                None => 0,
                Some(value) => split(&value)?.0,
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
    let (count, rest) = split(value)?;
    let triples = Reader::new(rest).triples();
    Ok((count, triples.and_then(|mut triples| triples.pop()).ok_or_else(damaged)?))
}

/// How many records say it, and the rest.
fn split(value: &[u8]) -> Result<(u64, &[u8]), StoreError> {
    let (count, rest) = value.split_first_chunk::<8>().ok_or_else(damaged)?;
    Ok((u64::from_be_bytes(*count), rest))
}

fn damaged() -> StoreError {
    StoreError::damaged("a shared triple", "not the expected parts")
}
