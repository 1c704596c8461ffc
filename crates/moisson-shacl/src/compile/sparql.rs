//! Reads what SPARQL constraints and components need of a shapes graph: texts, prefixes, messages, arguments.

use std::sync::Arc;

use oxrdf::{Literal, NamedOrBlankNode, Term};

use super::component::Component;
use super::{ShapeReader, Stop};
use crate::error::Problem;
use crate::path::Path;
use crate::shape::Placed;
use crate::terms::{Id, Kind};

impl ShapeReader<'_, '_> {
    /// Refuses SPARQL if the [options](crate::Options::sparql) do.
    pub(crate) fn expect_sparql(&self, local: &str) -> Result<(), Stop> {
        if self.compiler.options.sparql {
            return Ok(());
        }
        let reason = "SPARQL is switched off for these shapes".to_owned();
        Err(self.fault(Problem::Sparql { property: format!("sh:{local}"), reason }))
    }

    /// The components that the shapes graph defines.
    pub(crate) fn components(&self) -> Arc<[Component]> {
        Arc::clone(&self.compiler.components)
    }

    /// Adds a constraint of a component that is not of SHACL itself.
    pub(crate) fn place(&mut self, placed: Placed) {
        self.constraints.push(placed);
    }

    /// The path of a property shape.
    pub(crate) fn shown_path(&self) -> Option<Arc<Path>> {
        self.path.as_ref().map(|path| Arc::clone(&path.shown))
    }

    /// The values of a property of another node.
    pub(crate) fn values_of(&self, node: Id, local: &str) -> Vec<Id> {
        self.compiler.values(node, self.compiler.sh(local))
    }

    pub(crate) fn node_of(&self, node: Id) -> Option<NamedOrBlankNode> {
        NamedOrBlankNode::try_from(self.compiler.view().term(node)).ok()
    }

    /// Whether a property of another node is `true`.
    pub(crate) fn flag_of(&self, node: Id, local: &str) -> Result<bool, Stop> {
        match *self.values_of(node, local).as_slice() {
            [] => Ok(false),
            [value] => match self.compiler.terms.parts(value).text {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err(self.wrong(local, "`true` or `false`", value)),
            },
            [first, ..] => Err(self.wrong(local, "one value", first)),
        }
    }

    /// The one string that a property of another node must have.
    pub(crate) fn string_of(&self, node: Id, local: &str) -> Result<String, Stop> {
        match *self.values_of(node, local).as_slice() {
            [value] => self.expect_string(local, value),
            [] => Err(self.fault(Problem::Missing {
                property: format!("sh:{local}"),
                needed: "a SPARQL constraint or validator needs one query".to_owned(),
            })),
            ref values => Err(self.fault(Problem::TooMany {
                property: format!("sh:{local}"),
                count: values.len(),
                found: self.compiler.view().term(values[0]).to_string(),
            })),
        }
    }

    /// The messages of another node.
    pub(crate) fn messages_of(&self, node: Id) -> Result<Vec<Literal>, Stop> {
        let mut messages = Vec::new();
        for value in self.values_of(node, "message") {
            match self.compiler.view().term(value) {
                Term::Literal(literal) => messages.push(literal),
                _ => return Err(self.wrong("message", "a string", value)),
            }
        }
        Ok(messages)
    }

    /// The prefixes that a query may use ([SHACL §5.2.1](https://www.w3.org/TR/shacl/#sparql-prefixes)).
    pub(crate) fn prefixes_of(&self, node: Id) -> Result<Vec<(String, String)>, Stop> {
        let imports = self.compiler.iri("http://www.w3.org/2002/07/owl#imports");
        let mut ontologies = self.values_of(node, "prefixes");
        let mut prefixes: Vec<(String, String)> = Vec::new();
        let mut at = 0;
        while let Some(&ontology) = ontologies.get(at) {
            at += 1;
            for declaration in self.values_of(ontology, "declare") {
                let text = |local: &str| match *self.values_of(declaration, local).as_slice() {
                    [value] if self.compiler.terms.kind(value) == Kind::Literal => {
                        Ok(self.compiler.terms.parts(value).text.to_owned())
                    }
                    _ => Err(self.wrong(
                        "declare",
                        format!("a node with one `sh:{local}`, a string"),
                        declaration,
                    )),
                };
                let (prefix, namespace) = (text("prefix")?, text("namespace")?);
                match prefixes.iter().find(|(known, _)| *known == prefix) {
                    None => prefixes.push((prefix, namespace)),
                    Some((_, known)) if *known == namespace => {}
                    Some((_, known)) => {
                        let reason =
                            format!("the prefix `{prefix}` is declared as <{known}> and as <{namespace}>");
                        return Err(
                            self.fault(Problem::Sparql { property: "sh:prefixes".to_owned(), reason })
                        );
                    }
                }
            }
            for import in self.compiler.values(ontology, imports) {
                if !ontologies.contains(&import) {
                    ontologies.push(import);
                }
            }
        }
        Ok(prefixes)
    }

    /// The arguments that this shape gives to a component, once for each use of it.
    pub(crate) fn arguments(&self, component: &Component) -> Result<Vec<Vec<(String, Term)>>, Stop> {
        let mut uses: Vec<Vec<(String, Term)>> = vec![Vec::new()];
        let single = component.parameters.len() == 1;
        for parameter in &component.parameters {
            let values = self.compiler.values(self.node, Some(parameter.predicate));
            let term = |value: Id| (parameter.variable.clone(), self.compiler.view().term(value));
            match *values.as_slice() {
                [] if parameter.optional => {}
                [] => return Ok(Vec::new()),
                [value] => uses.iter_mut().for_each(|arguments| arguments.push(term(value))),
                ref values if single => uses = values.iter().map(|value| vec![term(*value)]).collect(),
                ref values => {
                    return Err(self.fault(Problem::TooMany {
                        property: self.compiler.view().term(parameter.predicate).to_string(),
                        count: values.len(),
                        found: self.compiler.view().term(values[0]).to_string(),
                    }));
                }
            }
        }
        Ok(uses)
    }
}
