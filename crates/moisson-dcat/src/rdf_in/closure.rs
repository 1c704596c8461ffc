//! What belongs to a record: the statements about its resource, and about the nodes below it.

use std::collections::HashSet;

use super::{
    graph::{Graph, TermId, Triple},
    names::{dcat, dct, foaf, rdf, rdfs, skos},
    roles::{Role, Roles},
};

/// Most statements in one record: a dataset of some 50,000 distributions.
pub const RECORD_TRIPLES_MAX: usize = 1_000_000;

/// How many named nodes deep a description goes. Nameless ones are part of what they describe at any depth.
const NAMED_DEPTH_MAX: u32 = 6;

/// How many times over a document may be copied into its records.
const COPIES_MAX: usize = 32;

/// Properties that lead to other things of their own, not to parts of the description.
const LEADS_AWAY: &[&str] = &[
    rdf::TYPE,
    rdfs::IS_DEFINED_BY,
    dcat::DATASET_P,
    dcat::SERVICE,
    dcat::CATALOG_P,
    dcat::RECORD,
    dcat::RESOURCE_P,
    dcat::IN_SERIES,
    dcat::SERIES_MEMBER,
    dcat::SERVES_DATASET,
    dct::IS_PART_OF,
    foaf::PRIMARY_TOPIC,
];

/// What belongs to a record.
#[derive(Debug)]
pub(super) struct Closure {
    /// Its statements.
    pub(super) triples: Vec<Triple>,
    /// The nodes they are about.
    pub(super) subjects: Vec<TermId>,
    /// Whether a limit left something out.
    pub(super) cut: bool,
}

/// How many statements the records of a graph may have together.
pub(super) fn budget(graph: &Graph) -> usize {
    graph.len().saturating_mul(COPIES_MAX).saturating_add(100_000)
}

/// Collects what belongs to a record.
pub(super) fn closure(graph: &Graph, roles: &Roles, root: TermId, budget: &mut usize) -> Closure {
    let mut closure = Closure { triples: Vec::new(), subjects: Vec::new(), cut: false };
    let mut seen = HashSet::from([root]);
    let mut queue = std::collections::VecDeque::from([(root, 0)]);
    for record in roles.catalog_records(root) {
        if seen.insert(*record) {
            queue.push_back((*record, 1));
        }
    }
    while let Some((node, depth)) = queue.pop_front() {
        closure.subjects.push(node);
        for triple in graph.about(node) {
            if closure.triples.len() >= RECORD_TRIPLES_MAX || *budget == 0 {
                closure.cut = true;
                return closure;
            }
            *budget -= 1;
            closure.triples.push(*triple);
            let [_, predicate, object] = *triple;
            if seen.contains(&object) || !belongs(graph, roles, predicate, object) {
                continue;
            }
            let next = if graph.is_blank(object) { depth } else { depth + 1 };
            if next > NAMED_DEPTH_MAX {
                closure.cut |= !graph.about(object).is_empty();
                continue;
            }
            seen.insert(object);
            if !graph.about(object).is_empty() {
                queue.push_back((object, next));
            }
        }
    }
    closure
}

/// Whether a value is part of the description.
fn belongs(graph: &Graph, roles: &Roles, predicate: TermId, object: TermId) -> bool {
    let property = graph.term(predicate).as_iri().unwrap_or_default();
    match roles.role(object) {
        // A service that is catalogued too is told again where it gives access to something.
        Some(Role::Service) => return property == dcat::ACCESS_SERVICE,
        Some(_) => return false,
        None => {}
    }
    if graph.is_blank(object) {
        return true;
    }
    // Concepts are known by their labels; what is broader or narrower is the vocabulary's business.
    graph.is_iri(object) && !LEADS_AWAY.contains(&property) && !property.starts_with(skos::NS)
}
