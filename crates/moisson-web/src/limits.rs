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
            query: QueryLimits::default(),
            shutdown_grace: Duration::from_secs(10),
        }
    }
}
