//! One behaviour against one kind: a healthy run, the behaviour, and a healthy run again, over one store.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use moisson::{
    config::Config,
    pipeline::{Checker, Harvesting, RunMode, RunOutcome, RunProgress, RunReport, Watcher},
};
use moisson_harvest::{
    Client,
    client::{ClientConfig, Recorder, Resolver, Resolving},
};
use moisson_store::{Store, StoreOptions};
use moisson_tests::loopback::{Answer, Asked, Loopback, Manner};
use tokio_util::sync::CancellationToken;

use crate::{
    behaviour::{Behaviour, Expected, How, Moment},
    portal::{Ask, Dataset, Flaw, Kind, View},
    tls,
};

/// The source's name.
const SOURCE: &str = "portail";

/// The name of the variable that holds the source's secret. Cargo sets it for every test, and what it holds has no
/// business in any report.
const SECRET: &str = "CARGO_MANIFEST_DIR";

/// No run may take longer.
const LONGEST_RUN: Duration = Duration::from_mins(1);

/// What a cell came to.
#[derive(Debug)]
pub(crate) struct Cell {
    /// The outcome of the bad run, in a word.
    pub(crate) outcome: String,
    /// What is wrong with it; empty if all is as it must be.
    pub(crate) wrong: Vec<String>,
    /// What the bad run's report said.
    pub(crate) said: String,
    /// How long the bad run took.
    pub(crate) took: Duration,
}

/// The portal as a server sees it.
struct Portal {
    kind: Kind,
    behaviour: &'static Behaviour,
    /// What the portal has.
    has: Vec<Dataset>,
    bad: bool,
    moved: bool,
    nth: usize,
    /// Versions that were sent in answers with nothing wrong about them.
    delivered: BTreeMap<u32, u32>,
    elsewhere: String,
    /// Requests to the other server that showed credentials.
    betrayed: usize,
    /// Whom new connections meet: the certificate of today, or that of long ago.
    expired: bool,
}

impl Portal {
    /// From now on it misbehaves; and much has changed since the first run.
    fn turns_bad(&mut self) {
        for number in [2, 6, 11] {
            self.has[number - 1].version = 2;
        }
        self.has.retain(|dataset| dataset.number != 7);
        self.has.push(Dataset::new(13));
        self.delivered.clear();
        (self.bad, self.nth) = (true, 0);
    }

    fn answer(&mut self, asked: &Asked, host: &str) -> Answer {
        let ask = self.kind.ask(asked);
        if let Some(round) = asked.target.strip_prefix("/boucle/") {
            let next = round.parse::<u64>().unwrap_or_default() + 1;
            return Answer::redirect(302, &format!("/boucle/{next}"));
        }
        let how = self.behaviour.how;
        if !self.bad {
            return self.well(asked, &ask, host);
        }
        if let (How::Robots(answer), Ask::Robots) = (how, &ask) {
            return answer();
        }
        if let (How::Moves(moves), true) = (how, self.nth > 0 && !self.moved && ask != Ask::Robots) {
            moves(&mut self.has);
            self.moved = true;
        }
        if matches!(how, How::Expires(scope) if scope.covers(&ask, &self.has)) {
            self.expired = true;
            return Answer::status(200, "").sent(Manner::Closed);
        }
        let covered = matches!(how, How::Answer(scope, _) if scope.covers(&ask, &self.has));
        let nth = self.nth;
        if covered || !matches!(how, How::Answer(..)) && ask != Ask::Robots {
            self.nth += 1;
        }
        let How::Answer(_, answer) = how else { return self.well(asked, &ask, host) };
        if !covered {
            return self.well(asked, &ask, host);
        }
        let view = View::of(&ask, &self.has);
        answer(&Moment {
            healthy: self.kind.answer(&ask, &view, host),
            target: &asked.target,
            host,
            elsewhere: &self.elsewhere,
            nth,
            authorization: asked.header("authorization").unwrap_or_default(),
        })
    }

    fn has_expired(&self) -> bool {
        self.expired
    }

    fn well(&mut self, asked: &Asked, ask: &Ask, host: &str) -> Answer {
        let mut shown = self.has.clone();
        if self.bad {
            match self.behaviour.how {
                How::Shows(shows) => shows(&mut shown),
                How::Flaw(flaw) => {
                    if let Some(sixth) = shown.get_mut(5) {
                        sixth.flaw = flaw;
                    }
                }
                _ => {}
            }
        }
        let mut view = View::of(ask, &shown);
        if let (true, How::View(views)) = (self.bad, self.behaviour.how) {
            views(&mut view, ask, &shown);
        }
        let answer = self.kind.answer(ask, &view, host);
        let etag = etag(&answer.body);
        if answer.status == 200 && asked.header("if-none-match") == Some(&etag) {
            return Answer::status(304, "");
        }
        if answer.status == 200 && *ask != Ask::Names {
            for dataset in view.datasets.iter().filter(|it| it.flaw == Flaw::None && it.version < 99) {
                self.delivered.insert(dataset.number, dataset.version);
            }
        }
        answer.with("etag", &etag)
    }
}

