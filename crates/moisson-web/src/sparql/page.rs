//! The page to try queries on. It works without scripts; with them answers come in place.

use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::{answer::Whole, protocol::Operation};
use crate::{
    pages::{
        html::link_out,
        layout::{Here, Page},
    },
    problem::Problem,
    reader::Reader,
    server::Server,
    texts::{counted, fill, format},
};

/// More rows than this are not shown on the page; the download has all.
const SHOWN_ROWS: usize = 500;

const PREFIXES: &str = "PREFIX dcat: <http://www.w3.org/ns/dcat#>\nPREFIX dct: <http://purl.org/dc/terms/>\n";

/// The form alone.
pub(super) fn blank(server: &Server, reader: &Reader) -> Response {
    let first = examples(server, reader).into_iter().next().map(|(_, query)| query).unwrap_or_default();
    page(server, reader, &first, &html! {})
}

/// The form with the query and its answer.
pub(super) fn with_answer(
    server: &Server,
    reader: &Reader,
    operation: &Operation,
    answer: Result<Whole, Problem>,
) -> Response {
    let texts = reader.texts;
    let query = operation.query.as_deref().unwrap_or_default();
    let shown = match answer {
        Err(problem) => html! {
            div.note.bad role="alert" {
                p { (texts.sparql_failed) }
                pre { (problem.detail) @if let (Some(line), Some(column)) = (problem.members.get("line"), problem.members.get("column")) { " (" (line) ":" (column) ")" } }
            }
        },
        Ok(whole) => html! {
            @if whole.cut { p.note { (texts.sparql_cut) } }
            @if whole.media_type.contains("sparql-results+json") { (table(reader, &whole.body)) } @else { pre { (whole.body) } }
        },
    };
    page(server, reader, query, &html! { h2 { (texts.sparql_result) } (shown) })
}

fn page(server: &Server, reader: &Reader, query: &str, answer: &Markup) -> Response {
    let (texts, language) = (reader.texts, reader.language);
    let limits = &server.app.limits.query;
    let seconds = format::number(limits.time.as_secs(), language);
    let limits =
        fill(texts.sparql_limits, &[("seconds", &seconds), ("rows", &format::number(limits.rows, language))]);
    let shown = format::number(u64::try_from(SHOWN_ROWS).unwrap_or_default(), language);
    let body = html! {
        h1 { (texts.sparql_title) }
        p.lead { (texts.sparql_intro) }
        form #sparql method="get" action=(reader.link("/sparql"))
            data-shown=(SHOWN_ROWS) data-more=(fill(texts.sparql_shown, &[("n", &shown)]))
            data-running=(texts.sparql_running) data-result=(texts.sparql_result) data-failed=(texts.sparql_failed)
            data-cut=(texts.sparql_cut) data-yes=(texts.sparql_true) data-no=(texts.sparql_false)
            data-rows-one=(texts.sparql_rows_one) data-rows-many=(texts.sparql_rows_many)
        {
            @if let Some(language) = reader.chosen() { input type="hidden" name="lang" value=(language); }
            label for="query" { (texts.sparql_label) }
            textarea.code #query name="query" spellcheck="false" autocapitalize="off" autocomplete="off" rows="14" { "\n" (query) }
            div.row { button type="submit" { (texts.sparql_run) } span.muted.small { (limits) } }
            div.row {
                span.muted.small #download { (texts.sparql_download) }
                @for (name, title) in [("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"), ("ttl", "Turtle"), ("jsonld", "JSON-LD")] {
                    button.quiet.get type="submit" name="format" value=(name) aria-describedby="download" { (title) }
                }
            }
        }
        section.answer #answer aria-live="polite" hidden[answer.0.is_empty()] { (answer) }
        section {
            h2 { (texts.sparql_examples) }
            @for (title, query) in examples(server, reader) {
                details.operation {
                    summary { (title) }
                    pre tabindex="0" { (query) }
                    form method="get" action=(reader.link("/sparql")) {
                        @if let Some(language) = reader.chosen() { input type="hidden" name="lang" value=(language); }
                        input type="hidden" name="query" value=(query);
                        button.quiet.get type="submit" { (texts.sparql_run) span.hidden { ": " (title) } }
                    }
                }
            }
        }
    };
    Page {
        title: texts.sparql_title,
        here: Some(Here::Query),
        script: Some("/assets/sparql.js"),
        ..Page::new(reader)
    }
    .response(&body)
}

