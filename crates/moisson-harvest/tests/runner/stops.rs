//! Runs that end before their end, and what becomes of them.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use moisson_harvest::{Ending, harvest, runner::Begin};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::{
    client, go, json,
    loopback::{Answer, Asked, Loopback, Manner},
    numbered::Numbered,
    outcome, run_on, three_pages, watch,
};

/// A first page that leads to 48 others.
fn many(asked: &Asked, others: impl Fn(&str) -> Answer) -> Answer {
    if asked.target != "/1" {
        return others(&asked.target);
    }
    let next: Vec<_> = (2..50).map(|n| format!("'/{n}'")).collect();
    json(&format!("{{'ids': ['1'], 'next': [{}]}}", next.join(",")))
}

/// Each page leads to the next.
fn endless(asked: &Asked) -> Answer {
    let n: u32 = asked.target.trim_start_matches('/').parse().unwrap_or_default();
    json(&format!("{{'ids': ['{n}'], 'next': ['/{}']}}", n + 1))
}

#[tokio::test]
async fn a_run_killed_after_any_page_goes_on_where_it_was_saved() {
    for pages in 0..3 {
        let server = Loopback::start(three_pages).await;
        let (events, received) = mpsc::channel(1);
        let client = client();
        let (_, before) =
            tokio::join!(harvest(&client, &Numbered, run_on(&server), events), watch(received, Some(pages)),);
        // A process killed before the start was saved has nothing to resume.
        let Some(checkpoint) = before.checkpoint else { continue };
        let saved = serde_json::to_string(&checkpoint).unwrap();
        let mut run = run_on(&server);
        run.begin = Begin::At(serde_json::from_str(&saved).unwrap());
        let (ended, after) = go(run).await;
        assert_eq!(outcome(&ended), "whole 6");
        assert_eq!(after.events.first().map(String::as_str), Some(["a", "c", "e"][pages]));
    }
}

#[tokio::test]
async fn a_cancelled_run_stops_and_can_go_on() {
    let server = Loopback::start(|asked| {
        let late = if asked.target == "/2" { 10_000 } else { 0 };
        three_pages(asked).after(Duration::from_millis(late))
    })
    .await;
    let run = run_on(&server);
    let cancel = run.cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        cancel.cancel();
    });
    let start = Instant::now();
    let (ended, seen) = go(run).await;
    assert!(start.elapsed() < Duration::from_secs(8));
    assert_eq!(outcome(&ended), "stopped: the run was cancelled");
    let Ending::Stopped { checkpoint, .. } = ended.ending else { unreachable!() };
    assert_eq!(seen.checkpoint.as_ref(), Some(&*checkpoint));
    assert_eq!(checkpoint.pending().map(|request| request.url.path()).collect::<Vec<_>>(), ["/2"]);
}

#[tokio::test]
async fn a_preview_ends_after_so_many_entries() {
    let server = Loopback::start(three_pages).await;
    let mut run = run_on(&server);
    run.preview = Some(3);
    let (ended, seen) = go(run).await;
    assert_eq!(seen.ids(), "a b c");
    assert_eq!(outcome(&ended), "stopped: only the first 3 records were wanted");
    assert!(server.asked().len() <= 3);
}

#[tokio::test]
async fn a_source_that_goes_down_is_left_and_resumed_without_a_loss() {
    let healthy = Arc::new(Mutex::new(false));
    let state = Arc::clone(&healthy);
    let server = Loopback::start(move |asked| {
        let down = !*state.lock().unwrap();
        many(asked, |path| {
            if down && path.len() > 2 {
                return Answer::status(503, "");
            }
            json(&format!("{{'ids': ['{}']}}", path.trim_start_matches('/')))
        })
    })
    .await;
    let mut run = run_on(&server);
    run.access.limits.max_failures_in_a_row = 4;
    let (ended, before) = go(run.clone()).await;
    let why = outcome(&ended);
    assert!(why.starts_with("stopped: 4 requests in a row got no answer (`max_failures_in_a_row`)"), "{why}");
    // None of those without answer counts as failed: they are made again.
    assert_eq!(ended.tally.failed, 0);
    *healthy.lock().unwrap() = true;
    run.begin = Begin::At(Box::new(before.checkpoint.clone().unwrap()));
    let (ended, after) = go(run).await;
    assert_eq!(outcome(&ended), "whole 49");
    let expected: Vec<_> = (1..50).map(|n| n.to_string()).collect();
    assert_eq!(format!("{} {}", before.ids(), after.ids()), expected.join(" "));
}

