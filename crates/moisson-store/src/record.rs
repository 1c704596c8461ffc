//! What comes out of the ledger.

use std::collections::BTreeMap;

use jiff::Timestamp;
use moisson_dcat::{
    Remark, Resource,
    ns::{dct, prov},
};
use oxrdf::{Literal, NamedNode, NamedNodeRef, Triple, vocab::xsd};
use serde::{Deserialize, Serialize};

use crate::{Generation, Kind, RecordKey, RunId, StoredReport};

/// A record as it is stored.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// Which record.
    pub key: RecordKey,
    /// The IRI of the resource.
    pub iri: NamedNode,
    /// The named graph of the record.
    pub graph: NamedNode,
    /// What it maps to.
    pub resource: Resource,
    /// What was wrong on the way: first what concerns the page that the record came on, then what mapping found.
    pub remarks: Vec<Remark>,
    /// How many of the remarks are the page's.
    pub page_remarks: usize,
    /// What validation said.
    pub report: StoredReport,
    /// What stands in the graph of the record: what the source says, and [what we say](Life::own_words) of our runs.
    pub triples: Vec<Triple>,
    /// What it says in shared graphs.
    pub shared: Vec<(NamedNode, Triple)>,
    /// Where it stands in time.
    pub life: Life,
}

impl StoredRecord {
    /// Whether the record is gone, so that this is its last content.
    pub fn is_gone(&self) -> bool {
        self.life.gone.is_some()
    }
}

/// When and by which runs a record came, changed and went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// The run that found it first.
    pub first_run: RunId,
    /// The run that changed it last.
    pub last_run: RunId,
    /// When it was first stored.
    pub listed: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
    /// The IRI of the run that made it what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// The version of the mapping that made it.
    pub mapping_version: u32,
    /// When and why it went, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Gone>,
}

impl Life {
    /// What the catalogue record (which is also the name of the record's graph) says about our own runs: when
    /// we first listed the record, when it last changed, and which run made it so. See
    /// [`moisson_dcat::write::catalog_record`].
    pub fn own_words(&self, catalog_record: &NamedNode) -> Vec<Triple> {
        let date = |property: NamedNodeRef<'static>, at: Timestamp| {
            let at = Literal::new_typed_literal(at.to_string(), xsd::DATE_TIME);
            Triple::new(catalog_record.clone(), property, at)
        };
        let run = self.made_by.as_ref().map(|run| {
            let run = NamedNode::new_unchecked(run.as_str());
            Triple::new(catalog_record.clone(), prov::WAS_GENERATED_BY, run)
        });
        [date(dct::ISSUED, self.listed), date(dct::MODIFIED, self.changed)].into_iter().chain(run).collect()
    }
}

/// When and why a record went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// The run that removed it.
    pub run: RunId,
    /// When.
    pub at: Timestamp,
    /// Why, in one sentence.
    pub reason: String,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Happening {
    /// It was found for the first time.
    New,
    /// Its fingerprint changed.
    Changed,
    /// It was gone and is there again.
    Back,
    /// It went.
    Gone,
}

/// One line of a record's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The run that did it.
    pub run: RunId,
    /// The generation it happened in.
    pub generation: Generation,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: Happening,
    /// Why, for [`Happening::Gone`], and for [`Happening::Back`] if a person did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is different, by property; cut to [`HistoryEntry::MAX_CHANGES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<PropertyChange>,
}

impl HistoryEntry {
    /// How many lines are kept of one record; the oldest go first.
    pub const MAX_KEPT: usize = 50;
    /// How many differences one line holds.
    pub const MAX_CHANGES: usize = 50;
}

/// One difference between two versions of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyChange {
    /// The DCAT-AP property in snake case; for distributions `distribution[ID].access_url` and so on.
    pub property: String,
    /// What it was, shortened; none if it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is, shortened; none if it went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// How much there is of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCounts {
    /// Datasets that are there.
    pub datasets: u64,
    /// Series that are there.
    pub series: u64,
    /// Services that are there.
    pub services: u64,
    /// Records that are gone, of which the last content is kept.
    pub gone: u64,
    /// Records that are there and have no violation of what they were checked against.
    #[serde(default)]
    pub conforming: u64,
    /// Quads in the graphs of records and reports.
    pub quads: u64,
}

impl SourceCounts {
    /// Records that are there.
    pub fn records(&self) -> u64 {
        self.datasets + self.series + self.services
    }

    pub(crate) fn of(&mut self, kind: Kind) -> &mut u64 {
        match kind {
            Kind::Dataset => &mut self.datasets,
            Kind::Series => &mut self.series,
            Kind::Service => &mut self.services,
        }
    }
}

/// How much there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The generation that was counted.
    pub generation: Generation,
    /// Datasets that are there.
    pub datasets: u64,
    /// Series that are there.
    pub series: u64,
    /// Services that are there.
    pub services: u64,
    /// Records that are gone.
    pub gone: u64,
    /// All quads: records, reports, shared and fixed graphs.
    pub quads: u64,
    /// The quads in shared graphs.
    pub shared_quads: u64,
    /// The quads in [fixed](crate::StoreOptions::fixed) graphs.
    pub fixed_quads: u64,
    /// By source, in the order of names.
    pub sources: BTreeMap<String, SourceCounts>,
}

impl Counts {
    /// Records that are there.
    pub fn records(&self) -> u64 {
        self.datasets + self.series + self.services
    }
}

/// A run, as its last report has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The source.
    pub source: String,
    /// The run.
    pub id: RunId,
    /// Its report.
    pub report: serde_json::Value,
}

impl Run {
    /// How many are kept of one source; the oldest go first, with what they set aside.
    pub const MAX_KEPT: usize = 50;
}
