//! What to ask when a request failed for good.
//!
//! In this order: the same page in smaller pieces, the API at another address, the search without its order, the
//! list with resources (DKAN), all names. No step leads back, so a broken portal is left alone after a few requests.

use moisson_harvest::{Failure, Request, Source};
use url::Url;

use super::{
    api,
    options::{Options, Way},
};
use crate::paging::{Window, is_elsewhere, is_refusal};

/// What to ask instead of `request`; nothing when there is no other way, or the portal should be left alone.
pub(super) fn instead(
    source: &Source,
    options: &Options,
    request: &Request,
    failure: &Failure,
) -> Vec<Request> {
    let way = match request.step.as_ref() {
        api::SEARCH => Way::PackageSearch,
        api::LIST => Way::CurrentPackageListWithResources,
        api::NAMES => Way::PackageList,
        _ => return Vec::new(),
    };
    if is_refusal(failure) {
        return Vec::new();
    }
    let window = Window::of(request, options.rows);
    let first_ask = window.start == 0 && window.rows == window.full;
    if way != Way::PackageList
        && let Some(smaller) = window.around(failure)
        && !(first_ask && is_elsewhere(failure))
    {
        return vec![api::page(request, &smaller)];
    }
    if matches!(failure, Failure::Transport(_)) {
        return Vec::new();
    }
    if way == Way::PackageSearch
        && first_ask
        && matches!(failure, Failure::Status(400 | 409))
        && let Some(unsorted) = without_sort(request)
    {
        return vec![unsorted];
    }
    if first_ask
        && is_elsewhere(failure)
        && let Some(root) = next_root(source, request)
    {
        return vec![api::at(&root, request)];
    }
    let next = match way {
        Way::PackageSearch if options.filters_are_plain() => Way::CurrentPackageListWithResources,
        Way::CurrentPackageListWithResources => Way::PackageList,
        _ => return Vec::new(),
    };
    // A portal that answered before answers at the same address; else each address is tried again.
    let root = if first_ask { api::roots(source).into_iter().next() } else { None };
    vec![api::first(&root.unwrap_or_else(|| api::root_of(request)), next, options, None)]
}

/// The address to try after that of `request`.
fn next_root(source: &Source, request: &Request) -> Option<Url> {
    let at = api::root_of(request);
    api::roots(source).into_iter().skip_while(|root| *root != at).nth(1)
}

/// The same search in the portal's own order.
fn without_sort(request: &Request) -> Option<Request> {
    let others: Vec<(String, String)> =
        request.url.query_pairs().filter(|(k, _)| k != "sort").map(|(k, v)| (k.into(), v.into())).collect();
    if others.len() == request.url.query_pairs().count() {
        return None;
    }
    let mut unsorted = request.clone();
    unsorted.url.query_pairs_mut().clear().extend_pairs(others);
    Some(unsorted)
}

#[cfg(test)]
mod tests {
    use moisson_harvest::{Failure, ReadError, Request, Source, SourceName};

    use super::{api, instead};
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

    /// All that is asked of a portal that always fails in this way, without its host.
    fn asked(url: &str, options: &Options, start: u64, failure: &Failure) -> Vec<String> {
        let source = source(url);
        let root = api::roots(&source).remove(0);
        let first = api::first(&root, options.listing, options, None);
        let mut request = api::page(&first, &Window::new(options.rows).next(start, None));
        let mut asked = Vec::new();
        loop {
            let next: Vec<Request> = instead(&source, options, &request, failure);
            let Some(only) = next.first() else { return asked };
            assert_eq!(next.len(), 1);
            asked.push(only.url.as_str().trim_start_matches("https://x.example").to_owned());
            assert!(asked.len() < 20, "{asked:#?}");
            request = only.clone();
        }
    }

    #[test]
    fn where_there_is_no_search_the_lists_are_tried() {
        assert_eq!(
            asked("https://x.example/", &Options::default(), 0, &Failure::Status(404)),
            [
                "/api/3/action/current_package_list_with_resources?limit=100&offset=0",
                "/api/3/action/package_list",
            ]
        );
    }

    #[test]
    fn a_site_in_front_of_the_portal_is_gone_around() {
        let page = ReadError {
            expected: "x".to_owned(),
            found: "HTML `<!doctype html>`".to_owned(),
            place: String::new(),
            hint: String::new(),
        };
        assert_eq!(
            asked("https://x.example/donnees", &Options::default(), 0, &Failure::Read(page)),
            [
                "/api/3/action/package_search?sort=id+asc&rows=100&start=0",
                "/donnees/api/3/action/current_package_list_with_resources?limit=100&offset=0",
                "/api/3/action/current_package_list_with_resources?limit=100&offset=0",
                "/donnees/api/3/action/package_list",
                "/api/3/action/package_list",
            ]
        );
    }

    #[test]
    fn an_order_that_the_portal_does_not_know_is_left_out() {
        let first = &asked("https://x.example/", &Options::default(), 0, &Failure::Status(409))[0];
        assert_eq!(first, "/api/3/action/package_search?rows=100&start=0");
    }

    #[test]
    fn a_page_that_breaks_the_server_is_asked_for_in_pieces() {
        let asked = asked("https://x.example/", &Options::default(), 200, &Failure::Status(500));
        let search = "/api/3/action/package_search?sort=id+asc";
        for (at, window) in [
            (0, "rows=20&start=200"),
            (1, "rows=4&start=200"),
            (2, "rows=1&start=200"),
            (3, "rows=1&start=201"),
        ] {
            assert_eq!(asked[at], format!("{search}&{window}"));
        }
        assert!(asked.last().unwrap().ends_with("package_list"), "{asked:?}");
    }

    #[test]
    fn a_portal_that_sends_us_away_is_left_alone() {
        for failure in [Failure::Status(403), Failure::Status(429), Failure::Status(503)] {
            assert!(asked("https://x.example/", &Options::default(), 0, &failure).is_empty(), "{failure}");
        }
        assert!(
            asked("https://x.example/", &Options::default(), 0, &Failure::Transport("refused".to_owned()))
                .len()
                < 6
        );
    }

    #[test]
    fn a_search_that_only_solr_understands_has_no_other_way() {
        let options = Options { q: Some("title:eau".to_owned()), ..Options::default() };
        assert!(asked("https://x.example/", &options, 0, &Failure::Status(404)).is_empty());
    }
}
