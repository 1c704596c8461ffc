//! How values are written as bytes: triples compactly, everything compressed.

use std::{cell::RefCell, io, str::FromStr};

use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};

use crate::StoreError;

/// Fast, and within a few per cent of the better levels for values this short.
const LEVEL: i32 = 1;
/// The greatest value that is believed when it is unpacked, in bytes.
const MAX_UNPACKED: usize = 1 << 30;

const SAME_SUBJECT: u8 = 0;
const NAMED_NODE: u8 = 1;
const BLANK_NODE: u8 = 2;
const STRING: u8 = 3;
const LANG_STRING: u8 = 4;
const TYPED: u8 = 5;
const OTHER: u8 = 6;

thread_local! {
    // A context is some 100 kB to set up, which is more work than most values.
    static PACKER: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Compresses bytes; their length stands in front.
pub(crate) fn pack(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let failed = |error: io::Error| StoreError::Engine { reason: format!("compressing: {error}") };
    let compressed = PACKER.with_borrow_mut(|packer| {
        let packer = match packer {
            Some(packer) => packer,
            None => packer.insert(zstd::bulk::Compressor::new(LEVEL)?),
        };
        packer.compress(bytes)
    });
    let mut packed = Vec::new();
    number(&mut packed, bytes.len());
    packed.extend_from_slice(&compressed.map_err(failed)?);
    Ok(packed)
}

/// Undoes [`pack`].
pub(crate) fn unpack(packed: &[u8], what: &str) -> Result<Vec<u8>, StoreError> {
    let mut reader = Reader::new(packed);
    let length = reader.number().filter(|length| *length <= MAX_UNPACKED);
    let length = length.ok_or_else(|| StoreError::damaged(what, "no length in front"))?;
    UNPACKER
        .with_borrow_mut(|unpacker| {
            let unpacker = match unpacker {
                Some(unpacker) => unpacker,
                None => unpacker.insert(zstd::bulk::Decompressor::new()?),
            };
            unpacker.decompress(reader.bytes, length)
        })
        .map_err(|error| StoreError::damaged(what, error))
}

/// Appends a length or count, seven bits at a time, the lowest first.
pub(crate) fn number(to: &mut Vec<u8>, value: usize) {
    let mut rest = value;
    loop {
        let [low, ..] = rest.to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            to.push(low & 0x7f);
            return;
        }
        to.push(low | 0x80);
    }
}

/// Appends bytes with their length in front.
pub(crate) fn section(to: &mut Vec<u8>, bytes: &[u8]) {
    number(to, bytes.len());
    to.extend_from_slice(bytes);
}

/// Appends triples with their number in front. Shortest when grouped by subject.
pub(crate) fn triples<'a>(to: &mut Vec<u8>, triples: impl ExactSizeIterator<Item = &'a Triple>) {
    number(to, triples.len());
    let mut subject = None;
    for triple in triples {
        if subject == Some(&triple.subject) {
            to.push(SAME_SUBJECT);
        } else {
            match &triple.subject {
                NamedOrBlankNode::NamedNode(node) => tagged(to, NAMED_NODE, node.as_str()),
                NamedOrBlankNode::BlankNode(node) => tagged(to, BLANK_NODE, node.as_str()),
            }
            subject = Some(&triple.subject);
        }
        section(to, triple.predicate.as_str().as_bytes());
        term(to, &triple.object);
    }
}

/// Appends one term.
pub(crate) fn term(to: &mut Vec<u8>, term: &Term) {
    if let Term::NamedNode(node) = term {
        tagged(to, NAMED_NODE, node.as_str());
    } else if let Term::BlankNode(node) = term {
        tagged(to, BLANK_NODE, node.as_str());
    } else if let Term::Literal(literal) = term
        && literal.datatype() == oxrdf::vocab::xsd::STRING
    {
        tagged(to, STRING, literal.value());
    } else if let Term::Literal(literal) = term
        && let Some(language) = literal.language()
        && literal.datatype() == oxrdf::vocab::rdf::LANG_STRING
    {
        tagged(to, LANG_STRING, literal.value());
        section(to, language.as_bytes());
    } else if let Term::Literal(literal) = term
        && literal.language().is_none()
    {
        tagged(to, TYPED, literal.value());
        section(to, literal.datatype().as_str().as_bytes());
    } else {
        tagged(to, OTHER, &term.to_string());
    }
}

fn tagged(to: &mut Vec<u8>, tag: u8, text: &str) {
    to.push(tag);
    section(to, text.as_bytes());
}

/// Reads what the functions above wrote; `None` where that is not what the bytes are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All that was not read yet.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    pub(crate) fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn section(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (section, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(section)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.section()?).ok()
    }

    pub(crate) fn named_node(&mut self) -> Option<NamedNode> {
        self.text().map(NamedNode::new_unchecked)
    }

    pub(crate) fn triples(&mut self) -> Option<Vec<Triple>> {
        let count = self.number()?;
        // Three bytes is the least that a triple takes: no trust in a damaged count.
        let mut triples = Vec::with_capacity(count.min(self.bytes.len() / 3));
        let mut subject: Option<NamedOrBlankNode> = None;
        for _ in 0..count {
            let here = match self.byte()? {
                SAME_SUBJECT => subject.take()?,
                NAMED_NODE => self.named_node()?.into(),
                BLANK_NODE => BlankNode::new_unchecked(self.text()?).into(),
                _ => return None,
            };
            subject = Some(here.clone());
            let predicate = self.named_node()?;
            triples.push(Triple::new(here, predicate, self.term()?));
        }
        Some(triples)
    }

    pub(crate) fn term(&mut self) -> Option<Term> {
        Some(match self.byte()? {
            NAMED_NODE => self.named_node()?.into(),
            BLANK_NODE => BlankNode::new_unchecked(self.text()?).into(),
            STRING => Literal::new_simple_literal(self.text()?).into(),
            LANG_STRING => {
                let value = self.text()?;
                Literal::new_language_tagged_literal_unchecked(value, self.text()?).into()
            }
            TYPED => {
                let value = self.text()?;
                Literal::new_typed_literal(value, self.named_node()?).into()
            }
            OTHER => Term::from_str(self.text()?).ok()?,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_term() -> impl Strategy<Value = Term> {
        let iri = "[a-z]{0,9}".prop_map(|s| NamedNode::new_unchecked(format!("http://e.example/{s}")));
        prop_oneof![
            iri.clone().prop_map(Term::from),
            ".{0,60}".prop_map(|s| Literal::new_simple_literal(s).into()),
            (".{0,20}", "[a-z]{2}(-[a-z]{2})?")
                .prop_map(|(s, l)| Literal::new_language_tagged_literal_unchecked(s, l).into()),
            (".{0,20}", iri).prop_map(|(s, d)| Literal::new_typed_literal(s, d).into()),
        ]
    }

    proptest! {
        #[test]
        fn triples_come_back_as_they_were(terms in proptest::collection::vec((0_u8..3, any_term()), 0..30)) {
            let list: Vec<_> = terms
                .into_iter()
                .map(|(s, o)| {
                    let subject = NamedNode::new_unchecked(format!("http://e.example/{s}"));
                    Triple::new(subject, NamedNode::new_unchecked("http://e.example/p"), o)
                })
                .collect();
            let mut bytes = Vec::new();
            triples(&mut bytes, list.iter());
            let packed = pack(&bytes).unwrap();
            let bytes = unpack(&packed, "test").unwrap();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.triples(), Some(list));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ignored = Reader::new(&bytes).triples();
            let _ignored = unpack(&bytes, "test");
        }
    }
}
