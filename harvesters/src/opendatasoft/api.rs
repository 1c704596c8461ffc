//! Requests of the Explore API, <https://help.opendatasoft.com/apis/ods-explore-v2/>, and of the search before it.

use jiff::Timestamp;
use moisson_harvest::{Request, Source};
use serde::{Deserialize, Serialize};
use url::Url;

use super::options::{Options, Way, both, date};
use crate::paging::Window;

/// What we ask for.
const ACCEPT: &str = "application/json, */*;q=0.5";

/// A page of Explore v2.1.
pub(super) const V2_1: &str = "v2.1";
/// A page of Explore v2.0.
pub(super) const V2_0: &str = "v2.0";
/// A page of the search of version 1.
pub(super) const V1: &str = "v1";
/// The whole catalogue at once.
pub(super) const EXPORT: &str = "export";
/// One dataset.
const ONE: &str = "one";
/// The whole catalogue as a table.
pub(super) const TABLE: &str = "table";
/// A page in the order of changes, from some time on.
pub(super) const KEYSET: &str = "keyset";
/// A page of datasets without a time of change.
pub(super) const UNDATED: &str = "undated";

/// `offset + limit` must stay below it; version 1 may just reach it.
pub(super) const WINDOW: u64 = 10_000;

/// A catalogue of so many datasets is not read by pages: it may grow out of the window on the way.
pub(super) const TOO_MANY: u64 = 9_900;

/// Datasets a page of the search of version 1, which has no fixed order: the fewer pages the less they drift.
const V1_ROWS: u64 = 1_000;

/// Where version 2.0 is, and where it was at first.
pub(super) const OLDER: [&[&str]; 2] = [&["api", "explore", "v2.0"], &["api", "v2"]];

/// Ends of addresses that people copy from the browser or from documentation.
const TAILS: [&str; 15] = [
    "datasets", "catalog", "v2.1", "v2.0", "v2", "explore", "api", "search", "1.0", "exports", "json", "csv",
    "home", "page", "pages",
];

/// Where a walk in the order of changes stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Keyset {
    /// The condition on the whole walk.
    pub(super) condition: Option<String>,
    /// The time from which on datasets are asked for.
    pub(super) from: Option<Timestamp>,
    /// The page from there.
    pub(super) window: Window,
}

/// The portal's address.
pub(super) fn base(source: &Source) -> Url {
    // An export of the catalogue may lie elsewhere.
    let portal = source.options.get("portal").and_then(|portal| portal.as_str()?.parse::<Url>().ok());
    let address = portal.as_ref().unwrap_or(&source.url);
    let mut base = address.clone();
    base.set_query(None);
    base.set_fragment(None);
    let mut segments: Vec<&str> = address.path().split('/').filter(|s| !s.is_empty()).collect();
    if segments.last().is_some_and(|last| ends_in(last, &[".csv", ".json"])) {
        segments.pop();
    }
    // `/explore/dataset/{id}/information/`
    if let Some(at) = segments.windows(2).position(|pair| pair == ["explore", "dataset"]) {
        segments.truncate(at);
    }
    while segments.last().is_some_and(|last| TAILS.contains(last)) {
        segments.pop();
    }
    if let Ok(mut parts) = base.path_segments_mut() {
        parts.clear().extend(segments);
    }
    base
}

/// Whether a name is that of a file of one of these kinds.
fn ends_in(name: &str, extensions: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    extensions.iter().any(|extension| name.strip_suffix(extension).is_some_and(|stem| !stem.is_empty()))
}

/// Whether the source's address is that of an export of the catalogue.
pub(super) fn is_file(source: &Source) -> bool {
    file(source).is_some()
}

/// The request for the file that the source's address is, if it is an export of the catalogue.
fn file(source: &Source) -> Option<Request> {
    let mut segments = source.url.path().rsplit('/').filter(|s| !s.is_empty());
    let (last, before) = (segments.next()?, segments.next());
    let step = if ends_in(last, &[".csv"]) || (last == "csv" && before == Some("exports")) {
        TABLE
    } else if ends_in(last, &[".json"]) {
        EXPORT
    } else {
        return None;
    };
    let accept = if step == TABLE { "text/csv, */*;q=0.5" } else { ACCEPT };
    Some(Request::get(source.url.clone(), accept, step))
}

/// An address below another.
pub(super) fn below(base: &Url, parts: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(parts);
    }
    url
}

/// The first request of a walk.
pub(super) fn first(source: &Source, options: &Options, condition: Option<&str>) -> Request {
    if let Some(file) = file(source) {
        return file;
    }
    match options.listing {
        Way::Pages => pages(source, options, condition),
        Way::Export => export(source, options, condition),
    }
}

/// The first page of Explore v2.1.
pub(super) fn pages(source: &Source, options: &Options, condition: Option<&str>) -> Request {
    // Without a fixed order pages repeat some datasets and leave others out.
    let url = ordered(source, options, condition, "dataset_id");
    page(&Request::get(url, ACCEPT, V2_1), &Window::new(options.limit))
}

