//! A record's graph as a mapper looks at it: nodes, the facts about them, and values with their places.

use crate::{
    Extra, ExtraValue, Iri,
    draft::{NamedSaid, Said},
    rdf_in::{
        graph::{Graph, Term, TermId},
        names::{self, PREFIXES, dcat, foaf, rdf},
        split::RECORD,
    },
    vocabulary,
};

/// How deep nameless nodes are kept where no property takes them.
const KEPT_DEPTH_MAX: usize = 16;

/// Where the EU's authority tables are.
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority/";

/// What says in a kept node which named resource it is.
const SAME_AS: &str = "http://www.w3.org/2002/07/owl#sameAs";

/// The properties that name a thing, the best first.
const LABELS: &[(&str, &str)] = &[
    ("skos", "prefLabel"),
    ("rdfs", "label"),
    ("dct", "title"),
    ("foaf", "name"),
    ("schema", "name"),
    ("dc", "title"),
    ("rdf", "value"),
    ("skos", "notation"),
    ("locn", "geographicName"),
    ("dct", "description"),
    ("rdfs", "comment"),
    ("dct", "identifier"),
];

/// One statement about a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact<'g> {
    pub(super) graph: &'g Graph,
    /// The property.
    pub(super) iri: &'g str,
    /// The usual prefix of its vocabulary; empty if it has none.
    pub(super) prefix: &'static str,
    /// The rest of the property's IRI.
    pub(super) local: &'g str,
    pub(super) object: TermId,
}

/// All statements about a node, in the canonical order of the record.
pub(super) fn facts(graph: &Graph, node: TermId) -> impl Iterator<Item = Fact<'_>> {
    graph.about(node).iter().map(|[_, predicate, object]| {
        let iri = graph.term(*predicate).as_iri().unwrap_or_default();
        let (prefix, local) = curie(iri);
        Fact { graph, iri, prefix, local, object: *object }
    })
}

/// An IRI as prefix and rest.
fn curie(iri: &str) -> (&'static str, &str) {
    let known =
        PREFIXES.iter().filter_map(|(prefix, namespace)| Some((*prefix, iri.strip_prefix(namespace)?)));
    known.into_iter().find(|(_, local)| !local.contains(['/', '#'])).unwrap_or(("", iri))
}

/// Where a fact stands: what leads to its node, outermost first. Nothing for the record's own resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'p> {
    /// The properties that lead there, by IRI.
    pub(super) steps: &'p [&'p str],
    /// How the node is called in remarks.
    pub(super) name: &'p str,
}

/// The path to the record's own resource.
pub(super) const ROOT: Path<'static> = Path { steps: &[], name: "" };

/// A value with all that a draft wants to know about it.
#[derive(Debug, Clone)]
pub(super) struct Value<'g> {
    text: &'g str,
    lang: Option<&'g str>,
    place: String,
    kept: Extra,
}

impl<'g> Value<'g> {
    pub(super) fn text(&self) -> &'g str {
        self.text
    }

    pub(super) fn said(&self) -> Said<'_> {
        Said { value: self.text, place: &self.place, lang: self.lang, kept_as: Some(&self.kept) }
    }

    /// Part of the text.
    pub(super) fn part(&self, text: &'g str) -> Self {
        Self { text, ..self.clone() }
    }
}

