//! A run's report as text for people at a terminal.

use std::fmt::Write as _;

use super::{RunReport, RunTask, report::seconds};

impl RunReport {
    /// The whole report, some twenty lines.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let what = self.task.name();
        say(&mut out, "run", &format!("{} of `{}`, a {what} ({})", self.run, self.name, self.kind));
        say(&mut out, "outcome", &self.outcome.to_string());
        if let Some(reason) = &self.reason {
            say(&mut out, "reason", reason);
        }
        let ended = self.ended.map(|ended| format!(", ended {ended}")).unwrap_or_default();
        say(&mut out, "started", &format!("{}{ended}, {:.1} s", self.started, self.seconds()));
        let total =
            self.total.map(|total| format!(" of {total} that the source says it has")).unwrap_or_default();
        say(&mut out, "seen", &format!("{}{total}", self.seen));
        let counts = format!(
            "{} new, {} changed, {} unchanged, {} back, {} gone, {} held back, {} failed",
            self.new, self.changed, self.unchanged, self.back, self.gone, self.held_back, self.failed
        );
        say(&mut out, "records", &counts);
        if self.rechecked > 0 {
            say(
                &mut out,
                "rechecked",
                &format!("{} reports are new although the record is not", self.rechecked),
            );
        }
        say(&mut out, "in store", &format!("{}, of which {} conform", self.records, self.conforms));
        if self.task == RunTask::Harvest {
            let traffic = format!(
                "{} requests ({} again after a failure, {} answered `not modified`), {} bytes received, {} decoded, \
                 waited {:.1} s",
                self.requests,
                self.retries,
                self.not_modified,
                self.bytes_received,
                self.bytes,
                seconds(self.waited_ms)
            );
            say(&mut out, "traffic", &traffic);
        }
        for (number, error) in self.errors.iter().enumerate() {
            say(&mut out, if number == 0 { "errors" } else { "" }, error);
        }
        for (number, note) in self.notes.iter().enumerate() {
            say(&mut out, if number == 0 { "notes" } else { "" }, note);
        }
        for (number, (code, remark)) in self.remarks.iter().enumerate() {
            say(&mut out, if number == 0 { "remarks" } else { "" }, &format!("{code}: {}", remark.count));
            for example in &remark.examples {
                say(&mut out, "", &format!("  {example}"));
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// A line with its heading. What comes from outside must not steer the terminal.
fn say(out: &mut String, heading: &str, text: &str) {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let _infallible = writeln!(out, "{heading:<10} {text}");
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::pipeline::{RemarkCount, RunOutcome};

    #[test]
    fn a_report_says_what_happened_and_steers_no_terminal() {
        let mut report = RunReport::new("ville", "ckan", "R1", Timestamp::UNIX_EPOCH);
        (report.outcome, report.total, report.seen) = (RunOutcome::Partial, Some(437), 200);
        report.reason = Some("page 3 could not be read".to_owned());
        report.error("https://ville.example/?start=200: HTTP status 500: \u{1b}[2Jgone\nfar".to_owned());
        let remark = RemarkCount { count: 4, examples: vec!["a extras/date: hier".to_owned()] };
        report.remarks.insert("invalid_date".to_owned(), remark);
        let text = report.to_text();
        for part in [
            "run        R1 of `ville`, a harvest (ckan)",
            "outcome    partial",
            "reason     page 3 could not be read",
            "seen       200 of 437 that the source says it has",
            "errors     https://ville.example/?start=200: HTTP status 500:  [2Jgone far",
            "remarks    invalid_date: 4",
            "             a extras/date: hier",
        ] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
        assert!(!text.contains('\u{1b}'));
    }
}
