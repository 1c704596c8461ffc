//! The graphs that no record says: vocabularies, shapes, the portal's own description. Some are made of
//! [notes](crate::FixedFromNotes) and change with them.

use std::sync::{Arc, PoisonError, RwLock};

use oxrdf::{NamedNode, Triple};

/// Graphs with their names.
pub(crate) type Graphs = Arc<[(NamedNode, Vec<Triple>)]>;

/// The graphs as they are now. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Fixed(Arc<RwLock<Shelf>>);

#[derive(Debug)]
struct Shelf {
    all: Graphs,
    /// How many of them, at the end, are made of notes.
    noted: usize,
}

impl Fixed {
    pub(crate) fn new(
        mut always: Vec<(NamedNode, Vec<Triple>)>,
        noted: Vec<(NamedNode, Vec<Triple>)>,
    ) -> Self {
        let count = noted.len();
        always.extend(noted);
        Self(Arc::new(RwLock::new(Shelf { all: always.into(), noted: count })))
    }

    /// All of them.
    pub(crate) fn now(&self) -> Graphs {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).all)
    }

    /// Puts others in the place of those that are made of notes. Gives those that are different now; one that is no more
    /// is there without triples.
    pub(crate) fn replace(&self, noted: Vec<(NamedNode, Vec<Triple>)>) -> Vec<(NamedNode, Vec<Triple>)> {
        let mut shelf = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let (always, before) = shelf.all.split_at(shelf.all.len().saturating_sub(shelf.noted));
        let gone = before.iter().filter(|(graph, _)| noted.iter().all(|(other, _)| other != graph));
        let mut different: Vec<_> = gone.map(|(graph, _)| (graph.clone(), Vec::new())).collect();
        different.extend(noted.iter().filter(|graph| !before.contains(graph)).cloned());
        if !different.is_empty() {
            let count = noted.len();
            let all = always.iter().cloned().chain(noted).collect();
            *shelf = Shelf { all, noted: count };
        }
        different
    }
}

#[cfg(test)]
mod tests {
    use oxrdf::vocab::rdf;

    use super::*;

    #[test]
    fn what_is_made_of_notes_is_replaced_and_the_rest_stays() {
        let node = |name: &str| NamedNode::new_unchecked(format!("x:{name}"));
        let graph = |name: &str, of: &str| (node(name), vec![Triple::new(node(of), rdf::TYPE, node("C"))]);
        let fixed = Fixed::new(vec![graph("always", "a")], vec![graph("notes", "b")]);
        assert_eq!(fixed.replace(vec![graph("notes", "b")]), []);
        assert_eq!(fixed.replace(vec![graph("notes", "c")]), [graph("notes", "c")]);
        assert_eq!(fixed.now().as_ref(), [graph("always", "a"), graph("notes", "c")]);
        assert_eq!(fixed.replace(Vec::new()), [(node("notes"), Vec::new())]);
        assert_eq!(fixed.now().as_ref(), [graph("always", "a")]);
        assert_eq!(fixed.replace(vec![graph("notes", "b")]), [graph("notes", "b")]);
    }
}
