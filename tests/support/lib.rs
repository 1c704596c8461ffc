//! What the tests of the whole share: a web server that can misbehave, and fixtures replayed through the real
//! client.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::print_stdout,
    reason = "a test that cannot go on says so"
)]

pub mod datasets;
pub mod exchanges;
pub mod loopback;
pub mod replay;
pub mod scenario;
pub mod snapshot;
pub mod suite;
pub mod tls;
pub mod watched;
