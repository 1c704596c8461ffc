//! What is derived from the ledger and can be made again from it: the quads and the search index.

use std::sync::Arc;

use oxrdf::{NamedNode, Triple};

use crate::{Generation, RecordKey, StoreError, StoredRecord};

/// What one batch (or several in a row) changed, as it stands afterwards.
///
/// It says how things are now, not what was done to them: applying it twice, or after a later one has been
/// partly applied, ends in the same state.
#[derive(Debug, Clone, Default)]
pub struct Delta {
    /// The generation that it leads to.
    pub generation: Generation,
    /// Graphs that belong to no record any more.
    pub dropped: Vec<NamedNode>,
    /// Records touched.
    pub records: Vec<RecordDelta>,
    /// Shared triples that came or went.
    pub shared: Vec<SharedDelta>,
}

impl Delta {
    /// Leaves what is not made of statements: much less, where deltas wait.
    pub(crate) fn forget_statements(&mut self) {
        self.shared = Vec::new();
        for now in self.records.iter_mut().filter_map(|record| Arc::get_mut(record.now.as_mut()?)) {
            (now.triples, now.shared) = (Vec::new(), Vec::new());
            (now.report.triples, now.report.rows) = (Vec::new(), Vec::new());
        }
    }
}

/// How one record stands.
#[derive(Debug, Clone)]
pub struct RecordDelta {
    /// Which record.
    pub key: RecordKey,
    /// Its graph.
    pub graph: NamedNode,
    /// The graph of its report.
    pub report_graph: NamedNode,
    /// Its content; none if it is gone.
    pub now: Option<Arc<StoredRecord>>,
}

/// How one shared triple stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedDelta {
    /// The graph.
    pub graph: NamedNode,
    /// The triple.
    pub triple: Triple,
    /// Whether it is there.
    pub present: bool,
}

/// Derived from the ledger, can be made again from it. A trait, since there are two.
pub trait Projection: Send + std::fmt::Debug {
    /// Its name in errors and progress.
    fn name(&self) -> &'static str;

    /// The last generation that is in it for good; after a crash it goes on from there.
    ///
    /// # Errors
    /// When it cannot be read.
    fn generation(&self) -> Result<Generation, StoreError>;

    /// Takes a change in, all or nothing. Twice is harmless.
    ///
    /// # Errors
    /// When it cannot be written; it is then brought up to date from the ledger.
    fn apply(&mut self, delta: &Delta) -> Result<(), StoreError>;

    /// Makes what was applied last for good.
    ///
    /// # Errors
    /// When it cannot be written.
    fn settle(&mut self) -> Result<(), StoreError>;

    /// Empties it for good, to be filled anew. Its generation is 0 then, and stays so until a change with
    /// another one was applied and settled.
    ///
    /// # Errors
    /// When it cannot be written.
    fn clear(&mut self) -> Result<(), StoreError>;
}
