//! Nodes that refer to each other: which of them are datasets, and all that is said of each in one place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use url::Url;

use super::{Nodes, add, identity::is_fetched, is_a};

/// How deep references are followed.
const MAX_REFERENCES: usize = 8;

/// Properties whose datasets are somebody else's, only mentioned.
const MENTIONS: &[&str] =
    &["isPartOf", "isBasedOn", "citation", "exampleOfWork", "isRelatedTo", "isSimilarTo"];

/// The nodes of a page as a graph.
pub(super) struct Graph<'n> {
    by_id: BTreeMap<&'n str, Vec<&'n Map<String, Value>>>,
    /// Datasets, in the order of the page; one may be there several times.
    pub(super) candidates: Vec<Candidate<'n>>,
    /// Datasets that a catalogue names by address only, with the catalogue.
    pub(super) elsewhere: Vec<(Url, &'n Map<String, Value>)>,
}

/// What may be a dataset of the page.
pub(super) struct Candidate<'n> {
    node: &'n Map<String, Value>,
    catalog: Option<&'n Map<String, Value>>,
}

impl<'n> Graph<'n> {
    /// Finds the datasets wherever a page may describe its own.
    pub(super) fn of(nodes: &'n Nodes) -> Self {
        let mut graph = Self { by_id: BTreeMap::new(), candidates: Vec::new(), elsewhere: Vec::new() };
        nodes.roots.iter().for_each(|root| graph.index(root));
        nodes.roots.iter().for_each(|root| graph.walk(root, None));
        graph.settle_references();
        graph
    }

    fn index(&mut self, value: &'n Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.index(value)),
            Value::Object(object) => {
                if let Some(id) = object.get("@id").and_then(Value::as_str).filter(|_| !is_reference(object))
                {
                    self.by_id.entry(id).or_default().push(object);
                }
                object.values().for_each(|value| self.index(value));
            }
            _ => {}
        }
    }

    /// Collects datasets wherever a page may describe its own.
    fn walk(&mut self, value: &'n Value, catalog: Option<&'n Map<String, Value>>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(value, catalog)),
            Value::Object(object) if is_a(object, "Dataset") => {
                self.candidates.push(Candidate { node: object, catalog });
                if let Some(parts) = object.get("hasPart") {
                    self.walk(parts, catalog);
                }
            }
            Value::Object(object) => {
                let is_catalog = is_a(object, "DataCatalog");
                for (name, value) in object {
                    let lists = is_catalog && matches!(name.as_str(), "dataset" | "hasPart");
                    if lists {
                        self.candidates
                            .extend(references(value).map(|node| Candidate { node, catalog: Some(object) }));
                        self.elsewhere.extend(addresses(value).map(|url| (url, object)));
                    }
                    if !MENTIONS.contains(&name.as_str()) {
                        self.walk(value, if lists { Some(object) } else { catalog });
                    }
                }
            }
            _ => {}
        }
    }

    /// A catalogue's reference to a dataset is a dataset of the page, or one elsewhere.
    fn settle_references(&mut self) {
        let candidates = std::mem::take(&mut self.candidates);
        for candidate in candidates {
            if !is_reference(candidate.node) {
                self.candidates.push(candidate);
                continue;
            }
            match (candidate.catalog, id_as_url(candidate.node)) {
                (Some(catalog), Some(url)) if !self.is_here(candidate.node) => {
                    self.elsewhere.push((url, catalog));
                }
                _ => self.candidates.push(candidate),
            }
        }
    }

    fn is_here(&self, reference: &Map<String, Value>) -> bool {
        let id = reference.get("@id").and_then(Value::as_str);
        id.and_then(|id| self.by_id.get(id))
            .is_some_and(|nodes| nodes.iter().any(|node| is_a(node, "Dataset")))
    }

    /// The dataset with all that the page says of it in its place.
    pub(super) fn assembled(&self, candidate: &Candidate<'n>, left: &mut usize) -> Map<String, Value> {
        let mut path = BTreeSet::new();
        let mut node = self.node(candidate.node, &mut path, left);
        if let Some(catalog) = candidate.catalog
            && !node.contains_key("includedInDataCatalog")
        {
            node.insert("includedInDataCatalog".to_owned(), without_lists(catalog, left));
        }
        node
    }

    fn node(
        &self,
        object: &'n Map<String, Value>,
        path: &mut BTreeSet<&'n str>,
        left: &mut usize,
    ) -> Map<String, Value> {
        let id = object.get("@id").and_then(Value::as_str);
        let entered = id.is_some_and(|id| path.insert(id));
        let mut node = Map::new();
        self.fill(&mut node, object, path, left);
        if let Some(id) = id.filter(|_| entered) {
            for other in
                self.by_id.get(id).into_iter().flatten().filter(|other| !std::ptr::eq(**other, object))
            {
                let mut more = Map::new();
                self.fill(&mut more, other, path, left);
                unite(&mut node, more);
            }
            path.remove(id);
        }
        node
    }

    fn fill(
        &self,
        node: &mut Map<String, Value>,
        object: &'n Map<String, Value>,
        path: &mut BTreeSet<&'n str>,
        left: &mut usize,
    ) {
        for (name, value) in object {
            // Parts are records of their own.
            let value =
                if name == "hasPart" { parts_in_brief(value) } else { self.resolved(value, path, left) };
            node.insert(name.clone(), value);
        }
    }

    fn resolved(&self, value: &'n Value, path: &mut BTreeSet<&'n str>, left: &mut usize) -> Value {
        match value {
            Value::Array(values) => {
                Value::Array(values.iter().map(|value| self.resolved(value, path, left)).collect())
            }
            Value::Object(object) if is_a(object, "DataCatalog") && !is_reference(object) => {
                without_lists(object, left)
            }
            Value::Object(object) if is_reference(object) => self.referenced(object, path, left),
            Value::Object(object) => {
                let mut node = Map::new();
                self.fill(&mut node, object, path, left);
                Value::Object(node)
            }
            plain => plain.clone(),
        }
    }

    fn referenced(
        &self,
        object: &'n Map<String, Value>,
        path: &mut BTreeSet<&'n str>,
        left: &mut usize,
    ) -> Value {
        let known = object
            .get("@id")
            .and_then(Value::as_str)
            .and_then(|id| Some((id, *self.by_id.get(id)?.first()?)));
        let Some((id, target)) = known.filter(|(id, _)| !path.contains(id) && path.len() < MAX_REFERENCES)
        else {
            return Value::Object(object.clone());
        };
        if is_a(target, "DataCatalog") {
            return without_lists(target, left);
        }
        if is_a(target, "Dataset") {
            return brief(target);
        }
        if !afford(target, left) {
            return Value::Object(object.clone());
        }
        path.insert(id);
        let node = self.node(target, path, left);
        path.remove(id);
        Value::Object(node)
    }
}

