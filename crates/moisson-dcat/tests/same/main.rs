//! How well copies of one dataset are recognised: measured on labelled records, each half for itself.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its preparation fails")]
#![expect(clippy::print_stdout, reason = "the figures are what is asked for")]

mod labelled;
mod numbers;
mod order;
mod portals;
