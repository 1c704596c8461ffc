//! How well copies of one dataset are recognised: measured on labelled records, each half for itself.

mod labelled;
mod order;
mod portals;
