//! What the check of a record found, grouped so that a person can act on it.

use std::collections::BTreeMap;

use moisson_store::{ReportRow, Severity, StoredReport};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Language, language::best_text, texts::properties};

/// More examples of one finding than this are not listed.
const MAX_EXAMPLES: usize = 10;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FindingSeverity {
    /// A rule of the profile is broken.
    Violation,
    /// A recommendation is not followed.
    Warning,
    /// Something could be better.
    Info,
}

/// Findings of one kind about one property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Finding {
    /// How bad it is.
    pub(crate) severity: FindingSeverity,
    /// The profile whose shapes say so.
    pub(crate) profile: String,
    /// The DCAT-AP property in snake case; empty if it is about the resource as a whole.
    pub(crate) property: String,
    /// The path from the focus node: the IRI of a property or a SPARQL property path.
    pub(crate) result_path: String,
    /// The kind of constraint, such as `http://www.w3.org/ns/shacl#MinCountConstraintComponent`.
    pub(crate) source_constraint_component: String,
    /// What is wrong, in the reader's language if possible.
    pub(crate) message: String,
    /// How often.
    pub(crate) count: u64,
    /// The nodes concerned, the first ten.
    pub(crate) focus_nodes: Vec<String>,
    /// The values concerned, the first ten, as N-Triples terms.
    pub(crate) values: Vec<String>,
}

/// The findings of a report, the worst first, then by how often, then by property.
pub(crate) fn grouped(report: &StoredReport, language: Language) -> Vec<Finding> {
    let mut groups: BTreeMap<(FindingSeverity, &str, &str, &str, &str), Finding> = BTreeMap::new();
    for row in &report.rows {
        let severity = severity(row.severity);
        let message = best_text(&row.messages, language).map_or("", |text| &text.value);
        let key = (severity, row.profile.as_str(), row.path.as_str(), row.component.as_str(), message);
        let group = groups.entry(key).or_insert_with(|| new(row, severity, message, language));
        group.count += 1;
        push(&mut group.focus_nodes, &row.focus_node);
        if let Some(value) = &row.value {
            push(&mut group.values, value);
        }
    }
    let mut findings: Vec<_> = groups.into_values().collect();
    findings.sort_by(|a, b| (a.severity, b.count, &a.property).cmp(&(b.severity, a.count, &b.property)));
    findings
}

fn new(row: &ReportRow, severity: FindingSeverity, message: &str, language: Language) -> Finding {
    let is_iri = !row.path.is_empty() && !row.path.contains([' ', '/', '|', '^', '(']);
    let is_iri = is_iri || moisson_dcat::Iri::new(row.path.as_str()).is_ok();
    let property = if is_iri { properties::of_iri(&row.path) } else { String::new() };
    let message = match message {
        "" => properties::heading(&property, language),
        message => message.to_owned(),
    };
    Finding {
        severity,
        profile: row.profile.clone(),
        property,
        result_path: row.path.clone(),
        source_constraint_component: row.component.clone(),
        message,
        count: 0,
        focus_nodes: Vec::new(),
        values: Vec::new(),
    }
}

fn severity(severity: Severity) -> FindingSeverity {
    match severity {
        Severity::Violation => FindingSeverity::Violation,
        Severity::Warning => FindingSeverity::Warning,
        Severity::Info => FindingSeverity::Info,
    }
}

fn push(list: &mut Vec<String>, value: &str) {
    if list.len() < MAX_EXAMPLES && !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use moisson_dcat::Text;
    use moisson_store::{ReportRow, Severity, StoredReport};
    use oxrdf::NamedNode;

    use super::{FindingSeverity, grouped};
    use crate::Language;

    fn row(severity: Severity, path: &str, focus_node: &str) -> ReportRow {
        let text = |value: &str, lang: &str| Text { value: value.to_owned(), lang: Some(lang.to_owned()) };
        ReportRow {
            profile: "dcat-ap".to_owned(),
            severity,
            focus_node: focus_node.to_owned(),
            path: path.to_owned(),
            component: "http://www.w3.org/ns/shacl#MinCountConstraintComponent".to_owned(),
            value: None,
            messages: vec![text("missing", "en"), text("manque", "fr")],
            shape: "https://x.example/shape".to_owned(),
        }
    }

    #[test]
    fn findings_are_grouped_and_the_worst_come_first() {
        let license = "http://purl.org/dc/terms/license";
        let report = StoredReport {
            graph: NamedNode::new_unchecked("https://x.example/r"),
            conforms: BTreeMap::new(),
            rows: vec![
                row(Severity::Info, license, "https://x.example/1"),
                row(Severity::Warning, license, "https://x.example/1"),
                row(Severity::Warning, license, "https://x.example/2"),
                row(Severity::Warning, "http://purl.org/dc/terms/issued", "https://x.example/2"),
                row(Severity::Violation, "http://www.w3.org/ns/dcat#accessURL", "https://x.example/3"),
            ],
            triples: Vec::new(),
        };
        let findings = grouped(&report, Language::Fr);
        let shown: Vec<_> =
            findings.iter().map(|f| (f.severity, f.property.as_str(), f.count, f.message.as_str())).collect();
        assert_eq!(
            shown,
            [
                (FindingSeverity::Violation, "access_url", 1, "manque"),
                (FindingSeverity::Warning, "license", 2, "manque"),
                (FindingSeverity::Warning, "issued", 1, "manque"),
                (FindingSeverity::Info, "license", 1, "manque"),
            ]
        );
        assert_eq!(findings[1].focus_nodes, ["https://x.example/1", "https://x.example/2"]);
    }
}
