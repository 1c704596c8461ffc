//! Any source, answering in any order, failing anywhere.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*};

use super::*;

/// A source: pages that list records and lead to other pages or single records. Every page is reached from
/// those before it, so all of it is there to be seen.
#[derive(Debug, Clone)]
struct Portal {
    pages: Vec<Listed>,
}

#[derive(Debug, Clone)]
struct Listed {
    records: Vec<u16>,
    /// Records that are only found alone.
    shown: Vec<u16>,
    total: bool,
    /// What to ask instead, if the page fails: the page in two halves.
    halves: bool,
}

/// What happens to the requests, in the order of asking.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Answered,
    Fails,
}

fn portals() -> impl Strategy<Value = Portal> {
    let listed = (vec(0..400_u16, 1..6), vec(400..500_u16, 0..3), any::<bool>(), any::<bool>())
        .prop_map(|(records, shown, total, halves)| Listed { records, shown, total, halves });
    vec(listed, 1..8).prop_map(|pages| Portal { pages })
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    vec(prop_oneof![6 => Just(Fate::Answered), 1 => Just(Fate::Fails)], 60)
}

fn name(n: u16) -> RecordId {
    RecordId(format!("record {n}"))
}

impl Portal {
    fn all(&self) -> BTreeSet<RecordId> {
        let numbers = self.pages.iter().flat_map(|page| page.records.iter().chain(&page.shown));
        numbers.copied().map(name).collect()
    }

    fn start() -> Plan {
        Plan { start: vec![Request::get(url("list?from=0"), "*/*", "list")], listing: Listing::Whole }
    }

    /// `list?from=N`, `half?from=N&half=0|1`, `show?id=N`.
    fn read(&self, request: &Request) -> Reading {
        let query: BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
        let number = |key: &str| query.get(key).and_then(|value| value.parse::<u16>().ok());
        if let Some(id) = number("id") {
            return Reading { records: vec![name(id)], ..Reading::default() };
        }
        let from = usize::from(number("from").unwrap());
        let page = &self.pages[from];
        let mut reading =
            Reading { records: page.records.iter().copied().map(name).collect(), ..Reading::default() };
        if let Some(half) = number("half") {
            let middle = page.records.len() / 2;
            let part = if half == 0 { &page.records[..middle] } else { &page.records[middle..] };
            reading.records = part.iter().copied().map(name).collect();
            if half == 0 {
                return reading;
            }
        }
        let shows = page.shown.iter().map(|id| Request::get(url(&format!("show?id={id}")), "*/*", "show"));
        reading.follow.extend(shows);
        if from + 1 < self.pages.len() {
            reading.follow.push(Request::get(url(&format!("list?from={}", from + 1)), "*/*", "list"));
        }
        reading.total = page.total.then(|| self.all().len() as u64);
        reading
    }

    fn instead(&self, request: &Request) -> Vec<Request> {
        let from = request.url.query().and_then(|query| query.strip_prefix("from=")).map(str::to_owned);
        let Some(from) = from.and_then(|from| from.parse::<usize>().ok()) else { return Vec::new() };
        if !self.pages[from].halves {
            return Vec::new();
        }
        let half = |n| Request::get(url(&format!("half?from={from}&half={n}")), "*/*", "half");
        vec![half(0), half(1)]
    }
}

/// What became of a walk.
#[derive(Debug, PartialEq, Eq)]
struct End {
    outcome: String,
    seen: BTreeSet<RecordId>,
    failed: bool,
}

