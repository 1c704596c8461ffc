//! Data made ready for validation: one small graph, background statements, or millions of triples.

use std::sync::Arc;

use oxrdf::{Graph, NamedNode, NamedOrBlankNode, Triple, TripleRef};

use crate::index::{Row, TripleIndex};
use crate::shape::Program;
use crate::terms::{Id, Intern, Layered, Terms, TermsView, TooManyTerms};
use crate::validate::Classes;

/// Data that cannot be validated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// There are more different terms than can be numbered.
    #[error(transparent)]
    TooManyTerms(#[from] TooManyTerms),
    /// A [`Background`] or [`DataIndex`] holds numbers that only the shapes it was made for understand.
    #[error("the data was indexed for other shapes; index it with the shapes that it is validated with")]
    OtherShapes,
    /// The query of a target cannot be run to the end.
    #[error("shape {shape}: the query of its target cannot be evaluated: {reason}")]
    TargetFailure {
        /// The shape with the target, in N-Triples notation.
        shape: String,
        /// What went wrong.
        reason: String,
    },
    /// A SPARQL constraint signals a failure, or its query cannot be run to the end.
    #[error("shape {shape}: the SPARQL constraint cannot be evaluated for {focus_node}: {reason}")]
    ConstraintFailure {
        /// The shape with the constraint, in N-Triples notation.
        shape: String,
        /// The node that was checked, in N-Triples notation.
        focus_node: String,
        /// What went wrong.
        reason: String,
    },
}

/// A file that cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// It cannot be read.
    #[error("the data cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// A line is not what the format wants.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        message: String,
    },
    /// A line is so long that it cannot be a statement.
    #[error("line {line}: longer than {limit} bytes; is this N-Triples?")]
    LongLine {
        /// The line, counted from 1.
        line: u64,
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// There are more different terms than can be numbered.
    #[error(transparent)]
    TooManyTerms(#[from] TooManyTerms),
}

/// Statements that constraints see but that are never checked themselves: vocabularies with their classes,
/// concepts that datasets refer to. Made once with [`Shapes::background`](crate::Shapes::background), then used
/// for any number of graphs.
#[derive(Debug)]
pub struct Background {
    pub(crate) program: Arc<Program>,
    pub(crate) terms: Terms,
    pub(crate) triples: TripleIndex,
    pub(crate) classes: Classes,
}

impl Background {
    pub(crate) fn new<'a, T: Into<TripleRef<'a>>>(
        program: &Arc<Program>,
        triples: impl IntoIterator<Item = T>,
    ) -> Result<Self, TooManyTerms> {
        let mut terms = program.terms.clone();
        let triples = TripleIndex::new(rows(&mut terms, triples)?);
        let classes = Classes::new(&program.classes, &[&triples]);
        Ok(Self { program: Arc::clone(program), terms, triples, classes })
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.triples.rows().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.triples.rows().is_empty()
    }
}

/// Data of any size, indexed for the shapes that [made it](crate::Shapes::index).
#[derive(Debug)]
pub struct DataIndex {
    pub(crate) program: Arc<Program>,
    pub(crate) terms: Terms,
    pub(crate) triples: TripleIndex,
    pub(crate) classes: Classes,
}

impl DataIndex {
    pub(crate) fn new<'a, T: Into<TripleRef<'a>>>(
        program: &Arc<Program>,
        triples: impl IntoIterator<Item = T>,
    ) -> Result<Self, TooManyTerms> {
        let mut terms = program.terms.clone();
        let rows = rows(&mut terms, triples)?;
        Ok(Self::of_rows(program, terms, rows))
    }

    pub(crate) fn of_rows(program: &Arc<Program>, terms: Terms, rows: Vec<Row>) -> Self {
        let triples = TripleIndex::new(rows);
        let classes = Classes::new(&program.classes, &[&triples]);
        Self { program: Arc::clone(program), terms, triples, classes }
    }

    /// How many different triples there are.
    pub fn len(&self) -> usize {
        self.triples.rows().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.triples.rows().is_empty()
    }

    /// The triples, sorted by the order in which their terms were first named.
    pub fn triples(&self) -> impl Iterator<Item = Triple> {
        let view = self.view();
        self.triples.rows().iter().filter_map(move |&[subject, predicate, object]| {
            let subject = NamedOrBlankNode::try_from(view.term(subject)).ok()?;
            Some(Triple::new(subject, NamedNode::new_unchecked(view.text(predicate)), view.term(object)))
        })
    }

    pub(crate) fn view(&self) -> TermsView<'_> {
        TermsView { below: &self.terms, own: None }
    }
}

/// A graph's triples above the terms that are known already.
pub(crate) fn layer<'a>(below: &'a Terms, graph: &Graph) -> Result<(Layered<'a>, TripleIndex), TooManyTerms> {
    let mut terms = Layered::new(below);
    let triples = TripleIndex::new(rows(&mut terms, graph)?);
    Ok((terms, triples))
}

fn rows<'a, T: Into<TripleRef<'a>>>(
    terms: &mut impl Intern,
    triples: impl IntoIterator<Item = T>,
) -> Result<Vec<Row>, TooManyTerms> {
    let triples = triples.into_iter();
    let mut rows = Vec::with_capacity(triples.size_hint().0);
    for triple in triples {
        let triple = triple.into();
        let row: [Id; 3] = [
            terms.intern_subject(triple.subject)?,
            terms.intern_iri(triple.predicate.as_str())?,
            terms.intern_term(triple.object)?,
        ];
        rows.push(row);
    }
    Ok(rows)
}
