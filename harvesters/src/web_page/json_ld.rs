//! Structured data in [JSON-LD](https://www.w3.org/TR/json-ld11/), in the script blocks of a page or as a file.

use moisson_dcat::{Remark, RemarkCode};
use serde_json::{Deserializer, Map, Value};
use url::Url;

use super::{context::Context, html::Document, mend::mend, nodes::Nodes};

/// Most script blocks of one page.
const MAX_BLOCKS: usize = 1_000;

/// How deep the link to the next page is looked for.
const MAX_VIEW_DEPTH: usize = 8;

/// What it is called.
const NEXT: [&str; 4] = [
    "hydra:next",
    "hydra:nextPage",
    "http://www.w3.org/ns/hydra/core#next",
    "http://www.w3.org/ns/hydra/core#nextPage",
];

/// A block that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Which block: `script 2`, or empty for a file.
    pub(super) place: String,
    pub(super) reason: String,
    pub(super) text: String,
}

/// Reads all script blocks of a page.
pub(super) fn read_page(document: &Document, nodes: &mut Nodes) -> Vec<Unreadable> {
    let mut unreadable = Vec::new();
    let blocks = document.all("script[type*='ld+json' i]");
    if blocks.len() > MAX_BLOCKS {
        nodes.cut =
            Some(format!("the page has more than {MAX_BLOCKS} JSON-LD blocks; the rest was not read"));
    }
    for (index, block) in blocks.into_iter().take(MAX_BLOCKS).enumerate() {
        let text: String = block.text().collect();
        let place = format!("JSON-LD block {}", index + 1);
        if let Err(reason) = read_text(&text, &document.base, &place, nodes) {
            unreadable.push(Unreadable { place, reason, text });
        }
    }
    unreadable
}

/// Reads one text of JSON-LD, mending it where that is certain. Gives the values in it.
///
/// # Errors
/// When it is not JSON: the reason, with line and column.
pub(super) fn read_text(
    text: &str,
    base: &Url,
    place: &str,
    nodes: &mut Nodes,
) -> Result<Vec<Value>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let values = if let Ok(values) = parse(text) {
        values
    } else {
        let mended = mend(text);
        let values = parse(&mended.text)
            .map_err(|error| format!("not valid JSON: {error}; check the block with a JSON validator"))?;
        nodes.remarks.push(remark(RemarkCode::RepairedSyntax, place, &mended.faults.join(", ")));
        values
    };
    let context = Context::new(base);
    for value in &values {
        add_root(value, &context, place, nodes);
    }
    Ok(values)
}

/// The next page of a catalogue in pages ([Hydra](https://www.hydra-cg.com/spec/latest/core/#example-23)).
pub(super) fn next_page(values: &[Value]) -> Option<String> {
    values.iter().find_map(|value| next_in(value, MAX_VIEW_DEPTH))
}

fn next_in(value: &Value, depth: usize) -> Option<String> {
    let deeper = depth.checked_sub(1)?;
    match value {
        Value::Array(values) => values.iter().find_map(|value| next_in(value, deeper)),
        Value::Object(object) => {
            let next = NEXT.iter().find_map(|name| object.get(*name)).and_then(|next| match next {
                Value::Object(node) => node.get("@id").and_then(Value::as_str),
                other => other.as_str(),
            });
            next.map(str::to_owned).or_else(|| object.values().find_map(|value| next_in(value, deeper)))
        }
        _ => None,
    }
}

/// All JSON values in a text: some pages put several into one block.
fn parse(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    Deserializer::from_str(text).into_iter().collect()
}

fn add_root(value: &Value, context: &Context, place: &str, nodes: &mut Nodes) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| add_root(value, context, place, nodes)),
        Value::Object(object) => {
            let context = object.get("@context").map_or_else(|| context.clone(), |said| context.with(said));
            for remote in &context.unknown {
                let found = remark(
                    RemarkCode::UnmappedValue,
                    place,
                    "this remote context is not known and never fetched; names that only it defines are kept as written",
                );
                let found = Remark { value: remote.chars().take(200).collect(), ..found };
                if !nodes.remarks.contains(&found) {
                    nodes.remarks.push(found);
                }
            }
            let mut object = object.clone();
            if let Some(graph) = object.shift_remove("@graph") {
                add_root(&graph, &context, place, nodes);
            }
            object.shift_remove("@context");
            if object.keys().any(|key| key != "@id") {
                let mut node = normalised(&Value::Object(object), &context);
                if let (Some(language), Some(node)) = (&context.language, node.as_object_mut()) {
                    node.insert("@language".to_owned(), Value::String(language.clone()));
                }
                nodes.roots.push(node);
            }
        }
        _ => {}
    }
}

