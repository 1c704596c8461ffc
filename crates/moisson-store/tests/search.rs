//! What a reader finds: accents, plurals, typos, facets, boxes, dates, and paging without a window.

#![expect(clippy::unwrap_used, reason = "a failure here is a failure of the test")]

use std::{collections::BTreeMap, path::Path, sync::Arc};

use jiff::Timestamp;
use moisson_dcat::{Agent, Concept, Dataset, Iri, Location, Resource, Temporal, Text};
use moisson_store::{
    Delta, Generation, Life, Projection, RecordDelta, RecordKey, RunId, StoredRecord, StoredReport,
    search::{BBox, Facet, SearchIndex, SearchPage, SearchQuery, Sort, SuggestionKind},
};
use oxrdf::NamedNode;

fn text(value: &str, lang: &str) -> Text {
    Text { value: value.to_owned(), lang: (!lang.is_empty()).then(|| lang.to_owned()) }
}

fn dataset(title: &str, lang: &str) -> Dataset {
    Dataset { title: vec![text(title, lang)], ..Dataset::default() }
}

fn record(source: &str, id: &str, dataset: Dataset) -> StoredRecord {
    let node = |name: &str| NamedNode::new_unchecked(format!("http://x/{source}/{id}/{name}"));
    let run = RunId("r".to_owned());
    StoredRecord {
        key: RecordKey::new(source, id),
        iri: node("dataset"),
        graph: node("record"),
        resource: Resource::Dataset(Box::new(dataset)),
        remarks: Vec::new(),
        page_remarks: 0,
        report: StoredReport {
            graph: node("report"),
            conforms: BTreeMap::from([("dcat-ap-3".to_owned(), source == "a")]),
            rows: Vec::new(),
            triples: Vec::new(),
        },
        triples: Vec::new(),
        shared: Vec::new(),
        life: Life {
            first_run: run.clone(),
            last_run: run,
            listed: Timestamp::UNIX_EPOCH,
            changed: "2026-11-22T12:00:00Z".parse().unwrap(),
            made_by: None,
            mapping_version: 1,
            gone: None,
        },
    }
}

fn delta(generation: u64, records: Vec<StoredRecord>) -> Delta {
    let records = records.into_iter().map(|record| RecordDelta {
        key: record.key.clone(),
        graph: record.graph.clone(),
        report_graph: record.report.graph.clone(),
        now: Some(Arc::new(record)),
    });
    Delta { generation: Generation(generation), records: records.collect(), ..Delta::default() }
}

fn open(folder: &Path) -> SearchIndex {
    SearchIndex::open(folder, 20_000_000).unwrap()
}

fn filled(records: Vec<StoredRecord>) -> (tempfile::TempDir, SearchIndex) {
    let folder = tempfile::tempdir().unwrap();
    let mut index = open(folder.path());
    index.apply(&delta(1, records)).unwrap();
    index.settle().unwrap();
    (folder, index)
}

fn find(index: &SearchIndex, words: &str) -> Vec<String> {
    let query = SearchQuery { text: words.to_owned(), size: 10, ..SearchQuery::default() };
    index.search(&query).unwrap().hits.into_iter().map(|hit| hit.key.id).collect()
}

fn four_languages() -> (tempfile::TempDir, SearchIndex) {
    filled(vec![
        record("a", "velos", dataset("Vélos en libre-service", "fr")),
        record("a", "ecoles", dataset("Effectifs des écoles", "fr")),
        record("b", "fietsen", dataset("Fietspaden en fietsen", "nl")),
        record("b", "baeume", dataset("Bäume der Straßen", "de")),
        record("c", "benches", dataset("Public benches", "en")),
        record("c", "eau", dataset("Qualité de l’eau potable", "")),
    ])
}

#[test]
fn accents_plurals_and_apostrophes_are_forgiven_in_four_languages() {
    let (_folder, index) = four_languages();
    for (words, id) in [
        ("velo", "velos"),
        ("VÉLOS", "velos"),
        ("école", "ecoles"),
        ("ecoles", "ecoles"),
        ("fiets", "fietsen"),
        ("fietspad", "fietsen"),
        ("baum", "baeume"),
        ("Bäume", "baeume"),
        ("strassen", "baeume"),
        ("bench", "benches"),
        ("l'eau", "eau"),
        ("qualite eaux", "eau"),
    ] {
        assert_eq!(find(&index, words), [id], "{words}");
    }
}

#[test]
fn typos_are_forgiven_when_as_written_nothing_is_found() {
    let (_folder, index) = four_languages();
    for (words, id) in
        [("qualtié", "eau"), ("fietspade", "fietsen"), ("efectifs", "ecoles"), ("benchse", "benches")]
    {
        assert_eq!(find(&index, words), [id], "{words}");
    }
    let query = SearchQuery { text: "qualtié".to_owned(), size: 1, ..SearchQuery::default() };
    assert!(index.search(&query).unwrap().fuzzy);
    assert_eq!(find(&index, "zzzzzzzz"), [""; 0]);
}