fn etag(body: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:x}\"", hasher.finish())
}

/// The names of this small world, and every address that was about to be connected to.
#[derive(Debug)]
struct World {
    ours: [IpAddr; 1],
    connected: Mutex<Vec<SocketAddr>>,
}

impl Resolver for World {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        let address: &[&str] = match host {
            // The last one may have been public when somebody looked; it is not when we connect.
            "portail.example" | "ailleurs.example" | "rebond.example" => &["127.0.0.1"],
            "prive.example" => &["10.1.2.3"],
            _ => &[],
        };
        let found: Vec<SocketAddr> =
            address.iter().map(|it| SocketAddr::new(it.parse().expect("an address"), 0)).collect();
        Box::pin(async move { io::Result::Ok(found) })
    }
}

impl Recorder for World {
    fn connecting(&self, _host: &str, address: SocketAddr) {
        self.connected.lock().expect("no test failed here").push(address);
    }
}

struct Silent;

impl Watcher for Silent {
    fn progress(&self, _: &RunProgress) {}
    fn ended(&self, _: &RunReport) {}
}

/// Each look at the clock is a minute later, so that no two runs have the same name.
fn clock() -> Timestamp {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let minute = MINUTES.fetch_add(1, Ordering::Relaxed);
    Timestamp::from_second(1_795_000_000 + 60 * minute).expect("a time")
}

