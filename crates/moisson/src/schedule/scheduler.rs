//! Runs sources when they are due: one run per source, a bounded number of runs overall.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Expression, Window, next_run, now};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(1);

/// A source on a schedule.
#[derive(Debug, Clone)]
struct Job {
    name: String,
    expression: Expression,
    window: Option<(Window, TimeZone)>,
    last_started: Option<Timestamp>,
    running: bool,
}

/// The jobs and their bounds.
#[derive(Debug)]
pub struct Scheduler {
    jobs: BTreeMap<String, Job>,
    runs: Arc<Semaphore>,
    jitter_seconds: u32,
}

impl Scheduler {
    /// An empty schedule with a bound on runs at the same time.
    pub fn new(max_runs: usize, jitter_seconds: u32) -> Self {
        Self { jobs: BTreeMap::new(), runs: Arc::new(Semaphore::new(max_runs)), jitter_seconds }
    }

    /// Puts a source on the schedule; `last_started` is when its last run started, whoever asked for it.
    pub fn add(&mut self, name: String, expression: Expression, last_started: Option<Timestamp>) {
        let job = Job { name: name.clone(), expression, window: None, last_started, running: false };
        self.jobs.insert(name, job);
    }

    /// Lets a source run within these hours only.
    pub fn within(&mut self, name: &str, window: Window, zone: TimeZone) {
        if let Some(job) = self.jobs.get_mut(name) {
            job.window = Some((window, zone));
        }
    }

    /// The sources that are due at `instant` and not running.
    fn due(&self, instant: Timestamp) -> Vec<String> {
        let next =
            |job: &Job| next_run(Some(&job.expression), job.last_started, &job.name, self.jitter_seconds);
        let mut due: Vec<(Timestamp, &str)> = self
            .jobs
            .values()
            .filter(|job| !job.running)
            .filter(|job| {
                job.window.as_ref().is_none_or(|(window, zone)| window.remains(instant, zone).is_some())
            })
            .filter_map(|job| next(job).map(|at| (at, job.name.as_str())))
            .filter(|(at, _)| *at <= instant)
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, name)| name.to_owned()).collect()
    }

    /// Runs until `stop`; runs under way are waited for. `run` is given a source's name and does one run.
    pub async fn serve<F, R>(mut self, stop: CancellationToken, run: F)
    where
        F: Fn(String) -> R,
        R: Future<Output = ()> + Send + 'static,
    {
        let mut under_way: JoinSet<()> = JoinSet::new();
        let mut names: HashMap<tokio::task::Id, String> = HashMap::new();
        loop {
            let instant = now();
            for name in self.due(instant) {
                if let Some(job) = self.jobs.get_mut(&name) {
                    job.running = true;
                    job.last_started = Some(instant);
                }
                let (runs, work) = (Arc::clone(&self.runs), run(name.clone()));
                let task = under_way.spawn(async move {
                    // The semaphore is never closed, so there is always a permit to wait for.
                    let permit = runs.acquire_owned().await;
                    work.await;
                    drop(permit);
                });
                names.insert(task.id(), name);
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(TICK) => {}
                Some(ended) = under_way.join_next_with_id() => self.ended(ended, &mut names),
            }
        }
        while let Some(ended) = under_way.join_next_with_id().await {
            self.ended(ended, &mut names);
        }
    }

    fn ended(
        &mut self,
        ended: Result<(tokio::task::Id, ()), tokio::task::JoinError>,
        names: &mut HashMap<tokio::task::Id, String>,
    ) {
        let id = match &ended {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        let name = names.remove(&id).unwrap_or_default();
        if let Err(error) = ended {
            tracing::error!(source.name = name, %error, "a run ended unexpectedly");
        }
        if let Some(job) = self.jobs.get_mut(&name) {
            job.running = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::utc;

    fn scheduler(last: &str) -> Scheduler {
        let mut scheduler = Scheduler::new(1, 0);
        let expression = Expression::parse("30 2 * * *", utc()).unwrap();
        scheduler.add("a".to_owned(), expression.clone(), Some(last.parse().unwrap()));
        scheduler.add("b".to_owned(), expression, None);
        scheduler
    }

    #[test]
    fn what_is_due_comes_once_and_not_while_it_runs() {
        let mut scheduler = scheduler("2026-11-20T02:30:00Z");
        let before = "2026-11-21T02:29:59Z".parse().unwrap();
        let after = "2026-11-21T02:30:00Z".parse().unwrap();
        assert_eq!(scheduler.due(before), ["b"]);
        assert_eq!(scheduler.due(after), ["b", "a"]);
        scheduler.jobs.get_mut("a").unwrap().running = true;
        assert_eq!(scheduler.due(after), ["b"]);
    }

    #[test]
    fn what_is_due_outside_its_window_waits_for_it() {
        let mut scheduler = scheduler("2026-11-20T02:30:00Z");
        scheduler.within("a", "22:00-06:00".parse().unwrap(), utc());
        scheduler.within("b", "12:00-14:00".parse().unwrap(), utc());
        assert_eq!(scheduler.due("2026-11-21T02:30:00Z".parse().unwrap()), ["a"]);
        assert_eq!(scheduler.due("2026-11-21T12:00:00Z".parse().unwrap()), ["b"]);
        assert!(scheduler.due("2026-11-21T15:00:00Z".parse().unwrap()).is_empty());
    }
}
