//! Crontab lines that people know, on the `cron` crate that wants something else.
//!
//! The crate takes six or seven fields with seconds first and counts Sunday as 1; crontab(5) takes five and
//! counts Sunday as 0 and 7. It also fires a local time twice when clocks go back. Both are mended here, and
//! nowhere else.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use jiff::{
    Timestamp, civil,
    tz::{Offset, TimeZone},
};

/// When a source is due, in its time zone.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    /// Two where crontab means "this day of the month *or* that day of the week".
    schedules: Vec<cron::Schedule>,
    time_zone: TimeZone,
}

/// A line that is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{line}` is not a schedule: {reason}; write a crontab line such as `30 2 * * *` (every night at 02:30) or `0 4 * * 1` (Mondays at 04:00)"
)]
pub struct ExpressionError {
    line: String,
    reason: String,
}

impl Expression {
    /// Takes five fields (minute, hour, day of month, month, day of week) or six (seconds first), or one of
    /// `@hourly`, `@daily`, `@weekly`, `@monthly`.
    ///
    /// # Errors
    /// When a field is not one, or the schedule would never fire.
    pub fn parse(line: &str, time_zone: TimeZone) -> Result<Self, ExpressionError> {
        let wrong = |reason: String| ExpressionError { line: line.to_owned(), reason };
        let line_fields = match line.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            other => other,
        };
        let fields: Vec<&str> = line_fields.split_whitespace().collect();
        let (second, fields) = match fields.as_slice() {
            fields if fields.len() == 5 => ("0", fields),
            [second, fields @ ..] if fields.len() == 5 => (*second, fields),
            other => return Err(wrong(format!("it has {} fields instead of 5", other.len()))),
        };
        let &[minute, hour, day, month, weekday] = fields else {
            return Err(wrong("it has not 5 fields".to_owned()));
        };
        let weekday = weekdays(weekday).map_err(&wrong)?;
        let restricted = |field: &str| !field.starts_with('*');
        let days = if restricted(day) && restricted(&weekday) {
            vec![(day, "*"), ("*", weekday.as_str())]
        } else {
            vec![(day, weekday.as_str())]
        };
        let schedules = days
            .into_iter()
            .map(|(day, weekday)| format!("{second} {minute} {hour} {day} {month} {weekday}"))
            .map(|six| cron::Schedule::from_str(&six).map_err(|error| wrong(last_line(&error.to_string()))))
            .collect::<Result<Vec<_>, _>>()?;
        let expression = Self { text: line.trim().to_owned(), schedules, time_zone };
        match expression.after(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(expression),
            None => Err(wrong("there is no such day, so it would never run".to_owned())),
        }
    }

    /// The line as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first time strictly after `instant`.
    ///
    /// A local time that the clocks skip in spring is taken an hour later; one that they repeat in autumn is
    /// taken once, the first time.
    pub fn after(&self, instant: Timestamp) -> Option<Timestamp> {
        self.schedules.iter().filter_map(|schedule| self.after_of(schedule, instant)).min()
    }

    fn after_of(&self, schedule: &cron::Schedule, instant: Timestamp) -> Option<Timestamp> {
        // The crate is given local clock time as if it were UTC, so that it never sees a change of clocks. One
        // hour earlier, because the local clock may have been set back since.
        let local = instant.to_zoned(self.time_zone.clone()).datetime();
        let from = naive(local)? - chrono::Duration::hours(3);
        schedule
            .after(&from)
            .take(100_000)
            .filter_map(|found| self.instant_of(found))
            .find(|found| *found > instant)
    }

    fn instant_of(&self, local: DateTime<Utc>) -> Option<Timestamp> {
        let date = civil::date(
            i16::try_from(local.year()).ok()?,
            i8::try_from(local.month()).ok()?,
            i8::try_from(local.day()).ok()?,
        );
        let time = civil::time(
            i8::try_from(local.hour()).ok()?,
            i8::try_from(local.minute()).ok()?,
            i8::try_from(local.second()).ok()?,
            0,
        );
        self.time_zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()
    }
}

fn naive(local: civil::DateTime) -> Option<DateTime<Utc>> {
    let unsigned = |n: i8| u32::try_from(n).ok();
    let date =
        NaiveDate::from_ymd_opt(i32::from(local.year()), unsigned(local.month())?, unsigned(local.day())?)?;
    let time =
        date.and_hms_opt(unsigned(local.hour())?, unsigned(local.minute())?, unsigned(local.second())?)?;
    Some(time.and_utc())
}

