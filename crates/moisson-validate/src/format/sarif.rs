//! The outcome as [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), which editors and
//! code hosts show beside the lines.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::{
    Checked, Fault, FaultKind, Finding, Group, Place, Rule, Severity, Words,
    names::{compact, compact_path, plain, shown},
};

/// The outcome as a log of one run.
pub fn sarif(checked: &Checked, words: &Words) -> Value {
    let mut rules = Rules::default();
    let mut results = Vec::new();
    for group in &checked.groups {
        for rule in &group.rules {
            let (id, index) = rules.of(rule, words);
            for finding in &rule.findings {
                results.push(json!({
                    "ruleId": id,
                    "ruleIndex": index,
                    "level": level(rule.severity),
                    "message": { "text": message(words, rule, finding) },
                    "locations": [location(checked, group, finding)],
                }));
            }
        }
    }
    let faults = checked.documents.iter().enumerate().flat_map(|(at, document)| {
        document.faults.iter().map(move |fault| notification(&document.name, at, fault))
    });
    let artifacts: Vec<Value> =
        checked.documents.iter().map(|d| json!({ "location": { "uri": uri(&d.name) } })).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "moisson validate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://www.w3.org/TR/shacl/",
                "rules": rules.list,
            } },
            "invocations": [{
                "executionSuccessful": checked.documents.iter().all(|document| !document.failed()),
                "toolExecutionNotifications": faults.collect::<Vec<_>>(),
            }],
            "artifacts": artifacts,
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// The rules that were broken, each once.
#[derive(Default)]
struct Rules {
    list: Vec<Value>,
    known: std::collections::HashMap<(String, String), usize>,
}

impl Rules {
    fn of(&mut self, rule: &Rule, words: &Words) -> (String, usize) {
        let id = match rule.shape.strip_prefix("_:") {
            // The label of a blank node means nothing to anybody.
            Some(_) => format!("{}:{}:{}", rule.profile, compact_path(&rule.path), rule.component),
            None => rule.shape.strip_prefix(moisson_shapes::SHAPES).unwrap_or(&rule.shape).to_owned(),
        };
        let next = self.list.len();
        let index = *self.known.entry((id.clone(), rule.component.clone())).or_insert(next);
        if index == next {
            let (message, _) = words.message(rule);
            let mut described = Map::new();
            described.insert("id".to_owned(), id.as_str().into());
            described.insert("shortDescription".to_owned(), json!({ "text": message }));
            if let Some(see_also) = &rule.see_also {
                described.insert("helpUri".to_owned(), see_also.as_str().into());
            }
            described.insert("defaultConfiguration".to_owned(), json!({ "level": level(rule.severity) }));
            described.insert(
                "properties".to_owned(),
                json!({ "tags": [rule.profile], "constraint": rule.component }),
            );
            self.list.push(described.into());
        }
        (id, index)
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Violation => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn message(words: &Words, rule: &Rule, finding: &Finding) -> String {
    let (message, _) = words.message(rule);
    match &finding.value {
        Some(value) => format!("{message} ({})", shown(value, 200)),
        None => message.into_owned(),
    }
}

fn location(checked: &Checked, group: &Group, finding: &Finding) -> Value {
    let mut location = Map::new();
    if let Some(place) = finding.place.or(group.place)
        && let Some(document) = checked.documents.get(place.document)
    {
        location.insert("physicalLocation".to_owned(), physical(&document.name, place));
    }
    let focus = plain(&finding.focus_node);
    let logical = json!([{ "name": compact(&focus), "fullyQualifiedName": focus, "kind": "resource" }]);
    location.insert("logicalLocations".to_owned(), logical);
    location.into()
}

fn physical(name: &str, place: Place) -> Value {
    let artifact = json!({ "uri": uri(name), "index": place.document });
    match place.line {
        Some(line) => json!({ "artifactLocation": artifact, "region": { "startLine": line } }),
        None => json!({ "artifactLocation": artifact }),
    }
}

fn notification(name: &str, document: usize, fault: &Fault) -> Value {
    let mut region = Map::new();
    if let Some(line) = fault.line {
        region.insert("startLine".to_owned(), line.into());
        if let Some(column) = fault.column {
            region.insert("startColumn".to_owned(), column.into());
        }
    }
    let mut physical = Map::new();
    physical.insert("artifactLocation".to_owned(), json!({ "uri": uri(name), "index": document }));
    if !region.is_empty() {
        physical.insert("region".to_owned(), region.into());
    }
    json!({
        "level": if fault.kind == FaultKind::Note { "note" } else { "error" },
        "message": { "text": fault.message },
        "locations": [{ "physicalLocation": physical }],
    })
}

/// A name as a reference ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986)): what cannot stand in one is escaped.
fn uri(name: &str) -> String {
    let keeps = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#%".contains(&byte);
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if keeps(byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}
