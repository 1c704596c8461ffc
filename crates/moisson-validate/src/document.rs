//! What is to be checked: bytes, and what is known about them.

use std::{fmt, io::Read};

use crate::Syntax;

/// How a document is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reading {
    /// As the standards say; what is not as they say is a fault.
    #[default]
    Strict,
    /// As the harvester does, which mends what it can; what it mended is noted and counts for nothing.
    Lenient,
}

/// One document to be checked.
pub struct Document<'a> {
    /// What people know it by: a path, an address, `standard input`.
    pub name: String,
    /// Where relative references start from.
    pub base: Option<String>,
    /// The `Content-Type` that it came with.
    pub content_type: Option<String>,
    /// Its syntax, whatever it looks like.
    pub syntax: Option<Syntax>,
    /// How it is read.
    pub reading: Reading,
    /// The bytes; gzip is unpacked.
    pub bytes: Box<dyn Read + 'a>,
}

impl<'a> Document<'a> {
    /// The base of documents that come from nowhere. It shows in reports where a reference was relative.
    pub const NO_BASE: &'static str = "https://document.invalid/";

    /// A document of which nothing but the name is known. The name's extension may say the syntax.
    pub fn new(name: impl Into<String>, bytes: impl Read + 'a) -> Self {
        Self {
            name: name.into(),
            base: None,
            content_type: None,
            syntax: None,
            reading: Reading::Strict,
            bytes: Box::new(bytes),
        }
    }
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("name", &self.name).finish_non_exhaustive()
    }
}
