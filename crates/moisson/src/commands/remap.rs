//! `moisson remap`.

use std::fmt::Write as _;

use moisson_dcat::vocabulary::vocabulary_graph;

use super::{Done, open_unserved};
use crate::{
    cli::{Format, RemapArgs},
    config::Config,
    pipeline::{Checker, RemapReport, remap, sources_of},
    schedule, terminal,
};

pub(super) fn run(config: &Config, args: &RemapArgs) -> anyhow::Result<Done> {
    let (store, config) = &open_unserved(config, "remap")?;
    let (sources, total) = sources_of(config, store, &args.source)?;
    let checker = Checker::new(&vocabulary_graph())?;
    let bar = terminal::bar(args.format == Format::Text, total, "records mapped");
    let report = remap((config, store, &checker), &sources, args.dry_run, schedule::now, &|done| {
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    match args.format {
        Format::Json => terminal::json(&report)?,
        Format::Text => terminal::line(to_text(&report).trim_end()),
    }
    Ok(if report.failed > 0 { Done::Partly } else { Done::Well })
}

fn to_text(report: &RemapReport) -> String {
    let mut out = String::new();
    for (property, changed) in &report.properties {
        let _infallible = writeln!(
            out,
            "{property}: other in {} records ({} values came, {} went, {} changed)",
            changed.records, changed.added, changed.removed, changed.changed
        );
        for example in &changed.examples {
            let shown =
                |value: &Option<String>| value.as_deref().map_or("–".to_owned(), |v| format!("`{v}`"));
            let (before, after) = (shown(&example.before), shown(&example.after));
            let _infallible = writeln!(out, "  {}: {before} → {after}", example.record);
        }
    }
    for (code, count) in &report.remarks {
        let _infallible = writeln!(out, "remark {code}: {} before, {} now", count.before, count.now);
    }
    for error in &report.errors {
        let _infallible = writeln!(out, "stays as it was: {error}");
    }
    let would = if report.dry_run { " (nothing was written)" } else { "" };
    let _infallible = writeln!(
        out,
        "{} records mapped in {}.{} s: {} changed, {} refreshed, {} unchanged, {} failed{would}",
        report.records,
        report.duration_ms / 1_000,
        report.duration_ms % 1_000 / 100,
        report.changed,
        report.refreshed,
        report.unchanged,
        report.failed
    );
    out
}
