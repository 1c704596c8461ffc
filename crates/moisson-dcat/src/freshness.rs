//! Freshness: the frequency that a source declares, against when its data last changed.
//!
//! It depends on the day, so it is asked when somebody looks, by whoever has a clock, and stored nowhere.
//!
//! The rule: data are due one interval after their last change, and late when another half of it has passed too, at
//! least [`GRACE_DAYS_MIN`] days. The last change is the latest date of change that dataset and distributions tell and
//! that is not in the future; without one the dataset's date of issue. A date without a day counts as its last day.

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::vocabulary::{self, Term, Vocabulary};
use crate::{Concept, Dataset, Temporal};

/// Days that data may be late at least before they are called so: people keep catalogues on working days.
pub const GRACE_DAYS_MIN: i32 = 3;

/// Frequencies that promise no change, so that nothing is ever late.
const NEVER: [&str; 2] = ["NEVER", "NOT_PLANNED"];

/// Whether data are as fresh as they are said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// They changed as often as declared, or are not meant to change.
    OnTime,
    /// They should have changed since.
    Late,
    /// No frequency is declared, or none that promises a day, or no change is dated.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OnTime, Self::Late, Self::Unknown];

    /// Its name as it is written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Unknown => "unknown",
        }
    }
}

/// The freshness of a dataset on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// Whether it is late.
    pub state: State,
    /// The day of the last change that is known, `2026-01-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
    /// The day on which the next change is due, or was: data that are late are so since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
}

/// How fresh a dataset is at a moment.
///
/// ```
/// use moisson_dcat::{Concept, Dataset, Iri, Temporal, freshness::{State, freshness}};
/// let annual = Iri::new("http://publications.europa.eu/resource/authority/frequency/ANNUAL").unwrap();
/// let dataset = Dataset {
///     accrual_periodicity: Some(Concept { iri: Some(annual), label: Vec::new() }),
///     modified: Some(Temporal::Date("2024-03-05".to_owned())),
///     ..Dataset::default()
/// };
/// let fresh = freshness(&dataset, "2026-11-22T12:00:00Z".parse().unwrap());
/// assert_eq!((fresh.state, fresh.due.as_deref()), (State::Late, Some("2025-03-05")));
/// ```
pub fn freshness(dataset: &Dataset, now: Timestamp) -> Freshness {
    let today = now.to_zoned(TimeZone::UTC).date();
    let changed = last_change(dataset, today);
    let told = |state, due: Option<Date>| Freshness {
        state,
        changed: changed.map(|day| day.to_string()),
        due: due.map(|day| day.to_string()),
    };
    let Some(frequency) = dataset.accrual_periodicity.as_ref().and_then(term) else {
        return told(State::Unknown, None);
    };
    if NEVER.contains(&frequency.code()) {
        return told(State::OnTime, None);
    }
    let (Some(interval), Some(changed)) = (vocabulary::interval_of(frequency), changed) else {
        return told(State::Unknown, None);
    };
    let Some((due, limit)) = due(changed, interval) else { return told(State::Unknown, None) };
    told(if today > limit { State::Late } else { State::OnTime }, Some(due))
}

fn term(frequency: &Concept) -> Option<&'static Term> {
    let iri = frequency.iri.as_ref()?;
    vocabulary::term(iri.as_str()).filter(|term| term.vocabulary() == Vocabulary::Frequency)
}

/// When the next change is due, and the last day on which it is not late yet.
fn due(changed: Date, interval: Span) -> Option<(Date, Date)> {
    // Intervals of minutes count as days: dates of catalogues tell no more.
    let (months, minutes) = (interval.get_months(), interval.get_minutes());
    let days = i32::try_from((minutes + 1_439) / 1_440).ok()?;
    let due = changed.checked_add(months.months()).ok()?.checked_add(days.days()).ok()?;
    let length = changed.until(due).ok()?.get_days();
    let grace = (length / 2).max(GRACE_DAYS_MIN);
    Some((due, due.checked_add(grace.days()).ok()?))
}

/// The latest day of change that is not in the future.
fn last_change(dataset: &Dataset, today: Date) -> Option<Date> {
    let past = |moment: &Temporal| day(moment).map(|(first, last)| (first, last.min(today)));
    let known = |moments: &mut dyn Iterator<Item = &Temporal>| {
        moments.filter_map(past).filter(|(first, _)| *first <= today).map(|(_, last)| last).max()
    };
    let files = dataset.distribution.iter().filter_map(|d| d.modified.as_ref());
    known(&mut dataset.modified.iter().chain(files)).or_else(|| known(&mut dataset.issued.iter()))
}

