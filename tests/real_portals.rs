//! Real answers of real portals, replayed as the real software pages, through the whole pipeline: every dataset
//! and every distribution arrives, and a second run writes nothing. Prints how much of what each says is mapped, as
//! `moisson report mapping` does (`cargo test -p moisson-tests --test real_portals -- --nocapture`); with
//! `MAPPING_TABLE=FILE` all of it, left-overs too, is written there as CSV.
//!
//! Reads the folder `../shared/portals` beside the project; where it is absent, says so and passes.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "real_portals/mapped.rs"]
mod mapped;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use moisson::{
    config::Config,
    pipeline::{
        Checker, HarvestReport, Lines, MappingReport, RunMode, RunOutcome, harvest_all, harvesting,
        mapping_report, open_store, remap,
    },
};
use moisson_dcat::{AgentKey, Resource, vocabulary::vocabulary_graph};
use moisson_store::Store;
use moisson_tests::loopback::{Answer, Asked, Loopback};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// A real source, and what must come of it.
struct Case {
    name: &'static str,
    kind: &'static str,
    /// Where the harvest begins, on the loopback server.
    path: &'static str,
    options: &'static str,
    outcome: RunOutcome,
    datasets: usize,
    /// None where nobody has counted.
    distributions: Option<usize>,
    answer: fn(&Path, &Asked) -> Answer,
}

fn portals() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/portals");
    folder.is_dir().then_some(folder)
}

fn file(folder: &Path, name: &str, content_type: &str) -> Answer {
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => Answer::ok(content_type, bytes),
        Err(error) => panic!("{name}: {error}"),
    }
}

