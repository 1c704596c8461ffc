//! `[[same]]` and `[[distinct]]`: what a person decides about copies of one dataset.

use moisson_dcat::same::Decisions;
use serde::Deserialize;

use super::error::Fault;

/// One `[[same]]` table: records of one dataset, though nothing says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameConfig {
    /// The records, as `source/id`.
    pub records: Vec<String>,
    /// The authoritative one, if it shall be another than the rules choose.
    #[serde(default)]
    pub authority: Option<String>,
}

/// One `[[distinct]]` table: records of which no two are of one dataset, whatever speaks for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistinctConfig {
    /// The records, as `source/id`.
    pub records: Vec<String>,
}

/// The decisions as the store takes them.
pub(super) fn decisions(same: &[SameConfig], distinct: &[DistinctConfig]) -> Decisions {
    Decisions {
        same: same.iter().map(|same| (same.records.clone(), same.authority.clone())).collect(),
        distinct: distinct.iter().map(|distinct| distinct.records.clone()).collect(),
    }
}

/// What is wrong with them. A record may be of a source that is managed while the portal runs, so any name will do.
pub(super) fn faults((same, distinct): (&[SameConfig], &[DistinctConfig]), faults: &mut Vec<Fault>) {
    let mut check = |table: &str, records: &[String]| {
        if records.len() < 2 {
            faults.push(Fault::at(&[table], "name at least two records, as `source/id`".to_owned()));
        }
        for record in records {
            let named =
                record.split_once('/').is_some_and(|(source, id)| !source.is_empty() && !id.is_empty());
            if !named {
                let message =
                    format!("`{record}` names no record; write `source/id`, as `moisson duplicates` does");
                faults.push(Fault::at(&[table], message));
            }
        }
    };
    for table in same {
        check("same", &table.records);
    }
    for table in distinct {
        check("distinct", &table.records);
    }
    for authority in same
        .iter()
        .filter_map(|table| table.authority.as_ref().filter(|authority| !table.records.contains(authority)))
    {
        let message = format!("`authority` is `{authority}`, which is not among the `records`; add it there");
        faults.push(Fault::at(&["same"], message));
    }
}
