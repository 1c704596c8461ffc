//! Values, people, bodies and pairs of records from common knowledge, written down before the rules that answer to them
//! were read: what the mapping is worth on what nobody tuned it for. `cargo test -p moisson-dcat --test held_out --
//! --nocapture` prints the figures; those of the first run are in the crate's README.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops where its preparation fails")]

mod pairs;
mod people;
mod values;
