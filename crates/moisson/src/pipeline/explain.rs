//! Why a record is as it is: its kept raw record mapped again with a trace.

use std::fmt::Write as _;

use anyhow::{Context, bail};
use moisson_dcat::{
    draft::{Outcome, Rule, Step, traced},
    future_dates,
};
use moisson_store::{Kind, RecordKey, Store, StoredRecord};
use serde::Serialize;

use super::{
    kept::{Kept, kept_record},
    mapping_version,
};
use crate::config::Config;

/// What of a resource is not the mapping of a value: how it is named, and what is told beside it.
const NOT_SAID: [&str; 7] = ["id", "upstream", "extra", "distribution", "sample", "access_service", "class"];

/// What became of everything that the source said of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The IRI of the resource.
    pub iri: String,
    /// The source.
    pub source: String,
    /// The record's id there.
    pub id: String,
    /// `dataset`, `series` or `service`.
    pub kind: &'static str,
    /// The version of the mapping that the stored record was made with.
    pub mapping_version: u32,
    /// The version that explains it.
    pub present_version: u32,
    /// Mapping the raw record now gives something else than what is stored; `moisson remap` brings it up to date.
    pub is_outdated: bool,
    /// By property, in the order of mapping.
    pub properties: Vec<ExplainedProperty>,
    /// Properties that have a value of which no step tells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<String>,
    /// What was remarked.
    pub remarks: Vec<ExplainedRemark>,
    /// Steps beyond the limit.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

/// What became of the values of one property of the resource or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedProperty {
    /// Empty for the resource itself, or `distribution[ID]`, ….
    pub part: String,
    /// The DCAT-AP property in snake case; empty for what no property is for.
    pub property: String,
    /// Value by value.
    pub steps: Vec<ExplainedStep>,
}

/// What became of one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedStep {
    /// Where in the source's record.
    pub place: String,
    /// What the source wrote.
    pub value: String,
    /// The rule that took it.
    pub rule: Rule,
    /// What the rule does, in words.
    pub meaning: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// What came of it; empty where it was left.
    pub result: String,
    /// A part of the step before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inner: bool,
}

/// A remark in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedRemark {
    /// What kind of thing.
    pub code: &'static str,
    /// Place, value and remedy in a sentence.
    pub message: String,
}

/// Finds a record by its IRI or as `source/id`.
///
/// # Errors
/// When there is none, or the store cannot be read.
pub fn find_record(store: &Store, name: &str) -> anyhow::Result<StoredRecord> {
    let is_iri = name.split_once("://").is_some_and(|(scheme, _)| !scheme.contains('/'));
    let found = if is_iri {
        store.record_by_iri(name)?
    } else {
        let Some((source, id)) = name.split_once('/') else {
            bail!(
                "`{name}` names no record; write its IRI, or source and id such as `metropole/arbres-2024`"
            );
        };
        store.record(&RecordKey::new(source, id))?
    };
    found.with_context(|| {
        format!("there is no record `{name}`; write its IRI, or source and id as the source writes it")
    })
}

/// Explains a record in a language.
///
/// # Errors
/// When its source is not configured any more, when it cannot be mapped any more, or the store cannot be read.
pub fn explain(
    config: &Config,
    store: &Store,
    stored: &StoredRecord,
    lang: &str,
) -> anyhow::Result<Explanation> {
    let key = &stored.key;
    let kept = Kept::of(config, &key.source)?;
    let record = kept_record(store, key)?.with_context(|| format!("the raw record `{key}` is not there"))?;
    let (mapped, mut trace) = traced(|| kept.map(&record));
    for step in &mut trace.steps {
        kept.tellable(&mut step.value);
        kept.tellable(&mut step.result);
    }
    let mapped = mapped.map_err(|error| anyhow::anyhow!("record `{key}` cannot be mapped: {error}"))?;
    let in_the_future = future_dates(&mapped.resource, stored.life.changed);
    let remarks =
        stored.remarks.iter().take(stored.page_remarks).chain(&mapped.remarks).chain(&in_the_future);
    let remarks =
        remarks.map(|remark| ExplainedRemark { code: remark.code.as_str(), message: remark.message(lang) });
    Ok(Explanation {
        iri: stored.iri.as_str().to_owned(),
        source: key.source.clone(),
        id: key.id.clone(),
        kind: Kind::of(&mapped.resource).as_str(),
        mapping_version: stored.life.mapping_version,
        present_version: mapping_version(&kept.rules, kept.territory),
        is_outdated: mapped.resource != stored.resource,
        untold: untold(&serde_json::to_value(&mapped.resource)?, &trace.steps),
        properties: by_property(trace.steps, lang),
        remarks: remarks.collect(),
        left_out: trace.left_out,
    })
}

