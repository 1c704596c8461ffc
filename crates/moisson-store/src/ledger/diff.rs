//! What is different between two versions of a resource, for people to read.

use std::collections::BTreeMap;

use moisson_dcat::Resource;
use serde_json::Value;

use crate::{HistoryEntry, PropertyChange, StoreError};

/// The longest value that is kept, in characters.
const MAX_VALUE: usize = 200;
/// Lists in which things have an `id` of their own and are compared one by one.
const LISTS: [&str; 3] = ["distribution", "sample", "access_service"];

/// The differences between two versions of a resource for people to read: at most [`HistoryEntry::MAX_CHANGES`], in
/// the order of properties.
///
/// # Errors
/// When a resource cannot be written as JSON.
pub fn diff(before: &Resource, after: &Resource) -> Result<Vec<PropertyChange>, StoreError> {
    let value = |resource: &Resource| {
        serde_json::to_value(resource)
            .map_err(|error| StoreError::Engine { reason: format!("writing JSON: {error}") })
    };
    let mut changes = Vec::new();
    objects("", &value(before)?, &value(after)?, &mut changes);
    changes.truncate(HistoryEntry::MAX_CHANGES);
    Ok(changes)
}

fn objects(path: &str, before: &Value, after: &Value, changes: &mut Vec<PropertyChange>) {
    let empty = serde_json::Map::new();
    let before = before.as_object().unwrap_or(&empty);
    let after = after.as_object().unwrap_or(&empty);
    let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (old, new) = (before.get(name).unwrap_or(&Value::Null), after.get(name).unwrap_or(&Value::Null));
        if old == new {
            continue;
        }
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if LISTS.contains(&name.as_str()) {
            lists(&path, old, new, changes);
        } else {
            let change = PropertyChange { property: path, before: shown(old), after: shown(new) };
            // `null`, `[]` and no key at all are the same to a reader.
            if change.before != change.after || change.before.is_some() {
                changes.push(change);
            }
        }
    }
}

fn lists(path: &str, before: &Value, after: &Value, changes: &mut Vec<PropertyChange>) {
    let (before, after) = (by_id(before), by_id(after));
    let ids: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for id in ids {
        let path = format!("{path}[{}]", shortened(id));
        match (before.get(id), after.get(id)) {
            (Some(old), Some(new)) => objects(&path, old, new, changes),
            (old, new) => changes.push(PropertyChange {
                property: path,
                before: old.and_then(|old| shown(title(old))),
                after: new.and_then(|new| shown(title(new))),
            }),
        }
    }
}

/// What a person would call the thing.
fn title(thing: &Value) -> &Value {
    let there = |name| thing.get(name).filter(|value| shown(value).is_some());
    there("title").or_else(|| there("access_url")).unwrap_or(thing)
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| (item.get("id").and_then(Value::as_str).unwrap_or_default(), item)).collect()
}

/// A value in few words; none if there is nothing in it.
fn shown(value: &Value) -> Option<String> {
    let text = words(value);
    (!text.is_empty()).then(|| shortened(&text))
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => {
            items.iter().map(words).filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" | ")
        }
        // Of a text its words, of a concept its IRI, of an agent its name.
        Value::Object(fields) => {
            let known = ["value", "iri", "name", "label", "title", "notation"];
            let first = known.iter().filter_map(|name| fields.get(*name)).map(words).find(|w| !w.is_empty());
            first.unwrap_or_else(|| {
                let all = fields.iter().map(|(name, value)| (name, words(value)));
                let some = all.filter(|(_, words)| !words.is_empty());
                some.map(|(name, words)| format!("{name}: {words}")).collect::<Vec<_>>().join(", ")
            })
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use moisson_dcat::{Dataset, Distribution, Text};

    use super::*;

    fn dataset(title: &str, distributions: &[(&str, &str)]) -> Resource {
        let text = |value: &str| vec![Text { value: value.to_owned(), lang: Some("fr".to_owned()) }];
        Resource::Dataset(Box::new(Dataset {
            title: text(title),
            distribution: distributions
                .iter()
                .map(|(id, title)| Distribution {
                    id: (*id).to_owned(),
                    title: text(title),
                    ..Distribution::default()
                })
                .collect(),
            ..Dataset::default()
        }))
    }

    #[test]
    fn a_difference_names_property_before_and_after() {
        let before = dataset("Arrêts", &[("a", "CSV"), ("b", "JSON")]);
        let after = dataset("Arrêts de bus", &[("b", "GeoJSON"), ("c", "PDF")]);
        let change = |property: &str, before: Option<&str>, after: Option<&str>| PropertyChange {
            property: property.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        assert_eq!(
            diff(&before, &after).unwrap(),
            [
                change("distribution[a]", Some("CSV"), None),
                change("distribution[b].title", Some("JSON"), Some("GeoJSON")),
                change("distribution[c]", None, Some("PDF")),
                change("title", Some("Arrêts"), Some("Arrêts de bus")),
            ]
        );
        assert_eq!(diff(&before, &before).unwrap(), []);
    }

    #[test]
    fn long_values_and_long_lists_are_cut() {
        let many: Vec<_> = (0..80).map(|n| format!("{n:02}")).collect();
        let many: Vec<_> = many.iter().map(|id| (id.as_str(), "x")).collect();
        let changes = diff(&dataset("a", &[]), &dataset(&"é".repeat(500), &many)).unwrap();
        assert_eq!(changes.len(), HistoryEntry::MAX_CHANGES);
        let changes = diff(&dataset("a", &[]), &dataset(&"é".repeat(500), &[])).unwrap();
        assert_eq!(changes[0].after.as_ref().unwrap().chars().count(), MAX_VALUE + 1);
    }
}
