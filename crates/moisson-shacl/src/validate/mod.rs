//! Checks focus nodes against compiled shapes.

mod classes;
mod findings;
mod paths;
mod run;
mod target;

use std::cell::{Cell, OnceCell, RefCell};

use rustc_hash::FxHashMap;
use spareval::QueryEvaluator;

use crate::data::DataError;
use crate::index::{Row, TripleIndex, with_predicate};
use crate::known;
use crate::shape::{Program, Shape, ShapeId};
use crate::sparql;
use crate::terms::{Id, TermsView};

pub(crate) use classes::Classes;
pub(crate) use findings::{Extra, Finding, Findings};
pub(crate) use run::{Order, run};

/// How many nodes a context remembers the triples of.
const RECENT: usize = 32;

/// A focus node, the shape it is checked against, and the values it has at the shape's path.
#[derive(Debug)]
pub(crate) struct Focus<'a> {
    pub(crate) id: ShapeId,
    pub(crate) node: Id,
    /// Each value once.
    pub(crate) values: &'a [Id],
    /// The place of the constraint in its shape.
    pub(crate) constraint: u32,
}

/// What is validated: some data, and possibly statements that constraints see but that have no focus nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Data<'a> {
    pub(crate) terms: TermsView<'a>,
    pub(crate) triples: &'a TripleIndex,
    pub(crate) background: Option<&'a TripleIndex>,
    pub(crate) classes: &'a Classes,
}

/// Everything that checking needs. One for each thread.
pub(crate) struct Context<'a> {
    pub(crate) program: &'a Program,
    pub(crate) terms: TermsView<'a>,
    data: Data<'a>,
    /// Lists that are used again and again instead of being allocated.
    buffers: RefCell<Vec<Vec<Id>>>,
    /// What is known about nodes and the shapes that refer to others: this keeps shapes that refer to the same
    /// shape many times, and data that goes in circles, from taking exponential time.
    memo: RefCell<FxHashMap<(ShapeId, Id), bool>>,
    /// The first failure of a SPARQL constraint.
    failure: RefCell<Option<DataError>>,
    evaluator: OnceCell<QueryEvaluator>,
    /// What is said of the nodes that were looked at last, each in the place that its number gives it.
    recent: [Cell<Statements<'a>>; RECENT],
}

/// The triples with a node as subject.
#[derive(Clone, Copy, Debug)]
struct Statements<'a> {
    subject: Id,
    own: &'a [Row],
    background: &'a [Row],
}

impl<'a> Context<'a> {
    pub(crate) fn new(program: &'a Program, data: Data<'a>) -> Self {
        Self {
            program,
            terms: data.terms,
            data,
            buffers: RefCell::default(),
            memo: RefCell::default(),
            failure: RefCell::default(),
            evaluator: OnceCell::new(),
            recent: [const { Cell::new(Statements { subject: Id::NONE, own: &[], background: &[] }) };
                RECENT],
        }
    }

    /// Checks a node against a shape.
    pub(crate) fn validate(&self, id: ShapeId, node: Id, found: &mut Findings) {
        let Some(shape) = self.program.shape(id) else { return };
        if shape.deactivated {
            return;
        }
        match &shape.path {
            None => self.check(shape, &mut Focus { id, node, values: &[node], constraint: 0 }, found),
            Some(path) => {
                let mut values = self.buffer();
                self.follow(&path.steps, node, &mut values);
                self.check(shape, &mut Focus { id, node, values: &values, constraint: 0 }, found);
                self.give_back(values);
            }
        }
    }

    fn check(&self, shape: &Shape, at: &mut Focus<'_>, found: &mut Findings) {
        for placed in &shape.constraints {
            placed.constraint.check(placed.component, at, self, found);
            if found.is_done() {
                return;
            }
            at.constraint += 1;
        }
    }

    /// Checks a node against a shape that another shape refers to, without repeating what is known to be right.
    pub(crate) fn validate_nested(&self, id: ShapeId, node: Id, found: &mut Findings) {
        let branching = self.program.shape(id).is_some_and(Shape::is_branching);
        if !branching {
            return self.validate(id, node, found);
        }
        if self.memo.borrow().get(&(id, node)) == Some(&true) {
            return;
        }
        let before = found.count();
        self.validate(id, node, found);
        if !found.is_done() {
            self.memo.borrow_mut().insert((id, node), found.count() == before);
        }
    }

