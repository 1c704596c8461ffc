//! From a shapes graph to [compiled shapes](crate::shape).
//!
//! Shapes are found by their targets and from there by reference, so that ill-formed nodes that nothing uses
//! do no harm ([SHACL §3.4.2](https://www.w3.org/TR/shacl/#failures) leaves that open). Shapes that are declared
//! but never used are compiled too: their faults are notices, and errors when strict.

mod component;
mod order;
mod path;
mod reader;
mod sparql;
mod target;
mod vocabulary;

use std::collections::BTreeSet;
use std::sync::Arc;

use oxrdf::{Literal, TripleRef};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Options;
use crate::constraints::Constraint;
use crate::error::{Fault, Notice, Problem, ShapesError};
use crate::index::TripleIndex;
use crate::known;
use crate::shape::{Placed, Program, Shape, ShapeId, Targets};
use crate::terms::{Id, Intern, Kind, Parts, Terms, TermsView, TooManyTerms};

pub(crate) use component::Component;
pub(crate) use reader::{ShapeReader, Stop};

/// The namespace of SHACL.
pub(crate) const SH: &str = "http://www.w3.org/ns/shacl#";

/// How many faults are worth collecting.
const MAX_FAULTS: usize = 1_000;
/// How deeply shapes may refer to shapes.
const MAX_SHAPE_NESTING: usize = 50;

/// Compiles a shapes graph.
pub(crate) fn compile<'a, T: Into<TripleRef<'a>>>(
    triples: impl IntoIterator<Item = T>,
    options: &Options,
) -> Result<Program, ShapesError> {
    let (terms, graph) = intern(triples).map_err(|error| Fault {
        shape: "graph".to_owned(),
        problem: Problem::Limit { what: error.to_string(), limit: u32::MAX as usize },
    })?;
    let mut compiler = Compiler::new(terms, graph, options);
    compiler.run();
    match ShapesError::new(std::mem::take(&mut compiler.faults)) {
        Some(error) => Err(error),
        None => Ok(compiler.finish()),
    }
}

fn intern<'a, T: Into<TripleRef<'a>>>(
    triples: impl IntoIterator<Item = T>,
) -> Result<(Terms, TripleIndex), TooManyTerms> {
    let mut terms = Terms::with_known()?;
    // The component IRIs must have numbers even if no shapes graph mentions them.
    for local in vocabulary::COMPONENTS.iter().chain(&["Violation"]) {
        terms.intern_iri(&format!("{SH}{local}"))?;
    }
    let mut rows = Vec::new();
    for triple in triples {
        let triple = triple.into();
        rows.push([
            terms.intern_subject(triple.subject)?,
            terms.intern_iri(triple.predicate.as_str())?,
            terms.intern_term(triple.object)?,
        ]);
    }
    Ok((terms, TripleIndex::new(rows)))
}

/// How far a shape has come.
#[derive(Clone, Copy, Debug)]
enum Progress {
    Begun,
    Done(ShapeId),
}

/// The state of a compilation.
#[derive(Debug)]
pub(crate) struct Compiler<'o> {
    options: &'o Options,
    terms: Terms,
    graph: TripleIndex,
    /// What blank nodes are ordered by.
    colours: FxHashMap<Id, u64>,
    shapes: Vec<Shape>,
    progress: FxHashMap<Id, Progress>,
    /// The shapes that are being compiled, outermost first.
    stack: Vec<Id>,
    targets: Targets,
    /// The nodes that are classes, which are targets of themselves if they are shapes.
    implicit: FxHashSet<Id>,
    classes: BTreeSet<Id>,
    /// The constraint components that the shapes graph defines itself.
    components: Arc<[Component]>,
    /// How many regular expressions there are so far.
    patterns: usize,
    faults: Vec<Fault>,
    notices: Vec<Notice>,
}

impl<'o> Compiler<'o> {
    fn new(terms: Terms, graph: TripleIndex, options: &'o Options) -> Self {
        let colours = order::colours(&terms, &graph);
        Self {
            options,
            terms,
            graph,
            colours,
            shapes: Vec::new(),
            progress: FxHashMap::default(),
            stack: Vec::new(),
            targets: Targets::default(),
            implicit: FxHashSet::default(),
            classes: BTreeSet::new(),
            components: Arc::default(),
            patterns: 0,
            faults: Vec::new(),
            notices: Vec::new(),
        }
    }

    fn run(&mut self) {
        self.implicit = self.instances_of_classes();
        self.components = self.read_components().into();
        self.check_entailment();
        for node in self.targeted() {
            if let Some(shape) = self.compile_shape(node) {
                self.read_targets(node, shape);
            }
        }
        let used = self.faults.len();
        for node in self.declared() {
            self.compile_shape(node);
        }
        if !self.options.strict {
            self.notices.extend(self.faults.drain(used..).map(Notice));
        }
    }

    /// Nothing is inferred, and the standard has processors refuse shapes that need it
    /// ([SHACL §1.5](https://www.w3.org/TR/shacl/#entailment)).
    fn check_entailment(&mut self) {
        let Some(entailment) = self.sh("entailment") else { return };
        let nodes: Vec<Id> = self.graph.of_predicate(entailment).iter().map(|row| row[1]).collect();
        for node in nodes {
            let hint = ", since nothing is inferred; add what follows to the data and remove it".to_owned();
            self.record(node, Problem::Unsupported { property: "sh:entailment".to_owned(), hint });
        }
    }

