//! What to ask when a request failed for good.
//!
//! In this order: the same page in smaller pieces, the condition without what the portal may not know, the whole
//! catalogue at once, the catalogue in the order of changes, the versions before. No step leads back.

use moisson_harvest::{Failure, Request, Source};

use super::{
    api::{self, Keyset},
    options::{Options, without_metadata},
};
use crate::paging::{Window, is_elsewhere, is_refusal};

/// What to ask instead of `request`; nothing when there is no other way, or the portal should be left alone.
pub(super) fn instead(
    source: &Source,
    options: &Options,
    request: &Request,
    failure: &Failure,
) -> Vec<Request> {
    // A file that was configured as such has no other version.
    if is_refusal(failure) || api::is_file(source) {
        return Vec::new();
    }
    let condition = api::condition_of(request);
    let condition = condition.as_deref();
    if matches!(failure, Failure::Status(400)) {
        if let Some(plainer) = condition.and_then(without_metadata) {
            return vec![api::under(request, &plainer)];
        }
        if let Some(unordered) = api::unordered(request) {
            return vec![unordered];
        }
    }
    match request.step.as_ref() {
        api::EXPORT => api::in_order_of_changes(source, options, condition),
        api::KEYSET => {
            let keyset: Keyset = serde_json::from_value(request.state.0.clone()).unwrap_or_default();
            let smaller = keyset.window.clone().around(failure);
            smaller
                .map(|window| api::by_change(source, options, &Keyset { window, ..keyset }))
                .into_iter()
                .collect()
        }
        _ => page_instead(source, options, request, failure),
    }
}

fn page_instead(source: &Source, options: &Options, request: &Request, failure: &Failure) -> Vec<Request> {
    let window = Window::of(request, options.limit);
    let first_ask = window.start == 0 && window.rows == window.full;
    let elsewhere = first_ask && is_elsewhere(failure);
    if !elsewhere && let Some(smaller) = window.around(failure) {
        return vec![api::page(request, &smaller)];
    }
    if matches!(failure, Failure::Transport(_)) {
        return Vec::new();
    }
    let condition = api::condition_of(request);
    let condition = condition.as_deref();
    let [older, first_older] = api::OLDER;
    match request.step.as_ref() {
        api::V2_1 if elsewhere => vec![api::older(source, options, condition, older)],
        api::V2_1 => vec![api::export_of(request)],
        api::V2_0 if elsewhere && request.url.path().contains("/api/explore/") => {
            vec![api::older(source, options, condition, first_older)]
        }
        api::V2_0 if options.is_plain() => vec![api::oldest(source, options)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use moisson_harvest::{Failure, Request, Source, SourceName};
    use serde_json::json;

    use super::{api, instead};
    use crate::{opendatasoft::options::Options, paging::Window};

    fn source() -> Source {
        Source {
            name: SourceName::new("s").unwrap(),
            kind: "opendatasoft".to_owned(),
            url: "https://x.example/".parse().unwrap(),
            language: None,
            options: serde_json::Map::new(),
        }
    }

    /// All that is asked of a portal that always fails in this way, without its host and the page.
    fn asked(options: &Options, first: Request, failure: &Failure) -> Vec<String> {
        let (mut asked, mut open) = (Vec::new(), vec![first]);
        while let Some(request) = open.pop() {
            let next = instead(&source(), options, &request, failure);
            asked.extend(
                next.iter().map(|it| it.url.as_str().trim_start_matches("https://x.example").to_owned()),
            );
            open.extend(next);
            assert!(asked.len() < 40, "{asked:#?}");
        }
        asked
    }

    fn paths(asked: &[String]) -> Vec<&str> {
        asked.iter().map(|it| it.split('?').next().unwrap()).collect()
    }

    #[test]
    fn older_versions_are_tried_where_the_newest_is_missing() {
        let options = Options::default();
        let all = asked(&options, api::pages(&source(), &options, None), &Failure::Status(410));
        assert_eq!(
            paths(&all),
            ["/api/explore/v2.0/catalog/datasets", "/api/v2/catalog/datasets", "/api/datasets/1.0/search/"]
        );
    }

    #[test]
    fn a_page_that_breaks_the_portal_is_asked_for_in_pieces_then_all_at_once() {
        let options = Options::default();
        let first = api::page(&api::pages(&source(), &options, None), &Window::new(100).next(200, None));
        let all = asked(&options, first, &Failure::Status(500));
        assert!(all[0].ends_with("limit=20&offset=200"), "{all:#?}");
        assert!(paths(&all).contains(&"/api/explore/v2.1/catalog/exports/json"), "{all:#?}");
        assert!(all.iter().any(|it| it.contains("order_by=modified%2Cdataset_id")), "{all:#?}");
        assert!(all.iter().any(|it| it.contains("modified+is+null")), "{all:#?}");
    }

    #[test]
    fn an_export_that_is_too_large_is_read_in_the_order_of_changes() {
        let options = Options::default();
        let failure = Failure::Transport("larger than 100 MB".to_owned());
        let next = instead(&source(), &options, &api::export(&source(), &options, Some("a = 1")), &failure);
        let queries: Vec<_> = next.iter().map(|it| it.url.query().unwrap()).collect();
        assert_eq!(
            queries,
            [
                "where=a+%3D+1&order_by=modified%2Cdataset_id&limit=100&offset=0",
                "where=%28a+%3D+1%29+AND+%28modified+is+null%29&order_by=dataset_id&limit=100&offset=0"
            ]
        );
    }

    #[test]
    fn a_condition_that_the_portal_does_not_know_is_made_plainer() {
        let options = Options::default();
        let condition = options.condition(Some("2026-01-01T00:00:00Z".parse().unwrap()));
        let first = api::pages(&source(), &options, condition.as_deref());
        let next = instead(&source(), &options, &first, &Failure::Status(400));
        let asked = api::condition_of(&next[0]).unwrap();
        assert_eq!(asked, "modified >= date'2025-12-31T23:55:00Z'");
    }

    #[test]
    fn a_quota_that_is_used_up_is_respected() {
        let options = Options::default();
        for status in [401, 403, 429, 503] {
            let first = api::pages(&source(), &options, None);
            assert!(asked(&options, first, &Failure::Status(status)).is_empty(), "{status}");
        }
    }

    #[test]
    fn the_search_of_version_1_is_not_asked_what_it_cannot_be() {
        let source = Source { options: json!({ "where": "a = 1" }).as_object().unwrap().clone(), ..source() };
        let options = Options::of(&source).unwrap();
        let all = asked(
            &options,
            api::pages(&source, &options, options.condition(None).as_deref()),
            &Failure::Status(404),
        );
        assert_eq!(paths(&all), ["/api/explore/v2.0/catalog/datasets", "/api/v2/catalog/datasets"]);
    }
}
