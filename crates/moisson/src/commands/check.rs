//! `moisson check`: the configuration file, and the sources that are kept beside it.

use std::path::Path;

use moisson_store::StoreError;
use serde_json::json;

use super::Done;
use crate::{
    book::{self, Shelved},
    cli::{Format, FormatArgs},
    config::{Config, ConfigFileError},
    serving, terminal,
};

pub(super) fn run(path: &Path, args: &FormatArgs) -> anyhow::Result<Done> {
    let checked = Config::load(path);
    let managed = checked.as_ref().ok().map(|config| managed(config, path)).transpose()?;
    let faults = checked.as_ref().err().map(Vec::as_slice).unwrap_or_default();
    let managed_faults = managed.as_ref().map_or(0, Managed::faults);
    match args.format {
        Format::Json => terminal::json(&json!({
            "valid": faults.is_empty() && managed_faults == 0,
            "errors": faults.iter().map(fault).collect::<Vec<_>>(),
            "managed": managed.as_ref().and_then(Managed::to_json),
        }))?,
        Format::Text => {
            for fault in faults {
                terminal::line(&fault.to_string());
            }
            if let (Ok(config), Some(managed)) = (&checked, &managed) {
                terminal::line(&format!("`{}` is right: {}", path.display(), summary(config)));
                let exceptions = config.source.iter().filter_map(|it| Some((&it.name, it.exception()?)));
                exceptions.for_each(|(name, it)| terminal::line(&format!("source `{name}`: {it}")));
                config.notes().iter().for_each(|note| terminal::line(&format!("note: {note}")));
                managed.lines().iter().for_each(|line| terminal::line(line));
            }
        }
    }
    Ok(if faults.is_empty() && managed_faults == 0 { Done::Well } else { Done::Wrong })
}

fn fault(fault: &ConfigFileError) -> serde_json::Value {
    json!({ "file": fault.file, "line": fault.line, "column": fault.column, "message": fault.message })
}

fn summary(config: &Config) -> String {
    let scheduled = config.source.iter().filter(|s| s.enabled && s.schedule.is_some()).count();
    format!("{} sources, {scheduled} of them on a schedule", config.source.len())
}

/// What could be found out of the sources that `moisson source` keeps in the store.
enum Managed {
    Read(Vec<Shelved>),
    /// The store is being used: why they were not read, and who has them.
    Unread(String),
}

fn managed(config: &Config, path: &Path) -> anyhow::Result<Managed> {
    match book::shelved(config) {
        Ok(sources) => Ok(Managed::Read(sources)),
        Err(error) => match error.downcast_ref::<StoreError>() {
            Some(StoreError::InUse { folder, holder }) => {
                let server = serving::address(folder, holder);
                let ask = server.map_or_else(
                    || "run it again afterwards".to_owned(),
                    |server| format!("`moisson source list --server {server}` lists them"),
                );
                Ok(Managed::Unread(format!(
                    "the sources beside `{}` were not checked, since `{}` is in use by {holder}; {ask}",
                    path.display(),
                    folder.display()
                )))
            }
            _ => Err(error),
        },
    }
}

impl Managed {
    fn faults(&self) -> usize {
        match self {
            Self::Read(sources) => sources.iter().filter(|source| !source.faults.is_empty()).count(),
            Self::Unread(_) => 0,
        }
    }

    fn lines(&self) -> Vec<String> {
        let sources = match self {
            Self::Read(sources) => sources,
            Self::Unread(why) => return vec![why.clone()],
        };
        let mut lines = Vec::new();
        if !sources.is_empty() {
            let count = |is: fn(&Shelved) -> bool| sources.iter().filter(|source| is(source)).count();
            lines.push(format!(
                "beside it, `moisson source` keeps {} sources: {} on a schedule, {} paused",
                sources.len(),
                count(|source| source.scheduled && source.paused.is_none()),
                count(|source| source.paused.is_some()),
            ));
        }
        for source in sources {
            let name = &source.name;
            lines.extend(source.faults.iter().map(|fault| format!("managed source `{name}`: {fault}")));
            lines.extend(source.exception.map(|it| format!("managed source `{name}`: {it}")));
            lines.extend(source.note.iter().cloned());
        }
        lines
    }

    fn to_json(&self) -> Option<serde_json::Value> {
        let Self::Read(sources) = self else { return None };
        let one = |source: &Shelved| {
            json!({
                "name": source.name, "scheduled": source.scheduled, "paused": source.paused, "errors": source.faults,
                "note": source.note,
            })
        };
        Some(sources.iter().map(one).collect())
    }
}
