//! `moisson runs` and `moisson report run`: what the last runs did.

use std::sync::Arc;

use anyhow::{Context, bail};
use moisson_store::{Run, RunId, Store, StoreError};
use serde_json::json;

use super::Done;
use crate::{
    book::Book,
    cli::{Format, RunReportArgs, RunsArgs},
    config::Config,
    pipeline::{RunReport, open_store, source_names},
    terminal,
};

pub(super) fn runs(config: &Config, args: &RunsArgs) -> anyhow::Result<Done> {
    let (store, config) = &open(config)?;
    if let Some(source) = &args.source {
        known(config, store, source)?;
    }
    let reports: Vec<RunReport> = store
        .runs(args.source.as_deref())?
        .into_iter()
        .take(args.last)
        .map(read)
        .collect::<anyhow::Result<_>>()?;
    match args.format {
        Format::Json => terminal::json(&json!({ "runs": reports }))?,
        Format::Text if reports.is_empty() => terminal::line("there was no run yet"),
        Format::Text => terminal::line(&table(&reports)),
    }
    Ok(Done::Well)
}

pub(super) fn report(config: &Config, args: &RunReportArgs) -> anyhow::Result<Done> {
    let (store, config) = &open(config)?;
    known(config, store, &args.source)?;
    let found = match args.run.as_deref() {
        None | Some("last") => store.runs(Some(&args.source))?.into_iter().next(),
        Some(run) => store.run(&args.source, &RunId(run.to_owned()))?,
    };
    let Some(found) = found else {
        bail!(
            "there is no such run of `{0}`, or it is no longer kept; `moisson runs {0}` lists those that are",
            args.source
        );
    };
    let set_aside = store.broken(&found.source, &found.id)?;
    let report = read(found)?;
    let aside = |broken: &moisson_store::Broken| json!({ "id": broken.id, "place": broken.place, "reason": broken.reason, "byte_size": broken.body.len() });
    match args.format {
        Format::Json => {
            let mut document = serde_json::to_value(&report)?;
            document["set_aside"] = set_aside.iter().map(aside).collect();
            terminal::json(&document)?;
        }
        Format::Text => {
            terminal::line(&report.to_text());
            if !set_aside.is_empty() {
                terminal::line(&format!(
                    "set aside  {} records with their bytes; `--format json` lists them",
                    set_aside.len()
                ));
            }
        }
    }
    Ok(Done::Well)
}

/// The store, and the configuration with all sources in it.
fn open(config: &Config) -> anyhow::Result<(Store, Config)> {
    let store = open_store(config).map_err(|error| {
        let in_use = matches!(error.downcast_ref::<StoreError>(), Some(StoreError::InUse { .. }));
        if in_use {
            error.context("the store is in use; while `moisson serve` runs, ask it for `/api/runs`")
        } else {
            error
        }
    })?;
    let config = Book::open(Arc::new(config.clone()), store.clone())?.as_config();
    Ok((store, config))
}

fn known(config: &Config, store: &Store, name: &str) -> anyhow::Result<()> {
    let known = source_names(config, store)?;
    if known.contains(name) {
        return Ok(());
    }
    let known: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
    bail!("unknown source `{name}`; known are {}", known.join(", "))
}

fn read(run: Run) -> anyhow::Result<RunReport> {
    let (source, id) = (run.source, run.id);
    serde_json::from_value(run.report)
        .with_context(|| format!("the report of the run `{id}` of `{source}` cannot be read"))
}

fn table(reports: &[RunReport]) -> String {
    let mut lines = vec![format!(
        "{:<20} {:<22} {:<12} {:<11} {:>6} {:>8} {:>10} {:>6} {:>6} {:>7} {:>8}",
        "run", "source", "for", "outcome", "new", "changed", "unchanged", "gone", "held", "failed", "seconds"
    )];
    for run in reports {
        lines.push(format!(
            "{:<20} {:<22} {:<12} {:<11} {:>6} {:>8} {:>10} {:>6} {:>6} {:>7} {:>8.1}",
            run.run,
            run.name,
            run.task.name(),
            run.outcome.to_string(),
            run.new + run.back,
            run.changed,
            run.unchanged,
            run.gone,
            run.held_back,
            run.failed,
            run.seconds(),
        ));
    }
    lines.join("\n")
}
