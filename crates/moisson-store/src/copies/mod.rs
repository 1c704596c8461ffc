//! Copies of one dataset from several sources: [recognised](moisson_dcat::same), and kept in groups.
//!
//! ```text
//!  commit ──▶ likenesses of what changed, waiting in memory
//!  settle ──▶ blocks that they enter and leave ──▶ records that may have another group now
//!         ──▶ groups, links and what readers fold by, in a commit of its own
//! ```
//!
//! What is compared of each record stands in the ledger, so that a change costs as much as it touches; the blocks in which
//! candidates meet are held in memory besides, so that a record without any costs a look into a [`table`]. The commit of
//! groups says up to which generation records were taken in; after a crash the rest comes from the ledger's log. The groups are those that all records together give, whatever the order in which they
//! came; [`Store::verify`](crate::Store::verify) makes sure.
//!
//! A copy is linked to the authoritative record by `prov:alternateOf`, in a graph of its own: PROV's word for entities
//! that present the same thing. `dcat:isVersionOf` and `dct:isVersionOf` are for editions, `owl:sameAs` would make the
//! statements of one those of the other. A record that says so itself of the same IRI is not linked again.

mod folding;
mod resolve;
mod table;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use moisson_dcat::{
    ns::prov,
    same::{self, Decisions, Evidence, Likeness, Rule, Standing},
};
use oxrdf::{NamedNode, Triple};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Delta, Generation, Progress, RecordKey, StoreError, ledger::Ledger};

pub(crate) use folding::{Folded, Folding, SharedFolding};
use table::Table;

/// So many changed records are resolved together, and may wait in memory for it; more are read from the ledger again.
const PART: usize = 2_000;
const MOST_WAITING: usize = 50_000;

/// How copies are recognised and linked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CopyOptions {
    /// The graph of the links; without one they are not written as RDF.
    pub graph: Option<NamedNode>,
    /// What sources are configured to be.
    pub standing: BTreeMap<String, Standing>,
    /// What persons decided.
    pub decisions: Decisions,
}

impl CopyOptions {
    fn standing_of(&self, source: &str) -> Standing {
        self.standing.get(source).copied().unwrap_or_default()
    }

    /// Tells configurations apart.
    fn fingerprint(&self) -> Result<String, StoreError> {
        let json = serde_json::to_vec(self)
            .map_err(|error| StoreError::Engine { reason: format!("writing JSON: {error}") })?;
        Ok(hex::encode(Sha256::digest(json)))
    }
}

/// Copies of one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyGroup {
    /// The authoritative one.
    pub authority: RecordKey,
    /// The rule that chose it.
    pub rule: Rule,
    /// All of them, the authoritative one first, then in order.
    pub members: Vec<CopyMember>,
    /// What joins them.
    pub ties: Vec<CopyTie>,
    /// The graph of the links, if they were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    graph: Option<NamedNode>,
}

/// One of the copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyMember {
    /// Which record.
    pub key: RecordKey,
    /// The IRI of the resource.
    pub iri: NamedNode,
    /// Whether a link to the authoritative one is written for it.
    linked: bool,
}

/// What joins two of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyTie {
    /// One record.
    pub a: RecordKey,
    /// The other.
    pub b: RecordKey,
    /// Why, the strongest first.
    pub evidence: Vec<Evidence>,
}

impl CopyGroup {
    /// The statements that link the copies to the authoritative one.
    pub fn links(&self) -> Vec<(NamedNode, Triple)> {
        let Some(graph) = &self.graph else { return Vec::new() };
        let Some(authority) = self.members.first().map(|member| &member.iri) else { return Vec::new() };
        let linked = self.members.iter().filter(|member| member.linked);
        linked
            .map(|member| {
                (graph.clone(), Triple::new(member.iri.clone(), prov::ALTERNATE_OF, authority.clone()))
            })
            .collect()
    }

    /// What joins a member to others.
    pub fn ties_of<'a>(&'a self, key: &'a RecordKey) -> impl Iterator<Item = &'a CopyTie> {
        self.ties.iter().filter(move |tie| tie.a == *key || tie.b == *key)
    }
}

