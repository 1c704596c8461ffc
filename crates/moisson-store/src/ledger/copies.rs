//! What the ledger keeps of copies: what is compared of each record with the blocks in which it is found, and groups.

use std::sync::Arc;

use moisson_dcat::same::Likeness;
use oxrdf::{NamedNode, Triple};

use super::{
    Ledger,
    head::{from_json, to_json},
    keys,
    kv::Op,
    log::{self, LogEntry},
    shared::Tally,
};
use crate::{
    Delta, Generation, RecordKey, StoreError,
    codec::{self, Reader},
    copies::{CopyGroup, CopyState},
};

const WHAT: &str = "what is compared of a record";

/// What is compared of a record, and the blocks in which it meets others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compared {
    /// Sorted, each once.
    pub(crate) blocks: Vec<u64>,
    pub(crate) likeness: Likeness,
}

impl Compared {
    pub(crate) fn of(likeness: Likeness) -> Self {
        Self { blocks: likeness.keys(), likeness }
    }

    /// The blocks stand in front, where they are read without the rest.
    fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::with_capacity(1_024);
        codec::number(&mut bytes, self.blocks.len());
        bytes.extend(self.blocks.iter().flat_map(|block| block.to_le_bytes()));
        bytes.extend(codec::pack(&to_json(&self.likeness)?)?);
        Ok(bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let (blocks, packed) = read_blocks(bytes)?;
        Ok(Self { blocks, likeness: from_json(&codec::unpack(packed, WHAT)?, WHAT)? })
    }
}

/// The blocks, and what stands behind them.
fn read_blocks(bytes: &[u8]) -> Result<(Vec<u64>, &[u8]), StoreError> {
    let mut reader = Reader::new(bytes);
    let count = reader.number();
    let rest = reader.rest();
    let split = count.and_then(|count| rest.split_at_checked(count.checked_mul(8)?));
    let (blocks, rest) = split.ok_or_else(|| StoreError::damaged(WHAT, "not the expected parts"))?;
    let (blocks, _) = blocks.as_chunks();
    Ok((blocks.iter().copied().map(u64::from_le_bytes).collect(), rest))
}

/// What is to be written of copies, as one.
#[derive(Debug, Default)]
pub(crate) struct CopyChanges {
    /// What is compared of records that changed; none of those that are gone.
    pub(crate) compared: Vec<(RecordKey, Option<Arc<Compared>>)>,
    /// Groups by their authoritative copy, and those that are no more.
    pub(crate) groups: Vec<(RecordKey, Option<CopyGroup>)>,
    /// To which group's authoritative copy a record belongs; none if to none any more.
    pub(crate) members: Vec<(RecordKey, Option<RecordKey>)>,
    /// Links that are said now, and that are not any more.
    pub(crate) said: Vec<(NamedNode, Triple)>,
    pub(crate) unsaid: Vec<(NamedNode, Triple)>,
    /// Where it stands afterwards.
    pub(crate) state: Option<CopyState>,
}

impl Ledger {
    /// What is compared of a record, as it was last taken in.
    pub(crate) fn compared(&self, key: &RecordKey) -> Result<Option<Compared>, StoreError> {
        let bytes = self.kv.get(&keys::record(keys::COMPARED, key))?;
        bytes.map(|bytes| Compared::decode(&bytes)).transpose()
    }

