//! A source whose list moves while it is read, over many runs.
//!
//! The list is paged by offset. Each page begins with the last record of the one before: if it is another one,
//! the list has moved, and the page is no proof. This is how a harvester must page if the source has no cursor.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};

use super::*;

const ROWS: usize = 4;

/// What happens at the source between two requests.
#[derive(Debug, Clone, Copy)]
enum Event {
    Added(u16),
    /// The record at this place, counted from anywhere.
    Removed(u16),
    /// The next request fails.
    Fails,
    /// The process dies and goes on.
    Dies,
}

fn events() -> impl Strategy<Value = Vec<Vec<Event>>> {
    let event = prop_oneof![
        4 => (0..1000_u16).prop_map(Event::Added),
        4 => any::<u16>().prop_map(Event::Removed),
        1 => Just(Event::Fails),
        1 => Just(Event::Dies),
    ];
    // Most requests see no event.
    vec(prop_oneof![3 => Just(Vec::new()), 2 => vec(event, 1..4)], 0..80)
}

fn name(n: u16) -> RecordId {
    RecordId(format!("{n:04}"))
}

fn rows(from: usize) -> Request {
    Request::get(url(&format!("list?from={from}")), "*/*", "list")
}

fn first() -> Plan {
    Plan { start: vec![rows(0)], listing: Listing::Whole }
}

/// Reads a page of what is there now.
fn read(source: &BTreeSet<u16>, request: &Request) -> Reading {
    let from: usize = request.url.query().unwrap().strip_prefix("from=").unwrap().parse().unwrap();
    let expected = request.state.0.as_str();
    let page: Vec<_> = source.iter().copied().skip(from).take(ROWS).map(name).collect();
    let mut reading = Reading { total: Some(source.len() as u64), ..Reading::default() };
    if expected.is_some() && page.first().map(|id| id.0.as_str()) != expected {
        reading.shortfall = Some("the list moved while it was read".to_owned());
    }
    if let (ROWS, Some(last)) = (page.len(), page.last()) {
        reading.follow = vec![rows(from + ROWS - 1).with_state(last.0.clone().into())];
    }
    reading.records = page;
    reading
}

struct World {
    source: BTreeSet<u16>,
    /// Records that were there all the time since the walk began.
    steady: BTreeSet<u16>,
    held: BTreeSet<RecordId>,
}

impl World {
    /// One run; `true` if it was whole.
    fn run(&mut self, events: &mut impl Iterator<Item = Vec<Event>>) -> Result<bool, TestCaseError> {
        self.steady = self.source.clone();
        let known = self.held.len() as u64;
        let mut walk = Walk::start(first(), Limits::default());
        while let Some(ticket) = walk.next_request() {
            let (mut fails, mut dies) = (false, false);
            for event in events.next().unwrap_or_default() {
                match event {
                    Event::Added(n) => {
                        self.source.insert(n);
                    }
                    Event::Removed(place) if !self.source.is_empty() => {
                        let place = usize::from(place) % self.source.len();
                        let n = *self.source.iter().nth(place).unwrap();
                        self.source.remove(&n);
                        self.steady.remove(&n);
                    }
                    Event::Removed(_) => {}
                    Event::Fails => fails = true,
                    Event::Dies => dies = true,
                }
            }
            if fails {
                walk.failed(ticket, &Failure::Status(500), &[], Vec::new());
            } else {
                let reading = read(&self.source, ticket.request());
                self.held.extend(reading.records.iter().cloned());
                walk.replied(ticket, &reading, 1);
            }
            if dies {
                walk = Walk::resume(walk.checkpoint().clone(), Limits::default());
            }
        }
        let Outcome::Whole(proof) = walk.finish(known) else { return Ok(false) };
        let everything = DeletionLimit { percent: 100, floor: u64::MAX };
        for id in proof.absent(&self.held).admit(everything).unwrap() {
            let n: u16 = id.0.parse().unwrap();
            prop_assert!(!self.steady.contains(&n), "{id} was there all the time and is deleted");
            self.held.remove(&id);
        }
        Ok(true)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_record_that_was_always_there_is_lost_and_all_is_well_in_the_end(
        source in proptest::collection::btree_set(0..1000_u16, 0..30),
        events in events(),
    ) {
        let mut world = World { source, steady: BTreeSet::new(), held: BTreeSet::new() };
        let mut events = events.into_iter().peekable();
        while events.peek().is_some() {
            world.run(&mut events)?;
        }
        // The source is healthy now, and keeps still: one more run sets all right.
        prop_assert!(world.run(&mut std::iter::empty())?);
        let there: BTreeSet<_> = world.source.iter().copied().map(name).collect();
        prop_assert_eq!(world.held, there);
    }
}
