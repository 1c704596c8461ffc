//! How fast records are stored, and what memory that takes:
//! `cargo bench -p moisson-store --bench commit -- 1000 10000 50000`; with `--features rocksdb` and the word `disk`
//! in front of the numbers, with the quads on disk.
//!
//! Made-up datasets of towns, some 80 triples each, in batches of 200. Only the store is timed, not the making
//! of records. Memory is that of this process after the runs, at its highest, and that of the process that holds
//! the quads; queries are the median of five.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops when something fails, and prints"
)]

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use moisson_dcat::{
    Agent, Concept, Contact, Dataset, Distribution, Iri, Location, Reference, Resource, Temporal, Text,
    write::{Naming, write},
};
use moisson_store::{
    Batch, Entry, QuadsIn, Raw, RecordKey, RunId, Store, StoreOptions, StoredReport,
    search::{Facet, SearchQuery},
    sparql::{QueryLimits, SparqlQuery},
};
use oxrdf::{Literal, NamedNode, Triple};

const BATCH: usize = 200;
const TOWNS: usize = 1_371;
const WORDS: [&str; 24] = [
    "arrêts",
    "bus",
    "qualité",
    "eau",
    "potable",
    "écoles",
    "cantine",
    "budget",
    "primitif",
    "arbres",
    "parcs",
    "stationnement",
    "vélos",
    "libre-service",
    "déchets",
    "collecte",
    "points",
    "lumineux",
    "délibérations",
    "subventions",
    "associations",
    "travaux",
    "voirie",
    "population",
];

fn main() {
    if std::env::var_os("MOISSON_QUERY_SOCKET").is_some() {
        let _done = moisson_store::worker::main();
        return;
    }
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000] } else { sizes };
    let quads = if std::env::args().any(|arg| arg == "disk") { QuadsIn::Disk } else { QuadsIn::Memory };
    println!(
        "records  first run  nothing new  5 % new  reopen  ledger MB  memory MB (peak)  search ms  quads s (MB)  \
         after 20 % new  count / list / regex / join ms"
    );
    for size in sizes {
        measure(size, quads);
    }
}

fn measure(size: usize, quads: QuadsIn) {
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions { quads, ..StoreOptions::default() };
    let store = Store::open(folder.path(), &options, &|_| ()).unwrap();
    let first = run(&store, size, 0, |_| 0);
    let same = run(&store, size, 1, |_| 0);
    let some = run(&store, size, 2, |n| usize::from(n % 20 == 0));
    let memory = (own_memory("VmRSS:"), own_memory("VmHWM:"));
    let ledger = store.ledger_bytes().unwrap() >> 20;
    let search = search(&store);
    drop(store);
    let start = Instant::now();
    let store = Store::open(folder.path(), &options, &|_| ()).unwrap();
    let reopen = start.elapsed();
    let loaded = query(&store, COUNT);
    let holder = holder_memory();
    let times: Vec<_> = QUERIES.iter().map(|text| median(&store, text)).collect();
    for n in 3..7 {
        run(&store, size, n, |id| usize::from(id % 20 == 0) * usize::try_from(n).unwrap());
        query(&store, COUNT);
    }
    let later = holder_memory();
    let rate =
        |time: Duration| format!("{:.0}/s", f64::from(u32::try_from(size).unwrap()) / time.as_secs_f64());
    println!(
        "{size:7}  {:>9}  {:>11}  {:>7}  {:>6}  {ledger:9}  {:>9} ({:>4})  {:9.1}  {:7.2} ({holder:4})  {later:14}  {}",
        rate(first),
        rate(same),
        rate(some),
        format!("{} ms", reopen.as_millis()),
        memory.0,
        memory.1,
        search.as_secs_f64() * 1_000.0,
        loaded.as_secs_f64(),
        times.join(" / "),
    );
}