/// Queries to begin with, all of which end quickly.
fn examples(server: &Server, reader: &Reader) -> Vec<(&'static str, String)> {
    let texts = reader.texts;
    let base = server.app.portal.base();
    let language = reader.language;
    vec![
        (texts.sparql_example_newest, format!(
            "{PREFIXES}\nSELECT ?dataset ?title ?modified WHERE {{\n  ?dataset a dcat:Dataset ;\n    dct:title ?title ;\n    dct:modified ?modified .\n}}\nORDER BY DESC(STR(?modified))\nLIMIT 20\n"
        )),
        (texts.sparql_example_themes, format!(
            "{PREFIXES}PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n\nSELECT ?theme ?label (COUNT(DISTINCT ?dataset) AS ?datasets) WHERE {{\n  ?dataset a dcat:Dataset ;\n    dcat:theme ?theme .\n  OPTIONAL {{ ?theme skos:prefLabel ?label . FILTER(LANG(?label) = \"{language}\") }}\n}}\nGROUP BY ?theme ?label\nORDER BY DESC(?datasets)\n"
        )),
        (texts.sparql_example_formats, format!(
            "{PREFIXES}\nSELECT ?format (COUNT(?distribution) AS ?files) WHERE {{\n  ?distribution a dcat:Distribution ;\n    dct:format ?format .\n}}\nGROUP BY ?format\nORDER BY DESC(?files)\n"
        )),
        (texts.sparql_example_findings, "PREFIX sh: <http://www.w3.org/ns/shacl#>\n\nSELECT ?severity ?path (COUNT(*) AS ?findings) WHERE {\n  ?result a sh:ValidationResult ;\n    sh:resultSeverity ?severity .\n  OPTIONAL { ?result sh:resultPath ?path }\n}\nGROUP BY ?severity ?path\nORDER BY DESC(?findings)\nLIMIT 50\n".to_owned()),
        (texts.sparql_example_remarks, format!(
            "{PREFIXES}PREFIX moisson: <{base}/ns#>\nPREFIX prov: <http://www.w3.org/ns/prov#>\n\nSELECT ?code (COUNT(?report) AS ?records) (SAMPLE(?dataset) AS ?example) WHERE {{\n  ?report moisson:remark ?code ;\n    prov:wasDerivedFrom ?dataset .\n}}\nGROUP BY ?code\nORDER BY DESC(?records)\n"
        )),
        (texts.sparql_example_describe, format!(
            "{PREFIXES}\nCONSTRUCT {{ ?dataset ?property ?value }} WHERE {{\n  {{ SELECT ?dataset WHERE {{ ?dataset a dcat:Dataset . FILTER(STRSTARTS(STR(?dataset), \"{base}/\")) }} LIMIT 1 }}\n  ?dataset ?property ?value .\n}}\n"
        )),
    ]
}

/// The rows of a result in JSON, as they came from our own writer.
fn table(reader: &Reader, body: &str) -> Markup {
    let texts = reader.texts;
    let document: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(answer) = document.get("boolean").and_then(Value::as_bool) {
        return html! { p { (if answer { texts.sparql_true } else { texts.sparql_false }) } };
    }
    let list = |pointer: &str| {
        document.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    };
    let names: Vec<&str> = list("/head/vars").iter().filter_map(Value::as_str).collect();
    let rows = list("/results/bindings");
    let count = u64::try_from(rows.len()).unwrap_or_default();
    let shown = format::number(u64::try_from(SHOWN_ROWS).unwrap_or_default(), reader.language);
    html! {
        p { (counted(count, texts.sparql_rows_one, texts.sparql_rows_many, reader.language)) }
        @if rows.len() > SHOWN_ROWS { p { (fill(texts.sparql_shown, &[("n", &shown)])) } }
        div.scroll tabindex="0" role="region" aria-label=(texts.sparql_result) {
            table {
                thead { tr { @for name in &names { th scope="col" { (name) } } } }
                tbody {
                    @for row in rows.iter().take(SHOWN_ROWS) {
                        tr { @for name in &names { (cell(reader, row.get(*name))) } }
                    }
                }
            }
        }
    }
}

fn cell(reader: &Reader, binding: Option<&Value>) -> Markup {
    let member = |name: &str| binding.and_then(|binding| binding.get(name)).and_then(Value::as_str);
    let value = member("value").unwrap_or_default();
    html! {
        td lang=[member("xml:lang")] {
            @if member("type") == Some("uri") { (link_out(reader, value, value)) } @else { (value) }
        }
    }
}
