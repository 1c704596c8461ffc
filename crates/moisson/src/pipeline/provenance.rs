//! What is said of runs in RDF ([PROV-O](https://www.w3.org/TR/prov-o/)): a run is an activity of this program, used
//! a source's catalogue, and made records and reports, which say so themselves (`prov:wasGeneratedBy`).
//!
//! Counts, outcome and reason have terms of our own, which `{base}/ns` describes.

use jiff::Timestamp;
use moisson_dcat::{
    Iri,
    ns::{dct, prov},
    write::segment,
};
use moisson_store::{Batch, RunGraph, RunId, Store};
use oxrdf::{
    Literal, NamedNode, Term, Triple,
    vocab::{rdf, rdfs, xsd},
};

use super::{RemarkCount, RunOutcome, RunReport, RunTask};

/// Errors in the RDF of a run; the report has more.
const ERRORS: usize = 5;

/// The IRI of a run, which is its graph's name too.
pub(super) fn run_iri(base: &Iri, source: &str, run: &RunId) -> NamedNode {
    node(base, format_args!("id/run/{}/{}", segment(source), segment(&run.0)))
}

/// The IRI of this program, as an agent.
fn software(base: &Iri) -> NamedNode {
    node(base, format_args!("id/software"))
}

/// Puts a run's report into a batch, as JSON and as RDF.
///
/// # Errors
/// When it cannot be written as JSON.
pub(super) fn put(batch: &mut Batch, base: &Iri, report: &RunReport) -> anyhow::Result<()> {
    batch.report = Some(serde_json::to_value(report)?);
    batch.described = Some(describe(base, report));
    Ok(())
}

/// Stores the report of a run that asked no source and is done, with what the store has after it.
///
/// # Errors
/// When the store cannot be read or written.
pub(super) fn close(store: &Store, base: &Iri, report: &mut RunReport, now: Timestamp) -> anyhow::Result<()> {
    report.outcome = RunOutcome::Whole;
    if report.failed > 0 {
        report.outcome = RunOutcome::Partial;
        report.reason = Some(format!("{} records could not be stored", report.failed));
    }
    let mut batch = Batch::new(report.name.as_str(), RunId(report.run.clone()), now);
    end(&mut batch, (store, base), report, now)?;
    store.commit(batch)?;
    Ok(())
}

/// Puts the report of a run that asked no source, and ends with it, into a batch that changes no more records.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn end(
    batch: &mut Batch,
    (store, base): (&Store, &Iri),
    report: &mut RunReport,
    now: Timestamp,
) -> anyhow::Result<()> {
    let counts = store.counts()?.sources.get(&report.name).copied().unwrap_or_default();
    (report.records, report.conforms) = (counts.records(), counts.conforming);
    report.ended = Some(now);
    report.duration_ms = u64::try_from(now.duration_since(report.started).as_millis()).unwrap_or_default();
    put(batch, base, report)
}

/// Runs that the last process began and did not end are told to be interrupted.
///
/// # Errors
/// When the store cannot be read or written.
pub(super) fn close_interrupted(
    store: &Store,
    base: &Iri,
    source: &str,
    now: Timestamp,
) -> anyhow::Result<()> {
    for run in store.runs(Some(source))? {
        let Ok(mut report) = serde_json::from_value::<RunReport>(run.report) else { continue };
        if report.outcome == RunOutcome::Running {
            report.outcome = RunOutcome::Interrupted;
            let why = match report.task {
                RunTask::Harvest => {
                    "the program ended during the run; the next one goes on from where it stood"
                }
                RunTask::Revalidation | RunTask::Remapping => {
                    "the program ended before it was done; start it again"
                }
                RunTask::Decision => "the program ended before all of it was done; decide it again",
            };
            // Who decided what is still true.
            let decided = report.reason.take().filter(|_| report.task == RunTask::Decision);
            report.reason = Some(decided.map_or_else(|| why.to_owned(), |it| format!("{it}; {why}")));
            let mut batch = Batch::new(source, run.id, now);
            put(&mut batch, base, &report)?;
            store.commit(batch)?;
        }
    }
    Ok(())
}

/// A run as RDF.
fn describe(base: &Iri, report: &RunReport) -> RunGraph {
    let run = run_iri(base, &report.name, &RunId(report.run.clone()));
    let mut said = Said { base, run: run.clone(), triples: Vec::new() };
    said.what(report);
    said.numbers(report);
    for (code, remark) in &report.remarks {
        said.remark(code, remark);
    }
    let Said { mut triples, .. } = said;
    triples.sort_by_cached_key(ToString::to_string);
    triples.dedup();
    RunGraph { graph: run, triples }
}

struct Said<'a> {
    base: &'a Iri,
    run: NamedNode,
    triples: Vec<Triple>,
}

