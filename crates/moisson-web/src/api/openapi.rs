//! The description of the API, from the code, as JSON; [`crate::pages::api`] makes a page of it.

use axum::{
    Router,
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::Serialize;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::{
    AppState, language::best_text, parameters::Parameters, problem::Problem, reader::Reader, reply,
    server::Shared,
};

/// What went wrong ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDetails {
    /// Names the kind of problem; the address says more about it.
    #[schema(format = "uri")]
    r#type: String,
    /// The kind of problem in words.
    title: String,
    /// The status of the response.
    status: u16,
    /// What is wrong in this request and what to do about it.
    detail: String,
    /// The path of the request.
    instance: String,
}

#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Moisson", description = "", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    components(schemas(crate::Language)),
    modifiers(&Tokens),
    tags(
        (name = "datasets", description = "Search and read datasets, series and services"),
        (name = "checks", description = "Check RDF of your own"),
        (name = "administration", description = "Administer sources, runs and removals, with a token"),
        (name = "sources", description = "Where the records come from, and how the last runs went"),
    )
)]
struct Description;

/// How to show a token.
#[derive(Debug)]
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let token = SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("Made by `moisson token create`; scopes: `sources`, `runs`, `decide`, `network`, `audit`."))
                .build(),
        );
        document.components.get_or_insert_default().add_security_scheme("token", token);
    }
}

/// The description of the resources in `described`, with the portal's own words.
pub(crate) fn complete(state: &AppState, described: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let portal = &state.portal;
    let language = crate::Language::En;
    let mut document = Description::openapi().merge_from(described);
    document.info.title = format!("{} – API", portal.title(language));
    let about = best_text(&portal.description, language)
        .map(|text| format!("{}\n\n", text.value))
        .unwrap_or_default();
    document.info.description = Some(format!(
        "{about}Reading needs no key, and nothing that is sent is kept; administration needs a token (`moisson token create`). Unknown parameters are errors. Errors are problem details (RFC 9457). Answers have an `ETag`; send it back in `If-None-Match` to get 304 while nothing changed. Beside this API there are `/sparql` (SPARQL 1.1 Protocol), `/catalog.ttl`, `.rdf`, `.jsonld`, `.nt`, `.trig` (the whole catalogue in pages) and `/id/…` (every resource in HTML, Turtle, RDF/XML, JSON-LD and N-Triples)."
    ));
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document.servers = Some(vec![utoipa::openapi::Server::new(portal.base())]);
    document
}

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/api/openapi.json", get(document))
}

async fn document(
    State(server): State<Shared>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &[])?;
    reply::json(&reader, StatusCode::OK, &server.openapi)
}
