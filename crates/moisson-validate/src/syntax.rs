//! In which syntax a document is. What it looks like counts most, since names and content types are often wrong; they
//! tell what looks alike apart.

use oxrdfio::{JsonLdProfileSet, RdfFormat, RdfParser};

use crate::checked::{Fault, FaultKind};

/// A syntax of RDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// [Turtle](https://www.w3.org/TR/turtle/).
    Turtle,
    /// [TriG](https://www.w3.org/TR/trig/).
    TriG,
    /// [N-Triples](https://www.w3.org/TR/n-triples/).
    NTriples,
    /// [N-Quads](https://www.w3.org/TR/n-quads/).
    NQuads,
    /// [RDF/XML](https://www.w3.org/TR/rdf-syntax-grammar/).
    RdfXml,
    /// [JSON-LD](https://www.w3.org/TR/json-ld11/).
    JsonLd,
}

/// How much of a document is looked at, in bytes.
pub(crate) const HEAD_MAX: usize = 8 << 10;

impl Syntax {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Turtle, Self::TriG, Self::NTriples, Self::NQuads, Self::RdfXml, Self::JsonLd];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Turtle => "Turtle",
            Self::TriG => "TriG",
            Self::NTriples => "N-Triples",
            Self::NQuads => "N-Quads",
            Self::RdfXml => "RDF/XML",
            Self::JsonLd => "JSON-LD",
        }
    }

    /// By a file name extension or the short names that people use: `ttl`, `turtle`, `xml`, `rdfxml`, `json`, …
    pub fn named(name: &str) -> Option<Self> {
        let name: String = name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        Some(match name.as_str() {
            "ttl" | "turtle" | "n3" => Self::Turtle,
            "trig" => Self::TriG,
            "nt" | "ntriples" => Self::NTriples,
            "nq" | "nquads" => Self::NQuads,
            "rdf" | "rdfxml" | "xml" | "owl" => Self::RdfXml,
            "jsonld" | "json" => Self::JsonLd,
            _ => return None,
        })
    }

    /// By a media type; generic ones such as `text/plain` say nothing.
    pub fn of_content_type(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match essence.as_str() {
            "text/turtle" | "application/turtle" | "application/x-turtle" | "text/n3" | "text/rdf+n3" => {
                Self::Turtle
            }
            "application/trig" => Self::TriG,
            "application/n-triples" => Self::NTriples,
            "application/n-quads" | "text/x-nquads" => Self::NQuads,
            "application/rdf+xml" | "application/xml" | "text/xml" | "text/rdf" => Self::RdfXml,
            "application/ld+json" | "application/json" | "text/json" => Self::JsonLd,
            other if other.ends_with("+xml") && other != "application/xhtml+xml" => Self::RdfXml,
            other if other.ends_with("+json") => Self::JsonLd,
            _ => return None,
        })
    }

    /// By the extension of a path or address, that of a compression aside.
    pub fn of_path(path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        Self::named(name.rsplit_once('.')?.1)
    }

    pub(crate) fn format(self) -> RdfFormat {
        match self {
            Self::Turtle => RdfFormat::Turtle,
            Self::TriG => RdfFormat::TriG,
            Self::NTriples => RdfFormat::NTriples,
            Self::NQuads => RdfFormat::NQuads,
            Self::RdfXml => RdfFormat::RdfXml,
            Self::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        }
    }

    /// Whether it is of Turtle's family, in which reading can go on after an error.
    pub(crate) fn is_terse(self) -> bool {
        !matches!(self, Self::RdfXml | Self::JsonLd)
    }
}

/// The syntax of a document that begins with `head`. `told` is what content type and name say, the best first.
pub(crate) fn detect(head: &str, told: &[Option<Syntax>]) -> Result<Syntax, Fault> {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let told = told.iter().copied().flatten();
    match look(head) {
        Look::Nothing => Err(unrecognised("the document is empty")),
        Look::Html => Err(unrecognised(&format!(
            "this is a page for people (HTML: `{}`), not RDF; look for the portal's RDF export",
            short(head)
        ))),
        Look::Is(syntax) => Ok(syntax),
        Look::Terse => {
            Ok(told.into_iter().find(|syntax| syntax.is_terse()).unwrap_or_else(|| relative_of_turtle(head)))
        }
        Look::Unclear => told.into_iter().find(|syntax| syntax.is_terse()).ok_or_else(|| {
            unrecognised(&format!("`{}` does not look like RDF; say the syntax if it is", short(head)))
        }),
    }
}

enum Look {
    Nothing,
    Html,
    Is(Syntax),
    /// Of Turtle's family.
    Terse,
    Unclear,
}

