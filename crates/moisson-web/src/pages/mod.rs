//! The pages for people, rendered on the server, in four languages, without scripts.

mod about;
mod api;
pub(crate) mod assets;
pub(crate) mod error;
mod home;
pub(crate) mod html;
pub(crate) mod layout;
mod record;
mod robots;
mod run;
mod sources;
#[cfg(test)]
mod style;
mod thing;

use axum::{Router, response::Response};

use crate::{identify::thing::Thing, labels::SourceTitles, reader::Reader, server::Shared};

/// The first page, at another path.
pub(crate) fn start(path: &str) -> Router<Shared> {
    home::at(path)
}

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .merge(home::router())
        .merge(sources::router())
        .merge(about::router())
        .merge(api::router())
        .merge(robots::router())
        .merge(assets::router())
}

pub(crate) use run::page as of_run;

/// The page of something with an IRI of ours.
pub(crate) fn of_thing(server: &Shared, reader: &Reader, thing: Thing) -> Response {
    let sources = server.app.sources.sources();
    match thing {
        Thing::Record(everything) => {
            let (record, raw, history, copies) = *everything;
            let titles = SourceTitles::of(sources);
            record::page(
                reader,
                &record::Shown {
                    record: &record,
                    raw: raw.as_ref(),
                    history: &history,
                    copies: copies.as_ref(),
                    titles: &titles,
                    now: server.now(),
                },
            )
        }
        Thing::Other(other) => thing::page(reader, &other),
    }
}
