//! Whatever happens at a source, in whatever order, over many runs: no record is lost that the source still has, and
//! once it is healthy again the store equals it.
//!
//! Through the real harvesters, client, pipeline and store. `PROPTEST_CASES=1000` plays more, `PROPTEST_RNG_SEED=…`
//! other ones.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "hostile/portal.rs"]
#[expect(dead_code, reason = "the flaws are for the hostile portal")]
mod portal;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use moisson::{
    config::Config,
    pipeline::{Checker, Harvesting, RunMode, RunOutcome, RunProgress, RunReport, Watcher},
};
use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_harvest::{Client, client::ClientConfig};
use moisson_store::{Store, StoreOptions};
use moisson_tests::loopback::{Answer, Asked, Loopback, Manner};
use proptest::{collection::vec, prelude::*};
use tokio_util::sync::CancellationToken;

use crate::portal::{Dataset, Kind, View};

/// Healthy runs after which all must be well. A record that cannot be asked for alone must be absent twice, and a
/// walk for changes sees no removal.
const HEALTHY: usize = 8;

/// Datasets are numbered below this.
const NUMBERS: u32 = 40;

/// What happens at the source before it answers a request.
#[derive(Debug, Clone, Copy)]
enum Event {
    Added(u32),
    /// The dataset at this place, counted from anywhere.
    Changed(usize),
    Removed(usize),
    /// The answer is an error.
    Fails,
    /// The answer is cut.
    Cut,
    /// There is no answer.
    Silent,
    /// The run is told to stop.
    Stopped,
}

/// The events of one run, request by request, and those after it.
type Script = Vec<Vec<Event>>;

fn scripts() -> impl Strategy<Value = Vec<Script>> {
    let event = prop_oneof![
        3 => (1..NUMBERS).prop_map(Event::Added),
        3 => any::<usize>().prop_map(Event::Changed),
        3 => any::<usize>().prop_map(Event::Removed),
        1 => Just(Event::Fails),
        1 => Just(Event::Cut),
        1 => Just(Event::Silent),
        1 => Just(Event::Stopped),
    ];
    // Most requests see no event.
    let script = vec(prop_oneof![2 => Just(Vec::new()), 1 => vec(event, 1..4)], 0..12);
    vec(script, 1..6)
}

struct Source {
    kind: Kind,
    has: BTreeMap<u32, u32>,
    script: VecDeque<Vec<Event>>,
    /// Not there at some time in this run: before it, or removed in it.
    lacked: BTreeSet<u32>,
    stop: CancellationToken,
}

impl Source {
    /// Lets the next events happen. Says what becomes of the answer.
    fn happens(&mut self) -> Option<Event> {
        let mut spoilt = None;
        for event in self.script.pop_front().unwrap_or_default() {
            let place = |place: usize, has: &BTreeMap<u32, u32>| {
                has.keys().nth(place.checked_rem(has.len()).unwrap_or_default()).copied()
            };
            match event {
                Event::Added(number) => {
                    self.has.entry(number).or_insert(1);
                }
                Event::Changed(at) => {
                    if let Some(version) = place(at, &self.has).and_then(|it| self.has.get_mut(&it)) {
                        *version += 1;
                    }
                }
                Event::Removed(at) => {
                    if let Some(number) = place(at, &self.has) {
                        self.has.remove(&number);
                        self.lacked.insert(number);
                    }
                }
                Event::Stopped => self.stop.cancel(),
                Event::Fails | Event::Cut | Event::Silent => spoilt = Some(event),
            }
        }
        spoilt
    }

    fn answer(&mut self, asked: &Asked) -> Answer {
        let spoilt = self.happens();
        let datasets: Vec<Dataset> = self
            .has
            .iter()
            .map(|(number, version)| Dataset { version: *version, ..Dataset::new(*number) })
            .collect();
        let ask = self.kind.ask(asked);
        let host = asked.header("host").unwrap_or_default();
        let answer = self.kind.answer(&ask, &View::of(&ask, &datasets), host);
        match spoilt {
            Some(Event::Fails) => Answer::status(500, "oops"),
            Some(Event::Cut) => {
                let half = answer.body.len() / 2;
                answer.sent(Manner::CutAfter(half))
            }
            Some(_) => answer.sent(Manner::Closed),
            None => {
                let etag = format!("\"{:x}\"", fingerprint(&answer.body));
                if asked.header("if-none-match") == Some(&etag) {
                    return Answer::status(304, "");
                }
                answer.with("etag", &etag)
            }
        }
    }
}

fn fingerprint(body: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

fn lock(source: &Mutex<Source>) -> MutexGuard<'_, Source> {
    source.lock().expect("no test failed here")
}

struct Silent;

impl Watcher for Silent {
    fn progress(&self, _: &RunProgress) {}
    fn ended(&self, _: &RunReport) {}
}

