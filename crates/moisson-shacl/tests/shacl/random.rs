//! Random shapes on random data: whatever they are, compiling ends with shapes or an error, and validating with
//! a report, the same one in every way of validating.

use moisson_shacl::{Options, Report, Shapes};
use oxrdf::{BlankNode, Graph, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
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

/// Any term but a blank node.
pub(crate) fn term() -> impl Strategy<Value = Term> {
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

/// A constraint as its parameter and value, or as its parameter and list.
#[derive(Clone, Debug)]
pub(crate) enum Constraint {
    Value(&'static str, Term),
    List(&'static str, Vec<Term>),
}

/// Constraints of every family but the order of two properties, on which engines do not agree: `pySHACL` orders
/// IRIs and reports one of several pairs.
pub(crate) fn constraint() -> impl Strategy<Value = Constraint> {
    use Constraint::{List, Value};
    let xsd = |datatype: oxrdf::NamedNodeRef<'_>| Term::from(datatype.into_owned());
    let inner = || select(vec!["N1", "N2", "N3"]).prop_map(|local| Term::from(named(local)));
    prop_oneof![
        (0..3_u32).prop_map(|count| Value("minCount", Literal::from(count).into())),
        (0..3_u32).prop_map(|count| Value("maxCount", Literal::from(count).into())),
        select(vec![oxrdf::vocab::xsd::INTEGER, oxrdf::vocab::xsd::STRING, oxrdf::vocab::rdf::LANG_STRING])
            .prop_map(move |datatype| Value("datatype", xsd(datatype))),
        select(vec!["IRI", "Literal", "BlankNodeOrIRI"]).prop_map(|kind| Value("nodeKind", sh(kind).into())),
        Just(Value("uniqueLang", Literal::from(true).into())),
        Just(Value("pattern", Literal::new_simple_literal("^[x2]").into())),
        (0..14_u32).prop_map(|length| Value("minLength", Literal::from(length).into())),
        (0..14_u32).prop_map(|length| Value("maxLength", Literal::from(length).into())),
        (0..3_i64).prop_map(|bound| Value("minInclusive", Literal::from(bound).into())),
        (0..3_i64).prop_map(|bound| Value("maxExclusive", Literal::from(bound).into())),
        node().prop_map(|class| Value("class", class.into())),
        node().prop_map(|property| Value("equals", property.into())),
        node().prop_map(|property| Value("disjoint", property.into())),
        term().prop_map(|value| Value("hasValue", value)),
        inner().prop_map(|shape| Value("node", shape)),
        inner().prop_map(|shape| Value("not", shape)),
        proptest::collection::vec(term(), 0..4).prop_map(|members| List("in", members)),
        Just(List("languageIn", vec![Literal::new_simple_literal("fr").into()])),
        (select(vec!["and", "or", "xone"]), inner(), inner())
            .prop_map(|(kind, one, other)| List(kind, vec![one, other])),
    ]
}

/// The same, and the order of two properties.
fn any_constraint() -> impl Strategy<Value = Constraint> {
    let order = (select(vec!["lessThan", "lessThanOrEquals"]), node());
    prop_oneof![
        10 => constraint(),
        1 => order.prop_map(|(parameter, property)| Constraint::Value(parameter, property.into())),
    ]
}

/// Well-formed shapes, so that validation is reached.
pub(crate) fn tame_shapes(constraint: impl Strategy<Value = Constraint>) -> impl Strategy<Value = Graph> {
    let path = prop_oneof![
        3 => Just(None),
        1 => select(vec!["inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]).prop_map(Some),
        1 => select(vec!["alternativePath", "sequence"]).prop_map(Some),
    ];
    let constraints = proptest::collection::vec(constraint, 1..3);
    let shape = (node(), path, constraints, select(vec!["property", "property", "not"]));
    let target = (select(vec!["targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"]), node());
    (proptest::collection::vec(shape, 1..6), target, any::<bool>()).prop_map(
        |(shapes, (kind, target), closed)| {
            let mut writer = ShapeWriter(Graph::new());
            writer.put(named("N1"), "nodeKind", sh("IRI"));
            writer.put(named("N2"), "class", named("C"));
            writer.put(named("N3"), "closed", Literal::from(true));
            writer.put(named("S0"), kind, target);
            if closed {
                writer.put(named("S0"), "closed", Literal::from(true));
                let ignored =
                    writer.list(vec![oxrdf::vocab::rdf::TYPE.into_owned().into(), named("p").into()]);
                writer.put(named("S0"), "ignoredProperties", ignored);
            }
            for (at, (predicate, path, constraints, link)) in shapes.into_iter().enumerate() {
                let inner = named(&format!("P{at}"));
                let path = writer.path(predicate, path);
                writer.put(inner.clone(), "path", path);
                for constraint in constraints {
                    writer.constraint(&inner, constraint);
                }
                writer.put(named(&format!("S{at}")), link, inner);
                if at > 0 {
                    writer.put(named(&format!("S{}", at - 1)), "node", named(&format!("S{at}")));
                }
            }
            writer.0
        },
    )
}

struct ShapeWriter(Graph);

impl ShapeWriter {
    fn put(&mut self, subject: impl Into<NamedOrBlankNode>, property: &str, value: impl Into<Term>) {
        self.0.insert(&Triple::new(subject, sh(property), value));
    }

    fn list(&mut self, members: Vec<Term>) -> Term {
        let mut rest = Term::from(oxrdf::vocab::rdf::NIL.into_owned());
        for member in members.into_iter().rev() {
            let cell = BlankNode::default();
            self.0.insert(&Triple::new(cell.clone(), oxrdf::vocab::rdf::FIRST, member));
            self.0.insert(&Triple::new(cell.clone(), oxrdf::vocab::rdf::REST, rest));
            rest = cell.into();
        }
        rest
    }

    fn path(&mut self, predicate: NamedNode, kind: Option<&str>) -> Term {
        let Some(kind) = kind else { return predicate.into() };
        let end = match kind {
            "sequence" | "alternativePath" => self.list(vec![predicate.into(), named("q").into()]),
            _ => predicate.into(),
        };
        if kind == "sequence" {
            return end;
        }
        let around = BlankNode::default();
        self.put(around.clone(), kind, end);
        around.into()
    }

    fn constraint(&mut self, shape: &NamedNode, constraint: Constraint) {
        let (property, value) = match constraint {
            Constraint::Value(property, value) => (property, value),
            Constraint::List(property, members) => (property, self.list(members)),
        };
        // Some parameters may be given once only.
        if self.0.objects_for_subject_predicate(shape, &sh(property)).next().is_none() {
            self.put(shape.clone(), property, value);
        }
    }
}

pub(crate) fn data_graph() -> impl Strategy<Value = Graph> {
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
    fn well_formed_shapes_end_in_a_report(shapes in tame_shapes(any_constraint()), data in data_graph()) {
        prop_assert!(check(&shapes, &data)?.is_some());
    }

    #[test]
    fn shapes_as_data_and_data_as_shapes(shapes in shapes_graph(), data in tame_shapes(any_constraint())) {
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
