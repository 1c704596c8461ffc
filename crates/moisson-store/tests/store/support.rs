//! Records to store, made up.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use moisson_dcat::{Agent, Dataset, Distribution, Iri, Resource, Temporal, Text, write::Written};
use moisson_store::{
    Batch, Change, Entry, Packed, QuadsIn, Raw, RecordKey, RunId, Store, StoreOptions, StoredReport,
    sparql::{AnswerEnd, QueryAnswer, QueryError, QueryLimits, SparqlQuery, WorkerCommand},
};
use oxrdf::{Literal, NamedNode, Triple, vocab::rdf};
use oxrdfio::RdfFormat;
use sha2::{Digest, Sha256};
use sparesults::QueryResultsFormat;

use crate::QUADS;

/// The base of all IRIs.
pub(crate) const BASE: &str = "https://portal.example";

/// A store in a folder of its own.
pub(crate) fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = reopen(folder.path());
    (folder, store)
}

/// The store of a folder.
pub(crate) fn reopen(folder: &std::path::Path) -> Store {
    Store::open(folder, &options(), &|_| ()).unwrap()
}

/// Options with a query process that works in tests, and the quads where these tests have them.
pub(crate) fn options() -> StoreOptions {
    StoreOptions { worker: Some(worker()), quads: QUADS, ..StoreOptions::default() }
}

/// No test: the query process of the tests, which is this program again.
#[test]
fn query_worker() {
    if std::env::var_os("MOISSON_QUERY_SOCKET").is_some() {
        assert_eq!(moisson_store::worker::main(), std::process::ExitCode::SUCCESS);
    }
}

/// This very program, told to run nothing but the query process.
pub(crate) fn worker() -> WorkerCommand {
    let args = ["--exact", "support::query_worker", "--quiet", "--nocapture", "--test-threads=1"];
    WorkerCommand { program: std::env::current_exe().unwrap(), args: args.map(Into::into).to_vec() }
}

/// What a query is answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) content_type: String,
    pub(crate) body: String,
    pub(crate) end: AnswerEnd,
}

/// Asks for JSON or N-Triples, with the limits of a test.
pub(crate) async fn ask(store: &Store, text: &str) -> Result<Answered, QueryError> {
    ask_as(store, text, QueryResultsFormat::Json, RdfFormat::NTriples).await
}

/// Asks for these formats.
pub(crate) async fn ask_as(
    store: &Store,
    text: &str,
    solutions: QueryResultsFormat,
    graph: RdfFormat,
) -> Result<Answered, QueryError> {
    read(store.sparql().query(query(text, solutions, graph), limits()).await?).await
}

/// A query for these formats.
pub(crate) fn query(text: &str, solutions: QueryResultsFormat, graph: RdfFormat) -> SparqlQuery {
    SparqlQuery {
        text: text.to_owned(),
        default_graphs: Vec::new(),
        named_graphs: Vec::new(),
        solutions: Some(solutions),
        graph: Some(graph),
    }
}

/// Limits that an easy query keeps on a machine with much other work.
pub(crate) fn limits() -> QueryLimits {
    QueryLimits {
        time: Duration::from_secs(30),
        memory: 100 << 20,
        rows: 1_000,
        turn: Duration::from_secs(30),
    }
}

/// Looks whether something comes out as expected: at once with quads in memory, where a query sees all that was
/// committed before it; on disk, where it may see a snapshot of a moment before, soon.
pub(crate) async fn soon<T: PartialEq + std::fmt::Debug>(found: impl AsyncFn() -> T, expected: T) {
    let start = Instant::now();
    let mut last = found().await;
    while QUADS == QuadsIn::Disk && last != expected && start.elapsed() < Duration::from_secs(20) {
        last = found().await;
    }
    assert_eq!(last, expected);
}

/// Reads an answer to its end.
pub(crate) async fn read(mut answer: QueryAnswer) -> Result<Answered, QueryError> {
    let mut body = Vec::new();
    while let Some(piece) = answer.body.recv().await {
        body.extend_from_slice(&piece?);
    }
    let end = answer.end.borrow().clone();
    Ok(Answered { content_type: answer.content_type, body: String::from_utf8(body).unwrap(), end })
}

/// Runs to the end, on two threads.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(future)
}

/// The `n`th second.
pub(crate) fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + n).unwrap()
}

/// A batch of a run of its own.
pub(crate) fn batch(source: &str, n: i64, changes: Vec<Change>) -> Batch {
    Batch { changes, ..Batch::new(source, RunId::at(at(n)), at(n)) }
}

