//! Titles and names of bodies as they are compared.

use std::collections::BTreeSet;

use crate::vocabulary::fold;

/// How alike the titles of one publisher must be, from 0 to 1: measured on the labelled pairs of
/// `fixtures/same` (`cargo test -p moisson-dcat --test same -- --nocapture` prints the figures for others).
pub const LEAST_TITLE: f64 = 0.85;

/// Most words of a title that are compared.
const MOST_WORDS: usize = 24;

/// Words that say nothing about which dataset it is.
const STOP: &[&str] = &[
    "a",
    "au",
    "aux",
    "avec",
    "ce",
    "ces",
    "d",
    "dans",
    "de",
    "des",
    "du",
    "en",
    "et",
    "l",
    "la",
    "le",
    "les",
    "leur",
    "ou",
    "par",
    "pour",
    "s",
    "sa",
    "son",
    "sur",
    "un",
    "une",
    "qu",
    "est",
    "the",
    "of",
    "and",
    "in",
    "on",
    "for",
    "to",
    "by",
    "het",
    "een",
    "der",
    "den",
    "die",
    "das",
    "dem",
    "van",
    "voor",
    "op",
    "met",
    "te",
    "bij",
    "uit",
    "und",
    "im",
    "am",
    "von",
    "zu",
    "zum",
    "zur",
    "fur",
    "mit",
    "auf",
    "jeu",
    "donnees",
    "donnee",
    "dataset",
    "data",
    "datensatz",
    "open",
    "opendata",
    "liste",
    "lijst",
    "list",
    "nr",
    "no",
    "numero",
    "nummer",
    "csv",
    "json",
    "geojson",
    "shp",
    "xlsx",
    "wms",
    "wfs",
    "gpkg",
    "commune",
    "gemeente",
    "territoire",
    "ville",
    "stad",
    "stadt",
    "municipal",
    "municipale",
    "municipaux",
    "municipales",
    "communal",
    "communale",
    "communaux",
    "communales",
];

/// What stands in front of a body's own name, and what it is called together.
const TITLES_OF_BODIES: &[(&str, &str)] = &[
    ("ville et metropole", "metropole"),
    ("ville", ""),
    ("mairie", ""),
    ("commune", ""),
    ("municipalite", ""),
    ("conseil municipal", ""),
    ("stad", ""),
    ("stadt", ""),
    ("gemeente", ""),
    ("gemeinde", ""),
    ("gemeentebestuur", ""),
    ("stadsbestuur", ""),
    ("administration communale", ""),
    ("city", ""),
    ("conseil departemental", "departement"),
    ("conseil general", "departement"),
    ("departement", "departement"),
    ("conseil regional", "region"),
    ("region", "region"),
    ("communaute d agglomeration", "agglo"),
    ("agglomeration", "agglo"),
    ("agglo", "agglo"),
    ("ca", "agglo"),
    ("communaute de communes", "cc"),
    ("cc", "cc"),
    ("communaute urbaine", "cu"),
    ("cu", "cu"),
    ("metropole", "metropole"),
    ("eurometropole", "metropole"),
    ("province", "province"),
    ("provincie", "province"),
    ("landkreis", "kreis"),
    ("kreis", "kreis"),
    ("syndicat mixte", "syndicat"),
];

/// Words that tell one thing from its sisters though they are small: parts of a year, of the world, of a series.
const TELLING: &[&str] = &[
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
    "januar",
    "februar",
    "marz",
    "dezember",
    "nord",
    "sud",
    "est",
    "ouest",
    "noord",
    "zuid",
    "oost",
    "west",
    "ost",
    "suden",
    "norden",
    "printemps",
    "ete",
    "automne",
    "hiver",
    "trimestre",
    "semestre",
    "kwartaal",
    "quartal",
    "hebdomadaire",
    "mensuel",
    "provisoire",
];

