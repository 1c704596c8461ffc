//! The SPARQL endpoint, with the real query process.

use std::time::Duration;

use axum::http::StatusCode;
use moisson_store::sparql::QueryLimits;
use moisson_web::Limits;
use serde_json::{Value, json};

use crate::support::{Answer, BASE, World, world, world_with};

const FORM: &str = "application/x-www-form-urlencoded";
const TITLE: &str = "SELECT ?t { <https://data.example/id/dataset/rennes/arbres> <http://purl.org/dc/terms/title> ?t . FILTER(LANG(?t) = \"nl\") }";
const GRAPH: &str = "CONSTRUCT { ?s <http://t.example/p> ?t } { ?s <http://purl.org/dc/terms/title> ?t . FILTER(LANG(?t) = \"nl\") }";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn get(world: &World, query: &str, accept: &str) -> Answer {
    world.accept(&format!("/sparql?query={}", encoded(query)), accept).await
}

fn limited(limits: QueryLimits) -> World {
    let limits = Limits { query: limits, ..Limits::default() };
    world_with(limits, BASE, crate::support::fill)
}

#[tokio::test]
async fn the_three_ways_of_asking_give_the_same_answer() {
    let world = world();
    let by_get = get(&world, TITLE, "*/*").await;
    assert_eq!(
        (by_get.status, by_get.header("content-type")),
        (StatusCode::OK, "application/sparql-results+json")
    );
    assert_eq!(
        by_get.json()["results"]["bindings"],
        json!([{ "t": { "type": "literal", "xml:lang": "nl", "value": "Bomen van de stad" } }])
    );
    assert_eq!(by_get.header("access-control-allow-origin"), "*");
    let by_form =
        world.ask("POST", "/sparql", &[("content-type", FORM)], &format!("query={}", encoded(TITLE))).await;
    let directly = world.ask("POST", "/sparql", &[("content-type", "application/sparql-query")], TITLE).await;
    assert_eq!(by_form.body, by_get.body);
    assert_eq!(directly.body, by_get.body);
    let head = world.ask("HEAD", &format!("/sparql?query={}", encoded(TITLE)), &[], "").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn every_format_is_served_by_header_and_by_parameter() {
    let world = world();
    let tables = [
        ("application/sparql-results+json", "json", "application/sparql-results+json", "\"bindings\""),
        ("application/sparql-results+xml", "xml", "application/sparql-results+xml", "<sparql"),
        ("text/csv", "csv", "text/csv; charset=utf-8", "t\r\n"),
        ("text/tab-separated-values", "tsv", "text/tab-separated-values; charset=utf-8", "?t\n"),
    ];
    let graphs = [
        ("text/turtle", "ttl", "text/turtle; charset=utf-8", "\"Fietspaden\"@nl"),
        ("application/n-triples", "nt", "application/n-triples", "\"Fietspaden\"@nl"),
        ("application/rdf+xml", "rdf", "application/rdf+xml", "<rdf:RDF"),
        ("application/ld+json", "jsonld", "application/ld+json", "Fietspaden"),
        ("application/n-quads", "nq", "application/n-quads", "\"Fietspaden\"@nl"),
        ("application/trig", "trig", "application/trig", "\"Fietspaden\"@nl"),
    ];
    let cases = tables.iter().map(|case| (TITLE, case)).chain(graphs.iter().map(|case| (GRAPH, case)));
    for (query, (accept, name, content_type, part)) in cases {
        let by_header = get(&world, query, accept).await;
        assert_eq!(
            (by_header.status, by_header.header("content-type")),
            (StatusCode::OK, *content_type),
            "{accept}"
        );
        assert!(by_header.text().contains(part), "{accept}: {}", by_header.text());
        for parameter in ["format", "output"] {
            let by_name = world.get(&format!("/sparql?query={}&{parameter}={name}", encoded(query))).await;
            assert_eq!(by_name.header("content-type"), *content_type, "{parameter}={name}");
        }
    }
    let ask = get(&world, "ASK { ?s ?p ?o }", "*/*").await;
    assert_eq!(ask.json()["boolean"], true);
}

#[tokio::test]
async fn graphs_can_be_chosen_by_the_protocol() {
    let world = world();
    let count = |parameters: &'static str| {
        let world = &world;
        async move {
            let query = encoded("SELECT (COUNT(*) AS ?n) { ?s a <http://www.w3.org/ns/dcat#Dataset> }");
            let answer = world.get(&format!("/sparql?query={query}&{parameters}")).await;
            answer.json()["results"]["bindings"][0]["n"]["value"].as_str().unwrap().to_owned()
        }
    };
    assert_eq!(count("").await, "28");
    assert_eq!(count("default-graph-uri=https://data.example/id/record/rennes/arbres").await, "1");
    assert_eq!(count("default-graph-uri=https://nowhere.example/").await, "0");
}

