//! The shelf against Oxigraph's own store.

use oxigraph::{
    sparql::{QueryResults, SparqlEvaluator},
    store::Store,
};
use oxrdf::{GraphNameRef, Literal};
use proptest::prelude::*;

use super::*;

/// A change of one graph.
#[derive(Debug, Clone)]
enum Deed {
    Set(u8, Vec<(u8, u8, u8)>),
    Change(u8, Vec<(u8, u8, u8)>, bool),
    Settle,
}

fn deed() -> impl Strategy<Value = Deed> {
    let triples = |most| proptest::collection::vec((0_u8..6, 0_u8..3, 0_u8..9), 0..most);
    prop_oneof![
        3 => (0_u8..4, triples(14)).prop_map(|(graph, triples)| Deed::Set(graph, triples)),
        3 => (0_u8..4, triples(6), any::<bool>()).prop_map(|(graph, triples, there)| Deed::Change(graph, triples, there)),
        1 => Just(Deed::Settle),
    ]
}

fn node(name: &str, n: u8) -> NamedNode {
    NamedNode::new_unchecked(format!("http://e.example/{name}{n}"))
}

fn triple((s, p, o): (u8, u8, u8)) -> Triple {
    // Subjects are objects too, and numbers are literals.
    let object: Term = if o < 4 { node("s", o).into() } else { Literal::from(i64::from(o)).into() };
    Triple::new(node("s", s), node("p", p), object)
}

const QUERIES: [&str; 16] = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH ?g { } }",
    "SELECT * { GRAPH <http://e.example/g1> { ?s ?p ?o } }",
    "SELECT * { <http://e.example/s1> ?p ?o }",
    "SELECT * { ?s <http://e.example/p1> ?o }",
    "SELECT * { ?s ?p <http://e.example/s2> }",
    "SELECT * { ?s <http://e.example/p0> 5 }",
    "SELECT * { <http://e.example/s1> ?p 6 }",
    "SELECT * { GRAPH ?g { <http://e.example/s1> <http://e.example/p1> ?o } }",
    "SELECT * { GRAPH <http://e.example/g0> { ?s <http://e.example/p2> ?o . ?s ?q ?o } }",
    "SELECT * { ?s (<http://e.example/p0>|^<http://e.example/p1>)+ ?o }",
    "SELECT ?s (SUM(?o) AS ?sum) (COUNT(*) AS ?n) { ?s ?p ?o FILTER(isNumeric(?o) && ?o * 2 > 9) } GROUP BY ?s",
    "SELECT ?x { ?s ?p ?o BIND(CONCAT(STR(?s), \"!\") AS ?x) }",
    "SELECT * FROM <http://e.example/g1> FROM NAMED <http://e.example/g2> { ?a ?b ?c GRAPH ?g { ?d ?b ?e } }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?o ?q ?r } MINUS { ?s <http://e.example/p1> 7 } }",
];

/// The solutions, in some order that is always the same.
fn solutions(results: QueryResults<'_>) -> Vec<String> {
    let QueryResults::Solutions(solutions) = results else { panic!("solutions") };
    let mut found: Vec<String> = solutions.map(|solution| format!("{:?}", solution.unwrap())).collect();
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn queries_find_the_same_as_on_oxigraphs_own_store(deeds in proptest::collection::vec(deed(), 1..25)) {
        let mut shelf = Shelf::default();
        let store = Store::new().unwrap();
        for deed in &deeds {
            match deed {
                Deed::Set(graph, triples) => {
                    let (graph, triples): (_, Vec<_>) = (node("g", *graph), triples.iter().copied().map(triple).collect());
                    shelf.set_graph(&graph, &triples);
                    store.remove_named_graph(&graph).unwrap();
                    for triple in &triples {
                        store.insert(triple.as_ref().in_graph(&graph)).unwrap();
                    }
                }
                Deed::Change(graph, triples, there) => {
                    let (graph, triples): (_, Vec<_>) = (node("g", *graph), triples.iter().copied().map(triple).collect());
                    shelf.change(&graph, &triples, *there);
                    for triple in &triples {
                        let quad = triple.as_ref().in_graph(&graph);
                        if *there { store.insert(quad).unwrap() } else { store.remove(quad).unwrap() }
                    }
                    let name = GraphNameRef::from(&graph);
                    if store.quads_for_pattern(None, None, None, Some(name)).next().is_none() {
                        store.remove_named_graph(&graph).unwrap();
                    }
                }
                Deed::Settle => shelf.settle(),
            }
        }
        let mut digest = Digest::default();
        for quad in &store {
            digest.count(quad.unwrap().as_ref());
        }
        prop_assert_eq!(shelf.digest(), digest);
        for query in QUERIES {
            let prepare = || {
                let mut prepared = SparqlEvaluator::new().parse_query(query).unwrap();
                if prepared.dataset().is_default_dataset() {
                    prepared.dataset_mut().set_default_graph_as_union();
                }
                prepared
            };
            let found = solutions(prepare().on_queryable_dataset(View::new(&shelf)).execute().unwrap());
            let expected = solutions(prepare().on_store(&store).execute().unwrap());
            prop_assert_eq!(found, expected, "{}", query);
        }
    }
}

#[test]
fn what_is_replaced_again_and_again_takes_no_more_room() {
    let mut shelf = Shelf::default();
    for round in 0_u32..400 {
        for graph in 0_u8..10 {
            let triple = |n: u32| {
                let text = Literal::from(format!("{round} {n}"));
                Triple::new(node("s", graph), node("p", 0), text)
            };
            shelf.set_graph(&node("g", graph), &(0..5).map(triple).collect::<Vec<_>>());
        }
    }
    assert_eq!(shelf.digest().quads, 50);
    assert!(shelf.terms.len() < 400, "{} terms", shelf.terms.len());
    assert!(shelf.large.len() + shelf.small.len() < 120);
}

#[test]
fn literals_are_kept_as_they_were_written() {
    let mut shelf = Shelf::default();
    let integer = NamedNode::new_unchecked("http://www.w3.org/2001/XMLSchema#integer");
    let triple = Triple::new(node("s", 0), node("p", 0), Literal::new_typed_literal("007", integer));
    shelf.set_graph(&node("g", 0), &[triple]);
    shelf.settle();
    let query = "SELECT ?o (?o + 1 AS ?next) { GRAPH ?g { ?s ?p ?o } }";
    let prepared = SparqlEvaluator::new().parse_query(query).unwrap();
    let found = solutions(prepared.on_queryable_dataset(View::new(&shelf)).execute().unwrap());
    assert!(found[0].contains("\"007\"") && found[0].contains("\"8\""), "{found:?}");
}
