//! The whole portal, asked over its router, on a real store in a temporary folder.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test stops where its preparation fails"
)]

mod accessibility;
mod admin;
mod api;
mod catalog;
mod copies;
mod identify;
mod operate;
mod pages;
mod sparql;
mod support;
mod validate;

/// No test: the query process of the tests, which is this program again (see `support::worker`).
#[test]
fn query_worker() {
    if std::env::var_os("MOISSON_QUERY_SOCKET").is_some() {
        assert_eq!(moisson_store::worker::main(), std::process::ExitCode::SUCCESS);
    }
}
