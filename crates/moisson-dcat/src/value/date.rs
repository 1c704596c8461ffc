//! Dates and times out of text, with the precision that the text has and no more.

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use jiff::{Timestamp, civil};

use super::{month, weekday};
use crate::Temporal;

/// Years that a date may lie in. Earlier ones are placeholders of databases (`0001-01-01`, `0000-00-00`).
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9999;

/// Seconds since 1970 that a bare number may mean: 2001 to 2096. Fewer digits may be a day, more are milliseconds.
const EPOCH_SECONDS: std::ops::Range<i64> = 1_000_000_000..4_000_000_000;

/// Days that programs write where they know none: the zeros of Unix, Windows, spreadsheets and databases.
const PLACEHOLDERS: [&str; 6] =
    ["1970-01-01", "1601-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "9999-12-31"];

/// Longest text that is a date, in bytes.
const DATE_MAX: usize = 64;

/// In which order a date of three numbers with the year last stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// `31/12/2020`.
    DayFirst,
    /// Not known: only dates that can be read in one way are read.
    Unknown,
}

impl DayOrder {
    /// The order that texts in a language use; English texts use both.
    pub fn of_language(tag: Option<&str>) -> Self {
        match tag.unwrap_or_default().to_ascii_lowercase().split(['-', '_']).next() {
            Some("fr" | "nl" | "de" | "be" | "lb" | "it" | "es" | "pt" | "br" | "co" | "oc" | "ca") => {
                Self::DayFirst
            }
            _ => Self::Unknown,
        }
    }
}

/// Why a text is not read as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateProblem {
    /// Nothing that looks like a date, or a day that no calendar has.
    NotADate,
    /// Day and month could be either way round.
    Ambiguous,
}

/// Reads one date or time: ISO 8601 and its near misses, `31/12/2020`, `5 mars 2019`, RFC 2822, seconds or
/// milliseconds since 1970.
///
/// A zone is kept where the text has one and none is added. A zone on a date without a time means nothing and goes.
///
/// ```
/// use moisson_dcat::value::date::{DayOrder, read};
/// let lexical = |raw| read(raw, DayOrder::DayFirst).map(|t| t.lexical().to_owned());
/// assert_eq!(lexical("05/03/2020").as_deref(), Ok("2020-03-05"));
/// assert_eq!(lexical("mars 2019").as_deref(), Ok("2019-03"));
/// assert!(lexical("2020-02-30").is_err());
/// ```
///
/// # Errors
/// When there is no date, or two readings of it.
pub fn read(raw: &str, order: DayOrder) -> Result<Temporal, DateProblem> {
    let raw = raw.trim().trim_matches(['"', '\'']).trim();
    if raw.is_empty() || raw.len() > DATE_MAX {
        return Err(DateProblem::NotADate);
    }
    match iso(raw) {
        Some(moment) => Ok(moment),
        None => any(raw, order),
    }
}

/// What programs write most: `2024-03-05`, and with a time, `2024-03-05T10:11:12.345678Z`.
fn iso(raw: &str) -> Option<Temporal> {
    let (day, rest) = raw.split_at_checked(10)?;
    let number = |from: usize, to: usize| {
        let digits = raw.as_bytes().get(from..to)?;
        digits.iter().try_fold(0_i16, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0'))
        })
    };
    let small = |from: usize| i8::try_from(number(from, from + 2)?).ok();
    let is = |at: usize, byte: u8| raw.as_bytes().get(at) == Some(&byte);
    let year = number(0, 4).filter(|year| YEARS.contains(year) && is(4, b'-') && is(7, b'-'))?;
    Date::new(year, small(5)?, small(8)?).ok()?;
    if rest.is_empty() {
        return Some(Temporal::Date(day.to_owned()));
    }
    civil::Time::new(small(11)?, small(14)?, small(17)?, 0).ok()?;
    if !(is(10, b'T') && is(13, b':') && is(16, b':')) {
        return None;
    }
    let (clock, rest) = raw.split_at_checked(19)?;
    let (fraction, zone) = match rest.strip_suffix('Z') {
        Some(fraction) => (fraction, "Z"),
        None => (rest, ""),
    };
    let digits = fraction.strip_prefix('.').filter(|digits| (1..=9).contains(&digits.len()));
    let digits = if fraction.is_empty() { "" } else { digits? };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    Some(Temporal::DateTime([clock, point, digits, zone].concat()))
}

