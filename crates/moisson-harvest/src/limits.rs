//! Every limit of harvesting, in one place, each named in the error or reason that it causes.
//!
//! Everything from outside is hostile until read: sizes, counts and times are bounded. The defaults let the
//! largest catalogues that we know through; a source that needs more says so in its configuration.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The limits of the client, the walk and the runner. Names carry their unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest body in bytes, both as sent and decoded.
    pub max_body_bytes: u64,
    /// All header names and values of one reply together, in bytes.
    pub max_header_bytes: u64,
    /// How many times longer than sent a body may become by decoding, once it is over a megabyte.
    pub max_decompression_ratio: u64,
    /// Redirects followed for one request.
    pub max_redirects: u32,
    /// Attempts at one request, the first included.
    pub max_attempts: u32,
    /// Time to find the address and connect, TLS included.
    pub connect_timeout_ms: u64,
    /// Time from sending a request to the end of the reply's headers.
    pub reply_timeout_ms: u64,
    /// Longest silence between two pieces of a body.
    pub idle_timeout_ms: u64,
    /// Time for a whole body.
    pub body_timeout_ms: u64,
    /// Slowest body accepted on average, once `slow_start_ms` are over.
    pub min_bytes_per_second: u64,
    /// Time in which a body may come as slowly as it likes.
    pub slow_start_ms: u64,
    /// First wait before another attempt; doubles with each.
    pub backoff_ms: u64,
    /// Longest wait between attempts that is our own choice.
    pub max_backoff_ms: u64,
    /// Longest wait that a source may ask for (`Retry-After`, rate limits); beyond it the run stops and can be
    /// resumed later.
    pub max_wait_ms: u64,
    /// Longest time for which a host's wish to be left alone is remembered.
    pub max_pause_ms: u64,
    /// Longest `Crawl-delay` of a `robots.txt` that is honoured.
    pub max_crawl_delay_ms: u64,
    /// Failures in a row after which a host is left alone for a while.
    pub breaker_failures: u32,
    /// The first such while; doubles up to eight times as long.
    pub breaker_pause_ms: u64,
    /// Requests planned in one walk, retries and redirects not counted.
    pub max_requests: u64,
    /// Distinct records in one walk.
    pub max_records: u64,
    /// Bytes of bodies, decoded, in one walk.
    pub max_walk_bytes: u64,
    /// Time for one run; what is left is resumed by the next.
    pub max_run_ms: u64,
    /// Requests without an answer one after the other before the run stops; they and what is left are resumed
    /// by the next.
    pub max_failures_in_a_row: u32,
    /// Requests refused (status 4xx and the like) one after the other before the run stops.
    pub max_refusals_in_a_row: u32,
    /// Records by which the source's own count may exceed those seen in a walk that is whole all the same. For
    /// sources whose count never fits.
    pub accept_missing: u64,
    /// Unreadable entries that a walk may hold and be whole all the same. Their ids are unknown, so each of them
    /// may be a record that is then taken for gone.
    pub accept_broken: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 200_000_000,
            max_header_bytes: 65_536,
            max_decompression_ratio: 200,
            max_redirects: 5,
            max_attempts: 4,
            connect_timeout_ms: 10_000,
            reply_timeout_ms: 60_000,
            idle_timeout_ms: 30_000,
            body_timeout_ms: 600_000,
            min_bytes_per_second: 100,
            slow_start_ms: 10_000,
            backoff_ms: 1_000,
            max_backoff_ms: 60_000,
            max_wait_ms: 300_000,
            max_pause_ms: 86_400_000,
            max_crawl_delay_ms: 30_000,
            breaker_failures: 5,
            breaker_pause_ms: 30_000,
            max_requests: 1_000_000,
            max_records: 2_000_000,
            max_walk_bytes: 20_000_000_000,
            max_run_ms: 43_200_000,
            max_failures_in_a_row: 5,
            max_refusals_in_a_row: 100,
            accept_missing: 0,
            accept_broken: 0,
        }
    }
}

/// Milliseconds of the configuration as a duration.
pub(crate) fn ms(value: u64) -> Duration {
    Duration::from_millis(value)
}
