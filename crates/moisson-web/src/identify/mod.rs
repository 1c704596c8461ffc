//! `/id/…`: every IRI of ours gives a page or a graph, by negotiation or by extension, without a redirect
//! ([Cool URIs](https://www.w3.org/TR/cooluris/), [Linked Data](https://www.w3.org/DesignIssues/LinkedData)).

mod name;
mod run;
pub(crate) mod thing;
mod vocabulary;

pub use vocabulary::{own_terms, software};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use moisson_dcat::serialise::Syntax;
use oxrdf::{GraphName, Literal, NamedNode, Quad, vocab::xsd};

use self::{name::Name, thing::Thing};
use crate::{
    pages,
    parameters::listed,
    problem::{Kind, Problem},
    problems::AsItIs,
    rdf::{self, Form},
    reader::Reader,
    reply,
    server::Shared,
};

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/id/{*name}", get(identify)).route("/ns", get(identify))
}

async fn identify(State(server): State<Shared>, reader: Reader, uri: Uri) -> Result<Response, Problem> {
    let base = server.app.portal.base();
    let path = uri.path();
    let name = path.split_once("/id/").map_or("ns", |(_, name)| name);
    if let Some(asked) = run::Asked::read(name, &reader)? {
        return run::answer(&server, &reader, asked).await;
    }
    let (thing, form) = find(&server, name).await?.ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            format!("nothing is named `{base}/id/{name}`; the search finds every dataset"),
        )
    })?;
    let form = match form {
        Some(form) => form,
        None => Form::accepted(&reader.accept).ok_or_else(|| {
            let known = listed(rdf::OFFERS.iter().take(6).map(|(media_type, _)| *media_type));
            Problem::new(Kind::NotAcceptable, format!("this is available as `text/html`, {known}"))
        })?,
    };
    let iri = thing.iri().to_owned();
    let mut response = match form {
        Form::Page => pages::of_thing(&server, &reader, thing),
        Form::Graph(syntax) => graph(&server, &reader, &thing, syntax)?,
    };
    if let Some(link) = links(&iri) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// The thing with this name; else the one whose name is this without an extension, in the form it stands for.
async fn find(server: &Shared, name: &str) -> Result<Option<(Thing, Option<Form>)>, Problem> {
    if let Some(known) = Name::read(name)
        && let Some(thing) = thing::find(server, known).await?
    {
        return Ok(Some((thing, None)));
    }
    let Some((stem, form)) = rdf::split_extension(name) else { return Ok(None) };
    match Name::read(stem) {
        None => Ok(None),
        Some(known) => Ok(thing::find(server, known).await?.map(|thing| (thing, Some(form)))),
    }
}

/// The graph of a thing; if it is gone, its last state with the moment when it went.
fn graph(server: &Shared, reader: &Reader, thing: &Thing, syntax: Syntax) -> Result<Response, Problem> {
    let mut quads = thing.quads();
    quads.extend(rdf::of_terms(&quads, server.app.portal.base()));
    let gone = thing.gone();
    if let Some(gone) = gone {
        let invalidated = NamedNode::new_unchecked("http://www.w3.org/ns/prov#invalidatedAtTime");
        let at = Literal::new_typed_literal(gone.at.to_string(), xsd::DATE_TIME);
        quads.push(Quad::new(
            NamedNode::new_unchecked(thing.iri()),
            invalidated,
            at,
            GraphName::DefaultGraph,
        ));
    }
    let status = if gone.is_some() { StatusCode::GONE } else { StatusCode::OK };
    let mut response = reply::bytes(reader, status, syntax.media_type(), rdf::document(&quads, syntax)?);
    if gone.is_some() {
        response.extensions_mut().insert(AsItIs);
    }
    Ok(response.into_response())
}

/// The same thing in its other forms.
fn links(iri: &str) -> Option<HeaderValue> {
    let forms = [
        ("html", "text/html"),
        ("ttl", "text/turtle"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("nt", "application/n-triples"),
    ];
    let links: Vec<_> = forms
        .iter()
        .map(|(extension, media_type)| {
            format!("<{iri}.{extension}>; rel=\"alternate\"; type=\"{media_type}\"")
        })
        .chain(std::iter::once(format!("<{iri}>; rel=\"canonical\"")))
        .collect();
    HeaderValue::from_str(&links.join(", ")).ok()
}
