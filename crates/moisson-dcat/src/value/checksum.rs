//! Checksums as [SPDX](https://spdx.org/rdf/terms/) names them.

use crate::Iri;

/// Namespace of the algorithms.
const SPDX: &str = "http://spdx.org/rdf/terms#checksumAlgorithm_";

/// The algorithms that SPDX 2.3 names: ours to compare with (folded), SPDX's own, and hexadecimal digits.
const ALGORITHMS: [(&str, &str, usize); 10] = [
    ("md5", "md5", 32),
    ("sha1", "sha1", 40),
    ("sha224", "sha224", 56),
    ("sha256", "sha256", 64),
    ("sha384", "sha384", 96),
    ("sha512", "sha512", 128),
    ("md2", "md2", 32),
    ("md4", "md4", 32),
    ("md6", "md6", 0),
    ("adler32", "adler32", 8),
];

/// The IRI of an algorithm from its name in any spelling (`SHA-256`, `sha256`, an SPDX IRI, an IRI that ends in
/// `/sha/256`).
pub fn algorithm(name: &str) -> Option<Iri> {
    let mut parts = name.rsplit(['#', '/']);
    let (last, before) = (parts.next().unwrap_or(name), parts.next().unwrap_or_default());
    let known = |tail: &str| {
        let tail = tail.strip_prefix("checksumAlgorithm_").unwrap_or(tail);
        let folded: String =
            tail.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        ALGORITHMS.iter().find(|(ours, _, _)| *ours == folded)
    };
    let (_, spdx, _) = known(last).or_else(|| known(&format!("{before}{last}")))?;
    Iri::new(format!("{SPDX}{spdx}")).ok()
}

/// The algorithm that a value of this many hexadecimal digits belongs to, among those in common use.
pub fn algorithm_of_length(digits: usize) -> Option<Iri> {
    let (_, spdx, _) = ALGORITHMS.iter().find(|(_, _, length)| *length == digits)?;
    Iri::new(format!("{SPDX}{spdx}")).ok()
}

/// The algorithm before a value and the value, as in `sha256:9f86…` or `md5=…`.
pub fn split(raw: &str) -> (Option<&str>, &str) {
    let raw = raw.trim();
    match raw.split_once([':', '=']) {
        Some((name, value)) if algorithm(name).is_some() => (Some(name), value.trim()),
        _ => (None, raw),
    }
}

/// The hexadecimal digits in lower case, when it is nothing else.
pub fn value(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let hex = raw.len() >= 8 && raw.len().is_multiple_of(2) && raw.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| raw.to_ascii_lowercase())
}

/// The IRIs of all algorithms.
pub fn algorithms() -> impl Iterator<Item = Iri> {
    ALGORITHMS.iter().filter_map(|(_, spdx, _)| Iri::new(format!("{SPDX}{spdx}")).ok())
}

#[cfg(test)]
mod tests {
    use super::{algorithm, algorithm_of_length, split, value};

    #[test]
    fn algorithms_are_known_by_any_spelling_and_by_the_length_of_their_values() {
        let sha256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256";
        for name in ["SHA-256", "sha256", "Sha_256", "http://dcat-ap.de/def/hashAlgorithms/sha/256", sha256] {
            assert_eq!(algorithm(name).unwrap().as_str(), sha256, "{name}");
        }
        assert_eq!(algorithm("crc32"), None);
        assert_eq!(algorithm_of_length(64).unwrap().as_str(), sha256);
        assert_eq!(algorithm_of_length(10), None);
    }

    #[test]
    fn values_are_hexadecimal_digits() {
        assert_eq!(value(" ABcd0123 ").as_deref(), Some("abcd0123"));
        assert_eq!(split("sha1:abcd"), (Some("sha1"), "abcd"));
        for bad in ["", "abc", "xyzxyzxy", "1B2M2Y8AsgTpgAmY7PhCfg=="] {
            assert_eq!(value(bad), None, "{bad}");
        }
    }
}
