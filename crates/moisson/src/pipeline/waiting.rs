//! Removals that wait: for a person's word, for a second walk, or for good, since a person brought the record back.

use std::collections::BTreeSet;

use anyhow::Context;
use moisson_store::{Batch, RequestHash, Store};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What waits at one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Waiting {
    /// More removals than a run may make by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) held: Option<HeldBack>,
    /// Records that the last whole walk did not see, where that must happen twice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) absent: Vec<String>,
    /// Records that a person brought back: they stay until the source has them again.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) kept: BTreeSet<String>,
}

/// Removals that one run held back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeldBack {
    /// The run.
    pub(super) run: String,
    /// The ids of the records, and why they are to go.
    pub(super) removals: Vec<(String, Vec<String>)>,
}

impl Waiting {
    /// What waits at a source.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn load(store: &Store, source: &str) -> anyhow::Result<Self> {
        let kept = store.reading(source, &place())?;
        let kept = kept.map(|kept| serde_json::from_slice(&kept)).transpose();
        Ok(kept.context("what is kept of removals that wait cannot be read")?.unwrap_or_default())
    }

    /// Puts it into a batch.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(super) fn save(&self, batch: &mut Batch) -> anyhow::Result<()> {
        let kept = if *self == Self::default() { None } else { Some(serde_json::to_vec(self)?) };
        batch.readings.push((place(), kept));
        Ok(())
    }

    /// How many removals wait for a person.
    pub(super) fn held_back(&self) -> usize {
        self.held.iter().flat_map(|held| &held.removals).map(|(_, ids)| ids.len()).sum()
    }

    /// Holds removals back.
    pub(super) fn hold(&mut self, run: &str, reason: &str, ids: Vec<String>) {
        let held = self.held.get_or_insert_with(HeldBack::default);
        run.clone_into(&mut held.run);
        held.removals.push((reason.to_owned(), ids));
    }

    /// The source was seen to have these: nothing about them waits any more.
    pub(super) fn listed(&mut self, is_listed: impl Fn(&str) -> bool) {
        self.kept.retain(|id| !is_listed(id));
        // Two walks in a row must miss it, whatever was seen in between.
        self.absent.retain(|id| !is_listed(id));
        if let Some(held) = &mut self.held {
            held.removals.iter_mut().for_each(|(_, ids)| ids.retain(|id| !is_listed(id)));
            held.removals.retain(|(_, ids)| !ids.is_empty());
        }
        self.held.take_if(|held| held.removals.is_empty());
    }
}

/// It is kept among what is remembered of requests, at a place that is no request's.
fn place() -> RequestHash {
    RequestHash(Sha256::digest(b"removals that wait").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_listed_meanwhile_must_be_missed_twice_again() {
        let mut waiting = Waiting {
            absent: vec!["a".to_owned(), "b".to_owned()],
            kept: ["a".to_owned()].into(),
            ..Waiting::default()
        };
        waiting.hold("R", "gone", vec!["a".to_owned(), "c".to_owned()]);
        waiting.listed(|id| id == "a");
        assert_eq!((waiting.absent.as_slice(), waiting.kept.len()), (&["b".to_owned()][..], 0));
        assert_eq!(waiting.held_back(), 1);
        waiting.listed(|id| id == "c");
        assert_eq!(waiting.held, None);
    }
}
