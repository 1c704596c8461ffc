//! Reports in the standard's own terms ([SHACL §3.6](https://www.w3.org/TR/shacl/#validation-report)).

use oxrdf::vocab::{rdf, xsd};
use oxrdf::{BlankNode, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use rustc_hash::FxHashMap;

use crate::path::Path;
use crate::report::{Report, ValidationResult};

mod sh {
    //! The terms of reports.
    use oxrdf::NamedNodeRef;

    const fn term(iri: &'static str) -> NamedNodeRef<'static> {
        NamedNodeRef::new_unchecked(iri)
    }

    pub(super) const VALIDATION_REPORT: NamedNodeRef<'_> =
        term("http://www.w3.org/ns/shacl#ValidationReport");
    pub(super) const VALIDATION_RESULT: NamedNodeRef<'_> =
        term("http://www.w3.org/ns/shacl#ValidationResult");
    pub(super) const CONFORMS: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#conforms");
    pub(super) const RESULT: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#result");
    pub(super) const FOCUS_NODE: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#focusNode");
    pub(super) const RESULT_PATH: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#resultPath");
    pub(super) const VALUE: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#value");
    pub(super) const SOURCE_SHAPE: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#sourceShape");
    pub(super) const SOURCE_CONSTRAINT: NamedNodeRef<'_> =
        term("http://www.w3.org/ns/shacl#sourceConstraint");
    pub(super) const SOURCE_CONSTRAINT_COMPONENT: NamedNodeRef<'_> =
        term("http://www.w3.org/ns/shacl#sourceConstraintComponent");
    pub(super) const RESULT_SEVERITY: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#resultSeverity");
    pub(super) const RESULT_MESSAGE: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#resultMessage");
    pub(super) const DETAIL: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#detail");
    pub(super) const INVERSE_PATH: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#inversePath");
    pub(super) const ALTERNATIVE_PATH: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#alternativePath");
    pub(super) const ZERO_OR_MORE_PATH: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#zeroOrMorePath");
    pub(super) const ONE_OR_MORE_PATH: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#oneOrMorePath");
    pub(super) const ZERO_OR_ONE_PATH: NamedNodeRef<'_> = term("http://www.w3.org/ns/shacl#zeroOrOnePath");
}

impl Report {
    /// The report as triples.
    ///
    /// With a base, the report has that IRI and its parts have IRIs made from it (`{base}#result-1`), also where
    /// the data or the shapes have blank nodes, so that the triples can stand in any graph and are the same for
    /// the same report. Without, all of these are blank nodes.
    pub fn to_triples(&self, base: Option<&NamedNode>) -> Vec<Triple> {
        let mut triples = Vec::with_capacity(self.results.len() * 8 + 2);
        self.for_each_triple(base, |triple| triples.push(triple));
        triples
    }

    /// Calls back with each triple of the report, for reports that are too large to hold twice.
    pub fn for_each_triple(&self, base: Option<&NamedNode>, call: impl FnMut(Triple)) {
        let mut writer = Writer { base, call, parts: 0, names: FxHashMap::default() };
        let report: NamedOrBlankNode = match base {
            Some(base) => base.clone().into(),
            None => BlankNode::new_unchecked("shacl-report").into(),
        };
        writer.add(&report, rdf::TYPE, sh::VALIDATION_REPORT);
        let conforms = Literal::new_typed_literal(if self.conforms { "true" } else { "false" }, xsd::BOOLEAN);
        writer.add(&report, sh::CONFORMS, conforms);
        for result in &self.results {
            let node = writer.result(result);
            writer.add(&report, sh::RESULT, node);
        }
    }
}

struct Writer<'a, F> {
    base: Option<&'a NamedNode>,
    call: F,
    parts: usize,
    /// The IRIs that blank nodes of data and shapes were given.
    names: FxHashMap<BlankNode, NamedNode>,
}

impl<F: FnMut(Triple)> Writer<'_, F> {
    fn add(&mut self, subject: &NamedOrBlankNode, predicate: NamedNodeRef<'_>, object: impl Into<Term>) {
        (self.call)(Triple::new(subject.clone(), predicate, object));
    }

    /// A new node for a part of the report.
    fn part(&mut self, kind: &str) -> NamedOrBlankNode {
        self.parts += 1;
        match self.base {
            Some(base) => NamedNode::new_unchecked(format!("{}#{kind}-{}", base.as_str(), self.parts)).into(),
            None => BlankNode::new_unchecked(format!("shacl-{kind}-{}", self.parts)).into(),
        }
    }

    fn result(&mut self, result: &ValidationResult) -> NamedOrBlankNode {
        let node = self.part("result");
        self.add(&node, rdf::TYPE, sh::VALIDATION_RESULT);
        let focus = self.named(&result.focus_node);
        self.add(&node, sh::FOCUS_NODE, focus);
        if let Some(path) = &result.result_path {
            let path = self.path(path);
            self.add(&node, sh::RESULT_PATH, path);
        }
        if let Some(value) = &result.value {
            let value = self.named(value);
            self.add(&node, sh::VALUE, value);
        }
        let shape = self.named(&result.source_shape.clone().into());
        self.add(&node, sh::SOURCE_SHAPE, shape);
        self.add(&node, sh::SOURCE_CONSTRAINT_COMPONENT, result.source_constraint_component.clone());
        if let Some(constraint) = &result.source_constraint {
            let constraint = self.named(&constraint.clone().into());
            self.add(&node, sh::SOURCE_CONSTRAINT, constraint);
        }
        self.add(&node, sh::RESULT_SEVERITY, result.result_severity.clone());
        for message in result.result_message.iter() {
            self.add(&node, sh::RESULT_MESSAGE, message.clone());
        }
        for detail in &result.detail {
            let detail = self.result(detail);
            self.add(&node, sh::DETAIL, detail);
        }
        node
    }

    /// A term of the data or the shapes, with an IRI for a blank node if there is a base to make it from.
    fn named(&mut self, term: &Term) -> Term {
        let (Some(base), Term::BlankNode(node)) = (self.base, term) else { return term.clone() };
        let number = self.names.len() + 1;
        let name = self
            .names
            .entry(node.clone())
            .or_insert_with(|| NamedNode::new_unchecked(format!("{}#node-{number}", base.as_str())));
        name.clone().into()
    }

    fn path(&mut self, path: &Path) -> Term {
        let (predicate, inner) = match path {
            Path::Predicate(predicate) => return predicate.clone().into(),
            Path::Sequence(parts) => return self.list(parts),
            Path::Alternative(parts) => {
                let list = self.list(parts);
                (sh::ALTERNATIVE_PATH, list)
            }
            Path::Inverse(inner) => (sh::INVERSE_PATH, self.path(inner)),
            Path::ZeroOrMore(inner) => (sh::ZERO_OR_MORE_PATH, self.path(inner)),
            Path::OneOrMore(inner) => (sh::ONE_OR_MORE_PATH, self.path(inner)),
            Path::ZeroOrOne(inner) => (sh::ZERO_OR_ONE_PATH, self.path(inner)),
        };
        let node = self.part("path");
        self.add(&node, predicate, inner);
        node.into()
    }

    fn list(&mut self, parts: &[Path]) -> Term {
        let mut rest: Term = rdf::NIL.into_owned().into();
        for part in parts.iter().rev() {
            let first = self.path(part);
            let cell = self.part("path");
            self.add(&cell, rdf::FIRST, first);
            self.add(&cell, rdf::REST, rest);
            rest = cell.into();
        }
        rest
    }
}
