//! What replies become: records, the page that follows, and what is said of a broken one.

use std::fmt::Display;

use moisson_harvest::{Found, Harvester, Listing, Page, ReadError, Reply, Request, Source, SourceName};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    opendatasoft::{Opendatasoft, api, options::Options},
    paging::Window,
};

fn source(options: Value) -> Source {
    let Value::Object(options) = options else { panic!("not a table") };
    Source {
        name: SourceName::new("s").unwrap(),
        kind: "opendatasoft".to_owned(),
        url: "https://data.example/".parse().unwrap(),
        language: None,
        options,
    }
}

fn first(source: &Source) -> Request {
    Opendatasoft.plan(source, None).unwrap().start.remove(0)
}

fn read(source: &Source, request: &Request, body: impl Display) -> Result<(Vec<String>, Page), ReadError> {
    let body = format!("{body}").into();
    let reply = Reply { request, url: &request.url, status: 200, headers: &[], body };
    let mut found = Vec::new();
    let page = Opendatasoft.read(source, &reply, &mut |it| {
        found.push(match it {
            Found::Record(record) => record.id.0,
            Found::Broken(broken) => format!("broken {}: {}", broken.place, broken.reason),
        });
    })?;
    Ok((found, page))
}

fn follow(page: &Page) -> Vec<&str> {
    page.follow
        .iter()
        .map(|request| request.url.as_str().trim_start_matches("https://data.example"))
        .collect()
}

fn page(total: u64, ids: &[&str]) -> Value {
    let results: Vec<_> = ids.iter().map(|id| json!({ "dataset_id": id })).collect();
    json!({ "total_count": total, "results": results })
}

#[test]
fn pages_go_forward_in_a_fixed_order_up_to_the_count() {
    let source = source(json!({}));
    let request = first(&source);
    assert_eq!(request.url.query(), Some("order_by=dataset_id&limit=100&offset=0"));
    let (found, one) = read(&source, &request, page(3, &["a", "b"])).unwrap();
    assert_eq!((found, one.total), (vec!["a".to_owned(), "b".to_owned()], Some(3)));
    assert_eq!(follow(&one), ["/api/explore/v2.1/catalog/datasets?order_by=dataset_id&limit=100&offset=2"]);
    let (_, two) = read(&source, &one.follow[0], page(3, &["c"])).unwrap();
    assert!(two.follow.is_empty());
    let (_, none) = read(&source, &request, page(0, &[])).unwrap();
    assert_eq!((none.total, none.follow.len()), (Some(0), 0));
}

