//! Pages by offset, as CKAN and Opendatasoft give them: where a walk stands, and how it goes around a page
//! that does not come through.
//!
//! A page that fails is asked for again in smaller pieces, down to the one record that breaks it; that one is
//! passed over, counted, and the walk goes on. So one bad record costs one record.

use moisson_harvest::{Failure, Request};
use serde::{Deserialize, Serialize};

/// By how much a page that failed is made smaller.
const NARROWING: u64 = 5;

/// Records that may be passed over in one walk; beyond that it is the portal that is broken.
const LOST_MAX: usize = 20;

/// Records passed over one behind the other before the walk gives up.
const LOST_IN_A_ROW_MAX: u64 = 3;

/// Where a walk stands; the state of its next request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Window {
    /// Position of the first record that is wanted.
    pub(crate) start: u64,
    /// How many are asked for.
    pub(crate) rows: u64,
    /// How many are asked for when nothing goes wrong.
    pub(crate) full: u64,
    /// Stretches in which pages are smaller, the widest first: where each ends, and how many are asked for behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) narrowed: Vec<(u64, u64)>,
    /// Positions that were passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lost: Vec<u64>,
    /// The first id of the page before, to notice a portal that gives the same page again and again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first: Option<String>,
}

impl Window {
    /// The first page.
    pub(crate) fn new(rows: u64) -> Self {
        Self { rows, full: rows, ..Self::default() }
    }

    /// The state of a request, or the first page if it has none.
    pub(crate) fn of(request: &Request, rows: u64) -> Self {
        serde_json::from_value(request.state.0.clone())
            .ok()
            .filter(|window: &Self| window.rows > 0)
            .unwrap_or_else(|| Self::new(rows))
    }

    /// As the state of a request.
    pub(crate) fn to_state(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The page behind `received` records of which the first was `first`.
    pub(crate) fn next(mut self, received: u64, first: Option<String>) -> Self {
        self.forward(received);
        self.first = first;
        self
    }

    /// Goes forward, and back to larger pages where a narrowed stretch ends.
    fn forward(&mut self, by: u64) {
        self.start = self.start.saturating_add(by);
        while let Some((_, rows)) = self.narrowed.pop_if(|(end, _)| *end <= self.start) {
            self.rows = rows;
        }
    }

    /// What to ask for instead of a page that failed: less, or what lies behind it. `None` when the portal is to
    /// blame and not a record.
    pub(crate) fn around(mut self, failure: &Failure) -> Option<Self> {
        if !may_be_one_record(failure) {
            return None;
        }
        if self.rows > 1 {
            self.narrowed.push((self.start.saturating_add(self.rows), self.rows));
            self.rows = (self.rows / NARROWING).max(1);
            return Some(self);
        }
        let in_a_row = if matches!(failure, Failure::Transport(_)) { 1 } else { LOST_IN_A_ROW_MAX };
        let row = self.lost.iter().rev().zip(1..).take_while(|(lost, n)| **lost + n == self.start).count();
        if self.lost.len() >= LOST_MAX || u64::try_from(row).unwrap_or(u64::MAX) >= in_a_row {
            return None;
        }
        self.lost.push(self.start);
        self.forward(1);
        Some(self)
    }

    /// Why the walk cannot be whole, if records were passed over.
    pub(crate) fn shortfall(&self) -> Option<String> {
        if self.lost.is_empty() {
            return None;
        }
        let places: Vec<String> = self.lost.iter().map(ToString::to_string).collect();
        Some(format!(
            "{} could not be read, even alone: position {} of the list (counted from 0)",
            if places.len() == 1 { "one record" } else { "some records" },
            places.join(", ")
        ))
    }
}

/// Whether a failure may come from one record in the page (a server that stumbles over it, a broken body),
/// and not from the portal, its address or our rights.
fn may_be_one_record(failure: &Failure) -> bool {
    match failure {
        Failure::Status(status) => matches!(status, 413 | 500 | 502 | 504),
        Failure::Transport(_) => true,
        Failure::Read(error) => !is_page(error),
    }
}

/// Whether we are told to go away: more requests would not help.
pub(crate) fn is_refusal(failure: &Failure) -> bool {
    matches!(failure, Failure::Status(401 | 403 | 407 | 429 | 451 | 503))
}

/// Whether the failure says that there is no such API at this address.
pub(crate) fn is_elsewhere(failure: &Failure) -> bool {
    match failure {
        Failure::Status(status) => matches!(status, 300..=308 | 400 | 404..=406 | 409 | 410 | 501),
        Failure::Read(error) => is_page(error),
        Failure::Transport(_) => false,
    }
}

/// Whether a web page came instead of data.
fn is_page(error: &moisson_harvest::ReadError) -> bool {
    error.found.starts_with("HTML")
}

#[cfg(test)]
mod tests {
    use moisson_harvest::{Failure, ReadError};

    use super::Window;

    fn server_error() -> Failure {
        Failure::Status(500)
    }

    #[test]
    fn one_bad_record_costs_one_record() {
        // The record at 57 makes every page that holds it fail.
        let (mut window, mut got, mut requests) = (Window::new(100), Vec::new(), 0);
        while window.start < 250 {
            requests += 1;
            let page = window.start..(window.start + window.rows).min(250);
            window = if page.contains(&57) {
                window.around(&server_error()).unwrap()
            } else {
                got.extend(page.clone());
                window.next(page.end - page.start, None)
            };
        }
        assert_eq!(got, (0..250).filter(|n| *n != 57).collect::<Vec<_>>());
        assert!(requests < 20, "{requests} requests");
        assert_eq!(
            window.shortfall().unwrap(),
            "one record could not be read, even alone: position 57 of the list (counted from 0)"
        );
    }

    #[test]
    fn a_dead_portal_is_left_alone_after_a_few_requests() {
        for (failure, most) in [
            (server_error(), 7),
            (Failure::Transport("connection refused".to_owned()), 5),
            (Failure::Status(503), 0),
            (Failure::Status(403), 0),
            (Failure::Status(429), 0),
        ] {
            let (mut window, mut requests) = (Window::new(100), 0);
            while let Some(next) = window.clone().around(&failure) {
                assert_ne!(next, window);
                (window, requests) = (next, requests + 1);
            }
            assert!(requests <= most, "{failure}: {requests} requests");
        }
    }

    #[test]
    fn a_web_page_is_not_asked_for_in_pieces() {
        let page = ReadError {
            expected: String::new(),
            found: "HTML `<html>`".to_owned(),
            place: String::new(),
            hint: String::new(),
        };
        assert_eq!(Window::new(100).around(&Failure::Read(page)), None);
    }

    #[test]
    fn the_state_survives_a_checkpoint() {
        let window = Window {
            start: 7,
            rows: 4,
            full: 100,
            narrowed: vec![(20, 100)],
            lost: vec![3],
            ..Window::default()
        };
        let url = url::Url::parse("https://data.example/").unwrap();
        let request = moisson_harvest::Request::get(url, "application/json", "search");
        assert_eq!(Window::of(&request, 100), Window::new(100));
        assert_eq!(Window::of(&request.with_state(window.to_state()), 100), window);
    }
}
