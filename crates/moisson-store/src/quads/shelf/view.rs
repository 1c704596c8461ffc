//! A shelf as the evaluator sees it.

use std::{cell::RefCell, collections::HashMap, fmt};

use oxrdf::Term;
use spareval::{InternalQuad, QueryableDataset};

use super::Shelf;

/// Terms with this number and above are the query's own. Memory ends long before a shelf has so many.
const OWN: u32 = 1 << 31;

/// A settled [`Shelf`], and the terms that a query makes up.
#[derive(Debug)]
pub(crate) struct View<'a> {
    shelf: &'a Shelf,
    own: RefCell<(Vec<Term>, HashMap<Term, u32>)>,
}

/// A number that stands for no term; does not happen.
#[derive(Debug)]
pub(crate) struct UnknownNumber(u32);

impl fmt::Display for UnknownNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no term has the number {}", self.0)
    }
}

impl std::error::Error for UnknownNumber {}

impl<'a> View<'a> {
    pub(crate) fn new(shelf: &'a Shelf) -> Self {
        Self { shelf, own: RefCell::default() }
    }
}

impl<'a> QueryableDataset<'a> for View<'a> {
    type InternalTerm = u32;
    type Error = UnknownNumber;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&u32>,
        predicate: Option<&u32>,
        object: Option<&u32>,
        graph_name: Option<Option<&u32>>,
    ) -> impl Iterator<Item = Result<InternalQuad<u32>, UnknownNumber>> + use<'a> {
        let shelf = self.shelf;
        // All graphs have names: nothing is in the default one.
        let none = graph_name == Some(None);
        let graph = graph_name.flatten().copied();
        let pattern = [subject.copied(), predicate.copied(), object.copied(), graph];
        let found = (!none).then(|| shelf.find(pattern));
        found.into_iter().flatten().map(|[subject, predicate, object, graph]| {
            Ok(InternalQuad { subject, predicate, object, graph_name: Some(graph) })
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<u32, UnknownNumber>> + use<'a> {
        let shelf = self.shelf;
        let large = shelf.large.graphs().filter(move |graph| shelf.is_in_large(*graph));
        let small = shelf.small.graphs().filter(move |graph| !shelf.is_in_large(*graph));
        large.chain(small).map(Ok)
    }

    fn contains_internal_graph_name(&self, graph_name: &u32) -> Result<bool, UnknownNumber> {
        Ok(self.shelf.of_graph(*graph_name).next().is_some())
    }

    fn internalize_term(&self, term: Term) -> Result<u32, UnknownNumber> {
        if let Some(number) = self.shelf.terms.number(&term) {
            return Ok(number);
        }
        let (terms, numbers) = &mut *self.own.borrow_mut();
        if let Some(number) = numbers.get(&term) {
            return Ok(*number);
        }
        let number = u32::try_from(terms.len()).ok().and_then(|own| own.checked_add(OWN));
        let number = number.ok_or(UnknownNumber(u32::MAX))?;
        terms.push(term.clone());
        numbers.insert(term, number);
        Ok(number)
    }

    fn externalize_term(&self, term: u32) -> Result<Term, UnknownNumber> {
        let found = match term.checked_sub(OWN) {
            None => self.shelf.terms.get(term),
            Some(own) => usize::try_from(own).ok().and_then(|own| self.own.borrow().0.get(own).cloned()),
        };
        found.ok_or(UnknownNumber(term))
    }
}
