//! `moisson revalidate`.

use std::{fmt::Write as _, io::IsTerminal, time::Duration};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_store::{SourceCounts, Store, StoreError};

use super::Done;
use crate::{
    cli::{Format, RevalidateArgs},
    config::Config,
    pipeline::{Checker, RevalidationReport, open_store, revalidate},
    schedule, terminal,
};

/// How many rules are listed.
const RULES_SHOWN: usize = 20;

pub(super) fn run(config: &Config, args: &RevalidateArgs) -> anyhow::Result<Done> {
    let store = open_store(config).map_err(|error| {
        let in_use = matches!(error.downcast_ref::<StoreError>(), Some(StoreError::InUse { .. }));
        if in_use {
            error.context(
                "the store is in use; `moisson revalidate` writes to it, so stop `moisson serve` first and start it again \
                 afterwards",
            )
        } else {
            error
        }
    })?;
    let (sources, total) = choose(config, &store, &args.source)?;
    let checker = Checker::new(&vocabulary_graph())?;
    let bar = bar(args.format, total);
    let report = revalidate((config, &store, &checker), &sources, args.dry_run, schedule::now, &|done| {
        bar.set_position(done);
        tracing::debug!("{done} of {total} records are checked");
    })?;
    bar.finish_and_clear();
    match args.format {
        Format::Json => terminal::json(&report)?,
        Format::Text => terminal::line(to_text(&report).trim_end()),
    }
    Ok(if report.refused.is_empty() { Done::Well } else { Done::Failed })
}

fn bar(format: Format, total: u64) -> ProgressBar {
    if format == Format::Json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos:>7}/{len:<7} {elapsed:>4} records checked");
    let bar = ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// The sources that are meant, and how many records they have.
fn choose(config: &Config, store: &Store, names: &[String]) -> anyhow::Result<(Vec<String>, u64)> {
    let counts = store.counts().context("cannot count the records")?;
    let known: Vec<&String> = counts.sources.keys().collect();
    for name in names {
        let is_configured = config.source.iter().any(|source| source.name.as_str() == name);
        if !is_configured && !known.contains(&name) {
            let all = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            bail!("unknown source `{name}`; the store has records of {all}");
        }
    }
    let sources: Vec<String> =
        if names.is_empty() { known.into_iter().cloned().collect() } else { names.to_vec() };
    let total = sources.iter().filter_map(|name| counts.sources.get(name)).map(SourceCounts::records).sum();
    Ok((sources, total))
}

fn to_text(report: &RevalidationReport) -> String {
    let mut out = String::new();
    for (name, of_it) in &report.profiles {
        let _infallible = writeln!(
            out,
            "{name}: {} of {} conform; {} better, {} worse, {} newly checked, {} no longer",
            of_it.conforms, of_it.checked, of_it.better, of_it.worse, of_it.new, of_it.dropped
        );
    }
    if !report.rules.is_empty() {
        out.push_str("\nrules broken in other records than before:\n");
    }
    let mut rules: Vec<_> = report.rules.iter().collect();
    rules.sort_by_key(|(shape, change)| (std::cmp::Reverse(change.more + change.fewer), *shape));
    for (shape, change) in rules.iter().take(RULES_SHOWN) {
        let shape = shape.strip_prefix(moisson_shapes::SHAPES).unwrap_or(shape);
        let _infallible = writeln!(out, "  {shape}: {} more, {} fewer", change.more, change.fewer);
    }
    if rules.len() > RULES_SHOWN {
        let _infallible =
            writeln!(out, "  … and {} more; `--format json` has all", rules.len() - RULES_SHOWN);
    }
    for refused in &report.refused {
        let _infallible = writeln!(out, "not stored: {refused}");
    }
    let what = if report.dry_run { "would change; nothing was written" } else { "changed" };
    let seconds = report.duration_ms / 1_000;
    let _infallible = writeln!(
        out,
        "\n{} records checked in {seconds}.{:01} s: {} reports {what}",
        report.checked,
        report.duration_ms % 1_000 / 100,
        report.changed
    );
    out
}
