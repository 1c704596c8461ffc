//! How often each kind of remark stands on the records of each source.

use std::{collections::BTreeMap, fmt::Write as _};

use moisson_dcat::Remark;
use moisson_store::{Store, StoredRecord};
use serde::Serialize;

/// Remarks by source and code, over all stored records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RemarksReport {
    /// By source, then by code.
    pub sources: BTreeMap<String, BTreeMap<String, CountedRemark>>,
}

/// How often a kind of remark was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountedRemark {
    /// In how many records.
    pub records: u64,
    /// How often in all.
    pub count: u64,
    /// By property.
    pub properties: BTreeMap<String, u64>,
    /// The first record with it.
    pub example: String,
    /// What is said there: place, value and remedy in a sentence.
    pub message: String,
}

/// Counts the remarks on the records of these sources; messages are in a language. `progress` hears how many records
/// are done.
///
/// # Errors
/// When the store cannot be read.
pub fn remarks_report(
    store: &Store,
    sources: &[String],
    lang: &str,
    progress: &dyn Fn(u64),
) -> anyhow::Result<RemarksReport> {
    let mut report = RemarksReport::default();
    let mut done = 0;
    for name in sources {
        let counted = report.sources.entry(name.clone()).or_default();
        for record in store.records(Some(name)) {
            let StoredRecord { key, remarks, .. } = record?;
            count(counted, &key.id, &remarks, lang);
            done += 1;
            progress(done);
        }
    }
    Ok(report)
}

fn count(counted: &mut BTreeMap<String, CountedRemark>, id: &str, remarks: &[Remark], lang: &str) {
    let mut met = Vec::new();
    for remark in remarks {
        let of_it = counted.entry(remark.code.to_string()).or_insert_with(|| CountedRemark {
            records: 0,
            count: 0,
            properties: BTreeMap::new(),
            example: id.to_owned(),
            message: remark.message(lang),
        });
        of_it.count += 1;
        *of_it.properties.entry(remark.property.to_string()).or_default() += 1;
        if !met.contains(&remark.code) {
            met.push(remark.code);
            of_it.records += 1;
        }
    }
}

impl RemarksReport {
    /// The tables for people.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (source, codes) in &self.sources {
            let _infallible = writeln!(out, "{source}");
            let _infallible = writeln!(out, "  {:<22} {:>7} {:>7}  example", "remark", "records", "count");
            for (code, CountedRemark { records, count, example, message, .. }) in codes {
                let _infallible = writeln!(out, "  {code:<22} {records:>7} {count:>7}  {example}: {message}");
            }
            out.push('\n');
        }
        out
    }

    /// One line for each source, code and property.
    ///
    /// # Errors
    /// When it cannot be written as CSV.
    pub fn to_csv(&self) -> anyhow::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["source", "remark", "property", "count", "example", "message"])?;
        for (source, codes) in &self.sources {
            for (code, of_it) in codes {
                for (property, count) in &of_it.properties {
                    let count = count.to_string();
                    writer.write_record([source, code, property, &count, &of_it.example, &of_it.message])?;
                }
            }
        }
        Ok(String::from_utf8(writer.into_inner()?)?)
    }
}

#[cfg(test)]
mod tests {
    use moisson_dcat::RemarkCode;

    use super::*;

    #[test]
    fn remarks_are_counted_by_code_record_and_property() {
        let remark = |code, property: &'static str, value: &str| Remark {
            code,
            property: property.into(),
            place: "p".to_owned(),
            value: value.to_owned(),
            detail: String::new(),
        };
        let mut counted = BTreeMap::new();
        let unmapped = RemarkCode::UnmappedValue;
        let first = [remark(unmapped, "theme", "a"), remark(unmapped, "license", "b")];
        count(&mut counted, "r1", &first, "en");
        count(
            &mut counted,
            "r2",
            &[remark(unmapped, "theme", "c"), remark(RemarkCode::InvalidDate, "issued", "d")],
            "en",
        );
        let of_it = &counted["unmapped_value"];
        assert_eq!(
            (of_it.records, of_it.count, of_it.properties["theme"], of_it.example.as_str()),
            (2, 3, 2, "r1")
        );
        assert!(of_it.message.contains("Remedy"), "{}", of_it.message);
        let report = RemarksReport { sources: [("s".to_owned(), counted)].into() };
        assert!(
            report.to_text().contains("  unmapped_value               2       3  r1: p: `a` is not"),
            "{}",
            report.to_text()
        );
        assert_eq!(report.to_csv().unwrap().lines().count(), 4);
    }
}
