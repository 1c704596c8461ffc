//! The reports of runs and how sources are doing, as they are shown.
//!
//! The store keeps reports as the pipeline wrote them. Here they are read with every field optional, so that
//! reports of older versions stay readable.

use std::collections::BTreeMap;

use jiff::Timestamp;
use moisson_dcat::Text;
use moisson_store::{Counts, Run, Store, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Language, SourceView, WaitingRemovals, admin::Stamp, language::best_text};

/// What a run was for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunTask {
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

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunOutcome {
    /// It goes on.
    Running,
    /// The program ended before it did; the next run goes on where it stood.
    Interrupted,
    /// The source was seen whole.
    Whole,
    /// Everything that the source says changed was seen.
    Changes,
    /// Some of the source was not seen; nothing was removed for being absent.
    Partial,
    /// Nothing of the source was seen.
    Failed,
}

/// How often a kind of remark was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct RemarkCount {
    /// How often.
    pub(crate) count: u64,
    /// The first ones, at most three: record, place and value.
    pub(crate) examples: Vec<String>,
}

/// One run of one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct RunReport {
    /// The source's name.
    pub(crate) source: String,
    /// The run's id; later runs have greater ones.
    pub(crate) run: String,
    /// What it was for.
    pub(crate) task: RunTask,
    /// How it ended; absent if that is not known.
    pub(crate) outcome: Option<RunOutcome>,
    /// Why the source was not seen whole, in a sentence; of a decision, who decided what.
    pub(crate) reason: Option<String>,
    /// Records seen for the first time.
    pub(crate) new: u64,
    /// Records whose content changed.
    pub(crate) changed: u64,
    /// Records that are as they were.
    pub(crate) unchanged: u64,
    /// Records of which only the report of the check is new.
    pub(crate) rechecked: u64,
    /// Records that had been removed and are there again.
    pub(crate) back: u64,
    /// Records removed since the source has them no more.
    pub(crate) gone: u64,
    /// Removals that wait for a person's word, since there are too many at once.
    pub(crate) held_back: u64,
    /// Records that could not be read and were set aside.
    pub(crate) failed: u64,
    /// Distinct records that the source showed.
    pub(crate) seen: u64,
    /// How many the source says it has, if it does.
    pub(crate) total: Option<u64>,
    /// Records that the portal has of the source after the run.
    pub(crate) records: u64,
    /// Of these, the ones without a violation of what they are checked against (warnings are no violations).
    pub(crate) conforms: u64,
    /// Remarks by kind.
    pub(crate) remarks: BTreeMap<String, RemarkCount>,
    /// What failed, the first first.
    pub(crate) errors: Vec<String>,
    /// What went another way than first tried.
    pub(crate) notes: Vec<String>,
    /// HTTP requests made, further attempts and redirects included.
    pub(crate) requests: u64,
    /// Of these, further attempts after a failure.
    pub(crate) retries: u64,
    /// Replies that said nothing has changed.
    pub(crate) not_modified: u64,
    /// Bytes received, decoded.
    pub(crate) bytes: u64,
    /// Bytes received as they were sent, mostly compressed.
    pub(crate) bytes_received: u64,
    /// When the run started.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub(crate) started: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub(crate) ended: Option<Timestamp>,
    /// How long it took, in milliseconds.
    pub(crate) duration_ms: u64,
    /// How long it waited out of politeness or because it was asked to, over all requests, in milliseconds.
    pub(crate) waited_ms: u64,
}

impl RunReport {
    /// Reads a stored report; what cannot be read of it is left out.
    pub(crate) fn of(run: Run) -> Self {
        let read = serde_json::from_value(run.report).unwrap_or_else(|error| {
            tracing::warn!(source.name = run.source, run.id = %run.id, %error, "a run's report has another form and is shown empty");
            Self::default()
        });
        Self { source: run.source, run: run.id.0, ..read }
    }
}

