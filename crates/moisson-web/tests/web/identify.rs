//! IRIs that resolve.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use oxrdfio::{RdfFormat, RdfParser};

use crate::support::{BASE, world};

const TREES: &str = "/id/dataset/rennes/arbres";

fn triples(text: &str, format: RdfFormat) -> BTreeSet<String> {
    RdfParser::from_format(format)
        .for_slice(text.as_bytes())
        .map(|quad| {
            let quad = quad.unwrap_or_else(|error| panic!("{error}\n{text}"));
            format!("{} {} {}", quad.subject, quad.predicate, quad.object)
        })
        .collect()
}

fn format_of(media_type: &str) -> RdfFormat {
    RdfFormat::from_media_type(media_type).unwrap()
}

#[tokio::test]
async fn one_graph_comes_in_every_syntax_by_header_and_by_extension() {
    let world = world();
    let forms = [
        ("text/turtle", "ttl", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "rdf", "application/rdf+xml"),
        ("application/ld+json", "jsonld", "application/ld+json"),
        ("application/n-triples", "nt", "application/n-triples"),
    ];
    let reference = triples(&world.get(&format!("{TREES}.nt")).await.text(), RdfFormat::NTriples);
    assert!(
        reference
            .contains(&format!("<{BASE}{TREES}> <http://purl.org/dc/terms/title> \"Arbres de la ville\"@fr")),
        "{reference:#?}"
    );
    assert!(
        reference.iter().any(|t| t.contains("\"Ville de Rennes\"@fr")),
        "shared agents are in the document"
    );
    assert!(
        reference.iter().any(|t| t.contains("data-theme/ENVI>") && t.contains("prefLabel")),
        "terms have their labels"
    );
    for (accept, extension, content_type) in forms {
        let negotiated = world.accept(TREES, accept).await;
        assert_eq!((negotiated.status, negotiated.header("content-type")), (StatusCode::OK, content_type));
        assert_eq!(negotiated.header("vary"), "accept, accept-language");
        let by_extension = world.page(&format!("{TREES}.{extension}"), "fr").await;
        assert_eq!(by_extension.header("content-type"), content_type, "the extension wins");
        assert_eq!(by_extension.text(), negotiated.text());
        assert_eq!(triples(&negotiated.text(), format_of(content_type)), reference, "{extension}");
    }
    assert_eq!(world.get(TREES).await.header("content-type"), "text/turtle; charset=utf-8");
    let refused = world.accept(TREES, "image/png").await;
    assert_eq!(refused.status, StatusCode::NOT_ACCEPTABLE);
    assert!(refused.json()["detail"].as_str().unwrap().contains("`text/turtle`"));
}

#[tokio::test]
async fn browsers_get_the_page_at_the_same_address() {
    let world = world();
    for path in [TREES, "/id/dataset/rennes/arbres.html"] {
        let page = world.page(path, "fr").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text().contains("Arbres de la ville"));
    }
}

#[tokio::test]
async fn the_other_forms_are_linked_and_states_have_tags() {
    let world = world();
    let answer = world.get(TREES).await;
    let link = answer.header("link");
    assert!(
        link.contains(&format!("<{BASE}{TREES}.ttl>; rel=\"alternate\"; type=\"text/turtle\"")),
        "{link}"
    );
    assert!(link.contains(&format!("<{BASE}{TREES}>; rel=\"canonical\"")));
    let again = world.ask("GET", TREES, &[("if-none-match", answer.header("etag"))], "").await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let head = world.ask("HEAD", TREES, &[("accept", "application/rdf+xml")], "").await;
    assert_eq!((head.status, head.header("content-type")), (StatusCode::OK, "application/rdf+xml"));
    assert!(head.body.is_empty());
    assert_ne!(head.header("etag"), answer.header("etag"), "another form is another state");
}

#[tokio::test]
async fn a_removed_record_is_gone_and_still_described() {
    let world = world();
    let page = world.page("/id/dataset/bruxelles/ancien", "fr").await;
    assert_eq!(page.status, StatusCode::GONE);
    let text = page.text();
    assert!(
        text.contains("Cette description a été retirée") && text.contains("absent from a whole walk"),
        "{text}"
    );
    assert!(text.contains("Ancien plan") && text.contains("noindex"));
    let graph = world.get("/id/dataset/bruxelles/ancien.ttl").await;
    assert_eq!(graph.status, StatusCode::GONE);
    let graph = triples(&graph.text(), RdfFormat::Turtle);
    assert!(graph.iter().any(|t| t.contains("Ancien plan")));
    assert!(graph.iter().any(|t| t.contains("invalidatedAtTime")));
}

