//! The content of a record, as one packed value: resource, remarks, report, triples.

use std::{borrow::Cow, collections::BTreeMap};

use moisson_dcat::{Remark, Resource};
use oxrdf::{NamedNode, Triple};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::head::{from_json, to_json};
use crate::{
    Entry, ReportRow, StoreError, StoredReport,
    codec::{self, Reader},
};

/// The part that is JSON.
#[derive(Serialize, Deserialize)]
struct Json<'a> {
    resource: Cow<'a, Resource>,
    remarks: Cow<'a, [Remark]>,
    /// None in records of the first version.
    #[serde(default)]
    page_remarks: Option<usize>,
    conforms: Cow<'a, BTreeMap<String, bool>>,
    rows: Cow<'a, [ReportRow]>,
    report_graph: Cow<'a, str>,
}

/// What is unpacked.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) resource: Resource,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) page_remarks: usize,
    pub(crate) report: StoredReport,
    pub(crate) triples: Vec<Triple>,
    pub(crate) shared: Vec<(NamedNode, Triple)>,
}

/// Packs the content of an entry.
pub(crate) fn encode(entry: &Entry) -> Result<Vec<u8>, StoreError> {
    let json = to_json(&Json {
        resource: Cow::Borrowed(&entry.resource),
        remarks: Cow::Borrowed(&entry.remarks),
        page_remarks: Some(entry.page_remarks),
        conforms: Cow::Borrowed(&entry.report.conforms),
        rows: Cow::Borrowed(&entry.report.rows),
        report_graph: Cow::Borrowed(entry.report.graph.as_str()),
    })?;
    let mut bytes = Vec::with_capacity(json.len() * 4);
    codec::section(&mut bytes, &json);
    codec::triples(&mut bytes, entry.written.record.iter());
    codec::triples(&mut bytes, entry.report.triples.iter());
    codec::triples(&mut bytes, entry.written.shared.iter().map(|(_, triple)| triple));
    let mut previous = None;
    for (graph, _) in &entry.written.shared {
        let same = previous == Some(graph);
        codec::section(&mut bytes, if same { b"" } else { graph.as_str().as_bytes() });
        previous = Some(graph);
    }
    codec::pack(&bytes)
}

/// Unpacks a content.
pub(crate) fn decode(packed: &[u8]) -> Result<Content, StoreError> {
    const WHAT: &str = "the content of a record";
    let bytes = codec::unpack(packed, WHAT)?;
    let mut reader = Reader::new(&bytes);
    let short = || StoreError::damaged(WHAT, "not the expected parts");
    let json: Json<'static> = from_json(reader.section().ok_or_else(short)?, WHAT)?;
    let triples = reader.triples().ok_or_else(short)?;
    let report_triples = reader.triples().ok_or_else(short)?;
    let mut shared = Vec::new();
    let mut graph: Option<NamedNode> = None;
    for triple in reader.triples().ok_or_else(short)? {
        match reader.text().ok_or_else(short)? {
            "" => {}
            name => graph = Some(NamedNode::new_unchecked(name)),
        }
        shared.push((graph.clone().ok_or_else(short)?, triple));
    }
    // Remarks on a page name its lines, and come first.
    let named = || json.remarks.iter().take_while(|remark| remark.place.starts_with("line ")).count();
    let page_remarks = json.page_remarks.unwrap_or_else(named);
    Ok(Content {
        resource: json.resource.into_owned(),
        remarks: json.remarks.into_owned(),
        page_remarks,
        report: StoredReport {
            graph: NamedNode::new_unchecked(json.report_graph),
            conforms: json.conforms.into_owned(),
            rows: json.rows.into_owned(),
            triples: report_triples,
        },
        triples,
        shared,
    })
}

/// SHA-256 of what is said about a record, to see whether it changed: report and remarks.
pub(crate) fn report_hash(report: &StoredReport, remarks: &[Remark]) -> Result<[u8; 32], StoreError> {
    let mut bytes = to_json(&(report.graph.as_str(), &report.conforms, &report.rows, remarks))?;
    codec::triples(&mut bytes, report.triples.iter());
    Ok(Sha256::digest(&bytes).into())
}
