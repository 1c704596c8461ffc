//! `sh:minLength`, `sh:maxLength` ([SHACL §4.4](https://www.w3.org/TR/shacl/#core-components-string)) and
//! `sh:singleLine` ([SHACL 1.2 §7.4](https://www.w3.org/TR/shacl12-core/#SingleLineConstraintComponent)).

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::terms::{Id, Kind};
use crate::validate::{Context, Findings, Focus};

/// What the text of each value must look like, apart from patterns.
#[derive(Debug)]
pub(crate) enum Length {
    AtLeast(u64),
    AtMost(u64),
    OneLine,
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    if let Some(length) = shape.count("minLength")? {
        shape.add("MinLengthConstraintComponent", Constraint::Length(Length::AtLeast(length)))?;
    }
    if let Some(length) = shape.count("maxLength")? {
        shape.add("MaxLengthConstraintComponent", Constraint::Length(Length::AtMost(length)))?;
    }
    if shape.flag("singleLine")? {
        shape.add("SingleLineConstraintComponent", Constraint::Length(Length::OneLine))?;
    }
    Ok(())
}

impl Length {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        for &value in at.values {
            let parts = context.terms.parts(value);
            let length = || u64::try_from(parts.text.chars().count()).unwrap_or(u64::MAX);
            let right = parts.kind != Kind::Blank
                && match self {
                    Self::AtLeast(least) => length() >= *least,
                    Self::AtMost(most) => length() <= *most,
                    Self::OneLine => !parts.text.contains(['\n', '\r', '\u{000B}', '\u{000C}']),
                };
            if !right {
                found.add(at, component, value);
            }
        }
    }
}
