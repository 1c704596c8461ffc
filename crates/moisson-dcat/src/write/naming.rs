//! The IRIs that we mint: stable, derived from the source's name and the record's own id, never from a title or
//! a position.

use std::fmt::Write;

use oxrdf::NamedNode;
use serde::Serialize;
use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::Iri;

/// Most characters of words in a slug, so that IRIs stay readable.
const SLUG_MAX: usize = 48;

/// Bytes of a hash in an IRI, written as twice as many digits.
const HASH_BYTES: usize = 4;

/// Whose record is written: what all its IRIs are made of.
#[derive(Debug, Clone, Copy)]
pub struct Naming<'a> {
    /// The portal's own base, such as `https://data.example`; a last slash makes no difference.
    pub base: &'a Iri,
    /// The source's name: letters, digits and hyphens.
    pub source: &'a str,
    /// The record's id at the source, any text.
    pub record_id: &'a str,
}

impl Naming<'_> {
    /// The dataset of the record.
    pub fn dataset(&self) -> NamedNode {
        self.of_record("dataset")
    }

    /// The series of the record.
    pub fn series(&self) -> NamedNode {
        self.of_record("series")
    }

    /// The service of the record.
    pub fn service(&self) -> NamedNode {
        self.of_record("service")
    }

    /// The catalogue record; also the name of the record's graph.
    pub fn record(&self) -> NamedNode {
        self.of_record("record")
    }

    /// The source's catalogue.
    pub fn catalog(&self) -> NamedNode {
        self.node(format_args!("id/catalog/{}", segment(self.source)))
    }

    /// A distribution of the record.
    pub fn distribution(&self, id: &str) -> NamedNode {
        self.inside_record("distribution", id)
    }

    /// A service inside the record.
    pub fn service_inside(&self, id: &str) -> NamedNode {
        self.inside_record("service", id)
    }

    /// A term of our own vocabulary, `{base}/ns#…`.
    pub fn term(&self, local: &str) -> NamedNode {
        self.node(format_args!("ns#{local}"))
    }

    /// A graph of things that several records share: `agents`, `concepts`, `places`, `documents`.
    pub fn graph(&self, name: &str) -> NamedNode {
        self.node(format_args!("id/graph/{name}"))
    }

    /// A thing that the records of the source share: `agent`, `concept` or `place`. `words` are for readers, `key`
    /// is what makes it the same thing.
    pub(super) fn shared(&self, kind: &str, words: &str, key: &str) -> NamedNode {
        let slug = slug(words);
        let dash = if slug.is_empty() { "" } else { "-" };
        self.node(format_args!("id/{kind}/{}/{slug}{dash}{}", segment(self.source), hash8(key.as_bytes())))
    }

    /// An agent that is one on the whole portal.
    pub fn agent(&self, key: &str) -> NamedNode {
        self.node(format_args!("id/agent/{}", segment(key)))
    }

    fn of_record(&self, class: &str) -> NamedNode {
        self.node(format_args!("id/{class}/{}/{}", segment(self.source), segment(self.record_id)))
    }

    fn inside_record(&self, class: &str, id: &str) -> NamedNode {
        let (source, record) = (segment(self.source), segment(self.record_id));
        self.node(format_args!("id/{class}/{source}/{record}/{}", segment(id)))
    }

    fn node(&self, path: std::fmt::Arguments<'_>) -> NamedNode {
        NamedNode::new_unchecked(format!("{}/{path}", self.base.as_str().trim_end_matches('/')))
    }
}

/// A node inside another: a fragment of its IRI, told apart by its content.
pub(super) fn inside(owner: &NamedNode, kind: &str, content: &impl Serialize) -> NamedNode {
    // Serialising plain values of the model to memory does not fail; were it to, all would share one hash.
    let content = serde_json::to_vec(content).unwrap_or_default();
    NamedNode::new_unchecked(format!("{}#{kind}-{}", owner.as_str(), hash8(&content)))
}

/// Any text as one segment of a path, reversibly: letters and digits of ASCII and `-._` stay, the rest is escaped.
///
/// Nothing, `.` and `..`, which mean something else in a path, are written `~`, `~.` and `~..`.
///
/// ```
/// use moisson_dcat::write::{segment, unsegment};
/// assert_eq!(segment("a/b é"), "a%2Fb%20%C3%A9");
/// assert_eq!(unsegment(&segment("..")).as_deref(), Some(".."));
/// ```
pub fn segment(id: &str) -> String {
    if matches!(id, "" | "." | "..") {
        return format!("~{id}");
    }
    let mut out = String::with_capacity(id.len());
    for (at, byte) in id.bytes().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b'~' if at > 0 => out.push('~'),
            _ => {
                // Writing to a string does not fail.
                let _infallible = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The text that [`segment`] wrote; `None` when it is not UTF-8.
pub fn unsegment(segment: &str) -> Option<String> {
    match segment.strip_prefix('~') {
        Some(rest) => Some(rest.to_owned()),
        None => percent_encoding::percent_decode_str(segment).decode_utf8().ok().map(String::from),
    }
}

/// The first eight digits of the SHA-256 of something.
fn hash8(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    hex::encode(digest.get(..HASH_BYTES).unwrap_or_default())
}

/// Words as they may stand in an IRI: lower case, ASCII, joined by hyphens.
pub(crate) fn slug(words: &str) -> String {
    let mut slug = String::new();
    for c in words.nfkd().filter(|c| !is_combining_mark(*c)) {
        if slug.len() >= SLUG_MAX {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Naming, segment, unsegment};
    use crate::Iri;

    #[test]
    fn every_id_is_one_segment_and_comes_back() {
        for id in ["a", "", ".", "..", "~", "~.", "a~b", "a/b", "50%", "é ?#", "%2F", "…", "A_b-c.d"] {
            let written = segment(id);
            assert_eq!(unsegment(&written).as_deref(), Some(id), "{written}");
            assert!(!written.is_empty() && !matches!(written.as_str(), "." | ".."));
            let url = url::Url::parse(&format!("https://x.example/id/{written}/z")).unwrap();
            assert_eq!(url.path(), format!("/id/{written}/z"));
        }
    }

    #[test]
    fn a_last_slash_of_the_base_makes_no_difference() {
        let iri = |base: &str| {
            let base = Iri::new(base).unwrap();
            Naming { base: &base, source: "rennes", record_id: "arbres" }.dataset().into_string()
        };
        assert_eq!(iri("https://data.example"), "https://data.example/id/dataset/rennes/arbres");
        assert_eq!(iri("https://data.example/"), iri("https://data.example"));
    }
}
