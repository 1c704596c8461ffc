//! How fast a source is harvested, stage by stage, and what memory that takes:
//! `cargo bench -p moisson --bench pipeline -- 1000 10000 50000`.
//!
//! A made-up CKAN of N packages, some 3 kB each, answers on loopback from a process of its own. Each stage runs in
//! a process of its own too, so that its peak memory is its own, and does all that the stages above it do:
//!
//! - `fetch`: requests, pages, the walk; records are thrown away;
//! - `map`, `write`, `check`: what is made of each record;
//! - `store`: the whole pipeline into a new store, ledger on the disk, search index settled;
//! - `again`: the same source once more, with nothing changed;
//! - `some`: once more, with one package in twenty changed.
//!
//! Names of stages among the arguments choose them, and `rocksdb` has the quads on disk (in a build with that
//! feature: `cargo bench -p moisson --features rocksdb --bench pipeline -- rocksdb store 10000`).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops when something fails, and prints"
)]

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, extract::Query, response::IntoResponse, routing::get};
use moisson::{
    config::Config,
    pipeline::{Checker, Lines, RunMode, RunOutcome, harvest_all, harvesting, open_store},
};
use moisson_dcat::{
    vocabulary::vocabulary_graph,
    write::{Naming, write},
};
use moisson_harvest::{
    Client, Found, Record, SourceAccess,
    client::{Allowed, ClientConfig},
    runner::{Event, Run, harvest},
};
use oxrdf::NamedNode;
use rayon::prelude::*;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

const STAGES: [&str; 7] = ["fetch", "map", "write", "check", "store", "again", "some"];
/// Set in the processes that the benchmark starts: what to be.
const ROLE: &str = "MOISSON_BENCH_ROLE";
/// Where they have the quads: `memory` or `rocksdb`.
const QUADS: &str = "MOISSON_BENCH_QUADS";
const CHUNK: usize = 200;

fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    match std::env::var(ROLE).as_deref() {
        Ok("portal") => runtime().block_on(portal(arguments[0].parse().unwrap())),
        Ok(stage) => {
            measure(
                stage,
                arguments[0].parse().unwrap(),
                arguments[1].parse().unwrap(),
                arguments[2].as_ref(),
            );
        }
        Err(_) => all(&arguments),
    }
}

fn all(arguments: &[String]) {
    let (on_disk, arguments): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|argument| *argument == "rocksdb");
    let quads = if on_disk.is_empty() { "memory" } else { "rocksdb" };
    let (stages, sizes): (Vec<&String>, Vec<&String>) =
        arguments.into_iter().partition(|argument| STAGES.contains(&argument.as_str()));
    let sizes: Vec<usize> = sizes.iter().map(|size| size.parse().unwrap()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000] } else { sizes };
    println!("datasets  stage   seconds  CPU s  datasets/s  peak MB  own MB at the end");
    for size in sizes {
        let folder = tempfile::tempdir().unwrap();
        let (portal, address) = start_portal(size);
        for stage in STAGES {
            if stages.is_empty() || stages.iter().any(|wanted| *wanted == stage) {
                let status = this(stage)
                    .env(QUADS, quads)
                    .args([&size.to_string(), &address.to_string()])
                    .arg(folder.path())
                    .status()
                    .unwrap();
                assert!(status.success(), "the stage {stage} failed");
            }
        }
        stop(portal);
    }
}

/// This program in another role.
fn this(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(ROLE, role);
    command
}

fn start_portal(size: usize) -> (Child, SocketAddr) {
    let mut child = this("portal").arg(size.to_string()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().parse().unwrap())
}

