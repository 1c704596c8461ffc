//! The audit log: who did what, when, and what came of it. Appended to the ledger with the change itself where that is one,
//! so that neither is there without the other; nothing in it is ever changed, and it is shortened only at its old end
//! (`[admin] audit_days`, `audit_entries`).
//!
//! What happens to tokens is noted in their own file, since the ledger may be in use then, and taken over from there.

use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use jiff::{Span, Timestamp};
use moisson_store::{Note, Store};
use moisson_web::admin::{Action, AuditEntry, AuditPage, Records, Refusal, Stamp};
use serde_json::{Map, Value};

use super::{Tokens, Who, permission};
use crate::config::AdminConfig;

/// The notes of the log, by number.
const AUDIT: &str = "audit";
/// The note of the last event that was taken over from the tokens' file.
const TAKEN: (&str, &str) = ("admin", "token-events");
/// Old entries that go with one new one at most.
const FORGOTTEN_AT_ONCE: usize = 20;
/// Settings beyond this many bytes are not repeated in the log.
const MAX_SETTINGS: usize = 16 * 1024;
/// A text from outside is kept to this many characters.
const MAX_TEXT: usize = 300;
/// So many entries are looked at for one page, if most are about other sources.
const MOST_READ: usize = 20_000;

/// What will stand in the log, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Line {
    action: &'static str,
    source: Option<String>,
    pub(super) run: Option<String>,
    before: Option<Value>,
    after: Option<Value>,
    outcome: Option<String>,
    written: bool,
}

impl Line {
    /// What is to be said of an action; nothing of one that only reads.
    pub(super) fn of(action: &Action) -> Option<Self> {
        let name = match action {
            Action::Sources | Action::Source(_) | Action::Audit { .. } => return None,
            Action::Add(_) => "source.add",
            Action::Change(..) => "source.change",
            Action::Remove(_, Records::Keep) => "source.remove",
            Action::Remove(_, Records::Remove) => "source.remove-with-records",
            Action::Pause(_) => "source.pause",
            Action::Resume(_) => "source.resume",
            Action::Preview(_) | Action::PreviewSettings(_) => "source.preview",
            Action::Run { .. } => "run.start",
            Action::Cancel(_) => "run.cancel",
            Action::Accept { .. } => "removals.accept",
            Action::Undelete { .. } => "records.undelete",
        };
        let source = permission::source_of(action).map(cut);
        Some(Self { action: name, source, ..Self::default() })
    }

