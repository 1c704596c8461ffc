//! The places whose names are most like a text, for messages about one that is unknown.

use super::key::key;
use super::table::TABLE;
use super::{Kind, Place};

/// Names that are less alike than this are no help.
const ALIKE: f64 = 0.85;

/// Up to so many places of today with the names most like the text, best first. Looks at every name: for messages, not
/// for mapping.
pub fn nearest(raw: &str, most: usize) -> Vec<Place> {
    let Some(key) = key(raw) else { return Vec::new() };
    let mut alike: Vec<(f64, &str)> = TABLE
        .names()
        .map(|name| (strsim::jaro_winkler(&key, name), name))
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    alike.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.cmp(other)));
    let mut places = Vec::new();
    for (_, name) in alike {
        let of_today = TABLE
            .by_name(name)
            .filter(|(_, weak)| !weak)
            .map(|(row, _)| Place(row))
            .filter(|place| !place.kind().is_former() && place.kind() != Kind::Delegated);
        for place in of_today {
            if !places.contains(&place) {
                places.push(place);
            }
            if places.len() == most {
                return places;
            }
        }
    }
    places
}
