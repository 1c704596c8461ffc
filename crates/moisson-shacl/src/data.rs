//! Data made ready for validation: one small graph, background statements, or millions of triples.

use std::io::Read;
use std::sync::Arc;

use oxrdf::{NamedNode, NamedOrBlankNode, Term, Triple, TripleRef};

use crate::index::{Row, TripleIndex};
use crate::ntriples;
use crate::shape::Program;
use crate::terms::{Intern, Layered, Terms, TermsView, TooManyTerms};
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
/// for any number of graphs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Background {
    pub(crate) layer: Arc<Layer>,
}

/// Triples with the terms they are made of.
#[derive(Debug)]
pub(crate) struct Layer {
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
        Ok(Self { layer: Arc::new(Layer { program: Arc::clone(program), terms, triples, classes }) })
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.layer.triples.rows().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.layer.triples.rows().is_empty()
    }
}

/// Data of any size, indexed for the shapes that [made it](crate::Shapes::index_builder).
#[derive(Debug)]
pub struct DataIndex {
    pub(crate) layer: Layer,
    pub(crate) background: Option<Background>,
}

impl DataIndex {
    /// How many different triples there are, without the background.
    pub fn len(&self) -> usize {
        self.layer.triples.rows().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.layer.triples.rows().is_empty()
    }

    /// The triples, sorted by the order in which their terms were first named.
    pub fn triples(&self) -> impl Iterator<Item = Triple> {
        let view = self.view();
        self.layer.triples.rows().iter().filter_map(move |&[subject, predicate, object]| {
            let subject = NamedOrBlankNode::try_from(view.term(subject)).ok()?;
            Some(Triple::new(subject, NamedNode::new_unchecked(view.text(predicate)), view.term(object)))
        })
    }

    /// What is said of a node: properties and values.
    pub fn statements_about<'a>(&'a self, node: &Term) -> impl Iterator<Item = (NamedNode, Term)> + use<'a> {
        let view = self.view();
        let rows = view.find_term(node.as_ref()).map(|node| self.layer.triples.of_subject(node));
        let rows = rows.unwrap_or_default().iter();
        rows.map(move |&[_, predicate, object]| {
            (NamedNode::new_unchecked(view.text(predicate)), view.term(object))
        })
    }

    /// Where a term is a value: the nodes that have it, and the properties.
    pub fn statements_with_value<'a>(
        &'a self,
        value: &Term,
    ) -> impl Iterator<Item = (Term, NamedNode)> + use<'a> {
        let view = self.view();
        let rows = view.find_term(value.as_ref()).map(|value| self.layer.triples.of_object(value));
        let rows = rows.unwrap_or_default().iter();
        rows.map(move |&[_, predicate, subject]| {
            (view.term(subject), NamedNode::new_unchecked(view.text(predicate)))
        })
    }

    pub(crate) fn view(&self) -> TermsView<'_> {
        TermsView { below: &self.layer.terms, own: None }
    }
}

/// Collects triples into a [`DataIndex`].
#[derive(Debug)]
pub struct IndexBuilder {
    program: Arc<Program>,
    background: Option<Background>,
    terms: Terms,
    rows: Vec<Row>,
}

impl IndexBuilder {
    pub(crate) fn new(program: &Arc<Program>, background: Option<&Background>) -> Self {
        let below = background.map_or(&program.terms, |background| &background.layer.terms);
        Self {
            program: Arc::clone(program),
            terms: below.clone(),
            background: background.cloned(),
            rows: Vec::new(),
        }
    }

    /// Adds a triple. The same one twice counts once.
    ///
    /// # Errors
    /// If there are more terms than can be counted.
    pub fn insert<'a>(&mut self, triple: impl Into<TripleRef<'a>>) -> Result<(), TooManyTerms> {
        self.rows.push(row(&mut self.terms, triple.into())?);
        Ok(())
    }

    /// Adds all of an N-Triples document, several times faster than by way of a parser. Blank nodes keep their
    /// labels.
    ///
    /// # Errors
    /// If the data cannot be read, has an error of syntax, or has more terms than can be counted.
    pub fn read_ntriples(&mut self, reader: impl Read) -> Result<(), LoadError> {
        ntriples::read(reader, &mut self.terms, &mut self.rows)
    }

    /// Sorts what was added.
    pub fn build(self) -> DataIndex {
        let Self { program, background, terms, rows } = self;
        let triples = TripleIndex::new(rows);
        let classes = match &background {
            Some(background) => classes_over(&program, background, &triples),
            None => Classes::new(&program.classes, &[&triples]),
        };
        DataIndex { layer: Layer { program, terms, triples, classes }, background }
    }
}

/// The classes of data and background together.
pub(crate) fn classes_over(program: &Program, background: &Background, triples: &TripleIndex) -> Classes {
    let layer = &background.layer;
    if Classes::are_in(triples.rows()) {
        Classes::new(&program.classes, &[triples, &layer.triples])
    } else {
        layer.classes.clone()
    }
}

/// A graph's triples above the terms that are known already.
pub(crate) fn layer<'a, 't, T: Into<TripleRef<'t>>>(
    below: &'a Terms,
    graph: impl IntoIterator<Item = T>,
) -> Result<(Layered<'a>, TripleIndex), TooManyTerms> {
    let graph = graph.into_iter();
    // Most triples of a graph bring no more than one new term.
    let mut terms = Layered::new(below, graph.size_hint().0);
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
        rows.push(row(terms, triple.into())?);
    }
    Ok(rows)
}

fn row(terms: &mut impl Intern, triple: TripleRef<'_>) -> Result<Row, TooManyTerms> {
    Ok([
        terms.intern_subject(triple.subject)?,
        terms.intern_iri(triple.predicate.as_str())?,
        terms.intern_term(triple.object)?,
    ])
}