    /// Whether a node conforms to a shape.
    pub(crate) fn conforms(&self, id: ShapeId, node: Id) -> bool {
        let branching = self.program.shape(id).is_some_and(Shape::is_branching);
        if branching && let Some(&known) = self.memo.borrow().get(&(id, node)) {
            return known;
        }
        let mut found = Findings::first_only();
        self.validate(id, node, &mut found);
        let conforms = found.count() == 0;
        if branching {
            self.memo.borrow_mut().insert((id, node), conforms);
        }
        conforms
    }

    /// Why a node does not conform to a shape, if that was asked for.
    pub(crate) fn detail(&self, id: ShapeId, node: Id) -> Vec<Finding> {
        if !self.program.details {
            return Vec::new();
        }
        let mut found = Findings::up_to(self.program.max_results);
        self.validate(id, node, &mut found);
        found.into_list()
    }

    /// Adds the objects of a subject and predicate, each once, to an empty list.
    pub(crate) fn objects(&self, subject: Id, predicate: Id, out: &mut Vec<Id>) {
        let statements = self.statements(subject);
        out.extend(with_predicate(statements.own, predicate).iter().map(|row| row[2]));
        if !statements.background.is_empty() {
            let more = with_predicate(statements.background, predicate).iter().map(|row| row[2]);
            out.extend(more.filter(|object| !self.data.triples.contains(subject, predicate, *object)));
        }
    }

    /// What is said of a node. Many shapes ask for the same few.
    fn statements(&self, subject: Id) -> Statements<'a> {
        let place = self.recent.get(subject.index() % RECENT);
        if let Some(known) = place.map(Cell::get).filter(|known| known.subject == subject) {
            return known;
        }
        let statements = Statements {
            subject,
            own: self.data.triples.of_subject(subject),
            background: self.data.background.map(|data| data.of_subject(subject)).unwrap_or_default(),
        };
        if let Some(place) = place {
            place.set(statements);
        }
        statements
    }

    /// Adds the subjects of a predicate and object, each once, to an empty list.
    pub(crate) fn subjects(&self, object: Id, predicate: Id, out: &mut Vec<Id>) {
        out.extend(self.data.triples.subjects(object, predicate).iter().map(|row| row[2]));
        if let Some(background) = self.data.background {
            let more = background.subjects(object, predicate).iter().map(|row| row[2]);
            out.extend(more.filter(|subject| !self.data.triples.contains(*subject, predicate, object)));
        }
    }

    /// Calls back with each predicate and object of a node.
    pub(crate) fn each_statement(&self, node: Id, mut call: impl FnMut(Id, Id)) {
        let statements = self.statements(node);
        for row in statements.own {
            call(row[1], row[2]);
        }
        for row in statements.background {
            if !self.data.triples.contains(row[0], row[1], row[2]) {
                call(row[1], row[2]);
            }
        }
    }

    /// Whether a node is an instance of a class or of one of its subclasses.
    pub(crate) fn is_instance(&self, node: Id, class: Id) -> bool {
        let statements = self.statements(node);
        let is_type = |rows: &[Row]| {
            let types = with_predicate(rows, known::RDF_TYPE);
            types.iter().any(|row| self.data.classes.is_within(row[2], class))
        };
        is_type(statements.own) || is_type(statements.background)
    }

    pub(crate) fn data(&self) -> Data<'a> {
        self.data
    }

    /// The engine for SPARQL queries.
    pub(crate) fn evaluator(&self) -> &QueryEvaluator {
        self.evaluator.get_or_init(sparql::evaluator)
    }

    /// Records that a constraint cannot be evaluated, which ends the validation.
    pub(crate) fn fail(&self, at: &Focus<'_>, reason: String) {
        let name = |id: Id| self.terms.term(id).to_string();
        let shape = self.program.shape(at.id).map(|shape| name(shape.node)).unwrap_or_default();
        let failure = DataError::ConstraintFailure { shape, focus_node: name(at.node), reason };
        self.failure.borrow_mut().get_or_insert(failure);
    }

    pub(crate) fn take_failure(&self) -> Option<DataError> {
        self.failure.borrow_mut().take()
    }

    /// An empty list. [Give it back](Self::give_back) after use.
    pub(crate) fn buffer(&self) -> Vec<Id> {
        self.buffers.borrow_mut().pop().unwrap_or_default()
    }

    pub(crate) fn give_back(&self, mut buffer: Vec<Id>) {
        buffer.clear();
        self.buffers.borrow_mut().push(buffer);
    }
}
