//! A whole validation: focus nodes, checks, and the results as terms, in order.

use std::sync::Arc;

use oxrdf::{NamedNode, NamedOrBlankNode, Term};
use rayon::prelude::*;

use super::target::{Task, tasks};
use super::{Context, Data, Finding, Findings};
use crate::data::DataError;
use crate::path::Path;
use crate::report::{Report, ValidationResult};
use crate::shape::Program;
use crate::terms::{Id, TermsView};

/// From this many focus nodes on, all cores are used.
const PARALLEL: usize = 2_000;
/// How many focus nodes a thread takes at once.
const CHUNK: usize = 1_000;

/// How results are put in order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    /// By the numbers of the terms, which follow the data's own order.
    Numbers,
    /// By the terms' text, since the numbers follow no order.
    Text,
}

/// Validates everything that the shapes aim at.
pub(crate) fn run(program: &Program, data: Data<'_>, order: Order) -> Result<Report, DataError> {
    let mut tasks = tasks(program, data)?;
    let check = |tasks: &[Task]| {
        let context = Context::new(program, data);
        let mut found = Findings::up_to(program.max_results);
        for &(shape, node) in tasks {
            context.validate(shape, node, &mut found);
            if let Some(failure) = context.take_failure() {
                return Err(failure);
            }
        }
        Ok(found)
    };
    let (mut list, count) = if tasks.len() < PARALLEL {
        let found = check(&tasks)?;
        let count = found.count();
        (found.into_list(), count)
    } else {
        // What is said of one node is near in memory.
        tasks.par_sort_unstable_by_key(|&(shape, node)| (node, shape));
        let parts = tasks.par_chunks(CHUNK).map(check).collect::<Result<Vec<Findings>, DataError>>()?;
        let count = parts.iter().map(Findings::count).sum();
        (parts.into_iter().flat_map(Findings::into_list).collect(), count)
    };
    sort(&mut list, data.terms, order);
    list.truncate(program.max_results);
    let reporter = Reporter { program, terms: data.terms, order };
    let results: Vec<ValidationResult> = if list.len() < PARALLEL {
        list.into_iter().map(|finding| reporter.result(finding)).collect()
    } else {
        list.into_par_iter().map(|finding| reporter.result(finding)).collect()
    };
    Ok(Report { conforms: count == 0, left_out: count - results.len(), results })
}

fn sort(list: &mut [Finding], terms: TermsView<'_>, order: Order) {
    let place = |finding: &Finding| (finding.shape, finding.constraint);
    match order {
        Order::Numbers => list.sort_by_key(|finding| (finding.focus, place(finding), finding.value)),
        Order::Text => {
            let value = |left: Id, right: Id| match (left.some(), right.some()) {
                (Some(left), Some(right)) => terms.compare(left, right),
                (left, right) => left.is_some().cmp(&right.is_some()),
            };
            list.sort_by(|left, right| {
                terms
                    .compare(left.focus, right.focus)
                    .then_with(|| place(left).cmp(&place(right)))
                    .then_with(|| value(left.value, right.value))
            });
        }
    }
}

/// Turns findings into results.
struct Reporter<'a> {
    program: &'a Program,
    terms: TermsView<'a>,
    order: Order,
}

impl Reporter<'_> {
    fn result(&self, finding: Finding) -> ValidationResult {
        let shape = self.program.shape(finding.shape);
        let extra = finding.extra.map(|extra| *extra).unwrap_or_default();
        let own_path = || shape.and_then(|shape| shape.path.as_ref()).map(|path| Arc::clone(&path.shown));
        let of_property = extra.property.map(|property| Arc::new(Path::Predicate(self.iri(property))));
        let messages = extra.messages.or_else(|| shape.map(|shape| Arc::clone(&shape.messages)));
        let mut detail = extra.detail;
        sort(&mut detail, self.terms, self.order);
        ValidationResult {
            focus_node: self.terms.term(finding.focus),
            result_path: extra.path.or(of_property).or_else(own_path),
            value: extra.value.or_else(|| finding.value.some().map(|value| self.terms.term(value))),
            source_shape: self.node(shape.map_or(Id::NONE, |shape| shape.node)),
            source_constraint_component: self.iri(finding.component),
            source_constraint: extra.source_constraint,
            result_severity: self.iri(shape.map_or(Id::NONE, |shape| shape.severity)),
            result_message: messages.unwrap_or_default(),
            detail: detail.into_iter().map(|finding| self.result(finding)).collect(),
        }
    }

    fn iri(&self, id: Id) -> NamedNode {
        NamedNode::new_unchecked(self.terms.text(id))
    }

    fn node(&self, id: Id) -> NamedOrBlankNode {
        match self.terms.term(id) {
            Term::BlankNode(node) => node.into(),
            _ => self.iri(id).into(),
        }
    }
}
