//! All stored records against the present shapes, without the network: what changes is written, the rest is not.
//!
//! A record keeps its dates and its history, since its source changed nothing; only its report is another.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use moisson_dcat::{Iri, write::Written};
use moisson_store::{Batch, Committed, Entry, RecordKey, RunId, Store, StoredRecord, StoredReport};
use oxrdf::Triple;
use rayon::prelude::*;
use serde::Serialize;

use super::{
    Checker, RunOutcome, RunReport, RunTask,
    provenance::{self, run_iri},
    say_what_of,
};
use crate::config::Config;

/// Records checked and committed together.
const CHUNK: usize = 500;

/// What a revalidation did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RevalidationReport {
    /// Records checked.
    pub checked: u64,
    /// Records whose report changed in any way.
    pub changed: u64,
    /// Records that could not be stored, with the reason.
    pub refused: Vec<String>,
    /// For each profile, how many records conform to it now and how many verdicts changed.
    pub profiles: BTreeMap<String, VerdictChange>,
    /// For each rule (the shape's IRI) that is broken elsewhere than before: in how many records more, in how many
    /// no more.
    pub rules: BTreeMap<String, RuleChange>,
    /// Nothing was written.
    pub dry_run: bool,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
}

/// How the verdicts of one profile changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct VerdictChange {
    /// Records checked against it.
    pub checked: u64,
    /// Records that conform now.
    pub conforms: u64,
    /// Records that conform now and did not before.
    pub better: u64,
    /// Records that do not conform now and did before.
    pub worse: u64,
    /// Records that were not checked against it before.
    pub new: u64,
    /// Records that were checked against it before and are not now.
    pub dropped: u64,
}

/// In how many records a rule is broken that was not, and the other way round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// Records in which it is broken now and was not before.
    pub more: u64,
    /// Records in which it was broken and is not now.
    pub fewer: u64,
}

