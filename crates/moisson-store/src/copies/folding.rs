//! What searches fold by: which record is a copy of which, small enough for memory.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::CopyGroup;
use crate::{StoreError, ledger::Ledger, search::tie};

/// Where a record stands in its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Folded {
    /// The group: the number of its authoritative copy.
    pub(crate) group: u64,
    /// 0 for the authoritative copy; of those that a search finds, the one with the smallest is shown.
    pub(crate) rank: u32,
}

/// Records in groups, by the number that the index has of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Folding {
    records: HashMap<u64, Folded>,
}

impl Folding {
    /// That of all groups.
    pub(crate) fn of(ledger: &Ledger) -> Result<Self, StoreError> {
        let mut folding = Self::default();
        for group in ledger.groups() {
            folding.add(&group?);
        }
        Ok(folding)
    }

    pub(crate) fn add(&mut self, group: &CopyGroup) {
        let number = tie(&group.authority);
        for (rank, member) in (0..).zip(&group.members) {
            self.records.insert(tie(&member.key), Folded { group: number, rank });
        }
    }

    pub(crate) fn remove(&mut self, group: &CopyGroup) {
        for member in &group.members {
            self.records.remove(&tie(&member.key));
        }
    }

    /// Where a record stands, if it is in a group.
    pub(crate) fn get(&self, record: u64) -> Option<Folded> {
        self.records.get(&record).copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// The present one, for all searches.
#[derive(Debug, Clone, Default)]
pub(crate) struct SharedFolding {
    now: Arc<RwLock<Arc<Folding>>>,
}

impl SharedFolding {
    pub(crate) fn get(&self) -> Arc<Folding> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set(&self, folding: Folding) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(folding);
    }

    /// Exchanges groups.
    pub(crate) fn change(&self, gone: &[CopyGroup], come: &[CopyGroup]) {
        if gone.is_empty() && come.is_empty() {
            return;
        }
        let mut folding = Folding::clone(&self.get());
        for group in gone {
            folding.remove(group);
        }
        for group in come {
            folding.add(group);
        }
        self.set(folding);
    }
}
