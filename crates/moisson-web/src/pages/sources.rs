//! `/sources`: how the sources are doing, for everybody to see.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use moisson_dcat::write::segment;

use super::{
    html::link_out,
    layout::{Here, Page},
};
use crate::{
    WaitingRemovals,
    admin::Stamp,
    api::sources::{SourceDocument, read_all, read_one},
    fresh::FreshnessCounts,
    reader::Reader,
    runs::{RunOutcome, RunReport, RunTask, SourceReport, SourceState},
    server::Shared,
    texts::{fill, format, properties},
};

/// Runs on the page of a source.
const MAX_RUNS: usize = 20;

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/sources", get(all)).route("/sources/{name}", get(one))
}

async fn all(State(server): State<Shared>, reader: Reader) -> Response {
    match read_all(&server, reader.language).await {
        Ok(sources) => list(&reader, &sources),
        Err(problem) => problem.into_response(),
    }
}

async fn one(State(server): State<Shared>, reader: Reader, Path(name): Path<String>) -> Response {
    match read_one(&server, &name, reader.language).await {
        Ok(source) => page(&reader, &source),
        Err(problem) => problem.into_response(),
    }
}

fn list(reader: &Reader, sources: &[SourceReport]) -> Response {
    let texts = reader.texts;
    let body = html! {
        h1 #sources { (texts.sources_title) }
        p.lead { (texts.sources_intro) }
        @if sources.is_empty() { p.note { (texts.sources_none) } } @else {
            div.scroll tabindex="0" role="region" aria-labelledby="sources" {
                table.stack {
                    thead {
                        tr {
                            th scope="col" { (texts.column_source) }
                            th scope="col" { (texts.column_state) }
                            th.number scope="col" { (texts.column_datasets) }
                            th scope="col" { (texts.column_last_run) }
                            th scope="col" { (texts.column_next_run) }
                        }
                    }
                    tbody { @for source in sources { (row(reader, source)) } }
                }
            }
        }
    };
    Page { title: texts.sources_title, here: Some(Here::Sources), ..Page::new(reader) }.response(&body)
}

fn row(reader: &Reader, source: &SourceReport) -> Markup {
    let (texts, language) = (reader.texts, reader.language);
    html! {
        tr {
            th scope="row" {
                a href=(reader.link(&format!("/sources/{}", segment(&source.name)))) { (source.title) }
                @if let Some(kind) = &source.kind { p.muted.small { (kind) } }
            }
            td data-label=(texts.column_state) { (badge(reader, source.state)) (trouble(reader, source)) }
            td.number data-label=(texts.column_datasets) { (format::number(source.datasets, language)) }
            td data-label=(texts.column_last_run) { (last_run(reader, source)) }
            td data-label=(texts.column_next_run) { (next_run(reader, source)) }
        }
    }
}

fn badge(reader: &Reader, state: SourceState) -> Markup {
    let texts = reader.texts;
    let (class, word) = match state {
        SourceState::Whole => ("good", texts.state_whole),
        SourceState::Partial => ("warn", texts.state_partial),
        SourceState::Failed => ("bad", texts.state_failed),
        SourceState::Never => ("", texts.state_never),
        SourceState::Running => ("good", texts.state_running),
        SourceState::Disabled => ("", texts.state_disabled),
        SourceState::Paused => ("warn", texts.state_paused),
    };
    html! { span class={ "badge " (class) } { (word) } }
}

/// What went wrong the last time, in sentences.
fn trouble(reader: &Reader, source: &SourceReport) -> Markup {
    let texts = reader.texts;
    let paused = html! {
        @if let Some(Stamp { by, at }) = &source.paused {
            p.small { (fill(texts.source_paused, &[("by", by), ("at", &format::moment(*at, reader.language))])) }
        }
    };
    let number = |n: u64| format::number(n, reader.language);
    let waiting = html! {
        @if let Some(WaitingRemovals { run, records }) = &source.waiting {
            p.small { strong { (fill(texts.source_waiting, &[("n", &number(*records)), ("run", run)])) } }
        }
    };
    let Some(run) = &source.last_run else { return html! { (paused) (waiting) } };
    let unwell = !matches!(run.outcome, Some(RunOutcome::Whole | RunOutcome::Changes));
    html! {
        (paused)
        (waiting)
        // The reason comes from the pipeline, in English.
        @if unwell { @if let Some(reason) = run.reason.as_ref().or(run.errors.first()) { p.small lang="en" { (reason) } } }
        @if run.held_back > 0 && source.waiting.is_none() { p.small { (fill(texts.run_held_back, &[("n", &number(run.held_back))])) } }
        @if run.failed > 0 { p.small { (fill(texts.run_failed_records, &[("n", &number(run.failed))])) } }
    }
}

fn last_run(reader: &Reader, source: &SourceReport) -> Markup {
    let texts = reader.texts;
    match &source.last_run {
        None => html! { span.muted { (texts.never) } },
        Some(run) => html! {
            @if let Some(started) = run.started { time datetime=(started) { (format::moment(started, reader.language)) } }
            p.muted.small { (counts(reader, run)) }
        },
    }
}