/// Ordinals in words.
const ORDINALS: &[(&str, &str)] = &[
    ("premier", "1"),
    ("premiere", "1"),
    ("eerste", "1"),
    ("erste", "1"),
    ("first", "1"),
    ("second", "2"),
    ("seconde", "2"),
    ("deuxieme", "2"),
    ("tweede", "2"),
    ("zweite", "2"),
    ("troisieme", "3"),
    ("derde", "3"),
    ("dritte", "3"),
    ("third", "3"),
];

/// A title taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    /// Stems in their order, each once, without what says nothing.
    pub(super) stems: Vec<String>,
    /// Numbers, single letters and telling words: they must agree.
    pub(super) marks: BTreeSet<String>,
}

/// Takes a title apart.
pub(super) fn words(title: &str) -> Words {
    let mut words = Words::default();
    let Some(folded) = fold(title) else { return words };
    for (position, word) in folded.split(' ').enumerate() {
        if words.stems.len() == MOST_WORDS {
            break;
        }
        if let Some(mark) = mark(word, position) {
            words.marks.insert(mark);
        } else if !STOP.contains(&word) {
            let stem = stem(word);
            if !words.stems.contains(&stem) {
                words.stems.push(stem);
            }
        }
    }
    words
}

/// A word that must agree: its form that is compared.
fn mark(word: &str, position: usize) -> Option<String> {
    if let Some((_, number)) = ORDINALS.iter().find(|(ordinal, _)| *ordinal == word) {
        return Some((*number).to_owned());
    }
    if TELLING.contains(&word) && !(word == "est" && position == 0) {
        return Some(word.to_owned());
    }
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    if !digits.is_empty() {
        // `1er`, `2e`, `n12`, `T2`, `2022a`: the number counts; codes of letters and digits count as they are.
        let letters: String = word.chars().filter(|c| !c.is_ascii_digit()).collect();
        let ordinal = matches!(
            letters.as_str(),
            "" | "er" | "ere" | "e" | "eme" | "n" | "no" | "nr" | "de" | "ste" | "th" | "st"
        );
        let number = digits.trim_start_matches('0');
        return Some(if ordinal { number.to_owned() } else { word.to_owned() });
    }
    let roman = word.len() >= 2 && word.bytes().all(|byte| b"ivx".contains(&byte));
    if roman
        || word.chars().count() == 1
            && !matches!(word, "a" | "d" | "l" | "s" | "n" | "y" | "c" | "j" | "m" | "t")
    {
        return Some(word.to_owned());
    }
    None
}

/// The word without the endings of plurals.
fn stem(word: &str) -> String {
    if word.ends_with("eaux") {
        return word.trim_end_matches('x').to_owned();
    }
    if let Some(rest) = word.strip_suffix("aux").filter(|rest| rest.len() >= 3) {
        return format!("{rest}al");
    }
    let mut stem = word;
    while let Some(rest) = ["en", "es", "s", "x", "e", "n"]
        .iter()
        .find_map(|ending| stem.strip_suffix(ending).filter(|rest| rest.len() >= 4))
    {
        stem = rest;
    }
    stem.to_owned()
}

/// The name of a body or place as it is compared: `Mairie de Rennes` is `rennes`, `Rennes Métropole` is
/// `metropole rennes`.
pub(super) fn body(name: &str) -> Option<String> {
    let folded = fold(name)?;
    let mut rest = folded.as_str();
    let mut kind = "";
    for _ in 0..2 {
        let start = TITLES_OF_BODIES
            .iter()
            .find(|(start, _)| rest.strip_prefix(start).is_some_and(|after| after.starts_with(' ')));
        let Some((start, as_kind)) = start else { break };
        rest = rest.strip_prefix(start).unwrap_or(rest).trim_start();
        if !as_kind.is_empty() {
            kind = as_kind;
        }
        rest = ["de la ", "de l ", "du ", "des ", "de ", "d ", "van ", "of ", "la "]
            .iter()
            .find_map(|particle| rest.strip_prefix(particle))
            .unwrap_or(rest);
    }
    let mut parts: Vec<&str> = rest.split(' ').filter(|word| !STOP.contains(word)).collect();
    let last = parts.last().copied().unwrap_or_default();
    if kind.is_empty() && parts.len() > 1 {
        for (end, as_kind) in
            [("metropole", "metropole"), ("agglomeration", "agglo"), ("agglo", "agglo"), ("communaute", "cc")]
        {
            if last == end {
                parts.pop();
                kind = as_kind;
            }
        }
    }
    let name = parts.join(" ");
    let whole = if kind.is_empty() { name } else { format!("{kind} {name}") };
    (!whole.trim().is_empty()).then(|| whole.trim().to_owned())
}

