//! What there is to tell.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::pipeline::RunReport;

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A run saw nothing of the source, for the first time since it was last as it should be.
    Failure,
    /// A run saw only some of the source, for the first time since it was last as it should be.
    Partial,
    /// Removals are over the source's limit and wait for a person.
    HeldBack,
    /// The source was seen as it should be again, after one of the above or after having been stale.
    Recovery,
    /// No run succeeded for as many days as the configuration says.
    Stale,
    /// A person tries the channel.
    Test,
}

impl EventKind {
    /// All that happen by themselves.
    pub const ALL: [Self; 5] = [Self::Failure, Self::Partial, Self::HeldBack, Self::Recovery, Self::Stale];

    /// Its name in configuration, messages and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Partial => "partial",
            Self::HeldBack => "held-back",
            Self::Recovery => "recovery",
            Self::Stale => "stale",
            Self::Test => "test",
        }
    }
}

/// Something to tell, with all that a message needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The same however often it is delivered, and no other event's.
    pub id: String,
    /// What happened.
    pub kind: EventKind,
    /// The source.
    pub source: String,
    /// The run that showed it; none for staleness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// When it was seen.
    pub at: Timestamp,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The first errors of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// When the last run that succeeded had started, if one ever did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// Numbers of the run.
    #[serde(default)]
    pub counts: EventCounts,
}

/// Numbers of a run, as an event tells them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventCounts {
    /// Records found for the first time.
    pub new: u64,
    /// Records that changed.
    pub changed: u64,
    /// Records that are as they were.
    pub unchanged: u64,
    /// Records removed.
    pub gone: u64,
    /// Removals that wait for a person.
    pub held_back: u64,
    /// Records set aside.
    pub failed: u64,
}

impl Event {
    /// Errors that an event tells.
    const ERRORS: usize = 3;

    /// An event that a run showed.
    pub(super) fn of_run(kind: EventKind, run: &RunReport, at: Timestamp) -> Self {
        Self {
            id: format!("{}/{}/{}", run.name, run.run, kind.name()),
            kind,
            source: run.name.clone(),
            run: Some(run.run.clone()),
            at,
            reason: run.reason.clone(),
            errors: run.errors.iter().take(Self::ERRORS).cloned().collect(),
            last_success: None,
            counts: EventCounts {
                new: run.new + run.back,
                changed: run.changed,
                unchanged: run.unchanged,
                gone: run.gone,
                held_back: run.held_back,
                failed: run.failed,
            },
        }
    }

    /// A source that was not seen as it should be for too long.
    pub(super) fn stale(source: &str, last_success: Option<Timestamp>, at: Timestamp) -> Self {
        Self {
            id: format!("{source}/{}/stale", at.strftime("%Y%m%dT%H%M%SZ")),
            last_success,
            ..Self::bare(EventKind::Stale, source, at)
        }
    }

    /// An event to try a channel with.
    pub fn test(at: Timestamp) -> Self {
        Self {
            id: format!("test/{}", at.strftime("%Y%m%dT%H%M%S.%3fZ")),
            ..Self::bare(EventKind::Test, "", at)
        }
    }

    fn bare(kind: EventKind, source: &str, at: Timestamp) -> Self {
        Self {
            id: String::new(),
            kind,
            source: source.to_owned(),
            run: None,
            at,
            reason: None,
            errors: Vec::new(),
            last_success: None,
            counts: EventCounts::default(),
        }
    }
}
