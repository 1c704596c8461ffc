//! What is known of a record without looking at its content.

use serde::{Deserialize, Serialize};

use crate::{Kind, Life, StoreError};

/// Small and read often: to see that a record has not changed, nothing else is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The IRI of the resource.
    pub(crate) iri: String,
    /// The record's graph.
    pub(crate) graph: String,
    /// The report's graph.
    pub(crate) report_graph: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// SHA-256 of the raw bytes.
    #[serde(with = "hex::serde")]
    pub(crate) raw_hash: [u8; 32],
    /// The RDF's fingerprint.
    #[serde(with = "hex::serde")]
    pub(crate) fingerprint: [u8; 32],
    /// SHA-256 of the report.
    #[serde(with = "hex::serde")]
    pub(crate) report_hash: [u8; 32],
    /// Whether its report has no violation; none in ledgers from before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) conforms: Option<bool>,
    /// Triples in both graphs.
    pub(crate) quads: u64,
    /// When and by whom.
    pub(crate) life: Life,
}

impl Head {
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        to_json(self)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        from_json(bytes, "the head of a record")
    }

    pub(crate) fn is_live(&self) -> bool {
        self.life.gone.is_none()
    }
}

pub(crate) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::Engine { reason: format!("writing JSON: {error}") })
}

pub(crate) fn from_json<T: for<'a> Deserialize<'a>>(bytes: &[u8], what: &str) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::damaged(what, error))
}
