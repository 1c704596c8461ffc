//! What the names in structured data stand for: [JSON-LD contexts](https://www.w3.org/TR/json-ld11/#the-context)
//! and their like in RDFa, as far as pages use them. Nothing is ever fetched: schema.org is built in, other
//! remote contexts are named in a remark.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::Value;
use url::Url;

/// Spellings of the vocabulary's address.
const SCHEMA_ORG: [&str; 4] =
    ["http://schema.org", "https://schema.org", "http://www.schema.org", "https://www.schema.org"];

/// Most terms of one context.
const MAX_TERMS: usize = 2_000;

/// The names in scope.
#[derive(Debug, Clone)]
pub(super) struct Context {
    /// What relative `@id`s are relative to.
    pub(super) base: Url,
    /// The language of texts that do not say theirs.
    pub(super) language: Option<String>,
    /// Remote contexts that are not known here.
    pub(super) unknown: Vec<String>,
    /// What plain names are in; `None` when nothing was said, which is read as schema.org.
    vocab: Option<String>,
    terms: Rc<Terms>,
}

/// Terms of one scope, and the scopes around it.
#[derive(Debug, Default)]
struct Terms {
    own: BTreeMap<String, String>,
    outer: Option<Rc<Terms>>,
}

impl Terms {
    fn get(&self, term: &str) -> Option<&String> {
        let mut scope = Some(self);
        while let Some(terms) = scope {
            if let Some(found) = terms.own.get(term) {
                return Some(found);
            }
            scope = terms.outer.as_deref();
        }
        None
    }
}

impl Context {
    /// Before anything was said.
    pub(super) fn new(base: &Url) -> Self {
        Self { base: base.clone(), language: None, unknown: Vec::new(), vocab: None, terms: Rc::default() }
    }

    /// With what a `@context` adds.
    pub(super) fn with(&self, said: &Value) -> Self {
        let mut context = self.inside();
        context.add(said);
        context
    }

    /// With another vocabulary, as RDFa's `vocab` sets it.
    pub(super) fn with_vocab(&self, vocab: &str) -> Self {
        Self { vocab: Some(vocab.trim().to_owned()).filter(|vocab| !vocab.is_empty()), ..self.clone() }
    }

    /// With the pairs of RDFa's `prefix`: `dct: http://purl.org/dc/terms/`.
    pub(super) fn with_prefixes(&self, said: &str) -> Self {
        let mut context = self.inside();
        let mut words = said.split_whitespace();
        while let (Some(prefix), Some(iri)) = (words.next(), words.next()) {
            if let Some(prefix) = prefix.strip_suffix(':') {
                context.define(prefix, iri);
            }
        }
        context
    }

    /// A property or class by its short name if it is schema.org's, else by its IRI if that is known, else as
    /// written.
    pub(super) fn name(&self, written: &str) -> String {
        let written = written.trim();
        if written.starts_with('@') {
            return written.to_owned();
        }
        match self.terms.get(written) {
            Some(keyword) if keyword.starts_with('@') => return keyword.clone(),
            Some(iri) => return short(&self.expanded(iri)),
            None => {}
        }
        if written.contains(':') {
            return short(&self.expanded(written));
        }
        match &self.vocab {
            Some(vocab) if !is_schema_org(vocab) => format!("{}{written}", self.expanded(vocab)),
            _ => written.to_owned(),
        }
    }

    /// An `@id` as an absolute IRI; a blank node's label as it is.
    pub(super) fn id(&self, written: &str) -> String {
        let written = written.trim();
        if written.starts_with("_:") {
            return written.to_owned();
        }
        let expanded = self.expanded(written);
        if expanded == written { self.base.join(written).map_or(expanded, String::from) } else { expanded }
    }

    /// A scope of its own inside this one.
    fn inside(&self) -> Self {
        let terms = Terms { own: BTreeMap::new(), outer: Some(Rc::clone(&self.terms)) };
        Self { terms: Rc::new(terms), unknown: Vec::new(), ..self.clone() }
    }

