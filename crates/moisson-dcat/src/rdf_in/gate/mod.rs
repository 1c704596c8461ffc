//! What stands before every reader: a reply is unpacked, decoded, recognised and checked for being whole, so
//! that the readers meet bounded, complete text in a known syntax, and everything else is refused with a reason
//! and a remedy.

mod charset;
mod json;
mod sniff;
mod xml;

use std::{borrow::Cow, io::Read};

pub use json::JSON_DEPTH_MAX;
pub(super) use json::Outline;
pub use sniff::Syntax;

use super::intake::{Intake, excerpt};
use crate::RemarkCode;

/// Largest document, in bytes, after unpacking. Larger catalogues must come in pages.
pub const DOCUMENT_MAX: usize = 1 << 30;

/// What is known of a document besides its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// The `Content-Type` that it came with.
    pub content_type: Option<&'a str>,
    /// The path it came from, for its extension.
    pub path: Option<&'a str>,
    /// The syntax to read it as, whatever else is said.
    pub syntax: Option<Syntax>,
}

/// Why nothing can be made of a document: what was due, what came, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}{place}{hint}",
    place = if .place.is_empty() { String::new() } else { format!(" at {}", .place) },
    hint = if .hint.is_empty() { String::new() } else { format!("; {}", .hint) })]
pub struct Unreadable {
    /// What was due.
    pub expected: String,
    /// What came.
    pub found: String,
    /// A line or byte; may be empty.
    pub place: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl Unreadable {
    pub(super) fn new(
        expected: &str,
        found: impl Into<String>,
        place: impl Into<String>,
        hint: &str,
    ) -> Self {
        Self {
            expected: expected.to_owned(),
            found: found.into(),
            place: place.into(),
            hint: hint.to_owned(),
        }
    }
}

/// A document that may be read.
#[derive(Debug)]
pub(super) struct Admitted<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) syntax: Syntax,
    /// The part of the text that is the document.
    pub(super) body: std::ops::Range<usize>,
    /// The keys of a JSON document and its contexts.
    pub(super) json: Outline,
}

/// Lets a document pass, or says why not.
pub(super) fn admit<'a>(
    bytes: &'a [u8],
    hints: Hints<'_>,
    intake: &mut Intake,
) -> Result<Admitted<'a>, Unreadable> {
    let unpacked = unpack(bytes)?;
    let text = match unpacked {
        Cow::Borrowed(bytes) => charset::decode(bytes, hints.content_type, intake),
        Cow::Owned(bytes) => Cow::Owned(charset::decode(&bytes, hints.content_type, intake).into_owned()),
    };
    if text.trim().is_empty() {
        let hint = "an empty catalogue still has a catalogue in it; check the address";
        return Err(Unreadable::new("RDF", "an empty body", "", hint));
    }
    let syntax = sniff::syntax(&text, hints, intake)?;
    Ok(match syntax {
        Syntax::Xml => {
            let text = match xml::without_entities(&text)? {
                Some(written_out) => Cow::Owned(written_out),
                None => text,
            };
            let body = xml::check(&text, intake)?;
            Admitted { text, syntax, body, json: Outline::default() }
        }
        Syntax::Json => {
            let json::Checked { end, mended, outline } = json::check(&text, intake)?;
            let end = mended.as_ref().map_or(end, String::len);
            let text = mended.map_or(text, Cow::Owned);
            Admitted { body: 0..end, text, syntax, json: outline }
        }
        Syntax::Turtle => Admitted { body: 0..text.len(), text, syntax, json: Outline::default() },
    })
}

/// Unpacks a gzip file, within the limit.
fn unpack(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Unreadable> {
    let too_large = || {
        let found = format!("more than {} MiB", DOCUMENT_MAX >> 20);
        Unreadable::new("a document within the limit", found, "", "ask the portal for pages")
    };
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Unreadable::new("RDF", "a ZIP archive", "byte 0", "give the address of the file in it"));
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return if bytes.len() > DOCUMENT_MAX { Err(too_large()) } else { Ok(Cow::Borrowed(bytes)) };
    }
    let mut out = Vec::new();
    let limit = u64::try_from(DOCUMENT_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let unpacked = flate2::read::MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut out);
    if out.len() > DOCUMENT_MAX {
        return Err(too_large());
    }
    match unpacked {
        Ok(_) => Ok(Cow::Owned(out)),
        Err(error) => {
            let found = format!("a gzip file that ends early or is damaged ({error})");
            Err(Unreadable::new(
                "a whole gzip file",
                found,
                format!("byte {}", bytes.len()),
                "fetch it again",
            ))
        }
    }
}

/// A remark on what stands around the document.
fn around(intake: &mut Intake, text: &str, detail: &str) {
    if !text.trim().is_empty() {
        intake.trouble_once(RemarkCode::RepairedSyntax, &excerpt(text), detail);
    }
}

#[cfg(test)]
mod tests;
