//! `moisson explain`.

use super::{Done, open_unserved};
use crate::{
    cli::{ExplainArgs, Format},
    config::Config,
    pipeline::{explain, find_record},
    terminal,
};

pub(super) fn run(config: &Config, args: &ExplainArgs) -> anyhow::Result<Done> {
    let (store, config) = &open_unserved(config, "explain").map_err(|error| {
        let api = "/api/datasets/{source}/{id}/explain";
        error.context(format!("while it is served, http://{}{api} says the same", config.serve.address))
    })?;
    let record = find_record(store, &args.dataset)?;
    let explanation = explain(config, store, &record, &args.lang)?;
    match args.format {
        Format::Json => terminal::json(&explanation)?,
        Format::Text => terminal::line(explanation.to_text().trim_end()),
    }
    Ok(Done::Well)
}
