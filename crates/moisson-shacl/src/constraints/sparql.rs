//! `sh:sparql` ([SHACL §5](https://www.w3.org/TR/shacl/#sparql-constraints)).

use std::sync::Arc;

use oxrdf::{Literal, NamedOrBlankNode, Term};

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::error::Problem;
use crate::path::Path;
use crate::sparql::{Bindings, Query, SHAPES_GRAPH, Setting, Solution, message};
use crate::terms::Id;
use crate::validate::{Context, Extra, Findings, Focus};

/// A `SELECT` whose rows are what is wrong.
#[derive(Debug)]
pub(crate) struct Select {
    pub(crate) query: Query,
    pub(crate) messages: Vec<Literal>,
    /// The node of the constraint; none for validators of components.
    pub(crate) source: Option<NamedOrBlankNode>,
    /// Parameters of a component.
    pub(crate) parameters: Vec<(String, Term)>,
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for node in shape.values("sparql") {
        shape.expect_sparql("sparql")?;
        if shape.flag_of(node, "deactivated")? {
            continue;
        }
        let text = shape.string_of(node, "select")?;
        let prefixes = shape.prefixes_of(node)?;
        let path = shape.shown_path();
        let setting = Setting { prefixes: &prefixes, path: path.as_deref(), pre_bound: Some(&["this"]) };
        let query = Query::parse(&text, &setting).map_err(|reason| shape.sparql_fault("select", reason))?;
        if query.is_ask() || !query.projects("this") {
            let reason = "it must be a `SELECT` with `$this` among its variables".to_owned();
            return Err(shape.sparql_fault("select", reason));
        }
        let messages = shape.messages_of(node)?;
        let source = shape.node_of(node);
        let select = Select { query, messages, source, parameters: Vec::new() };
        shape.add("SPARQLConstraintComponent", Constraint::Select(Box::new(select)))?;
    }
    Ok(())
}

impl Select {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        let bindings = bindings(&self.parameters, at, context);
        match self.query.select(context, &bindings, found.room()) {
            Ok(rows) => {
                for row in &rows {
                    if get(row, "failure").is_some_and(is_true) {
                        context.fail(at, "the query signals a failure".to_owned());
                    }
                    self.add(component, at, (row, &bindings), (context, found));
                }
            }
            Err(reason) => context.fail(at, reason),
        }
    }

    fn add(
        &self,
        component: Id,
        at: &Focus<'_>,
        (row, bindings): (&Solution, &Bindings),
        (context, found): (&Context<'_>, &mut Findings),
    ) {
        let shape = context.program.shape(at.id);
        let is_node_shape = shape.is_some_and(|shape| shape.path.is_none());
        let value = get(row, "value");
        let id = match value {
            Some(value) => context.terms.find_term(value.as_ref()).unwrap_or(Id::NONE),
            None if is_node_shape => at.node,
            None => Id::NONE,
        };
        found.add_with(at, component, id, || {
            let path = match get(row, "path") {
                Some(Term::NamedNode(path)) => Some(Arc::new(Path::Predicate(path.clone()))),
                _ => None,
            };
            // A shape's own messages come first: "all results … will have exactly these messages" (§2.1.5).
            let messages = match (get(row, "message"), shape) {
                (_, Some(shape)) if !shape.messages.is_empty() => None,
                (Some(Term::Literal(message)), _) => Some(Arc::from([message.clone()])),
                _ if self.messages.is_empty() => None,
                _ => {
                    let value = |name: &str| get(row, name).or_else(|| bindings.get(name));
                    Some(Arc::from(message::fill(&self.messages, value)))
                }
            };
            Some(Box::new(Extra {
                path,
                value: value.filter(|_| id == Id::NONE).cloned(),
                messages,
                source_constraint: self.source.clone(),
                ..Extra::default()
            }))
        });
    }
}

/// What is pre-bound for a focus node.
pub(crate) fn bindings(parameters: &[(String, Term)], at: &Focus<'_>, context: &Context<'_>) -> Bindings {
    let mut bindings = Bindings::default();
    bindings.set("this", context.terms.term(at.node));
    bindings.set("shapesGraph", oxrdf::NamedNode::new_unchecked(SHAPES_GRAPH).into());
    if let Some(shape) = context.program.shape(at.id) {
        bindings.set("currentShape", context.terms.term(shape.node));
    }
    for (name, value) in parameters {
        bindings.set(name, value.clone());
    }
    bindings
}

fn get<'s>(row: &'s Solution, variable: &str) -> Option<&'s Term> {
    row.iter().find(|(name, _)| name.as_str() == variable).map(|(_, term)| term)
}

fn is_true(term: &Term) -> bool {
    matches!(term, Term::Literal(literal) if matches!(literal.value(), "true" | "1"))
}

impl ShapeReader<'_, '_> {
    /// A fault of a query.
    pub(crate) fn sparql_fault(&self, local: &str, reason: String) -> Stop {
        self.fault(Problem::Sparql { property: format!("sh:{local}"), reason })
    }
}