/// The list of one dataset, under the same conditions.
pub(super) fn one(source: &Source, options: &Options, id: &str) -> Request {
    let id = format!("dataset_id = \"{}\"", id.replace('\\', "\\\\").replace('"', "\\\""));
    let condition = both(options.condition(None).as_deref(), Some(&id));
    let url = ordered(source, options, condition.as_deref(), "dataset_id");
    page(&Request::get(url, ACCEPT, ONE), &Window::new(1))
}

/// The whole catalogue at once.
pub(super) fn export(source: &Source, options: &Options, condition: Option<&str>) -> Request {
    let url = below(&base(source), &["api", "explore", "v2.1", "catalog", "exports", "json"]);
    Request::get(with(url, &filters(options, condition)), ACCEPT, EXPORT)
}

/// All at once what a request for pages lists, from the same version of the API.
pub(super) fn export_of(request: &Request) -> Request {
    let mut url = request.url.clone();
    if let Ok(mut parts) = url.path_segments_mut() {
        parts.pop_if_empty().pop().extend(["exports", "json"]);
    }
    Request::get(with(url, &but(request, &["order_by", "limit", "offset"])), ACCEPT, EXPORT)
}

/// Whether a page can be asked for.
pub(super) fn is_within_reach(step: &str, window: &Window) -> bool {
    let end = window.start.saturating_add(window.rows);
    if step == V1 { end <= WINDOW } else { end < WINDOW }
}

/// The whole catalogue in the order of changes, and what has no time of change.
pub(super) fn in_order_of_changes(
    source: &Source,
    options: &Options,
    condition: Option<&str>,
) -> Vec<Request> {
    let window = Window::new(options.limit);
    let keyset = Keyset { condition: condition.map(str::to_owned), from: None, window: window.clone() };
    let undated = both(condition, Some("modified is null"));
    let undated = ordered(source, options, undated.as_deref(), "dataset_id");
    vec![by_change(source, options, &keyset), page(&Request::get(undated, ACCEPT, UNDATED), &window)]
}

/// One page in the order of changes.
pub(super) fn by_change(source: &Source, options: &Options, keyset: &Keyset) -> Request {
    let from = keyset.from.map(|from| format!("modified >= {}", date(from)));
    let condition = both(keyset.condition.as_deref(), from.as_deref());
    let url = ordered(source, options, condition.as_deref(), "modified,dataset_id");
    page(&Request::get(url, ACCEPT, KEYSET), &keyset.window)
        .with_state(serde_json::to_value(keyset).unwrap_or_default())
}

/// The first page of Explore v2.0, below one of [`OLDER`].
pub(super) fn older(source: &Source, options: &Options, condition: Option<&str>, root: &[&str]) -> Request {
    let url = below(&below(&base(source), root), &["catalog", "datasets"]);
    let mut pairs = filters(options, condition);
    pairs.push(("order_by".to_owned(), "title".to_owned()));
    page(&Request::get(with(url, &pairs), ACCEPT, V2_0), &Window::new(options.limit))
}

/// The first page of the search of version 1.
pub(super) fn oldest(source: &Source, options: &Options) -> Request {
    let url = below(&base(source), &["api", "datasets", "1.0", "search", ""]);
    let mut pairs = Vec::new();
    for (key, values) in [("refine", &options.refine), ("exclude", &options.exclude)] {
        let values = values.0.iter().filter_map(|value| value.split_once(':'));
        pairs.extend(values.map(|(facet, value)| (format!("{key}.{facet}"), value.trim().to_owned())));
    }
    pairs.extend(options.lang.iter().map(|lang| ("lang".to_owned(), lang.clone())));
    // Without it the metadata of INSPIRE and DCAT are left out.
    pairs.push(("interopmetas".to_owned(), "true".to_owned()));
    page(&Request::get(with(url, &pairs), ACCEPT, V1), &Window::new(V1_ROWS))
}

/// Datasets of Explore v2.1 in an order.
fn ordered(source: &Source, options: &Options, condition: Option<&str>, order: &str) -> Url {
    let mut pairs = filters(options, condition);
    pairs.push(("order_by".to_owned(), order.to_owned()));
    with(below(&base(source), &["api", "explore", "v2.1", "catalog", "datasets"]), &pairs)
}

fn filters(options: &Options, condition: Option<&str>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    pairs.extend(condition.map(|condition| ("where".to_owned(), condition.to_owned())));
    for (key, values) in [("refine", &options.refine), ("exclude", &options.exclude)] {
        pairs.extend(values.0.iter().map(|value| (key.to_owned(), value.clone())));
    }
    pairs.extend(options.lang.iter().map(|lang| ("lang".to_owned(), lang.clone())));
    pairs
}

