//! Finds the constraint components that a shapes graph defines
//! ([SHACL §6.1](https://www.w3.org/TR/shacl/#sparql-constraint-components-syntax)).

use super::{Compiler, SH};
use crate::error::Problem;
use crate::terms::{Id, Kind};

/// A component with its parameters and validators.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    /// Its node in the shapes graph.
    pub(crate) node: Id,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) validator: Option<Id>,
    pub(crate) node_validator: Option<Id>,
    pub(crate) property_validator: Option<Id>,
}

/// A parameter of a component.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) predicate: Id,
    pub(crate) variable: String,
    pub(crate) optional: bool,
}

impl Compiler<'_> {
    /// The components, in a defined order. Those with faults are left out and recorded.
    pub(super) fn read_components(&mut self) -> Vec<Component> {
        let Some(class) = self.sh("ConstraintComponent") else { return Vec::new() };
        let mut nodes: Vec<Id> = self.instances_of(class).into_iter().collect();
        // The shapes graph may describe SHACL's own components, which are built in.
        nodes.retain(|node| !self.terms.parts(*node).text.starts_with(SH));
        self.sort(&mut nodes);
        let mut components = Vec::new();
        for node in nodes {
            match self.read_component(node) {
                Ok(component) => components.push(component),
                Err(problem) => self.record(node, problem),
            }
        }
        components
    }

    fn read_component(&mut self, node: Id) -> Result<Component, Problem> {
        let mut parameters = Vec::new();
        for parameter in self.values(node, self.sh("parameter")) {
            parameters.push(self.read_parameter(parameter)?);
        }
        if parameters.iter().all(|parameter| parameter.optional) {
            return Err(Problem::Missing {
                property: "sh:parameter".to_owned(),
                needed: "a constraint component needs at least one parameter that is not optional".to_owned(),
            });
        }
        let first = |local: &str| self.values(node, self.sh(local)).first().copied();
        let component = Component {
            node,
            parameters,
            validator: first("validator"),
            node_validator: first("nodeValidator"),
            property_validator: first("propertyValidator"),
        };
        let Component { validator, node_validator, property_validator, .. } = component;
        if validator.or(node_validator).or(property_validator).is_none() {
            self.notice(
                node,
                Problem::Missing {
                    property: "sh:validator".to_owned(),
                    needed: "without a SPARQL validator the component has no effect".to_owned(),
                },
            );
        }
        Ok(component)
    }

    fn read_parameter(&self, parameter: Id) -> Result<Parameter, Problem> {
        let paths = self.values(parameter, self.sh("path"));
        let &[predicate] = paths.as_slice() else {
            return Err(Problem::Missing {
                property: "sh:path".to_owned(),
                needed: "each `sh:parameter` needs one, an IRI".to_owned(),
            });
        };
        let parts = self.terms.parts(predicate);
        let name = parts.text.rsplit(['#', '/', ':']).next().unwrap_or_default();
        let reserved = ["this", "shapesGraph", "currentShape", "path", "PATH", "value", ""];
        if parts.kind != Kind::Iri || reserved.contains(&name) || !name.chars().all(is_name) {
            return Err(Problem::Value {
                property: "sh:path".to_owned(),
                expected: "an IRI that ends in a name that can be a variable and is not reserved".to_owned(),
                found: self.view().term(predicate).to_string(),
            });
        }
        let optional = self.values(parameter, self.sh("optional"));
        let optional = optional.iter().any(|value| matches!(self.terms.parts(*value).text, "true" | "1"));
        Ok(Parameter { predicate, variable: name.to_owned(), optional })
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
