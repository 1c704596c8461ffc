//! What can be asked of the one who administers, by whom, and why it may be refused.

use std::{collections::BTreeSet, fmt, str::FromStr};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Answer;

/// What a token may do. Reading the sources needs any token; everything else one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Add, change, remove, pause, resume and preview sources.
    Sources,
    /// Start and cancel runs.
    Runs,
    /// Make removals: accept those that were held back, remove the records of a source; and bring records back.
    Decide,
    /// Give a source private addresses, an exception from TLS, credentials or a file.
    Network,
    /// Read the audit log.
    Audit,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sources, Self::Runs, Self::Decide, Self::Network, Self::Audit];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Runs => "runs",
            Self::Decide => "decide",
            Self::Network => "network",
            Self::Audit => "audit",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|scope| scope.name() == text).ok_or_else(|| {
            let known = Self::ALL.map(|scope| format!("`{scope}`")).join(", ");
            format!("unknown scope `{text}`; known are {known}")
        })
    }
}

/// Who asks: what is known of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The token's name.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The sources that it may do it to; none if to all.
    pub sources: Option<BTreeSet<String>>,
    /// Until when.
    pub expires: Timestamp,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unidentified {
    /// Nobody has such a token.
    Unknown,
    /// It was one.
    Expired {
        /// Its name.
        name: String,
    },
    /// It was taken back.
    Revoked {
        /// Its name.
        name: String,
    },
    /// Nobody can say: the tokens cannot be read.
    Unreadable(String),
}

/// What becomes of the records of a source that is removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Records {
    /// They stay as they are.
    #[default]
    Keep,
    /// They are removed, each with a tombstone.
    Remove,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// List the sources.
    Sources,
    /// Show one.
    Source(String),
    /// Add one with these settings.
    Add(Value),
    /// Change settings of one: a merge patch.
    Change(String, Value),
    /// Remove one.
    Remove(String, Records),
    /// Let the schedule leave one alone.
    Pause(String),
    /// Put it back on its schedule.
    Resume(String),
    /// Look at a source that there is.
    Preview(String),
    /// Look at one that there is not.
    PreviewSettings(Value),
    /// Harvest one now.
    Run {
        /// Which.
        source: String,
        /// Walk all of it even if changes alone would do.
        full: bool,
        /// Remove what is gone even if it is more than the limit.
        accept_deletions: bool,
    },
    /// End the run under way.
    Cancel(String),
    /// Make the removals that a run held back.
    Accept {
        /// The source.
        source: String,
        /// The run.
        run: String,
    },
    /// Bring removed records back.
    Undelete {
        /// The source.
        source: String,
        /// Their ids at the source.
        records: Vec<String>,
    },
    /// Read the audit log, newest first.
    Audit {
        /// Only about this source.
        source: Option<String>,
        /// Only entries before this number.
        before: Option<u64>,
        /// How many.
        size: usize,
    },
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The settings are wrong: every fault.
    Settings(Vec<String>),
    /// There is no such thing.
    Unknown(String),
    /// Things are not such that it could be done.
    Conflict {
        /// Why.
        detail: String,
        /// The run that is under way, if that is why.
        run: Option<String>,
    },
    /// The token does not allow it.
    Forbidden {
        /// What is not allowed.
        detail: String,
        /// The scope that would.
        scope: Option<Scope>,
    },
    /// It failed, and the operator must look.
    Failed(String),
}

impl Refusal {
    /// A conflict without a run.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::Conflict { detail: detail.into(), run: None }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(faults) => f.write_str(&faults.join("; ")),
            Self::Unknown(text)
            | Self::Conflict { detail: text, .. }
            | Self::Forbidden { detail: text, .. }
            | Self::Failed(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Refusal {}

/// Knows tokens, sources and runs, which only the binary does.
pub trait Administration: Send + Sync + 'static {
    /// Whose token this is. May read a file.
    ///
    /// # Errors
    /// When it opens nothing.
    fn identify(&self, token: &str) -> Result<Caller, Unidentified>;

    /// Does what is asked, if the caller may, and writes it down.
    fn act(&self, caller: Caller, action: Action) -> BoxFuture<'static, Result<Answer, Refusal>>;
}
