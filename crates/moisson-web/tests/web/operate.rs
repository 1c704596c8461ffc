//! What operators need, and what protects readers.

use std::time::Duration;

use axum::http::StatusCode;
use moisson_web::Limits;

use crate::support::{BASE, world, world_with};

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let world = world();
    for path in
        ["/", "/api/datasets", "/id/dataset/rennes/arbres", "/nothing", "/assets/style.css", "/catalog.ttl"]
    {
        let answer = world.get(path).await;
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin", "{path}");
    }
}

#[tokio::test]
async fn metrics_count_records() {
    let answer = world().get("/metrics").await;
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = answer.text();
    for line in [
        "moisson_records{kind=\"dataset\"} 28",
        "moisson_records{kind=\"service\"} 1",
        "moisson_source_records{source=\"rennes\"} 28",
        "# TYPE moisson_quads gauge",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_can_read_it() {
    let world = world();
    let packed = world.ask("GET", "/catalog.nt", &[("accept-encoding", "gzip")], "").await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    let plain = world.get("/catalog.nt").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(packed.body.len() * 4 < plain.body.len());
}

#[tokio::test]
async fn a_busy_server_says_when_to_come_back() {
    let limits = Limits { dear_requests: 0, queue_timeout: Duration::from_millis(20), ..Limits::default() };
    let world = world_with(limits, BASE, |_| ());
    let answer = world.get("/api/datasets").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "5");
    assert!(answer.json()["type"].as_str().unwrap().ends_with("#problem-too-busy"));
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_answered_all_the_same() {
    let limits = Limits {
        dear_requests: 0,
        queue_timeout: Duration::from_mins(1),
        request_timeout: Duration::from_millis(20),
        ..Limits::default()
    };
    let answer = world_with(limits, BASE, |_| ()).get("/api/datasets").await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(answer.json()["type"].as_str().unwrap().ends_with("#problem-timeout"));
}

#[tokio::test]
async fn a_portal_below_a_path_answers_with_and_without_it() {
    let base = format!("{BASE}/catalogue");
    let world = world_with(Limits::default(), &base, |_| ());
    for path in ["/catalogue/sources", "/sources"] {
        let page = world.page(path, "fr").await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text().contains("href=\"/catalogue/about\""), "{path}");
        assert!(page.text().contains("href=\"/catalogue/assets/style.css"), "{path}");
    }
    assert_eq!(world.page("/catalogue/", "fr").await.status, StatusCode::OK);
    assert_eq!(world.page("/catalogue", "fr").await.status, StatusCode::OK);
    assert_eq!(world.get("/catalogue/catalog.ttl").await.status, StatusCode::OK);
    assert_eq!(world.get("/catalogue/api/datasets").await.json()["total"], 0);
}

#[tokio::test]
async fn unknown_addresses_are_answered_in_the_reader_s_form() {
    let world = world();
    let json = world.get("/nothing").await;
    assert_eq!(
        (json.status, json.header("content-type")),
        (StatusCode::NOT_FOUND, "application/problem+json")
    );
    let text = world.accept("/nothing", "text/plain").await;
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    let page = world.page("/nothing", "de").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (StatusCode::NOT_FOUND, "text/html; charset=utf-8")
    );
    assert!(page.text().contains("Diese Seite gibt es nicht"));
}
