//! The program is killed while it harvests and serves, again and again, and loses nothing.
//!
//! `moisson serve` harvests a portal that never stays the same, every second, and answers readers meanwhile; it is
//! killed (`SIGKILL`) at a random moment and started again. In the end the store equals that of a run that nobody
//! disturbed, quad for quad, and ledger, index and quads agree.
//!
//! Twenty times by default; `MOISSON_KILLS=1000` for more, `MOISSON_SEED` for other moments.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failure of the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use moisson_store::{Store, StoreOptions, sparql::WorkerCommand};
use serde_json::{Value, json};

/// Datasets of the portal, and on a page of it.
const DATASETS: u32 = 60;
const PAGE: usize = 7;
/// How long the portal is waited for before the program is killed all the same.
const PATIENCE: Duration = Duration::from_secs(10);

/// Numbers of which each follows from the one before.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A CKAN portal: number and version of each dataset.
#[derive(Default)]
struct Portal {
    datasets: Mutex<BTreeMap<u32, u32>>,
    asked: AtomicU64,
}

impl Portal {
    /// Some datasets change, one goes, one comes.
    fn moves(&self, random: &mut Random) {
        let mut datasets = self.datasets.lock().unwrap();
        for _ in 0..8 {
            let at = usize::try_from(random.below(datasets.len() as u64)).unwrap();
            *datasets.values_mut().nth(at).unwrap() += 1;
        }
        let first = usize::try_from(random.below(datasets.len() as u64)).unwrap();
        let gone = *datasets.keys().nth(first).unwrap();
        datasets.remove(&gone);
        datasets.insert(u32::try_from(random.below(500)).unwrap(), 1);
    }

    fn answer(&self, target: &str) -> Value {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let url = url::Url::parse(&format!("http://x{target}")).unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let number = |name: &str, usual: usize| query.get(name).map_or(usual, |it| it.parse().unwrap());
        let datasets = self.datasets.lock().unwrap();
        let package = |(number, version): (&u32, &u32)| {
            json!({
                "id": format!("jeu-{number:03}"), "name": format!("jeu-{number:03}"),
                "title": format!("Jeu {number} version {version}"), "notes": "Une description.",
                "state": "active", "type": "dataset", "license_id": "lov2",
                "tags": [{ "name": format!("tag{}", number % 5) }],
                "organization": { "name": "ville", "title": "Ville", "id": "o1" },
                "resources": [{ "id": format!("r{number}"), "url": format!("http://f.example/{number}/{version}.csv"), "format": "CSV" }],
            })
        };
        let wanted = query.get("fq").and_then(|fq| fq.strip_prefix("id:\"")?.strip_suffix('"'));
        let chosen: Vec<Value> = match wanted {
            Some(id) => datasets.iter().map(package).filter(|package| package["id"] == id).collect(),
            None => datasets.iter().skip(number("start", 0)).take(number("rows", 10)).map(package).collect(),
        };
        let count = if wanted.is_some() { chosen.len() } else { datasets.len() };
        json!({ "success": true, "result": { "count": count, "results": chosen } })
    }
}

/// Serves the portal for as long as the test lives.
fn serve(portal: Arc<Portal>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let portal = Arc::clone(&portal);
            thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap());
                let (mut first, mut line) = (String::new(), String::new());
                // A client that was killed is no concern of a portal.
                let _killed = lines.read_line(&mut first);
                while lines.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let body = portal.answer(first.split(' ').nth(1).unwrap_or("/")).to_string();
                let mut stream = stream;
                let _killed = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
            });
        }
    });
    address
}

fn configure(folder: &Path, portal: SocketAddr) {
    let text = format!(
        "data = \"data\"\n[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\n\
         publisher = {{ name = \"Essai\" }}\n[schedule]\njitter_seconds = 0\n\
         [[source]]\nname = \"portail\"\nkind = \"ckan\"\nurl = \"http://{portal}/\"\nallow = [\"{portal}\"]\n\
         language = \"fr\"\nschedule = \"* * * * * *\"\nwhole_every_days = 0\n\
         deletion = {{ percent = 100, floor = 1000 }}\noptions = {{ rows = {PAGE} }}\n\
         politeness = {{ concurrency = 2, delay_ms = 0, robots = \"ignore\" }}\n"
    );
    fs::write(folder.join("moisson.toml"), text).unwrap();
}

fn moisson(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_moisson")).args(args).current_dir(folder).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "moisson {args:?}: {out}\n{err}");
    out.into_owned()
}