/// The stems of a body's or place's name, which a title need not repeat.
pub(super) fn stems_of(body: &str) -> impl Iterator<Item = String> + '_ {
    body.split(' ').filter(|word| word.len() > 2).map(stem)
}

/// How alike two titles are, from 0 to 1: the share of words in common, those of the publishers and places aside. Words
/// that stand in each alone speak against it, unless they are spellings of one.
pub(super) fn likeness(a: &[String], b: &[String], aside: &BTreeSet<String>) -> f64 {
    let kept = |stems: &[String]| -> Vec<String> {
        let kept: Vec<String> = stems.iter().filter(|stem| !aside.contains(*stem)).cloned().collect();
        if kept.is_empty() { stems.to_vec() } else { kept }
    };
    let (a, b) = (kept(a), kept(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let mut alone: Vec<&String> = b.iter().filter(|word| !a.contains(word)).collect();
    let mut common = b.len() - alone.len();
    let mut odd = 0;
    for word in a.iter().filter(|word| !b.contains(word)) {
        if let Some(at) = alone.iter().position(|other| is_spelling_of(word, other)) {
            alone.remove(at);
            common += 1;
        } else {
            odd += 1;
        }
    }
    if odd > 0 && !alone.is_empty() {
        return 0.0;
    }
    ratio(common, common + odd + alone.len())
}

/// Whether two long words differ by one letter.
fn is_spelling_of(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.len().min(b.len()) < 7 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    start + end + 1 >= a.len().max(b.len())
}

/// A share as a number.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{body, likeness, words};

    #[test]
    fn names_of_bodies_are_told_apart_by_what_they_are() {
        for (name, is) in [
            ("Ville de Montréval", "montreval"),
            ("Mairie de Montréval", "montreval"),
            ("MONTREVAL", "montreval"),
            ("Montréval Métropole", "metropole montreval"),
            ("Métropole de Montréval", "metropole montreval"),
            ("Communauté de communes du Pays de Lisse", "cc pays lisse"),
            ("Conseil départemental de la Lisse", "departement lisse"),
            ("Département de la Lisse", "departement lisse"),
            ("Stad Kerkebeek", "kerkebeek"),
        ] {
            assert_eq!(body(name).as_deref(), Some(is), "{name}");
        }
    }

    #[test]
    fn numbers_letters_and_seasons_are_marks() {
        let marks = |title| words(title).marks.into_iter().collect::<Vec<_>>();
        assert_eq!(marks("Budget 2022"), ["2022"]);
        assert_eq!(marks("Élections, 1er tour"), ["1"]);
        assert_eq!(marks("Zone B, nord"), ["b", "nord"]);
        assert!(marks("Liste des arbres à planter").is_empty());
    }

    #[test]
    fn a_word_exchanged_is_another_title() {
        let like = |a: &str, b: &str| likeness(&words(a).stems, &words(b).stems, &BTreeSet::new());
        assert!(like("Arbres remarquables", "Les arbres remarquables") > 0.99);
        assert!(
            like("Points de collecte du verre de la ville", "Points de collecte du papier de la ville")
                < 0.01
        );
        assert!(like("Équipements sportifs", "Equipement sportif") > 0.99);
    }
}
