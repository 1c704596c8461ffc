//! The places that bodies are the administration of.

use super::name::without_acronym;
use super::{Body, Name, Number};
use crate::Iri;
use crate::vocabulary::fold;
use crate::vocabulary::place::{Context, Found as Places, Kind, Place, find};

/// Fewer people than this live in villages whose bare name is rather something else's: "Bio", "Rue", "Us".
const INHABITANTS_MIN: u32 = 500;

/// A town has at least so many people, and so many times more than its homonyms, to be the one that is meant.
const TOWN_MIN: u32 = 10_000;
const MUCH_LARGER: u32 = 200;

/// A commune, intercommunality, département, region or province that the table knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// What administers it.
    pub body: Body,
    /// What stands in the keys of its administration: the registered number, else the sort and code of the area.
    pub key: String,
    /// The area's IRI.
    pub iri: Iri,
}

/// What the table has for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    None,
    /// One area.
    One(Area),
    /// Several areas of that name.
    Many,
}

/// The area that a name is of; `raw` is the whole name.
pub(super) fn of_name(name: &Name, raw: &str) -> Found {
    if name.is_generic || name.body == Body::Bare && !may_be_place(name, raw) {
        return Found::None;
    }
    let mut places = candidates(name, raw);
    if places.len() > 1 {
        places = of_custom(places);
    }
    match places.as_slice() {
        [] => Found::None,
        [one] => area(*one).map_or(Found::None, Found::One),
        _ => Found::Many,
    }
}

/// The places of the sort and name: as the name is written, else with the usual words of its kind.
fn candidates(name: &Name, raw: &str) -> Vec<Place> {
    let beside = name.department.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let words = &name.words;
    let usual = match name.body {
        Body::Municipality => vec![format!("ville de {}{beside}", name.stem)],
        // The table has each under one name; which words it has for the kind is not for the writer to know.
        Body::Intercommunality => vec![
            format!("communaute d agglomeration de {words}"),
            format!("communaute de communes {words}"),
            format!("{words} agglomeration"),
            format!("{words} metropole"),
        ],
        _ => vec![format!("{}{beside}", name.stem)],
    };
    for text in std::iter::once(without_acronym(raw)).chain(usual.iter().map(String::as_str)) {
        let mut places = match find(text, &Context::default()) {
            Places::Unknown => continue,
            Places::One(place) => vec![place],
            // The country or the province that is called Luxembourg.
            Places::Several(places)
                if name.body == Body::Bare && places.iter().any(|p| p.kind() == Kind::Country) =>
            {
                return Vec::new();
            }
            Places::Several(places) => places,
        };
        places.retain(|place| fits(name, *place));
        if !places.is_empty() {
            return places;
        }
    }
    Vec::new()
}

/// "Ville de La Rochelle" is the town, not the hamlet of that name.
fn of_custom(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| (std::cmp::Reverse(place.population()), *place));
    let people = |at: usize| places.get(at).map_or(0, |place| place.population());
    let is_communal = places.iter().all(|place| body_of(place.kind()) == Some(Body::Municipality));
    if is_communal && people(0) >= TOWN_MIN && people(0) / MUCH_LARGER >= people(1).max(1) {
        places.truncate(1);
    }
    places
}

/// The area whose administration has a number.
pub(super) fn of_number(number: &Number) -> Option<Area> {
    match number {
        Number::Siren(digits) => match find(digits, &Context::default()) {
            Places::One(place) if place.siren() == Some(digits.as_str()) => area(place),
            _ => None,
        },
        Number::Cbe(_) => None,
    }
}

/// Whether a bare name may be a place's at all: "EU" and "SIG" are none.
fn may_be_place(name: &Name, raw: &str) -> bool {
    let is_acronym = raw.chars().count() <= 4 && !raw.chars().any(char::is_lowercase);
    name.may_be_commune() && !is_acronym && name.stem.len() > 2
}

/// Whether the place is of the sort that the name says, and has no other name.
fn fits(name: &Name, place: Place) -> bool {
    let Some(body) = body_of(place.kind()) else { return false };
    let is_body = match name.body {
        Body::Bare => place.kind() != Kind::Commune || place.population() >= INHABITANTS_MIN,
        said => said == body,
    };
    let labels = || place.labels().into_iter().filter_map(|label| fold(&label.value));
    // Each word of the name is one of the place's, and for communes the other way round.
    let words = |of: &str, all: &str| of.split(' ').all(|word| all.split(' ').any(|other| other == word));
    let is_name = match body {
        Body::Municipality => labels().any(|label| spelt(&label) == spelt(&name.stem)),
        _ => labels().any(|label| words(&name.stem, &label)),
    };
    is_body && is_name
}

/// Without the abbreviations of saints.
fn spelt(folded: &str) -> String {
    let words = folded.split(' ').map(|word| match word {
        "st" | "sint" | "sankt" => "saint",
        "ste" => "sainte",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

fn body_of(kind: Kind) -> Option<Body> {
    Some(match kind {
        Kind::Commune | Kind::BelgianCommune => Body::Municipality,
        Kind::Intercommunality => Body::Intercommunality,
        Kind::Department => Body::Department,
        Kind::Region | Kind::BelgianRegion => Body::Region,
        Kind::Province => Body::Province,
        _ => return None,
    })
}

fn area(place: Place) -> Option<Area> {
    let body = body_of(place.kind())?;
    let sort = match (body, place.kind()) {
        (Body::Municipality, Kind::Commune) => "insee",
        (Body::Intercommunality, _) => "siren",
        (Body::Department, _) => "departement",
        (Body::Region, Kind::Region) => "region",
        _ => "nis",
    };
    let number = place.siren().and_then(Number::read);
    let key = number.map_or_else(|| format!("{sort}-{}", place.code()), |number| number.key());
    Some(Area { body, key, iri: place.iri() })
}
