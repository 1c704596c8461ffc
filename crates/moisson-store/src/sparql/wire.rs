//! What this process and the query process say to each other over Unix sockets.
//!
//! A frame is a kind (one byte), a length (u32, little-endian) and that many bytes.

use std::io::{self, Read, Write};

use oxrdf::{NamedNode, Triple};
use serde::{Deserialize, Serialize};

use super::{AnswerEnd, QueryError};
use crate::codec::{self, Reader};

/// The environment variable that names the socket to connect to.
pub(crate) const SOCKET: &str = "MOISSON_QUERY_SOCKET";
/// The environment variable that names the folder with the quads, for a process that answers one query.
pub(crate) const SNAPSHOT: &str = "MOISSON_QUERY_SNAPSHOT";
/// The environment variable with the number of the query, for a process that answers one query.
pub(crate) const NUMBER: &str = "MOISSON_QUERY_NUMBER";
/// The longest frame that is believed, in bytes.
const MAX_FRAME: usize = 1 << 30;
/// The number by which the process that holds the quads introduces itself; queries have others.
pub(crate) const HOLDER: u64 = 0;
/// The number by which this process wakes its own listener to end it.
pub(crate) const GOODBYE: u64 = u64::MAX;
/// How a query process ends when it takes more memory than allowed.
pub(crate) const EXIT_MEMORY: i32 = 70;
/// How a query process ends when it takes more time than allowed.
pub(crate) const EXIT_TIME: i32 = 71;

/// What a frame is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// First on every connection, from the query process: who it is (u64).
    Hello = 1,
    /// To the holder: forget all quads.
    Clear = 2,
    /// To the holder: a graph consists of these triples.
    Graph = 3,
    /// To the holder: these triples are in a graph.
    Add = 4,
    /// To the holder: these triples are not in a graph.
    Remove = 5,
    /// To the holder: fork for the query of this number (u64).
    Fork = 6,
    /// To the holder: what do you have? From the holder: this (two u64 and a u128).
    Digest = 7,
    /// From the holder: the process of this query (u64) ended so (i32: exit code, or minus the signal).
    Ended = 8,
    /// To a query process: a [`Job`].
    Job = 9,
    /// From a query process: the answer begins, a [`Start`].
    Start = 10,
    /// From a query process: bytes of the answer.
    Data = 11,
    /// From a query process: an [`AnswerEnd`].
    End = 12,
}

impl Kind {
    pub(crate) fn of(byte: u8) -> io::Result<Self> {
        const ALL: [Kind; 12] = [
            Kind::Hello,
            Kind::Clear,
            Kind::Graph,
            Kind::Add,
            Kind::Remove,
            Kind::Fork,
            Kind::Digest,
            Kind::Ended,
            Kind::Job,
            Kind::Start,
            Kind::Data,
            Kind::End,
        ];
        ALL.into_iter()
            .find(|kind| *kind as u8 == byte)
            .ok_or_else(|| io::Error::other(format!("unknown kind of frame {byte}")))
    }
}

/// A query, ready to be evaluated.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) text: String,
    pub(crate) default_graphs: Vec<String>,
    pub(crate) named_graphs: Vec<String>,
    /// Media types.
    pub(crate) solutions: Option<String>,
    pub(crate) graph: Option<String>,
    pub(crate) rows: u64,
    pub(crate) memory: u64,
    pub(crate) time_ms: u64,
}

/// How an answer begins, when it does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Start {
    pub(crate) content_type: String,
    /// How it ends, where that is known already.
    pub(crate) end: Option<AnswerEnd>,
}

/// The head of a frame.
pub(crate) fn head(kind: Kind, length: usize) -> io::Result<[u8; 5]> {
    let length = u32::try_from(length).map_err(io::Error::other)?;
    let [a, b, c, d] = length.to_le_bytes();
    Ok([kind as u8, a, b, c, d])
}

/// Reads the head of a frame.
pub(crate) fn read_head(head: [u8; 5]) -> io::Result<(Kind, usize)> {
    let [kind, length @ ..] = head;
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?;
    if length > MAX_FRAME {
        return Err(io::Error::other(format!("a frame of {length} bytes")));
    }
    Ok((Kind::of(kind)?, length))
}

/// Writes a frame.
pub(crate) fn write(to: &mut impl Write, kind: Kind, payload: &[u8]) -> io::Result<()> {
    to.write_all(&head(kind, payload.len())?)?;
    to.write_all(payload)
}

/// Writes a frame of JSON.
pub(crate) fn write_json(to: &mut impl Write, kind: Kind, payload: &impl Serialize) -> io::Result<()> {
    write(to, kind, &serde_json::to_vec(payload)?)
}

/// Reads a frame; none at the end.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<(Kind, Vec<u8>)>> {
    let mut head = [0; 5];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let (kind, length) = read_head(head)?;
    let mut payload = vec![0; length];
    from.read_exact(&mut payload)?;
    Ok(Some((kind, payload)))
}

/// A number as payload.
pub(crate) fn read_number(payload: &[u8]) -> io::Result<u64> {
    let bytes = payload.try_into().map_err(|_| io::Error::other("not a number"))?;
    Ok(u64::from_le_bytes(bytes))
}

/// A graph and triples as payload.
pub(crate) fn graph<'a>(graph: &NamedNode, triples: impl ExactSizeIterator<Item = &'a Triple>) -> Vec<u8> {
    let mut payload = Vec::with_capacity(64 + triples.len() * 96);
    codec::section(&mut payload, graph.as_str().as_bytes());
    codec::triples(&mut payload, triples);
    payload
}

/// Undoes [`graph`].
pub(crate) fn read_graph(payload: &[u8]) -> io::Result<(NamedNode, Vec<Triple>)> {
    let mut reader = Reader::new(payload);
    let parsed = reader.named_node().and_then(|graph| Some((graph, reader.triples()?)));
    parsed.ok_or_else(|| io::Error::other("no graph with triples"))
}

/// A number and how its process ended, as payload.
pub(crate) fn ended(number: u64, status: i32) -> Vec<u8> {
    [number.to_le_bytes().as_slice(), status.to_le_bytes().as_slice()].concat()
}

/// Undoes [`ended`].
pub(crate) fn read_ended(payload: &[u8]) -> io::Result<(u64, i32)> {
    let parsed = payload.split_first_chunk::<8>().and_then(|(number, status)| {
        Some((u64::from_le_bytes(*number), i32::from_le_bytes(status.try_into().ok()?)))
    });
    parsed.ok_or_else(|| io::Error::other("no number with a status"))
}

impl From<io::Error> for QueryError {
    fn from(error: io::Error) -> Self {
        Self::Worker { reason: error.to_string() }
    }
}