    fn add(&mut self, said: &Value) {
        match said {
            Value::String(remote) if is_schema_org(remote) => self.vocab = Some(remote.clone()),
            Value::String(remote) => self.unknown.push(remote.clone()),
            Value::Array(parts) => parts.iter().for_each(|part| self.add(part)),
            Value::Object(terms) => {
                for (term, meaning) in terms {
                    self.add_term(term, meaning);
                }
            }
            Value::Null => *self = Self::new(&self.base),
            Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn add_term(&mut self, term: &str, meaning: &Value) {
        let iri = match meaning {
            Value::String(iri) => Some(iri.as_str()),
            Value::Object(definition) => definition.get("@id").and_then(Value::as_str),
            _ => None,
        };
        match (term, iri) {
            ("@vocab", iri) => self.vocab = iri.map(str::to_owned),
            ("@base", Some(base)) => {
                if let Ok(base) = self.base.join(base) {
                    self.base = base;
                }
            }
            ("@language", iri) => self.language = iri.map(str::to_owned),
            (term, Some(iri)) if !term.starts_with('@') => self.define(term, iri),
            _ => {}
        }
    }

    fn define(&mut self, term: &str, iri: &str) {
        // A scope is filled before it is shared.
        if let Some(terms) = Rc::get_mut(&mut self.terms)
            && terms.own.len() < MAX_TERMS
        {
            terms.own.insert(term.to_owned(), iri.to_owned());
        }
    }

    /// A compact IRI in full; what is none, as it is.
    fn expanded(&self, written: &str) -> String {
        let Some((prefix, local)) = written.split_once(':') else { return written.to_owned() };
        if local.starts_with("//") {
            return written.to_owned();
        }
        match self.terms.get(prefix) {
            Some(iri) if !iri.starts_with('@') => format!("{iri}{local}"),
            None if prefix == "schema" => format!("https://schema.org/{local}"),
            _ => written.to_owned(),
        }
    }
}

/// Whether an address is that of schema.org: its vocabulary, or one of the forms of its context.
pub(super) fn is_schema_org(address: &str) -> bool {
    let address = address.trim();
    SCHEMA_ORG.iter().any(|known| {
        address
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('#'))
    })
}

/// schema.org's own names without its address.
fn short(iri: &str) -> String {
    let local = SCHEMA_ORG.iter().find_map(|known| iri.strip_prefix(known));
    match local.map(|local| local.trim_start_matches(['/', '#'])) {
        Some(local) if !local.is_empty() && !local.contains('/') => local.to_owned(),
        _ => iri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(context: &Value, written: &str, expected: &str) {
        let base = Url::parse("https://ville.example/a").unwrap();
        assert_eq!(Context::new(&base).with(context).name(written), expected, "{context} {written}");
    }

    #[test]
    fn schema_org_is_known_in_all_its_spellings() {
        for context in [
            json!("https://schema.org"),
            json!("http://schema.org/"),
            json!("https://schema.org/version/latest/schema.jsonld"),
            json!("https://schema.org/docs/jsonldcontext.jsonld"),
            json!({"@vocab": "http://schema.org/"}),
            json!({"@vocab": "http://schema.org"}),
            json!(["https://schema.org/", {"dct": "http://purl.org/dc/terms/"}]),
        ] {
            check(&context, "Dataset", "Dataset");
            check(&context, "http://schema.org/Dataset", "Dataset");
            check(&context, "schema:Dataset", "Dataset");
        }
        check(&json!({"sdo": "https://schema.org/"}), "sdo:name", "name");
        check(
            &json!({"titre": "http://schema.org/name", "lien": {"@id": "schema:url", "@type": "@id"}}),
            "titre",
            "name",
        );
        check(
            &json!({"titre": "http://schema.org/name", "lien": {"@id": "schema:url", "@type": "@id"}}),
            "lien",
            "url",
        );
        check(&json!({"id": "@id"}), "id", "@id");
    }

    #[test]
    fn other_vocabularies_are_not_taken_for_schema_org() {
        check(
            &json!({"@vocab": "http://www.w3.org/ns/dcat#"}),
            "Dataset",
            "http://www.w3.org/ns/dcat#Dataset",
        );
        check(
            &json!({"dcat": "http://www.w3.org/ns/dcat#"}),
            "dcat:Dataset",
            "http://www.w3.org/ns/dcat#Dataset",
        );
        check(&json!("https://schema.org"), "prov:used", "prov:used");
    }

    #[test]
    fn ids_are_relative_to_the_base_of_the_context_or_the_page() {
        let base = Url::parse("https://ville.example/a").unwrap();
        let page = Context::new(&base);
        assert_eq!(page.id("#d1"), "https://ville.example/a#d1");
        assert_eq!(page.id("_:b0"), "_:b0");
        assert_eq!(page.id("ark:/1/2"), "ark:/1/2");
        let other = page.with(&json!({"@base": "https://x.example/b/", "ex": "https://y.example/"}));
        assert_eq!(other.id("c"), "https://x.example/b/c");
        assert_eq!(other.id("ex:c"), "https://y.example/c");
    }

    #[test]
    fn remote_contexts_that_are_not_known_are_named() {
        let base = Url::parse("https://ville.example/a").unwrap();
        let context =
            Context::new(&base).with(&json!(["https://schema.org", "https://geoschemas.org/x.jsonld"]));
        assert_eq!(context.unknown, ["https://geoschemas.org/x.jsonld"]);
    }
}
