//! `moisson accept` and `undelete`: what a person decides about removals.

use anyhow::bail;

use super::Done;
use crate::{
    cli::{AcceptArgs, UndeleteArgs},
    config::Config,
    pipeline, schedule, terminal,
};

pub(super) fn accept(config: &Config, args: &AcceptArgs) -> anyhow::Result<Done> {
    configured(config, &args.source)?;
    let store = pipeline::open_store(config)?;
    let removed = pipeline::accept(&store, &args.source, &args.run, schedule::now())?;
    terminal::line(&format!("{removed} records of `{}` are removed", args.source));
    Ok(Done::Well)
}

pub(super) fn undelete(config: &Config, args: &UndeleteArgs) -> anyhow::Result<Done> {
    configured(config, &args.source)?;
    let store = pipeline::open_store(config)?;
    let back = pipeline::undelete(&store, &args.source, &args.record, schedule::now())?;
    terminal::line(&format!("{back} records of `{}` are back", args.source));
    Ok(Done::Well)
}

fn configured(config: &Config, name: &str) -> anyhow::Result<()> {
    if config.source.iter().any(|source| source.name.as_str() == name) {
        return Ok(());
    }
    let known: Vec<_> = config.source.iter().map(|source| format!("`{}`", source.name)).collect();
    bail!("unknown source `{name}`; configured are {}", known.join(", "))
}
