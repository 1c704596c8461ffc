//! The whole catalogue in pages.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use moisson_store::{Batch, RunId};
use oxrdfio::{JsonLdProfileSet, RdfFormat, RdfParser};

use crate::support::{BASE, World, at, entry, plain, world, world_with};

const HYDRA: &str = "http://www.w3.org/ns/hydra/core#";

/// One page, read.
struct Read {
    triples: BTreeSet<(String, String, String)>,
}

impl Read {
    fn value(&self, property: &str) -> Option<String> {
        let property = format!("<{HYDRA}{property}>");
        let mut values = self
            .triples
            .iter()
            .filter(|(_, p, _)| *p == property)
            .map(|(_, _, o)| o.trim_matches(['<', '>']).to_owned());
        let first = values.next();
        assert!(values.next().is_none(), "{property} twice");
        first
    }

    fn datasets(&self) -> BTreeSet<String> {
        let class = "<http://www.w3.org/ns/dcat#Dataset>".to_owned();
        self.triples
            .iter()
            .filter(|(_, p, o)| p.ends_with("#type>") && *o == class)
            .map(|(s, ..)| s.clone())
            .collect()
    }
}

async fn read(world: &World, path: &str, format: RdfFormat) -> Read {
    let answer = world.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    let text = answer.text();
    let triples = RdfParser::from_format(format).for_slice(text.as_bytes()).map(|quad| {
        let quad = quad.unwrap_or_else(|error| panic!("{path}: {error}"));
        (quad.subject.to_string(), quad.predicate.to_string(), quad.object.to_string())
    });
    Read { triples: triples.collect() }
}

fn path(iri: &str) -> String {
    iri.strip_prefix(BASE).unwrap().to_owned()
}

#[tokio::test]
async fn following_next_gives_every_record_once_in_every_syntax() {
    let world = world();
    let forms = [
        ("ttl", RdfFormat::Turtle),
        ("rdf", RdfFormat::RdfXml),
        ("jsonld", RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }),
        ("nt", RdfFormat::NTriples),
        ("nq", RdfFormat::NQuads),
        ("trig", RdfFormat::TriG),
    ];
    for (extension, format) in forms {
        let mut next = Some(format!("/catalog.{extension}?size=7"));
        let (mut all, mut pages) = (BTreeSet::new(), 0);
        while let Some(path_now) = next {
            let page = read(&world, &path_now, format).await;
            pages += 1;
            // `value` takes the angle brackets off both ends.
            assert_eq!(
                page.value("totalItems").unwrap(),
                "\"30\"^^<http://www.w3.org/2001/XMLSchema#integer"
            );
            assert!(page.value("first").unwrap().contains(&format!("/catalog.{extension}?size=7")));
            for dataset in page.datasets() {
                assert!(all.insert(dataset), "a dataset came twice");
            }
            next = page.value("next").as_deref().map(path);
        }
        assert_eq!((pages, all.len()), (5, 28), "{extension}");
        assert!(!all.iter().any(|iri| iri.contains("ancien")), "removed records are not in the catalogue");
    }
}

#[tokio::test]
async fn pages_lead_back_the_way_they_came_and_to_the_last() {
    let world = world();
    let mut forwards = vec!["/catalog.nt?size=7".to_owned()];
    while let Some(next) = read(&world, forwards.last().unwrap(), RdfFormat::NTriples).await.value("next") {
        forwards.push(path(&next));
    }
    let mut backwards =
        vec![path(&read(&world, &forwards[0], RdfFormat::NTriples).await.value("last").unwrap())];
    while let Some(previous) =
        read(&world, backwards.last().unwrap(), RdfFormat::NTriples).await.value("previous")
    {
        backwards.push(path(&previous));
    }
    backwards.reverse();
    assert_eq!(forwards, backwards);
}

#[tokio::test]
async fn what_comes_meanwhile_shifts_nothing() {
    let world = world();
    let first = read(&world, "/catalog.nt?size=10", RdfFormat::NTriples).await;
    let next = path(&first.value("next").unwrap());
    let before = read(&world, &next, RdfFormat::NTriples).await.datasets();
    let earlier = entry(
        "bruxelles",
        "0-tout-premier",
        moisson_dcat::Resource::Dataset(Box::new(plain("Nouveau", "Nouveau."))),
    );
    let mut batch = Batch::new("bruxelles", RunId::at(at(30)), at(30));
    batch.put(earlier).unwrap();
    world.store.commit(batch).unwrap();
    assert_eq!(read(&world, &next, RdfFormat::NTriples).await.datasets(), before);
}

