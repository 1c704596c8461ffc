//! What goes to the terminal: results to standard output, everything else to standard error.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

/// Writes one line to standard output. A reader that went away is no error of ours.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _closed_pipe = writeln!(out, "{text}");
    let _closed_pipe = out.flush();
}

/// Writes one value as JSON to standard output.
///
/// # Errors
/// When the value cannot be written as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Writes one line for the person at the terminal, beside the results.
pub(crate) fn note(text: &str) {
    let _closed_pipe = writeln!(io::stderr().lock(), "{text}");
}

/// A bar for a person at the terminal; hidden where there is none, or where machines read.
pub(crate) fn bar(for_people: bool, total: u64, what: &str) -> ProgressBar {
    if !for_people || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = format!("{{bar:30}} {{pos:>7}}/{{len:<7}} {{elapsed:>4}} {what}");
    let style = ProgressStyle::with_template(&template);
    let bar = ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Writes an error with its causes.
pub(crate) fn print_error(error: &anyhow::Error) {
    let mut err = io::stderr().lock();
    let _closed_pipe = writeln!(err, "error: {error}");
    for cause in error.chain().skip(1) {
        let _closed_pipe = writeln!(err, "cause: {cause}");
    }
}

/// Logs go to standard error; `MOISSON_LOG` filters them (`MOISSON_LOG=debug`).
pub(crate) fn start_logging(as_json: bool) {
    let filter = EnvFilter::try_from_env("MOISSON_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,moisson=info,tantivy=warn,sled=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = if as_json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_target(false).with_ansi(io::stderr().is_terminal()).try_init()
    };
    // A second start can only happen in tests, where the first one serves.
    drop(started);
}
