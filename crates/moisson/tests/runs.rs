//! Reports of runs as a person, a program and a query meet them.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a failure here is a failure of the test")]

use std::{
    path::Path,
    process::{Command, Output},
};

use jiff::Timestamp;
use moisson_store::{
    Batch, RunId, Store, StoreOptions,
    sparql::{QueryLimits, SparqlQuery, WorkerCommand},
};
use serde_json::{Value, json};
use sparesults::QueryResultsFormat;

const CONFIGURATION: &str = r#"
[portal]
base = "https://catalogue.example"
title = "Essai"
publisher = { name = "Essai" }
[[source]]
name = "ville"
kind = "web-page"
url = "file://FOLDER/catalogue.csv"
language = "fr"
[[source]]
name = "absente"
kind = "ckan"
url = "http://127.0.0.1:9/"
allow = ["127.0.0.1"]
credentials = { bearer_env = "MOISSON_TEST_NOT_SET" }
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    std::fs::write(path.join("catalogue.csv"), include_str!("validate/catalogue.csv")).unwrap();
    std::fs::write(path.join("moisson.toml"), CONFIGURATION.replace("FOLDER", path.to_str().unwrap()))
        .unwrap();
    folder
}

fn moisson(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_moisson"))
        .args(args)
        .current_dir(folder)
        .env("MOISSON_LOG", "debug")
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}\n{}", out(output), String::from_utf8_lossy(&output.stderr))
    })
}

fn store(folder: &Path) -> Store {
    let worker =
        WorkerCommand { program: env!("CARGO_BIN_EXE_moisson").into(), args: vec!["query-worker".into()] };
    let options = StoreOptions { worker: Some(worker), ..StoreOptions::default() };
    Store::open(&folder.join("moisson-data"), &options, &|_| ()).unwrap()
}

fn ask(store: &Store, text: &str) -> String {
    let query = SparqlQuery {
        text: format!(
            "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX m: <https://catalogue.example/ns#> {text}"
        ),
        default_graphs: Vec::new(),
        named_graphs: Vec::new(),
        solutions: Some(QueryResultsFormat::Csv),
        graph: None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut answer = store.sparql().query(query, QueryLimits::default()).await.unwrap();
        let mut body = Vec::new();
        while let Some(piece) = answer.body.recv().await {
            body.extend_from_slice(&piece.unwrap());
        }
        String::from_utf8(body).unwrap()
    })
}