/// Commits all records, and gives the time that took without the making of records.
fn run(store: &Store, size: usize, run: i64, version: impl Fn(usize) -> usize) -> Duration {
    let at = Timestamp::from_second(1_790_000_000 + run).unwrap();
    let mut time = Duration::ZERO;
    for start in (0..size).step_by(BATCH) {
        let mut batch = Batch::new("towns", RunId::at(at), at);
        (start..size.min(start + BATCH)).for_each(|n| batch.put(entry(n, version(n))).unwrap());
        let start = Instant::now();
        store.commit(batch).unwrap();
        time += start.elapsed();
    }
    let start = Instant::now();
    store.settle().unwrap();
    time + start.elapsed()
}

fn search(store: &Store) -> Duration {
    let start = Instant::now();
    let facets = vec![Facet::Publisher, Facet::Theme, Facet::Format, Facet::License];
    let query = SearchQuery { text: "qualite eau".to_owned(), size: 20, facets, ..SearchQuery::default() };
    let page = store.search().search(&query).unwrap();
    assert!(page.total > 0);
    start.elapsed()
}

const COUNT: &str = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a <http://www.w3.org/ns/dcat#Dataset> } }";

/// Counts by theme over the union of graphs, all datasets with their distributions, a regular expression over all
/// descriptions, and a join through shared things.
const QUERIES: [&str; 4] = [
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?t (COUNT(*) AS ?n) { ?d a dcat:Dataset ; dcat:theme ?t } GROUP BY ?t",
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?d ?u { ?d a dcat:Dataset ; dcat:distribution ?x . ?x dcat:accessURL ?u }",
    "PREFIX dct: <http://purl.org/dc/terms/> SELECT (COUNT(*) AS ?n) { ?d dct:description ?x FILTER(REGEX(?x, \"potable.*voirie\")) }",
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/> \
     SELECT ?name ?f (COUNT(*) AS ?n) { ?d dct:publisher ?p . ?p foaf:name ?name . ?d dcat:distribution ?x . ?x dct:format ?f } GROUP BY ?name ?f",
];

fn median(store: &Store, text: &str) -> String {
    let mut times: Vec<_> = (0..5).map(|_| query(store, text)).collect();
    times.sort();
    format!("{:.0}", times[2].as_secs_f64() * 1_000.0)
}

/// The time until a query is answered, with loading the quads if they are not.
fn query(store: &Store, text: &str) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let start = Instant::now();
    runtime.block_on(async {
        let query = SparqlQuery {
            text: text.to_owned(),
            default_graphs: Vec::new(),
            named_graphs: Vec::new(),
            solutions: Some(sparesults::QueryResultsFormat::Csv),
            graph: None,
        };
        let limits = QueryLimits {
            time: Duration::from_mins(5),
            memory: 4 << 30,
            rows: u64::MAX,
            ..QueryLimits::default()
        };
        let mut answer = store.sparql().query(query, limits).await.unwrap();
        while let Some(piece) = answer.body.recv().await {
            piece.unwrap();
        }
    });
    start.elapsed()
}

/// Megabytes of memory of this process.
fn own_memory(name: &str) -> u64 {
    memory(Path::new("/proc/self"), name)
}

/// Megabytes of memory of the process that holds the quads: 0 where there is none.
fn holder_memory() -> u64 {
    let own = format!("PPid:\t{}", std::process::id());
    let processes = std::fs::read_dir("/proc").unwrap().map(|item| item.unwrap().path());
    let is_child = |path: &std::path::PathBuf| {
        let status = std::fs::read_to_string(path.join("status")).unwrap_or_default();
        status.lines().any(|line| line == own) && status.contains("VmRSS:")
    };
    processes.filter(is_child).map(|path| memory(&path, "VmRSS:")).sum()
}

