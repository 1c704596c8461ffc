//! Compiled shapes: what [`compile`](crate::compile) makes of a shapes graph and [`validate`](crate::validate)
//! works through.

use std::sync::Arc;

use oxrdf::Literal;
use rustc_hash::FxHashMap;

use crate::constraints::Constraint;
use crate::error::Notice;
use crate::index::TripleIndex;
use crate::path::Path;
use crate::sparql::Query;
use crate::terms::{Id, Terms};

/// The number of a compiled shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ShapeId(pub(crate) u32);

impl ShapeId {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A shapes graph made ready for use.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// Every term of the shapes graph.
    pub(crate) terms: Terms,
    /// The shapes graph itself, for `$shapesGraph`.
    pub(crate) graph: TripleIndex,
    /// In a defined order, which is also the order of results.
    pub(crate) shapes: Vec<Shape>,
    pub(crate) targets: Targets,
    /// The classes whose subclasses matter.
    pub(crate) classes: Vec<Id>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) max_results: usize,
    pub(crate) details: bool,
}

impl Program {
    pub(crate) fn shape(&self, id: ShapeId) -> Option<&Shape> {
        self.shapes.get(id.index())
    }
}

/// Where shapes find their focus nodes ([SHACL §2.1.3](https://www.w3.org/TR/shacl/#targets)).
#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub(crate) nodes: Vec<(Id, ShapeId)>,
    pub(crate) classes: FxHashMap<Id, Vec<ShapeId>>,
    pub(crate) subjects_of: FxHashMap<Id, Vec<ShapeId>>,
    pub(crate) objects_of: FxHashMap<Id, Vec<ShapeId>>,
    pub(crate) queries: Vec<(Query, ShapeId)>,
}

/// One shape.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The node that stands for it in the shapes graph.
    pub(crate) node: Id,
    /// Only property shapes have one.
    pub(crate) path: Option<ShapePath>,
    pub(crate) severity: Id,
    pub(crate) messages: Arc<[Literal]>,
    pub(crate) deactivated: bool,
    pub(crate) constraints: Vec<Placed>,
}

impl Shape {
    /// Whether it refers to other shapes, so that checking it may take long.
    pub(crate) fn is_branching(&self) -> bool {
        self.constraints.iter().any(|placed| placed.constraint.is_branching())
    }
}

/// A constraint and the component it is an instance of.
#[derive(Debug)]
pub(crate) struct Placed {
    /// The IRI of the component.
    pub(crate) component: Id,
    pub(crate) constraint: Constraint,
}

/// The path of a property shape, for working and for showing.
#[derive(Clone, Debug)]
pub(crate) struct ShapePath {
    pub(crate) steps: Steps,
    pub(crate) shown: Arc<Path>,
}

/// A path in id space. Only single properties run backwards: `^(a/b)` is `^b/^a` here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Steps {
    Predicate(Id),
    Inverse(Id),
    Sequence(Vec<Steps>),
    Alternative(Vec<Steps>),
    ZeroOrMore(Box<Steps>),
    OneOrMore(Box<Steps>),
    ZeroOrOne(Box<Steps>),
}
