//! Quads in an [Oxigraph](https://docs.rs/oxigraph/0.5) store, in memory or on disk.

#[cfg(feature = "rocksdb")]
mod disk;
#[cfg(not(feature = "rocksdb"))]
#[path = "no_disk.rs"]
mod disk;

use std::collections::HashSet;

use oxigraph::store::{StorageError, Store};
use oxrdf::{GraphNameRef, NamedNode, QuadRef, Triple, TripleRef};
use sha2::{Digest as _, Sha256};

pub(crate) use disk::DiskQuads;

/// Where the quads are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuadsIn {
    /// In the memory of a process of their own, made from the ledger at every start: some 600 bytes each.
    #[default]
    Memory,
    /// On disk, in [RocksDB](https://rocksdb.org). Only in a build with the feature `rocksdb`.
    Disk,
}

/// Makes a graph consist of these triples. Only what is different is written.
pub(crate) fn set_graph(store: &Store, graph: &NamedNode, triples: &[Triple]) -> Result<(), StorageError> {
    let mut wanted: HashSet<TripleRef<'_>> = triples.iter().map(Triple::as_ref).collect();
    let name = GraphNameRef::NamedNode(graph.as_ref());
    let mut transaction = store.start_transaction()?;
    let before: Vec<_> = store.quads_for_pattern(None, None, None, Some(name)).collect::<Result<_, _>>()?;
    for quad in &before {
        if !wanted.remove(&TripleRef::from(quad.as_ref())) {
            transaction.remove(quad);
        }
    }
    for triple in triples.iter().filter(|triple| wanted.contains(&triple.as_ref())) {
        transaction.insert(triple.as_ref().in_graph(name));
    }
    if triples.is_empty() {
        transaction.remove_named_graph(graph.as_ref())?;
    }
    transaction.commit()
}

/// Adds triples to a graph.
pub(crate) fn add(store: &Store, graph: &NamedNode, triples: &[Triple]) -> Result<(), StorageError> {
    let mut transaction = store.start_transaction()?;
    for triple in triples {
        transaction.insert(triple.as_ref().in_graph(graph.as_ref()));
    }
    transaction.commit()
}

/// Takes triples from a graph.
pub(crate) fn remove(store: &Store, graph: &NamedNode, triples: &[Triple]) -> Result<(), StorageError> {
    let mut transaction = store.start_transaction()?;
    for triple in triples {
        transaction.remove(triple.as_ref().in_graph(graph.as_ref()));
    }
    if transaction.quads_for_pattern(None, None, None, Some(graph.as_ref().into())).next().is_none() {
        transaction.remove_named_graph(graph.as_ref())?;
    }
    transaction.commit()
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

    /// What a store comes to.
    pub(crate) fn of(store: &Store) -> Result<Self, StorageError> {
        let mut digest = Self::default();
        for quad in store {
            digest.count(quad?.as_ref());
        }
        Ok(digest)
    }
}
