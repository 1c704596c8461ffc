//! Dates that lie in the future, seen from when the record was read.
//!
//! Mapping knows no clock, so this is asked by whoever has one.

use std::borrow::Cow;

use jiff::{Timestamp, ToSpan};

use crate::{Remark, RemarkCode, Resource, Temporal};

/// The remarks on dates of issue, creation and change after `now`. A day is granted, for the zones of the world.
///
/// ```
/// use moisson_dcat::{Dataset, Resource, Temporal, future_dates};
/// let dataset = Dataset { modified: Some(Temporal::Date("2031-01-01".to_owned())), ..Dataset::default() };
/// let remarks = future_dates(&Resource::Dataset(Box::new(dataset)), "2026-11-22T12:00:00Z".parse().unwrap());
/// assert_eq!((&*remarks[0].property, &*remarks[0].value), ("modified", "2031-01-01"));
/// ```
pub fn future_dates(resource: &Resource, now: Timestamp) -> Vec<Remark> {
    let Ok(tomorrow) = now.checked_add(24.hours()) else { return Vec::new() };
    let mut dates: Vec<(&'static str, &str, Option<&Temporal>)> = Vec::new();
    match resource {
        Resource::Dataset(d) => {
            dates.extend([("issued", "", d.issued.as_ref()), ("created", "", d.created.as_ref())]);
            dates.push(("modified", "", d.modified.as_ref()));
            for distribution in d.distribution.iter().chain(&d.sample) {
                dates.push(("issued", &distribution.id, distribution.issued.as_ref()));
                dates.push(("modified", &distribution.id, distribution.modified.as_ref()));
            }
        }
        Resource::Series(s) => {
            dates.extend([("issued", "", s.issued.as_ref()), ("modified", "", s.modified.as_ref())]);
        }
        Resource::Service(s) => {
            dates.extend([("issued", "", s.issued.as_ref()), ("modified", "", s.modified.as_ref())]);
        }
    }
    let limit = tomorrow.to_string();
    let later = |date: &Temporal| {
        let shared = date.lexical().len().min(limit.len()).min(10);
        date.lexical().get(..shared) > limit.get(..shared)
    };
    let remark = |(property, place, date): (&'static str, &str, &Temporal)| Remark {
        code: RemarkCode::SuspectDate,
        property: Cow::Borrowed(property),
        place: place.to_owned(),
        value: date.lexical().to_owned(),
        // Not the day of asking, so that the same record gives the same remark tomorrow.
        detail: String::new(),
    };
    let dates = dates.into_iter().filter_map(|(property, place, date)| Some((property, place, date?)));
    dates.filter(|(_, _, date)| later(date)).map(remark).collect()
}

#[cfg(test)]
mod tests {
    use super::future_dates;
    use crate::{Dataset, Distribution, Resource, Temporal};

    #[test]
    fn only_dates_after_tomorrow_are_in_the_future_whatever_their_precision() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        for (date, is_future) in [
            (Temporal::Year("2026".to_owned()), false),
            (Temporal::Year("2027".to_owned()), true),
            (Temporal::YearMonth("2026-11".to_owned()), false),
            (Temporal::YearMonth("2026-12".to_owned()), true),
            (Temporal::Date("2026-11-23".to_owned()), false),
            (Temporal::Date("2026-11-24".to_owned()), true),
            (Temporal::DateTime("2026-11-22T23:00:00-10:00".to_owned()), false),
            (Temporal::DateTime("2026-11-25T00:00:00".to_owned()), true),
        ] {
            let lexical = date.lexical().to_owned();
            let file = Distribution { id: "a".to_owned(), issued: Some(date), ..Distribution::default() };
            let dataset = Dataset { distribution: vec![file], ..Dataset::default() };
            let remarks = future_dates(&Resource::Dataset(Box::new(dataset)), now);
            assert_eq!(!remarks.is_empty(), is_future, "{lexical}");
            assert!(remarks.iter().all(|r| r.place == "a"));
        }
    }
}
