//! The walk over a source: which requests are still to be made, and what was proved in the end.
//!
//! A state machine without I/O. It hands out requests, is told how each ended, and says at the end whether every
//! record was seen ([`Outcome::Whole`]), or why that cannot be said ([`Outcome::Partial`]). Its rules:
//!
//! - A request is made once. A page that leads back to itself or to a page before it is a loop.
//! - The walk is partial if a request failed or was not made, if an entry could not be read, if the source ever
//!   counted more records than were seen, or if its count collapsed while we read.
//! - Pages that only repeat records, and loops, make it partial unless the source counts exactly what was seen; so
//!   do replies that had records at another time and have nothing at all now.
//! - An empty listing where records are known is partial unless the source itself counts 0.
//! - A record is gone if the last answer that speaks of it says so. Walks that are resumed take days, in which a
//!   record that was hidden can be shown again; one answer that says both means that it is there.
//! - What is answered is answered: a walk resumed from its [`Checkpoint`] ends as if it had never stopped.

mod checkpoint;
mod deletion;
mod fingerprint;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::{BTreeSet, HashMap};

use self::checkpoint::{Planned, Shortfall};
pub use self::{
    checkpoint::{Checkpoint, CheckpointError, Delta, FailedRequest, Tally},
    deletion::{Absent, DeletionLimit, TooManyDeletions, WholeWalk},
    fingerprint::{Fingerprint, Fingerprints},
};
use crate::{Failure, Limits, Listing, Plan, Reading, RecordId, Request};

/// Pages in a row without a new record after which a listing is followed no further.
const STALE_PAGES: u8 = 3;

/// A walk in progress.
#[derive(Debug)]
pub struct Walk {
    state: Checkpoint,
    limits: Limits,
    numbers: HashMap<Fingerprint, u32>,
    under_way: BTreeSet<u32>,
}

/// A request that was handed out. Give it back with what became of it; one that is dropped counts as not made.
#[derive(Debug)]
#[must_use = "a request that is handed out and not given back makes the walk partial"]
pub struct UnderWay {
    number: u32,
    request: Request,
    had: Vec<RecordId>,
}

impl UnderWay {
    /// What to ask.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Remembers which records the reply to the same request had at another time. One that then has nothing at
    /// all is in doubt: a page of maintenance or of errors looks like an empty one. So is one for a single thing
    /// that then has other things only.
    pub fn had(&mut self, records: Vec<RecordId>) {
        self.had = records;
    }
}

/// How a walk ended.
#[derive(Debug)]
pub enum Outcome {
    /// Every record of the source was seen.
    Whole(WholeWalk),
    /// Everything that changed was seen; absence says nothing.
    Changes,
    /// Not everything was seen; the sentence says why.
    Partial(String),
}

/// How far a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What was counted so far.
    pub tally: Tally,
    /// Requests known of that have no answer yet.
    pub pending: u64,
    /// The source's own count of records.
    pub total: Option<u64>,
}

impl Walk {
    /// Starts at the beginning of a plan.
    pub fn start(plan: Plan, limits: Limits) -> Self {
        let state = Checkpoint::new(plan.listing);
        let mut walk = Self { state, limits, numbers: HashMap::new(), under_way: BTreeSet::new() };
        // Only the plan of this delta is used: step 0 is the start, which no answer made.
        let mut first = walk.delta(0);
        for request in plan.start {
            walk.plan(&mut first, request, Planned { parent: None, ..child_of(0) });
        }
        for (entry, request) in first.planned {
            walk.state.plan(entry, request);
        }
        walk.state.shortfalls = first.shortfalls;
        walk.state.halted = first.halted;
        walk
    }

    /// Goes on where a walk stood. Requests that were under way are made again.
    pub fn resume(checkpoint: Checkpoint, limits: Limits) -> Self {
        let numbers =
            (0..).zip(&checkpoint.planned).map(|(number, entry)| (entry.fingerprint, number)).collect();
        Self { state: checkpoint, limits, numbers, under_way: BTreeSet::new() }
    }

    /// The next request to make, if one is left that is not under way.
    pub fn next_request(&mut self) -> Option<UnderWay> {
        if self.state.halted {
            return None;
        }
        let (number, request) =
            self.state.pending.iter().find(|(number, _)| !self.under_way.contains(number))?;
        let (number, request) = (*number, request.clone());
        self.under_way.insert(number);
        Some(UnderWay { number, request, had: Vec::new() })
    }

    /// A reply was read whole, with a body of so many bytes.
    pub fn replied(&mut self, under_way: UnderWay, reading: &Reading, bytes: u64) -> Delta {
        self.read(under_way, reading, |tally| tally.bytes = tally.bytes.saturating_add(bytes))
    }

