//! Dates inside sentences: `Mis à jour le 12 mars 2024`.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::text::folded;

/// Months in French, Dutch, German and English, without accents, by their beginnings.
const MONTHS: [&[&str]; 12] = [
    &["janv", "janu", "jan"],
    &["fevr", "febr", "fev", "feb"],
    &["mars", "maart", "marz", "march", "mar", "mrt"],
    &["avri", "apri", "avr", "apr"],
    &["mai", "mei", "may"],
    &["juin", "juni", "june", "jun"],
    &["juil", "july", "juli", "jul"],
    &["aout", "augu", "aug"],
    &["sept", "sep"],
    &["octo", "okto", "oct", "okt"],
    &["nove", "nov"],
    &["dece", "deze", "dec", "dez"],
];

static ISO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b((?:19|20)\d\d-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)\b").ok()
});

static NUMBERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d)\b").ok());

static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:(\d{1,2})(?:er|e|st|nd|rd|th|\.)?\s+)?([a-z]{3,10})\.?,?\s+((?:19|20)\d\d)\b").ok()
});

static CHANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)mise?s? [àa] jour|\b[àa] jour (?:au|du|le)\b|\bm[àa]j\b|actualisée?s?|bijgewerkt|gewijzigd|\bupdated?\b|\bmodified\b|aktualisiert|\bstand:").ok()
});

/// The first date in a text: written with a month's name it comes out in ISO form, with numbers as it stands.
pub(super) fn find(text: &str) -> Option<String> {
    let first = |pattern: &LazyLock<Option<Regex>>| {
        pattern.as_ref().and_then(|pattern| Some(pattern.captures(text)?.get(1)?.as_str().to_owned()))
    };
    first(&ISO).or_else(|| first(&NUMBERS)).or_else(|| in_words(text))
}

/// The date that follows words of change in a text: `Mis à jour le`, `bijgewerkt op`, `updated`, `Stand`.
pub(super) fn after_words_of_change(text: &str) -> Option<String> {
    let after = CHANGE.as_ref()?.find(text)?.end();
    let after: String = text.get(after..)?.chars().take(40).collect();
    find(&after)
}

/// The text itself, or in ISO form if all of it is a date in words: `12 mars 2024`, `janvier 2020`.
pub(super) fn iso(text: &str) -> String {
    let text = text.trim();
    let whole = WORDS.as_ref().is_some_and(|pattern| {
        let folded = folded(text);
        pattern.find(&folded).is_some_and(|found| found.start() == 0 && found.end() == folded.len())
    });
    if whole { in_words(text).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() }
}

fn in_words(text: &str) -> Option<String> {
    let folded = folded(text);
    WORDS.as_ref()?.captures_iter(&folded).find_map(|found| {
        let month = month(found.get(2)?.as_str())?;
        let year: i16 = found.get(3)?.as_str().parse().ok()?;
        match found.get(1) {
            Some(day) => Date::new(year, month, day.as_str().parse().ok()?).ok().map(|date| date.to_string()),
            None => Some(format!("{year}-{month:02}")),
        }
    })
}

fn month(word: &str) -> Option<i8> {
    let means = |name: &&str| word == *name || name.len() >= 4 && word.starts_with(name);
    let place = MONTHS.iter().position(|names| names.iter().any(means))?;
    i8::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_in_sentences_in_four_languages() {
        for (text, expected) in [
            ("Mis à jour le 12 mars 2024 à 10h", "2024-03-12"),
            ("Publié le 1er août 2023", "2023-08-01"),
            ("Dernière mise à jour : 05/03/2024", "05/03/2024"),
            ("Laatst bijgewerkt: 3 maart 2021", "2021-03-03"),
            ("Stand: 4. Oktober 2020", "2020-10-04"),
            ("janvier 2020", "2020-01"),
            ("2024-03-05T10:00:00Z", "2024-03-05T10:00:00Z"),
        ] {
            assert_eq!(find(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "rue du 8 mai", "31 février 2024", "Budget 2024", "lot 2024"] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_whole_date_in_words_is_rewritten() {
        assert_eq!(iso(" 12 mars 2024 "), "2024-03-12");
        assert_eq!(iso("vers le 12 mars 2024"), "vers le 12 mars 2024");
        assert_eq!(iso("31/12/2017"), "31/12/2017");
    }
}
