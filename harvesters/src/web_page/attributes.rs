//! The value that an element gives to a property, in microdata and in RDFa.

use scraper::ElementRef;
use serde_json::{Value, json};

use super::html::{Document, text_of};

/// How much text may be read for properties of one page, in characters. Nested properties read theirs again.
const MAX_TEXT: usize = 32 << 20;

/// Longest text of one property, in characters.
const MAX_VALUE: usize = 100_000;

/// What may still be read.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_TEXT)
    }
}

impl Budget {
    /// Whether something had to be left out.
    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// The value: an attribute made for it, the address it points at, or its text with its language.
pub(super) fn value(document: &Document, element: ElementRef<'_>, budget: &mut Budget) -> Value {
    if let Some(content) = element.attr("content") {
        return in_language(document, element, content.trim().to_owned());
    }
    let attribute = match element.value().name() {
        "a" | "area" | "link" | "base" => element.attr("href"),
        "audio" | "embed" | "iframe" | "img" | "source" | "track" | "video" => element.attr("src"),
        "object" => element.attr("data"),
        _ => None,
    };
    if let Some(address) = attribute {
        return Value::String(absolute(document, address));
    }
    let machine = match element.value().name() {
        "time" => element.attr("datetime"),
        "data" | "meter" => element.attr("value"),
        _ => None,
    };
    if let Some(machine) = machine {
        return Value::String(machine.trim().to_owned());
    }
    text(document, element, budget)
}

/// The text of an element with its language.
pub(super) fn text(document: &Document, element: ElementRef<'_>, budget: &mut Budget) -> Value {
    let text = text_of(element, MAX_VALUE.min(budget.0));
    budget.0 = budget.0.saturating_sub(text.chars().count() + 1);
    in_language(document, element, text)
}

/// An address in full; as written when it cannot be resolved, so that it is remarked where it is mapped.
pub(super) fn absolute(document: &Document, address: &str) -> String {
    document.base.join(address.trim()).map_or_else(|_| address.to_owned(), String::from)
}

/// The text, with its language where that is not the page's.
fn in_language(document: &Document, element: ElementRef<'_>, text: String) -> Value {
    let around = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap));
    let lang = around
        .take(20)
        .find_map(|element| element.attr("lang"))
        .map(str::trim)
        .filter(|lang| !lang.is_empty());
    match lang {
        Some(lang) if !document.lang.as_deref().is_some_and(|page| page.eq_ignore_ascii_case(lang)) => {
            json!({"@value": text, "@language": lang})
        }
        _ => Value::String(text),
    }
}
