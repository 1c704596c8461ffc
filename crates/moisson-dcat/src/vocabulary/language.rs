//! Languages by tag, ISO 639 code, name or IRI.

use super::{Term, Vocabulary, last_part};

/// Most languages that are read out of one text.
const LIST_MAX: usize = 32;

/// The language that a text names: `fr`, `fr-BE`, `fre`, `français`, an IRI of the EU, of id.loc.gov or of lexvo.org.
pub fn language(raw: &str) -> Option<&'static Term> {
    let raw = raw.trim();
    if let Some(term) = Vocabulary::Language.term(raw) {
        return Some(term);
    }
    // "Français (France)".
    if let Some((name, _)) = raw.strip_suffix(')').and_then(|raw| raw.split_once(" (")) {
        return Vocabulary::Language.term(name);
    }
    if let Some(last) = last_part(raw) {
        return Vocabulary::Language.term(&last);
    }
    let mut parts = raw.split(['-', '_']);
    let primary = parts.next().filter(|p| (2..=3).contains(&p.len()))?;
    let subtag = |p: &str| match p.len() {
        2 | 4 => p.bytes().all(|b| b.is_ascii_alphabetic()),
        3 => p.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    if raw.len() > primary.len() && parts.all(subtag) { Vocabulary::Language.term(primary) } else { None }
}

/// The languages in a text such as `fr, en`; `None` when any part of it is no language.
pub fn languages(raw: &str) -> Option<Vec<&'static Term>> {
    if let Some(one) = language(raw) {
        return Some(vec![one]);
    }
    let parts = raw.split([',', ';', '|', '/', '+']).map(str::trim).filter(|p| !p.is_empty());
    let found: Option<Vec<_>> = parts.take(LIST_MAX).map(language).collect();
    found.filter(|f| !f.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{language, languages};

    #[test]
    fn languages_are_known_by_all_their_codes() {
        for name in [
            "fr",
            "FR",
            "fr-FR",
            "fr_BE",
            "fre",
            "fra",
            "français",
            "Frans",
            "French",
            "http://id.loc.gov/vocabulary/iso639-1/fr",
            "http://lexvo.org/id/iso639-3/fra",
            "http://publications.europa.eu/resource/authority/language/FRA",
            "https://publications.europa.eu/resource/authority/language/FRE",
        ] {
            assert_eq!(language(name).map(super::Term::code), Some("FRA"), "{name}");
        }
        for other in ["en-ligne", "x", "autre", "http://example.org/langue"] {
            assert!(language(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_list_is_read_only_as_a_whole() {
        let codes = |raw| languages(raw).map(|l| l.iter().map(|t| t.code()).collect::<Vec<_>>());
        assert_eq!(codes("fr, nl;de"), Some(vec!["FRA", "NLD", "DEU"]));
        assert_eq!(codes("http://publications.europa.eu/resource/authority/language/DEU"), Some(vec!["DEU"]));
        assert_eq!(codes("fr, klingon des bois"), None);
    }
}
