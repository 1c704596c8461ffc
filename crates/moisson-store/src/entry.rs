//! What goes into the store: one record, mapped, written as RDF and checked.

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;
use moisson_dcat::{Remark, Resource, Text, write::Written};
use oxrdf::{NamedNode, Triple};
use serde::{Deserialize, Serialize};

/// Names a record: the source it came from and its own id there.
///
/// The order of keys is the order of feeds and exports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordKey {
    /// The source's name; 1 to 64 of `a-z`, `0-9` and `-`.
    pub source: String,
    /// The record's id at its source; 1 to [`RecordKey::MAX_ID`] bytes.
    pub id: String,
}

impl RecordKey {
    /// The longest id that is stored, in bytes.
    pub const MAX_ID: usize = 2_000;

    /// A key of these two parts.
    pub fn new(source: impl Into<String>, id: impl Into<String>) -> Self {
        Self { source: source.into(), id: id.into() }
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.id)
    }
}

/// A record as its source sent it, kept so that mapping can be repeated without the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// What the bytes are: `application/json`, `application/n-triples`, …
    pub media_type: String,
    /// The bytes.
    pub body: Bytes,
}

/// How bad a finding of the validation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// `sh:Info`.
    Info,
    /// `sh:Warning`.
    Warning,
    /// `sh:Violation`.
    Violation,
}

/// One finding of the validation, in a form that can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// The profile whose shapes say so, such as `dcat-ap`.
    pub profile: String,
    /// How bad it is.
    pub severity: Severity,
    /// The node that was checked.
    pub focus_node: String,
    /// The path from there, as a property IRI or a SPARQL property path; empty if the shape has none.
    pub path: String,
    /// The kind of constraint, such as `http://www.w3.org/ns/shacl#MinCountConstraintComponent`.
    pub component: String,
    /// The value that is wrong, as an N-Triples term; none where the fault is a number of values.
    pub value: Option<String>,
    /// What is wrong, at most once per language.
    pub messages: Vec<Text>,
    /// The shape that says so.
    pub shape: String,
}

/// What validation said of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    /// The named graph of the report: `{base}/id/report/{source}/{id}`.
    pub graph: NamedNode,
    /// Whether the record conforms, for each profile that was asked.
    pub conforms: BTreeMap<String, bool>,
    /// The findings, in the order of the report.
    pub rows: Vec<ReportRow>,
    /// The report as RDF, without blank nodes and duplicates.
    pub triples: Vec<Triple>,
}

impl StoredReport {
    /// Whether anything is wrong that has to be mended; what is only recommended and missing is not.
    pub fn has_violation(&self) -> bool {
        self.rows.iter().any(|row| row.severity == Severity::Violation)
    }
}

/// A record to be stored.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which record.
    pub key: RecordKey,
    /// As its source sent it.
    pub raw: Raw,
    /// What it maps to.
    pub resource: Resource,
    /// What was wrong on the way: first what concerns the page that the record came on, then what mapping found.
    pub remarks: Vec<Remark>,
    /// How many of the remarks are the page's, which mapping the raw record again does not find.
    pub page_remarks: usize,
    /// Its RDF. What the fingerprint does not cover may be dropped in silence when the rest is as before.
    pub written: Written,
    /// What validation said.
    pub report: StoredReport,
    /// The version of the mapping (and shapes) that made this; another version means it must be made again.
    pub mapping_version: u32,
}

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `dcat:Dataset`.
    Dataset,
    /// `dcat:DatasetSeries`.
    Series,
    /// `dcat:DataService`.
    Service,
}

impl Kind {
    /// The kind of a resource.
    pub fn of(resource: &Resource) -> Self {
        match resource {
            Resource::Dataset(_) => Self::Dataset,
            Resource::Series(_) => Self::Series,
            Resource::Service(_) => Self::Service,
        }
    }

    /// The name in facets and the API: `dataset`, `series`, `service`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Series => "series",
            Self::Service => "service",
        }
    }
}
