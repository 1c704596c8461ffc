//! The part of the command line that administers: sources, tokens, the audit log.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use moisson_web::admin::Scope;

use super::Format;

/// Where to do it, and how to print.
#[derive(Debug, Clone, Args)]
pub struct Where {
    /// The running server that is to do it, such as `http://127.0.0.1:8080`; its token is in the variable `MOISSON_TOKEN`.
    /// Without it the store itself is opened, which nothing else may have open.
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson source`.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Lists all sources, those of the configuration file and those added beside it.
    #[command(after_help = "Example: moisson source list --server http://127.0.0.1:8080")]
    List(Where),
    /// Shows one source with its settings.
    #[command(after_help = "Example: moisson source show metropole --format json")]
    Show(OneSource),
    /// Adds a source.
    #[command(after_help = "Examples:\n  \
        moisson source add ville --kind ckan --url https://data.ville.example/ --set 'schedule=30 2 * * *'\n  \
        moisson source add ville --file ville.toml\n\n\
        A source with a schedule is harvested at once, and then at its times; `--set enabled=false` leaves it alone.")]
    Add(AddSource),
    /// Changes settings of a source that was added here.
    #[command(after_help = "Example: moisson source change ville --set options.rows=100 --unset window")]
    Change(ChangeSource),
    /// Removes a source that was added here; its records stay unless they are to go too.
    #[command(
        after_help = "Examples:\n  moisson source remove ville\n  moisson source remove ville --with-records"
    )]
    Remove(RemoveSource),
    /// Lets the schedule leave a source alone, also one of the configuration file, until it is resumed.
    #[command(after_help = "Example: moisson source pause metropole")]
    Pause(OneSource),
    /// Puts a paused source back on its schedule.
    #[command(after_help = "Example: moisson source resume metropole")]
    Resume(OneSource),
    /// Looks at the first 20 records of a source: fetches, maps and checks them, and stores nothing.
    #[command(after_help = "Examples:\n  moisson source preview metropole\n  \
        moisson source preview ville --kind ckan --url https://data.ville.example/     before it is added\n\n\
        Exit codes: 0 it can be read, 3 some of it, 1 nothing of it.")]
    Preview(AddSource),
    /// Harvests a source now; through a server the run goes on there.
    #[command(after_help = "Example: moisson source run metropole --server http://127.0.0.1:8080 --wait\n\n\
        Exit codes, of a run that was waited for: 0 the source was seen whole, 3 in part or removals wait for a person, 1 not \
        at all.")]
    Run(RunSource),
    /// Ends the run of a source that a server is harvesting; it is partial then, and removes nothing.
    #[command(after_help = "Example: moisson source cancel metropole --server http://127.0.0.1:8080")]
    Cancel(OneSource),
}

/// One source.
#[derive(Debug, Args)]
pub struct OneSource {
    /// The source's name.
    pub source: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}

/// The settings of a source.
#[derive(Debug, Args)]
pub struct AddSource {
    /// The source's name, which is part of the IRIs of its records.
    pub source: String,
    /// Which harvester; `moisson harvesters` lists them.
    #[arg(long)]
    pub kind: Option<String>,
    /// Where the catalogue is.
    #[arg(long)]
    pub url: Option<String>,
    /// Another setting, as in a `[[source]]` table: `language=fr`, `options.rows=100`; may be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// A TOML file with the settings, as in a `[[source]]` table without its heading; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}

/// `moisson source change`.
#[derive(Debug, Args)]
pub struct ChangeSource {
    /// The source's name.
    pub source: String,
    /// A setting with its new value: `language=fr`, `options.rows=100`; may be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// A setting that is to have its usual value again; may be given several times.
    #[arg(long, value_name = "KEY")]
    pub unset: Vec<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}

/// `moisson source remove`.
#[derive(Debug, Args)]
pub struct RemoveSource {
    /// The source's name.
    pub source: String,
    /// Remove its records too; each leaves a tombstone, and `moisson undelete` can bring it back once the source is there
    /// again.
    #[arg(long)]
    pub with_records: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}

/// `moisson source run`.
#[derive(Debug, Args)]
pub struct RunSource {
    /// The source's name.
    pub source: String,
    /// Walk the whole source even if changes alone would do.
    #[arg(long)]
    pub full: bool,
    /// Remove what is gone even if it is more than the limit.
    #[arg(long)]
    pub accept_deletions: bool,
    /// Through a server: wait for the end of the run and print its report.
    #[arg(long)]
    pub wait: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}

/// `moisson token`.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints it, once. Works while the store is served.
    #[command(
        after_help = "Example: moisson token create --name region-ci --scope sources --scope runs --expires 90d\n\n\
        Scopes:\n  \
        sources  add, change, remove, pause, resume and preview sources\n  \
        runs     start and cancel runs\n  \
        decide   accept removals, remove the records of a source, bring records back\n  \
        network  give a source private addresses, a TLS exception, credentials or a file\n  \
        audit    read the audit log"
    )]
    Create(CreateToken),
    /// Lists the tokens: what they may do, until when, and when they were last used.
    #[command(after_help = "Example: moisson token list --format json")]
    List(super::FormatArgs),
    /// Takes a token back, at once and for good.
    #[command(after_help = "Example: moisson token revoke region-ci")]
    Revoke(RevokeToken),
}

/// `moisson token create`.
#[derive(Debug, Args)]
pub struct CreateToken {
    /// What it is called in the audit log.
    #[arg(long)]
    pub name: String,
    /// What it may do; may be given several times.
    #[arg(long, required = true, value_name = "SCOPE")]
    pub scope: Vec<Scope>,
    /// A source that it may do it to; may be given several times. Default: all.
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
    /// How long it is valid: `90d`, `12h`.
    #[arg(long, default_value = "90d", value_name = "TIME")]
    pub expires: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson token revoke`.
#[derive(Debug, Args)]
pub struct RevokeToken {
    /// The token's name.
    pub name: String,
}

/// `moisson audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Only about this source.
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// How many entries, newest first.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub size: u16,
    /// Only entries before this number.
    #[arg(long, value_name = "NUMBER")]
    pub before: Option<u64>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}
