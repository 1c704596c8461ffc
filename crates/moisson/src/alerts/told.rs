//! What was told of a source, and what waits to be delivered: kept in the ledger, with the source.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use jiff::Timestamp;
use moisson_store::{Batch, RequestHash, RunId, Store};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Event, EventKind};
use crate::{
    config::AlertConfig,
    pipeline::{RunOutcome, RunReport},
};

/// Whoever reads what was told to write it anew holds this meanwhile. One process has the store, so one lock will do.
static WRITING: Mutex<()> = Mutex::new(());

/// Events of one source that may wait; the oldest go first.
const MOST_WAITING: usize = 100;

/// What was told of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Told {
    /// How the source was when it was last looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
    /// What was told since it was last as it should be: one that is now partial, now failed is in the same trouble.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    troubles: BTreeSet<EventKind>,
    /// Removals wait for a person.
    held_back: bool,
    /// It is known that no run succeeded for too long.
    stale: bool,
    /// When the source was first looked at: a new source is not stale for never having succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    watched_since: Option<Timestamp>,
    /// What is still to be delivered, oldest first.
    pub(super) waiting: Vec<Waiting>,
}

/// How a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Condition {
    Good,
    Partial,
    Failed,
}

/// An event that some have not been told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) event: Event,
    /// The channels, by name.
    pub(super) channels: BTreeSet<String>,
}

/// What a run showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// Its report.
    pub(crate) report: &'a RunReport,
    /// It was ended by us, which says nothing about the source.
    pub(crate) cut_short: bool,
    /// Removals wait for a person.
    pub(crate) held_back: bool,
    /// When.
    pub(crate) at: Timestamp,
}

impl Told {
    /// Waits until nobody else changes what was told.
    pub(crate) fn lock() -> MutexGuard<'static, ()> {
        WRITING.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was told of a source.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn load(store: &Store, source: &str) -> anyhow::Result<Self> {
        let kept = store.reading(source, &place())?;
        let kept = kept.map(|kept| serde_json::from_slice(&kept)).transpose();
        Ok(kept.context("what is kept of alerts cannot be read")?.unwrap_or_default())
    }

