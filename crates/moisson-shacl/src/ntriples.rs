//! Reads [N-Triples](https://www.w3.org/TR/n-triples/) straight into numbers: the quick way for data of any size.
//!
//! Lines as programs write them are taken apart here. Every other line (escapes in IRIs, unusual labels, errors)
//! goes to the parser of `oxrdfio`, so that what is accepted, and how errors read, is its business.

use std::io::Read;

use memchr::{memchr, memchr2, memrchr};
use oxrdf::{Literal, Triple};
use oxrdfio::{RdfFormat, RdfParser};

use crate::data::LoadError;
use crate::index::Row;
use crate::known;
use crate::terms::{Id, Intern, Kind, Parts, Terms, TooManyTerms};

/// How much is read at once, in bytes.
const BLOCK: usize = 1 << 20;
/// The longest line, in bytes.
const MAX_LINE: usize = 64 << 20;

/// Adds all triples to the rows, and their terms to the table.
pub(crate) fn read(mut reader: impl Read, terms: &mut Terms, rows: &mut Vec<Row>) -> Result<(), LoadError> {
    let mut loader = Loader { terms, rows, line: 0, subject: (String::new(), Id::NONE), text: String::new() };
    let mut block = Vec::new();
    loop {
        let kept = block.len();
        let wanted = BLOCK.max(kept) as u64;
        let read = reader.by_ref().take(wanted).read_to_end(&mut block)?;
        if read == 0 {
            return loader.block(&block);
        }
        // What stood before was searched already.
        let fresh = block.get(kept..).unwrap_or_default();
        match memrchr(b'\n', fresh).map(|at| kept + at + 1) {
            Some(end) => {
                loader.block(block.get(..end).unwrap_or_default())?;
                block.copy_within(end.., 0);
                block.truncate(block.len() - end);
            }
            None if block.len() > MAX_LINE => {
                return Err(LoadError::LongLine { line: loader.line + 1, limit: MAX_LINE });
            }
            None => {}
        }
    }
}

struct Loader<'a> {
    terms: &'a mut Terms,
    rows: &'a mut Vec<Row>,
    /// The number of the last line that was read.
    line: u64,
    /// The subject of the last triple: the next one often has the same.
    subject: (String, Id),
    /// A literal without its escapes.
    text: String,
}

/// Why a line is not read here.
enum Unread {
    /// It is for the other parser.
    Unusual,
    TooManyTerms(TooManyTerms),
}

impl From<TooManyTerms> for Unread {
    fn from(error: TooManyTerms) -> Self {
        Self::TooManyTerms(error)
    }
}

