//! A small portal to ask, and how to ask it.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusBuilder;
use moisson_dcat::{
    Agent, AgentKey, AgentRule, Concept, Contact, DataService, Dataset, DatasetSeries, Distribution, Extra,
    Iri, Location, Period, Reference, Remark, RemarkCode, Resource, Temporal, Text, Upstream,
    write::{Naming, catalog_record, write},
};
use moisson_store::sparql::WorkerCommand;
use moisson_store::{
    Batch, Broken, Change, CopyOptions, Entry, Raw, RecordKey, ReportRow, RunGraph, RunId, Severity, Store,
    StoreOptions, StoredRecord, StoredReport,
};
use moisson_web::{
    AppState, DocumentSource, FetchedDocument, Language, Limits, Portal, SourceView, SourcesView,
    WaitingRemovals,
};
use oxrdf::{NamedNode, Triple, vocab::rdf};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const BASE: &str = "https://data.example";

/// A text that would do harm if it were not escaped.
pub(crate) const HOSTILE: &str = "</script><script>alert(\"x\")</script><img src=x onerror=alert(1)> & 'so'";

/// Where there is a document to fetch.
pub(crate) const DOCUMENT: &str = "https://ville.example/catalog.ttl";

/// A portal with a few records.
pub(crate) struct World {
    _folder: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) app: Router,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl World {
    /// Asks with these headers.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 50_000_000).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "").await
    }

    /// As a browser of somebody who reads this language does.
    pub(crate) async fn page(&self, path: &str, language: &str) -> Answer {
        let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        self.ask("GET", path, &[("accept", accept), ("accept-language", language)], "").await
    }

    pub(crate) async fn accept(&self, path: &str, accept: &str) -> Answer {
        self.ask("GET", path, &[("accept", accept)], "").await
    }
}

/// A portal with all kinds of records.
pub(crate) fn world() -> World {
    world_with(Limits::default(), BASE, fill)
}

/// A portal with what `fill` puts into it.
pub(crate) fn world_with(limits: Limits, base: &str, fill: impl FnOnce(&Store)) -> World {
    made(limits, base, worker(), fill)
}

/// A portal whose query process does not start.
pub(crate) fn world_without_queries() -> World {
    let mut limits = Limits::default();
    limits.query.time = Duration::from_millis(300);
    made(limits, BASE, WorkerCommand { program: "/nonexistent/program".into(), args: Vec::new() }, |_| ())
}

/// This program again, at the one test that is the query process.
fn worker() -> WorkerCommand {
    let program = std::env::current_exe().unwrap();
    WorkerCommand {
        program,
        args: ["--exact", "query_worker", "--quiet", "--nocapture", "--test-threads=1"]
            .map(Into::into)
            .to_vec(),
    }
}

/// All kinds of records.
pub(crate) fn fill(store: &Store) {
    store.commit(rennes()).unwrap();
    store.commit(brussels()).unwrap();
    store.commit(removal()).unwrap();
}

fn made(limits: Limits, base: &str, worker: WorkerCommand, fill: impl FnOnce(&Store)) -> World {
    let folder = tempfile::tempdir().unwrap();
    let graph = NamedNode::new_unchecked(format!("{BASE}/id/graph/copies"));
    let copies = CopyOptions { graph: Some(graph), ..CopyOptions::default() };
    let options = StoreOptions { worker: Some(worker), copies, ..StoreOptions::default() };
    let store = Store::open(folder.path(), &options, &|_| ()).unwrap();
    fill(&store);
    store.settle().unwrap();
    let mut portal = Portal::new(
        &iri(base),
        vec![
            text("Données ouvertes de Demo", "fr"),
            text("Open data van Demo", "nl"),
            text("Open data of Demo", "en"),
        ],
        Agent {
            name: vec![text("Région Demo", "fr")],
            homepage: Some(iri("https://region.example/")),
            ..Agent::default()
        },
    );
    portal.description = vec![text("Tout ce que la région publie.", "fr")];
    portal.contact =
        Some(Contact { has_email: vec![iri("mailto:data@region.example")], ..Contact::default() });
    let state = AppState {
        store: store.clone(),
        portal: Arc::new(portal),
        sources: Arc::new(Sources),
        documents: Arc::new(Documents),
        admin: Arc::new(crate::admin::Desk),
        limits,
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        clock: || at(0),
    };
    World { _folder: folder, store, app: moisson_web::app(state) }
}

/// One document at one address, and a refusal anywhere else.
struct Documents;

