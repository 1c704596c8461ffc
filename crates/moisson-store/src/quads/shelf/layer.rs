//! Sorted quads: four orders, so that for every pattern one of them has what fits close together.

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
    const ALL: [Self; 4] = [Self::Spog, Self::Posg, Self::Ospg, Self::Gspo];

    /// The parts, the first one first.
    fn of<T: Copy>(self, [s, p, o, g]: [T; 4]) -> [T; 4] {
        match self {
            Self::Spog => [s, p, o, g],
            Self::Posg => [p, o, s, g],
            Self::Ospg => [o, s, p, g],
            Self::Gspo => [g, s, p, o],
        }
    }

    /// Undoes [`Order::of`].
    fn back([a, b, c, d]: Numbers, order: Self) -> Numbers {
        match order {
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

    /// The order in which the fewest quads must be looked at.
    pub(super) fn best(large: &Layer, small: &Layer, pattern: Pattern) -> Search {
        let search = |order| Search { order, pattern };
        let cost = |order: &Self| {
            let search = search(*order);
            search.range(large).len() + search.range(small).len()
        };
        let bound =
            Self::ALL.into_iter().filter(|order| order.of(pattern).first().is_some_and(Option::is_some));
        search(bound.min_by_key(cost).unwrap_or(Self::Spog))
    }
}

/// A pattern to be looked for in an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    order: Order,
    pattern: Pattern,
}

impl Search {
    /// The quads that fit.
    pub(super) fn within(self, layer: &Layer) -> impl Iterator<Item = Numbers> + use<'_> {
        let wanted = self.order.of(self.pattern);
        let fits = move |quad: &&Numbers| {
            quad.iter().zip(wanted).all(|(part, wanted)| wanted.is_none_or(|wanted| wanted == *part))
        };
        self.range(layer).iter().filter(fits).map(move |quad| Order::back(*quad, self.order))
    }

    /// The quads that begin with the known parts.
    fn range(self, layer: &Layer) -> &[Numbers] {
        let sorted = layer.sorted.get(self.order.index()).map(Vec::as_slice).unwrap_or_default();
        let known: Vec<u32> = self.order.of(self.pattern).into_iter().map_while(|part| part).collect();
        let start = sorted.partition_point(|quad| quad.get(..known.len()).is_some_and(|head| head < &known));
        let rest = sorted.get(start..).unwrap_or_default();
        let length = rest.partition_point(|quad| quad.get(..known.len()).is_some_and(|head| head <= &known));
        rest.get(..length).unwrap_or_default()
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
                    if !removed.is_empty() && removed.contains(&Order::back(quad, order)) {
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
