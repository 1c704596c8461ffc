//! Whole runs over a small protocol: numbered pages of ids, `{"ids": […], "next": […], "total": n}`.

#![expect(clippy::expect_used, reason = "helpers of tests")]

#[path = "../../../tests/support/loopback.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared with the tests of the whole")]
mod loopback;
#[path = "runner/numbered.rs"]
mod numbered;
#[path = "runner/stops.rs"]
mod stops;

use std::{collections::HashMap, sync::Arc, time::Duration, time::Instant};

use loopback::{Answer, Asked, Loopback};
use moisson_dcat::RemarkCode;
use moisson_harvest::{
    Checkpoint, Client, Ended, Ending, Event, Found, Limits, Outcome, Reading, Run, Source, SourceAccess,
    SourceName,
    client::{ClientConfig, Politeness},
    harvest,
    runner::PageResult,
    walk::Fingerprint,
};
use numbered::Numbered;
use tokio::sync::mpsc;

fn json(text: &str) -> Answer {
    Answer::ok("application/json", text.replace('\'', "\""))
}

/// Three pages of two; the third leads nowhere.
fn three_pages(asked: &Asked) -> Answer {
    json(match asked.target.as_str() {
        "/1" => "{'ids': ['a', 'b'], 'next': ['/2'], 'total': 6}",
        "/2" => "{'ids': ['c', 'd'], 'next': ['/3'], 'total': 6}",
        "/3" => "{'ids': ['e', 'f'], 'total': 6}",
        _ => return Answer::status(404, ""),
    })
}

/// What a pipeline got to see.
#[derive(Debug, Default)]
struct Seen {
    /// `a`, `b`, `page /1: read`, …
    events: Vec<String>,
    checkpoint: Option<Checkpoint>,
    readings: HashMap<Fingerprint, Reading>,
}

impl Seen {
    fn ids(&self) -> String {
        let ids = self.events.iter().filter(|event| !event.contains(' '));
        ids.cloned().collect::<Vec<_>>().join(" ")
    }
}

fn run_on(server: &Loopback) -> Run {
    let source = Source {
        name: SourceName::new("test").expect("a name"),
        kind: "numbered".to_owned(),
        url: server.url("/").parse().expect("a URL"),
        language: None,
        options: serde_json::Map::new(),
    };
    let mut access = SourceAccess::new(&source);
    access.allow = vec![server.address().to_string().parse().expect("an address")];
    access.politeness = Politeness { delay_ms: 0, ..Politeness::default() };
    access.limits = Limits {
        backoff_ms: 1,
        max_backoff_ms: 2,
        breaker_pause_ms: 1,
        max_attempts: 2,
        ..Limits::default()
    };
    Run::new(source, access)
}

fn client() -> Client {
    Client::new(ClientConfig::new("https://moisson.example/about", 7))
}

async fn go(run: Run) -> (Ended, Seen) {
    let (events, received) = mpsc::channel(1);
    let client = client();
    let (ended, seen) = tokio::join!(harvest(&client, &Numbered, run, events), watch(received, None));
    (ended.expect("the source is configured well"), seen)
}

/// Receives until the end, or until so many pages have ended.
async fn watch(mut received: mpsc::Receiver<Event>, pages: Option<usize>) -> Seen {
    let mut seen = Seen::default();
    let mut ended = 0;
    while pages.is_none_or(|pages| ended < pages)
        && let Some(event) = received.recv().await
    {
        match event {
            Event::Started(checkpoint) => seen.checkpoint = Some(*checkpoint),
            Event::Found(Found::Record(record)) => {
                let remarks = record.remarks.iter().map(|remark| format!("{:?}", remark.code));
                let text: Vec<_> = [record.id.0].into_iter().chain(remarks).collect();
                seen.events.push(text.join("+"));
            }
            Event::Found(Found::Broken(broken)) => seen.events.push(format!("broken {}", broken.reason)),
            Event::PageEnd(end) => {
                ended += 1;
                let what = match end.result {
                    PageResult::Read { reading, .. } => {
                        seen.readings.insert(Fingerprint::of_request(&end.request), reading);
                        "read".to_owned()
                    }
                    PageResult::NotModified(_) => "not modified".to_owned(),
                    PageResult::Failed { error, replaced } => {
                        let (_, error) = error.split_once(": ").expect("the URL comes first");
                        format!("{}: {error}", if replaced { "asked otherwise" } else { "failed" })
                    }
                };
                seen.events.push(format!("page {}: {what}", end.request.url.path()));
                let checkpoint = seen.checkpoint.as_mut().expect("the start comes first");
                checkpoint.apply(end.delta).expect("deltas come in order");
            }
        }
    }
    seen
}

fn outcome(ended: &Ended) -> String {
    match &ended.ending {
        Ending::Finished(Outcome::Whole(proof)) => format!("whole {}", proof.seen()),
        Ending::Finished(Outcome::Changes) => "changes".to_owned(),
        Ending::Finished(Outcome::Partial(reason)) => format!("partial: {reason}"),
        Ending::Stopped { reason, .. } => format!("stopped: {reason}"),
    }
}

