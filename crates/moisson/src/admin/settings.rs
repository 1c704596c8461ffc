//! Sources are added, changed, removed, paused and resumed.

use moisson_dcat::party::PersonalData;
use moisson_web::admin::{Answer, Declared, Records, Refusal, Removed};
use serde_json::{Map, Value};

use super::{Admin, Done, Who, audit::Line, failed, permission};
use crate::{
    book::{Entry, Kept, pause_note, source_note},
    config::SourceConfig,
    pipeline::Decision,
};

/// So many managed sources are kept at most.
const MOST_MANAGED: usize = 10_000;

/// Settings as they are given, checked.
pub(super) fn read(settings: &Value) -> Result<SourceConfig, Refusal> {
    SourceConfig::from_json(settings).map_err(Refusal::Settings)
}

impl Admin {
    pub(super) fn add(&self, who: &Who, settings: &Value, line: &mut Line) -> Done {
        let source = read(settings)?;
        permission::check_network(who, &source, None)?;
        let name = source.name.as_str();
        let _alone = self.changing();
        match self.book.find(name).map(|entry| entry.declared) {
            Some(Declared::File) => return Err(in_the_file(name, "change it there")),
            Some(Declared::Managed) => {
                return Err(Refusal::conflict(format!(
                    "there is a source `{name}` already; change it, or choose another name"
                )));
            }
            None => {}
        }
        if self.book.kept(name).is_none() && self.book.count_kept() >= MOST_MANAGED {
            return Err(Refusal::conflict(format!(
                "there are {MOST_MANAGED} managed sources, the most that can be"
            )));
        }
        let kept = Kept { settings: source.to_json(), added: self.stamp(who), changed: None };
        line.changed(None, Some(&kept.settings));
        self.keep(who, name, Some(&kept), line)?;
        self.shown(name)
    }

    pub(super) fn change(&self, who: &Who, name: &str, patch: &Value, line: &mut Line) -> Done {
        let _alone = self.changing();
        let entry = self.known(name)?;
        let (Declared::Managed, Some(kept)) = (entry.declared, self.book.kept(name)) else {
            return Err(in_the_file(name, "change it there"));
        };
        if !patch.is_object() {
            return Err(Refusal::Settings(vec![
                "the change is an object with the settings that change".to_owned(),
            ]));
        }
        let mut settings = kept.settings.clone();
        merge(&mut settings, patch);
        let source = read(&settings)?;
        if source.name.as_str() != name {
            let fault =
                "`name`: is part of the IRIs of the records and never changes; add another source instead";
            return Err(Refusal::Settings(vec![fault.to_owned()]));
        }
        permission::check_network(who, &source, Some(&entry.settings))?;
        let changed = Kept { settings: source.to_json(), changed: Some(self.stamp(who)), ..kept.clone() };
        line.changed(Some(&kept.settings), Some(&changed.settings));
        self.keep(who, name, Some(&changed), line)?;
        self.shown(name)
    }

    pub(super) fn remove(&self, who: &Who, name: &str, records: Records, line: &mut Line) -> Done {
        let _alone = self.changing();
        let counts = self.store.counts().map_err(|error| failed(&error.into()))?;
        let there = counts.sources.get(name).copied().unwrap_or_default();
        let there = there.datasets + there.series + there.services;
        let kept = self.book.kept(name);
        if kept.is_none() {
            let is_left_over = records == Records::Remove && there > 0 && self.book.find(name).is_none();
            // What an earlier removal left can still be removed.
            if !is_left_over {
                self.known(name)?;
                return Err(in_the_file(name, "remove it there"));
            }
        }
        let shadowed = self.book.find(name).is_some_and(|entry| entry.declared == Declared::File);
        if shadowed && records == Records::Remove {
            let detail = format!("the configuration file declares `{name}` too, so its records stay");
            return Err(Refusal::conflict(detail));
        }
        if records == Records::Keep && !shadowed && there > 0 && self.alone_masks(name) {
            return Err(Refusal::conflict(format!(
                "`{name}` has personal data masked (`personal_data`), which its records would lose without it, since the \
                 portal does not; remove them too, or pause the source instead"
            )));
        }
        let _held = if shadowed { None } else { self.hold(name)? };
        line.changed(kept.as_ref().map(|kept| &kept.settings), None);
        if records == Records::Keep {
            line.came_to(&format!("done; its {there} records stay"));
            self.keep(who, name, None, line)?;
            let note = if shadowed {
                format!("the managed source `{name}` is gone; the one of the configuration file stays")
            } else {
                format!("`{name}` is harvested no more; its {there} records stay and are served")
            };
            let source = name.to_owned();
            return Ok(Answer::Removed(Removed { source, records_kept: there, records_removed: 0, note }));
        }
        // The records first: if this is interrupted, the source is still there to be removed again.
        let removed = self.decide(who, name, Decision::RemoveAll)?;
        line.came_to(&format!("done; its {removed} records are removed"));
        self.keep(who, name, None, line)?;
        let note = format!("`{name}` and its {removed} records are removed; each leaves a tombstone");
        Ok(Answer::Removed(Removed {
            source: name.to_owned(),
            records_kept: 0,
            records_removed: removed,
            note,
        }))
    }

