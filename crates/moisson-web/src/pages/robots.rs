//! `robots.txt` and the [site map](https://www.sitemaps.org/protocol.html), in pages of records.

use axum::{
    Router,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, PreEscaped, html};
use moisson_store::RecordKey;

use crate::{
    addresses::key_of,
    parameters::{Parameters, invalid},
    problem::Problem,
    reader::Reader,
    reply,
    server::Shared,
};

/// Records in one site map; the protocol allows 50,000.
const SIZE: usize = 5_000;

const DECLARATION: PreEscaped<&str> = PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/sitemap.xml", get(index))
        .route("/sitemap-records.xml", get(records))
}

async fn robots(State(server): State<Shared>, reader: Reader) -> Response {
    let prefix = reader.portal().prefix();
    let disallowed = ["/sparql", "/api/", "/?"].map(|path| format!("Disallow: {prefix}{path}\n")).concat();
    let text = format!("User-agent: *\n{disallowed}\nSitemap: {}/sitemap.xml\n", server.app.portal.base());
    reply::bytes(&reader, StatusCode::OK, "text/plain; charset=utf-8", text.into_bytes())
}

/// The index of all site maps: each begins after a record.
async fn index(State(server): State<Shared>, reader: Reader) -> Response {
    match server.read("reading the keys", starts).await {
        Err(problem) => problem.into_response(),
        Ok(starts) => {
            let base = server.app.portal.base();
            let address = |after: &Option<RecordKey>| match after {
                None => format!("{base}/sitemap-records.xml"),
                Some(key) => {
                    let mut query = url::form_urlencoded::Serializer::new(String::new());
                    query.append_pair(
                        "after",
                        crate::addresses::api_path(key).trim_start_matches("/api/datasets/"),
                    );
                    format!("{base}/sitemap-records.xml?{}", query.finish())
                }
            };
            xml(
                &reader,
                &html! {
                    sitemapindex xmlns=(NAMESPACE) { @for after in &starts { sitemap { loc { (address(after)) } } } }
                },
            )
        }
    }
}

/// The keys after which site maps begin.
fn starts(store: &moisson_store::Store) -> Result<Vec<Option<RecordKey>>, moisson_store::StoreError> {
    let mut starts = vec![None];
    loop {
        let after = starts.last().and_then(Option::as_ref);
        let keys = store.keys_after(None, after, SIZE + 1)?;
        match keys.get(SIZE - 1) {
            Some(last) if keys.len() > SIZE => starts.push(Some(last.clone())),
            _ => return Ok(starts),
        }
    }
}

async fn records(State(server): State<Shared>, reader: Reader, RawQuery(query): RawQuery) -> Response {
    match read(&server, query.as_deref()).await {
        Err(problem) => problem.into_response(),
        Ok((first, records)) => {
            let base = server.app.portal.base();
            xml(
                &reader,
                &html! {
                    urlset xmlns=(NAMESPACE) {
                        @if first { @for path in ["/", "/sources", "/about", "/api"] { url { loc { (base) (path) } } } }
                        @for (iri, changed) in &records { url { loc { (iri) } lastmod { (changed) } } }
                    }
                },
            )
        }
    }
}

type Entries = Vec<(String, String)>;

async fn read(server: &Shared, query: Option<&str>) -> Result<(bool, Entries), Problem> {
    let parameters = Parameters::read(query, &["after"])?;
    let after = parameters.one("after")?;
    let after = after
        .map(|text| key_of(text).ok_or_else(|| invalid("after", text, "a record as the index gives it")));
    let after = after.transpose()?;
    let first = after.is_none();
    let _turn = server.dear_turn().await?;
    let entries = server.read("reading the records", move |store| entries(store, after.as_ref())).await?;
    Ok((first, entries))
}

/// IRI and last change of each record.
fn entries(
    store: &moisson_store::Store,
    after: Option<&RecordKey>,
) -> Result<Entries, moisson_store::StoreError> {
    let keys = store.keys_after(None, after, SIZE)?;
    let mut entries = Vec::with_capacity(keys.len());
    for key in keys {
        if let Some(record) = store.record(&key)? {
            entries.push((record.iri.into_string(), record.life.changed.to_string()));
        }
    }
    Ok(entries)
}

fn xml(reader: &Reader, markup: &Markup) -> Response {
    let text = html! { (DECLARATION) (markup) }.into_string();
    reply::bytes(reader, StatusCode::OK, "application/xml", text.into_bytes())
}
