//! The command line.

mod administer;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use administer::{
    AddSource, AuditArgs, ChangeSource, CreateToken, OneSource, RemoveSource, RevokeToken, RunSource,
    SourceCommand, TokenCommand, Where,
};

/// Harvests open-data catalogues, normalises them to DCAT-AP 3, checks them and serves them.
#[derive(Debug, Parser)]
#[command(
    name = "moisson",
    version,
    after_help = "First time here? `moisson demo` needs no configuration, no network and no server.\n\n\
        Exit codes: 0 all went well, 1 it failed, 2 the command line is wrong (or, for checks, what was checked \
        is), 3 some of it went well."
)]
pub struct Cli {
    /// The configuration file.
    #[arg(long, short, global = true, default_value = "moisson.toml", value_name = "FILE")]
    pub config: PathBuf,
    /// Logs as JSON lines.
    #[arg(long, global = true)]
    pub log_json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows a working portal: harvests bundled sample portals and serves the result.
    #[command(after_help = "Example: moisson demo --once --format json")]
    Demo(DemoArgs),
    /// Writes a commented moisson.toml.
    #[command(after_help = "Example: moisson init && $EDITOR moisson.toml && moisson check")]
    Init(InitArgs),
    /// Checks moisson.toml and says what is wrong where.
    #[command(after_help = "Example: moisson check --config /etc/moisson.toml")]
    Check(FormatArgs),
    /// Harvests sources now.
    #[command(after_help = "Examples:\n  moisson harvest                 all enabled sources\n  \
        moisson harvest metropole       one source\n  moisson harvest --dry-run       fetch, map and check, keep nothing\n\n\
        Exit codes: 0 every source was seen whole, 3 some only in part or removals wait for a person, 1 a source failed.")]
    Harvest(HarvestArgs),
    /// Lists the last runs and how they ended.
    #[command(
        after_help = "Examples:\n  moisson runs                    of all sources\n  moisson runs metropole --last 5"
    )]
    Runs(RunsArgs),
    /// Tries the channels that tell people what changed about sources.
    #[command(after_help = "Example: moisson alert test equipe")]
    Alert(AlertArgs),
    /// Makes the removals that a run held back, since they were more than the limit.
    #[command(after_help = "Example: moisson accept metropole 20261121T023000.123Z")]
    Accept(AcceptArgs),
    /// Brings removed records back with their last content; they stay until their source has them again.
    #[command(after_help = "Example: moisson undelete metropole arbres-2024")]
    Undelete(UndeleteArgs),
    /// Adds, changes, removes, pauses and runs sources, also on a running server.
    #[command(
        subcommand,
        after_help = "Example: moisson source add ville --kind ckan --url https://data.ville.example/"
    )]
    Source(SourceCommand),
    /// Makes, lists and revokes the tokens with which a running server is administered.
    #[command(
        subcommand,
        after_help = "Example: moisson token create --name region-ci --scope sources --scope runs"
    )]
    Token(TokenCommand),
    /// Shows who did what, when, and what came of it.
    #[command(after_help = "Example: moisson audit --source metropole --size 20")]
    Audit(AuditArgs),
    /// Serves the portal and harvests sources when they are due.
    #[command(after_help = "Example: moisson serve --address 0.0.0.0:8080")]
    Serve(ServeArgs),
    /// Lists the kinds of sources and their options.
    #[command(after_help = "Example: moisson harvesters ckan")]
    Harvesters(HarvestersArgs),
    /// Writes the store to one file, while it is not being served.
    #[command(after_help = "Example: moisson backup /backups/moisson-2026-11-21.backup")]
    Backup(BackupArgs),
    /// Makes the store anew from a backup; the data folder must be empty or not exist.
    #[command(after_help = "Example: moisson restore /backups/moisson-2026-11-21.backup")]
    Restore(BackupArgs),
    /// Makes the search index and the quads anew from the ledger, and checks that all three agree.
    #[command(after_help = "Example: moisson rebuild")]
    Rebuild(FormatArgs),
    /// Writes the whole catalogue as RDF.
    #[command(after_help = "Example: moisson export catalogue.nq.zst")]
    Export(ExportArgs),
    /// Lists datasets that several sources have: the authoritative record, its copies, and why they are taken for such.
    #[command(after_help = "Example: moisson duplicates --format json")]
    Duplicates(FormatArgs),
    /// Checks RDF files against the rules of DCAT-AP, or shapes of your own, and says what to mend where.
    #[command(after_help = "Examples:\n  moisson validate catalogue.ttl --lang fr\n  \
        moisson validate https://data.example.org/catalog.rdf --format sarif --output report.sarif\n  \
        moisson validate - --shapes dcat-ap-3 --shapes our-rules.ttl < export.jsonld\n\n\
        Several documents are checked as one graph. Without `--shapes`, the profiles are those that harvested records \
        are checked against.\n\n\
        Exit codes: 0 no rule is broken, 2 rules are broken, 1 a document could not be read as it should be, or \
        something else failed.")]
    Validate(Box<ValidateArgs>),
    /// Checks all stored records again with the present shapes, without the network, while nothing is served.
    #[command(after_help = "Examples:\n  moisson revalidate                  all sources\n  \
        moisson revalidate metropole --dry-run\n\n\
        Only reports that changed are written. A record keeps its dates and history, since its source changed nothing.")]
    Revalidate(RevalidateArgs),
    /// Applies the present rules and tables to all kept raw records, without the network, while nothing is served.
    #[command(
        after_help = "Examples:\n  moisson remap --dry-run             what would change, property by property\n  \
        moisson remap metropole\n\n\
        Nothing is deleted: a record of which nothing can be made any more stays as it was. Killed, it can be run \
        again.\n\n\
        Exit codes: 0 all records were mapped, 3 some stay as they were."
    )]
    Remap(RemapArgs),
    /// Tells for each property of a dataset what its source said, which rule made what of it, and what was left.
    #[command(after_help = "Examples:\n  moisson explain metropole/arbres-2024\n  \
        moisson explain https://portal.example.org/id/dataset/metropole/arbres-2024 --format json")]
    Explain(ExplainArgs),
    /// Reports on a run, and counts over all that is kept, without the network, while nothing is served.
    #[command(
        after_help = "Examples:\n  moisson report mapping\n  moisson report mapping metropole --format csv"
    )]
    Report(ReportArgs),
    /// Evaluates SPARQL queries for the server, in a process of its own.
    #[command(hide = true)]
    QueryWorker,
}

