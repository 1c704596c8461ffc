//! Kept records mapped again: `moisson remap`, `moisson explain` and `moisson report mapping` on one harvested source.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use moisson::{
    config::Config,
    pipeline::{
        Checker, Lines, RemapReport, RunMode, RunReport, explain, find_record, harvest_all, harvesting,
        mapping_report, open_store, remap, sources_of,
    },
};
use moisson_dcat::{
    RemarkCode, Resource,
    draft::{Outcome, Rule},
    vocabulary::vocabulary_graph,
};
use moisson_store::{Batch, Entry, Raw, RecordKey, RunId, Store, StoredRecord};
use moisson_tests::loopback::{Answer, Loopback};
use tokio_util::sync::CancellationToken;

/// Three datasets; the second statement has spaces in an address, which is the page's fault and not the record's.
const CATALOG: &str = r#"
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<http://ville.example/catalog> a dcat:Catalog ; dcat:dataset <http://ville.example/a> , <http://ville.example/b> , <http://ville.example/c> .
<http://ville.example/a> a dcat:Dataset ; dct:title "Arbres"@fr ; dcat:landingPage <http://ville.example/les arbres> ;
  dcat:theme "Environnement" , "Zorglub" ; dct:accrualPeriodicity "Annuelle" ; dct:issued "soon" ; <http://x.example/own> "kept" ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  dcat:distribution [ dcat:downloadURL <http://ville.example/a.csv> ; dct:format "CSV" ] .
<http://ville.example/b> a dcat:Dataset ; dct:title "Bancs"@fr .
<http://ville.example/c> a dcat:Dataset ; dct:title "Chemins"@fr ; dct:issued "2099-05-01" .
"#;

const SOURCE: &str = "ville";

fn clock() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap()
}

/// A harvested source.
struct Bench {
    config: Config,
    store: Store,
    checker: Checker,
    _server: Loopback,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let server = Loopback::start(|_| Answer::ok("text/turtle", CATALOG)).await;
        let folder = tempfile::tempdir().unwrap();
        let (data, address) = (folder.path().display(), server.address());
        let text = format!(
            "data = \"{data}\"\n[portal]\nbase = \"http://portal.example\"\ntitle = \"T\"\n\
             publisher = {{ name = \"T\" }}\n[[source]]\nname = \"{SOURCE}\"\nkind = \"dcat\"\n\
             url = \"http://{address}/catalog.ttl\"\nlanguage = \"fr\"\nallow = [\"{address}\"]\n\
             politeness = {{ delay_ms = 0 }}\n"
        );
        let config = Config::parse(&text, Path::new("moisson.toml")).unwrap_or_else(|f| panic!("{f:?}"));
        let store = open_store(&config).unwrap();
        let checker = Checker::new(&vocabulary_graph()).unwrap();
        let bench = Self { config, store, checker, _server: server, _folder: folder };
        let run = bench.harvest().await;
        assert_eq!((run.new, run.failed), (3, 0), "{run:#?}");
        bench
    }

    async fn harvest(&self) -> RunReport {
        let harvesting = harvesting(&self.config, &self.store, Arc::new(Lines)).unwrap();
        let sources: Vec<_> = self.config.source.iter().collect();
        let report = harvest_all(&harvesting, &sources, RunMode::default(), CancellationToken::new()).await;
        report.unwrap().sources.remove(0)
    }

    fn record(&self, name: &str) -> StoredRecord {
        let id = format!("http://ville.example/{name}");
        self.store.record(&RecordKey::new(SOURCE, id)).unwrap().expect("it was harvested")
    }

    /// Stores a record as an older version of the mapping would have.
    fn spoil(&self, name: &str, change: impl FnOnce(&mut Entry)) {
        let StoredRecord { key, iri, graph, resource, remarks, page_remarks, report, triples, shared, life } =
            self.record(name);
        let raw = self.store.raw(&key).unwrap().unwrap();
        let dates = life.own_words(&graph);
        let record = triples.into_iter().filter(|triple| !dates.contains(triple)).collect();
        let fingerprint = self.store.fingerprint(&key).unwrap().unwrap();
        let written = moisson_dcat::write::Written { iri, graph_name: graph, record, shared, fingerprint };
        let mut entry = Entry {
            key,
            raw,
            resource,
            remarks,
            page_remarks,
            written,
            report,
            mapping_version: life.mapping_version - 1,
        };
        change(&mut entry);
        let mut batch = Batch::new(SOURCE, RunId::at(clock()), clock());
        batch.put(entry).unwrap();
        self.store.commit(batch).unwrap();
    }

    fn remap(&self, dry_run: bool) -> RemapReport {
        let (sources, total) = sources_of(&self.config, &self.store, &[]).unwrap();
        assert_eq!((sources.as_slice(), total), (&[SOURCE.to_owned()][..], 3));
        remap((&self.config, &self.store, &self.checker), &sources, dry_run, clock, &|_| {}).unwrap()
    }
}

