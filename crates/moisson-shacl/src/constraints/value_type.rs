//! `sh:class`, `sh:datatype`, `sh:nodeKind`
//! ([SHACL §4.1](https://www.w3.org/TR/shacl/#core-components-value-type)).

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::literal;
use crate::terms::{Id, Kind};
use crate::validate::{Context, Findings, Focus};

/// What sort of node each value must be.
#[derive(Debug)]
pub(crate) enum ValueType {
    /// An instance of the class.
    Class(Id),
    /// A well-formed literal of the datatype.
    Datatype(Id),
    NodeKind(NodeKind),
}

/// Which kinds of node are allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeKind {
    iri: bool,
    blank: bool,
    literal: bool,
}

const NODE_KINDS: [(&str, NodeKind); 6] = [
    ("BlankNode", NodeKind { iri: false, blank: true, literal: false }),
    ("IRI", NodeKind { iri: true, blank: false, literal: false }),
    ("Literal", NodeKind { iri: false, blank: false, literal: true }),
    ("BlankNodeOrIRI", NodeKind { iri: true, blank: true, literal: false }),
    ("BlankNodeOrLiteral", NodeKind { iri: false, blank: true, literal: true }),
    ("IRIOrLiteral", NodeKind { iri: true, blank: false, literal: true }),
];

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    for class in shape.values("class") {
        shape.expect_iri("class", class)?;
        shape.uses_class(class);
        shape.add("ClassConstraintComponent", Constraint::ValueType(ValueType::Class(class)))?;
    }
    if let Some(datatype) = shape.at_most_one("datatype")? {
        shape.expect_iri("datatype", datatype)?;
        shape.add("DatatypeConstraintComponent", Constraint::ValueType(ValueType::Datatype(datatype)))?;
    }
    if let Some(value) = shape.at_most_one("nodeKind")? {
        let local = shape.local_name(value);
        let known = NODE_KINDS.iter().find(|(name, _)| Some(*name) == local);
        let Some((_, kind)) = known else {
            let names: Vec<_> = NODE_KINDS.iter().map(|(name, _)| format!("`sh:{name}`")).collect();
            return Err(shape.wrong("nodeKind", format!("one of {}", names.join(", ")), value));
        };
        shape.add("NodeKindConstraintComponent", Constraint::ValueType(ValueType::NodeKind(*kind)))?;
    }
    Ok(())
}

impl ValueType {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        for &value in at.values {
            let right = match self {
                Self::Class(class) => context.is_instance(value, *class),
                Self::Datatype(datatype) => {
                    context.terms.datatype(value) == Some(*datatype)
                        && literal::is_well_formed(context.terms.text(value), *datatype)
                }
                Self::NodeKind(kind) => match context.terms.kind(value) {
                    Kind::Iri => kind.iri,
                    Kind::Blank => kind.blank,
                    Kind::Literal | Kind::Tagged => kind.literal,
                    Kind::Language | Kind::Other => false,
                },
            };
            if !right {
                found.add(at, component, value);
            }
        }
    }
}