    /// Puts it into a batch.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(crate) fn save(&self, batch: &mut Batch) -> anyhow::Result<()> {
        batch.readings.push((place(), Some(serde_json::to_vec(self)?)));
        Ok(())
    }

    /// Stores it by itself. The lock must be held since it was loaded.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn store(&self, store: &Store, source: &str, at: Timestamp) -> anyhow::Result<()> {
        let mut batch = Batch::new(source, RunId::at(at), at);
        self.save(&mut batch)?;
        store.commit(batch)?;
        Ok(())
    }

    /// Takes in what a run showed. What is new to tell waits from now on for those who want to know.
    pub(crate) fn take_in(&mut self, seen: &Seen<'_>, channels: &[AlertConfig]) {
        let Seen { report, cut_short, held_back, at } = *seen;
        self.watched_since.get_or_insert(at);
        let now = match report.outcome {
            _ if cut_short => None,
            RunOutcome::Whole | RunOutcome::Changes => Some(Condition::Good),
            RunOutcome::Partial => Some(Condition::Partial),
            RunOutcome::Failed => Some(Condition::Failed),
            RunOutcome::Running | RunOutcome::Interrupted => None,
        };
        let before = self.condition;
        let mut kinds = Vec::new();
        match now {
            Some(Condition::Failed) if before != now => kinds.push(EventKind::Failure),
            Some(Condition::Partial) if before != now => kinds.push(EventKind::Partial),
            Some(Condition::Good) => {
                self.troubles.clear();
                let was_bad = before.is_some_and(|before| before != Condition::Good);
                let was_stale = std::mem::take(&mut self.stale);
                if was_bad || was_stale {
                    kinds.push(EventKind::Recovery);
                }
            }
            _ => {}
        }
        kinds.retain(|kind| *kind == EventKind::Recovery || self.troubles.insert(*kind));
        if held_back && !self.held_back {
            kinds.push(EventKind::HeldBack);
        }
        self.condition = now.or(before);
        self.held_back = held_back;
        for kind in kinds {
            self.tell(Event::of_run(kind, report, at), channels);
        }
    }

    /// A person has decided, and no removal waits any more: the next that does is told again. Says whether this is new.
    pub(crate) fn nothing_is_held_back(&mut self) -> bool {
        std::mem::take(&mut self.held_back)
    }

    /// Looks whether no run succeeded for so long. Says whether anything of this changed.
    pub(super) fn age(
        &mut self,
        (source, days): (&str, u16),
        last_success: Option<Timestamp>,
        now: Timestamp,
        channels: &[AlertConfig],
    ) -> bool {
        let Some(watched) = self.watched_since else {
            self.watched_since = Some(now);
            return true;
        };
        let seconds = i64::from(days) * 24 * 60 * 60;
        let since = last_success.map_or(watched, |success| success.max(watched));
        if self.stale || now.as_second() - since.as_second() < seconds {
            return false;
        }
        self.stale = true;
        self.tell(Event::stale(source, last_success, now), channels);
        true
    }

    fn tell(&mut self, event: Event, channels: &[AlertConfig]) {
        let wanting = channels.iter().filter(|channel| channel.wants(&event));
        let channels: BTreeSet<String> = wanting.map(|channel| channel.name.to_string()).collect();
        tracing::info!(
            source.name = event.source,
            run.id = event.run,
            event = event.kind.name(),
            alert.id = event.id,
            "something is to be told to {} channels",
            channels.len()
        );
        if channels.is_empty() {
            return;
        }
        self.waiting.push(Waiting { event, channels });
        let excess = self.waiting.len().saturating_sub(MOST_WAITING);
        for lost in self.waiting.drain(..excess) {
            tracing::error!(alert.id = lost.event.id, "too many alerts wait; the oldest is given up");
        }
    }

    /// A channel has been told of an event, or has been given up for it.
    pub(super) fn done(&mut self, event: &str, channel: &str) {
        for waiting in self.waiting.iter_mut().filter(|waiting| waiting.event.id == event) {
            waiting.channels.remove(channel);
        }
        self.waiting.retain(|waiting| !waiting.channels.is_empty());
    }
}

