//! Codes and IRIs of places: INSEE, NIS, SIREN, postal codes, ids of Opendatasoft and data.gouv.fr, NUTS, ISO 3166,
//! `GeoNames`, EU vocabularies.

use super::choose::choose;
use super::table::{Row, TABLE};
use super::{Context, Found, Kind, Place};

/// What the EU's authority tables have in common.
pub(super) const EU: &str = "http://publications.europa.eu/resource/authority/";

/// The kinds whose codes are INSEE's codes of communes.
const INSEE: [Kind; 5] =
    [Kind::Commune, Kind::Borough, Kind::Delegated, Kind::Associated, Kind::FormerCommune];

/// Those of today.
const OF_TODAY: [Kind; 4] = [Kind::Commune, Kind::Borough, Kind::Delegated, Kind::Associated];

/// The kinds whose codes are NIS codes, communes first.
const NIS: [Kind; 5] = [
    Kind::BelgianCommune,
    Kind::FormerBelgianCommune,
    Kind::BelgianDistrict,
    Kind::Province,
    Kind::BelgianRegion,
];

/// [GeoNames](https://www.geonames.org/) of what open data catalogues name by them.
const GEONAMES: [(&str, Kind, &str); 6] = [
    ("6255148", Kind::Continent, "EUROPE"),
    ("3017382", Kind::Country, "FRA"),
    ("2802361", Kind::Country, "BEL"),
    ("3337388", Kind::BelgianRegion, "2000"),
    ("3337387", Kind::BelgianRegion, "3000"),
    ("2800867", Kind::BelgianRegion, "4000"),
];

/// [NUTS](https://ec.europa.eu/eurostat/web/nuts) 2021 of levels 1 and 2, and ISO 3166-2, of regions and provinces.
const REGIONS: [(&str, Kind, &str); 52] = [
    ("FR1", Kind::Region, "11"),
    ("FR10", Kind::Region, "11"),
    ("FRB", Kind::Region, "24"),
    ("FRB0", Kind::Region, "24"),
    ("FRC", Kind::Region, "27"),
    ("FRD", Kind::Region, "28"),
    ("FRE", Kind::Region, "32"),
    ("FRF", Kind::Region, "44"),
    ("FRG", Kind::Region, "52"),
    ("FRG0", Kind::Region, "52"),
    ("FRH", Kind::Region, "53"),
    ("FRH0", Kind::Region, "53"),
    ("FRI", Kind::Region, "75"),
    ("FRJ", Kind::Region, "76"),
    ("FRK", Kind::Region, "84"),
    ("FRL", Kind::Region, "93"),
    ("FRL0", Kind::Region, "93"),
    ("FRM", Kind::Region, "94"),
    ("FRM0", Kind::Region, "94"),
    ("FR-ARA", Kind::Region, "84"),
    ("FR-BFC", Kind::Region, "27"),
    ("FR-BRE", Kind::Region, "53"),
    ("FR-CVL", Kind::Region, "24"),
    ("FR-GES", Kind::Region, "44"),
    ("FR-HDF", Kind::Region, "32"),
    ("FR-IDF", Kind::Region, "11"),
    ("FR-NAQ", Kind::Region, "75"),
    ("FR-NOR", Kind::Region, "28"),
    ("FR-OCC", Kind::Region, "76"),
    ("FR-PAC", Kind::Region, "93"),
    ("FR-PDL", Kind::Region, "52"),
    ("BE1", Kind::BelgianRegion, "4000"),
    ("BE10", Kind::BelgianRegion, "4000"),
    ("BE2", Kind::BelgianRegion, "2000"),
    ("BE3", Kind::BelgianRegion, "3000"),
    ("BE-BRU", Kind::BelgianRegion, "4000"),
    ("BE-VLG", Kind::BelgianRegion, "2000"),
    ("BE-WAL", Kind::BelgianRegion, "3000"),
    ("BE21", Kind::Province, "10000"),
    ("BE22", Kind::Province, "70000"),
    ("BE23", Kind::Province, "40000"),
    ("BE24", Kind::Province, "20001"),
    ("BE25", Kind::Province, "30000"),
    ("BE31", Kind::Province, "20002"),
    ("BE32", Kind::Province, "50000"),
    ("BE33", Kind::Province, "60000"),
    ("BE34", Kind::Province, "80000"),
    ("BE35", Kind::Province, "90000"),
    ("BE-VAN", Kind::Province, "10000"),
    ("BE-VLI", Kind::Province, "70000"),
    ("BE-WHT", Kind::Province, "50000"),
    ("BE-WLG", Kind::Province, "60000"),
];

