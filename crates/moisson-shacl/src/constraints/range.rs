//! `sh:minInclusive` and the like ([SHACL §4.3](https://www.w3.org/TR/shacl/#core-components-range)).

use std::cmp::Ordering;

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::literal::Value;
use crate::terms::Id;
use crate::validate::{Context, Findings, Focus};

/// A literal that each value is compared with.
#[derive(Debug)]
pub(crate) struct Range {
    side: Side,
    bound: Id,
}

#[derive(Clone, Copy, Debug)]
enum Side {
    MinExclusive,
    MinInclusive,
    MaxExclusive,
    MaxInclusive,
}

const PARAMETERS: [(&str, &str, Side); 4] = [
    ("minExclusive", "MinExclusiveConstraintComponent", Side::MinExclusive),
    ("minInclusive", "MinInclusiveConstraintComponent", Side::MinInclusive),
    ("maxExclusive", "MaxExclusiveConstraintComponent", Side::MaxExclusive),
    ("maxInclusive", "MaxInclusiveConstraintComponent", Side::MaxInclusive),
];

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for (parameter, component, side) in PARAMETERS {
        if let Some(bound) = shape.at_most_one(parameter)? {
            shape.expect_literal(parameter, bound)?;
            shape.add(component, Constraint::Range(Range { side, bound }))?;
        }
    }
    Ok(())
}

impl Range {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        let bound = Value::of(context.terms, self.bound);
        for &value in at.values {
            let order = bound.as_ref().and_then(|bound| Value::of(context.terms, value)?.compare(bound));
            let right = match self.side {
                Side::MinExclusive => order == Some(Ordering::Greater),
                Side::MinInclusive => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                Side::MaxExclusive => order == Some(Ordering::Less),
                Side::MaxInclusive => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            };
            if !right {
                found.add(at, component, value);
            }
        }
    }
}
