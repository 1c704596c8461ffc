//! `moisson harvest`.

use std::{collections::HashMap, io::IsTerminal, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::{Done, open, runtime};
use crate::{
    alerts::{Deliverer, Pace},
    book::Book,
    cli::{Format, HarvestArgs},
    config::{Config, SourceConfig},
    pipeline::{
        HarvestReport, Lines, RunMode, RunOutcome, RunProgress, RunReport, Watcher, harvest_all, harvesting,
    },
    schedule, terminal,
};

/// How long the command waits for receivers of alerts after its runs.
const TELLING: Duration = Duration::from_mins(1);

pub(super) fn run(config: &Config, args: &HarvestArgs) -> anyhow::Result<Done> {
    let store = open(config, || match args.source.as_slice() {
        [] => "moisson source run NAME".to_owned(),
        [first, ..] => format!("moisson source run {first}"),
    })?;
    let config = &Book::open(Arc::new(config.clone()), store.clone())?.as_config();
    let chosen = choose(config, &args.source)?;
    let mode = RunMode {
        dry_run: args.dry_run,
        full: args.full,
        accept_deletions: args.accept_deletions,
        scheduled: false,
    };
    let bars: Arc<dyn Watcher> = if args.format == Format::Text && std::io::stderr().is_terminal() {
        Arc::new(Bars::new(&chosen))
    } else {
        Arc::new(Lines)
    };
    let report = runtime()?.block_on(async {
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                terminal::note("stopping after the pages being read; the next run goes on from there");
                stop.cancel();
            }
        });
        let report = harvest_all(&harvesting(config, &store, bars)?, &chosen, mode, cancel).await?;
        if !mode.dry_run && !config.alert.is_empty() {
            let deliverer =
                Deliverer::new(Arc::new(config.clone()), store.clone(), schedule::now, Pace::default());
            if tokio::time::timeout(TELLING, deliverer.once()).await.is_err() {
                terminal::note("not all alerts could be delivered; the next harvest tries again");
            }
        }
        anyhow::Ok(report)
    })?;
    print(&report, args.format)?;
    Ok(done(&report))
}

/// Prints a harvest's report.
///
/// # Errors
/// When it cannot be written as JSON.
pub(super) fn print(report: &HarvestReport, format: Format) -> anyhow::Result<()> {
    match format {
        Format::Json => terminal::json(report),
        Format::Text => {
            terminal::line(&report.to_text());
            Ok(())
        }
    }
}

/// What the exit code says of a harvest.
pub(super) fn done(report: &HarvestReport) -> Done {
    let any = |outcome| report.sources.iter().any(|run| run.outcome == outcome);
    if any(RunOutcome::Failed) {
        Done::Failed
    } else if any(RunOutcome::Partial) || report.sources.iter().any(|run| run.held_back > 0) {
        // Whoever looks at nothing but this must see that somebody has to decide.
        Done::Partly
    } else {
        Done::Well
    }
}

/// The sources that are meant; all enabled ones if none is named.
fn choose<'a>(config: &'a Config, names: &[String]) -> anyhow::Result<Vec<&'a SourceConfig>> {
    if names.is_empty() {
        let enabled: Vec<_> = config.source.iter().filter(|source| source.enabled).collect();
        if enabled.is_empty() {
            bail!(
                "no source is configured and enabled; add a `[[source]]` table, or one with `moisson source add`"
            );
        }
        return Ok(enabled);
    }
    names
        .iter()
        .map(|name| {
            config.source.iter().find(|source| source.name.as_str() == name).with_context(|| {
                let known: Vec<_> = config.source.iter().map(|s| format!("`{}`", s.name)).collect();
                format!("unknown source `{name}`; configured are {}", known.join(", "))
            })
        })
        .collect()
}

/// A bar per source, for a person at a terminal.
struct Bars {
    all: MultiProgress,
    bars: HashMap<String, ProgressBar>,
}

impl Bars {
    fn new(sources: &[&SourceConfig]) -> Self {
        let all = MultiProgress::new();
        let style = ProgressStyle::with_template("{prefix:24} {bar:30} {pos:>7}/{len:<7} {elapsed:>4} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bars = sources
            .iter()
            .map(|source| {
                let bar = all.add(ProgressBar::no_length().with_style(style.clone()));
                bar.set_prefix(source.name.to_string());
                bar.enable_steady_tick(Duration::from_millis(200));
                (source.name.to_string(), bar)
            })
            .collect();
        Self { all, bars }
    }
}

impl Watcher for Bars {
    fn progress(&self, progress: &RunProgress) {
        let Some(bar) = self.bars.get(&progress.source) else { return };
        if let Some(total) = progress.total {
            bar.set_length(total);
        }
        bar.set_position(progress.seen);
        bar.set_message(format!("{} requests", progress.requests));
    }

    fn ended(&self, report: &RunReport) {
        if let Some(bar) = self.bars.get(&report.name) {
            bar.set_position(report.seen);
            bar.finish_with_message(format!("{:?}", report.outcome).to_lowercase());
        }
        if self.bars.values().all(ProgressBar::is_finished) {
            // The table that follows says it all; without it the bars would stand twice.
            let _nothing_to_clear = self.all.clear();
        }
    }
}