/// The place with an IRI.
pub(super) fn of_iri(iri: &str) -> Option<Place> {
    let (scheme, rest) = iri.trim().split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let rest = rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/');
    let (host, path) = rest.split_once('/')?;
    let (list, code) = path.rsplit_once('/').unwrap_or(("", path));
    match (host, list) {
        ("publications.europa.eu", list) => {
            let list = list.strip_prefix("resource/authority/")?;
            let own = match list {
                "country" => Place::of_code(Kind::Country, code),
                "continent" => Place::of_code(Kind::Continent, code),
                "place" => Place::of_code(Kind::Town, code),
                _ => None,
            };
            own.or_else(|| TABLE.by_same(&format!("{list}/{code}")).map(Place))
        }
        ("id.insee.fr", list) => {
            let kinds: &[Kind] = match list.strip_prefix("geo/")? {
                "commune" => &INSEE,
                "communeDeleguee" => &[Kind::Delegated],
                "communeAssociee" => &[Kind::Associated],
                "arrondissementMunicipal" => &[Kind::Borough],
                "departement" => &[Kind::Department],
                "region" => &[Kind::Region, Kind::FormerRegion],
                "arrondissement" => &[Kind::District],
                "intercommunalite" => &[Kind::Intercommunality],
                _ => return None,
            };
            first(kinds, code)
        }
        ("vocab.belgif.be", list) if list.starts_with("auth/refnis") => nis(code),
        ("sws.geonames.org", "") => geonames(code),
        ("geonames.org", _) => geonames(if list.is_empty() { code } else { list }),
        ("data.europa.eu", "nuts/code") => region(code),
        _ => None,
    }
}

fn geonames(id: &str) -> Option<Place> {
    let named = GEONAMES.iter().find(|(own, _, _)| *own == id).map(|(_, kind, code)| (*kind, *code));
    let (kind, code) = named.unwrap_or((Kind::World, id));
    Place::of_code(kind, code)
}

fn region(code: &str) -> Option<Place> {
    let upper = code.to_ascii_uppercase();
    if matches!(upper.as_str(), "FR" | "BE") {
        return Place::of_code(Kind::Country, if upper == "FR" { "FRA" } else { "BEL" });
    }
    if let Some((_, kind, code)) = REGIONS.iter().find(|(own, _, _)| *own == upper) {
        return Place::of_code(*kind, code);
    }
    Place::of_code(Kind::Department, upper.strip_prefix("FR-")?)
}

/// The first kind's place with the code.
fn first(kinds: &[Kind], code: &str) -> Option<Place> {
    kinds.iter().find_map(|kind| Place::of_code(*kind, code))
}

fn nis(code: &str) -> Option<Place> {
    let code = code.strip_prefix('0').filter(|rest| rest.len() == 4).unwrap_or(code);
    if code == "1000" {
        return Place::of_code(Kind::Country, "BEL");
    }
    first(&NIS, code).or_else(|| {
        // A code that a commune had before 2019.
        let mut rows = TABLE.by_name(&format!("nis {code}")).map(|(row, _)| row);
        rows.next().map(Place)
    })
}

