//! Copies of one dataset: recognised, folded in searches, linked among the quads, and never lost by a crash.

use moisson_dcat::{Dataset, Iri, Reference};
use moisson_store::{
    CopyOptions, RecordKey, Store, StoreOptions,
    search::{Facet, SearchQuery},
};
use oxrdf::NamedNode;

use crate::support::{BASE, ask, batch, block_on, dataset, entry, options, put, remove, soon};

fn linked() -> StoreOptions {
    let graph = NamedNode::new(format!("{BASE}/id/graph/copies")).unwrap();
    StoreOptions { copies: CopyOptions { graph: Some(graph), ..CopyOptions::default() }, ..options() }
}

fn open(folder: &std::path::Path) -> Store {
    Store::open(folder, &linked(), &|_| ()).unwrap()
}

/// A dataset at an address; if that is another's, as its copy.
fn at_address(title: &str, address: &str, copy_of: Option<&str>) -> Dataset {
    let iri = |text: &str| Some(Iri::new(text).unwrap());
    let mut made = dataset(title);
    made.distribution.clear();
    made.upstream.iri = iri(address);
    made.upstream.copy_of = copy_of.map(|origin| Reference { iri: iri(origin), title: Vec::new() });
    made
}

const ORIGIN: &str = "https://data.rennes.example/dataset/arbres";

/// The commune, the region and the nation, of which the last two copy; and a dataset that only the region has.
fn fill(store: &Store) {
    let put_one =
        |source, id, made| store.commit(batch(source, 1, vec![put(entry(source, id, made))])).unwrap();
    put_one("nation", "x", at_address("Arbres de Rennes", "https://nation.example/d/x", Some(ORIGIN)));
    put_one("region", "y", at_address("Les arbres", "https://region.example/d/y", Some(ORIGIN)));
    put_one("region", "z", at_address("Fontaines", "https://region.example/d/z", None));
    put_one("rennes", "a", at_address("Arbres", ORIGIN, None));
}

fn members(store: &Store, source: &str, id: &str) -> Vec<String> {
    let group = store.copies(&RecordKey::new(source, id)).unwrap();
    group.iter().flat_map(|group| &group.members).map(|member| member.key.to_string()).collect()
}

#[test]
fn copies_are_folded_under_the_original_and_counts_agree() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store);
    store.settle().unwrap();
    assert_eq!(members(&store, "nation", "x"), ["rennes/a", "nation/x", "region/y"]);
    let search = |text: &str, source: Option<&str>, fold| {
        let filters = source.map(|source| (Facet::Source, vec![source.to_owned()])).into_iter().collect();
        let query = SearchQuery {
            text: text.to_owned(),
            filters,
            size: 10,
            facets: vec![Facet::Source, Facet::Kind],
            fold,
            ..SearchQuery::default()
        };
        let page = store.search().search(&query).unwrap();
        let mut hits: Vec<String> = page.hits.iter().map(|hit| hit.key.to_string()).collect();
        hits.sort();
        let counts = |facet| -> Vec<(String, u64)> {
            let mut counts: Vec<_> =
                page.facets[&facet].iter().map(|value| (value.value.clone(), value.count)).collect();
            counts.sort();
            counts
        };
        (page.total, hits, counts(Facet::Source), counts(Facet::Kind))
    };
    let by_source = |counts: &[(&str, u64)]| -> Vec<(String, u64)> {
        counts.iter().map(|(source, count)| ((*source).to_owned(), *count)).collect()
    };
    let datasets = |count: u64| by_source(&[("dataset", count)]);
    let (total, hits, sources, kinds) = search("", None, true);
    assert_eq!((total, hits), (2, vec!["region/z".to_owned(), "rennes/a".to_owned()]));
    // Each counts what choosing it would show.
    assert_eq!(sources, by_source(&[("nation", 1), ("region", 2), ("rennes", 1)]));
    assert_eq!(kinds, datasets(2));
    for (source, count) in sources {
        assert_eq!(search("", Some(&source), true).0, count, "{source}");
    }
    // A copy is shown where the original does not fit.
    assert_eq!(search("", Some("region"), true).1, ["region/y", "region/z"]);
    assert_eq!(search("\"arbres de rennes\"", None, true).1, ["nation/x"]);
    let (total, hits, sources, kinds) = search("", None, false);
    assert_eq!((total, hits.len()), (4, 4));
    assert_eq!(sources, by_source(&[("nation", 1), ("region", 2), ("rennes", 1)]));
    assert_eq!(kinds, datasets(4));
    // Pages of one hit show each once.
    let mut query = SearchQuery { size: 1, fold: true, ..SearchQuery::default() };
    let mut shown = Vec::new();
    loop {
        let page = store.search().search(&query).unwrap();
        shown.extend(page.hits.into_iter().map(|hit| hit.key.to_string()));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    shown.sort();
    assert_eq!(shown, ["region/z", "rennes/a"]);
    assert!(store.verify().unwrap().holds(), "{:?}", store.verify().unwrap().faults);
}