/// Starts the server, and readers that ask it all the time until it is gone.
fn start(folder: &Path, answered: &Arc<AtomicU64>) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_moisson"))
        .args(["serve", "--address", "127.0.0.1:0"])
        .current_dir(folder)
        .env("MOISSON_LOG", "error")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap());
    let answered = Arc::clone(answered);
    thread::spawn(move || {
        for line in said.lines().map_while(Result::ok) {
            assert!(!line.contains("panicked"), "{line}");
            let Some((_, address)) = line.rsplit_once(" at http://") else { continue };
            let Ok(address) = address.trim_end_matches('/').parse::<SocketAddr>() else { continue };
            for target in
                ["/?q=jeu", "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D"]
            {
                let answered = Arc::clone(&answered);
                thread::spawn(move || {
                    let gone = AtomicBool::new(false);
                    while !gone.load(Ordering::Relaxed) {
                        match ask(address, target) {
                            Some(status) => {
                                assert!(status < 500 || status == 503, "{target} answered {status}");
                                answered.fetch_add(1, Ordering::Relaxed);
                            }
                            None => gone.store(true, Ordering::Relaxed),
                        }
                        thread::sleep(Duration::from_millis(20));
                    }
                });
            }
        }
    });
    child
}

/// The status of an answer; nothing if there was none.
fn ask(address: SocketAddr, target: &str) -> Option<u16> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    write!(stream, "GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").ok()?;
    let mut reply = Vec::new();
    let _killed = stream.read_to_end(&mut reply);
    let head = String::from_utf8_lossy(reply.get(..12)?).into_owned();
    head.rsplit(' ').next()?.parse().ok()
}

/// What the catalogue says, without what our own catalogue records say of runs: when one first listed and when one last
/// changed the record, and which that was.
fn exported(folder: &Path) -> BTreeSet<String> {
    moisson(folder, &["export", "catalogue.nq"]);
    let text = fs::read_to_string(folder.join("catalogue.nq")).unwrap();
    let dates = [
        "<http://purl.org/dc/terms/issued>",
        "<http://purl.org/dc/terms/modified>",
        "<http://www.w3.org/ns/prov#wasGeneratedBy>",
    ];
    let of_a_run = |line: &str| {
        line.starts_with("<https://catalogue.example/id/record/")
            && dates.iter().any(|date| line.contains(date))
    };
    text.lines().filter(|line| !of_a_run(line)).map(str::to_owned).collect()
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |it| it.parse().unwrap_or_else(|_| panic!("{variable}={it}")))
}

#[test]
fn being_killed_at_any_moment_loses_nothing() {
    let (kills, mut random) = (number("MOISSON_KILLS", 20), Random(number("MOISSON_SEED", 1)));
    let portal = Arc::new(Portal::default());
    portal.datasets.lock().unwrap().extend((0..DATASETS).map(|number| (number * 7, 1)));
    let address = serve(Arc::clone(&portal));
    let [disturbed, quiet] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    configure(disturbed.path(), address);
    configure(quiet.path(), address);

    let (begun, answered) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    for _ in 0..kills {
        let before = portal.asked.load(Ordering::SeqCst);
        let mut child = start(disturbed.path(), &answered);
        // Some are killed before they have asked for anything, most within or after a run.
        let wanted = before + random.below(25);
        let started = Instant::now();
        while portal.asked.load(Ordering::SeqCst) < wanted && started.elapsed() < PATIENCE {
            assert!(child.try_wait().unwrap().is_none(), "the server ended by itself");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(random.below(120)));
        child.kill().unwrap();
        child.wait().unwrap();
        portal.moves(&mut random);
    }
    println!(
        "{kills} kills in {} s, {} requests to the portal, {} readers answered",
        begun.elapsed().as_secs(),
        portal.asked.load(Ordering::SeqCst),
        answered.load(Ordering::Relaxed)
    );

    // The portal rests now. A run that goes on from a checkpoint may end in part, and is then walked anew.
    let report: Value =
        serde_json::from_str(&moisson(disturbed.path(), &["harvest", "--format", "json"])).unwrap();
    assert_eq!(report["sources"][0]["outcome"], "whole", "{report:#}");
    moisson(disturbed.path(), &["harvest"]);
    moisson(quiet.path(), &["harvest"]);
    let (disturbed_quads, quiet_quads) = (exported(disturbed.path()), exported(quiet.path()));
    let only =
        |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).take(5).cloned().collect::<Vec<_>>();
    assert!(
        disturbed_quads == quiet_quads,
        "only after kills: {:#?}\nonly undisturbed: {:#?}",
        only(&disturbed_quads, &quiet_quads),
        only(&quiet_quads, &disturbed_quads)
    );
    let records = portal.datasets.lock().unwrap().len() as u64;
    let worker =
        WorkerCommand { program: env!("CARGO_BIN_EXE_moisson").into(), args: vec!["query-worker".into()] };
    let options = StoreOptions { worker: Some(worker), ..StoreOptions::default() };
    let store = Store::open(&disturbed.path().join("data"), &options, &|_| {}).unwrap();
    let agreement = store.verify().unwrap();
    assert!(agreement.holds(), "{:#?}", agreement.faults);
    assert_eq!(agreement.records, records);
}
