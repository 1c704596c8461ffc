//! Copies of one dataset: one result with the others beside it, linked both ways, and left out of feeds on demand.

use axum::http::StatusCode;
use moisson_dcat::{Dataset, Reference, Resource};
use moisson_store::{Batch, RunId, Store};
use moisson_web::Limits;
use serde_json::json;

use crate::support::{BASE, World, at, entry, iri, plain, world_with};

const ORIGIN: &str = "https://rennes.example/dataset/arbres";

fn trees(address: &str, copy_of: Option<&str>) -> Dataset {
    let mut dataset = plain("Arbres", "Les arbres de la ville.");
    dataset.upstream.iri = Some(iri(address));
    dataset.upstream.copy_of = copy_of.map(|origin| Reference { iri: Some(iri(origin)), title: Vec::new() });
    dataset
}

fn fill(store: &Store) {
    let put = |source: &str, id: &str, dataset: Dataset| {
        let entry = entry(source, id, Resource::Dataset(Box::new(dataset)));
        let mut batch = Batch::new(source, RunId::at(at(0)), at(0));
        batch.put(entry).unwrap();
        store.commit(batch).unwrap();
    };
    put("bruxelles", "copie", trees("https://bruxelles.example/d/1", Some(ORIGIN)));
    put("rennes", "arbres", trees(ORIGIN, None));
    put("rennes", "bancs", plain("Bancs", "Les bancs de la ville."));
}

fn world() -> World {
    world_with(Limits::default(), BASE, fill)
}

#[tokio::test]
async fn a_search_shows_one_of_the_copies_and_names_the_others() {
    let world = world();
    let page = world.get("/api/datasets?sort=title&facets=source").await.json();
    assert_eq!(page["total"], 2, "{page:#}");
    let ids: Vec<&str> =
        page["results"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["arbres", "bancs"]);
    assert_eq!(
        page["results"][0]["copies"],
        json!([{
            "iri": format!("{BASE}/id/dataset/bruxelles/copie"), "source": "bruxelles", "id": "copie",
            "authoritative": false, "url": format!("{BASE}/api/datasets/bruxelles/copie"),
        }])
    );
    assert_eq!(page["results"][1].get("copies"), None);
    let all = world.get("/api/datasets?fold=no").await.json();
    assert_eq!(all["total"], 3);
    let of_one = world.get("/api/datasets?source=bruxelles").await.json();
    assert_eq!((&of_one["total"], &of_one["results"][0]["id"]), (&json!(1), &json!("copie")));
    assert_eq!(of_one["results"][0]["copies"][0]["authoritative"], true);
}

#[tokio::test]
async fn the_api_says_why_records_are_copies_and_which_one_counts() {
    let world = world();
    let copies = &world.get("/api/datasets/bruxelles/copie").await.json()["copies"];
    assert_eq!(copies["rule"], "named_as_origin");
    assert_eq!(copies["records"][0]["id"], "arbres");
    assert_eq!(
        copies["ties"],
        json!([{
            "records": ["bruxelles/copie", "rennes/arbres"],
            "evidence": [{ "kind": "origin", "detail": "rennes.example/dataset/arbres" }],
        }])
    );
    assert_eq!(world.get("/api/datasets/rennes/bancs").await.json()["copies"], json!(null));
}

#[tokio::test]
async fn pages_say_where_else_a_dataset_is_published_in_four_languages() {
    let world = world();
    for (language, title, tag) in [
        ("fr", "Aussi publié sur", "fait référence"),
        ("nl", "Ook gepubliceerd op", "gezaghebbend"),
        ("de", "Auch veröffentlicht bei", "maßgeblich"),
        ("en", "Also published at", "authoritative"),
    ] {
        let copy = world.page("/id/dataset/bruxelles/copie", language).await.text();
        assert!(copy.contains(title) && copy.contains(tag), "{language}: {copy}");
        assert!(copy.contains("/id/dataset/rennes/arbres"), "{language}");
        let original = world.page("/id/dataset/rennes/arbres", language).await.text();
        assert!(original.contains(title) && original.contains("Région de Bruxelles"), "{language}");
        assert!(!world.page("/id/dataset/rennes/bancs", language).await.text().contains(title), "{language}");
    }
}

#[tokio::test]
async fn feeds_have_all_and_leave_copies_out_on_demand() {
    let world = world();
    let link = "/id/dataset/bruxelles/copie> <http://www.w3.org/ns/prov#alternateOf> <https://data.example/id/dataset/rennes/arbres>";
    assert!(world.get("/id/dataset/bruxelles/copie.nt").await.text().contains(link));
    assert!(world.get("/id/dataset/rennes/arbres.nt").await.text().contains(link));
    let all = world.get("/catalog.nt").await.text();
    assert!(all.contains(link) && all.contains("totalItems> \"3\""), "{all}");
    let mut path = "/catalog.nt?copies=no&size=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = world.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK);
        let page = answer.text();
        assert!(page.contains("totalItems> \"2\""), "{page}");
        assert!(!page.contains("bruxelles/copie>"), "{page}");
        seen.extend(["arbres", "bancs"].into_iter().filter(|id| {
            page.contains(&format!(
                "<{BASE}/id/dataset/rennes/{id}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
            ))
        }));
        let next = page.lines().find(|line| line.contains("hydra/core#next>"));
        let Some(next) = next.and_then(|line| line.rsplit('<').next()) else { break };
        path = next.split('>').next().unwrap().strip_prefix(BASE).unwrap().to_owned();
    }
    assert_eq!(seen, ["arbres", "bancs"]);
}