/// The steps by part and property, each where it comes first.
fn by_property(steps: Vec<Step>, lang: &str) -> Vec<ExplainedProperty> {
    let mut properties: Vec<ExplainedProperty> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for Step { part, property, place, value, rule, result, inner } in steps {
        let at = *places.entry((part.clone(), property.clone())).or_insert_with(|| {
            properties.push(ExplainedProperty { part, property, steps: Vec::new() });
            properties.len() - 1
        });
        let (meaning, outcome) = (rule.meaning(lang), rule.outcome());
        if let Some(explained) = properties.get_mut(at) {
            explained.steps.push(ExplainedStep { place, value, rule, meaning, outcome, result, inner });
        }
    }
    // The resource's own properties first, what has none last.
    properties.sort_by_key(|explained| (explained.property.is_empty(), !explained.part.is_empty()));
    properties
}

/// Properties of the resource with a value that no step is about.
fn untold(resource: &serde_json::Value, steps: &[Step]) -> Vec<String> {
    let has = |value: &serde_json::Value| match value {
        serde_json::Value::Null => false,
        serde_json::Value::Array(values) => !values.is_empty(),
        serde_json::Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    let fields = resource.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| has(value) && !NOT_SAID.contains(&name.as_str()))
        .filter(|(name, _)| !steps.iter().any(|step| step.property == **name && step.part.is_empty()))
        .map(|(name, _)| name.clone())
        .collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Explanation {
    /// The explanation for people.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let _infallible = writeln!(out, "{} {}/{}\n{}", self.kind, self.source, self.id, self.iri);
        if self.is_outdated {
            let _infallible = writeln!(
                out,
                "stored with mapping version {}; version {} makes something else of it: `moisson remap {}` brings it up \
                 to date",
                self.mapping_version, self.present_version, self.source
            );
        }
        for ExplainedProperty { part, property, steps } in &self.properties {
            let name = if property.is_empty() { "(no property)" } else { property };
            let dot = if part.is_empty() { "" } else { "." };
            let _infallible = writeln!(out, "\n{part}{dot}{name}");
            for step in steps {
                step_to_text(&mut out, step);
            }
        }
        if !self.untold.is_empty() {
            let _infallible = writeln!(out, "\nfollows without a step: {}", self.untold.join(", "));
        }
        if !self.remarks.is_empty() {
            out.push_str("\nremarks\n");
        }
        for remark in &self.remarks {
            let _infallible = writeln!(out, "  {}: {}", remark.code, remark.message);
        }
        if self.left_out > 0 {
            let _infallible = writeln!(out, "\n{} more steps are not shown", self.left_out);
        }
        out
    }
}

fn step_to_text(out: &mut String, step: &ExplainedStep) {
    let ExplainedStep { place, value, rule, meaning, outcome, result, inner } = step;
    let indent = if *inner { "      " } else { "  " };
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    // In RDF the place names the node too, which is that of the part.
    let place =
        place.split_once(' ').filter(|(node, _)| node.contains("://")).map_or(&**place, |(_, rest)| rest);
    let said = match (place.is_empty(), value.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("“{value}”"),
        (false, true) => place.to_owned(),
        (false, false) => format!("{place}: “{value}”"),
    };
    let mark = match outcome {
        Outcome::Mapped => "=",
        Outcome::Own => "≈",
        Outcome::Nothing => "∅",
        Outcome::Left => "×",
        Outcome::Added => "+",
    };
    let result = result.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = if result.is_empty() || result == value { String::new() } else { format!(" → {result}") };
    let space = if said.is_empty() { "" } else { " " };
    let _infallible = writeln!(out, "{indent}{mark} {said}{space}[{rule}: {meaning}]{shown}");
}

#[cfg(test)]
mod tests {
    use moisson_dcat::draft::{Defaults, Draft, said};

    use super::*;

    #[test]
    fn steps_are_grouped_by_property_and_what_has_none_comes_last() {
        let (mapped, trace) = traced(|| {
            let mut draft = Draft::dataset(&Defaults::default());
            draft.extra(said("foo", "bar")).title(said("title", "T"));
            draft.distribution(Some("a")).format(said("format", "CSV"));
            draft.theme(said("theme", "Zorglub")).title(said("title_fr", "U"));
            draft.finish()
        });
        assert_eq!(
            untold(&serde_json::to_value(&mapped.resource).unwrap(), &trace.steps),
            Vec::<String>::new()
        );
        assert_eq!(untold(&serde_json::to_value(&mapped.resource).unwrap(), &[]), ["title", "theme"]);
        let found = by_property(trace.steps, "nl");
        let names: Vec<_> =
            found.iter().map(|p| (p.part.as_str(), p.property.as_str(), p.steps.len())).collect();
        let expected = [
            ("", "title", 2),
            ("", "theme", 1),
            ("distribution[a]", "format", 1),
            ("distribution[a]", "media_type", 1),
            ("", "", 1),
        ];
        assert_eq!(names, expected);
        assert_eq!(found[1].steps[0].meaning, Rule::SourceWords.meaning("nl"));
        let mut text = String::new();
        step_to_text(&mut text, &found[2].steps[0]);
        assert!(
            text.starts_with("  = format: “CSV” [table_row: een rij van een tabel geeft deze term] → http"),
            "{text}"
        );
    }
}
