//! How catalogues are harvested: the [`Harvester`] seam, the [`Walk`](walk) over a source, and the polite client.
//!
//! A harvester is pure: it plans requests, reads replies and maps records. The client is the only part that
//! talks to the network, and only [`Walk::finish`](walk::Walk::finish) can prove that a source was seen whole.

pub mod client;
pub mod limits;
pub mod reading;
pub mod runner;
pub mod seam;
pub mod walk;

pub use client::{Allowed, Client, Credentials, FetchError, Fetched, SourceAccess};
pub use limits::Limits;
pub use reading::{Reading, Validators};
pub use runner::{Ended, Ending, Event, Run, harvest};
pub use seam::*;
pub use walk::{Absent, Checkpoint, DeletionLimit, Delta, Outcome, TooManyDeletions, Walk, WholeWalk};
