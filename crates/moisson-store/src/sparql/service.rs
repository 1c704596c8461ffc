//! Takes queries, hands them to processes that may die of them, and hands on the answers.

use std::{
    ffi::OsString,
    fmt, io,
    os::unix::{
        net::{UnixListener, UnixStream},
        process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc as std_mpsc,
    },
    thread::JoinHandle,
    time::Duration,
};

use bytes::Bytes;
use oxrdf::{NamedNode, Triple};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch},
    time::{Instant, timeout, timeout_at},
};

use super::{
    AnswerEnd, QueryAnswer, QueryError, QueryLimits, SparqlQuery,
    feed::{Feed, Order, Waiting},
    gate,
    wire::{self, Job, Kind, Start},
};
use crate::{
    Generation, StoreError,
    fixed::Fixed,
    ledger::Ledger,
    quads::{Digest, DiskQuads},
};

/// How long its process may take to say that it is there.
const CONNECT: Duration = Duration::from_secs(20);
/// How long to wait for the news why a process ended.
const NEWS: Duration = Duration::from_secs(2);
/// How much longer than allowed is waited before a process that should end itself is given up.
const GRACE: Duration = Duration::from_millis(500);
/// Pieces of an answer that may wait for a slow reader.
const PIECES: usize = 4;

/// How the query process is started: a program that calls [`crate::worker::main`] with these arguments.
#[derive(Debug, Clone)]
pub struct WorkerCommand {
    /// The program; this very one by default.
    pub program: PathBuf,
    /// Its arguments; `query-worker` by default.
    pub args: Vec<OsString>,
}

impl WorkerCommand {
    /// This very program with the argument `query-worker`.
    ///
    /// # Errors
    /// When the system does not say what program this is.
    pub fn this_program() -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, args: vec!["query-worker".into()] })
    }

    /// Starts it. In a process group of its own, so that Ctrl-C reaches the server alone.
    pub(crate) fn spawn(&self, socket: &Path, one: Option<(u64, &Path)>) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env(wire::SOCKET, socket).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((number, folder)) = one {
            command.env(wire::NUMBER, number.to_string()).env(wire::SNAPSHOT, folder);
        }
        command.spawn()
    }
}

/// Whether queries can be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceState {
    /// Nobody has asked for it yet.
    Off,
    /// The quads are being loaded.
    Loading {
        /// Records loaded.
        done: u64,
        /// Records in all.
        total: u64,
    },
    /// Yes.
    Ready,
    /// Not at the moment; it is tried again.
    Failed {
        /// Why.
        reason: String,
    },
}

/// Answers queries.
///
/// The process that holds the quads is started by the first query, or by [`QueryService::start`].
pub struct QueryService {
    source: QuadSource,
    command: WorkerCommand,
    slots: Arc<Semaphore>,
    limit: usize,
    next: AtomicU64,
    state: watch::Sender<ServiceState>,
    running: Mutex<Option<Running>>,
}

/// What the folder of the socket is called, before something that nobody else has.
const FOLDER: &str = "moisson-query-";
/// What the socket is called in it.
const SOCKET: &str = "socket";

/// Where a query process gets the quads from.
#[derive(Debug)]
pub(crate) enum QuadSource {
    /// From a process that holds them in memory, filled from here.
    Memory { ledger: Arc<Ledger>, fixed: Fixed },
    /// From snapshots on disk.
    Disk(DiskQuads),
}

/// What runs once somebody has asked.
struct Running {
    orders: Option<std_mpsc::Sender<Order>>,
    waiting: Arc<Waiting>,
    socket: PathBuf,
    feed: Option<JoinHandle<()>>,
    listener: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl fmt::Debug for QueryService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryService").field("state", &*self.state.borrow()).finish_non_exhaustive()
    }
}

impl QueryService {
    pub(crate) fn new(source: QuadSource, command: WorkerCommand, limit: usize) -> Self {
        Self {
            source,
            command,
            slots: Arc::new(Semaphore::new(limit)),
            limit,
            next: AtomicU64::new(1),
            state: watch::Sender::new(ServiceState::Off),
            running: Mutex::new(None),
        }
    }

