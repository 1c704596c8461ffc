//! One record: map, write, check. Pure but for the question whether it is known already.

use jiff::Timestamp;
use moisson_dcat::{
    Iri, Temporal,
    draft::inherit_territory,
    future_dates,
    party::{Rules, settle},
    vocabulary::place::Place,
    write::{Naming, catalog_record, segment, write},
};
use moisson_harvest::{Harvester, Record, Source};
use moisson_store::{Entry, Packed, Raw, RecordKey, Store};
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
    /// The IRI of the run that makes them.
    pub(super) run: Option<&'a NamedNode>,
    /// When: what lies after it lies in the future.
    pub(super) now: Timestamp,
    /// Map even what is known and did not change.
    pub(super) again: bool,
}

/// What became of a record.
#[derive(Debug)]
pub(super) enum Made {
    /// Its bytes are as they were.
    Unchanged,
    /// It is to be put into the store.
    Entry(Box<Packed>),
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
        let mut mapped = match self.harvester.map(self.source, record) {
            Ok(mapped) => mapped,
            Err(unmappable) => return Ok(Made::Broken { reason: unmappable.reason }),
        };
        if let Some(territory) = self.territory {
            inherit_territory(&mut mapped, territory);
        }
        let mut remarks = record.remarks.clone();
        remarks.append(&mut mapped.remarks);
        mapped.remarks = remarks;
        if let Err(error) = settle(&mut mapped, self.rules, self.source.name.as_str()) {
            return Ok(Made::Broken { reason: error.to_string() });
        }
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
        let entry = Entry {
            key,
            raw: Raw { media_type: record.media_type.clone().into_owned(), body: record.body.clone() },
            resource: mapped.resource,
            remarks: mapped.remarks,
            page_remarks: record.remarks.len(),
            written,
            report,
            mapping_version,
        };
        Ok(Made::Entry(Box::new(Packed::new(entry, self.run, self.now)?)))
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
