//! How long to wait: what a source asks for in its headers, and our own back-off.
//!
//! Times in headers are counted from the reply's own `Date`, so a wrong clock on either side does no harm, and
//! no clock is needed here.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};

use crate::limits::{Limits, ms};

/// Headers of a reply, names in lower case.
pub(super) type Headers = [(String, String)];

/// How long the source wants to be left alone after this reply, if it says so.
///
/// `Retry-After` ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)); else, when the
/// quota is used up, the reset time of `X-RateLimit-…` or
/// [`RateLimit-…`](https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/); else, in the body of a
/// 429, the `reset_time` of Opendatasoft.
pub(super) fn asked_for(status: u16, headers: &Headers, body: &[u8]) -> Option<Duration> {
    let now = header(headers, "date").and_then(http_date);
    if let Some(wait) = header(headers, "retry-after").and_then(|value| retry_after(value, now)) {
        return Some(wait);
    }
    for prefix in ["x-ratelimit", "x-rate-limit", "ratelimit"] {
        let used_up = header(headers, &format!("{prefix}-remaining"))
            .is_some_and(|value| value.trim().trim_start_matches('0').is_empty());
        if let (true, Some(reset)) = (used_up, header(headers, &format!("{prefix}-reset"))) {
            return reset_time(reset, now);
        }
    }
    if status == 429 {
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        return reset_time(body.get("reset_time")?.as_str()?, now);
    }
    None
}

fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

fn retry_after(value: &str, now: Option<Timestamp>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits that are too many for a number are a very long time.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    Some(from(now?, http_date(value)?))
}

/// A moment (of the calendar, or in seconds or milliseconds since 1970) or a number of seconds.
fn reset_time(value: &str, now: Option<Timestamp>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(number) = value.parse::<f64>() {
        return match number {
            number if !number.is_finite() || number < 0.0 => None,
            number if number < 1e9 => Some(Duration::from_secs_f64(number)),
            number if number < 1e11 => moment(number, now),
            number => moment(number / 1000.0, now),
        };
    }
    let time = value.parse::<Timestamp>().ok().or_else(|| http_date(value))?;
    Some(from(now?, time))
}

fn moment(seconds: f64, now: Option<Timestamp>) -> Option<Duration> {
    let since_1970 = Duration::try_from_secs_f64(seconds).ok()?;
    let time = Timestamp::UNIX_EPOCH.checked_add(since_1970).ok()?;
    Some(from(now?, time))
}

fn from(now: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
}

pub(super) fn http_date(value: &str) -> Option<Timestamp> {
    rfc2822::parse(value.trim()).ok().map(|time| time.timestamp())
}

/// Our own wait after so many attempts: doubling, and somewhere in the upper half, so that many who failed
/// together do not come back together.
pub(super) fn backoff(attempts: u32, limits: &Limits, random: &mut Random) -> Duration {
    let doublings = attempts.saturating_sub(1).min(30);
    let longest = ms(limits.backoff_ms).saturating_mul(1 << doublings).min(ms(limits.max_backoff_ms));
    longest / 2 + (longest / 2).mul_f64(random.share())
}

/// A small generator of random numbers ([SplitMix64](https://doi.org/10.1145/2660193.2660195)), for jitter only.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        f64::from(u32::try_from(mixed >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: (&str, &str) = ("date", "Sat, 21 Nov 2026 12:00:00 GMT");

    #[track_caller]
    fn check(status: u16, headers: &[(&str, &str)], body: &str, seconds: Option<u64>) {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let wait = asked_for(status, &headers, body.as_bytes());
        assert_eq!(wait.map(|wait| wait.as_secs()), seconds, "{headers:?} {body}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_counted_from_the_reply() {
        check(503, &[("retry-after", "120")], "", Some(120));
        check(503, &[("retry-after", " 0 ")], "", Some(0));
        check(503, &[DATE, ("retry-after", "Sat, 21 Nov 2026 12:01:30 GMT")], "", Some(90));
        check(503, &[DATE, ("retry-after", "Sat, 21 Nov 2026 11:00:00 GMT")], "", Some(0));
        check(503, &[("retry-after", "Sat, 21 Nov 2026 12:01:30 GMT")], "", None);
        check(503, &[("retry-after", "soon")], "", None);
        check(503, &[("retry-after", "-5")], "", None);
        check(503, &[("retry-after", "99999999999999999999999999")], "", Some(u64::MAX));
    }

    #[test]
    fn a_used_up_quota_is_waited_for() {
        check(200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")], "", Some(30));
        check(200, &[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "30")], "", None);
        check(200, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "5")], "", Some(5));
        // 2026-11-21T12:00:10Z in seconds and in milliseconds.
        check(
            200,
            &[DATE, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795262410")],
            "",
            Some(10),
        );
        check(
            200,
            &[DATE, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795262410000")],
            "",
            Some(10),
        );
        let iso = "2026-11-21T12:00:10Z";
        check(200, &[DATE, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", iso)], "", Some(10));
        check(200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "-1")], "", None);
        check(200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "NaN")], "", None);
    }

    #[test]
    fn the_reset_time_of_opendatasoft_is_read_from_the_body() {
        let body = r#"{"errorcode":10002,"reset_time":"2026-11-22T00:00:00Z","limit_time_unit":"day","call_limit":5000}"#;
        check(429, &[DATE], body, Some(12 * 3600));
        check(429, &[DATE], "<html>", None);
        check(200, &[DATE], body, None);
    }

    #[test]
    fn our_own_waits_double_to_a_limit_with_jitter() {
        let limits = Limits::default();
        let mut random = Random::new(7);
        let waits: Vec<_> =
            (1..9).map(|attempt| backoff(attempt, &limits, &mut random).as_millis()).collect();
        for (wait, longest) in waits.iter().zip([1, 2, 4, 8, 16, 32, 60, 60]) {
            assert!((longest * 500..=longest * 1000).contains(wait), "{wait} ms of {longest} s");
        }
        let again: Vec<_> = {
            let mut random = Random::new(7);
            (1..9).map(|attempt| backoff(attempt, &limits, &mut random).as_millis()).collect()
        };
        assert_eq!(waits, again);
    }
}
