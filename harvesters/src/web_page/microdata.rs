//! Structured data as [microdata](https://html.spec.whatwg.org/multipage/microdata.html): `itemscope`,
//! `itemtype`, `itemprop`, `itemid`, `itemref`.

use std::collections::BTreeMap;

use scraper::ElementRef;
use serde_json::{Map, Value};

use super::{
    attributes,
    context::Context,
    html::Document,
    nodes::{self, Nodes},
};

/// Deepest nesting of items.
const MAX_DEPTH: usize = 32;

/// Most items of one page.
const MAX_ITEMS: usize = 50_000;

/// Reads all items of a page that are no property of another.
pub(super) fn read_page(document: &Document, nodes: &mut Nodes) {
    let top: Vec<ElementRef<'_>> = document
        .elements()
        .filter(|element| element.attr("itemscope").is_some() && element.attr("itemprop").is_none())
        .collect();
    if top.is_empty() {
        return;
    }
    let by_id = document.elements().filter_map(|element| Some((element.attr("id")?, element))).fold(
        BTreeMap::new(),
        |mut by_id, (id, element)| {
            by_id.entry(id).or_insert(element);
            by_id
        },
    );
    let mut reader = Reader {
        document,
        context: Context::new(&document.base),
        by_id,
        items: 0,
        text: attributes::Budget::default(),
    };
    for element in top {
        let item = reader.item(element, 0);
        nodes.roots.push(Value::Object(item));
    }
    if reader.items >= MAX_ITEMS || reader.text.is_spent() {
        nodes.cut = Some("the page has more microdata than is read; the rest was left out".to_owned());
    }
}

struct Reader<'d> {
    document: &'d Document,
    context: Context,
    by_id: BTreeMap<&'d str, ElementRef<'d>>,
    items: usize,
    text: attributes::Budget,
}

impl<'d> Reader<'d> {
    fn item(&mut self, element: ElementRef<'d>, depth: usize) -> Map<String, Value> {
        self.items += 1;
        let mut item = Map::new();
        if let Some(types) = element.attr("itemtype") {
            let types = types.split_whitespace().map(|name| Value::String(self.context.name(name)));
            item.insert("@type".to_owned(), Value::Array(types.collect()));
        }
        if let Some(id) = element.attr("itemid").filter(|id| !id.trim().is_empty()) {
            item.insert("@id".to_owned(), Value::String(self.context.id(id)));
        }
        let referenced = element.attr("itemref").unwrap_or_default().split_whitespace().take(100);
        let referenced: Vec<_> = referenced.filter_map(|id| self.by_id.get(id).copied()).collect();
        for child in element.child_elements().chain(referenced) {
            self.properties(child, &mut item, depth);
        }
        item
    }

    /// Adds what an element and those inside it say about the item; an item of its own ends there.
    fn properties(&mut self, element: ElementRef<'d>, item: &mut Map<String, Value>, depth: usize) {
        let is_item = element.attr("itemscope").is_some();
        if let Some(names) = element.attr("itemprop") {
            let value = match is_item {
                true if depth >= MAX_DEPTH || self.items >= MAX_ITEMS => return,
                true => Value::Object(self.item(element, depth + 1)),
                false => attributes::value(self.document, element, &mut self.text),
            };
            for name in names.split_whitespace().take(10) {
                nodes::add(item, &self.context.name(name), value.clone());
            }
        }
        if !is_item {
            for child in element.child_elements() {
                self.properties(child, item, depth);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use url::Url;

    fn read(html: &str) -> Vec<Value> {
        let mut nodes = Nodes::default();
        let document = Document::parse(html, &Url::parse("https://ville.example/a/").unwrap());
        read_page(&document, &mut nodes);
        nodes.roots
    }

    #[test]
    fn items_properties_and_nested_items_are_read() {
        let roots = read(
            "<html lang=fr><div itemscope itemtype='https://schema.org/Dataset' itemid='#d'>\
             <h2 itemprop=name>Aires de <b>jeux</b></h2><meta itemprop=keywords content='jeux, parcs'>\
             <a itemprop='license' href='../lo'>LO</a><time itemprop=dateModified datetime=2024-05-06>hier</time>\
             <div itemprop=distribution itemscope itemtype='http://schema.org/DataDownload'>\
             <a itemprop=contentUrl href='aires.csv'><span itemprop=encodingFormat>text/csv</span></a></div>\
             <p itemprop=name lang=nl>Speeltuinen</p></div>",
        );
        assert_eq!(
            roots,
            [json!({"@type": ["Dataset"], "@id": "https://ville.example/a/#d",
                "name": ["Aires de jeux", {"@value": "Speeltuinen", "@language": "nl"}], "keywords": "jeux, parcs",
                "license": "https://ville.example/lo", "dateModified": "2024-05-06",
                "distribution": {"@type": ["DataDownload"], "contentUrl": "https://ville.example/a/aires.csv", "encodingFormat": "text/csv"}})]
        );
    }

    #[test]
    fn properties_elsewhere_are_taken_by_reference_and_circles_end() {
        let roots = read(
            "<div itemscope itemtype='http://schema.org/Dataset' itemref='x y'></div><p id=x><b itemprop=name>Rues</b></p>\
             <div id=y itemprop=hasPart itemscope itemref=y></div>",
        );
        assert_eq!(roots[0]["name"], "Rues");
    }
}
