//! The door to the administration: who is let in, what is asked of whom, and how refusals look.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use moisson_web::admin::{
    Action, Administration, Answer, Caller, Decided, Records, Refusal, RunStarted, Scope, Sources,
    Unidentified,
};
use serde_json::json;

use crate::support::{Answer as Reply, World, world};

/// Knows three tokens, and answers so that the tests see what was asked.
#[derive(Debug)]
pub(crate) struct Desk;

impl Administration for Desk {
    fn identify(&self, token: &str) -> Result<Caller, Unidentified> {
        match token {
            "good" => Ok(Caller {
                name: "ci".to_owned(),
                scopes: BTreeSet::from([Scope::Sources]),
                sources: None,
                expires: Timestamp::MAX,
            }),
            "old" => Err(Unidentified::Expired { name: "ci".to_owned() }),
            "unreadable" => Err(Unidentified::Unreadable("the disk".to_owned())),
            _ => Err(Unidentified::Unknown),
        }
    }

    fn act(&self, caller: Caller, action: Action) -> BoxFuture<'static, Result<Answer, Refusal>> {
        assert_eq!(caller.name, "ci");
        Box::pin(async move {
            match action {
                Action::Sources => Ok(Answer::Sources(Sources { sources: Vec::new() })),
                Action::Add(settings) => {
                    Err(Refusal::Settings(vec![format!("`kind`: {settings}"), "two".to_owned()]))
                }
                Action::Run { source, .. } if source == "busy" => {
                    Err(Refusal::Conflict { detail: "it runs".to_owned(), run: Some("r1".to_owned()) })
                }
                Action::Run { source, full, .. } => {
                    let note = format!("full: {full}");
                    Ok(Answer::Run(RunStarted { source, run: "r2".to_owned(), note }))
                }
                Action::Accept { .. } => {
                    Err(Refusal::Forbidden { detail: "it lacks".to_owned(), scope: Some(Scope::Decide) })
                }
                Action::Undelete { source, records } => Ok(Answer::Decided(Decided {
                    source,
                    records: records.len() as u64,
                    note: records.join(" "),
                })),
                Action::Remove(_, Records::Remove) => Err(Refusal::Failed("the secret reason".to_owned())),
                Action::Remove(source, Records::Keep) => {
                    Ok(Answer::Decided(Decided { source, records: 0, note: "kept".to_owned() }))
                }
                other => Err(Refusal::Unknown(format!("{other:?}"))),
            }
        })
    }
}

async fn ask(world: &World, method: &str, path: &str, body: &str) -> Reply {
    let headers = [("authorization", "Bearer good"), ("content-type", "application/json")];
    world.ask(method, path, &headers, body).await
}

#[tokio::test]
async fn nobody_without_a_valid_token_learns_or_does_anything() {
    let world = world();
    for (method, path) in [
        ("GET", "/api/admin/sources"),
        ("POST", "/api/admin/sources"),
        ("PATCH", "/api/admin/sources/a"),
        ("DELETE", "/api/admin/sources/a"),
        ("POST", "/api/admin/sources/a/run"),
        ("POST", "/api/admin/preview"),
        ("GET", "/api/admin/audit"),
    ] {
        let none = world.ask(method, path, &[], "{").await;
        assert_eq!(none.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"moisson\"");
        assert_eq!(none.header("content-type"), "application/problem+json");
        assert_eq!(none.header("cache-control"), "no-store");
        assert!(none.json()["type"].as_str().unwrap().ends_with("#problem-unauthorized"));
    }
    let expired = world.ask("GET", "/api/admin/sources", &[("authorization", "bearer old")], "").await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
    assert!(expired.header("www-authenticate").contains("error=\"invalid_token\""));
    assert!(expired.json()["detail"].as_str().unwrap().contains("has expired"));
    let two = [("authorization", "Bearer good"), ("authorization", "Bearer good")];
    assert_eq!(world.ask("GET", "/api/admin/sources", &two, "").await.status, StatusCode::UNAUTHORIZED);
    let basic = [("authorization", "Basic good")];
    assert_eq!(world.ask("GET", "/api/admin/sources", &basic, "").await.status, StatusCode::UNAUTHORIZED);
    let broken = world.ask("GET", "/api/admin/sources", &[("authorization", "Bearer unreadable")], "").await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!broken.text().contains("the disk"));
}

#[tokio::test]
async fn wrong_tokens_are_slowed_down_and_a_right_one_is_not() {
    let world = world();
    let mut statuses = Vec::new();
    for _ in 0..13 {
        let answer = world.ask("GET", "/api/admin/sources", &[("authorization", "Bearer wrong")], "").await;
        statuses.push(answer.status.as_u16());
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
        }
    }
    assert_eq!(statuses, [vec![401; 10], vec![429; 3]].concat());
    let right = ask(&world, "GET", "/api/admin/sources", "").await;
    assert_eq!((right.status, right.header("cache-control")), (StatusCode::OK, "no-store"));
    assert_eq!(right.header("etag"), "");
}

