//! Which sources are due. Pure: the times of the last runs and the clock come from outside, so a restart
//! neither repeats a run nor forgets one.

use jiff::{Span, Timestamp};

use super::{Expression, jitter_seconds};

/// When a source runs next, given when its last run started; `None` without a schedule.
///
/// A source that never ran is due at once. One whose time passed while nothing was running is due at once too,
/// one time, however many times it missed.
pub fn next_run(
    expression: Option<&Expression>,
    last_started: Option<Timestamp>,
    name: &str,
    most_jitter: u32,
) -> Option<Timestamp> {
    let expression = expression?;
    let Some(last) = last_started else { return Some(Timestamp::UNIX_EPOCH) };
    // The last run started up to `jitter` after its time; the next one is counted from the time itself.
    let jitter = Span::new().seconds(jitter_seconds(name, most_jitter));
    let planned = last.checked_sub(jitter).unwrap_or(last);
    expression.after(planned)?.checked_add(jitter).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::utc;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn next(last: Option<&str>, jitter: u32) -> Option<Timestamp> {
        let expression = Expression::parse("30 2 * * *", utc()).unwrap();
        next_run(Some(&expression), last.map(at), "commune", jitter)
    }

    #[test]
    fn a_source_that_never_ran_is_due_at_once() {
        assert_eq!(next(None, 0), Some(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn a_run_that_was_missed_is_due_once() {
        // Down for five nights: the first missed time is past, so it is due; after that run, tomorrow's is next.
        assert_eq!(next(Some("2026-11-10T02:30:00Z"), 0), Some(at("2026-11-11T02:30:00Z")));
        assert_eq!(next(Some("2026-11-16T09:12:00Z"), 0), Some(at("2026-11-17T02:30:00Z")));
    }

    #[test]
    fn jitter_neither_repeats_nor_skips_a_night() {
        let jitter = i64::from(jitter_seconds("commune", 300));
        let mut last = at("2026-11-10T02:30:00Z").checked_add(Span::new().seconds(jitter)).unwrap();
        for day in 11..20 {
            last = next(Some(&last.to_string()), 300).unwrap();
            let planned = last.checked_sub(Span::new().seconds(jitter)).unwrap();
            assert_eq!(planned, at(&format!("2026-11-{day}T02:30:00Z")));
        }
    }

    #[test]
    fn without_a_schedule_a_source_runs_by_hand_only() {
        assert_eq!(next_run(None, None, "commune", 0), None);
    }
}
