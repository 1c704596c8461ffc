//! Collects the focus nodes of each shape in one pass over the data.

use super::{Context, Data};
use crate::data::DataError;
use crate::known;
use crate::shape::{Program, ShapeId};
use crate::sparql::Bindings;
use crate::terms::Id;

/// A shape and a node to check against it.
pub(crate) type Task = (ShapeId, Id);

/// Every shape with each of its focus nodes, once, in order of the shapes.
pub(crate) fn tasks(program: &Program, data: Data<'_>) -> Result<Vec<Task>, DataError> {
    let targets = &program.targets;
    let mut tasks: Vec<Task> = targets.nodes.iter().map(|&(node, shape)| (shape, node)).collect();
    // Only terms of the shapes graph can be targets, and they have the lowest numbers.
    let constants = program.terms.end();
    let mut add = |shapes: Option<&Vec<ShapeId>>, node: Id| {
        tasks.extend(shapes.into_iter().flatten().map(|&shape| (shape, node)));
    };
    let others = !targets.subjects_of.is_empty() || !targets.objects_of.is_empty();
    for &[subject, predicate, object] in data.triples.rows() {
        if predicate == known::RDF_TYPE {
            if object.0 < constants {
                add(targets.classes.get(&object), subject);
            }
            for class in data.classes.above(object) {
                add(targets.classes.get(class), subject);
            }
        }
        if others && predicate.0 < constants {
            add(targets.subjects_of.get(&predicate), subject);
            add(targets.objects_of.get(&predicate), object);
        }
    }
    tasks.extend(of_queries(program, data)?);
    tasks.sort_unstable();
    tasks.dedup();
    Ok(tasks)
}

/// The nodes that SPARQL targets select, as far as the data (and not the background alone) names them.
fn of_queries(program: &Program, data: Data<'_>) -> Result<Vec<Task>, DataError> {
    let mut tasks = Vec::new();
    let context = Context::new(program, data);
    for (query, shape) in &program.targets.queries {
        let rows = query.select(&context, &Bindings::default(), usize::MAX).map_err(|reason| {
            let shape = program.shape(*shape).map(|shape| data.terms.term(shape.node).to_string());
            DataError::TargetFailure { shape: shape.unwrap_or_default(), reason }
        })?;
        let terms = rows.iter().flatten().filter(|(variable, _)| variable.as_str() == "this");
        let nodes = terms.filter_map(|(_, term)| data.terms.find_term(term.as_ref()));
        let is_named = |node: &Id| {
            !data.triples.of_subject(*node).is_empty() || !data.triples.of_object(*node).is_empty()
        };
        tasks.extend(nodes.filter(is_named).map(|node| (*shape, node)));
    }
    Ok(tasks)
}
