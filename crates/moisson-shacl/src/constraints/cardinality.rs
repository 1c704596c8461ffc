//! `sh:minCount`, `sh:maxCount` ([SHACL §4.2](https://www.w3.org/TR/shacl/#core-components-count)).

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::terms::Id;
use crate::validate::{Findings, Focus};

/// How many values there must or may be.
#[derive(Debug)]
pub(crate) enum Cardinality {
    AtLeast(u64),
    AtMost(u64),
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    if let Some(count) = shape.count_of_path("minCount")? {
        shape.add("MinCountConstraintComponent", Constraint::Cardinality(Cardinality::AtLeast(count)))?;
    }
    if let Some(count) = shape.count_of_path("maxCount")? {
        shape.add("MaxCountConstraintComponent", Constraint::Cardinality(Cardinality::AtMost(count)))?;
    }
    Ok(())
}

impl Cardinality {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, found: &mut Findings) {
        let count = u64::try_from(at.values.len()).unwrap_or(u64::MAX);
        let right = match self {
            Self::AtLeast(least) => count >= *least,
            Self::AtMost(most) => count <= *most,
        };
        if !right {
            found.add(at, component, Id::NONE);
        }
    }
}
