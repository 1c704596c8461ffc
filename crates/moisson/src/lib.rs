//! The binary's parts: configuration, schedule, pipeline and commands.
//!
//! A library, so that tests of the whole can call what the program calls.

pub mod admin;
pub mod alerts;
pub mod book;
pub mod cli;
mod commands;
pub mod config;
pub mod demo;
pub mod documents;
pub mod pipeline;
pub mod runs;
pub mod schedule;
mod serving;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

pub use commands::Done;

/// Records are made on all cores and freed on others. The system's allocator takes a fifth more time for that, and
/// keeps much of what was freed (`cargo bench -p moisson --bench pipeline`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Runs the program on the process's own arguments.
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    if matches!(cli.command, cli::Command::QueryWorker) {
        // Before any thread exists: the worker forks.
        return moisson_store::worker::main();
    }
    terminal::start_logging(cli.log_json);
    match commands::run(cli) {
        Ok(done) => done.into(),
        Err(error) => {
            terminal::print_error(&error);
            ExitCode::FAILURE
        }
    }
}