/// The same value with short names, absolute ids, lists and plain values unwrapped.
fn normalised(value: &Value, context: &Context) -> Value {
    match value {
        Value::Array(values) => Value::Array(values.iter().map(|value| normalised(value, context)).collect()),
        Value::Object(object) => normalised_object(object, context),
        plain => plain.clone(),
    }
}

fn normalised_object(object: &Map<String, Value>, context: &Context) -> Value {
    let inner;
    let context = match object.get("@context") {
        Some(said) => {
            inner = context.with(said);
            &inner
        }
        None => context,
    };
    if let Some(list) = object.get("@list").or_else(|| object.get("@set")) {
        return match normalised(list, context) {
            list @ Value::Array(_) => list,
            one => Value::Array(vec![one]),
        };
    }
    if let (Some(value), 1) = (object.get("@value"), object.len()) {
        return value.clone();
    }
    let mut node = Map::new();
    for (key, value) in object.iter().filter(|(key, _)| *key != "@context") {
        let name = context.name(key);
        // schema.org's own context makes `id` and `type` keywords.
        let name = match (name.as_str(), value) {
            ("id", Value::String(_)) if !object.contains_key("@id") => "@id",
            ("type", Value::String(_) | Value::Array(_)) if !object.contains_key("@type") => "@type",
            (name, _) => name,
        };
        let value = match (name, value) {
            ("@id", Value::String(id)) => Value::String(context.id(id)),
            ("@type", value) => types(value, context),
            (_, value) => normalised(value, context),
        };
        super::nodes::add(&mut node, name, value);
    }
    Value::Object(node)
}

fn types(value: &Value, context: &Context) -> Value {
    let named = |value: &Value| value.as_str().map(|name| Value::String(context.name(name)));
    match value {
        Value::Array(values) => Value::Array(values.iter().filter_map(named).collect()),
        one => Value::Array(named(one).into_iter().collect()),
    }
}

fn remark(code: RemarkCode, place: &str, detail: &str) -> Remark {
    Remark {
        code,
        property: "".into(),
        place: place.to_owned(),
        value: String::new(),
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> (Vec<Value>, Vec<Remark>) {
        let mut nodes = Nodes::default();
        read_text(text, &Url::parse("https://ville.example/a").unwrap(), "", &mut nodes).unwrap();
        (nodes.roots, nodes.remarks)
    }

    #[test]
    fn graphs_arrays_and_several_values_are_roots() {
        let (roots, _) = read(
            r##"{"@context":"https://schema.org","@graph":[{"@id":"#a","@type":"Dataset"}]}[{"type":["Dataset"],"id":"b"}]"##,
        );
        assert_eq!(
            roots,
            [
                json!({"@id": "https://ville.example/a#a", "@type": ["Dataset"]}),
                json!({"@type": ["Dataset"], "@id": "https://ville.example/b"})
            ]
        );
    }

    #[test]
    fn names_lists_and_values_are_made_plain_and_languages_kept() {
        let (roots, _) = read(
            r#"{"@context":{"s":"http://schema.org/"},"@type":"s:Dataset","s:name":{"@value":"Rues","@language":"fr"},
                "s:creator":{"@list":[{"s:name":{"@value":"A"}}]},"s:description":{"@value":"x","@type":"HTML"}}"#,
        );
        assert_eq!(
            roots,
            [
                json!({"@type": ["Dataset"], "name": {"@value": "Rues", "@language": "fr"}, "creator": [{"name": "A"}],
                "description": {"@value": "x", "@type": ["HTML"]}})
            ]
        );
    }

    #[test]
    fn what_was_mended_is_remarked_and_what_cannot_be_is_refused_with_its_place() {
        let (roots, remarks) = read("{\"@type\":\"Dataset\",\"name\":\"a\nb\",}");
        assert_eq!(roots, [json!({"@type": ["Dataset"], "name": "a\nb"})]);
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].detail.contains("comma"), "{}", remarks[0].detail);
        let error = read_text(
            "{\"a\": \"b\" \"c\"}",
            &Url::parse("https://a.example").unwrap(),
            "",
            &mut Nodes::default(),
        );
        assert!(error.unwrap_err().contains("line 1 column"));
    }

    #[test]
    fn the_language_of_the_context_is_that_of_its_nodes() {
        let (roots, _) = read(r#"{"@context":{"@language":"nl"},"@type":"Dataset","name":"x"}"#);
        assert_eq!(roots[0]["@language"], "nl");
    }
}
