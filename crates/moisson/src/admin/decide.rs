//! Decisions on removals.

use moisson_web::admin::{Answer, Decided, Refusal};

use super::{Admin, Done, Who, audit::Line, failed, refused};
use crate::pipeline::{Decider, Decision};

/// So many records come back at once at most.
const MOST_RECORDS: usize = 10_000;

impl Admin {
    /// Does what somebody decides about the records of a source, which is held meanwhile. Says how many it came to.
    pub(super) fn decide(&self, who: &Who, name: &str, decision: Decision<'_>) -> Result<u64, Refusal> {
        let base = self.config.portal.base_iri().map_err(|error| failed(&error.into()))?;
        let kind = self.book.find(name).map(|entry| entry.settings.kind.clone()).unwrap_or_default();
        let who = who.to_string();
        let at = (self.clock)();
        let decider = Decider { store: &self.store, base: &base, source: (name, &kind), who: &who, at };
        decider.decide(decision).map_err(|error| refused(&error))
    }

    pub(super) fn accept(&self, who: &Who, (name, run): (&str, &str), line: &mut Line) -> Done {
        self.known(name)?;
        line.run = Some(run.to_owned());
        let _held = self.hold(name)?;
        let records = self.decide(who, name, Decision::Accept(run))?;
        line.came_to(&format!("done; {records} records are removed"));
        let note = format!("{records} records of `{name}` are removed");
        Ok(Answer::Decided(Decided { source: name.to_owned(), records, note }))
    }

    pub(super) fn undelete(&self, who: &Who, (name, ids): (&str, &[String]), line: &mut Line) -> Done {
        self.known(name)?;
        if ids.is_empty() || ids.len() > MOST_RECORDS {
            let fault = format!("`records`: name 1 to {MOST_RECORDS} records by their ids");
            return Err(Refusal::Settings(vec![fault]));
        }
        let _held = self.hold(name)?;
        let records = self.decide(who, name, Decision::Undelete(ids))?;
        let first = ids.first().map(String::as_str).unwrap_or_default();
        line.came_to(&format!("done; {records} records are back, first `{first}`"));
        let note =
            format!("{records} records of `{name}` are back; they stay until the source has them again");
        Ok(Answer::Decided(Decided { source: name.to_owned(), records, note }))
    }
}
