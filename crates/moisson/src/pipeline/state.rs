//! What is remembered of a source between runs.

use std::fmt::Write as _;

use jiff::{Span, Timestamp};
use moisson_store::Store;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::SourceConfig;

/// Changes are asked for from a little before the last run started: clocks differ.
const OVERLAP_MINUTES: i64 = 15;

/// The state of a source, kept in the store with its runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SourceState {
    /// When the last run started, whatever became of it.
    pub(crate) last_started: Option<Timestamp>,
    /// When the last run that saw all that it asked for started.
    pub(crate) last_success: Option<Timestamp>,
    /// When the last run that saw the whole source started.
    pub(crate) last_whole: Option<Timestamp>,
    /// When the unfinished run started, if there is one; it is what a resumed run counts from.
    pub(crate) unfinished_since: Option<Timestamp>,
    /// The configuration that all of this was true for.
    pub(crate) configured: String,
}

impl SourceState {
    /// The state of a source; an empty one if it never ran.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn load(store: &Store, name: &str) -> anyhow::Result<Self> {
        let kept = store.source_state(name)?;
        Ok(kept.map(serde_json::from_value).transpose()?.unwrap_or_default())
    }

    /// A run begins, and what it sees is true since then. With another configuration than before, nothing was seen whole so
    /// far: until a run does, none asks for changes alone.
    pub(super) fn begin(&mut self, configured: &str, since: Timestamp) {
        if self.configured != configured {
            self.last_whole = None;
            configured.clone_into(&mut self.configured);
        }
        self.unfinished_since = Some(since);
    }

    /// Since when changes may be asked for; none if the source must be walked whole.
    pub(crate) fn since(&self, source: &SourceConfig, mapping: u32, now: Timestamp) -> Option<Timestamp> {
        let whole = self.last_whole?;
        let success = self.last_success?;
        let hours = i64::from(source.whole_every_days) * 24;
        let whole_again = whole.checked_add(Span::new().hours(hours)).ok()?;
        if self.configured != configured(source, mapping) || now >= whole_again {
            return None;
        }
        success.checked_sub(Span::new().minutes(OVERLAP_MINUTES)).ok()
    }
}

/// What the meaning of a source's replies depends on. When it changes, nothing that was remembered about
/// requests holds any more. `mapping` is the version of the source's mapping.
pub(crate) fn configured(source: &SourceConfig, mapping: u32) -> String {
    let parts = serde_json::json!([source.kind, source.url, source.language, source.options, mapping]);
    let digest = Sha256::digest(parts.to_string().as_bytes());
    digest.iter().take(8).fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
