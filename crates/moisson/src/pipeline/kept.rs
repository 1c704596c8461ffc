//! Kept raw records, to be mapped again without the network.

use std::collections::BTreeSet;

use anyhow::bail;
use moisson_dcat::{
    Mapped,
    party::{PersonalData, Rules, mask_text},
    vocabulary::place::Place,
};
use moisson_harvest::{Harvester, Record, RecordId, Source, Unmappable};
use moisson_store::{Raw, RecordKey, Store};

use super::{mapping_version, record::map};
use crate::config::Config;

/// A source whose kept records can be mapped.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) harvester: &'static dyn Harvester,
    pub(super) source: Source,
    /// By what its agents and contacts are settled.
    pub(super) rules: Rules,
    /// Profiles that it is configured to be checked against.
    pub(super) profiles: Vec<String>,
    /// The place that the source is configured to be of.
    pub(super) territory: Option<Place>,
}

impl Kept {
    /// The source with this name.
    ///
    /// # Errors
    /// When it is not configured, so that nobody knows how its records are to be read.
    pub(super) fn of(config: &Config, name: &str) -> anyhow::Result<Self> {
        let Some(configured) = config.source.iter().find(|source| source.name.as_str() == name) else {
            bail!(
                "source `{name}` is not configured any more, so its records cannot be mapped; add it with `enabled = false`"
            );
        };
        Ok(Self {
            harvester: configured.harvester()?,
            source: configured.source(),
            rules: config.party_rules(configured)?,
            profiles: configured.profiles.clone(),
            territory: configured.place()?,
        })
    }

    /// Maps a kept record.
    ///
    /// # Errors
    /// When nothing can be made of it.
    pub(super) fn map(&self, record: &Record) -> Result<Mapped, Unmappable> {
        map(record, (self.harvester, &self.source), (&self.rules, self.territory))
    }
}

impl Kept {
    /// What of a source's words may be told: of a masked source not those that are personal.
    pub(super) fn tellable(&self, words: &mut String) {
        if self.rules.personal_data == PersonalData::Mask {
            *words = mask_text(words);
        }
    }
}

/// A record as it was kept; `None` if it is not in the store any more.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn kept_record(store: &Store, key: &RecordKey) -> anyhow::Result<Option<Record>> {
    let Some(Raw { media_type, body }) = store.raw(key)? else { return Ok(None) };
    Ok(Some(Record {
        id: RecordId(key.id.clone()),
        media_type: media_type.into(),
        body,
        remarks: Vec::new(),
    }))
}

/// Masked sources with records that were stored by other rules, perhaps before they were masked, and how many: what is
/// masked now may still be told by these.
///
/// # Errors
/// When the store cannot be read.
pub fn perhaps_unmasked(config: &Config, store: &Store) -> anyhow::Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    for source in config.source.iter().filter(|s| config.personal_data(s) == PersonalData::Mask) {
        let now = mapping_version(&config.party_rules(source)?, source.place()?);
        let mut count = 0;
        for life in store.lives(source.name.as_str()) {
            count += u64::from(life?.mapping_version != now);
        }
        if count > 0 {
            found.push((source.name.to_string(), count));
        }
    }
    Ok(found)
}

/// All sources by name: those of the configuration, and others of which the store has records.
///
/// # Errors
/// When the store cannot be read.
pub fn source_names(config: &Config, store: &Store) -> anyhow::Result<BTreeSet<String>> {
    let mut names: BTreeSet<String> = store.counts()?.sources.into_keys().collect();
    names.extend(config.source.iter().map(|source| source.name.to_string()));
    Ok(names)
}

/// The sources that are meant, and how many records they have.
///
/// # Errors
/// When a name is neither configured nor in the store, or the store cannot be read.
pub fn sources_of(config: &Config, store: &Store, names: &[String]) -> anyhow::Result<(Vec<String>, u64)> {
    let counts = store.counts()?;
    let known: Vec<&String> = counts.sources.keys().collect();
    for name in names {
        let is_configured = config.source.iter().any(|source| source.name.as_str() == name);
        if !is_configured && !known.contains(&name) {
            let all = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            bail!("unknown source `{name}`; the store has records of {all}");
        }
    }
    let mut sources: Vec<String> =
        if names.is_empty() { known.into_iter().cloned().collect() } else { names.to_vec() };
    sources.sort();
    sources.dedup();
    let total =
        sources.iter().filter_map(|name| counts.sources.get(name)).map(moisson_store::SourceCounts::records);
    let total = total.sum();
    Ok((sources, total))
}