/// It is kept among what is remembered of requests, at a place that is no request's.
fn place() -> RequestHash {
    RequestHash(Sha256::digest(b"what was told").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel() -> Vec<AlertConfig> {
        let text = "name = \"a\"\nwebhook = { url = \"https://a.example/\" }";
        vec![toml::from_str(text).unwrap()]
    }

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hour * 3600).unwrap()
    }

    /// The events that runs with these outcomes lead to: `h` holds removals back.
    fn events(runs: &str) -> Vec<String> {
        let mut told = Told::default();
        for (hour, run) in runs.split(' ').enumerate() {
            let at = at(i64::try_from(hour).unwrap());
            let mut report = RunReport::new("s", "ckan", &hour.to_string(), at);
            report.outcome = match run.trim_end_matches(['h', '!']) {
                "w" => RunOutcome::Whole,
                "c" => RunOutcome::Changes,
                "p" => RunOutcome::Partial,
                _ => RunOutcome::Failed,
            };
            let seen =
                Seen { report: &report, cut_short: run.contains('!'), held_back: run.contains('h'), at };
            told.take_in(&seen, &channel());
        }
        told.waiting.iter().map(|waiting| waiting.event.id.clone()).collect()
    }

    #[test]
    fn each_change_is_told_once() {
        for (runs, expected) in [
            ("w w c w", &[][..]),
            ("f f f", &["s/0/failure"]),
            ("w f f f w w", &["s/1/failure", "s/4/recovery"]),
            ("w p p f f p w", &["s/1/partial", "s/3/failure", "s/6/recovery"]),
            ("f p f p f w f", &["s/0/failure", "s/1/partial", "s/5/recovery", "s/6/failure"]),
            ("wh wh wh w wh", &["s/0/held-back", "s/4/held-back"]),
            ("p h", &["s/0/partial", "s/1/failure", "s/1/held-back"]),
            ("w f! p! w f", &["s/4/failure"]),
        ] {
            assert_eq!(events(runs), expected, "{runs}");
        }
    }

    #[test]
    fn a_source_that_does_not_succeed_for_days_is_told_once_and_recovers() {
        let (mut told, channels) = (Told::default(), channel());
        let age = |told: &mut Told, success, hour| told.age(("s", 2), success, at(hour), &channels);
        assert!(age(&mut told, None, 0), "it is watched from now on");
        assert!(!age(&mut told, None, 47));
        assert!(age(&mut told, None, 48));
        assert!(!age(&mut told, None, 200));
        assert_eq!(told.waiting.len(), 1);
        let mut report = RunReport::new("s", "ckan", "R", at(201));
        report.outcome = RunOutcome::Whole;
        let seen = Seen { report: &report, cut_short: false, held_back: false, at: at(201) };
        told.take_in(&seen, &channel());
        assert_eq!(told.waiting[1].event.kind, EventKind::Recovery);
        assert!(!age(&mut told, Some(at(201)), 248));
        assert!(age(&mut told, Some(at(201)), 249));
    }

    #[test]
    fn a_source_that_failed_until_it_was_stale_recovers_once_and_is_told_again() {
        let (mut told, channels) = (Told::default(), channel());
        let run = |told: &mut Told, outcome, hour: i64| {
            let mut report = RunReport::new("s", "ckan", &hour.to_string(), at(hour));
            report.outcome = outcome;
            told.take_in(
                &Seen { report: &report, cut_short: false, held_back: false, at: at(hour) },
                &channels,
            );
        };
        run(&mut told, RunOutcome::Failed, 0);
        assert!(told.age(("s", 1), None, at(24), &channels));
        run(&mut told, RunOutcome::Whole, 25);
        run(&mut told, RunOutcome::Whole, 26);
        assert!(told.age(("s", 1), Some(at(26)), at(50), &channels));
        let kinds: Vec<EventKind> = told.waiting.iter().map(|waiting| waiting.event.kind).collect();
        assert_eq!(kinds, [EventKind::Failure, EventKind::Stale, EventKind::Recovery, EventKind::Stale]);
    }

    #[test]
    fn what_is_held_back_after_a_decision_is_told_again() {
        let mut told = Told::default();
        let mut report = RunReport::new("s", "ckan", "R", at(0));
        report.outcome = RunOutcome::Whole;
        for run in ["1", "2", "3"] {
            report.run = run.to_owned();
            told.take_in(&Seen { report: &report, cut_short: false, held_back: true, at: at(0) }, &channel());
            // Somebody accepts what run 2 held back.
            assert_eq!(run == "2" && told.nothing_is_held_back(), run == "2");
        }
        let ids: Vec<&str> = told.waiting.iter().map(|waiting| waiting.event.id.as_str()).collect();
        assert_eq!(ids, ["s/1/held-back", "s/3/held-back"]);
        assert!(told.nothing_is_held_back() && !told.nothing_is_held_back());
    }

    #[test]
    fn what_was_delivered_waits_no_more() {
        let mut told = Told::default();
        let report = RunReport::new("s", "ckan", "R", at(0));
        told.take_in(&Seen { report: &report, cut_short: false, held_back: false, at: at(0) }, &channel());
        told.done("s/R/failure", "b");
        assert_eq!(told.waiting.len(), 1);
        told.done("s/R/failure", "a");
        assert!(told.waiting.is_empty());
    }
}