/// How to print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// `--format` alone.
#[derive(Debug, Args)]
pub struct FormatArgs {
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Harvest, print the result and stop.
    #[arg(long)]
    pub once: bool,
    /// Where to serve; if it is taken, another free port is used and printed.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub address: std::net::SocketAddr,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Write over a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// `moisson harvest`.
#[derive(Debug, Args)]
pub struct HarvestArgs {
    /// The sources; all enabled ones if none is named.
    pub source: Vec<String>,
    /// Fetch, map and check, but keep nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Walk the whole source even if changes alone would do.
    #[arg(long)]
    pub full: bool,
    /// Remove what is gone even if it is more than the limit.
    #[arg(long)]
    pub accept_deletions: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson runs`.
#[derive(Debug, Args)]
pub struct RunsArgs {
    /// The source; all if none is named.
    pub source: Option<String>,
    /// How many runs, the newest first.
    #[arg(long, default_value_t = 30)]
    pub last: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson alert`.
#[derive(Debug, Args)]
pub struct AlertArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AlertCommand,
}

/// What can be done with a channel.
#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// Sends a test message by one channel, and says whether it was taken.
    Test {
        /// The channel, by the name of its `[[alert]]` table.
        name: String,
    },
}

/// `moisson accept`.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// The source.
    pub source: String,
    /// The run that held them back, as its report names it.
    pub run: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}

/// `moisson undelete`.
#[derive(Debug, Args)]
pub struct UndeleteArgs {
    /// The source.
    pub source: String,
    /// The records, by their ids at the source.
    #[arg(required = true)]
    pub record: Vec<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the options are described where they are")]
    pub at: Where,
}

/// `moisson serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen, instead of the configured address.
    #[arg(long)]
    pub address: Option<std::net::SocketAddr>,
    /// Serve only; run no source.
    #[arg(long)]
    pub no_schedule: bool,
}

/// `moisson harvesters`.
#[derive(Debug, Args)]
pub struct HarvestersArgs {
    /// One kind, with its options and an example.
    pub kind: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson backup` and `moisson restore`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The backup's file.
    pub file: PathBuf,
}

/// `moisson export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Where to; `-` is standard output. `.nq .trig .nt .ttl .rdf .jsonld` choose the syntax, `.gz` and `.zst`
    /// the compression.
    pub file: PathBuf,
    /// The syntax, when the name does not say it.
    #[arg(long, value_name = "EXTENSION")]
    pub syntax: Option<String>,
}

