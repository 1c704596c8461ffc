//! Quads in memory, made to be forked: numbers in sorted arrays that nobody writes to while they are read.
//!
//! Oxigraph's own store in memory counts references as it reads, so that a forked process which only reads
//! copies most of it, and it keeps what was removed for ever. Here a fork shares every page, a quad takes some
//! 100 bytes with its terms instead of 600, and what is removed goes. Queries are Oxigraph's all the same: it
//! evaluates on any [`QueryableDataset`](spareval::QueryableDataset).
//!
//! There are two layers: a large one, and a small one that takes what is new and is merged into the large one
//! now and then. Changes wait until somebody wants to read.

mod layer;
mod terms;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use oxrdf::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term, Triple};

use self::{
    layer::{Layer, Numbers, Order, Pattern},
    terms::Terms,
};
use super::Digest;

pub(crate) use view::View;

/// So many changes may wait, and so many quads may be in the small layer, however small the large one is.
/// In tests fewer, so that all paths are met.
const FEW: usize = if cfg!(test) { 8 } else { 50_000 };
/// The small layer is merged when it reaches this part of the large one.
const PART: usize = 8;

/// Named graphs of quads.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    terms: Terms,
    large: Layer,
    small: Layer,
    /// Quads of the large layer that are there no more.
    gone: HashSet<Numbers>,
    /// What waits, by graph.
    pending: HashMap<u32, Pending>,
    /// How much waits.
    waiting: usize,
    /// Terms when those that are not used were last thrown out.
    terms_then: usize,
}

/// A change of a graph that waits. Triples are subject, predicate and object.
#[derive(Debug)]
enum Pending {
    /// It consists of these.
    Whole(HashSet<[u32; 3]>),
    /// These are in it, or not.
    Some(BTreeMap<[u32; 3], bool>),
}

impl Shelf {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Makes a graph consist of these triples.
    pub(crate) fn set_graph(&mut self, graph: &NamedNode, triples: &[Triple]) {
        let graph = self.number(&graph.clone().into());
        let whole = triples.iter().map(|triple| self.numbers(triple)).collect();
        self.pending.insert(graph, Pending::Whole(whole));
        self.waits(triples.len() + 1);
    }

    /// Adds triples to a graph, or takes them out of it.
    pub(crate) fn change(&mut self, graph: &NamedNode, triples: &[Triple], present: bool) {
        let graph = self.number(&graph.clone().into());
        for triple in triples {
            let triple = self.numbers(triple);
            match self.pending.entry(graph).or_insert_with(|| Pending::Some(BTreeMap::new())) {
                Pending::Whole(whole) if present => drop(whole.insert(triple)),
                Pending::Whole(whole) => drop(whole.remove(&triple)),
                Pending::Some(some) => drop(some.insert(triple, present)),
            }
        }
        self.waits(triples.len());
    }

    /// Takes in what waits. Must come before reading.
    pub(crate) fn settle(&mut self) {
        let (mut added, mut removed) = (Vec::new(), HashSet::new());
        for (graph, pending) in std::mem::take(&mut self.pending) {
            let now: HashSet<[u32; 3]> = match &pending {
                Pending::Whole(_) => self.of_graph(graph).collect(),
                Pending::Some(some) => {
                    some.keys().copied().filter(|[s, p, o]| self.has([*s, *p, *o, graph])).collect()
                }
            };
            let mut change = |[s, p, o]: [u32; 3], present: bool| {
                let quad = [s, p, o, graph];
                if present == now.contains(&[s, p, o]) {
                } else if present && !self.gone.remove(&quad) {
                    added.push(quad);
                } else if !present && self.large.has(quad) {
                    self.gone.insert(quad);
                } else if !present {
                    removed.insert(quad);
                }
            };
            match pending {
                Pending::Whole(whole) => {
                    now.iter()
                        .filter(|triple| !whole.contains(*triple))
                        .for_each(|triple| change(*triple, false));
                    whole.into_iter().for_each(|triple| change(triple, true));
                }
                Pending::Some(some) => some.into_iter().for_each(|(triple, present)| change(triple, present)),
            }
        }
        self.waiting = 0;
        if !added.is_empty() || !removed.is_empty() {
            self.small.merge(&added, &removed);
        }
        if self.small.len() + self.gone.len() > FEW.max(self.large.len() / PART) {
            self.large.merge(self.small.all(), &self.gone);
            self.small = Layer::default();
            self.gone = HashSet::new();
            self.throw_out();
        }
    }

