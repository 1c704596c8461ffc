//! Shared triples are there exactly as long as a record says them.

use std::collections::{BTreeMap, BTreeSet};

use moisson_store::{Change, RecordKey};
use oxrdf::{Literal, Triple};
use proptest::prelude::*;

use crate::support::{batch, dataset, dct, entry, node, open, put, remove};

/// What happens to a record: put with these shared triples, removed, or restored.
#[derive(Debug, Clone)]
enum Deed {
    Put(Vec<u8>),
    Remove,
    Restore,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => proptest::collection::vec(0_u8..12, 0..6).prop_map(Deed::Put),
        2 => Just(Deed::Remove),
        1 => Just(Deed::Restore),
    ]
}

/// The `n`th shared triple: some in one graph, some in another, some saying the same of different things.
fn triple(n: u8) -> (oxrdf::NamedNode, Triple) {
    let graph = node(if n.is_multiple_of(3) { "http://g.example/a" } else { "http://g.example/b" });
    let subject = node(&format!("http://e.example/{}", n % 4));
    (graph, Triple::new(subject, dct("title"), Literal::from(i64::from(n))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn shared_triples_come_and_go_with_those_who_say_them(
        batches in proptest::collection::vec(proptest::collection::vec((0_u8..6, deed()), 1..8), 1..12)
    ) {
        let (_folder, store) = open();
        // What each record says, and whether it is there.
        let mut model: BTreeMap<u8, (BTreeSet<u8>, bool)> = BTreeMap::new();
        for (n, deeds) in (0_i64..).zip(batches) {
            let mut changes = Vec::new();
            let last: BTreeMap<u8, Deed> = deeds.iter().cloned().collect();
            for (id, deed) in deeds {
                changes.push(match &deed {
                    Deed::Put(said) => {
                        let mut entry = entry("s", &id.to_string(), dataset(&format!("{said:?}")));
                        entry.written.shared = said.iter().map(|n| triple(*n)).collect();
                        put(entry)
                    }
                    Deed::Remove => remove("s", &id.to_string()),
                    Deed::Restore => Change::Restore {
                        key: RecordKey::new("s", id.to_string()),
                        reason: String::new(),
                    },
                });
            }
            store.commit(batch("s", n, changes)).unwrap();
            for (id, deed) in last {
                match deed {
                    Deed::Put(said) => drop(model.insert(id, (said.into_iter().collect(), true))),
                    Deed::Remove => drop(model.get_mut(&id).map(|(_, there)| *there = false)),
                    Deed::Restore => drop(model.get_mut(&id).map(|(_, there)| *there = true)),
                }
            }
            let said: BTreeSet<u8> =
                model.values().filter(|(_, there)| *there).flat_map(|(said, _)| said.iter().copied()).collect();
            for graph in ["http://g.example/a", "http://g.example/b"].map(node) {
                let mut found: Vec<_> = store.shared(&graph, None).unwrap().iter().map(ToString::to_string).collect();
                let mut expected: Vec<_> = said
                    .iter()
                    .map(|n| triple(*n))
                    .filter(|(of, _)| *of == graph)
                    .map(|(_, triple)| triple.to_string())
                    .collect();
                found.sort();
                expected.sort();
                prop_assert_eq!(found, expected);
                let about = node("http://e.example/1");
                let found = store.shared(&graph, Some(&about)).unwrap();
                prop_assert!(found.iter().all(|triple| triple.subject == about.clone().into()));
            }
            prop_assert_eq!(store.counts().unwrap().shared_quads, said.len() as u64);
        }
        let faults = store.verify().unwrap().faults;
        prop_assert!(faults.is_empty(), "{:?}", faults);
    }
}