/// How far copies are resolved, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CopyState {
    /// The version of the matching.
    version: u32,
    /// The configuration.
    options: String,
    /// The last generation that is taken in.
    generation: Generation,
}

/// What was committed and is not resolved yet.
#[derive(Debug, Default)]
struct Waiting {
    /// The last generation that is among it; none if nothing is.
    upto: Option<Generation>,
    changes: BTreeMap<RecordKey, Option<Likeness>>,
    /// Too much came to be kept: the ledger's log has it.
    lost: bool,
}

/// Recognises copies and keeps their groups up to date.
#[derive(Debug)]
pub(crate) struct Copies {
    options: CopyOptions,
    fingerprint: String,
    folding: SharedFolding,
    waiting: Mutex<Waiting>,
    /// Held while groups are made, by one at a time.
    taken: Mutex<TakenIn>,
}

/// What was resolved.
#[derive(Debug, Default)]
struct TakenIn {
    /// Up to this generation.
    upto: Generation,
    /// The same records as in the ledger; none until something changes.
    table: Option<Table>,
}

impl Copies {
    /// Brings the groups up to date with ledger and configuration.
    pub(crate) fn open(
        options: CopyOptions,
        folding: SharedFolding,
        ledger: &Ledger,
        progress: &dyn Fn(Progress),
    ) -> Result<Self, StoreError> {
        let fingerprint = options.fingerprint()?;
        let copies =
            Self { options, fingerprint, folding, waiting: Mutex::default(), taken: Mutex::default() };
        let state = ledger.copy_state()?;
        match state {
            Some(state) if state.version == same::VERSION && state.options == copies.fingerprint => {
                copies.folding.set(Folding::of(ledger)?);
                let mut taken = copies.resolving();
                taken.upto = state.generation;
                copies.catch_up(&mut taken, ledger, &|_| ())?;
            }
            None if ledger.generation()? == Generation(0) => {}
            _ => copies.rebuild(ledger, &|_| (), progress)?,
        }
        Ok(copies)
    }

    fn resolving(&self) -> MutexGuard<'_, TakenIn> {
        self.taken.lock().unwrap_or_else(|poisoned| {
            // What a panic left undone was not committed.
            let mut taken = poisoned.into_inner();
            taken.table = None;
            self.taken.clear_poison();
            taken
        })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what was just committed. To be called in the order of generations; cheap.
    pub(crate) fn follow(&self, delta: &Delta) {
        if delta.records.is_empty() {
            return;
        }
        let mut waiting = self.waiting();
        if waiting.lost || waiting.changes.len() > MOST_WAITING {
            *waiting = Waiting { lost: true, ..Waiting::default() };
            return;
        }
        waiting.upto = Some(delta.generation);
        for record in &delta.records {
            let now = record.now.as_ref();
            let likeness = now.and_then(|now| Likeness::of(now.iri.as_str(), &now.resource));
            waiting.changes.insert(record.key.clone(), likeness);
        }
    }

    /// Makes groups of what waits, and hands to `then` what changed for readers.
    pub(crate) fn settle(&self, ledger: &Ledger, then: &dyn Fn(Delta)) -> Result<(), StoreError> {
        let mut taken = self.resolving();
        let Waiting { upto, changes, lost } = std::mem::take(&mut *self.waiting());
        if lost {
            return self.catch_up(&mut taken, ledger, then);
        }
        let Some(upto) = upto else { return Ok(()) };
        let changes: Vec<_> = changes.into_iter().collect();
        let done = self.take_in(&mut taken, ledger, (changes, upto), then);
        if done.is_err() {
            // The log still has it.
            self.waiting().lost = true;
        }
        done
    }

