//! The sample portals of `moisson demo`: one of each kind, on loopback, paging as the real software does.
//!
//! The communes and their datasets are invented; the dirt in them (dates such as `0000-00-00`, `csv.` as a
//! format, missing titles, mail addresses in the wrong place, …) is what real portals send.

use std::{fmt::Write as _, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Json, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

const CKAN: &str = include_str!("../../demo/ckan.json");
const OPENDATASOFT: &str = include_str!("../../demo/opendatasoft.json");
const DCAT: [&str; 2] = [include_str!("../../demo/dcat-1.ttl"), include_str!("../../demo/dcat-2.ttl")];
const LINKS_PAGE: &str = include_str!("../../demo/site/donnees.html");
const SCDL: &[u8] = include_bytes!("../../demo/site/catalogue.csv");
const SITE: [(&str, &str); 3] = [
    ("marche", include_str!("../../demo/site/dataset-marche.html")),
    ("fontaines", include_str!("../../demo/site/dataset-fontaines.html")),
    ("parkings", include_str!("../../demo/site/dataset-stationnement.html")),
];

/// What the portals know.
#[derive(Debug)]
struct Portals {
    base: String,
    ckan: Vec<Value>,
    opendatasoft: Vec<Value>,
}

/// All sample portals as one service, for a server that listens on `address`.
///
/// # Errors
/// When the bundled data is not what it should be, which a test rules out.
pub fn router(address: SocketAddr) -> Result<Router, serde_json::Error> {
    let portals = Portals {
        base: format!("http://{address}"),
        ckan: serde_json::from_str(CKAN)?,
        opendatasoft: serde_json::from_str(OPENDATASOFT)?,
    };
    Ok(Router::new()
        .route("/ckan/api/3/action/package_search", get(package_search))
        .route("/ckan/api/3/action/package_list", get(package_list))
        .route("/ckan/api/3/action/package_show", get(package_show))
        .route("/opendatasoft/api/explore/v2.1/catalog/datasets", get(opendatasoft_datasets))
        .route("/opendatasoft/api/explore/v2.1/catalog/exports/json", get(opendatasoft_export))
        .route("/dcat/catalog.ttl", get(dcat_page))
        .route("/mairie/donnees", get(links_page))
        .route("/mairie/files/{file}", get(file))
        .route("/ville/sitemap.xml", get(sitemap))
        .route("/ville/jeux/{page}", get(dataset_page))
        .route("/village/catalogue.csv", get(|| async { ([(header::CONTENT_TYPE, "text/csv")], SCDL) }))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /mairie/mentions-legales\n" }))
        .with_state(Arc::new(portals)))
}

/// The `[[source]]` tables of the demo's configuration.
pub fn sources(address: SocketAddr) -> String {
    let mut text = String::new();
    for (name, kind, path, title, language, options) in [
        ("pays-de-lisse", "ckan", "/ckan/", "Pays de Lisse", "fr", "options = { rows = 10 }"),
        ("valserre", "opendatasoft", "/opendatasoft/", "Métropole de Valserre", "fr", ""),
        ("kerkebeek", "dcat", "/dcat/catalog.ttl?page=1", "Kerkebeek & Eupenau", "nl", ""),
        (
            "bourg-saint-loup",
            "web-page",
            "/mairie/donnees",
            "Bourg-Saint-Loup",
            "fr",
            "options = { mode = \"links\" }",
        ),
        (
            "hautepierre",
            "web-page",
            "/ville/sitemap.xml",
            "Hautepierre",
            "fr",
            "options = { mode = \"schema-org\" }",
        ),
        (
            "vieux-moulin",
            "web-page",
            "/village/catalogue.csv",
            "Vieux-Moulin",
            "fr",
            // The inter-communal CKAN has a copy of one of its datasets.
            "authority = \"producer\"\noptions = { mode = \"scdl\" }",
        ),
    ] {
        let _infallible = write!(
            text,
            "\n[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nurl = \"http://{address}{path}\"\n\
             title = \"{title}\"\nlanguage = \"{language}\"\nschedule = \"30 2 * * *\"\n\
             # The sample portals are on this machine; real sources need no such exception.\n\
             allow = [\"{address}\"]\n{options}\n"
        );
    }
    text
}

#[derive(Debug, Deserialize)]
struct Window {
    rows: Option<usize>,
    start: Option<usize>,
    limit: Option<usize>,
    offset: Option<usize>,
    page: Option<usize>,
    id: Option<String>,
}

async fn package_search(State(portals): State<Arc<Portals>>, Query(window): Query<Window>) -> Json<Value> {
    let mut packages: Vec<&Value> = portals.ckan.iter().collect();
    packages.sort_by_key(|package| package["id"].as_str().map(str::to_owned));
    let results: Vec<&Value> = packages
        .into_iter()
        .skip(window.start.unwrap_or(0))
        .take(window.rows.unwrap_or(10).min(1000))
        .collect();
    Json(json!({
        "help": format!("{}/ckan/api/3/action/help_show?name=package_search", portals.base),
        "success": true,
        "result": { "count": portals.ckan.len(), "sort": "id asc", "facets": {}, "results": results, "search_facets": {} },
    }))
}

async fn package_list(State(portals): State<Arc<Portals>>) -> Json<Value> {
    let names: Vec<&Value> = portals.ckan.iter().map(|package| &package["name"]).collect();
    Json(json!({ "success": true, "result": names }))
}

async fn package_show(State(portals): State<Arc<Portals>>, Query(window): Query<Window>) -> Response {
    let id = window.id.unwrap_or_default();
    let found = portals.ckan.iter().find(|p| p["name"] == id.as_str() || p["id"] == id.as_str());
    if let Some(package) = found {
        return Json(json!({ "success": true, "result": package })).into_response();
    }
    let error = json!({ "message": "Not found", "__type": "Not Found Error" });
    (StatusCode::NOT_FOUND, Json(json!({ "success": false, "error": error }))).into_response()
}

async fn opendatasoft_datasets(
    State(portals): State<Arc<Portals>>,
    Query(window): Query<Window>,
) -> Response {
    let (limit, offset) = (window.limit.unwrap_or(10), window.offset.unwrap_or(0));
    if limit > 100 || limit + offset > 10_000 {
        let error = json!({ "error_code": "InvalidRESTParameterError", "message": "limit is at most 100" });
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let results: Vec<&Value> = portals.opendatasoft.iter().skip(offset).take(limit).collect();
    let quota = [("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "4990")];
    (quota, Json(json!({ "total_count": portals.opendatasoft.len(), "results": results }))).into_response()
}

async fn opendatasoft_export(State(portals): State<Arc<Portals>>) -> Json<Value> {
    Json(Value::Array(portals.opendatasoft.clone()))
}

async fn dcat_page(State(portals): State<Arc<Portals>>, Query(window): Query<Window>) -> Response {
    let number = window.page.unwrap_or(1);
    match number.checked_sub(1).and_then(|position| DCAT.get(position)) {
        Some(page) => {
            let body = page.replace("{{BASE}}", &format!("{}/dcat", portals.base));
            ([(header::CONTENT_TYPE, "text/turtle")], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn links_page() -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], LINKS_PAGE).into_response()
}

/// The mairie's files: only their headers matter here.
async fn file(Path(name): Path<String>) -> Response {
    let size = 1_000 + 37 * name.len();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::LAST_MODIFIED, "Wed, 14 Jan 2026 09:30:00 GMT".to_owned()),
    ];
    (headers, Body::from(vec![b'x'; size])).into_response()
}

async fn sitemap(State(portals): State<Arc<Portals>>) -> Response {
    let urls = SITE.iter().fold(String::new(), |mut urls, (page, _)| {
        let base = &portals.base;
        let _infallible =
            write!(urls, "<url><loc>{base}/ville/jeux/{page}</loc><lastmod>2026-09-02</lastmod></url>");
        urls
    });
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>"
    );
    ([(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

async fn dataset_page(State(portals): State<Arc<Portals>>, Path(name): Path<String>) -> Response {
    match SITE.iter().find(|(page, _)| *page == name) {
        Some((_, html)) => {
            let body = html.replace("{{BASE}}", &portals.base);
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_bundled_data_is_json_and_about_sixty_datasets() {
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
        assert!(super::router(address).is_ok());
        let count = |text| serde_json::from_str::<Vec<serde_json::Value>>(text).unwrap().len();
        assert_eq!((count(super::CKAN), count(super::OPENDATASOFT)), (23, 17));
    }
}