#[test]
fn phrases_and_unwanted_words_are_heeded() {
    let (_folder, index) = four_languages();
    assert_eq!(find(&index, "\"libre service\""), ["velos"]);
    assert_eq!(find(&index, "\"service libre\""), [""; 0]);
    assert_eq!(find(&index, "fietsen -fietspaden"), [""; 0]);
}

fn rich() -> (tempfile::TempDir, SearchIndex) {
    let iri = |text: &str| Iri::new(text).unwrap();
    let theme = |code: &str| Concept { iri: Some(iri(&format!("http://t/{code}"))), label: Vec::new() };
    let of = |n: u32, source: &str| {
        let mut dataset = dataset(&format!("Jeu {n:02}"), "fr");
        dataset.theme = vec![theme(if n.is_multiple_of(2) { "ENVI" } else { "TRAN" })];
        dataset.publisher = Some(Agent { name: vec![text("Ville de Rennes", "fr")], ..Agent::default() });
        dataset.keyword = vec![text("données ouvertes", "fr")];
        dataset.modified = (n > 0).then(|| Temporal::Date(format!("2026-01-{:02}", n.min(28))));
        let west = f64::from(n);
        dataset.spatial = vec![Location {
            bbox: Some(format!("POLYGON(({west} 0,{0} 0,{0} 1,{west} 1,{west} 0))", west + 0.5)),
            ..Location::default()
        }];
        record(source, &format!("{n:02}"), dataset)
    };
    filled((0..20).map(|n| of(n, if n < 15 { "a" } else { "b" })).collect())
}

fn search(index: &SearchIndex, query: SearchQuery) -> SearchPage {
    index.search(&SearchQuery { size: 10, ..query }).unwrap()
}

#[test]
fn facets_are_counted_as_if_they_had_no_filter_themselves() {
    let (_folder, index) = rich();
    let page = search(
        &index,
        SearchQuery {
            filters: BTreeMap::from([(Facet::Source, vec!["a".to_owned()])]),
            facets: vec![Facet::Source, Facet::Theme, Facet::Conforms],
            ..SearchQuery::default()
        },
    );
    let counts =
        |facet: Facet| page.facets[&facet].iter().map(|c| (c.value.as_str(), c.count)).collect::<Vec<_>>();
    assert_eq!(page.total, 15);
    assert_eq!(counts(Facet::Source), [("a", 15), ("b", 5)]);
    assert_eq!(counts(Facet::Theme), [("http://t/ENVI", 8), ("http://t/TRAN", 7)]);
    assert_eq!(counts(Facet::Conforms), [("dcat-ap-3", 15)]);
}

#[test]
fn a_box_finds_what_it_touches_and_dates_what_lies_between() {
    let (_folder, index) = rich();
    let bbox = |west, east| SearchQuery {
        bbox: Some(BBox { west, south: 0.0, east, north: 0.1 }),
        ..SearchQuery::default()
    };
    assert_eq!(search(&index, bbox(3.2, 4.1)).total, 2);
    assert_eq!(search(&index, bbox(170.0, 2.0)).total, 3, "across the antimeridian");
    let at = |day: &str| Some(format!("2026-01-{day}T00:00:00Z").parse().unwrap());
    let dates = SearchQuery { modified_from: at("03"), modified_to: at("05"), ..SearchQuery::default() };
    assert_eq!(search(&index, dates).total, 2);
}

#[test]
fn orders_are_as_they_say_and_those_without_a_value_come_last() {
    let (_folder, index) = rich();
    let ids = |sort| {
        let page = index.search(&SearchQuery { sort, size: 20, ..SearchQuery::default() }).unwrap();
        page.hits.into_iter().map(|hit| hit.key.id).collect::<Vec<_>>()
    };
    let modified = ids(Sort::Modified);
    assert_eq!((modified[0].as_str(), modified[19].as_str()), ("19", "00"));
    let title = ids(Sort::Title);
    assert_eq!((title[0].as_str(), title[19].as_str()), ("00", "19"));
}

#[test]
fn a_cursor_goes_through_everything_once_without_a_window() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = open(folder.path());
    for part in 0..12 {
        let records = (0..1_000).map(|n| {
            let mut dataset = dataset(&format!("Jeu de données {}", n % 7), "fr");
            dataset.modified = Some(Temporal::Year(format!("20{:02}", n % 5 + 10)));
            record("a", &format!("{part}-{n}"), dataset)
        });
        index.apply(&delta(part + 1, records.collect())).unwrap();
        index.settle().unwrap();
    }
    for (words, sort) in [("", Sort::Modified), ("données", Sort::Relevance), ("jeu", Sort::Title)] {
        let mut query = SearchQuery { text: words.to_owned(), sort, size: 1_000, ..SearchQuery::default() };
        let mut met = std::collections::BTreeSet::new();
        loop {
            let page = index.search(&query).unwrap();
            assert_eq!(page.total, 12_000);
            for hit in page.hits {
                assert!(met.insert(hit.key.id), "twice with {sort:?}");
            }
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
        }
        assert_eq!(met.len(), 12_000, "{sort:?}");
    }
}

