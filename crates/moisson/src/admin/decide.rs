//! Decisions on removals.

use moisson_web::admin::{Answer, Decided, Refusal};

use super::{Admin, Done, audit::Line, refused};
use crate::pipeline;

/// So many records come back at once at most.
const MOST_RECORDS: usize = 10_000;

impl Admin {
    pub(super) fn accept(&self, name: &str, run: &str, line: &mut Line) -> Done {
        self.known(name)?;
        line.run = Some(run.to_owned());
        let _held = self.hold(name)?;
        let records =
            pipeline::accept(&self.store, name, run, (self.clock)()).map_err(|error| refused(&error))?;
        line.came_to(&format!("done; {records} records are removed"));
        let note = format!("{records} records of `{name}` are removed");
        Ok(Answer::Decided(Decided { source: name.to_owned(), records, note }))
    }

    pub(super) fn undelete(&self, name: &str, ids: &[String], line: &mut Line) -> Done {
        self.known(name)?;
        if ids.is_empty() || ids.len() > MOST_RECORDS {
            let fault = format!("`records`: name 1 to {MOST_RECORDS} records by their ids");
            return Err(Refusal::Settings(vec![fault]));
        }
        let _held = self.hold(name)?;
        let records =
            pipeline::undelete(&self.store, name, ids, (self.clock)()).map_err(|error| refused(&error))?;
        let first = ids.first().map(String::as_str).unwrap_or_default();
        line.came_to(&format!("done; {records} records are back, first `{first}`"));
        let note =
            format!("{records} records of `{name}` are back; they stay until the source has them again");
        Ok(Answer::Decided(Decided { source: name.to_owned(), records, note }))
    }
}
