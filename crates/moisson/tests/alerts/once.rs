//! Each kind of event comes once: over runs, decisions, and restarts of the server.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Read, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use moisson::{
    pipeline::{Decider, Decision, Lines, RunMode, RunOutcome, RunReport, harvest_all, harvesting},
    schedule,
};
use moisson_store::Store;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio_util::sync::CancellationToken;

use crate::{Bench, Receiver, webhook};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

impl Bench {
    /// From now on the source has so many datasets, and its file ends in the middle of another one or not.
    fn has(&self, datasets: usize, is_cut: bool) {
        let mut text =
            "COLL_NOM;COLL_SIRET;ID;TITRE;DESCRIPTION;THEME;DATE_MAJ;LICENCE;FORMAT_RESSOURCES;URL\n"
                .to_owned();
        for number in 0..datasets {
            let _infallible = writeln!(
                text,
                "Commune;21350999900012;jeu-{number:02};Jeu {number};Une description.;Transport;2026-01-01;\
                 Licence Ouverte-LO;csv;https://f.example/{number}.csv"
            );
        }
        if is_cut {
            text.push_str("Commune;21350999900012;jeu-99;\"Jeu 99");
        }
        std::fs::write(self.folder.path().join("catalogue.csv"), text).unwrap();
    }

    async fn run_once(&self, store: &Store) -> RunReport {
        let harvesting = harvesting(&self.config, store, Arc::new(Lines)).unwrap();
        let sources: Vec<_> = self.config.source.iter().collect();
        let ended = harvest_all(&harvesting, &sources, RunMode::default(), CancellationToken::new()).await;
        self.deliverer(store).once().await;
        ended.unwrap().sources.remove(0)
    }
}

#[tokio::test]
async fn partial_runs_and_removals_that_wait_are_told_once_and_anew_after_a_decision() {
    let receiver = Receiver::start();
    let bench = Bench::new(&webhook("equipe", receiver.address));
    let store = bench.open();
    bench.has(20, false);
    assert_eq!(bench.run_once(&store).await.outcome, RunOutcome::Whole);
    bench.has(20, true);
    for _ in 0..3 {
        let partial = bench.run_once(&store).await;
        assert_eq!(partial.outcome, RunOutcome::Partial, "{partial:?}");
    }
    assert_eq!(receiver.kinds(), ["partial"]);
    // Half down and wholly down are one trouble; each is told, and neither each time that they take turns.
    for _ in 0..2 {
        bench.is_there(false);
        assert_eq!(bench.run_once(&store).await.outcome, RunOutcome::Failed);
        bench.has(20, true);
        bench.run_once(&store).await;
    }
    assert_eq!(receiver.kinds(), ["partial", "failure"]);
    drop(store);
    let store = bench.open();
    bench.run_once(&store).await;
    bench.has(20, false);
    bench.run_once(&store).await;
    assert_eq!(receiver.kinds(), ["partial", "failure", "recovery"]);

    bench.has(10, false);
    for _ in 0..3 {
        let held = bench.run_once(&store).await;
        assert_eq!(held.held_back, 10, "{held:?}");
    }
    drop(store);
    let store = bench.open();
    let held = bench.run_once(&store).await;
    assert_eq!(receiver.kinds()[3..], ["held-back"], "once, and not after a restart");
    let base = bench.config.portal.base_iri().unwrap();
    let at = schedule::now();
    let decider = Decider { store: &store, base: &base, source: ("ville", "web-page"), who: "a test", at };
    assert_eq!(decider.decide(Decision::Accept(&held.run)).unwrap(), 10);
    bench.has(2, false);
    for _ in 0..2 {
        bench.run_once(&store).await;
    }
    assert_eq!(receiver.kinds()[3..], ["held-back", "held-back"], "what waits now is something else");
}

/// The server, with runs each second.
fn serve(folder: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_moisson"))
        .args(["serve", "--address", "127.0.0.1:0"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| {
        line.rsplit_once(" at http://").and_then(|(_, address)| address.trim_end_matches('/').parse().ok())
    });
    // What it says from now on is of no concern, but somebody must take it.
    std::thread::spawn(move || lines.count());
    (child, address.unwrap())
}

fn runs(address: SocketAddr) -> usize {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /api/runs?size=1000 HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.matches("\"outcome\":").count()
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what} does not happen");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_server_that_harvests_each_second_tells_once_also_when_it_is_started_again() {
    let receiver = Receiver::start();
    let bench = Bench::new(&webhook("equipe", receiver.address));
    let file = bench.folder.path().join("moisson.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("schedule = \"@daily\"", "schedule = \"* * * * * *\"");
    std::fs::write(&file, text.replace("[[source]]", "[schedule]\njitter_seconds = 0\n[[source]]")).unwrap();
    bench.is_there(false);
    for _ in 0..2 {
        let (mut child, address) = serve(bench.folder.path());
        let before = runs(address);
        wait_for("a fourth run", || runs(address) >= before + 4);
        wait_for("the failure", || !receiver.taken().is_empty());
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(receiver.kinds(), ["failure"]);
    bench.has(3, false);
    let (mut child, address) = serve(bench.folder.path());
    let before = runs(address);
    wait_for("a fourth run", || runs(address) >= before + 4);
    wait_for("the recovery", || receiver.taken().len() > 1);
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(receiver.kinds(), ["failure", "recovery"]);
}
