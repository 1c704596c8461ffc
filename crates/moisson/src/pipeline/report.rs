//! What a run did, for people, for machines and for the ledger.

use std::collections::BTreeMap;

use jiff::Timestamp;
use moisson_dcat::Remark;
use moisson_harvest::client::Traffic;
use moisson_store::Committed;
use serde::{Deserialize, Serialize};

/// What a run was for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunTask {
    /// To harvest the source.
    #[default]
    Harvest,
    /// To check the stored records again, without the source.
    Revalidation,
    /// To map what is kept of the source again, without the source.
    Remapping,
    /// To do what a person decided about records: remove them or bring them back.
    Decision,
}

impl RunTask {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Harvest, Self::Revalidation, Self::Remapping, Self::Decision];

    /// Its name in reports and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Harvest => "harvest",
            Self::Revalidation => "revalidation",
            Self::Remapping => "remapping",
            Self::Decision => "decision",
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunOutcome {
    /// It goes on.
    Running,
    /// The program ended before it did; the next run goes on where it stood.
    Interrupted,
    /// The source was seen whole, so absence from it counted.
    Whole,
    /// Everything that the source says changed was seen.
    Changes,
    /// Some of the source was not seen; nothing was removed for being absent.
    Partial,
    /// Nothing of the source was seen.
    Failed,
}

impl std::fmt::Display for RunOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Whole => "whole",
            Self::Changes => "changes",
            Self::Partial => "partial",
            Self::Failed => "failed",
        })
    }
}

/// The report of one run of one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// The source.
    pub name: String,
    /// Its harvester.
    pub kind: String,
    /// The run's id.
    pub run: String,
    /// What it was for.
    #[serde(default)]
    pub task: RunTask,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Why it is not whole, in a sentence; of a decision, who decided what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Records seen for the first time.
    pub new: u64,
    /// Records whose content changed.
    pub changed: u64,
    /// Records that are as they were. (Of a revalidation: records of which the report is as it was.)
    pub unchanged: u64,
    /// Records of which only the report of the check is new.
    #[serde(default)]
    pub rechecked: u64,
    /// Records that had been removed and are there again.
    pub back: u64,
    /// Records removed because the source has them no more.
    pub gone: u64,
    /// Records that the source has no more and that are over the limit: kept until a person accepts it.
    pub held_back: u64,
    /// Records that could not be read or mapped; set aside with their bytes.
    pub failed: u64,
    /// Distinct records that the source showed.
    pub seen: u64,
    /// How many the source says it has, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Datasets, series and services that the store has of the source after the run.
    #[serde(default)]
    pub records: u64,
    /// Of these, those without a violation of what they are checked against (warnings are no violations).
    pub conforms: u64,
    /// Remarks by kind.
    pub remarks: BTreeMap<String, RemarkCount>,
    /// What failed, first of all: request or record, with the reason; at most [`RunReport::MAX_ERRORS`].
    pub errors: Vec<String>,
    /// What went another way than first tried, at most [`RunReport::MAX_ERRORS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// HTTP requests made.
    pub requests: u64,
    /// Of these, further attempts after a failure.
    #[serde(default)]
    pub retries: u64,
    /// Replies that said nothing has changed.
    #[serde(default)]
    pub not_modified: u64,
    /// Bytes received, decoded.
    pub bytes: u64,
    /// Bytes received as they were sent, mostly compressed.
    #[serde(default)]
    pub bytes_received: u64,
    /// When the run started.
    pub started: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// How long it waited out of politeness or because it was asked to, over all requests, in milliseconds.
    #[serde(default)]
    pub waited_ms: u64,
    /// Nothing of it was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// How often a remark was made, with examples.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RemarkCount {
    /// How often.
    pub count: u64,
    /// The first ones: record, place and value; at most [`RemarkCount::MAX_EXAMPLES`].
    pub examples: Vec<String>,
}

impl RemarkCount {
    /// How many examples of one kind a report tells.
    pub const MAX_EXAMPLES: usize = 3;
    /// How long an example may be, in characters.
    const MAX_EXAMPLE: usize = 300;
}

impl RunReport {
    /// How many errors a report tells.
    pub const MAX_ERRORS: usize = 20;
    /// How long an error or a note may be, in characters.
    const MAX_ERROR: usize = 1_000;

