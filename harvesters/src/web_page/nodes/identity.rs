//! What makes two descriptions one dataset, and which id its record has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    super::{address, text::slug},
    Described, MAX_DATASETS, add, first_text,
};

/// Longest id of a record, in bytes.
const MAX_ID_BYTES: usize = 2_000;

/// The datasets found so far, each once, and where the first of each kind stands.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) nodes: Vec<Map<String, Value>>,
    by_key: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
    by_both: BTreeMap<(String, String), usize>,
    nameless_by_key: BTreeMap<String, usize>,
    keyless_by_name: BTreeMap<String, usize>,
}

impl Known {
    /// Adds a dataset, or what is new to the one that it is the same as: by its key when the names do not
    /// differ, or by its name alone when one of the two has no key. `false` when there are too many.
    pub(super) fn take(&mut self, node: Map<String, Value>, page: &Url, syntax: &str) -> bool {
        let key = key(&node, page);
        let name = node.get("name").and_then(first_text).map(slug);
        let place = match (&key, &name) {
            (Some(key), Some(name)) => (self.by_both.get(&(key.clone(), name.clone())))
                .or_else(|| self.nameless_by_key.get(key))
                .or_else(|| self.keyless_by_name.get(name)),
            (Some(key), None) => self.by_key.get(key),
            (None, Some(name)) => self.by_name.get(name),
            (None, None) => None,
        };
        if let Some(other) = place.copied().and_then(|place| self.nodes.get_mut(place)) {
            complete(other, node, syntax);
            return true;
        }
        if self.nodes.len() >= MAX_DATASETS {
            return false;
        }
        let here = self.nodes.len();
        self.nodes.push(node);
        if let Some(key) = &key {
            self.by_key.entry(key.clone()).or_insert(here);
        }
        if let Some(name) = &name {
            self.by_name.entry(name.clone()).or_insert(here);
        }
        match (key, name) {
            (Some(key), Some(name)) => {
                self.by_both.insert((key, name), here);
            }
            (Some(key), None) => {
                self.nameless_by_key.insert(key, here);
            }
            (None, Some(name)) => {
                self.keyless_by_name.insert(name, here);
            }
            (None, None) => {}
        }
        true
    }
}

/// Adds what the same dataset says in another place or syntax: only what is new; other values for the same
/// property are kept under the syntax's name.
fn complete(node: &mut Map<String, Value>, more: Map<String, Value>, syntax: &str) {
    for (name, value) in more {
        match node.get(&name) {
            Some(known)
                if *known == value
                    || first_text(known).is_some() && first_text(known) == first_text(&value) => {}
            Some(_) if name.starts_with('@') => {}
            Some(_) => add(node, &format!("{syntax}:{name}"), value),
            None => {
                node.insert(name, value);
            }
        }
    }
}

/// The ids of records: the dataset's key, and where several have the same or none, the page and their name.
pub(super) fn with_ids(nodes: Vec<Map<String, Value>>, page: &Url) -> Vec<Described> {
    let keys: Vec<Option<String>> = nodes.iter().map(|node| key(node, page)).collect();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys.iter().flatten() {
        *count.entry(key).or_default() += 1;
    }
    let alone = nodes.len() == 1;
    let mut taken = BTreeSet::new();
    let mut described = Vec::with_capacity(nodes.len());
    for (node, key) in nodes.into_iter().zip(&keys) {
        let page = address::without_fragment(page);
        let id = match key {
            Some(key) if count.get(key.as_str()) == Some(&1) => key.clone(),
            Some(key) => format!("{key}#{}", name_or_hash(&node)),
            None if alone => page.into(),
            None => format!("{page}#{}", name_or_hash(&node)),
        };
        let mut id = shortened(id);
        if !taken.insert(id.clone()) {
            id = shortened(format!("{id}~{}", hash(&Value::Object(node.clone()).to_string())));
            if !taken.insert(id.clone()) {
                // Word for word the same twice.
                continue;
            }
        }
        described.push(Described { id, node });
    }
    described
}

/// What names a dataset wherever it is described: its `@id`, its identifier, or its address.
fn key(node: &Map<String, Value>, page: &Url) -> Option<String> {
    let id = node.get("@id").and_then(Value::as_str).filter(|id| !id.starts_with("_:") && !id.is_empty());
    let page = address::without_fragment(page);
    // An `@id` that only names a place on this page is the last resort.
    let is_local = |id: &str| id.split_once('#').is_some_and(|(before, _)| before == page.as_str());
    let own = id.filter(|id| !is_local(id)).map(str::to_owned);
    let identifier = || node.get("identifier").and_then(identifier);
    let url = || {
        let url = node.get("url").and_then(first_text)?;
        page.join(url).ok().filter(is_fetched).map(String::from)
    };
    own.or_else(identifier).or_else(url).or_else(|| id.map(str::to_owned))
}

/// An identifier as text, or as `PropertyValue`.
fn identifier(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.iter().find_map(identifier),
        Value::Object(object) => {
            let named = ["@value", "value", "@id", "url"].iter().find_map(|name| object.get(*name));
            named.and_then(identifier)
        }
        text => first_text(text).map(str::to_owned),
    }
}

fn name_or_hash(node: &Map<String, Value>) -> String {
    let named = ["name", "headline", "alternateName", "description"]
        .iter()
        .find_map(|name| first_text(node.get(*name)?));
    named
        .map(slug)
        .filter(|slug| !slug.is_empty())
        .unwrap_or_else(|| hash(&Value::Object(node.clone()).to_string()))
}

/// An id within its limit: the end of a longer one is replaced by its hash.
pub(in super::super) fn shortened(id: String) -> String {
    if id.len() <= MAX_ID_BYTES {
        return id;
    }
    let kept = id.split_at(id.floor_char_boundary(MAX_ID_BYTES - 40)).0;
    format!("{kept}~{}", hash(&id))
}

/// 16 hexadecimal digits that stand for a text.
pub(in super::super) fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("{:016x}", digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
}

/// Whether an address is one of a web server.
pub(super) fn is_fetched(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