/// All other ways to write a date.
fn any(raw: &str, order: DayOrder) -> Result<Temporal, DateProblem> {
    if let Some((weekday, rest)) = weekday::split(raw) {
        return weekday::read(weekday, rest, order);
    }
    let digits = raw.strip_suffix(".0").unwrap_or(raw);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits_only(digits).ok_or(DateProblem::NotADate);
    }
    if let Some((day, time)) = split_time(raw) {
        let time = Time::read(time).ok_or(DateProblem::NotADate);
        return match (day_of(day, order)?, time) {
            (Temporal::Date(day), time) => Ok(Temporal::DateTime(format!("{day}T{}", time?.0))),
            // A time on a month or year is padding.
            (coarse, Ok(time)) if time.is_midnight() => Ok(coarse),
            _ => Err(DateProblem::NotADate),
        };
    }
    match day_of(raw, order) {
        Err(DateProblem::NotADate) => mail(raw).ok_or(DateProblem::NotADate),
        other => other,
    }
}

/// Whether a date is one that programs write where they know none.
pub fn is_placeholder(moment: &Temporal) -> bool {
    let lexical = moment.lexical();
    PLACEHOLDERS.iter().any(|day| lexical.starts_with(day)) || lexical.starts_with("9999")
}

/// A number alone: a year, `20240331`, `202403`, seconds or milliseconds since 1970.
fn digits_only(digits: &str) -> Option<Temporal> {
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        4 => YEARS.contains(&i16::try_from(number).ok()?).then(|| Temporal::Year(digits.to_owned())),
        6 => year_month(digits.get(..4)?, digits.get(4..)?).filter(|_| (190_000..210_000).contains(&number)),
        8 if (19_000_000..21_000_000).contains(&number) => {
            date(digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?)
        }
        10 if EPOCH_SECONDS.contains(&number) => Timestamp::from_second(number).ok().map(epoch),
        13 if EPOCH_SECONDS.contains(&(number / 1_000)) => {
            Timestamp::from_millisecond(number).ok().map(epoch)
        }
        _ => None,
    }
}

fn epoch(timestamp: Timestamp) -> Temporal {
    Temporal::DateTime(timestamp.to_string())
}

/// Cuts a text into day and time, at `T` or a space before digits and a colon.
fn split_time(raw: &str) -> Option<(&str, &str)> {
    let colon = raw.find(':')?;
    let head = raw.get(..colon)?;
    let at = head.rfind(['T', 't', ' '])?;
    let (day, time) = (raw.get(..at)?, raw.get(at + 1..)?);
    let day = day.trim().trim_end_matches([',', 'à']).trim();
    let numeric = day.starts_with(|c: char| c.is_ascii_digit());
    // Words before the time belong to RFC 2822, which has a zone after it.
    let words = day.chars().any(char::is_alphabetic);
    (numeric && (!words || day_of(day, DayOrder::Unknown).is_ok() && Time::read(time).is_some()))
        .then_some((day, time))
}

/// A day, month or year.
fn day_of(raw: &str, order: DayOrder) -> Result<Temporal, DateProblem> {
    let raw = without_zone(raw);
    let parts: Vec<&str> = raw.split(['-', '/', '.']).map(str::trim).collect();
    let numeric = |p: &&str| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(numeric) {
        return words(raw).ok_or(DateProblem::NotADate);
    }
    let found = match parts.as_slice() {
        [year] if year.len() == 4 => digits_only(year),
        [a, b] => match (a.len(), b.len()) {
            (4, 1 | 2) => year_month(a, b),
            (1 | 2, 4) => year_month(b, a),
            _ => None,
        },
        [year, month, day] if year.len() == 4 && day.len() <= 2 => date(year, month, day),
        [a, b, year] if year.len() == 4 => {
            return match (date(year, b, a), date(year, a, b), order) {
                (Some(one), Some(other), _) if one == other => Ok(one),
                (Some(date), _, DayOrder::DayFirst) | (Some(date), None, _) | (None, Some(date), _) => {
                    Ok(date)
                }
                (Some(_), Some(_), DayOrder::Unknown) => Err(DateProblem::Ambiguous),
                (None, None, _) => Err(DateProblem::NotADate),
            };
        }
        _ => None,
    };
    found.ok_or(DateProblem::NotADate)
}