fn config((kind, scheme): (Kind, &str), [host, elsewhere]: &[String; 2], bad: bool, open: bool) -> Config {
    let (name, path, options) = kind.source();
    let limits = if bad {
        // Short enough for a test, long enough for a machine with other things to do.
        "max_attempts = 2\nbackoff_ms = 5\nmax_backoff_ms = 20\nreply_timeout_ms = 2000\nidle_timeout_ms = 2000\n\
         body_timeout_ms = 6000\nslow_start_ms = 1500\nmax_wait_ms = 3000\nbreaker_pause_ms = 20\n\
         max_body_bytes = 4000000"
    } else {
        ""
    };
    let deletion = if open { "{ percent = 100, floor = 1000 }" } else { "{ percent = 20, floor = 3 }" };
    let text = format!(
        "[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\npublisher = {{ name = \"Essai\" }}\n\
         [limits.harvest]\n{limits}\n\
         [[source]]\nname = \"{SOURCE}\"\nkind = \"{name}\"\nurl = \"{scheme}://{host}{path}\"\nlanguage = \"fr\"\n\
         allow = [\"{host}\", \"{elsewhere}\"]\nwhole_every_days = 0\ndeletion = {deletion}\noptions = {options}\n\
         credentials = {{ bearer_env = \"{SECRET}\" }}\n\
         politeness = {{ concurrency = 1, delay_ms = 0, robots = \"{}\" }}\n",
        if name == "web-page" { "obey" } else { "ignore" }
    );
    Config::parse(&text, Path::new("moisson.toml")).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Numbers and versions of the records that are there, by the number in their id.
fn held(store: &Store) -> BTreeMap<u32, Vec<Option<u32>>> {
    let mut held: BTreeMap<u32, Vec<Option<u32>>> = BTreeMap::new();
    for record in store.records(Some(SOURCE)) {
        let record = record.expect("the store can be read");
        let digits: String = record.key.id.chars().rev().take_while(char::is_ascii_digit).collect();
        let title = record.triples.iter().find(|triple| {
            triple.predicate.as_str() == "http://purl.org/dc/terms/title"
                && triple.subject.to_string() == record.iri.to_string()
        });
        let said = title.and_then(|triple| match &triple.object {
            oxrdf::Term::Literal(literal) => Dataset::of_title(literal.value()),
            _ => None,
        });
        let digits = digits.chars().rev().collect::<String>().parse().ok();
        let (number, version) = match (said, digits) {
            (Some((number, version)), _) => (number, Some(version)),
            (None, number) => (number.unwrap_or(u32::MAX), None),
        };
        held.entry(number).or_default().push(version);
    }
    held
}

/// The portal, the world around it, and our store.
struct Stage {
    kind: Kind,
    /// The portal is on https.
    secure: bool,
    checker: Arc<Checker>,
    portal: Arc<Mutex<Portal>>,
    world: Arc<World>,
    /// Host and port of the portal, and of another server of theirs.
    hosts: [String; 2],
    store: Store,
    _servers: [Loopback; 2],
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn set(behaviour: &'static Behaviour, kind: Kind, checker: Arc<Checker>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), &StoreOptions::default(), &|_| {}).expect("a store");
        let portal = Arc::new(Mutex::new(Portal {
            kind,
            behaviour,
            has: (1..=12).map(Dataset::new).collect(),
            bad: false,
            moved: false,
            nth: 0,
            delivered: BTreeMap::new(),
            elsewhere: String::new(),
            betrayed: 0,
            expired: false,
        }));
        let elsewhere = {
            let portal = Arc::clone(&portal);
            Loopback::start(move |asked| {
                let mut portal = lock(&portal);
                portal.betrayed += usize::from(asked.header("authorization").is_some());
                let (ask, host) = (kind.ask(asked), asked.header("host").unwrap_or_default().to_owned());
                portal.well(asked, &ask, &host)
            })
            .await
        };
        let secure = matches!(behaviour.how, How::Expires(_));
        let server = {
            let answering = Arc::clone(&portal);
            let wrap = secure.then(|| tls::of(Arc::clone(&portal), |portal| lock(portal).has_expired()));
            Loopback::start_within(wrap, move |asked| {
                let host = asked.header("host").unwrap_or_default().to_owned();
                let answer = lock(&answering).answer(asked, &host);
                if secure { tls::with_secure_links(answer, &host) } else { answer }
            })
            .await
        };
        let hosts = [
            format!("portail.example:{}", server.address().port()),
            format!("ailleurs.example:{}", elsewhere.address().port()),
        ];
        lock(&portal).elsewhere.clone_from(&hosts[1]);
        let world = Arc::new(World { ours: [server.address().ip()], connected: Mutex::default() });
        Self {
            kind,
            secure,
            checker,
            portal,
            world,
            hosts,
            store,
            _servers: [server, elsewhere],
            _folder: folder,
        }
    }

    /// One run, as `moisson harvest` makes it, of a process of its own: nothing is remembered but the store.
    async fn run(&self, bad: bool, open: bool) -> RunReport {
        let scheme = if self.secure { "https" } else { "http" };
        let config = Arc::new(config((self.kind, scheme), &self.hosts, bad, open));
        let client = Client::new(ClientConfig {
            resolver: Arc::clone(&self.world) as Arc<dyn Resolver>,
            recorder: Arc::clone(&self.world) as Arc<dyn Recorder>,
            authorities: if self.secure { vec![tls::authority()] } else { Vec::new() },
            ..ClientConfig::new("https://catalogue.example/", 1)
        });
        let parts = (client, Arc::clone(&self.checker));
        let harvesting =
            Harvesting::new(Arc::clone(&config), self.store.clone(), parts, Arc::new(Silent), clock);
        harvesting
            .run(&config.source[0], RunMode::default(), CancellationToken::new())
            .await
            .expect("the store can be read and written")
    }

    /// What must not have happened, whatever the portal did.
    fn harm(&self, said: &str, wrong: &mut Vec<String>) {
        for address in self.world.connected.lock().expect("no test failed here").iter() {
            if !self.world.ours.contains(&address.ip()) {
                wrong.push(format!("{address} was connected to"));
            }
        }
        let secret = std::env::var(SECRET).unwrap_or_default();
        let checkpoint = self.store.checkpoint(SOURCE).expect("the store can be read").unwrap_or_default();
        let everything = format!("{said} {}", String::from_utf8_lossy(&checkpoint));
        if everything.contains(&secret) || everything.contains("hunter2") {
            wrong.push("the report or the checkpoint tells a secret".to_owned());
        }
        let betrayed = lock(&self.portal).betrayed;
        if betrayed > 0 {
            wrong.push(format!("the credentials were shown to another host {betrayed} times"));
        }
    }
}

/// Plays a cell.
pub(crate) async fn play(behaviour: &'static Behaviour, kind: Kind, checker: Arc<Checker>) -> Cell {
    let stage = Stage::set(behaviour, kind, checker).await;
    let expected = behaviour.expected(kind.index());
    let mut wrong = Vec::new();

    let first = stage.run(false, true).await;
    if first.outcome != RunOutcome::Whole || first.new != 12 {
        wrong.push(format!("the first, healthy run: {}", text(&first)));
    }
    lock(&stage.portal).turns_bad();

    let before = Instant::now();
    let report = stage.run(true, expected != Expected::HeldBack).await;
    let took = before.elapsed();
    let said = text(&report);
    let outcome = judge(behaviour, expected, &report, &said, &mut wrong);
    if took > LONGEST_RUN {
        wrong.push(format!("the run took {} s", took.as_secs()));
    }
    after_the_bad_run(&lock(&stage.portal), expected, &held(&stage.store), &mut wrong);

    {
        let mut portal = lock(&stage.portal);
        (portal.bad, portal.expired) = (false, false);
    }
    let mut last = stage.run(false, true).await;
    if matches!(kind, Kind::Dcat | Kind::Site) {
        // What cannot be asked for once more is believed when it is said twice.
        last = stage.run(false, true).await;
    }
    if last.outcome != RunOutcome::Whole {
        wrong.push(format!("the last, healthy run: {}", text(&last)));
    }
    let has: BTreeMap<u32, Vec<Option<u32>>> =
        lock(&stage.portal).has.iter().map(|it| (it.number, vec![Some(it.version)])).collect();
    let held = held(&stage.store);
    if held != has {
        wrong.push(format!("after the last run the store holds {held:?} instead of {has:?}"));
    }
    stage.harm(&said, &mut wrong);
    Cell { outcome, wrong, said, took }
}

fn lock(portal: &Mutex<Portal>) -> MutexGuard<'_, Portal> {
    portal.lock().expect("no test failed here")
}

