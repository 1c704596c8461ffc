//! The store from the outside.

mod ledger;
#[expect(clippy::unwrap_used, reason = "a test stops where its preparation fails")]
mod support;
