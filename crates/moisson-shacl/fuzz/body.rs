//! What the fuzz target does with bytes: makes shapes and data of them, hostile ones too, and checks that nothing
//! panics, that every way of validating finds the same, and that what is written can be read.

use std::collections::BTreeMap;

use moisson_shacl::{Options, Report, Shapes, ValidationResult};
use oxrdf::vocab::{rdf, rdfs, xsd};
use oxrdf::{BlankNode, Graph, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use oxrdfio::{RdfFormat, RdfParser};

const SH: &str = "http://www.w3.org/ns/shacl#";

/// All that a shape can say, those that connect shapes more than once.
const PROPERTIES: [&str; 66] = [
    "property",
    "property",
    "property",
    "path",
    "path",
    "path",
    "node",
    "not",
    "and",
    "or",
    "xone",
    "targetNode",
    "targetClass",
    "targetClass",
    "targetSubjectsOf",
    "targetObjectsOf",
    "inversePath",
    "alternativePath",
    "zeroOrMorePath",
    "oneOrMorePath",
    "zeroOrOnePath",
    "class",
    "datatype",
    "nodeKind",
    "minCount",
    "maxCount",
    "minInclusive",
    "minExclusive",
    "maxInclusive",
    "maxExclusive",
    "minLength",
    "maxLength",
    "pattern",
    "flags",
    "languageIn",
    "uniqueLang",
    "equals",
    "disjoint",
    "lessThan",
    "lessThanOrEquals",
    "hasValue",
    "in",
    "closed",
    "ignoredProperties",
    "qualifiedValueShape",
    "qualifiedMinCount",
    "qualifiedMaxCount",
    "qualifiedValueShapesDisjoint",
    "deactivated",
    "severity",
    "message",
    "sparql",
    "select",
    "ask",
    "prefixes",
    "declare",
    "prefix",
    "namespace",
    "parameter",
    "validator",
    "nodeValidator",
    "propertyValidator",
    "optional",
    "target",
    "singleLine",
    "entailment",
];

/// Texts that have broken something somewhere.
const TEXTS: [&str; 28] = [
    "",
    "a",
    "x\ny",
    "é\u{301}",
    "\u{0}",
    "\u{10ffff}",
    "(a*)*b",
    "(a|aa)+$",
    "((((((a",
    "[a-z-[aeiou]]",
    "\\p{L}{1000}",
    "(?i)x",
    "a{1,1000000}",
    "1",
    "-0",
    "99999999999999999999999999999999",
    "1e400",
    "NaN",
    "INF",
    "0.1",
    "true",
    "2024-02-30",
    "-0001-12-31",
    "2024-01-01T24:00:00Z",
    "99999999999-01-01T00:00:00+14:00",
    "P1Y2M3DT4H5M6.7S",
    "SELECT $this ?value WHERE { $this ?p ?value . FILTER(?value != $this) }",
    "ASK { $this $PATH ?v . { SELECT ?v WHERE { ?v ?p $value } LIMIT 5 } }",
];

const SHACL_TERMS: [&str; 12] = [
    "IRI",
    "Literal",
    "BlankNode",
    "BlankNodeOrIRI",
    "Violation",
    "Warning",
    "Info",
    "NodeShape",
    "PropertyShape",
    "ConstraintComponent",
    "SPARQLTarget",
    "SPARQLAskValidator",
];

/// Reads bytes as choices; zeroes when they are used up.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit.max(1)
    }

    fn one_of<'b>(&mut self, choices: &[&'b str]) -> &'b str {
        choices[self.below(choices.len())]
    }

    /// Few, for statements to meet.
    fn node(&mut self) -> NamedOrBlankNode {
        let number = self.below(12);
        if number < 8 {
            NamedNode::new_unchecked(format!("e:{number}")).into()
        } else {
            BlankNode::new_unchecked(format!("b{number}")).into()
        }
    }

    fn literal(&mut self) -> Literal {
        const DATATYPES: [NamedNodeRef<'_>; 12] = [
            xsd::INTEGER,
            xsd::DECIMAL,
            xsd::DOUBLE,
            xsd::FLOAT,
            xsd::BOOLEAN,
            xsd::DATE,
            xsd::DATE_TIME,
            xsd::TIME,
            xsd::DURATION,
            xsd::G_YEAR,
            xsd::BYTE,
            xsd::HEX_BINARY,
        ];
        let text = self.one_of(&TEXTS);
        match self.below(4) {
            0 => Literal::new_simple_literal(text),
            1 => Literal::new_language_tagged_literal_unchecked(
                text,
                self.one_of(&["en", "fr", "fr-be", "de-x-y"]),
            ),
            2 => Literal::from(i64::from(self.byte()) - 2),
            _ => Literal::new_typed_literal(text, DATATYPES[self.below(DATATYPES.len())]),
        }
    }

    fn term(&mut self) -> Term {
        match self.below(8) {
            0..=3 => self.node().into(),
            4..=5 => self.literal().into(),
            6 => NamedNode::new_unchecked(format!("{SH}{}", self.one_of(&SHACL_TERMS))).into(),
            _ => [rdf::NIL, xsd::INTEGER, rdf::LANG_STRING, rdf::LIST][self.below(4)].into_owned().into(),
        }
    }

    fn shapes(&mut self) -> Graph {
        let mut graph = Graph::new();
        for _ in 0..self.below(40) {
            let subject =
                if self.below(3) == 0 { NamedNode::new_unchecked("e:0").into() } else { self.node() };
            let (property, object) = match self.below(16) {
                0 => (rdf::FIRST.into_owned(), self.term()),
                1 => (rdf::REST.into_owned(), self.term()),
                2 => (rdf::TYPE.into_owned(), self.term()),
                _ => {
                    let property = self.one_of(&PROPERTIES);
                    // Some nonsense, or nothing is well-formed for long.
                    let object =
                        if self.below(12) == 0 { self.term() } else { self.meant_for(property, &mut graph) };
                    (NamedNode::new_unchecked(format!("{SH}{property}")), object)
                }
            };
            graph.insert(&Triple::new(subject, property, object));
        }
        // A shape that is found, whatever else there is.
        let entry = NamedNode::new_unchecked("e:0");
        let target = NamedNode::new_unchecked(format!("{SH}targetSubjectsOf"));
        graph.insert(&Triple::new(entry, target, NamedNode::new_unchecked("e:1")));
        graph
    }

    /// A value such as the property takes.
    fn meant_for(&mut self, property: &str, graph: &mut Graph) -> Term {
        let iri = |number: usize| Term::from(NamedNode::new_unchecked(format!("e:{number}")));
        match property {
            "minCount" | "maxCount" | "minLength" | "maxLength" | "qualifiedMinCount"
            | "qualifiedMaxCount" => Literal::from(u32::from(self.byte() % 4)).into(),
            "closed"
            | "uniqueLang"
            | "deactivated"
            | "qualifiedValueShapesDisjoint"
            | "optional"
            | "singleLine" => Literal::from(self.below(4) != 0).into(),
            "minInclusive" | "minExclusive" | "maxInclusive" | "maxExclusive" => self.literal().into(),
            "pattern" | "message" | "flags" | "select" | "ask" | "prefix" => {
                Literal::new_simple_literal(self.one_of(&TEXTS)).into()
            }
            "datatype" => {
                [xsd::INTEGER, xsd::DATE, rdf::LANG_STRING, xsd::STRING][self.below(4)].into_owned().into()
            }
            "nodeKind" | "severity" => {
                NamedNode::new_unchecked(format!("{SH}{}", self.one_of(&SHACL_TERMS))).into()
            }
            "class" | "equals" | "disjoint" | "lessThan" | "lessThanOrEquals" | "targetClass"
            | "targetSubjectsOf" | "targetObjectsOf" => iri(self.below(8)),
            "in" | "languageIn" | "ignoredProperties" | "and" | "or" | "xone" | "alternativePath" => {
                let mut head = Term::from(rdf::NIL.into_owned());
                for _ in 0..self.below(4) {
                    let member = match property {
                        "in" => self.term(),
                        "languageIn" => Literal::new_simple_literal(self.one_of(&["en", "fr", ""])).into(),
                        _ => iri(self.below(8)),
                    };
                    let cell = BlankNode::new_unchecked(format!("l{}", graph.len()));
                    graph.insert(&Triple::new(cell.clone(), rdf::FIRST, member));
                    graph.insert(&Triple::new(cell.clone(), rdf::REST, head));
                    head = cell.into();
                }
                head
            }
            _ => self.node().into(),
        }
    }

    fn data(&mut self) -> Graph {
        let mut graph = Graph::new();
        for _ in 0..self.below(64) {
            let subject = self.node();
            let property = match self.below(8) {
                0 => rdf::TYPE.into_owned(),
                1 => rdfs::SUB_CLASS_OF.into_owned(),
                number => NamedNode::new_unchecked(format!("e:{}", number % 4)),
            };
            graph.insert(&Triple::new(subject, property, self.term()));
        }
        graph
    }
}