    /// The source said that its reply is as it was when `reading` was kept.
    pub fn not_modified(&mut self, under_way: UnderWay, reading: &Reading) -> Delta {
        self.read(under_way, reading, |tally| tally.not_modified += 1)
    }

    /// A request failed for good. `seen` are the records that came before the failure was noticed, `instead` is
    /// what to ask in its place; without new requests among them the failure stands.
    pub fn failed(
        &mut self,
        under_way: UnderWay,
        failure: &Failure,
        seen: &[RecordId],
        instead: Vec<Request>,
    ) -> Delta {
        let UnderWay { number, request, had: _ } = under_way;
        let mut delta = self.delta(number);
        delta.tally.requests += 1;
        let entry = self.entry(number);
        delta.stale = entry.and_then(|entry| self.entry(entry.parent?)).map_or(0, |parent| parent.stale);
        let paged = entry.is_some_and(|entry| entry.paged);
        for other in instead {
            self.plan(&mut delta, other, Planned { paged, ..child_of(number) });
        }
        if delta.planned.is_empty() {
            delta.tally.failed += 1;
            delta.failed = Some(FailedRequest { request, reason: failure.to_string() });
            self.see(&mut delta, seen);
            self.settle_gone(&mut delta, seen, &[]);
        } else {
            delta.tally.replaced += 1;
        }
        self.close(delta)
    }

