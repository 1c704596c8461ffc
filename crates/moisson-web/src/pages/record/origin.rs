//! Where a record comes from, what happened to it, and its other forms.

use maud::{Markup, html};
use moisson_dcat::{Resource, Upstream, write::segment};
use moisson_store::{Happening, HistoryEntry};

use super::Shown;
use crate::{
    addresses::api_path,
    language::best_text,
    pages::html::link_out,
    reader::Reader,
    texts::{counted, fill, format},
};

/// The last happenings that are listed.
const MAX_HISTORY: usize = 12;

pub(super) fn sections(reader: &Reader, shown: &Shown<'_>) -> Markup {
    html! {
        (machines(reader, shown))
        (copies(reader, shown))
        (provenance(reader, shown))
        (history(reader, shown.history))
    }
}

fn machines(reader: &Reader, shown: &Shown<'_>) -> Markup {
    let texts = reader.texts;
    let prefix = reader.portal().prefix();
    let page = shown.record.iri.as_str().strip_prefix(reader.portal().base()).unwrap_or_default();
    html! {
        section.card {
            h2 { (texts.machine_title) }
            p.small.muted { (texts.machine_intro) }
            ul.tags {
                @for (extension, name) in [("ttl", "Turtle"), ("rdf", "RDF/XML"), ("jsonld", "JSON-LD"), ("nt", "N-Triples")] {
                    li { a.tag href={ (prefix) (page) "." (extension) } { (name) } }
                }
                li { a.tag href={ (prefix) (api_path(&shown.record.key)) } { "JSON" } }
            }
        }
    }
}

/// Where else the same dataset is published.
fn copies(reader: &Reader, shown: &Shown<'_>) -> Markup {
    let (texts, language) = (reader.texts, reader.language);
    let Some(group) = shown.copies else { return html! {} };
    let is_authority = group.authority == shown.record.key;
    html! {
        section.card #copies {
            h2 { (texts.copies_title) }
            p.small.muted { (if is_authority { texts.copies_this_is_it } else { texts.copies_other_is_it }) }
            ul.plain {
                @for member in group.members.iter().filter(|member| member.key != shown.record.key) {
                    li {
                        a href=(reader.link_to_iri(member.iri.as_str()).unwrap_or_else(|| api_path(&member.key))) { (shown.titles.title(&member.key.source, language)) }
                        @if member.key == group.authority { " " span.tag { (texts.copies_authority) } }
                    }
                }
            }
        }
    }
}

fn provenance(reader: &Reader, shown: &Shown<'_>) -> Markup {
    let (texts, language) = (reader.texts, reader.language);
    let record = shown.record;
    let none = Upstream::default();
    let upstream = match &record.resource {
        Resource::Dataset(dataset) => &dataset.upstream,
        Resource::Series(series) => &series.upstream,
        Resource::Service(_) => &none,
    };
    let own = match &record.resource {
        Resource::Service(service) => service.upstream_page.as_ref().or(service.upstream.as_ref()),
        Resource::Dataset(_) | Resource::Series(_) => upstream.page.as_ref().or(upstream.iri.as_ref()),
    };
    let reference = |reference: &moisson_dcat::Reference| {
        let title = best_text(&reference.title, language).map(|text| text.value.as_str());
        let iri = reference.iri.as_ref().map(moisson_dcat::Iri::as_str);
        link_out(reader, iri.unwrap_or_default(), title.or(iri).unwrap_or_default())
    };
    html! {
        section.card #origin {
            h2 { (texts.provenance_title) }
            @if let Some(iri) = own { p { (link_out(reader, iri.as_str(), texts.original_page)) } }
            dl.pairs {
                dt { (texts.provenance_source) }
                dd { a href=(reader.link(&format!("/sources/{}", segment(&record.key.source)))) { (shown.titles.title(&record.key.source, language)) } }
                dt { (texts.provenance_id) } dd { code { (record.key.id) } }
                dt { (texts.provenance_iri) } dd { a href=(reader.link_to_iri(record.iri.as_str()).unwrap_or_default()) { (record.iri.as_str()) } }
                @if let Some(iri) = &upstream.iri { dt { (texts.provenance_at_source) } dd { (link_out(reader, iri.as_str(), iri.as_str())) } }
                @if let Some(catalog) = &upstream.catalog { dt { (texts.provenance_catalog) } dd { (reference(catalog)) } }
                @if let Some(copy) = &upstream.copy_of { dt { (texts.provenance_copy_of) } dd { (reference(copy)) } }
                dt { (texts.provenance_listed) } dd { (format::moment(record.life.listed, language)) }
                dt { (texts.provenance_changed) } dd { (format::moment(record.life.changed, language)) }
                @if let Some(raw) = shown.raw {
                    @let size = format::bytes(u64::try_from(raw.body.len()).unwrap_or_default(), language);
                    dt { (texts.provenance_raw) }
                    dd { a href={ (reader.portal().prefix()) (api_path(&record.key)) "/raw" } { (fill(texts.provenance_raw_link, &[("media_type", &raw.media_type), ("size", &size)])) } }
                    dd { a href={ (reader.portal().prefix()) (api_path(&record.key)) "/explain" } { (texts.provenance_explain) } }
                }
            }
        }
    }
}

fn history(reader: &Reader, history: &[HistoryEntry]) -> Markup {
    let (texts, language) = (reader.texts, reader.language);
    if history.len() < 2 {
        return html! {};
    }
    html! {
        section.card {
            h2 { (texts.history_title) }
            ul.plain {
                @for entry in history.iter().rev().take(MAX_HISTORY) {
                    @let what = match entry.what {
                        Happening::New => texts.history_new,
                        Happening::Changed => texts.history_changed,
                        Happening::Back => texts.history_back,
                        Happening::Gone => texts.history_gone,
                    };
                    li {
                        strong { (what) } " " span.muted { (format::day(entry.at, language)) }
                        @if !entry.changes.is_empty() {
                            @let n = u64::try_from(entry.changes.len()).unwrap_or_default();
                            details {
                                summary.small { (counted(n, texts.history_more_one, texts.history_more_many, language)) }
                                ul.small {
                                    @for change in entry.changes.iter().take(MAX_HISTORY) {
                                        li { code { (change.property) } @if let Some(before) = &change.before { " – " del { (before) } } @if let Some(after) = &change.after { " + " ins { (after) } } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