fn with(mut url: Url, pairs: &[(String, String)]) -> Url {
    url.set_query(None);
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    url
}

/// The parameters of a request but for some.
fn but(request: &Request, names: &[&str]) -> Vec<(String, String)> {
    let pairs = request.url.query_pairs().filter(|(name, _)| !names.contains(&name.as_ref()));
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The same request for another page.
pub(super) fn page(request: &Request, window: &Window) -> Request {
    let (start, rows) = if request.step == V1 { ("start", "rows") } else { ("offset", "limit") };
    let mut pairs = but(request, &[start, rows]);
    pairs.push((rows.to_owned(), window.rows.to_string()));
    pairs.push((start.to_owned(), window.start.to_string()));
    let mut next = request.clone().with_state(window.to_state());
    next.url = with(next.url, &pairs);
    next
}

/// The condition of a request.
pub(super) fn condition_of(request: &Request) -> Option<String> {
    request.url.query_pairs().find(|(name, _)| name == "where").map(|(_, value)| value.into_owned())
}

/// The same request under another condition.
pub(super) fn under(request: &Request, condition: &str) -> Request {
    let mut pairs = vec![("where".to_owned(), condition.to_owned())];
    pairs.extend(but(request, &["where"]));
    let mut other = request.clone();
    other.url = with(other.url, &pairs);
    other
}

/// The same request in the portal's own order; `None` when it asks for none.
pub(super) fn unordered(request: &Request) -> Option<Request> {
    let pairs = but(request, &["order_by"]);
    (pairs.len() < request.url.query_pairs().count()).then(|| {
        let mut other = request.clone();
        other.url = with(other.url, &pairs);
        other
    })
}

#[cfg(test)]
mod tests {
    use moisson_harvest::{Source, SourceName};
    use serde_json::{Value, json};

    use super::{base, export, oldest, pages};
    use crate::opendatasoft::options::Options;

    fn source(url: &str, options: Value) -> Source {
        let Value::Object(options) = options else { panic!("not a table") };
        Source {
            name: SourceName::new("s").unwrap(),
            kind: "opendatasoft".to_owned(),
            url: url.parse().unwrap(),
            language: None,
            options,
        }
    }

    #[test]
    fn the_portal_is_found_behind_any_of_its_addresses() {
        for url in [
            "https://data.example",
            "https://data.example/explore/?sort=modified",
            "https://data.example/explore/dataset/arbres/information/",
            "https://data.example/api/explore/v2.1/catalog/datasets?limit=1",
            "https://data.example/api/v2",
            "https://data.example/api/datasets/1.0/search/",
            "https://data.example/pages/home/",
            "https://data.example/api/explore/v2.1/catalog/exports/csv?delimiter=%3B",
            "https://data.example/catalog.csv",
        ] {
            assert_eq!(base(&source(url, json!({}))).as_str(), "https://data.example/", "{url}");
        }
    }

    #[test]
    fn filters_are_said_in_the_words_of_each_version() {
        let source = source(
            "https://data.example",
            json!({ "refine": ["publisher:Ville d'Exemple", "theme:Eau"], "lang": "fr" }),
        );
        let options = Options::of(&source).unwrap();
        assert_eq!(
            pages(&source, &options, Some("a = 1")).url.query().unwrap(),
            "where=a+%3D+1&refine=publisher%3AVille+d%27Exemple&refine=theme%3AEau&lang=fr&order_by=dataset_id\
             &limit=100&offset=0"
        );
        assert_eq!(
            oldest(&source, &options).url.as_str(),
            "https://data.example/api/datasets/1.0/search/?refine.publisher=Ville+d%27Exemple&refine.theme=Eau&lang=fr\
             &interopmetas=true&rows=1000&start=0"
        );
    }

    #[test]
    fn an_export_of_the_catalogue_is_fetched_as_it_is() {
        for (url, step) in [
            ("https://files.example/catalog.csv", super::TABLE),
            ("https://data.example/api/explore/v2.1/catalog/exports/csv?lang=fr", super::TABLE),
            ("https://files.example/old/catalog.json", super::EXPORT),
        ] {
            let source = source(url, json!({ "portal": "https://data.example/explore/" }));
            let options = Options::of(&source).unwrap();
            let request = super::first(&source, &options, None);
            assert_eq!((request.url.as_str(), request.step.as_ref()), (url, step));
            assert_eq!(base(&source).as_str(), "https://data.example/");
        }
        assert!(options_are_refused("data.example"));
    }

    fn options_are_refused(portal: &str) -> bool {
        Options::of(&source("https://files.example/a.csv", json!({ "portal": portal }))).is_err()
    }

    #[test]
    fn an_export_without_filters_has_no_query() {
        let source = source("https://data.example", json!({}));
        let request = export(&source, &Options::default(), None);
        assert_eq!(request.url.as_str(), "https://data.example/api/explore/v2.1/catalog/exports/json");
    }
}