#[test]
fn copies_are_linked_in_a_graph_of_their_own_while_there_are_any() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let links = || {
        let store = store.clone();
        async move {
            let query = "SELECT ?c WHERE { GRAPH <https://portal.example/id/graph/copies> { ?c \
                         <http://www.w3.org/ns/prov#alternateOf> <https://portal.example/id/dataset/rennes/a> } }";
            let body = ask(&store, query).await.unwrap().body;
            ["nation/x", "region/y", "region/z"].map(|copy| body.contains(copy))
        }
    };
    block_on(async {
        fill(&store);
        store.settle().unwrap();
        soon(links, [true, true, false]).await;
        let generation = store.generation().unwrap();
        fill(&store);
        store.settle().unwrap();
        assert_eq!(store.generation().unwrap(), generation, "what did not change writes nothing");
        store.commit(batch("region", 2, vec![remove("region", "y")])).unwrap();
        store.settle().unwrap();
        soon(links, [true, false, false]).await;
        store.commit(batch("rennes", 3, vec![remove("rennes", "a")])).unwrap();
        store.settle().unwrap();
        soon(links, [false; 3]).await;
        assert_eq!(members(&store, "nation", "x"), [""; 0]);
        fill(&store);
        store.settle().unwrap();
        soon(links, [true, true, false]).await;
    });
    assert!(store.verify().unwrap().holds(), "{:?}", store.verify().unwrap().faults);
}

#[test]
fn what_a_crash_kept_from_being_grouped_is_grouped_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store
        .commit(batch("rennes", 1, vec![put(entry("rennes", "a", at_address("Arbres", ORIGIN, None)))]))
        .unwrap();
    store.settle().unwrap();
    let late = at_address("Arbres de Rennes", "https://nation.example/d/x", Some(ORIGIN));
    store.commit(batch("nation", 2, vec![put(entry("nation", "x", late))])).unwrap();
    // Not settled: as after a kill.
    assert_eq!(members(&store, "nation", "x"), [""; 0]);
    drop(store);
    let store = open(folder.path());
    assert_eq!(members(&store, "nation", "x"), ["rennes/a", "nation/x"]);
    assert!(store.verify().unwrap().holds(), "{:?}", store.verify().unwrap().faults);
    store.rebuild(&|_| ()).unwrap();
    assert_eq!(members(&store, "nation", "x"), ["rennes/a", "nation/x"]);
    assert!(store.verify().unwrap().holds(), "{:?}", store.verify().unwrap().faults);
    drop(store);
    // Another configuration: no links, and a person's word.
    let apart = vec!["rennes/a".to_owned(), "nation/x".to_owned()];
    let mut other = options();
    other.copies.decisions.distinct.push(apart);
    let store = Store::open(folder.path(), &other, &|_| ()).unwrap();
    assert_eq!(members(&store, "nation", "x"), [""; 0]);
    assert!(store.verify().unwrap().holds(), "{:?}", store.verify().unwrap().faults);
}
