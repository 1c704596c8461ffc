//! What one reply meant, kept by the ledger so that the same reply need not come twice.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{RecordId, Request, StateValue};

/// What a source gives so that a reply can be asked for "only if it changed"
/// ([RFC 9110 §8.8](https://www.rfc-editor.org/rfc/rfc9110#section-8.8)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// Where the reply came from, after redirects; the validators say nothing about any other place.
    pub url: Url,
    /// The `ETag` header, with its quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The `Last-Modified` header, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// What one reply meant for the walk.
///
/// The ledger keeps one per request (key: [`Fingerprint::of_request`](crate::walk::Fingerprint::of_request)). On
/// `304 Not Modified` its records count as seen and its requests are made, so it must be forgotten when one of
/// its records leaves the ledger, or when the source is configured anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What to send next time; without them the reply is always fetched anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validators: Option<Validators>,
    /// What the request carried along. What follows depends on it (a record that was passed over before, the page
    /// that came before), so the reading is of no use to a request that carries something else.
    #[serde(default, skip_serializing_if = "StateValue::is_nothing")]
    pub state: StateValue,
    /// The ids of the records, in their order, repetitions included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordId>,
    /// Records that the source says are deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<RecordId>,
    /// Requests that the reply leads to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follow: Vec<Request>,
    /// How many records the source says the walk has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Why the walk cannot be whole although the reply is fine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<String>,
    /// Entries that could not be made records.
    #[serde(default)]
    pub broken: u64,
}

impl Reading {
    /// Whether the reply had nothing: no record, good or bad, and no way on.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.gone.is_empty() && self.follow.is_empty() && self.broken == 0
    }
}
