//! `/id/run/{source}/{run}`: a run as an activity in RDF, as a report in JSON, and as a page.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use moisson_dcat::{serialise::Syntax, write::segment};
use moisson_store::{RunId, StoreError};

use super::name::Name;
use crate::{
    api::runs::RunDocument,
    pages,
    parameters::listed,
    problem::{Kind, Problem},
    rdf::{self, Form},
    reader::Reader,
    reply,
    server::Shared,
};

/// What is wanted of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Page,
    Graph(Syntax),
    /// The report as the API has it.
    Report,
}

/// Media types, preferred first.
const OFFERS: [(&str, Wanted); 7] = [
    ("text/turtle", Wanted::Graph(Syntax::Turtle)),
    ("application/rdf+xml", Wanted::Graph(Syntax::RdfXml)),
    ("application/ld+json", Wanted::Graph(Syntax::JsonLd)),
    ("application/n-triples", Wanted::Graph(Syntax::NTriples)),
    ("application/trig", Wanted::Graph(Syntax::TriG)),
    ("application/n-quads", Wanted::Graph(Syntax::NQuads)),
    ("application/json", Wanted::Report),
];

/// A request for a run.
#[derive(Debug)]
pub(super) struct Asked {
    source: String,
    run: RunId,
    wanted: Wanted,
}

impl Asked {
    /// Reads a path after `/id/`; nothing if it names no run.
    pub(super) fn read(path: &str, reader: &Reader) -> Result<Option<Self>, Problem> {
        let (path, extension) = match rdf::split_extension(path) {
            Some((stem, Form::Page)) => (stem, Some(Wanted::Page)),
            Some((stem, Form::Graph(syntax))) => (stem, Some(Wanted::Graph(syntax))),
            None => match path.strip_suffix(".json") {
                Some(stem) => (stem, Some(Wanted::Report)),
                None => (path, None),
            },
        };
        let Some(Name::Run(source, run)) = Name::read(path) else { return Ok(None) };
        let wanted = extension.or_else(|| accepted(reader)).ok_or_else(|| {
            let known = listed(OFFERS.iter().map(|(media_type, _)| *media_type));
            Problem::new(Kind::NotAcceptable, format!("this is available as `text/html`, {known}"))
        })?;
        Ok(Some(Self { source, run: RunId(run), wanted }))
    }
}

/// As with everything that has a page: it is for those who name HTML.
fn accepted(reader: &Reader) -> Option<Wanted> {
    let accept = &reader.accept;
    if accept.prefers_page(OFFERS.iter().map(|(media_type, _)| *media_type)) {
        return Some(Wanted::Page);
    }
    accept.best(&OFFERS).copied()
}

pub(super) async fn answer(server: &Shared, reader: &Reader, asked: Asked) -> Result<Response, Problem> {
    let Asked { source, run, wanted } = asked;
    let iri = format!("{}/id/run/{}/{}", server.app.portal.base(), segment(&source), segment(&run.0));
    let (name, id) = (source.clone(), run.clone());
    let found = server
        .read("reading a run", move |store| {
            let Some(found) = store.run(&name, &id)? else { return Ok(None) };
            let set_aside = store.broken(&name, &id)?;
            Ok::<_, StoreError>(Some((RunDocument::of(found, set_aside), store.run_graph(&name, &id)?)))
        })
        .await?;
    let Some((document, described)) = found else {
        let detail = format!(
            "there is no run `{}` of `{source}`, or it is no longer kept; `/api/runs` lists those that are",
            run.0
        );
        return Err(Problem::new(Kind::NotFound, detail));
    };
    let mut response = match wanted {
        Wanted::Page => pages::of_run(reader, &document, &iri),
        Wanted::Report => reply::json(reader, StatusCode::OK, &document)?,
        Wanted::Graph(syntax) => {
            let graph = described.map(|it| (it.graph, it.triples)).into_iter();
            let quads: Vec<_> = graph
                .flat_map(|(graph, triples)| {
                    triples.into_iter().map(move |triple| triple.in_graph(graph.clone()))
                })
                .collect();
            reply::bytes(reader, StatusCode::OK, syntax.media_type(), rdf::document(&quads, syntax)?)
        }
    };
    if let Some(links) = links(&iri) {
        response.headers_mut().insert(header::LINK, links);
    }
    Ok(response)
}

fn links(iri: &str) -> Option<HeaderValue> {
    let json = format!("<{iri}.json>; rel=\"alternate\"; type=\"application/json\"");
    let others = super::links(iri)?;
    HeaderValue::from_str(&format!("{json}, {}", others.to_str().ok()?)).ok()
}
