//! The nodes that a page's structured data holds, and the datasets among them.
//!
//! References by `@id` are resolved within the page, nodes with the same `@id` are one, a dataset knows the
//! catalogue that lists it, and each dataset gets the id of its record.

mod graph;
mod identity;

use moisson_dcat::Remark;
use serde_json::{Map, Value};
use url::Url;

pub(super) use self::identity::{hash, shortened};
use self::{
    graph::{Graph, without_lists},
    identity::{Known, with_ids},
};

/// Most datasets of one page.
pub(super) const MAX_DATASETS: usize = 10_000;

/// How much text may be put in place of references on one page, in bytes.
const MAX_RESOLVED_BYTES: usize = 32 << 20;

/// The nodes of one page in one syntax.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// In the order of the page.
    pub(super) roots: Vec<Value>,
    /// What was wrong.
    pub(super) remarks: Vec<Remark>,
    /// Why nodes may be missing.
    pub(super) cut: Option<String>,
}

/// A dataset on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Described {
    /// The id of its record.
    pub(super) id: String,
    /// All that the page says about it.
    pub(super) node: Map<String, Value>,
}

/// The datasets of a page.
#[derive(Debug, Default)]
pub(super) struct Datasets {
    pub(super) described: Vec<Described>,
    /// Datasets that a catalogue names by address only, with the catalogue.
    pub(super) elsewhere: Vec<(Url, Value)>,
    /// Why datasets may be missing.
    pub(super) cut: Option<String>,
}

