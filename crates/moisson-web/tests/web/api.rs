//! The JSON API.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{BASE, World, world};

async fn problem(world: &World, path: &str, status: u16) -> Value {
    let answer = world.get(path).await;
    assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert!(problem["type"].as_str().unwrap().starts_with(&format!("{BASE}/api#problem-")), "{problem}");
    assert_eq!(problem["instance"], path.split('?').next().unwrap());
    problem
}

#[tokio::test]
async fn a_search_finds_words_in_any_form_and_tells_what_it_found() {
    let world = world();
    let found = world.get("/api/datasets?q=arbre&lang=fr&highlight=true&facets=theme,source").await.json();
    assert_eq!(found["total"], 1, "{found}");
    let first = &found["results"][0];
    assert_eq!(first["iri"], format!("{BASE}/id/dataset/rennes/arbres"));
    assert_eq!(first["url"], format!("{BASE}/api/datasets/rennes/arbres"));
    assert_eq!(first["title"], "Arbres de la ville");
    assert_eq!(first["publisher"], "Ville de Rennes");
    assert_eq!(first["theme"][0]["label"], "Environnement");
    assert_eq!(first["format"][0]["label"], "CSV");
    assert_eq!(first["modified"], "2026-10-12");
    assert_eq!(first["conforms"], json!({ "dcat-ap": false }));
    assert!(first["highlight"]["title"].as_str().unwrap().contains("<mark>"), "{first}");
    assert_eq!(
        found["facets"]["source"],
        json!([{ "value": "rennes", "label": "Ville de Rennes", "count": 1, "selected": false }])
    );
    assert_eq!(found["facets"]["theme"][0]["label"], "Environnement");
    assert_eq!(found["next"], Value::Null);
}

#[tokio::test]
async fn filters_narrow_and_facets_say_which_are_in_use() {
    let world = world();
    let total = |query: &'static str| {
        let world = &world;
        async move { world.get(&format!("/api/datasets?size=0&{query}")).await.json()["total"].clone() }
    };
    assert_eq!(total("").await, 30);
    assert_eq!(total("source=bruxelles").await, 2);
    assert_eq!(total("source=bruxelles&source=rennes").await, 30);
    assert_eq!(total("kind=service").await, 1);
    assert_eq!(total("kind=service&source=rennes").await, 0);
    assert_eq!(total("modified_from=2026-10-12&modified_to=2026-10-12").await, 1);
    assert_eq!(total("bbox=-1.7,48.1,-1.6,48.2").await, 1);
    assert_eq!(total("bbox=4,50,5,51").await, 0);
    assert_eq!(total("conforms=none").await, 1);
    assert_eq!(total("remark=invalid_date").await, 1);
    assert_eq!(total("remark=ambiguous_date").await, 0);
    let found = world.get("/api/datasets?source=bruxelles&facets=source&size=0&lang=fr").await.json();
    assert_eq!(
        found["facets"]["source"],
        json!([
            { "value": "rennes", "label": "Ville de Rennes", "count": 28, "selected": false },
            { "value": "bruxelles", "label": "Région de Bruxelles", "count": 2, "selected": true },
        ])
    );
}

