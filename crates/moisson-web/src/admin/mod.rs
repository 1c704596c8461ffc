//! `/api/admin/…`: sources, runs and removals, for those who have a token.
//!
//! ```text
//! GET    /api/admin/sources                  all sources with their settings
//! POST   /api/admin/sources                  add one
//! GET    /api/admin/sources/{name}           one
//! PATCH  /api/admin/sources/{name}           change its settings (JSON Merge Patch)
//! DELETE /api/admin/sources/{name}           remove it; its records stay unless `records=remove`
//! POST   /api/admin/sources/{name}/pause     the schedule leaves it alone until …/resume
//! POST   /api/admin/sources/{name}/preview   a look at 20 records; nothing is stored
//! POST   /api/admin/sources/{name}/run       harvest it now
//! POST   /api/admin/sources/{name}/cancel    end the run under way
//! POST   /api/admin/sources/{name}/accept    make the removals that a run held back
//! POST   /api/admin/sources/{name}/undelete  bring removed records back
//! POST   /api/admin/preview                  a look at a source that is not added
//! GET    /api/admin/audit                    who did what, newest first
//! ```
//!
//! Bearer tokens ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)) and nothing else, so no page of another site can
//! use what a browser knows. What is allowed and done is decided by the binary behind [`Administration`]; here are the
//! door ([`door`]) and the forms of questions and answers.

mod act;
mod answer;
mod door;
mod preview;
mod question;
mod removals;
mod sources;

use axum::{extract::DefaultBodyLimit, middleware::from_fn};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use act::{Action, Administration, Caller, Records, Refusal, Scope, Unidentified};
pub use answer::{
    Answer, AuditEntry, AuditPage, Decided, Declared, Pause, Removed, RunStarted, Running, SourceSettings,
    Sources, Stamp,
};
pub(crate) use door::Throttle;
pub use preview::{Preview, Previewed};

use crate::server::Shared;

/// The largest body, in bytes: the settings of a source, or the ids of some thousand records.
const BODY_BYTES: usize = 256 * 1024;

/// All resources with their descriptions.
pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sources::all, sources::add))
        .routes(routes!(sources::one, sources::change, sources::remove))
        .routes(routes!(sources::pause))
        .routes(routes!(sources::resume))
        .routes(routes!(sources::preview))
        .routes(routes!(sources::preview_settings))
        .routes(routes!(sources::run))
        .routes(routes!(sources::cancel))
        .routes(routes!(removals::accept))
        .routes(routes!(removals::undelete))
        .routes(routes!(removals::audit))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn(door::keep_nothing))
}
