//! Results in id space, as they are found.

use std::sync::Arc;

use oxrdf::{Literal, NamedOrBlankNode, Term};

use super::Focus;
use crate::path::Path;
use crate::shape::ShapeId;
use crate::terms::Id;

/// One result. The fields are in the order that results are sorted by.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) focus: Id,
    pub(crate) shape: ShapeId,
    /// The place of the constraint in its shape.
    pub(crate) constraint: u32,
    /// [`Id::NONE`] if the fault is not one of a value.
    pub(crate) value: Id,
    pub(crate) component: Id,
    /// What most results do not have.
    pub(crate) extra: Option<Box<Extra>>,
}

/// What only some results have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extra {
    /// Instead of the shape's path.
    pub(crate) path: Option<Arc<Path>>,
    /// Instead of the value, where it is not a term of the data.
    pub(crate) value: Option<Term>,
    /// Instead of the shape's messages.
    pub(crate) messages: Option<Arc<[Literal]>>,
    /// The path is this property, instead of the shape's path.
    pub(crate) property: Option<Id>,
    pub(crate) source_constraint: Option<NamedOrBlankNode>,
    pub(crate) detail: Vec<Finding>,
}

/// Collects results, or finds out whether there is one.
#[derive(Debug)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    count: usize,
    keep: usize,
    first_only: bool,
}

impl Findings {
    /// Keeps at most so many results, and counts the others.
    pub(crate) fn up_to(keep: usize) -> Self {
        Self { list: Vec::new(), count: 0, keep, first_only: false }
    }

    /// Keeps none and is done after the first.
    pub(crate) fn first_only() -> Self {
        Self { list: Vec::new(), count: 0, keep: 0, first_only: true }
    }

    /// Whether further results change nothing.
    pub(crate) fn is_done(&self) -> bool {
        self.first_only && self.count > 0
    }

    /// How many more results are worth looking for; one more than can be kept, to know that there are more.
    pub(crate) fn room(&self) -> usize {
        if self.first_only { 1 } else { self.keep.saturating_sub(self.list.len()).saturating_add(1) }
    }

    /// How many there were, kept or not.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn into_list(self) -> Vec<Finding> {
        self.list
    }

    /// Adds a result about a value, or [`Id::NONE`].
    pub(crate) fn add(&mut self, at: &Focus<'_>, component: Id, value: Id) {
        self.add_with(at, component, value, || None);
    }

    /// Adds a result about the value of a property that the shape does not name.
    pub(crate) fn add_at_path(&mut self, at: &Focus<'_>, component: Id, value: Id, property: Id) {
        let extra = || Some(Box::new(Extra { property: Some(property), ..Extra::default() }));
        self.add_with(at, component, value, extra);
    }

    /// Adds a result that other results explain.
    pub(crate) fn add_with_detail(
        &mut self,
        at: &Focus<'_>,
        component: Id,
        value: Id,
        detail: impl FnOnce() -> Vec<Finding>,
    ) {
        let extra = || {
            let detail = detail();
            (!detail.is_empty()).then(|| Box::new(Extra { detail, ..Extra::default() }))
        };
        self.add_with(at, component, value, extra);
    }

    /// Adds a result with whatever it has beyond the usual.
    pub(crate) fn add_with(
        &mut self,
        at: &Focus<'_>,
        component: Id,
        value: Id,
        extra: impl FnOnce() -> Option<Box<Extra>>,
    ) {
        self.count += 1;
        if self.list.len() < self.keep {
            self.list.push(Finding {
                focus: at.node,
                shape: at.id,
                constraint: at.constraint,
                value,
                component,
                extra: extra(),
            });
        }
    }
}
