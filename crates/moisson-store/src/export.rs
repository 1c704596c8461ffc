//! The whole catalogue as one RDF document, written as it is read.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use moisson_dcat::serialise::{Syntax, serializer};
use oxrdf::{GraphNameRef, NamedNode, Triple};
use oxrdfio::WriterQuadSerializer;

use crate::{StoreError, ledger::Ledger, quads::Digest};

/// What goes into an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The sources; none for all.
    pub sources: Option<Vec<String>>,
    /// Whether reports of validation and of runs go in.
    pub reports: bool,
    /// Whether the [fixed](crate::StoreOptions::fixed) graphs go in.
    pub fixed: bool,
}

impl Default for Export {
    /// All records and what they share.
    fn default() -> Self {
        Self { sources: None, reports: false, fixed: false }
    }
}

/// Writes an export and gives the number of statements. Where the syntax knows no graphs, all are put together.
pub(crate) fn write(
    ledger: &Ledger,
    fixed: &[(NamedNode, Vec<Triple>)],
    what: &Export,
    syntax: Syntax,
    to: impl Write,
) -> Result<u64, StoreError> {
    let mut out = Out { to: serializer(syntax).for_writer(to), graphs: syntax.has_graphs(), count: 0 };
    if what.fixed {
        for (graph, triples) in fixed {
            out.graph(graph, triples)?;
        }
    }
    // Of some sources only what these say is shared: that is known when all were read.
    let mut shared = BTreeSet::new();
    let sources: Vec<Option<&str>> = match &what.sources {
        None => vec![None],
        Some(sources) => {
            let sources: BTreeSet<_> = sources.iter().map(String::as_str).collect();
            sources.into_iter().map(Some).collect()
        }
    };
    for source in sources {
        for record in ledger.records(source, None, false) {
            let record = record?;
            out.graph(&record.graph, &record.triples)?;
            if what.reports {
                out.graph(&record.report.graph, &record.report.triples)?;
            }
            for (graph, triple) in record.shared.iter().filter(|_| source.is_some()) {
                let mut digest = Digest::default();
                digest.count(triple.as_ref().in_graph(graph.as_ref()));
                if shared.insert(digest.sum) {
                    out.triple(graph, triple)?;
                }
            }
        }
    }
    let mut runs = BTreeSet::new();
    for described in ledger.run_graphs(None) {
        runs.insert(described?.graph);
    }
    if what.sources.is_none() {
        for item in ledger.shared(None) {
            let (graph, triple, _) = item?;
            if what.reports || !runs.contains(&graph) {
                out.triple(&graph, &triple)?;
            }
        }
    }
    for source in what.sources.iter().flatten().filter(|_| what.reports) {
        for described in ledger.run_graphs(Some(source)) {
            let described = described?;
            out.graph(&described.graph, &described.triples)?;
        }
    }
    let count = out.count;
    out.to.finish().and_then(|mut to| to.flush()).map_err(failed)?;
    Ok(count)
}

struct Out<W: Write> {
    to: WriterQuadSerializer<W>,
    graphs: bool,
    count: u64,
}

impl<W: Write> Out<W> {
    fn graph(&mut self, graph: &NamedNode, triples: &[Triple]) -> Result<(), StoreError> {
        triples.iter().try_for_each(|triple| self.triple(graph, triple))
    }

    fn triple(&mut self, graph: &NamedNode, triple: &Triple) -> Result<(), StoreError> {
        let graph = if self.graphs { graph.as_ref().into() } else { GraphNameRef::DefaultGraph };
        self.count += 1;
        self.to.serialize_quad(triple.as_ref().in_graph(graph)).map_err(failed)
    }
}

fn failed(error: io::Error) -> StoreError {
    StoreError::io("write", "the export")(error)
}
