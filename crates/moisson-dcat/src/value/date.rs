//! Dates and times out of text, with the precision that the text has and no more.

use jiff::civil::Date;

use crate::Temporal;

/// In which order a date of three numbers with the year last stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// `31/12/2020`.
    DayFirst,
    /// Not known: only dates that can be read in one way are read.
    Unknown,
}

/// Why a text is not read as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateProblem {
    /// Nothing that looks like a date, or a day that no calendar has.
    NotADate,
    /// Day and month could be either way round.
    Ambiguous,
}

/// Reads one date.
///
/// # Errors
/// When there is no date, or two readings of it.
pub fn read(raw: &str, order: DayOrder) -> Result<Temporal, DateProblem> {
    let raw = raw.trim();
    if let Some(iso) = iso(raw) {
        return Ok(iso);
    }
    numbers(raw, order)
}

/// ISO 8601 in the forms that XSD knows.
fn iso(raw: &str) -> Option<Temporal> {
    let (day, time) = match raw.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (raw, None),
    };
    let mut parts = day.split('-');
    let (year, month, date) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some()
        || year.len() != 4
        || !year.bytes().all(|b| b.is_ascii_digit())
        || year == "0000"
    {
        return None;
    }
    match (month, date, time) {
        (None, None, None) => Some(Temporal::Year(year.to_owned())),
        (Some(month), None, None) => {
            valid(year, month, "01")?;
            Some(Temporal::YearMonth(format!("{year}-{month}")))
        }
        (Some(month), Some(date), None) => {
            valid(year, month, date)?;
            Some(Temporal::Date(day.to_owned()))
        }
        (Some(month), Some(date), Some(time)) => {
            valid(year, month, date)?;
            let text = format!("{day}T{time}");
            let zoned = text.parse::<jiff::Timestamp>().is_ok();
            let plain = text.parse::<jiff::civil::DateTime>().is_ok() && !time.contains(['[', 'Z']);
            (zoned || plain).then_some(Temporal::DateTime(text))
        }
        (None, ..) | (Some(_), None, Some(_)) => None,
    }
}

/// The three parts, each of its full length, as a day that exists.
fn valid(year: &str, month: &str, day: &str) -> Option<Date> {
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `05/03/2020` and the like.
fn numbers(raw: &str, order: DayOrder) -> Result<Temporal, DateProblem> {
    let mut parts = raw.split(['/', '.', '-']);
    let (Some(a), Some(b), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(DateProblem::NotADate);
    };
    let numbers = (a.parse::<i8>(), b.parse::<i8>(), year.parse::<i16>());
    let (Ok(a), Ok(b), Ok(year), 4) = (numbers.0, numbers.1, numbers.2, year.len()) else {
        return Err(DateProblem::NotADate);
    };
    let (day_first, month_first) = (Date::new(year, b, a), Date::new(year, a, b));
    let date = match (day_first, month_first, order) {
        (Ok(date), _, DayOrder::DayFirst) | (Ok(date), Err(_), _) | (Err(_), Ok(date), _) => date,
        (Ok(one), Ok(other), DayOrder::Unknown) if one == other => one,
        (Ok(_), Ok(_), DayOrder::Unknown) => return Err(DateProblem::Ambiguous),
        (Err(_), Err(_), _) => return Err(DateProblem::NotADate),
    };
    Ok(Temporal::Date(date.to_string()))
}