/// The first and last day of a date.
fn day(moment: &Temporal) -> Option<(Date, Date)> {
    let lexical = moment.lexical();
    match moment {
        Temporal::DateTime(_) | Temporal::Date(_) => {
            let day = lexical.get(..10)?.parse().ok()?;
            Some((day, day))
        }
        Temporal::YearMonth(_) => {
            let first: Date = format!("{lexical}-01").parse().ok()?;
            Some((first, first.last_of_month()))
        }
        Temporal::Year(_) => {
            let first: Date = format!("{lexical}-01-01").parse().ok()?;
            Some((first, first.last_of_year()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{State, freshness};
    use crate::vocabulary::Vocabulary;
    use crate::{Concept, Dataset, Distribution, Temporal};

    fn shown(code: &str, modified: Option<Temporal>) -> String {
        let iri = Vocabulary::Frequency.term(code).map(|term| term.iri().clone());
        let dataset = Dataset {
            accrual_periodicity: iri.map(|iri| Concept { iri: Some(iri), label: Vec::new() }),
            modified,
            ..Dataset::default()
        };
        let found = freshness(&dataset, "2026-11-22T12:00:00Z".parse().unwrap());
        [found.state.as_str(), &found.changed.unwrap_or_default(), &found.due.unwrap_or_default()]
            .join(" ")
            .trim_end()
            .to_owned()
    }

    fn on(day: &str) -> Temporal {
        Temporal::Date(day.to_owned())
    }

    #[test]
    fn data_are_late_when_half_an_interval_has_passed_since_they_were_due() {
        for (code, day, wanted) in [
            ("ANNUAL", "2025-11-22", "on_time 2025-11-22 2026-11-22"),
            ("ANNUAL", "2025-06-01", "on_time 2025-06-01 2026-06-01"),
            ("ANNUAL", "2025-05-01", "late 2025-05-01 2026-05-01"),
            ("MONTHLY", "2026-10-10", "on_time 2026-10-10 2026-11-10"),
            ("MONTHLY", "2026-10-01", "late 2026-10-01 2026-11-01"),
            ("DAILY", "2026-11-18", "on_time 2026-11-18 2026-11-19"),
            ("DAILY", "2026-11-17", "late 2026-11-17 2026-11-18"),
            ("UPDATE_CONT", "2026-11-21", "on_time 2026-11-21 2026-11-22"),
            ("WEEKLY_2", "2026-11-20", "on_time 2026-11-20 2026-11-24"),
            ("MONTHLY_3", "2026-11-01", "late 2026-11-01 2026-11-11"),
            ("NEVER", "2001-01-01", "on_time 2001-01-01"),
            ("NOT_PLANNED", "2001-01-01", "on_time 2001-01-01"),
            ("IRREG", "2001-01-01", "unknown 2001-01-01"),
            ("UNKNOWN", "2026-11-01", "unknown 2026-11-01"),
            ("", "2026-11-01", "unknown 2026-11-01"),
        ] {
            assert_eq!(shown(code, Some(on(day))), wanted, "{code} {day}");
        }
    }

    #[test]
    fn a_coarse_date_counts_as_its_last_day_and_a_future_one_not_at_all() {
        assert_eq!(shown("ANNUAL", Some(Temporal::Year("2025".to_owned()))), "on_time 2025-12-31 2026-12-31");
        assert_eq!(
            shown("MONTHLY", Some(Temporal::YearMonth("2026-11".to_owned()))),
            "on_time 2026-11-22 2026-12-22"
        );
        assert_eq!(shown("ANNUAL", Some(on("2031-01-01"))), "unknown");
        assert_eq!(shown("ANNUAL", None), "unknown");
    }

    #[test]
    fn the_latest_change_of_dataset_and_files_counts_and_else_the_issue() {
        let monthly = Vocabulary::Frequency.term("MONTHLY").unwrap().iri().clone();
        let mut dataset = Dataset {
            accrual_periodicity: Some(Concept { iri: Some(monthly), label: Vec::new() }),
            issued: Some(on("2026-11-01")),
            ..Dataset::default()
        };
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!(freshness(&dataset, now).changed.as_deref(), Some("2026-11-01"));
        dataset.modified = Some(on("2020-01-01"));
        assert_eq!(freshness(&dataset, now).state, State::Late);
        dataset
            .distribution
            .push(Distribution { modified: Some(on("2026-11-20")), ..Distribution::default() });
        let fresh = freshness(&dataset, now);
        assert_eq!((fresh.state, fresh.changed.as_deref()), (State::OnTime, Some("2026-11-20")));
        assert!(State::ALL.iter().all(|s| serde_json::to_value(s).unwrap() == s.as_str()));
    }
}
