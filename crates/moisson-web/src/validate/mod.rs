//! `/api/validate` and `/validate`: documents of anybody against our profiles.
//!
//! A body, a form or the document at an address goes through the same check as `moisson validate`. Shapes from outside
//! are not taken, only the names of profiles. What was sent is not kept.

mod asked;
mod format;
mod multipart;
mod page;
mod run;

use std::sync::Arc;

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use moisson_validate::Words;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use self::run::Checks;

use self::{asked::Asked, format::Format};
use crate::{
    api::openapi::ProblemDetails,
    parameters::listed,
    problem::{Kind, Problem},
    reader::Reader,
    server::{Server, Shared},
};

/// The page; the resource of the API is [`validate`].
pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/validate", get(form).post(submitted))
}

/// The outcome of a check.
///
/// Describes what [`moisson_validate::format::json`] writes; a test compares the two.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckReport)]
pub(crate) struct CheckReport {
    /// `conforms`: no rule is broken; `violations`: rules are broken; `error`: a document could not be read as it
    /// should be, so that nothing can be said of all of it.
    verdict: String,
    /// Whether the verdict is `conforms`.
    conforms: bool,
    /// The language of the messages, where they exist in it.
    language: String,
    /// The documents: `name`, `syntax`, `statements`, `whole`, `fault_count`, and `faults` with `kind` (`syntax`,
    /// `note`, `unrecognised`, `limit`, `unreadable`), `line`, `column`, `message`.
    #[schema(value_type = Vec<Object>)]
    documents: (),
    /// For each profile `name`, `title`, `conforms` (neither violations nor warnings), `violations`, `warnings`,
    /// `infos`.
    #[schema(value_type = Vec<Object>)]
    profiles: (),
    /// `statements`, `datasets`, `datasets_with_violations`, `violations`, `warnings`, `infos`, `left_out` (results
    /// beyond the limit).
    #[schema(value_type = Object)]
    counts: (),
    /// What is wrong, by dataset: `kind` (`dataset`, `series`, `service`, `catalog`, `other`), `node`, `title`,
    /// `document`, `line`, and `rules` with `severity` (`violation`, `warning`, `info`), `profile`, `shape`,
    /// `component`, `path`, `property`, `message`, `message_language`, `see_also`, `count`, and `findings` with
    /// `focus_node`, `value` (an N-Triples term), `document`, `line`, `shared_with` (how many other datasets have the
    /// node too).
    #[schema(value_type = Vec<Object>)]
    groups: (),
}

/// Check RDF against the rules of DCAT-AP. The document is the body in any syntax of RDF (also packed with gzip), a
/// file or the field `text` of a form, or at the address in the field `url` of a form or a JSON object. Several files
/// are checked as one graph. Nothing is kept.
#[utoipa::path(post, path = "/api/validate", tag = "checks", operation_id = "validate",
    params(("profile" = Option<Vec<String>>, Query, description = "A profile to check against; may be repeated. Default: those that harvested records are checked against"),
        ("lenient" = Option<bool>, Query, description = "Read as the harvester does: mend what can be mended, and let errors of syntax not count"),
        ("syntax" = Option<String>, Query, description = "The syntax, whatever content type and content say: `turtle`, `trig`, `ntriples`, `nquads`, `rdfxml`, `jsonld`"),
        ("format" = Option<String>, Query, description = "`json`, `turtle` (a SHACL report), `sarif`, `junit`, `text` or `html`, instead of `Accept`"),
        ("lang" = Option<crate::Language>, Query, description = "The language of messages"),
        ("url" = Option<String>, Query, description = "The address of the document; private addresses are refused")),
    request_body(content((Vec<u8> = "text/turtle"), (Vec<u8> = "application/rdf+xml"), (Vec<u8> = "application/ld+json"), (Vec<u8> = "application/n-triples"),
        (Vec<u8> = "application/n-quads"), (Vec<u8> = "application/trig"), (Object = "application/json"), (Object = "application/x-www-form-urlencoded"), (Object = "multipart/form-data"))),
    responses((status = 200, description = "The check was made; the verdict is in the report", content(
            (CheckReport = "application/json"), (String = "text/turtle"), (Object = "application/sarif+json"), (String = "application/xml"), (String = "text/html"), (String = "text/plain"))),
        (status = 400, description = "The request cannot be understood", content_type = "application/problem+json", body = ProblemDetails),
        (status = 406, description = "No acceptable format", content_type = "application/problem+json", body = ProblemDetails),
        (status = 413, description = "The body is too large", content_type = "application/problem+json", body = ProblemDetails),
        (status = 422, description = "The document at the address was not fetched", content_type = "application/problem+json", body = ProblemDetails),
        (status = 503, description = "Too many checks at once", content_type = "application/problem+json", body = ProblemDetails),
        (status = 504, description = "The check took too long", content_type = "application/problem+json", body = ProblemDetails)))]
pub(crate) async fn validate(
    State(server): State<Shared>,
    reader: Reader,
    request: Request,
) -> Result<Response, Problem> {
    let asked = receive(&server, request).await?;
    let wanted = asked.format.or_else(|| Format::accepted(&reader.accept)).ok_or_else(|| {
        let detail = format!("a report is available as {}", listed(Format::media_types()));
        Problem::new(Kind::NotAcceptable, detail)
    })?;
    let reader = speaking(reader, &asked);
    let outcome = run::run(&server, &asked).await;
    if wanted == Format::Html {
        return Ok(page::with_outcome(&server, &reader, &asked, outcome));
    }
    format::write(&outcome?, Words::of(reader.language.tag()), wanted)
}

async fn form(State(server): State<Shared>, reader: Reader) -> Response {
    page::blank(&server, &reader)
}

async fn submitted(State(server): State<Shared>, reader: Reader, request: Request) -> Response {
    match receive(&server, request).await {
        Ok(mut asked) => {
            asked.take_usual_for_none();
            let reader = speaking(reader, &asked);
            let outcome = run::run(&server, &asked).await;
            page::with_outcome(&server, &reader, &asked, outcome)
        }
        Err(problem) if problem.kind.status().is_client_error() => {
            page::with_outcome(&server, &reader, &Asked::default(), Err(problem))
        }
        Err(problem) => problem.into_response(),
    }
}

/// A form may name a language that the address does not.
fn speaking(reader: Reader, asked: &Asked) -> Reader {
    match asked.language {
        Some(language) => reader.in_language(language),
        None => reader,
    }
}

/// Receives the body and makes sense of it.
async fn receive(server: &Arc<Server>, request: Request) -> Result<Asked, Problem> {
    let limits = &server.app.limits;
    let (parts, body) = request.into_parts();
    let _room = server.checks.receive(limits.queue_timeout).await?;
    // A form takes some bytes around the document.
    let most = usize::try_from(limits.check.bytes).unwrap_or(usize::MAX).saturating_add(64 << 10);
    let received = tokio::time::timeout(limits.check.time, to_bytes(body, most)).await;
    let body = match received {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let limit = limits.check.bytes;
            let detail = format!(
                "the body could not be received whole, or has more than {limit} bytes; send less at once, or check it \
                 with `moisson validate`"
            );
            return Err(Problem::new(Kind::TooLarge, detail));
        }
        Err(_) => {
            return Err(Problem::new(Kind::RequestTimeout, "the body did not arrive in time; send it again"));
        }
    };
    Asked::read(parts.uri.query(), &parts.headers, &body)
}
