//! One place out of a text: its name, the words that say what sort of place it is, and what stands beside it.

use super::choose::choose;
use super::key::{NAME_MAX, key};
use super::table::TABLE;
use super::{Context, Found, Kind, Place, code};

use Kind::{
    Associated, BelgianCommune, BelgianDistrict, BelgianRegion, Borough, Commune, Country, Delegated,
    Department, District, FormerBelgianCommune, FormerCommune, FormerRegion, Intercommunality, Province,
    Region,
};

const COMMUNES: &[Kind] =
    &[Commune, BelgianCommune, Delegated, Associated, FormerCommune, FormerBelgianCommune, Borough];
const BELGIAN_COMMUNES: &[Kind] = &[BelgianCommune, FormerBelgianCommune];
const EPCI: &[Kind] = &[Intercommunality];
const DEPARTMENTS: &[Kind] = &[Department];
const PROVINCES: &[Kind] = &[Province];
const REGIONS: &[Kind] = &[Region, FormerRegion, BelgianRegion];
const DISTRICTS: &[Kind] = &[District, BelgianDistrict];
const PARTS: &[Kind] = &[Delegated, Associated, FormerCommune];
const COUNTRIES: &[Kind] = &[Country];

/// The words before a name that say what sort of place it is, folded; longer ones stand before those that they begin with.
const WORDS: [(&str, &[Kind]); 56] = [
    ("administration communale", BELGIAN_COMMUNES),
    ("agglomeration", EPCI),
    ("agglo", EPCI),
    ("arrondissement", DISTRICTS),
    ("bezirk", DISTRICTS),
    ("ca", EPCI),
    ("cc", EPCI),
    ("city", COMMUNES),
    ("collectivite", COMMUNES),
    ("commune associee", PARTS),
    ("commune deleguee", PARTS),
    ("commune nouvelle", &[Commune]),
    ("commune", COMMUNES),
    ("communaute d agglomeration", EPCI),
    ("communaute de communes", EPCI),
    ("communaute urbaine", EPCI),
    ("communaute", EPCI),
    ("conseil departemental", DEPARTMENTS),
    ("conseil general", DEPARTMENTS),
    ("conseil regional", REGIONS),
    ("country", COUNTRIES),
    ("cu", EPCI),
    ("departement", DEPARTMENTS),
    ("department", DEPARTMENTS),
    ("dept", DEPARTMENTS),
    ("epci", EPCI),
    ("ept", EPCI),
    ("etablissement public territorial", EPCI),
    ("eurometropole", EPCI),
    ("gemeente", BELGIAN_COMMUNES),
    ("gemeentebestuur", BELGIAN_COMMUNES),
    ("gemeinde", BELGIAN_COMMUNES),
    ("intercommunalite", EPCI),
    ("lokaal bestuur", BELGIAN_COMMUNES),
    ("mairie", COMMUNES),
    ("metropole", EPCI),
    ("municipalite", COMMUNES),
    ("municipality", COMMUNES),
    ("pays", COUNTRIES),
    ("prefecture", DEPARTMENTS),
    ("province", PROVINCES),
    ("provincie", PROVINCES),
    ("provinciebestuur", PROVINCES),
    ("provinz", PROVINCES),
    ("regio", REGIONS),
    ("region", REGIONS),
    ("staat", COUNTRIES),
    ("stad", BELGIAN_COMMUNES),
    ("stadt", COMMUNES),
    ("stadsbestuur", BELGIAN_COMMUNES),
    ("territoire de la commune", COMMUNES),
    ("territoire de la ville", COMMUNES),
    ("territoire", COMMUNES),
    ("town", COMMUNES),
    ("ville", COMMUNES),
    ("village", COMMUNES),
];

/// A link between such a word and the name, and what of it may belong to the name.
const LINKS: [(&str, &str); 12] = [
    ("de la ", "la "),
    ("de l ", "l "),
    ("de les ", "les "),
    ("du ", "le "),
    ("des ", "les "),
    ("de ", ""),
    ("d ", ""),
    ("of the ", ""),
    ("of ", ""),
    ("van ", ""),
    ("von ", ""),
    ("the ", ""),
];

/// Articles before names of large places.
const ARTICLES: [&str; 6] = ["la ", "le ", "les ", "l ", "the ", "het "];

/// Shortest name of an EPCI that is understood without the words "Communauté de communes", in bytes.
const BARE_MIN: usize = 8;