impl DocumentSource for Documents {
    fn fetch(&self, url: url::Url) -> BoxFuture<'static, Result<FetchedDocument, String>> {
        Box::pin(async move {
            if url.as_str() != DOCUMENT {
                return Err(format!("{url}: the address is private"));
            }
            let body = Bytes::from_static(b"<a> a <http://www.w3.org/ns/dcat#Dataset> .");
            Ok(FetchedDocument { url: url.into(), content_type: Some("text/turtle".to_owned()), body })
        })
    }
}

struct Sources;

impl SourcesView for Sources {
    fn is_masked(&self, source: &str) -> bool {
        source == "bruxelles"
    }

    fn explain(&self, record: &StoredRecord, language: &str) -> Result<Value, String> {
        match record.key.source.as_str() {
            "rennes" => Ok(json!({ "id": record.key.id, "language": language })),
            source => Err(format!("source `{source}` is not configured any more")),
        }
    }

    fn sources(&self) -> Vec<SourceView> {
        let source = |name: &str, title: &str, kind: &str| SourceView {
            name: name.to_owned(),
            title: vec![text(title, "fr")],
            kind: kind.to_owned(),
            url: format!("https://{name}.example/"),
            schedule: Some("15 2 * * *".to_owned()),
            enabled: true,
            paused: None,
            waiting: None,
            next_run: Some(at(86_400)),
            running_since: None,
        };
        vec![
            source("rennes", "Ville de Rennes", "ckan"),
            source("bruxelles", "Région de Bruxelles", "dcat"),
            SourceView {
                next_run: None,
                waiting: Some(WaitingRemovals { run: "20261121T023000.123Z".to_owned(), records: 70 }),
                ..source("vide", "Commune sans passage", "web-page")
            },
        ]
    }
}

/// Seconds after a fixed moment.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_248_000 + seconds).unwrap()
}

pub(crate) fn iri(iri: &str) -> Iri {
    Iri::new(iri).unwrap()
}

pub(crate) fn text(value: &str, lang: &str) -> Text {
    Text { value: value.to_owned(), lang: Some(lang.to_owned()) }
}

fn term(table: &str, code: &str) -> Concept {
    let iri = Iri::new(format!("http://publications.europa.eu/resource/authority/{table}/{code}")).unwrap();
    Concept { iri: Some(iri), label: Vec::new() }
}

/// An entry as the pipeline makes it.
pub(crate) fn entry(source: &str, id: &str, resource: Resource) -> Entry {
    let base = iri(BASE);
    let naming = Naming { base: &base, source, record_id: id };
    let mut written = write(&resource, &naming);
    let date = Temporal::DateTime("2026-11-21T08:00:00Z".to_owned());
    written.record.extend(catalog_record(&naming, &date, &date));
    let report =
        NamedNode::new_unchecked(format!("{}/id/report/{source}/{}", BASE, moisson_dcat::write::segment(id)));
    Entry {
        key: RecordKey::new(source, id),
        raw: Raw {
            media_type: "application/json".to_owned(),
            body: Bytes::from(format!("{{\"id\":\"{id}\"}}")),
        },
        remarks: Vec::new(),
        page_remarks: 0,
        report: StoredReport {
            graph: report,
            conforms: [("dcat-ap".to_owned(), true)].into(),
            rows: Vec::new(),
            triples: Vec::new(),
        },
        mapping_version: 1,
        written,
        resource,
    }
}

/// A dataset with a title and a description.
pub(crate) fn plain(title: &str, about: &str) -> Dataset {
    Dataset {
        title: vec![text(title, "fr")],
        description: vec![text(about, "fr")],
        modified: Some(Temporal::Date("2026-05-04".to_owned())),
        ..Dataset::default()
    }
}

fn batch(source: &str, seconds: i64, entries: Vec<Entry>) -> Batch {
    let run = RunId::at(at(seconds));
    let graph = NamedNode::new(format!("{BASE}/id/run/{source}/{run}")).unwrap();
    let activity = NamedNode::new("http://www.w3.org/ns/prov#Activity").unwrap();
    let described = RunGraph { graph: graph.clone(), triples: vec![Triple::new(graph, rdf::TYPE, activity)] };
    let mut batch = Batch {
        described: Some(described),
        report: Some(json!({
            "name": source, "kind": "ckan", "run": run.0, "outcome": "whole", "new": 5, "changed": 1, "unchanged": 2,
            "back": 0, "gone": 0, "held_back": 0, "failed": 0, "seen": 8, "conforms": 5, "remarks": {}, "errors": [],
            "requests": 3, "bytes": 1000, "started": at(seconds).to_string(), "duration_ms": 1250,
        })),
        ..Batch::new(source, run, at(seconds))
    };
    for entry in entries {
        batch.put(entry).unwrap();
    }
    batch
}

