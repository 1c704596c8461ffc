//! Keeps the process that holds the quads running, filled and up to date.

use std::{
    collections::HashMap,
    io::{self, BufReader, BufWriter, Write},
    os::unix::net::UnixStream,
    process::Child,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use oxrdf::{NamedNode, Triple};
use tokio::sync::{oneshot, watch};

use super::{
    service::{ServiceState, WorkerCommand},
    wire::{self, Kind},
};
use crate::{Delta, Generation, StoreError, fixed::Fixed, ledger::Ledger, quads::Digest};

/// How long a process may take to connect.
const CONNECT: Duration = Duration::from_secs(20);
/// How long to wait before a process that failed is started again; doubled up to a minute.
const BACK_OFF: Duration = Duration::from_millis(250);
/// How long the holder may lag behind the ledger while nobody asks anything.
const LAG: Duration = Duration::from_millis(500);

/// What the feed is asked to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// The ledger has moved on.
    Follow,
    /// Fork for the query of this number, once the holder is up to date.
    Fork(u64),
    /// These graphs are others now.
    Renew(Vec<(NamedNode, Vec<Triple>)>),
    /// Say what the holder has, once it is up to date.
    Digest(mpsc::SyncSender<(Generation, Digest)>),
}

/// Who waits for a connection, and for the end of a process.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    connections: Mutex<HashMap<u64, Connection>>,
    ends: Mutex<HashMap<u64, oneshot::Sender<i32>>>,
}

#[derive(Debug)]
enum Connection {
    Query(oneshot::Sender<UnixStream>),
    Holder(mpsc::SyncSender<UnixStream>),
}

impl Waiting {
    /// Waits for the process of a query to connect.
    pub(crate) fn connection(&self, number: u64) -> oneshot::Receiver<UnixStream> {
        let (sender, receiver) = oneshot::channel();
        lock(&self.connections).insert(number, Connection::Query(sender));
        receiver
    }

    /// Waits for the process of a query to end.
    pub(crate) fn end(&self, number: u64) -> oneshot::Receiver<i32> {
        let (sender, receiver) = oneshot::channel();
        lock(&self.ends).insert(number, sender);
        receiver
    }

    /// Nobody waits for this query any more.
    pub(crate) fn forget(&self, number: u64) {
        lock(&self.connections).remove(&number);
        lock(&self.ends).remove(&number);
    }

    /// A process has connected.
    pub(crate) fn connected(&self, number: u64, stream: UnixStream) {
        let taken = match lock(&self.connections).remove(&number) {
            Some(Connection::Query(sender)) => sender.send(stream).is_ok(),
            Some(Connection::Holder(sender)) => sender.try_send(stream).is_ok(),
            None => false,
        };
        if !taken {
            // The connection is closed by that, which ends the process.
            tracing::debug!(number, "nobody waits for this query process any more");
        }
    }

    /// The process of a query has ended.
    pub(crate) fn ended(&self, number: u64, status: i32) {
        let wanted = lock(&self.ends).remove(&number).is_some_and(|sender| sender.send(status).is_ok());
        tracing::debug!(number, status, wanted, "a query process has ended");
    }

    /// The holder has died, and what it would have forked will not come.
    fn abandon(&self) {
        lock(&self.connections).clear();
        lock(&self.ends).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everything that feeding needs.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) fixed: Fixed,
    pub(crate) command: WorkerCommand,
    pub(crate) socket: std::path::PathBuf,
    pub(crate) waiting: Arc<Waiting>,
    pub(crate) state: watch::Sender<ServiceState>,
    pub(crate) orders: mpsc::Receiver<Order>,
}

