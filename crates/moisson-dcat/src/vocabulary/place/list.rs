//! Several places in one text: `Rennes, Saint-Malo et Fougères`, `Bretagne ; Normandie`.

use super::key::NAME_MAX;
use super::{Context, Found, Place, read};
use crate::memo::{Answers, remembered};

/// Most places of one text.
const PLACES_MAX: usize = 200;

/// Longest text that is parted, in bytes.
const TEXT_MAX: usize = 8_000;

/// What stands between places, the surest first.
const SEPARATORS: [&str; 12] =
    ["\n", ";", "|", ",", " / ", "/", " + ", " et ", " en ", " und ", " and ", " & "];

thread_local! {
    /// Of texts without context.
    static KNOWN: Answers<Result<Vec<Place>, Vec<Place>>> = Answers::default();
}

/// The places that a text names, one or several: only when each part of it is a place.
///
/// # Errors
/// The candidates, when a part is a name of several places; none, when a part is unknown.
pub fn find_all(raw: &str, context: &Context<'_>) -> Result<Vec<Place>, Vec<Place>> {
    let raw = raw.trim();
    if context.within.is_empty() {
        return remembered(&KNOWN, raw, || parted(raw, context));
    }
    parted(raw, context)
}

fn parted(raw: &str, context: &Context<'_>) -> Result<Vec<Place>, Vec<Place>> {
    match read::find(raw, context) {
        Found::One(place) => return Ok(vec![place]),
        Found::Several(places) if !raw.contains([',', ';', '|', '\n']) => return Err(places),
        Found::Several(_) | Found::Unknown => {}
    }
    if raw.len() > TEXT_MAX {
        return Err(Vec::new());
    }
    let mut parts = vec![raw];
    for separator in SEPARATORS {
        parts = parts.into_iter().flat_map(|part| split(part, separator, context)).collect();
        if parts.len() > PLACES_MAX {
            return Err(Vec::new());
        }
    }
    let mut places = Vec::with_capacity(parts.len());
    let mut several = Vec::new();
    for part in parts {
        match read::find(part, context) {
            Found::One(place) if !places.contains(&place) => places.push(place),
            Found::Several(candidates) if several.is_empty() => several = candidates,
            Found::One(_) | Found::Several(_) => {}
            Found::Unknown => return Err(Vec::new()),
        }
    }
    if several.is_empty() && !places.is_empty() { Ok(places) } else { Err(several) }
}

/// The parts of a text that is no place itself.
fn split<'a>(part: &'a str, separator: &str, context: &Context<'_>) -> Vec<&'a str> {
    let whole = !part.contains(separator)
        || part.len() <= NAME_MAX && !matches!(read::find(part, context), Found::Unknown);
    if whole {
        return vec![part];
    }
    part.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect()
}
