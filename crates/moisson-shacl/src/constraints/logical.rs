//! `sh:not`, `sh:and`, `sh:or`, `sh:xone`
//! ([SHACL §4.6](https://www.w3.org/TR/shacl/#core-components-logical)).

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::shape::ShapeId;
use crate::terms::Id;
use crate::validate::{Context, Findings, Focus};

/// To which of some shapes each value must conform.
#[derive(Debug)]
pub(crate) enum Logical {
    Not(ShapeId),
    And(Vec<ShapeId>),
    Or(Vec<ShapeId>),
    ExactlyOne(Vec<ShapeId>),
}

type Make = fn(Vec<ShapeId>) -> Logical;

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for node in shape.values("not") {
        if let Some(inner) = shape.shape("not", node)? {
            shape.add("NotConstraintComponent", Constraint::Logical(Logical::Not(inner)))?;
        }
    }
    let kinds: [(&str, &str, Make); 3] = [
        ("and", "AndConstraintComponent", Logical::And),
        ("or", "OrConstraintComponent", Logical::Or),
        ("xone", "XoneConstraintComponent", Logical::ExactlyOne),
    ];
    for (parameter, component, make) in kinds {
        for list in shape.values(parameter) {
            let mut members = Vec::new();
            for node in shape.list(parameter, list)? {
                members.extend(shape.shape(parameter, node)?);
            }
            shape.add(component, Constraint::Logical(make(members)))?;
        }
    }
    Ok(())
}

impl Logical {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        for &value in at.values {
            if found.is_done() {
                return;
            }
            let right = match self {
                Self::Not(shape) => !context.conforms(*shape, value),
                Self::And(shapes) => shapes.iter().all(|shape| context.conforms(*shape, value)),
                Self::Or(shapes) => shapes.iter().any(|shape| context.conforms(*shape, value)),
                Self::ExactlyOne(shapes) => {
                    shapes.iter().filter(|shape| context.conforms(**shape, value)).take(2).count() == 1
                }
            };
            if !right {
                found.add(at, component, value);
            }
        }
    }
}
