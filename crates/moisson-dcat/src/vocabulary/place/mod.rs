//! Places of France and Belgium, countries and continents: from the words and codes of portals to IRIs, names, boxes.
//!
//! The table is in `places/`, whose README says where it comes from and which IRI is chosen. It is unpacked when the
//! first place is asked for; a lookup then costs some microseconds.
//!
//! ```
//! use moisson_dcat::vocabulary::place::{Context, Found, find};
//!
//! let Found::One(rennes) = find("Ville de Rennes", &Context::default()) else { panic!("Rennes") };
//! assert_eq!(rennes.iri().as_str(), "http://id.insee.fr/geo/commune/35238");
//! assert_eq!(rennes.parent().unwrap().name("fr"), "Ille-et-Vilaine");
//! // Six communes have this name: without a département, nobody knows which.
//! assert!(matches!(find("Saint-Denis", &Context::default()), Found::Several(_)));
//! let Found::One(denis) = find("Saint-Denis (93)", &Context::default()) else { panic!("Saint-Denis") };
//! assert_eq!(denis.code(), "93066");
//! ```

mod choose;
mod code;
mod key;
mod kind;
mod list;
mod nearest;
mod read;
mod table;

use crate::{Iri, Text};

pub use kind::Kind;
pub use list::find_all;
pub use nearest::nearest;

use super::LANGUAGES;
use table::{Column, Row, TABLE};

/// Most steps from a commune up to the world; the table has fewer.
const LEVELS_MAX: usize = 12;

/// A place of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(Row);

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No place that the table has.
    Unknown,
    /// This place.
    One(Place),
    /// One of these, and the text and its context do not tell which.
    Several(Vec<Place>),
}

/// What else is known when a text is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Places that the same record, organisation or portal is about: of homonyms, the one inside them or around them
    /// is meant, else the one in their département or province.
    pub within: &'a [Place],
}

/// The place that a text names: a name with or without what sort of place it is ("Ville de …", "Provincie …"), with a
/// département, postal code or larger place beside it or not; an INSEE, NIS, SIREN or SIRET code; an id of
/// Opendatasoft (`fr_40_53`) or data.gouv.fr (`fr:commune:35238`); an IRI.
///
/// A name that several places have is only one of them when the text or the context says which, or when by the
/// custom of the language it is the large one of them: a region or département rather than a village.
pub fn find(raw: &str, context: &Context<'_>) -> Found {
    read::find(raw, context)
}

/// The place with an IRI: our own choice, or another list's IRI for the same place.
pub fn by_iri(iri: &str) -> Option<Place> {
    code::of_iri(iri)
}

/// What people call the place with an IRI, in a language or the place's own.
pub fn label(iri: &str, lang: &str) -> Option<&'static str> {
    by_iri(iri).map(|place| place.name(lang))
}

impl Place {
    fn of_code(kind: Kind, code: &str) -> Option<Self> {
        TABLE.by_code(kind, code).map(Self)
    }

    /// What sort of place it is.
    pub fn kind(self) -> Kind {
        TABLE.kind(self.0)
    }

