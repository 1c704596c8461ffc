//! What replies become: records, the page that follows, and what is said of a broken one.

use moisson_harvest::{Failure, Found, Harvester, Page, ReadError, Reply, Request, Source, SourceName};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::ckan::Ckan;

fn source(options: Value) -> Source {
    let Value::Object(options) = options else { panic!("not a table") };
    Source {
        name: SourceName::new("s").unwrap(),
        kind: "ckan".to_owned(),
        url: "https://ckan.example/".parse().unwrap(),
        language: None,
        options,
    }
}

fn first(source: &Source) -> Request {
    Ckan.plan(source, None).unwrap().start.remove(0)
}

type Read = (Vec<Found>, Page);

fn read(source: &Source, request: &Request, body: impl Into<Vec<u8>>) -> Result<Read, ReadError> {
    let reply = Reply { request, url: &request.url, status: 200, headers: &[], body: body.into().into() };
    let mut found = Vec::new();
    let page = Ckan.read(source, &reply, &mut |it| found.push(it))?;
    Ok((found, page))
}

fn ids(found: &[Found]) -> Vec<&str> {
    let id = |it: &Found| match it {
        Found::Record(record) => record.id.0.clone().leak() as &str,
        Found::Broken(broken) => broken.place.clone().leak(),
    };
    found.iter().map(id).collect()
}

fn follow(page: &Page) -> Vec<&str> {
    page.follow
        .iter()
        .map(|request| request.url.as_str().trim_start_matches("https://ckan.example"))
        .collect()
}

fn search(count: impl Into<Value>, packages: &[&str]) -> String {
    let results: Vec<_> = packages.iter().map(|id| json!({ "id": id })).collect();
    json!({ "help": "x", "success": true, "result": { "count": count.into(), "results": results } })
        .to_string()
}

#[test]
fn pages_go_forward_by_what_was_received_up_to_the_count() {
    let source = source(json!({}));
    let (found, page) = read(&source, &first(&source), search(5, &["a", "b", "c"])).unwrap();
    assert_eq!(ids(&found), ["a", "b", "c"]);
    assert_eq!(page.total, Some(5));
    assert_eq!(follow(&page), ["/api/3/action/package_search?sort=id+asc&rows=100&start=3"]);
    let (found, page) = read(&source, &page.follow[0], search(5, &["d", "e"])).unwrap();
    assert_eq!((ids(&found), page.follow.len()), (vec!["d", "e"], 0));
}

#[test]
fn an_empty_page_is_the_last() {
    let source = source(json!({}));
    let (_, page) = read(&source, &first(&source), search(5, &["a"])).unwrap();
    let (found, page) = read(&source, &page.follow[0], search(5, &[])).unwrap();
    assert_eq!((found.len(), page.follow.len(), page.total), (0, 0, Some(5)));
    let (_, page) = read(&source, &first(&source), search(0, &[])).unwrap();
    assert_eq!((page.total, page.follow.len()), (Some(0), 0));
}

#[test]
fn a_count_that_is_too_small_or_missing_is_not_heeded() {
    let source = source(json!({}));
    let (_, page) = read(&source, &first(&source), search(1, &["a", "b"])).unwrap();
    assert_eq!((page.total, page.follow.len(), page.remarks.len()), (Some(2), 1, 1));
    let (_, page) = read(&source, &first(&source), search(Value::Null, &["a", "b"])).unwrap();
    assert_eq!((page.total, page.follow.len(), page.remarks.len()), (None, 1, 0));
    let (_, page) = read(&source, &first(&source), search("2", &["a", "b"])).unwrap();
    assert_eq!((page.total, page.follow.len()), (Some(2), 0));
}

#[test]
fn a_portal_that_does_not_heed_start_is_asked_for_its_names() {
    let source = source(json!({}));
    let (_, page) = read(&source, &first(&source), search(437, &["a", "b"])).unwrap();
    let (found, page) = read(&source, &page.follow[0], search(437, &["a", "b"])).unwrap();
    assert!(found.is_empty());
    assert_eq!(follow(&page), ["/api/3/action/package_list"]);
    assert_eq!(page.remarks.len(), 1);
}

