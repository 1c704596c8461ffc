//! The database engine behind the ledger ([sled](https://docs.rs/sled/0.34)), hidden behind one small type.
//!
//! A batch of operations is applied as one: after a crash the state is that after some batch, and
//! [`Kv::sequence`] tells which. It need not be the last one; the [journal](super::journal) has the rest.
//!
//! Long values are kept in pieces, since sled rewrites whole pages of sixteen values and puts pages beyond
//! 128 KiB into files of their own.

use std::path::Path;

use crate::StoreError;

/// A key and its value.
type Pair = (Vec<u8>, Vec<u8>);

/// Values up to this many bytes stand beside their key.
const INLINE: usize = 4_096;
/// Before the keys of pieces; after all other keys.
const PIECES: u8 = b'~';
/// Where the number of the last applied batch stands.
const SEQUENCE: &[u8] = b"!sequence";
/// Values on a page of the engine, about.
const PAGE: usize = 16;
/// So many accesses to pages of one part of its cache, and the engine looks whether that part is full.
const ACCESSES: usize = 64;
/// How often a reader starts again when a writer takes the pieces away under its hands.
const READ_ATTEMPTS: usize = 100;

/// One change of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Op {
    /// The key has this value.
    Put(Vec<u8>, Vec<u8>),
    /// There is no such key.
    Delete(Vec<u8>),
}

/// A durable-in-time, ordered map from bytes to bytes.
#[derive(Debug)]
pub(crate) struct Kv {
    db: sled::Db,
}

/// What was applied is in the files when the store is closed, even if the journal should get lost afterwards; the
/// engine itself only writes it before long.
impl Drop for Kv {
    fn drop(&mut self) {
        if let Err(error) = self.db.flush() {
            tracing::warn!(
                "the database could not be written at the end ({error}); the journal has what is missing"
            );
        }
    }
}