impl Loader<'_> {
    /// Reads whole lines.
    fn block(&mut self, block: &[u8]) -> Result<(), LoadError> {
        // One check for many lines; the lines are only looked at one by one if it fails.
        let text = std::str::from_utf8(block).ok();
        let mut from = 0;
        while from < block.len() {
            let rest = block.get(from..).unwrap_or_default();
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = text.and_then(|text| text.get(from..from + length));
            self.line += 1;
            match line.map(|line| self.quickly(line)) {
                Some(Ok(Some(row))) => self.rows.push(row),
                Some(Ok(None)) => {}
                Some(Err(Unread::TooManyTerms(error))) => return Err(error.into()),
                Some(Err(Unread::Unusual)) | None => {
                    self.carefully(rest.get(..length).unwrap_or_default())?;
                }
            }
            from += length + 1;
        }
        Ok(())
    }

    /// A line with the other parser.
    fn carefully(&mut self, line: &[u8]) -> Result<(), LoadError> {
        for quad in RdfParser::from_format(RdfFormat::NTriples).for_slice(line) {
            let quad =
                quad.map_err(|error| LoadError::Syntax { line: self.line, message: error.to_string() })?;
            let triple = Triple::from(quad);
            self.rows.push([
                self.terms.intern_subject(triple.subject.as_ref())?,
                self.terms.intern_iri(triple.predicate.as_str())?,
                self.terms.intern_term(triple.object.as_ref())?,
            ]);
        }
        Ok(())
    }

    /// A line as programs write them; none if it is empty or a comment.
    fn quickly(&mut self, line: &str) -> Result<Option<Row>, Unread> {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let start = skip_space(line);
        if start.is_empty() || start.starts_with('#') {
            return if memchr(b'\r', start.as_bytes()).is_some() { Err(Unread::Unusual) } else { Ok(None) };
        }
        let (subject, rest) = self.subject(start)?;
        let (predicate, rest) = self.iri(skip_space(rest))?;
        let (object, rest) = self.object(skip_space(rest))?;
        match skip_space(rest).strip_prefix('.').map(skip_space) {
            Some("") => Ok(Some([subject, predicate, object])),
            _ => Err(Unread::Unusual),
        }
    }

    fn subject<'l>(&mut self, text: &'l str) -> Result<(Id, &'l str), Unread> {
        if let Some(rest) = text.strip_prefix(self.subject.0.as_str())
            && rest.starts_with([' ', '\t'])
            && self.subject.1 != Id::NONE
        {
            return Ok((self.subject.1, rest));
        }
        let (id, rest) = if text.starts_with('<') { self.iri(text)? } else { self.blank(text)? };
        let written = text.get(..text.len() - rest.len()).unwrap_or_default();
        self.subject.0.clear();
        self.subject.0.push_str(written);
        self.subject.1 = id;
        Ok((id, rest))
    }

    fn object<'l>(&mut self, text: &'l str) -> Result<(Id, &'l str), Unread> {
        match text.as_bytes().first() {
            Some(b'<') => self.iri(text),
            Some(b'"') => self.literal(text),
            _ => self.blank(text),
        }
    }

    /// `<…>` without escapes.
    fn iri<'l>(&mut self, text: &'l str) -> Result<(Id, &'l str), Unread> {
        let inner = text.strip_prefix('<').ok_or(Unread::Unusual)?;
        let end = memchr2(b'>', b'\\', inner.as_bytes()).ok_or(Unread::Unusual)?;
        let iri = inner.get(..end).unwrap_or_default();
        let rest = inner.get(end..).and_then(|rest| rest.strip_prefix('>')).ok_or(Unread::Unusual)?;
        let parts = Parts { kind: Kind::Iri, extra: Id::NONE, text: iri };
        let id = self.terms.intern_if(parts, || oxiri::Iri::parse(iri).is_ok())?.ok_or(Unread::Unusual)?;
        Ok((id, rest))
    }

    /// `_:…` of ASCII letters and digits, with a space after it.
    fn blank<'l>(&mut self, text: &'l str) -> Result<(Id, &'l str), Unread> {
        let inner = text.strip_prefix("_:").ok_or(Unread::Unusual)?;
        let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let end = inner.bytes().take_while(|byte| is_label(byte)).count();
        let (label, rest) = inner.split_at_checked(end).ok_or(Unread::Unusual)?;
        if label.is_empty() || !rest.starts_with([' ', '\t']) {
            return Err(Unread::Unusual);
        }
        Ok((self.terms.intern_parts(Parts { kind: Kind::Blank, extra: Id::NONE, text: label })?, rest))
    }

    /// `"…"`, `"…"@…` or `"…"^^<…>`.
    fn literal<'l>(&mut self, text: &'l str) -> Result<(Id, &'l str), Unread> {
        let inner = text.strip_prefix('"').ok_or(Unread::Unusual)?;
        let mut escaped = std::mem::take(&mut self.text);
        let read = unescape(inner, &mut escaped).ok_or(Unread::Unusual);
        let literal = read.and_then(|(value, rest)| self.annotated(value.unwrap_or(&escaped), rest));
        self.text = escaped;
        literal
    }

    fn annotated<'l>(&mut self, value: &str, rest: &'l str) -> Result<(Id, &'l str), Unread> {
        let (kind, extra, rest) = if let Some(datatype) = rest.strip_prefix("^^") {
            let (datatype, rest) = self.iri(datatype)?;
            let iri = self.terms.parts(datatype).text;
            // These need a language, which the other parser says better.
            if iri.starts_with("http://www.w3.org/1999/02/22-rdf-syntax-ns#") {
                return Err(Unread::Unusual);
            }
            (Kind::Literal, datatype, rest)
        } else if let Some(language) = rest.strip_prefix('@') {
            let (language, rest) = self.language(language)?;
            (Kind::Tagged, language, rest)
        } else {
            (Kind::Literal, known::XSD_STRING, rest)
        };
        Ok((self.terms.intern_parts(Parts { kind, extra, text: value })?, rest))
    }

    /// A language tag with a space after it, or the final stop.
    fn language<'l>(&mut self, text: &'l str) -> Result<(Id, &'l str), Unread> {
        let is_tag = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let end = text.bytes().take_while(|byte| is_tag(byte)).count();
        let (tag, rest) = text.split_at_checked(end).ok_or(Unread::Unusual)?;
        if !rest.starts_with([' ', '\t', '.']) {
            return Err(Unread::Unusual);
        }
        let lower;
        let tag = if tag.bytes().any(|byte| byte.is_ascii_uppercase()) {
            lower = tag.to_ascii_lowercase();
            lower.as_str()
        } else {
            tag
        };
        let parts = Parts { kind: Kind::Language, extra: Id::NONE, text: tag };
        let is_valid = || {
            tag.starts_with(|first: char| first.is_ascii_alphabetic())
                && !tag.contains("--")
                && Literal::new_language_tagged_literal("", tag).is_ok()
        };
        Ok((self.terms.intern_if(parts, is_valid)?.ok_or(Unread::Unusual)?, rest))
    }
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// The text up to the closing quote, and what follows. With escapes, the text is in the buffer and none is
/// returned. Nothing at all if the literal is not closed, or has escapes of numbers.
fn unescape<'l>(text: &'l str, buffer: &mut String) -> Option<(Option<&'l str>, &'l str)> {
    buffer.clear();
    let mut rest = text;
    loop {
        let end = memchr2(b'"', b'\\', rest.as_bytes())?;
        let (part, after) = rest.split_at_checked(end)?;
        if memchr(b'\r', part.as_bytes()).is_some() {
            return None;
        }
        if let Some(after) = after.strip_prefix('"') {
            if rest.len() == text.len() {
                return Some((Some(part), after));
            }
            buffer.push_str(part);
            return Some((None, after));
        }
        buffer.push_str(part);
        let mut characters = after.chars();
        characters.next();
        buffer.push(match characters.next()? {
            't' => '\t',
            'b' => '\u{0008}',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{000C}',
            quoted @ ('"' | '\'' | '\\') => quoted,
            _ => return None,
        });
        rest = characters.as_str();
    }
}
