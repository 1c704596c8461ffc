//! Notes: a small area of the ledger for what the program itself must remember beside records, such as sources that
//! were added while it runs. Each has an area, a key within it and a value; areas are ordered by key.

use std::{fmt, path::Path, sync::Arc};

use moisson_dcat::same::Standing;
use oxrdf::{NamedNode, Triple};

use crate::{Store, StoreError, StoreOptions, ledger::Ledger, lock::FolderLock};

/// Keys and values of an area, in order.
pub type Notes = Vec<(String, Vec<u8>)>;
/// Graphs with their names.
type Graphs = Vec<(NamedNode, Vec<Triple>)>;
/// Makes graphs of keys and values.
type Make = dyn Fn(&[(String, Vec<u8>)]) -> Graphs + Send + Sync;

/// Makes [fixed](crate::StoreOptions::fixed) graphs of the notes of an area, and makes them anew when one of these changes.
#[derive(Clone)]
pub struct FixedFromNotes {
    /// The area.
    pub area: &'static str,
    /// Makes the graphs of the area's keys and values.
    pub make: Arc<Make>,
}

impl fmt::Debug for FixedFromNotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedFromNotes").field("area", &self.area).finish_non_exhaustive()
    }
}

/// What sources are, by name.
type Standings = Vec<(String, Standing)>;
/// Reads them in keys and values.
type ReadStandings = dyn Fn(&[(String, Vec<u8>)]) -> Standings + Send + Sync;

/// Reads in the notes of an area what sources are [configured to be](crate::CopyOptions::standing), as they are when the
/// store opens. What the options say themselves wins.
#[derive(Clone)]
pub struct StandingFromNotes {
    /// The area.
    pub area: &'static str,
    /// Reads the area's keys and values.
    pub read: Arc<ReadStandings>,
}

impl fmt::Debug for StandingFromNotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandingFromNotes").field("area", &self.area).finish_non_exhaustive()
    }
}

/// A change of one note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it belongs to, such as `sources`. Without a zero byte.
    pub area: &'static str,
    /// Names it within its area; 1 to [`Note::MAX_KEY`] bytes.
    pub key: String,
    /// What it says, at most [`Note::MAX_VALUE`] bytes; none takes it away.
    pub value: Option<Vec<u8>>,
}

impl Note {
    /// The longest key, in bytes.
    pub const MAX_KEY: usize = 256;
    /// The longest value, in bytes.
    pub const MAX_VALUE: usize = 1 << 20;

    /// Why it cannot be stored.
    pub(crate) fn objection(&self) -> Option<String> {
        if self.area.is_empty() || self.area.contains('\0') {
            return Some("its area is empty or contains a zero byte".to_owned());
        }
        if self.key.is_empty() || self.key.len() > Self::MAX_KEY {
            return Some(format!(
                "its key has {} bytes; 1 to {} are possible",
                self.key.len(),
                Self::MAX_KEY
            ));
        }
        let length = self.value.as_ref().map_or(0, Vec::len);
        (length > Self::MAX_VALUE)
            .then(|| format!("its value has {length} bytes; at most {} are possible", Self::MAX_VALUE))
    }
}

impl Store {
    /// The keys and values of areas of the store in `folder`, in order, without opening all of it. Nothing if there is no
    /// store.
    ///
    /// # Errors
    /// When another process has the folder, or the ledger cannot be read.
    pub fn notes_in<const N: usize>(folder: &Path, areas: [&str; N]) -> Result<[Notes; N], StoreError> {
        let ledger = folder.join("ledger");
        if !ledger.exists() {
            return Ok([const { Vec::new() }; N]);
        }
        let _lock = FolderLock::take(folder)?;
        let StoreOptions { cache_bytes, journal_bytes, .. } = StoreOptions::default();
        let ledger = Ledger::open(&ledger, cache_bytes, journal_bytes)?;
        let mut found = [const { Vec::new() }; N];
        for (notes, area) in found.iter_mut().zip(areas) {
            *notes = ledger.notes(area, None).collect::<Result<_, _>>()?;
        }
        Ok(found)
    }

    /// Stores notes: all of them, durably, or none. Graphs that are made of them change with them.
    ///
    /// # Errors
    /// When one of them is too long, or they cannot be written.
    pub fn write_notes(&self, notes: &[Note]) -> Result<(), StoreError> {
        self.ledger().write_notes(notes)?;
        self.renew_fixed(&notes.iter().map(|note| note.area).collect::<Vec<_>>())
    }

    /// What a note says.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn note(&self, area: &str, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.ledger().note(area, key)
    }

    /// The keys and values of an area, in order, after `after`.
    pub fn notes<'a>(
        &'a self,
        area: &str,
        after: Option<&str>,
    ) -> impl Iterator<Item = Result<(String, Vec<u8>), StoreError>> + use<'a> {
        self.ledger().notes(area, after)
    }

    /// The same backwards, from `up_to` (itself included) or the last one.
    pub fn notes_back<'a>(
        &'a self,
        area: &str,
        up_to: Option<&str>,
    ) -> impl Iterator<Item = Result<(String, Vec<u8>), StoreError>> + use<'a> {
        self.ledger().notes_back(area, up_to)
    }
}