#[tokio::test]
async fn no_other_site_may_ask_from_a_browser() {
    let world = world();
    let origin = ("origin", "https://evil.example");
    let headers = [origin, ("authorization", "Bearer good")];
    let answer = world.ask("GET", "/api/admin/sources", &headers, "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let preflight = [origin, ("access-control-request-method", "POST")];
    let answer = world.ask("OPTIONS", "/api/admin/sources", &preflight, "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    // As opposed to what everybody may read.
    assert_eq!(
        world.ask("GET", "/api/sources", &[origin], "").await.header("access-control-allow-origin"),
        "*"
    );
}

#[tokio::test]
async fn what_is_asked_arrives_and_refusals_say_why() {
    let world = world();
    let run = ask(&world, "POST", "/api/admin/sources/a/run", "{\"full\":true}").await;
    assert_eq!(
        (run.status, run.json()),
        (StatusCode::ACCEPTED, json!({ "source": "a", "run": "r2", "note": "full: true" }))
    );
    assert_eq!(ask(&world, "POST", "/api/admin/sources/a/run", "").await.json()["note"], "full: false");
    let busy = ask(&world, "POST", "/api/admin/sources/busy/run", "").await;
    assert_eq!((busy.status, &busy.json()["run"]), (StatusCode::CONFLICT, &json!("r1")));
    let wrong = ask(&world, "POST", "/api/admin/sources", "{\"kind\":\"x\"}").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.json()["errors"].as_array().unwrap().len(), 2);
    let forbidden = ask(&world, "POST", "/api/admin/sources/a/accept", "{\"run\":\"r\"}").await;
    assert_eq!((forbidden.status, &forbidden.json()["scope"]), (StatusCode::FORBIDDEN, &json!("decide")));
    assert!(forbidden.header("www-authenticate").contains("insufficient_scope"));
    let back = ask(&world, "POST", "/api/admin/sources/a/undelete", "{\"records\":[\"x\",\"y\"]}").await;
    assert_eq!((back.status, &back.json()["note"]), (StatusCode::OK, &json!("x y")));
    let unknown = ask(&world, "GET", "/api/admin/sources/a%2Fb", "").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.json()["detail"].as_str().unwrap().contains("Source(\"a/b\")"));
    assert_eq!(ask(&world, "DELETE", "/api/admin/sources/a", "").await.json()["note"], "kept");
    let failed = ask(&world, "DELETE", "/api/admin/sources/a?records=remove", "").await;
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!failed.text().contains("secret reason"), "{}", failed.text());
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let world = world();
    let cases = [
        ("POST", "/api/admin/sources/a/accept", "{\"run\":1}", StatusCode::BAD_REQUEST),
        ("POST", "/api/admin/sources/a/accept", "{\"run\":\"r\",\"x\":1}", StatusCode::BAD_REQUEST),
        ("POST", "/api/admin/sources/a/run", "{\"ful\":true}", StatusCode::BAD_REQUEST),
        ("POST", "/api/admin/sources", "{", StatusCode::BAD_REQUEST),
        ("DELETE", "/api/admin/sources/a?records=all", "", StatusCode::BAD_REQUEST),
        ("DELETE", "/api/admin/sources/a?record=remove", "", StatusCode::BAD_REQUEST),
        ("GET", "/api/admin/audit?size=0", "", StatusCode::BAD_REQUEST),
        ("PUT", "/api/admin/sources/a", "", StatusCode::METHOD_NOT_ALLOWED),
    ];
    for (method, path, body, status) in cases {
        assert_eq!(ask(&world, method, path, body).await.status, status, "{method} {path} {body}");
    }
    let text = [("authorization", "Bearer good"), ("content-type", "text/plain")];
    let answer = world.ask("POST", "/api/admin/sources", &text, "{}").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let long = format!("{{\"kind\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(ask(&world, "POST", "/api/admin/sources", &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_description_of_the_api_says_what_needs_a_token() {
    let document = world().get("/api/openapi.json").await.json();
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    let mut described = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values().filter(|it| it.get("operationId").is_some()) {
            let secured = operation["security"][0].get("token").is_some();
            assert_eq!(secured, path.starts_with("/api/admin/"), "{path}");
            described += u32::from(secured);
        }
    }
    assert_eq!(described, 14);
    let page = world().page("/api", "en").await.text();
    assert!(
        page.contains("/api/admin/sources/{name}/undelete") && page.contains("problem-too-many-attempts")
    );
}