#[tokio::test]
async fn one_request_without_an_answer_among_others_is_to_blame_itself() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/1" => json("{'ids': ['a'], 'next': ['/2', '/3']}"),
        "/2" => json("").sent(Manner::Closed),
        _ => json("{'ids': ['c']}"),
    })
    .await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(seen.ids(), "a c");
    assert_eq!((ended.tally.failed, ended.tally.requests), (1, 3));
    assert!(outcome(&ended).starts_with("partial: 1 of "));
}

#[tokio::test]
async fn many_refusals_in_a_row_stop_the_run() {
    let server = Loopback::start(|asked| many(asked, |_| Answer::status(403, ""))).await;
    let mut run = run_on(&server);
    run.access.limits.max_refusals_in_a_row = 10;
    let (ended, _) = go(run).await;
    let why = outcome(&ended);
    assert!(why.starts_with("stopped: 10 requests in a row were refused (`max_refusals_in_a_row`)"), "{why}");
    assert!(server.asked().len() < 15);
}

#[tokio::test]
async fn a_source_that_asks_for_a_long_pause_is_resumed_after_it() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/2" => Answer::status(429, "").with("retry-after", "7200"),
        _ => three_pages(asked),
    })
    .await;
    let (ended, seen) = go(run_on(&server)).await;
    assert_eq!(seen.ids(), "a b");
    let Ending::Stopped { come_back_after, checkpoint, .. } = ended.ending else { unreachable!() };
    assert_eq!(come_back_after, Some(Duration::from_hours(2)));
    assert_eq!(checkpoint.pending().len(), 1);
}

#[tokio::test]
async fn a_run_has_its_time() {
    let server = Loopback::start(|asked| endless(asked).after(Duration::from_millis(20))).await;
    let mut run = run_on(&server);
    run.access.limits.max_run_ms = 1_000;
    let (ended, seen) = go(run).await;
    assert_eq!(outcome(&ended), "stopped: the run took longer than `max_run_ms` (1000)");
    assert!(!seen.events.is_empty());
}

#[tokio::test]
async fn a_source_is_left_alone_when_its_hours_are_over() {
    let server = Loopback::start(|asked| endless(asked).after(Duration::from_millis(20))).await;
    let mut run = run_on(&server);
    run.open_for = Some(Duration::from_millis(500));
    let (ended, _) = go(run).await;
    assert_eq!(outcome(&ended), "stopped: the hours of the source's `window` are over");
}

#[tokio::test]
async fn an_endless_source_ends_at_the_limit() {
    let server = Loopback::start(endless).await;
    let mut run = run_on(&server);
    run.access.limits.max_requests = 20;
    let (ended, _) = go(run).await;
    assert_eq!(outcome(&ended), "partial: more than `max_requests` (20) requests");
    assert_eq!(server.asked().len(), 20);
}

#[tokio::test]
async fn a_pipeline_that_goes_away_ends_the_run() {
    let server = Loopback::start(three_pages).await;
    let (events, received) = mpsc::channel(1);
    drop(received);
    let ended = harvest(&client(), &Numbered, run_on(&server), events).await.unwrap();
    assert_eq!(outcome(&ended), "stopped: nobody receives the records any more");
    assert_eq!(server.asked(), []);
}

#[tokio::test]
async fn a_source_that_is_configured_wrongly_is_not_asked() {
    let server = Loopback::start(three_pages).await;
    let mut run = run_on(&server);
    Arc::make_mut(&mut run.source).options.insert("wrong".to_owned(), Value::Null);
    let (events, _received) = mpsc::channel(1);
    let error = harvest(&client(), &Numbered, run, events).await.unwrap_err();
    assert_eq!(error.to_string(), "`wrong` is wrong");
    let mut run = run_on(&server);
    Arc::make_mut(&mut run.source).url.set_password(Some("s3cret")).unwrap();
    let (events, _received) = mpsc::channel(1);
    let error = harvest(&client(), &Numbered, run, events).await.unwrap_err();
    assert_eq!(error.to_string(), "`url` holds a user name or password; use `credentials` instead");
    assert_eq!(server.asked(), []);
}
