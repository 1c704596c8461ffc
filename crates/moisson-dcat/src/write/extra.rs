//! What no field holds: statements stay statements, keys become nodes of our own vocabulary.

use oxrdf::{Literal, NamedNode, Term};

use super::naming::inside;
use super::pen::Pen;
use crate::{Extra, ExtraValue};

/// Nodes within nodes that are written; what lies deeper becomes JSON text.
const DEPTH_MAX: u8 = 16;

impl Pen<'_> {
    pub(super) fn extras(&mut self, s: &NamedNode, extras: &[Extra]) {
        for extra in extras {
            match extra {
                Extra::Statement { property, value } => {
                    let object = self.value(s, value, 0);
                    self.own(s, property.to_named_node().as_ref(), object);
                }
                Extra::Key { key, value } => {
                    let node = inside(s, "extra", &(key, value));
                    let terms = ["extra", "key", "value"].map(|local| self.naming.term(local));
                    let [extra, key_term, value_term] = &terms;
                    self.own(s, extra.as_ref(), node.clone());
                    self.own(&node, key_term.as_ref(), Literal::from(key.as_str()));
                    self.own(&node, value_term.as_ref(), Literal::from(value.as_str()));
                }
            }
        }
    }

    /// The value as a term; a nameless node is named after its content.
    fn value(&mut self, owner: &NamedNode, value: &ExtraValue, depth: u8) -> Term {
        match value {
            ExtraValue::Iri { iri } => iri.to_named_node().into(),
            ExtraValue::Literal { literal, datatype, lang } => {
                plain_literal(literal, datatype.as_ref(), lang.as_deref()).into()
            }
            ExtraValue::Node { node } if depth < DEPTH_MAX => {
                let name = inside(owner, "node", node);
                for (property, value) in node {
                    let object = self.value(owner, value, depth + 1);
                    self.own(&name, property.to_named_node().as_ref(), object);
                }
                name.into()
            }
            // Plain values of the model serialise without fail.
            ExtraValue::Node { node } => {
                Literal::from(serde_json::to_string(node).unwrap_or_default()).into()
            }
        }
    }
}

fn plain_literal(value: &str, datatype: Option<&crate::Iri>, lang: Option<&str>) -> Literal {
    if let Some(Ok(literal)) = lang.map(|lang| Literal::new_language_tagged_literal(value, lang)) {
        return literal;
    }
    match datatype {
        Some(datatype) => Literal::new_typed_literal(value, datatype.to_named_node()),
        None => Literal::from(value),
    }
}
