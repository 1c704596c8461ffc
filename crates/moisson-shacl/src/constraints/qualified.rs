//! `sh:qualifiedValueShape` with its counts
//! ([SHACL §4.7.3](https://www.w3.org/TR/shacl/#QualifiedValueShapeConstraintComponent)).

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::error::Problem;
use crate::shape::ShapeId;
use crate::terms::Id;
use crate::validate::{Context, Findings, Focus};

/// How many of the values must or may conform to a shape.
#[derive(Debug)]
pub(crate) struct Qualified {
    shape: ShapeId,
    /// Values that conform to one of these do not count.
    siblings: Vec<ShapeId>,
    bound: Bound,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    AtLeast(u64),
    AtMost(u64),
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    let least = shape.count("qualifiedMinCount")?;
    let most = shape.count("qualifiedMaxCount")?;
    let disjoint = shape.flag("qualifiedValueShapesDisjoint")?;
    let nodes = shape.values("qualifiedValueShape");
    if nodes.is_empty() {
        if least.is_some() || most.is_some() {
            shape.notice(Problem::Missing {
                property: "sh:qualifiedValueShape".to_owned(),
                needed:
                    "`sh:qualifiedMinCount` and `sh:qualifiedMaxCount` count the values that conform to it"
                        .to_owned(),
            });
        }
        return Ok(());
    }
    shape.expect_path("qualifiedValueShape")?;
    for node in nodes {
        let Some(inner) = shape.shape("qualifiedValueShape", node)? else { continue };
        let siblings = if disjoint { shape.siblings(node)? } else { Vec::new() };
        let make = |bound| {
            Constraint::Qualified(Box::new(Qualified { shape: inner, siblings: siblings.clone(), bound }))
        };
        if let Some(least) = least {
            shape.add("QualifiedMinCountConstraintComponent", make(Bound::AtLeast(least)))?;
        }
        if let Some(most) = most {
            shape.add("QualifiedMaxCountConstraintComponent", make(Bound::AtMost(most)))?;
        }
    }
    Ok(())
}

impl Qualified {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        let counts = |value: &&Id| {
            context.conforms(self.shape, **value)
                && !self.siblings.iter().any(|sibling| context.conforms(*sibling, **value))
        };
        let count = u64::try_from(at.values.iter().filter(counts).count()).unwrap_or(u64::MAX);
        let right = match self.bound {
            Bound::AtLeast(least) => count >= least,
            Bound::AtMost(most) => count <= most,
        };
        if !right {
            found.add(at, component, Id::NONE);
        }
    }
}
