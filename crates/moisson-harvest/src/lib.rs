//! How catalogues are harvested: the [`Harvester`] seam, the [`Walk`](walk) over a source, and the polite client.
//!
//! A harvester is pure: it plans requests, reads replies and maps records. The client is the only part that
//! talks to the network, and only `Walk::finish` can prove that a source was seen whole.

pub mod seam;

pub use seam::*;
