//! What people decide about removals: held back until accepted, and brought back by hand.

#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

#[path = "hostile/portal.rs"]
#[expect(dead_code, reason = "the flaws are for the hostile portal")]
mod portal;

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use moisson::{
    config::Config,
    pipeline::{Checker, Decider, Decision, Harvesting, Lines, RunMode, RunOutcome, RunReport, RunTask},
};
use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_harvest::{Client, client::ClientConfig};
use moisson_store::{RecordKey, RunId, Store, StoreOptions};
use moisson_tests::loopback::Loopback;
use tokio_util::sync::CancellationToken;

use crate::portal::{Dataset, Kind, View};

/// Each look at the clock is a minute later.
fn clock() -> Timestamp {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    Timestamp::from_second(1_795_000_000 + 60 * MINUTES.fetch_add(1, Ordering::Relaxed)).unwrap()
}

/// A CKAN portal of which the test says what it has, and our store.
struct Bench {
    has: Arc<Mutex<Vec<Dataset>>>,
    config: Arc<Config>,
    checker: Arc<Checker>,
    store: Store,
    _server: Loopback,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let has = Arc::new(Mutex::new((1..=12).map(Dataset::new).collect::<Vec<_>>()));
        let server = {
            let has = Arc::clone(&has);
            Loopback::start(move |asked| {
                let ask = Kind::Ckan.ask(asked);
                Kind::Ckan.answer(&ask, &View::of(&ask, &has.lock().unwrap()), "portail.example")
            })
            .await
        };
        let host = server.address();
        let text = format!(
            "[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\npublisher = {{ name = \"Essai\" }}\n\
             [[source]]\nname = \"portail\"\nkind = \"ckan\"\nurl = \"http://{host}/\"\nallow = [\"{host}\"]\n\
             whole_every_days = 0\noptions = {{ rows = 4 }}\npoliteness = {{ delay_ms = 0 }}\n"
        );
        let config =
            Config::parse(&text, Path::new("moisson.toml")).unwrap_or_else(|faults| panic!("{faults:?}"));
        let folder = tempfile::tempdir().unwrap();
        Self {
            has,
            config: Arc::new(config),
            checker: Arc::new(Checker::new(&vocabulary_graph()).unwrap()),
            store: Store::open(folder.path(), &StoreOptions::default(), &|_| {}).unwrap(),
            _server: server,
            _folder: folder,
        }
    }

    /// A run while the portal has so many datasets.
    async fn run(&self, datasets: u32) -> RunReport {
        *self.has.lock().unwrap() = (1..=datasets).map(Dataset::new).collect();
        let parts =
            (Client::new(ClientConfig::new("https://catalogue.example/", 1)), Arc::clone(&self.checker));
        let harvesting =
            Harvesting::new(Arc::clone(&self.config), self.store.clone(), parts, Arc::new(Lines), clock);
        harvesting.run(&self.config.source[0], RunMode::default(), CancellationToken::new()).await.unwrap()
    }

    fn decides(&self, decision: Decision<'_>) -> Result<u64, String> {
        let base = self.config.portal.base_iri().unwrap();
        let (store, source) = (&self.store, ("portail", "ckan"));
        Decider { store, base: &base, source, who: "token chief", at: clock() }
            .decide(decision)
            .map_err(|error| error.to_string())
    }

    fn accept(&self, run: &str) -> Result<u64, String> {
        self.decides(Decision::Accept(run))
    }

    fn undelete(&self, id: &str) -> Result<u64, String> {
        self.decides(Decision::Undelete(&[id.to_owned()]))
    }

    /// What is kept of a run, whoever names it.
    fn report(&self, run: &RunId) -> RunReport {
        let run = self.store.run("portail", run).unwrap();
        serde_json::from_value(run.expect("a run that is named is there").report).unwrap()
    }

    fn held(&self) -> u64 {
        self.store.counts().unwrap().datasets
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_back_goes_when_a_person_accepts_that_run() {
    let bench = Bench::new().await;
    assert_eq!(bench.run(12).await.new, 12);
    let held = bench.run(5).await;
    assert_eq!((held.outcome, held.held_back, bench.held()), (RunOutcome::Whole, 7, 12));
    let advice = format!("moisson accept portail {}", held.run);
    assert!(held.errors.iter().any(|error| error.contains(&advice)), "{:?}", held.errors);

    let other = bench.accept("20200101T000000.000Z").unwrap_err();
    assert!(other.contains(&held.run), "{other}");
    assert_eq!(bench.accept(&held.run).unwrap(), 7);
    assert_eq!(bench.held(), 5);
    let gone = bench.store.record(&RecordKey::new("portail", "jeu-09")).unwrap().unwrap();
    let gone = gone.life.gone.unwrap();
    let reason = format!("run {} held it back, accepted by token chief", held.run);
    assert!(gone.reason.contains(&reason), "{}", gone.reason);
    let decision = bench.report(&gone.run);
    assert_eq!((decision.task, decision.outcome, decision.gone), (RunTask::Decision, RunOutcome::Whole, 7));
    assert!(decision.reason.unwrap().starts_with("token chief accepted"));
    let again = bench.accept(&held.run).unwrap_err();
    assert!(again.contains("no run of `portail`"), "{again}");

    // They come back under the same ids.
    let back = bench.run(12).await;
    assert_eq!((back.back, back.new, bench.held()), (7, 0, 12));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_source_has_again_is_no_longer_held_back() {
    let bench = Bench::new().await;
    bench.run(12).await;
    let held = bench.run(5).await;
    bench.run(12).await;
    assert!(bench.accept(&held.run).is_err());
    assert_eq!(bench.held(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_brings_back_stays_until_the_source_has_it_again() {
    let bench = Bench::new().await;
    let pages = bench.run(12).await.requests;
    let run = bench.run(11).await;
    // It was asked after once more.
    assert_eq!((run.gone, run.requests), (1, pages + 1));
    let unknown = bench.undelete("jeu-99").unwrap_err();
    assert!(unknown.contains("never had"), "{unknown}");
    assert_eq!(bench.undelete("jeu-12").unwrap(), 1);
    assert!(bench.undelete("jeu-12").is_err());
    let line = bench.store.history(&RecordKey::new("portail", "jeu-12")).unwrap().pop().unwrap();
    assert_eq!(line.reason.as_deref(), Some("brought back by token chief"));
    assert_eq!((bench.report(&line.run).task, bench.report(&line.run).back), (RunTask::Decision, 1));
    let kept = bench.run(11).await;
    assert_eq!((kept.outcome, kept.gone, bench.held()), (RunOutcome::Whole, 0, 12));
    bench.run(12).await;
    assert_eq!((bench.run(11).await.gone, bench.held()), (1, 11));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_records_of_a_source_go_with_a_run_that_says_who_wanted_it() {
    let bench = Bench::new().await;
    bench.run(12).await;
    bench.run(5).await;
    assert_eq!(bench.decides(Decision::RemoveAll).unwrap(), 12);
    assert_eq!(bench.held(), 0);
    let gone = bench.store.record(&RecordKey::new("portail", "jeu-01")).unwrap().unwrap().life.gone.unwrap();
    assert_eq!(gone.reason, "its source was removed by token chief");
    let decision = bench.report(&gone.run);
    assert_eq!((decision.task, decision.gone, decision.records), (RunTask::Decision, 12, 0));
    // Nothing is left to decide, and nothing is told of a decision that changed nothing.
    let runs = bench.store.runs(Some("portail")).unwrap().len();
    assert_eq!(bench.decides(Decision::RemoveAll).unwrap(), 0);
    assert_eq!(bench.store.runs(Some("portail")).unwrap().len(), runs);
}
