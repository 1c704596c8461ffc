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
    pipeline::{Checker, Harvesting, Lines, RunMode, RunOutcome, RunReport, accept, undelete},
};
use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_harvest::{Client, client::ClientConfig};
use moisson_store::{RecordKey, Store, StoreOptions};
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

    let other = accept(&bench.store, "portail", "20200101T000000.000Z", clock()).unwrap_err().to_string();
    assert!(other.contains(&held.run), "{other}");
    assert_eq!(accept(&bench.store, "portail", &held.run, clock()).unwrap(), 7);
    assert_eq!(bench.held(), 5);
    let gone = bench.store.record(&RecordKey::new("portail", "jeu-09")).unwrap().unwrap();
    assert!(gone.life.gone.unwrap().reason.contains("accepted by a person"));
    let again = accept(&bench.store, "portail", &held.run, clock()).unwrap_err().to_string();
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
    assert!(accept(&bench.store, "portail", &held.run, clock()).is_err());
    assert_eq!(bench.held(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_brings_back_stays_until_the_source_has_it_again() {
    let bench = Bench::new().await;
    bench.run(12).await;
    assert_eq!(bench.run(11).await.gone, 1);
    let unknown = undelete(&bench.store, "portail", &["jeu-99".to_owned()], clock()).unwrap_err().to_string();
    assert!(unknown.contains("never had"), "{unknown}");
    assert_eq!(undelete(&bench.store, "portail", &["jeu-12".to_owned()], clock()).unwrap(), 1);
    assert!(undelete(&bench.store, "portail", &["jeu-12".to_owned()], clock()).is_err());
    let kept = bench.run(11).await;
    assert_eq!((kept.outcome, kept.gone, bench.held()), (RunOutcome::Whole, 0, 12));
    bench.run(12).await;
    assert_eq!((bench.run(11).await.gone, bench.held()), (1, 11));
}
