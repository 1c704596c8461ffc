//! Where triples are collected, and the small strokes that all classes are written with.

use oxrdf::vocab::{rdf, rdfs, xsd};
use oxrdf::{Literal, NamedNode, NamedNodeRef, Term, Triple};

use super::Naming;
use super::naming::inside;
use crate::ns::{adms, dct, foaf, skos};
use crate::{Concept, Identifier, Iri, Reference, Temporal, Text, vocabulary};

/// Room for the triples of a usual record.
const RECORD: usize = 128;

/// The triples of a record, and of what it shares with others.
pub(super) struct Pen<'a> {
    pub(super) naming: Naming<'a>,
    pub(super) record: Vec<Triple>,
    pub(super) shared: Vec<(NamedNode, Triple)>,
    /// The names of the shared graphs, in the order of [`Graph`].
    graphs: [NamedNode; 4],
}

/// Where a triple goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Graph {
    /// The record's own graph.
    Record,
    /// Agents, of which many records speak.
    Agents,
    /// Terms of vocabularies, licences, statements on rights.
    Concepts,
    /// Places.
    Places,
    /// Pages, standards, laws.
    Documents,
}

/// What a property asks of its value: a name for minted IRIs, and the class beside `skos:Concept`.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) kind: &'static str,
    pub(super) class: Option<NamedNodeRef<'static>>,
}

pub(super) const CONCEPT: Range = Range { kind: "concept", class: None };
pub(super) const THEME: Range = Range { kind: "theme", class: None };
pub(super) const LICENCE: Range = Range { kind: "licence", class: Some(dct::LICENSE_DOCUMENT) };
pub(super) const FORMAT: Range = Range { kind: "format", class: Some(dct::MEDIA_TYPE_OR_EXTENT) };
pub(super) const MEDIA_TYPE: Range = Range { kind: "media-type", class: Some(dct::MEDIA_TYPE) };
pub(super) const LANGUAGE: Range = Range { kind: "language", class: Some(dct::LINGUISTIC_SYSTEM) };
pub(super) const FREQUENCY: Range = Range { kind: "frequency", class: Some(dct::FREQUENCY) };
pub(super) const ACCESS: Range = Range { kind: "access", class: Some(dct::RIGHTS_STATEMENT) };

impl<'a> Pen<'a> {
    pub(super) fn new(naming: Naming<'a>) -> Self {
        let graphs = ["agents", "concepts", "places", "documents"].map(|name| naming.graph(name));
        Self { naming, record: Vec::with_capacity(RECORD), shared: Vec::new(), graphs }
    }

    /// One triple.
    pub(super) fn put(&mut self, graph: Graph, s: &NamedNode, p: NamedNodeRef<'_>, o: impl Into<Term>) {
        let triple = Triple::new(s.clone(), p.into_owned(), o);
        let [agents, concepts, places, documents] = &self.graphs;
        let name = match graph {
            Graph::Record => return self.record.push(triple),
            Graph::Agents => agents,
            Graph::Concepts => concepts,
            Graph::Places => places,
            Graph::Documents => documents,
        };
        self.shared.push((name.clone(), triple));
    }

    /// One triple of the record.
    pub(super) fn own(&mut self, s: &NamedNode, p: NamedNodeRef<'_>, o: impl Into<Term>) {
        self.put(Graph::Record, s, p, o);
    }

    pub(super) fn a(&mut self, graph: Graph, s: &NamedNode, class: NamedNodeRef<'_>) {
        self.put(graph, s, rdf::TYPE, class.into_owned());
    }

    pub(super) fn iris(&mut self, s: &NamedNode, p: NamedNodeRef<'_>, iris: &[Iri]) {
        for iri in iris {
            self.own(s, p, iri.to_named_node());
        }
    }

    pub(super) fn texts(&mut self, graph: Graph, s: &NamedNode, p: NamedNodeRef<'_>, texts: &[Text]) {
        for text in texts {
            self.put(graph, s, p, literal(text));
        }
    }

    pub(super) fn plain(&mut self, s: &NamedNode, p: NamedNodeRef<'_>, values: &[String]) {
        for value in values {
            self.own(s, p, Literal::from(value.as_str()));
        }
    }

    pub(super) fn typed(
        &mut self,
        s: &NamedNode,
        p: NamedNodeRef<'_>,
        value: &str,
        datatype: NamedNodeRef<'_>,
    ) {
        self.own(s, p, Literal::new_typed_literal(value, datatype));
    }