/// All that a report says.
fn text(report: &RunReport) -> String {
    let mut text = format!("{:?}", report.outcome).to_lowercase();
    for part in report.reason.iter().chain(&report.errors).chain(&report.notes) {
        text.push_str("; ");
        text.push_str(part);
    }
    for (code, remark) in &report.remarks {
        let _infallible = write!(text, "; {code}: {}", remark.examples.first().map_or("", String::as_str));
    }
    text
}

fn judge(
    behaviour: &Behaviour,
    expected: Expected,
    report: &RunReport,
    said: &str,
    wrong: &mut Vec<String>,
) -> String {
    let outcome = match report.outcome {
        RunOutcome::Whole if report.held_back > 0 => "held back",
        RunOutcome::Whole => "whole",
        RunOutcome::Changes => "changes",
        RunOutcome::Partial => "partial",
        RunOutcome::Failed => "failed",
        RunOutcome::Running | RunOutcome::Interrupted => "without an end",
    };
    let wanted = match expected {
        Expected::Whole | Expected::Believed => "whole",
        Expected::HeldBack => "held back",
        Expected::Partial => "partial",
        Expected::Failed => "failed",
        Expected::Skipped => "skipped",
    };
    if outcome != wanted {
        wrong.push(format!("the run is {outcome} and should be {wanted}"));
    }
    let plain = matches!(expected, Expected::Whole | Expected::Believed);
    if (!plain || expected == Expected::Believed && !behaviour.says.is_empty() && outcome != "whole")
        && !behaviour.says.split('|').any(|word| said.contains(word))
    {
        wrong.push(format!("the report does not say `{}`", behaviour.says));
    }
    if report.held_back > 0 && report.gone > 0 {
        wrong.push(format!("{} were removed, {} held back", report.gone, report.held_back));
    }
    outcome.to_owned()
}

/// Nothing that the portal has is gone, and what came well is kept.
fn after_the_bad_run(
    portal: &Portal,
    expected: Expected,
    held: &BTreeMap<u32, Vec<Option<u32>>>,
    wrong: &mut Vec<String>,
) {
    for dataset in portal.has.iter().filter(|dataset| dataset.number <= 12 && dataset.number > 0) {
        if !held.contains_key(&dataset.number) {
            wrong.push(format!("dataset {} was removed, and the portal has it", dataset.number));
        }
    }
    let newest = |number: u32| {
        let versions = held.get(&number);
        versions.map(|versions| versions.iter().map(|version| version.unwrap_or(u32::MAX)).max().unwrap_or(0))
    };
    for (number, version) in &portal.delivered {
        if newest(*number).is_none_or(|newest| newest < *version) {
            wrong.push(format!(
                "dataset {number} was delivered in version {version}, and {:?} is held",
                newest(*number)
            ));
        }
    }
    if expected == Expected::Whole {
        for Dataset { number, version, .. } in &portal.has {
            if newest(*number).is_none_or(|newest| newest < *version) {
                wrong.push(format!("the run is whole without version {version} of dataset {number}"));
            }
        }
        // Pages of RDF cannot be asked for one dataset: it must be absent twice.
        if held.contains_key(&7) && portal.kind != Kind::Dcat {
            wrong.push("the run is whole, and dataset 7 is still there".to_owned());
        }
    }
}
