//! Where statements stand: a hash and a line for each, which is little beside the index.

use std::hash::BuildHasher;

use oxrdf::{NamedNodeRef, NamedOrBlankNodeRef, Term, TermRef, TripleRef};
use rustc_hash::FxHashMap;

use crate::Place;

/// The lines of all statements.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Seeded, so that nobody can write statements that are taken for others.
    hasher: std::hash::RandomState,
    documents: Vec<DocumentPlaces>,
}

#[derive(Debug, Default)]
struct DocumentPlaces {
    statements: Vec<u64>,
    /// The line of each statement.
    lines: Vec<u32>,
    /// Subjects in the order of the document, again each time that another came between.
    subjects: Vec<u64>,
    subject_lines: Vec<u32>,
}

impl Places {
    /// Begins a document.
    pub(crate) fn begin(&mut self) {
        self.documents.push(DocumentPlaces::default());
    }

    /// A statement of the document that was begun last.
    pub(crate) fn insert(&mut self, triple: TripleRef<'_>, line: u64) {
        let subject = self.hasher.hash_one(triple.subject);
        let statement = self.statement(triple.subject.into(), triple.predicate, triple.object);
        // Beyond four billion lines the last of them will do.
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let Some(document) = self.documents.last_mut() else { return };
        document.statements.push(statement);
        document.lines.push(line);
        if document.subjects.last() != Some(&subject) {
            document.subjects.push(subject);
            document.subject_lines.push(line);
        }
    }

    fn statement(&self, subject: TermRef<'_>, predicate: NamedNodeRef<'_>, object: TermRef<'_>) -> u64 {
        self.hasher.hash_one((subject, predicate, object))
    }

    fn node(&self, node: &Term) -> Option<u64> {
        let node = match node.as_ref() {
            TermRef::NamedNode(node) => NamedOrBlankNodeRef::NamedNode(node),
            TermRef::BlankNode(node) => NamedOrBlankNodeRef::BlankNode(node),
            TermRef::Literal(_) => return None,
        };
        Some(self.hasher.hash_one(node))
    }

    /// Finds the first places of nodes and statements.
    pub(crate) fn find<'t>(
        &self,
        nodes: impl Iterator<Item = &'t Term>,
        statements: impl Iterator<Item = (&'t Term, NamedNodeRef<'t>, &'t Term)>,
    ) -> Found<'_> {
        let mut found = Found { places: self, nodes: FxHashMap::default(), statements: FxHashMap::default() };
        found.nodes.extend(nodes.filter_map(|node| self.node(node)).map(|hash| (hash, None)));
        let hashes = statements
            .map(|(subject, predicate, object)| self.statement(subject.as_ref(), predicate, object.as_ref()));
        found.statements.extend(hashes.map(|hash| (hash, None)));
        for (at, document) in self.documents.iter().enumerate() {
            fill(&mut found.nodes, at, &document.subjects, &document.subject_lines);
            if !found.statements.is_empty() {
                fill(&mut found.statements, at, &document.statements, &document.lines);
            }
        }
        found
    }
}

fn fill(wanted: &mut FxHashMap<u64, Option<Place>>, document: usize, hashes: &[u64], lines: &[u32]) {
    for (hash, line) in hashes.iter().zip(lines) {
        if let Some(place @ None) = wanted.get_mut(hash) {
            *place = Some(Place { document, line: (*line > 0).then_some(u64::from(*line)) });
        }
    }
}

/// The places that were asked for.
#[derive(Debug)]
pub(crate) struct Found<'p> {
    places: &'p Places,
    nodes: FxHashMap<u64, Option<Place>>,
    statements: FxHashMap<u64, Option<Place>>,
}

impl Found<'_> {
    /// Where a node is described first.
    pub(crate) fn node(&self, node: &Term) -> Option<Place> {
        *self.nodes.get(&self.places.node(node)?)?
    }

    /// Where a statement stands.
    pub(crate) fn statement(
        &self,
        subject: &Term,
        predicate: NamedNodeRef<'_>,
        object: &Term,
    ) -> Option<Place> {
        *self.statements.get(&self.places.statement(subject.as_ref(), predicate, object.as_ref()))?
    }
}