/// Finds the datasets in what a page holds in each syntax (`json-ld`, `microdata`, `rdfa`).
pub(super) fn datasets(page: &Url, syntaxes: &[(&'static str, &Nodes)]) -> Datasets {
    let mut found = Datasets::default();
    let mut known = Known::default();
    let mut left = MAX_RESOLVED_BYTES;
    for (syntax, nodes) in syntaxes {
        let graph = Graph::of(nodes);
        for candidate in &graph.candidates {
            let node = graph.assembled(candidate, &mut left);
            if !known.take(node, page, syntax) {
                found.cut = Some(format!(
                    "the page describes more than {MAX_DATASETS} datasets; the rest was not read"
                ));
                break;
            }
        }
        for (url, catalog) in &graph.elsewhere {
            found.elsewhere.push((url.clone(), without_lists(catalog, &mut left)));
        }
        if nodes.cut.is_some() {
            found.cut.clone_from(&nodes.cut);
        }
    }
    if left == 0 {
        found.cut = Some("the page repeats its references too often to write them all out".to_owned());
    }
    found.described = with_ids(known.nodes, page);
    found
}

/// Adds a value to a property that may have several.
pub(super) fn add(node: &mut Map<String, Value>, name: &str, value: Value) {
    match node.get_mut(name) {
        None => {
            node.insert(name.to_owned(), value);
        }
        Some(Value::Array(values)) => match value {
            Value::Array(more) => values.extend(more),
            one => values.push(one),
        },
        Some(first) => {
            let mut values = vec![first.take()];
            match value {
                Value::Array(more) => values.extend(more),
                one => values.push(one),
            }
            *first = Value::Array(values);
        }
    }
}

/// Whether a node is of one of schema.org's classes.
pub(super) fn is_a(node: &Map<String, Value>, class: &str) -> bool {
    match node.get("@type") {
        Some(Value::Array(types)) => types.iter().any(|name| name == class),
        Some(one) => one == class,
        None => false,
    }
}

/// The first text of a property: plain, in a language, or inside an array.
pub(super) fn first_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Value::Array(values) => values.iter().find_map(first_text),
        Value::Object(object) => object.get("@value").and_then(first_text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page() -> Url {
        Url::parse("https://ville.example/donnees").unwrap()
    }

    fn found(roots: Value) -> Datasets {
        let Value::Array(roots) = roots else { panic!("an array") };
        datasets(&page(), &[("json-ld", &Nodes { roots, ..Nodes::default() })])
    }

    fn ids(datasets: &Datasets) -> Vec<&str> {
        datasets.described.iter().map(|dataset| dataset.id.as_str()).collect()
    }

    #[test]
    fn datasets_of_a_catalogue_know_it_and_it_does_not_carry_them_all() {
        let datasets = found(
            json!([{"@type": ["DataCatalog"], "name": "Portail", "publisher": {"name": "Ville"}, "dataset": [
            {"@type": ["Dataset"], "@id": "https://x.example/1", "name": "Un"},
            {"@type": ["Dataset"], "identifier": "deux"},
            {"@type": ["Dataset"], "url": "/trois"}]}]),
        );
        assert_eq!(ids(&datasets), ["https://x.example/1", "deux", "https://ville.example/trois"]);
        assert_eq!(
            datasets.described[0].node["includedInDataCatalog"],
            json!({"@type": ["DataCatalog"], "name": "Portail", "publisher": {"name": "Ville"}})
        );
    }

    #[test]
    fn references_are_resolved_within_the_page_and_circles_end() {
        let datasets = found(json!([
            {"@type": ["Dataset"], "@id": "https://x.example/1", "publisher": {"@id": "_:p"}, "hasPart": {"@id": "https://x.example/2"}},
            {"@type": ["Dataset"], "@id": "https://x.example/2", "isPartOf": {"@id": "https://x.example/1"}},
            {"@type": ["Organization"], "@id": "_:p", "name": "Ville", "member": {"@id": "_:p"}}]));
        assert_eq!(datasets.described[0].node["publisher"]["name"], "Ville");
        assert_eq!(datasets.described[0].node["publisher"]["member"], json!({"@id": "_:p"}));
        assert_eq!(
            datasets.described[1].node["isPartOf"],
            json!({"@type": ["Dataset"], "@id": "https://x.example/1"})
        );
    }

    #[test]
    fn nodes_with_the_same_id_are_one() {
        let datasets = found(json!([
            {"@type": ["Dataset"], "@id": "https://x.example/1", "name": "Un"},
            {"@type": ["Dataset"], "@id": "https://x.example/1", "name": "Un", "description": "d"}]));
        assert_eq!(ids(&datasets), ["https://x.example/1"]);
        assert_eq!(datasets.described[0].node["description"], "d");
        assert_eq!(datasets.described[0].node["name"], "Un");
    }

    #[test]
    fn the_same_dataset_in_another_syntax_adds_only_what_is_new() {
        let json_ld = Nodes {
            roots: vec![json!({"@type": ["Dataset"], "name": "Rues", "license": "LO"})],
            ..Nodes::default()
        };
        let microdata = Nodes {
            roots: vec![json!({"@type": ["Dataset"], "name": "Rues", "license": "ODbL", "version": "2"})],
            ..Nodes::default()
        };
        let datasets = datasets(&page(), &[("json-ld", &json_ld), ("microdata", &microdata)]);
        assert_eq!(ids(&datasets), ["https://ville.example/donnees"]);
        let node = Value::Object(datasets.described[0].node.clone());
        assert_eq!(
            node,
            json!({"@type": ["Dataset"], "name": "Rues", "license": "LO", "microdata:license": "ODbL", "version": "2"})
        );
    }

    #[test]
    fn datasets_that_share_a_key_or_have_none_are_told_apart_by_name_and_never_by_position() {
        let one = json!({"@type": ["Dataset"], "url": "https://ville.example/", "name": "Été"});
        let two = json!({"@type": ["Dataset"], "url": "https://ville.example/", "name": "Hiver"});
        let three = json!({"@type": ["Dataset"], "description": "Sans nom"});
        let expected = [
            "https://ville.example/#ete",
            "https://ville.example/#hiver",
            "https://ville.example/donnees#sans-nom",
        ];
        assert_eq!(ids(&found(json!([one, two, three]))), expected);
        let mut turned = found(json!([three, two, one]))
            .described
            .into_iter()
            .map(|dataset| dataset.id)
            .collect::<Vec<_>>();
        turned.sort();
        assert_eq!(turned, expected);
    }

    #[test]
    fn datasets_that_are_only_mentioned_are_not_the_pages_own() {
        let datasets = found(
            json!([{"@type": ["WebPage"], "mainEntity": {"@type": ["Dataset"], "name": "Un",
            "isBasedOn": {"@type": ["Dataset"], "name": "Ailleurs"}}, "citation": {"@type": ["Dataset"], "name": "Ailleurs"}}]),
        );
        assert_eq!(datasets.described.len(), 1);
    }

    #[test]
    fn datasets_listed_by_address_only_are_elsewhere() {
        let datasets = found(json!([{"@type": ["DataCatalog"], "name": "Portail",
            "dataset": [{"@id": "https://ville.example/jeux/1"}, "https://ville.example/jeux/2", {"@id": "_:x"}]}]));
        let urls: Vec<&str> = datasets.elsewhere.iter().map(|(url, _)| url.as_str()).collect();
        assert_eq!(urls, ["https://ville.example/jeux/2", "https://ville.example/jeux/1"]);
    }

    #[test]
    fn an_id_is_never_longer_than_its_limit() {
        let long = format!("https://x.example/{}", "é".repeat(3_000));
        let id = shortened(long);
        assert!(id.len() <= 2_000 && id.contains('~'), "{}", id.len());
    }
}
