//! `/api`: the description of the API as a page, made of the same document that programs read.

use axum::{Router, extract::State, response::Response, routing::get};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::layout::{Here, Page};
use crate::{problem::Kind, reader::Reader, server::Shared};

/// Schemas within schemas deeper than this are not shown.
const MAX_DEPTH: usize = 6;

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/api", get(page))
}

async fn page(State(server): State<Shared>, reader: Reader) -> Response {
    let document = serde_json::to_value(&server.openapi).unwrap_or_default();
    let prefix = reader.portal().prefix();
    // The description is in English, like the names in it.
    let body = html! {
        div lang="en" {
            h1 { (text(&document, "/info/title")) }
            p.lead { "Reading needs no key. The same as " a href={ (prefix) "/api/openapi.json" } { "OpenAPI 3.1" } "." }
            @for paragraph in text(&document, "/info/description").split("\n\n") { p.prose { (code(paragraph)) } }
            @for tag in list(&document, "/tags") { (section(&document, tag)) }
            section.card {
                h2 #problems { "Problems" }
                p { "Errors are " a href="https://www.rfc-editor.org/rfc/rfc9457" { "problem details (RFC 9457)" } ": JSON with " code { "type" } ", " code { "title" } ", " code { "status" } ", " code { "detail" } " and " code { "instance" } ". The types are:" }
                dl.pairs {
                    @for kind in Kind::ALL {
                        dt id={ "problem-" (kind.slug()) } { code { (kind.slug()) } " (" (kind.status().as_u16()) ")" }
                        dd { (code(kind.about())) }
                    }
                }
            }
        }
    };
    Page { title: reader.texts.nav_api, here: Some(Here::Api), ..Page::new(&reader) }.response(&body)
}

fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(document: &'a Value, pointer: &str) -> &'a [Value] {
    document.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text in which words in backticks are code.
fn code(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() { @if at % 2 == 1 { code { (part) } } @else { (part) } }
    }
}

/// The operations with one tag.
fn section(document: &Value, tag: &Value) -> Markup {
    let name = text(tag, "/name");
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = paths.into_iter().flatten().flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    let operations: Vec<_> = operations
        .filter(|(_, _, operation)| list(operation, "/tags").iter().any(|tag| tag == name))
        .collect();
    html! {
        section.card {
            h2 { (text(tag, "/description")) }
            @for (path, method, operation) in operations {
                details.operation id=(text(operation, "/operationId")) {
                    summary { span.method { (method.to_uppercase()) } " " code { (path) } " – " (summary(operation)) }
                    @let about = text(operation, "/description");
                    @if !about.is_empty() { p { (code(about)) } }
                    (parameters(operation))
                    (responses(document, operation))
                }
            }
        }
    }
}

fn summary(operation: &Value) -> &str {
    text(operation, "/summary").trim_end_matches('.')
}

fn parameters(operation: &Value) -> Markup {
    let parameters = list(operation, "/parameters");
    html! {
        @if !parameters.is_empty() {
            h3 { "Parameters" }
            dl.pairs {
                @for parameter in parameters {
                    dt { code { (text(parameter, "/name")) } @if parameter.get("required") == Some(&Value::Bool(true)) { " (required)" } }
                    dd { (code(text(parameter, "/description"))) @if let Some(example) = parameter.get("example") { " " span.muted { "Example: " code { (plain(example)) } } } }
                }
            }
        }
    }
}

fn responses(document: &Value, operation: &Value) -> Markup {
    let responses = operation.get("responses").and_then(Value::as_object);
    html! {
        h3 { "Responses" }
        dl.pairs {
            @for (status, response) in responses.into_iter().flatten() {
                dt { code { (status) } }
                dd {
                    (code(text(response, "/description")))
                    @for (media_type, content) in response.get("content").and_then(Value::as_object).into_iter().flatten() {
                        " " code { (media_type) }
                        @if status == "200" { @if let Some(schema) = content.get("schema") { (members(document, schema, 0)) } }
                    }
                }
            }
        }
    }
}

/// The members of an object, with those of objects inside.
fn members(document: &Value, schema: &Value, depth: usize) -> Markup {
    let schema = resolved(document, schema);
    if depth > MAX_DEPTH {
        return html! {};
    }
    let parts = ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .flat_map(|word| schema.get(word).and_then(Value::as_array).into_iter().flatten());
    let parts: Vec<&Value> =
        parts.filter(|part| part.get("type") != Some(&Value::String("null".to_owned()))).collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    html! {
        @if let Some(items) = schema.get("items") { (members(document, items, depth)) }
        @for part in parts { (members(document, part, depth)) }
        @if let Some(properties) = properties {
            ul {
                @for (name, property) in properties {
                    li {
                        code { (name) } " " span.muted { (kind(document, property)) }
                        @let about = description(document, property);
                        @if !about.is_empty() { " – " (code(about)) }
                        (members(document, property, depth + 1))
                    }
                }
            }
        }
    }
}

/// The schema that a reference leads to.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = text(schema, "/$ref").strip_prefix('#');
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

fn description<'a>(document: &'a Value, schema: &'a Value) -> &'a str {
    match text(schema, "/description") {
        "" => text(resolved(document, schema), "/description"),
        own => own,
    }
}

/// The type in a word: `string`, `array of object`.
fn kind(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    let none = Map::new();
    let schema = schema.as_object().unwrap_or(&none);
    let word = match schema.get("type") {
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => words.iter().map(plain).collect::<Vec<_>>().join(" or "),
        _ => "object".to_owned(),
    };
    match schema.get("items") {
        Some(items) => format!("{word} of {}", kind(document, items)),
        None => word,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