    /// Makes all groups anew from the records.
    pub(crate) fn rebuild(
        &self,
        ledger: &Ledger,
        then: &dyn Fn(Delta),
        progress: &dyn Fn(Progress),
    ) -> Result<(), StoreError> {
        let mut taken = self.resolving();
        *self.waiting() = Waiting::default();
        taken.table = None;
        ledger.forget_copies(then)?;
        self.folding.set(Folding::default());
        let from = ledger.generation()?;
        let total = ledger.counts()?.records();
        let (mut part, mut done) = (Vec::with_capacity(PART), 0);
        for record in ledger.records(None, None, false) {
            let record = record?;
            done += 1;
            let likeness = Likeness::of(record.iri.as_str(), &record.resource);
            part.push((record.key, likeness));
            if part.len() == PART {
                self.part(&mut taken, ledger, (std::mem::take(&mut part), None), then)?;
                progress(Progress { what: "groups of copies", done, total });
            }
        }
        self.part(&mut taken, ledger, (part, Some(self.state(from))), then)?;
        taken.upto = from;
        self.catch_up(&mut taken, ledger, then)
    }

    /// Takes in what the log has beyond what was.
    fn catch_up(&self, taken: &mut TakenIn, ledger: &Ledger, then: &dyn Fn(Delta)) -> Result<(), StoreError> {
        *self.waiting() = Waiting::default();
        loop {
            let changes = ledger.changes_since(taken.upto, 100)?;
            let Some((first, upto)) = changes.keys().next().copied().zip(changes.keys().last().copied())
            else {
                return Ok(());
            };
            if first != taken.upto.next() {
                // The log does not go back that far: everything is looked at again.
                return self.look_at_all(taken, ledger, then);
            }
            let mut touched: Vec<RecordKey> = changes.into_values().flatten().collect();
            touched.sort_unstable();
            touched.dedup();
            if touched.is_empty() {
                // Only links changed.
                taken.upto = upto;
                continue;
            }
            let mut now = Vec::new();
            for key in touched {
                let record = ledger.record(&key)?.filter(|record| !record.is_gone());
                now.push((
                    key,
                    record.and_then(|record| Likeness::of(record.iri.as_str(), &record.resource)),
                ));
            }
            self.take_in(taken, ledger, (now, upto), then)?;
        }
    }

    /// Looks at every record that is there or was taken in.
    fn look_at_all(
        &self,
        taken: &mut TakenIn,
        ledger: &Ledger,
        then: &dyn Fn(Delta),
    ) -> Result<(), StoreError> {
        let now = ledger.generation()?;
        for gone in [false, true] {
            let mut part = Vec::with_capacity(PART);
            for record in ledger.records(None, None, gone) {
                let record = record?;
                let live = (!gone).then_some(&record);
                let likeness = live.and_then(|record| Likeness::of(record.iri.as_str(), &record.resource));
                part.push((record.key, likeness));
                if part.len() == PART {
                    self.part(taken, ledger, (std::mem::take(&mut part), None), then)?;
                }
            }
            self.part(taken, ledger, (part, gone.then(|| self.state(now))), then)?;
        }
        taken.upto = now;
        Ok(())
    }

    /// Resolves changes in parts; the last says up to which generation.
    fn take_in(
        &self,
        taken: &mut TakenIn,
        ledger: &Ledger,
        (changes, upto): (Vec<(RecordKey, Option<Likeness>)>, Generation),
        then: &dyn Fn(Delta),
    ) -> Result<(), StoreError> {
        let mut left = changes;
        while left.len() > PART {
            let rest = left.split_off(PART);
            self.part(taken, ledger, (left, None), then)?;
            left = rest;
        }
        self.part(taken, ledger, (left, Some(self.state(upto))), then)?;
        taken.upto = upto;
        Ok(())
    }

    /// Resolves a part of what changed.
    fn part(
        &self,
        taken: &mut TakenIn,
        ledger: &Ledger,
        (changes, state): (Vec<(RecordKey, Option<Likeness>)>, Option<CopyState>),
        then: &dyn Fn(Delta),
    ) -> Result<(), StoreError> {
        // Put back only if all went well.
        let mut table = match taken.table.take() {
            Some(table) => table,
            None => Table::of(ledger)?,
        };
        self.resolve((ledger, &mut table), changes, state, then)?;
        taken.table = Some(table);
        Ok(())
    }

    fn state(&self, generation: Generation) -> CopyState {
        CopyState { version: same::VERSION, options: self.fingerprint.clone(), generation }
    }
}