/// How to write the outcome of a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people: by dataset, then by rule.
    #[default]
    Text,
    /// The same as `POST /api/validate` answers.
    Json,
    /// A validation report in SHACL's own terms.
    Turtle,
    /// `JUnit` XML, for build servers.
    Junit,
    /// SARIF 2.1.0, for editors and code hosts.
    Sarif,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `moisson validate`.
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Files, addresses, or `-` for standard input; in any syntax of RDF, also packed with gzip.
    #[arg(required = true, value_name = "FILE|URL|-")]
    pub document: Vec<String>,
    /// A profile or a file of SHACL shapes; may be given several times.
    #[arg(long, value_name = "PROFILE|FILE")]
    pub shapes: Vec<String>,
    /// Refuse shapes that the standard calls ill-formed even where it is clear what to do about it.
    #[arg(long)]
    pub strict: bool,
    /// Read as the harvester does: mend what can be mended, and let errors of syntax not count.
    #[arg(long)]
    pub lenient: bool,
    /// The language of messages: `fr`, `nl`, `de` or `en`. Default: that of the terminal, or else English.
    #[arg(long)]
    pub lang: Option<String>,
    /// How to write the outcome.
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
    /// Write the outcome to a file; the verdict still goes to the terminal.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Text: list everything instead of the first findings of each kind.
    #[arg(long)]
    pub all: bool,
    /// Text: when to use colours.
    #[arg(long, visible_alias = "color", value_enum, default_value_t)]
    pub colour: Colour,
    /// The syntax, whatever name, content type and content say: `turtle`, `trig`, `ntriples`, `nquads`, `rdfxml`,
    /// `jsonld`.
    #[arg(long)]
    pub syntax: Option<String>,
    /// Where relative references start from, instead of the document's own address.
    #[arg(long, value_name = "IRI")]
    pub base: Option<String>,
    /// A host, address or network that may be fetched from although it is private; may be given several times.
    #[arg(long, value_name = "HOST")]
    pub allow: Vec<String>,
    /// Most statements in all documents together; each takes some 100 bytes of memory. Default: 20,000,000.
    #[arg(long, value_name = "N")]
    pub max_statements: Option<u64>,
    /// Most bytes of one document, unpacked. Default: 16 GiB.
    #[arg(long, value_name = "N")]
    pub max_bytes: Option<u64>,
    /// Most bytes of a document that has to be held in memory: JSON-LD, and anything with `--lenient`. Default:
    /// 128 MiB, which take some 2 GB of memory.
    #[arg(long, value_name = "N")]
    pub max_held_bytes: Option<u64>,
}

/// `moisson revalidate`.
#[derive(Debug, Args)]
pub struct RevalidateArgs {
    /// The sources; all that have records if none is named.
    pub source: Vec<String>,
    /// Say what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson remap`.
#[derive(Debug, Args)]
pub struct RemapArgs {
    /// The sources; all that have records if none is named.
    pub source: Vec<String>,
    /// Say what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The dataset, series or service: its IRI, or source and id as in `metropole/arbres-2024`.
    pub dataset: String,
    /// The language of meanings and messages.
    #[arg(long, default_value = "en", value_parser = ["fr", "nl", "de", "en"])]
    pub lang: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// What about.
    #[command(subcommand)]
    pub kind: ReportKind,
}

/// What there are reports about.
#[derive(Debug, Subcommand)]
pub enum ReportKind {
    /// A run: counts, reason, errors, remarks with examples, traffic.
    #[command(after_help = "Examples:\n  moisson report run metropole        the last run\n  \
        moisson report run metropole 20261121T023000.123Z --format json")]
    Run(RunReportArgs),
    /// How much of what sources say is mapped: for each property the values seen, mapped and left, and the most
    /// frequent left-overs.
    #[command(after_help = "Examples:\n  moisson report mapping              all sources\n  \
        moisson report mapping metropole --format json\n\n\
        The kept raw records are mapped again with the present rules and tables; nothing is written.")]
    Mapping(MappingArgs),
    /// How often each kind of remark stands on the records of each source, with an example and what to do about it.
    #[command(
        after_help = "Examples:\n  moisson report remarks\n  moisson report remarks metropole --lang fr --format csv"
    )]
    Remarks(RemarksArgs),
}

/// `moisson report run`.
#[derive(Debug, Args)]
pub struct RunReportArgs {
    /// The source.
    pub source: String,
    /// The run, as `moisson runs` names it; the last one if none is named.
    pub run: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `moisson report mapping`.
#[derive(Debug, Args)]
pub struct MappingArgs {
    /// The sources; all that have records if none is named.
    pub source: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: TableFormat,
}

/// `moisson report remarks`.
#[derive(Debug, Args)]
pub struct RemarksArgs {
    /// The sources; all that have records if none is named.
    pub source: Vec<String>,
    /// The language of messages.
    #[arg(long, default_value = "en", value_parser = ["fr", "nl", "de", "en"])]
    pub lang: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: TableFormat,
}

/// How to print a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    #[default]
    Text,
    /// For machines, with all details.
    Json,
    /// For spreadsheets: one line for each source and property.
    Csv,
}
