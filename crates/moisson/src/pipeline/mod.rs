//! From a source to the store: fetch, read, map, write, check, commit.
//!
//! The runner of `moisson-harvest` fetches and reads; what it finds comes through a bounded channel to a thread
//! that maps, checks and commits ([`intake`]). A page's records, its reading and the walk's checkpoint go into
//! one batch, so a run that is killed anywhere goes on where the last whole page ended.

mod absent;
mod access;
mod all;
mod cancel;
mod check;
mod decide;
mod explain;
mod fixed;
mod intake;
mod kept;
mod mapping;
mod measure;
mod preview;
mod provenance;
mod record;
mod remap;
mod remarks;
mod report;
mod report_text;
mod revalidate;
mod run;
mod settle;
mod state;
mod waiting;

use std::collections::BTreeSet;

use moisson_dcat::{Iri, Remark, ns::prov, vocabulary::place::Place};
use moisson_store::{CopyOptions, QuadsIn, Store, StoreOptions, StoredReport};
use oxrdf::{Literal, NamedNode, Triple};

use crate::config::{Config, Quads};

pub use all::{Lines, harvest_all, harvesting};
pub use cancel::Cancel;
pub use check::Checker;
pub use decide::{Decider, Decision};
pub use explain::{ExplainedProperty, ExplainedRemark, ExplainedStep, Explanation, explain, find_record};
pub use kept::{perhaps_unmasked, source_names, sources_of};
pub use mapping::{LeftOver, MappingReport, PropertyMapping, SourceMapping, mapping_report};
pub use measure::show_metrics;
pub use preview::{PREVIEW_RECORDS, PREVIEW_TIME};
pub use remap::{ChangedCount, ChangedProperty, ExampleChange, RemapReport, remap};
pub use remarks::{CountedRemark, RemarksReport, remarks_report};
pub use report::{HarvestReport, RemarkCount, RunOutcome, RunReport, RunTask};
pub use revalidate::{RevalidationReport, VerdictChange, revalidate};
pub use run::{Harvesting, RunMode, RunProgress, Watcher};

/// Counts up whenever the same record would map to something else.
///
/// Records made by another version are mapped anew although their bytes did not change: at once by `moisson remap`,
/// without the network, or else at the source's next run, which then walks the whole source and takes no page as known
/// ([`state::configured`] has this number).
pub const MAPPING_VERSION: u32 = 4;

/// The version of the mapping of one source: another as well when the organisations named by hand, what is done with
/// personal data or the source's territory are others.
pub fn mapping_version(rules: &moisson_dcat::party::Rules, territory: Option<Place>) -> u32 {
    let [a, b, c, ..] = rules.version().to_le_bytes();
    let code = territory.map_or("", Place::code);
    let place = code.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    MAPPING_VERSION | (u32::from_le_bytes([0, a, b, c]) ^ (place << 8))
}

/// Opens the store of a configuration, telling what is being filled.
///
/// # Errors
/// When the folder is in use, damaged or not writable.
pub fn open_store(config: &Config) -> anyhow::Result<Store> {
    let last = std::cell::Cell::new(None);
    let store = Store::open(&config.data, &store_options(config)?, &|progress| {
        // One line per tenth: enough to see that it moves.
        let tenth = progress.done * 10 / progress.total.max(1);
        if last.replace(Some((progress.what, tenth))) != Some((progress.what, tenth)) {
            tracing::info!("filling the {}: {} of {} records", progress.what, progress.done, progress.total);
        }
    })?;
    Ok(store)
}

/// When the last run of a source started, whoever asked for it.
///
/// # Errors
/// When the store cannot be read.
pub fn last_started(store: &Store, source: &str) -> anyhow::Result<Option<jiff::Timestamp>> {
    Ok(state::SourceState::load(store, source)?.last_started)
}

/// The removals of a source that wait for a person: which run held them back, and how many they are.
///
/// # Errors
/// When the store cannot be read.
pub fn waiting_removals(store: &Store, source: &str) -> anyhow::Result<Option<(String, u64)>> {
    let waiting = waiting::Waiting::load(store, source)?;
    let records = u64::try_from(waiting.held_back())?;
    Ok(waiting.held.map(|held| (held.run, records)))
}

/// When the last run of a source started that saw all that it asked for.
///
/// # Errors
/// When the store cannot be read.
pub fn last_success(store: &Store, source: &str) -> anyhow::Result<Option<jiff::Timestamp>> {
    Ok(state::SourceState::load(store, source)?.last_success)
}

/// Says in a report which resource it is about, also when nothing is wrong with it, and what kinds of remarks were made.
fn say_what_of(report: &mut StoredReport, base: &Iri, resource: &NamedNode, remarks: &[Remark]) {
    report.triples.push(Triple::new(report.graph.clone(), prov::WAS_DERIVED_FROM, resource.clone()));
    let property = NamedNode::new_unchecked(format!("{}/ns#remark", base.as_str().trim_end_matches('/')));
    let codes: BTreeSet<_> = remarks.iter().map(|remark| remark.code.as_str()).collect();
    let said = |code| Triple::new(report.graph.clone(), property.clone(), Literal::new_simple_literal(code));
    let mut said: Vec<Triple> = codes.into_iter().map(said).collect();
    report.triples.append(&mut said);
}

fn store_options(config: &Config) -> anyhow::Result<StoreOptions> {
    let quads = match config.store.quads {
        Quads::Memory => QuadsIn::Memory,
        Quads::Rocksdb => QuadsIn::Disk,
    };
    let base = config.portal.base_iri()?;
    let copies = CopyOptions {
        graph: Some(NamedNode::new_unchecked(format!("{}/id/graph/copies", base.as_str()))),
        standing: config.source.iter().map(|source| (source.name.to_string(), source.authority)).collect(),
        decisions: config.decisions(),
    };
    Ok(StoreOptions {
        fixed: fixed::fixed_graphs(config)?,
        fixed_from_notes: Some(fixed::managed_graphs(config)?),
        standing_from_notes: Some(fixed::managed_standing()),
        quads,
        copies,
        ..StoreOptions::default()
    })
}