    /// Its INSEE or NIS code, the SIREN of an EPCI, the EU's code of a country.
    pub fn code(self) -> &'static str {
        TABLE.cell(self.0, Column::Code)
    }

    /// Its IRI; `places/README.md` says which.
    pub fn iri(self) -> Iri {
        let (kind, code) = (self.kind(), self.code());
        let namespace = match kind {
            Kind::BelgianCommune if kind::SINCE_2025.contains(&code) => kind::REFNIS_2025,
            _ => kind.namespace(),
        };
        known(format!("{namespace}{code}"))
    }

    /// Other IRIs of the same place.
    pub fn same(self) -> impl Iterator<Item = Iri> {
        let codes = TABLE.cell(self.0, Column::Same).split(' ').filter(|code| !code.is_empty());
        codes.map(|code| known(format!("{}{code}", code::EU)))
    }

    /// Its name in a language (`fr`, `nl`, `de`, `en`, with or without a region), else its first.
    pub fn name(self, lang: &str) -> &'static str {
        let primary = lang.split('-').next().unwrap_or_default();
        let at = LANGUAGES.iter().position(|own| primary.eq_ignore_ascii_case(own)).unwrap_or_default();
        let mut names = TABLE.cell(self.0, Column::Names).split('|');
        let first = names.next().unwrap_or_default();
        let named = if at == 0 { None } else { names.nth(at - 1) };
        named.filter(|name| !name.is_empty()).unwrap_or(first)
    }

    /// Its names, each with its language; one name for all languages has the language of the place's country.
    pub fn labels(self) -> Vec<Text> {
        let names: Vec<&str> = TABLE.cell(self.0, Column::Names).split('|').collect();
        let label = |value: &str, lang: &str| Text { value: value.to_owned(), lang: Some(lang.to_owned()) };
        let Some(first) = names.first() else { return Vec::new() };
        let mut labels: Vec<Text> = names
            .iter()
            .zip(LANGUAGES)
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, lang)| label(name, lang))
            .collect();
        // Belgian communes and provinces are called something in both languages, be it the same.
        if names.len() == 1 && self.kind() >= Kind::BelgianRegion {
            labels.push(label(first, "nl"));
        } else if names.get(1).is_some_and(|name| name.is_empty()) {
            labels.insert(1, label(first, "nl"));
        }
        labels
    }

    /// The place around it; of a commune that is no more, the commune that it is part of now.
    pub fn parent(self) -> Option<Self> {
        TABLE.by_number(TABLE.cell(self.0, Column::Parent)).map(Self)
    }

    /// The EPCI of a French commune.
    pub fn intercommunality(self) -> Option<Self> {
        (self.kind() == Kind::Commune).then(|| self.group()).flatten()
    }

    /// The EPCI of a commune, the chief town of a département.
    fn group(self) -> Option<Self> {
        TABLE.by_number(TABLE.cell(self.0, Column::Group)).map(Self)
    }

    /// The place and those around it, from small to large; the EPCI of a commune after it.
    pub fn lineage(self) -> impl Iterator<Item = Self> {
        let up = std::iter::successors(Some(self), |place| place.parent()).take(LEVELS_MAX);
        up.flat_map(|place| std::iter::once(place).chain(place.intercommunality()))
    }

    /// Whether it is the other place or lies in it.
    pub fn is_in(self, other: Self) -> bool {
        self.lineage().any(|place| place == other)
    }

    /// The country that it is in or is.
    pub fn country(self) -> Option<Self> {
        self.lineage().find(|place| place.kind() == Kind::Country)
    }

    /// The département or province that it is in or is.
    fn province(self) -> Option<Self> {
        self.lineage().find(|place| {
            let kind = place.kind();
            matches!(kind, Kind::Department | Kind::Province)
        })
    }

    /// The SIREN of the French commune or EPCI.
    pub fn siren(self) -> Option<&'static str> {
        Some(TABLE.cell(self.0, Column::Siren)).filter(|siren| !siren.is_empty())
    }

    /// How many people live there; 0 where the table does not say.
    pub fn population(self) -> u32 {
        TABLE.cell(self.0, Column::Population).parse().unwrap_or_default()
    }

    fn postal_codes(self) -> impl Iterator<Item = &'static str> {
        TABLE.cell(self.0, Column::Postal).split(' ').filter(|code| !code.is_empty())
    }

    /// West, south, east, north in degrees.
    pub fn bounds(self) -> Option<[f64; 4]> {
        let mut sides = degrees(TABLE.cell(self.0, Column::Box));
        Some([sides.next()?, sides.next()?, sides.next()?, sides.next()?])
    }

    /// Longitude and latitude of its middle, in degrees.
    pub fn centre(self) -> Option<[f64; 2]> {
        let mut sides = degrees(TABLE.cell(self.0, Column::Centre));
        Some([sides.next()?, sides.next()?])
    }

    /// The name with what tells it from its homonyms: "Saint-Denis (Seine-Saint-Denis, 93066)".
    pub fn described(self, lang: &str) -> String {
        let around = self.parent().map_or("", |parent| parent.name(lang));
        format!("{} ({around}, {})", self.name(lang), self.code())
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{} {}", self.kind().letter(), self.code(), self.name("fr"))
    }
}

/// An IRI made of what the tests have checked.
fn known(iri: String) -> Iri {
    oxrdf::NamedNode::new_unchecked(iri).into()
}

fn degrees(cell: &'static str) -> impl Iterator<Item = f64> {
    cell.split(' ').filter_map(|number| Some(f64::from(number.parse::<i32>().ok()?) / 1e4))
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