#[tokio::test]
async fn everything_that_is_named_can_be_looked_up() {
    let world = world();
    let graph = world.get(&format!("{TREES}.nt")).await.text();
    let named: BTreeSet<&str> = graph
        .split(['<', '>'])
        .filter(|iri| iri.starts_with(&format!("{BASE}/id/")) && !iri.contains("/id/graph/"))
        .map(|iri| iri.split('#').next().unwrap())
        .collect();
    let classes: BTreeSet<&str> = named.iter().filter_map(|iri| iri.split('/').nth(4)).collect();
    assert_eq!(
        classes.into_iter().collect::<Vec<_>>(),
        ["agent", "catalog", "dataset", "distribution", "record"]
    );
    for iri in named {
        let path = iri.strip_prefix(BASE).unwrap();
        let answer = world.accept(path, "application/n-triples").await;
        assert_eq!(answer.status, StatusCode::OK, "{iri}");
        assert!(answer.text().contains(&format!("<{iri}> ")), "{iri} is described");
        let page = world.page(path, "nl").await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (StatusCode::OK, "text/html; charset=utf-8"),
            "{iri}"
        );
    }
}

#[tokio::test]
async fn series_services_reports_and_terms_resolve() {
    let world = world();
    for (path, part) in [
        ("/id/series/rennes/budgets", "DatasetSeries"),
        ("/id/service/bruxelles/wms", "DataService"),
        ("/id/report/rennes/arbres", "ValidationResult"),
        ("/id/catalog", "Données ouvertes de Demo"),
        ("/id/catalog/rennes", "Ville de Rennes"),
        ("/id/dataset/rennes/a%2Fb%20%C3%A9", "Titre hostile"),
        ("/ns", "extra"),
    ] {
        let answer = world.accept(path, "application/n-triples").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text().contains(part), "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_is_not_named_is_not_found() {
    let world = world();
    for path in [
        "/id/dataset/rennes/nothing",
        "/id/dataset/rennes/nothing.ttl",
        "/id/series/rennes/arbres",
        "/id/dataset/rennes",
        "/id/agent/rennes/nobody-00000000",
        "/id/distribution/rennes/arbres/nothing",
        "/id/catalog/nowhere",
        "/id/nothing/a/b",
        "/id/",
        "/id/dataset/rennes/%FF%FE",
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[tokio::test]
async fn a_run_is_a_graph_a_report_and_a_page() {
    let world = world();
    let runs = world.get("/api/runs?source=bruxelles").await.json();
    let run = runs["runs"][0]["run"].as_str().unwrap();
    let path = format!("/id/run/bruxelles/{run}");
    for (accept, extension, content_type) in [
        ("text/turtle", "ttl", "text/turtle; charset=utf-8"),
        ("application/ld+json", "jsonld", "application/ld+json"),
        ("application/n-triples", "nt", "application/n-triples"),
    ] {
        for answer in [world.accept(&path, accept).await, world.get(&format!("{path}.{extension}")).await] {
            assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, content_type));
            let found = triples(&answer.text(), format_of(content_type));
            assert!(found.iter().any(|t| t.ends_with("<http://www.w3.org/ns/prov#Activity>")), "{found:?}");
        }
    }
    for answer in [world.accept(&path, "application/json").await, world.get(&format!("{path}.json")).await] {
        assert_eq!(answer.header("content-type"), "application/json");
        let report = answer.json();
        assert_eq!((&report["run"], &report["held_back"]), (&run.into(), &4.into()));
        assert_eq!(report["set_aside"][0]["place"], "page 2, record 7");
    }
    for (language, word) in
        [("fr", "Moissonnage de"), ("nl", "Oogst van"), ("de", "Ernte von"), ("en", "Harvest of")]
    {
        let page = world.page(&path, language).await;
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let text = page.text();
        assert!(text.contains(word) && text.contains("page 3 could not be read"), "{text}");
    }
    let listed = world.page("/sources/bruxelles", "fr").await.text();
    assert!(listed.contains(&format!("/id/run/bruxelles/{run}")), "{listed}");
    let unknown = world.accept("/id/run/bruxelles/20200101T000000.000Z", "application/json").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(world.accept(&path, "image/png").await.status, StatusCode::NOT_ACCEPTABLE);
    let software = world.accept("/id/software", "text/turtle").await.text();
    assert!(software.contains("SoftwareAgent"), "{software}");
}
