//! `moisson.toml`: the one file that says what to harvest and how to serve it.
//!
//! Unknown keys are errors; every error names the key, the line and what to do ([`ConfigFileError`]).

mod alert;
mod error;
mod example;
mod localised;
mod managed;
mod organisation;
mod same;
mod source;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use moisson_dcat::{Iri, party::PersonalData};
use moisson_store::sparql::QueryLimits;
use serde::{Deserialize, Serialize};
use url::Url;

pub use alert::{AlertConfig, MailConfig, MailTls, WebhookConfig};
pub use error::ConfigFileError;
pub use example::EXAMPLE;
pub use localised::Localised;
pub use managed::CREDENTIALS_PREFIX;
pub use organisation::OrganisationConfig;
pub use same::{DistinctConfig, SameConfig};
pub use source::{CredentialsFrom, DeletionConfig, SourceConfig};

/// The languages that pages, messages and remarks exist in.
pub const LANGUAGES: [&str; 4] = ["fr", "nl", "de", "en"];

/// Everything in `moisson.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of the store; relative to the file. Default `moisson-data`.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// Who publishes the portal.
    pub portal: PortalConfig,
    /// Where and how to serve.
    #[serde(default)]
    pub serve: ServeConfig,
    /// How the store keeps its quads.
    #[serde(default)]
    pub store: StoreConfig,
    /// How many runs at once, and when.
    #[serde(default)]
    pub schedule: ScheduleConfig,
    /// Administration through the API.
    #[serde(default)]
    pub admin: AdminConfig,
    /// Limits on what comes from outside.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// Who is told what changed about sources.
    #[serde(default)]
    pub alert: Vec<AlertConfig>,
    /// The catalogues to harvest.
    #[serde(default)]
    pub source: Vec<SourceConfig>,
    /// Organisations named by hand.
    #[serde(default)]
    pub organisation: Vec<OrganisationConfig>,
    /// Records that a person takes for copies of one dataset.
    #[serde(default)]
    pub same: Vec<SameConfig>,
    /// Records that a person does not take for copies.
    #[serde(default)]
    pub distinct: Vec<DistinctConfig>,
}

/// `[portal]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalConfig {
    /// The start of every IRI that we mint; never change it once others harvest the portal.
    pub base: Url,
    /// The portal's name: one text or one per language.
    pub title: Localised,
    /// What it is, in a sentence or two.
    #[serde(default)]
    pub description: Option<Localised>,
    /// Who runs it.
    pub publisher: PublisherConfig,
    /// The languages of its pages, best first. Default: all four.
    #[serde(default = "default_languages")]
    pub languages: Vec<String>,
    /// Where an administrator of a harvested portal can reach you; part of the user agent.
    #[serde(default)]
    pub contact: Option<String>,
    /// What is done with personal data where a service's should stand; a source may say otherwise. Default: `flag`.
    #[serde(default)]
    pub personal_data: PersonalData,
}

/// `[portal.publisher]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublisherConfig {
    /// Its name.
    pub name: Localised,
    /// Its site.
    #[serde(default)]
    pub homepage: Option<Iri>,
    /// Its address for questions.
    #[serde(default)]
    pub email: Option<String>,
}

/// `[serve]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServeConfig {
    /// Where to listen.
    pub address: SocketAddr,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self { address: SocketAddr::from(([127, 0, 0, 1], 8080)) }
    }
}

/// `[store]`.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// In memory, or on disk with `RocksDB`.
    pub quads: Quads,
}

/// Where the quads live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quads {
    /// In memory, filled from the ledger at start: right up to some 100,000 datasets.
    #[default]
    Memory,
    /// On disk; needs a build with the cargo feature `rocksdb`.
    Rocksdb,
}

/// `[schedule]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleConfig {
    /// Runs at the same time, over all sources.
    pub max_runs: usize,
    /// A run starts up to so many seconds after its time, always the same for one source, so that a hundred
    /// sources due at 02:00 do not start together.
    pub jitter_seconds: u32,
    /// The time zone of schedules that do not name their own.
    pub time_zone: String,
    /// A source on a schedule without a success for so many days is told to be stale; 0 for never.
    pub stale_after_days: u16,
}

impl Default for ScheduleConfig {
    fn default() -> Self {
        Self {
            max_runs: 4,
            jitter_seconds: 300,
            time_zone: "Europe/Brussels".to_owned(),
            stale_after_days: 7,
        }
    }
}

/// `[admin]`.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdminConfig {
    /// A token may be valid for so many days at most.
    pub max_token_days: u16,
    /// So long entries of the audit log are kept, in days.
    pub audit_days: u16,
    /// So many of them are kept at most.
    pub audit_entries: u64,
}

impl Default for AdminConfig {
    fn default() -> Self {
        Self { max_token_days: 366, audit_days: 400, audit_entries: 100_000 }
    }
}

/// `[limits]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// What a source may send us.
    pub harvest: moisson_harvest::Limits,
    /// What a SPARQL query may cost.
    pub query: QueryConfig,
    /// What a check of a document that somebody sends may cost.
    pub check: CheckConfig,
}

/// `[limits.check]`.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckConfig {
    /// The largest body, and the largest document after unpacking, in bytes.
    pub bytes: u64,
    /// Most statements in a document.
    pub statements: u64,
    /// Most results in a report; the others are counted.
    pub results: usize,
    /// Time for receiving or fetching, and again for checking, in seconds.
    pub time_seconds: u64,
    /// Checks at once; others wait a little and are then told to come back.
    pub at_once: usize,
}

