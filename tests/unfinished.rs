//! Runs that do not come to their end: what whoever goes on must know, so that nothing is passed over.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use moisson::{
    config::Config,
    pipeline::{Checker, Harvesting, Lines, RunMode, RunOutcome, RunReport, last_started, last_success},
};
use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_harvest::{Client, client::ClientConfig};
use moisson_store::{Store, StoreOptions};
use moisson_tests::loopback::{Answer, Asked, Loopback};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Datasets of the portal: three pages, each of which is saved when it was read.
const DATASETS: usize = 250;
const PAGE: usize = 100;

/// How the portal answers for its third page.
const WELL: u8 = 0;
const NOT: u8 = 1;
const REFUSES: u8 = 2;
/// It lacks the last two, and does not answer when it is asked for them.
const LACKS: u8 = 3;

/// A moment that many hours after the first.
fn hour(hours: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap() + SignedDuration::from_hours(hours)
}

fn answer(asked: &Asked, third_page: u8) -> Answer {
    let url = url::Url::parse(&format!("http://x{}", asked.target)).unwrap();
    let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    if asked.target.contains("jeu-24") {
        return Answer::status(404, "{}").after(Duration::from_secs(50));
    }
    let datasets = if third_page == LACKS { DATASETS - 2 } else { DATASETS };
    let start: usize = query.get("start").map_or(0, |start| start.parse().unwrap());
    let package = |n| {
        json!({
            "id": format!("jeu-{n:03}"), "name": format!("jeu-{n:03}"), "title": format!("Jeu {n}"), "state": "active",
            "type": "dataset", "resources": [],
        })
    };
    let results: Vec<_> = (start..datasets.min(start + PAGE)).map(package).collect();
    let body = json!({ "success": true, "result": { "count": datasets, "results": results } });
    let well = Answer::ok("application/json", body.to_string());
    match third_page {
        NOT if start == 2 * PAGE => well.after(Duration::from_secs(50)),
        REFUSES if start == 2 * PAGE => Answer::status(401, "who are you?"),
        _ => well,
    }
}

struct Bench {
    third_page: Arc<AtomicU8>,
    checker: Arc<Checker>,
    store: Store,
    server: Loopback,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let (third_page, folder) = (Arc::new(AtomicU8::new(WELL)), tempfile::tempdir().unwrap());
        let answering = Arc::clone(&third_page);
        Self {
            third_page,
            checker: Arc::new(Checker::new(&vocabulary_graph()).unwrap()),
            store: Store::open(folder.path(), &StoreOptions::default(), &|_| {}).unwrap(),
            server: Loopback::start(move |asked| answer(asked, answering.load(Ordering::SeqCst))).await,
            _folder: folder,
        }
    }

    /// A run that starts at a moment, of a source with a language.
    fn run(&self, language: &str, started: Timestamp) -> impl Future<Output = RunReport> + use<> {
        self.run_within(60_000, RunMode::default(), (language, started))
    }

    /// A run of at most so many milliseconds.
    fn run_within(
        &self,
        max_run_ms: u64,
        mode: RunMode,
        (language, started): (&str, Timestamp),
    ) -> impl Future<Output = RunReport> + use<> {
        let host = self.server.address();
        let text = format!(
            "[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\npublisher = {{ name = \"Essai\" }}\n\
             [limits.harvest]\nmax_run_ms = {max_run_ms}\n\
             [[source]]\nname = \"portail\"\nkind = \"ckan\"\nurl = \"http://{host}/\"\nallow = [\"{host}\"]\n\
             language = \"{language}\"\noptions = {{ rows = {PAGE} }}\npoliteness = {{ delay_ms = 0 }}\n"
        );
        let config =
            Config::parse(&text, Path::new("moisson.toml")).unwrap_or_else(|faults| panic!("{faults:?}"));
        let config = Arc::new(config);
        let client = Client::new(ClientConfig::new("https://catalogue.example/", 1));
        let parts = (client, Arc::clone(&self.checker));
        let clock = || hour(100);
        let harvesting =
            Harvesting::new(Arc::clone(&config), self.store.clone(), parts, Arc::new(Lines), clock);
        let how = (started, CancellationToken::new().into());
        async move { harvesting.run_from(&config.source[0], mode, how).await.unwrap() }
    }

    fn third_page(&self, answers: u8) {
        self.third_page.store(answers, Ordering::SeqCst);
    }

    async fn wait_for(&self, what: &str, is_so: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < Duration::from_secs(40), "{what} does not happen");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_run_that_is_killed_is_gone_on_with_and_true_since_it_began() {
    let bench = Bench::new().await;
    bench.third_page(NOT);
    let killed = tokio::spawn(bench.run("fr", hour(0)));
    bench.wait_for("a checkpoint", || bench.store.checkpoint("portail").unwrap().is_some()).await;
    killed.abort();
    // Nobody is at it any more.
    bench.wait_for("the end", || Arc::strong_count(&bench.checker) == 1).await;
    assert_eq!(last_started(&bench.store, "portail").unwrap(), None, "it is due at once");

    bench.third_page(WELL);
    let asked = bench.server.targets().len();
    let report = bench.run("fr", hour(6)).await;
    assert_eq!((report.outcome, report.seen), (RunOutcome::Whole, 250), "{report:?}");
    let targets = bench.server.targets().split_off(asked);
    assert!(targets.iter().all(|target| !target.contains("start=0")), "it went on: {targets:?}");
    // The first pages were read then, and what changed on them since is asked for the next time.
    assert_eq!(last_success(&bench.store, "portail").unwrap(), Some(hour(0)));
    assert_eq!(bench.run("fr", hour(7)).await.outcome, RunOutcome::Changes);
    assert_eq!(last_success(&bench.store, "portail").unwrap(), Some(hour(7)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_change_of_settings_nothing_but_a_whole_walk_will_do() {
    let bench = Bench::new().await;
    assert_eq!(bench.run("fr", hour(0)).await.outcome, RunOutcome::Whole);
    assert_eq!(bench.run("fr", hour(1)).await.outcome, RunOutcome::Changes);
    bench.third_page(REFUSES);
    assert_eq!(bench.run("nl", hour(2)).await.outcome, RunOutcome::Partial);
    bench.third_page(WELL);
    assert_eq!(bench.run("nl", hour(3)).await.outcome, RunOutcome::Whole, "not changes alone");
    assert_eq!(bench.run("nl", hour(4)).await.outcome, RunOutcome::Changes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_asked_after_absent_records_has_no_more_time_than_the_run() {
    let bench = Bench::new().await;
    assert_eq!(bench.run("fr", hour(0)).await.outcome, RunOutcome::Whole);
    bench.third_page(LACKS);
    let begun = Instant::now();
    let full = RunMode { full: true, ..RunMode::default() };
    let report = bench.run_within(12_000, full, ("fr", hour(1))).await;
    assert!(begun.elapsed() < Duration::from_secs(40), "it waited for the answers");
    assert_eq!((report.outcome, report.seen, report.gone), (RunOutcome::Whole, 248, 0), "{report:?}");
    assert!(report.errors.iter().any(|error| error.contains("could not be asked for alone")), "{report:?}");
    assert!(bench.server.targets().iter().any(|target| target.contains("jeu-24")));
    assert_eq!(bench.store.known_ids("portail").count(), DATASETS);
}
