//! Kept raw records mapped again with the present rules and tables, without the network: what changes is written.
//!
//! Records go the same way as in a harvest: mapped, written as RDF, checked, and committed in batches that are
//! durable as a whole. Killed anywhere, it leaves whole batches, and run again it goes on with what is not up to date.
//! Nothing is deleted: a record of which nothing can be made any more stays as it was.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use moisson_dcat::{Iri, Remark};
use moisson_harvest::Record;
use moisson_store::{
    Batch, Change, Entry, Packed, PropertyChange, Raw, RecordKey, RunId, Store, StoredRecord, difference,
};
use rayon::prelude::*;
use serde::Serialize;

use super::{
    Checker, RunOutcome, RunReport, RunTask,
    kept::Kept,
    provenance::{self, run_iri},
    record::{Made, Mapper},
};
use crate::config::Config;

/// Records mapped and committed together.
const CHUNK: usize = 200;

/// What a remapping did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RemapReport {
    /// Records mapped.
    pub records: u64,
    /// Records that are something else than before.
    pub changed: u64,
    /// Records that are the same, and of which the remarks, the check or the mapping's version are other.
    pub refreshed: u64,
    /// Records of which nothing had to be written.
    pub unchanged: u64,
    /// Records and sources that could not be mapped or stored; they stay as they were.
    pub failed: u64,
    /// Why, at most [`RemapReport::MAX_ERRORS`].
    pub errors: Vec<String>,
    /// What changed, by property: `theme`, `distribution.format`, ….
    pub properties: BTreeMap<String, ChangedProperty>,
    /// How often each remark was made before and is made now, where that differs.
    pub remarks: BTreeMap<String, ChangedCount>,
    /// Nothing was written.
    pub dry_run: bool,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
}

/// What changed of one property.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChangedProperty {
    /// In how many records it is other than before.
    pub records: u64,
    /// Values that came, went, and are another now; distributions are counted one by one.
    pub added: u64,
    /// See above.
    pub removed: u64,
    /// See above.
    pub changed: u64,
    /// The first changes, at most [`ChangedProperty::MAX_EXAMPLES`].
    pub examples: Vec<ExampleChange>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExampleChange {
    /// The record, as source/id.
    pub record: String,
    /// What it was, shortened; none if it is new.
    pub before: Option<String>,
    /// What it is, shortened; none if it went.
    pub after: Option<String>,
}

/// Two counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ChangedCount {
    /// Before.
    pub before: u64,
    /// Now.
    pub now: u64,
}

impl ChangedProperty {
    /// How many examples are told.
    pub const MAX_EXAMPLES: usize = 3;
}

