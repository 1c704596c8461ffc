//! `moisson revalidate`.

use std::fmt::Write as _;

use moisson_dcat::vocabulary::vocabulary_graph;

use super::{Done, open_unserved};
use crate::{
    cli::{Format, RevalidateArgs},
    config::Config,
    pipeline::{Checker, RevalidationReport, revalidate, sources_of},
    schedule, terminal,
};

/// How many rules are listed.
const RULES_SHOWN: usize = 20;

pub(super) fn run(config: &Config, args: &RevalidateArgs) -> anyhow::Result<Done> {
    let (store, config) = &open_unserved(config, "revalidate")?;
    let (sources, total) = sources_of(config, store, &args.source)?;
    let checker = Checker::new(&vocabulary_graph())?;
    let bar = terminal::bar(args.format == Format::Text, total, "records checked");
    let report = revalidate((config, store, &checker), &sources, args.dry_run, schedule::now, &|done| {
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
