//! The hours of the day in which a source may be harvested, such as `22:00-06:00`. Pure.

use std::{fmt, str::FromStr};

use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// From one time of the day to another; over midnight if the second is the earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    from: Time,
    to: Time,
}

/// A text that is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a window; write two times of the day such as `22:00-06:00`")]
pub struct WindowError(String);

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
        let times = text.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
        match times {
            Some((from, to)) if from != to => Ok(Self { from, to }),
            _ => Err(WindowError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Window {
    type Error = WindowError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))
    }
}

impl Window {
    /// The first moment from `instant` on that is in the window.
    pub fn opens(self, instant: Timestamp, zone: &TimeZone) -> Timestamp {
        let local = zone.to_datetime(instant);
        if self.left(local).is_some() {
            return instant;
        }
        // Outside, the window opens later on the same day: one that goes over midnight is open before and after it.
        let day = if local.time() < self.from {
            local.date()
        } else {
            local.date().tomorrow().unwrap_or(local.date())
        };
        zone.to_timestamp(day.to_datetime(self.from)).unwrap_or(instant)
    }

    /// How long the window stays open; nothing if it is closed.
    pub fn remains(self, instant: Timestamp, zone: &TimeZone) -> Option<SignedDuration> {
        self.left(zone.to_datetime(instant))
    }

    fn left(self, local: DateTime) -> Option<SignedDuration> {
        let time = local.time();
        let inside = if self.from < self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        };
        let left = time.duration_until(self.to);
        let day = SignedDuration::from_hours(24);
        inside.then(|| if left > SignedDuration::ZERO { left } else { left + day })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_over_midnight_is_open_before_and_after_it() {
        let (night, zone) = ("22:00-06:00".parse::<Window>().unwrap(), TimeZone::UTC);
        let hours = |text: &str| night.remains(at(text), &zone).map(|left| left.as_hours());
        assert_eq!(hours("2026-11-22T22:00:00Z"), Some(8));
        assert_eq!(hours("2026-11-22T05:00:00Z"), Some(1));
        assert_eq!(hours("2026-11-22T06:00:00Z"), None);
        assert_eq!(hours("2026-11-22T21:59:59Z"), None);
        assert_eq!(night.opens(at("2026-11-22T12:00:00Z"), &zone), at("2026-11-22T22:00:00Z"));
        assert_eq!(night.opens(at("2026-11-22T23:30:00Z"), &zone), at("2026-11-22T23:30:00Z"));
    }

    #[test]
    fn a_window_within_a_day_opens_again_tomorrow() {
        let (noon, zone) =
            ("11:30-13:00".parse::<Window>().unwrap(), TimeZone::get("Europe/Brussels").unwrap());
        assert_eq!(noon.opens(at("2026-11-22T13:00:00Z"), &zone), at("2026-11-23T10:30:00Z"));
        assert_eq!(noon.opens(at("2026-11-22T01:00:00Z"), &zone), at("2026-11-22T10:30:00Z"));
        assert_eq!(noon.remains(at("2026-11-22T11:00:00Z"), &zone).map(|left| left.as_mins()), Some(60));
        assert_eq!(noon.to_string(), "11:30-13:00");
    }

    #[test]
    fn what_is_no_window_says_how_to_write_one() {
        for text in ["", "22:00", "22:00-22:00", "25:00-06:00", "night"] {
            let error = text.parse::<Window>().unwrap_err().to_string();
            assert!(error.contains("`22:00-06:00`"), "{error}");
        }
    }
}
