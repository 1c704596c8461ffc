//! The page of a run: what it found, what failed, and what had to be remarked.

use axum::response::Response;
use maud::{Markup, html};
use moisson_dcat::write::segment;

use super::{layout::Page, sources::task};
use crate::{
    api::runs::RunDocument,
    reader::Reader,
    runs::{RunOutcome, RunReport},
    texts::{fill, format},
};

/// Records set aside that the page lists; the report for programs has all.
const MAX_ASIDE: usize = 100;

pub(crate) fn page(reader: &Reader, document: &RunDocument, iri: &str) -> Response {
    let texts = reader.texts;
    let run = &document.report;
    let at = run.started.map_or_else(|| run.run.clone(), |at| format::moment(at, reader.language));
    let title = fill(texts.run_title, &[("source", &run.source), ("at", &at)]);
    let body = html! {
        h1 { (title) }
        p { (outcome(reader, run)) @if let Some(task) = task(reader, run.task) { " " (task) } }
        @if let Some(reason) = &run.reason { p.note lang="en" { (reason) } }
        section.card {
            h2 { (texts.run_counts_title) }
            (counts(reader, run))
        }
        (list(texts.run_errors_title, &run.errors))
        (remarks(reader, run))
        (list(texts.run_notes_title, &run.notes))
        @if !document.set_aside.is_empty() {
            section.card {
                h2 { (texts.run_aside_title) }
                ul {
                    @for aside in document.set_aside.iter().take(MAX_ASIDE) {
                        li lang="en" { @if let Some(id) = &aside.id { code { (id) } " " } (aside.place) ": " (aside.reason) }
                    }
                }
            }
        }
        p.small {
            (texts.run_data) " "
            @for extension in ["json", "ttl", "rdf", "jsonld", "nt"] { a href={ (iri) "." (extension) } { (extension) } " " }
        }
        p.small { a href=(reader.link(&format!("/sources/{}", segment(&run.source)))) { (run.source) } }
    };
    let head = html! {
        link rel="canonical" href=(iri);
        link rel="alternate" type="application/json" href={ (iri) ".json" };
        link rel="alternate" type="text/turtle" href={ (iri) ".ttl" };
    };
    Page { title: &title, head, hidden: true, ..Page::new(reader) }.response(&body)
}

fn outcome(reader: &Reader, run: &RunReport) -> Markup {
    let texts = reader.texts;
    let (class, word) = match run.outcome {
        Some(RunOutcome::Whole | RunOutcome::Changes) => ("good", texts.state_whole),
        Some(RunOutcome::Running) => ("good", texts.state_running),
        Some(RunOutcome::Interrupted) => ("warn", texts.run_interrupted),
        Some(RunOutcome::Partial) | None => ("warn", texts.state_partial),
        Some(RunOutcome::Failed) => ("bad", texts.state_failed),
    };
    html! { span class={ "badge " (class) } { (word) } }
}

fn counts(reader: &Reader, run: &RunReport) -> Markup {
    let (texts, language) = (reader.texts, reader.language);
    let number = |n: u64| format::number(n, language);
    let rows = [
        (texts.column_new, run.new),
        (texts.column_changed, run.changed),
        (texts.column_unchanged, run.unchanged),
        (texts.run_column_back, run.back),
        (texts.column_gone, run.gone),
        (texts.column_held_back, run.held_back),
        (texts.column_failed, run.failed),
        (texts.run_column_seen, run.seen),
    ];
    let conforms = fill(texts.run_conforms, &[("n", &number(run.conforms)), ("total", &number(run.records))]);
    html! {
        dl.pairs {
            @for (name, n) in rows { dt { (name) } dd { (number(n)) } }
            @if let Some(total) = run.total { dt { (texts.run_column_total) } dd { (number(total)) } }
            dt { (texts.run_column_conforms) } dd { (conforms) }
            dt { (texts.run_requests) } dd { (number(run.requests)) }
            dt { (texts.run_bytes) } dd { (format::bytes(run.bytes_received.max(run.bytes), language)) }
            dt { (texts.column_duration) } dd { (format::seconds(run.duration_ms, language)) }
        }
    }
}

/// Sentences of the pipeline, in English.
fn list(title: &str, sentences: &[String]) -> Markup {
    html! {
        @if !sentences.is_empty() {
            section.card { h2 { (title) } ul { @for sentence in sentences { li lang="en" { (sentence) } } } }
        }
    }
}

fn remarks(reader: &Reader, run: &RunReport) -> Markup {
    html! {
        @if !run.remarks.is_empty() {
            section.card {
                h2 { (reader.texts.run_remarks_title) }
                dl.pairs {
                    @for (code, remark) in &run.remarks {
                        dt { code { (code) } " " (format::number(remark.count, reader.language)) }
                        dd { @for example in &remark.examples { p.small { code { (example) } } } }
                    }
                }
            }
        }
    }
}
