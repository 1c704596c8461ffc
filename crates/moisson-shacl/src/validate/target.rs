//! Collects the focus nodes of each shape in one pass over the data.

use super::Data;
use crate::known;
use crate::shape::{Program, ShapeId};
use crate::terms::Id;

/// A shape and a node to check against it.
pub(crate) type Task = (ShapeId, Id);

/// Every shape with each of its focus nodes, once, in order of the shapes.
pub(crate) fn tasks(program: &Program, data: Data<'_>) -> Vec<Task> {
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
    tasks.sort_unstable();
    tasks.dedup();
    tasks
}
