//! The names of months in French, Dutch, German and English.

/// Names and abbreviations in lower case, with and without accents, by month.
const NAMES: [&[&str]; 12] = [
    &["janvier", "januari", "januar", "jänner", "january", "janv", "jan"],
    &["février", "fevrier", "februari", "februar", "february", "févr", "fevr", "fév", "fev", "feb"],
    &["mars", "maart", "märz", "maerz", "march", "mrt", "mär", "mar", "mrz"],
    &["avril", "april", "avr", "apr"],
    &["mai", "mei", "may"],
    &["juin", "juni", "june", "jun"],
    &["juillet", "juli", "july", "juil", "jul"],
    &["août", "aout", "augustus", "august", "aug"],
    &["septembre", "september", "sept", "sep"],
    &["octobre", "oktober", "october", "oct", "okt"],
    &["novembre", "november", "nov"],
    &["décembre", "decembre", "december", "dezember", "déc", "dec", "dez"],
];

/// Words that stand around a date and say nothing more: articles, days of the week.
const AROUND: [&str; 40] = [
    "le",
    "de",
    "du",
    "den",
    "der",
    "am",
    "on",
    "the",
    "of",
    "op",
    "au",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "en",
];

/// The number of a month, 1 to 12, from its name in lower case.
pub(super) fn number(word: &str) -> Option<usize> {
    NAMES.iter().position(|names| names.contains(&word)).map(|at| at + 1)
}

/// Whether a word may stand beside a date.
pub(super) fn is_around(word: &str) -> bool {
    AROUND.contains(&word)
}
