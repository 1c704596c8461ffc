//! The book of sources: those of the configuration file and those that were added while the program runs, as one list.
//!
//! Managed sources and pauses are notes in the ledger, so that they survive restarts and are in every backup. Whoever
//! needs the sources asks the book each time; [`Book::version`] says whether anything changed.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::Context;
use moisson_store::{Note, Store};
use moisson_web::admin::{Declared, Stamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::{Config, SourceConfig};

/// The notes of managed sources, by name.
pub(crate) const SOURCES: &str = "sources";
/// The notes of pauses, by the source's name.
const PAUSED: &str = "paused";

/// One source.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its settings.
    pub settings: Arc<SourceConfig>,
    /// Where it is declared.
    pub declared: Declared,
    /// Who paused it, if somebody did.
    pub paused: Option<Stamp>,
    /// Who added it, if it is managed.
    pub added: Option<Stamp>,
    /// Who changed it last.
    pub changed: Option<Stamp>,
    /// What is to be known of it, in sentences.
    pub notes: Vec<String>,
}

impl Entry {
    /// Its name.
    pub fn name(&self) -> &str {
        self.settings.name.as_str()
    }

    /// Whether the schedule and `moisson harvest` without names run it.
    pub fn is_on(&self) -> bool {
        self.settings.enabled && self.paused.is_none()
    }
}

/// A managed source as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The settings, as [`SourceConfig::to_json`] writes them.
    pub(crate) settings: Value,
    /// Who added it.
    pub(crate) added: Stamp,
    /// Who changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) changed: Option<Stamp>,
}

/// All sources.
#[derive(Debug)]
pub struct Book {
    config: Arc<Config>,
    store: Store,
    pages: RwLock<Arc<Pages>>,
}

/// What the book says at one moment.
#[derive(Debug)]
struct Pages {
    version: u64,
    entries: Vec<Entry>,
    kept: BTreeMap<String, Kept>,
}

impl Book {
    /// Opens the book of a store.
    ///
    /// # Errors
    /// When the ledger cannot be read. A managed source that cannot be read any more is left out and logged.
    pub fn open(config: Arc<Config>, store: Store) -> anyhow::Result<Self> {
        let pages = RwLock::new(Arc::new(read(&config, &store, 1)?));
        let book = Self { config, store, pages };
        for entry in book.entries() {
            for note in &entry.notes {
                tracing::warn!(source.name = entry.name(), "{note}");
            }
        }
        Ok(book)
    }

    /// Another number means that something in the book changed.
    pub fn version(&self) -> u64 {
        self.pages().version
    }

    /// All sources: those of the file in its order, then the managed ones by name.
    pub fn entries(&self) -> Vec<Entry> {
        self.pages().entries.clone()
    }

    /// The source of that name.
    pub fn find(&self, name: &str) -> Option<Entry> {
        self.pages().entries.iter().find(|entry| entry.name() == name).cloned()
    }

    /// The names of all sources, for messages.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.pages().entries.iter().map(|entry| format!("`{}`", entry.name())).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }

    /// The configuration with all sources in it, those that are paused switched off: for commands that do one thing
    /// and end.
    pub fn as_config(&self) -> Config {
        let sources = self.entries().into_iter().map(|entry| {
            let enabled = entry.is_on();
            SourceConfig { enabled, ..SourceConfig::clone(&entry.settings) }
        });
        Config { source: sources.collect(), ..Config::clone(&self.config) }
    }

    /// The managed source of that name as it is kept, also if the file has one of the same name.
    pub(crate) fn kept(&self, name: &str) -> Option<Kept> {
        self.pages().kept.get(name).cloned()
    }

    /// How many managed sources are kept.
    pub(crate) fn count_kept(&self) -> usize {
        self.pages().kept.len()
    }

    /// Reads again what was changed through `write`.
    pub(crate) fn change(&self, write: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        write()?;
        *pages = Arc::new(read(&self.config, &self.store, pages.version + 1)?);
        Ok(())
    }