    /// The blocks of all records that are compared, in the order of keys.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Result<(RecordKey, Vec<u64>), StoreError>> + use<'_> {
        self.kv.scan(keys::COMPARED.as_bytes(), None).map(|item| {
            let (key, bytes) = item?;
            let key = keys::read_record(key.get(keys::COMPARED.len()..).unwrap_or_default());
            let key = key.ok_or_else(|| StoreError::damaged(WHAT, "no record in its key"))?;
            Ok((key, read_blocks(&bytes)?.0))
        })
    }

    /// The group that a record is in.
    pub(crate) fn group_of(&self, key: &RecordKey) -> Result<Option<CopyGroup>, StoreError> {
        let Some(authority) = self.kv.get(&keys::record(keys::COPY_OF, key))? else { return Ok(None) };
        let authority: RecordKey = from_json(&authority, "the group of a record")?;
        let group = self.kv.get(&keys::record(keys::GROUP, &authority))?;
        group.map(|group| from_json(&group, "a group of copies")).transpose()
    }

    /// All groups, in the order of their authoritative copies.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Result<CopyGroup, StoreError>> + use<'_> {
        self.kv.scan(keys::GROUP.as_bytes(), None).map(|item| from_json(&item?.1, "a group of copies"))
    }

    /// How far copies are resolved.
    pub(crate) fn copy_state(&self) -> Result<Option<CopyState>, StoreError> {
        self.kv.get(keys::COPIES)?.map(|state| from_json(&state, "the state of copies")).transpose()
    }

    /// Forgets all that is kept of copies, in parts; the state goes first.
    pub(crate) fn forget_copies(&self, then: &dyn Fn(Delta)) -> Result<(), StoreError> {
        const PART: usize = 5_000;
        self.append(vec![Op::Delete(keys::COPIES.to_vec())], &CopyChanges::default(), then)?;
        let groups = self.groups().collect::<Result<Vec<_>, _>>()?;
        for part in groups.chunks(PART) {
            let unsaid = part.iter().flat_map(CopyGroup::links).collect();
            let ops = part.iter().map(|group| Op::Delete(keys::record(keys::GROUP, &group.authority)));
            self.append(ops.collect(), &CopyChanges { unsaid, ..CopyChanges::default() }, then)?;
        }
        for prefix in [keys::COPY_OF, keys::BLOCK, keys::COMPARED] {
            loop {
                let part: Vec<Op> = self
                    .kv
                    .keys(prefix.as_bytes())
                    .take(PART)
                    .map(|key| key.map(Op::Delete))
                    .collect::<Result<_, _>>()?;
                if part.is_empty() {
                    break;
                }
                self.append(part, &CopyChanges::default(), then)?;
            }
        }
        Ok(())
    }

    /// Writes changes of copies: all of them, durably, or nothing; and hands to `then` what changed for readers.
    pub(crate) fn write_copies(&self, changes: &CopyChanges, then: &dyn Fn(Delta)) -> Result<(), StoreError> {
        let mut ops = Vec::new();
        for (key, compared) in &changes.compared {
            let place = keys::record(keys::COMPARED, key);
            ops.push(match compared {
                Some(compared) => Op::Put(place, compared.encode()?),
                None => Op::Delete(place),
            });
        }
        for (authority, group) in &changes.groups {
            let place = keys::record(keys::GROUP, authority);
            ops.push(match group {
                Some(group) => Op::Put(place, to_json(group)?),
                None => Op::Delete(place),
            });
        }
        for (key, authority) in &changes.members {
            let place = keys::record(keys::COPY_OF, key);
            ops.push(match authority {
                Some(authority) => Op::Put(place, to_json(authority)?),
                None => Op::Delete(place),
            });
        }
        if let Some(state) = &changes.state {
            ops.push(Op::Put(keys::COPIES.to_vec(), to_json(state)?));
        }
        self.append(ops, changes, then)
    }

    /// One commit of its own.
    fn append(
        &self,
        mut ops: Vec<Op>,
        changes: &CopyChanges,
        then: &dyn Fn(Delta),
    ) -> Result<(), StoreError> {
        let mut writer = self.writer();
        if let Some(reason) = &writer.halted {
            return Err(StoreError::Halted { reason: reason.clone() });
        }
        let mut tally = Tally::default();
        tally.add(&changes.said);
        tally.take(&changes.unsaid);
        let shared = tally.finish(&self.kv, &mut ops)?;
        let mut delta = None;
        if !shared.is_empty() {
            let generation = self.generation()?.next();
            let came = shared.iter().filter(|shared| shared.present).count() as u64;
            let went = shared.len() as u64 - came;
            let count = (super::shared_count(&self.kv)? + came).saturating_sub(went);
            ops.push(Op::Put(keys::SHARED_COUNT.to_vec(), count.to_be_bytes().to_vec()));
            let entry = LogEntry { shared: shared.clone(), ..LogEntry::default() };
            ops.push(Op::Put(keys::log(generation), entry.encode()?));
            if let Some(old) = generation.0.checked_sub(log::KEPT) {
                ops.push(Op::Delete(keys::log(Generation(old))));
            }
            ops.push(Op::Put(keys::GENERATION.to_vec(), generation.0.to_be_bytes().to_vec()));
            delta = Some(Delta { generation, shared, ..Delta::default() });
        }
        if ops.is_empty() {
            return Ok(());
        }
        let sequence = writer.journal.last() + 1;
        self.write(&mut writer, sequence, &ops)?;
        if let Some(delta) = delta {
            then(delta);
        }
        Ok(())
    }
}
