//! Evaluates one query and sends the answer.

use std::io::{self, Write};

use moisson_dcat::serialise::PREFIXES;
use oxigraph::sparql::{
    QueryEvaluationError, QueryResults, QuerySolutionIter, QueryTripleIter, SparqlEvaluator,
};
use oxrdf::{GraphName, NamedNode};
use oxrdfio::{RdfFormat, RdfSerializer};
use sparesults::{QueryResultsFormat, QueryResultsSerializer};
use spargebra::{Query, SparqlParser};

use super::{
    Quads,
    measure::{self, MAX_PATTERNS},
};
use crate::{
    quads::View,
    sparql::{
        AnswerEnd, QueryError,
        wire::{self, Job, Kind, Start},
    },
};

/// Pieces of about this many bytes are sent.
const PIECE: usize = 64 << 10;

/// Answers a job. What is wrong with the query is sent; an error here means that nothing can be sent.
pub(super) fn answer(quads: Quads<'_>, job: &Job, to: impl Write) -> io::Result<()> {
    let mut body =
        Body { to, pieces: Vec::with_capacity(PIECE * 2), content_type: String::new(), begun: false };
    let end = match evaluate(quads, job, &mut body) {
        Ok(end) => end,
        Err(Trouble::Query(error)) => AnswerEnd::Failed(error),
        Err(Trouble::Connection(error)) => return Err(error),
    };
    body.finish(&end)
}

/// What can go wrong.
enum Trouble {
    /// To be told.
    Query(QueryError),
    /// Nobody can be told.
    Connection(io::Error),
}

impl From<QueryError> for Trouble {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Connection(error)
    }
}

impl From<QueryEvaluationError> for Trouble {
    fn from(error: QueryEvaluationError) -> Self {
        Self::Query(QueryError::Evaluation { message: error.to_string() })
    }
}

fn evaluate<W: Write>(quads: Quads<'_>, job: &Job, body: &mut Body<W>) -> Result<AnswerEnd, Trouble> {
    let query = SparqlParser::new().parse_query(&job.text).map_err(|error| syntax(&error.to_string()))?;
    let patterns = measure::patterns(&query);
    if patterns > MAX_PATTERNS {
        let (found, limit) = (patterns as u64, MAX_PATTERNS as u64);
        return Err(QueryError::TooComplex { what: "triple patterns".into(), found, limit }.into());
    }
    let form = form(&query, job)?;
    let mut prepared = SparqlEvaluator::new().for_query(query);
    let dataset = prepared.dataset_mut();
    if !job.default_graphs.is_empty() || !job.named_graphs.is_empty() {
        let names =
            |names: &[String]| -> Vec<NamedNode> { names.iter().map(NamedNode::new_unchecked).collect() };
        dataset.set_default_graph(names(&job.default_graphs).into_iter().map(GraphName::from).collect());
        dataset.set_available_named_graphs(names(&job.named_graphs).into_iter().map(Into::into).collect());
    } else if dataset.is_default_dataset() {
        dataset.set_default_graph_as_union();
    }
    let results = match quads {
        Quads::Memory(shelf) => prepared.on_queryable_dataset(View::new(shelf)).execute()?,
        Quads::Disk(store) => prepared.on_store(store).execute()?,
    };
    match (results, form) {
        (QueryResults::Boolean(value), Form::Solutions(format)) => {
            format.media_type().clone_into(&mut body.content_type);
            QueryResultsSerializer::from_format(format).serialize_boolean_to_writer(body, value)?;
            Ok(AnswerEnd::Complete { rows: 1 })
        }
        (QueryResults::Solutions(found), Form::Solutions(format)) => solutions(found, format, job.rows, body),
        (QueryResults::Graph(found), Form::Graph(format)) => triples(found, format, job.rows, body),
        (_, Form::Solutions(_) | Form::Graph(_)) => {
            Err(QueryError::Evaluation { message: "the answer is not of the form of the query".into() }
                .into())
        }
    }
}

/// What the answer is written in.
#[derive(Debug, Clone, Copy)]
enum Form {
    Solutions(QueryResultsFormat),
    Graph(RdfFormat),
}

/// The form for this query, if there is one that is welcome.
fn form(query: &Query, job: &Job) -> Result<Form, QueryError> {
    let (form, offered) = match query {
        Query::Construct { .. } | Query::Describe { .. } => (
            job.graph.as_deref().and_then(RdfFormat::from_media_type).map(Form::Graph),
            "Turtle, N-Triples, RDF/XML, JSON-LD, TriG, N-Quads and N3",
        ),
        Query::Select { .. } | Query::Ask { .. } => (
            job.solutions.as_deref().and_then(QueryResultsFormat::from_media_type).map(Form::Solutions),
            "SPARQL results in JSON, XML, CSV and TSV",
        ),
    };
    form.ok_or(QueryError::NotAcceptable { offered: offered.into() })
}

