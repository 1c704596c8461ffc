//! `/about`: what the portal is, who runs it, and how programs use it.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use moisson_store::Counts;

use super::{
    html::{best, link_out},
    layout::{Here, Page},
};
use crate::{
    reader::Reader,
    server::Shared,
    texts::{fill, format},
};

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/about", get(about))
}

async fn about(State(server): State<Shared>, reader: Reader) -> Response {
    match server.read("counting the records", moisson_store::Store::counts).await {
        Ok(counts) => page(&reader, &counts, server.app.sources.sources().len()),
        Err(problem) => problem.into_response(),
    }
}

fn page(reader: &Reader, counts: &Counts, sources: usize) -> Response {
    let texts = reader.texts;
    let number = |n: u64| format::number(n, reader.language);
    let counts = fill(
        texts.about_counts,
        &[
            ("datasets", &number(counts.datasets)),
            ("series", &number(counts.series)),
            ("services", &number(counts.services)),
            ("sources", &number(u64::try_from(sources).unwrap_or_default())),
            ("quads", &number(counts.quads)),
        ],
    );
    let body = html! {
        div.prose {
            h1 { (texts.about_title) }
            @if let Some(about) = best(reader, &reader.portal().description) { p.lead { (about) } }
            p { (counts) }
            h2 { (texts.about_how_title) }
            p { (texts.about_how) }
            h2 { (texts.about_licence_title) }
            p { (texts.about_licence) }
            (publisher(reader))
        }
        section.card { (machines(reader)) }
    };
    Page { title: texts.about_title, here: Some(Here::About), ..Page::new(reader) }.response(&body)
}

fn publisher(reader: &Reader) -> Markup {
    let portal = reader.portal();
    let Some(name) = crate::language::best_text(&portal.publisher.name, reader.language) else {
        return html! {};
    };
    let contact = portal.contact.as_ref();
    let reached = contact
        .iter()
        .flat_map(|contact| contact.has_email.iter().chain(&contact.has_telephone).chain(&contact.has_url));
    let reached: Vec<_> = portal.publisher.mbox.iter().chain(reached).collect();
    html! {
        h2 { (reader.texts.about_publisher_title) }
        p { @match &portal.publisher.homepage { Some(homepage) => (link_out(reader, homepage.as_str(), &name.value)), None => (name.value) } }
        @if !reached.is_empty() {
            p {
                (reader.texts.about_contact) ": "
                @for (at, iri) in reached.iter().enumerate() {
                    @if at > 0 { ", " }
                    (link_out(reader, iri.as_str(), iri.as_str().trim_start_matches("mailto:").trim_start_matches("tel:")))
                }
            }
        }
    }
}

fn machines(reader: &Reader) -> Markup {
    let texts = reader.texts;
    let prefix = reader.portal().prefix();
    html! {
        h2 { (texts.about_data_title) }
        p { (texts.about_data_intro) }
        dl.pairs {
            dt { (texts.about_search_api) }
            dd { a href=(reader.link("/api")) { "/api" } ", " a href={ (prefix) "/api/openapi.json" } { "/api/openapi.json" } }
            dt { (texts.about_sparql) } dd { a href=(reader.link("/sparql")) { "/sparql" } }
            dt { (texts.about_feed) }
            dd {
                @for (at, extension) in ["ttl", "rdf", "jsonld", "nt", "trig"].into_iter().enumerate() {
                    @if at > 0 { ", " }
                    a href={ (prefix) "/catalog." (extension) } { "/catalog." (extension) }
                }
            }
            dt { (texts.about_health) }
            dd { a href={ (prefix) "/health" } { "/health" } ", " a href={ (prefix) "/metrics" } { "/metrics" } }
        }
        p.muted { (texts.about_formats) }
    }
}