impl Default for CheckConfig {
    fn default() -> Self {
        let moisson_web::CheckLimits { bytes, statements, results, time, at_once } =
            moisson_web::CheckLimits::default();
        Self { bytes, statements, results, time_seconds: time.as_secs(), at_once }
    }
}

impl CheckConfig {
    /// The limits as the server takes them.
    pub fn limits(self) -> moisson_web::CheckLimits {
        let Self { bytes, statements, results, time_seconds, at_once } = self;
        moisson_web::CheckLimits {
            bytes,
            statements,
            results,
            time: Duration::from_secs(time_seconds),
            at_once,
        }
    }
}

/// `[limits.query]`.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct QueryConfig {
    /// Time of one SPARQL query, in seconds.
    pub time_seconds: u64,
    /// Memory of one query beyond the data itself, in bytes.
    pub memory_bytes: u64,
    /// Rows or triples of one answer; it is cut there and says so.
    pub rows: u64,
}

impl Default for QueryConfig {
    fn default() -> Self {
        let QueryLimits { time, memory, rows, .. } = QueryLimits::default();
        Self { time_seconds: time.as_secs(), memory_bytes: memory, rows }
    }
}

impl QueryConfig {
    /// The limits as the store takes them.
    pub fn limits(self) -> QueryLimits {
        QueryLimits {
            time: Duration::from_secs(self.time_seconds),
            memory: self.memory_bytes,
            rows: self.rows,
            ..QueryLimits::default()
        }
    }
}

fn default_data() -> PathBuf {
    PathBuf::from("moisson-data")
}

fn default_languages() -> Vec<String> {
    LANGUAGES.iter().map(|&l| l.to_owned()).collect()
}

impl Config {
    /// Reads and checks a configuration file. The store's folder and other files come back relative to the working folder.
    ///
    /// # Errors
    /// When the file cannot be read, or something in it is wrong: then every fault that was found is given.
    pub fn load(path: &Path) -> Result<Self, Vec<ConfigFileError>> {
        let text =
            std::fs::read_to_string(path).map_err(|error| vec![ConfigFileError::unreadable(path, &error)])?;
        let mut config = Self::parse(&text, path)?;
        if let Some(folder) = path.parent() {
            let files = config.alert.iter_mut().filter_map(|alert| alert.mail.as_mut()?.ca_file.as_mut());
            for file in files.chain([&mut config.data]) {
                // An absolute one stays as it is.
                *file = folder.join(&file);
            }
        }
        Ok(config)
    }

    /// Checks the text of a configuration file; `path` is only for messages.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, Vec<ConfigFileError>> {
        let config: Self =
            toml::from_str(text).map_err(|error| vec![ConfigFileError::from_toml(path, text, &error)])?;
        let faults = config.faults();
        if faults.is_empty() {
            return Ok(config);
        }
        Err(faults.into_iter().map(|fault| ConfigFileError::located(path, text, &fault)).collect())
    }

    /// Everything that serde cannot see: the meaning of the values.
    fn faults(&self) -> Vec<error::Fault> {
        let mut faults = Vec::new();
        self.portal.faults(&mut faults);
        if let Err(reason) = jiff::tz::TimeZone::get(&self.schedule.time_zone) {
            faults.push(error::Fault::at(&["schedule", "time_zone"], reason.to_string()));
        }
        if self.schedule.max_runs == 0 {
            faults.push(error::Fault::at(&["schedule", "max_runs"], "must be at least 1".to_owned()));
        }
        self.organisation_faults(&mut faults);
        if self.admin.max_token_days == 0 {
            faults.push(error::Fault::at(&["admin", "max_token_days"], "must be at least 1".to_owned()));
        }
        for (position, alert) in self.alert.iter().enumerate() {
            alert.faults(position, &mut faults);
            if self.alert.iter().take(position).any(|other| other.name == alert.name) {
                let message = format!("`{}` names two alerts; give each its own name", alert.name);
                faults.push(error::Fault::at(&["alert"], message));
            }
        }
        for (position, source) in self.source.iter().enumerate() {
            source.faults(position, &mut faults);
            let twice = self.source.iter().take(position).any(|other| other.name == source.name);
            if twice {
                faults.push(error::Fault::in_source(
                    position,
                    &["name"],
                    format!("`{}` names two sources; give each its own name", source.name),
                ));
            }
        }
        same::faults((&self.same, &self.distinct), &mut faults);
        faults
    }

    /// What persons decided about copies.
    pub fn decisions(&self) -> moisson_dcat::same::Decisions {
        same::decisions(&self.same, &self.distinct)
    }
}

impl PortalConfig {
    fn faults(&self, faults: &mut Vec<error::Fault>) {
        if !matches!(self.base.scheme(), "http" | "https") || self.base.query().is_some() {
            faults.push(error::Fault::at(
                &["portal", "base"],
                format!(
                    "`{}` cannot start our IRIs; use an http or https address without `?` and `#`",
                    self.base
                ),
            ));
        }
        for language in &self.languages {
            if !LANGUAGES.contains(&language.as_str()) {
                faults.push(error::Fault::at(
                    &["portal", "languages"],
                    format!(
                        "unknown language `{language}`; known are {}",
                        LANGUAGES.map(|l| format!("`{l}`")).join(", ")
                    ),
                ));
            }
        }
        if self.languages.is_empty() {
            faults.push(error::Fault::at(&["portal", "languages"], "name at least one language".to_owned()));
        }
    }

    /// The base as our IRIs need it, without a final slash.
    ///
    /// # Errors
    /// When it is no IRI, which a checked configuration rules out.
    pub fn base_iri(&self) -> Result<Iri, moisson_dcat::IriError> {
        Iri::new(self.base.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests;
