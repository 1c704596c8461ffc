//! Looking for sources that did not succeed for days.

use jiff::Timestamp;
use moisson_store::Store;

use super::Told;
use crate::{
    config::{Config, SourceConfig},
    pipeline::last_success,
};

/// Looks at all sources that are harvested by themselves: enabled and with a schedule, or with a limit of their own.
///
/// # Errors
/// When the store cannot be read or written.
pub fn look_for_stale_sources(config: &Config, store: &Store, now: Timestamp) -> anyhow::Result<()> {
    for source in config.source.iter().filter(|source| source.enabled) {
        if let Some(days) = days(config, source) {
            let name = source.name.as_str();
            let success = last_success(store, name)?;
            let _lock = Told::lock();
            let mut told = Told::load(store, name)?;
            if told.age((name, days), success, now, &config.alert) {
                told.store(store, name, now)?;
            }
        }
    }
    Ok(())
}

fn days(config: &Config, source: &SourceConfig) -> Option<u16> {
    let usual = source.schedule.as_ref().map(|_| config.schedule.stale_after_days);
    source.stale_after_days.or(usual).filter(|days| *days > 0)
}
