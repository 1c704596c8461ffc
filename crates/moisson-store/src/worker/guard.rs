//! Watches over the evaluation of one query, and ends the process when a limit is passed.

use std::{
    fs,
    io::{self, Read},
    os::unix::net::UnixStream,
    thread::ScopedJoinHandle,
    time::{Duration, Instant},
};

use nix::sys::resource::{Resource, setrlimit};

use crate::sparql::wire::{EXIT_MEMORY, EXIT_TIME, Job};

/// How often memory and time are looked at.
const INTERVAL: Duration = Duration::from_millis(10);
/// Address space beyond the allowance: stack, the allocator's reserve for a thread.
const RESERVE: u64 = 512 << 20;

/// Knows when it is enough.
#[derive(Debug)]
pub(super) struct Guard {
    stream: UnixStream,
    deadline: Instant,
    /// Resident memory that may not be passed, in bytes.
    memory: u64,
}

impl Guard {
    pub(super) fn new(job: &Job, stream: UnixStream) -> io::Result<Self> {
        let time = Duration::from_millis(job.time_ms);
        let seconds = time.as_secs() + 2;
        setrlimit(Resource::RLIMIT_CPU, seconds, seconds)?;
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        // If memory runs out after all, this process is the one to go. Not everywhere allowed.
        if let Err(error) = fs::write("/proc/self/oom_score_adj", "1000") {
            tracing::debug!(%error, "cannot offer this process to the out-of-memory killer");
        }
        stream.set_read_timeout(Some(INTERVAL))?;
        let (_, resident) = memory().unwrap_or_default();
        Ok(Self { stream, deadline: Instant::now() + time, memory: resident.saturating_add(job.memory) })
    }

    /// Comes back when the evaluation has ended, and else not at all.
    pub(super) fn watch(mut self, evaluation: &ScopedJoinHandle<'_, io::Result<()>>) {
        let mut byte = [0];
        while !evaluation.is_finished() {
            // The server sends nothing more: this waits a moment, or the connection has ended.
            match self.stream.read(&mut byte) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => end(0),
            }
            if Instant::now() > self.deadline {
                end(EXIT_TIME);
            }
            if memory().is_some_and(|(_, resident)| resident > self.memory) {
                end(EXIT_MEMORY);
            }
        }
    }
}

/// Bounds the address space of this process by what it has and an allowance. To be called on the thread that
/// evaluates, so that what the thread itself takes is not counted.
pub(super) fn limit_memory(allowance: u64) -> io::Result<()> {
    if let Some((virtual_size, _)) = memory() {
        let limit = virtual_size.saturating_add(allowance).saturating_add(RESERVE);
        setrlimit(Resource::RLIMIT_AS, limit, limit)?;
    }
    Ok(())
}

/// Virtual size and resident memory of this process in bytes, where the system tells.
fn memory() -> Option<(u64, u64)> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes << 10)
    };
    Some((value("VmSize:")?, value("VmRSS:")?))
}

#[expect(clippy::exit, reason = "the evaluation cannot be stopped in any other way")]
fn end(code: i32) -> ! {
    std::process::exit(code)
}
