//! What is said of runs: among the quads, once, and gone with the run's report.

use moisson_store::{Batch, Export, Generation, Run, RunGraph, RunId, Store};
use oxrdf::{NamedNode, Triple, vocab::rdf};

use crate::support::{at, batch, dataset, entry, open, put, reopen};

const NAMES: &str = "https://portal.example/id/run/rennes/";

/// A run with a report and a graph of `size` triples.
fn run(n: i64, size: usize) -> Batch {
    let graph = NamedNode::new_unchecked(format!("{NAMES}{n}"));
    let triple = |n: usize| {
        let class = NamedNode::new_unchecked(format!("https://portal.example/ns#class-{n}"));
        Triple::new(graph.clone(), rdf::TYPE, class)
    };
    Batch {
        report: Some(serde_json::json!({ "n": n })),
        described: Some(RunGraph { graph: graph.clone(), triples: (0..size).map(triple).collect() }),
        activity: Some(graph),
        ..Batch::new("rennes", RunId::at(at(n)), at(n))
    }
}

fn agrees(store: &Store) -> u64 {
    let agreement = store.verify().unwrap();
    assert!(agreement.holds(), "{:#?}", agreement.faults);
    store.counts().unwrap().quads
}

#[test]
fn the_graph_of_a_run_is_replaced_with_its_report() {
    let (folder, store) = open();
    assert_eq!(store.commit(run(1, 3)).unwrap().generation, Generation(1));
    assert_eq!(agrees(&store), 3);
    assert_eq!(store.commit(run(1, 3)).unwrap().generation, Generation(1), "nothing is new");
    assert_eq!(store.commit(run(1, 2)).unwrap().generation, Generation(2));
    assert_eq!(agrees(&store), 2);
    drop(store);
    let store = reopen(folder.path());
    assert_eq!(agrees(&store), 2);
    assert_eq!(store.run_graph("rennes", &RunId::at(at(1))).unwrap(), run(1, 2).described);
    store.commit(Batch { described: None, ..run(1, 0) }).unwrap();
    assert_eq!(agrees(&store), 0, "a report without a graph has none");
}

#[test]
fn the_oldest_runs_go_with_their_graphs() {
    let (_folder, store) = open();
    let most = i64::try_from(Run::MAX_KEPT).unwrap();
    for n in 0..most + 5 {
        store.commit(run(n, 2)).unwrap();
    }
    assert_eq!(store.runs(Some("rennes")).unwrap().len(), Run::MAX_KEPT);
    assert_eq!(agrees(&store), 2 * Run::MAX_KEPT as u64);
    assert_eq!(store.run_graph("rennes", &RunId::at(at(4))).unwrap(), None);
    assert!(store.run_graph("rennes", &RunId::at(at(5))).unwrap().is_some());
}

#[test]
fn a_record_says_which_run_made_it() {
    let (_folder, store) = open();
    let made = Batch { changes: vec![put(entry("rennes", "a", dataset("Un")))], ..run(1, 1) };
    store.commit(made).unwrap();
    // The run that finds nothing new made nothing, and the feeds need not be read again.
    let records = store.records_generation().unwrap();
    let again = Batch { changes: vec![put(entry("rennes", "a", dataset("Un")))], ..run(2, 1) };
    assert_eq!(store.commit(again).unwrap().unchanged, 1);
    assert!(store.generation().unwrap() > records);
    assert_eq!(store.records_generation().unwrap(), records);
    let record = store.records(None).next().unwrap().unwrap();
    let said: Vec<_> = record
        .triples
        .iter()
        .filter(|triple| triple.predicate.as_str().ends_with("wasGeneratedBy"))
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].object.to_string(), format!("<{NAMES}1>"));
    agrees(&store);
    // A catalogue for others does not hold what is said of runs; the whole does.
    let exported = |reports| {
        let mut bytes = Vec::new();
        let what = Export { reports, ..Export::default() };
        store.export(&what, moisson_dcat::serialise::Syntax::NQuads, &mut bytes).unwrap();
        String::from_utf8(bytes)
            .unwrap()
            .lines()
            .filter(|line| line.ends_with(&format!("<{NAMES}2> .")))
            .count()
    };
    assert_eq!((exported(false), exported(true)), (0, 1));
    store.commit(batch("lille", 3, vec![put(entry("lille", "a", dataset("Un")))])).unwrap();
    agrees(&store);
}
