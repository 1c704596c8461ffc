//! Triples and quads as documents, for downloads and content negotiation.
//!
//! Subjects stand together and in order, so that the same statements give the same bytes.

use std::io::{self, Write};

use oxrdf::{GraphName, NamedNode, Quad, QuadRef, Triple};
use oxrdfio::{JsonLdProfileSet, RdfFormat, RdfSerializer};

use crate::ns;

/// A syntax that statements are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// [Turtle](https://www.w3.org/TR/turtle/).
    Turtle,
    /// [RDF/XML](https://www.w3.org/TR/rdf-syntax-grammar/).
    RdfXml,
    /// [JSON-LD](https://www.w3.org/TR/json-ld11/), with its context inside.
    JsonLd,
    /// [N-Triples](https://www.w3.org/TR/n-triples/).
    NTriples,
    /// [N-Quads](https://www.w3.org/TR/n-quads/).
    NQuads,
    /// [TriG](https://www.w3.org/TR/trig/).
    TriG,
}

impl Syntax {
    /// All of them; the first is what a client gets that takes anything.
    pub const ALL: [Self; 6] =
        [Self::Turtle, Self::RdfXml, Self::JsonLd, Self::NTriples, Self::NQuads, Self::TriG];

    /// The media type, with the character set where the type wants one.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Turtle => "text/turtle; charset=utf-8",
            Self::RdfXml => "application/rdf+xml",
            Self::JsonLd => "application/ld+json",
            Self::NTriples => "application/n-triples",
            Self::NQuads => "application/n-quads",
            Self::TriG => "application/trig",
        }
    }

    /// The file name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Turtle => "ttl",
            Self::RdfXml => "rdf",
            Self::JsonLd => "jsonld",
            Self::NTriples => "nt",
            Self::NQuads => "nq",
            Self::TriG => "trig",
        }
    }

    /// The syntax of a file name extension; `xml` and `json` mean the RDF ones.
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension {
            "xml" => Some(Self::RdfXml),
            "json" => Some(Self::JsonLd),
            _ => Self::ALL.into_iter().find(|s| s.extension() == extension),
        }
    }

    /// The syntax of a media type, parameters aside.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "text/turtle" | "application/turtle" | "application/x-turtle" => Some(Self::Turtle),
            "application/rdf+xml" | "application/xml" | "text/xml" => Some(Self::RdfXml),
            "application/ld+json" | "application/json" => Some(Self::JsonLd),
            "application/n-triples" | "text/plain" => Some(Self::NTriples),
            "application/n-quads" => Some(Self::NQuads),
            "application/trig" => Some(Self::TriG),
            _ => None,
        }
    }

    /// Whether it can say which graph a statement is in.
    pub fn has_graphs(self) -> bool {
        matches!(self, Self::JsonLd | Self::NQuads | Self::TriG)
    }

    fn format(self) -> RdfFormat {
        match self {
            Self::Turtle => RdfFormat::Turtle,
            Self::RdfXml => RdfFormat::RdfXml,
            Self::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
            Self::NTriples => RdfFormat::NTriples,
            Self::NQuads => RdfFormat::NQuads,
            Self::TriG => RdfFormat::TriG,
        }
    }
}

