//! Notes in the ledger: written like batches, and of no concern to projections.

use super::{Ledger, keys, kv::Op, text};
use crate::{Note, StoreError, codec};

const WHAT: &str = "a note";

impl Ledger {
    /// Stores notes: all of them, durably, or none.
    pub(crate) fn write_notes(&self, notes: &[Note]) -> Result<(), StoreError> {
        let mut ops = Vec::with_capacity(notes.len());
        for note in notes {
            if let Some(reason) = note.objection() {
                return Err(StoreError::Note { area: note.area, key: note.key.clone(), reason });
            }
            let key = keys::note(note.area, &note.key);
            ops.push(match &note.value {
                Some(value) => Op::Put(key, codec::pack(value)?),
                None => Op::Delete(key),
            });
        }
        if ops.is_empty() {
            return Ok(());
        }
        let mut writer = self.writable()?;
        let sequence = writer.journal.last() + 1;
        self.write(&mut writer, sequence, &ops)
    }

    pub(crate) fn note(&self, area: &str, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.kv.get(&keys::note(area, key))?.map(|packed| codec::unpack(&packed, WHAT)).transpose()
    }

    pub(crate) fn notes<'a>(
        &'a self,
        area: &str,
        after: Option<&str>,
    ) -> impl Iterator<Item = Result<(String, Vec<u8>), StoreError>> + use<'a> {
        let prefix = keys::within(keys::NOTE, area);
        let after = after.map(|key| keys::note(area, key));
        let length = prefix.len();
        self.kv.scan(&prefix, after.as_deref()).map(move |item| read(item, length))
    }

    pub(crate) fn notes_back<'a>(
        &'a self,
        area: &str,
        up_to: Option<&str>,
    ) -> impl Iterator<Item = Result<(String, Vec<u8>), StoreError>> + use<'a> {
        let prefix = keys::within(keys::NOTE, area);
        let up_to = up_to.map(|key| keys::note(area, key));
        let length = prefix.len();
        self.kv.scan_back(&prefix, up_to.as_deref()).map(move |item| read(item, length))
    }
}

/// Key without prefix, and value.
fn read(
    item: Result<(Vec<u8>, Vec<u8>), StoreError>,
    prefix: usize,
) -> Result<(String, Vec<u8>), StoreError> {
    let (key, value) = item?;
    Ok((text(key.get(prefix..).unwrap_or_default(), "the key of a note")?, codec::unpack(&value, WHAT)?))
}
