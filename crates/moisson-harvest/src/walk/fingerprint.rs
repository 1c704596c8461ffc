//! Ids and requests as 16 bytes each, so that half a million of them fit in a few megabytes.
//!
//! A fingerprint is the first half of a SHA-256: nobody can make two ids meet, and so hide a record.

use std::{
    collections::HashSet,
    fmt,
    hash::{BuildHasherDefault, Hasher},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};

use crate::{Method, RecordId, Request};

/// 16 bytes that stand for a record id or a request.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// Of a record's id, as it is.
    pub fn of_id(id: &RecordId) -> Self {
        Self::of(&[id.0.as_bytes()])
    }

    /// Of what goes over the wire, and the step it is for. [`Request::state`] is left out: a source that leads
    /// back to the same page is noticed although the harvester counts pages.
    pub fn of_request(request: &Request) -> Self {
        let mut url = request.url.clone();
        url.set_fragment(None);
        let method = match request.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
        };
        let (content_type, body) = request.body.as_ref().map_or(("", ""), |(kind, body)| (kind, body));
        Self::of(&[
            method.as_bytes(),
            url.as_str().as_bytes(),
            request.accept.as_bytes(),
            request.step.as_bytes(),
            content_type.as_bytes(),
            body.as_bytes(),
        ])
    }

    fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        Self(digest.iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte)))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_all(&text).and_then(|all| <[Self; 1]>::try_from(all).ok()).map(|[one]| one).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not a fingerprint of 32 hexadecimal digits"))
        })
    }
}

/// A set of fingerprints. Written as one string of hexadecimal digits, in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fingerprints(HashSet<Fingerprint, BuildHasherDefault<AsIs>>);

impl Fingerprints {
    /// All of them, in no order.
    fn iter(&self) -> impl Iterator<Item = Fingerprint> {
        self.0.iter().copied()
    }

    /// Adds one; `true` if it was not there.
    pub fn insert(&mut self, fingerprint: Fingerprint) -> bool {
        self.0.insert(fingerprint)
    }

    /// Whether it is there.
    pub fn contains(&self, fingerprint: Fingerprint) -> bool {
        self.0.contains(&fingerprint)
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<Fingerprint> for Fingerprints {
    fn extend<T: IntoIterator<Item = Fingerprint>>(&mut self, iter: T) {
        self.0.extend(iter);
    }
}

impl IntoIterator for Fingerprints {
    type Item = Fingerprint;
    type IntoIter = std::collections::hash_set::IntoIter<Fingerprint>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Fingerprint> for Fingerprints {
    fn from_iter<T: IntoIterator<Item = Fingerprint>>(iter: T) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl fmt::Debug for Fingerprints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fingerprints", self.0.len())
    }
}

impl Serialize for Fingerprints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sorted: Vec<_> = self.iter().collect();
        sorted.sort_unstable();
        let mut text = String::with_capacity(sorted.len() * 32);
        for fingerprint in sorted {
            text.push_str(&fingerprint.to_string());
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Fingerprints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let all = parse_all(&text)
            .ok_or_else(|| D::Error::custom("expected fingerprints of 32 hexadecimal digits each"))?;
        Ok(all.into_iter().collect())
    }
}

fn parse_all(text: &str) -> Option<Vec<Fingerprint>> {
    let (chunks, rest) = text.as_bytes().as_chunks::<32>();
    if !rest.is_empty() {
        return None;
    }
    chunks
        .iter()
        .map(|chunk| {
            let digits = std::str::from_utf8(chunk).ok()?;
            if digits.starts_with('+') {
                return None;
            }
            u128::from_str_radix(digits, 16).ok().map(Fingerprint)
        })
        .collect()
}

/// Fingerprints are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, value: u128) {
        let [_, _, _, _, _, _, _, _, low @ ..] = value.to_be_bytes();
        self.0 = u64::from_be_bytes(low);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Fingerprint {
        Fingerprint::of_id(&RecordId(text.to_owned()))
    }

    #[test]
    fn a_set_survives_being_written() {
        let set: Fingerprints = ["a", "b", "c"].map(id).into_iter().collect();
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(text.len(), 3 * 32 + 2);
        assert_eq!(serde_json::from_str::<Fingerprints>(&text).unwrap(), set);
    }

    #[test]
    fn a_damaged_set_is_refused() {
        assert!(serde_json::from_str::<Fingerprints>("\"00\"").is_err());
        assert!(serde_json::from_str::<Fingerprints>(&format!("\"{}\"", "x".repeat(32))).is_err());
        assert!(serde_json::from_str::<Fingerprints>(&format!("\"+{}\"", "1".repeat(31))).is_err());
    }

    #[test]
    fn ids_that_differ_in_case_differ() {
        assert_ne!(id("Eau"), id("eau"));
    }

    #[test]
    fn the_memory_of_the_harvester_is_no_part_of_a_request() {
        let request = Request::get("https://a.example/x".parse().unwrap(), "*/*", "page");
        let counted = request.clone().with_state(serde_json::json!({"page": 2}));
        assert_eq!(Fingerprint::of_request(&request), Fingerprint::of_request(&counted));
        let mut other = request.clone();
        other.body = Some(("text/xml".to_owned(), "<x/>".to_owned()));
        assert_ne!(Fingerprint::of_request(&request), Fingerprint::of_request(&other));
    }
}
