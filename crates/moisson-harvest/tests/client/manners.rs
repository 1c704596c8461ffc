//! Good manners: repeating what is worth it, waiting when asked to, asking only what changed, heeding
//! `robots.txt`.

use std::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::{Duration, Instant},
};

use moisson_harvest::{
    Fetched, Limits, Validators,
    client::{Fault, Politeness, RobotsRule},
};

use crate::{
    Bench, get,
    loopback::{Answer, Asked, Loopback, Manner},
    quick,
};

/// Answers the first so many requests badly and the others well.
async fn moody(bad: u32, answer: Answer) -> Loopback {
    let asked = AtomicU32::new(0);
    Loopback::start(move |_: &Asked| {
        if asked.fetch_add(1, SeqCst) < bad { answer.clone() } else { Answer::ok("text/plain", "fine") }
    })
    .await
}

#[tokio::test]
async fn what_may_go_better_is_tried_again() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let server = moody(3, Answer::status(status, "")).await;
        let bench = Bench::to(&server);
        assert_eq!(bench.get(&server.url("/")).await.unwrap().body, "fine", "{status}");
        let traffic = bench.access.counters.traffic();
        assert_eq!((traffic.requests, traffic.retries), (4, 3), "{status}");
    }
    for manner in [Manner::Closed, Manner::CutAfter(2)] {
        let server = moody(3, Answer::ok("text/plain", "whole").sent(manner)).await;
        assert_eq!(Bench::to(&server).get(&server.url("/")).await.unwrap().body, "fine", "{manner:?}");
    }
}

