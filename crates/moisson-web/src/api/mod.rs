//! The JSON API, one file per resource, and its description in [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.0).

pub(crate) mod dataset;
#[expect(unused_qualifications, reason = "the description of parameters is generated so")]
pub(crate) mod datasets;
mod explain;
pub(crate) mod openapi;
mod organisations;
pub(crate) mod runs;
pub(crate) mod sources;
mod suggest;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::server::Shared;

/// All resources with their descriptions.
pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(datasets::search))
        .routes(routes!(dataset::by_key))
        .routes(routes!(dataset::by_source_and_id))
        .routes(routes!(dataset::raw))
        .routes(routes!(explain::explain))
        .routes(routes!(suggest::suggest))
        .routes(routes!(organisations::all))
        .routes(routes!(sources::all))
        .routes(routes!(sources::one))
        .routes(routes!(runs::all))
        .routes(routes!(runs::one))
        .routes(routes!(crate::validate::validate))
}