fn memory(process: &Path, name: &str) -> u64 {
    let status = std::fs::read_to_string(process.join("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
}

fn entry(n: usize, version: usize) -> Entry {
    let resource = Resource::Dataset(Box::new(dataset(n, version)));
    let base = iri("https://portal.example");
    let id = format!("jeu-{n}");
    let naming = Naming { base: &base, source: "towns", record_id: &id };
    let written = write(&resource, &naming);
    let report = NamedNode::new_unchecked(format!("https://portal.example/id/report/towns/{id}"));
    let conforms = NamedNode::new_unchecked("http://www.w3.org/ns/shacl#conforms");
    Entry {
        key: RecordKey::new("towns", &id),
        raw: Raw {
            media_type: "application/json".to_owned(),
            body: serde_json::to_vec(&resource).unwrap().into(),
        },
        resource,
        remarks: Vec::new(),
        page_remarks: 0,
        written,
        report: StoredReport {
            graph: report.clone(),
            conforms: BTreeMap::from([("dcat-ap".to_owned(), true)]),
            rows: Vec::new(),
            triples: vec![Triple::new(report, conforms, Literal::from(true))],
        },
        mapping_version: 1,
    }
}

fn iri(text: &str) -> Iri {
    Iri::new(text).unwrap()
}

fn fr(value: String) -> Vec<Text> {
    vec![Text { value, lang: Some("fr".to_owned()) }]
}

fn words(n: usize, count: usize) -> String {
    (0..count).map(|k| WORDS[(n * 7 + k * (n % 5 + 1)) % WORDS.len()]).collect::<Vec<_>>().join(" ")
}

fn concept(text: &str) -> Concept {
    Concept { iri: Some(iri(text)), label: Vec::new() }
}

fn dataset(n: usize, version: usize) -> Dataset {
    let town = n % TOWNS;
    let eu = "http://publications.europa.eu/resource/authority";
    let distribution = |k: usize| Distribution {
        id: format!("{k}"),
        access_url: vec![iri(&format!("https://data.ville-{town}.example/files/{n}/{k}.csv"))],
        download_url: vec![iri(&format!("https://data.ville-{town}.example/files/{n}/{k}.csv"))],
        title: fr(format!("{} en {k}", words(n + k, 4))),
        format: Some(concept(&format!("{eu}/file-type/{}", ["CSV", "JSON", "GEOJSON", "SHP"][k % 4]))),
        license: Some(concept(&format!("{eu}/licence/ETALAB_2_0"))),
        byte_size: Some((n * 1_000 + k) as u64),
        modified: Some(Temporal::Date("2026-02-03".to_owned())),
        ..Distribution::default()
    };
    Dataset {
        title: fr(format!("{} de la ville {town} ({version})", words(n, 3))),
        description: fr(format!("{}. {}.", words(n, 30), words(n + 1, 25))),
        keyword: (0..5).flat_map(|k| fr(WORDS[(n + k * 5) % WORDS.len()].to_owned())).collect(),
        publisher: Some(Agent {
            name: fr(format!("Ville {town}")),
            homepage: Some(iri(&format!("https://www.ville-{town}.example/"))),
            ..Agent::default()
        }),
        contact_point: vec![Contact {
            r#fn: fr(format!("Service données de la ville {town}")),
            has_email: vec![iri(&format!("mailto:opendata@ville-{town}.example"))],
            ..Contact::default()
        }],
        theme: vec![concept(&format!("{eu}/data-theme/{}", ["ENVI", "TRAN", "EDUC", "GOVE"][n % 4]))],
        language: vec![concept(&format!("{eu}/language/FRA"))],
        accrual_periodicity: Some(concept(&format!("{eu}/frequency/ANNUAL"))),
        spatial: vec![Location {
            bbox: Some(format!("POLYGON(({0} 48,{1} 48,{1} 49,{0} 49,{0} 48))", town % 180, town % 180 + 1)),
            ..Location::default()
        }],
        landing_page: vec![Reference {
            iri: Some(iri(&format!("https://data.ville-{town}.example/{n}"))),
            ..Reference::default()
        }],
        issued: Some(Temporal::Date("2020-01-01".to_owned())),
        modified: Some(Temporal::Date(format!("2026-{:02}-{:02}", n % 12 + 1, n % 28 + 1))),
        distribution: (0..4).map(distribution).collect(),
        ..Dataset::default()
    }
}