/// Walks, with up to `at_once` requests under way, answered in an order chosen by `picks`, each request having the
/// fate that its name draws. `stops` are the answers after which the process dies.
fn walk(portal: &Portal, fates: &[Fate], (at_once, picks): (usize, &[usize]), stops: &BTreeSet<u64>) -> End {
    let mut walk = Walk::start(Portal::start(), Limits::default());
    let (mut seen, mut failed, mut under_way) = (BTreeSet::new(), false, Vec::new());
    for step in 0_u64.. {
        while under_way.len() < at_once {
            let Some(ticket) = walk.next_request() else { break };
            under_way.push(ticket);
        }
        if under_way.is_empty() {
            break;
        }
        let pick = picks[usize::try_from(step).unwrap() % picks.len()] % under_way.len();
        let ticket = under_way.swap_remove(pick);
        let request = ticket.request().clone();
        let drawn =
            request.url.as_str().bytes().fold(7_usize, |sum, byte| sum * 31 % 65_521 + usize::from(byte));
        match fates[drawn % fates.len()] {
            Fate::Answered => {
                let reading = portal.read(&request);
                seen.extend(reading.records.iter().cloned());
                walk.replied(ticket, &reading, 1);
            }
            Fate::Fails => {
                let instead = portal.instead(&request);
                failed |= instead.is_empty();
                walk.failed(ticket, &Failure::Status(500), &[], instead);
            }
        }
        if stops.contains(&step) {
            let saved = serde_json::to_string(walk.checkpoint()).unwrap();
            under_way.clear();
            walk = Walk::resume(serde_json::from_str(&saved).unwrap(), Limits::default());
        }
    }
    let outcome = match walk.finish(0) {
        Outcome::Whole(proof) => format!("whole {}", proof.seen()),
        Outcome::Changes => "changes".to_owned(),
        Outcome::Partial(reason) => format!("partial: {reason}"),
    };
    End { outcome, seen, failed }
}

proptest! {
    #[test]
    fn no_walk_is_whole_that_failed_or_missed_a_record(
        portal in portals(),
        fates in fates(),
        at_once in 1..4_usize,
        picks in vec(0..8_usize, 1..20),
    ) {
        let end = walk(&portal, &fates, (at_once, &picks), &BTreeSet::new());
        if end.outcome.starts_with("whole") {
            prop_assert!(!end.failed);
            prop_assert_eq!(end.seen, portal.all());
        } else if !end.failed {
            // Only pages that repeat may make a walk partial to which nothing else happened.
            prop_assert!(end.outcome.contains("has only records of earlier pages"), "{}", end.outcome);
        }
    }

    #[test]
    fn a_walk_that_dies_and_goes_on_ends_as_one_that_does_not(
        portal in portals(),
        fates in fates(),
        stops in proptest::collection::btree_set(0..40_u64, 0..10),
    ) {
        let undisturbed = walk(&portal, &fates, (1, &[0]), &BTreeSet::new());
        let resumed = walk(&portal, &fates, (1, &[0]), &stops);
        prop_assert_eq!(undisturbed, resumed);
    }

    #[test]
    fn the_order_of_answers_never_hides_a_failure(
        portal in portals(),
        fates in fates(),
        at_once in 1..4_usize,
        picks in vec(0..8_usize, 1..20),
        stops in proptest::collection::btree_set(0..40_u64, 0..10),
    ) {
        let undisturbed = walk(&portal, &fates, (1, &[0]), &BTreeSet::new());
        let other = walk(&portal, &fates, (at_once, &picks), &stops);
        prop_assert_eq!(undisturbed.failed, other.failed);
        prop_assert_eq!(undisturbed.seen, other.seen);
        prop_assert!(!(other.failed && other.outcome.starts_with("whole")));
    }

    #[test]
    fn the_deltas_of_a_walk_add_up_to_its_checkpoint(portal in portals(), fates in fates()) {
        let mut walk = Walk::start(Portal::start(), Limits::default());
        let mut folded = walk.checkpoint().clone();
        let mut step = 0;
        while let Some(ticket) = walk.next_request() {
            let request = ticket.request().clone();
            let delta = match fates[step % fates.len()] {
                Fate::Answered => walk.replied(ticket, &portal.read(&request), 1),
                Fate::Fails => walk.failed(ticket, &Failure::Status(500), &[], portal.instead(&request)),
            };
            let saved = serde_json::to_string(&delta).unwrap();
            folded.apply(serde_json::from_str(&saved).unwrap()).unwrap();
            step += 1;
        }
        prop_assert_eq!(&folded, walk.checkpoint());
    }
}
