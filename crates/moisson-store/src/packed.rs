//! A record as the ledger will keep it, packed before anybody waits for it.

use jiff::Timestamp;
use moisson_dcat::ns::prov;
use oxrdf::{Literal, NamedNode, NamedNodeRef, Term, Triple, vocab::xsd};
use sha2::{Digest, Sha256};

use crate::{Entry, StoreError, StoredReport, codec, ledger::content};

/// An [`Entry`] with all that its writing takes and that depends on nothing else, so that it can be made on all
/// cores: batches are committed one after the other.
#[derive(Debug, Clone)]
pub struct Packed {
    pub(crate) entry: Entry,
    /// Of report and remarks, to see whether they are new.
    pub(crate) report_hash: [u8; 32],
    pub(crate) raw_hash: [u8; 32],
    /// The values of the ledger.
    pub(crate) content: Vec<u8>,
    pub(crate) raw: Vec<u8>,
}

impl Packed {
    /// Packs an entry. Its report says from now on that it was made at this time, and by this run.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn new(mut entry: Entry, activity: Option<&NamedNode>, at: Timestamp) -> Result<Self, StoreError> {
        // Without who made it, so that another run that finds the same writes nothing.
        let report_hash = content::report_hash(&entry.report, &entry.remarks)?;
        say_who_made(&mut entry.report, activity, at);
        let content = content::encode(&entry)?;
        let mut raw = Vec::with_capacity(entry.raw.body.len() + 32);
        codec::section(&mut raw, entry.raw.media_type.as_bytes());
        raw.extend_from_slice(&entry.raw.body);
        let raw = codec::pack(&raw)?;
        let raw_hash = Sha256::digest(&entry.raw.body).into();
        Ok(Self { entry, report_hash, raw_hash, content, raw })
    }

    /// What was packed.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }
}

fn say_who_made(report: &mut StoredReport, activity: Option<&NamedNode>, at: Timestamp) {
    if report.triples.is_empty() {
        return;
    }
    let graph = report.graph.clone();
    let say = |property: NamedNodeRef<'static>, value: Term| Triple::new(graph.clone(), property, value);
    let at = Literal::new_typed_literal(at.to_string(), xsd::DATE_TIME);
    report.triples.push(say(prov::GENERATED_AT_TIME, at.into()));
    report.triples.extend(activity.map(|run| say(prov::WAS_GENERATED_BY, run.clone().into())));
}