    /// Starts loading the quads, if nobody has asked yet.
    ///
    /// # Errors
    /// When sockets or threads cannot be made.
    pub fn start(&self) -> io::Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() {
            *running = Some(self.run()?);
        }
        Ok(())
    }

    /// Whether queries can be answered, to be watched.
    pub fn state(&self) -> watch::Receiver<ServiceState> {
        self.state.subscribe()
    }

    /// Answers a query. Returns when the answer begins; it is sent on while it is evaluated. Whoever drops the
    /// answer, or this future, ends the query.
    ///
    /// # Errors
    /// When there is no answer; see the kinds of errors.
    pub async fn query(&self, query: SparqlQuery, limits: QueryLimits) -> Result<QueryAnswer, QueryError> {
        gate::check(&query.text)?;
        let turn = timeout(limits.turn, Arc::clone(&self.slots).acquire_owned()).await;
        let slot = turn.ok().and_then(Result::ok).ok_or(QueryError::TooBusy { limit: self.limit })?;
        self.start()?;
        if let QuadSource::Memory { .. } = self.source {
            self.ready(limits.time).await?;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut process = self.process(number).await?;
        process.send(Kind::Job, &job(query, limits)?).await?;
        let deadline = Instant::now() + limits.time + GRACE;
        let first = timeout_at(deadline, process.receive()).await;
        let end = process.first(first, limits).await?;
        let Start { content_type, end } = end;
        let (body, receiver) = mpsc::channel(PIECES);
        let (ends, end) = watch::channel(end.unwrap_or(AnswerEnd::Open));
        tokio::spawn(hand_on(process, Outlet { body, ends, deadline, limits, _slot: slot }));
        Ok(QueryAnswer { content_type, end, body: receiver })
    }

    /// The ledger has moved on.
    pub(crate) fn follow(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(orders) = running.as_ref().and_then(|running| running.orders.as_ref())
            && orders.send(Order::Follow).is_err()
        {
            tracing::error!("the feed of quads has ended");
        }
    }

    /// Graphs that no record says are others now.
    pub(crate) fn renew_fixed(
        &self,
        different: Vec<(NamedNode, Vec<Triple>)>,
        fixed: &Fixed,
    ) -> Result<(), StoreError> {
        if let QuadSource::Disk(quads) = &self.source {
            return quads.renew_fixed(fixed.now());
        }
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // Otherwise it takes all of them when it starts.
        if let Some(orders) = running.as_ref().and_then(|running| running.orders.as_ref())
            && orders.send(Order::Renew(different)).is_err()
        {
            tracing::error!("the feed of quads has ended");
        }
        Ok(())
    }

    /// What the holder has, and at which generation. Starts it if need be.
    pub(crate) fn digest(&self) -> Result<(Generation, Digest), StoreError> {
        if let QuadSource::Disk(quads) = &self.source {
            return quads.digest();
        }
        let failed = |reason: String| StoreError::Quads { reason };
        self.start().map_err(|error| failed(error.to_string()))?;
        let (sender, receiver) = std_mpsc::sync_channel(1);
        self.order(Order::Digest(sender)).map_err(|error| failed(error.to_string()))?;
        receiver.recv().map_err(|_| failed("the process that holds the quads failed".to_owned()))
    }

    /// Waits until the quads are loaded, but not for ever.
    async fn ready(&self, patience: Duration) -> Result<(), QueryError> {
        let mut state = self.state();
        let ready = state.wait_for(|state| matches!(state, ServiceState::Ready));
        match timeout(patience, ready).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(match &*self.state.borrow() {
                ServiceState::Failed { reason } => QueryError::Worker { reason: reason.clone() },
                ServiceState::Loading { done, total } => QueryError::Loading { done: *done, total: *total },
                ServiceState::Off | ServiceState::Ready => QueryError::Loading { done: 0, total: 0 },
            }),
        }
    }

    fn order(&self, order: Order) -> io::Result<()> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let running = running.as_ref().ok_or_else(|| io::Error::other("it is not running"))?;
        let orders = running.orders.as_ref().ok_or_else(|| io::Error::other("it is ending"))?;
        orders.send(order).map_err(|_| io::Error::other("the feed of quads has ended"))
    }

    /// Gets a process for a query.
    async fn process(&self, number: u64) -> Result<Process, QueryError> {
        let running = {
            let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.as_ref().map(|running| (Arc::clone(&running.waiting), running.socket.clone()))
        };
        let (waiting, socket) = running.ok_or_else(|| io::Error::other("it is not running"))?;
        let connection = waiting.connection(number);
        let ended = waiting.end(number);
        match &self.source {
            QuadSource::Memory { .. } => self.order(Order::Fork(number))?,
            QuadSource::Disk(quads) => {
                let (quads, command) = (quads.clone(), self.command.clone());
                let waiting = Arc::clone(&waiting);
                let start = move || answer_from_disk(&quads, &command, &socket, number, &waiting);
                // Making a snapshot and starting a process block.
                let started = tokio::task::spawn_blocking(start).await.map_err(io::Error::other)?;
                let state = match &started {
                    Ok(()) => ServiceState::Ready,
                    Err(error) => ServiceState::Failed { reason: error.to_string() },
                };
                self.state.send_if_modified(|before| std::mem::replace(before, state.clone()) != state);
                started?;
            }
        }
        let forget = Forget { waiting, number };
        let connected = timeout(CONNECT, connection).await;
        let stream = connected.ok().and_then(Result::ok);
        let stream = stream.ok_or_else(|| io::Error::other("no process came up for the query"))?;
        stream.set_nonblocking(true)?;
        Ok(Process { stream: tokio::net::UnixStream::from_std(stream)?, ended: Some(ended), forget })
    }

    fn run(&self) -> io::Result<Running> {
        clear_leftovers(&std::env::temp_dir());
        let folder = tempfile::Builder::new().prefix(FOLDER).tempdir()?;
        let socket = folder.path().join(SOCKET);
        let listener = UnixListener::bind(&socket)?;
        let waiting = Arc::new(Waiting::default());
        let accepting = Arc::clone(&waiting);
        let listener = std::thread::Builder::new()
            .name("query-listener".to_owned())
            .spawn(move || accept(&listener, &accepting))?;
        let mut running =
            Running { orders: None, waiting, socket, feed: None, listener: Some(listener), _folder: folder };
        match &self.source {
            QuadSource::Memory { ledger, fixed } => {
                let (orders, receiver) = std_mpsc::channel();
                let feed = Feed {
                    ledger: Arc::clone(ledger),
                    fixed: fixed.clone(),
                    command: self.command.clone(),
                    socket: running.socket.clone(),
                    waiting: Arc::clone(&running.waiting),
                    state: self.state.clone(),
                    orders: receiver,
                };
                let thread = std::thread::Builder::new().name("query-feed".to_owned());
                running.feed = Some(thread.spawn(move || feed.run())?);
                running.orders = Some(orders);
            }
            QuadSource::Disk(_) => drop(self.state.send_replace(ServiceState::Ready)),
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.orders.take());
        // Ends the listener, which waits for connections.
        let goodbye = UnixStream::connect(&self.socket)
            .and_then(|mut stream| wire::write(&mut stream, Kind::Hello, &wire::GOODBYE.to_le_bytes()));
        if let Err(error) = goodbye {
            tracing::warn!(%error, "cannot end the listener for query processes");
            self.listener = None;
        }
        for thread in [self.feed.take(), self.listener.take()].into_iter().flatten() {
            if thread.join().is_err() {
                tracing::error!("a thread of the query service ended in a panic");
            }
        }
    }
}

