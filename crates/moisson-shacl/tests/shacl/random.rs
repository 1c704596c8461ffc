//! Random shapes on random data: whatever they are, compiling ends with shapes or an error, and validating with
//! a report, the same one in every way of validating.

use moisson_shacl::{Options, Report, Shapes};
use oxrdf::{Graph, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::sh;

/// Properties that shapes are made of; the first ones take shapes, so that they are found often.
const PROPERTIES: [&str; 44] = [
    "property",
    "property",
    "property",
    "node",
    "not",
    "and",
    "or",
    "xone",
    "qualifiedValueShape",
    "path",
    "path",
    "path",
    "inversePath",
    "alternativePath",
    "zeroOrMorePath",
    "oneOrMorePath",
    "zeroOrOnePath",
    "targetNode",
    "targetClass",
    "targetClass",
    "targetSubjectsOf",
    "targetObjectsOf",
    "class",
    "datatype",
    "nodeKind",
    "minCount",
    "maxCount",
    "minInclusive",
    "maxExclusive",
    "minLength",
    "pattern",
    "languageIn",
    "uniqueLang",
    "equals",
    "disjoint",
    "lessThan",
    "hasValue",
    "in",
    "closed",
    "qualifiedMinCount",
    "qualifiedMaxCount",
    "qualifiedValueShapesDisjoint",
    "deactivated",
    "severity",
];

fn named(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://e/{local}"))
}

/// Few enough for triples to meet.
fn node() -> impl Strategy<Value = NamedNode> {
    select(vec!["a", "b", "c", "d", "e", "f", "p", "q", "C"]).prop_map(named)
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        (0..3_i64).prop_map(Literal::from),
        any::<bool>().prop_map(Literal::from),
        select(vec!["x", "2024-01-01", "^a+$", "(", ""]).prop_map(Literal::new_simple_literal),
        select(vec!["en", "fr"]).prop_map(|tag| Literal::new_language_tagged_literal("x", tag).unwrap()),
        Just(Literal::new_typed_literal("2024-01-01", oxrdf::vocab::xsd::DATE)),
        Just(Literal::new_typed_literal("x", oxrdf::vocab::xsd::INTEGER)),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        4 => node().prop_map(Term::from),
        2 => literal().prop_map(Term::from),
        1 => select(vec!["IRI", "Literal", "Warning", "NodeShape"]).prop_map(|local| sh(local).into()),
        1 => Just(Term::from(oxrdf::vocab::xsd::INTEGER.into_owned())),
        1 => Just(Term::from(oxrdf::vocab::rdf::NIL.into_owned())),
    ]
}

fn shapes_graph() -> impl Strategy<Value = Graph> {
    let property = prop_oneof![
        12 => select(PROPERTIES.to_vec()).prop_map(sh),
        2 => Just(oxrdf::vocab::rdf::FIRST.into_owned()),
        2 => Just(oxrdf::vocab::rdf::REST.into_owned()),
        1 => Just(oxrdf::vocab::rdf::TYPE.into_owned()),
    ];
    let triple = (node(), property, term());
    proptest::collection::vec(triple, 0..40)
        .prop_map(|triples| triples.into_iter().map(|(s, p, o)| Triple::new(s, p, o)).collect())
}