fn json_of(folder: &Path, name: &str) -> Value {
    let bytes = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn parameter(asked: &Asked, name: &str, default: usize) -> usize {
    let url = url::Url::parse(&format!("http://x{}", asked.target)).expect("a target is a path and a query");
    url.query_pairs()
        .find(|(key, _)| key == name)
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(default)
}

/// A CKAN that holds these packages.
fn ckan(packages: &[Value], asked: &Asked) -> Answer {
    if !asked.target.starts_with("/api/3/action/package_search") {
        return Answer::status(404, r#"{"success": false, "error": {"__type": "Not Found Error"}}"#);
    }
    let (rows, start) = (parameter(asked, "rows", 10).min(1000), parameter(asked, "start", 0));
    let mut sorted: Vec<&Value> = packages.iter().collect();
    sorted.sort_by_key(|package| package["id"].as_str().map(str::to_owned));
    let results: Vec<&Value> = sorted.into_iter().skip(start).take(rows).collect();
    let body =
        json!({ "help": "", "success": true, "result": { "count": packages.len(), "results": results } });
    Answer::ok("application/json;charset=utf-8", body.to_string())
}

fn dados_gov_br(folder: &Path, asked: &Asked) -> Answer {
    let packages: Vec<Value> = [0, 100, 200, 300]
        .iter()
        .flat_map(|start| {
            let page =
                json_of(folder, &format!("ckan/dados-gov-br/package_search_start{start}_rows100.json"));
            page["result"]["results"].as_array().cloned().unwrap_or_default()
        })
        .collect();
    ckan(&packages, asked)
}

fn datasud(folder: &Path, asked: &Asked) -> Answer {
    let page = json_of(folder, "ckan/datasud/ckan_00.json");
    ckan(page["result"]["results"].as_array().map_or(&[], Vec::as_slice), asked)
}

macro_rules! served {
    ($name:ident, $file:literal, $type:literal) => {
        fn $name(folder: &Path, _: &Asked) -> Answer {
            file(folder, $file, $type)
        }
    };
}

served!(rennes, "opendatasoft/rennes/catalog-exports-dcat.rdf", "application/rdf+xml");
served!(catalogue_2015, "opendatasoft/catalogue-2015/catalog.ttl", "text/turtle");
served!(catalogue_2015_csv, "opendatasoft/catalogue-2015/catalog.csv", "text/csv");
served!(rostock, "dcat/rostock-catalog.rdf", "application/rdf+xml");
served!(brandenburg_xml, "dcat/brandenburg-catalog.rdf", "application/rdf+xml");
served!(brandenburg_turtle, "dcat/brandenburg-catalog.ttl", "text/turtle");
served!(finance, "dcat/be_fpsfinance.xml", "application/xml");
served!(nkod, "dcat/cz_nkod_test.trig", "application/trig");
served!(unibo, "dcat/catalog_dati_unibo.rdf", "application/rdf+xml");
served!(empty, "dcat/odsh_rdf_catalog_empty.xml", "application/rdf+xml");
served!(economy, "dcat/be_fpsecocbe.xml", "application/rdf+xml");

/// The Swiss page says that another one follows; it is not in the folder, so the walk stays partial.
fn swiss(folder: &Path, asked: &Asked) -> Answer {
    if asked.target.contains("page=2") {
        return Answer::status(404, "");
    }
    file(folder, "dcat/dcatap-ch_catalog.ttl", "text/turtle")
}

/// An Explore API v2.0 of six datasets.
fn campbelltown(folder: &Path, asked: &Asked) -> Answer {
    if asked.target.starts_with("/api/v2/catalog/datasets")
        || asked.target.starts_with("/api/explore/v2.0/catalog/datasets")
    {
        let mut page = json_of(folder, "opendatasoft/v2.0/ods__datasets.json");
        if parameter(asked, "offset", parameter(asked, "start", 0)) > 0 {
            page["datasets"] = json!([]);
        }
        return Answer::ok("application/json", page.to_string());
    }
    Answer::status(404, r#"{"error_code": "NotFound", "message": "no such API"}"#)
}

const CASES: &[Case] = &[
    Case {
        name: "dados-gov-br",
        kind: "ckan",
        path: "/",
        options: "rows = 100",
        outcome: RunOutcome::Whole,
        datasets: 400,
        distributions: Some(2074),
        answer: dados_gov_br,
    },
    Case {
        name: "datasud",
        kind: "ckan",
        path: "/",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 7,
        distributions: Some(21),
        answer: datasud,
    },
    Case {
        name: "rennes",
        kind: "dcat",
        path: "/catalog.rdf",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 27,
        distributions: Some(272),
        answer: rennes,
    },
    Case {
        name: "catalogue-2015",
        kind: "dcat",
        path: "/catalog.ttl",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 186,
        distributions: Some(186),
        answer: catalogue_2015,
    },
    // Two datasets have no records.
    Case {
        name: "catalogue-2015-csv",
        kind: "opendatasoft",
        path: "/catalog.csv",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 186,
        distributions: None,
        answer: catalogue_2015_csv,
    },
    // The first of three pages; the others are not in the folder.
    Case {
        name: "rostock",
        kind: "dcat",
        path: "/catalog.rdf",
        options: "",
        outcome: RunOutcome::Partial,
        datasets: 100,
        distributions: Some(773),
        answer: rostock,
    },
    Case {
        name: "brandenburg-xml",
        kind: "dcat",
        path: "/catalog.rdf",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 112,
        distributions: Some(212),
        answer: brandenburg_xml,
    },
    Case {
        name: "brandenburg-turtle",
        kind: "dcat",
        path: "/catalog.ttl",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 112,
        distributions: Some(212),
        answer: brandenburg_turtle,
    },
    // The file has 137 distributions, of which one is the catalogue's own.
    Case {
        name: "fps-finance",
        kind: "dcat",
        path: "/catalog.xml",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 136,
        distributions: Some(136),
        answer: finance,
    },
    Case {
        name: "swiss",
        kind: "dcat",
        path: "/catalog.ttl",
        options: "",
        outcome: RunOutcome::Partial,
        datasets: 100,
        distributions: Some(199),
        answer: swiss,
    },
    Case {
        name: "nkod",
        kind: "dcat",
        path: "/catalog.trig",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 36,
        distributions: Some(55),
        answer: nkod,
    },
    Case {
        name: "unibo",
        kind: "dcat",
        path: "/catalog.rdf",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 12,
        distributions: Some(50),
        answer: unibo,
    },
    Case {
        name: "economy",
        kind: "dcat",
        path: "/catalog.xml",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 2,
        distributions: None,
        answer: economy,
    },
    Case {
        name: "near-empty",
        kind: "dcat",
        path: "/catalog.xml",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 1,
        distributions: None,
        answer: empty,
    },
    Case {
        name: "campbelltown",
        kind: "opendatasoft",
        path: "/",
        options: "",
        outcome: RunOutcome::Whole,
        datasets: 6,
        distributions: None,
        answer: campbelltown,
    },
];

/// A configuration of one source on the loopback server.
fn config(case: &Case, server: &Loopback, data: &Path) -> Config {
    let address = server.address();
    let text = format!(
        r#"
        data = "{}"
        [portal]
        base = "http://portal.example"
        title = "Test"
        publisher = {{ name = "Test" }}
        [[source]]
        name = "{}"
        kind = "{}"
        url = "http://{address}{}"
        language = "fr"
        allow = ["{address}"]
        politeness = {{ delay_ms = 0 }}
        options = {{ {} }}
        "#,
        data.display(),
        case.name,
        case.kind,
        case.path,
        case.options
    );
    Config::parse(&text, Path::new("moisson.toml")).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

async fn run(config: &Config, store: &Store) -> HarvestReport {
    let sources: Vec<_> = config.source.iter().collect();
    let harvesting = harvesting(config, store, Arc::new(Lines)).expect("the shapes are right");
    harvest_all(&harvesting, &sources, RunMode::default(), CancellationToken::new())
        .await
        .expect("the store can be written")
}

/// Spellings, and the agents that they come to.
type Agents = (BTreeSet<String>, BTreeSet<String>);

/// The spellings of publishers and creators in the store, and the agents that they come to.
fn agents(store: &Store, case: &str) -> Agents {
    let (mut spellings, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for record in store.records(None) {
        if let Resource::Dataset(dataset) = record.expect("the store can be read").resource {
            for agent in dataset.publisher.iter().chain(&dataset.creator) {
                let said = if agent.alt_name.is_empty() { &agent.name } else { &agent.alt_name };
                // Before, an agent was its IRI, number or name within its source.
                let own =
                    agent.iri.as_ref().map(ToString::to_string).or_else(|| agent.identifier.first().cloned());
                let name = said.first().map(|name| name.value.clone());
                spellings.extend(own.or(name).map(|before| format!("{case} {before}")));
                keys.extend(match &agent.key {
                    Some(AgentKey::Portal(key)) => Some(key.clone()),
                    Some(AgentKey::Source(key)) => Some(format!("{case} {key}")),
                    None => None,
                });
            }
        }
    }
    (spellings, keys)
}

/// A moment; the store asks for one.
fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_795_000_000).expect("a moment")
}

/// Datasets and distributions in the store.
fn counts(store: &Store) -> (usize, usize) {
    let mut counted = (0, 0);
    for record in store.records(None) {
        if let Resource::Dataset(dataset) = record.expect("the store can be read").resource {
            counted.0 += 1;
            counted.1 += dataset.distribution.len();
        }
    }
    counted
}

async fn check(
    folder: &Path,
    case: &'static Case,
    (mapping, known): (&mut MappingReport, &mut Agents),
) -> Result<String, String> {
    let served = folder.to_owned();
    let server = Loopback::start(move |asked| (case.answer)(&served, asked)).await;
    let data = tempfile::tempdir().expect("a temporary folder");
    let config = config(case, &server, data.path());
    let store = open_store(&config).expect("the store opens");
    let first = run(&config, &store).await.sources.remove(0);
    let (datasets, distributions) = counts(&store);
    let mapped =
        mapping_report(&config, &store, &[case.name.to_owned()], &|_| {}).expect("the store can be read");
    let unmappable: u64 = mapped.sources.values().map(|source| source.unmappable).sum();
    mapping.sources.extend(mapped.sources);
    let (spellings, keys) = agents(&store, case.name);
    let line = format!(
        "{:<20} {:>5} datasets {:>6} distributions, {:>4} conform, {:>5} remarks, {} requests, {} spellings of agents → {}",
        case.name,
        datasets,
        distributions,
        first.conforms,
        first.remarks.values().map(|r| r.count).sum::<u64>(),
        first.requests,
        spellings.len(),
        keys.len(),
    );
    known.0.extend(spellings);
    known.1.extend(keys);
    let problem = |what: String| Err(format!("{line}\n    {what}\n    {first:#?}"));
    if first.outcome != case.outcome {
        return problem(format!("expected {:?}", case.outcome));
    }
    if datasets != case.datasets || case.distributions.is_some_and(|expected| expected != distributions) {
        return problem(format!(
            "expected {} datasets and {:?} distributions",
            case.datasets, case.distributions
        ));
    }
    if first.failed + unmappable > 0 {
        return problem("no record may be set aside".to_owned());
    }
    let generation =
        |key: &str| store.history(&moisson_store::RecordKey::new(case.name, key)).expect("history").len();
    let second = run(&config, &store).await.sources.remove(0);
    if second.new + second.changed + second.gone + second.back > 0 {
        return Err(format!("{line}\n    the second run wrote: {second:#?}"));
    }
    // Mapping what was kept gives what is stored: the remarks of pages and RDF records too. All that is written is
    // that it was done.
    let at = store.records_generation().expect("the store can be read");
    let checker = Checker::new(&vocabulary_graph()).expect("the shapes are right");
    let again =
        remap((&config, &store, &checker), &[case.name.to_owned()], false, now, &|_| {}).expect("a store");
    if again.changed + again.refreshed + again.failed > 0
        || store.records_generation().expect("the store can be read") != at
    {
        return Err(format!("{line}\n    mapping it again wrote: {again:#?}"));
    }
    for id in store.known_ids(case.name) {
        let id = id.expect("the store can be read");
        if generation(&id) != 1 {
            return Err(format!("{line}\n    {id} has a history of {} entries", generation(&id)));
        }
    }
    Ok(line)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_dataset_and_distribution_of_real_portals_arrives_and_a_second_run_writes_nothing() {
    let Some(folder) = portals() else {
        println!("skipped: ../shared/portals is not there");
        return;
    };
    let mut problems = Vec::new();
    let (mut mapping, mut known) = (MappingReport::default(), Agents::default());
    for case in CASES {
        match check(&folder, case, (&mut mapping, &mut known)).await {
            Ok(line) => println!("{line}"),
            Err(problem) => problems.push(problem),
        }
    }
    println!("{}", mapping.to_text());
    let (shares, mut short) = mapped::tell(&mapping);
    println!("{}", shares.join("\n"));
    problems.append(&mut short);
    println!("all portals: {} spellings of agents → {} agents", known.0.len(), known.1.len());
    if let Some(path) = std::env::var_os("MAPPING_TABLE") {
        std::fs::write(path, mapping.to_csv().expect("a table")).expect("the file can be written");
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