#[tokio::test]
async fn errors_say_what_is_wrong_and_where() {
    let world = world();
    let syntax = get(&world, "SELECT *\nWHERE { ?s ?p }", "application/sparql-results+json").await;
    assert_eq!(
        (syntax.status, syntax.header("content-type")),
        (StatusCode::BAD_REQUEST, "application/problem+json")
    );
    let syntax = syntax.json();
    assert_eq!(
        (&syntax["line"], syntax["type"].as_str().unwrap()),
        (&json!(2), "https://data.example/api#problem-query-syntax")
    );
    assert!(syntax["column"].as_u64().unwrap() > 1);
    let cases: [(&str, u16, &str); 4] = [
        ("INSERT DATA { <http://a> <http://b> <http://c> }", 400, ""),
        ("SELECT * { SERVICE <http://else.example/sparql> { ?s ?p ?o } }", 400, "query-refused"),
        (&format!("SELECT * {} ?s ?p ?o {}", "{".repeat(500), "}".repeat(500)), 400, "query-too-complex"),
        ("", 400, "query-syntax"),
    ];
    for (query, status, kind) in cases {
        let answer = get(&world, query, "*/*").await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        assert!(answer.json()["type"].as_str().unwrap().contains(kind), "{}", answer.text());
    }
    for (content_type, body, status) in [
        (FORM, "update=CLEAR%20ALL", 400),
        ("application/sparql-update", "CLEAR ALL", 400),
        ("text/plain", "ASK {}", 415),
        ("application/sparql-query", &"#".repeat(2_000_000), 413),
    ] {
        let answer = world.ask("POST", "/sparql", &[("content-type", content_type)], body).await;
        assert_eq!(answer.status.as_u16(), status, "{content_type}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let put = world.ask("PUT", "/sparql", &[], "").await;
    assert_eq!(put.status, StatusCode::METHOD_NOT_ALLOWED);
    for (query, accept) in [(TITLE, "text/turtle"), (GRAPH, "text/csv"), (TITLE, "image/png")] {
        assert_eq!(get(&world, query, accept).await.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
    }
    let text = get(&world, "SELEC", "text/plain").await;
    assert!(text.text().starts_with("Syntax error in the query: "), "{}", text.text());
}

#[tokio::test]
async fn the_limits_of_rows_and_time_are_told() {
    let world = limited(QueryLimits { rows: 3, time: Duration::from_secs(2), ..QueryLimits::default() });
    let cut = get(&world, "SELECT ?s { ?s ?p ?o }", "application/sparql-results+json").await;
    assert_eq!(cut.header("moisson-truncated"), "rows=3");
    let json = cut.json();
    assert_eq!(json["results"]["bindings"].as_array().unwrap().len(), 3);
    assert_eq!(json["moisson_truncated"], json!({ "rows": 3 }));
    let xml = get(&world, "SELECT ?s { ?s ?p ?o }", "application/sparql-results+xml").await;
    assert!(xml.text().trim_end().ends_with("there is more -->"), "{}", xml.text());
    let whole = get(&world, TITLE, "*/*").await;
    assert_eq!((whole.header("moisson-truncated"), &whole.json()["moisson_truncated"]), ("", &Value::Null));
    let slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
    let slow = get(&world, slow, "*/*").await;
    assert_eq!(slow.status, StatusCode::GATEWAY_TIMEOUT, "{}", slow.text());
    assert_eq!(slow.json()["limit_seconds"], 2);
    assert_eq!(get(&world, TITLE, "*/*").await.status, StatusCode::OK, "the endpoint goes on");
}

#[tokio::test]
async fn the_service_describes_itself() {
    let world = world();
    for (accept, content_type) in [
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
    ] {
        let answer = world.accept("/sparql", accept).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, content_type));
        for part in
            ["sparql-service-description", "UnionDefaultGraph", "SPARQL11Query", "SPARQL_Results_JSON"]
        {
            assert!(answer.text().contains(part), "{accept} {part}");
        }
    }
    assert_eq!(world.accept("/sparql", "text/csv").await.status, StatusCode::NOT_ACCEPTABLE);
    let options = world
        .ask(
            "OPTIONS",
            "/sparql",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "content-type"),
            ],
            "",
        )
        .await;
    assert_eq!(options.status, StatusCode::OK);
    assert!(options.header("access-control-allow-methods").contains("POST"));
}