/// Each look at the clock is an hour later, so that some walks are for changes and some are whole.
fn clock() -> Timestamp {
    static HOURS: AtomicI64 = AtomicI64::new(0);
    let hour = HOURS.fetch_add(1, Ordering::Relaxed);
    Timestamp::from_second(1_795_000_000 + 3_600 * hour).expect("a time")
}

fn config(kind: Kind, host: &str) -> Config {
    let (name, path, options) = kind.source();
    let text = format!(
        "[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\npublisher = {{ name = \"Essai\" }}\n\
         [limits.harvest]\nmax_attempts = 1\nbackoff_ms = 1\nbreaker_pause_ms = 1\nmax_failures_in_a_row = 3\n\
         [[source]]\nname = \"source\"\nkind = \"{name}\"\nurl = \"http://{host}{path}\"\nlanguage = \"fr\"\n\
         allow = [\"{host}\"]\nwhole_every_days = 1\ndeletion = {{ percent = 100, floor = 1000 }}\n\
         options = {options}\npoliteness = {{ concurrency = 1, delay_ms = 0, robots = \"ignore\" }}\n"
    );
    Config::parse(&text, Path::new("moisson.toml")).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn held(store: &Store) -> BTreeMap<u32, u32> {
    let mut held = BTreeMap::new();
    for record in store.records(Some("source")) {
        let record = record.expect("the store can be read");
        let titles = record.triples.iter().filter_map(|triple| match &triple.object {
            oxrdf::Term::Literal(literal) => Dataset::of_title(literal.value()),
            _ => None,
        });
        held.extend(titles.take(1));
    }
    held
}

async fn plays(kind: Kind, scripts: Vec<Script>) -> Result<(), TestCaseError> {
    static CHECKER: LazyLock<Arc<Checker>> =
        LazyLock::new(|| Arc::new(Checker::new(&vocabulary_graph()).expect("the shapes are right")));
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path(), &StoreOptions::default(), &|_| {}).expect("a store");
    let source = Arc::new(Mutex::new(Source {
        kind,
        has: (1..=10).map(|number| (number * 3, 1)).collect(),
        script: VecDeque::new(),
        lacked: BTreeSet::new(),
        stop: CancellationToken::new(),
    }));
    let server = {
        let source = Arc::clone(&source);
        Loopback::start(move |asked| lock(&source).answer(asked)).await
    };
    let config = Arc::new(config(kind, &server.address().to_string()));
    let run = async |script: Script| {
        let stop = CancellationToken::new();
        {
            let mut source = lock(&source);
            (source.script, source.stop) = (script.into(), stop.clone());
            source.lacked = (1..NUMBERS).filter(|number| !source.has.contains_key(number)).collect();
        }
        let client = Client::new(ClientConfig::new("https://catalogue.example/", 1));
        let parts = (client, Arc::clone(&CHECKER));
        let harvesting = Harvesting::new(Arc::clone(&config), store.clone(), parts, Arc::new(Silent), clock);
        harvesting.run(&config.source[0], RunMode::default(), stop).await.expect("the store works")
    };
    let mut log = Vec::new();
    for script in std::iter::once(Vec::new()).chain(scripts).chain(vec![Vec::new(); HEALTHY]) {
        let before = held(&store);
        let report = run(script).await;
        let after = held(&store);
        let source = lock(&source);
        log.push(format!(
            "{:?} {:?}: {before:?} -> {after:?}, the source has {:?}",
            report.outcome, report.reason, source.has
        ));
        for number in before.keys().filter(|it| source.has.contains_key(it) && !source.lacked.contains(it)) {
            prop_assert!(after.contains_key(number), "dataset {number} was lost\n{}", log.join("\n"));
        }
        // What a whole walk ends with is there; what came in while it was read may be missing until the next.
        prop_assert!(report.outcome != RunOutcome::Failed || report.gone == 0, "{}", log.join("\n"));
    }
    let has = lock(&source).has.clone();
    prop_assert_eq!(held(&store), has, "\n{}", log.join("\n"));
    Ok(())
}

fn play(kind: Kind, scripts: Vec<Script>) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(plays(kind, scripts))
}

/// A dozen cases of each kind, unless more are asked for.
fn few() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12);
    ProptestConfig { cases, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn a_ckan_portal_may_do_what_it_likes(scripts in scripts()) {
        play(Kind::Ckan, scripts)?;
    }

    #[test]
    fn an_opendatasoft_portal_may_do_what_it_likes(scripts in scripts()) {
        play(Kind::Opendatasoft, scripts)?;
    }

    #[test]
    fn a_catalogue_in_pages_of_rdf_may_do_what_it_likes(scripts in scripts()) {
        play(Kind::Dcat, scripts)?;
    }

    #[test]
    fn a_site_may_do_what_it_likes(scripts in scripts()) {
        play(Kind::Site, scripts)?;
    }

    #[test]
    fn a_table_may_do_what_it_likes(scripts in scripts()) {
        play(Kind::Scdl, scripts)?;
    }
}
