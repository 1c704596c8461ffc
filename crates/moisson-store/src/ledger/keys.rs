//! Where things stand in the ledger. One ordered map; the first byte tells what it is.
//!
//! | key | value |
//! | --- | --- |
//! | `r/SOURCE␀ID` | [head](super::head::Head) of a record |
//! | `c/SOURCE␀ID` | its [content](super::content) |
//! | `w/SOURCE␀ID` | its raw bytes |
//! | `h/SOURCE␀ID` | its history |
//! | `i/HASH` | the record with this IRI |
//! | `s/GRAPH␀SUBJECT TRIPLE` | a shared triple and how many records say it |
//! | `g/NUMBER` | what the generation of that number touched |
//! | `n/SOURCE` | counts of a source |
//! | `t/SOURCE` | its state |
//! | `k/SOURCE` | checkpoint of its unfinished run |
//! | `e/SOURCE␀NUMBER` | ids seen by that run |
//! | `a/SOURCE␀REQUEST` | what is remembered of a request |
//! | `u/SOURCE␀RUN` | report of a run |
//! | `y/SOURCE␀RUN` | the graph of that run: its name, and the shared triples that it says |
//! | `b/SOURCE␀RUN␀NUMBER` | a record that this run set aside |
//! | `o/AREA␀KEY` | a [note](crate::Note) of the program itself |
//! | `l/SOURCE␀ID` | what of a record is [compared](moisson_dcat::same) with others, and the numbers of the blocks in which it meets them |
//! | `x/…` | blocks, in ledgers of earlier versions; they go when copies are looked for anew |
//! | `p/SOURCE␀ID` | the group of copies that this record is the authoritative one of |
//! | `q/SOURCE␀ID` | the authoritative copy of the group that this record is in |
//! | `m/NAME` | format, generation (of anything, and of records), counts of shared triples |

use oxrdf::{NamedNode, Triple};
use sha2::{Digest, Sha256};

use crate::{Generation, RecordKey, RequestHash, RunId, codec};

pub(crate) const RECORD: &str = "r/";
pub(crate) const CONTENT: &str = "c/";
pub(crate) const RAW: &str = "w/";
pub(crate) const HISTORY: &str = "h/";
pub(crate) const SHARED: &str = "s/";
pub(crate) const LOG: &str = "g/";
pub(crate) const COUNTS: &str = "n/";
pub(crate) const STATE: &str = "t/";
pub(crate) const CHECKPOINT: &str = "k/";
pub(crate) const SEEN: &str = "e/";
pub(crate) const READING: &str = "a/";
pub(crate) const RUN: &str = "u/";
pub(crate) const RUN_GRAPH: &str = "y/";
pub(crate) const BROKEN: &str = "b/";
pub(crate) const NOTE: &str = "o/";
pub(crate) const COMPARED: &str = "l/";
pub(crate) const BLOCK: &str = "x/";
pub(crate) const GROUP: &str = "p/";
pub(crate) const COPY_OF: &str = "q/";
pub(crate) const COPIES: &[u8] = b"m/copies";
pub(crate) const FORMAT: &[u8] = b"m/format";
pub(crate) const GENERATION: &[u8] = b"m/generation";
pub(crate) const RECORDS_GENERATION: &[u8] = b"m/records";
pub(crate) const SHARED_COUNT: &[u8] = b"m/shared";

/// A key of a record under one of the prefixes above.
pub(crate) fn record(prefix: &str, key: &RecordKey) -> Vec<u8> {
    let mut bytes = within(prefix, &key.source);
    bytes.extend_from_slice(key.id.as_bytes());
    bytes
}

/// What all keys of a source under a prefix begin with.
pub(crate) fn within(prefix: &str, source: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(prefix.len() + source.len() + 48);
    bytes.extend_from_slice(prefix.as_bytes());
    bytes.extend_from_slice(source.as_bytes());
    bytes.push(0);
    bytes
}

/// Undoes [`record`] for a key without its prefix.
pub(crate) fn read_record(bytes: &[u8]) -> Option<RecordKey> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    let (source, id) = bytes.split_at_checked(at)?;
    Some(RecordKey::new(std::str::from_utf8(source).ok()?, std::str::from_utf8(id.get(1..)?).ok()?))
}

/// A key of a source alone.
pub(crate) fn source(prefix: &str, source: &str) -> Vec<u8> {
    format!("{prefix}{source}").into_bytes()
}

/// Where the record with this IRI is named.
pub(crate) fn iri(iri: &str) -> Vec<u8> {
    let mut bytes = b"i/".to_vec();
    bytes.extend(Sha256::digest(iri.as_bytes()).into_iter().take(16));
    bytes
}

/// A shared triple.
pub(crate) fn shared(graph: &NamedNode, triple: &Triple) -> Vec<u8> {
    let mut bytes = shared_about(graph, &triple.subject.to_string());
    let mut encoded = Vec::with_capacity(128);
    codec::triples(&mut encoded, std::iter::once(triple));
    bytes.extend(Sha256::digest(&encoded).into_iter().take(16));
    bytes
}

/// What the keys of a graph's triples with this subject (in N-Triples) begin with.
pub(crate) fn shared_about(graph: &NamedNode, subject: &str) -> Vec<u8> {
    let mut bytes = within(SHARED, graph.as_str());
    bytes.extend(Sha256::digest(subject.as_bytes()).into_iter().take(8));
    bytes
}

/// The graph of a shared triple's key without its prefix.
pub(crate) fn read_shared(bytes: &[u8]) -> Option<NamedNode> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    std::str::from_utf8(bytes.get(..at)?).ok().map(NamedNode::new_unchecked)
}

/// What a generation touched.
pub(crate) fn log(generation: Generation) -> Vec<u8> {
    numbered(LOG.as_bytes().to_vec(), generation.0)
}

/// What is remembered of a request.
pub(crate) fn reading(source: &str, request: &RequestHash) -> Vec<u8> {
    let mut bytes = within(READING, source);
    bytes.extend_from_slice(&request.0);
    bytes
}

/// The report of a run.
pub(crate) fn run(source: &str, run: &RunId) -> Vec<u8> {
    of_run(RUN, source, run)
}

/// The graph of a run.
pub(crate) fn run_graph(source: &str, run: &RunId) -> Vec<u8> {
    of_run(RUN_GRAPH, source, run)
}

/// What the keys of the records that a run set aside begin with.
pub(crate) fn broken(source: &str, run: &RunId) -> Vec<u8> {
    let mut bytes = of_run(BROKEN, source, run);
    bytes.push(0);
    bytes
}

fn of_run(prefix: &str, source: &str, run: &RunId) -> Vec<u8> {
    let mut bytes = within(prefix, source);
    bytes.extend_from_slice(run.0.as_bytes());
    bytes
}

/// A note.
pub(crate) fn note(area: &str, key: &str) -> Vec<u8> {
    let mut bytes = within(NOTE, area);
    bytes.extend_from_slice(key.as_bytes());
    bytes
}

/// Appends a number such that the order of keys is that of numbers.
pub(crate) fn numbered(mut prefix: Vec<u8>, number: u64) -> Vec<u8> {
    prefix.extend_from_slice(&number.to_be_bytes());
    prefix
}