/// Takes the size of a node from what is left; `false`, and nothing is left from then on, when it is too much.
fn afford(node: &Map<String, Value>, left: &mut usize) -> bool {
    let size = if *left == 0 { usize::MAX } else { size(node) };
    let rest = left.checked_sub(size);
    *left = rest.unwrap_or_default();
    rest.is_some()
}

fn size(node: &Map<String, Value>) -> usize {
    node.iter().map(|(name, value)| name.len() + 16 + size_of_value(value)).sum()
}

fn size_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 16,
        Value::Array(values) => values.iter().map(size_of_value).sum::<usize>() + 16,
        Value::Object(object) => size(object) + 16,
        _ => 16,
    }
}

/// Whether a node says no more than which one is meant.
fn is_reference(object: &Map<String, Value>) -> bool {
    object.contains_key("@id") && object.keys().all(|key| key == "@id" || key == "@type")
}

fn references(value: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    values
        .iter()
        .filter_map(Value::as_object)
        .filter(|object| is_reference(object) && !is_a(object, "Dataset"))
}

/// Addresses given as plain text.
fn addresses(value: &Value) -> impl Iterator<Item = Url> {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    values.iter().filter_map(Value::as_str).filter_map(|text| Url::parse(text.trim()).ok()).filter(is_fetched)
}

fn id_as_url(object: &Map<String, Value>) -> Option<Url> {
    Url::parse(object.get("@id")?.as_str()?).ok().filter(is_fetched)
}

/// What identifies a dataset.
fn brief(object: &Map<String, Value>) -> Value {
    const KEPT: [&str; 5] = ["@id", "@type", "name", "url", "identifier"];
    only(object, |name| KEPT.contains(&name))
}

/// A catalogue without what it lists.
pub(super) fn without_lists(catalog: &Map<String, Value>, left: &mut usize) -> Value {
    const LISTS: [&str; 3] = ["dataset", "hasPart", "@reverse"];
    if *left == 0 {
        return brief(catalog);
    }
    let listless: Map<String, Value> = catalog
        .iter()
        .filter(|(name, _)| !LISTS.contains(&name.as_str()))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    if afford(&listless, left) { Value::Object(listless) } else { brief(catalog) }
}

fn only(object: &Map<String, Value>, kept: impl Fn(&str) -> bool) -> Value {
    let kept = object.iter().filter(|(name, _)| kept(name));
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn parts_in_brief(value: &Value) -> Value {
    match value {
        Value::Array(values) => Value::Array(values.iter().map(parts_in_brief).collect()),
        Value::Object(object) if is_a(object, "Dataset") => brief(object),
        other => other.clone(),
    }
}

/// Adds what another node with the same id says.
fn unite(node: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        match node.get(&name) {
            Some(known) if *known == value => {}
            Some(Value::Array(known)) if known.contains(&value) => {}
            _ => add(node, &name, value),
        }
    }
}
