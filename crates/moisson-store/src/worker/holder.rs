//! The holder: has the quads in memory, follows their changes, forks for each query.

use std::{
    collections::HashMap,
    io::{self, BufReader, Read},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use super::{Quads, answer_one, connect};
use crate::{
    quads::{Digest, Shelf},
    sparql::wire::{self, Kind},
};
use fork::{Fork, WEXITSTATUS, WIFEXITED, WTERMSIG};

/// How often ended queries are looked for while nothing else happens.
const INTERVAL: Duration = Duration::from_millis(20);

/// Follows the server until it ends the connection.
pub(super) fn run(socket: &Path) -> io::Result<()> {
    let control = connect(socket, wire::HOLDER)?;
    control.set_read_timeout(Some(INTERVAL))?;
    let children = Children { control: control.try_clone()?, running: HashMap::new() };
    let mut control = BufReader::with_capacity(1 << 18, Patient { control, children });
    let mut shelf = Shelf::default();
    while let Some((kind, payload)) = wire::read(&mut control)? {
        match kind {
            Kind::Clear => shelf.clear(),
            Kind::Graph => {
                let (graph, triples) = wire::read_graph(&payload)?;
                shelf.set_graph(&graph, &triples);
            }
            Kind::Add | Kind::Remove => {
                let (graph, triples) = wire::read_graph(&payload)?;
                shelf.change(&graph, &triples, kind == Kind::Add);
            }
            Kind::Digest => {
                let Digest { quads, sum } = shelf.digest();
                let payload = [quads.to_le_bytes().as_slice(), &sum.to_le_bytes()].concat();
                wire::write(&mut control.get_mut().children.control, Kind::Digest, &payload)?;
            }
            Kind::Fork => {
                let number = wire::read_number(&payload)?;
                shelf.settle();
                match fork::fork() {
                    Ok(Fork::Parent(child)) => {
                        control.get_mut().children.running.insert(child, number);
                    }
                    // In the child: the holder's connections are closed, and the quads are as they were.
                    Ok(Fork::Child) => {
                        drop(control);
                        leave(
                            &connect(socket, number)
                                .and_then(|stream| answer_one(Quads::Memory(&shelf), stream)),
                        )
                    }
                    Err(error) => {
                        tracing::error!(%error, "cannot fork for a query");
                        control.get_mut().children.tell(number, -1)?;
                    }
                }
            }
            kind => return Err(io::Error::other(format!("unexpected frame {kind:?}"))),
        }
    }
    Ok(())
}

/// Ends the process without giving back the memory piece by piece, which would copy all that is shared.
#[expect(clippy::exit, reason = "destructors would touch every page that is shared with the holder")]
fn leave(result: &io::Result<()>) -> ! {
    std::process::exit(i32::from(result.is_err()))
}

/// The processes of queries under way.
struct Children {
    control: UnixStream,
    running: HashMap<i32, u64>,
}

impl Children {
    /// Tells the server of those that have ended.
    fn reap(&mut self) -> io::Result<()> {
        while !self.running.is_empty() {
            let Some((child, status)) = fork::wait_any_nohang()? else { break };
            let status = if WIFEXITED(status) { WEXITSTATUS(status) } else { -WTERMSIG(status) };
            if let Some(number) = self.running.remove(&child) {
                self.tell(number, status)?;
            }
        }
        Ok(())
    }

    fn tell(&mut self, number: u64, status: i32) -> io::Result<()> {
        wire::write(&mut self.control, Kind::Ended, &wire::ended(number, status))
    }
}

/// Reads what the server sends, and looks after the children while it sends nothing.
struct Patient {
    control: UnixStream,
    children: Children,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.children.reap()?;
            match self.control.read(buffer) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                }
                read => return read,
            }
        }
    }
}
