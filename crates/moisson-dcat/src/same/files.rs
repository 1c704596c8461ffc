//! How far two lists of files are the same.

use super::{likeness::Likeness, title};

/// The share of files in common: of the longer list, so that a part is not the whole. Both lists are sorted.
pub(super) fn overlap(a: &Likeness, b: &Likeness) -> (usize, f64) {
    let common = a.files.iter().filter(|file| b.files.binary_search(file).is_ok()).count();
    (common, title::ratio(common, a.files.len().max(b.files.len())))
}
