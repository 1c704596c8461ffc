//! Reads [JSON-LD 1.1](https://www.w3.org/TR/json-ld11/) with `oxjsonld`, and on when that stops.
//!
//! References are taken as written and mended later: JSON-LD itself would drop an `@id` with a space in silence.
//! When something is wrong, the document is read again object by object, and where an object cannot be read,
//! property by property, so that an error costs the value it stands in. Contexts are never fetched.

mod contexts;
mod rescue;

use std::sync::{Arc, Mutex, PoisonError};

use oxrdf::{NamedOrBlankNode, Quad, Term};
use oxrdfio::{JsonLdProfileSet, LoadedDocument, RdfFormat, RdfParser};
use serde_json::Value;

use super::{
    gate::Outline,
    graph::{Graph, TermId},
    intake::Intake,
};
pub(super) use contexts::at as context_at;

use crate::RemarkCode;

/// Largest document that is read again after an error, in bytes: it is held as a tree then.
pub const JSON_RESCUE_MAX: usize = 64 << 20;

/// Reads a document; its outline comes from the gate.
pub(super) fn read(text: &str, outline: &Outline, intake: &mut Intake) {
    let asked = Arc::default();
    let mut errors = Vec::new();
    for quad in quads(text, &asked) {
        match quad {
            Ok(quad) => insert(intake, &quad),
            Err(error) => errors.push(error),
        }
        if intake.graph.is_full() || !errors.is_empty() {
            break;
        }
    }
    if let Some(error) = errors.first() {
        if text.len() <= JSON_RESCUE_MAX
            && let Ok(document) = serde_json::from_str::<Value>(text)
        {
            intake.graph = Graph::new();
            rescue::read(&document, &asked, intake);
        } else {
            intake.trouble_once(
                RemarkCode::UnreadableStatement,
                error,
                "the document is read up to there only",
            );
        }
    }
    for url in asked.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        if !contexts::at(url).known {
            let detail =
                "remote contexts are not fetched, and this one is not known; read with the words of DCAT";
            intake.trouble_once(RemarkCode::UnreadableStatement, url, detail);
        }
    }
    undefined(outline, intake);
}

/// The addresses of contexts that a document asked for.
type Asked = Arc<Mutex<Vec<String>>>;

/// The statements of a document, with IRIs as written, or what is wrong.
fn quads<'t>(text: &'t str, asked: &Asked) -> impl Iterator<Item = Result<Quad, String>> + use<'t> {
    let asked = Arc::clone(asked);
    let loader = move |url: &str| {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.iter().any(|known| known == url) {
            asked.push(url.to_owned());
        }
        Ok(LoadedDocument {
            url: url.to_owned(),
            content: contexts::at(url).document.as_bytes().to_vec(),
            format: json_ld(),
        })
    };
    let parser = RdfParser::from_format(json_ld()).lenient().for_slice(text).with_document_loader(loader);
    parser.map(|quad| quad.map_err(|error| error.to_string()))
}

fn json_ld() -> RdfFormat {
    RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }
}

fn insert(intake: &mut Intake, quad: &Quad) {
    let subject = resource(&mut intake.graph, &quad.subject);
    let predicate = intake.graph.iri(quad.predicate.as_str());
    let object = if let Term::NamedNode(node) = &quad.object {
        intake.graph.iri(node.as_str())
    } else if let Term::BlankNode(node) = &quad.object {
        intake.graph.blank(node.as_str())
    } else if let Term::Literal(literal) = &quad.object {
        match literal.language() {
            Some(tag) => intake.text(literal.value(), Some(tag)),
            None => intake.graph.typed(literal.value(), literal.datatype().as_str()),
        }
    } else {
        // A statement about a statement, which RDF 1.1 does not have.
        return;
    };
    intake.graph.insert(subject, predicate, object);
}

fn resource(graph: &mut Graph, node: &NamedOrBlankNode) -> TermId {
    match node {
        NamedOrBlankNode::NamedNode(node) => graph.iri(node.as_str()),
        NamedOrBlankNode::BlankNode(node) => graph.blank(node.as_str()),
    }
}

/// Remarks keys that no context gives a meaning: JSON-LD passes over them in silence.
fn undefined(outline: &Outline, intake: &mut Intake) {
    let mut terms = std::collections::BTreeSet::new();
    let mut vocab = false;
    let mut queue: Vec<Value> = outline.contexts.clone();
    while let Some(context) = queue.pop() {
        match context {
            Value::String(url) => {
                let built_in: Value = serde_json::from_str(contexts::at(&url).document).unwrap_or_default();
                queue.extend(built_in.get("@context").cloned());
            }
            Value::Array(parts) => queue.extend(parts),
            Value::Object(definitions) => {
                vocab |= definitions.get("@vocab").is_some_and(|v| !v.is_null());
                for (term, definition) in definitions {
                    queue.extend(definition.get("@context").cloned());
                    terms.insert(term);
                }
            }
            _ => {}
        }
    }
    if vocab {
        return;
    }
    for key in &outline.keys {
        let meant = key.starts_with('@') || key.contains(':') || terms.contains(key);
        if !meant {
            let detail = "no context says what this key means; JSON-LD passes over it";
            intake.trouble_once(RemarkCode::UnreadableStatement, key, detail);
        }
    }
}

#[cfg(test)]
mod tests;