/// A `Put`.
pub(crate) fn put(entry: Entry) -> Change {
    Change::Put(Box::new(Packed::new(entry, None, at(0)).unwrap()))
}

/// A `Remove`.
pub(crate) fn remove(source: &str, id: &str) -> Change {
    Change::Remove { key: RecordKey::new(source, id), reason: "absent from a whole walk".to_owned() }
}

/// A text in French.
pub(crate) fn fr(value: &str) -> Text {
    Text { value: value.to_owned(), lang: Some("fr".to_owned()) }
}

/// A dataset with a title and one distribution.
pub(crate) fn dataset(title: &str) -> Dataset {
    Dataset {
        title: vec![fr(title)],
        description: vec![fr(&format!("Description de {title}."))],
        publisher: Some(Agent { name: vec![fr("Ville de Rennes")], ..Agent::default() }),
        modified: Some(Temporal::Date("2026-03-01".to_owned())),
        distribution: vec![Distribution {
            id: "a".to_owned(),
            access_url: vec![Iri::new("https://data.example/a.csv").unwrap()],
            ..Distribution::default()
        }],
        ..Dataset::default()
    }
}

/// An entry of a dataset, with RDF much like the real one.
pub(crate) fn entry(source: &str, id: &str, dataset: Dataset) -> Entry {
    let iri = node(&format!("{BASE}/id/dataset/{source}/{id}"));
    let mut triples =
        vec![Triple::new(iri.clone(), rdf::TYPE.into_owned(), node("http://www.w3.org/ns/dcat#Dataset"))];
    let mut shared = Vec::new();
    for title in &dataset.title {
        let title = Literal::new_language_tagged_literal(&title.value, title.lang.as_deref().unwrap_or("fr"));
        triples.push(Triple::new(iri.clone(), dct("title"), title.unwrap()));
    }
    for (n, distribution) in dataset.distribution.iter().enumerate() {
        let node = node(&format!("{BASE}/id/distribution/{source}/{id}/{}", distribution.id));
        triples.push(Triple::new(iri.clone(), dcat("distribution"), node.clone()));
        triples.push(Triple::new(node, dct("identifier"), Literal::from(i64::try_from(n).unwrap())));
    }
    if let Some(publisher) = &dataset.publisher {
        let name = &publisher.name[0].value;
        let agent = node(&format!("{BASE}/id/agent/{}", name.replace(' ', "-").to_lowercase()));
        triples.push(Triple::new(iri.clone(), dct("publisher"), agent.clone()));
        let foaf = node("http://xmlns.com/foaf/0.1/name");
        shared.push((
            node(&format!("{BASE}/graph/agents")),
            Triple::new(agent, foaf, Literal::from(name.as_str())),
        ));
    }
    let resource = Resource::Dataset(Box::new(dataset));
    let body = serde_json::to_vec(&resource).unwrap();
    entry_of(RecordKey::new(source, id), resource, body, triples, shared)
}

/// An entry of these parts.
pub(crate) fn entry_of(
    key: RecordKey,
    resource: Resource,
    body: Vec<u8>,
    triples: Vec<Triple>,
    shared: Vec<(NamedNode, Triple)>,
) -> Entry {
    let RecordKey { source, id } = &key;
    let iri = node(&format!("{BASE}/id/dataset/{source}/{id}"));
    let graph = node(&format!("{BASE}/id/record/{source}/{id}"));
    let mut lines: Vec<_> =
        triples.iter().chain(shared.iter().map(|(_, t)| t)).map(ToString::to_string).collect();
    lines.sort();
    let report = node(&format!("{BASE}/id/report/{source}/{id}"));
    let conforms = node("http://www.w3.org/ns/shacl#conforms");
    Entry {
        key,
        raw: Raw { media_type: "application/json".to_owned(), body: body.into() },
        resource,
        remarks: Vec::new(),
        page_remarks: 0,
        written: Written {
            iri,
            graph_name: graph,
            record: triples,
            shared,
            fingerprint: Sha256::digest(lines.join("\n")).into(),
        },
        report: StoredReport {
            graph: report.clone(),
            conforms: BTreeMap::from([("dcat-ap".to_owned(), true)]),
            rows: Vec::new(),
            triples: vec![Triple::new(report, conforms, Literal::from(true))],
        },
        mapping_version: 1,
    }
}

pub(crate) fn node(iri: &str) -> NamedNode {
    NamedNode::new(iri).unwrap()
}

pub(crate) fn dct(name: &str) -> NamedNode {
    node(&format!("http://purl.org/dc/terms/{name}"))
}

pub(crate) fn dcat(name: &str) -> NamedNode {
    node(&format!("http://www.w3.org/ns/dcat#{name}"))
}
