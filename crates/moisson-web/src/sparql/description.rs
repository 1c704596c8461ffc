//! What the endpoint can do ([SPARQL 1.1 Service Description](https://www.w3.org/TR/sparql11-service-description/)).

use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use moisson_dcat::serialise::Syntax;
use oxrdf::{Literal, NamedNode, Triple, vocab::rdf};
use oxrdfio::RdfFormat;

use super::{content_type, formats};
use crate::{problem::Problem, rdf as write, reader::Reader, server::Server};

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const FORMATS: &str = "http://www.w3.org/ns/formats/";

/// The names of formats at the W3C.
const RESULT_FORMATS: [&str; 11] = [
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "N-Quads",
    "TriG",
    "N3",
];

/// The description in the format that the client prefers.
pub(super) fn response(
    server: &Server,
    reader: &Reader,
    format: Option<RdfFormat>,
) -> Result<Response, Problem> {
    let Some(format) = format else {
        return Err(formats::not_acceptable("the description of the service"));
    };
    let quads: Vec<_> = write::in_default(triples(server, reader)?).collect();
    // Turtle is N3 too.
    let syntax = Syntax::from_media_type(format.media_type()).unwrap_or(Syntax::Turtle);
    let mut headers = HeaderMap::new();
    content_type(&mut headers, format.media_type());
    Ok((headers, write::document(&quads, syntax)?).into_response())
}

fn triples(server: &Server, reader: &Reader) -> Result<Vec<Triple>, Problem> {
    let base = server.app.portal.base();
    let node = |iri: String| NamedNode::new_unchecked(iri);
    let sd = |name: &str| node(format!("{SD}{name}"));
    let dct = |name: &str| node(format!("http://purl.org/dc/terms/{name}"));
    let service = node(format!("{base}/sparql"));
    let dataset = node(format!("{base}/sparql#dataset"));
    let graph = node(format!("{base}/sparql#default-graph"));
    let limits = &server.app.limits.query;
    let about = format!(
        "Queries over all records of the catalogue, each in a graph of its own; a query that names no graph sees all of them. Limits: {} seconds, {} rows.",
        limits.time.as_secs(),
        limits.rows
    );
    let mut triples = vec![
        Triple::new(service.clone(), rdf::TYPE, sd("Service")),
        Triple::new(service.clone(), sd("endpoint"), service.clone()),
        Triple::new(service.clone(), sd("supportedLanguage"), sd("SPARQL11Query")),
        Triple::new(service.clone(), sd("feature"), sd("UnionDefaultGraph")),
        Triple::new(service.clone(), sd("defaultDataset"), dataset.clone()),
        Triple::new(service.clone(), dct("title"), Literal::from(server.app.portal.title(reader.language))),
        Triple::new(
            service.clone(),
            dct("description"),
            Literal::new_language_tagged_literal_unchecked(about, "en"),
        ),
        Triple::new(dataset.clone(), rdf::TYPE, sd("Dataset")),
        Triple::new(dataset, sd("defaultGraph"), graph.clone()),
        Triple::new(graph.clone(), rdf::TYPE, sd("Graph")),
    ];
    let counts =
        server.app.store.counts().map_err(|error| Problem::internal("counting the records", &error))?;
    let count = Literal::new_typed_literal(counts.quads.to_string(), oxrdf::vocab::xsd::INTEGER);
    triples.push(Triple::new(graph, node("http://rdfs.org/ns/void#triples".to_owned()), count));
    for format in RESULT_FORMATS {
        triples.push(Triple::new(service.clone(), sd("resultFormat"), node(format!("{FORMATS}{format}"))));
    }
    Ok(triples)
}
