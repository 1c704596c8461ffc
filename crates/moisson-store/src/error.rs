//! What can go wrong with the store.

use std::{fmt::Display, io, path::PathBuf};

/// The store cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has it.
    #[error("`{}` is in use by {holder}; stop that process, or use another data folder", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
        /// Who has it, as far as is known.
        holder: String,
    },
    /// Reading or writing a file failed.
    #[error("cannot {what} `{}`: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, …
        what: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database engine failed.
    #[error("the ledger's database failed: {reason}; look for a full or failing disk, then start again")]
    Engine {
        /// What it said.
        reason: String,
    },
    /// An earlier write failed half-way, and what is on the disk is not known for sure.
    #[error(
        "the ledger takes no more changes since writing failed ({reason}); look for a full or failing disk, then start again"
    )]
    Halted {
        /// What failed.
        reason: String,
    },
    /// Stored bytes are not what was written.
    #[error("{what} is damaged ({reason}); restore a backup with `moisson restore`")]
    Damaged {
        /// What is damaged.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder was written by another version.
    #[error("the data folder has format {found}, this version knows format {known}; {advice}")]
    Format {
        /// What was found.
        found: String,
        /// What is known.
        known: u32,
        /// What to do.
        advice: &'static str,
    },
    /// A batch that makes no sense.
    #[error("batch of source `{source_name}`, run {run}: {reason}")]
    Batch {
        /// The batch's source.
        source_name: String,
        /// The batch's run.
        run: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The search index failed.
    #[error("the search index failed: {reason}; `moisson rebuild` makes it anew from the ledger")]
    Index {
        /// What it said.
        reason: String,
    },
    /// The quads on disk failed.
    #[error("the quad store failed: {reason}; `moisson rebuild` makes it anew from the ledger")]
    Quads {
        /// What it said.
        reason: String,
    },
    /// The change log does not go back far enough.
    #[error("the change log does not go back far enough; `moisson rebuild` makes all anew from the ledger")]
    Behind,
    /// A choice that this build does not have.
    #[error("{what} is not in this build; {advice}")]
    NotBuilt {
        /// What was asked for.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// A note that cannot be stored.
    #[error("note `{key}` in `{area}`: {reason}")]
    Note {
        /// Its area.
        area: &'static str,
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A query that makes no sense.
    #[error("{reason}")]
    Query {
        /// What is wrong and what to do.
        reason: String,
    },
}

impl StoreError {
    /// For `map_err` on file operations.
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }

    pub(crate) fn damaged(what: impl Into<String>, reason: impl Display) -> Self {
        Self::Damaged { what: what.into(), reason: reason.to_string() }
    }
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        Self::Engine { reason: error.to_string() }
    }
}
