//! What one client, and all of them together, may take of the server.

use std::time::Duration;

use moisson_store::sparql::QueryLimits;

/// Limits of the server; the defaults suit a machine of two cores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; further ones wait in the system's queue.
    pub connections: usize,
    /// How long a client may take for the head of a request.
    pub header_timeout: Duration,
    /// How long a request may take until its answer begins, SPARQL aside.
    pub request_timeout: Duration,
    /// The largest body of a request, in bytes.
    pub body_bytes: usize,
    /// Searches, feed pages and other dear requests worked on at once; further ones wait for up to
    /// [`Limits::queue_timeout`] and are then told to come back.
    pub dear_requests: usize,
    /// How long a dear request waits for its turn.
    pub queue_timeout: Duration,
    /// What one check of a document may cost.
    pub check: CheckLimits,
    /// What one SPARQL query may cost.
    pub query: QueryLimits,
    /// How long open requests may go on after the server was told to stop.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            header_timeout: Duration::from_secs(15),
            request_timeout: Duration::from_secs(30),
            body_bytes: 1024 * 1024,
            dear_requests: 16,
            queue_timeout: Duration::from_secs(5),
            check: CheckLimits::default(),
            query: QueryLimits::default(),
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// What a check of a document from outside may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLimits {
    /// The largest body, and the largest document after unpacking, in bytes.
    pub bytes: u64,
    /// Most statements in a document.
    pub statements: u64,
    /// Most results in a report; the others are counted.
    pub results: usize,
    /// How long reading may take, and receiving the body.
    pub time: Duration,
    /// Checks at once; further ones wait for up to [`Limits::queue_timeout`] and are then told to come back.
    pub at_once: usize,
}

impl Default for CheckLimits {
    fn default() -> Self {
        Self {
            bytes: 20 << 20,
            statements: 400_000,
            results: 5_000,
            time: Duration::from_secs(20),
            at_once: 2,
        }
    }
}
