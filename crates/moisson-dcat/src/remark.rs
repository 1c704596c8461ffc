//! Remarks: what was wrong with a value, where it stood, and what to do about it.
//!
//! The codes are a closed list, so that remarks can be counted, queried and said in four languages.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Resource;

/// What kind of thing was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkCode {
    /// No table has a term for this value; the source's words are kept.
    UnmappedValue,
    /// An IRI was mended (spaces escaped, a scheme added, …).
    RepairedIri,
    /// Not an IRI and not mendable; kept as text.
    InvalidIri,
    /// Not a date; kept as text.
    InvalidDate,
    /// Not a number; kept as text.
    InvalidNumber,
    /// Not an e-mail address; kept as text.
    InvalidEmail,
    /// Not a language tag; the text is kept without one.
    InvalidLanguage,
    /// Not a geometry, or not in a known reference system; kept as text.
    InvalidGeometry,
    /// Something mandatory is missing.
    MissingValue,
    /// More values than the property may have; the others are kept beside it.
    TooManyValues,
    /// The same id twice.
    DuplicateId,
    /// A value longer than the limit; cut, the whole stays in the raw record.
    TooLong,
    /// A statement that could not be read; its text is kept.
    UnreadableStatement,
    /// A fault of syntax that could be mended with certainty; nothing is lost.
    RepairedSyntax,
    /// The bytes were not in the declared character set; read in another.
    WrongCharset,
    /// The reply's declared type is not what came.
    WrongContentType,
}

/// One remark.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remark {
    /// What kind of thing.
    pub code: RemarkCode,
    /// The DCAT-AP property concerned, in snake case; empty when none is.
    pub property: Cow<'static, str>,
    /// Where in the record: `resources/3/url`, `line 12`, an IRI.
    pub place: String,
    /// The value as the source wrote it, at most 200 characters.
    pub value: String,
    /// What was made of it, or more about what is wrong; may be empty.
    pub detail: String,
}

/// What mapping a record gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The resource, with all that could be kept.
    pub resource: Resource,
    /// What was wrong on the way.
    pub remarks: Vec<Remark>,
}