/// Most places of larger name that a hint may mean.
const HINT_MAX: usize = 64;

/// The place that a text names.
pub(super) fn find(raw: &str, context: &Context<'_>) -> Found {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > NAME_MAX {
        return Found::Unknown;
    }
    if let Some(place) = code::of_iri(raw) {
        return Found::One(place);
    }
    if let Some(found) = code::of_text(raw, context) {
        return found;
    }
    let whole = choose(candidates(raw), context);
    if matches!(whole, Found::One(_)) {
        return whole;
    }
    match beside(raw).map(|(name, hints)| hinted(name, &hints, context)) {
        Some(Found::Unknown) | None => whole,
        Some(found) => found,
    }
}

/// The places that a name with or without such words may mean.
pub(super) fn candidates(raw: &str) -> Vec<Place> {
    let Some(key) = key(raw) else { return Vec::new() };
    let named = named(&key, None);
    if !named.is_empty() {
        return named;
    }
    let mut worded = WORDS.iter().filter_map(|(word, kinds)| {
        let rest = key.strip_prefix(word)?.strip_prefix(' ')?;
        let found =
            forms(rest).find_map(|name| Some(self::named(&name, Some(kinds))).filter(|n| !n.is_empty()));
        found.or_else(|| metropolitan(rest, kinds))
    });
    if let Some(found) = worded.next() {
        return found;
    }
    let article = ARTICLES.iter().find_map(|article| key.strip_prefix(article));
    let mut places = article.map(|name| self::named(name, None)).unwrap_or_default();
    places.retain(|place| place.kind().is_large());
    places
}

/// "Métropole de Rennes" is "Rennes Métropole".
fn metropolitan(rest: &str, kinds: &[Kind]) -> Option<Vec<Place>> {
    if kinds != EPCI {
        return None;
    }
    forms(rest).find_map(|name| {
        let names = [format!("{name} metropole"), format!("metropole de {name}"), format!("grand {name}")];
        names.iter().map(|name| named(name, Some(EPCI))).find(|found| !found.is_empty())
    })
}

/// The name after such a word, with and without the article.
fn forms(rest: &str) -> impl Iterator<Item = String> + '_ {
    let link = LINKS.iter().find_map(|(link, article)| Some((rest.strip_prefix(link)?, *article)));
    let (name, article) = link.unwrap_or((rest, ""));
    let with = (!article.is_empty()).then(|| format!("{article}{name}"));
    with.into_iter().chain(std::iter::once(name.to_owned())).chain(link.map(|_| rest.to_owned()))
}

/// The places of a name, of some kinds. What has the name only weakly counts where nothing else has it.
fn named(key: &str, kinds: Option<&[Kind]>) -> Vec<Place> {
    let wanted = |place: &Place| kinds.is_none_or(|kinds| kinds.contains(&place.kind()));
    let found: Vec<(Place, bool)> =
        TABLE.by_name(key).map(|(row, weak)| (Place(row), weak)).filter(|(place, _)| wanted(place)).collect();
    let strong: Vec<Place> = found.iter().filter(|(_, weak)| !weak).map(|(place, _)| *place).collect();
    if !strong.is_empty() {
        return strong;
    }
    let told = |place: &Place| match place.kind() {
        // "Saint-Denis" is no arrondissement without the word, "Beauvaisis" an EPCI even so.
        District => kinds.is_some(),
        Intercommunality => kinds.is_some() || key.len() >= BARE_MIN,
        _ => true,
    };
    found.into_iter().map(|(place, _)| place).filter(told).collect()
}

