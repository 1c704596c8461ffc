//! The data, and the shapes graph beside it, as SPARQL sees them.

use std::convert::Infallible;
use std::rc::Rc;

use oxrdf::{BlankNode, Term};
use spareval::{InternalQuad, QueryableDataset};

use super::SHAPES_GRAPH;
use super::bind::BLANK_PREFIX;
use crate::index::{Row, TripleIndex};
use crate::terms::{Id, TermsView};
use crate::validate::{Context, Data};

/// A view of what is validated, cheap to copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dataset<'a> {
    data: Data<'a>,
    shapes: &'a TripleIndex,
}

/// A term of the data, or one that the query made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Known(Id),
    /// Never one that is in the data, so that equal terms are equal here.
    New(Rc<Term>),
}

impl<'a> Dataset<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        Self { data: context.data(), shapes: &context.program.graph }
    }

    fn terms(&self) -> TermsView<'a> {
        self.data.terms
    }
}

/// What is wanted of a triple.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    subject: Option<Id>,
    predicate: Option<Id>,
    object: Option<Id>,
}

impl Wanted {
    /// The matching triples, as subject, predicate, object.
    fn of(self, triples: &TripleIndex) -> impl Iterator<Item = Row> + use<'_> {
        // Each of these is empty or all there is to look at.
        let (forward, backward, by_predicate): (&[Row], &[Row], &[Row]) =
            match (self.subject, self.predicate, self.object) {
                (Some(subject), Some(predicate), _) => (triples.objects(subject, predicate), &[], &[]),
                (Some(subject), None, _) => (triples.of_subject(subject), &[], &[]),
                (None, Some(predicate), Some(object)) => (&[], triples.subjects(object, predicate), &[]),
                (None, None, Some(object)) => (&[], triples.of_object(object), &[]),
                (None, Some(predicate), None) => (&[], &[], triples.of_predicate(predicate)),
                (None, None, None) => (triples.rows(), &[], &[]),
            };
        let backward = backward.iter().map(|&[object, predicate, subject]| [subject, predicate, object]);
        let by_predicate =
            by_predicate.iter().map(|&[predicate, subject, object]| [subject, predicate, object]);
        let rows = forward.iter().copied().chain(backward).chain(by_predicate);
        rows.filter(move |row| self.object.is_none_or(|object| row[2] == object))
    }
}

impl<'a> QueryableDataset<'a> for Dataset<'a> {
    type InternalTerm = Node;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Node>,
        predicate: Option<&Node>,
        object: Option<&Node>,
        graph_name: Option<Option<&Node>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Node>, Infallible>> + use<'a> {
        // A term that the query made is in no triple.
        let known = |node: Option<&Node>| match node {
            None => Some(None),
            Some(Node::Known(id)) => Some(Some(*id)),
            Some(Node::New(_)) => None,
        };
        let wanted = known(subject).zip(known(predicate)).zip(known(object));
        let wanted = wanted.map(|((subject, predicate), object)| Wanted { subject, predicate, object });
        let shapes_graph = graph_name.is_none_or(|name| name.is_some_and(|name| self.is_shapes_graph(name)));
        let own = wanted.filter(|_| graph_name == Some(None));
        let shapes = wanted.filter(|_| shapes_graph);
        let Self { data, shapes: graph } = *self;
        let background = own.zip(data.background).into_iter().flat_map(move |(wanted, background)| {
            let is_new = move |row: &Row| !data.triples.contains(row[0], row[1], row[2]);
            wanted.of(background).filter(is_new)
        });
        let own = own.into_iter().flat_map(move |wanted| wanted.of(data.triples)).chain(background);
        let name = Node::New(Rc::new(oxrdf::NamedNode::new_unchecked(SHAPES_GRAPH).into()));
        let quad = |[subject, predicate, object]: Row, graph_name: Option<Node>| {
            Ok(InternalQuad {
                subject: Node::Known(subject),
                predicate: Node::Known(predicate),
                object: Node::Known(object),
                graph_name,
            })
        };
        let shapes = shapes.into_iter().flat_map(move |wanted| wanted.of(graph));
        own.map(move |row| quad(row, None)).chain(shapes.map(move |row| quad(row, Some(name.clone()))))
    }

    fn internalize_term(&self, term: Term) -> Result<Node, Infallible> {
        let term = match &term {
            Term::NamedNode(node) => match node.as_str().strip_prefix(BLANK_PREFIX) {
                Some(label) => BlankNode::new_unchecked(label).into(),
                None => term,
            },
            _ => term,
        };
        Ok(match self.terms().find_term(term.as_ref()) {
            Some(id) => Node::Known(id),
            None => Node::New(Rc::new(term)),
        })
    }

    fn externalize_term(&self, node: Node) -> Result<Term, Infallible> {
        Ok(match node {
            Node::Known(id) => self.terms().term(id),
            Node::New(term) => term.as_ref().clone(),
        })
    }
}

impl Dataset<'_> {
    fn is_shapes_graph(&self, name: &Node) -> bool {
        match name {
            Node::Known(id) => self.terms().text(*id) == SHAPES_GRAPH,
            Node::New(term) => {
                matches!(term.as_ref(), Term::NamedNode(name) if name.as_str() == SHAPES_GRAPH)
            }
        }
    }
}