/// A date without the zone that XSD allows on it.
fn without_zone(raw: &str) -> &str {
    let bare = raw.strip_suffix(['Z', 'z']);
    let offset = raw.len().checked_sub(6).and_then(|at| raw.split_at_checked(at)).filter(|(day, zone)| {
        let zone = zone.as_bytes();
        day.len() == 10 && matches!(zone, [b'+' | b'-', _, _, b':', _, _])
    });
    bare.or(offset.map(|(day, _)| day))
        .filter(|day| day.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(raw)
}

/// `mars 2019`, `5 mars 2019`, `le lundi 1er janvier 2020`, `March 5, 2019`, `5. März 2019`.
fn words(raw: &str) -> Option<Temporal> {
    let lower = raw.to_lowercase();
    let (mut month, mut year, mut day) = (None, None, None);
    for word in lower.split(|c: char| c.is_whitespace() || ",./-".contains(c)).filter(|w| !w.is_empty()) {
        let number = word.trim_end_matches(|c: char| c.is_alphabetic());
        let ending = word.get(number.len()..)?;
        if !number.is_empty() {
            if !matches!(ending, "" | "er" | "e" | "ste" | "de" | "st" | "nd" | "rd" | "th") {
                return None;
            }
            match number.len() {
                4 if year.is_none() && ending.is_empty() => year = Some(number),
                1 | 2 if day.is_none() => day = Some(number),
                _ => return None,
            }
        } else if let Some(number) = month::number(word) {
            if month.replace(number).is_some() {
                return None;
            }
        } else if !month::is_around(word) {
            return None;
        }
    }
    let month = month?.to_string();
    match day {
        Some(day) => date(year?, &month, day),
        None => year_month(year?, &month),
    }
}

/// RFC 2822, as in mail and HTTP headers.
fn mail(raw: &str) -> Option<Temporal> {
    let zoned = rfc2822::DateTimeParser::new().parse_zoned(raw.replace(" UTC", " GMT")).ok()?;
    let offset = if zoned.offset().is_zero() { "Z".to_owned() } else { zoned.strftime("%:z").to_string() };
    Some(Temporal::DateTime(format!("{}{offset}", zoned.datetime())))
}

fn date(year: &str, month: &str, day: &str) -> Option<Temporal> {
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    YEARS.contains(&date.year()).then(|| Temporal::Date(date.to_string()))
}

fn year_month(year: &str, month: &str) -> Option<Temporal> {
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    YEARS.contains(&date.year()).then(|| Temporal::YearMonth(date.strftime("%Y-%m").to_string()))
}

/// A time with its zone, as XSD writes it.
struct Time(String);

impl Time {
    /// `10:00`, `10:00:00.5`, with `Z`, `+02:00`, `+0200` or `+02`, and a zone's name in brackets.
    fn read(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        let raw = raw.split_once('[').map_or(raw, |(time, _)| time).trim();
        let raw = raw
            .strip_suffix("UTC")
            .or_else(|| raw.strip_suffix("GMT"))
            .map_or(raw.to_owned(), |t| format!("{}Z", t.trim()));
        let at = raw.find(['Z', 'z', '+', '-']).unwrap_or(raw.len());
        let (clock, zone) = raw.split_at_checked(at)?;
        let clock: civil::Time = Self::clock(clock.trim())?.parse().ok()?;
        Some(Self(format!("{}{}", Self::lexical(clock), Self::zone(zone.trim())?)))
    }

    /// The clock with seconds, which XSD wants.
    fn clock(clock: &str) -> Option<String> {
        let mut parts = clock.split(':');
        let (hour, minute) = (parts.next()?, parts.next()?);
        let second = parts.next().unwrap_or("00");
        (parts.next().is_none()).then(|| format!("{hour:0>2}:{minute:0>2}:{}", second.replace(',', ".")))
    }

    fn lexical(clock: civil::Time) -> String {
        let fraction = clock.subsec_nanosecond();
        let whole = clock.strftime("%H:%M:%S").to_string();
        if fraction == 0 {
            whole
        } else {
            format!("{whole}.{}", format!("{fraction:09}").trim_end_matches('0'))
        }
    }

    fn zone(zone: &str) -> Option<String> {
        if zone.is_empty() {
            return Some(String::new());
        }
        if zone.eq_ignore_ascii_case("z") {
            return Some("Z".to_owned());
        }
        let (sign, digits) = zone.split_at_checked(1)?;
        let digits = digits.replace(':', "");
        let (hours, minutes) = match digits.len() {
            2 => (digits.as_str(), "00"),
            4 => digits.split_at_checked(2)?,
            _ => return None,
        };
        let good = hours.parse::<u8>().ok()? <= 14 && minutes.parse::<u8>().ok()? < 60;
        good.then(|| format!("{sign}{hours}:{minutes}"))
    }

    fn is_midnight(&self) -> bool {
        self.0.starts_with("00:00:00") && !self.0.contains('.')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DateProblem, DayOrder, any, iso, read};
    use crate::Temporal;

    proptest! {
        #[test]
        fn what_programs_write_is_read_as_anything_else_would_be(
            raw in "(0|1|2|9)[0-9]{3}-(0[0-9]|1[0-3]|9)-([0-3][0-9]|4)(T([01][0-9]|2[0-5]):[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?(Z|z)?)?"
        ) {
            if let Some(moment) = iso(&raw) {
                prop_assert_eq!(any(&raw, DayOrder::DayFirst), Ok(moment));
            }
        }
    }

    fn first(raw: &str) -> Result<String, DateProblem> {
        read(raw, DayOrder::DayFirst).map(|t| match t {
            Temporal::DateTime(v) => format!("dateTime {v}"),
            Temporal::Date(v) => format!("date {v}"),
            Temporal::YearMonth(v) => format!("gYearMonth {v}"),
            Temporal::Year(v) => format!("gYear {v}"),
        })
    }

    #[test]
    fn dates_keep_the_precision_and_zone_that_the_text_has() {
        for (raw, read) in [
            ("2011", "gYear 2011"),
            ("2024-03", "gYearMonth 2024-03"),
            ("03/2024", "gYearMonth 2024-03"),
            ("2000-4", "gYearMonth 2000-04"),
            ("202403", "gYearMonth 2024-03"),
            ("mars 2019", "gYearMonth 2019-03"),
            ("Février 2015", "gYearMonth 2015-02"),
            ("2024-03-05", "date 2024-03-05"),
            ("2004-4-1", "date 2004-04-01"),
            ("2020/03/05", "date 2020-03-05"),
            ("2024-03-05Z", "date 2024-03-05"),
            ("2024-03-05+01:00", "date 2024-03-05"),
            ("20240305", "date 2024-03-05"),
            ("05/03/2020", "date 2020-03-05"),
            ("5.3.2020", "date 2020-03-05"),
            ("31-12-2020", "date 2020-12-31"),
            ("le lundi 1er janvier 2020", "date 2020-01-01"),
            ("5 mars 2019", "date 2019-03-05"),
            ("5 maart 2019", "date 2019-03-05"),
            ("5. März 2019", "date 2019-03-05"),
            ("March 5, 2019", "date 2019-03-05"),
            ("5th March 2019", "date 2019-03-05"),
            ("2024-03-05T10:00:00", "dateTime 2024-03-05T10:00:00"),
            ("2024-03-05 10:00", "dateTime 2024-03-05T10:00:00"),
            ("05/03/2020 à 9:30", "dateTime 2020-03-05T09:30:00"),
            ("2024-03-05T10:00:00+0200", "dateTime 2024-03-05T10:00:00+02:00"),
            ("2024-03-05T10:00:00.120Z", "dateTime 2024-03-05T10:00:00.12Z"),
            ("2024-03-05T10:00:00+01:00[Europe/Paris]", "dateTime 2024-03-05T10:00:00+01:00"),
            ("2024-03-05 10:00:00 UTC", "dateTime 2024-03-05T10:00:00Z"),
            ("Tue, 05 Mar 2019 10:00:00 +0100", "dateTime 2019-03-05T10:00:00+01:00"),
            ("Tue, 05 Mar 2019 10:00:00 GMT", "dateTime 2019-03-05T10:00:00Z"),
            ("1600000000", "dateTime 2020-09-13T12:26:40Z"),
            ("1600000000000", "dateTime 2020-09-13T12:26:40Z"),
            ("2002-01T00:00:00", "gYearMonth 2002-01"),
            ("jeu, 11/02/2017 - 09:10", "dateTime 2017-11-02T09:10:00"),
            ("mer, 03/15/2017 - 11:20", "dateTime 2017-03-15T11:20:00"),
        ] {
            assert_eq!(first(raw).as_deref(), Ok(read), "{raw}");
        }
    }

    #[test]
    fn what_is_no_day_of_the_calendar_is_no_date() {
        for raw in [
            "",
            "0000-00-00",
            "0001-01-01T00:00:00",
            "2020-02-30",
            "2012-15",
            "2010-01-35",
            "12",
            "99999999999",
            "-2015",
            "2009-2012",
            "01-01-12",
            "demain",
            "2020-01-01T25:00:00",
            "2002-01T10:30:00",
            "32/01/2020",
            "mars",
            "5 mars",
            "mai juin 2020",
            "2024-03-05T",
            "T10:00:00",
            "1er",
            "le 2020",
        ] {
            assert_eq!(first(raw), Err(DateProblem::NotADate), "{raw}");
        }
    }

    #[test]
    fn day_and_month_are_only_told_apart_by_language_or_by_number() {
        let unknown = |raw| read(raw, DayOrder::Unknown).map(|t| t.lexical().to_owned());
        assert_eq!(unknown("03/04/2020"), Err(DateProblem::Ambiguous));
        assert_eq!(unknown("13/04/2020").as_deref(), Ok("2020-04-13"));
        assert_eq!(unknown("04/13/2020").as_deref(), Ok("2020-04-13"));
        assert_eq!(unknown("04/04/2020").as_deref(), Ok("2020-04-04"));
        assert_eq!(DayOrder::of_language(Some("fr-BE")), DayOrder::DayFirst);
        assert_eq!(DayOrder::of_language(Some("en")), DayOrder::Unknown);
    }
}
