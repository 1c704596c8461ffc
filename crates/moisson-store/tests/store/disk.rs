//! The store from the outside, with the quads on disk: the same tests as in `main.rs`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its preparation fails")]

mod copies;
mod crash;
mod export;
mod hostile;
mod ledger;
mod runs;
mod shared;
mod sparql;
mod support;

/// Where all stores of these tests have their quads.
const QUADS: moisson_store::QuadsIn = moisson_store::QuadsIn::Disk;
