//! A folder of `fixtures/harvesters/<name>/`: one behaviour of a portal, and what must come of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use moisson_harvest::{Limits, Source};

use crate::exchanges::Exchanges;

/// One scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its folder.
    pub folder: PathBuf,
    /// `ckan/first-run`.
    pub name: String,
    /// The source as configured.
    pub source: Source,
    /// What the portal answers.
    pub exchanges: Exchanges,
}

impl Scenario {
    /// Reads a folder.
    pub fn load(folder: &Path) -> Self {
        let file = folder.join("source.toml");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let source = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let part = |path: Option<&Path>| {
            path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        };
        Self {
            name: format!("{}/{}", part(folder.parent()), part(Some(folder))),
            source,
            exchanges: Exchanges::load(folder),
            folder: folder.to_owned(),
        }
    }

    /// The scenarios of a harvester, sorted by name.
    pub fn all_of(harvester: &str) -> Vec<Self> {
        let folder = fixtures().join("harvesters").join(harvester);
        let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
        let mut folders: Vec<_> = entries
            .map(|entry| entry.expect("the folder can be listed").path())
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        folders.iter().map(|folder| Self::load(folder)).collect()
    }

    /// The default limits, with short waits and what the scenario changes.
    pub fn limits(&self) -> Limits {
        let quick = Limits {
            backoff_ms: 1,
            max_backoff_ms: 2,
            breaker_pause_ms: 1,
            idle_timeout_ms: 2_000,
            reply_timeout_ms: 5_000,
            ..Limits::default()
        };
        let mut table = toml::Table::try_from(&quick).expect("limits can be written");
        table.extend(self.exchanges.limits.clone());
        table.try_into().unwrap_or_else(|error| panic!("{}: limits: {error}", self.name))
    }
}

/// The folder of fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}