/// How a source is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SourceState {
    /// Read completely, the last time.
    Whole,
    /// Read in part, the last time.
    Partial,
    /// Not readable, the last time.
    Failed,
    /// Not read so far.
    Never,
    /// Being read.
    Running,
    /// Switched off in its settings, or not among the sources any more.
    Disabled,
    /// Paused by somebody until it is resumed.
    Paused,
}

/// A source with what it gave.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct SourceReport {
    /// Its name, which is part of our IRIs.
    pub(crate) name: String,
    /// What people call it, in the reader's language if possible.
    pub(crate) title: String,
    /// The harvester, such as `ckan`; absent for a source that is no longer configured.
    pub(crate) kind: Option<String>,
    /// Where it is.
    pub(crate) url: Option<String>,
    /// When it is read, as configured.
    pub(crate) schedule: Option<String>,
    /// Whether it is read at all.
    pub(crate) enabled: bool,
    /// The removals that wait for a person's decision, if there are any.
    pub(crate) waiting: Option<WaitingRemovals>,
    /// Who paused it and when, if somebody did.
    pub(crate) paused: Option<Stamp>,
    /// How it is doing.
    pub(crate) state: SourceState,
    /// Datasets that are there.
    pub(crate) datasets: u64,
    /// Series that are there.
    pub(crate) series: u64,
    /// Services that are there.
    pub(crate) services: u64,
    /// Records that were removed, of which the last content is kept.
    pub(crate) removed: u64,
    /// When it will be read next.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub(crate) next_run: Option<Timestamp>,
    /// Since when it is being read, if it is.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub(crate) running_since: Option<Timestamp>,
    /// The last run that harvested it.
    pub(crate) last_run: Option<RunReport>,
}

/// All sources: the configured ones in their order, then those that left only records.
pub(crate) fn sources(
    store: &Store,
    configured: Vec<SourceView>,
    language: Language,
) -> Result<Vec<SourceReport>, StoreError> {
    let counts = store.counts()?;
    let orphans = counts.sources.keys().filter(|name| !configured.iter().any(|source| source.name == **name));
    let orphans: Vec<_> = orphans.cloned().map(left_over).collect();
    let mut reports = Vec::new();
    for source in configured.into_iter().chain(orphans) {
        let mut runs = store.runs(Some(&source.name))?.into_iter().map(RunReport::of);
        let last = runs.find(|run| run.task == RunTask::Harvest);
        reports.push(report(source, last, &counts, language));
    }
    Ok(reports)
}

fn left_over(name: String) -> SourceView {
    SourceView {
        name,
        title: Vec::<Text>::new(),
        kind: String::new(),
        url: String::new(),
        schedule: None,
        enabled: false,
        paused: None,
        waiting: None,
        next_run: None,
        running_since: None,
    }
}

fn report(
    source: SourceView,
    last_run: Option<RunReport>,
    counts: &Counts,
    language: Language,
) -> SourceReport {
    let there = counts.sources.get(&source.name).copied().unwrap_or_default();
    let state = match (&source, last_run.as_ref().map(|run| run.outcome)) {
        (SourceView { running_since: Some(_), .. }, _) => SourceState::Running,
        (SourceView { paused: Some(_), .. }, _) => SourceState::Paused,
        (SourceView { enabled: false, .. }, _) => SourceState::Disabled,
        (_, None) => SourceState::Never,
        (_, Some(Some(RunOutcome::Whole | RunOutcome::Changes))) => SourceState::Whole,
        (_, Some(Some(RunOutcome::Failed))) => SourceState::Failed,
        (_, Some(Some(RunOutcome::Partial | RunOutcome::Running | RunOutcome::Interrupted) | None)) => {
            SourceState::Partial
        }
    };
    let title =
        best_text(&source.title, language).map_or_else(|| source.name.clone(), |text| text.value.clone());
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    SourceReport {
        name: source.name,
        title,
        kind: given(source.kind),
        url: given(source.url),
        schedule: source.schedule,
        enabled: source.enabled,
        paused: source.paused,
        waiting: source.waiting,
        state,
        datasets: there.datasets,
        series: there.series,
        services: there.services,
        removed: there.gone,
        next_run: source.next_run,
        running_since: source.running_since,
        last_run,
    }
}
