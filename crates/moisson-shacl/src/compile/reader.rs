//! Reads the parameters of one shape, with faults that say which shape, which property and what is expected.

use oxrdf::{Literal, Term};
use rustc_hash::FxHashSet;

use super::{Compiler, Read, SH, path, vocabulary};
use crate::constraints::Constraint;
use crate::error::{Fault, Problem};
use crate::known;
use crate::literal::Exact;
use crate::shape::{Placed, ShapeId, ShapePath};
use crate::terms::{Id, Kind};

/// How many members a list may have.
const MAX_LIST: usize = 1_000_000;
/// The most regular expressions of a shapes graph.
const MAX_PATTERNS: usize = 1_000;

/// A fault that ends the reading of a shape.
#[derive(Debug)]
pub(crate) struct Stop(pub(super) Fault);

/// One shape of the shapes graph that is being read.
#[derive(Debug)]
pub(crate) struct ShapeReader<'c, 'o> {
    pub(super) compiler: &'c mut Compiler<'o>,
    pub(super) node: Id,
    pub(super) path: Option<ShapePath>,
    pub(super) constraints: Vec<Placed>,
}

impl<'c, 'o> ShapeReader<'c, 'o> {
    /// One more regular expression, each of which may take a megabyte.
    pub(crate) fn count_pattern(&mut self) -> Result<(), Stop> {
        self.compiler.patterns += 1;
        if self.compiler.patterns > MAX_PATTERNS {
            let what = "the number of `sh:pattern` in the shapes graph".to_owned();
            return Err(self.fault(Problem::Limit { what, limit: MAX_PATTERNS }));
        }
        Ok(())
    }

    /// Reads from a node without taking it for a shape.
    pub(super) fn of_node(compiler: &'c mut Compiler<'o>, node: Id) -> Self {
        Self { compiler, node, path: None, constraints: Vec::new() }
    }

    pub(super) fn new(compiler: &'c mut Compiler<'o>, node: Id) -> Result<Self, Stop> {
        let path = path::read(compiler, node);
        let mut reader = Self::of_node(compiler, node);
        match path {
            Ok(path) => reader.path = path,
            Err(problem) => return Err(reader.fault(problem)),
        }
        Ok(reader)
    }

    pub(super) fn finish(self) -> Read {
        (self.path, self.constraints)
    }

    /// Adds a constraint of a component of the SHACL namespace.
    pub(crate) fn add(&mut self, component: &str, constraint: Constraint) -> Result<(), Stop> {
        let Some(component) = self.compiler.sh(component) else {
            return Err(self.fault(Problem::Unknown { property: component.to_owned(), hint: String::new() }));
        };
        self.constraints.push(Placed { component, constraint });
        Ok(())
    }

    /// Notes that subclasses of a class matter.
    pub(crate) fn uses_class(&mut self, class: Id) {
        self.compiler.classes.insert(class);
    }

    /// A fault of this shape.
    pub(crate) fn fault(&self, problem: Problem) -> Stop {
        Stop(Fault { shape: self.compiler.name(self.node), problem })
    }

    /// A fault of the value of a parameter.
    pub(crate) fn wrong(&self, local: &str, expected: impl Into<String>, found: Id) -> Stop {
        let found = match self.compiler.terms.kind(found) {
            Kind::Blank => "a blank node".to_owned(),
            _ => self.compiler.view().term(found).to_string(),
        };
        self.fault(Problem::Value { property: format!("sh:{local}"), expected: expected.into(), found })
    }

    pub(crate) fn notice(&mut self, problem: Problem) {
        self.compiler.notice(self.node, problem);
    }

    /// A fault when strict, a notice otherwise.
    fn leniently(&mut self, problem: Problem) {
        if self.compiler.options.strict {
            let Stop(fault) = self.fault(problem);
            self.compiler.faults.push(fault);
        } else {
            self.notice(problem);
        }
    }

    /// All values of `sh:…`, in a defined order.
    pub(crate) fn values(&self, local: &str) -> Vec<Id> {
        self.compiler.values(self.node, self.compiler.sh(local))
    }

