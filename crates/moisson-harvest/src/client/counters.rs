//! What was asked of a source and received, for reports and metrics.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Running counts of one source. Can be read at any time.
#[derive(Debug, Default)]
pub struct Counters {
    requests: AtomicU64,
    retries: AtomicU64,
    not_modified: AtomicU64,
    bytes_received: AtomicU64,
    bytes_decoded: AtomicU64,
    waits: AtomicU64,
    waited_ms: AtomicU64,
}

/// The counts at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Requests sent, retries and redirects included.
    pub requests: u64,
    /// Of these, further attempts after a failure.
    pub retries: u64,
    /// Replies that said nothing has changed.
    pub not_modified: u64,
    /// Bytes of bodies as sent.
    pub bytes_received: u64,
    /// Bytes of bodies after decoding.
    pub bytes_decoded: u64,
    /// Waits of a millisecond or more, for politeness, rate limits and further attempts.
    pub waits: u64,
    /// Their length together.
    pub waited_ms: u64,
}

impl Traffic {
    /// What was added since an earlier moment.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(before.requests),
            retries: self.retries.saturating_sub(before.retries),
            not_modified: self.not_modified.saturating_sub(before.not_modified),
            bytes_received: self.bytes_received.saturating_sub(before.bytes_received),
            bytes_decoded: self.bytes_decoded.saturating_sub(before.bytes_decoded),
            waits: self.waits.saturating_sub(before.waits),
            waited_ms: self.waited_ms.saturating_sub(before.waited_ms),
        }
    }
}

impl Counters {
    /// The counts now.
    pub fn traffic(&self) -> Traffic {
        Traffic {
            requests: self.requests.load(Relaxed),
            retries: self.retries.load(Relaxed),
            not_modified: self.not_modified.load(Relaxed),
            bytes_received: self.bytes_received.load(Relaxed),
            bytes_decoded: self.bytes_decoded.load(Relaxed),
            waits: self.waits.load(Relaxed),
            waited_ms: self.waited_ms.load(Relaxed),
        }
    }

    pub(super) fn sent(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(super) fn retried(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(super) fn not_modified(&self) {
        self.not_modified.fetch_add(1, Relaxed);
    }

    pub(super) fn received(&self, bytes: u64) {
        self.bytes_received.fetch_add(bytes, Relaxed);
    }

    pub(super) fn decoded(&self, bytes: u64) {
        self.bytes_decoded.fetch_add(bytes, Relaxed);
    }

    pub(super) fn waited(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        if ms > 0 {
            self.waits.fetch_add(1, Relaxed);
            self.waited_ms.fetch_add(ms, Relaxed);
        }
    }
}