/// Maps the kept records of these sources again. `progress` hears how many are done.
///
/// # Errors
/// When the store cannot be read or written.
pub fn remap(
    (config, store, checker): (&Config, &Store, &Checker),
    sources: &[String],
    dry_run: bool,
    clock: fn() -> Timestamp,
    progress: &dyn Fn(u64),
) -> anyhow::Result<RemapReport> {
    let begun = std::time::Instant::now();
    let base = config.portal.base_iri()?;
    let mut report = RemapReport { dry_run, ..RemapReport::default() };
    let run = RunId::at(clock());
    for name in sources {
        let kept = match Kept::of(config, name) {
            Ok(kept) => kept,
            Err(error) => {
                report.error(format!("{error:#}"));
                continue;
            }
        };
        let mapper = Mapper {
            harvester: kept.harvester,
            source: &kept.source,
            base: &base,
            checker,
            profiles: &kept.profiles,
            store,
            rules: &kept.rules,
            territory: kept.territory,
            now: clock(),
            again: true,
        };
        let mut after: Option<RecordKey> = None;
        let mut of_run = RunReport::new(name, &kept.source.kind, &run.0, clock());
        (of_run.task, of_run.outcome) = (RunTask::Remapping, RunOutcome::Running);
        loop {
            let records = store.records_after(Some(name), after.as_ref(), CHUNK)?;
            let Some(last) = records.last() else { break };
            after = Some(last.key.clone());
            let made: Vec<Option<Made>> = records
                .par_iter()
                .map(|record| make(&mapper, store, record))
                .collect::<anyhow::Result<_>>()?;
            let mut batch = batch(&base, name, &run, clock());
            let mut different = Vec::new();
            for (record, made) in records.iter().zip(made) {
                match made {
                    Some(Made::Entry(entry)) => {
                        if report.compare(record, &entry)? {
                            different.push(*entry);
                        }
                    }
                    Some(Made::Broken { reason }) => report.error(format!("{}: {reason}", record.key)),
                    Some(Made::Unchanged) | None => {}
                }
            }
            if !dry_run && !different.is_empty() {
                let pack = |entry| Packed::new(entry, batch.activity.as_ref(), batch.at);
                let packed = different.into_par_iter().map(pack).collect::<Result<Vec<_>, _>>()?;
                batch.changes.extend(packed.into_iter().map(|packed| Change::Put(Box::new(packed))));
                // What names the run must find it, also if the program ends now.
                provenance::put(&mut batch, &base, &of_run)?;
                let committed = store.commit(batch)?;
                for (key, reason) in &committed.refused {
                    report.error(format!("{key}: {reason}"));
                }
                of_run.committed(committed);
            }
            progress(report.records);
        }
        if !dry_run {
            provenance::close(store, &base, &mut of_run, clock())?;
        }
    }
    if !dry_run {
        store.settle()?;
    }
    report.remarks.retain(|_, count| count.before != count.now);
    report.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

fn batch(base: &Iri, source: &str, run: &RunId, at: Timestamp) -> Batch {
    Batch { activity: Some(run_iri(base, source, run)), ..Batch::new(source, run.clone(), at) }
}

/// What becomes of a stored record now; `None` if it is gone meanwhile.
fn make(mapper: &Mapper<'_>, store: &Store, stored: &StoredRecord) -> anyhow::Result<Option<Made>> {
    let Some(Raw { media_type, body }) = store.raw(&stored.key)? else { return Ok(None) };
    let remarks = stored.remarks.iter().take(stored.page_remarks).cloned().collect();
    let id = moisson_harvest::RecordId(stored.key.id.clone());
    mapper.make(&Record { id, media_type: media_type.into(), body, remarks }).map(Some)
}

impl RemapReport {
    /// How many errors a report tells.
    pub const MAX_ERRORS: usize = 20;

    /// Keeps an error, if there is room.
    fn error(&mut self, error: String) {
        self.failed += 1;
        if self.errors.len() < Self::MAX_ERRORS {
            self.errors.push(error);
        }
    }

    /// Counts what is different; says whether anything is that must be written.
    fn compare(&mut self, before: &StoredRecord, now: &Entry) -> anyhow::Result<bool> {
        self.records += 1;
        self.count_remarks(&before.remarks, &now.remarks);
        let changes = difference(&before.resource, &now.resource)?;
        if !changes.is_empty() || before.resource != now.resource {
            self.changed += 1;
            self.count(&before.key, changes);
            return Ok(true);
        }
        let is_fresh = before.life.mapping_version == now.mapping_version
            && before.remarks == now.remarks
            && before.report.conforms == now.report.conforms
            && before.report.rows == now.report.rows;
        *(if is_fresh { &mut self.unchanged } else { &mut self.refreshed }) += 1;
        Ok(!is_fresh)
    }

    fn count(&mut self, key: &RecordKey, changes: Vec<PropertyChange>) {
        let mut met = BTreeSet::new();
        for PropertyChange { property, before, after } in changes {
            let property = without_ids(&property);
            let counted = self.properties.entry(property.clone()).or_default();
            counted.records += u64::from(met.insert(property));
            match (&before, &after) {
                (None, _) => counted.added += 1,
                (_, None) => counted.removed += 1,
                _ => counted.changed += 1,
            }
            if counted.examples.len() < ChangedProperty::MAX_EXAMPLES {
                counted.examples.push(ExampleChange { record: key.to_string(), before, after });
            }
        }
    }

    fn count_remarks(&mut self, before: &[Remark], now: &[Remark]) {
        for remark in before {
            self.remarks.entry(remark.code.to_string()).or_default().before += 1;
        }
        for remark in now {
            self.remarks.entry(remark.code.to_string()).or_default().now += 1;
        }
    }
}

/// `distribution[a].format` as `distribution.format`.
fn without_ids(property: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(property.len());
    for c in property.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_counted_by_property_and_record() {
        let mut report = RemapReport::default();
        let change = |property: &str, before: Option<&str>, after: Option<&str>| PropertyChange {
            property: property.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let changes = vec![
            change("theme", None, Some("a")),
            change("distribution[x].format", Some("a"), Some("b")),
            change("distribution[y[1]].format", Some("a"), None),
        ];
        report.count(&RecordKey::new("s", "1"), changes);
        assert_eq!(report.properties.keys().collect::<Vec<_>>(), ["distribution.format", "theme"]);
        let format = &report.properties["distribution.format"];
        assert_eq!((format.records, format.added, format.removed, format.changed), (1, 0, 1, 1));
        assert_eq!(report.properties["theme"].examples[0].record, "s/1");
    }
}