    /// The settings that are different, before and after.
    pub(super) fn changed(&mut self, before: Option<&Value>, after: Option<&Value>) {
        let empty = Map::new();
        let object = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
        let (old, new) = (object(before), object(after));
        let different = |own: &Option<Map<String, Value>>, other: &Option<Map<String, Value>>| {
            let other = other.as_ref().unwrap_or(&empty);
            own.as_ref().map(|own| {
                let kept = own.iter().filter(|(key, value)| other.get(*key) != Some(*value));
                short(Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
            })
        };
        self.before = different(&old, &new);
        self.after = different(&new, &old);
    }

    /// What came of it, if that is more than `done`.
    pub(super) fn came_to(&mut self, outcome: &str) {
        self.outcome = Some(outcome.to_owned());
    }

    /// It was not done.
    pub(super) fn refused(&mut self, refusal: &Refusal) {
        (self.before, self.after) = (None, None);
        self.outcome = Some(cut(&format!("refused: {refusal}")));
        self.written = false;
    }

    /// The line for writing it now, which must not happen again.
    pub(super) fn take(&mut self) -> Self {
        self.written = true;
        Self {
            action: self.action,
            source: self.source.clone(),
            run: self.run.clone(),
            before: self.before.take(),
            after: self.after.take(),
            outcome: self.outcome.take(),
            written: false,
        }
    }

    pub(super) fn is_written(&self) -> bool {
        self.written
    }
}

fn short(value: Value) -> Value {
    if value.to_string().len() > MAX_SETTINGS {
        Value::String("too long to be kept here".to_owned())
    } else {
        value
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// The log of one store.
#[derive(Debug)]
pub(super) struct Audit {
    store: Store,
    keep: AdminConfig,
    tokens: Tokens,
    /// Held from the choice of a number until it is written.
    writing: Mutex<()>,
}

impl Audit {
    pub(super) fn new(store: Store, keep: AdminConfig, tokens: Tokens) -> Self {
        Self { store, keep, tokens, writing: Mutex::default() }
    }

    /// Appends a line, and writes these notes with it: both or neither.
    pub(super) fn write(&self, line: Line, stamp: &Stamp, mut notes: Vec<Note>) -> anyhow::Result<()> {
        let Line { action, source, run, before, after, outcome, written: _ } = line;
        let entry = AuditEntry {
            number: 0,
            at: stamp.at,
            by: stamp.by.clone(),
            action: action.to_owned(),
            source,
            run,
            before,
            after,
            outcome: outcome.unwrap_or_else(|| "done".to_owned()),
        };
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut number = self.last()?;
        self.take_over(&mut number, &mut notes)?;
        notes.push(note(number + 1, entry)?);
        self.forget_old(number + 1, stamp.at, &mut notes)?;
        self.store.write_notes(&notes)?;
        Ok(())
    }

    /// A page of the log, newest first, of what somebody may see.
    pub(super) fn page(
        &self,
        who: &Who,
        source: Option<&str>,
        before: Option<u64>,
        size: usize,
    ) -> anyhow::Result<AuditPage> {
        {
            let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let mut notes = Vec::new();
            self.take_over(&mut self.last()?, &mut notes)?;
            self.store.write_notes(&notes)?;
        }
        let up_to = before.map(|before| key(before.saturating_sub(1)));
        let mut page = AuditPage { entries: Vec::new(), next: None };
        for (read, item) in self.store.notes_back(AUDIT, up_to.as_deref()).enumerate() {
            let (key, value) = item?;
            let number: u64 = key.parse().context("an entry of the audit log has no number")?;
            if page.entries.len() == size || read == MOST_READ {
                page.next = Some(number + 1);
                break;
            }
            let entry = serde_json::from_slice(&value);
            let entry: AuditEntry =
                entry.with_context(|| format!("entry {key} of the audit log cannot be read"))?;
            let about = entry.source.as_deref();
            let visible = match about {
                Some(about) => permission::may_see(who, about),
                None => permission::may_see(who, ""),
            };
            if visible && (source.is_none() || source == about) {
                page.entries.push(AuditEntry { number, ..entry });
            }
        }
        Ok(page)
    }

    /// The last number; 0 if there is none.
    fn last(&self) -> anyhow::Result<u64> {
        let last = self.store.notes_back(AUDIT, None).next().transpose()?;
        last.map_or(Ok(0), |(key, _)| key.parse().context("an entry of the audit log has no number"))
    }

    /// Notes for what happened to tokens since the last time.
    fn take_over(&self, number: &mut u64, notes: &mut Vec<Note>) -> anyhow::Result<()> {
        let taken = self.store.note(TAKEN.0, TAKEN.1)?;
        let taken: u64 = taken.map_or(Ok(0), |value| serde_json::from_slice(&value))?;
        // Without the tokens' file nobody could ask; it does not keep the log from being written.
        let events = self.tokens.events_after(taken).unwrap_or_else(|error| {
            tracing::error!("the tokens' file cannot be read, so the audit log lacks its events: {error:#}");
            Vec::new()
        });
        let Some(newest) = events.iter().map(|event| event.number).max() else { return Ok(()) };
        for event in events {
            *number += 1;
            notes.push(note(*number, event)?);
        }
        notes.push(Note {
            area: TAKEN.0,
            key: TAKEN.1.to_owned(),
            value: Some(serde_json::to_vec(&newest)?),
        });
        Ok(())
    }

    /// Takes old entries away.
    fn forget_old(&self, newest: u64, now: Timestamp, notes: &mut Vec<Note>) -> anyhow::Result<()> {
        let span = Span::new().hours(i64::from(self.keep.audit_days) * 24);
        let too_old = now.checked_sub(span).unwrap_or(Timestamp::MIN);
        for item in self.store.notes(AUDIT, None).take(FORGOTTEN_AT_ONCE) {
            let (key, value) = item?;
            let number: u64 = key.parse().context("an entry of the audit log has no number")?;
            let entry: Option<AuditEntry> = serde_json::from_slice(&value).ok();
            let in_time = entry.is_some_and(|entry| entry.at >= too_old);
            if in_time && number + self.keep.audit_entries.max(1) > newest {
                break;
            }
            notes.push(Note { area: AUDIT, key, value: None });
        }
        Ok(())
    }
}

/// The order of keys is that of numbers.
fn key(number: u64) -> String {
    format!("{number:020}")
}

fn note(number: u64, entry: AuditEntry) -> anyhow::Result<Note> {
    let value = serde_json::to_vec(&AuditEntry { number, ..entry })?;
    Ok(Note { area: AUDIT, key: key(number), value: Some(value) })
}

#[cfg(test)]
mod tests {
    use moisson_store::StoreOptions;
    use serde_json::json;

    use super::*;

    fn at(day: i64) -> Stamp {
        Stamp { by: "test".to_owned(), at: Timestamp::from_second(1_795_000_000 + day * 86_400).unwrap() }
    }

    fn audit(folder: &tempfile::TempDir, keep: AdminConfig) -> Audit {
        let store = Store::open(folder.path(), &StoreOptions::default(), &|_| {}).unwrap();
        Audit::new(store, keep, Tokens::in_folder(folder.path()))
    }

    fn me() -> Who {
        Who::CommandLine("me".to_owned())
    }

    #[test]
    fn the_log_is_read_in_pages_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let audit = audit(&folder, AdminConfig::default());
        for number in 0..25 {
            let name = if number % 2 == 0 { "even" } else { "odd" };
            let line = Line::of(&Action::Pause(name.to_owned())).unwrap();
            audit.write(line, &at(0), Vec::new()).unwrap();
        }
        let mut numbers = Vec::new();
        let mut before = None;
        loop {
            let page = audit.page(&me(), None, before, 10).unwrap();
            numbers.extend(page.entries.iter().map(|entry| entry.number));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(numbers, (1..=25).rev().collect::<Vec<_>>());
        let odd = audit.page(&me(), Some("odd"), None, 100).unwrap();
        assert_eq!(odd.entries.len(), 12);
        assert!(odd.entries.iter().all(|entry| entry.source.as_deref() == Some("odd")));
    }

    #[test]
    fn old_entries_go_by_age_and_by_number() {
        let folder = tempfile::tempdir().unwrap();
        let keep = AdminConfig { audit_days: 10, audit_entries: 5, ..AdminConfig::default() };
        let audit = audit(&folder, keep);
        let write = |day| {
            audit.write(Line::of(&Action::Resume("a".to_owned())).unwrap(), &at(day), Vec::new()).unwrap();
        };
        (0..9).for_each(|_| write(0));
        let numbers = || -> Vec<u64> {
            audit.page(&me(), None, None, 100).unwrap().entries.iter().map(|entry| entry.number).collect()
        };
        assert_eq!(numbers(), [9, 8, 7, 6, 5]);
        write(11);
        assert_eq!(numbers(), [10]);
    }

    #[test]
    fn only_settings_that_changed_are_told() {
        let mut line = Line::of(&Action::Change("a".to_owned(), json!({}))).unwrap();
        let before = json!({ "name": "a", "url": "https://a.example/", "language": "fr" });
        line.changed(
            Some(&before),
            Some(&json!({ "name": "a", "url": "https://b.example/", "schedule": "@daily" })),
        );
        assert_eq!(line.before, Some(json!({ "url": "https://a.example/", "language": "fr" })));
        assert_eq!(line.after, Some(json!({ "url": "https://b.example/", "schedule": "@daily" })));
        line.changed(None, Some(&json!({ "long": "x".repeat(MAX_SETTINGS) })));
        assert_eq!(line.after, Some(json!("too long to be kept here")));
    }
}
