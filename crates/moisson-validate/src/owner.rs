//! Which dataset a node belongs to: a result about a distribution, a publisher or a period is for whoever looks after
//! the dataset.

use std::collections::{HashMap, HashSet, VecDeque};

use moisson_dcat::ns::{dcat, dct, foaf};
use moisson_shacl::DataIndex;
use oxrdf::{Graph, NamedNodeRef, NamedOrBlankNode, Term, Triple, vocab::rdf};

use crate::GroupKind;

/// How many steps there may be from a dataset to a node of it: dataset, distribution, service, contact, address.
const STEPS_MAX: usize = 4;
/// How many nodes are looked at on the way.
const NODES_MAX: usize = 20_000;

/// A node that findings are grouped under.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Owner {
    pub(crate) kind: GroupKind,
    pub(crate) node: Term,
    /// How many others of the same kind have the node too.
    pub(crate) others: u64,
}

impl GroupKind {
    fn of_class(class: &Term) -> Option<Self> {
        let known = [
            (dcat::CATALOG_CLASS, Self::Catalog),
            (dcat::DATASET_SERIES, Self::Series),
            (dcat::DATASET_CLASS, Self::Dataset),
            (dcat::DATA_SERVICE, Self::Service),
        ];
        let Term::NamedNode(class) = class else { return None };
        known.into_iter().find(|(known, _)| *known == class.as_ref()).map(|(_, kind)| kind)
    }
}

/// Finds owners, each once.
pub(crate) struct Owners<'i> {
    index: &'i DataIndex,
    known: HashMap<Term, Owner>,
    kinds: HashMap<Term, Option<GroupKind>>,
}

impl<'i> Owners<'i> {
    pub(crate) fn new(index: &'i DataIndex) -> Self {
        Self { index, known: HashMap::new(), kinds: HashMap::new() }
    }

    /// The dataset of a node, or else the series, service or catalogue, or the node itself.
    pub(crate) fn of(&mut self, node: &Term) -> Owner {
        if let Some(known) = self.known.get(node) {
            return known.clone();
        }
        let owner = self.find(node);
        self.known.insert(node.clone(), owner.clone());
        owner
    }

    fn find(&mut self, node: &Term) -> Owner {
        if let Some(kind) = self.kind(node) {
            return Owner { kind, node: node.clone(), others: 0 };
        }
        // A catalogue record is about its dataset.
        let topics: Vec<Term> = self.values(node, foaf::PRIMARY_TOPIC).collect();
        for topic in topics {
            if let Some(kind) = self.kind(&topic) {
                return Owner { kind, node: topic, others: 0 };
            }
        }
        let mut seen: HashSet<Term> = HashSet::from([node.clone()]);
        let mut queue = VecDeque::from([(node.clone(), 0_usize)]);
        let mut found: Vec<(usize, GroupKind, Term)> = Vec::new();
        while let Some((at, steps)) = queue.pop_front() {
            let nearest = found
                .iter()
                .filter(|(_, kind, _)| *kind != GroupKind::Catalog)
                .map(|(steps, ..)| *steps)
                .min();
            if steps >= STEPS_MAX || nearest.is_some_and(|nearest| steps + 1 > nearest) {
                continue;
            }
            let above: Vec<Term> =
                self.index.statements_with_value(&at).map(|(subject, _)| subject).take(NODES_MAX).collect();
            for subject in above {
                if seen.len() >= NODES_MAX || !seen.insert(subject.clone()) {
                    continue;
                }
                match self.kind(&subject) {
                    Some(kind) => found.push((steps + 1, kind, subject)),
                    None => queue.push_back((subject, steps + 1)),
                }
            }
        }
        // Datasets before series, services and catalogues, then the nearest, then the first in the data.
        let rank = |kind: GroupKind| match kind {
            GroupKind::Dataset => 0_u8,
            GroupKind::Series => 1,
            GroupKind::Service => 2,
            GroupKind::Catalog => 3,
            GroupKind::Other => 4,
        };
        let best = found.iter().map(|(steps, kind, _)| (rank(*kind), *steps)).min();
        let Some((best, _)) = best else {
            return Owner { kind: GroupKind::Other, node: node.clone(), others: 0 };
        };
        let mut of_best = found.into_iter().filter(|(_, kind, _)| rank(*kind) == best);
        let first = of_best.next();
        let others = of_best.count() as u64;
        first.map_or_else(
            || Owner { kind: GroupKind::Other, node: node.clone(), others: 0 },
            |(_, kind, node)| Owner { kind, node, others },
        )
    }

    /// Whether a node is something that findings are grouped under.
    fn kind(&mut self, node: &Term) -> Option<GroupKind> {
        if let Some(known) = self.kinds.get(node) {
            return *known;
        }
        // A catalogue may be typed as a dataset as well, and a series often is: the first of these counts.
        let kinds = self.classes(node).filter_map(|class| GroupKind::of_class(&class));
        let order = [GroupKind::Catalog, GroupKind::Series, GroupKind::Dataset, GroupKind::Service];
        let kind = kinds.min_by_key(|kind| order.iter().position(|known| known == kind));
        self.kinds.insert(node.clone(), kind);
        kind
    }

    /// The values of a property.
    pub(crate) fn values(
        &self,
        node: &Term,
        property: NamedNodeRef<'static>,
    ) -> impl Iterator<Item = Term> + use<'i> {
        self.index
            .statements_about(node)
            .filter(move |(predicate, _)| predicate.as_ref() == property)
            .map(|(_, value)| value)
    }

    /// The graph of a dataset: what is said of it and of what it leads to, other datasets aside.
    pub(crate) fn graph(&self, dataset: &Term) -> Graph {
        let mut graph = Graph::new();
        let mut seen: HashSet<Term> = HashSet::from([dataset.clone()]);
        let mut queue = VecDeque::from([(dataset.clone(), 0_usize)]);
        while let Some((at, steps)) = queue.pop_front() {
            let Ok(subject) = NamedOrBlankNode::try_from(at.clone()) else { continue };
            if steps > 0 && self.classes(&at).any(|class| GroupKind::of_class(&class).is_some()) {
                continue;
            }
            for (property, value) in self.index.statements_about(&at) {
                let is_node = value.is_named_node() || value.is_blank_node();
                if is_node && steps < STEPS_MAX && seen.len() < NODES_MAX && seen.insert(value.clone()) {
                    queue.push_back((value.clone(), steps + 1));
                }
                graph.insert(&Triple::new(subject.clone(), property, value));
            }
        }
        graph
    }

    fn classes(&self, node: &Term) -> impl Iterator<Item = Term> + use<'i> {
        self.values(node, rdf::TYPE)
    }

    /// The titles of a node; of an agent its names.
    pub(crate) fn titles(&self, node: &Term) -> Vec<oxrdf::Literal> {
        let of = |property| {
            self.values(node, property)
                .filter_map(|value| if let Term::Literal(literal) = value { Some(literal) } else { None })
                .collect::<Vec<_>>()
        };
        let titles = of(dct::TITLE);
        if titles.is_empty() { of(foaf::NAME) } else { titles }
    }
}
