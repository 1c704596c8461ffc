//! `moisson check`.

use std::path::Path;

use serde_json::json;

use super::Done;
use crate::{
    cli::{Format, FormatArgs},
    config::Config,
    terminal,
};

pub(super) fn run(path: &Path, args: &FormatArgs) -> anyhow::Result<Done> {
    let checked = Config::load(path);
    if args.format == Format::Json {
        let faults = checked.as_ref().err().map(Vec::as_slice).unwrap_or_default();
        let faults: Vec<_> = faults
            .iter()
            .map(|f| json!({ "file": f.file, "line": f.line, "column": f.column, "message": f.message }))
            .collect();
        terminal::json(&json!({ "valid": faults.is_empty(), "errors": faults }))?;
    }
    match checked {
        Ok(config) => {
            if args.format == Format::Text {
                terminal::line(&format!("`{}` is right: {}", path.display(), summary(&config)));
            }
            Ok(Done::Well)
        }
        Err(faults) => {
            if args.format == Format::Text {
                for fault in faults {
                    terminal::line(&fault.to_string());
                }
            }
            Ok(Done::Wrong)
        }
    }
}

fn summary(config: &Config) -> String {
    let scheduled = config.source.iter().filter(|s| s.enabled && s.schedule.is_some()).count();
    format!("{} sources, {scheduled} of them on a schedule", config.source.len())
}
