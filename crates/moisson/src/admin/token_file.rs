//! `tokens.json` in the data folder: read whole, written whole. A change is made under a lock, so that a server and a
//! person at the machine may change it at the same time, and takes the file's place only when it is on the disk.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use moisson_web::admin::AuditEntry;
use serde::{Deserialize, Serialize};

use super::Token;

/// The form of the file.
const VERSION: u32 = 1;
/// More than this is not our file.
const MAX_BYTES: u64 = 16 << 20;
/// Events kept for the audit log to take over.
const MOST_EVENTS: usize = 1_000;

/// What is in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    version: u32,
    /// In the order in which they were made.
    pub(super) tokens: Vec<Token>,
    /// What happened to them, numbered on and on.
    pub(super) events: Vec<AuditEntry>,
}

impl Default for Stored {
    fn default() -> Self {
        Self { version: VERSION, tokens: Vec::new(), events: Vec::new() }
    }
}

impl Stored {
    /// Notes an event.
    pub(super) fn happened(&mut self, event: AuditEntry) {
        let number = self.events.last().map_or(0, |last| last.number) + 1;
        self.events.push(AuditEntry { number, ..event });
        let excess = self.events.len().saturating_sub(MOST_EVENTS);
        self.events.drain(..excess);
    }
}

/// Tells whether a file is the one that was read.
pub(super) type Stamp = Option<(u64, u64, i64, i64)>;

/// The file.
#[derive(Debug, Clone)]
pub(super) struct TokenFile {
    folder: PathBuf,
}

impl TokenFile {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Another one means that the file has changed.
    pub(super) fn stamp(&self) -> anyhow::Result<Stamp> {
        let path = self.path();
        match std::fs::metadata(&path) {
            Ok(about) => Ok(Some((about.ino(), about.len(), about.mtime(), about.mtime_nsec()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        }
    }

    /// What is in it; nothing if there is none.
    pub(super) fn read(&self) -> anyhow::Result<Stored> {
        let path = self.path();
        let shown = path.display();
        match std::fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Stored::default()),
            Ok(about) if about.len() > MAX_BYTES => {
                bail!("`{shown}` has {} bytes; it is no file of tokens", about.len())
            }
            _ => {}
        }
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read `{shown}`"))?;
        let advice =
            || format!("`{shown}` is damaged; move it away and make new tokens with `moisson token create`");
        let stored: Stored = serde_json::from_slice(&bytes).with_context(advice)?;
        if stored.version != VERSION {
            bail!(
                "`{shown}` has form {}, this version knows form {VERSION}; use the version that wrote it",
                stored.version
            );
        }
        Ok(stored)
    }

    /// Changes what is in it. Nobody else does meanwhile.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&mut Stored) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let folder = self.folder.display();
        std::fs::create_dir_all(&self.folder).with_context(|| format!("cannot make `{folder}`"))?;
        let lock = open(&self.folder.join("tokens.lock"))?;
        lock.lock().with_context(|| format!("cannot lock the tokens in `{folder}`"))?;
        let mut stored = self.read()?;
        let result = change(&mut stored)?;
        let unfinished = self.folder.join("tokens.json.part");
        let write = || {
            let mut file = open(&unfinished)?;
            file.set_len(0)?;
            file.write_all(&serde_json::to_vec_pretty(&stored)?)?;
            file.sync_all()?;
            std::fs::rename(&unfinished, self.path())?;
            File::open(&self.folder)?.sync_all()?;
            anyhow::Ok(())
        };
        write().with_context(|| format!("cannot write `{}`", self.path().display()))?;
        drop(lock);
        Ok(result)
    }

    fn path(&self) -> PathBuf {
        self.folder.join("tokens.json")
    }
}

/// Opens or makes a file that only its owner may read.
fn open(path: &Path) -> anyhow::Result<File> {
    let opened =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    opened.with_context(|| format!("cannot open `{}`", path.display()))
}