impl Said<'_> {
    fn say(&mut self, property: impl Into<NamedNode>, value: impl Into<Term>) {
        self.triples.push(Triple::new(self.run.clone(), property, value));
    }

    fn own(&self, term: &str) -> NamedNode {
        own(self.base, term)
    }

    fn what(&mut self, report: &RunReport) {
        let class = match report.task {
            RunTask::Harvest => "HarvestRun",
            RunTask::Revalidation => "RevalidationRun",
            RunTask::Remapping => "RemappingRun",
            RunTask::Decision => "DecisionRun",
        };
        let outcome = match report.outcome {
            RunOutcome::Running => "OutcomeRunning",
            RunOutcome::Interrupted => "OutcomeInterrupted",
            RunOutcome::Whole => "OutcomeWhole",
            RunOutcome::Changes => "OutcomeChanges",
            RunOutcome::Partial => "OutcomePartial",
            RunOutcome::Failed => "OutcomeFailed",
        };
        self.say(rdf::TYPE, prov::ACTIVITY);
        self.say(rdf::TYPE, self.own(class));
        self.say(rdfs::LABEL, text(&format!("{} {}", report.name, report.run)));
        self.say(dct::IDENTIFIER, text(&report.run));
        self.say(prov::STARTED_AT_TIME, moment(report.started));
        if let Some(ended) = report.ended {
            self.say(prov::ENDED_AT_TIME, moment(ended));
        }
        let catalog = node(self.base, format_args!("id/catalog/{}", segment(&report.name)));
        self.say(prov::USED, catalog);
        self.say(prov::WAS_ASSOCIATED_WITH, software(self.base));
        self.say(self.own("outcome"), self.own(outcome));
        if let Some(reason) = &report.reason {
            self.say(self.own("reason"), english(reason));
        }
        for error in report.errors.iter().take(ERRORS) {
            self.say(self.own("runError"), english(error));
        }
    }

    fn numbers(&mut self, report: &RunReport) {
        if report.outcome == RunOutcome::Running {
            return;
        }
        let numbers = [
            ("recordsNew", report.new),
            ("recordsChanged", report.changed),
            ("recordsUnchanged", report.unchanged),
            ("recordsRechecked", report.rechecked),
            ("recordsBack", report.back),
            ("recordsGone", report.gone),
            ("recordsHeldBack", report.held_back),
            ("recordsFailed", report.failed),
            ("recordsSeen", report.seen),
            ("records", report.records),
            ("recordsConforming", report.conforms),
            ("requests", report.requests),
            ("bytesReceived", report.bytes_received),
            ("bytesDecoded", report.bytes),
            ("durationMs", report.duration_ms),
        ];
        for (term, number) in numbers {
            self.say(self.own(term), count(number));
        }
        if let Some(total) = report.total {
            self.say(self.own("recordsTotal"), count(total));
        }
    }

    fn remark(&mut self, code: &str, remark: &RemarkCount) {
        let about = NamedNode::new_unchecked(format!("{}#remark-{}", self.run.as_str(), segment(code)));
        self.say(self.own("remarks"), about.clone());
        let (class, kind, number) = (self.own("RemarkCount"), self.own("remarkCode"), self.own("count"));
        self.triples.push(Triple::new(about.clone(), rdf::TYPE, class));
        self.triples.push(Triple::new(about.clone(), kind, text(code)));
        self.triples.push(Triple::new(about.clone(), number, count(remark.count)));
        for example in &remark.examples {
            self.triples.push(Triple::new(about.clone(), self.own("example"), text(example)));
        }
    }
}

fn node(base: &Iri, path: std::fmt::Arguments<'_>) -> NamedNode {
    NamedNode::new_unchecked(format!("{}/{path}", base.as_str().trim_end_matches('/')))
}

fn own(base: &Iri, term: &str) -> NamedNode {
    node(base, format_args!("ns#{term}"))
}

fn text(text: &str) -> Literal {
    Literal::new_simple_literal(text)
}

fn english(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "en")
}

fn moment(at: Timestamp) -> Literal {
    Literal::new_typed_literal(at.to_string(), xsd::DATE_TIME)
}

fn count(number: u64) -> Literal {
    Literal::new_typed_literal(number.to_string(), xsd::INTEGER)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn report() -> RunReport {
        let mut report = RunReport::new("ville", "ckan", "20261121T023000.123Z", Timestamp::UNIX_EPOCH);
        report.reason = Some("page 3 could not be read".to_owned());
        report.error("https://ville.example/?page=3: HTTP status 500: \"oops\"\n<b>".to_owned());
        report.total = Some(7);
        report
            .remarks
            .insert("invalid_date".to_owned(), RemarkCount { count: 4, examples: vec!["a: b".into()] });
        report
    }

    #[test]
    fn a_run_is_an_activity_and_every_term_of_ours_is_described() {
        let base = Iri::new("https://portal.example").unwrap();
        let mut used = BTreeSet::new();
        let outcomes = ["running", "interrupted", "whole", "changes", "partial", "failed"];
        for (outcome, task) in outcomes.iter().flat_map(|o| RunTask::ALL.map(|task| (o, task))) {
            let outcome = serde_json::from_value((*outcome).into()).unwrap();
            let graph =
                describe(&base, &RunReport { outcome, task, ended: Some(Timestamp::UNIX_EPOCH), ..report() });
            assert_eq!(graph.graph.as_str(), "https://portal.example/id/run/ville/20261121T023000.123Z");
            let lines: Vec<String> = graph.triples.iter().map(ToString::to_string).collect();
            let has =
                |what: &str| assert!(lines.iter().any(|line| line.contains(what)), "{what}: {lines:#?}");
            has("type> <http://www.w3.org/ns/prov#Activity>");
            has("prov#used> <https://portal.example/id/catalog/ville>");
            has("prov#wasAssociatedWith> <https://portal.example/id/software>");
            has("ns#reason> \"page 3 could not be read\"@en");
            for line in &lines {
                used.extend(
                    line.split("<https://portal.example/ns#")
                        .skip(1)
                        .filter_map(|it| it.split('>').next())
                        .map(str::to_owned),
                );
            }
        }
        let known: BTreeSet<String> = moisson_web::own_terms().map(str::to_owned).collect();
        assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
    }

    #[test]
    fn long_texts_are_cut_and_examples_are_few() {
        let mut report = report();
        report.error("é".repeat(5_000));
        assert!(report.errors.last().unwrap().chars().count() < 1_100);
    }
}
