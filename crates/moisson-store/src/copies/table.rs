//! Which records are in which blocks, in memory: where candidates are looked for.
//!
//! Most records have nothing in common with any other, and of these nothing else need be read to know it. Filled from
//! what the ledger keeps of each record when something changes for the first time; some 350 bytes a record.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use moisson_dcat::same::{self, LARGEST_BLOCK};

use crate::{RecordKey, StoreError, ledger::Ledger};

/// The number of a record in a table: small, and the same as long as the table is there.
pub(super) type Number = u32;

/// Blocks, and the records in them.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Block and record, so that those in one block stand together.
    blocks: BTreeSet<(u64, Number)>,
    /// By number. One that is gone keeps its number.
    keys: Vec<Arc<RecordKey>>,
    numbers: HashMap<Arc<RecordKey>, Number>,
}

/// A record comes into a block, or leaves it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub(super) block: u64,
    pub(super) record: Number,
    pub(super) comes: bool,
}

impl Table {
    /// What the ledger keeps.
    pub(super) fn of(ledger: &Ledger) -> Result<Self, StoreError> {
        let mut table = Self::default();
        for item in ledger.blocks() {
            let (key, blocks) = item?;
            let record = table.number(&key)?;
            table.blocks.extend(blocks.into_iter().map(|block| (block, record)));
        }
        Ok(table)
    }

    /// The number of a record, if it was ever met.
    pub(super) fn find(&self, key: &RecordKey) -> Option<Number> {
        self.numbers.get(key).copied()
    }

    /// The number of a record, which it gets now if it has none.
    pub(super) fn number(&mut self, key: &RecordKey) -> Result<Number, StoreError> {
        if let Some(number) = self.find(key) {
            return Ok(number);
        }
        let number = Number::try_from(self.keys.len())
            .map_err(|_| StoreError::Engine { reason: "there are too many records to compare".to_owned() })?;
        let key = Arc::new(key.clone());
        self.keys.push(Arc::clone(&key));
        self.numbers.insert(key, number);
        Ok(number)
    }

    /// The record with a number.
    pub(super) fn key(&self, number: Number) -> Option<&RecordKey> {
        self.keys.get(usize::try_from(number).ok()?).map(|key| &**key)
    }

    /// Records come and leave.
    pub(super) fn apply(&mut self, moves: &[Move]) {
        for Move { block, record, comes } in moves {
            if *comes {
                self.blocks.insert((*block, *record));
            } else {
                self.blocks.remove(&(*block, *record));
            }
        }
    }

    /// The records in a block, in the order of their keys, if anything can join them.
    pub(super) fn candidates(&self, block: u64) -> Vec<Number> {
        let found = self.blocks.range((block, 0)..=(block, Number::MAX)).take(LARGEST_BLOCK + 1);
        let mut keys: Vec<(&RecordKey, Number)> =
            found.filter_map(|(_, record)| Some((self.key(*record)?, *record))).collect();
        if !same::may_meet(block, keys.iter().map(|(key, _)| key.source.as_str())) {
            return Vec::new();
        }
        keys.sort_unstable();
        keys.into_iter().map(|(_, record)| record).collect()
    }
}
