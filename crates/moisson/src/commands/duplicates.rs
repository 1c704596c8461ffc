//! `moisson duplicates`.

use std::fmt::Write as _;

use moisson_dcat::{
    Resource,
    same::{EvidenceKind, Rule},
};
use moisson_store::{CopyGroup, RecordKey, Store};
use serde_json::{Value, json};

use super::Done;
use crate::{
    cli::{Format, FormatArgs},
    config::Config,
    pipeline::open_store,
    terminal,
};

pub(super) fn run(config: &Config, args: &FormatArgs) -> anyhow::Result<Done> {
    let store = open_store(config)?;
    store.settle()?;
    let groups: Vec<CopyGroup> = store.copy_groups().collect::<Result<_, _>>()?;
    match args.format {
        Format::Json => terminal::json(&to_json(&store, &groups)?)?,
        Format::Text => terminal::line(to_text(&store, &groups)?.trim_end()),
    }
    Ok(Done::Well)
}

fn to_json(store: &Store, groups: &[CopyGroup]) -> anyhow::Result<Vec<Value>> {
    let one = |group: &CopyGroup| {
        let records = group.members.iter().map(|member| {
            let key = &member.key;
            let authoritative = group.authority == *key;
            Ok(json!({
                "source": key.source, "id": key.id, "iri": member.iri.as_str(), "title": title(store, key)?,
                "authoritative": authoritative,
            }))
        });
        let ties = group.ties.iter().map(
            |tie| json!({ "records": [tie.a.to_string(), tie.b.to_string()], "evidence": tie.evidence }),
        );
        Ok(json!({
            "rule": group.rule,
            "records": records.collect::<anyhow::Result<Vec<_>>>()?,
            "ties": ties.collect::<Vec<_>>(),
        }))
    };
    groups.iter().map(one).collect()
}

fn to_text(store: &Store, groups: &[CopyGroup]) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut copies = 0;
    for group in groups {
        copies += group.members.len() - 1;
        let _infallible = writeln!(text, "{}", title(store, &group.authority)?);
        for member in &group.members {
            let key = &member.key;
            if group.authority == *key {
                let _infallible = writeln!(text, "  * {key}: authoritative, {}", reason(group.rule));
                continue;
            }
            let _infallible = writeln!(text, "    {key}");
            for tie in group.ties_of(key) {
                let other = if tie.a == *key { &tie.b } else { &tie.a };
                let why: Vec<String> = tie.evidence.iter().map(|why| said(why.kind, &why.detail)).collect();
                let _infallible = writeln!(text, "        {}, as {other}", why.join("; "));
            }
        }
    }
    let datasets = groups.len();
    let _infallible = writeln!(
        text,
        "{datasets} datasets have {copies} copies beside the authoritative record; searches show one of them, and nothing \
         is deleted. `[[distinct]]` in moisson.toml takes records apart, `[[same]]` puts them together."
    );
    Ok(text)
}

fn title(store: &Store, key: &RecordKey) -> anyhow::Result<String> {
    let record = store.record(key)?;
    let title = record.as_ref().and_then(|record| match &record.resource {
        Resource::Dataset(dataset) => dataset.title.first(),
        Resource::Series(series) => series.title.first(),
        Resource::Service(service) => service.title.first(),
    });
    Ok(title.map_or_else(|| key.to_string(), |title| title.value.clone()))
}

/// Why a record is the authoritative one.
fn reason(rule: Rule) -> &'static str {
    match rule {
        Rule::Decision => "as moisson.toml says",
        Rule::Producer => "since its source is configured as the producer's own",
        Rule::NamedAsOrigin => "since others name it as their original",
        Rule::OwnPortal => "since the portal's address has the publisher's name",
        Rule::Regional => "since its source is configured as a region's",
        Rule::National => "since its source is configured as a nation's",
        Rule::OldestIssued => "since it was issued first",
        Rule::FirstIri => "since it is the first by name; nothing else tells them apart",
    }
}

/// Evidence in words.
fn said(kind: EvidenceKind, detail: &str) -> String {
    match kind {
        EvidenceKind::Decision => "as moisson.toml says".to_owned(),
        EvidenceKind::Origin => format!("one is the other's original (`{detail}`)"),
        EvidenceKind::SameOrigin => format!("of the same origin (`{detail}`)"),
        EvidenceKind::Identifier => format!("called the same (`{detail}`)"),
        EvidenceKind::Files => format!("with {detail} of the files"),
        EvidenceKind::Title => {
            format!("with the same publisher, place and numbers and titles alike by {detail}")
        }
    }
}
