//! The constraint components of [SHACL Core §4](https://www.w3.org/TR/shacl/#core-components), a family per
//! file. Each knows how to read its parameters from a shape and how to check the values of a focus node.

pub(crate) mod cardinality;
pub(crate) mod closed;
pub(crate) mod custom;
pub(crate) mod language;
pub(crate) mod logical;
pub(crate) mod membership;
pub(crate) mod pair;
pub(crate) mod pattern;
pub(crate) mod qualified;
pub(crate) mod range;
pub(crate) mod shape_based;
pub(crate) mod sparql;
pub(crate) mod string;
pub(crate) mod value_type;

use crate::compile::{ShapeReader, Stop};
use crate::terms::Id;
use crate::validate::{Context, Findings, Focus};

/// A constraint of any family.
#[derive(Debug)]
pub(crate) enum Constraint {
    ValueType(value_type::ValueType),
    Cardinality(cardinality::Cardinality),
    Range(range::Range),
    Length(string::Length),
    Pattern(Box<pattern::Pattern>),
    Language(language::Language),
    Pair(pair::Pair),
    Logical(logical::Logical),
    ShapeBased(shape_based::ShapeBased),
    Qualified(Box<qualified::Qualified>),
    Closed(closed::Closed),
    Membership(membership::Membership),
    Select(Box<sparql::Select>),
    Ask(Box<custom::Ask>),
}

impl Constraint {
    /// Reads every constraint of a shape.
    pub(crate) fn read_all(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
        value_type::read(shape)?;
        cardinality::read(shape)?;
        range::read(shape)?;
        string::read(shape)?;
        pattern::read(shape)?;
        language::read(shape)?;
        pair::read(shape)?;
        membership::read(shape)?;
        closed::read(shape)?;
        logical::read(shape)?;
        qualified::read(shape)?;
        sparql::read(shape)?;
        custom::read(shape)?;
        shape_based::read(shape)
    }

    /// Adds a finding for whatever is wrong with the values of a focus node.
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        match self {
            Self::ValueType(constraint) => constraint.check(component, at, context, found),
            Self::Cardinality(constraint) => constraint.check(component, at, found),
            Self::Range(constraint) => constraint.check(component, at, context, found),
            Self::Length(constraint) => constraint.check(component, at, context, found),
            Self::Pattern(constraint) => constraint.check(component, at, context, found),
            Self::Language(constraint) => constraint.check(component, at, context, found),
            Self::Pair(constraint) => constraint.check(component, at, context, found),
            Self::Logical(constraint) => constraint.check(component, at, context, found),
            Self::ShapeBased(constraint) => constraint.check(component, at, context, found),
            Self::Qualified(constraint) => constraint.check(component, at, context, found),
            Self::Closed(constraint) => constraint.check(component, at, context, found),
            Self::Membership(constraint) => constraint.check(component, at, found),
            Self::Select(constraint) => constraint.check(component, at, context, found),
            Self::Ask(constraint) => constraint.check(component, at, context, found),
        }
    }

    /// Whether checking it means checking other shapes.
    pub(crate) fn is_branching(&self) -> bool {
        matches!(self, Self::Logical(_) | Self::ShapeBased(_) | Self::Qualified(_))
    }
}
