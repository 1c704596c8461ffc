//! `sh:node`, `sh:property` ([SHACL §4.7](https://www.w3.org/TR/shacl/#core-components-shape)).

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::shape::ShapeId;
use crate::terms::Id;
use crate::validate::{Context, Findings, Focus};

/// A shape that each value must conform to.
#[derive(Debug)]
pub(crate) enum ShapeBased {
    /// One result says that it does not.
    Node(ShapeId),
    /// The results of the property shape are reported themselves.
    Property(ShapeId),
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for node in shape.values("node") {
        if let Some(inner) = shape.shape("node", node)? {
            shape.add("NodeConstraintComponent", Constraint::ShapeBased(ShapeBased::Node(inner)))?;
        }
    }
    for node in shape.values("property") {
        if let Some(inner) = shape.shape("property", node)? {
            shape.add("PropertyConstraintComponent", Constraint::ShapeBased(ShapeBased::Property(inner)))?;
        }
    }
    Ok(())
}

impl ShapeBased {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        for &value in at.values {
            if found.is_done() {
                return;
            }
            match self {
                Self::Node(shape) => {
                    if !context.conforms(*shape, value) {
                        found.add_with_detail(at, component, value, || context.detail(*shape, value));
                    }
                }
                Self::Property(shape) => context.validate_nested(*shape, value, found),
            }
        }
    }
}