impl Kv {
    /// Opens or makes the database in `folder`.
    pub(crate) fn open(folder: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let config = sled::Config::new()
            .path(folder)
            .cache_capacity(cache_bytes)
            .mode(sled::Mode::LowSpace)
            .flush_every_ms(Some(1_000));
        // Some kinds of damage make sled panic instead of saying so.
        let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| config.open()));
        match opened {
            Ok(db) => Ok(Self { db: db? }),
            Err(_) => Err(StoreError::Engine { reason: "it panicked while opening".to_owned() }),
        }
    }

    /// The number of the last batch that was applied; 0 if none was.
    pub(crate) fn sequence(&self) -> Result<u64, StoreError> {
        match self.db.get(SEQUENCE)? {
            None => Ok(0),
            Some(bytes) => Ok(u64::from_be_bytes(array(&bytes, "the ledger's sequence")?)),
        }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        for _ in 0..READ_ATTEMPTS {
            let Some(stored) = self.db.get(key)? else { return Ok(None) };
            if let Some(value) = self.assemble(key, &stored)? {
                return Ok(Some(value));
            }
        }
        Err(StoreError::damaged(describe(key), "a piece is missing"))
    }

    /// Whether there is such a key.
    pub(crate) fn contains(&self, key: &[u8]) -> Result<bool, StoreError> {
        Ok(self.db.contains_key(key)?)
    }

    /// Keys that start with `prefix` and come after `after`, in order, with their values.
    pub(crate) fn scan<'a>(
        &'a self,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + use<'a> {
        let prefix = prefix.to_vec();
        let mut start = prefix.clone();
        if let Some(after) = after {
            start = after.to_vec();
            start.push(0);
        }
        let mut met = 0_usize;
        self.db
            .range(start..)
            .map_while(move |item| {
                let (key, stored) = match item {
                    Ok(item) => item,
                    Err(error) => return Some(Err(StoreError::from(error))),
                };
                // Pieces come last, and are read with what they belong to.
                if !key.starts_with(&prefix) || key.first() == Some(&PIECES) {
                    return None;
                }
                met += 1;
                if met.is_multiple_of(PAGE)
                    && let Err(error) = self.look_again(&key)
                {
                    return Some(Err(error));
                }
                Some(Ok((key, stored)))
            })
            .filter_map(|item| self.whole(item))
    }

    /// Has the engine see that its cache is full. It looks only after so many accesses to pages of one part of the
    /// cache, while a scan accesses each page once: it would have all pages in memory before it looked.
    fn look_again(&self, key: &[u8]) -> Result<(), StoreError> {
        for _ in 0..ACCESSES {
            self.db.contains_key(key)?;
        }
        Ok(())
    }

    /// Keys that start with `prefix`, from `up_to` (itself included) or the last one backwards, with their values.
    pub(crate) fn scan_back<'a>(
        &'a self,
        prefix: &[u8],
        up_to: Option<&[u8]>,
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + use<'a> {
        let range = match up_to {
            Some(up_to) => self.db.range(prefix.to_vec()..=up_to.to_vec()),
            None => self.db.scan_prefix(prefix),
        };
        range.rev().filter_map(|item| self.whole(item.map_err(StoreError::from)))
    }

    /// A value with its pieces; none for a piece, and for what was deleted since the iterator saw it.
    fn whole(&self, item: Result<(sled::IVec, sled::IVec), StoreError>) -> Option<Result<Pair, StoreError>> {
        let (key, stored) = match item {
            Ok(item) => item,
            Err(error) => return Some(Err(error)),
        };
        if key.as_ref() == SEQUENCE || key.first() == Some(&PIECES) {
            return None;
        }
        let value = match self.assemble(&key, &stored) {
            // Rewritten since the iterator saw it, or deleted.
            Ok(None) => self.get(&key).transpose()?,
            Ok(Some(value)) => Ok(value),
            Err(error) => Err(error),
        };
        Some(value.map(|value| (key.to_vec(), value)))
    }

    /// The last key that starts with `prefix`.
    pub(crate) fn last_key(&self, prefix: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.db.scan_prefix(prefix).next_back().transpose()?.map(|(key, _)| key.to_vec()))
    }

    /// The keys that start with `prefix`, in order.
    pub(crate) fn keys<'a>(
        &'a self,
        prefix: &[u8],
    ) -> impl Iterator<Item = Result<Vec<u8>, StoreError>> + use<'a> {
        self.db.scan_prefix(prefix).keys().map(|key| Ok(key?.to_vec()))
    }

    /// Applies a batch and notes its number, as one.
    pub(crate) fn apply(&self, sequence: u64, ops: &[Op]) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for op in ops {
            let (Op::Put(key, _) | Op::Delete(key)) = op;
            self.drop_pieces(key, &mut batch)?;
            match op {
                Op::Put(key, value) => put(key, value, sequence, &mut batch),
                Op::Delete(key) => batch.remove(key.as_slice()),
            }
        }
        batch.insert(SEQUENCE, &sequence.to_be_bytes());
        Ok(self.db.apply_batch(batch)?)
    }

    /// Takes everything away, a part at a time.
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        Ok(self.db.clear()?)
    }

    /// Writes what is in memory to the files. Not needed for durability (the journal gives that); it makes the
    /// next start shorter.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.db.flush()?;
        Ok(())
    }

    /// Bytes on disk.
    pub(crate) fn size_on_disk(&self) -> Result<u64, StoreError> {
        Ok(self.db.size_on_disk()?)
    }

    fn drop_pieces(&self, key: &[u8], batch: &mut sled::Batch) -> Result<(), StoreError> {
        if let Some(stored) = self.db.get(key)?
            && let Some((sequence, count)) = pieces(key, &stored)?
        {
            for number in 0..count {
                batch.remove(piece_key(key, sequence, number));
            }
        }
        Ok(())
    }

    /// The value, or none if a piece is missing.
    fn assemble(&self, key: &[u8], stored: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((sequence, count)) = pieces(key, stored)? else {
            return Ok(Some(stored.get(1..).unwrap_or_default().to_vec()));
        };
        let mut value = Vec::with_capacity(INLINE);
        for number in 0..count {
            match self.db.get(piece_key(key, sequence, number))? {
                Some(piece) => value.extend_from_slice(&piece),
                None => return Ok(None),
            }
        }
        Ok(Some(value))
    }
}