fn solutions<W: Write>(
    found: QuerySolutionIter<'_>,
    format: QueryResultsFormat,
    limit: u64,
    body: &mut Body<W>,
) -> Result<AnswerEnd, Trouble> {
    format.media_type().clone_into(&mut body.content_type);
    let variables = found.variables().to_vec();
    let serializer = QueryResultsSerializer::from_format(format);
    let mut serializer = serializer.serialize_solutions_to_writer(&mut *body, variables)?;
    let mut rows = 0;
    for solution in found {
        if rows == limit {
            serializer.finish()?;
            body.say_cut_solutions(format, rows)?;
            return Ok(AnswerEnd::Cut { rows });
        }
        serializer.serialize(&solution?)?;
        rows += 1;
    }
    serializer.finish()?;
    Ok(AnswerEnd::Complete { rows })
}

fn triples<W: Write>(
    found: QueryTripleIter<'_>,
    format: RdfFormat,
    limit: u64,
    body: &mut Body<W>,
) -> Result<AnswerEnd, Trouble> {
    format.media_type().clone_into(&mut body.content_type);
    let serializer =
        PREFIXES.iter().fold(RdfSerializer::from_format(format), |serializer, (prefix, namespace)| {
            // The prefixes are constants of valid IRIs.
            serializer.clone().with_prefix(*prefix, *namespace).unwrap_or(serializer)
        });
    let mut serializer = serializer.for_writer(&mut *body);
    let mut rows = 0;
    for triple in found {
        if rows == limit {
            serializer.finish()?;
            body.say_cut_graph(format, rows)?;
            return Ok(AnswerEnd::Cut { rows });
        }
        serializer.serialize_triple(&triple?)?;
        rows += 1;
    }
    serializer.finish()?;
    Ok(AnswerEnd::Complete { rows })
}

/// What the parser says, taken apart: `error at 1:8: expected …`.
fn syntax(message: &str) -> QueryError {
    let parsed = message.strip_prefix("error at ").and_then(|rest| {
        let (line, rest) = rest.split_once(':')?;
        let (column, message) = rest.split_once(": ")?;
        Some((line.parse().ok()?, column.parse().ok()?, message))
    });
    let (line, column, message) = parsed.unwrap_or((1, 1, message));
    QueryError::Syntax { line, column, message: message.to_owned() }
}

/// The body of an answer, collected into pieces. The beginning is held back, so that an early error is an
/// error, and a short answer says at once how it ends; so is the last byte, so that a note fits in.
struct Body<W> {
    to: W,
    pieces: Vec<u8>,
    content_type: String,
    begun: bool,
}

impl<W: Write> Body<W> {
    fn begin(&mut self, end: Option<&AnswerEnd>) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            let start = Start { content_type: self.content_type.clone(), end: end.cloned() };
            wire::write_json(&mut self.to, Kind::Start, &start)?;
        }
        Ok(())
    }

    /// Sends all but the last `keep` bytes.
    fn send(&mut self, keep: usize) -> io::Result<()> {
        let length = self.pieces.len().saturating_sub(keep);
        for piece in self.pieces.get(..length).unwrap_or_default().chunks(PIECE) {
            wire::write(&mut self.to, Kind::Data, piece)?;
        }
        self.pieces.drain(..length);
        Ok(())
    }

    fn finish(mut self, end: &AnswerEnd) -> io::Result<()> {
        if self.begun || !matches!(end, AnswerEnd::Failed(_)) {
            self.begin(Some(end))?;
            self.send(0)?;
        }
        wire::write_json(&mut self.to, Kind::End, end)
    }

    /// Says in the answer itself that it was cut, where the format has room for it.
    fn say_cut_solutions(&mut self, format: QueryResultsFormat, rows: u64) -> io::Result<()> {
        match format {
            QueryResultsFormat::Json if self.pieces.last() == Some(&b'}') => {
                self.pieces.pop();
                write!(self, ",\"cut\":{{\"rows\":{rows}}}}}")
            }
            QueryResultsFormat::Xml => write!(self, "<!-- cut after {rows} solutions -->"),
            // CSV and TSV have no comments.
            _ => Ok(()),
        }
    }

    fn say_cut_graph(&mut self, format: RdfFormat, rows: u64) -> io::Result<()> {
        match format {
            RdfFormat::NTriples | RdfFormat::NQuads | RdfFormat::Turtle | RdfFormat::TriG | RdfFormat::N3 => {
                writeln!(self, "# cut after {rows} triples")
            }
            RdfFormat::RdfXml => write!(self, "<!-- cut after {rows} triples -->"),
            _ => Ok(()),
        }
    }
}

impl<W: Write> Write for Body<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pieces.extend_from_slice(bytes);
        if self.pieces.len() > PIECE {
            self.begin(None)?;
            self.send(1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
