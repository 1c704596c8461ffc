//! `sh:equals`, `sh:disjoint`, `sh:lessThan`, `sh:lessThanOrEquals`
//! ([SHACL §4.5](https://www.w3.org/TR/shacl/#core-components-property-pairs)).

use std::cmp::Ordering;

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::literal::Value;
use crate::terms::Id;
use crate::validate::{Context, Findings, Focus};

/// How the values relate to those of another property of the focus node.
#[derive(Debug)]
pub(crate) struct Pair {
    relation: Relation,
    property: Id,
}

#[derive(Clone, Copy, Debug)]
enum Relation {
    Equals,
    Disjoint,
    LessThan,
    LessThanOrEquals,
}

const PARAMETERS: [(&str, &str, Relation); 4] = [
    ("equals", "EqualsConstraintComponent", Relation::Equals),
    ("disjoint", "DisjointConstraintComponent", Relation::Disjoint),
    ("lessThan", "LessThanConstraintComponent", Relation::LessThan),
    ("lessThanOrEquals", "LessThanOrEqualsConstraintComponent", Relation::LessThanOrEquals),
];

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for (parameter, component, relation) in PARAMETERS {
        for property in shape.values(parameter) {
            shape.expect_iri(parameter, property)?;
            if matches!(relation, Relation::LessThan | Relation::LessThanOrEquals) {
                shape.expect_path(parameter)?;
            }
            shape.add(component, Constraint::Pair(Pair { relation, property }))?;
        }
    }
    Ok(())
}

impl Pair {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        let mut others = context.buffer();
        context.objects(at.node, self.property, &mut others);
        others.sort_unstable();
        match self.relation {
            Relation::Equals => {
                for &value in at.values.iter().filter(|value| others.binary_search(value).is_err()) {
                    found.add(at, component, value);
                }
                let mut values = context.buffer();
                values.extend_from_slice(at.values);
                values.sort_unstable();
                for &other in others.iter().filter(|other| values.binary_search(other).is_err()) {
                    found.add(at, component, other);
                }
                context.give_back(values);
            }
            Relation::Disjoint => {
                for &value in at.values.iter().filter(|value| others.binary_search(value).is_ok()) {
                    found.add(at, component, value);
                }
            }
            Relation::LessThan | Relation::LessThanOrEquals => {
                self.compare(component, at, (&others, context), found);
            }
        }
        context.give_back(others);
    }

    /// Adds a finding for each pair that is not in order.
    fn compare(
        &self,
        component: Id,
        at: &Focus<'_>,
        (others, context): (&[Id], &Context<'_>),
        found: &mut Findings,
    ) {
        let others: Vec<Option<Value<'_>>> =
            others.iter().map(|&other| Value::of(context.terms, other)).collect();
        let lowest = lowest(&others);
        for &value in at.values {
            let value_of = Value::of(context.terms, value);
            let is_right = |other: Option<&Value<'_>>| {
                let order = value_of.as_ref().and_then(|value| value.compare(other?));
                match self.relation {
                    Relation::LessThanOrEquals => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                    _ => order == Some(Ordering::Less),
                }
            };
            // What is before the lowest is before all; so the usual case takes no time for each pair.
            if lowest.is_some_and(|lowest| is_right(Some(lowest))) {
                continue;
            }
            for other in &others {
                if !is_right(other.as_ref()) {
                    found.add(at, component, value);
                }
                if found.is_done() {
                    return;
                }
            }
        }
    }
}

/// The value that no other one is below, if all can be compared with it.
fn lowest<'v, 'a>(values: &'v [Option<Value<'a>>]) -> Option<&'v Value<'a>> {
    let mut values = values.iter();
    let mut lowest = values.next()?.as_ref()?;
    for value in values {
        let value = value.as_ref()?;
        if value.compare(lowest)? == Ordering::Less {
            lowest = value;
        }
    }
    Some(lowest)
}