/// Takes away the folders of programs that were killed: nobody listens in them any more.
fn clear_leftovers(all: &Path) {
    for entry in std::fs::read_dir(all).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(FOLDER) {
            continue;
        }
        let folder = entry.path();
        let heard = UnixStream::connect(folder.join(SOCKET));
        if heard.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
            && let Err(error) = std::fs::remove_dir_all(&folder)
        {
            tracing::debug!(%error, folder = %folder.display(), "a folder that is left over cannot be removed");
        }
    }
}

/// Starts a process that answers one query from a snapshot, and tells when it ends.
fn answer_from_disk(
    quads: &DiskQuads,
    command: &WorkerCommand,
    socket: &Path,
    number: u64,
    waiting: &Arc<Waiting>,
) -> io::Result<()> {
    let snapshot = quads.snapshot().map_err(io::Error::other)?;
    let mut child = command.spawn(socket, Some((number, snapshot.folder())))?;
    let waiting = Arc::clone(waiting);
    std::thread::Builder::new().name("query-wait".to_owned()).spawn(move || {
        let status = child.wait().map(|status| status.code().or(status.signal().map(|signal| -signal)));
        waiting.ended(number, status.ok().flatten().unwrap_or(-1));
        // Until here the snapshot was in use.
        drop(snapshot);
    })?;
    Ok(())
}

