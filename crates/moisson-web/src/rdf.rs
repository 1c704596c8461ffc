//! RDF documents: which syntax a client prefers, and what readers need beside a record's own statements.

use std::{collections::BTreeMap, sync::LazyLock};

use moisson_dcat::{
    serialise::{Syntax, write_quads},
    vocabulary::vocabulary_graph,
};
use moisson_store::StoredRecord;
use oxrdf::{GraphName, NamedNode, Quad, Term, Triple};

use crate::{accept::Accept, problem::Problem};

/// Syntaxes by media type, preferred first.
pub(crate) const OFFERS: [(&str, Syntax); 11] = [
    ("text/turtle", Syntax::Turtle),
    ("application/rdf+xml", Syntax::RdfXml),
    ("application/ld+json", Syntax::JsonLd),
    ("application/n-triples", Syntax::NTriples),
    ("application/trig", Syntax::TriG),
    ("application/n-quads", Syntax::NQuads),
    ("application/x-turtle", Syntax::Turtle),
    ("application/json", Syntax::JsonLd),
    ("application/xml", Syntax::RdfXml),
    ("text/xml", Syntax::RdfXml),
    ("text/plain", Syntax::NTriples),
];

/// What a client wants of something that has a page and a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A page for people.
    Page,
    /// A graph for programs.
    Graph(Syntax),
}

impl Form {
    /// By the `Accept` header: a page only for those who name HTML, Turtle for those who take anything.
    pub(crate) fn accepted(accept: &Accept) -> Option<Self> {
        if accept.prefers_page(OFFERS.iter().map(|(media_type, _)| *media_type)) {
            Some(Self::Page)
        } else {
            accept.best(&OFFERS).copied().map(Self::Graph)
        }
    }

    /// By a file name extension.
    pub(crate) fn from_extension(extension: &str) -> Option<Self> {
        match extension {
            "html" => Some(Self::Page),
            "ttl" | "rdf" | "jsonld" | "nt" | "nq" | "trig" | "xml" => {
                Syntax::from_extension(extension).map(Self::Graph)
            }
            _ => None,
        }
    }
}

/// A name with its extension taken off, if it is one of ours: `a.ttl` is `a` in Turtle.
pub(crate) fn split_extension(name: &str) -> Option<(&str, Form)> {
    let (stem, extension) = name.rsplit_once('.')?;
    Form::from_extension(extension).filter(|_| !stem.is_empty()).map(|form| (stem, form))
}

/// The document of some statements.
pub(crate) fn document<'q>(
    quads: impl IntoIterator<Item = &'q Quad>,
    syntax: Syntax,
) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::new();
    write_quads(quads, syntax, &mut out).map_err(|error| Problem::internal("writing RDF", &error))?;
    Ok(out)
}

/// Triples in the default graph.
pub(crate) fn in_default(triples: Vec<Triple>) -> impl Iterator<Item = Quad> {
    triples.into_iter().map(|triple| triple.in_graph(GraphName::DefaultGraph))
}

/// All that a record says, in its graphs.
pub(crate) fn of_record(record: &StoredRecord) -> Vec<Quad> {
    let own = record.triples.iter().map(|triple| triple.clone().in_graph(record.graph.clone()));
    let shared = record.shared.iter().map(|(graph, triple)| triple.clone().in_graph(graph.clone()));
    own.chain(shared).collect()
}

/// What the vocabularies say, by term.
static TERMS: LazyLock<BTreeMap<String, Vec<Triple>>> = LazyLock::new(|| {
    let mut terms: BTreeMap<String, Vec<Triple>> = BTreeMap::new();
    for triple in vocabulary_graph() {
        if let oxrdf::NamedOrBlankNode::NamedNode(node) = &triple.subject {
            terms.entry(node.as_str().to_owned()).or_default().push(triple);
        }
    }
    terms
});

/// Labels and classes of the terms that some statements mention, so that a document explains itself.
pub(crate) fn of_terms(quads: &[Quad], base: &str) -> Vec<Quad> {
    let graph = NamedNode::new_unchecked(format!("{base}/id/graph/vocabularies"));
    let mut mentioned: Vec<&str> = quads
        .iter()
        .filter_map(|quad| match &quad.object {
            Term::NamedNode(node) => Some(node.as_str()),
            _ => None,
        })
        .filter(|iri| TERMS.contains_key(*iri))
        .collect();
    mentioned.sort_unstable();
    mentioned.dedup();
    let triples = mentioned.into_iter().filter_map(|iri| TERMS.get(iri)).flatten();
    triples.map(|triple| triple.clone().in_graph(graph.clone())).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use moisson_dcat::serialise::Syntax;
    use oxrdf::{GraphName, NamedNode, Quad};

    use super::{Form, of_terms, split_extension};
    use crate::accept::Accept;

    #[test]
    fn pages_are_for_those_who_ask_for_html() {
        let cases = [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Form::Page)),
            ("*/*", Some(Form::Graph(Syntax::Turtle))),
            ("application/rdf+xml", Some(Form::Graph(Syntax::RdfXml))),
            ("application/ld+json;q=0.9, text/html;q=0.8", Some(Form::Graph(Syntax::JsonLd))),
            ("text/html, text/turtle", Some(Form::Page)),
            ("application/n-triples", Some(Form::Graph(Syntax::NTriples))),
            ("image/png", None),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(text));
            assert_eq!(Form::accepted(&Accept::of(&headers)), expected, "{text}");
        }
    }

    #[test]
    fn extensions_name_forms() {
        assert_eq!(split_extension("a.b.ttl"), Some(("a.b", Form::Graph(Syntax::Turtle))));
        assert_eq!(split_extension("a.html"), Some(("a", Form::Page)));
        assert_eq!(split_extension("a.json"), None);
        assert_eq!(split_extension(".ttl"), None);
        assert_eq!(split_extension("a"), None);
    }

    #[test]
    fn the_terms_that_are_mentioned_come_with_their_labels() {
        let node = |iri: &str| NamedNode::new(iri).unwrap();
        let theme = node("http://publications.europa.eu/resource/authority/data-theme/ENVI");
        let quad = Quad::new(
            node("https://x.example/1"),
            node("http://www.w3.org/ns/dcat#theme"),
            theme.clone(),
            GraphName::DefaultGraph,
        );
        let terms = of_terms(&[quad.clone(), quad], "https://x.example");
        assert!(terms.iter().all(|quad| quad.subject == theme.clone().into()));
        assert!(terms.iter().any(|quad| quad.object.to_string() == "\"Umwelt\"@de"), "{terms:?}");
    }
}
