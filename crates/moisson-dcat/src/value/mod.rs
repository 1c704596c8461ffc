//! Raw text read as values: dates, links, sizes, geometries, …. Pure functions, each bounded by its input.

pub mod checksum;
pub mod contact;
pub mod date;
pub mod detection;
pub mod geometry;
pub mod keywords;
pub mod language;
pub mod link;
mod month;
pub mod number;
pub mod period;
pub mod schema;
pub mod service;
pub mod text;
mod weekday;
