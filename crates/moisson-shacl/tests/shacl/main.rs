//! What the engine must do: W3C's suites, the official DCAT-AP shapes, limits, and its own behaviour.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail by panicking and say what they skip"
)]

mod behaviour;
mod dcat_ap;
mod fuzz;
mod generated;
mod limits;
mod ntriples;
mod peers;
mod random;
mod support;
mod w3c;
