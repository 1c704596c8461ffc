//! The report on the mapping, and how it is printed.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Context;
use moisson_dcat::draft::Rule;
use serde::Serialize;

/// Left-overs shown of one property in a line of text.
const SHOWN: usize = 4;
/// Characters of a left-over in a line of text.
const SHOWN_CHARACTERS: usize = 40;
/// The name of all sources together.
const ALL: &str = "all sources";

/// How much of what the sources say is mapped.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MappingReport {
    /// By source.
    pub sources: BTreeMap<String, SourceMapping>,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
}

/// How much of what one source says is mapped.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SourceMapping {
    /// Records mapped.
    pub records: u64,
    /// Records of which nothing could be made.
    pub unmappable: u64,
    /// Why, at most [`SourceMapping::MAX_ERRORS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// By property: `theme`, `distribution.format`, ….
    pub properties: BTreeMap<String, PropertyMapping>,
}

impl SourceMapping {
    /// How many errors a report tells.
    pub const MAX_ERRORS: usize = 20;
}

/// What became of the values of one property.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PropertyMapping {
    /// Values that the source gave for it.
    pub seen: u64,
    /// Of these, those that became a standard term or a value of the right type.
    pub mapped: u64,
    /// Of these, documents of the source's own – its terms of use – for which no vocabulary can have a term; kept by their
    /// address or title.
    pub own: u64,
    /// Of these, those that name nothing of the kind: "not specified", of a licence also "open".
    pub nothing: u64,
    /// Of these, those that stay in the source's words or beside the model.
    pub left: u64,
    /// Values that the source did not give there and that follow from others.
    pub added: u64,
    /// Mapped values, in percent of those that were mapped or are left; 100 if there are none.
    pub share: f64,
    /// How many different values are left, own or nothing, as far as they are told apart.
    pub different_left: u64,
    /// The most frequent ones, at most [`PropertyMapping::MAX_LEFT_OVERS`].
    pub left_overs: Vec<LeftOver>,
}

/// A value that is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOver {
    /// What the source wrote; for values without a property, the key.
    pub value: String,
    /// How often.
    pub count: u64,
    /// What was done with it.
    pub rule: Rule,
    /// The first record that has it, and where.
    pub example: String,
}

impl PropertyMapping {
    /// How many left-overs a report tells of one property.
    pub const MAX_LEFT_OVERS: usize = 20;

    /// Works out what follows from the counts.
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    pub(super) fn finish(&mut self) {
        self.seen = self.mapped + self.own + self.nothing + self.left;
        let there = self.mapped + self.left;
        self.share =
            if there == 0 { 100.0 } else { (self.mapped as f64 * 1_000.0 / there as f64).round() / 10.0 };
    }

    fn add(&mut self, other: &Self) {
        self.mapped += other.mapped;
        self.own += other.own;
        self.nothing += other.nothing;
        self.left += other.left;
        self.added += other.added;
        self.finish();
    }
}

impl MappingReport {
    /// All sources together, without left-overs.
    pub fn together(&self) -> SourceMapping {
        let mut all = SourceMapping::default();
        for source in self.sources.values() {
            all.records += source.records;
            all.unmappable += source.unmappable;
            for (property, counted) in &source.properties {
                all.properties.entry(property.clone()).or_default().add(counted);
            }
        }
        all
    }