    fn pages(&self) -> Arc<Pages> {
        Arc::clone(&self.pages.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The settings of a managed source in its note, if they can still be used.
pub(crate) fn settings_in(note: &[u8]) -> Option<SourceConfig> {
    let kept: Kept = serde_json::from_slice(note).ok()?;
    SourceConfig::from_json(&kept.settings).ok()
}

/// The note of a managed source; none takes it away.
pub(crate) fn source_note(name: &str, kept: Option<&Kept>) -> anyhow::Result<Note> {
    let value = kept.map(serde_json::to_vec).transpose()?;
    Ok(Note { area: SOURCES, key: name.to_owned(), value })
}

/// The note of a pause; none takes it away.
pub(crate) fn pause_note(name: &str, paused: Option<&Stamp>) -> anyhow::Result<Note> {
    let value = paused.map(serde_json::to_vec).transpose()?;
    Ok(Note { area: PAUSED, key: name.to_owned(), value })
}

/// A managed source as a check of the store finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shelved {
    /// Its name.
    pub(crate) name: String,
    /// It is on and has a schedule.
    pub(crate) scheduled: bool,
    /// Who paused it.
    pub(crate) paused: Option<Stamp>,
    /// What is wrong with its settings, and what to do; the program leaves it out then.
    pub(crate) faults: Vec<String>,
    /// What it is let off.
    pub(crate) exception: Option<&'static str>,
    /// What else is to be known.
    pub(crate) note: Option<String>,
}

/// The managed sources of a store that is not open, for a check.
///
/// # Errors
/// When another process has the store, or it cannot be read.
pub(crate) fn shelved(config: &Config) -> anyhow::Result<Vec<Shelved>> {
    let mut paused = BTreeMap::new();
    let [pauses, kept] = Store::notes_in(&config.data, [PAUSED, SOURCES])?;
    for (name, value) in pauses {
        let stamp: Stamp = serde_json::from_slice(&value)
            .with_context(|| format!("the pause of `{name}` cannot be read"))?;
        paused.insert(name, stamp);
    }
    let shelve = |(name, value): (String, Vec<u8>)| {
        let settings = serde_json::from_slice(&value)
            .map_err(|error| vec![format!("it cannot be read: {error}")])
            .and_then(|kept: Kept| SourceConfig::from_json(&kept.settings));
        let remedy = |fault: String| format!("{fault}; `moisson source remove {name}` and add it anew");
        let is_declared = config.source.iter().any(|source| source.name.as_str() == name);
        Shelved {
            scheduled: settings.as_ref().is_ok_and(|source| source.enabled && source.schedule.is_some()),
            paused: paused.remove(&name),
            exception: settings.as_ref().ok().and_then(SourceConfig::exception),
            faults: settings.err().unwrap_or_default().into_iter().map(remedy).collect(),
            note: is_declared.then(|| shadowed(&name)),
            name,
        }
    };
    Ok(kept.into_iter().map(shelve).collect())
}

fn shadowed(name: &str) -> String {
    format!(
        "the configuration file declares `{name}`, and so does a managed source, which is not used; \
         `moisson source remove {name}` takes the managed one away"
    )
}

fn read(config: &Config, store: &Store, version: u64) -> anyhow::Result<Pages> {
    let mut paused: BTreeMap<String, Stamp> = BTreeMap::new();
    for item in store.notes(PAUSED, None) {
        let (name, value) = item?;
        let stamp = serde_json::from_slice(&value);
        paused.insert(name.clone(), stamp.with_context(|| format!("the pause of `{name}` cannot be read"))?);
    }
    let mut entries: Vec<Entry> = config
        .source
        .iter()
        .map(|source| Entry {
            settings: Arc::new(source.clone()),
            declared: Declared::File,
            paused: paused.remove(source.name.as_str()),
            added: None,
            changed: None,
            notes: Vec::new(),
        })
        .collect();
    let mut all = BTreeMap::new();
    for item in store.notes(SOURCES, None) {
        let (name, value) = item?;
        let kept: Kept = match serde_json::from_slice(&value) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(source.name = name, %error, "a managed source cannot be read and is left out");
                continue;
            }
        };
        all.insert(name.clone(), kept.clone());
        if let Some(entry) = entries.iter_mut().find(|entry| entry.name() == name) {
            entry.notes.push(shadowed(&name));
            continue;
        }
        match SourceConfig::from_json(&kept.settings) {
            Ok(settings) => entries.push(Entry {
                settings: Arc::new(settings),
                declared: Declared::Managed,
                paused: paused.remove(&name),
                added: Some(kept.added),
                changed: kept.changed,
                notes: Vec::new(),
            }),
            Err(faults) => tracing::error!(
                source.name = name,
                "a managed source is wrong and left out ({}); `moisson source remove {name}` and add it anew",
                faults.join("; ")
            ),
        }
    }
    Ok(Pages { version, entries, kept: all })
}
