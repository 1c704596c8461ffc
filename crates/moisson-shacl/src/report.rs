//! What validation found ([SHACL §3.6](https://www.w3.org/TR/shacl/#validation-report)).

use std::sync::Arc;

use oxrdf::{Literal, NamedNode, NamedOrBlankNode, Term};

use crate::path::Path;

/// The outcome of a validation.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Report {
    /// Whether there was no result of any severity, as the standard has it.
    pub conforms: bool,
    /// The results, in a defined order: by focus node, then shape, then constraint, then value.
    pub results: Vec<ValidationResult>,
    /// How many results there were beyond the [limit](crate::Options::max_results); they are not in `results`.
    pub left_out: usize,
}

/// One thing that is wrong with one focus node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationResult {
    /// The node that was checked.
    pub focus_node: Term,
    /// The path from the focus node to the values, if the shape has one.
    pub result_path: Option<Arc<Path>>,
    /// The value that is wrong; none where the fault is a number of values.
    pub value: Option<Term>,
    /// The shape that says so.
    pub source_shape: NamedOrBlankNode,
    /// The kind of constraint, such as `sh:MinCountConstraintComponent`.
    pub source_constraint_component: NamedNode,
    /// The SPARQL constraint that says so, if it is one.
    pub source_constraint: Option<NamedOrBlankNode>,
    /// `sh:Violation`, `sh:Warning`, `sh:Info` or another IRI that the shape gives.
    pub result_severity: NamedNode,
    /// The shape's own messages, at most one per language if the shapes are well-formed; possibly none.
    pub result_message: Arc<[Literal]>,
    /// What was wrong with the value by the shapes that it should conform to, for `sh:node`.
    pub detail: Vec<ValidationResult>,
}

impl Report {
    /// Whether there is a result that [breaks a rule](ValidationResult::is_violation), rather than only advice.
    /// Results that were [left out](Self::left_out) do not count.
    pub fn has_violations(&self) -> bool {
        self.results.iter().any(ValidationResult::is_violation)
    }
}

impl ValidationResult {
    /// Whether this breaks a rule, rather than being advice.
    pub fn is_violation(&self) -> bool {
        self.result_severity.as_str() == "http://www.w3.org/ns/shacl#Violation"
    }

    /// The message that suits a reader best: the first of their languages that there is one in, then one
    /// without a language, then any.
    pub fn message(&self, languages: &[&str]) -> Option<&str> {
        let in_language = |wanted: &str| {
            self.result_message.iter().find(|message| {
                message.language().is_some_and(|language| {
                    language.split('-').next().is_some_and(|main| main.eq_ignore_ascii_case(wanted))
                })
            })
        };
        let plain = || self.result_message.iter().find(|message| message.language().is_none());
        let message = languages.iter().copied().find_map(in_language).or_else(plain);
        message.or(self.result_message.first()).map(Literal::value)
    }
}