    /// The tables for people.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (name, source) in &self.sources {
            source_to_text(&mut out, name, source);
        }
        if self.sources.len() > 1 {
            source_to_text(&mut out, ALL, &self.together());
        }
        let _infallible = writeln!(
            out,
            "mapped: became a term of a vocabulary (the EU's, or one of ours for what the EU's lack) or a typed value\n\
             own: terms of use of the source's own, kept by address or title; no vocabulary can have a term for them\n\
             nothing: names nothing of the kind (“not specified”, of a licence also “open”: tables/names-nothing.csv)\n\
             left: stays in the source's words or beside the model\n\
             added: not said there, follows from other values\n\
             share: mapped, of mapped and left; own and nothing are in none of the two"
        );
        out
    }

    /// One line for each source and property.
    ///
    /// # Errors
    /// When it cannot be written as CSV.
    pub fn to_csv(&self) -> anyhow::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record([
            "source",
            "property",
            "seen",
            "mapped",
            "own",
            "nothing",
            "left",
            "added",
            "share",
            "left_overs",
        ])?;
        let all = (self.sources.len() > 1).then(|| (ALL.to_owned(), self.together()));
        for (name, source) in self.sources.iter().chain(all.as_ref().map(|(name, all)| (name, all))) {
            for (property, counted) in &source.properties {
                let PropertyMapping { seen, mapped, own, nothing, left, added, share, left_overs, .. } =
                    counted;
                let left_overs =
                    left_overs.iter().map(|l| format!("{} ({}, {})", l.value, l.count, l.example));
                let numbers = [seen, mapped, own, nothing, left, added].map(ToString::to_string);
                let cells = [name.clone(), property.clone()].into_iter().chain(numbers);
                let rest = [share.to_string(), left_overs.collect::<Vec<_>>().join(" | ")];
                writer.write_record(cells.chain(rest))?;
            }
        }
        let bytes = writer.into_inner().context("the table cannot be written")?;
        String::from_utf8(bytes).context("the table is not UTF-8")
    }
}

fn source_to_text(out: &mut String, name: &str, source: &SourceMapping) {
    let _infallible = writeln!(out, "{name}: {} records", source.records);
    let _infallible = writeln!(
        out,
        "  {:<34} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}  most frequent values not mapped",
        "property", "seen", "mapped", "own", "nothing", "left", "added", "share"
    );
    for (property, counted) in &source.properties {
        let PropertyMapping { seen, mapped, own, nothing, left, added, share, .. } = counted;
        let shown =
            counted.left_overs.iter().take(SHOWN).map(|l| format!("`{}` {}", short(&l.value), l.count));
        let shown = shown.collect::<Vec<_>>().join(", ");
        let _infallible = writeln!(
            out,
            "  {property:<34} {seen:>7} {mapped:>7} {own:>7} {nothing:>7} {left:>7} {added:>7} {:>7}  {shown}",
            if *mapped + *left == 0 { "–".to_owned() } else { format!("{share:.1} %") }
        );
    }
    if source.unmappable > 0 {
        let _infallible = writeln!(out, "  {} not mapped:", source.unmappable);
    }
    for error in &source.errors {
        let _infallible = writeln!(out, "    {error}");
    }
    out.push('\n');
}

/// A value on one line, cut.
fn short(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(SHOWN_CHARACTERS).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> MappingReport {
        let mut property = PropertyMapping {
            mapped: 2,
            own: 3,
            nothing: 5,
            left: 1,
            added: 4,
            ..PropertyMapping::default()
        };
        property.finish();
        property.left_overs.push(LeftOver {
            value: "a, \"b\"\nc".to_owned(),
            count: 1,
            rule: Rule::SourceWords,
            example: "r1 t".to_owned(),
        });
        let source = SourceMapping {
            records: 3,
            properties: [("theme".to_owned(), property)].into(),
            ..SourceMapping::default()
        };
        MappingReport {
            sources: [("a".to_owned(), source.clone()), ("b".to_owned(), source)].into(),
            duration_ms: 1,
        }
    }

    #[test]
    fn the_tables_have_all_counts_and_a_sum() {
        let text = report().to_text();
        assert!(
            text.contains(
                "theme                                   11       2       3       5       1       4  66.7 %  `a, \"b\" c` 1"
            ),
            "{text}"
        );
        assert!(text.contains("all sources: 6 records"), "{text}");
        let csv = report().to_csv().unwrap();
        let lines: Vec<_> =
            csv::Reader::from_reader(csv.as_bytes()).into_records().map(Result::unwrap).collect();
        assert_eq!(lines.len(), 3, "{csv}");
        assert_eq!(
            lines[0].iter().collect::<Vec<_>>(),
            ["a", "theme", "11", "2", "3", "5", "1", "4", "66.7", "a, \"b\"\nc (1, r1 t)"]
        );
        assert_eq!(&lines[2][0], "all sources");
        assert_eq!(&lines[2][2], "22");
    }
}
