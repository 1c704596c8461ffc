//! What a check found, by dataset and by rule: the model that all formats write.

use std::collections::BTreeMap;

use moisson_shacl::Report;
use oxrdf::{Literal, Term};
use serde::Serialize;

/// The outcome of a check.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The documents, in the order in which they were given.
    pub documents: Vec<DocumentRead>,
    /// Whether the data conforms to each profile that was asked.
    pub profiles: Vec<ProfileVerdict>,
    /// How much was checked and found.
    pub counts: Counts,
    /// What is wrong, by dataset, in the order of the documents.
    pub groups: Vec<Group>,
    /// The results as the standard has them.
    pub report: Report,
}

/// In one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No rule is broken; there may be warnings and advice.
    Conforms,
    /// A rule is broken.
    Violations,
    /// A document could not be read as it should be, so that nothing can be said of all of it.
    Error,
}

/// A document that was read, or not.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentRead {
    /// What people know it by.
    pub name: String,
    /// Its syntax, once that was clear: `Turtle`, `RDF/XML`, …
    pub syntax: Option<&'static str>,
    /// Statements read.
    pub statements: u64,
    /// Whether it was read to its end.
    pub whole: bool,
    /// What was wrong, at most [`crate::Limits::FAULTS_MAX`] of it.
    pub faults: Vec<Fault>,
    /// How often something was wrong.
    pub fault_count: u64,
}

impl DocumentRead {
    /// Whether something was wrong that counts.
    pub fn failed(&self) -> bool {
        !self.whole || self.faults.iter().any(|fault| fault.kind != FaultKind::Note)
    }
}

/// Something wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What kind of thing.
    pub kind: FaultKind,
    /// The line, counted from 1, if it is known.
    pub line: Option<u64>,
    /// The column in characters, counted from 1, if it is known.
    pub column: Option<u64>,
    /// What is wrong and what to do, in English as parsers say it.
    pub message: String,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultKind {
    /// It is not what its syntax allows.
    Syntax,
    /// Nothing that counts: what the lenient reading mended, keys of JSON that mean nothing.
    Note,
    /// It is no RDF: a page, an archive, nothing.
    Unrecognised,
    /// It is beyond a limit.
    Limit,
    /// It could not be read from where it is.
    Unreadable,
    /// Its reading was stopped.
    Stopped,
}

/// Whether the data conforms to a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileVerdict {
    /// The profile's name, or that of a file of shapes.
    pub name: String,
    /// What findings of each severity there are.
    pub found: BTreeMap<Severity, u64>,
}

impl ProfileVerdict {
    /// Whether there is neither a violation nor a warning.
    pub fn conforms(&self) -> bool {
        self.found.keys().all(|severity| *severity == Severity::Info)
    }
}

/// How bad a finding is. The worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// `sh:Violation`, or a severity of the shapes' own.
    Violation,
    /// `sh:Warning`.
    Warning,
    /// `sh:Info`.
    Info,
}

/// How much was checked and found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Statements, each once.
    pub statements: u64,
    /// Datasets in the data.
    pub datasets: u64,
    /// Datasets with a violation.
    pub datasets_with_violations: u64,
    /// Rules broken, counted by value.
    pub violations: u64,
    /// Warnings.
    pub warnings: u64,
    /// Pieces of advice.
    pub infos: u64,
    /// Results beyond the limit; they are in no other count but this.
    pub left_out: u64,
}

/// What findings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// A catalogue and what belongs to no dataset in it.
    Catalog,
    /// A dataset with its distributions, agents and so on.
    Dataset,
    /// A series of datasets.
    Series,
    /// A data service.
    Service,
    /// Something else that belongs to none of these.
    Other,
}

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The position of the document among the documents.
    pub document: usize,
    /// The line, counted from 1; none where lines are not known, as in JSON-LD.
    pub line: Option<u64>,
}

/// The findings about one dataset.
#[derive(Debug, Clone)]
pub struct Group {
    /// What it is.
    pub kind: GroupKind,
    /// Its node.
    pub node: Term,
    /// Its titles.
    pub title: Vec<Literal>,
    /// Where it is described first.
    pub place: Option<Place>,
    /// The rules that are not followed, the worst first.
    pub rules: Vec<Rule>,
}

impl Group {
    /// How many findings of a severity there are.
    pub fn count(&self, severity: Severity) -> u64 {
        let of_it = self.rules.iter().filter(|rule| rule.severity == severity);
        of_it.map(|rule| rule.findings.len() as u64).sum()
    }
}

/// One rule that is not followed, with all places in the group where it is not.
#[derive(Debug, Clone)]
pub struct Rule {
    /// How bad that is.
    pub severity: Severity,
    /// The profile, or the file of shapes, that it is of.
    pub profile: String,
    /// The shape, as an IRI or a blank node's label.
    pub shape: String,
    /// Where the rule stands.
    pub see_also: Option<String>,
    /// The kind of constraint, such as `MinCountConstraintComponent`.
    pub component: String,
    /// The path from the node to the values, in the notation of SPARQL; empty if there is none.
    pub path: String,
    /// What is wrong, at most once per language.
    pub messages: Vec<Literal>,
    /// Where.
    pub findings: Vec<Finding>,
}

/// One place where a rule is not followed.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The node that was checked.
    pub focus_node: Term,
    /// The value that is wrong; none where the fault is a number of values.
    pub value: Option<Term>,
    /// Where the value, or else the node, is.
    pub place: Option<Place>,
    /// How many other datasets have the node too, as with a publisher.
    pub shared_with: u64,
}

impl Checked {
    /// In one word.
    pub fn verdict(&self) -> Verdict {
        if self.documents.iter().any(DocumentRead::failed) {
            Verdict::Error
        } else if self.counts.violations > 0 || self.counts.left_out > 0 {
            // What was left out may be a violation.
            Verdict::Violations
        } else {
            Verdict::Conforms
        }
    }
}