#[tokio::test]
async fn the_page_works_without_scripts() {
    let world = world();
    let blank = world.page("/sparql", "fr").await;
    assert_eq!((blank.status, blank.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(blank.text().contains("<textarea") && blank.text().contains("Exécuter la requête"));
    let answered = world.page(&format!("/sparql?query={}", encoded(TITLE)), "fr").await;
    assert!(answered.text().contains("<td lang=\"nl\">Bomen van de stad</td>"), "{}", answered.text());
    assert!(answered.text().contains("1 ligne"));
    let asked = world.page(&format!("/sparql?query={}", encoded("ASK {}")), "de").await;
    assert!(asked.text().contains("<p>Ja</p>"));
    let graph = world.page(&format!("/sparql?query={}", encoded(GRAPH)), "nl").await;
    assert!(graph.text().contains("&quot;Fietspaden&quot;@nl"), "{}", graph.text());
    let wrong = world.page(&format!("/sparql?query={}", encoded("SELECT <script>")), "nl").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(
        wrong.text().contains("role=\"alert\"") && !wrong.text().contains("<script>"),
        "{}",
        wrong.text()
    );
    let empty = world.page("/sparql?query=", "nl").await;
    assert_eq!(empty.status, StatusCode::OK);
    let download = world.page(&format!("/sparql?query={}&format=csv", encoded(TITLE)), "nl").await;
    assert_eq!(download.header("content-type"), "text/csv; charset=utf-8");
}

#[tokio::test]
async fn every_example_of_the_page_can_be_answered() {
    let world = world();
    let page = world.page("/sparql", "en").await.text();
    let examples: Vec<String> = page
        .split("<pre tabindex=\"0\">")
        .skip(1)
        .map(|rest| {
            rest.split("</pre>")
                .next()
                .unwrap()
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
        })
        .collect();
    assert_eq!(examples.len(), 6);
    for example in examples {
        let answer = get(&world, &example, "application/sparql-results+json, application/n-triples").await;
        assert_eq!(answer.status, StatusCode::OK, "{example}\n{}", answer.text());
        assert!(
            answer.text().contains(BASE) || answer.text().contains("http"),
            "{example}\n{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn health_is_good_when_queries_are_answered() {
    let world = world();
    let health = world.get("/health").await;
    assert_eq!((health.status, health.header("cache-control")), (StatusCode::OK, "no-store"));
    let health = health.json();
    assert_eq!(
        (&health["status"], &health["sparql"], &health["datasets"]),
        (&json!("ready"), &json!("ready"), &json!(28))
    );
}

#[tokio::test]
async fn health_is_bad_when_they_are_not() {
    let world = crate::support::world_without_queries();
    let health = world.get("/health").await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    let health = health.json();
    assert_eq!((&health["status"], &health["store"]), (&json!("not ready"), &json!("ready")));
    let query = get(&world, "ASK {}", "*/*").await;
    assert_eq!(
        (query.status, query.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "5"),
        "{}",
        query.text()
    );
}