/// What a code in a text says; `None` when the text is none.
pub(super) fn of_text(raw: &str, context: &Context<'_>) -> Option<Found> {
    let raw = raw.trim();
    if raw.len() > 64 || !raw.is_ascii() || raw.contains("://") {
        return None;
    }
    if raw == "world" {
        return Place::of_code(Kind::World, "6295630").map(Found::One);
    }
    let lower = raw.to_ascii_lowercase();
    if lower.starts_with("fr:") || lower.starts_with("be:") || lower.starts_with("country") {
        return zone(&lower);
    }
    if let Some(found) = opendatasoft(&lower) {
        return Some(found);
    }
    if !raw.bytes().any(|b| b.is_ascii_digit()) {
        return if raw.starts_with("FR-") || raw.starts_with("BE-") {
            region(raw).map(Found::One)
        } else {
            None
        };
    }
    if let Some((list, code)) = labelled(&lower) {
        let upper = code.to_ascii_uppercase();
        return match list {
            List::Insee => Some(found(first(&INSEE, &upper))),
            List::Nis => Some(found(nis(code))),
            List::Siren => Some(found(siren(code))),
            List::Postal => Some(choose(postal(code), context)),
        };
    }
    let digits: String = raw.chars().filter(|c| !matches!(c, ' ' | '.' | '\u{a0}')).collect();
    match digits.len() {
        9 | 14 if digits.bytes().all(|b| b.is_ascii_digit()) => siren(&digits).map(Found::One),
        5 if raw.len() == 5 => bare(raw, context).or_else(|| region(raw).map(Found::One)),
        _ => region(raw).map(Found::One),
    }
}

/// A code that looks like one of a list is that or none.
fn found(place: Option<Place>) -> Found {
    place.map_or(Found::Unknown, Found::One)
}

/// Five signs and nothing else: an INSEE code, a NIS code or a French postal code.
fn bare(raw: &str, context: &Context<'_>) -> Option<Found> {
    let upper = raw.to_ascii_uppercase();
    let mut digits = upper.bytes();
    let coded = digits.next().is_some_and(|b| b.is_ascii_digit())
        && digits.next().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'A' | b'B'))
        && digits.all(|b| b.is_ascii_digit());
    if !coded {
        return None;
    }
    // Codes of arrondissements end like postal codes of chief towns; those are read only where the list is named.
    let belgian = nis(&upper).filter(|place| place.kind().is_communal());
    let mut candidates: Vec<Place> = first(&OF_TODAY, &upper).into_iter().chain(belgian).collect();
    candidates.extend(postal(&upper));
    if candidates.is_empty() {
        candidates.extend(Place::of_code(Kind::FormerCommune, &upper));
    }
    (!candidates.is_empty()).then(|| choose(candidates, context))
}

/// The communes with a postal code; of a town and its arrondissement, the latter.
pub(super) fn postal(code: &str) -> Vec<Place> {
    let Ok(number) = code.parse::<u32>() else { return Vec::new() };
    let kinds = |place: &Place| match code.len() {
        4 => place.kind() == Kind::BelgianCommune,
        _ => matches!(place.kind(), Kind::Commune | Kind::Borough),
    };
    let places: Vec<Place> = TABLE.by_postal(number).map(Place).filter(kinds).collect();
    let whole = |place: &Place| places.iter().any(|other| other != place && other.is_in(*place));
    places.iter().copied().filter(|place| !whole(place)).collect()
}

/// A SIREN, or the SIREN in a SIRET.
pub(super) fn siren(code: &str) -> Option<Place> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    if !matches!(digits.len(), 9 | 14) {
        return None;
    }
    let number: u32 = digits.get(..9)?.parse().ok()?;
    let rows: Vec<Row> = TABLE.by_siren(number).collect();
    match rows.as_slice() {
        [one] => Some(Place(*one)),
        _ => None,
    }
}

