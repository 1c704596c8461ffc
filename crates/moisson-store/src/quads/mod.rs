//! Quads, in memory or on disk.

#[cfg(feature = "rocksdb")]
mod disk;
#[cfg(not(feature = "rocksdb"))]
#[path = "no_disk.rs"]
mod disk;
#[cfg(feature = "rocksdb")]
mod literal;
mod shelf;

use oxrdf::QuadRef;
use sha2::{Digest as _, Sha256};

pub(crate) use disk::{DiskQuads, as_stored};
pub(crate) use shelf::{Shelf, View};

/// Where the quads are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuadsIn {
    /// In the memory of a process of their own, made from the ledger at every start: some 100 bytes each.
    #[default]
    Memory,
    /// On disk, in [RocksDB](https://rocksdb.org). Only in a build with the feature `rocksdb`. Of numbers, dates,
    /// durations and truth values it keeps the value, not how it was written: `007` comes back as `7`.
    Disk,
}

/// What a set of quads comes to: equal for equal sets, in whatever order they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Digest {
    /// How many quads.
    pub(crate) quads: u64,
    /// The sum of their hashes.
    pub(crate) sum: u128,
}

impl Digest {
    /// Counts one quad.
    pub(crate) fn count(&mut self, quad: QuadRef<'_>) {
        let mut hash = [0; 16];
        hash.iter_mut().zip(Sha256::digest(quad.to_string())).for_each(|(to, from)| *to = from);
        self.quads += 1;
        self.sum = self.sum.wrapping_add(u128::from_le_bytes(hash));
    }
}
