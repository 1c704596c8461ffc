//! In place of quads on disk, in a build without the feature `rocksdb`: there are none.

use std::{borrow::Cow, convert::Infallible, path::Path, sync::Arc};

use oxrdf::{NamedNode, Triple};

use super::Digest;
use crate::{Delta, Generation, Projection, StoreError};

/// Does not exist.
#[derive(Debug, Clone)]
pub(crate) struct DiskQuads(Infallible);

/// Does not exist.
#[derive(Debug)]
pub(crate) struct Snapshot(Infallible);

impl Snapshot {
    pub(crate) fn folder(&self) -> &Path {
        match self.0 {}
    }
}

/// The triple that comes back when this one is stored.
pub(crate) fn as_stored(triple: &Triple) -> Cow<'_, Triple> {
    Cow::Borrowed(triple)
}

impl DiskQuads {
    pub(crate) fn open(_: &Path, _: Arc<[(NamedNode, Vec<Triple>)]>) -> Result<Self, StoreError> {
        Err(StoreError::NotBuilt {
            what: "storing quads on disk",
            advice: "build with `--features rocksdb`, or set `quads = \"memory\"`",
        })
    }

    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        match self.0 {}
    }

    pub(crate) fn renew_fixed(&self, _: Arc<[(NamedNode, Vec<Triple>)]>) -> Result<(), StoreError> {
        match self.0 {}
    }

    pub(crate) fn digest(&self) -> Result<(Generation, Digest), StoreError> {
        match self.0 {}
    }
}

impl Projection for DiskQuads {
    fn name(&self) -> &'static str {
        match self.0 {}
    }

    fn generation(&self) -> Result<Generation, StoreError> {
        match self.0 {}
    }

    fn apply(&mut self, _: &Delta) -> Result<(), StoreError> {
        match self.0 {}
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        match self.0 {}
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        match self.0 {}
    }
}
