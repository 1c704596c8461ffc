//! `/sparql`: the [SPARQL 1.1 Protocol](https://www.w3.org/TR/sparql11-protocol/), a description of the service, and
//! a page to try it.

mod answer;
mod description;
mod formats;
mod page;
mod protocol;

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use moisson_store::sparql::{QueryAnswer, QueryError, SparqlQuery};
use oxrdf::NamedNode;

use self::{formats::Formats, protocol::Operation};
use crate::{
    problem::{Kind, Problem},
    problems::AsItIs,
    reader::Reader,
    server::{Server, Shared},
};

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/sparql", get(endpoint).post(endpoint))
}

async fn endpoint(State(server): State<Shared>, reader: Reader, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, server.app.limits.body_bytes).await else {
        let limit = server.app.limits.body_bytes;
        return Problem::new(
            Kind::TooLarge,
            format!("the body is longer than {limit} bytes; send a shorter query"),
        )
        .into_response();
    };
    let operation = Operation::read(&parts.method, parts.uri.query(), &parts.headers, &body);
    let formats = operation.as_ref().ok().and_then(|operation| operation.format.as_deref());
    let formats = Formats::negotiate(formats, &reader.accept);
    let mut response = match (operation, formats) {
        (Ok(operation), Ok(formats)) if formats.page => on_page(&server, &reader, &operation).await,
        (Ok(operation), Ok(formats)) => {
            as_data(&server, &reader, operation, formats).await.unwrap_or_else(IntoResponse::into_response)
        }
        (Err(problem), _) | (_, Err(problem)) => problem.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}

async fn as_data(
    server: &Server,
    reader: &Reader,
    operation: Operation,
    formats: Formats,
) -> Result<Response, Problem> {
    let Some(text) = operation.query else {
        return description::response(server, reader, formats.graph);
    };
    let query = SparqlQuery {
        text,
        default_graphs: nodes(operation.default_graphs),
        named_graphs: nodes(operation.named_graphs),
        solutions: formats.table,
        graph: formats.graph,
    };
    let answer = ask(server, query).await?;
    Ok(answer::stream(answer))
}

async fn on_page(server: &Server, reader: &Reader, operation: &Operation) -> Response {
    let Some(text) = operation.query.as_deref().filter(|text| !text.trim().is_empty()) else {
        return page::blank(server, reader);
    };
    let query = SparqlQuery {
        text: text.to_owned(),
        default_graphs: nodes(operation.default_graphs.clone()),
        named_graphs: nodes(operation.named_graphs.clone()),
        solutions: Some(sparesults::QueryResultsFormat::Json),
        graph: Some(oxrdfio::RdfFormat::Turtle),
    };
    let answer = match ask(server, query).await {
        Ok(answer) => answer::whole(answer).await,
        Err(problem) => Err(problem),
    };
    let status = answer.as_ref().map_or_else(|problem| problem.kind.status(), |_| StatusCode::OK);
    let mut response = page::with_answer(server, reader, operation, answer);
    *response.status_mut() = status;
    response.extensions_mut().insert(AsItIs);
    response
}

async fn ask(server: &Server, query: SparqlQuery) -> Result<QueryAnswer, Problem> {
    server.app.store.sparql().query(query, server.app.limits.query).await.map_err(problem)
}

/// The IRIs were checked when the request was read.
fn nodes(iris: Vec<String>) -> Vec<NamedNode> {
    iris.into_iter().map(NamedNode::new_unchecked).collect()
}

/// What a client learns of a query without an answer.
fn problem(error: QueryError) -> Problem {
    let detail = error.to_string();
    match error {
        QueryError::Syntax { line, column, message } => {
            Problem::new(Kind::QuerySyntax, message).with("line", line).with("column", column)
        }
        QueryError::TooComplex { limit, .. } => {
            Problem::new(Kind::QueryTooComplex, detail).with("limit", limit)
        }
        QueryError::Refused { .. } => Problem::new(Kind::QueryRefused, detail),
        QueryError::NotAcceptable { .. } => formats::not_acceptable("what this query answers"),
        QueryError::TimedOut { seconds } => {
            Problem::new(Kind::QueryTimeout, detail).with("limit_seconds", seconds)
        }
        QueryError::TooMuchMemory { bytes } => {
            Problem::new(Kind::QueryMemory, detail).with("limit_bytes", bytes)
        }
        QueryError::TooBusy { .. } => Problem::new(Kind::TooBusy, detail).retry_after(5),
        QueryError::Loading { done, total } => {
            Problem::new(Kind::Unavailable, detail).with("done", done).with("total", total).retry_after(5)
        }
        QueryError::Evaluation { .. } => Problem::new(Kind::BadRequest, detail),
        QueryError::Worker { .. } => {
            tracing::error!(error = detail, "the query process failed");
            Problem::new(
                Kind::Unavailable,
                "the query process is starting or was restarted; try again in a few seconds",
            )
            .retry_after(5)
        }
        _ => Problem::internal("the query", &detail),
    }
}

/// Puts the character set on text types.
fn content_type(headers: &mut HeaderMap, media_type: &str) {
    let text = media_type.starts_with("text/") && !media_type.contains("charset");
    let value = if text { format!("{media_type}; charset=utf-8") } else { media_type.to_owned() };
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert(header::CONTENT_TYPE, value);
    }
}
