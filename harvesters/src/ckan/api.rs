//! Requests of the action API, <https://docs.ckan.org/en/latest/api/>.

use jiff::Timestamp;
use moisson_harvest::{Request, Source};
use url::Url;

use super::options::{Options, Way};
use crate::paging::Window;

/// What we ask for. Some portals answer 406 to `application/json` alone.
const ACCEPT: &str = "application/json, */*;q=0.5";

/// `package_search`, a page.
pub(super) const SEARCH: &str = "search";
/// `current_package_list_with_resources`, a page.
pub(super) const LIST: &str = "list";
/// `package_list`, all names.
pub(super) const NAMES: &str = "names";
/// `package_search`, one package.
const ONE: &str = "one";
/// `package_show`, one package.
pub(super) const SHOW: &str = "show";

/// Ends of addresses that people copy from the browser or from documentation.
const TAILS: [&str; 11] = [
    "package_search",
    "package_list",
    "package_show",
    "current_package_list_with_resources",
    "action",
    "3",
    "2",
    "1",
    "api",
    "dataset",
    "organization",
];

/// Where the actions are, likeliest first: below the configured address (with or without `/api/3/action`, `/dataset`,
/// …), and at the root of its host, where portals with a site in front of CKAN have them.
pub(super) fn roots(source: &Source) -> Vec<Url> {
    let mut segments: Vec<&str> = source.url.path().split('/').filter(|s| !s.is_empty()).collect();
    while segments.last().is_some_and(|last| TAILS.contains(last)) {
        segments.pop();
    }
    let mut roots = Vec::new();
    for path in [segments.as_slice(), &[]] {
        let mut root = source.url.clone();
        root.set_query(None);
        root.set_fragment(None);
        if let Ok(mut parts) = root.path_segments_mut() {
            parts.clear().extend(path).extend(["api", "3", "action"]);
        }
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    roots
}

/// The address of the portal for people: that of the actions without `/api/3/action`.
pub(super) fn site(source: &Source) -> Option<Url> {
    let mut site = roots(source).into_iter().next()?;
    if let Ok(mut parts) = site.path_segments_mut() {
        parts.pop().pop().pop();
    }
    Some(site)
}

/// The actions' address that a request was made to.
pub(super) fn root_of(request: &Request) -> Url {
    let mut root = request.url.clone();
    root.set_query(None);
    if let Ok(mut parts) = root.path_segments_mut() {
        parts.pop();
    }
    root
}

/// An action below `root`.
fn action(root: &Url, name: &str) -> Url {
    let mut url = root.clone();
    if let Ok(mut parts) = url.path_segments_mut() {
        parts.pop_if_empty().push(name);
    }
    url
}

/// The same request at another address.
pub(super) fn at(root: &Url, request: &Request) -> Request {
    let mut other = request.clone();
    other.url = action(root, request.url.path_segments().and_then(Iterator::last).unwrap_or_default());
    other.url.set_query(request.url.query());
    other
}

/// The first request of a way to list the records.
pub(super) fn first(root: &Url, way: Way, options: &Options, since: Option<Timestamp>) -> Request {
    match way {
        Way::PackageSearch => search(root, options, since, &Window::new(options.rows)),
        Way::CurrentPackageListWithResources => list(root, &Window::new(options.rows)),
        Way::PackageList => Request::get(action(root, "package_list"), ACCEPT, NAMES),
    }
}

fn search(root: &Url, options: &Options, since: Option<Timestamp>, window: &Window) -> Request {
    let mut url = action(root, "package_search");
    {
        let mut query = url.query_pairs_mut();
        if let Some(q) = &options.q {
            query.append_pair("q", q);
        }
        if let Some(fq) = options.fq(since) {
            query.append_pair("fq", &fq);
        }
        // Pages drift while datasets change unless the order is fixed.
        query.append_pair("sort", "id asc");
    }
    page(&Request::get(url, ACCEPT, SEARCH), window)
}

/// The search for one package, under the same filters.
pub(super) fn one(root: &Url, options: &Options, id: &str) -> Request {
    let mut url = action(root, "package_search");
    {
        let mut query = url.query_pairs_mut();
        if let Some(q) = &options.q {
            query.append_pair("q", q);
        }
        query.append_pair("fq", &options.fq_of(id)).append_pair("rows", "1");
    }
    Request::get(url, ACCEPT, ONE)
}

fn list(root: &Url, window: &Window) -> Request {
    page(&Request::get(action(root, "current_package_list_with_resources"), ACCEPT, LIST), window)
}

/// The same request for another page.
pub(super) fn page(request: &Request, window: &Window) -> Request {
    let (start, rows) = if request.step == LIST { ("offset", "limit") } else { ("start", "rows") };
    let others: Vec<(String, String)> = request
        .url
        .query_pairs()
        .filter(|(k, _)| k != start && k != rows)
        .map(|(k, v)| (k.into(), v.into()))
        .collect();
    let mut next = request.clone().with_state(window.to_state());
    next.url
        .query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair(rows, &window.rows.to_string())
        .append_pair(start, &window.start.to_string());
    next
}

/// One package.
pub(super) fn show(root: &Url, name: &str) -> Request {
    let mut url = action(root, "package_show");
    url.query_pairs_mut().append_pair("id", name);
    Request::get(url, ACCEPT, SHOW)
}

#[cfg(test)]
mod tests {
    use moisson_harvest::{Source, SourceName};

    use super::{page, root_of, roots, show, site};
    use crate::{ckan::options::Options, paging::Window};

    fn source(url: &str) -> Source {
        Source {
            name: SourceName::new("s").unwrap(),
            kind: "ckan".to_owned(),
            url: url.parse().unwrap(),
            language: None,
            options: serde_json::Map::new(),
        }
    }

    #[test]
    fn the_api_is_found_behind_any_address_of_the_portal() {
        for url in [
            "https://ckan.example",
            "https://ckan.example/dataset?q=x#top",
            "https://ckan.example/api/3",
            "https://ckan.example/api/3/action/package_search?rows=1",
            "https://ckan.example//api/action/",
        ] {
            let roots: Vec<_> = roots(&source(url)).iter().map(ToString::to_string).collect();
            assert_eq!(roots, ["https://ckan.example/api/3/action"], "{url}");
        }
        let below = source("https://ckan.example/fr/indexer/service/ckan/api/3/");
        let roots: Vec<_> = roots(&below).iter().map(ToString::to_string).collect();
        assert_eq!(
            roots,
            [
                "https://ckan.example/fr/indexer/service/ckan/api/3/action",
                "https://ckan.example/api/3/action"
            ]
        );
        assert_eq!(site(&below).unwrap().as_str(), "https://ckan.example/fr/indexer/service/ckan");
    }

    #[test]
    fn a_page_keeps_the_filters_and_changes_the_window() {
        let root = roots(&source("https://ckan.example/")).remove(0);
        let options = Options { q: Some("a b".to_owned()), ..Options::default() };
        let first = super::first(&root, options.listing, &options, None);
        assert_eq!(
            first.url.as_str(),
            "https://ckan.example/api/3/action/package_search?q=a+b&sort=id+asc&rows=100&start=0"
        );
        let next = page(&first, &Window::new(100).next(50, None));
        assert_eq!(next.url.query(), Some("q=a+b&sort=id+asc&rows=100&start=50"));
        assert_eq!(root_of(&next), root);
        assert_eq!(show(&root, "a&b").url.query(), Some("id=a%26b"));
    }
}
