//! Removals that wait: for a person's word, for a second walk, or for good, since a person brought the record back.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use jiff::Timestamp;
use moisson_store::{Batch, Change, Checkpoint, RecordKey, RequestHash, RunId, Store};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Records removed in one batch.
const CHUNK: usize = 200;

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

/// Makes the removals that a run held back. Says how many records went.
///
/// # Errors
/// When that run holds nothing back, or the store cannot be read or written.
pub fn accept(store: &Store, source: &str, run: &str, now: Timestamp) -> anyhow::Result<u64> {
    let mut waiting = Waiting::load(store, source)?;
    let held = match waiting.held.take() {
        Some(held) if held.run == run => held,
        Some(held) => bail!("run `{run}` of `{source}` holds nothing back; run `{}` does", held.run),
        None => bail!("no run of `{source}` holds a removal back"),
    };
    let mut removed = 0;
    for (reason, ids) in &held.removals {
        for ids in ids.chunks(CHUNK) {
            let mut batch = Batch::new(source, RunId(held.run.clone()), now);
            batch.changes.extend(ids.iter().map(|id| Change::Remove {
                key: RecordKey::new(source, id.as_str()),
                reason: format!("{reason}; accepted by a person"),
            }));
            removed += store.commit(batch)?.removed;
        }
    }
    let mut batch = Batch::new(source, RunId(held.run.clone()), now);
    waiting.save(&mut batch)?;
    store.commit(batch)?;
    store.settle()?;
    super::measure::show(store, source)?;
    Ok(removed)
}

/// Brings removed records back with their last content. They stay until their source has them again, and are then
/// like any other.
///
/// # Errors
/// When one of them is unknown or not removed (then nothing is done), or the store cannot be read or written.
pub fn undelete(store: &Store, source: &str, ids: &[String], now: Timestamp) -> anyhow::Result<u64> {
    for id in ids {
        match store.record(&RecordKey::new(source, id.as_str()))? {
            Some(record) if record.is_gone() => {}
            Some(_) => bail!("record `{id}` of `{source}` is not removed"),
            None => bail!("`{source}` never had a record `{id}`; ids are as the source writes them"),
        }
    }
    let mut waiting = Waiting::load(store, source)?;
    waiting.kept.extend(ids.iter().cloned());
    let mut batch = Batch::new(source, RunId::at(now), now);
    let restore = |id: &String| Change::Restore { key: RecordKey::new(source, id.as_str()) };
    batch.changes.extend(ids.iter().map(restore));
    waiting.save(&mut batch)?;
    let back = store.commit(batch)?.back;
    store.settle()?;
    Ok(back)
}

/// Removes all records of a source, each with a tombstone, and what is remembered of its unfinished run. Says how many
/// went.
///
/// # Errors
/// When the store cannot be read or written.
pub fn remove_all(store: &Store, source: &str, reason: &str, now: Timestamp) -> anyhow::Result<u64> {
    let run = RunId::at(now);
    let ids: Vec<String> = store.known_ids(source).collect::<Result<_, _>>()?;
    let mut removed = 0;
    for ids in ids.chunks(CHUNK) {
        let mut batch = Batch::new(source, run.clone(), now);
        let remove = |id: &String| Change::Remove {
            key: RecordKey::new(source, id.as_str()),
            reason: reason.to_owned(),
        };
        batch.changes.extend(ids.iter().map(remove));
        removed += store.commit(batch)?.removed;
    }
    let mut batch = Batch::new(source, run, now);
    batch.checkpoint = Checkpoint::Clear;
    Waiting::default().save(&mut batch)?;
    store.commit(batch)?;
    store.settle()?;
    Ok(removed)
}
