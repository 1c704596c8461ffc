//! Runs sources when they are due, one run per source.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Expression, Window, next_run, now};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(1);

/// A source on a schedule.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// When it is due.
    pub expression: Expression,
    /// The hours in which it may run.
    pub window: Option<(Window, TimeZone)>,
    /// When its last run started, whoever asked for it.
    pub last_started: Option<Timestamp>,
}

#[derive(Debug, Clone)]
struct Job {
    planned: Planned,
    running: bool,
}

/// The sources on a schedule.
#[derive(Debug)]
pub struct Scheduler {
    jobs: BTreeMap<String, Job>,
    jitter_seconds: u32,
}

impl Scheduler {
    /// An empty schedule.
    pub fn new(jitter_seconds: u32) -> Self {
        Self { jobs: BTreeMap::new(), jitter_seconds }
    }

    /// Takes these sources instead of those before. What runs goes on, and is not started a second time.
    pub fn plan(&mut self, sources: Vec<Planned>) {
        let mut before = std::mem::take(&mut self.jobs);
        for mut planned in sources {
            let known = before.remove(&planned.name);
            let running = known.as_ref().is_some_and(|job| job.running);
            let started = known.and_then(|job| job.planned.last_started);
            planned.last_started = planned.last_started.max(started);
            self.jobs.insert(planned.name.clone(), Job { planned, running });
        }
    }

    /// The sources that are due at `instant` and not running.
    fn due(&self, instant: Timestamp) -> Vec<String> {
        let next =
            |job: &Planned| next_run(Some(&job.expression), job.last_started, &job.name, self.jitter_seconds);
        let mut due: Vec<(Timestamp, &str)> = self
            .jobs
            .values()
            .filter(|job| !job.running)
            .map(|job| &job.planned)
            .filter(|job| {
                job.window.as_ref().is_none_or(|(window, zone)| window.remains(instant, zone).is_some())
            })
            .filter_map(|job| next(job).map(|at| (at, job.name.as_str())))
            .filter(|(at, _)| *at <= instant)
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, name)| name.to_owned()).collect()
    }

    /// Runs until `stop`; runs under way are waited for. `plan` gives the sources whenever they changed, and `run` is
    /// given a source's name and does one run.
    pub async fn serve<P, F, R>(mut self, stop: CancellationToken, mut plan: P, run: F)
    where
        P: FnMut() -> Option<Vec<Planned>>,
        F: Fn(String) -> R,
        R: Future<Output = ()> + Send + 'static,
    {
        let mut under_way: JoinSet<()> = JoinSet::new();
        let mut names: HashMap<tokio::task::Id, String> = HashMap::new();
        loop {
            let instant = now();
            if let Some(sources) = plan() {
                self.plan(sources);
            }
            for name in self.due(instant) {
                if let Some(job) = self.jobs.get_mut(&name) {
                    job.running = true;
                    job.planned.last_started = Some(instant);
                }
                let task = under_way.spawn(run(name.clone()));
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

    fn planned(name: &str, last: Option<&str>, window: Option<&str>) -> Planned {
        Planned {
            name: name.to_owned(),
            expression: Expression::parse("30 2 * * *", utc()).unwrap(),
            window: window.map(|window| (window.parse().unwrap(), utc())),
            last_started: last.map(|last| last.parse().unwrap()),
        }
    }

    fn scheduler(last: &str, windows: [Option<&str>; 2]) -> Scheduler {
        let mut scheduler = Scheduler::new(0);
        scheduler.plan(vec![planned("a", Some(last), windows[0]), planned("b", None, windows[1])]);
        scheduler
    }

    #[test]
    fn what_is_due_comes_once_and_not_while_it_runs() {
        let mut scheduler = scheduler("2026-11-20T02:30:00Z", [None, None]);
        let before = "2026-11-21T02:29:59Z".parse().unwrap();
        let after = "2026-11-21T02:30:00Z".parse().unwrap();
        assert_eq!(scheduler.due(before), ["b"]);
        assert_eq!(scheduler.due(after), ["b", "a"]);
        scheduler.jobs.get_mut("a").unwrap().running = true;
        assert_eq!(scheduler.due(after), ["b"]);
    }

    #[test]
    fn what_is_due_outside_its_window_waits_for_it() {
        let scheduler = scheduler("2026-11-20T02:30:00Z", [Some("22:00-06:00"), Some("12:00-14:00")]);
        assert_eq!(scheduler.due("2026-11-21T02:30:00Z".parse().unwrap()), ["a"]);
        assert_eq!(scheduler.due("2026-11-21T12:00:00Z".parse().unwrap()), ["b"]);
        assert!(scheduler.due("2026-11-21T15:00:00Z".parse().unwrap()).is_empty());
    }

    #[test]
    fn a_new_plan_takes_effect_and_starts_nothing_twice() {
        let mut scheduler = scheduler("2026-11-20T02:30:00Z", [None, None]);
        let after: Timestamp = "2026-11-21T02:30:00Z".parse().unwrap();
        let job = scheduler.jobs.get_mut("a").unwrap();
        (job.running, job.planned.last_started) = (true, Some(after));
        // `b` went, `c` came, and `a` is said as the store knows it.
        scheduler.plan(vec![planned("a", Some("2026-11-20T02:30:00Z"), None), planned("c", None, None)]);
        assert_eq!(scheduler.due(after), ["c"]);
        scheduler.jobs.get_mut("a").unwrap().running = false;
        assert_eq!(scheduler.due(after), ["c"]);
        assert_eq!(scheduler.due("2026-11-22T02:30:00Z".parse().unwrap()), ["c", "a"]);
    }
}
