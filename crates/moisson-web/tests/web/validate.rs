//! The check of documents, for programs and for people.

use std::fmt::Write;

use axum::http::StatusCode;
use moisson_web::{CheckLimits, Limits};
use serde_json::Value;

use crate::support::{Answer, BASE, DOCUMENT, HOSTILE, LANGUAGES, World, fill, world, world_with};

const TURTLE: &str = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n\
    <https://x.example/d> a dcat:Dataset ;\n  dct:title \"Arbres\"@fr .\n";

async fn check(world: &World, query: &str, content_type: &str, body: &str) -> Answer {
    world.ask("POST", &format!("/api/validate{query}"), &[("content-type", content_type)], body).await
}

async fn submit(world: &World, fields: &[(&str, &str)], language: &str) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        write!(body, "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    body.push_str("--b--\r\n");
    let headers = [
        ("content-type", "multipart/form-data; boundary=b"),
        ("accept", "text/html,*/*;q=0.8"),
        ("accept-language", language),
    ];
    world.ask("POST", "/validate", &headers, &body).await
}

#[tokio::test]
async fn a_body_in_any_syntax_is_checked() {
    let world = world();
    let xml = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:d=\"http://www.w3.org/ns/dcat#\"><d:Dataset rdf:about=\"https://x.example/d\"/></rdf:RDF>";
    let json_ld = "{\"@id\": \"https://x.example/d\", \"@type\": \"http://www.w3.org/ns/dcat#Dataset\"}";
    for (content_type, body, syntax) in [
        ("text/turtle; charset=utf-8", TURTLE, "Turtle"),
        ("application/rdf+xml", xml, "RDF/XML"),
        ("application/ld+json", json_ld, "JSON-LD"),
        ("application/json", json_ld, "JSON-LD"),
        ("application/octet-stream", TURTLE, "TriG"),
    ] {
        let answer = check(&world, "?lang=nl&profile=dcat-ap-3", content_type, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        let report = answer.json();
        assert_eq!(report["verdict"], "violations", "{report}");
        assert_eq!(report["documents"][0]["syntax"], syntax);
        assert_eq!(report["language"], "nl");
        assert_eq!(report["groups"][0]["node"], "https://x.example/d");
        assert_eq!(report["groups"][0]["rules"][0]["message_language"], "nl");
        assert_eq!(report["profiles"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_report_comes_in_the_format_asked_for() {
    let world = world();
    for (format, media_type, part) in [
        ("json", "application/json", "\"verdict\":\"violations\""),
        ("turtle", "text/turtle; charset=utf-8", "a sh:ValidationReport"),
        ("sarif", "application/sarif+json", "\"version\":\"2.1.0\""),
        ("junit", "application/xml", "<testsuites "),
        ("text", "text/plain; charset=utf-8", "Does not conform"),
        ("html", "text/html; charset=utf-8", "<!DOCTYPE html>"),
    ] {
        let answer = check(&world, &format!("?format={format}&lang=en"), "text/turtle", TURTLE).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, media_type), "{format}");
        assert!(answer.text().contains(part), "{format}: {}", answer.text());
        let accept = media_type.split(';').next().unwrap();
        let headers = [("content-type", "text/turtle"), ("accept", accept), ("accept-language", "en")];
        let negotiated = world.ask("POST", "/api/validate", &headers, TURTLE).await;
        assert!(negotiated.text().contains(part), "{accept}");
    }
    let headers = [("content-type", "text/turtle"), ("accept", "image/png")];
    assert_eq!(world.ask("POST", "/api/validate", &headers, TURTLE).await.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_document_is_fetched_only_by_way_of_the_guarded_client() {
    let world = world();
    let body = format!("{{\"url\": \"{DOCUMENT}\"}}");
    let report = check(&world, "", "application/json", &body).await.json();
    assert_eq!(report["documents"][0]["name"], DOCUMENT);
    assert_eq!(report["groups"][0]["node"], "https://ville.example/a", "relative to where it came from");
    let form = check(&world, "", "application/x-www-form-urlencoded", &format!("url={DOCUMENT}")).await;
    assert_eq!(form.json()["counts"]["datasets"], 1);
    let refused = check(&world, "", "application/json", "{\"url\": \"http://169.254.169.254/\"}").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.json()["type"], format!("{BASE}/api#problem-not-fetched"));
    let file = check(&world, "?url=file:///etc/passwd", "text/plain", "").await;
    assert_eq!(file.status, StatusCode::BAD_REQUEST, "{}", file.text());
}

#[tokio::test]
async fn what_cannot_be_done_is_a_problem() {
    let limits =
        Limits { check: CheckLimits { bytes: 50_000, ..CheckLimits::default() }, ..Limits::default() };
    let world = world_with(limits, BASE, fill);
    for (query, content_type, body, status, part) in [
        ("", "text/turtle", String::new(), 400, "nothing to check"),
        ("?profile=dcatap", "text/turtle", TURTLE.to_owned(), 400, "`dcat-ap-3`"),
        ("?shapes=x", "text/turtle", TURTLE.to_owned(), 400, "`shapes`"),
        ("", "multipart/form-data; boundary=b", "--c--".to_owned(), 400, "no field"),
        ("", "text/turtle", "a".repeat(200_000), 413, "50000 bytes"),
    ] {
        let answer = check(&world, query, content_type, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.json()["detail"].as_str().unwrap().contains(part), "{}", answer.text());
    }
}

#[tokio::test]
async fn hostile_documents_get_an_answer_and_hurt_nobody() {
    let limits = Limits {
        check: CheckLimits { bytes: 3 << 20, statements: 20_000, ..CheckLimits::default() },
        ..Limits::default()
    };
    let world = world_with(limits, BASE, fill);
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><r>&b;</r>";
    let deep = format!("{{\"@context\":{{}},\"a\":{}", "[".repeat(100_000));
    let brackets = format!("<x:a> <x:b> {}", "[ <x:c> ".repeat(100_000));
    let many: Vec<String> = (0..30_000).map(|n| format!("<x:{n}> <x:b> <x:c> .")).collect();
    let many = many.join("\n");
    let class = "<http://www.w3.org/ns/dcat#Dataset>";
    let names = format!("<https://x.example/d> a {class} ; <http://purl.org/dc/terms/title> {HOSTILE:?} .");
    for (content_type, body, verdict) in [
        ("application/rdf+xml", laughs.to_owned(), "error"),
        ("application/ld+json", deep, "error"),
        ("text/turtle", brackets, "error"),
        ("application/n-triples", many, "error"),
        ("text/html", "<!DOCTYPE html><html><body>Bonjour</body></html>".to_owned(), "error"),
        ("text/turtle", "\u{0}\u{1}\u{2}".to_owned(), "error"),
        ("text/turtle", names, "violations"),
    ] {
        let answer = check(&world, "?profile=dcat-ap-3", content_type, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.json()["verdict"], verdict, "{}", answer.text());
        let page = check(&world, "?profile=dcat-ap-3&format=html", content_type, &body).await.text();
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
    }
}

#[tokio::test]
async fn checks_that_take_too_long_are_stopped_and_too_many_wait() {
    let check_limits = CheckLimits { time: std::time::Duration::ZERO, ..CheckLimits::default() };
    let world = world_with(Limits { check: check_limits, ..Limits::default() }, BASE, fill);
    let answer = check(&world, "", "text/turtle", TURTLE).await;
    assert!([408, 504].contains(&answer.status.as_u16()), "{} {}", answer.status, answer.text());
}

#[tokio::test]
async fn the_page_checks_what_is_pasted_and_answers_in_the_reader_s_language() {
    let world = world();
    for (language, verdict) in
        LANGUAGES.iter().zip(["Non conforme", "Niet conform", "Nicht konform", "Does not conform"])
    {
        let tag = language.tag();
        let form = world.page("/validate", tag).await.text();
        for part in [
            "enctype=\"multipart/form-data\"",
            "name=\"url\"",
            "name=\"file\"",
            "name=\"text\"",
            "value=\"dcat-ap-3\"",
        ] {
            assert!(form.contains(part), "{part}");
        }
        let answer = submit(&world, &[("text", TURTLE), ("url", ""), ("profile", "dcat-ap-3")], tag).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-language"), tag);
        let page = answer.text();
        assert!(
            page.contains(verdict) && page.contains("Arbres") && page.contains("https://x.example/d"),
            "{page}"
        );
        assert!(page.contains("&lt;https://x.example/d&gt; a dcat:Dataset"), "the text stays in its field");
    }
    assert!(world.page("/", "fr").await.text().contains("href=\"/validate\""));
}

#[tokio::test]
async fn the_page_says_what_went_wrong_and_keeps_the_form() {
    let world = world();
    let nothing = submit(&world, &[("url", ""), ("text", " ")], "fr").await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
    assert!(
        nothing.text().contains("Le contrôle n’a pas pu être fait")
            && nothing.text().contains("name=\"text\"")
    );
    let both = submit(&world, &[("url", DOCUMENT), ("text", TURTLE)], "fr").await;
    assert_eq!(both.status, StatusCode::BAD_REQUEST);
    let refused = submit(&world, &[("url", "http://127.0.0.1/")], "fr").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("value=\"http://127.0.0.1/\""), "{}", refused.text());
}

#[tokio::test]
async fn the_description_of_the_report_has_the_members_that_reports_have() {
    let world = world();
    let described = world.get("/api/openapi.json").await.json();
    let schema = &described["components"]["schemas"]["CheckReport"]["properties"];
    let names =
        |value: &Value| value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>();
    let report = check(&world, "", "text/turtle", TURTLE).await.json();
    assert_eq!(names(schema), names(&report));
    assert!(described["paths"]["/api/validate"]["post"].is_object());
}