#[test]
fn a_change_in_the_future_does_not_come_before_all_others() {
    let changed = |id: &str, date: &str| {
        let modified = Some(Temporal::Date(date.to_owned()));
        record("a", id, Dataset { modified, ..dataset(id, "fr") })
    };
    let mut before = changed("vu hier", "2031-01-01");
    before.life.changed = "2026-11-21T12:00:00Z".parse().unwrap();
    let (_folder, index) =
        filled(vec![before, changed("ancien", "2020-01-01"), changed("du jour", "2026-11-22")]);
    let query = SearchQuery { sort: Sort::Modified, size: 10, ..SearchQuery::default() };
    let hits = index.search(&query).unwrap().hits;
    assert_eq!(
        hits.iter().map(|hit| hit.key.id.as_str()).collect::<Vec<_>>(),
        ["du jour", "vu hier", "ancien"]
    );
}

#[test]
fn a_cursor_of_another_search_is_refused() {
    let (_folder, index) = rich();
    let page = index.search(&SearchQuery { sort: Sort::Title, size: 1, ..SearchQuery::default() }).unwrap();
    for cursor in [page.next.unwrap(), "nonsense".to_owned()] {
        let query =
            SearchQuery { sort: Sort::Modified, cursor: Some(cursor), size: 1, ..SearchQuery::default() };
        assert!(index.search(&query).unwrap_err().to_string().contains("without `cursor`"));
    }
}

#[test]
fn what_is_typed_is_completed() {
    let (_folder, index) = rich();
    let of = |prefix: &str| index.suggest(prefix, 3).unwrap();
    let first = &of("donn")[0];
    assert_eq!(
        (first.text.as_str(), first.kind, first.count),
        ("données ouvertes", SuggestionKind::Keyword, 20)
    );
    assert_eq!(of("renn")[0].text, "Ville de Rennes", "a completion may start at any word");
    assert_eq!(of("jeu 07")[0].key, Some(RecordKey::new("a", "07")));
    assert!(of("").is_empty() && of("zzz").is_empty());
}

#[test]
fn a_title_of_several_records_is_completed_to_each_that_is_there() {
    let menus = |id: &str| record("a", id, dataset("Menus des cantines", "fr"));
    let (_folder, mut index) = filled(vec![menus("1"), menus("2"), menus("3")]);
    let mut later = delta(2, vec![menus("4"), record("a", "5", dataset("Été : menus, cantines", "fr"))]);
    later.records.push(RecordDelta { now: None, ..delta(2, vec![menus("2")]).records.remove(0) });
    index.apply(&later).unwrap();
    index.settle().unwrap();
    let titles = |prefix: &str, size: usize| {
        let found = index.suggest(prefix, size).unwrap();
        found.into_iter().map(|one| (one.text, one.count, one.key.unwrap().id)).collect::<Vec<_>>()
    };
    let mut found = titles("cantines", 10);
    assert_eq!(titles("cantines", 2), found[..2], "the same ones first");
    found.sort();
    let menus = |id: &str| ("Menus des cantines".to_owned(), 1, id.to_owned());
    let summer = ("Été : menus, cantines".to_owned(), 1, "5".to_owned());
    assert_eq!(found, [menus("1"), menus("3"), menus("4"), summer.clone()]);
    assert_eq!(titles("ete", 10), [summer]);
}

#[test]
fn what_goes_is_found_no_more_and_the_generation_survives_a_restart() {
    let (folder, mut index) = rich();
    let key = RecordKey::new("a", "03");
    let gone = RecordDelta {
        key: key.clone(),
        graph: NamedNode::new_unchecked("http://x/g"),
        report_graph: NamedNode::new_unchecked("http://x/r"),
        now: None,
    };
    index.apply(&Delta { generation: Generation(2), records: vec![gone], ..Delta::default() }).unwrap();
    assert!(index.contains(&key).unwrap(), "not before it is settled");
    index.settle().unwrap();
    assert!(!index.contains(&key).unwrap());
    drop(index);
    let mut index = open(folder.path());
    assert_eq!((index.generation().unwrap(), index.len()), (Generation(2), 19));
    index.clear().unwrap();
    assert_eq!((index.generation().unwrap(), index.len()), (Generation(0), 0));
}

#[test]
fn highlighted_texts_are_safe_html() {
    let mut dataset = dataset("Vélos <script>alert(1)</script>", "fr");
    dataset.description = vec![text("Des vélos & des \"bornes\"", "fr")];
    let (_folder, index) = filled(vec![record("a", "x", dataset)]);
    let query = SearchQuery { text: "vélo".to_owned(), highlight: true, size: 1, ..SearchQuery::default() };
    let hit = index.search(&query).unwrap().hits.remove(0);
    assert_eq!(hit.title, "<mark>Vélos</mark> &lt;script&gt;alert(1)&lt;/script&gt;");
    assert_eq!(hit.snippet, "Des <mark>vélos</mark> &amp; des &quot;bornes&quot;");
}
