//! How many datasets of a source are as fresh as they are said to be.
//!
//! That depends on the day, so it is counted when somebody asks, and kept until the data or the day change.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use moisson_dcat::{
    Resource,
    freshness::{State, freshness},
};
use moisson_store::{Generation, Store, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{problem::Problem, server::Shared};

/// Datasets of a source by freshness: their declared frequency against the last change that is known, today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FreshnessCounts {
    /// Changed as often as declared, or not meant to change.
    pub(crate) on_time: u64,
    /// Should have changed since.
    pub(crate) late: u64,
    /// Without a frequency that promises a day, or without a date of change.
    pub(crate) unknown: u64,
}

/// What was counted, of which state of the data and on which day, for each source.
#[derive(Debug, Default)]
pub(crate) struct Counted(Mutex<HashMap<String, (Generation, Date, FreshnessCounts)>>);

/// The counts of a source.
pub(crate) async fn of_source(server: &Shared, source: &str) -> Result<FreshnessCounts, Problem> {
    let now = server.now();
    let today = now.to_zoned(TimeZone::UTC).date();
    let generation = server.read("reading the state of the data", Store::generation).await?;
    let known = server.fresh.0.lock().unwrap_or_else(PoisonError::into_inner).get(source).copied();
    if let Some((of, day, counts)) = known
        && (of, day) == (generation, today)
    {
        return Ok(counts);
    }
    let name = source.to_owned();
    let counts = server.read("counting late datasets", move |store| count(store, &name, now)).await?;
    let mut kept = server.fresh.0.lock().unwrap_or_else(PoisonError::into_inner);
    kept.insert(source.to_owned(), (generation, today, counts));
    Ok(counts)
}

fn count(store: &Store, source: &str, now: Timestamp) -> Result<FreshnessCounts, StoreError> {
    let mut counts = FreshnessCounts::default();
    for record in store.records(Some(source)) {
        let Resource::Dataset(dataset) = record?.resource else { continue };
        let slot = match freshness(&dataset, now).state {
            State::OnTime => &mut counts.on_time,
            State::Late => &mut counts.late,
            State::Unknown => &mut counts.unknown,
        };
        *slot += 1;
    }
    Ok(counts)
}