fn look(head: &str) -> Look {
    let mut chars = head.chars();
    let after_first = || head.chars().skip(1).find(|c| !c.is_whitespace());
    match chars.next() {
        None => Look::Nothing,
        Some('<') => angle(head),
        Some('{') => match after_first() {
            Some('"' | '}') | None => Look::Is(Syntax::JsonLd),
            Some(_) => Look::Is(Syntax::TriG),
        },
        Some('[') => match after_first() {
            Some('{' | '[' | '"' | '-' | '0'..='9') | None => Look::Is(Syntax::JsonLd),
            // `[]` alone is JSON; with something after it, it begins a statement of Turtle.
            Some(']') if head.trim_end().ends_with(']') => Look::Is(Syntax::JsonLd),
            Some(_) => Look::Terse,
        },
        Some('@' | '#' | '_' | '(') => Look::Terse,
        _ => {
            let word = head.split_whitespace().next().unwrap_or_default();
            let directive = ["prefix", "base", "graph"].iter().any(|known| known.eq_ignore_ascii_case(word));
            let named = word.split_once(':').is_some_and(|(prefix, _)| {
                prefix.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            });
            if directive || named { Look::Terse } else { Look::Unclear }
        }
    }
}

/// What begins with `<`: a tag or an IRI.
fn angle(head: &str) -> Look {
    let lower = head.to_ascii_lowercase();
    let rdf = lower.contains("<rdf:rdf") || lower.contains("http://www.w3.org/1999/02/22-rdf-syntax-ns#");
    if !rdf && ["<html", "<!doctype html", "<body", "<head"].iter().any(|tag| lower.contains(tag)) {
        return Look::Html;
    }
    if head.starts_with("<?") || head.starts_with("<!") {
        return Look::Is(Syntax::RdfXml);
    }
    let inside = head.get(1..).and_then(|rest| rest.split('>').next()).unwrap_or_default();
    let starts_name = inside.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let is_iri = inside.contains("://") && !inside.contains(char::is_whitespace);
    // `<a>` is a tag where something is closed further on, and else a reference of Turtle.
    let has_attributes = inside.contains(char::is_whitespace) && inside.contains('=');
    let is_tag = has_attributes || inside.ends_with('/') || lower.contains("</") || lower.contains("/>");
    if starts_name && !is_iri && is_tag { Look::Is(Syntax::RdfXml) } else { Look::Terse }
}

/// Which of the family: the first line tells statements of four terms, braces tell graphs.
fn relative_of_turtle(head: &str) -> Syntax {
    let first = head.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let quads = first.is_some_and(|line| {
        let mut quads = RdfParser::from_format(RdfFormat::NQuads).for_slice(line);
        matches!(quads.next(), Some(Ok(quad)) if !quad.graph_name.is_default_graph())
    });
    // TriG is Turtle with graphs, and N-Triples is Turtle without abbreviations.
    if quads { Syntax::NQuads } else { Syntax::TriG }
}

fn unrecognised(message: &str) -> Fault {
    Fault { kind: FaultKind::Unrecognised, line: None, column: None, message: message.to_owned() }
}

fn short(head: &str) -> String {
    head.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Syntax, detect};

    #[test]
    fn the_content_tells_families_apart_and_names_tell_relatives_apart() {
        let cases: &[(&str, Option<Syntax>, Syntax)] = &[
            ("<?xml version=\"1.0\"?><rdf:RDF/>", Some(Syntax::Turtle), Syntax::RdfXml),
            ("<rdf:RDF xmlns:rdf=\"x\">", None, Syntax::RdfXml),
            ("{\"@context\": 1}", Some(Syntax::RdfXml), Syntax::JsonLd),
            ("[ { \"@id\": 1 } ]", None, Syntax::JsonLd),
            ("[] a <x> .", None, Syntax::TriG),
            ("@prefix a: <b> .", Some(Syntax::Turtle), Syntax::Turtle),
            ("PREFIX a: <b>", Some(Syntax::TriG), Syntax::TriG),
            ("<urn:a> <urn:b> <urn:c> .", None, Syntax::TriG),
            ("<a> a <b> .", Some(Syntax::Turtle), Syntax::Turtle),
            ("<Catalog><Dataset/></Catalog>", None, Syntax::RdfXml),
            ("<http://a> <http://b> \"c\" <http://g> .\n", None, Syntax::NQuads),
            ("<http://a> <http://b> \"c\" .\n", Some(Syntax::NTriples), Syntax::NTriples),
            ("\u{feff}@prefix a: <b> .", None, Syntax::TriG),
            ("{ <a> <b> <c> }", None, Syntax::TriG),
            ("ex:a a ex:b .", None, Syntax::TriG),
        ];
        for (head, told, expected) in cases {
            assert_eq!(detect(head, &[*told]).unwrap(), *expected, "{head}");
        }
    }

    #[test]
    fn what_is_no_rdf_is_said_to_be_what_it_is() {
        for (head, part) in [
            ("", "empty"),
            ("  \n", "empty"),
            ("<!DOCTYPE html><html><body>", "page for people"),
            ("id;titre;licence", "does not look like RDF"),
        ] {
            let fault = detect(head, &[]).unwrap_err();
            assert!(fault.message.contains(part), "{head}: {fault:?}");
        }
    }
}
