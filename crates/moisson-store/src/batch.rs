//! A batch: what one step of a run changes, all or nothing.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use oxrdf::{NamedNode, Triple};
use serde::{Deserialize, Serialize};

use crate::{Entry, Packed, RecordKey, StoreError};

/// Counts the batches that changed what is served. Grows by one each time, never falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Generation(pub u64);

impl Generation {
    /// The one after this.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names one run of one source. Later runs have greater ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub String);

impl RunId {
    /// The id of a run that starts now: `20261121T093000.123Z`.
    pub fn at(now: Timestamp) -> Self {
        Self(now.strftime("%Y%m%dT%H%M%S.%3fZ").to_string())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names a request for its [reading](Batch::readings): the hash of all that makes it what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestHash(pub [u8; 32]);

/// One change to the records.
#[derive(Debug, Clone)]
pub enum Change {
    /// The record is there and looks like this. If it already did, nothing is written.
    Put(Box<Packed>),
    /// The record is gone. Its last content stays readable. No effect on one that is unknown or gone already.
    Remove {
        /// Which record.
        key: RecordKey,
        /// Why, in one sentence, for people.
        reason: String,
    },
    /// A record that is gone is there again with its last content. No effect on any other.
    Restore {
        /// Which record.
        key: RecordKey,
        /// Why, in one sentence, for people.
        reason: String,
    },
}

impl Change {
    /// The record that it is about.
    pub fn key(&self) -> &RecordKey {
        match self {
            Self::Put(packed) => &packed.entry.key,
            Self::Remove { key, .. } | Self::Restore { key, .. } => key,
        }
    }
}

/// What becomes of the checkpoint of an unfinished run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Checkpoint {
    /// It stays as it is.
    #[default]
    Keep,
    /// This takes its place.
    Save(Vec<u8>),
    /// The run is finished: checkpoint and seen marks go.
    Clear,
}

/// A record that could not be made sense of, set aside with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The record's id, where there is one.
    pub id: Option<String>,
    /// Where it stood: request and place in the reply.
    pub place: String,
    /// What is wrong, and what the source should do.
    pub reason: String,
    /// The bytes as received. More than [`Broken::MAX_BODY`] are cut when stored.
    pub body: Bytes,
}

impl Broken {
    /// How many bytes of one are kept.
    pub const MAX_BODY: usize = 1 << 20;
    /// How many are kept of one run; further ones are counted by the run's report alone.
    pub const MAX_PER_RUN: usize = 1_000;
}

/// What one step of a run changes. All of it is stored, or nothing.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The source that it is about. Every change must be of this source.
    pub source: String,
    /// The run that makes it.
    pub run: RunId,
    /// The IRI of the run, which the reports that it makes name.
    pub activity: Option<NamedNode>,
    /// When.
    pub at: Timestamp,
    /// Changes of records; of two about the same record the last one counts.
    pub changes: Vec<Change>,
    /// Ids met by the unfinished run, added to those of its earlier batches; kept until the checkpoint goes.
    pub seen: Vec<String>,
    /// What becomes of the checkpoint.
    pub checkpoint: Checkpoint,
    /// What is remembered of requests (validators, record ids, …); `None` forgets.
    pub readings: Vec<(RequestHash, Option<Vec<u8>>)>,
    /// Records set aside.
    pub broken: Vec<Broken>,
    /// The run's report so far, as JSON.
    pub report: Option<serde_json::Value>,
    /// The same as RDF; counts only with a report.
    pub described: Option<RunGraph>,
    /// The source's new state (enabled, last runs, …), as JSON.
    pub state: Option<serde_json::Value>,
}

impl Batch {
    /// A batch that changes nothing yet.
    pub fn new(source: impl Into<String>, run: RunId, at: Timestamp) -> Self {
        Self {
            source: source.into(),
            run,
            activity: None,
            at,
            changes: Vec::new(),
            seen: Vec::new(),
            checkpoint: Checkpoint::Keep,
            readings: Vec::new(),
            broken: Vec::new(),
            report: None,
            described: None,
            state: None,
        }
    }

    /// Puts a record, packed here and now. Where there are many, they are [packed](Packed::new) on all cores before.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn put(&mut self, entry: Entry) -> Result<(), StoreError> {
        let packed = Packed::new(entry, self.activity.as_ref(), self.at)?;
        self.changes.push(Change::Put(Box::new(packed)));
        Ok(())
    }
}

/// What is said of a run, in a graph of its own. It takes the place of what was said of the run before, is among the
/// quads, and goes when the run's report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunGraph {
    /// The name of the graph. No other run and no record may have it.
    pub graph: NamedNode,
    /// What stands in it.
    pub triples: Vec<Triple>,
}

/// What a batch came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The generation after it; the one before it if nothing that is served changed.
    pub generation: Generation,
    /// Records never seen before.
    pub new: u64,
    /// Records with another fingerprint than before.
    pub changed: u64,
    /// Records with the same fingerprint of which the report, a remark or the mapping's version is new; stored, but
    /// no change of the source.
    pub refreshed: u64,
    /// Records that were as before; nothing was written for them.
    pub unchanged: u64,
    /// Records that were gone and are there again (changed or not).
    pub back: u64,
    /// Records that are gone now.
    pub removed: u64,
    /// Records that could not be stored, each with the reason.
    pub refused: Vec<(RecordKey, String)>,
}