fn stop(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

fn measure(stage: &str, size: usize, portal: SocketAddr, folder: &Path) {
    let config = configuration(portal, folder, stage == "some");
    let start = Instant::now();
    if matches!(stage, "store" | "again" | "some") {
        whole_pipeline(&config, stage, size);
    } else {
        part_of_it(&config, stage, size);
    }
    print(stage, size, start.elapsed());
}

fn configuration(portal: SocketAddr, folder: &Path, changed: bool) -> Config {
    let path = if changed { "changed/" } else { "" };
    let quads = std::env::var(QUADS).unwrap();
    let text = format!(
        "data = \"store\"\n[store]\nquads = \"{quads}\"\n[portal]\nbase = \"https://bench.example\"\ntitle = \"Bench\"\n[portal.publisher]\nname = \"Bench\"\n\
         [[source]]\nname = \"towns\"\nkind = \"ckan\"\nurl = \"http://{portal}/{path}\"\nlanguage = \"fr\"\nwhole_every_days = 0\n\
         allow = [\"{portal}\"]\npoliteness = {{ concurrency = 2, delay_ms = 0, robots = \"ignore\" }}\noptions = {{ rows = 500 }}\n"
    );
    let path = folder.join("moisson.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(&path).unwrap()
}

fn whole_pipeline(config: &Config, stage: &str, size: usize) {
    let store = open_store(config).unwrap();
    let sources: Vec<_> = config.source.iter().collect();
    let report = runtime()
        .block_on(async {
            let harvesting = harvesting(config, &store, Arc::new(Lines)).unwrap();
            harvest_all(&harvesting, &sources, RunMode::default(), CancellationToken::new()).await
        })
        .unwrap();
    let run = &report.sources[0];
    assert_eq!(run.outcome, RunOutcome::Whole, "{:?}", run.reason);
    let size = size as u64;
    let counted = (run.new, run.changed, run.unchanged);
    match stage {
        "store" => assert_eq!(counted, (size, 0, 0)),
        "again" => assert_eq!(counted, (0, 0, size)),
        _ => assert_eq!(counted, (0, size.div_ceil(20), size - size.div_ceil(20))),
    }
}

/// The stages before the store, on all cores as the pipeline does it.
fn part_of_it(config: &Config, stage: &str, size: usize) {
    let source = config.source[0].source();
    let harvester = config.source[0].harvester().unwrap();
    let mut access = SourceAccess::new(&source);
    access.allow = config.source[0].allow.iter().map(|entry| entry.parse::<Allowed>().unwrap()).collect();
    access.politeness = config.source[0].politeness.unwrap_or_default();
    let checker = (stage == "check").then(|| Checker::new(&vocabulary_graph()).unwrap());
    let base = config.portal.base_iri().unwrap();
    let make = |record: &Record| {
        let mapped = harvester.map(&source, record).unwrap();
        if stage == "map" {
            return mapped.remarks.len();
        }
        let naming = Naming { base: &base, source: "towns", record_id: &record.id.0 };
        let written = write(&mapped.resource, &naming);
        let Some(checker) = &checker else { return written.record.len() };
        let report = NamedNode::new_unchecked("https://bench.example/id/report");
        let shared = written.shared.iter().map(|(_, triple)| triple);
        let report =
            checker.check(written.record.iter().chain(shared), &[], &naming.record(), report).unwrap();
        report.rows.len()
    };
    let (events, mut received) = tokio::sync::mpsc::channel(256);
    let run = Run::new(source.clone(), access);
    let client = Client::new(ClientConfig::new("https://bench.example/", 1));
    let runtime = runtime();
    let ended = runtime.spawn(async move { harvest(&client, harvester, run, events).await });
    let (mut records, mut seen, mut made) = (Vec::new(), 0, 0);
    let mut flush = |records: &mut Vec<Record>| {
        if stage != "fetch" {
            made += records.par_iter().map(make).sum::<usize>();
        }
        records.clear();
    };
    while let Some(event) = received.blocking_recv() {
        if let Event::Found(Found::Record(record)) = event {
            seen += 1;
            records.push(record);
            if records.len() == CHUNK {
                flush(&mut records);
            }
        }
    }
    flush(&mut records);
    runtime.block_on(ended).unwrap().unwrap();
    assert_eq!(seen, size);
    assert!(made > 0 || stage == "fetch" || stage == "map");
}

fn print(stage: &str, size: usize, time: Duration) {
    let rate = f64::from(u32::try_from(size).unwrap()) / time.as_secs_f64();
    println!(
        "{size:8}  {stage:6}  {:7.2}  {:5.2}  {rate:10.0}  {:7}  {:17}",
        time.as_secs_f64(),
        cpu_seconds(),
        memory("VmHWM:") >> 10,
        memory("RssAnon:") >> 10,
    );
}

/// Of this process, in kilobytes; 0 where the system does not tell.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}

/// The processor time that this process has used, user and system; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name may hold spaces; the fields after its bracket are counted. Linux counts 100 ticks in a second.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}

#[derive(Deserialize)]
struct Window {
    rows: Option<usize>,
    start: Option<usize>,
}

/// Serves a CKAN until it is killed, and prints its address.
async fn portal(size: usize) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let search = move |changed: bool| {
        get(move |Query(window): Query<Window>| async move {
            let start = window.start.unwrap_or(0).min(size);
            let end = (start + window.rows.unwrap_or(10).min(1_000)).min(size);
            let packages: Vec<String> = (start..end).map(|n| package(n, changed && n % 20 == 0)).collect();
            let body = format!(
                "{{\"help\": \"\", \"success\": true, \"result\": {{\"count\": {size}, \"results\": [{}]}}}}",
                packages.join(",")
            );
            ([("content-type", "application/json")], body).into_response()
        })
    };
    let router = Router::new()
        .route("/api/3/action/package_search", search(false))
        .route("/changed/api/3/action/package_search", search(true));
    axum::serve(listener, router).await.unwrap();
}

const TOWNS: [&str; 8] = [
    "Valserre",
    "Kerkebeek",
    "Montréval",
    "Hautepierre",
    "Eupenau",
    "Bourg-Saint-Loup",
    "Vieux-Moulin",
    "Lisse",
];
const SUBJECTS: [&str; 12] = [
    "Arrêts de bus",
    "Qualité de l'eau",
    "Menus des cantines",
    "Budget primitif",
    "Arbres d'alignement",
    "Places de stationnement",
    "Points de collecte des déchets",
    "Délibérations du conseil",
    "Subventions aux associations",
    "Travaux de voirie",
    "Population par quartier",
    "Pistes cyclables",
];
const FORMATS: [(&str, &str); 6] = [
    ("CSV", "csv"),
    ("geojson", "geojson"),
    ("Excel", "xlsx"),
    ("SHP", "zip"),
    ("PDF", "pdf"),
    ("csv.", "csv"),
];

/// A package as CKAN gives it, with the usual dirt.
fn package(n: usize, changed: bool) -> String {
    let (town, subject) = (TOWNS[n % TOWNS.len()], SUBJECTS[n % SUBJECTS.len()]);
    let resources: Vec<serde_json::Value> = (0..=n % 3)
        .map(|r| {
            let (format, extension) = FORMATS[(n + r) % FORMATS.len()];
            serde_json::json!({
                "id": format!("{n:08x}-0000-4000-8000-{r:012x}"), "name": format!("{subject} {r}"), "description": "Export mensuel",
                "url": format!("https://data.example.org/dataset/{n}/resource/{r}.{extension}"), "format": format,
                "mimetype": null, "size": 1024 * (n % 977), "created": "2024-02-03T10:11:12.000001", "state": "active",
                "last_modified": "2026-01-02T03:04:05", "hash": "", "position": r, "datastore_active": true
            })
        })
        .collect();
    serde_json::json!({
        "id": format!("{n:08x}-1111-4222-8333-444444444444"), "name": format!("jeu-{n}"),
        "title": format!("{subject} de {town} ({n})"),
        "notes": format!("<p>{subject} de la commune de {town}, mis à jour par les services techniques{}.</p>\n<ul><li>relevé n° {n}</li></ul>",
            if changed { ", corrigé" } else { "" }),
        "license_id": if n.is_multiple_of(7) { "notspecified" } else { "fr-lo" },
        "license_title": if n.is_multiple_of(7) { "License not specified" } else { "Licence Ouverte / Open Licence" },
        "license_url": "", "metadata_created": "2023-05-06T07:08:09.123456",
        "metadata_modified": if changed { "2026-11-20T00:00:00" } else { "2026-06-07T08:09:10.654321" },
        "author": format!("Service des données de {town}"), "author_email": format!("opendata@{}.example", town.to_lowercase()),
        "maintainer": "", "maintainer_email": "", "private": false, "state": "active", "type": "dataset", "version": "",
        "organization": {"id": format!("org-{}", n % TOWNS.len()), "name": town.to_lowercase(), "title": format!("Ville de {town}"),
            "description": "", "is_organization": true, "type": "organization", "state": "active", "approval_status": "approved"},
        "groups": [{"id": "g1", "name": "transport", "title": "Transports", "display_name": "Transports"}],
        "tags": [{"name": "commune", "display_name": "commune", "state": "active"}, {"name": subject, "display_name": subject, "state": "active"}],
        "extras": [{"key": "frequency", "value": "annuelle"}, {"key": "spatial", "value":
            format!("{{\"type\": \"Polygon\", \"coordinates\": [[[{a}, 45.0], [{b}, 45.0], [{b}, 45.5], [{a}, 45.5], [{a}, 45.0]]]}}",
                a = n % 90, b = n % 90 + 1)},
            {"key": "temporal_start", "value": "2020-01-01"}, {"key": "champ_inconnu", "value": n}],
        "resources": resources, "num_resources": resources.len(), "num_tags": 2
    })
    .to_string()
}
