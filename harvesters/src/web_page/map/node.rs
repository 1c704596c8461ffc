//! A node of structured data that is taken apart: what nobody takes is left, and kept.

use std::collections::BTreeSet;

use moisson_dcat::draft::{Said, said};
use serde_json::{Map, Value};
use url::Url;

/// Keys that are languages: two or three letters, with or without a region.
const MAX_LANGUAGES: usize = 30;

/// A node, and where it stands in its record.
#[derive(Debug)]
pub(super) struct Node {
    path: String,
    properties: Map<String, Value>,
    left: Vec<Item>,
}

/// One value of a property, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) place: String,
    pub(super) value: Value,
}

/// A text, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) place: String,
    pub(super) text: String,
    pub(super) lang: Option<String>,
}

impl Told {
    /// As drafts take it.
    pub(super) fn said(&self) -> Said<'_> {
        said(&self.place, &self.text).lang(self.lang.as_deref())
    }

    /// Whether it is an address.
    pub(super) fn is_link(&self) -> bool {
        let text = self.text.trim_start();
        text.starts_with("http://") || text.starts_with("https://")
    }
}

impl Node {
    /// A node at a place; the record's own is at the empty place.
    pub(super) fn new(path: impl Into<String>, properties: Map<String, Value>) -> Self {
        Self { path: path.into(), properties, left: Vec::new() }
    }

    /// The values of a property, which are then gone from here.
    pub(super) fn take(&mut self, name: &str) -> Vec<Item> {
        let Some(value) = self.properties.shift_remove(name) else { return Vec::new() };
        let place = if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) };
        let mut items = Vec::new();
        spread(place, value, &mut items);
        items
    }

    /// The texts of a property; its other values are left.
    pub(super) fn texts(&mut self, name: &str) -> Vec<Told> {
        let mut texts = Vec::new();
        for item in self.take(name) {
            match told(&item) {
                Some(told) => texts.extend(told),
                None => self.left.push(item),
            }
        }
        texts
    }

    /// The texts of a property that are addresses; relative ones are completed.
    pub(super) fn links(&mut self, name: &str, base: Option<&Url>) -> Vec<Told> {
        let absolute = |told: Told| match (Url::parse(told.text.trim()), base) {
            (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) if !told.text.starts_with("www.") => {
                let text = base.join(told.text.trim()).map_or_else(|_| told.text.clone(), String::from);
                Told { text, ..told }
            }
            _ => told,
        };
        self.texts(name).into_iter().map(absolute).collect()
    }

    /// The texts of the first of several properties that has any; the others stay.
    pub(super) fn texts_of_first(&mut self, names: &[&str]) -> Vec<Told> {
        names.iter().map(|name| self.texts(name)).find(|texts| !texts.is_empty()).unwrap_or_default()
    }

    /// The `@id`, if it names something outside of the page.
    pub(super) fn id(&mut self) -> Option<Told> {
        let id = self.properties.shift_remove("@id")?.as_str()?.to_owned();
        let place = if self.path.is_empty() { "@id".to_owned() } else { format!("{}/@id", self.path) };
        (!id.starts_with("_:")).then_some(Told { place, text: id, lang: None })
    }

    /// Drops classes that say no more than the place does.
    pub(super) fn forget_types(&mut self, expected: &[&str]) {
        for item in self.take("@type") {
            if !item.value.as_str().is_some_and(|name| expected.contains(&name)) {
                self.left.push(item);
            }
        }
    }

    /// Drops plain values that stood in the same property before.
    pub(super) fn forget_known(&mut self, known: &mut BTreeSet<(String, String)>) {
        self.properties.retain(|name, value| {
            value.as_str().is_none_or(|text| known.insert((name.clone(), text.to_owned())))
        });
    }

    /// Leaves a value that was taken and not used.
    pub(super) fn leave(&mut self, item: Item) {
        self.left.push(item);
    }

    /// Takes over what is left of a node inside this one.
    pub(super) fn absorb(&mut self, inner: Self) {
        self.left.extend(inner.rest());
    }

    /// All that nobody took, in the order of the record.
    pub(super) fn rest(self) -> Vec<Item> {
        let Self { path, properties, left } = self;
        let untaken = properties.into_iter().map(|(name, value)| {
            let place = if path.is_empty() { name } else { format!("{path}/{name}") };
            Item { place, value }
        });
        untaken.chain(left).filter(|item| !is_nothing(&item.value)).collect()
    }
}

impl Item {
    /// The node, if it is one.
    pub(super) fn into_node(self) -> Result<Node, Self> {
        match self.value {
            Value::Object(properties) => Ok(Node::new(self.place, properties)),
            value => Err(Self { place: self.place, value }),
        }
    }

    /// As text: plain, or as JSON.
    pub(super) fn as_text(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        }
    }
}

/// One item for each value of an array, however deep.
fn spread(place: String, value: Value, items: &mut Vec<Item>) {
    match value {
        Value::Array(values) => {
            for (index, value) in values.into_iter().enumerate() {
                spread(format!("{place}/{index}"), value, items);
            }
        }
        value if is_nothing(&value) => {}
        value => items.push(Item { place, value }),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The text of an item: plain, with a language or datatype, or one for each language.
pub(super) fn told(item: &Item) -> Option<Vec<Told>> {
    let one = |text: String, lang: Option<&str>| {
        vec![Told { place: item.place.clone(), text, lang: lang.map(str::to_owned) }]
    };
    match &item.value {
        Value::String(text) => Some(one(text.clone(), None)),
        Value::Number(number) => Some(one(number.to_string(), None)),
        Value::Bool(truth) => Some(one(truth.to_string(), None)),
        Value::Object(object) => {
            if let Some(value) = object.get("@value") {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                return Some(one(text, object.get("@language").and_then(Value::as_str)));
            }
            let by_language = object.len() <= MAX_LANGUAGES
                && object.iter().all(|(key, text)| is_language(key) && text.is_string());
            by_language.then(|| {
                let texts = object.iter().filter_map(|(lang, text)| Some((lang, text.as_str()?)));
                texts
                    .map(|(lang, text)| Told {
                        place: item.place.clone(),
                        text: text.to_owned(),
                        lang: Some(lang.clone()),
                    })
                    .collect()
            })
        }
        Value::Null | Value::Array(_) => None,
    }
}

fn is_language(key: &str) -> bool {
    let primary = key.split('-').next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && key.len() <= 12
}