#[tokio::test]
async fn what_will_not_go_better_is_asked_once() {
    for status in [400, 401, 403, 404, 405, 410, 418, 451, 501, 505] {
        let server = moody(9, Answer::status(status, "<h1>No\n\n entry</h1>")).await;
        let fault = Bench::to(&server).fault(&server.url("/")).await;
        assert_eq!(fault, format!("HTTP status {status}: <h1>No entry</h1>"));
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn attempts_are_counted_and_end() {
    let server = moody(99, Answer::status(503, "")).await;
    let bench = Bench::to(&server);
    assert_eq!(bench.fault(&server.url("/")).await, "HTTP status 503 (4 attempts)");
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_wish_for_a_pause_is_granted() {
    let server = moody(1, Answer::status(429, "").with("retry-after", "1")).await;
    let bench = Bench::to(&server);
    let start = Instant::now();
    assert_eq!(bench.get(&server.url("/")).await.unwrap().body, "fine");
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert!(bench.access.counters.traffic().waited_ms >= 990);
}

#[tokio::test]
async fn an_absurd_wish_is_refused_and_the_host_left_alone() {
    let far = "Thu, 31 Dec 2099 23:59:59 GMT";
    for value in ["999999999", "99999999999999999999999999999999", far] {
        let server = moody(1, Answer::status(503, "").with("retry-after", value)).await;
        let bench = Bench::to(&server);
        let error = bench.get(&server.url("/")).await.unwrap_err();
        assert!(matches!(error.fault, Fault::AskedToWait { .. }), "{value}: {error}");
        assert!(error.to_string().ends_with("longer than `max_wait_ms` (300000)"), "{error}");
        // Who comes next is not let through.
        let next = bench.get(&server.url("/next")).await.unwrap_err();
        assert!(next.come_back_after().unwrap() <= Duration::from_hours(24), "{next}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn the_quota_of_opendatasoft_ends_the_day() {
    let body = r#"{"errorcode": 10005, "reset_time": "2026-11-22T00:00:00Z", "call_limit": 5000,
        "limit_time_unit": "day", "error": "Too many requests on the domain."}"#;
    let server = moody(1, Answer::status(429, body)).await;
    let error = Bench::to(&server).get(&server.url("/")).await.unwrap_err();
    assert_eq!(error.come_back_after(), Some(Duration::from_hours(12)));
    let good = Answer::ok("text/plain", "last one").with("x-ratelimit-remaining", "0");
    let server = moody(1, good.with("x-ratelimit-reset", "2026-11-22T00:00:00Z")).await;
    let bench = Bench::to(&server);
    assert_eq!(bench.get(&server.url("/")).await.unwrap().body, "last one");
    assert!(matches!(bench.get(&server.url("/")).await.unwrap_err().fault, Fault::AskedToWait { .. }));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn requests_are_as_far_apart_as_agreed() {
    let server = moody(0, Answer::status(500, "")).await;
    let mut bench = Bench::to(&server);
    bench.access.politeness = Politeness { delay_ms: 60, ..Politeness::default() };
    let (start, url) = (Instant::now(), server.url("/"));
    let (a, b, c) = tokio::join!(bench.get(&url), bench.get(&url), bench.get(&url));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert!(start.elapsed() >= Duration::from_millis(120), "{:?}", start.elapsed());
}

#[tokio::test]
async fn we_say_who_we_are_and_what_we_want() {
    let server = moody(0, Answer::status(500, "")).await;
    Bench::to(&server).get(&server.url("/")).await.unwrap();
    let asked = &server.asked()[0];
    let agent = asked.header("user-agent").unwrap();
    assert!(agent.starts_with("Moisson/") && agent.ends_with("(+https://moisson.example/about)"), "{agent}");
    assert_eq!(asked.header("accept"), Some("application/json"));
    assert_eq!(asked.header("cookie"), None);
}

#[tokio::test]
async fn only_what_changed_is_sent_again() {
    let server = Loopback::start(|asked| {
        if asked.header("if-none-match") == Some("\"v1\"") {
            return Answer::status(304, "");
        }
        Answer::ok("text/plain", "v1")
            .with("etag", "\"v1\"")
            .with("last-modified", "Sat, 21 Nov 2026 11:00:00 GMT")
            .with("set-cookie", "a=b")
    })
    .await;
    let (bench, request) = (Bench::to(&server), get(&server.url("/a")));
    let Fetched::Body(body) = bench.client.fetch(&bench.access, &request, None).await.unwrap() else {
        panic!("the first time there is a body")
    };
    let validators = body.validators.unwrap();
    assert_eq!(validators.etag.as_deref(), Some("\"v1\""));
    let again = bench.client.fetch(&bench.access, &request, Some(&validators)).await.unwrap();
    assert_eq!(again, Fetched::NotModified);
    let asked = server.asked();
    assert_eq!(asked[1].header("if-modified-since"), Some("Sat, 21 Nov 2026 11:00:00 GMT"));
    assert_eq!(bench.access.counters.traffic().not_modified, 1);
    // Of another place they say nothing.
    let elsewhere = Validators { url: server.url("/b").parse().unwrap(), ..validators };
    let other = bench.client.fetch(&bench.access, &request, Some(&elsewhere)).await.unwrap();
    assert!(matches!(other, Fetched::Body(_)));
}

#[tokio::test]
async fn not_modified_without_a_question_is_no_answer() {
    let server = moody(9, Answer::status(304, "")).await;
    assert_eq!(Bench::to(&server).fault(&server.url("/")).await, "HTTP status 304");
}

fn site(robots: Answer) -> impl Fn(&Asked) -> Answer + Send + Sync + 'static {
    move |asked| match asked.target.as_str() {
        "/robots.txt" => robots.clone(),
        _ => Answer::ok("text/html", "<p>page</p>"),
    }
}

async fn obeying(robots: Answer) -> (Bench, Loopback) {
    let server = Loopback::start(site(robots)).await;
    let mut bench = Bench::to(&server);
    bench.access.politeness.robots = RobotsRule::Obey;
    (bench, server)
}

#[tokio::test]
async fn a_site_may_close_its_pages_to_us() {
    let rules = "User-agent: *\nDisallow: /private\nDisallow: /*?print=\nCrawl-delay: 0.1\n";
    let (bench, server) = obeying(Answer::ok("text/plain", rules)).await;
    let start = Instant::now();
    bench.get(&server.url("/a")).await.unwrap();
    bench.get(&server.url("/b")).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(100), "the crawl delay was not kept");
    for path in ["/private/x", "/a?print=1"] {
        let error = bench.get(&server.url(path)).await.unwrap_err();
        assert!(matches!(error.fault, Fault::Robots { .. }), "{error}");
    }
    assert_eq!(
        bench.fault(&server.url("/private")).await,
        "the host's robots.txt disallows it by `Disallow: /private`"
    );
    assert_eq!(server.targets(), ["GET /robots.txt", "GET /a", "GET /b"]);
}

#[tokio::test]
async fn a_site_without_rules_is_open_and_one_in_trouble_is_closed() {
    for status in [401, 403, 404, 410] {
        let (bench, server) = obeying(Answer::status(status, "")).await;
        bench.get(&server.url("/a")).await.unwrap();
    }
    for status in [429, 500, 503] {
        let (bench, server) = obeying(Answer::status(status, "")).await;
        let error = bench.get(&server.url("/a")).await.unwrap_err();
        assert!(error.to_string().contains("no robots.txt could be had"), "{error}");
        assert!(!server.targets().contains(&"GET /a".to_owned()));
    }
}

#[tokio::test]
async fn a_host_that_is_down_is_left_alone_for_a_while() {
    let server = moody(99, Answer::status(503, "")).await;
    let mut bench = Bench::to(&server);
    bench.access.limits = Limits { max_attempts: 1, breaker_failures: 3, breaker_pause_ms: 150, ..quick() };
    let url = server.url("/");
    for _ in 0..3 {
        bench.fault(&url).await;
    }
    let start = Instant::now();
    bench.fault(&url).await;
    assert!(start.elapsed() >= Duration::from_millis(140), "{:?}", start.elapsed());
}
