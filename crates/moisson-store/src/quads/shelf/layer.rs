//! Sorted quads: four orders, so that for every pattern one of them has what fits close together.

use std::cmp::Ordering;

use hashbrown::HashSet;

/// A quad as numbers of its terms: subject, predicate, object, graph.
pub(super) type Numbers = [u32; 4];

/// The parts of a quad that are known.
pub(super) type Pattern = [Option<u32>; 4];

/// In what order the parts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Spog,
    Posg,
    Ospg,
    Gspo,
}

impl Order {
    pub(super) const ALL: [Self; 4] = [Self::Spog, Self::Posg, Self::Ospg, Self::Gspo];

    /// The parts, the first one first.
    pub(super) fn of<T: Copy>(self, [s, p, o, g]: [T; 4]) -> [T; 4] {
        match self {
            Self::Spog => [s, p, o, g],
            Self::Posg => [p, o, s, g],
            Self::Ospg => [o, s, p, g],
            Self::Gspo => [g, s, p, o],
        }
    }

    /// Undoes [`Order::of`].
    pub(super) fn back(self, [a, b, c, d]: Numbers) -> Numbers {
        match self {
            Self::Spog => [a, b, c, d],
            Self::Posg => [c, a, b, d],
            Self::Ospg => [b, c, a, d],
            Self::Gspo => [b, c, d, a],
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Spog => 0,
            Self::Posg => 1,
            Self::Ospg => 2,
            Self::Gspo => 3,
        }
    }
}

/// A set of quads.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// In each of the orders, with the parts in that order.
    sorted: [Vec<Numbers>; 4],
}

impl Layer {
    pub(super) fn len(&self) -> usize {
        self.all().len()
    }

    /// All quads, as subject, predicate, object, graph.
    pub(super) fn all(&self) -> &[Numbers] {
        let [spog, ..] = &self.sorted;
        spog
    }

    pub(super) fn has(&self, quad: Numbers) -> bool {
        self.all().binary_search(&quad).is_ok()
    }

    /// The quads that begin with the parts of a pattern that are known, up to the first that is not. Pattern and
    /// quads have their parts in this order.
    pub(super) fn range(&self, order: Order, pattern: Pattern) -> &[Numbers] {
        let sorted = self.sorted.get(order.index()).map(Vec::as_slice).unwrap_or_default();
        // How a quad compares with what is known of the pattern.
        let compare = |quad: &Numbers| {
            let mut known = quad.iter().zip(pattern).map_while(|(part, wanted)| Some(part.cmp(&wanted?)));
            known.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let start = sorted.partition_point(|quad| compare(quad).is_lt());
        let rest = sorted.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|quad| compare(quad).is_le())).unwrap_or_default()
    }

    /// Adds quads that are not there, and takes out some that are.
    pub(super) fn merge(&mut self, added: &[Numbers], removed: &HashSet<Numbers>) {
        for order in Order::ALL {
            let mut added: Vec<Numbers> = added.iter().map(|quad| order.of(*quad)).collect();
            added.sort_unstable();
            if let Some(sorted) = self.sorted.get_mut(order.index()) {
                let before = std::mem::take(sorted);
                let mut after =
                    Vec::with_capacity((before.len() + added.len()).saturating_sub(removed.len()));
                let mut new = added.into_iter().peekable();
                for quad in before {
                    if !removed.is_empty() && removed.contains(&order.back(quad)) {
                        continue;
                    }
                    while let Some(first) = new.next_if(|new| *new < quad) {
                        after.push(first);
                    }
                    after.push(quad);
                }
                after.extend(new);
                *sorted = after;
            }
        }
    }

    /// Gives every term the number that stands at its number. Must not change the order of numbers.
    pub(super) fn renumber(&mut self, numbers: &[u32]) {
        for number in self.sorted.iter_mut().flatten().flatten() {
            if let Some(new) = usize::try_from(*number).ok().and_then(|at| numbers.get(at)) {
                *number = *new;
            }
        }
    }

    /// The graphs, each once.
    pub(super) fn graphs(&self) -> impl Iterator<Item = u32> + use<'_> {
        let [.., gspo] = &self.sorted;
        let mut rest = gspo.as_slice();
        std::iter::from_fn(move || {
            let [graph, ..] = *rest.first()?;
            let length = rest.partition_point(|[other, ..]| *other <= graph);
            rest = rest.get(length..).unwrap_or_default();
            Some(graph)
        })
    }
}