fn put(key: &[u8], value: &[u8], sequence: u64, batch: &mut sled::Batch) {
    if value.len() <= INLINE {
        let mut stored = Vec::with_capacity(value.len() + 1);
        stored.push(0);
        stored.extend_from_slice(value);
        batch.insert(key, stored);
        return;
    }
    let mut count = 0_u32;
    for piece in value.chunks(INLINE) {
        batch.insert(piece_key(key, sequence, count), piece);
        count += 1;
    }
    let mut stored = vec![1];
    stored.extend_from_slice(&sequence.to_be_bytes());
    stored.extend_from_slice(&count.to_be_bytes());
    batch.insert(key, stored);
}

/// If the value is in pieces: the batch that wrote them, and how many.
fn pieces(key: &[u8], stored: &[u8]) -> Result<Option<(u64, u32)>, StoreError> {
    match stored.split_first() {
        Some((0, _)) => Ok(None),
        Some((1, rest)) if rest.len() == 12 => {
            let (sequence, count) = rest.split_at(8);
            Ok(Some((
                u64::from_be_bytes(array(sequence, "a value's head")?),
                u32::from_be_bytes(array(count, "a value's head")?),
            )))
        }
        _ => Err(StoreError::damaged(describe(key), "unknown form of value")),
    }
}

fn piece_key(key: &[u8], sequence: u64, number: u32) -> Vec<u8> {
    let mut piece = Vec::with_capacity(key.len() + 13);
    piece.push(PIECES);
    piece.extend_from_slice(key);
    piece.extend_from_slice(&sequence.to_be_bytes());
    piece.extend_from_slice(&number.to_be_bytes());
    piece
}

fn describe(key: &[u8]) -> String {
    format!("ledger entry `{}`", key.escape_ascii())
}

pub(super) fn array<const N: usize>(bytes: &[u8], what: &str) -> Result<[u8; N], StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::damaged(what, format!("{} bytes where {N} are expected", bytes.len())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn open() -> (tempfile::TempDir, Kv) {
        let folder = tempfile::tempdir().unwrap();
        let kv = Kv::open(folder.path(), 1 << 20).unwrap();
        (folder, kv)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn values_of_any_length_come_back_and_leave_nothing_behind(
            lengths in proptest::collection::vec((0_u8..8, 0_usize..3 * INLINE), 1..40)
        ) {
            let (_folder, kv) = open();
            let mut model = std::collections::BTreeMap::new();
            for (sequence, (key, length)) in (1_u64..).zip(&lengths) {
                let value = vec![u8::try_from(sequence % 251).unwrap(); *length];
                if length % 7 == 0 {
                    model.remove(&vec![*key]);
                    kv.apply(sequence, &[Op::Delete(vec![*key])]).unwrap();
                } else {
                    model.insert(vec![*key], value.clone());
                    kv.apply(sequence, &[Op::Put(vec![*key], value)]).unwrap();
                }
                prop_assert_eq!(kv.sequence().unwrap(), sequence);
            }
            let found: Vec<_> = kv.scan(b"", None).collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(found, model.clone().into_iter().collect::<Vec<_>>());
            let stored = kv.db.iter().count();
            let pieces: usize =
                model.values().filter(|v| v.len() > INLINE).map(|v| v.len().div_ceil(INLINE)).sum();
            prop_assert_eq!(stored, model.len() + pieces + 1);
        }
    }

    #[test]
    fn a_scan_starts_after_the_given_key_and_ends_with_the_prefix() {
        let (_folder, kv) = open();
        let ops: Vec<_> =
            ["a/1", "b/1", "b/2", "b/3", "c/1"].map(|k| Op::Put(k.into(), k.into())).into_iter().collect();
        kv.apply(1, &ops).unwrap();
        let keys = |after: Option<&[u8]>| -> Vec<String> {
            kv.scan(b"b/", after).map(|item| String::from_utf8(item.unwrap().0).unwrap()).collect()
        };
        assert_eq!(keys(None), ["b/1", "b/2", "b/3"]);
        assert_eq!(keys(Some(b"b/1")), ["b/2", "b/3"]);
    }
}
