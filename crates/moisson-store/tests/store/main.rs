//! The store from the outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its preparation fails")]

mod crash;
mod export;
mod hostile;
mod ledger;
mod shared;
mod sparql;
mod support;

/// No test: the query process of the tests, which is this program again (see `support::worker`).
#[test]
fn query_worker() {
    if std::env::var_os("MOISSON_QUERY_SOCKET").is_some() {
        assert_eq!(moisson_store::worker::main(), std::process::ExitCode::SUCCESS);
    }
}
