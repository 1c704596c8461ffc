//! Structured data as [RDFa Lite](https://www.w3.org/TR/rdfa-lite/): `vocab`, `typeof`, `property`, `resource`,
//! `prefix`, and of full RDFa what pages mix in: `about`, `content`, `rel` with an address.

use scraper::ElementRef;
use serde_json::{Map, Value};

use super::{
    attributes,
    context::Context,
    html::Document,
    nodes::{self, Nodes},
};

/// Deepest nesting of nodes.
const MAX_DEPTH: usize = 32;

/// Most nodes of one page.
const MAX_NODES: usize = 50_000;

/// Reads all typed nodes of a page.
pub(super) fn read_page(document: &Document, nodes: &mut Nodes) {
    if !document.elements().any(|element| element.attr("typeof").is_some()) {
        return;
    }
    let mut reader = Reader { document, count: 0, text: attributes::Budget::default(), roots: Vec::new() };
    let context = Context::new(&document.base);
    for element in document.html.tree.root().children().filter_map(ElementRef::wrap) {
        reader.element(element, &context, None, 0);
    }
    if reader.count >= MAX_NODES || reader.text.is_spent() {
        nodes.cut = Some("the page has more RDFa than is read; the rest was left out".to_owned());
    }
    nodes.roots.append(&mut reader.roots);
}

struct Reader<'d> {
    document: &'d Document,
    count: usize,
    text: attributes::Budget,
    roots: Vec<Value>,
}

impl<'d> Reader<'d> {
    /// Reads an element and those inside it; what it says about the node around it is added to that.
    fn element(
        &mut self,
        element: ElementRef<'d>,
        context: &Context,
        subject: Option<&mut Map<String, Value>>,
        depth: usize,
    ) {
        let scoped;
        let context = match (element.attr("vocab"), element.attr("prefix")) {
            (None, None) => context,
            (vocab, prefix) => {
                let with_vocab = vocab.map_or_else(|| context.clone(), |vocab| context.with_vocab(vocab));
                scoped = prefix.map_or_else(|| with_vocab.clone(), |prefix| with_vocab.with_prefixes(prefix));
                &scoped
            }
        };
        let names = Self::names(element, context);
        let opens = element.attr("typeof").is_some() || names.is_empty() && element.attr("about").is_some();
        if opens && depth < MAX_DEPTH && self.count < MAX_NODES {
            let node = Value::Object(self.node(element, context, !names.is_empty(), depth));
            match subject {
                Some(subject) if !names.is_empty() => {
                    for name in &names {
                        nodes::add(subject, name, node.clone());
                    }
                }
                _ => self.roots.push(node),
            }
            return;
        }
        let mut subject = subject;
        if let Some(subject) = subject.as_deref_mut()
            && !names.is_empty()
        {
            let value = self.value(element, context);
            for name in &names {
                nodes::add(subject, name, value.clone());
            }
        }
        for child in element.child_elements() {
            self.element(child, context, subject.as_deref_mut(), depth);
        }
    }

    fn node(
        &mut self,
        element: ElementRef<'d>,
        context: &Context,
        is_property: bool,
        depth: usize,
    ) -> Map<String, Value> {
        self.count += 1;
        let mut node = Map::new();
        if let Some(types) = element.attr("typeof") {
            let types = types.split_whitespace().map(|name| Value::String(context.name(name)));
            node.insert("@type".to_owned(), Value::Array(types.collect()));
        }
        let about = element.attr("about").filter(|_| !is_property);
        let id = about
            .or_else(|| element.attr("resource"))
            .or_else(|| element.attr("href"))
            .or_else(|| element.attr("src"));
        if let Some(id) = id.filter(|id| !id.trim().is_empty()) {
            node.insert("@id".to_owned(), Value::String(Self::id(id, context)));
        }
        for child in element.child_elements() {
            self.element(child, context, Some(&mut node), depth + 1);
        }
        node
    }

    /// The properties that an element states: those of `property`, and of `rel` where it points somewhere.
    fn names(element: ElementRef<'d>, context: &Context) -> Vec<String> {
        let property = element.attr("property").unwrap_or_default();
        let points = ["href", "resource", "src"].iter().any(|name| element.attr(name).is_some());
        // A plain `rel` is HTML's own (`stylesheet`, `nofollow`), unless a vocabulary is named with it.
        let rel = element.attr("rel").filter(|_| points).unwrap_or_default();
        let rel = rel.split_whitespace().filter(|name| name.contains(':'));
        property.split_whitespace().chain(rel).take(10).map(|name| context.name(name)).collect()
    }

    fn value(&mut self, element: ElementRef<'d>, context: &Context) -> Value {
        if element.attr("content").is_some() {
            return attributes::value(self.document, element, &mut self.text);
        }
        if let Some(resource) = element.attr("resource") {
            return Value::String(Self::id(resource, context));
        }
        if let Some(address) = element.attr("href").or_else(|| element.attr("src")) {
            return Value::String(attributes::absolute(self.document, address));
        }
        attributes::value(self.document, element, &mut self.text)
    }

    /// A reference, which may stand in brackets as a compact IRI: `[dct:x]`.
    fn id(written: &str, context: &Context) -> String {
        let written = written.trim();
        context.id(written.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(written))
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
    fn nodes_with_vocab_and_nested_nodes_are_read() {
        let roots = read(
            "<html lang=fr><div vocab='https://schema.org/' typeof=Dataset resource='#d'><h2 property=name>Rues</h2>\
             <a property=license href='/lo'>LO</a><meta property=keywords content='voirie'>\
             <div property=distribution typeof=DataDownload><a property=contentUrl href=rues.csv>CSV</a></div>\
             <span property=dateModified content=2024-05-06>hier</span><p property=description lang=en>Streets</p></div>",
        );
        assert_eq!(
            roots,
            [
                json!({"@type": ["Dataset"], "@id": "https://ville.example/a/#d", "name": "Rues", "license": "https://ville.example/lo",
                "keywords": "voirie", "distribution": {"@type": ["DataDownload"], "contentUrl": "https://ville.example/a/rues.csv"},
                "dateModified": "2024-05-06", "description": {"@value": "Streets", "@language": "en"}})
            ]
        );
    }

    #[test]
    fn prefixes_and_rel_are_read_and_the_heads_properties_belong_to_nobody() {
        let roots = read(
            "<html prefix='s: http://schema.org/'><head><meta property='og:title' content='x'></head>\
             <body typeof='s:Dataset' about='/d'><span property='s:name'>Arbres</span>\
             <a rel='s:license nofollow' href='https://x.example/odbl'>ODbL</a>",
        );
        assert_eq!(
            roots,
            [
                json!({"@type": ["Dataset"], "@id": "https://ville.example/d", "name": "Arbres", "license": "https://x.example/odbl"})
            ]
        );
    }

    #[test]
    fn other_vocabularies_keep_their_names() {
        let roots = read(
            "<div vocab='http://www.w3.org/ns/dcat#' typeof='Dataset'><p property='keyword'>x</p></div>",
        );
        assert_eq!(roots[0]["@type"], json!(["http://www.w3.org/ns/dcat#Dataset"]));
    }
}
