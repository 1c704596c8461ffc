//! [SPARQL 1.1](https://www.w3.org/TR/sparql11-query/) queries, evaluated outside this process.

pub(crate) mod feed;
mod gate;
mod service;
pub(crate) mod wire;

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;
use oxrdf::NamedNode;
use oxrdfio::RdfFormat;
use serde::{Deserialize, Serialize};
use sparesults::QueryResultsFormat;
use tokio::sync::{mpsc, watch};

pub use crate::worker::MAX_PATTERNS;
pub use gate::{MAX_CHAIN, MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES};
pub(crate) use service::QuadSource;
pub use service::{QueryService, ServiceState, WorkerCommand};

/// A query and the forms in which its answer is welcome.
#[derive(Debug, Clone)]
pub struct SparqlQuery {
    /// The query.
    pub text: String,
    /// `default-graph-uri` of the protocol; with `named_graphs` takes the place of the query's own `FROM`.
    pub default_graphs: Vec<NamedNode>,
    /// `named-graph-uri` of the protocol.
    pub named_graphs: Vec<NamedNode>,
    /// The form for `SELECT` and `ASK`; none if none is acceptable. `ASK` has no CSV or TSV and is then
    /// answered with `true` or `false` as one line of text.
    pub solutions: Option<QueryResultsFormat>,
    /// The form for `CONSTRUCT` and `DESCRIBE`; none if none is acceptable.
    pub graph: Option<RdfFormat>,
}

/// What one query may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryLimits {
    /// Wall-clock time, from the moment that it gets its turn.
    pub time: Duration,
    /// Memory beyond the data itself, in bytes.
    pub memory: u64,
    /// Solutions or triples; the answer is cut there and says so.
    pub rows: u64,
    /// How long to wait for a turn when as many queries as may be are under way.
    pub turn: Duration,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self { time: Duration::from_secs(30), memory: 1 << 30, rows: 100_000, turn: Duration::from_secs(10) }
    }
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerEnd {
    /// Still under way.
    Open,
    /// All of it was sent.
    Complete {
        /// Solutions or triples; 1 for `ASK`.
        rows: u64,
    },
    /// There would have been more.
    Cut {
        /// Solutions or triples sent.
        rows: u64,
    },
    /// It broke off: the stream ends with this error.
    Failed(QueryError),
}

/// An answer under way. Dropping it ends the query.
#[derive(Debug)]
pub struct QueryAnswer {
    /// The media type of the body.
    pub content_type: String,
    /// How it ends. Small answers have ended before this is handed out, so that a header can tell.
    pub end: watch::Receiver<AnswerEnd>,
    /// The body, in pieces. An error is the last piece.
    pub body: mpsc::Receiver<Result<Bytes, QueryError>>,
}

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// It is not SPARQL.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// The line, from 1.
        line: u64,
        /// The column in characters, from 1.
        column: u64,
        /// What the parser expected.
        message: String,
    },
    /// It is longer, deeper or wider than is allowed.
    #[error("the query has {found} {what}, the limit is {limit}; split it, or ask for less at once")]
    TooComplex {
        /// What there is too much of.
        what: Cow<'static, str>,
        /// How much.
        found: u64,
        /// How much is allowed.
        limit: u64,
    },
    /// It asks for something that is not done here.
    #[error("{what} is not allowed here; {advice}")]
    Refused {
        /// What was asked for.
        what: String,
        /// What to do.
        advice: Cow<'static, str>,
    },
    /// The answer exists in no form that is welcome.
    #[error("a query of this form is answered in {offered} only; ask for one of these")]
    NotAcceptable {
        /// The forms that exist.
        offered: Cow<'static, str>,
    },
    /// It took too long.
    #[error("the query was stopped after {seconds} s; make it more selective, or add a LIMIT")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// It took too much memory.
    #[error(
        "the query was stopped since it needed more than {bytes} bytes of memory; make it more selective, or sort and group less"
    )]
    TooMuchMemory {
        /// The limit.
        bytes: u64,
    },
    /// The quads are still being loaded.
    #[error("the data is still being loaded, {done} of {total} records so far; try again in a moment")]
    Loading {
        /// Records loaded.
        done: u64,
        /// Records in all.
        total: u64,
    },
    /// Too many queries are under way.
    #[error("{limit} queries are under way already; try again in a moment")]
    TooBusy {
        /// How many may be.
        limit: usize,
    },
    /// It cannot be evaluated.
    #[error("the query cannot be evaluated: {message}")]
    Evaluation {
        /// Why.
        message: String,
    },
    /// The process that evaluates queries failed.
    #[error("the query process failed: {reason}; try again")]
    Worker {
        /// What is known.
        reason: String,
    },
}
