//! A look at a source: fetch some records, map and check them, store nothing.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use moisson_harvest::{
    Found, RecordId,
    runner::{Ending, Event, PageResult, Run, harvest},
    walk::Outcome,
};
use moisson_web::admin::{Preview, Previewed};

use super::{
    Harvesting, RunReport,
    access::access,
    record::{Made, Mapper},
};
use crate::config::SourceConfig;

/// How many records are looked at.
pub const PREVIEW_RECORDS: u64 = 20;
/// How long that may take; what has come by then is shown.
pub const PREVIEW_TIME: Duration = Duration::from_mins(1);
/// Events on their way.
const CHANNEL: usize = 64;

impl Harvesting {
    /// Fetches the first records of a source, maps and checks them. Nothing is stored, and nothing that is stored is
    /// asked, so that the source need not be known.
    ///
    /// # Errors
    /// When the source is not configured as it must be. What goes wrong with the source is in the preview.
    pub async fn preview(&self, source: &SourceConfig) -> anyhow::Result<Preview> {
        let harvester = source.harvester()?;
        let mut reach = access(self.config(), source)?;
        let most = u64::try_from(PREVIEW_TIME.as_millis()).unwrap_or(u64::MAX);
        reach.limits.max_run_ms = reach.limits.max_run_ms.min(most);
        // Nobody waits through the pauses of many attempts.
        reach.limits.max_attempts = reach.limits.max_attempts.min(2);
        let run = Run { preview: Some(PREVIEW_RECORDS), ..Run::new(source.source(), reach) };
        let looked_at = Arc::clone(&run.source);
        let (events, mut received) = tokio::sync::mpsc::channel(CHANNEL);
        let collecting = tokio::spawn(async move {
            let mut found = Vec::new();
            let mut told = RunReport::new("", "", "", jiff::Timestamp::UNIX_EPOCH);
            while let Some(event) = received.recv().await {
                match event {
                    Event::Started(_) => found.clear(),
                    Event::Found(one) => found.push(one),
                    Event::PageEnd(end) => {
                        told.total = end.progress.total;
                        match end.result {
                            PageResult::Read { remarks, .. } => {
                                for remark in &remarks {
                                    told.note(remark.message("en"));
                                }
                            }
                            PageResult::Failed { error, replaced: false } => told.error(error),
                            PageResult::Failed { error, replaced: true } => told.note(error),
                            PageResult::NotModified(_) => {}
                        }
                    }
                }
            }
            (found, told)
        });
        let ended = harvest(self.client(), harvester, run, events).await?;
        let (mut found, mut told) = collecting.await.context("the preview stopped unexpectedly")?;
        source.exception().into_iter().for_each(|exception| told.note(exception.to_owned()));
        found.truncate(usize::try_from(PREVIEW_RECORDS).unwrap_or(usize::MAX));
        let (base, checker) = (self.config().portal.base_iri()?, self.checker());
        let (store, profiles, now) = (self.store().clone(), source.profiles.clone(), self.now());
        let (rules, territory) = (self.config().party_rules(source)?, source.place()?);
        let records = tokio::task::spawn_blocking(move || {
            let mapper = Mapper {
                harvester,
                source: &looked_at,
                base: &base,
                checker: &checker,
                profiles: &profiles,
                rules: &rules,
                territory,
                store: &store,
                now,
                again: true,
            };
            found.into_iter().map(|one| previewed(&mapper, one)).collect::<anyhow::Result<Vec<_>>>()
        })
        .await
        .context("the preview stopped unexpectedly")??;
        let said = match ended.ending {
            Ending::Finished(Outcome::Whole(_) | Outcome::Changes) => None,
            Ending::Finished(Outcome::Partial(reason)) | Ending::Stopped { reason, .. } => Some(reason),
        };
        Ok(Preview {
            source: source.name.to_string(),
            records,
            total: told.total,
            requests: ended.traffic.requests,
            bytes: ended.traffic.bytes_decoded,
            said,
            errors: told.errors,
            notes: told.notes,
        })
    }
}

fn previewed(mapper: &Mapper<'_>, found: Found) -> anyhow::Result<Previewed> {
    let broken = |id: Option<RecordId>, reason: String| Previewed::Broken { id: id.map(|id| id.0), reason };
    Ok(match found {
        Found::Broken(one) => broken(None, format!("{}: {}", one.place, one.reason)),
        Found::Record(record) => match mapper.make(&record)? {
            Made::Entry(entry) => Previewed::Entry(entry),
            Made::Broken { reason } => broken(Some(record.id), reason),
            // Only said of what is known, which is not asked.
            Made::Unchanged => broken(Some(record.id), "it is as it was".to_owned()),
        },
    })
}