/// Translates crontab's day of the week (0 or 7 is Sunday, 1 is Monday) into the crate's (1 is Sunday).
fn weekdays(field: &str) -> Result<String, String> {
    if field == "*" || field == "?" {
        return Ok("*".to_owned());
    }
    let mut days: Vec<u8> = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let step = step.parse::<usize>().ok().filter(|step| (1..=7).contains(step));
                (range, step.ok_or_else(|| format!("`{part}` steps by no number of days"))?)
            }
            None => (part, 1),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((first, last)) => (weekday(first)?, weekday(last)?),
            None if step > 1 => (weekday(range)?, 6),
            None => (weekday(range)?, weekday(range)?),
        };
        let last = if last < first { last + 7 } else { last };
        days.extend((first..=last).step_by(step).map(|day| day % 7 + 1));
    }
    days.sort_unstable();
    days.dedup();
    Ok(days.iter().map(u8::to_string).collect::<Vec<_>>().join(","))
}

fn weekday(name: &str) -> Result<u8, String> {
    const NAMES: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let lower = name.to_ascii_lowercase();
    let named = NAMES.iter().position(|n| lower.starts_with(n)).and_then(|p| u8::try_from(p).ok());
    named
        .or_else(|| name.parse::<u8>().ok().filter(|day| *day <= 7))
        .ok_or_else(|| format!("`{name}` is no day of the week; use 0-7 (0 and 7 are Sunday) or mon, tue, …"))
}

/// How many seconds after its time a source starts: the same at every run, spread evenly over sources.
pub fn jitter_seconds(source: &str, most: u32) -> u32 {
    // FNV-1a: a fixed function of the name, so that a restart changes nothing.
    let hash =
        source.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    if most == 0 { 0 } else { hash % (most + 1) }
}

/// UTC, for schedules in tests and messages.
pub fn utc() -> TimeZone {
    Offset::UTC.to_time_zone()
}

/// What the crate says without the expression that it was given, which is not the one that was written.
fn last_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(line: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let zone = TimeZone::get(zone).unwrap();
        let expression = Expression::parse(line, zone.clone()).unwrap();
        let mut at: Timestamp = from.parse().unwrap();
        (0..count)
            .map(|_| {
                at = expression.after(at).unwrap();
                at.to_zoned(zone.clone()).strftime("%a %m-%d %H:%M%z").to_string()
            })
            .collect()
    }

    #[test]
    fn a_crontab_line_of_five_fields_means_what_crontab_says() {
        assert_eq!(
            next("0 4 * * 1", "Europe/Paris", "2026-11-21T12:00:00Z", 2),
            ["Mon 11-23 04:00+0100", "Mon 11-30 04:00+0100"]
        );
        assert_eq!(
            next("0 4 * * 5-7", "Europe/Paris", "2026-11-21T12:00:00Z", 3),
            ["Sun 11-22 04:00+0100", "Fri 11-27 04:00+0100", "Sat 11-28 04:00+0100"]
        );
        assert_eq!(next("0 4 * * 0", "Europe/Paris", "2026-11-21T12:00:00Z", 1), ["Sun 11-22 04:00+0100"]);
        assert_eq!(
            next("30 0 4 * * sun", "Europe/Paris", "2026-11-21T12:00:00Z", 1),
            ["Sun 11-22 04:00+0100"]
        );
    }

    #[test]
    fn day_of_month_or_day_of_week_as_in_crontab() {
        assert_eq!(
            next("0 3 1 * 1", "Europe/Brussels", "2026-11-21T12:00:00Z", 3),
            ["Mon 11-23 03:00+0100", "Mon 11-30 03:00+0100", "Tue 12-01 03:00+0100"]
        );
    }

    #[test]
    fn the_hour_that_comes_twice_in_autumn_fires_once() {
        assert_eq!(
            next("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 2),
            ["Sun 10-25 02:30+0200", "Mon 10-26 02:30+0100"]
        );
        // Asked between the two 02:30s, the next is tomorrow's.
        assert_eq!(next("30 2 * * *", "Europe/Paris", "2026-10-25T00:45:00Z", 1), ["Mon 10-26 02:30+0100"]);
    }

    #[test]
    fn the_hour_that_is_skipped_in_spring_fires_an_hour_later() {
        assert_eq!(
            next("30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", 2),
            ["Sun 03-29 03:30+0200", "Mon 03-30 02:30+0200"]
        );
    }

    #[test]
    fn what_never_fires_or_is_no_line_is_refused_with_an_example() {
        for bad in ["0 0 31 2 *", "0 0", "* * * * 9", "61 * * * *", "every day", "0 4 * * */0"] {
            let error = Expression::parse(bad, utc()).unwrap_err().to_string();
            assert!(error.contains(bad) && error.contains("30 2 * * *"), "{error}");
        }
    }

    #[test]
    fn jitter_is_steady_and_spread() {
        let of = |n: u32| jitter_seconds(&format!("commune-{n}"), 300);
        assert_eq!(of(7), of(7));
        let early = (0..1000).filter(|n| of(*n) < 150).count();
        assert!((400..600).contains(&early), "{early} of 1000 in the first half");
        assert_eq!(jitter_seconds("x", 0), 0);
    }
}