/// Hands connections to those who wait for them.
fn accept(listener: &UnixListener, waiting: &Waiting) {
    loop {
        let hello = listener.accept().and_then(|(mut stream, _)| {
            stream.set_read_timeout(Some(CONNECT))?;
            let hello = wire::read(&mut stream)?;
            stream.set_read_timeout(None)?;
            Ok((hello, stream))
        });
        match hello {
            Ok((Some((Kind::Hello, payload)), stream)) => match wire::read_number(&payload) {
                Ok(wire::GOODBYE) => return,
                Ok(number) => waiting.connected(number, stream),
                Err(error) => tracing::warn!(%error, "a query process with no number"),
            },
            Ok(_) => tracing::debug!("a query process connected and said nothing"),
            Err(error) => tracing::warn!(%error, "a query process could not connect"),
        }
    }
}

/// What is to be evaluated.
fn job(query: SparqlQuery, limits: QueryLimits) -> Result<Vec<u8>, QueryError> {
    let SparqlQuery { text, default_graphs, named_graphs, solutions, graph } = query;
    let names = |graphs: Vec<NamedNode>| graphs.into_iter().map(NamedNode::into_string).collect();
    let job = Job {
        text,
        default_graphs: names(default_graphs),
        named_graphs: names(named_graphs),
        solutions: solutions.map(|format| format.media_type().to_owned()),
        graph: graph.map(|format| format.media_type().to_owned()),
        rows: limits.rows,
        memory: limits.memory,
        time_ms: u64::try_from(limits.time.as_millis()).unwrap_or(u64::MAX),
    };
    serde_json::to_vec(&job).map_err(|error| QueryError::Worker { reason: error.to_string() })
}

/// Nobody waits any more when this goes.
#[derive(Debug)]
struct Forget {
    waiting: Arc<Waiting>,
    number: u64,
}

impl Drop for Forget {
    fn drop(&mut self) {
        self.waiting.forget(self.number);
    }
}

/// The process of one query. It ends when this is dropped.
#[derive(Debug)]
struct Process {
    stream: tokio::net::UnixStream,
    ended: Option<oneshot::Receiver<i32>>,
    forget: Forget,
}

type Received = io::Result<Option<(Kind, Vec<u8>)>>;

impl Process {
    async fn send(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        self.stream.write_all(&wire::head(kind, payload.len())?).await?;
        self.stream.write_all(payload).await
    }

    /// The next frame; none at the end.
    async fn receive(&mut self) -> Received {
        let mut head = [0; 5];
        match self.stream.read_exact(&mut head).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read.map(|_| ())?,
        }
        let (kind, length) = wire::read_head(head)?;
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).await?;
        Ok(Some((kind, payload)))
    }

    /// How the answer begins.
    async fn first(
        &mut self,
        first: Result<Received, tokio::time::error::Elapsed>,
        limits: QueryLimits,
    ) -> Result<Start, QueryError> {
        let Ok(first) = first else { return Err(timed_out(limits)) };
        let unreadable = |error: serde_json::Error| QueryError::Worker { reason: error.to_string() };
        match first {
            Ok(Some((Kind::Start, payload))) => serde_json::from_slice(&payload).map_err(unreadable),
            Ok(Some((Kind::End, payload))) => match serde_json::from_slice(&payload).map_err(unreadable)? {
                AnswerEnd::Failed(error) => Err(error),
                end => Err(QueryError::Worker { reason: format!("it ended before it began: {end:?}") }),
            },
            Ok(Some((kind, _))) => Err(QueryError::Worker { reason: format!("unexpected frame {kind:?}") }),
            // A process that dies with unread bytes resets the connection.
            Ok(None) | Err(_) => Err(self.why(limits).await),
        }
    }

    /// Why the process ended without saying so.
    async fn why(&mut self, limits: QueryLimits) -> QueryError {
        let status = match self.ended.take() {
            Some(ended) => timeout(NEWS, ended).await.ok().and_then(Result::ok),
            None => None,
        };
        match status {
            Some(wire::EXIT_TIME) => timed_out(limits),
            // Out of address space, it aborts; out of CPU time or of the system's memory, it is killed.
            Some(wire::EXIT_MEMORY) => QueryError::TooMuchMemory { bytes: limits.memory },
            Some(status) if status == -SIGABRT || status == -SIGSEGV => {
                QueryError::TooMuchMemory { bytes: limits.memory }
            }
            Some(status) if status == -SIGXCPU => timed_out(limits),
            Some(status) if status == -SIGKILL => QueryError::TooMuchMemory { bytes: limits.memory },
            Some(status) => QueryError::Worker { reason: format!("it ended with status {status}") },
            None => QueryError::Worker { reason: "it ended for an unknown reason".to_owned() },
        }
    }
}