fn counts(reader: &Reader, run: &RunReport) -> String {
    let number = |n: u64| format::number(n, reader.language);
    fill(
        reader.texts.run_sentence,
        &[
            ("new", &number(run.new + run.back)),
            ("changed", &number(run.changed)),
            ("unchanged", &number(run.unchanged)),
            ("gone", &number(run.gone)),
        ],
    )
}

fn next_run(reader: &Reader, source: &SourceReport) -> Markup {
    match source.next_run {
        None => html! { span.muted { (reader.texts.next_run_none) } },
        Some(at) => html! { time datetime=(at) { (format::moment(at, reader.language)) } },
    }
}

fn page(reader: &Reader, document: &SourceDocument) -> Response {
    let texts = reader.texts;
    let source = &document.source;
    let search = super::record::search_for(reader, "source", &source.name);
    let body = html! {
        h1 { (source.title) }
        p { (badge(reader, source.state)) }
        (trouble(reader, source))
        section.card {
            dl.pairs {
                @if let Some(url) = &source.url { dt { (texts.source_address) } dd { (link_out(reader, url, url)) } }
                @if let Some(kind) = &source.kind { dt { (texts.column_kind) } dd { (kind) } }
                dt { (texts.column_datasets) }
                dd { (format::number(source.datasets, reader.language)) " " a href=(search) { (texts.source_search) } }
                dt { (properties::heading("freshness", reader.language)) } dd { (freshness(reader, document.freshness)) }
                @if let Some(schedule) = &source.schedule { dt { (texts.source_schedule) } dd { code { (schedule) } } }
                dt { (texts.column_last_run) } dd { (last_run(reader, source)) }
                dt { (texts.column_next_run) } dd { (next_run(reader, source)) }
            }
        }
        section.card {
            h2 #runs { (texts.runs_title) }
            @if document.runs.is_empty() { p.muted { (texts.runs_none) } } @else { (runs(reader, &document.runs)) }
        }
    };
    Page { title: &source.title, here: Some(Here::Sources), ..Page::new(reader) }.response(&body)
}

/// How many datasets are late, in a sentence.
fn freshness(reader: &Reader, counts: FreshnessCounts) -> String {
    let number = |n: u64| format::number(n, reader.language);
    let (late, on_time, unknown) = (number(counts.late), number(counts.on_time), number(counts.unknown));
    fill(reader.texts.freshness_counts, &[("late", &late), ("on_time", &on_time), ("unknown", &unknown)])
}

fn runs(reader: &Reader, runs: &[RunReport]) -> Markup {
    let texts = reader.texts;
    let columns = [
        texts.column_new,
        texts.column_changed,
        texts.column_unchanged,
        texts.column_gone,
        texts.column_held_back,
        texts.column_failed,
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="runs" {
            table {
                thead {
                    tr {
                        th scope="col" { (texts.column_started) }
                        th scope="col" { (texts.column_outcome) }
                        @for column in columns { th.number scope="col" { (column) } }
                        th.number scope="col" { (texts.column_duration) }
                    }
                }
                tbody { @for run in runs.iter().take(MAX_RUNS) { (run_row(reader, run)) } }
            }
        }
    }
}

/// What a run was for, if it did not harvest.
pub(super) fn task(reader: &Reader, task: RunTask) -> Option<&'static str> {
    let texts = reader.texts;
    match task {
        RunTask::Harvest => None,
        RunTask::Revalidation => Some(texts.run_revalidation),
        RunTask::Remapping => Some(texts.run_remapping),
        RunTask::Decision => Some(texts.run_decision),
    }
}

fn run_row(reader: &Reader, run: &RunReport) -> Markup {
    let language = reader.language;
    let state = match run.outcome {
        Some(RunOutcome::Whole | RunOutcome::Changes) => SourceState::Whole,
        Some(RunOutcome::Running) => SourceState::Running,
        Some(RunOutcome::Partial | RunOutcome::Interrupted) | None => SourceState::Partial,
        Some(RunOutcome::Failed) => SourceState::Failed,
    };
    let numbers = [run.new + run.back, run.changed, run.unchanged, run.gone, run.held_back, run.failed];
    html! {
        tr {
            th scope="row" {
                a href=(reader.link(&format!("/id/run/{}/{}", segment(&run.source), segment(&run.run)))) {
                    @match run.started {
                        Some(started) => time datetime=(started) { (format::moment(started, language)) },
                        None => (run.run),
                    }
                }
                @if let Some(task) = task(reader, run.task) { p.muted.small { (task) } }
            }
            td {
                (badge(reader, state))
                @if let Some(reason) = run.reason.as_ref().or(run.errors.first()) { p.small.muted lang="en" { (reason) } }
            }
            @for number in numbers { td.number { (format::number(number, language)) } }
            td.number { (format::seconds(run.duration_ms, language)) }
        }
    }
}
