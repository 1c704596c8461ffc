//! What is answered, as documents.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Preview;
use crate::Language;

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stamp {
    /// `token NAME` or `command line (USER)`.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
}

/// Where a source is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Declared {
    /// In the configuration file, and only changed there.
    File,
    /// Here.
    Managed,
}

/// A source is paused.
pub type Pause = Stamp;

/// A run under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Running {
    /// Its id.
    pub run: String,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    pub since: Timestamp,
}

/// A source with its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceSettings {
    /// Its name, which is part of our IRIs.
    pub name: String,
    /// Where it is declared.
    pub declared: Declared,
    /// Its settings, as in a `[[source]]` table. Secrets are not in it: credentials are names of environment variables.
    #[schema(value_type = Object)]
    pub settings: Value,
    /// Who paused it, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Pause>,
    /// Who added it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<Stamp>,
    /// Who changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Stamp>,
    /// The run under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<Running>,
    /// What is to be known of it, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// All sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sources {
    /// Those of the file in its order, then the managed ones by name.
    pub sources: Vec<SourceSettings>,
}

/// A run was started or told to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunStarted {
    /// The source.
    pub source: String,
    /// The run's id.
    pub run: String,
    /// What happens now, in a sentence.
    pub note: String,
}

/// A source was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Removed {
    /// The source.
    pub source: String,
    /// Records of it that stay.
    pub records_kept: u64,
    /// Records of it that were removed, each with a tombstone.
    pub records_removed: u64,
    /// What that means, in a sentence.
    pub note: String,
}

/// A decision on removals was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// The source.
    pub source: String,
    /// Records that were removed, or came back.
    pub records: u64,
    /// The same in a sentence.
    pub note: String,
}

/// Who did what, when, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Counts up.
    #[serde(default)]
    pub number: u64,
    /// When.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// `token NAME` or `command line (USER)`.
    pub by: String,
    /// What was asked: `source.add`, `run.start`, `token.revoke`, …
    pub action: String,
    /// The source, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The run, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The settings before, of those that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The settings after, of those that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// `done`, or `refused: …` with the reason, or more in a few words.
    pub outcome: String,
}

/// A page of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// The parameter `before` of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// What was done.
#[derive(Debug)]
pub enum Answer {
    /// The sources.
    Sources(Sources),
    /// A source as it is now.
    Source(Box<SourceSettings>),
    /// A source was removed.
    Removed(Removed),
    /// What a source shows.
    Preview(Box<Preview>),
    /// A run was started or told to end.
    Run(RunStarted),
    /// Records were removed or came back.
    Decided(Decided),
    /// A page of the audit log.
    Audit(AuditPage),
}

impl Answer {
    /// The answer as a document, with messages in that language.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn document(self, language: Language) -> serde_json::Result<Value> {
        match self {
            Self::Sources(it) => serde_json::to_value(it),
            Self::Source(it) => serde_json::to_value(it),
            Self::Removed(it) => serde_json::to_value(it),
            Self::Preview(it) => serde_json::to_value(it.document(language)),
            Self::Run(it) => serde_json::to_value(it),
            Self::Decided(it) => serde_json::to_value(it),
            Self::Audit(it) => serde_json::to_value(it),
        }
    }
}