    /// Where the walk stands.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.state
    }

    /// How far the walk is.
    pub fn progress(&self) -> Progress {
        Progress {
            tally: self.state.tally,
            pending: self.state.pending.len() as u64,
            total: self.state.total,
        }
    }

    /// Whether a record was seen on a page before.
    pub fn has_seen(&self, id: &RecordId) -> bool {
        self.state.seen.contains(Fingerprint::of_id(id))
    }

    /// Ends the walk. `known` is how many records of the source are held from before.
    pub fn finish(self, known: u64) -> Outcome {
        let reasons = self.reasons(known);
        if !reasons.is_empty() {
            return Outcome::Partial(reasons.join("; "));
        }
        match self.state.listing {
            Listing::Whole => {
                let paged = self.state.planned.iter().any(|entry| entry.paged);
                Outcome::Whole(WholeWalk { seen: self.state.seen, paged })
            }
            Listing::Changes => Outcome::Changes,
        }
    }

    fn read(&mut self, under_way: UnderWay, reading: &Reading, count: impl FnOnce(&mut Tally)) -> Delta {
        let UnderWay { number, request: asked, had } = under_way;
        let mut delta = self.delta(number);
        delta.tally.requests += 1;
        count(&mut delta.tally);
        delta.tally.broken += reading.broken;
        delta.total = reading.total;
        delta.shortfalls.extend(reading.shortfall.clone().map(Shortfall::Certain));
        let fresh = self.see(&mut delta, &reading.records);
        for id in &reading.gone {
            delta.tally.gone += 1;
            delta.seen.insert(Fingerprint::of_id(id));
        }
        self.settle_gone(&mut delta, &reading.records, &reading.gone);
        if self.lost_all(number, &had, reading) {
            delta.shortfalls.push(Shortfall::UnlessCounted(format!(
                "{} had {} records before and has nothing now, or other things; if that is so at the next run, too, \
                 it is believed",
                asked.url,
                had.len()
            )));
        }
        delta.stale = self.staleness(number, fresh, reading);
        if delta.stale > 0 {
            delta.shortfalls.push(Shortfall::UnlessCounted(format!(
                "{} has only records of earlier pages; the source may not heed its paging parameters",
                asked.url
            )));
        }
        for request in &reading.follow {
            self.follow(&mut delta, (number, &asked), request);
        }
        self.check_size(&mut delta);
        self.close(delta)
    }

    fn delta(&self, answered: u32) -> Delta {
        Delta {
            step: self.state.step + 1,
            answered,
            stale: 0,
            planned: Vec::new(),
            seen: Fingerprints::default(),
            gone: Vec::new(),
            back: Vec::new(),
            total: None,
            failed: None,
            shortfalls: Vec::new(),
            halted: false,
            tally: self.state.tally,
        }
    }

    /// Which records are gone by what a reply says, and which are not, though an earlier one said so.
    fn settle_gone(&self, delta: &mut Delta, records: &[RecordId], gone: &[RecordId]) {
        if gone.is_empty() && self.state.gone.is_empty() {
            return;
        }
        let there: BTreeSet<&RecordId> = records.iter().collect();
        delta.gone.extend(gone.iter().filter(|id| !there.contains(id)).cloned());
        delta.back.extend(there.into_iter().filter(|id| self.state.gone.contains(*id)).cloned());
    }

    fn entry(&self, number: u32) -> Option<&Planned> {
        usize::try_from(number).ok().and_then(|number| self.state.planned.get(number))
    }

    /// Marks records as seen and says how many are new.
    fn see(&self, delta: &mut Delta, records: &[RecordId]) -> u64 {
        let mut fresh = 0;
        for id in records {
            let fingerprint = Fingerprint::of_id(id);
            if !self.state.seen.contains(fingerprint) && delta.seen.insert(fingerprint) {
                fresh += 1;
            }
        }
        delta.tally.records += fresh;
        delta.tally.repeated += records.len() as u64 - fresh;
        fresh
    }

    /// Whether a reply has nothing of what it had at another time, and should have.
    fn lost_all(&self, number: u32, had: &[RecordId], reading: &Reading) -> bool {
        if had.is_empty() {
            return false;
        }
        // Pages of a list may have other records each time; what one page of its own says should stay its own.
        let alone = self.entry(number).is_some_and(|entry| entry.parent.is_some() && !entry.paged);
        let has = |id: &RecordId| reading.records.contains(id) || reading.gone.contains(id);
        reading.is_empty() || alone && reading.broken == 0 && !had.iter().any(has)
    }

    /// How many pages of a listing in a row, this one included, had records but no new one.
    fn staleness(&self, number: u32, fresh: u64, reading: &Reading) -> u8 {
        let Some(entry) = self.entry(number).filter(|entry| entry.paged) else { return 0 };
        if fresh > 0 || reading.records.is_empty() {
            return 0;
        }
        let before = entry.parent.and_then(|parent| self.entry(parent)).map_or(0, |parent| parent.stale);
        before.saturating_add(1)
    }

    fn follow(&mut self, delta: &mut Delta, (from, asked): (u32, &Request), request: &Request) {
        let request = &without_secrets(request.clone());
        let paged = request.step == asked.step;
        if paged && delta.stale >= STALE_PAGES {
            return;
        }
        let fingerprint = Fingerprint::of_request(request);
        match self.numbers.get(&fingerprint) {
            Some(known) if paged && self.is_before(*known, from) => {
                delta.shortfalls.push(Shortfall::UnlessCounted(format!(
                    "{} leads back to {}, which was read already; pages after it may be missing",
                    asked.url, request.url
                )));
            }
            Some(_) => {}
            None => self.plan(delta, request.clone(), Planned { paged, ..child_of(from) }),
        }
    }

    /// Whether `target` is `number` itself or a page before it in the same listing.
    fn is_before(&self, target: u32, number: u32) -> bool {
        let mut at = Some(number);
        while let Some(number) = at {
            if number == target {
                return true;
            }
            // Parents have smaller numbers, so this ends.
            at = self.entry(number).filter(|entry| entry.paged).and_then(|entry| entry.parent);
        }
        false
    }

    fn plan(&mut self, delta: &mut Delta, request: Request, entry: Planned) {
        let request = without_secrets(request);
        let fingerprint = Fingerprint::of_request(&request);
        if self.numbers.contains_key(&fingerprint) {
            return;
        }
        let planned = u32::try_from(self.state.planned.len() + delta.planned.len());
        match planned {
            Ok(number) if u64::from(number) < self.limits.max_requests => {
                self.numbers.insert(fingerprint, number);
                delta.planned.push((Planned { fingerprint, ..entry }, request));
            }
            _ => halt(delta, format!("more than `max_requests` ({}) requests", self.limits.max_requests)),
        }
    }

    fn check_size(&self, delta: &mut Delta) {
        if delta.tally.records > self.limits.max_records {
            halt(delta, format!("more than `max_records` ({}) records", self.limits.max_records));
        }
        if delta.tally.bytes > self.limits.max_walk_bytes {
            halt(delta, format!("more than `max_walk_bytes` ({}) bytes", self.limits.max_walk_bytes));
        }
    }

    fn close(&mut self, delta: Delta) -> Delta {
        self.under_way.remove(&delta.answered);
        // Made from this very state, so it follows it.
        let applied = self.state.apply(delta.clone());
        debug_assert_eq!(applied, Ok(()));
        delta
    }
}

fn child_of(parent: u32) -> Planned {
    Planned { fingerprint: Fingerprint::default(), parent: Some(parent), paged: false, stale: 0 }
}

/// A link may hold a user's name and password; they must neither be saved nor shown.
fn without_secrets(mut request: Request) -> Request {
    if !request.url.username().is_empty() || request.url.password().is_some() {
        // These fail for URLs without a host only, which have neither.
        let _without_password = request.url.set_password(None);
        let _without_name = request.url.set_username("");
    }
    request
}

fn halt(delta: &mut Delta, reason: String) {
    delta.halted = true;
    let shortfall = Shortfall::Certain(reason);
    if !delta.shortfalls.contains(&shortfall) {
        delta.shortfalls.push(shortfall);
    }
}