#[tokio::test]
async fn cursors_lead_through_everything_once() {
    let world = world();
    let mut path = "/api/datasets?q=comptage&size=7&sort=title".to_owned();
    let mut ids = Vec::new();
    loop {
        let page = world.get(&path).await.json();
        assert_eq!(page["total"], 25);
        ids.extend(
            page["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|record| record["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => path = next.strip_prefix(BASE).unwrap().to_owned(),
            None => break,
        }
    }
    let expected: Vec<_> = (0..25).map(|n| format!("comptage-{n:02}")).collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_a_remedy() {
    let world = world();
    let unknown = problem(&world, "/api/datasets?query=x", 400).await;
    assert!(unknown["detail"].as_str().unwrap().starts_with("unknown parameter `query`; known are `q`"));
    assert!(unknown["known"].as_array().unwrap().contains(&json!("facets")));
    let size = problem(&world, "/api/datasets?size=5000", 400).await;
    assert_eq!(size["parameter"], "size");
    let cursor = problem(&world, "/api/datasets?cursor=nonsense", 400).await;
    assert!(cursor["detail"].as_str().unwrap().contains("cursor"));
    problem(&world, "/api/datasets/rennes/nothing", 404).await;
    problem(&world, "/api/datasets/rennes", 404).await;
    problem(&world, "/api/datasets/rennes/arbres?format=x", 400).await;
    problem(&world, "/api/datasets/rennes/nothing/raw", 404).await;
    problem(&world, "/api/datasets/rennes/nothing/explain", 404).await;
    problem(&world, "/api/datasets/rennes/arbres/explain?lang=xx", 400).await;
    problem(&world, "/api/datasets/bruxelles/ancien/explain", 404).await;
    problem(&world, "/api/suggest", 400).await;
    problem(&world, "/api/suggest?q=a&size=99", 400).await;
    problem(&world, "/api/sources/nowhere", 404).await;
    problem(&world, "/api/runs/nothing", 404).await;
    problem(&world, "/api/runs?size=0", 400).await;
    problem(&world, "/api/nothing", 404).await;
    problem(&world, "/api/openapi.json?x=1", 400).await;
    let answer = world.ask("DELETE", "/api/datasets", &[], "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.header("allow").contains("GET"));
    assert_eq!(answer.json()["title"], "Method not allowed");
}

#[tokio::test]
async fn errors_of_the_api_are_json_even_for_browsers() {
    let answer = world().page("/api/datasets?x=1", "fr").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn one_record_comes_with_everything() {
    let world = world();
    let record = world.get("/api/datasets/rennes/arbres?lang=nl").await.json();
    assert_eq!(record["title"], "Bomen van de stad");
    assert_eq!(record["resource"]["class"], "Dataset");
    assert_eq!(record["resource"]["distribution"][0]["byte_size"], 1_250_000);
    assert_eq!(
        record["labels"]["http://publications.europa.eu/resource/authority/frequency/ANNUAL"],
        "jaarlijks"
    );
    assert_eq!(record["report"]["conforms"], json!({ "dcat-ap": false }));
    let findings = record["report"]["findings"].as_array().unwrap();
    assert_eq!(findings[0]["severity"], "violation");
    assert_eq!(findings[0]["message"], "De uitgever heeft geen type.");
    assert_eq!(findings[1]["property"], "license");
    assert_eq!(record["remarks"][0]["code"], "invalid_date");
    assert!(record["remarks"][0]["message"].as_str().unwrap().contains("is geen datum"));
    assert_eq!(record["provenance"]["raw"]["media_type"], "application/json");
    assert_eq!(record["provenance"]["listed"], "2026-11-21T08:00:00Z");
    assert_eq!(record["history"][0]["what"], "new");
    assert_eq!(record["removed"], Value::Null);
    assert_eq!(record["links"]["turtle"], format!("{BASE}/id/dataset/rennes/arbres.ttl"));
    let fresh = json!({ "state": "on_time", "changed": "2026-10-12", "due": "2027-10-12" });
    assert_eq!(record["freshness"], fresh);
    let same = world.get("/api/datasets/rennes%2Farbres?lang=nl").await.json();
    assert_eq!(same, record);
}

#[tokio::test]
async fn ids_with_slashes_and_accents_are_found() {
    let world = world();
    for path in ["/api/datasets/rennes/a%2Fb%20%C3%A9", "/api/datasets/rennes%2Fa%2Fb%20%C3%A9"] {
        assert_eq!(world.get(path).await.json()["provenance"]["id"], "a/b é", "{path}");
    }
}

#[tokio::test]
async fn a_removed_record_is_gone_with_its_last_state() {
    let gone = problem(&world(), "/api/datasets/bruxelles/ancien", 410).await;
    assert_eq!(gone["removed"]["reason"], "absent from a whole walk");
    assert_eq!(gone["last_state"]["resource"]["title"][0]["value"], "Ancien plan");
}

#[tokio::test]
async fn a_record_is_explained_in_the_language_that_is_asked_for() {
    let explained = world().get("/api/datasets/rennes/arbres/explain?lang=nl").await;
    assert_eq!(explained.text(), "{\"id\":\"arbres\",\"language\":\"nl\"}");
}

#[tokio::test]
async fn the_raw_record_is_a_download_that_no_browser_runs() {
    let answer = world().get("/api/datasets/rennes/arbres/raw").await;
    assert_eq!(answer.text(), "{\"id\":\"arbres\"}");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert!(answer.header("content-disposition").starts_with("attachment"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("moisson-media-type"), "application/json");
    assert!(answer.header("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn the_raw_record_and_the_past_of_a_masked_source_are_not_told() {
    let world = world();
    let refused = problem(&world, "/api/datasets/bruxelles/fietspaden/raw", 404).await;
    assert!(refused["detail"].as_str().unwrap().contains("withheld"), "{refused}");
    let record = world.get("/api/datasets/bruxelles/fietspaden").await.json();
    assert_eq!(record["provenance"]["raw"], Value::Null, "{record}");
}

#[tokio::test]
async fn organisations_tell_which_names_were_taken_for_them_and_why() {
    let world = world();
    let found = world.get("/api/organisations").await.json();
    assert_eq!((&found["total"], &found["spellings"]), (&json!(1), &json!(1)), "{found}");
    let rennes = &found["organisations"][0];
    assert_eq!(rennes["key"], "siren-213502388");
    assert_eq!(rennes["name"], "Ville de Rennes");
    assert_eq!(rennes["homepage"], "https://metropole.rennes.example/");
    assert_eq!(rennes["records"], 1);
    assert_eq!(rennes["spellings"], json!([{ "name": "Ville de Rennes", "rule": "place", "records": 1 }]));
    assert_eq!(world.get("/api/organisations?q=VILLE").await.json()["total"], 1);
    assert_eq!(world.get("/api/organisations?q=lyon").await.json()["total"], 0);
    assert_eq!(world.get("/api/organisations?merged=true").await.json()["total"], 0);
    problem(&world, "/api/organisations?size=0", 400).await;
    // Its IRI has a page and a graph with the spellings.
    assert_eq!(rennes["iri"], format!("{BASE}/id/agent/siren-213502388"));
    let graph = world.get("/id/agent/siren-213502388.nt").await.text();
    assert!(graph.contains("/ns#spelling>") && graph.contains("/ns#rule> \"place\""), "{graph}");
    let page = world.get("/id/agent/siren-213502388.html?lang=fr").await.text();
    assert!(page.contains("Graphie") && page.contains("Ville de Rennes"), "{page}");
}

#[tokio::test]
async fn publishers_are_found_by_key_and_by_any_spelling_and_called_by_name() {
    let world = world();
    let facets = world.get("/api/datasets?size=0&facets=publisher").await.json();
    let values = facets["facets"]["publisher"].as_array().unwrap();
    let rennes = values.iter().find(|value| value["value"] == "siren-213502388").unwrap();
    assert_eq!(rennes["label"], "Ville de Rennes");
    for name in ["siren-213502388", "Ville%20de%20Rennes", "MAIRIE%20DE%20RENNES"] {
        let found = world.get(&format!("/api/datasets?publisher={name}")).await.json();
        assert_eq!(found["total"], 1, "{name}");
    }
    assert_eq!(world.get("/api/datasets?publisher=Rennes%20M%C3%A9tropole").await.json()["total"], 0);
    assert_eq!(world.get("/api/datasets?publisher=Brussel%20Mobiliteit").await.json()["total"], 1);
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let world = world();
    for path in [
        "/api/datasets?q=arbres",
        "/api/datasets/rennes/arbres",
        "/api/sources",
        "/api/runs",
        "/api/openapi.json",
    ] {
        let first = world.get(path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        let tag = first.header("etag");
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        assert_eq!(first.header("cache-control"), "public, no-cache", "{path}");
        let again = world.ask("GET", path, &[("if-none-match", tag)], "").await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), tag);
    }
    let french = world.get("/api/datasets/rennes/arbres?lang=fr").await;
    let dutch = world
        .ask(
            "GET",
            "/api/datasets/rennes/arbres",
            &[("if-none-match", french.header("etag")), ("accept-language", "nl")],
            "",
        )
        .await;
    assert_eq!(dutch.status, StatusCode::OK, "another language is another state");
}

#[tokio::test]
async fn words_are_completed() {
    let found = world().get("/api/suggest?q=fiets&size=5").await.json();
    let texts: Vec<_> =
        found["suggestions"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect();
    assert!(texts.contains(&"Fietspaden"), "{found}");
}

#[tokio::test]
async fn sources_and_runs_say_how_things_stand() {
    let world = world();
    let sources = world.get("/api/sources?lang=fr").await.json();
    let shown: Vec<_> = sources["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["name"].as_str().unwrap(), s["state"].as_str().unwrap(), s["datasets"].as_u64().unwrap()))
        .collect();
    assert_eq!(shown, [("rennes", "whole", 27), ("bruxelles", "partial", 1), ("vide", "never", 0)]);
    let brussels = world.get("/api/sources/bruxelles").await.json();
    assert_eq!(brussels["removed"], 1);
    assert_eq!(brussels["freshness"], json!({ "on_time": 0, "late": 0, "unknown": 1 }));
    assert_eq!(brussels["runs"][0]["held_back"], 4);
    let runs = world.get("/api/runs?source=bruxelles").await.json();
    let id = runs["runs"][0]["run"].as_str().unwrap();
    let run = world.get(&format!("/api/runs/{id}")).await.json();
    assert_eq!(
        run[0]["set_aside"][0],
        json!({ "id": "x", "place": "page 2, record 7", "reason": "no title", "byte_size": 2 })
    );
    assert_eq!(run[0]["reason"], "page 3 could not be read: the portal answered 500");
}

#[tokio::test]
async fn the_description_of_the_api_is_whole_and_true() {
    let world = world();
    let document = world.get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["servers"][0]["url"], BASE);
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/api/datasets",
        "/api/datasets/{key}",
        "/api/datasets/{source}/{id}",
        "/api/datasets/{source}/{id}/raw",
        "/api/datasets/{source}/{id}/explain",
        "/api/suggest",
        "/api/sources",
        "/api/sources/{name}",
        "/api/runs",
        "/api/runs/{id}",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    // Every parameter that is described is known, and every known one is described.
    let described: Vec<&str> = paths["/api/datasets"]["get"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["name"].as_str().unwrap())
        .collect();
    let refused = problem(&world, "/api/datasets?no=1", 400).await;
    let known: Vec<&str> =
        refused["known"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(described, known);
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
    // What a record looks like agrees with its description.
    let record = world.get("/api/datasets/rennes/arbres").await.json();
    let schema =
        document.pointer("/components/schemas/RecordDocument/properties").unwrap().as_object().unwrap();
    for member in record.as_object().unwrap().keys() {
        assert!(schema.contains_key(member), "{member} is not described");
    }
}

#[tokio::test]
async fn scripts_of_other_sites_may_read_the_api() {
    let world = world();
    let answer = world.ask("GET", "/api/datasets", &[("origin", "https://else.example")], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-expose-headers").contains("etag"));
    let preflight = world
        .ask(
            "OPTIONS",
            "/api/datasets",
            &[("origin", "https://else.example"), ("access-control-request-method", "GET")],
            "",
        )
        .await;
    assert_eq!(preflight.status, StatusCode::OK);
    assert!(preflight.header("access-control-allow-methods").contains("GET"));
}