    pub(super) fn moment(&mut self, s: &NamedNode, p: NamedNodeRef<'_>, moment: Option<&Temporal>) {
        if let Some(moment) = moment {
            self.own(s, p, temporal(moment));
        }
    }

    /// Concepts: those of our tables by IRI alone (their classes and labels stand in the graph of vocabularies), others
    /// with what the source calls them.
    pub(super) fn concepts<'c>(
        &mut self,
        s: &NamedNode,
        p: NamedNodeRef<'_>,
        concepts: impl IntoIterator<Item = &'c Concept>,
        range: Range,
    ) {
        for concept in concepts {
            if let Some(node) = self.concept(concept, range) {
                self.own(s, p, node);
            }
        }
    }

    /// The node of a concept.
    pub(super) fn concept(&mut self, concept: &Concept, range: Range) -> Option<NamedNode> {
        let (node, label) = match (&concept.iri, concept.label.first()) {
            (Some(iri), _) if vocabulary::term(iri.as_str()).is_some() => return Some(iri.to_named_node()),
            (Some(iri), _) => (iri.to_named_node(), vocabulary::label(iri.as_str(), "en")),
            (None, Some(first)) => {
                let key = format!("{}\n{}", range.kind, first.value);
                (self.naming.shared("concept", &first.value, &key), None)
            }
            (None, None) => return None,
        };
        if let Some(class) = range.class {
            self.a(Graph::Concepts, &node, class);
        }
        if range.class.is_none() || concept.iri.is_none() {
            self.a(Graph::Concepts, &node, skos::CONCEPT);
        }
        self.texts(Graph::Concepts, &node, skos::PREF_LABEL, &concept.label);
        if let Some(label) = label {
            self.put(Graph::Concepts, &node, skos::PREF_LABEL, Literal::from(label));
        }
        Some(node)
    }

    /// Documents, standards, …: with an IRI they are typed among the shared documents, since many records name the
    /// same one; without one they are a node inside `s`.
    pub(super) fn references<'r>(
        &mut self,
        s: &NamedNode,
        p: NamedNodeRef<'_>,
        references: impl IntoIterator<Item = &'r Reference>,
        class: Option<NamedNodeRef<'_>>,
    ) {
        for reference in references {
            let named = reference.iri.as_ref().map(Iri::to_named_node);
            let graph = if named.is_some() { Graph::Documents } else { Graph::Record };
            let node = named.unwrap_or_else(|| inside(s, local_name(p), reference));
            self.own(s, p, node.clone());
            // What the graph of vocabularies says is said once.
            let term = node == super::PROFILE || vocabulary::term(node.as_str()).is_some();
            if let Some(class) = class.filter(|_| !term) {
                self.a(graph, &node, class);
            }
            let titled = [foaf::DOCUMENT, dct::STANDARD, crate::ns::eli::LEGAL_RESOURCE];
            let title = if class.is_some_and(|c| titled.contains(&c)) { dct::TITLE } else { rdfs::LABEL };
            self.texts(graph, &node, title, &reference.title);
        }
    }

    pub(super) fn identifiers(&mut self, s: &NamedNode, identifiers: &[Identifier]) {
        for identifier in identifiers {
            let node = inside(s, "identifier", identifier);
            self.own(s, adms::IDENTIFIER, node.clone());
            self.a(Graph::Record, &node, adms::IDENTIFIER_CLASS);
            self.own(&node, skos::NOTATION, Literal::from(identifier.notation.as_str()));
            if let Some(agency) = &identifier.schema_agency {
                self.own(&node, adms::SCHEMA_AGENCY, Literal::from(agency.as_str()));
            }
        }
    }
}

/// The last part of a property's IRI.
fn local_name(property: NamedNodeRef<'_>) -> &str {
    property.as_str().rsplit(['#', '/']).next().unwrap_or("node")
}

/// A text as a literal; a tag that RDF does not accept is left out.
pub(super) fn literal(text: &Text) -> Literal {
    let tagged =
        text.lang.as_deref().map(|lang| Literal::new_language_tagged_literal(text.value.as_str(), lang));
    match tagged {
        Some(Ok(literal)) => literal,
        _ => Literal::from(text.value.as_str()),
    }
}

/// A date or time as a literal of its precision.
pub(super) fn temporal(moment: &Temporal) -> Literal {
    let datatype = match moment {
        Temporal::DateTime(_) => xsd::DATE_TIME,
        Temporal::Date(_) => xsd::DATE,
        Temporal::YearMonth(_) => xsd::G_YEAR_MONTH,
        Temporal::Year(_) => xsd::G_YEAR,
    };
    Literal::new_typed_literal(moment.lexical(), datatype)
}
