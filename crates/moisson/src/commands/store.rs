//! `moisson backup`, `restore` and `rebuild`.

use anyhow::Context;
use moisson_store::Store;
use serde_json::json;

use super::Done;
use crate::{
    cli::{BackupArgs, Format, FormatArgs},
    config::Config,
    pipeline::open_store,
    terminal,
};

pub(super) fn backup(config: &Config, args: &BackupArgs) -> anyhow::Result<Done> {
    let shown = args.file.display();
    open_store(config)?.backup(&args.file).with_context(|| format!("no backup was written to `{shown}`"))?;
    terminal::line(&format!("the store is in `{shown}`; `moisson restore {shown}` brings it back"));
    Ok(Done::Well)
}

pub(super) fn restore(config: &Config, args: &BackupArgs) -> anyhow::Result<Done> {
    let (from, to) = (args.file.display(), config.data.display());
    Store::restore(&args.file, &config.data)
        .with_context(|| format!("`{from}` was not restored to `{to}`"))?;
    // Opening fills the search index, so that a backup that cannot be used is noticed now.
    let counts = open_store(config)?.counts()?;
    terminal::line(&format!("`{to}` is as it was in `{from}`: {} datasets", counts.datasets));
    Ok(Done::Well)
}

pub(super) fn rebuild(config: &Config, args: &FormatArgs) -> anyhow::Result<Done> {
    let store = open_store(config)?;
    store.rebuild(&|progress| {
        tracing::debug!("{}: {} of {} records", progress.what, progress.done, progress.total);
    })?;
    let agreement = store.verify()?;
    if args.format == Format::Json {
        let found = json!({
            "agree": agreement.holds(),
            "records": agreement.records,
            "quads": agreement.quads,
            "faults": agreement.faults,
        });
        terminal::json(&found)?;
    } else if agreement.holds() {
        let (records, quads) = (agreement.records, agreement.quads);
        terminal::line(&format!("ledger, search index and quads agree: {records} records, {quads} quads"));
    } else {
        agreement.faults.iter().for_each(|fault| terminal::line(fault));
    }
    Ok(if agreement.holds() { Done::Well } else { Done::Failed })
}