/// [Zones](https://www.data.gouv.fr/api/1/spatial/) of data.gouv.fr: `fr:commune:35238`, `country:fr`.
fn zone(lower: &str) -> Option<Found> {
    let mut parts = lower.split(':');
    let (country, level, code) = (parts.next()?, parts.next()?, parts.next());
    let code = code.map(|code| code.split('@').next().unwrap_or(code).to_ascii_uppercase());
    Some(found(match (country, level, code.as_deref()) {
        ("country", level, None) => iso2(level),
        ("country-group", "world", None) => Place::of_code(Kind::World, "6295630"),
        ("country-group", "ue", None) => Place::of_code(Kind::Country, "EUR"),
        ("country-subset", "fr", Some(_)) => Place::of_code(Kind::Country, "FRA"),
        ("fr", "commune", Some(code)) => first(&INSEE, code),
        ("fr", "departement" | "collectivite", Some(code)) => Place::of_code(Kind::Department, code),
        ("fr", "region", Some(code)) => first(&[Kind::Region, Kind::FormerRegion], code),
        ("fr", "arrondissement", Some(code)) => Place::of_code(Kind::District, code),
        ("fr", "epci", Some(code)) => Place::of_code(Kind::Intercommunality, code),
        _ => return None,
    }))
}

/// Two letters of a country, by the names of the table.
fn iso2(code: &str) -> Option<Place> {
    let mut places = TABLE.by_name(code).map(|(row, _)| Place(row));
    if code.len() == 2 { places.find(|place| place.kind() == Kind::Country) } else { None }
}

/// Ids of the levels of [Opendatasoft](https://help.opendatasoft.com/)'s `geographic_reference`: `world_fr`, `fr_40_53`.
///
/// Level 40 is the region and 60 the département; of deeper levels the code says what it is.
fn opendatasoft(lower: &str) -> Option<Found> {
    let mut parts = lower.split('_');
    let (country, level, code) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || lower.contains(' ') {
        return None;
    }
    let code = code.map(str::to_ascii_uppercase);
    match (country, level, code.as_deref()) {
        ("world", country, None) if country.len() == 2 => Some(found(iso2(country))),
        ("fr", level, Some(code)) => {
            let level: u16 = level.parse().ok()?;
            Some(found(match (level, code.len()) {
                (40, 2) => first(&[Kind::Region, Kind::FormerRegion], code),
                (60, 2 | 3) => Place::of_code(Kind::Department, code),
                (_, 5) => first(&INSEE, code),
                (_, 9) => Place::of_code(Kind::Intercommunality, code),
                (_, 3 | 4) => Place::of_code(Kind::District, code),
                _ => None,
            }))
        }
        ("be", level, Some(code)) => {
            let _: u16 = level.parse().ok()?;
            Some(found(nis(code)))
        }
        _ => None,
    }
}

/// The list that a labelled code is of.
#[derive(Clone, Copy)]
enum List {
    Insee,
    Nis,
    Siren,
    Postal,
}

/// `INSEE 35238`, `code postal : 35000`, `NIS:62063`, `SIREN 243500139`.
fn labelled(lower: &str) -> Option<(List, &str)> {
    let at = lower.find(|c: char| c.is_ascii_digit())?;
    let (label, code) = lower.split_at_checked(at)?;
    let label = label.trim_end_matches([' ', ':', '=', '-', '_', '#', '.']);
    let label = label.trim_start_matches("code").trim_matches([' ', '_', '-', ':']);
    let list = match label {
        "insee" | "commune" | "insee commune" | "commune insee" | "com" => List::Insee,
        "nis" | "ins" | "refnis" | "nis-code" | "niscode" => List::Nis,
        "siren" | "siret" => List::Siren,
        "postal" | "cp" | "postcode" | "zip" | "plz" | "postleitzahl" => List::Postal,
        _ => return None,
    };
    code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ').then_some((list, code.trim()))
}
