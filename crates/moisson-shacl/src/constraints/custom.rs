//! Constraint components that the shapes graph defines itself
//! ([SHACL §6](https://www.w3.org/TR/shacl/#sparql-constraint-components)).

use std::sync::Arc;

use oxrdf::{Literal, Term};

use super::Constraint;
use super::sparql::{Select, bindings};
use crate::compile::{Component, ShapeReader, Stop};
use crate::shape::Placed;
use crate::sparql::{Query, Setting, message};
use crate::terms::Id;
use crate::validate::{Context, Extra, Findings, Focus};

/// An `ASK` that says of each value whether it is right.
#[derive(Debug)]
pub(crate) struct Ask {
    query: Query,
    messages: Vec<Literal>,
    parameters: Vec<(String, Term)>,
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for component in &*shape.components() {
        for parameters in shape.arguments(component)? {
            shape.expect_sparql("validator")?;
            read_one(shape, component, parameters)?;
        }
    }
    Ok(())
}

fn read_one(
    shape: &mut ShapeReader<'_, '_>,
    component: &Component,
    parameters: Vec<(String, Term)>,
) -> Result<(), Stop> {
    let path = shape.shown_path();
    let own = if path.is_some() { component.property_validator } else { component.node_validator };
    let Some(validator) = own.or(component.validator) else {
        // The standard has the processor ignore the constraint; the component's own notice says so.
        return Ok(());
    };
    let is_ask = !shape.values_of(validator, "ask").is_empty();
    let local = if is_ask { "ask" } else { "select" };
    let text = shape.string_of(validator, local)?;
    let prefixes = shape.prefixes_of(validator)?;
    let mut pre_bound: Vec<&str> =
        component.parameters.iter().map(|parameter| parameter.variable.as_str()).collect();
    pre_bound.push("this");
    if is_ask {
        pre_bound.push("value");
    }
    let setting = Setting { prefixes: &prefixes, path: path.as_deref(), pre_bound: Some(&pre_bound) };
    let query = Query::parse(&text, &setting).map_err(|reason| shape.sparql_fault(local, reason))?;
    if query.is_ask() != is_ask || (!is_ask && !query.projects("this")) {
        let expected = if is_ask { "an `ASK`" } else { "a `SELECT` with `$this` among its variables" };
        return Err(shape.sparql_fault(local, format!("it must be {expected}")));
    }
    let messages = shape.messages_of(validator)?;
    let constraint = if is_ask {
        Constraint::Ask(Box::new(Ask { query, messages, parameters }))
    } else {
        Constraint::Select(Box::new(Select { query, messages, source: None, parameters }))
    };
    shape.place(Placed { component: component.node, constraint });
    Ok(())
}

impl Ask {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        for &value in at.values {
            let mut bindings = bindings(&self.parameters, at, context);
            bindings.set("value", context.terms.term(value));
            match self.query.ask(context, &bindings) {
                Ok(true) => {}
                Ok(false) => found.add_with(at, component, value, || {
                    let own = context.program.shape(at.id).is_some_and(|shape| !shape.messages.is_empty());
                    if own || self.messages.is_empty() {
                        return None;
                    }
                    let messages = message::fill(&self.messages, |name| bindings.get(name));
                    Some(Box::new(Extra { messages: Some(Arc::from(messages)), ..Extra::default() }))
                }),
                Err(reason) => return context.fail(at, reason),
            }
            if found.is_done() {
                return;
            }
        }
    }
}
