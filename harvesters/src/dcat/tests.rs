//! Pages, counts, options; and real feeds where they are there.

use bytes::Bytes;
use moisson_harvest::{Found, Harvester, Page, ReadError, Reply, Request, Source};
use serde_json::json;
use url::Url;

use super::{ACCEPT, Dcat};

const HERE: &str = "https://x.fr/catalog.ttl?page=1";

const HEAD: &str = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . \
                    @prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix e: <http://e/> . \
                    e:1 a dcat:Dataset ; dct:title \"1\" . e:2 a dcat:DataService ; dct:title \"2\" . ";

fn source(options: &serde_json::Value) -> Source {
    serde_json::from_value(json!({ "name": "x", "kind": "dcat", "url": HERE, "options": options })).unwrap()
}

fn ask(
    body: &str,
    headers: &[(&str, &str)],
    options: &serde_json::Value,
) -> Result<(Page, Vec<String>), ReadError> {
    let url = Url::parse(HERE).unwrap();
    let request = Request::get(url.clone(), ACCEPT, "page").with_state(json!({ "page": 1 }));
    let headers: Vec<(String, String)> =
        headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let reply = Reply {
        request: &request,
        url: &url,
        status: 200,
        headers: &headers,
        body: Bytes::from(body.to_owned()),
    };
    let mut ids = Vec::new();
    let page = Dcat.read(&source(options), &reply, &mut |found| match found {
        Found::Record(record) => ids.push(record.id.0),
        Found::Broken(broken) => panic!("{broken:?}"),
    })?;
    Ok((page, ids))
}

fn page(turtle: &str) -> Page {
    ask(&format!("{HEAD}{turtle}"), &[], &json!({})).unwrap().0
}

fn next(turtle: &str) -> Vec<String> {
    page(turtle).follow.into_iter().map(|request| request.url.to_string()).collect()
}

#[test]
fn next_pages_are_found_in_both_vocabularies_as_links_and_as_text() {
    for turtle in [
        "[] a hydra:PagedCollection ; hydra:nextPage \"https://x.fr/catalog.ttl?page=2\" .",
        "[] a hydra:PartialCollectionView ; hydra:next <https://x.fr/catalog.ttl?page=2> .",
        "[] hydra:next <?page=2> .",
        "[] hydra:next \"catalog.ttl?page=2\" .",
    ] {
        assert_eq!(next(turtle), ["https://x.fr/catalog.ttl?page=2"], "{turtle}");
    }
    let (page, _) =
        ask(HEAD, &[("link", "</a>; rel=prev, </catalog.ttl?page=2>; rel=\"next\"")], &json!({})).unwrap();
    assert_eq!(page.follow[0].url.as_str(), "https://x.fr/catalog.ttl?page=2");
    assert_eq!(page.follow[0].state.0, json!({ "page": 2 }));
}

#[test]
fn the_view_of_this_page_counts_when_others_are_told_too() {
    let turtle = "<https://x.fr/catalog.ttl?page=1> hydra:next <?page=2> . <?page=7> hydra:next <?page=8> .";
    assert_eq!(next(turtle), ["https://x.fr/catalog.ttl?page=2"]);
}

#[test]
fn pages_at_the_name_a_proxy_hides_are_asked_for_here() {
    for link in ["http://x.fr/catalog.ttl?page=2", "http://localhost:5000/catalog.ttl?page=2"] {
        let page = page(&format!("[] hydra:next <{link}> ."));
        assert_eq!(page.follow[0].url.as_str(), "https://x.fr/catalog.ttl?page=2", "{link}");
        assert_eq!(page.remarks.len(), 1, "{:?}", page.remarks);
    }
    assert_eq!(next("[] hydra:next <https://other.fr/elsewhere> ."), ["https://other.fr/elsewhere"]);
}

#[test]
fn a_page_that_leads_to_itself_says_so_to_the_walk() {
    let own = "https://x.fr/catalog.ttl?page=1";
    assert_eq!(next(&format!("[] hydra:next <{own}> .")), [own]);
}

#[test]
fn a_link_that_is_no_address_leaves_pages_out() {
    let page = page("[] hydra:next \"http://[\" .");
    assert_eq!(page.follow, []);
    assert!(page.shortfall.unwrap().contains("no address"));
}

#[test]
fn counts_are_believed_where_they_can_count_what_was_read() {
    assert_eq!(page("[] a hydra:Collection ; hydra:totalItems 4 ; hydra:view [] .").total, Some(4));
    assert_eq!(page("[] hydra:totalItems 4 .").total, None);
    assert_eq!(
        page("[] a hydra:Collection ; hydra:totalItems 4 . [] a hydra:Collection ; hydra:totalItems 9 .")
            .total,
        None
    );
    let too_few = page("[] a hydra:Collection ; hydra:totalItems 1 .");
    assert_eq!((too_few.total, too_few.remarks.len()), (None, 1));
    for options in [json!({ "count": false }), json!({ "catalog": "http://e/c" })] {
        let turtle = format!("{HEAD}[] a hydra:Collection ; hydra:totalItems 4 .");
        assert_eq!(ask(&turtle, &[], &options).unwrap().0.total, None);
    }
}

#[test]
fn the_limit_of_pages_says_that_it_cut() {
    let turtle = format!("{HEAD}[] hydra:next <?page=2> .");
    let (page, _) = ask(&turtle, &[], &json!({ "max_pages": 1 })).unwrap();
    assert_eq!(page.follow, []);
    assert!(page.shortfall.unwrap().contains("max_pages"));
}

#[test]
fn options_choose_classes_syntax_and_base() {
    assert_eq!(ask(HEAD, &[], &json!({})).unwrap().1, ["http://e/1", "http://e/2"]);
    assert_eq!(ask(HEAD, &[], &json!({ "classes": ["service"] })).unwrap().1, ["http://e/2"]);
    let relative = "<1> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> \"1\" .";
    assert_eq!(ask(relative, &[], &json!({})).unwrap().1, ["https://x.fr/1"]);
    assert_eq!(ask(relative, &[], &json!({ "base": "http://b/c/" })).unwrap().1, ["http://b/c/1"]);
    assert!(ask(relative, &[], &json!({ "format": "rdfxml" })).is_err());
}

#[test]
fn options_that_make_no_sense_are_named() {
    for (options, wanted) in [
        (json!({ "format": "yaml" }), "`yaml`"),
        (json!({ "classes": ["map"] }), "`map`"),
        (json!({ "classes": [] }), "empty"),
        (json!({ "base": "catalog" }), "`catalog`"),
        (json!({ "max_pages": 0 }), "`max_pages`"),
        (json!({ "page_size": 1 }), "page_size"),
    ] {
        let error = Dcat.plan(&source(&options), None).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn what_is_no_catalogue_says_what_it_is() {
    let error =
        ask("<!doctype html><title>Maintenance</title>", &[("content-type", "text/turtle")], &json!({}));
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("expected RDF, found HTML: `Maintenance`"), "{error}");
}