fn rennes() -> Batch {
    let mut trees = entry("rennes", "arbres", Resource::Dataset(Box::new(trees())));
    trees.report = report(&trees);
    trees.remarks = vec![Remark {
        code: RemarkCode::InvalidDate,
        property: "issued".into(),
        place: "extras/date".to_owned(),
        value: "0000-00-00".to_owned(),
        detail: String::new(),
    }];
    let hostile = entry("rennes", "a/b é", Resource::Dataset(Box::new(hostile())));
    let series = DatasetSeries {
        title: vec![text("Budgets de la ville", "fr")],
        description: vec![text("Un jeu par année.", "fr")],
        ..DatasetSeries::default()
    };
    let many = (0..25).map(|n| {
        let dataset = plain(&format!("Comptage {n:02}"), "Passages de vélos à un compteur.");
        entry("rennes", &format!("comptage-{n:02}"), Resource::Dataset(Box::new(dataset)))
    });
    let mut all = vec![trees, hostile, entry("rennes", "budgets", Resource::Series(Box::new(series)))];
    all.extend(many);
    batch("rennes", 0, all)
}

fn brussels() -> Batch {
    let paths = Dataset {
        title: vec![text("Fietspaden", "nl"), text("Pistes cyclables", "fr")],
        description: vec![
            text("Alle fietspaden van het gewest.", "nl"),
            text("Toutes les pistes cyclables.", "fr"),
        ],
        publisher: Some(Agent { name: vec![text("Brussel Mobiliteit", "nl")], ..Agent::default() }),
        theme: vec![term("data-theme", "TRAN")],
        modified: Some(Temporal::DateTime("2026-11-01T10:00:00+01:00".to_owned())),
        distribution: vec![Distribution {
            id: "shp".to_owned(),
            access_url: vec![iri("https://bruxelles.example/fietspaden")],
            format: Some(term("file-type", "SHP")),
            license: Some(term("licence", "CC0")),
            ..Distribution::default()
        }],
        ..Dataset::default()
    };
    let service = DataService {
        title: vec![text("WMS du cadastre", "fr")],
        endpoint_url: vec![iri("https://bruxelles.example/wms")],
        ..DataService::default()
    };
    let mut batch = batch(
        "bruxelles",
        10,
        vec![
            entry("bruxelles", "fietspaden", Resource::Dataset(Box::new(paths))),
            entry(
                "bruxelles",
                "ancien",
                Resource::Dataset(Box::new(plain("Ancien plan", "Le plan de 1990."))),
            ),
            entry("bruxelles", "wms", Resource::Service(Box::new(service))),
        ],
    );
    let mut report = batch.report.clone().unwrap();
    report["outcome"] = json!("partial");
    report["reason"] = json!("page 3 could not be read: the portal answered 500");
    report["held_back"] = json!(4);
    report["failed"] = json!(1);
    batch.report = Some(report);
    batch.broken = vec![Broken {
        id: Some("x".to_owned()),
        place: "page 2, record 7".to_owned(),
        reason: "no title".to_owned(),
        body: Bytes::from_static(b"{}"),
    }];
    batch
}

fn removal() -> Batch {
    let key = RecordKey::new("bruxelles", "ancien");
    let reason = "absent from a whole walk".to_owned();
    let removed = Batch::new("bruxelles", RunId::at(at(20)), at(20));
    Batch { changes: vec![Change::Remove { key, reason }], ..removed }
}

fn trees() -> Dataset {
    let csv = Distribution {
        id: "csv".to_owned(),
        title: vec![text("Arbres en CSV", "fr")],
        access_url: vec![iri("https://rennes.example/arbres")],
        download_url: vec![iri("https://rennes.example/arbres.csv")],
        format: Some(term("file-type", "CSV")),
        byte_size: Some(1_250_000),
        license: Some(term("licence", "CC_BY_4_0")),
        ..Distribution::default()
    };
    Dataset {
        upstream: Upstream {
            iri: Some(iri("https://rennes.example/dataset/1")),
            page: Some(iri("https://rennes.example/dataset/arbres")),
            catalog: Some(Reference { iri: None, title: vec![text("Espaces verts", "fr")] }),
            ..Upstream::default()
        },
        title: vec![text("Arbres de la ville", "fr"), text("Bomen van de stad", "nl")],
        description: vec![text("Tous les arbres d’alignement, relevés chaque année.", "fr")],
        keyword: vec![text("arbre", "fr"), text("nature", "fr")],
        publisher: Some(Agent {
            name: vec![text("Ville de Rennes", "fr")],
            homepage: Some(iri("https://metropole.rennes.example/")),
            key: Some(AgentKey::Portal("siren-213502388".to_owned())),
            rule: Some(AgentRule::Place),
            ..Agent::default()
        }),
        contact_point: vec![Contact {
            r#fn: vec![text("Service des jardins", "fr")],
            has_email: vec![iri("mailto:jardins@rennes.example")],
            ..Contact::default()
        }],
        theme: vec![term("data-theme", "ENVI")],
        language: vec![term("language", "FRA")],
        accrual_periodicity: Some(term("frequency", "ANNUAL")),
        spatial: vec![Location {
            label: vec![text("Rennes", "fr")],
            bbox: Some("POLYGON((-1.75 48.07,-1.62 48.07,-1.62 48.15,-1.75 48.15,-1.75 48.07))".to_owned()),
            ..Location::default()
        }],
        temporal: vec![Period {
            start_date: Some(Temporal::Year("2020".to_owned())),
            end_date: Some(Temporal::Date("2025-12-31".to_owned())),
            label: Vec::new(),
        }],
        issued: Some(Temporal::Date("2020-02-01".to_owned())),
        modified: Some(Temporal::Date("2026-10-12".to_owned())),
        distribution: vec![
            csv,
            Distribution {
                id: "page".to_owned(),
                access_url: vec![iri("https://rennes.example/arbres/carte")],
                ..Distribution::default()
            },
        ],
        extra: vec![Extra::Key { key: "extras/Service".to_owned(), value: "Jardins".to_owned() }],
        ..Dataset::default()
    }
}

