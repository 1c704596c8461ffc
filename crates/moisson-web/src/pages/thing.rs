//! The page of a thing that is no record: a distribution, an agent, a catalogue: what is said of it.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};
use oxrdf::{NamedOrBlankNode, Quad, Term};

use super::{html::link_out, layout::Page};
use crate::{
    identify::thing::Other, labels, language::best_text, reader::Reader, summary::Facts, texts::properties,
};

/// More statements than this are not listed on the page.
const MAX_LISTED: usize = 500;

pub(super) fn page(reader: &Reader, other: &Other) -> Response {
    let texts = reader.texts;
    let title = title(reader, other);
    let gone = other.record.as_ref().is_some_and(moisson_store::StoredRecord::is_gone);
    let mut about: Vec<&Quad> = other.quads.iter().filter(|quad| !is_pointer(quad, &other.iri)).collect();
    about.sort_by_cached_key(|quad| (subject(quad) != other.iri, quad.to_string()));
    about.dedup_by(|a, b| (&a.subject, &a.predicate, &a.object) == (&b.subject, &b.predicate, &b.object));
    let body = html! {
        h1 { (title) }
        p { code { (other.iri) } }
        @if gone { p.note.bad role="status" { (texts.removed_title) } }
        @if let Some(record) = &other.record {
            @let name = best_text(Facts::of(&record.resource).title, reader.language);
            p { (texts.thing_part_of) ": " (link_out(reader, record.iri.as_str(), name.map_or(texts.untitled, |text| &text.value))) }
        }
        section.card {
            h2 #statements { (texts.thing_statements) }
            div.scroll tabindex="0" role="region" aria-labelledby="statements" {
                table {
                    thead { tr { th scope="col" { (texts.thing_property) } th scope="col" { (texts.thing_value) } } }
                    tbody { @for quad in about.iter().take(MAX_LISTED) { (row(reader, quad, &other.iri)) } }
                }
            }
        }
    };
    let head = html! {
        link rel="canonical" href=(other.iri);
        @for (extension, media_type) in [("ttl", "text/turtle"), ("rdf", "application/rdf+xml"), ("jsonld", "application/ld+json"), ("nt", "application/n-triples")] {
            link rel="alternate" type=(media_type) href={ (other.iri) "." (extension) };
        }
    };
    let status = if gone { StatusCode::GONE } else { StatusCode::OK };
    Page { title: &title, head, hidden: true, status, ..Page::new(reader) }.response(&body)
}

/// A statement of something else that points here.
fn is_pointer(quad: &Quad, iri: &str) -> bool {
    !subject(quad).starts_with(iri) && matches!(&quad.object, Term::NamedNode(node) if node.as_str() == iri)
}

fn subject(quad: &Quad) -> &str {
    match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => node.as_str(),
        NamedOrBlankNode::BlankNode(node) => node.as_str(),
    }
}

fn row(reader: &Reader, quad: &Quad, iri: &str) -> Markup {
    let property = properties::of_iri(quad.predicate.as_str());
    let inside = subject(quad).strip_prefix(iri).filter(|rest| !rest.is_empty());
    let apart =
        (subject(quad) != iri && inside.is_none()).then(|| labels::of_iri(subject(quad), reader.language));
    html! {
        tr {
            th scope="row" title=(quad.predicate.as_str()) {
                (properties::heading(&property, reader.language))
                @if let Some(of) = inside.map(str::to_owned).or(apart) { p.muted.small { (of) } }
            }
            td { (value(reader, &quad.object)) }
        }
    }
}

fn value(reader: &Reader, term: &Term) -> Markup {
    match term {
        Term::NamedNode(node) => link_out(reader, node.as_str(), node.as_str()),
        Term::Literal(literal) => html! { span lang=[literal.language()] { (literal.value()) } },
        Term::BlankNode(node) => html! { (node.as_str()) },
    }
}

/// The name or title of the thing, else the end of its IRI.
fn title(reader: &Reader, other: &Other) -> String {
    let names = [
        "http://purl.org/dc/terms/title",
        "http://xmlns.com/foaf/0.1/name",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
    ];
    let texts: Vec<moisson_dcat::Text> = other
        .quads
        .iter()
        .filter(|quad| subject(quad) == other.iri && names.contains(&quad.predicate.as_str()))
        .filter_map(|quad| match &quad.object {
            Term::Literal(literal) => Some(moisson_dcat::Text {
                value: literal.value().to_owned(),
                lang: literal.language().map(str::to_owned),
            }),
            _ => None,
        })
        .collect();
    match best_text(&texts, reader.language) {
        Some(text) => text.value.clone(),
        None => labels::of_iri(&other.iri, reader.language),
    }
}
