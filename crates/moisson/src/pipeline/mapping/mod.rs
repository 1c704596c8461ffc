//! How much of what the sources say is mapped: all kept raw records mapped again with a trace, without the network.

mod table;
mod tally;

use moisson_dcat::draft::{Trace, traced};
use moisson_harvest::Unmappable;
use moisson_store::{RecordKey, Store};
use rayon::prelude::*;

use super::kept::{Kept, kept_record};
use crate::config::Config;

pub use table::{LeftOver, MappingReport, PropertyMapping, SourceMapping};

use tally::Tally;

/// Records mapped together.
const CHUNK: usize = 500;

/// Counts what becomes of the values of these sources. `progress` hears how many records are done.
///
/// # Errors
/// When the store cannot be read. A source that is not configured, and a record that cannot be mapped, are told in
/// the report.
pub fn mapping_report(
    config: &Config,
    store: &Store,
    sources: &[String],
    progress: &dyn Fn(u64),
) -> anyhow::Result<MappingReport> {
    let begun = std::time::Instant::now();
    let mut report = MappingReport::default();
    let mut done = 0;
    for name in sources {
        let mut tally = Tally::default();
        let kept = match Kept::of(config, name) {
            Ok(kept) => kept,
            Err(error) => {
                tally.error(format!("{error:#}"));
                report.sources.insert(name.clone(), tally.end());
                continue;
            }
        };
        let mut after: Option<RecordKey> = None;
        loop {
            let keys = store.keys_after(Some(name), after.as_ref(), CHUNK)?;
            let Some(last) = keys.last() else { break };
            after = Some(last.clone());
            let mapped: Vec<_> =
                keys.par_iter().map(|key| trace(&kept, store, key)).collect::<anyhow::Result<_>>()?;
            for (key, mapped) in keys.iter().zip(mapped) {
                match mapped {
                    Some(Ok(trace)) => tally.add(&key.id, &trace),
                    Some(Err(unmappable)) => tally.error(format!("{key}: {}", unmappable.reason)),
                    None => {}
                }
            }
            done += keys.len() as u64;
            progress(done);
        }
        report.sources.insert(name.clone(), tally.end());
    }
    report.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// What becomes of the values of one record; `None` if it is gone meanwhile.
fn trace(kept: &Kept, store: &Store, key: &RecordKey) -> anyhow::Result<Option<Result<Trace, Unmappable>>> {
    let Some(record) = kept_record(store, key)? else { return Ok(None) };
    let (mapped, mut trace) = traced(|| kept.map(&record));
    for step in &mut trace.steps {
        kept.tellable(&mut step.value);
        kept.tellable(&mut step.result);
    }
    Ok(Some(mapped.map(|_| trace)))
}