/// Makes shapes and data of bytes, and validates in every way. The number of results, if the shapes can be used.
pub(crate) fn run(bytes: &[u8]) -> Option<usize> {
    let mut bytes = Bytes(bytes);
    let (sparql, details) = (bytes.below(4) == 0, bytes.below(2) == 0);
    let (shapes, data) = (bytes.shapes(), bytes.data());
    let options = Options { max_results: 5_000, sparql, details, strict: false };
    let strict = Shapes::compile(&shapes, &Options { strict: true, ..options.clone() });
    let Ok(shapes) = Shapes::compile(&shapes, &options) else {
        assert!(strict.is_err(), "strict shapes are no shapes otherwise");
        return None;
    };
    for notice in shapes.notices() {
        assert!(!notice.to_string().is_empty());
    }
    let background = shapes.background(&data).unwrap();
    let index = shapes.index(&data).unwrap();
    // A query may fail, in each way then.
    let reports =
        (shapes.validate(&data), shapes.validate_with(&data, &background), shapes.validate_index(&index));
    let (Ok(report), Ok(with), Ok(bulk)) = reports else {
        assert!(sparql, "only queries can fail");
        return None;
    };
    assert_eq!(report.conforms, report.results.is_empty());
    if report.left_out == 0 {
        assert_eq!(lines(&report), lines(&bulk), "one graph, and an index of it");
        // A query sees the same statement in data and background twice.
        assert!(sparql || lines(&report) == lines(&with), "the data also in the background");
    }
    let mut turtle = Vec::new();
    report.write_turtle(&mut turtle).unwrap();
    let read: Result<Vec<_>, _> = RdfParser::from_format(RdfFormat::Turtle).for_slice(&turtle).collect();
    assert!(read.is_ok(), "{read:?}\n{}", String::from_utf8_lossy(&turtle));
    let base = NamedNode::new_unchecked("urn:report");
    assert!(report.to_triples(Some(&base)).iter().all(|triple| !triple.subject.is_blank_node()));
    Some(report.results.len())
}

/// The results without their order, which is that of the statements in a graph or in an index.
fn lines(report: &Report) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for result in &report.results {
        *lines.entry(line(result)).or_default() += 1;
    }
    lines
}

/// A result with its details, which have no order either.
fn line(result: &ValidationResult) -> String {
    let mut details: Vec<String> = result.detail.iter().map(line).collect();
    details.sort();
    format!("{:?} {details:?}", ValidationResult { detail: Vec::new(), ..result.clone() })
}