#[test]
fn a_run_is_told_as_text_as_json_and_as_rdf() {
    let folder = folder();
    let path = folder.path();
    let first = json(&moisson(path, &["harvest", "ville", "--format", "json"]));
    let first = &first["sources"][0];
    assert_eq!(first["outcome"], "whole", "{first:#}");
    let records = first["new"].as_u64().unwrap();
    assert!(records >= 2, "{first:#}");
    assert_eq!(first["records"], records);
    let conforming = first["conforms"].as_u64().unwrap();
    moisson(path, &["harvest", "ville"]);
    let runs = json(&moisson(path, &["runs", "ville", "--format", "json"]));
    let [second, stored_first] = runs["runs"].as_array().unwrap().as_slice() else { panic!("{runs:#}") };
    assert_eq!(stored_first, first);
    // Nothing was mapped, and what is said of the source as a whole is still true.
    assert_eq!((&second["new"], &second["unchanged"]), (&json!(0), &json!(records)), "{second:#}");
    assert_eq!((&second["records"], &second["conforms"]), (&json!(records), &json!(conforming)));
    assert!(second["ended"].is_string());

    let text = out(&moisson(path, &["report", "run", "ville"]));
    let run = second["run"].as_str().unwrap();
    assert!(
        text.contains(&format!("run        {run} of `ville`")) && text.contains("outcome    whole"),
        "{text}"
    );
    let shown =
        json(&moisson(path, &["report", "run", "ville", first["run"].as_str().unwrap(), "--format", "json"]));
    assert_eq!(shown["new"], records);
    let table = out(&moisson(path, &["runs"]));
    assert_eq!(table.lines().filter(|line| line.contains(" ville ")).count(), 2, "{table}");
    let unknown = moisson(path, &["report", "run", "vile"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("known are `absente`, `ville`"));

    moisson(path, &["revalidate"]);
    let store = store(path);
    let made = ask(
        &store,
        "SELECT (COUNT(?record) AS ?n) ?run { GRAPH ?record { \
         ?record a <http://www.w3.org/ns/dcat#CatalogRecord> ; prov:wasGeneratedBy ?run } \
         ?run a prov:Activity, m:HarvestRun ; m:outcome m:OutcomeWhole ; prov:endedAtTime ?ended ; \
         prov:used <https://catalogue.example/id/catalog/ville> ; \
         prov:wasAssociatedWith <https://catalogue.example/id/software> } GROUP BY ?run",
    );
    let first_iri = format!("https://catalogue.example/id/run/ville/{}", first["run"].as_str().unwrap());
    assert_eq!(made.lines().nth(1), Some(format!("{records},{first_iri}").as_str()), "{made}");
    let counted = ask(&store, "SELECT ?new { ?run a m:HarvestRun ; m:recordsNew ?new } ORDER BY ?new");
    assert_eq!(counted.lines().skip(1).collect::<Vec<_>>(), ["0", &records.to_string()]);
    // A revalidation is a run too; reports name the one that made them, and it is there.
    let checked = ask(&store, "SELECT ?seen { ?run a m:RevalidationRun ; m:recordsSeen ?seen }");
    assert_eq!(checked.lines().nth(1), Some(records.to_string().as_str()), "{checked}");
    let nowhere = ask(
        &store,
        "SELECT ?run { ?it prov:wasGeneratedBy ?run FILTER NOT EXISTS { ?run a prov:Activity } }",
    );
    assert_eq!(nowhere.lines().count(), 1, "{nowhere}");
    let twice =
        ask(&store, "SELECT ?s { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER (STR(?g) < STR(?h)) }");
    assert_eq!(twice.lines().count(), 1, "{twice}");
    let agreement = store.verify().unwrap();
    assert!(agreement.holds(), "{:#?}", agreement.faults);
}

#[test]
fn a_run_that_cannot_be_made_or_that_a_kill_ended_is_told_too() {
    let folder = folder();
    let path = folder.path();
    assert_eq!(moisson(path, &["harvest", "absente"]).status.code(), Some(1));
    let report = json(&moisson(path, &["report", "run", "absente", "last", "--format", "json"]));
    assert_eq!(report["outcome"], "failed");
    assert!(report["reason"].as_str().unwrap().contains("MOISSON_TEST_NOT_SET"), "{report:#}");

    let store = store(path);
    let at: Timestamp = "2026-11-21T02:30:00Z".parse().unwrap();
    let running = json!({
        "name": "ville", "kind": "web-page", "run": RunId::at(at).0, "outcome": "running", "new": 3, "changed": 0,
        "unchanged": 0, "back": 0, "gone": 0, "held_back": 0, "failed": 0, "seen": 3, "conforms": 0, "remarks": {},
        "errors": [], "requests": 1, "bytes": 100, "started": at, "duration_ms": 0,
    });
    store.commit(Batch { report: Some(running), ..Batch::new("ville", RunId::at(at), at) }).unwrap();
    drop(store);
    moisson(path, &["harvest", "ville"]);
    let report = json(&moisson(path, &["report", "run", "ville", &RunId::at(at).0, "--format", "json"]));
    assert_eq!((&report["outcome"], &report["new"]), (&json!("interrupted"), &json!(3)));
}

#[test]
fn removals_that_wait_are_seen_by_whoever_sees_the_exit_code_alone() {
    let folder = folder();
    let path = folder.path();
    let has = |datasets: usize| {
        let head = "COLL_NOM;COLL_SIRET;ID;TITRE;DESCRIPTION;THEME;DATE_MAJ;LICENCE;FORMAT_RESSOURCES;URL\n";
        let row = |n| {
            format!(
                "Commune;21350999900012;jeu-{n};Jeu {n};;Transport;2026-01-01;;csv;https://f.example/{n}.csv\n"
            )
        };
        let rows: String = (0..datasets).map(row).collect();
        std::fs::write(path.join("catalogue.csv"), format!("{head}{rows}")).unwrap();
        let harvest = moisson(path, &["harvest", "ville", "--format", "json"]);
        (harvest.status.code(), json(&harvest)["sources"][0]["held_back"].as_u64().unwrap())
    };
    assert_eq!(has(10), (Some(0), 0));
    assert_eq!(has(2), (Some(3), 8));
    assert_eq!(has(9), (Some(0), 0));
}

#[test]
fn every_line_of_a_run_names_source_and_run() {
    let folder = folder();
    let output = moisson(folder.path(), &["--log-json", "harvest", "--format", "json"]);
    let report = json(&output);
    let mut seen = 0;
    let said = String::from_utf8(output.stderr).unwrap();
    for line in said.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        let target = line["target"].as_str().unwrap_or_default();
        if !(target.starts_with("moisson_harvest") || target.starts_with("moisson::pipeline::run")) {
            continue;
        }
        seen += 1;
        let (source, run) = (&line["span"]["source.name"], &line["span"]["run.id"]);
        let of = report["sources"].as_array().unwrap().iter().find(|of| &of["name"] == source);
        assert!(of.is_some() && run.is_string(), "{line:#}");
    }
    assert!(seen >= 1, "{said}");
}