impl<'g> Fact<'g> {
    pub(super) fn term(&self) -> Term<'g> {
        self.graph.term(self.object)
    }

    /// Whether the object is a node about which the record says something.
    pub(super) fn is_described(&self) -> bool {
        !self.graph.about(self.object).is_empty()
    }

    /// The object as a value, by its text or IRI; `None` for a nameless node.
    pub(super) fn value(&self, path: Path<'_>) -> Option<Value<'g>> {
        let (text, lang) = match self.term() {
            Term::Iri(iri) => (iri, None),
            Term::Literal { value, lang, .. } => (value, lang),
            Term::Blank(_) => return None,
        };
        Some(Value { text, lang, place: self.place(path), kept: self.kept(path)? })
    }

    /// The object if it is a text.
    pub(super) fn literal(&self, path: Path<'_>) -> Option<Value<'g>> {
        self.value(path).filter(|_| matches!(self.term(), Term::Literal { .. }))
    }

    /// The object if it is an IRI.
    pub(super) fn iri_value(&self, path: Path<'_>) -> Option<Value<'g>> {
        self.value(path).filter(|_| matches!(self.term(), Term::Iri(_)))
    }

    /// The object's text, or the names of the node that it is.
    pub(super) fn texts(&self, path: Path<'_>) -> Vec<Value<'g>> {
        match self.literal(path) {
            Some(value) => vec![value],
            None => labels(self.graph, self.object, path),
        }
    }

    /// Where the value stands, for remarks.
    pub(super) fn place(&self, path: Path<'_>) -> String {
        let own = if self.prefix.is_empty() {
            self.iri.to_owned()
        } else {
            format!("{}:{}", self.prefix, self.local)
        };
        if path.name.is_empty() { own } else { format!("{} {own}", path.name) }
    }

    /// The fact as it is kept where no property takes it.
    pub(super) fn kept(&self, path: Path<'_>) -> Option<Extra> {
        let mut value = kept_value(self.graph, self.object, 0)?;
        let mut property = self.iri;
        for step in path.steps.iter().rev() {
            value = ExtraValue::Node { node: vec![(Iri::new(property).ok()?, value)] };
            property = step;
        }
        Some(Extra::Statement { property: Iri::new(property).ok()?, value })
    }
}

/// The names of a node: the values of the first property that has some.
pub(super) fn labels<'g>(graph: &'g Graph, node: TermId, path: Path<'_>) -> Vec<Value<'g>> {
    for (prefix, local) in LABELS {
        let named = facts(graph, node).filter(|f| (f.prefix, f.local) == (*prefix, *local));
        let values: Vec<Value<'g>> = named.filter_map(|fact| fact.literal(path)).collect();
        if !values.is_empty() {
            return values;
        }
    }
    Vec::new()
}

/// Whether a property only names its node.
pub(super) fn is_label(fact: &Fact<'_>) -> bool {
    LABELS.contains(&(fact.prefix, fact.local))
}

/// A concept, document or the like, as its IRI and names.
#[derive(Debug)]
pub(super) struct Named<'g> {
    iri: Option<Value<'g>>,
    labels: Vec<Value<'g>>,
}

impl<'g> Named<'g> {
    /// By the object of a fact; `None` when nothing names it.
    pub(super) fn of(fact: &Fact<'g>, path: Path<'_>) -> Option<Self> {
        let iri = fact.iri_value(path);
        let labels = fact.texts(path);
        (iri.is_some() || !labels.is_empty()).then_some(Self { iri, labels })
    }

    pub(super) fn said(&self) -> NamedSaid<'_> {
        NamedSaid {
            iri: self.iri.as_ref().map(Value::said),
            label: self.labels.iter().map(Value::said).collect(),
        }
    }
}

/// A value as it is kept; `None` for what would go round in circles.
pub(super) fn kept_value(graph: &Graph, object: TermId, depth: usize) -> Option<ExtraValue> {
    Some(match graph.term(object) {
        Term::Iri(iri) => ExtraValue::Iri { iri: Iri::new(iri).ok()? },
        Term::Literal { value, lang, datatype } => ExtraValue::Literal {
            literal: value.to_owned(),
            datatype: datatype.and_then(|datatype| Iri::new(datatype).ok()),
            lang: lang.map(str::to_owned),
        },
        Term::Blank(_) if depth >= KEPT_DEPTH_MAX => return None,
        Term::Blank(_) => ExtraValue::Node { node: kept_facts(graph, object, depth, |_| true) },
    })
}

/// The facts about a node as they are kept, in a fixed order.
pub(super) fn kept_facts(
    graph: &Graph,
    node: TermId,
    depth: usize,
    keep: impl Fn(&Fact<'_>) -> bool,
) -> Vec<(Iri, ExtraValue)> {
    let kept = facts(graph, node).filter(keep);
    let mut kept: Vec<(Iri, ExtraValue)> = kept
        .filter_map(|fact| Some((Iri::new(fact.iri).ok()?, kept_value(graph, fact.object, depth + 1)?)))
        .collect();
    kept.sort();
    kept
}

/// Whether an object is the record's own resource or one of its files, as where a page has the dataset's address: what
/// is said about it is taken there.
fn is_told_elsewhere(fact: &Fact<'_>) -> bool {
    let graph = fact.graph;
    let topic = |record| graph.objects(record, foaf::PRIMARY_TOPIC).next();
    let is_file = |class| matches!(graph.term(class), Term::Iri(dcat::DISTRIBUTION));
    matches!(fact.term(), Term::Iri(_))
        && (graph.find_iri(RECORD).and_then(topic) == Some(fact.object)
            || graph.objects(fact.object, rdf::TYPE).any(is_file))
}

/// What is left of a described node after its known facts were taken, as a statement; `None` if nothing is.
pub(super) fn leftover(fact: &Fact<'_>, path: Path<'_>, taken: impl Fn(&Fact<'_>) -> bool) -> Option<Extra> {
    if is_told_elsewhere(fact) {
        return None;
    }
    // What is said of a term of a vocabulary is the vocabulary's own business.
    if fact.term().as_iri().is_some_and(|iri| iri.starts_with(AUTHORITY) || vocabulary::term(iri).is_some()) {
        return None;
    }
    let class_says_nothing = |fact: &Fact<'_>| match (fact.prefix, fact.local) {
        ("rdf", "type") => fact.term().as_iri().is_none_or(|class| names::prefix_of(class).is_some()),
        ("skos", "inScheme" | "topConceptOf") | ("rdfs", "isDefinedBy") => true,
        _ => false,
    };
    let mut node =
        kept_facts(fact.graph, fact.object, 0, |inner| !taken(inner) && !class_says_nothing(inner));
    if node.is_empty() {
        return None;
    }
    if let Term::Iri(iri) = fact.term() {
        node.insert(0, (Iri::new(SAME_AS).ok()?, ExtraValue::Iri { iri: Iri::new(iri).ok()? }));
    }
    let mut value = ExtraValue::Node { node };
    let mut property = fact.iri;
    for step in path.steps.iter().rev() {
        value = ExtraValue::Node { node: vec![(Iri::new(property).ok()?, value)] };
        property = step;
    }
    Some(Extra::Statement { property: Iri::new(property).ok()?, value })
}
