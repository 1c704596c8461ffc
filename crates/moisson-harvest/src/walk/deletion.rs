//! What a whole walk proves: which known records are absent, and whether so many may be deleted.

use serde::{Deserialize, Serialize};

use super::fingerprint::{Fingerprint, Fingerprints};
use crate::RecordId;

/// The proof that every record of a source was seen. Only [`Walk::finish`](super::Walk::finish) makes one.
#[derive(Debug)]
pub struct WholeWalk {
    pub(super) seen: Fingerprints,
    pub(super) paged: bool,
}

impl WholeWalk {
    /// How many records the walk saw.
    pub fn seen(&self) -> u64 {
        self.seen.len()
    }

    /// Whether the list was read in pages, one after the other. A list that moves meanwhile can hide a record
    /// although the counts fit.
    pub fn is_paged(&self) -> bool {
        self.paged
    }

    /// Those of the known records that the source no longer lists.
    pub fn absent<'a>(&self, known: impl IntoIterator<Item = &'a RecordId>) -> Absent {
        let mut absent = Absent { ids: Vec::new(), known: 0 };
        for id in known {
            absent.known += 1;
            if !self.seen.contains(Fingerprint::of_id(id)) {
                absent.ids.push(id.clone());
            }
        }
        absent.ids.sort_unstable();
        absent
    }
}

/// Known records that a whole walk did not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    ids: Vec<RecordId>,
    known: u64,
}

impl Absent {
    /// The ids, sorted.
    pub fn ids(&self) -> &[RecordId] {
        &self.ids
    }

    /// Hands the ids out for deletion.
    ///
    /// # Errors
    /// When there are more than the limit allows; the error holds them for a person to decide.
    pub fn admit(self, limit: DeletionLimit) -> Result<Vec<RecordId>, TooManyDeletions> {
        if limit.admits(self.ids.len() as u64, self.known) {
            return Ok(self.ids);
        }
        Err(TooManyDeletions { absent: self.ids, known: self.known, limit })
    }
}

/// How many records one run may delete without asking: a share of those known, and a number that is always
/// fine, so that a source of five may lose two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeletionLimit {
    /// Share of the known records, 0 to 100.
    pub percent: u8,
    /// Number of records that may always go.
    pub floor: u64,
}

impl Default for DeletionLimit {
    fn default() -> Self {
        Self { percent: 20, floor: 2 }
    }
}

impl DeletionLimit {
    /// Whether so many of the known records may go.
    pub fn admits(self, removals: u64, known: u64) -> bool {
        removals <= self.floor
            || u128::from(removals) * 100 <= u128::from(self.percent.min(100)) * u128::from(known)
    }
}

/// More records are absent than may be deleted without asking.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} of {known} records are absent, over the limit of {} %; nothing was deleted: check the source, then run \
     again with `--accept-deletions`",
    .absent.len(), .limit.percent
)]
pub struct TooManyDeletions {
    /// The ids, sorted.
    pub absent: Vec<RecordId>,
    /// How many records are known of the source.
    pub known: u64,
    /// The limit.
    pub limit: DeletionLimit,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<RecordId> {
        names.iter().map(|name| RecordId((*name).to_owned())).collect()
    }

    fn walk_that_saw(names: &[&str]) -> WholeWalk {
        WholeWalk { seen: ids(names).iter().map(Fingerprint::of_id).collect(), paged: false }
    }

    #[test]
    fn the_absent_are_the_known_that_were_not_seen() {
        let known = ids(&["c", "a", "b"]);
        let absent = walk_that_saw(&["a", "new"]).absent(&known);
        assert_eq!(absent.ids(), ids(&["b", "c"]));
        assert_eq!(absent.admit(DeletionLimit::default()).unwrap(), ids(&["b", "c"]));
    }

    #[test]
    fn a_source_of_five_may_lose_two_but_not_three() {
        let limit = DeletionLimit::default();
        assert!(limit.admits(2, 5));
        assert!(!limit.admits(3, 5));
        assert!(limit.admits(20, 100));
        assert!(!limit.admits(21, 100));
        assert!(!DeletionLimit { percent: 0, floor: 0 }.admits(1, 100));
        assert!(DeletionLimit { percent: 100, floor: 0 }.admits(u64::MAX, u64::MAX));
    }

    #[test]
    fn too_many_deletions_say_how_many_and_what_to_do() {
        let known = ids(&["a", "b", "c", "d"]);
        let error = walk_that_saw(&["a"]).absent(&known).admit(DeletionLimit::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "3 of 4 records are absent, over the limit of 20 %; nothing was deleted: check the source, then run \
             again with `--accept-deletions`"
        );
        assert_eq!(error.absent, ids(&["b", "c", "d"]));
    }
}
