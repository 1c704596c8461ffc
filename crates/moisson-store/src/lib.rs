//! The ledger of what was harvested, and what is made from it: quads with SPARQL, and full-text search.
//!
//! ```text
//!  Batch ──▶ ledger (journal, database)  the truth; a batch is there as a whole or not at all
//!              │ Delta
//!              ├──▶ search index         tantivy, on disk
//!              ├──▶ groups of copies     back into the ledger, when settled
//!              └──▶ quads                in a process of their own, or on disk
//! ```
//!
//! [`Store`] is the door. Whatever is behind the ledger after a crash is brought up to date when it opens.

mod batch;
mod codec;
mod copies;
mod entry;
mod error;
mod export;
mod fixed;
mod follow;
mod ledger;
mod lock;
mod notes;
mod packed;
mod projection;
mod quads;
mod record;
pub mod search;
pub mod sparql;
mod store;
mod verify;
pub mod worker;

pub use batch::{Batch, Broken, Change, Checkpoint, Committed, Generation, RequestHash, RunGraph, RunId};
pub use copies::{CopyGroup, CopyMember, CopyOptions, CopyTie};
pub use entry::{Entry, Kind, Raw, RecordKey, ReportRow, Severity, StoredReport};
pub use error::StoreError;
pub use export::Export;
pub use ledger::difference;
pub use notes::{FixedFromNotes, Note, Notes, StandingFromNotes};
pub use packed::Packed;
pub use projection::{Delta, Projection, RecordDelta, SharedDelta};
pub use quads::QuadsIn;
pub use record::{
    Counts, Gone, Happening, HistoryEntry, Life, PropertyChange, Run, SourceCounts, StoredRecord,
};
pub use store::{Progress, Store, StoreOptions};
pub use verify::Agreement;
