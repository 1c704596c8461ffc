//! The files of a dataset, or the addresses of a service.

use maud::{Markup, html};
use moisson_dcat::{Concept, Distribution, Iri, Resource};

use crate::{
    labels,
    pages::html::{best, is_followable, link_out},
    reader::Reader,
    texts::format,
};

/// More files than this are not listed on the page; machines get them all.
const MAX_LISTED: usize = 500;

pub(super) fn section(reader: &Reader, resource: &Resource) -> Markup {
    match resource {
        Resource::Dataset(dataset) => {
            html! { section.card #files { (files(reader, &dataset.distribution)) } }
        }
        Resource::Service(service) => html! {
            section.card #files {
                h2 { (reader.texts.service_endpoint) }
                ul.plain { @for url in service.endpoint_url.iter().chain(&service.endpoint_description) { li { (link_out(reader, url.as_str(), url.as_str())) } } }
            }
        },
        Resource::Series(_) => html! {},
    }
}

fn files(reader: &Reader, distributions: &[Distribution]) -> Markup {
    let texts = reader.texts;
    if distributions.is_empty() {
        return html! { h2 { (texts.distributions_title) } p.muted { (texts.distributions_none) } };
    }
    let left_out = u64::try_from(distributions.len().saturating_sub(MAX_LISTED)).unwrap_or_default();
    html! {
        h2 #files-title { (texts.distributions_title) }
        div.scroll tabindex="0" role="region" aria-labelledby="files-title" {
            table.stack {
                thead {
                    tr {
                        th scope="col" { (texts.column_file) }
                        th scope="col" { (texts.column_format) }
                        th.number scope="col" { (texts.column_size) }
                        th scope="col" { (texts.column_license) }
                        th scope="col" { (texts.column_get) }
                    }
                }
                tbody { @for distribution in distributions.iter().take(MAX_LISTED) { (row(reader, distribution)) } }
            }
        }
        @if left_out > 0 { p.muted { (crate::texts::fill(texts.quality_left_out, &[("n", &format::number(left_out, reader.language))])) } }
    }
}

fn row(reader: &Reader, file: &Distribution) -> Markup {
    let (texts, language) = (reader.texts, reader.language);
    let format = file.format.as_ref().or(file.media_type.as_ref());
    html! {
        tr {
            th scope="row" {
                @match best(reader, &file.title) { Some(title) => (title), None => (name(file).unwrap_or(texts.distribution_untitled)) }
                @if let Some(about) = best(reader, &file.description) { p.muted.small { (about) } }
                @if let Some(modified) = &file.modified {
                    p.muted.small { (crate::texts::fill(texts.modified_on, &[("date", &format::temporal(modified, language))])) }
                }
            }
            td data-label=(texts.column_format) { @if let Some(format) = format { span.tag { (labels::of_concept(format, language).value) } } }
            td.number data-label=(texts.column_size) { @if let Some(bytes) = file.byte_size { (format::bytes(bytes, language)) } }
            td data-label=(texts.column_license) { @if let Some(license) = &file.license { (licence(reader, license)) } }
            td { (get(reader, file)) }
        }
    }
}

/// Buttons to the file: a download where there is one, else the page where it can be had.
fn get(reader: &Reader, file: &Distribution) -> Markup {
    let texts = reader.texts;
    let title = crate::language::best_text(&file.title, reader.language)
        .map(|text| text.value.as_str())
        .or(name(file));
    let title = title.unwrap_or(texts.distribution_untitled);
    let only_access = file.access_url.iter().filter(|url| !file.download_url.contains(url));
    let links = file.download_url.iter().map(|url| (url, texts.distribution_download)).chain(
        only_access.map(|url| (url, texts.distribution_open)).filter(|_| file.download_url.is_empty()),
    );
    html! { @for (url, word) in links.take(5) { (button(url, word, title)) " " } }
}

fn button(url: &Iri, word: &str, title: &str) -> Markup {
    html! {
        @if is_followable(url.as_str()) {
            a.button.quiet.get href=(url.as_str()) rel="nofollow noopener" { (word) span.hidden { ": " (title) } }
        } @else { span.small { (url.as_str()) } }
    }
}

/// The last part of the address, for files without a title.
fn name(file: &Distribution) -> Option<&str> {
    let url = file.download_url.first().or(file.access_url.first())?.as_str();
    let path = url.split(['?', '#']).next()?.trim_end_matches('/');
    path.split_once("://")?.1.rsplit_once('/').map(|(_, name)| name).filter(|name| !name.is_empty())
}

/// A licence with a link to its text, if its IRI leads there.
pub(super) fn licence(reader: &Reader, licence: &Concept) -> Markup {
    let label = labels::of_concept(licence, reader.language);
    if let Some(iri) = &licence.iri {
        link_out(reader, iri.as_str(), &label.value)
    } else {
        html! { (crate::pages::html::spoken(reader, &label)) }
    }
}
