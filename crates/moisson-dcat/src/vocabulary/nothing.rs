//! What stands where a value should and names none: "non renseigné", "Divers", and of a licence what only restates that
//! data are open (`tables/names-nothing.csv`).

use std::sync::LazyLock;

use rustc_hash::FxHashSet as HashSet;

use super::fold;
use super::place::{Context, Found, find};

/// Whole texts and words, folded, of any property or of one.
static NOTHING: LazyLock<HashSet<(String, How, String)>> = LazyLock::new(|| {
    let text = include_str!("../../tables/names-nothing.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let mut all = HashSet::default();
    for row in reader.records().filter_map(Result::ok) {
        let cell = |column| row.get(column).unwrap_or_default();
        let how = if cell(1) == "word" { How::Word } else { How::Whole };
        let texts = cell(2).split(" | ").filter_map(fold);
        all.extend(texts.map(|text| (cell(0).to_owned(), how, text)));
    }
    all
});

/// How a text of the table is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum How {
    Whole,
    Word,
}

fn has(property: &str, how: How, text: &str) -> bool {
    NOTHING.contains(&(property.to_owned(), how, text.to_owned()))
}

/// Whether a text that is no value of a property (`license`, `theme`, …) names none at all, rather than one that no
/// table knows.
///
/// ```
/// use moisson_dcat::vocabulary::names_nothing;
/// assert!(names_nothing("license", "Other (Open)"));
/// assert!(names_nothing("license", "Open Data Paris"));
/// assert!(names_nothing("theme", "Divers"));
/// assert!(!names_nothing("license", "Licence Zorglub"));
/// ```
pub fn names_nothing(property: &str, raw: &str) -> bool {
    let Some(folded) = fold(raw) else { return raw.trim().chars().all(|c| !c.is_alphanumeric()) };
    if ["*", property].iter().any(|property| has(property, How::Whole, &folded)) {
        return true;
    }
    let (words, others): (Vec<&str>, Vec<&str>) =
        folded.split(' ').partition(|word| has(property, How::Word, word));
    match others.as_slice() {
        [] => true,
        // "Open Data Paris": whose data are open, not under which terms.
        _ if words.is_empty() => false,
        _ => {
            let place = others.join(" ");
            folded.ends_with(&place) && !matches!(find(&place, &Context::default()), Found::Unknown)
        }
    }
}

/// Words with which the terms of use of somebody's own begin, or after which they are named; folded.
const TERMS: [&str; 22] = [
    "terms of use",
    "terms of service",
    "terms and conditions",
    "terms conditions",
    "conditions of use",
    "data use agreement",
    "conditions d utilisation",
    "conditions generales",
    "conditions particulieres",
    "conditions de reutilisation",
    "conditions de diffusion",
    "mentions legales",
    "cgu",
    "gebruiksvoorwaarden",
    "gebruiksvoorwaarde",
    "algemene voorwaarden",
    "voorwaarden voor",
    "nutzungsbedingungen",
    "nutzungsbestimmungen",
    "nutzungsvereinbarung",
    "geschaftsbedingungen",
    "agb",
];

/// Whether a text that is no known licence names terms of use of somebody's own: a page of theirs, or a title that says
/// so. The start page of a site is no such page.
///
/// ```
/// use moisson_dcat::vocabulary::names_own_terms;
/// assert!(names_own_terms("https://portal.example/terms-of-use"));
/// assert!(names_own_terms("Nutzungsbedingungen der Stadt"));
/// assert!(!names_own_terms("https://portal.example/"));
/// assert!(!names_own_terms("Netatmo"));
/// ```
pub fn names_own_terms(raw: &str) -> bool {
    let raw = raw.trim();
    if let Ok(url) = url::Url::parse(raw) {
        let is_web = matches!(url.scheme(), "http" | "https");
        return is_web && (url.path().len() > 1 || url.query().is_some() || url.fragment().is_some());
    }
    fold(raw).is_some_and(|folded| {
        TERMS.iter().any(|terms| {
            folded.strip_prefix(terms).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
                || folded.strip_suffix(terms).is_some_and(|rest| rest.ends_with(' '))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{NOTHING, names_nothing, names_own_terms};
    use crate::vocabulary::{Vocabulary, licence};

    #[test]
    fn what_only_restates_open_or_says_nothing_names_nothing() {
        for raw in [
            "Other (Open)",
            "other-open",
            "other-pd",
            "other-at",
            "Other (Non-Commercial)",
            "Other (Public Domain)",
            "Outra (Domínio Público)",
            "License not specified",
            "notspecified",
            "Open Data",
            "open",
            "Public Domain",
            "Données ouvertes",
            "Licence ouverte à tous".trim_end_matches(" à tous"),
            "Open Data Paris",
            "Opendata Bruxelles",
            "Tous droits réservés",
            "http://en.wikipedia.org/wiki/Public_domain",
            "–",
            "n/a",
        ] {
            // A licence that a table knows is never asked about.
            if licence(raw).is_none() {
                assert!(names_nothing("license", raw), "{raw}");
            }
        }
        assert!(names_nothing("theme", "Divers") && names_nothing("accrual_periodicity", "non renseigné"));
    }

    #[test]
    fn what_names_something_is_no_nothing() {
        for raw in [
            "Insee",
            "Netatmo",
            "Paris",
            "Creative Commons",
            "Licence Mobilités",
            "Nutzungsbedingungen der LHP",
            "https://www.insee.fr/fr/information/2381861",
            "ODbL",
            "Données INSEE sous convention",
        ] {
            assert!(!names_nothing("license", raw), "{raw}");
        }
        assert!(!names_nothing("theme", "Open Data Paris"));
    }

    #[test]
    fn terms_of_ones_own_are_pages_or_say_so() {
        for raw in [
            "Nutzungsbedingungen der LHP",
            "Conditions générales d'utilisation",
            "Portal Terms of Use",
            "https://developer.jcdecaux.com/#/opendata/license",
            "http://www.worldbank.org/terms-datasets",
        ] {
            assert!(names_own_terms(raw), "{raw}");
        }
        for raw in ["https://www.insee.fr", "https://www.insee.fr/", "Insee", "urn:x:y", "see the terms", ""]
        {
            assert!(!names_own_terms(raw), "{raw}");
        }
    }

    #[test]
    fn no_name_of_a_term_names_nothing() {
        assert!(NOTHING.len() > 150);
        for (vocabulary, property) in [
            (Vocabulary::Licence, "license"),
            (Vocabulary::DataTheme, "theme"),
            (Vocabulary::Language, "language"),
        ] {
            for term in vocabulary.terms() {
                assert!(!names_nothing(property, term.code()), "{}", term.code());
            }
        }
    }
}
