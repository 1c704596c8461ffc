//! Days of the week before a date of numbers, as Drupal writes it (`jeu, 11/02/2017 - 09:10`): they tell which of the
//! numbers is the month.

use jiff::civil::{Date, Weekday};

use super::date::{self, DateProblem, DayOrder};
use crate::Temporal;

/// Names in French, Dutch, German, English and Spanish, in lower case without a final full stop, from Monday on.
const NAMES: [&[&str]; 7] = [
    &["lun", "lundi", "ma", "maandag", "mo", "montag", "mon", "monday", "lunes"],
    &["mar", "mardi", "di", "dinsdag", "dienstag", "tue", "tuesday", "martes"],
    &[
        "mer",
        "mercredi",
        "wo",
        "woensdag",
        "mi",
        "mittwoch",
        "wed",
        "wednesday",
        "mi\u{e9}",
        "mi\u{e9}rcoles",
    ],
    &["jeu", "jeudi", "do", "donderdag", "donnerstag", "thu", "thursday", "jue", "jueves"],
    &["ven", "vendredi", "vr", "vrijdag", "fr", "freitag", "fri", "friday", "vie", "viernes"],
    &["sam", "samedi", "za", "zaterdag", "sa", "samstag", "sat", "saturday", "s\u{e1}b", "s\u{e1}bado"],
    &["dim", "dimanche", "zo", "zondag", "so", "sonntag", "sun", "sunday", "dom", "domingo"],
];

/// What Drupal's forms leave before a date.
const LABELS: [&str; 1] = ["Date changed"];

/// Cuts a day of the week off the front of a date of numbers.
pub(super) fn split(raw: &str) -> Option<(Weekday, &str)> {
    let raw = LABELS.iter().find_map(|label| raw.strip_prefix(label)).unwrap_or(raw).trim_start();
    let (word, rest) = raw.split_once(|c: char| !c.is_alphabetic())?;
    let rest = rest.trim_start_matches([',', '.', ' ', '\u{a0}']);
    let word = word.to_lowercase();
    let day = NAMES.iter().position(|names| names.contains(&word.as_str()))?;
    // `mar 2017` is a month.
    let date = rest.split_whitespace().next().unwrap_or_default();
    let numeric = date.split(['/', '-', '.']).filter(|part| !part.is_empty()).count() == 3
        && !rest.contains(char::is_alphabetic);
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(day).ok()?).ok()?;
    numeric.then_some((weekday, rest))
}

/// Reads the rest: of its readings, the one on that day of the week, else as without it.
pub(super) fn read(weekday: Weekday, rest: &str, order: DayOrder) -> Result<Temporal, DateProblem> {
    // `11/02/2017 - 09:10`
    let rest = rest.replacen(" - ", " ", 1);
    let turned = turned(&rest);
    let readings = [Some(rest.as_str()), turned.as_deref()];
    let on_the_day = |moment: &Temporal| {
        let day = moment.lexical().get(..10).and_then(|day| day.parse::<Date>().ok());
        day.is_some_and(|day| day.weekday() == weekday)
    };
    let fits = readings
        .into_iter()
        .flatten()
        .filter_map(|text| date::read(text, DayOrder::DayFirst).ok())
        .find(on_the_day);
    fits.map_or_else(|| date::read(&rest, order), Ok)
}

/// `11/02/2017` as `02/11/2017`.
fn turned(text: &str) -> Option<String> {
    let (first, rest) = text.split_once('/')?;
    let (second, rest) = rest.split_once('/')?;
    Some(format!("{second}/{first}/{rest}"))
}

#[cfg(test)]
mod tests {
    use super::super::date::{DayOrder, read};
    use crate::Temporal;

    fn check(raw: &str, expected: Option<&str>) {
        let found = read(raw, DayOrder::Unknown).ok();
        assert_eq!(found.as_ref().map(Temporal::lexical), expected, "{raw}");
    }

    #[test]
    fn the_day_of_the_week_decides_between_day_and_month() {
        check("jeu, 11/02/2017 - 09:10", Some("2017-11-02T09:10:00"));
        check("sam. 11/02/2017", Some("2017-02-11"));
        check("Date changed  jeu, 11/02/2017 - 09:10", Some("2017-11-02T09:10:00"));
        check("Wed, 03/15/2017 - 11:20", Some("2017-03-15T11:20:00"));
        check("do, 02/11/2017", Some("2017-11-02"));
    }

    #[test]
    fn a_day_of_the_week_that_fits_neither_decides_nothing() {
        check("lun, 11/02/2017", None);
        check("lun, 13/02/2018", Some("2018-02-13"));
        check("mar 2017", Some("2017-03"));
    }
}