#[test]
fn a_catalogue_beyond_the_window_is_read_all_at_once() {
    let source = source(json!({ "refine": "theme:Eau" }));
    let (found, one) = read(&source, &first(&source), page(9_900, &["a"])).unwrap();
    assert_eq!((found.len(), one.total), (0, Some(9_900)));
    assert_eq!(follow(&one), ["/api/explore/v2.1/catalog/exports/json?refine=theme%3AEau"]);
    let body = json!([{ "dataset_id": "a", "metas": {} }, { "dataset_id": "b" }]);
    let (found, all) = read(&source, &one.follow[0], body).unwrap();
    assert_eq!((found.len(), all.total, all.follow.len()), (2, Some(2), 0));
    // One that grows out of the window on the way.
    let at_the_edge = api::page(&first(&source), &Window::new(100).next(9_800, None));
    let ids: Vec<String> = (0..100).map(|n| format!("d{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (_, edge) = read(&source, &at_the_edge, page(9_950, &ids)).unwrap();
    assert_eq!(follow(&edge), ["/api/explore/v2.1/catalog/exports/json?refine=theme%3AEau"]);
}

#[test]
fn the_order_of_changes_crosses_the_window_by_time() {
    let source = source(json!({ "limit": 2 }));
    let options = Options::of(&source).unwrap();
    let dated = |total: u64, items: &[(&str, &str)]| {
        let results: Vec<_> = items
            .iter()
            .map(|(id, at)| json!({ "dataset_id": id, "metas": { "default": { "modified": at } } }))
            .collect();
        json!({ "total_count": total, "results": results })
    };
    let start = api::in_order_of_changes(&source, &options, Some("a = 1"));
    let (_, one) =
        read(&source, &start[0], dated(20_000, &[("a", "2020-01-01T00:00:00+00:00"), ("b", "2020-01-01")]))
            .unwrap();
    assert_eq!(one.total, None, "the count is of what is left");
    assert!(follow(&one)[0].ends_with("order_by=modified%2Cdataset_id&limit=2&offset=2"), "{one:?}");
    let mut keyset: api::Keyset = serde_json::from_value(one.follow[0].state.0.clone()).unwrap();
    keyset.window.start = 9_996;
    let edge = api::by_change(&source, &options, &keyset);
    let body = dated(20_000, &[("y", "2021-05-06T07:08:09.5+02:00"), ("z", "2021-05-06T07:08:10+02:00")]);
    let (_, next) = read(&source, &edge, body.clone()).unwrap();
    let asked = api::condition_of(&next.follow[0]).unwrap();
    assert_eq!(asked, "(a = 1) AND (modified >= date'2021-05-06T05:08:10Z')");
    assert!(next.follow[0].url.as_str().ends_with("offset=0"));
    // A window full of datasets of one moment cannot be crossed.
    let mut stuck: api::Keyset = serde_json::from_value(next.follow[0].state.0.clone()).unwrap();
    stuck.window.start = 9_996;
    let (_, end) = read(&source, &api::by_change(&source, &options, &stuck), body).unwrap();
    assert!(end.follow.is_empty());
    assert_eq!(
        end.shortfall.unwrap(),
        "more than 9998 datasets were changed at 2021-05-06T05:08:10Z; those beyond cannot be reached"
    );
}

#[test]
fn the_versions_before_are_read_too() {
    let source = source(json!({}));
    let options = Options::default();
    let v2 = api::older(&source, &options, None, api::OLDER[0]);
    let body = json!({ "total_count": 2, "datasets": [{ "links": [], "dataset": { "dataset_id": "a", "dataset_uid": "da_1" } }] });
    let (found, page) = read(&source, &v2, body).unwrap();
    assert_eq!((found, page.total), (vec!["a".to_owned()], Some(2)));
    assert_eq!(follow(&page), ["/api/explore/v2.0/catalog/datasets?order_by=title&limit=100&offset=1"]);
    let v1 = api::oldest(&source, &options);
    let body = json!({ "nhits": 2, "parameters": {}, "datasets": [{ "datasetid": "a" }] });
    let (found, page) = read(&source, &v1, body).unwrap();
    assert_eq!((found, page.total), (vec!["a".to_owned()], Some(2)));
    assert_eq!(follow(&page), ["/api/datasets/1.0/search/?interopmetas=true&rows=1000&start=1"]);
}

#[test]
fn the_record_of_version_2_0_is_the_dataset_in_its_wrapping() {
    let source = source(json!({}));
    let request = api::older(&source, &Options::default(), None, api::OLDER[1]);
    let body = r#"{"total_count":1,"datasets":[{"links":[],"dataset":{"dataset_id":"a"}}]}"#;
    let body = bytes::Bytes::from(body);
    let reply = Reply { request: &request, url: &request.url, status: 200, headers: &[], body: body.clone() };
    let mut records = Vec::new();
    Opendatasoft.read(&source, &reply, &mut |it| records.push(it)).unwrap();
    let Found::Record(record) = &records[0] else { panic!("not a record") };
    assert_eq!(&record.body[..], br#"{"dataset_id":"a"}"#);
    assert!(body.as_ptr_range().contains(&record.body.as_ptr()), "copied");
}

#[test]
fn copies_of_other_portals_may_be_left_out() {
    let body = json!({ "total_count": 3, "results": [
        { "dataset_id": "own", "metas": { "default": { "federated": false, "source_dataset": null } } },
        { "dataset_id": "copy", "metas": { "default": { "federated": true } } },
        { "dataset_id": "share", "metas": { "default": { "source_dataset": "x" } } },
    ]});
    let all = source(json!({}));
    assert_eq!(read(&all, &first(&all), &body).unwrap().0, ["own", "copy", "share"]);
    let own = source(json!({ "federated": false }));
    let (found, page) = read(&own, &first(&own), &body).unwrap();
    assert_eq!(found, ["own"]);
    assert_eq!(page.gone.iter().map(|id| id.0.as_str()).collect::<Vec<_>>(), ["copy", "share"]);
}

#[test]
fn changes_are_asked_for_with_an_overlap() {
    let source = source(json!({}));
    let plan = Opendatasoft.plan(&source, Some("2026-01-01T00:00:00Z".parse().unwrap())).unwrap();
    assert_eq!(plan.listing, Listing::Changes);
    assert_eq!(
        api::condition_of(&plan.start[0]).unwrap(),
        "modified >= date'2025-12-31T23:55:00Z' OR metadata_processed >= date'2025-12-31T23:55:00Z'"
    );
}

#[test]
fn a_portal_that_gives_one_page_again_and_again_is_asked_for_all_at_once() {
    let source = source(json!({}));
    let (_, one) = read(&source, &first(&source), page(500, &["a", "b"])).unwrap();
    let (found, two) = read(&source, &one.follow[0], page(500, &["a", "b"])).unwrap();
    assert_eq!((found.len(), two.remarks.len()), (0, 1));
    assert_eq!(follow(&two), ["/api/explore/v2.1/catalog/exports/json"]);
}

#[test]
fn what_is_no_dataset_is_set_aside_and_what_is_no_page_says_why() {
    let source = source(json!({}));
    let body = json!({ "total_count": 3, "results": [{ "dataset_id": "a" }, { "title": "x" }, 7] });
    let (found, _) = read(&source, &first(&source), body).unwrap();
    assert_eq!(found[0], "a");
    assert_eq!(found[1], "broken 1: a dataset without `dataset_id`; the portal should give one");
    assert_eq!(found.len(), 3);
    for (body, expected) in [
        (
            r#"{"message":"unknown field","error_code":"ODSQLError"}"#,
            "found an error: unknown field, ODSQLError",
        ),
        ("<!DOCTYPE html><p>x", "found HTML `<!DOCTYPE html><p>x`"),
        (r#"{"total_count":3,"results":[{"dataset_id":"a"}"#, "cut short after 46 bytes"),
        (r#"{"total_count":3,"results":"x"}"#, "something else than a list"),
        ("[]", "found []"),
    ] {
        let error = read(&source, &first(&source), body).unwrap_err().to_string();
        assert!(error.starts_with("expected a page of the catalogue"), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}

proptest! {
    #[test]
    fn a_reply_cut_anywhere_gives_no_record_that_is_not_there(at in 0_usize..200) {
        let source = source(json!({}));
        let body = page(3, &["a", "b", "c"]).to_string();
        let cut = body.get(..at.min(body.len() - 1)).unwrap();
        for step in [api::V2_1, api::V2_0, api::V1, api::EXPORT, api::KEYSET] {
            let request = Request { step: step.into(), ..first(&source) };
            prop_assert!(read(&source, &request, cut).is_err());
        }
    }

    #[test]
    fn any_reply_is_survived(
        body in "\\PC{0,60}|[\\[{\\]}\":,a-z0-9 ]{0,60}",
        step in "(v2.1|v2.0|v1|export|keyset|undated)",
    ) {
        let source = source(json!({}));
        let request = Request { step: step.into(), ..first(&source) };
        // Whatever comes of it, it is one of the two.
        let _either = read(&source, &request, format!("{{\"total_count\":3,\"results\":{body}}}")).is_ok();
        let _either = read(&source, &request, body).is_ok();
    }
}