/// Shapes that are well-formed for the most part, so that validation is reached.
fn tame_shapes() -> impl Strategy<Value = Graph> {
    let path = prop_oneof![
        3 => Just(vec![]),
        1 => select(vec!["inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]).prop_map(|kind| vec![kind]),
    ];
    let constraint = prop_oneof![
        (0..3_u32).prop_map(|count| (sh("minCount"), Literal::from(count).into())),
        (0..3_u32).prop_map(|count| (sh("maxCount"), Literal::from(count).into())),
        Just((sh("datatype"), Term::from(oxrdf::vocab::xsd::INTEGER.into_owned()))),
        Just((sh("nodeKind"), Term::from(sh("IRI")))),
        Just((sh("uniqueLang"), Literal::from(true).into())),
        Just((sh("pattern"), Literal::new_simple_literal("^[x2]").into())),
        literal().prop_map(|bound| (sh("minInclusive"), bound.into())),
        node().prop_map(|class| (sh("class"), class.into())),
        node().prop_map(|property| (sh("lessThan"), property.into())),
        node().prop_map(|property| (sh("equals"), property.into())),
        term().prop_map(|value| (sh("hasValue"), value)),
    ];
    let constraints = proptest::collection::vec(constraint, 1..3);
    let shape = (node(), path, constraints, select(vec!["property", "node", "not"]));
    let target = (select(vec!["targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"]), node());
    (proptest::collection::vec(shape, 1..6), target).prop_map(|(shapes, (kind, target))| {
        let mut graph = Graph::new();
        graph.insert(&Triple::new(named("S0"), sh(kind), target));
        for (at, (predicate, path, constraints, link)) in shapes.into_iter().enumerate() {
            let inner = named(&format!("P{at}"));
            let mut end: NamedOrBlankNode = predicate.into();
            for kind in path {
                let around = oxrdf::BlankNode::default();
                graph.insert(&Triple::new(around.clone(), sh(kind), end));
                end = around.into();
            }
            graph.insert(&Triple::new(inner.clone(), sh("path"), end));
            for (property, value) in constraints {
                // Some parameters may be given once only.
                if graph.objects_for_subject_predicate(&inner, &property).next().is_none() {
                    graph.insert(&Triple::new(inner.clone(), property, value));
                }
            }
            graph.insert(&Triple::new(named(&format!("S{at}")), sh(link), inner));
            graph.insert(&Triple::new(named(&format!("S{at}")), sh("node"), named(&format!("S{}", at + 1))));
        }
        graph
    })
}

fn data_graph() -> impl Strategy<Value = Graph> {
    let property = prop_oneof![
        4 => node(),
        1 => Just(oxrdf::vocab::rdf::TYPE.into_owned()),
        1 => Just(oxrdf::vocab::rdfs::SUB_CLASS_OF.into_owned()),
    ];
    proptest::collection::vec((node(), property, term()), 0..40)
        .prop_map(|triples| triples.into_iter().map(|(s, p, o)| Triple::new(s, p, o)).collect())
}

/// Validates in every way there is and compares.
fn check(shapes: &Graph, data: &Graph) -> Result<Option<Report>, TestCaseError> {
    let options = Options { max_results: 10_000, ..Options::default() };
    let Ok(shapes) = Shapes::compile(shapes, &options) else { return Ok(None) };
    let report = shapes.validate(data).unwrap();
    prop_assert_eq!(report.conforms, report.results.is_empty());
    let bulk = shapes.validate_index(&shapes.index(data).unwrap()).unwrap();
    prop_assert_eq!(lines(&bulk), lines(&report));
    // All of the data twice: as what is checked, and behind it.
    let background = shapes.background(data).unwrap();
    prop_assert_eq!(&shapes.validate_with(data, &background).unwrap(), &report);
    // What is written can be read.
    let mut turtle = Vec::new();
    report.write_turtle(&mut turtle).unwrap();
    let written = crate::support::turtle(&String::from_utf8(turtle).unwrap());
    prop_assert_eq!(written.len(), report.to_triples(None).len());
    Ok(Some(report))
}

fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.results.iter().map(|result| format!("{result:?}")).collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn shapes_of_any_kind_end_in_an_error_or_a_report(shapes in shapes_graph(), data in data_graph()) {
        check(&shapes, &data)?;
    }

    #[test]
    fn well_formed_shapes_end_in_a_report(shapes in tame_shapes(), data in data_graph()) {
        prop_assert!(check(&shapes, &data)?.is_some());
    }

    #[test]
    fn shapes_as_data_and_data_as_shapes(shapes in shapes_graph(), data in tame_shapes()) {
        check(&data, &shapes)?;
        check(&shapes, &shapes)?;
    }

    #[test]
    fn queries_of_any_kind_end_in_an_error_or_a_report(words in proptest::collection::vec(word(), 0..30)) {
        let query = format!("SELECT $this WHERE {{ {} }}", words.join(" "));
        let mut shapes = Graph::new();
        shapes.insert(&Triple::new(named("S"), sh("targetNode"), named("a")));
        shapes.insert(&Triple::new(named("S"), sh("sparql"), named("Q")));
        shapes.insert(&Triple::new(named("Q"), sh("select"), Literal::new_simple_literal(query)));
        let mut data = Graph::new();
        data.insert(&Triple::new(named("a"), named("p"), Literal::from(1)));
        if let Ok(shapes) = Shapes::compile(&shapes, &Options::default()) {
            drop(shapes.validate(&data));
        }
    }
}

fn word() -> impl Strategy<Value = &'static str> {
    select(vec![
        "$this ?p ?o .",
        "?o <http://e/p> $this .",
        "FILTER",
        "(",
        ")",
        "{",
        "}",
        "UNION",
        "OPTIONAL",
        "EXISTS",
        "!",
        "bound($this)",
        "$this",
        "?o",
        "=",
        "BIND",
        "AS",
        "1",
        "<http://e/p>*",
        "SELECT",
        "WHERE",
        "GROUP BY",
        "COUNT(*)",
        "GRAPH $shapesGraph",
        "$PATH",
        "MINUS",
        "VALUES",
        "&&",
        "DISTINCT",
    ])
}