#[tokio::test]
async fn records_come_in_order_each_page_with_its_end() {
    let server = Loopback::start(three_pages).await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(outcome(&ended), "whole 6");
    assert_eq!(
        seen.events,
        ["a", "b", "page /1: read", "c", "d", "page /2: read", "e", "f", "page /3: read"]
    );
    assert_eq!((ended.tally.requests, ended.tally.records, ended.traffic.requests), (3, 6, 3));
}

#[tokio::test]
async fn pages_fetched_together_are_told_in_the_order_of_asking() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/1" => json("{'ids': ['a'], 'next': ['/2', '/3', '/4']}"),
        "/2" => json("{'ids': ['b']}").after(Duration::from_secs(1)),
        "/3" => json("{'ids': ['c']}"),
        _ => json("{'ids': ['d']}").after(Duration::from_secs(1)),
    })
    .await;
    let mut run = run_on(&server);
    run.access.politeness.concurrency = 3;
    let start = Instant::now();
    let (ended, seen) = go(run).await;
    assert_eq!(outcome(&ended), "whole 4");
    assert_eq!(seen.ids(), "a b c d");
    // One after the other would take two seconds.
    assert!(start.elapsed() < Duration::from_millis(1_900), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_page_that_fails_costs_its_records_and_every_deletion() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/1" => json("{'ids': ['a'], 'next': ['/2', '/3']}"),
        "/2" => Answer::ok("text/html", "<html>maintenance</html>"),
        _ => json("{'ids': ['c']}"),
    })
    .await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(seen.ids(), "a c");
    assert_eq!(
        seen.events[2],
        "page /2: failed: expected JSON, found something else at byte 0; the reply calls itself `text/html`"
    );
    assert!(outcome(&ended).starts_with("partial: 1 of 3 requests failed, first GET http://127.0.0.1:"));
}

#[tokio::test]
async fn what_came_before_a_failure_stays_valid() {
    let server = Loopback::start(|_| Answer::ok("text/plain", "some and then nonsense")).await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(seen.ids(), "early");
    assert_eq!(ended.tally.records, 1);
    assert!(outcome(&ended).starts_with("partial"));
}

#[tokio::test]
async fn a_poisoned_page_is_asked_in_parts() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/1" => json("{'ids': ['a'], 'next': ['/poisoned'], 'total': 4}"),
        "/half/1" => json("{'ids': ['b', 'c']}"),
        "/half/2" => json("{'ids': ['d']}"),
        _ => Answer::status(500, "oops"),
    })
    .await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(outcome(&ended), "whole 4");
    assert_eq!(seen.events[2], "page /poisoned: asked otherwise: HTTP status 500: oops (2 attempts)");
    assert_eq!(seen.ids(), "a b c d");
}

#[tokio::test]
async fn a_harvester_that_panics_fails_the_page_and_not_the_run() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/1" => json("{'ids': ['a'], 'next': ['/2', '/3']}"),
        "/2" => Answer::ok("text/plain", "panic"),
        _ => json("{'ids': ['c']}"),
    })
    .await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(seen.ids(), "a c");
    assert!(outcome(&ended).contains("the harvester `numbered` failed: task "), "{}", outcome(&ended));
}

#[tokio::test]
async fn ids_that_cannot_be_ids_are_set_aside_and_doubles_remarked() {
    let long = "x".repeat(2_001);
    let body = format!("{{'ids': ['a', '', ' ', '{long}', 7, 'a']}}");
    let server = Loopback::start(move |_| json(&body)).await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(
        seen.events,
        [
            "a",
            "broken the record's id is empty",
            "broken the record's id is empty",
            "broken the record's id has 2001 bytes, more than 2000",
            "broken no text",
            &format!("a+{:?}", RemarkCode::DuplicateId),
            "page /1: read"
        ]
    );
    assert_eq!((ended.tally.records, ended.tally.repeated, ended.tally.broken), (1, 1, 4));
    assert!(outcome(&ended).starts_with("partial: 4 entries could not be read"));
}

#[tokio::test]
async fn a_second_run_where_nothing_changed_reads_nothing() {
    let server = Loopback::start(|asked| {
        let answer = three_pages(asked).with("etag", &format!("\"{}\"", asked.target));
        if asked.header("if-none-match").is_some() { Answer::status(304, "") } else { answer }
    })
    .await;
    let (_, first) = go(run_on(&server)).await;
    let mut run = run_on(&server);
    run.known = 6;
    run.readings = Arc::new(move |request| first.readings.get(&Fingerprint::of_request(request)).cloned());
    let (ended, seen) = go(run).await;
    assert_eq!(outcome(&ended), "whole 6");
    assert_eq!(seen.events, ["page /1: not modified", "page /2: not modified", "page /3: not modified"]);
    assert_eq!(ended.tally.not_modified, 3);
}

#[tokio::test]
async fn an_empty_source_is_not_believed_when_records_are_known() {
    let server = Loopback::start(|_| json("{'ids': []}")).await;
    let mut run = run_on(&server);
    run.known = 6;
    let (ended, _) = go(run).await;
    assert_eq!(outcome(&ended), "partial: the source lists 0 records, 6 are known");
}
