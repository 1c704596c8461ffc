//! Where a walk stands, as values that can be saved: a [`Checkpoint`], and the [`Delta`] that each answer adds.
//!
//! A checkpoint is the sum of its deltas, so the store need only append one small delta per page, in the same
//! batch as the page's records.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fingerprint::{Fingerprint, Fingerprints};
use crate::{Listing, RecordId, Request};

/// Failures and shortfalls kept in full; further ones are only counted.
const KEPT: usize = 20;

/// Where a walk stands after some number of answers. Requests under way count as not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Answers so far.
    pub(super) step: u64,
    pub(super) listing: Listing,
    /// Every request ever planned, in the order of planning; their place in it is their number.
    pub(super) planned: Vec<Planned>,
    /// The requests that have no answer yet.
    pub(super) pending: BTreeMap<u32, Request>,
    /// Ids of records, and of those that the source calls gone.
    pub(super) seen: Fingerprints,
    /// Those of them that the source calls gone, so that they are not forgotten when the walk is resumed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) gone: BTreeSet<RecordId>,
    /// The source's own count, as it said last.
    pub(super) total: Option<u64>,
    /// The highest count that it said.
    pub(super) highest_total: Option<u64>,
    pub(super) failed: Vec<FailedRequest>,
    pub(super) shortfalls: Vec<Shortfall>,
    /// A limit was reached: nothing more is asked.
    pub(super) halted: bool,
    pub(super) tally: Tally,
}

/// What one answer changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    pub(super) step: u64,
    pub(super) answered: u32,
    /// How many pages in a row, this one included, had nothing new.
    #[serde(default)]
    pub(super) stale: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) planned: Vec<(Planned, Request)>,
    #[serde(default, skip_serializing_if = "Fingerprints::is_empty")]
    pub(super) seen: Fingerprints,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) gone: Vec<RecordId>,
    /// Records that an earlier answer called gone and that this one has: they are not gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) back: Vec<RecordId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failed: Option<FailedRequest>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) shortfalls: Vec<Shortfall>,
    #[serde(default)]
    pub(super) halted: bool,
    pub(super) tally: Tally,
}

/// A request of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planned {
    pub(super) fingerprint: Fingerprint,
    /// The request whose reply led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parent: Option<u32>,
    /// Whether it has the same step as its parent: a further page of the same listing.
    #[serde(default)]
    pub(super) paged: bool,
    #[serde(default)]
    pub(super) stale: u8,
}

/// A request that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedRequest {
    /// What was asked.
    pub request: Request,
    /// Why it failed.
    pub reason: String,
}

/// Why a walk may not be whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shortfall {
    /// Something is missing.
    Certain(String),
    /// Something may be missing, unless exactly as many records were seen as the source counts.
    UnlessCounted(String),
}

/// What a walk counted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Requests answered or failed for good; retries and redirects not counted.
    pub requests: u64,
    /// Of these, answered by `304 Not Modified`.
    pub not_modified: u64,
    /// Of these, failed for good with no other way.
    pub failed: u64,
    /// Of these, failed and asked in another way.
    pub replaced: u64,
    /// Distinct records seen.
    pub records: u64,
    /// Records that came again.
    pub repeated: u64,
    /// Records that the source says are deleted.
    pub gone: u64,
    /// Entries that could not be made records.
    pub broken: u64,
    /// Bytes of bodies, decoded.
    pub bytes: u64,
}

/// A delta that does not follow the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the saved walk is at answer {at}, and answer {delta} cannot follow it; start the walk anew")]
pub struct CheckpointError {
    /// Answers in the checkpoint.
    pub at: u64,
    /// The answer that the delta adds.
    pub delta: u64,
}

impl Checkpoint {
    pub(super) fn new(listing: Listing) -> Self {
        Self {
            step: 0,
            listing,
            planned: Vec::new(),
            pending: BTreeMap::new(),
            seen: Fingerprints::default(),
            gone: BTreeSet::new(),
            total: None,
            highest_total: None,
            failed: Vec::new(),
            shortfalls: Vec::new(),
            halted: false,
            tally: Tally::default(),
        }
    }

    /// Adds what one answer changed.
    ///
    /// # Errors
    /// When the delta is not the next one.
    pub fn apply(&mut self, delta: Delta) -> Result<(), CheckpointError> {
        if delta.step != self.step + 1 {
            return Err(CheckpointError { at: self.step, delta: delta.step });
        }
        let Delta {
            step,
            answered,
            stale,
            planned,
            seen,
            gone,
            back,
            total,
            failed,
            shortfalls,
            halted,
            tally,
        } = delta;
        self.step = step;
        self.pending.remove(&answered);
        if let Some(entry) = usize::try_from(answered).ok().and_then(|n| self.planned.get_mut(n)) {
            entry.stale = stale;
        }
        for (entry, request) in planned {
            self.plan(entry, request);
        }
        self.seen.extend(seen);
        for id in &back {
            self.gone.remove(id);
        }
        self.gone.extend(gone);
        self.total = total.or(self.total);
        self.highest_total = self.highest_total.max(total);
        if self.failed.len() < KEPT {
            self.failed.extend(failed);
        }
        for shortfall in shortfalls {
            if self.shortfalls.len() < KEPT && !self.shortfalls.contains(&shortfall) {
                self.shortfalls.push(shortfall);
            }
        }
        self.halted |= halted;
        self.tally = tally;
        Ok(())
    }

    pub(super) fn plan(&mut self, entry: Planned, request: Request) {
        if let Ok(number) = u32::try_from(self.planned.len()) {
            self.planned.push(entry);
            self.pending.insert(number, request);
        }
    }

    /// Answers so far.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// What absence from the walk will mean.
    pub fn listing(&self) -> Listing {
        self.listing
    }

    /// What was counted so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The requests that have no answer yet, in the order in which they will be made.
    pub fn pending(&self) -> impl ExactSizeIterator<Item = &Request> {
        self.pending.values()
    }

    /// The first requests that failed for good.
    pub fn failed(&self) -> &[FailedRequest] {
        &self.failed
    }

    /// Whether the source showed this record, and not as deleted.
    pub fn lists(&self, id: &RecordId) -> bool {
        self.seen.contains(Fingerprint::of_id(id)) && !self.gone.contains(id)
    }

    /// The records that the source says are deleted, in order.
    pub fn gone(&self) -> impl ExactSizeIterator<Item = &RecordId> {
        self.gone.iter()
    }

    /// The source's own count of records, as it said last.
    pub fn total(&self) -> Option<u64> {
        self.total
    }
}

impl Delta {
    /// The number of the answer, from 1.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Whether a request failed and others are made in its place.
    pub fn is_replacement(&self) -> bool {
        self.failed.is_none() && !self.planned.is_empty()
    }
}
