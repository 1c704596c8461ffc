//! The page of a dataset, series or service.

mod details;
mod files;
mod origin;
mod quality;
mod structured;

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use maud::{Markup, html};
use moisson_dcat::Text;
use moisson_store::{CopyGroup, HistoryEntry, Kind, Raw, StoredRecord};

use super::{
    html::{foreign, spoken},
    layout::{Here, Page},
};
use crate::{
    labels::SourceTitles,
    language::best_text,
    reader::Reader,
    summary::Facts,
    texts::{fill, format},
};

/// What a page is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) record: &'a StoredRecord,
    pub(super) raw: Option<&'a Raw>,
    pub(super) history: &'a [HistoryEntry],
    pub(super) copies: Option<&'a CopyGroup>,
    pub(super) titles: &'a SourceTitles,
    /// When it is shown.
    pub(super) now: Timestamp,
}

/// The page.
pub(super) fn page(reader: &Reader, shown: &Shown<'_>) -> Response {
    let record = shown.record;
    let facts = Facts::of(&record.resource);
    let title = best_text(facts.title, reader.language);
    let name = title.map_or(reader.texts.untitled, |text| &text.value);
    let body = html! {
        article {
            (heading(reader, shown, &facts, title))
            (gone(reader, record))
            div.split {
                div {
                    (description(reader, &facts))
                    (files::section(reader, &record.resource))
                    (details::section(reader, &record.resource, shown.now))
                    (quality::section(reader, record))
                }
                div.side { (origin::sections(reader, shown)) }
            }
        }
    };
    Page {
        title: name,
        here: Some(Here::Datasets),
        head: head(reader, record, &facts),
        hidden: record.is_gone(),
        status: if record.is_gone() { StatusCode::GONE } else { StatusCode::OK },
        ..Page::new(reader)
    }
    .response(&body)
}

/// Alternates for machines, and the description that search engines read.
fn head(reader: &Reader, record: &StoredRecord, facts: &Facts<'_>) -> Markup {
    let iri = record.iri.as_str();
    let forms = [
        ("ttl", "text/turtle"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("nt", "application/n-triples"),
    ];
    let about =
        best_text(facts.description, reader.language).map(|text| crate::summary::shorten(&text.value, 200));
    html! {
        link rel="canonical" href=(iri);
        @for (extension, media_type) in forms {
            link rel="alternate" type=(media_type) href={ (iri) "." (extension) };
        }
        @if let Some(about) = about { meta name="description" content=(about); }
        @if !record.is_gone() { (structured::data(reader, record)) }
    }
}

fn heading(reader: &Reader, shown: &Shown<'_>, facts: &Facts<'_>, title: Option<&Text>) -> Markup {
    let texts = reader.texts;
    let source = &shown.record.key.source;
    let kind = match Kind::of(&shown.record.resource) {
        Kind::Dataset => None,
        Kind::Series => Some(texts.kind_series),
        Kind::Service => Some(texts.kind_service),
    };
    html! {
        header {
            h1 lang=[title.and_then(|text| foreign(reader, text))] { (title.map_or(texts.untitled, |text| &text.value)) }
            p.by {
                @if let Some(kind) = kind { span { span.tag.kind { (kind) } } }
                @if let Some(name) = facts.publisher.and_then(|agent| best_text(&agent.name, reader.language)) { span { (spoken(reader, name)) } }
                span { a href=(reader.link(&format!("/sources/{source}"))) { (shown.titles.title(source, reader.language)) } }
                @if let Some(modified) = facts.modified {
                    span { (fill(texts.modified_on, &[("date", &format::temporal(modified, reader.language))])) }
                }
            }
        }
    }
}

fn gone(reader: &Reader, record: &StoredRecord) -> Markup {
    let Some(gone) = &record.life.gone else { return html! {} };
    let reason = gone.reason.trim_end_matches('.');
    let text = fill(
        reader.texts.removed_text,
        &[("date", &format::day(gone.at, reader.language)), ("reason", reason)],
    );
    html! { div.note.bad role="status" { h2 { (reader.texts.removed_title) } p { (text) } } }
}

fn description(reader: &Reader, facts: &Facts<'_>) -> Markup {
    let best = best_text(facts.description, reader.language);
    let others: Vec<&Text> = facts.description.iter().filter(|text| Some(*text) != best).collect();
    html! {
        div.prose {
            @if let Some(text) = best { p lang=[foreign(reader, text)] { (text.value) } }
            @if !others.is_empty() {
                details {
                    summary { (reader.texts.other_languages) }
                    @for text in others { p lang=[text.lang.as_deref()] { (text.value) } }
                }
            }
        }
        @if !facts.keyword.is_empty() {
            ul.tags aria-label=(crate::texts::properties::heading("keyword", reader.language)) {
                @for keyword in facts.keyword {
                    li {
                        a.tag href=(search_for(reader, "keyword", &keyword.value)) lang=[foreign(reader, keyword)] title=(reader.texts.keyword_search) { (keyword.value) }
                    }
                }
            }
        }
    }
}

/// The search for a value of a facet.
pub(super) fn search_for(reader: &Reader, facet: &str, value: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(facet, value);
    reader.link(&format!("/?{}", query.finish()))
}