/// What stands beside a name.
enum Hint<'a> {
    /// A postal code.
    Postal(&'a str),
    /// Words: a département's number or name, a sort of place, a country.
    Words(&'a str),
}

/// Parts a text into a name and what stands beside it: `Saint-Denis (93)`, `Rennes, Ille-et-Vilaine`, `35000 Rennes`.
fn beside(raw: &str) -> Option<(&str, Vec<Hint<'_>>)> {
    if let Some((name, hint)) = raw.strip_suffix(')').and_then(|raw| raw.rsplit_once('(')) {
        return Some((name.trim(), vec![Hint::Words(hint.trim())]));
    }
    let raw = raw.strip_suffix("CEDEX").or_else(|| raw.strip_suffix("Cedex")).unwrap_or(raw).trim();
    if let Some((first, rest)) = raw.split_once([',', ';']) {
        let (name, mut hints) = match town(first.trim()) {
            Some((name, code)) => (name, vec![Hint::Postal(code)]),
            None => (first.trim(), Vec::new()),
        };
        hints.extend(rest.split([',', ';']).map(|hint| Hint::Words(hint.trim())));
        return Some((name, hints));
    }
    if let Some((name, code)) = town(raw) {
        return Some((name, vec![Hint::Postal(code)]));
    }
    let (name, hint) = raw.rsplit_once([' ', '-', '/'])?;
    let number = matches!(hint.len(), 2 | 3) && hint.starts_with(|c: char| c.is_ascii_digit());
    if number {
        return Some((name.trim_end_matches([' ', '-', '/']), vec![Hint::Words(hint)]));
    }
    let (name, hint) = raw.split_once(" - ")?;
    Some((name.trim(), vec![Hint::Words(hint.trim())]))
}

/// A postal code before or after a name.
fn town(raw: &str) -> Option<(&str, &str)> {
    let is_code = |text: &str| matches!(text.len(), 4 | 5) && text.bytes().all(|b| b.is_ascii_digit());
    let country = |text: &'_ str| {
        let bare = ["B-", "BE-", "F-", "FR-"].into_iter().find_map(|prefix| text.strip_prefix(prefix));
        bare.is_some_and(is_code).then(|| bare.unwrap_or_default().len())
    };
    if let Some((code, name)) = raw.split_once(' ') {
        let digits = if is_code(code) { Some(code.len()) } else { country(code) };
        if let Some(code) = digits.and_then(|digits| code.get(code.len() - digits..)) {
            return Some((name.trim(), code));
        }
    }
    let (name, code) = raw.rsplit_once([' ', ','])?;
    is_code(code).then_some((name.trim_end_matches([' ', ',']), code))
}

/// The place of a name that all hints speak of.
fn hinted(name: &str, hints: &[Hint<'_>], context: &Context<'_>) -> Found {
    let mut places = candidates(name);
    for hint in hints {
        match hint {
            // Belgian communes have more postal codes than the table: there it only tells homonyms apart.
            Hint::Postal(code) if code.len() == 4 => {
                places.retain(|place| place.kind() >= BelgianRegion);
                let with: Vec<Place> = places
                    .iter()
                    .copied()
                    .filter(|place| place.postal_codes().any(|own| own == *code))
                    .collect();
                if !with.is_empty() {
                    places = with;
                }
            }
            Hint::Postal(code) => {
                let province = [code.get(..2), code.get(..3)];
                let fits = |place: &Place| {
                    place.postal_codes().any(|own| own == *code)
                        // A cedex or business code: of the département at least, or of what lies around.
                        || !place.kind().is_communal()
                            && place.province().is_some_and(|p| province.contains(&Some(p.code())))
                };
                let in_department =
                    |place: &Place| place.province().is_some_and(|p| province.contains(&Some(p.code())));
                let with: Vec<Place> = places.iter().copied().filter(fits).collect();
                if with.is_empty() {
                    places.retain(in_department);
                } else {
                    places = with;
                }
            }
            Hint::Words(words) => {
                if !narrow(&mut places, name, words) {
                    return Found::Unknown;
                }
            }
        }
    }
    choose(places, context)
}

/// Keeps what words beside a name leave; `false` when nobody knows what they say.
fn narrow(places: &mut Vec<Place>, name: &str, words: &str) -> bool {
    let Some(folded) = key(words) else { return words.trim().is_empty() };
    let upper = words.to_ascii_uppercase();
    if let Some((_, kinds)) = WORDS.iter().find(|(word, _)| *word == folded) {
        let of_kind = |place: &Place| kinds.contains(&place.kind());
        places.retain(of_kind);
        return true;
    }
    // "Havre (Le)".
    if matches!(folded.as_str(), "le" | "la" | "les" | "l") {
        *places = candidates(&format!("{folded} {name}"));
        return true;
    }
    if matches!(upper.len(), 2 | 3)
        && let Some(department) = Place::of_code(Department, &upper)
    {
        places.retain(|place| place.is_in(department));
        return true;
    }
    if upper.len() == 5 && upper.starts_with(|c: char| c.is_ascii_digit()) {
        places.retain(|place| place.code() == upper || place.postal_codes().any(|own| own == upper));
        return true;
    }
    let around = candidates(words);
    if around.is_empty() || around.len() > HINT_MAX {
        return false;
    }
    places.retain(|place| around.iter().any(|larger| place != larger && place.is_in(*larger)));
    true
}
