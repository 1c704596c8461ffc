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

/// The IRI of an algorithm from its name in any spelling (`SHA-256`, `sha256`, an SPDX IRI).
pub fn algorithm(name: &str) -> Option<Iri> {
    let tail = name.rsplit(['#', '_', '/']).next().unwrap_or(name);
    let folded: String =
        tail.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let (_, spdx, _) = ALGORITHMS.iter().find(|(ours, _, _)| *ours == folded)?;
    Iri::new(format!("{SPDX}{spdx}")).ok()
}

/// The algorithm that a value of this many hexadecimal digits belongs to, among those in common use.
pub fn algorithm_of_length(digits: usize) -> Option<Iri> {
    let (_, spdx, _) = ALGORITHMS.iter().find(|(_, _, length)| *length == digits)?;
    Iri::new(format!("{SPDX}{spdx}")).ok()
}

/// The hexadecimal digits in lower case, when it is nothing else.
pub fn value(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let hex = !raw.is_empty() && raw.len().is_multiple_of(2) && raw.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| raw.to_ascii_lowercase())
}

/// The IRIs of all algorithms.
pub fn algorithms() -> impl Iterator<Item = Iri> {
    ALGORITHMS.iter().filter_map(|(_, spdx, _)| Iri::new(format!("{SPDX}{spdx}")).ok())
}
