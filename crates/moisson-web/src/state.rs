//! What the binary gives the server: the store, who the portal is, the configured sources, limits and a clock.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusHandle;
use moisson_dcat::{Agent, Contact, Iri, Text};
use moisson_store::{Store, StoredRecord};
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use crate::{
    Language, Limits,
    admin::{Administration, Stamp},
};

/// All that [`crate::app`] needs.
#[derive(Clone)]
pub struct AppState {
    /// The records.
    pub store: Store,
    /// Who the portal is.
    pub portal: Arc<Portal>,
    /// The configured sources.
    pub sources: Arc<dyn SourcesView>,
    /// Fetches documents for checks.
    pub documents: Arc<dyn DocumentSource>,
    /// Knows tokens, sources and runs.
    pub admin: Arc<dyn Administration>,
    /// What clients may take.
    pub limits: Limits,
    /// Where the metrics are read; see [`crate::install_metrics`].
    pub metrics: PrometheusHandle,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState")
            .field("portal", &self.portal)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Who the portal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    base: Iri,
    /// What it is called, in its languages.
    pub title: Vec<Text>,
    /// What it is, in a sentence or two.
    pub description: Vec<Text>,
    /// Who publishes it.
    pub publisher: Agent,
    /// The languages of its pages, the preferred one first. Never empty.
    pub languages: Vec<Language>,
    /// Whom to ask.
    pub contact: Option<Contact>,
}

impl Portal {
    /// A portal whose IRIs start with `base`, without the final slash, in all languages.
    pub fn new(base: &Iri, title: Vec<Text>, publisher: Agent) -> Self {
        let trimmed = base.as_str().trim_end_matches('/');
        let base = Iri::new(trimmed).unwrap_or_else(|_| base.clone());
        let languages = Language::ALL.to_vec();
        Self { base, title, description: Vec::new(), publisher, languages, contact: None }
    }

    /// The start of every IRI of the portal, without a final slash.
    pub fn base(&self) -> &str {
        self.base.as_str()
    }

    /// The path of the base, which every link on the pages starts with: empty, or such as `/catalogue`.
    pub(crate) fn prefix(&self) -> &str {
        let after_scheme = self.base().split_once("://").map_or("", |(_, rest)| rest);
        after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or_default()
    }

    /// The language of a reader of whom nothing is known.
    pub(crate) fn language(&self) -> Language {
        self.languages.first().copied().unwrap_or(Language::En)
    }

    /// The title for a reader.
    pub(crate) fn title(&self, language: Language) -> &str {
        crate::language::best_text(&self.title, language).map_or("Moisson", |text| &text.value)
    }
}

/// The sources as they are configured and scheduled, which only the binary knows.
pub trait SourcesView: Send + Sync + 'static {
    /// All of them, in the order of the configuration.
    fn sources(&self) -> Vec<SourceView>;

    /// Whether personal data of a source is taken out: its raw records are then not served, and the history of its
    /// records without what it was before.
    fn is_masked(&self, source: &str) -> bool;

    /// What became of each value that the source gave for a record, as JSON with meanings in a language. Blocks.
    ///
    /// # Errors
    /// With a sentence when it cannot be told, such as of a source that is not configured any more.
    fn explain(&self, record: &StoredRecord, language: &str) -> Result<serde_json::Value, String> {
        let _ = language;
        Err(format!("the mapping of source `{}` is not known here", record.key.source))
    }
}

/// Fetches documents that somebody wants checked, which only the binary can: through its guarded client, that
/// refuses private addresses, and within limits of size and time.
pub trait DocumentSource: Send + Sync + 'static {
    /// The document at an address, or why there is none.
    fn fetch(&self, url: Url) -> BoxFuture<'static, Result<FetchedDocument, String>>;
}

/// A document that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDocument {
    /// Where it came from, after redirects.
    pub url: String,
    /// What it says it is.
    pub content_type: Option<String>,
    /// The bytes.
    pub body: Bytes,
}

/// Removals that a run held back, and about which nobody has decided so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitingRemovals {
    /// The run, which an acceptance names.
    pub run: String,
    /// How many records it is about.
    pub records: u64,
}

/// One configured source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceView {
    /// Its name, which is part of our IRIs.
    pub name: String,
    /// What people call it; empty if only the name is known.
    pub title: Vec<Text>,
    /// The harvester, such as `ckan`.
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// When it is read, as the configuration says it.
    pub schedule: Option<String>,
    /// Whether it is read at all.
    pub enabled: bool,
    /// Who paused it, if somebody did.
    pub paused: Option<Stamp>,
    /// The removals that wait for a person, if there are any.
    pub waiting: Option<WaitingRemovals>,
    /// When it will be read next.
    pub next_run: Option<Timestamp>,
    /// Since when it is being read, if it is.
    pub running_since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use moisson_dcat::{Agent, Iri};

    use super::Portal;

    #[test]
    fn the_prefix_is_the_path_of_the_base() {
        for (base, trimmed, prefix) in [
            ("https://data.example", "https://data.example", ""),
            ("https://data.example/", "https://data.example", ""),
            ("http://127.0.0.1:8080/a/b/", "http://127.0.0.1:8080/a/b", "/a/b"),
        ] {
            let portal = Portal::new(&Iri::new(base).unwrap(), Vec::new(), Agent::default());
            assert_eq!((portal.base(), portal.prefix()), (trimmed, prefix));
        }
    }
}
