//! The catalogue as one document.

use std::collections::{BTreeSet, HashSet};

use moisson_dcat::serialise::Syntax;
use moisson_store::{Export, Store, StoreOptions};
use oxrdf::{Literal, Quad, Triple};

use crate::support::{batch, dataset, dct, entry, node, options, put, remove};

fn filled() -> (tempfile::TempDir, Store) {
    let fixed = (
        node("https://portal.example/id/graph/vocabulary"),
        vec![Triple::new(node("http://t.example/ENVI"), dct("title"), Literal::from("Environment"))],
    );
    let folder = tempfile::tempdir().unwrap();
    let store =
        Store::open(folder.path(), &StoreOptions { fixed: vec![fixed], ..options() }, &|_| ()).unwrap();
    for source in ["a", "b"] {
        let changes = ["1", "2", "3"].map(|id| {
            let mut dataset = dataset(&format!("{source} {id}"));
            dataset.publisher.as_mut().unwrap().name[0].value = format!("Ville {source}");
            put(entry(source, id, dataset))
        });
        store.commit(batch(source, 1, changes.to_vec())).unwrap();
    }
    store.commit(batch("b", 2, vec![remove("b", "3")])).unwrap();
    (folder, store)
}

fn exported(store: &Store, what: &Export, syntax: Syntax) -> (u64, HashSet<Quad>) {
    let mut bytes = Vec::new();
    let count = store.export(what, syntax, &mut bytes).unwrap();
    let format = oxrdfio::RdfFormat::from_media_type(syntax.media_type()).unwrap();
    let quads: Vec<Quad> =
        oxrdfio::RdfParser::from_format(format).for_slice(&bytes).collect::<Result<_, _>>().unwrap();
    assert_eq!(quads.len() as u64, count);
    (count, quads.into_iter().collect())
}

#[test]
fn everything_is_in_every_syntax_once() {
    let (_folder, store) = filled();
    let all = Export { sources: None, reports: true, fixed: true };
    let (count, quads) = exported(&store, &all, Syntax::NQuads);
    assert_eq!((count, quads.len() as u64), (store.counts().unwrap().quads, store.counts().unwrap().quads));
    let graphs: BTreeSet<_> = quads.iter().map(|quad| quad.graph_name.to_string()).collect();
    // Five records, five reports, agents, vocabulary.
    assert_eq!(graphs.len(), 12);
    for syntax in Syntax::ALL {
        let (_, found) = exported(&store, &all, syntax);
        let expected = quads.iter().cloned().map(|quad| {
            if syntax.has_graphs() {
                quad
            } else {
                Triple::from(quad).in_graph(oxrdf::GraphName::DefaultGraph)
            }
        });
        assert_eq!(found, expected.collect(), "{syntax:?}");
    }
}

#[test]
fn some_sources_come_with_what_they_say_of_shared_things_only() {
    let (_folder, store) = filled();
    let of = |sources: &[&str]| {
        let sources = Some(sources.iter().map(|source| (*source).to_owned()).collect());
        exported(&store, &Export { sources, ..Export::default() }, Syntax::TriG).1
    };
    let (_, all) = exported(&store, &Export::default(), Syntax::TriG);
    assert_eq!(of(&["b", "a", "b"]), all);
    assert!(of(&["c"]).is_empty());
    let names: Vec<_> = of(&["b"])
        .into_iter()
        .filter(|quad| quad.predicate.as_str().ends_with("/name"))
        .map(|quad| quad.object.to_string())
        .collect();
    assert_eq!(names, ["\"Ville b\""]);
}