    fn finish(self) -> Program {
        Program {
            terms: self.terms,
            graph: self.graph,
            shapes: self.shapes,
            targets: self.targets,
            classes: self.classes.into_iter().collect(),
            notices: self.notices,
            max_results: self.options.max_results,
            details: self.options.details,
        }
    }

    /// Compiles the shape of a node, once. None if it had a fault, which is then recorded.
    fn compile_shape(&mut self, node: Id) -> Option<ShapeId> {
        match self.progress.get(&node) {
            Some(Progress::Done(shape)) => return Some(*shape),
            Some(Progress::Begun) => {
                let from = self.stack.iter().position(|outer| *outer == node).unwrap_or_default();
                let circle = self.stack.iter().skip(from).chain([&node]);
                let cycle = circle.map(|node| self.name(*node)).collect::<Vec<_>>().join(" → ");
                self.record(node, Problem::Recursive { cycle });
                return None;
            }
            None => {}
        }
        if self.stack.len() >= MAX_SHAPE_NESTING {
            let what = "the nesting of shapes".to_owned();
            self.record(node, Problem::Limit { what, limit: MAX_SHAPE_NESTING });
            return None;
        }
        self.progress.insert(node, Progress::Begun);
        self.stack.push(node);
        // The number is taken before those of the shapes inside: results come in this order.
        let id = ShapeId(u32::try_from(self.shapes.len()).unwrap_or(u32::MAX));
        self.shapes.push(Shape {
            node,
            path: None,
            severity: Id::NONE,
            messages: Arc::default(),
            deactivated: true,
            constraints: Vec::new(),
        });
        let read = self.read_shape(node);
        self.stack.pop();
        self.progress.insert(node, Progress::Done(id));
        match read {
            Ok(shape) => {
                if let Some(slot) = self.shapes.get_mut(id.index()) {
                    *slot = shape;
                }
                Some(id)
            }
            Err(Stop(fault)) => {
                self.faults.push(fault);
                None
            }
        }
    }

    fn read_shape(&mut self, node: Id) -> Result<Shape, Stop> {
        let mut reader = ShapeReader::new(self, node)?;
        let deactivated = reader.flag("deactivated")?;
        let severity = reader.severity()?;
        let messages: Arc<[Literal]> = reader.messages()?.into();
        Constraint::read_all(&mut reader)?;
        reader.check_vocabulary();
        if !messages.is_empty() && reader.is_toothless() {
            reader.notice(Problem::Toothless);
        }
        let (path, constraints) = reader.finish();
        Ok(Shape { node, path, severity, messages, deactivated, constraints })
    }

    fn record(&mut self, node: Id, problem: Problem) {
        let shape = self.name(node);
        let fault = Fault { shape, problem };
        // The same fault can be met on several ways.
        if self.faults.len() < MAX_FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn notice(&mut self, node: Id, problem: Problem) {
        let notice = Notice(Fault { shape: self.name(node), problem });
        self.notices.push(notice);
    }

    fn view(&self) -> TermsView<'_> {
        TermsView { below: &self.terms, own: None }
    }

    /// The number of `sh:…`, if the shapes graph has it.
    fn sh(&self, local: &str) -> Option<Id> {
        self.iri(&format!("{SH}{local}"))
    }

    fn iri(&self, iri: &str) -> Option<Id> {
        self.terms.find(Parts { kind: Kind::Iri, extra: Id::NONE, text: iri })
    }

    /// The values of a property, in a defined order.
    fn values(&self, node: Id, predicate: Option<Id>) -> Vec<Id> {
        let rows = predicate.map(|predicate| self.graph.objects(node, predicate)).unwrap_or_default();
        let mut values: Vec<Id> = rows.iter().map(|row| row[2]).collect();
        self.sort(&mut values);
        values
    }

    /// Puts terms into an order that does not depend on how blank nodes are called.
    fn sort(&self, nodes: &mut [Id]) {
        nodes.sort_by(|&left, &right| match (self.colours.get(&left), self.colours.get(&right)) {
            (Some(left), Some(right)) => left.cmp(right),
            _ => self.view().compare(left, right),
        });
    }

    /// A node in words: an IRI as it is, a blank node by its path and where it stands.
    fn name(&self, node: Id) -> String {
        /// How many shapes around it are named.
        const CONTEXT: usize = 4;
        let mut name = String::new();
        let mut node = node;
        for _ in 0..CONTEXT {
            if self.terms.kind(node) != Kind::Blank {
                name.push_str(&self.view().term(node).to_string());
                return name;
            }
            match path::read(self, node) {
                Ok(Some(path)) => name.extend(["[path ", path.shown.to_string().as_str(), "]"]),
                _ => name.push_str("[]"),
            }
            let Some(&[_, predicate, parent]) = self.graph.of_object(node).first() else { return name };
            if predicate == known::RDF_FIRST || predicate == known::RDF_REST {
                name.push_str(" in a list");
                return name;
            }
            name.push_str(" of ");
            node = parent;
        }
        name.push('…');
        name
    }
}

/// What reading a shape leaves behind.
pub(crate) type Read = (Option<crate::shape::ShapePath>, Vec<Placed>);
