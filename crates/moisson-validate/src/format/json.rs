//! The outcome as JSON: the same for the command and the API.

use serde_json::{Value, json};

use crate::{
    Checked, Finding, Group, Place, Rule, Severity, Words,
    names::{compact_path, plain},
    words::best,
};

/// The outcome as a document; its members are described in the API's OpenAPI as `CheckReport`.
pub fn json(checked: &Checked, words: &Words) -> Value {
    let documents = checked.documents.iter().map(|document| {
        json!({
            "name": document.name,
            "syntax": document.syntax,
            "statements": document.statements,
            "whole": document.whole,
            "fault_count": document.fault_count,
            "faults": document.faults,
        })
    });
    let profiles = checked.profiles.iter().map(|profile| {
        let count = |severity| profile.found.get(&severity).copied().unwrap_or_default();
        json!({
            "name": profile.name,
            "title": moisson_shapes::find(&profile.name).map(|known| known.title(words.language)).ok(),
            "conforms": profile.conforms(),
            "violations": count(Severity::Violation),
            "warnings": count(Severity::Warning),
            "infos": count(Severity::Info),
        })
    });
    json!({
        "verdict": checked.verdict(),
        "conforms": checked.verdict() == crate::Verdict::Conforms,
        "language": words.language,
        "documents": documents.collect::<Vec<_>>(),
        "profiles": profiles.collect::<Vec<_>>(),
        "counts": checked.counts,
        "groups": checked.groups.iter().map(|group| of_group(checked, words, group)).collect::<Vec<_>>(),
    })
}

fn of_group(checked: &Checked, words: &Words, group: &Group) -> Value {
    json!({
        "kind": group.kind,
        "node": plain(&group.node),
        "title": best(&group.title, words.language).map(oxrdf::Literal::value),
        "document": document(checked, group.place),
        "line": group.place.and_then(|place| place.line),
        "rules": group.rules.iter().map(|rule| of_rule(checked, words, rule)).collect::<Vec<_>>(),
    })
}

fn of_rule(checked: &Checked, words: &Words, rule: &Rule) -> Value {
    let (message, language) = words.message(rule);
    json!({
        "severity": rule.severity,
        "profile": rule.profile,
        "shape": rule.shape,
        "component": rule.component,
        "path": rule.path,
        "property": (!rule.path.is_empty()).then(|| compact_path(&rule.path)),
        "message": message,
        "message_language": language.unwrap_or(words.language),
        "see_also": rule.see_also,
        "count": rule.findings.len(),
        "findings": rule.findings.iter().map(|finding| of_finding(checked, finding)).collect::<Vec<_>>(),
    })
}

fn of_finding(checked: &Checked, finding: &Finding) -> Value {
    json!({
        "focus_node": plain(&finding.focus_node),
        "value": finding.value.as_ref().map(ToString::to_string),
        "document": document(checked, finding.place),
        "line": finding.place.and_then(|place| place.line),
        "shared_with": finding.shared_with,
    })
}

fn document(checked: &Checked, place: Option<Place>) -> Option<&str> {
    Some(&checked.documents.get(place?.document)?.name)
}