    /// Whether a source has personal data taken out, and the portal would not.
    fn alone_masks(&self, name: &str) -> bool {
        let masks = |entry: Entry| self.config.personal_data(&entry.settings) == PersonalData::Mask;
        self.config.portal.personal_data != PersonalData::Mask && self.book.find(name).is_some_and(masks)
    }

    pub(super) fn pause(&self, who: &Who, name: &str, line: &mut Line) -> Done {
        let _alone = self.changing();
        let entry = self.known(name)?;
        if let Some(paused) = entry.paused {
            return Err(Refusal::conflict(format!(
                "`{name}` is paused already, by {} at {}",
                paused.by, paused.at
            )));
        }
        let stamp = self.stamp(who);
        let note = pause_note(name, Some(&stamp)).map_err(|error| failed(&error))?;
        self.book
            .change(|| self.audit.write(line.take(), &stamp, vec![note]))
            .map_err(|error| failed(&error))?;
        self.shown(name)
    }

    pub(super) fn resume(&self, who: &Who, name: &str, line: &mut Line) -> Done {
        let _alone = self.changing();
        let entry = self.known(name)?;
        if entry.paused.is_none() {
            let why = match (entry.settings.enabled, entry.declared) {
                (true, _) => "it is on its schedule, if it has one",
                (false, Declared::File) => "it is switched off in the configuration file (`enabled`)",
                (false, Declared::Managed) => "its setting `enabled` is `false`; change that",
            };
            return Err(Refusal::conflict(format!("`{name}` is not paused; {why}")));
        }
        let note = pause_note(name, None).map_err(|error| failed(&error))?;
        self.book
            .change(|| self.audit.write(line.take(), &self.stamp(who), vec![note]))
            .map_err(|error| failed(&error))?;
        self.shown(name)
    }

    /// Writes a managed source, or takes it away, together with the line of the audit log.
    fn keep(&self, who: &Who, name: &str, kept: Option<&Kept>, line: &mut Line) -> Result<(), Refusal> {
        let write = || {
            let mut notes = vec![source_note(name, kept)?];
            if kept.is_none() && self.config.source.iter().all(|source| source.name.as_str() != name) {
                notes.push(pause_note(name, None)?);
            }
            self.audit.write(line.take(), &self.stamp(who), notes)
        };
        self.book.change(write).map_err(|error| failed(&error))
    }
}

fn in_the_file(name: &str, advice: &str) -> Refusal {
    Refusal::conflict(format!("`{name}` is declared in the configuration file; {advice}"))
}

/// [RFC 7396](https://www.rfc-editor.org/rfc/rfc7396): what the patch has takes the place of what there is, `null` takes
/// it away.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_patch_is_merged_as_the_standard_says() {
        let mut target = json!({ "a": "b", "c": { "d": "e", "f": "g" }, "list": [1, 2] });
        super::merge(
            &mut target,
            &json!({ "a": "z", "c": { "f": null }, "list": [3], "new": { "x": null, "y": 1 } }),
        );
        assert_eq!(target, json!({ "a": "z", "c": { "d": "e" }, "list": [3], "new": { "y": 1 } }));
    }
}
