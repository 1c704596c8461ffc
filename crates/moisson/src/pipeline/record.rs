//! One record: map, write, check. Pure but for the question whether it is known already.

use jiff::Timestamp;
use moisson_dcat::{
    Iri, Mapped, Temporal,
    draft::inherit_territory,
    future_dates,
    party::{Rules, settle},
    vocabulary::place::Place,
    write::{Naming, catalog_record, segment, write},
};
use moisson_harvest::{Harvester, Record, Source, Unmappable};
use moisson_store::{Entry, Packed, Raw, RecordKey, Store, StoreError};
use oxrdf::NamedNode;

use super::Checker;

/// What is needed to make an entry of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mapper<'a> {
    pub(super) harvester: &'static dyn Harvester,
    pub(super) source: &'a Source,
    pub(super) base: &'a Iri,
    pub(super) checker: &'a Checker,
    /// Profiles that the source is configured to be checked against.
    pub(super) profiles: &'a [String],
    /// The place that the source is configured to be of.
    pub(super) territory: Option<Place>,
    pub(super) store: &'a Store,
    /// By what its agents and contacts are settled.
    pub(super) rules: &'a Rules,
    /// When: what lies after it lies in the future.
    pub(super) now: Timestamp,
    /// Map even what is known and did not change.
    pub(super) again: bool,
}

/// What became of a record.
#[derive(Debug)]
pub(super) enum Made<T = Entry> {
    /// Its bytes are as they were.
    Unchanged,
    /// It is to be put into the store.
    Entry(Box<T>),
    /// Nothing can be made of it.
    Broken { reason: String },
}

impl Mapper<'_> {
    /// Makes an entry of a record.
    ///
    /// # Errors
    /// When the store cannot be read: that is no fault of the record.
    pub(super) fn make(&self, record: &Record) -> anyhow::Result<Made> {
        let key = RecordKey::new(self.source.name.as_str(), record.id.0.as_str());
        let mapping_version = super::mapping_version(self.rules, self.territory);
        if !self.again && self.store.unchanged(&key, &record.body, mapping_version)? {
            return Ok(Made::Unchanged);
        }
        let mut mapped = match map(record, (self.harvester, self.source), (self.rules, self.territory)) {
            Ok(mapped) => mapped,
            Err(unmappable) => return Ok(Made::Broken { reason: unmappable.reason }),
        };
        mapped.remarks.extend(future_dates(&mapped.resource, self.now));
        let naming = Naming { base: self.base, source: self.source.name.as_str(), record_id: &record.id.0 };
        let written = write(&mapped.resource, &naming);
        let report_graph = report_graph(&naming);
        // The store adds the dates of our catalogue record; any will do to see that they are there.
        let some_day = Temporal::Date("1970-01-01".to_owned());
        let dates = catalog_record(&naming, &some_day, &some_day);
        let shared = written.shared.iter().map(|(_, triple)| triple);
        let statements = written.record.iter().chain(shared).chain(&dates);
        let mut report = self.checker.check(statements, self.profiles, &naming.record(), report_graph)?;
        super::say_what_of(&mut report, self.base, &written.iri, &mapped.remarks);
        Ok(Made::Entry(Box::new(Entry {
            key,
            raw: Raw { media_type: record.media_type.clone().into_owned(), body: record.body.clone() },
            resource: mapped.resource,
            remarks: mapped.remarks,
            page_remarks: record.remarks.len(),
            written,
            report,
            mapping_version,
        })))
    }
}

impl Made {
    /// The same with an entry that is packed for the store.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(super) fn pack(self, run: &NamedNode, at: Timestamp) -> Result<Made<Packed>, StoreError> {
        Ok(match self {
            Self::Unchanged => Made::Unchanged,
            Self::Entry(entry) => Made::Entry(Box::new(Packed::new(*entry, Some(run), at)?)),
            Self::Broken { reason } => Made::Broken { reason },
        })
    }
}

/// Maps a record and settles its places, agents and contacts as its source is configured. What was remarked on the way
/// here comes before what mapping found.
///
/// # Errors
/// When nothing can be made of it.
pub(super) fn map(
    record: &Record,
    (harvester, source): (&dyn Harvester, &Source),
    (rules, territory): (&Rules, Option<Place>),
) -> Result<Mapped, Unmappable> {
    let mut mapped = harvester.map(source, record)?;
    if let Some(territory) = territory {
        inherit_territory(&mut mapped, territory);
    }
    let mut remarks = record.remarks.clone();
    remarks.append(&mut mapped.remarks);
    mapped.remarks = remarks;
    match settle(&mut mapped, rules, source.name.as_str()) {
        Ok(()) => Ok(mapped),
        Err(error) => Err(Unmappable { reason: error.to_string() }),
    }
}

/// The graph of a record's validation report, which is also the report's IRI.
fn report_graph(naming: &Naming<'_>) -> NamedNode {
    let base = naming.base.as_str().trim_end_matches('/');
    NamedNode::new_unchecked(format!(
        "{base}/id/report/{}/{}",
        segment(naming.source),
        segment(naming.record_id)
    ))
}
