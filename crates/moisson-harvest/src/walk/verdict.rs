//! Why a walk is not whole, in sentences for the operator.

use super::{Walk, checkpoint::Shortfall};
use crate::{Listing, Method};

/// A count may fall by so many records, or by one in a hundred, while we read; more is a source in trouble.
const NORMAL_FALL: u64 = 10;

impl Walk {
    /// The reasons for which the walk is partial; none if it is not.
    pub(super) fn reasons(&self, known: u64) -> Vec<String> {
        let mut reasons = Vec::new();
        self.failures(&mut reasons);
        for shortfall in &self.state.shortfalls {
            match shortfall {
                Shortfall::Certain(reason) => reasons.push(reason.clone()),
                Shortfall::UnlessCounted(reason) if !self.counted() => reasons.push(reason.clone()),
                Shortfall::UnlessCounted(_) => {}
            }
        }
        self.unmade(&mut reasons);
        self.unread(&mut reasons);
        self.counts(&mut reasons);
        let empty = self.state.seen.is_empty() && self.state.tally.broken == 0;
        if self.state.listing == Listing::Whole && empty && known > 0 && self.state.total != Some(0) {
            reasons.push(format!("the source lists 0 records, {known} are known"));
        }
        reasons
    }

    /// Whether the source counts exactly the records that were seen, and always did.
    fn counted(&self) -> bool {
        let seen = Some(self.state.seen.len());
        self.state.total == seen && self.state.highest_total == seen
    }

    fn failures(&self, reasons: &mut Vec<String>) {
        let tally = self.state.tally;
        if let Some(first) = self.state.failed.first() {
            let method = match first.request.method {
                Method::Get => "GET",
                Method::Head => "HEAD",
                Method::Post => "POST",
            };
            reasons.push(format!(
                "{} of {} requests failed, first {method} {}: {}",
                tally.failed, tally.requests, first.request.url, first.reason
            ));
        }
    }

    fn unmade(&self, reasons: &mut Vec<String>) {
        let pending = self.state.pending.len();
        if pending > 0 {
            reasons.push(format!("{pending} of the requests were not made"));
        } else if self.state.tally.requests == 0 {
            reasons.push("no request was made".to_owned());
        }
    }

    fn unread(&self, reasons: &mut Vec<String>) {
        let (broken, accepted) = (self.state.tally.broken, self.limits.accept_broken);
        if broken > accepted {
            reasons.push(format!(
                "{broken} entries could not be read, so their ids are not known (`accept_broken` is {accepted})"
            ));
        }
    }

    fn counts(&self, reasons: &mut Vec<String>) {
        let (Some(last), Some(highest)) = (self.state.total, self.state.highest_total) else { return };
        if highest - last > NORMAL_FALL.max(highest / 100) {
            reasons.push(format!("the source's own count fell from {highest} to {last} during the walk"));
            return;
        }
        let (seen, broken) = (self.state.seen.len(), self.state.tally.broken);
        // Not the last count: a record that goes moves all behind it up, one of them past our place in the list.
        let missing = highest.saturating_sub(seen.saturating_add(broken));
        if missing > self.limits.accept_missing {
            let counts = if highest > last { "counted up to" } else { "counts" };
            let and_broken =
                if broken > 0 { format!(" and {broken} could not be read") } else { String::new() };
            reasons.push(format!(
                "the source {counts} {highest} records, {seen} were seen{and_broken} (`accept_missing` is {})",
                self.limits.accept_missing
            ));
        }
    }
}
