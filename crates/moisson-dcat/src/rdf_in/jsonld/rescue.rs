//! Reads a JSON-LD document in pieces, after it could not be read as a whole.

use serde_json::{Map, Value, json};

use super::{Asked, insert, quads};
use crate::{
    RemarkCode,
    rdf_in::intake::{At, Intake},
};

/// Most pieces that one document is read in.
const PIECES_MAX: usize = 200_000;

/// Reads all that can be read.
pub(super) fn read(document: &Value, asked: &Asked, intake: &mut Intake) {
    let mut rescue = Rescue { asked, intake, pieces: 0, nodes: 0 };
    rescue.value(document, &Value::Null);
}

struct Rescue<'r> {
    asked: &'r Asked,
    intake: &'r mut Intake,
    pieces: usize,
    nodes: usize,
}

impl Rescue<'_> {
    /// A document, or one of the objects in it.
    fn value(&mut self, value: &Value, context: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.value(value, context)),
            Value::Object(object) => self.object(object, context),
            _ => {}
        }
    }

    /// Tries an object whole, then in parts.
    fn object(&mut self, object: &Map<String, Value>, outer: &Value) {
        let context = merged(outer, object.get("@context"));
        let mut piece = object.clone();
        if !context.is_null() {
            piece.insert("@context".to_owned(), context.clone());
        }
        if self.piece(&Value::Object(piece)).is_ok() {
            return;
        }
        let (id_key, type_key) = (keyword(&context, "@id"), keyword(&context, "@type"));
        let is_node = object.keys().any(|key| key != "@context" && key != "@graph");
        let id = match object.get(&id_key) {
            Some(Value::String(id)) => Value::String(id.clone()),
            _ => self.fresh(),
        };
        for (key, value) in object.iter().filter(|(key, _)| *key != "@context" && **key != id_key) {
            if key == "@graph" || key == "@included" {
                self.value(value, &context);
            } else if is_node {
                let values = match value {
                    Value::Array(values) if *key != type_key => values.as_slice(),
                    _ => std::slice::from_ref(value),
                };
                for value in values {
                    self.property((&id_key, &id), key, value, &context);
                }
            }
        }
    }

    /// One property with one value.
    fn property(&mut self, (id_key, id): (&str, &Value), key: &str, value: &Value, context: &Value) {
        let statement = |value: &Value| {
            let mut piece = Map::new();
            if !context.is_null() {
                piece.insert("@context".to_owned(), context.clone());
            }
            piece.insert(id_key.to_owned(), id.clone());
            piece.insert(key.to_owned(), value.clone());
            Value::Object(piece)
        };
        let Err(error) = self.piece(&statement(value)) else { return };
        let Value::Object(object) = value else {
            return self.lost(id, key, value, &error);
        };
        // A description: state the link, then what is wrong inside of it.
        let described = !object.keys().any(|key| matches!(key.as_str(), "@value" | "@list" | "@set"));
        if !described {
            return self.lost(id, key, value, &error);
        }
        let mut object = object.clone();
        let usable = object.get(id_key).filter(|id| id.is_string()).cloned();
        let inner = usable.unwrap_or_else(|| self.fresh());
        if self.piece(&statement(&json!({ "@id": inner.clone() }))).is_err() {
            return self.lost(id, key, value, &error);
        }
        object.insert(id_key.to_owned(), inner);
        self.object(&object, context);
    }

    /// Reads a piece, all or nothing.
    fn piece(&mut self, piece: &Value) -> Result<(), String> {
        self.pieces += 1;
        if self.pieces > PIECES_MAX {
            return Err("too many pieces".to_owned());
        }
        let text = piece.to_string();
        let read: Vec<_> = quads(&text, self.asked).collect::<Result<_, _>>()?;
        for quad in &read {
            insert(self.intake, quad);
        }
        Ok(())
    }

    fn lost(&mut self, id: &Value, key: &str, value: &Value, error: &str) {
        let about = id.as_str().filter(|id| !id.starts_with("_:")).map(|id| self.intake.graph.iri(id));
        let at = At { about, property: key, line: 0 };
        self.intake.trouble(RemarkCode::UnreadableStatement, at, &value.to_string(), error);
    }

    fn fresh(&mut self) -> Value {
        self.nodes += 1;
        Value::String(format!("_:rescued{}", self.nodes))
    }
}

/// The context inside another one.
fn merged(outer: &Value, inner: Option<&Value>) -> Value {
    let mut parts = Vec::new();
    for context in [Some(outer), inner].into_iter().flatten() {
        match context {
            Value::Null => {}
            Value::Array(contexts) => parts.extend(contexts.iter().cloned()),
            one => parts.push(one.clone()),
        }
    }
    match parts.len() {
        0 => Value::Null,
        1 => parts.swap_remove(0),
        _ => Value::Array(parts),
    }
}

/// The key that stands for a keyword.
fn keyword(context: &Value, keyword: &str) -> String {
    let alias = |context: &Value| {
        let definitions = context.as_object()?;
        definitions
            .iter()
            .find(|(_, meaning)| meaning.as_str() == Some(keyword))
            .map(|(alias, _)| alias.clone())
    };
    let found = match context {
        Value::Array(contexts) => contexts.iter().rev().find_map(alias),
        one => alias(one),
    };
    found.unwrap_or_else(|| keyword.to_owned())
}