    /// A report of a run that has done nothing yet.
    pub fn new(name: &str, kind: &str, run: &str, started: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            run: run.to_owned(),
            task: RunTask::Harvest,
            outcome: RunOutcome::Failed,
            reason: None,
            new: 0,
            changed: 0,
            unchanged: 0,
            rechecked: 0,
            back: 0,
            gone: 0,
            held_back: 0,
            failed: 0,
            seen: 0,
            total: None,
            records: 0,
            conforms: 0,
            remarks: BTreeMap::new(),
            errors: Vec::new(),
            notes: Vec::new(),
            requests: 0,
            retries: 0,
            not_modified: 0,
            bytes: 0,
            bytes_received: 0,
            started,
            ended: None,
            duration_ms: 0,
            waited_ms: 0,
            dry_run: false,
        }
    }

    /// Counts a remark.
    pub fn remark(&mut self, record: &str, remark: &Remark) {
        let code = serde_json::to_value(remark.code).ok();
        let code = code.as_ref().and_then(|c| c.as_str()).unwrap_or("unknown").to_owned();
        let counted = self.remarks.entry(code).or_default();
        counted.count += 1;
        if counted.examples.len() < RemarkCount::MAX_EXAMPLES {
            let example = format!("{record} {}: {}", remark.place, remark.value);
            counted.examples.push(shortened(example, RemarkCount::MAX_EXAMPLE));
        }
    }

    /// Keeps a note, if there is room.
    pub fn note(&mut self, note: String) {
        if self.notes.len() < Self::MAX_ERRORS {
            self.notes.push(shortened(note, Self::MAX_ERROR));
        }
    }

    /// Keeps an error, if there is room.
    pub fn error(&mut self, error: String) {
        if self.errors.len() < Self::MAX_ERRORS {
            self.errors.push(shortened(error, Self::MAX_ERROR));
        }
    }

    /// Wall time in seconds.
    pub fn seconds(&self) -> f64 {
        seconds(self.duration_ms)
    }

    /// Counts what a batch came to.
    pub(super) fn committed(&mut self, committed: Committed) {
        let Committed { new, changed, refreshed, unchanged, back, removed, refused, generation: _ } =
            committed;
        self.new += new;
        self.changed += changed;
        self.unchanged += unchanged + refreshed;
        self.rechecked += refreshed;
        self.back += back;
        self.gone += removed;
        for (key, reason) in refused {
            self.failed += 1;
            self.error(format!("{key}: {reason}"));
        }
    }

    /// Counts what was asked of the source and received.
    pub(super) fn count(&mut self, traffic: Traffic) {
        let Traffic { requests, retries, not_modified, bytes_received, bytes_decoded, waits: _, waited_ms } =
            traffic;
        self.requests += requests;
        self.retries += retries;
        self.not_modified += not_modified;
        self.bytes += bytes_decoded;
        self.bytes_received += bytes_received;
        self.waited_ms += waited_ms;
    }
}

/// What `moisson harvest` and `moisson demo` print.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HarvestReport {
    /// One report per source, in the order of the configuration.
    pub sources: Vec<RunReport>,
    /// Live datasets in the store.
    pub datasets: u64,
    /// Live dataset series in the store.
    pub series: u64,
    /// Live data services in the store that are records of their own.
    pub services: u64,
    /// Quads in the store.
    pub quads: u64,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
}

impl HarvestReport {
    /// The table for people.
    pub fn to_text(&self) -> String {
        let mut lines = vec![format!(
            "{:<22} {:<9} {:>6} {:>8} {:>10} {:>6} {:>6} {:>7} {:>8} {:>8} {:>8}",
            "source",
            "outcome",
            "new",
            "changed",
            "unchanged",
            "gone",
            "held",
            "failed",
            "remarks",
            "requests",
            "seconds"
        )];
        for run in &self.sources {
            let remarks: u64 = run.remarks.values().map(|r| r.count).sum();
            lines.push(format!(
                "{:<22} {:<9} {:>6} {:>8} {:>10} {:>6} {:>6} {:>7} {:>8} {:>8} {:>8.1}",
                run.name,
                run.outcome.to_string(),
                run.new + run.back,
                run.changed,
                run.unchanged,
                run.gone,
                run.held_back,
                run.failed,
                remarks,
                run.requests,
                run.seconds(),
            ));
        }
        for run in &self.sources {
            if let Some(reason) = &run.reason {
                lines.push(format!("{}: {reason}", run.name));
            }
            lines.extend(run.errors.iter().take(5).map(|error| format!("{}: {error}", run.name)));
        }
        lines.push(remarks_by_kind(&self.sources));
        lines.push(format!(
            "{} datasets, {} series, {} services, {} quads in the store; {:.1} s",
            self.datasets,
            self.series,
            self.services,
            self.quads,
            seconds(self.duration_ms)
        ));
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }
}

/// The text, if it is short enough; else its start.
fn shortened(mut text: String, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
        text.push('…');
    }
    text
}

fn remarks_by_kind(runs: &[RunReport]) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (code, remark) in runs.iter().flat_map(|run| &run.remarks) {
        *counts.entry(code).or_default() += remark.count;
    }
    let counted: Vec<String> = counts.iter().map(|(code, count)| format!("{code} {count}")).collect();
    if counted.is_empty() { String::new() } else { format!("remarks: {}", counted.join(", ")) }
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
pub(super) fn seconds(duration_ms: u64) -> f64 {
    duration_ms as f64 / 1000.0
}
