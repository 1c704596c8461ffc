//! What `moisson init` writes.

/// A commented `moisson.toml` with one source of each kind.
pub const EXAMPLE: &str = include_str!("../../moisson.example.toml");