#[test]
fn records_are_slices_of_the_body() {
    let source = source(json!({}));
    let body = bytes::Bytes::from(search(1, &["a"]));
    let request = first(&source);
    let reply = Reply { request: &request, url: &request.url, status: 200, headers: &[], body: body.clone() };
    let mut records = Vec::new();
    Ckan.read(&source, &reply, &mut |it| records.push(it)).unwrap();
    let Found::Record(record) = &records[0] else { panic!("not a record") };
    assert!(body.as_ptr_range().contains(&record.body.as_ptr()), "copied");
    assert_eq!(&record.body[..], br#"{"id":"a"}"#);
}

#[test]
fn every_request_says_why_the_portal_failed() {
    let source = source(json!({}));
    let api = crate::ckan::api::root_of(&first(&source));
    let show = crate::ckan::api::show(&api, "a");
    let failed = |error: &str| format!(r#"{{"success":false,"error":{error}}}"#);
    for (error, said) in [
        (r#"{"__type":"Search Error","message":"Solr is down"}"#, "(Search Error Solr is down)"),
        (r#"{"message":"Solr is down"}"#, "(Solr is down)"),
        (r#""Solr is down""#, "(Solr is down)"),
        ("{}", "(no reason given)"),
        ("[1]", "(no reason given)"),
    ] {
        for request in [&show, &first(&source)] {
            let found = read(&source, request, failed(error)).unwrap_err().to_string();
            assert!(found.contains(said), "{}: {found}", request.step);
        }
    }
}

#[test]
fn what_is_not_public_or_no_dataset_is_gone_for_us() {
    let source = source(json!({}));
    let packages = json!([
        {"id": "a", "state": "active", "private": false, "type": "dataset"},
        {"id": "b", "state": "draft"}, {"id": "c", "state": "deleted"}, {"id": "d", "private": true},
        {"id": "e", "type": "harvest"}, {"id": "f", "type": "showcase"}, {"id": "g", "type": "dataset_series"},
        {"id": "h", "state": "Active", "private": true}, {"name": "i"}, {"id": " ", "name": ""}, "text",
    ]);
    let body = json!({ "success": true, "result": { "count": 11, "results": packages } }).to_string();
    let (found, page) = read(&source, &first(&source), body).unwrap();
    assert_eq!(ids(&found), ["a", "g", "h", "i", "result/results/9", "result/results/10"]);
    assert_eq!(page.gone.iter().map(|id| id.0.as_str()).collect::<Vec<_>>(), ["b", "c", "d", "e", "f"]);
    assert!(page.follow.is_empty());
}

#[test]
fn names_lead_to_packages_one_by_one() {
    let source = source(json!({ "listing": "package_list" }));
    let request = first(&source);
    assert_eq!(request.url.path(), "/api/3/action/package_list");
    let body = json!({ "success": true, "result": ["a b", "c", "a b", null] }).to_string();
    let (_, page) = read(&source, &request, body).unwrap();
    assert_eq!(page.total, Some(2));
    assert_eq!(follow(&page), ["/api/3/action/package_show?id=a+b", "/api/3/action/package_show?id=c"]);
    let dkan = json!({ "success": true, "result": [[{"id": "1", "state": "Active"}]] }).to_string();
    let (found, _) = read(&source, &page.follow[0], dkan).unwrap();
    assert_eq!(ids(&found), ["1"]);
    let (found, _) = read(&source, &page.follow[1], r#"{"success":true,"result":{"id":"2"}}"#).unwrap();
    assert_eq!(ids(&found), ["2"]);
    assert!(read(&source, &page.follow[1], r#"{"success":true,"result":[]}"#).is_err());
}

#[test]
fn a_list_with_resources_is_read_to_its_end() {
    let source = source(json!({ "listing": "current_package_list_with_resources", "rows": 2 }));
    let list = |ids: &[&str]| {
        let packages: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
        json!({ "success": true, "result": [packages] }).to_string()
    };
    let (found, page) = read(&source, &first(&source), list(&["a", "b"])).unwrap();
    assert_eq!(ids(&found), ["a", "b"]);
    assert_eq!(follow(&page), ["/api/3/action/current_package_list_with_resources?limit=2&offset=2"]);
    let (found, last) = read(&source, &page.follow[0], list(&["c"])).unwrap();
    assert_eq!((ids(&found), last.follow.len(), last.total), (vec!["c"], 1, None));
    let (_, end) = read(&source, &last.follow[0], list(&[])).unwrap();
    assert_eq!((end.follow.len(), end.total), (0, Some(3)));
    // One that gives a page of the size asked for whatever the offset.
    let (_, same) = read(&source, &page.follow[0], list(&["a", "b"])).unwrap();
    assert_eq!(follow(&same), ["/api/3/action/package_list"]);
    // One that gives all it has at once.
    let (_, page) = read(&source, &first(&source), list(&["a", "b", "c"])).unwrap();
    let (found, all) = read(&source, &page.follow[0], list(&["a", "b", "c"])).unwrap();
    assert_eq!((found.len(), all.follow.len(), all.shortfall), (0, 0, None));
}

#[test]
fn filters_hold_where_the_portal_is_not_asked_to_filter() {
    let source = source(json!({ "listing": "package_list", "organization": "ville", "tags": "eau" }));
    let show = Request { step: "show".into(), ..first(&source) };
    let package = |organization: &str, tag: &str| {
        json!({ "success": true, "result": { "id": "1", "organization": {"name": organization}, "tags": [{"name": tag}] } })
            .to_string()
    };
    assert_eq!(read(&source, &show, package("ville", "eau")).unwrap().0.len(), 1);
    assert_eq!(read(&source, &show, package("ville", "air")).unwrap().1.gone.len(), 1);
    assert_eq!(read(&source, &show, package("autre", "eau")).unwrap().1.gone.len(), 1);
}

#[test]
fn changes_are_asked_for_with_an_overlap() {
    let source = source(json!({ "organization": "ville" }));
    let plan = Ckan.plan(&source, Some("2024-05-01T00:00:00Z".parse().unwrap())).unwrap();
    assert_eq!(plan.listing, moisson_harvest::Listing::Changes);
    let fq = plan.start[0].url.query_pairs().find(|(key, _)| key == "fq").unwrap().1.into_owned();
    assert_eq!(fq, "organization:\"ville\" AND metadata_modified:[2024-04-30T23:55:00Z TO *]");
    let names = self::source(json!({ "listing": "package_list" }));
    let plan = Ckan.plan(&names, Some("2024-05-01T00:00:00Z".parse().unwrap())).unwrap();
    assert_eq!(plan.listing, moisson_harvest::Listing::Whole);
}

#[test]
fn a_page_passed_over_makes_the_walk_fall_short() {
    let source = source(json!({ "rows": 1 }));
    let around = Ckan.instead(&source, &first(&source), &Failure::Status(500));
    let (found, page) = read(&source, &around[0], search(3, &["b"])).unwrap();
    assert_eq!(ids(&found), ["b"]);
    assert!(page.shortfall.as_ref().unwrap().contains("position 0"), "{page:?}");
    assert_eq!(follow(&page), ["/api/3/action/package_search?sort=id+asc&rows=1&start=2"]);
}

#[test]
fn an_answer_that_is_none_says_why() {
    let source = source(json!({}));
    for (body, expected) in [
        (
            "<!DOCTYPE html><title>Maintenance</title>",
            "found HTML `<!DOCTYPE html><title>Maintenance</title>`",
        ),
        ("", "an empty body"),
        (
            r#"{"success":false,"error":{"__type":"Search Query Error","message":"bad"}}"#,
            "`false` (Search Query Error bad) at /success",
        ),
        (r#"{"success":true}"#, "at /result"),
        (r#"{"success":true,"result":{"count":3}}"#, "found nothing at /result/results"),
        (r#"{"success":true,"result":{"count":3,"results":"x"}}"#, "something else than a list"),
        (
            r#"{"success":true,"result":{"count":3,"results":[{"id":"a"},{"id":"b""#,
            "cut short after 67 bytes",
        ),
    ] {
        let error = read(&source, &first(&source), body).unwrap_err().to_string();
        assert!(error.starts_with("expected an answer to `package_search`"), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn nearly_json_is_mended() {
    let source = source(json!({}));
    let body = "{\"success\":true,\"result\":{\"count\":1,\"results\":[{\"id\":\"a\",\"notes\":\"x\u{b}y\",\"size\":NaN}]}}";
    let (found, page) = read(&source, &first(&source), body).unwrap();
    assert_eq!(ids(&found), ["a"]);
    assert_eq!(page.remarks[0].code, moisson_dcat::RemarkCode::RepairedSyntax);
    let mapped = match &found[0] {
        Found::Record(record) => Ckan.map(&source, record).unwrap(),
        Found::Broken(broken) => panic!("{broken:?}"),
    };
    assert!(matches!(mapped.resource, moisson_dcat::Resource::Dataset(_)));
}

#[test]
fn results_laid_out_otherwise_are_read() {
    let source = source(json!({}));
    for results in [r#"[[{"id":"a"}]]"#, r#"{"0":{"id":"a"}}"#] {
        let body = format!(r#"{{"success":true,"result":{{"count":1,"results":{results}}}}}"#);
        assert_eq!(ids(&read(&source, &first(&source), body).unwrap().0), ["a"], "{results}");
    }
    // No envelope's flag, but all else.
    let body = r#"{"result":{"count":1,"results":[{"id":"a"}]}}"#;
    assert_eq!(ids(&read(&source, &first(&source), body).unwrap().0), ["a"]);
}

proptest! {
    #[test]
    fn a_reply_cut_anywhere_gives_no_record_that_is_not_there(at in 0_usize..400) {
        let source = source(json!({}));
        let body = search(3, &["a", "b", "c"]).into_bytes();
        let cut = &body[..at.min(body.len() - 1)];
        for step in ["search", "list", "names", "show"] {
            let request = Request { step: step.into(), ..first(&source) };
            prop_assert!(read(&source, &request, cut).is_err());
        }
    }

    #[test]
    fn any_reply_is_survived(body in "\\PC{0,60}|[\\[{\\]}\":,a-z0-9 ]{0,60}", step in "(search|list|names|show|x)") {
        let source = source(json!({}));
        let request = Request { step: step.into(), ..first(&source) };
        // Whatever comes of it, it is one of the two.
        let _either = read(&source, &request, format!("{{\"success\":true,\"result\":{body}}}")).is_ok();
        let _either = read(&source, &request, body).is_ok();
    }
}