    pub(crate) fn at_most_one(&self, local: &str) -> Result<Option<Id>, Stop> {
        match *self.values(local).as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            ref values => {
                let found = self.compiler.view().term(values[0]).to_string();
                Err(self.fault(Problem::TooMany {
                    property: format!("sh:{local}"),
                    count: values.len(),
                    found,
                }))
            }
        }
    }

    pub(crate) fn expect_iri(&self, local: &str, value: Id) -> Result<(), Stop> {
        match self.compiler.terms.kind(value) {
            Kind::Iri => Ok(()),
            _ => Err(self.wrong(local, "an IRI", value)),
        }
    }

    pub(crate) fn expect_literal(&self, local: &str, value: Id) -> Result<(), Stop> {
        match self.compiler.terms.kind(value) {
            Kind::Literal | Kind::Tagged => Ok(()),
            _ => Err(self.wrong(local, "a literal", value)),
        }
    }

    pub(crate) fn expect_string(&self, local: &str, value: Id) -> Result<String, Stop> {
        let parts = self.compiler.terms.parts(value);
        if parts.kind == Kind::Literal && parts.extra == known::XSD_STRING {
            return Ok(parts.text.to_owned());
        }
        Err(self.wrong(local, "a literal of type `xsd:string`", value))
    }

    /// Parameters that only make sense with values at the end of a path.
    pub(crate) fn expect_path(&self, local: &str) -> Result<(), Stop> {
        if self.path.is_some() {
            return Ok(());
        }
        Err(self.fault(Problem::Missing {
            property: "sh:path".to_owned(),
            needed: format!("`sh:{local}` can only stand at a property shape"),
        }))
    }

    /// One integer of at least 0, if there is one. Beyond 64 bits, as good as infinite.
    pub(crate) fn count(&self, local: &str) -> Result<Option<u64>, Stop> {
        let Some(value) = self.at_most_one(local)? else { return Ok(None) };
        let parts = self.compiler.terms.parts(value);
        let is_integer = parts.kind == Kind::Literal
            && crate::literal::is_well_formed(parts.text, known::XSD_INTEGER)
            && crate::literal::is_integer_type(parts.extra);
        let at_least_zero = || Exact::integer(parts.text) >= Exact::integer("0");
        if !is_integer || !at_least_zero() {
            return Err(self.wrong(local, "one integer of at least 0", value));
        }
        let digits = parts.text.trim_start_matches(['+', '-']);
        Ok(Some(digits.parse().unwrap_or(u64::MAX)))
    }

    /// The same, at property shapes only.
    pub(crate) fn count_of_path(&self, local: &str) -> Result<Option<u64>, Stop> {
        let count = self.count(local)?;
        if count.is_some() {
            self.expect_path(local)?;
        }
        Ok(count)
    }

    /// Whether a parameter is `true`; `"1"^^xsd:boolean` is not, as W3C's test `uniqueLang-002` has it.
    pub(crate) fn flag(&self, local: &str) -> Result<bool, Stop> {
        let Some(value) = self.at_most_one(local)? else { return Ok(false) };
        let parts = self.compiler.terms.parts(value);
        if parts.kind == Kind::Literal
            && parts.extra == known::XSD_BOOLEAN
            && crate::literal::is_well_formed(parts.text, known::XSD_BOOLEAN)
        {
            return Ok(parts.text == "true");
        }
        Err(self.wrong(local, "`true` or `false`", value))
    }

    /// The same, at property shapes only.
    pub(crate) fn flag_of_path(&self, local: &str) -> Result<bool, Stop> {
        let flag = self.flag(local)?;
        if flag {
            self.expect_path(local)?;
        }
        Ok(flag)
    }

    pub(crate) fn list(&self, local: &str, list: Id) -> Result<Vec<Id>, Stop> {
        read_list(self.compiler, &format!("sh:{local}"), list).map_err(|problem| self.fault(problem))
    }

    /// The part of an IRI after the SHACL namespace.
    pub(crate) fn local_name(&self, id: Id) -> Option<&str> {
        let parts = self.compiler.terms.parts(id);
        if parts.kind == Kind::Iri { parts.text.strip_prefix(SH) } else { None }
    }

    /// The shape that a parameter refers to. None if it must be left out; the reason is recorded.
    pub(crate) fn shape(&mut self, local: &str, node: Id) -> Result<Option<ShapeId>, Stop> {
        if matches!(self.compiler.terms.kind(node), Kind::Literal | Kind::Tagged | Kind::Other) {
            return Err(self.wrong(local, "a shape, so an IRI or blank node", node));
        }
        if self.compiler.graph.of_subject(node).is_empty() {
            let target = self.compiler.view().term(node).to_string();
            let problem = Problem::Dangling { property: format!("sh:{local}"), target };
            if local == "property" {
                self.leniently(problem);
                return Ok(None);
            }
            // By the standard this is a shape without constraints, though hardly what was meant.
            self.notice(problem);
        }
        if local == "node" && !self.values_of(node, "path").is_empty() {
            let found = self.compiler.name(node);
            let expected = "a node shape, so one without `sh:path`".to_owned();
            self.leniently(Problem::Value { property: "sh:node".to_owned(), expected, found });
        }
        if local == "property" && self.compiler.values(node, self.compiler.sh("path")).is_empty() {
            let shape = self.compiler.name(node);
            return Err(Stop(Fault {
                shape,
                problem: Problem::Missing {
                    property: "sh:path".to_owned(),
                    needed: "a value of `sh:property` must be a property shape".to_owned(),
                },
            }));
        }
        Ok(self.compiler.compile_shape(node))
    }

    /// The property of a property shape whose path is nothing but one.
    pub(crate) fn predicate_path_of(&self, shape: Id) -> Option<Id> {
        match *self.compiler.values(shape, self.compiler.sh("path")).as_slice() {
            [path] if self.compiler.terms.kind(path) == Kind::Iri => Some(path),
            _ => None,
        }
    }

    /// The qualified value shapes beside this one, for `sh:qualifiedValueShapesDisjoint`.
    pub(crate) fn siblings(&mut self, own: Id) -> Result<Vec<ShapeId>, Stop> {
        let compiler = &*self.compiler;
        let (Some(property), Some(qualified)) = (compiler.sh("property"), compiler.sh("qualifiedValueShape"))
        else {
            return Ok(Vec::new());
        };
        let mut nodes = FxHashSet::default();
        for [_, _, parent] in compiler.graph.subjects(self.node, property) {
            for [_, _, brother] in compiler.graph.objects(*parent, property) {
                nodes.extend(compiler.graph.objects(*brother, qualified).iter().map(|row| row[2]));
            }
        }
        nodes.remove(&own);
        let mut nodes: Vec<Id> = nodes.into_iter().collect();
        compiler.sort(&mut nodes);
        let mut siblings = Vec::new();
        for node in nodes {
            siblings.extend(self.shape("qualifiedValueShape", node)?);
        }
        Ok(siblings)
    }

    pub(super) fn severity(&self) -> Result<Id, Stop> {
        match self.at_most_one("severity")? {
            Some(severity) => {
                self.expect_iri("severity", severity)?;
                Ok(severity)
            }
            None => Ok(self.compiler.sh("Violation").unwrap_or(Id::NONE)),
        }
    }

    pub(super) fn messages(&mut self) -> Result<Vec<Literal>, Stop> {
        let mut messages: Vec<Literal> = Vec::new();
        for value in self.values("message") {
            let Term::Literal(literal) = self.compiler.view().term(value) else {
                return Err(self.wrong("message", "a string", value));
            };
            if literal.language().is_none() && literal.datatype() != oxrdf::vocab::xsd::STRING {
                return Err(self.wrong("message", "a string, with or without a language", value));
            }
            if messages.iter().any(|other| other.language() == literal.language()) {
                let language =
                    literal.language().map_or("without a language".to_owned(), |tag| format!("in `{tag}`"));
                self.leniently(Problem::Messages { language });
            }
            messages.push(literal);
        }
        Ok(messages)
    }

    /// Whether this is a property shape that cannot find anything.
    pub(super) fn is_toothless(&self) -> bool {
        self.path.is_some() && self.constraints.is_empty()
    }

    /// Notices for properties of the SHACL namespace that it does not have.
    pub(super) fn check_vocabulary(&mut self) {
        let predicates: Vec<Id> =
            self.compiler.graph.of_subject(self.node).iter().map(|row| row[1]).collect();
        let mut unknown: Vec<String> = predicates
            .into_iter()
            .filter_map(|predicate| self.local_name(predicate))
            .filter(|local| !vocabulary::PROPERTIES.contains(local))
            .map(str::to_owned)
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        for local in unknown {
            if vocabulary::UNSUPPORTED.contains(&local.as_str()) {
                let hint = "; it has no effect".to_owned();
                self.leniently(Problem::Unsupported { property: format!("sh:{local}"), hint });
                continue;
            }
            let hint = vocabulary::nearest(&local).map(|known| format!("; did you mean `sh:{known}`?"));
            self.notice(Problem::Unknown { property: format!("sh:{local}"), hint: hint.unwrap_or_default() });
        }
    }
}

/// The members of an RDF list.
pub(super) fn read_list(compiler: &Compiler<'_>, property: &str, list: Id) -> Result<Vec<Id>, Problem> {
    let fault = |fault: &str| Problem::List { property: property.to_owned(), fault: fault.to_owned() };
    let nil = compiler.iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil");
    let mut members = Vec::new();
    let mut seen = FxHashSet::default();
    let mut cell = list;
    while Some(cell) != nil {
        if !seen.insert(cell) {
            return Err(fault("goes round in a circle; end it with `rdf:nil`"));
        }
        if members.len() >= MAX_LIST {
            return Err(Problem::Limit {
                what: format!("the length of the list of `{property}`"),
                limit: MAX_LIST,
            });
        }
        let first = compiler.graph.objects(cell, known::RDF_FIRST);
        let rest = compiler.graph.objects(cell, known::RDF_REST);
        let (&[[_, _, first]], &[[_, _, rest]]) = (first, rest) else {
            return Err(fault("is not a list: each cell must have one `rdf:first` and one `rdf:rest`"));
        };
        members.push(first);
        cell = rest;
    }
    Ok(members)
}
