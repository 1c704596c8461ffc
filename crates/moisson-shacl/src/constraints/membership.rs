//! `sh:hasValue`, `sh:in` ([SHACL §4.8](https://www.w3.org/TR/shacl/#core-components-others)).

use rustc_hash::FxHashSet;

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::terms::Id;
use crate::validate::{Findings, Focus};

/// Which values there must or may be.
#[derive(Debug)]
pub(crate) enum Membership {
    /// One of the values must be this.
    HasValue(Id),
    /// Each of the values must be one of these.
    In(FxHashSet<Id>),
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for value in shape.values("hasValue") {
        shape.add("HasValueConstraintComponent", Constraint::Membership(Membership::HasValue(value)))?;
    }
    if let Some(list) = shape.at_most_one("in")? {
        let members = shape.list("in", list)?.into_iter().collect();
        shape.add("InConstraintComponent", Constraint::Membership(Membership::In(members)))?;
    }
    Ok(())
}

impl Membership {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, found: &mut Findings) {
        match self {
            Self::HasValue(wanted) => {
                if !at.values.contains(wanted) {
                    found.add(at, component, Id::NONE);
                }
            }
            Self::In(members) => {
                for &value in at.values.iter().filter(|value| !members.contains(value)) {
                    found.add(at, component, value);
                }
            }
        }
    }
}
