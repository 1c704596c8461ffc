//! One host's patience: how many requests at a time, how far apart, and when to leave it alone.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use crate::limits::{Limits, ms};

/// Pauses double no more than so many times.
const MOST_DOUBLINGS: u32 = 3;

/// A host and how it fares. Shared by all sources on it.
#[derive(Debug, Default)]
pub(super) struct Host {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    under_way: u32,
    last_start: Option<Instant>,
    /// Nobody asks before this.
    not_before: Option<Instant>,
    failures_in_a_row: u32,
    /// How often the host was left alone since it last answered.
    pauses: u32,
}

/// How a host is to be asked by one source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) concurrency: u32,
    pub(super) delay: Duration,
}

/// The host asks to be left alone for longer than we wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LeftAlone(pub(super) Duration);

/// The right to one request at a time.
#[derive(Debug)]
pub(super) struct Slot {
    host: Arc<Host>,
}

impl Host {
    /// Waits for a turn. Says how long that took.
    pub(super) async fn enter(
        self: &Arc<Self>,
        pace: Pace,
        limits: &Limits,
    ) -> Result<(Slot, Duration), LeftAlone> {
        let arrived = Instant::now();
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.try_enter(pace, limits)? {
                Turn::Now => return Ok((Slot { host: Arc::clone(self) }, arrived.elapsed())),
                Turn::At(time) => tokio::time::sleep_until(time).await,
                Turn::AfterAnother => changed.await,
            }
        }
    }

    fn try_enter(&self, pace: Pace, limits: &Limits) -> Result<Turn, LeftAlone> {
        let mut state = self.lock();
        let now = Instant::now();
        if let Some(wait) = state.not_before.map(|time| time.saturating_duration_since(now))
            && wait > ms(limits.max_wait_ms)
        {
            return Err(LeftAlone(wait));
        }
        // A host in trouble is probed by one request, not by all that wait.
        let troubled = state.failures_in_a_row >= limits.breaker_failures.max(1);
        if state.under_way >= if troubled { 1 } else { pace.concurrency.max(1) } {
            return Ok(Turn::AfterAnother);
        }
        let next = state.last_start.map(|time| time + pace.delay).max(state.not_before);
        if let Some(time) = next.filter(|time| *time > now) {
            return Ok(Turn::At(time));
        }
        state.under_way += 1;
        state.last_start = Some(now);
        Ok(Turn::Now)
    }

    /// Leaves the host alone for so long, `max_pause_ms` at most.
    pub(super) fn pause(&self, wait: Duration, limits: &Limits) {
        let mut state = self.lock();
        let until = Instant::now() + wait.min(ms(limits.max_pause_ms));
        state.not_before = state.not_before.max(Some(until));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Turn {
    Now,
    At(Instant),
    AfterAnother,
}

impl Slot {
    /// The host answered as a host should.
    pub(super) fn went_well(&self) {
        let mut state = self.host.lock();
        state.failures_in_a_row = 0;
        state.pauses = 0;
    }

    /// The host did not answer, or said that it is in trouble. After enough of these in a row it is left alone
    /// for a while (a circuit breaker). `true` if it now is.
    pub(super) fn went_badly(&self, limits: &Limits) -> bool {
        let pause = {
            let mut state = self.host.lock();
            state.failures_in_a_row = state.failures_in_a_row.saturating_add(1);
            if state.failures_in_a_row < limits.breaker_failures.max(1) {
                return false;
            }
            let doublings = state.pauses.min(MOST_DOUBLINGS);
            state.pauses = state.pauses.saturating_add(1);
            ms(limits.breaker_pause_ms).saturating_mul(1 << doublings)
        };
        self.host.pause(pause, limits);
        true
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        {
            let mut state = self.host.lock();
            state.under_way = state.under_way.saturating_sub(1);
        }
        self.host.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Pace = Pace { concurrency: 2, delay: Duration::ZERO };

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_agreed_number_at_a_time() {
        let (host, limits) = (Arc::new(Host::default()), Limits::default());
        let first = host.enter(QUICK, &limits).await.unwrap();
        let second = host.enter(QUICK, &limits).await.unwrap();
        let third = tokio::time::timeout(seconds(3600), host.enter(QUICK, &limits)).await;
        assert!(third.is_err(), "a third request was under way");
        drop(first);
        host.enter(QUICK, &limits).await.unwrap();
        drop(second);
    }

    #[tokio::test(start_paused = true)]
    async fn requests_start_the_delay_apart() {
        let (host, limits) = (Arc::new(Host::default()), Limits::default());
        let pace = Pace { concurrency: 2, delay: seconds(2) };
        let start = Instant::now();
        for _ in 0..4 {
            drop(host.enter(pace, &limits).await.unwrap());
        }
        assert_eq!(start.elapsed().as_secs(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asks_for_a_pause_gets_it() {
        let (host, limits) = (Arc::new(Host::default()), Limits::default());
        host.pause(seconds(120), &limits);
        let (slot, waited) = host.enter(QUICK, &limits).await.unwrap();
        assert_eq!(waited.as_secs(), 120);
        drop(slot);
        host.pause(seconds(7200), &limits);
        assert_eq!(host.enter(QUICK, &limits).await.unwrap_err(), LeftAlone(seconds(7200)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_absurd_pause_is_forgotten_after_a_day() {
        let (host, limits) = (Arc::new(Host::default()), Limits::default());
        host.pause(Duration::MAX, &limits);
        assert_eq!(host.enter(QUICK, &limits).await.unwrap_err(), LeftAlone(seconds(86_400)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_in_trouble_is_left_alone_longer_each_time_and_probed_by_one() {
        let (host, limits) = (Arc::new(Host::default()), Limits::default());
        for n in 1..=5 {
            let (slot, _) = host.enter(QUICK, &limits).await.unwrap();
            assert_eq!(slot.went_badly(&limits), n == 5);
        }
        let mut waits = Vec::new();
        for _ in 0..5 {
            let (probe, waited) = host.enter(QUICK, &limits).await.unwrap();
            waits.push(waited.as_secs());
            let another = tokio::time::timeout(seconds(10), host.enter(QUICK, &limits)).await;
            assert!(another.is_err(), "two probes at a time");
            tokio::time::advance(Duration::ZERO).await;
            assert!(probe.went_badly(&limits));
        }
        assert_eq!(waits, [30, 60, 120, 240, 240]);
        let (probe, _) = host.enter(QUICK, &limits).await.unwrap();
        probe.went_well();
        let (_another, waited) = host.enter(QUICK, &limits).await.unwrap();
        assert_eq!(waited, Duration::ZERO);
    }
}
