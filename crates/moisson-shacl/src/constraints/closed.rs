//! `sh:closed`, `sh:ignoredProperties` ([SHACL §4.8.1](https://www.w3.org/TR/shacl/#ClosedConstraintComponent)).

use rustc_hash::FxHashSet;

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::terms::Id;
use crate::validate::{Context, Findings, Focus};

/// Values must have no other properties than these.
#[derive(Debug)]
pub(crate) struct Closed {
    allowed: FxHashSet<Id>,
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    let ignored = match shape.at_most_one("ignoredProperties")? {
        Some(list) => shape.list("ignoredProperties", list)?,
        None => Vec::new(),
    };
    for &property in &ignored {
        shape.expect_iri("ignoredProperties", property)?;
    }
    if shape.flag("closed")? {
        let mut allowed: FxHashSet<Id> = ignored.into_iter().collect();
        for property_shape in shape.values("property") {
            allowed.extend(shape.predicate_path_of(property_shape));
        }
        shape.add("ClosedConstraintComponent", Constraint::Closed(Closed { allowed }))?;
    }
    Ok(())
}

impl Closed {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        for &value in at.values {
            context.each_statement(value, |predicate, object| {
                if !self.allowed.contains(&predicate) {
                    found.add_at_path(at, component, object, predicate);
                }
            });
        }
    }
}
