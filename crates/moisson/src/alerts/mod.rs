//! Telling people what changed about a source: a failure, a partial run, removals held back, recovery, no success for
//! days. Each is told once, when it begins, and not each hour.
//!
//! What was told is kept in the ledger with the source ([`told`]) and changes in the very batch that ends a run, so that
//! neither a restart nor a kill loses an event or tells it twice. What waits to be delivered is kept there too, and is
//! sent by a task of its own ([`Deliverer`]) at least once, with an id by which a receiver can drop a repeat. See
//! `crates/moisson/alerts/README.md`.

mod deliver;
mod event;
mod mail;
mod sentences;
mod stale;
mod told;
mod webhook;
mod words;

pub use deliver::{Deliverer, Pace, Sender, Undelivered};
pub use event::{Event, EventKind};
pub use stale::look_for_stale_sources;
pub(crate) use told::{Seen, Told};
pub use words::Message;
