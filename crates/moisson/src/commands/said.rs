//! Answers of the administration for people at a terminal.

use std::fmt::Write as _;

use moisson_web::admin::Action;
use serde_json::Value;

use super::Done;

/// The answer to an action in lines of text.
pub(super) fn text(action: &Action, answer: &Value) -> String {
    match action {
        Action::Sources => list(answer, "sources", source_line, "no source is configured or added"),
        Action::Source(_) | Action::Add(_) | Action::Change(..) | Action::Pause(_) | Action::Resume(_) => {
            source(answer)
        }
        Action::Preview(_) | Action::PreviewSettings(_) => preview(answer),
        Action::Audit { .. } => list(answer, "entries", audit_line, "nothing was done so far"),
        Action::Remove(..)
        | Action::Run { .. }
        | Action::Cancel(_)
        | Action::Accept { .. }
        | Action::Undelete { .. } => word(answer, "note").to_owned(),
    }
}

/// What the exit code says of an answer.
pub(super) fn done(action: &Action, answer: &Value) -> Done {
    let is_preview = matches!(action, Action::Preview(_) | Action::PreviewSettings(_));
    let count = |key: &str| items(answer, key).len();
    let broken = items(answer, "records").iter().filter(|record| !record["broken"].is_null()).count();
    match (count("records") - broken, count("errors") + broken) {
        _ if !is_preview => Done::Well,
        (_, 0) => Done::Well,
        (0, _) => Done::Failed,
        _ => Done::Partly,
    }
}

/// The report of a run that was waited for.
pub(super) fn report(report: &Value) -> String {
    let number = |key: &str| report.get(key).and_then(Value::as_u64).unwrap_or_default();
    let mut lines = vec![format!(
        "{} run {}: {}; {} new, {} changed, {} unchanged, {} gone, {} held back, {} failed",
        word(report, "source"),
        word(report, "run"),
        word(report, "outcome"),
        number("new") + number("back"),
        number("changed"),
        number("unchanged"),
        number("gone"),
        number("held_back"),
        number("failed"),
    )];
    lines.extend(Some(word(report, "reason").to_owned()).filter(|reason| !reason.is_empty()));
    lines.extend(items(report, "errors").iter().take(5).filter_map(Value::as_str).map(str::to_owned));
    lines.join("\n")
}

/// What the exit code says of a run.
pub(super) fn of_run(report: &Value) -> Done {
    match word(report, "outcome") {
        "whole" | "changes" if report["held_back"].as_u64().is_none_or(|held| held == 0) => Done::Well,
        "whole" | "changes" | "partial" => Done::Partly,
        _ => Done::Failed,
    }
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn list(answer: &Value, key: &str, line: fn(&Value) -> String, empty: &str) -> String {
    let mut lines: Vec<String> = items(answer, key).iter().map(line).collect();
    if lines.is_empty() {
        lines.push(empty.to_owned());
    }
    if let Some(next) = answer.get("next").and_then(Value::as_u64) {
        lines.push(format!("older entries: `--before {next}`"));
    }
    lines.join("\n")
}

/// How a source is: `running`, `paused`, …
fn state(source: &Value) -> &'static str {
    if source.get("running").is_some_and(|it| !it.is_null()) {
        "running"
    } else if source.get("paused").is_some_and(|it| !it.is_null()) {
        "paused"
    } else if source["settings"]["enabled"] == false {
        "off"
    } else if source["settings"].get("schedule").is_some() {
        "scheduled"
    } else {
        "by hand"
    }
}

fn source_line(source: &Value) -> String {
    let settings = &source["settings"];
    let mut line = format!(
        "{:<24} {:<8} {:<10} {:<13} {:<16} {}",
        word(source, "name"),
        word(source, "declared"),
        state(source),
        word(settings, "kind"),
        word(settings, "schedule"),
        word(settings, "url"),
    );
    for note in items(source, "notes").iter().filter_map(Value::as_str) {
        line.push_str("\n  ");
        line.push_str(note);
    }
    line
}

fn source(source: &Value) -> String {
    let mut lines = vec![source_line(source)];
    for key in ["added", "changed", "paused"] {
        if let Some(stamp) = source.get(key).filter(|stamp| !stamp.is_null()) {
            lines.push(format!("  {key} by {} at {}", word(stamp, "by"), word(stamp, "at")));
        }
    }
    if let Some(running) = source.get("running").filter(|running| !running.is_null()) {
        lines.push(format!("  run {} since {}", word(running, "run"), word(running, "since")));
    }
    lines.push(String::new());
    lines.push(toml::to_string(&source["settings"]).unwrap_or_default().trim_end().to_owned());
    lines.join("\n")
}

fn audit_line(entry: &Value) -> String {
    let mut line = format!(
        "{:>6} {:<30} {:<28} {:<26} {}",
        entry["number"],
        word(entry, "at"),
        word(entry, "by"),
        word(entry, "action"),
        word(entry, "source"),
    );
    if !word(entry, "run").is_empty() {
        let _infallible = write!(line, " run {}", word(entry, "run"));
    }
    let _infallible = write!(line, ": {}", word(entry, "outcome"));
    for (key, sign) in [("before", '-'), ("after", '+')] {
        for (setting, value) in entry.get(key).and_then(Value::as_object).into_iter().flatten() {
            let _infallible = write!(line, "\n       {sign} {setting} = {value}");
        }
    }
    line
}

fn preview(preview: &Value) -> String {
    let records = items(preview, "records");
    let total = preview["total"].as_u64().map(|total| format!(" of {total}")).unwrap_or_default();
    let mut lines = vec![format!(
        "{}: {} records{total} looked at with {} requests; nothing was stored",
        word(preview, "source"),
        records.len(),
        preview["requests"],
    )];
    for record in records {
        let id = word(record, "id");
        if !record["broken"].is_null() {
            lines.push(format!("  ! {id}: {}", word(record, "broken")));
            continue;
        }
        lines.push(format!("  {} ({id})", word(record, "title")));
        for finding in items(record, "findings").iter().filter(|it| word(it, "severity") != "info") {
            lines.push(format!(
                "      {} {}: {}",
                word(finding, "severity"),
                word(finding, "property"),
                word(finding, "message")
            ));
        }
        for remark in items(record, "remarks") {
            lines.push(format!("      remark {}: {}", word(remark, "place"), word(remark, "message")));
        }
    }
    for key in ["errors", "notes"] {
        lines.extend(items(preview, key).iter().filter_map(Value::as_str).map(|text| format!("  {text}")));
    }
    if !word(preview, "said").is_empty() {
        lines.push(format!("  {}", word(preview, "said")));
    }
    lines.join("\n")
}
