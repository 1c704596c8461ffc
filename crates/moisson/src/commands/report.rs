//! `moisson report`.

use super::{Done, open_unserved};
use crate::{
    cli::{MappingArgs, RemarksArgs, ReportArgs, ReportKind, TableFormat},
    config::Config,
    pipeline::{mapping_report, remarks_report, sources_of},
    terminal,
};

pub(super) fn run(config: &Config, args: &ReportArgs) -> anyhow::Result<Done> {
    match &args.kind {
        ReportKind::Run(args) => super::runs::report(config, args),
        ReportKind::Mapping(args) => mapping(config, args),
        ReportKind::Remarks(args) => remarks(config, args),
    }
}

fn mapping(config: &Config, args: &MappingArgs) -> anyhow::Result<Done> {
    let (store, config) = &open_unserved(config, "report mapping")?;
    let (sources, total) = sources_of(config, store, &args.source)?;
    let bar = terminal::bar(args.format == TableFormat::Text, total, "records mapped");
    let report = mapping_report(config, store, &sources, &|done| bar.set_position(done))?;
    bar.finish_and_clear();
    match args.format {
        TableFormat::Text => terminal::line(report.to_text().trim_end()),
        TableFormat::Json => terminal::json(&report)?,
        TableFormat::Csv => terminal::line(report.to_csv()?.trim_end()),
    }
    Ok(Done::Well)
}

fn remarks(config: &Config, args: &RemarksArgs) -> anyhow::Result<Done> {
    let (store, config) = &open_unserved(config, "report remarks")?;
    let (sources, total) = sources_of(config, store, &args.source)?;
    let bar = terminal::bar(args.format == TableFormat::Text, total, "records read");
    let report = remarks_report(store, &sources, &args.lang, &|done| bar.set_position(done))?;
    bar.finish_and_clear();
    match args.format {
        TableFormat::Text => terminal::line(report.to_text().trim_end()),
        TableFormat::Json => terminal::json(&report)?,
        TableFormat::Csv => terminal::line(report.to_csv()?.trim_end()),
    }
    Ok(Done::Well)
}