    /// What there is.
    pub(crate) fn digest(&mut self) -> Digest {
        self.settle();
        let mut digest = Digest::default();
        for numbers in self.find([None; 4]) {
            if let Some(quad) = self.quad(numbers) {
                digest.count(quad.as_ref());
            }
        }
        digest
    }

    fn waits(&mut self, more: usize) {
        self.waiting += more;
        if self.waiting > FEW.max(self.large.len() / PART) {
            self.settle();
        }
    }

    fn has(&self, quad: Numbers) -> bool {
        self.small.has(quad) || self.large.has(quad) && !self.gone.contains(&quad)
    }

    fn of_graph(&self, graph: u32) -> impl Iterator<Item = [u32; 3]> + '_ {
        self.find([None, None, None, Some(graph)]).map(|[s, p, o, _]| [s, p, o])
    }

    /// Whether the large layer has a quad of this graph that is not gone.
    fn is_in_large(&self, graph: u32) -> bool {
        let order = Order::Gspo;
        let found = self.large.range(order, order.of([None, None, None, Some(graph)]));
        found.iter().any(|quad| !self.gone.contains(&order.back(*quad)))
    }

    /// The quads that fit, as subject, predicate, object, graph: in the order in which the fewest must be
    /// looked at.
    fn find(&self, pattern: Pattern) -> impl Iterator<Item = Numbers> + use<'_> {
        let search = |order: Order| {
            let wanted = order.of(pattern);
            (order, wanted, self.large.range(order, wanted), self.small.range(order, wanted))
        };
        let begins = |order: &Order| order.of(pattern).first().is_some_and(Option::is_some);
        let (order, wanted, large, small) = Order::ALL
            .into_iter()
            .filter(begins)
            .map(search)
            .min_by_key(|(_, _, large, small)| large.len() + small.len())
            .unwrap_or_else(|| search(Order::Spog));
        let fits = move |quad: &&Numbers| {
            quad.iter().zip(wanted).all(|(part, wanted)| wanted.is_none_or(|wanted| wanted == *part))
        };
        let large = large.iter().filter(fits).map(move |quad| order.back(*quad));
        let small = small.iter().filter(fits).map(move |quad| order.back(*quad));
        large.filter(|quad| self.gone.is_empty() || !self.gone.contains(quad)).chain(small)
    }

    fn number(&mut self, term: &Term) -> u32 {
        self.terms.insert(term)
    }

    fn numbers(&mut self, triple: &Triple) -> [u32; 3] {
        let subject = self.number(&triple.subject.clone().into());
        let predicate = self.number(&triple.predicate.clone().into());
        [subject, predicate, self.number(&triple.object)]
    }

    fn quad(&self, [s, p, o, g]: Numbers) -> Option<Quad> {
        let subject = NamedOrBlankNode::try_from(self.terms.get(s)?).ok()?;
        let predicate = NamedNode::try_from(self.terms.get(p)?).ok()?;
        let graph = NamedNode::try_from(self.terms.get(g)?).ok()?;
        Some(Quad::new(subject, predicate, self.terms.get(o)?, GraphName::from(graph)))
    }

    /// Throws out terms that no quad has any more, when there may be many. Only right after merging.
    fn throw_out(&mut self) {
        if self.terms.len() > self.terms_then * 2 + FEW * 4 {
            let mut used = vec![false; self.terms.len()];
            for number in self.large.all().iter().flatten() {
                if let Some(used) = usize::try_from(*number).ok().and_then(|at| used.get_mut(at)) {
                    *used = true;
                }
            }
            let renumbered = self.terms.keep(&used);
            self.large.renumber(&renumbered);
            self.terms_then = self.terms.len();
        }
    }
}