const SIGABRT: i32 = nix::sys::signal::Signal::SIGABRT as i32;
const SIGSEGV: i32 = nix::sys::signal::Signal::SIGSEGV as i32;
const SIGXCPU: i32 = nix::sys::signal::Signal::SIGXCPU as i32;
const SIGKILL: i32 = nix::sys::signal::Signal::SIGKILL as i32;

fn timed_out(limits: QueryLimits) -> QueryError {
    QueryError::TimedOut { seconds: limits.time.as_secs() }
}

/// Where an answer goes.
#[derive(Debug)]
struct Outlet {
    body: mpsc::Sender<Result<Bytes, QueryError>>,
    ends: watch::Sender<AnswerEnd>,
    deadline: Instant,
    limits: QueryLimits,
    _slot: OwnedSemaphorePermit,
}

/// Hands an answer on, piece by piece, until it ends or nobody wants it any more.
async fn hand_on(mut process: Process, outlet: Outlet) {
    let end = loop {
        let frame = tokio::select! {
            () = outlet.body.closed() => return,
            frame = timeout_at(outlet.deadline, process.receive()) => frame,
        };
        match frame {
            Err(_) => break AnswerEnd::Failed(timed_out(outlet.limits)),
            Ok(Ok(Some((Kind::Data, piece)))) => {
                match timeout_at(outlet.deadline, outlet.body.send(Ok(piece.into()))).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return,
                    Err(_) => break AnswerEnd::Failed(timed_out(outlet.limits)),
                }
            }
            Ok(Ok(Some((Kind::End, payload)))) => {
                break serde_json::from_slice(&payload).unwrap_or_else(|error| {
                    AnswerEnd::Failed(QueryError::Worker { reason: error.to_string() })
                });
            }
            Ok(Ok(Some((kind, _)))) => {
                let reason = format!("unexpected frame {kind:?}");
                break AnswerEnd::Failed(QueryError::Worker { reason });
            }
            Ok(Ok(None) | Err(_)) => break AnswerEnd::Failed(process.why(outlet.limits).await),
        }
    };
    // The process is not needed any more, while a slow reader may take its time.
    let Process { stream, ended: _, forget } = process;
    drop((stream, forget));
    let Outlet { body, ends, .. } = outlet;
    let failed = if let AnswerEnd::Failed(error) = &end { Some(error.clone()) } else { None };
    ends.send_replace(end);
    if let Some(error) = failed
        && body.send(Err(error)).await.is_err()
    {
        tracing::debug!("whoever asked has gone before the query failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_which_nobody_listens_any_more_are_taken_away() {
        let all = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = all.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            folder
        };
        let (dead, alive) = (folder("moisson-query-dead"), folder("moisson-query-alive"));
        let (new, other) = (folder("moisson-query-new"), folder("other"));
        drop(UnixListener::bind(dead.join(SOCKET)).unwrap());
        drop(UnixListener::bind(other.join(SOCKET)).unwrap());
        let _listener = UnixListener::bind(alive.join(SOCKET)).unwrap();
        clear_leftovers(all.path());
        assert!(!dead.exists());
        assert!(alive.exists() && new.exists() && other.exists());
    }
}