impl Feed {
    /// Runs until nobody can give orders any more.
    pub(crate) fn run(self) {
        let mut pause = BACK_OFF;
        loop {
            match self.serve() {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(%error, "the process that holds the quads failed; it is started again");
                    self.state.send_replace(ServiceState::Failed { reason: error.to_string() });
                }
            }
            self.waiting.abandon();
            // Orders that come meanwhile fail at once, rather than wait for nothing.
            match self.orders.recv_timeout(pause) {
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(Order::Fork(number)) => self.waiting.forget(number),
                Ok(Order::Follow | Order::Renew(_) | Order::Digest(_)) | Err(RecvTimeoutError::Timeout) => {}
            }
            pause = (pause * 2).min(Duration::from_mins(1));
        }
    }

    /// One life of the holder.
    fn serve(&self) -> Result<(), FeedError> {
        let mut holder = self.start()?;
        let mut at = self.load(&mut holder)?;
        self.state.send_replace(ServiceState::Ready);
        loop {
            let order = match self.orders.recv() {
                Ok(order) => order,
                Err(mpsc::RecvError) => return Ok(()),
            };
            if let Order::Follow = order {
                // Many small changes are sent together; whoever asks before gets them at once.
                match self.orders.recv_timeout(LAG) {
                    Err(RecvTimeoutError::Timeout) | Ok(Order::Follow) => {
                        at = self.follow(&mut holder, at)?;
                    }
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                    Ok(order) => at = self.obey(&mut holder, at, order)?,
                }
            } else {
                at = self.obey(&mut holder, at, order)?;
            }
        }
    }

    fn obey(&self, holder: &mut Holder, at: Generation, order: Order) -> Result<Generation, FeedError> {
        let at = self.follow(holder, at)?;
        match order {
            Order::Follow => {}
            Order::Renew(graphs) => {
                for (graph, triples) in &graphs {
                    holder.send(Kind::Graph, &wire::graph(graph, triples.iter()))?;
                }
            }
            Order::Fork(number) => holder.send(Kind::Fork, &number.to_le_bytes())?,
            Order::Digest(reply) => {
                holder.send(Kind::Digest, &[])?;
                holder.to.flush()?;
                let digest = holder.digests.recv().map_err(|_| FeedError::Gone)?;
                if reply.try_send((at, digest)).is_err() {
                    tracing::debug!("whoever asked for a digest has gone");
                }
            }
        }
        holder.to.flush()?;
        Ok(at)
    }

    /// Starts the process and waits for it to connect.
    fn start(&self) -> Result<Holder, FeedError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        lock(&self.waiting.connections).insert(wire::HOLDER, Connection::Holder(sender));
        let child = self.command.spawn(&self.socket, None)?;
        let process = Process(child);
        let stream = receiver.recv_timeout(CONNECT).map_err(|_| FeedError::Silent)?;
        let (sender, digests) = mpsc::sync_channel(1);
        let from = stream.try_clone()?;
        let waiting = Arc::clone(&self.waiting);
        std::thread::Builder::new().name("query-holder".to_owned()).spawn(move || {
            if let Err(error) = listen(from, &waiting, &sender) {
                tracing::debug!(%error, "the holder's connection ended");
            }
        })?;
        Ok(Holder { to: BufWriter::with_capacity(1 << 18, stream), digests, _process: process })
    }

    /// Sends all that there is.
    fn load(&self, holder: &mut Holder) -> Result<Generation, FeedError> {
        let total = self.ledger.counts()?.records();
        self.state.send_replace(ServiceState::Loading { done: 0, total });
        holder.send(Kind::Clear, &[])?;
        for (graph, triples) in self.fixed.now().iter() {
            holder.send(Kind::Graph, &wire::graph(graph, triples.iter()))?;
        }
        let mut failed = None;
        let at = self.ledger.everything(&mut |delta, done| {
            self.state.send_replace(ServiceState::Loading { done, total });
            holder.apply(&delta).map_err(|error| {
                failed = Some(error);
                StoreError::Behind
            })
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        let at = self.follow(holder, at?)?;
        holder.to.flush()?;
        Ok(at)
    }

    /// Sends what the ledger has after `at`.
    fn follow(&self, holder: &mut Holder, mut at: Generation) -> Result<Generation, FeedError> {
        while at < self.ledger.generation()? {
            let Some(delta) = self.ledger.delta_since(at)? else { return self.load(holder) };
            holder.apply(&delta)?;
            at = delta.generation;
        }
        holder.to.flush()?;
        Ok(at)
    }
}

/// Takes what the holder says.
fn listen(from: UnixStream, waiting: &Waiting, digests: &mpsc::SyncSender<Digest>) -> io::Result<()> {
    let mut from = BufReader::new(from);
    while let Some((kind, payload)) = wire::read(&mut from)? {
        match kind {
            Kind::Ended => {
                let (number, status) = wire::read_ended(&payload)?;
                waiting.ended(number, status);
            }
            Kind::Digest => {
                let parts = payload.split_first_chunk::<8>().and_then(|(quads, sum)| {
                    let sum = u128::from_le_bytes(sum.try_into().ok()?);
                    Some(Digest { quads: u64::from_le_bytes(*quads), sum })
                });
                let digest = parts.ok_or_else(|| io::Error::other("no digest"))?;
                if digests.send(digest).is_err() {
                    return Ok(());
                }
            }
            kind => return Err(io::Error::other(format!("unexpected frame {kind:?}"))),
        }
    }
    Ok(())
}

/// The process that holds the quads, and the way to it.
#[derive(Debug)]
struct Holder {
    to: BufWriter<UnixStream>,
    digests: mpsc::Receiver<Digest>,
    _process: Process,
}

impl Holder {
    fn send(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        wire::write(&mut self.to, kind, payload)
    }

    fn apply(&mut self, delta: &Delta) -> io::Result<()> {
        for graph in &delta.dropped {
            self.send(Kind::Graph, &wire::graph(graph, std::iter::empty()))?;
        }
        for record in &delta.records {
            let (triples, report) = match &record.now {
                Some(now) => (now.triples.as_slice(), now.report.triples.as_slice()),
                None => (&[][..], &[][..]),
            };
            self.send(Kind::Graph, &wire::graph(&record.graph, triples.iter()))?;
            self.send(Kind::Graph, &wire::graph(&record.report_graph, report.iter()))?;
        }
        for group in delta.shared.chunk_by(|a, b| (a.present, &a.graph) == (b.present, &b.graph)) {
            if let Some(first) = group.first() {
                let kind = if first.present { Kind::Add } else { Kind::Remove };
                let triples = group.iter().map(|shared| &shared.triple);
                self.send(kind, &wire::graph(&first.graph, triples))?;
            }
        }
        Ok(())
    }
}

/// A process that does not outlive this value.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill, and waiting gives its status at once.
        let killed = self.0.kill();
        match self.0.wait() {
            Ok(status) => tracing::debug!(%status, ?killed, "the process that held the quads has ended"),
            Err(error) => tracing::warn!(%error, "cannot wait for the process that held the quads"),
        }
    }
}

/// Why the holder does not work.
#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("it did not connect within {} s", CONNECT.as_secs())]
    Silent,
    #[error("it ended without a word")]
    Gone,
}