#[tokio::test]
async fn the_same_data_gives_the_same_bytes_and_is_sent_once() {
    let world = world();
    let first = world.get("/catalog.ttl").await;
    assert_eq!(first.header("content-type"), "text/turtle; charset=utf-8");
    assert_eq!(world.get("/catalog.ttl").await.body, first.body);
    let again = world.ask("GET", "/catalog.ttl", &[("if-none-match", first.header("etag"))], "").await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let other = world.ask("GET", "/catalog.rdf", &[("if-none-match", first.header("etag"))], "").await;
    assert_eq!(other.status, StatusCode::OK);
    let mut batch = Batch::new("rennes", RunId::at(at(40)), at(40));
    let neuf = moisson_dcat::Resource::Dataset(Box::new(plain("Neuf", "Neuf.")));
    batch.put(entry("rennes", "neuf", neuf)).unwrap();
    world.store.commit(batch).unwrap();
    let changed = world.ask("GET", "/catalog.ttl", &[("if-none-match", first.header("etag"))], "").await;
    assert_eq!(changed.status, StatusCode::OK);
    let head = world.ask("HEAD", "/catalog.rdf", &[], "").await;
    assert_eq!((head.status, head.header("content-type")), (StatusCode::OK, "application/rdf+xml"));
}

#[tokio::test]
async fn every_page_explains_itself() {
    let world = world();
    let page = read(&world, "/catalog.nt", RdfFormat::NTriples).await;
    let catalog = format!("<{BASE}/id/catalog>");
    let has = |s: &str, p: &str, part: &str| {
        page.triples
            .iter()
            .any(|(subject, property, object)| subject == s && property.contains(p) && object.contains(part))
    };
    assert!(has(&catalog, "#type", "dcat#Catalog") && has(&catalog, "terms/title", "Open data van Demo"));
    assert!(
        has(&catalog, "dcat#dataset", "/id/dataset/rennes/arbres")
            && has(&catalog, "dcat#service", "/id/service/bruxelles/wms")
    );
    assert!(has(&catalog, "dcat#catalog", "/id/catalog/rennes"));
    assert!(
        page.triples.iter().any(|(_, p, o)| p.contains("foaf/0.1/name") && o.contains("Ville de Rennes"))
    );
    assert!(page.triples.iter().any(|(s, p, _)| s.contains("frequency/ANNUAL") && p.contains("prefLabel")));
}

#[tokio::test]
async fn one_source_can_be_had_alone() {
    let world = world();
    let page = read(&world, "/catalog.nt?source=bruxelles", RdfFormat::NTriples).await;
    assert_eq!(page.datasets().len(), 1);
    assert!(page.value("totalItems").unwrap().starts_with("\"2\""));
    assert_eq!(page.value("next"), None);
    assert_eq!(page.value("last").unwrap(), format!("{BASE}/catalog.nt?source=bruxelles"));
}

#[tokio::test]
async fn an_empty_catalogue_is_a_catalogue() {
    let world = world_with(moisson_web::Limits::default(), BASE, |_| ());
    let page = read(&world, "/catalog.ttl", RdfFormat::Turtle).await;
    assert!(page.value("totalItems").unwrap().starts_with("\"0\""));
    assert_eq!((page.value("next"), page.datasets().len()), (None, 0));
}

#[tokio::test]
async fn the_catalogue_is_negotiated_and_bad_requests_are_refused() {
    let world = world();
    assert_eq!(
        world.accept("/catalog", "application/ld+json").await.header("content-type"),
        "application/ld+json"
    );
    assert_eq!(world.accept("/catalog", "image/png").await.status, StatusCode::NOT_ACCEPTABLE);
    for (path, status) in [
        ("/catalog.pdf", 404),
        ("/catalog.html", 404),
        ("/catalog.ttl?page=2", 400),
        ("/catalog.ttl?size=0", 400),
        ("/catalog.ttl?size=1001", 400),
        ("/catalog.ttl?after=x", 400),
        ("/other.ttl", 404),
    ] {
        assert_eq!(world.get(path).await.status.as_u16(), status, "{path}");
    }
}