/// The prefixes that documents declare.
pub const PREFIXES: [(&str, &str); 17] = [
    ("adms", ns::adms::NS),
    ("dcat", ns::dcat::NS),
    ("dcatap", ns::dcatap::NS),
    ("dct", ns::dct::NS),
    ("eli", ns::eli::NS),
    ("foaf", ns::foaf::NS),
    ("gsp", ns::geosparql::NS),
    ("locn", ns::locn::NS),
    ("odrl", ns::odrl::NS),
    ("owl", ns::owl::NS),
    ("prov", ns::prov::NS),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("skos", ns::skos::NS),
    ("spdx", ns::spdx::NS),
    ("vcard", ns::vcard::NS),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Writes triples, sorted and without doubles.
///
/// # Errors
/// When `to` does.
///
/// ```
/// use moisson_dcat::serialise::{Syntax, to_string, write_triples};
/// use oxrdf::{Literal, NamedNode, Triple};
///
/// let s = NamedNode::new("https://data.example/id/dataset/s/1")?;
/// let title = NamedNode::new("http://purl.org/dc/terms/title")?;
/// let triples = [Triple::new(s, title, Literal::from("Trees"))];
/// let turtle = to_string(&triples, Syntax::Turtle);
/// assert!(turtle.contains("dct:title \"Trees\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_triples<'t>(
    triples: impl IntoIterator<Item = &'t Triple>,
    syntax: Syntax,
    to: impl Write,
) -> io::Result<()> {
    let mut lines: Vec<(String, QuadRef<'t>)> = triples
        .into_iter()
        .map(|t| (t.to_string(), QuadRef::new(&t.subject, &t.predicate, &t.object, &GraphName::DefaultGraph)))
        .collect();
    write_sorted(&mut lines, syntax, to)
}

/// Writes quads, sorted by graph and line and without doubles. Syntaxes without graphs get all of them in one.
///
/// # Errors
/// When `to` does.
pub fn write_quads<'q>(
    quads: impl IntoIterator<Item = &'q Quad>,
    syntax: Syntax,
    to: impl Write,
) -> io::Result<()> {
    let mut lines: Vec<(String, QuadRef<'q>)> = quads
        .into_iter()
        .map(|q| {
            let graph = if syntax.has_graphs() { &q.graph_name } else { &GraphName::DefaultGraph };
            let quad = QuadRef::new(&q.subject, &q.predicate, &q.object, graph);
            (format!("{graph} {} {} {}", q.subject, q.predicate, q.object), quad)
        })
        .collect();
    write_sorted(&mut lines, syntax, to)
}

/// The triples as text; for small documents.
pub fn to_string<'t>(triples: impl IntoIterator<Item = &'t Triple>, syntax: Syntax) -> String {
    let mut bytes = Vec::new();
    // Writing to memory does not fail, and all serialisers write UTF-8.
    let _infallible = write_triples(triples, syntax, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Begins a document with the prefixes that stand for our names; for callers that stream statements themselves.
pub fn serializer(syntax: Syntax) -> RdfSerializer {
    PREFIXES.iter().fold(RdfSerializer::from_format(syntax.format()), |serializer, (prefix, ns)| {
        // The prefixes are constants of valid IRIs.
        serializer.clone().with_prefix(*prefix, *ns).unwrap_or(serializer)
    })
}

fn write_sorted(lines: &mut Vec<(String, QuadRef<'_>)>, syntax: Syntax, to: impl Write) -> io::Result<()> {
    lines.sort_by(|(a, _), (b, _)| a.cmp(b));
    lines.dedup_by(|(a, _), (b, _)| a == b);
    let mut writer = serializer(syntax).for_writer(to);
    for (_, quad) in lines {
        writer.serialize_quad(*quad)?;
    }
    writer.finish().map(|_| ())
}

/// Puts triples into a graph.
pub fn in_graph(triples: Vec<Triple>, graph: &NamedNode) -> impl Iterator<Item = Quad> {
    triples.into_iter().map(move |t| t.in_graph(graph.clone()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxrdf::{Literal, NamedNode, Triple};
    use oxrdfio::RdfParser;

    use super::{Syntax, to_string};

    fn triples() -> Vec<Triple> {
        let node = |n: &str| NamedNode::new(format!("https://x.example/{n}")).unwrap();
        let title = NamedNode::new("http://purl.org/dc/terms/title").unwrap();
        let text = |t: &str| Literal::new_language_tagged_literal(t, "fr").unwrap();
        let mut triples: Vec<Triple> = ["b", "a", "c"]
            .iter()
            .flat_map(|n| {
                ["é \"quoté\" \\ <&>", "ligne\r\n\u{7f}"]
                    .map(|t| Triple::new(node(n), title.clone(), text(t)))
            })
            .collect();
        triples.push(triples[0].clone());
        triples
    }

    #[test]
    fn every_syntax_gives_back_what_was_written_and_the_same_bytes_in_any_order() {
        let wanted: BTreeSet<String> = triples().iter().map(ToString::to_string).collect();
        for syntax in Syntax::ALL {
            let document = to_string(&triples(), syntax);
            let mut turned = triples();
            turned.reverse();
            assert_eq!(document, to_string(&turned, syntax), "{syntax:?}");
            let read = RdfParser::from_format(syntax.format()).for_slice(document.as_bytes());
            let found: BTreeSet<String> = read
                .map(|quad| {
                    let quad = quad.unwrap_or_else(|e| panic!("{syntax:?}: {e}\n{document}"));
                    Triple::new(quad.subject, quad.predicate, quad.object).to_string()
                })
                .collect();
            assert_eq!(found, wanted, "{syntax:?}\n{document}");
        }
    }

    #[test]
    fn syntaxes_are_found_by_extension_and_media_type() {
        for syntax in Syntax::ALL {
            assert_eq!(Syntax::from_extension(syntax.extension()), Some(syntax));
            assert_eq!(Syntax::from_media_type(syntax.media_type()), Some(syntax));
        }
        assert_eq!(Syntax::from_extension("exe"), None);
    }
}
