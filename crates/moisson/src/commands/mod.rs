//! One file per command.

mod alert;
mod check;
mod decide;
mod demo;
mod duplicates;
mod explain;
mod export;
mod harvest;
mod harvesters;
mod init;
mod remap;
mod report;
mod revalidate;
mod runs;
mod said;
mod serve;
mod source;
mod store;
mod token;
mod validate;

use std::{path::Path, process::ExitCode, sync::Arc};

use moisson_store::{Store, StoreError};

use crate::{
    admin::remote,
    book::Book,
    cli::{Cli, Command},
    config::Config,
    pipeline::open_store,
    serving, terminal,
};

/// How a command ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// All went well: 0.
    Well,
    /// What was to be checked is wrong: 2.
    Wrong,
    /// Some went well: 3.
    Partly,
    /// A source failed; what happened has been printed: 1.
    Failed,
}

impl From<Done> for ExitCode {
    fn from(done: Done) -> Self {
        Self::from(match done {
            Done::Well => 0_u8,
            Done::Failed => 1,
            Done::Wrong => 2,
            Done::Partly => 3,
        })
    }
}

/// Runs one command.
///
/// # Errors
/// When it fails; the causes are in the chain.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Done> {
    match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Init(args) => init::run(&cli.config, &args),
        Command::Check(args) => check::run(&cli.config, &args),
        Command::Harvest(args) => harvest::run(&load(&cli.config)?, &args),
        Command::Runs(args) => runs::runs(&load(&cli.config)?, &args),
        Command::Alert(args) => alert::run(load(&cli.config)?, &args),
        Command::Accept(args) => decide::accept(&cli.config, &args),
        Command::Undelete(args) => decide::undelete(&cli.config, &args),
        Command::Source(command) => source::run(&cli.config, &command),
        Command::Token(command) => token::run(&load(&cli.config)?, &command),
        Command::Audit(args) => decide::audit(&cli.config, &args),
        Command::Serve(args) => serve::run(load(&cli.config)?, &args),
        Command::Harvesters(args) => harvesters::run(&args),
        Command::Backup(args) => store::backup(&load(&cli.config)?, &args),
        Command::Restore(args) => store::restore(&load(&cli.config)?, &args),
        Command::Rebuild(args) => store::rebuild(&load(&cli.config)?, &args),
        Command::Export(args) => export::run(&load(&cli.config)?, &args),
        Command::Duplicates(args) => duplicates::run(&load(&cli.config)?, &args),
        Command::Validate(args) => validate::run(&cli.config, &args),
        Command::Revalidate(args) => revalidate::run(&load(&cli.config)?, &args),
        Command::Remap(args) => remap::run(&load(&cli.config)?, &args),
        Command::Explain(args) => explain::run(&load(&cli.config)?, &args),
        Command::Report(args) => report::run(&load(&cli.config)?, &args),
        Command::QueryWorker => anyhow::bail!("`query-worker` is started by the server only"),
    }
}

/// The configuration, or an error that lists every fault in it.
fn load(path: &Path) -> anyhow::Result<Config> {
    Config::load(path).map_err(|faults| {
        let (last, others) = faults.split_last().map_or((String::new(), Vec::new()), |(last, others)| {
            (last.to_string(), others.iter().map(ToString::to_string).collect())
        });
        for fault in others {
            terminal::note(&format!("error: {fault}"));
        }
        anyhow::anyhow!(last)
    })
}

/// The store, for a command that must have it for itself, and the configuration with all sources in it.
fn open_unserved(config: &Config, command: &str) -> anyhow::Result<(Store, Config)> {
    let store = open_store(config).map_err(|error| {
        let in_use = matches!(error.downcast_ref::<StoreError>(), Some(StoreError::InUse { .. }));
        if in_use {
            error.context(format!(
                "the store is in use; `moisson {command}` needs it for itself, so stop `moisson serve` first and start \
                 it again afterwards"
            ))
        } else {
            error
        }
    })?;
    let config = Book::open(Arc::new(config.clone()), store.clone())?.as_config();
    Ok((store, config))
}

/// The store, or what to do if it is being served: `instead` is the command that does the same through the server.
fn open(config: &Config, instead: impl FnOnce() -> String) -> anyhow::Result<Store> {
    open_store(config).map_err(|error| match error.downcast_ref::<StoreError>() {
        Some(StoreError::InUse { folder, holder }) => match serving::address(folder, holder) {
            Some(address) => anyhow::anyhow!(
                "`{}` is in use by {holder}, which serves it; the server does it with `{} --server {address}` and a token \
                 in the variable {} (`moisson token create` makes one)",
                folder.display(),
                instead(),
                remote::TOKEN,
            ),
            None => error,
        },
        _ => error,
    })
}

/// A runtime for the commands that talk to the network.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