fn lose_theme(entry: &mut Entry) {
    if let Resource::Dataset(dataset) = &mut entry.resource {
        dataset.theme.clear();
    }
    entry.remarks.truncate(entry.page_remarks);
    entry.written.fingerprint = [0; 32];
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changed_is_written_what_cannot_be_mapped_stays_and_nothing_else_is_touched() {
    let bench = Bench::new().await;
    let before = bench.record("a");
    assert_eq!(before.page_remarks, 1, "{:?}", before.remarks);
    bench.spoil("a", lose_theme);
    let garbage = Raw { media_type: "application/n-triples".to_owned(), body: b"no statement"[..].into() };
    bench.spoil("b", |entry| entry.raw = garbage);
    let at = bench.store.generation().unwrap();

    let dry = bench.remap(true);
    assert_eq!((dry.records, dry.changed, dry.unchanged, dry.failed), (2, 1, 1, 1), "{dry:#?}");
    assert_eq!(bench.store.generation().unwrap(), at);
    assert!(bench.record("a").remarks.len() < before.remarks.len());

    let report = bench.remap(false);
    assert_eq!(RemapReport { dry_run: true, duration_ms: dry.duration_ms, ..report.clone() }, dry);
    let theme = &report.properties["theme"];
    assert_eq!((theme.records, theme.added, theme.examples.len()), (1, 1, 1), "{report:#?}");
    assert!(theme.examples[0].after.as_ref().unwrap().contains("data-theme/ENVI"), "{theme:?}");
    let unmapped = report.remarks["unmapped_value"];
    assert_eq!((unmapped.before, unmapped.now), (0, 1));
    assert!(report.errors[0].contains("ville/http://ville.example/b"), "{:?}", report.errors);

    let now = bench.record("a");
    assert_eq!((&now.resource, &now.remarks, now.page_remarks), (&before.resource, &before.remarks, 1));
    assert_eq!(now.life.mapping_version, before.life.mapping_version);
    assert_eq!(now.report.rows, before.report.rows);
    let Resource::Dataset(kept) = bench.record("b").resource else { panic!("a dataset") };
    assert_eq!(kept.title[0].value, "Bancs");
    assert_eq!(bench.store.history(&RecordKey::new(SOURCE, "http://ville.example/c")).unwrap().len(), 1);
    let in_the_future = bench.record("c");
    assert!(
        in_the_future.remarks.iter().any(|remark| remark.code == RemarkCode::SuspectDate),
        "{in_the_future:?}"
    );
    let code = RemarkCode::SuspectDate.as_str();
    let names_it = |triple: &oxrdf::Triple| triple.object.to_string() == format!("\"{code}\"");
    assert!(in_the_future.report.triples.iter().any(names_it), "{in_the_future:?}");

    let again = bench.remap(false);
    assert_eq!((again.changed, again.refreshed, again.unchanged, again.failed), (0, 0, 2, 1), "{again:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_an_older_mapping_are_mapped_anew_at_the_next_harvest_though_their_bytes_did_not_change() {
    let bench = Bench::new().await;
    let version = bench.record("a").life.mapping_version;
    bench.spoil("a", lose_theme);
    let run = bench.harvest().await;
    assert_eq!((run.changed, run.unchanged), (1, 2), "{run:#?}");
    assert_eq!(bench.record("a").life.mapping_version, version);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_value_has_its_place_its_rule_and_what_came_of_it() {
    let bench = Bench::new().await;
    let by_name = find_record(&bench.store, "ville/http://ville.example/a").unwrap();
    let record = find_record(&bench.store, bench.record("a").iri.as_str()).unwrap();
    assert_eq!((record.key.id.as_str(), by_name.iri), ("http://ville.example/a", record.iri.clone()));
    for wrong in ["ville", "ville/x", "http://portal.example/id/dataset/ville/x"] {
        assert!(find_record(&bench.store, wrong).is_err(), "{wrong}");
    }
    let explained = explain(&bench.config, &bench.store, &record, "fr").unwrap();
    assert!(!explained.is_outdated && explained.untold.is_empty(), "{explained:#?}");
    let steps = |property: &str| {
        let found = explained.properties.iter().filter(move |p| p.property == property);
        found.flat_map(|p| p.steps.iter().map(|s| (s.value.as_str(), s.rule, s.outcome))).collect::<Vec<_>>()
    };
    let mut themes = steps("theme");
    themes.sort();
    assert_eq!(
        themes,
        [("Environnement", Rule::TableRow, Outcome::Mapped), ("Zorglub", Rule::SourceWords, Outcome::Left)]
    );
    assert_eq!(steps("issued"), [("soon", Rule::Unreadable, Outcome::Left)]);
    assert_eq!(steps("format"), [("CSV", Rule::TableRow, Outcome::Mapped)]);
    assert_eq!(steps("media_type"), [("", Rule::MediaTypeOfFormat, Outcome::Added)]);
    assert_eq!(steps(""), [("kept", Rule::NoProperty, Outcome::Left)]);
    let license = steps("license");
    assert!(license.contains(&("", Rule::Inherited, Outcome::Added)), "{license:?}");
    let title = explained.properties.iter().find(|p| p.property == "title").unwrap();
    assert_eq!(title.steps[0].place, "dct:title");
    assert!(explained.remarks.iter().any(|remark| remark.code == "repaired_iri"), "{:?}", explained.remarks);
    let in_the_future = explain(&bench.config, &bench.store, &bench.record("c"), "fr").unwrap();
    assert!(in_the_future.remarks.iter().any(|remark| remark.code == "suspect_date"), "{in_the_future:?}");
    let text = explained.to_text();
    assert!(text.contains("[source_words: aucune table ne le connaît"), "{text}");

    let report = mapping_report(&bench.config, &bench.store, &[SOURCE.to_owned()], &|_| {}).unwrap();
    let theme = &report.sources[SOURCE].properties["theme"];
    assert_eq!((theme.seen, theme.mapped, theme.left, theme.share), (2, 1, 1, 50.0));
    assert_eq!(theme.left_overs[0].example, "http://ville.example/a dcat:theme");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_not_configured_any_more_is_told_and_kept() {
    let mut bench = Bench::new().await;
    bench.config.source.clear();
    let report = bench.remap(false);
    assert_eq!((report.records, report.failed), (0, 1));
    assert!(report.errors[0].contains("`ville` is not configured any more"), "{:?}", report.errors);
    let mapping = mapping_report(&bench.config, &bench.store, &[SOURCE.to_owned()], &|_| {}).unwrap();
    assert_eq!(mapping.sources[SOURCE].unmappable, 1);
    let unknown = sources_of(&bench.config, &bench.store, &["vile".to_owned()]).unwrap_err().to_string();
    assert_eq!(unknown, "unknown source `vile`; the store has records of `ville`");
    assert_eq!(bench.store.counts().unwrap().datasets, 3);
}