/// A dataset of a source that means harm.
fn hostile() -> Dataset {
    let bad = |iri_text: &str| serde_json::from_value::<Iri>(json!(iri_text)).unwrap();
    Dataset {
        title: vec![text(&format!("Titre hostile {HOSTILE}"), "fr")],
        description: vec![text(HOSTILE, "fr")],
        keyword: vec![text(HOSTILE, "fr")],
        publisher: Some(Agent {
            name: vec![text(HOSTILE, "fr")],
            homepage: Some(bad("javascript:alert(document.cookie)")),
            ..Agent::default()
        }),
        landing_page: vec![Reference {
            iri: Some(bad("javascript:alert(2)")),
            title: vec![text("Page", "fr")],
        }],
        distribution: vec![Distribution {
            id: HOSTILE.to_owned(),
            title: vec![text(HOSTILE, "fr")],
            access_url: vec![bad("javascript:alert(3)")],
            download_url: vec![bad("data:text/html,%3Cscript%3Ealert(4)%3C/script%3E")],
            ..Distribution::default()
        }],
        extra: vec![Extra::Key { key: HOSTILE.to_owned(), value: "javascript:alert(5)".to_owned() }],
        upstream: Upstream { page: Some(bad("vbscript:x")), ..Upstream::default() },
        ..Dataset::default()
    }
}

/// What the check found in the trees.
fn report(entry: &Entry) -> StoredReport {
    let row = |severity, path: &str, fr: &str, nl: &str| ReportRow {
        profile: "dcat-ap".to_owned(),
        severity,
        focus_node: entry.written.iri.as_str().to_owned(),
        path: path.to_owned(),
        component: "http://www.w3.org/ns/shacl#MinCountConstraintComponent".to_owned(),
        value: None,
        messages: vec![text(fr, "fr"), text(nl, "nl")],
        shape: "https://data.example/shapes#x".to_owned(),
    };
    let mut triples = entry.report.triples.clone();
    let result = NamedNode::new_unchecked(format!("{}#1", entry.report.graph.as_str()));
    let class = NamedNode::new_unchecked("http://www.w3.org/ns/shacl#ValidationResult");
    let sh = |local: &str| NamedNode::new_unchecked(format!("http://www.w3.org/ns/shacl#{local}"));
    triples.push(Triple::new(result.clone(), rdf::TYPE, class));
    triples.push(Triple::new(result, sh("resultSeverity"), sh("Warning")));
    let (graph, said) = (&entry.report.graph, |iri: String| NamedNode::new_unchecked(iri));
    let code = oxrdf::Literal::new_simple_literal("invalid_date");
    triples.push(Triple::new(graph.clone(), said(format!("{BASE}/ns#remark")), code));
    let derived = said("http://www.w3.org/ns/prov#wasDerivedFrom".to_owned());
    triples.push(Triple::new(graph.clone(), derived, entry.written.iri.clone()));
    StoredReport {
        graph: entry.report.graph.clone(),
        conforms: [("dcat-ap".to_owned(), false)].into(),
        rows: vec![
            row(
                Severity::Warning,
                "http://purl.org/dc/terms/license",
                "Ajoutez une licence.",
                "Voeg een licentie toe.",
            ),
            row(
                Severity::Violation,
                "http://purl.org/dc/terms/publisher",
                "L’éditeur n’a pas de type.",
                "De uitgever heeft geen type.",
            ),
        ],
        triples,
    }
}

/// All languages of the pages.
pub(crate) const LANGUAGES: [Language; 4] = Language::ALL;
