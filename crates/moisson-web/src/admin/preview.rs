//! A look at a source: its first records, mapped and checked, with what is wrong with them.

use std::collections::BTreeMap;

use moisson_dcat::Resource;
use moisson_store::{Entry, Kind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Language,
    api::dataset::{SaidRemark, said},
    findings::{self, Finding},
    language::best_text,
    summary::Facts,
};

/// What a look at a source gave.
#[derive(Debug)]
pub struct Preview {
    /// The source's name.
    pub source: String,
    /// Its first records.
    pub records: Vec<Previewed>,
    /// How many it says it has, if it does.
    pub total: Option<u64>,
    /// Requests made.
    pub requests: u64,
    /// Bytes received, decoded.
    pub bytes: u64,
    /// Why not all of it was seen, in a sentence; none if that was all.
    pub said: Option<String>,
    /// What failed.
    pub errors: Vec<String>,
    /// What went another way than first tried, or was remarked of whole pages.
    pub notes: Vec<String>,
}

/// One record.
#[derive(Debug)]
pub enum Previewed {
    /// What would be stored.
    Entry(Box<Entry>),
    /// Nothing can be made of it.
    Broken {
        /// Its id, where there is one.
        id: Option<String>,
        /// Why.
        reason: String,
    },
}

/// What a look at a source gave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PreviewDocument {
    /// The source's name.
    source: String,
    /// Its first records, at most twenty.
    records: Vec<PreviewRecord>,
    /// How many it says it has, if it does.
    total: Option<u64>,
    /// Requests made.
    requests: u64,
    /// Bytes received, decoded.
    bytes: u64,
    /// Why not all of it was seen, in a sentence; absent if that was all.
    said: Option<String>,
    /// What failed.
    errors: Vec<String>,
    /// What went another way than first tried, or was remarked of whole pages.
    notes: Vec<String>,
}

/// One record as it would be stored.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PreviewRecord {
    /// Its id at the source, where there is one.
    id: Option<String>,
    /// `dataset`, `series` or `service`; absent if nothing can be made of it.
    kind: Option<String>,
    /// Its title, in the reader's language if possible.
    title: String,
    /// The resource with all properties of DCAT-AP 3 that it has, in snake case.
    #[schema(value_type = Option<Object>)]
    resource: Option<Resource>,
    /// Whether it conforms, for each profile that was asked.
    conforms: BTreeMap<String, bool>,
    /// What the check found, the worst first.
    findings: Vec<Finding>,
    /// What had to be mended or could not be read.
    remarks: Vec<SaidRemark>,
    /// Why nothing can be made of it.
    broken: Option<String>,
}

impl Preview {
    pub(crate) fn document(self, language: Language) -> PreviewDocument {
        let Self { source, records, total, requests, bytes, said, errors, notes } = self;
        let records = records.into_iter().map(|record| record.document(language)).collect();
        PreviewDocument { source, records, total, requests, bytes, said, errors, notes }
    }
}

impl Previewed {
    fn document(self, language: Language) -> PreviewRecord {
        match self {
            Self::Broken { id, reason } => PreviewRecord {
                id,
                kind: None,
                title: String::new(),
                resource: None,
                conforms: BTreeMap::new(),
                findings: Vec::new(),
                remarks: Vec::new(),
                broken: Some(reason),
            },
            Self::Entry(entry) => {
                let title = best_text(Facts::of(&entry.resource).title, language);
                PreviewRecord {
                    id: Some(entry.key.id.clone()),
                    kind: Some(Kind::of(&entry.resource).as_str().to_owned()),
                    title: title.map(|text| text.value.clone()).unwrap_or_default(),
                    conforms: entry.report.conforms.clone(),
                    findings: findings::grouped(&entry.report, language),
                    remarks: entry.remarks.into_iter().map(|remark| said(remark, language)).collect(),
                    resource: Some(entry.resource),
                    broken: None,
                }
            }
        }
    }
}
