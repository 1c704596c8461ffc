//! The query process: evaluates SPARQL where nothing else can be harmed.
//!
//! Evaluation cannot be stopped from within, may take any amount of memory, and ends the whole process when a
//! stack overflows. So it happens in a process that may be killed at any moment. There are two ways:
//!
//! - The *holder* has all quads in memory, is told what changes, and **forks** for each query. The fork sees
//!   the quads as they are at that moment, shares their memory, and ends with the query. The holder has one
//!   thread only, which is what makes forking safe.
//! - Where the quads are on disk, a fresh process opens a snapshot of them and answers one query.
//!
//! Either way the process connects to the server's socket, takes a [`Job`](crate::sparql::wire::Job), sends
//! the answer, and ends. It ends as well when the connection ends, or a limit is passed.

mod answer;
mod guard;
mod holder;
mod measure;

use std::{io, net::Shutdown, os::unix::net::UnixStream, path::PathBuf, process::ExitCode};

use oxigraph::store::Store;

use crate::{
    quads::Shelf,
    sparql::{
        AnswerEnd, QueryError,
        wire::{self, Kind},
    },
};

pub use measure::MAX_PATTERNS;

/// The stack on which a query is parsed and evaluated, in bytes. Only what is used of it takes memory.
const STACK: usize = 256 << 20;

/// What is queried.
#[derive(Clone, Copy)]
enum Quads<'a> {
    /// All of it, in this process and its forks.
    Memory(&'a Shelf),
    /// A snapshot on disk.
    Disk(&'a Store),
}

/// Runs the query process, started by a [`QueryService`](crate::sparql::QueryService): what
/// `moisson query-worker` does. To be called first thing in `main`, before any other thread is started.
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the query process failed");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let Some(socket) = std::env::var_os(wire::SOCKET) else {
        return Err(io::Error::other("this is no command for people; `moisson serve` starts it by itself"));
    };
    let socket = PathBuf::from(socket);
    let Some(folder) = std::env::var_os(wire::SNAPSHOT) else {
        return holder::run(&socket);
    };
    let number = std::env::var(wire::NUMBER).ok().and_then(|number| number.parse().ok());
    let number = number.ok_or_else(|| io::Error::other(format!("{} is no number", wire::NUMBER)))?;
    let mut stream = connect(&socket, number)?;
    match open(&PathBuf::from(folder)) {
        Ok(store) => answer_one(Quads::Disk(&store), stream),
        Err(error) => {
            let end = AnswerEnd::Failed(QueryError::Worker { reason: error.to_string() });
            wire::write_json(&mut stream, Kind::End, &end)
        }
    }
}

#[cfg(feature = "rocksdb")]
fn open(folder: &std::path::Path) -> io::Result<Store> {
    Store::open_read_only(folder).map_err(io::Error::other)
}

#[cfg(not(feature = "rocksdb"))]
fn open(folder: &std::path::Path) -> io::Result<Store> {
    Err(io::Error::other(format!(
        "cannot open the quads in `{}`: this build keeps quads in memory only; build it with `--features rocksdb`",
        folder.display()
    )))
}

/// Connects and says who this is.
fn connect(socket: &std::path::Path, number: u64) -> io::Result<UnixStream> {
    let mut stream = UnixStream::connect(socket)?;
    wire::write(&mut stream, Kind::Hello, &number.to_le_bytes())?;
    Ok(stream)
}

/// Takes a job from the connection, answers it, and does not come back if a limit is passed.
fn answer_one(quads: Quads<'_>, mut stream: UnixStream) -> io::Result<()> {
    let Some((Kind::Job, payload)) = wire::read(&mut stream)? else {
        return Ok(());
    };
    let job: wire::Job = serde_json::from_slice(&payload)?;
    let guard = guard::Guard::new(&job, stream.try_clone()?)?;
    let evaluate = move || {
        guard::limit_memory(job.memory)?;
        answer::answer(quads, &job, &stream)?;
        stream.shutdown(Shutdown::Write)
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).name("query".to_owned());
        let evaluation = thread.spawn_scoped(scope, evaluate)?;
        guard.watch(&evaluation);
        let done = evaluation.join();
        done.map_err(|_| io::Error::other("the evaluation ended in a panic"))?
    })
}
