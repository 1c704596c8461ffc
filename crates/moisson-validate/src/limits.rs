//! What documents may cost. Each limit is named in the fault that it causes.

/// The limits of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `max_bytes`: bytes of one document, unpacked.
    pub max_bytes: u64,
    /// `max_held_bytes`: bytes of a document that has to be held as a whole: JSON-LD, and any lenient reading. In
    /// memory it is some 14 times as large.
    pub max_held_bytes: u64,
    /// `max_statements`: statements of all documents together; each takes some 100 bytes of memory.
    pub max_statements: u64,
}

impl Limits {
    /// Longest token (a literal, an IRI, a tag, a comment) in bytes; the parsers have the same limit.
    pub const TOKEN_MAX: usize = 16 << 20;
    /// Most faults that are listed of one document; the others are counted.
    pub const FAULTS_MAX: usize = 1_000;
}

impl Default for Limits {
    /// What a person at a terminal may want to check on a machine with 4 GiB of memory.
    fn default() -> Self {
        Self { max_bytes: 16 << 30, max_held_bytes: 128 << 20, max_statements: 20_000_000 }
    }
}