/// Checks the records of these sources again. `progress` hears how many are done.
///
/// # Errors
/// When the store cannot be read or written.
pub fn revalidate(
    (config, store, checker): (&Config, &Store, &Checker),
    sources: &[String],
    dry_run: bool,
    clock: fn() -> Timestamp,
    progress: &dyn Fn(u64),
) -> anyhow::Result<RevalidationReport> {
    let begun = std::time::Instant::now();
    let base = config.portal.base_iri()?;
    let mut report = RevalidationReport { dry_run, ..RevalidationReport::default() };
    for source in sources {
        let configured = config.source.iter().find(|known| known.name.as_str() == source);
        let profiles = configured.map(|known| known.profiles.as_slice()).unwrap_or_default();
        let mut after: Option<RecordKey> = None;
        let started = clock();
        let run = RunId::at(started);
        let kind = configured.map_or("", |known| known.kind.as_str());
        let before = report.clone();
        let mut of_run = RunReport::new(source, kind, &run.0, started);
        (of_run.task, of_run.outcome) = (RunTask::Revalidation, RunOutcome::Running);
        loop {
            let records = store.records_after(Some(source), after.as_ref(), CHUNK)?;
            let Some(last) = records.last() else { break };
            after = Some(last.key.clone());
            let found: Vec<StoredReport> = records
                .par_iter()
                .map(|record| check((checker, &base), record, profiles))
                .collect::<anyhow::Result<_>>()?;
            let mut batch = batch(&base, source, &run, clock());
            for (record, now) in records.into_iter().zip(found) {
                report.checked += 1;
                if report.compare(&record.report, &now) {
                    report.changed += 1;
                    if !dry_run {
                        entry(store, record, now)?.map_or(Ok(()), |entry| batch.put(entry))?;
                    }
                }
            }
            if !batch.changes.is_empty() {
                // What names the run must find it, also if the program ends now.
                provenance::put(&mut batch, &base, &of_run)?;
                let Committed { refused, .. } = store.commit(batch)?;
                report.refused.extend(refused.into_iter().map(|(key, reason)| format!("{key}: {reason}")));
            }
            progress(report.checked);
        }
        if !dry_run {
            of_run.revalidated(&before, &report);
            provenance::close(store, &base, &mut of_run, clock())?;
        }
    }
    if !dry_run {
        store.settle()?;
    }
    report.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

fn batch(base: &Iri, source: &str, run: &RunId, at: Timestamp) -> Batch {
    Batch { activity: Some(run_iri(base, source, run)), ..Batch::new(source, run.clone(), at) }
}

fn check(
    (checker, base): (&Checker, &Iri),
    record: &StoredRecord,
    profiles: &[String],
) -> anyhow::Result<StoredReport> {
    let shared = record.shared.iter().map(|(_, triple)| triple);
    let statements = record.triples.iter().chain(shared);
    let mut report = checker.check(statements, profiles, &record.graph, record.report.graph.clone())?;
    say_what_of(&mut report, base, &record.iri, &record.remarks);
    Ok(report)
}

/// The record as it was, with another report.
fn entry(store: &Store, record: StoredRecord, report: StoredReport) -> anyhow::Result<Option<Entry>> {
    let (Some(raw), Some(fingerprint)) = (store.raw(&record.key)?, store.fingerprint(&record.key)?) else {
        // Gone since it was read.
        return Ok(None);
    };
    let StoredRecord { key, iri, graph, resource, remarks, page_remarks, report: _, triples, shared, life } =
        record;
    let own_words = life.own_words(&graph);
    let record: Vec<Triple> = triples.into_iter().filter(|triple| !own_words.contains(triple)).collect();
    let written = Written { iri, graph_name: graph, record, shared, fingerprint };
    let mapping_version = life.mapping_version;
    Ok(Some(Entry { key, raw, resource, remarks, page_remarks, written, report, mapping_version }))
}

impl RunReport {
    /// What a revalidation did to one source: the difference between two moments of the whole.
    fn revalidated(&mut self, before: &RevalidationReport, after: &RevalidationReport) {
        self.seen = after.checked - before.checked;
        self.rechecked = after.changed - before.changed;
        self.unchanged = self.seen - self.rechecked;
        for refused in after.refused.get(before.refused.len()..).unwrap_or_default() {
            self.failed += 1;
            self.error(refused.clone());
        }
    }
}

impl RevalidationReport {
    /// Counts what is different; says whether anything is.
    fn compare(&mut self, before: &StoredReport, now: &StoredReport) -> bool {
        let names: BTreeSet<&String> = before.conforms.keys().chain(now.conforms.keys()).collect();
        for name in names {
            let of_it = self.profiles.entry(name.clone()).or_default();
            let (old, new) = (before.conforms.get(name), now.conforms.get(name));
            of_it.checked += u64::from(new.is_some());
            of_it.conforms += u64::from(new == Some(&true));
            match (old, new) {
                (Some(false), Some(true)) => of_it.better += 1,
                (Some(true), Some(false)) => of_it.worse += 1,
                (None, Some(_)) => of_it.new += 1,
                (Some(_), None) => of_it.dropped += 1,
                _ => {}
            }
        }
        let broken = |report: &StoredReport| -> BTreeSet<String> {
            report.rows.iter().map(|row| row.shape.clone()).collect()
        };
        let (old, new) = (broken(before), broken(now));
        for shape in new.difference(&old) {
            self.rules.entry(shape.clone()).or_default().more += 1;
        }
        for shape in old.difference(&new) {
            self.rules.entry(shape.clone()).or_default().fewer += 1;
        }
        before.conforms != now.conforms || before.rows != now.rows || made_otherwise(before, now)
    }
}

/// Whether the RDF of two reports differs in more than who made it and when.
fn made_otherwise(before: &StoredReport, now: &StoredReport) -> bool {
    use moisson_dcat::ns::prov;
    let who = |triple: &&Triple| {
        triple.predicate.as_ref() == prov::WAS_GENERATED_BY
            || triple.predicate.as_ref() == prov::GENERATED_AT_TIME
    };
    let of = |report: &'_ StoredReport| -> BTreeSet<String> {
        report.triples.iter().filter(|triple| !who(triple)).map(ToString::to_string).collect()
    };
    of(before) != of(now)
}

#[cfg(test)]
mod tests {
    use moisson_store::{ReportRow, Severity};
    use oxrdf::NamedNode;

    use super::*;

    fn report(conforms: &[(&str, bool)], shapes: &[&str]) -> StoredReport {
        let row = |shape: &&str| ReportRow {
            profile: "a".to_owned(),
            severity: Severity::Warning,
            focus_node: "x:f".to_owned(),
            path: String::new(),
            component: String::new(),
            value: None,
            messages: Vec::new(),
            shape: (*shape).to_owned(),
        };
        StoredReport {
            graph: NamedNode::new_unchecked("x:r"),
            conforms: conforms.iter().map(|(name, conforms)| ((*name).to_owned(), *conforms)).collect(),
            rows: shapes.iter().map(row).collect(),
            triples: Vec::new(),
        }
    }

    #[test]
    fn changes_are_counted_by_profile_and_rule() {
        let mut counted = RevalidationReport::default();
        let before = report(&[("a", true), ("b", false), ("gone", true)], &["x:1", "x:2"]);
        let now = report(&[("a", false), ("b", true), ("new", true)], &["x:2", "x:3"]);
        assert!(counted.compare(&before, &now));
        assert!(!counted.compare(&now, &now));
        let of = |name: &str| counted.profiles[name];
        assert_eq!((of("a").worse, of("a").better, of("a").checked, of("a").conforms), (1, 0, 2, 0));
        assert_eq!((of("b").better, of("b").conforms), (1, 2));
        assert_eq!((of("new").new, of("gone").dropped), (1, 1));
        assert_eq!(counted.rules["x:1"], RuleChange { more: 0, fewer: 1 });
        assert_eq!(counted.rules["x:3"], RuleChange { more: 1, fewer: 0 });
        assert!(!counted.rules.contains_key("x:2"));
    }
}
