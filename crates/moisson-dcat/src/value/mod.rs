//! Raw text read as values: dates, links, sizes, geometries, …. Pure functions, each bounded by its input.

pub mod checksum;
pub mod contact;
pub mod date;
pub mod geometry;
pub mod language;
pub mod link;
mod month;
pub mod number;
pub mod period;
pub mod text;
