//! Bodies that are too long, too slow, too short or not what they are said to be.

use std::{io::Write, time::Duration};

use moisson_harvest::Limits;

use crate::{
    Bench, Names,
    loopback::{Answer, Length, Loopback, Manner},
    quick,
};

async fn bench(answer: Answer, limits: Limits) -> (Bench, Loopback) {
    let server = Loopback::start(move |_| answer.clone()).await;
    let mut bench = Bench::to(&server);
    bench.access.limits = Limits { max_attempts: 1, ..limits };
    (bench, server)
}

#[track_caller]
fn check(fault: &str, expected: &str) {
    assert!(fault.starts_with(expected), "expected: {expected}\ncame:     {fault}");
}

/// What the fetch of such an answer fails with.
async fn fault(answer: Answer, limits: Limits) -> String {
    let (bench, server) = bench(answer, limits).await;
    bench.fault(&server.url("/")).await
}

fn text(length: usize) -> Answer {
    Answer::ok("text/plain", vec![b'x'; length])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory can be written")
}

#[tokio::test]
async fn whole_bodies_come_whole_however_they_are_sent() {
    for length in [Length::Right, Length::None, Length::Chunked] {
        let (bench, server) = bench(text(100_000).announced(length), quick()).await;
        assert_eq!(bench.get(&server.url("/")).await.unwrap().body.len(), 100_000, "{length:?}");
        let traffic = bench.access.counters.traffic();
        assert_eq!((traffic.requests, traffic.bytes_received, traffic.bytes_decoded), (1, 100_000, 100_000));
    }
}

#[tokio::test]
async fn a_body_cut_short_is_a_failure() {
    check(
        &fault(text(1000).sent(Manner::CutAfter(400)), quick()).await,
        "the reply was cut short: 400 of 1000 bytes came, then: ",
    );
    check(
        &fault(text(1000).announced(Length::Wrong(1001)), quick()).await,
        "the reply was cut short: 1000 of 1001 bytes came, then: ",
    );
    check(
        &fault(text(1000).announced(Length::Chunked).sent(Manner::CutAfter(400)), quick()).await,
        "the reply was cut short: 400 bytes came, then: ",
    );
    check(
        &fault(Answer::status(206, "part"), quick()).await,
        "the reply was cut short: only a part was sent",
    );
}

#[tokio::test]
async fn a_length_that_is_too_short_ends_the_body_there() {
    let (bench, server) = bench(text(1000).announced(Length::Wrong(10)), quick()).await;
    // What comes behind is not ours, and must not be taken for the next reply.
    assert_eq!(bench.get(&server.url("/")).await.unwrap().body.len(), 10);
    assert_eq!(bench.get(&server.url("/")).await.unwrap().body.len(), 10);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_not_read_to_its_end() {
    let limits = Limits { max_body_bytes: 50_000, ..quick() };
    let expected = "the body is larger than `max_body_bytes` (50000)";
    check(&fault(text(50_001), limits.clone()).await, expected);
    check(&fault(text(50_001).announced(Length::Chunked), limits.clone()).await, expected);
    check(&fault(text(1000).announced(Length::None).sent(Manner::Endless), limits.clone()).await, expected);
    check(
        &fault(text(1000).announced(Length::Chunked).sent(Manner::Endless), limits.clone()).await,
        expected,
    );
    let announced = text(10).announced(Length::Wrong(1_000_000_000_000)).sent(Manner::StallAfter(10));
    check(&fault(announced, limits).await, expected);
}

#[tokio::test]
async fn a_bomb_is_not_unpacked() {
    let bomb = gzip(&vec![0; 30_000_000]);
    assert!(bomb.len() < 50_000);
    let answer = Answer::ok("application/json", bomb).with("content-encoding", "gzip");
    let expected =
        "the ratio of the decoded body to the sent one is larger than `max_decompression_ratio` (200)";
    check(&fault(answer.clone(), quick()).await, expected);
    let limits = Limits { max_body_bytes: 900_000, ..quick() };
    check(&fault(answer, limits).await, "the decoded body is larger than `max_body_bytes` (900000)");
}

#[tokio::test]
async fn encodings_are_asked_for_and_undone() {
    let answer = Answer::ok("text/plain", gzip(b"hello")).with("content-encoding", "gzip");
    let (bench, server) = bench(answer, quick()).await;
    let body = bench.get(&server.url("/")).await.unwrap();
    assert_eq!(body.body, "hello");
    assert_eq!(server.asked()[0].header("accept-encoding"), Some("zstd, br, gzip, deflate"));
    let traffic = bench.access.counters.traffic();
    assert_eq!((traffic.bytes_received, traffic.bytes_decoded), (gzip(b"hello").len() as u64, 5));
}

#[tokio::test]
async fn an_encoding_cut_short_is_a_failure_even_without_a_length() {
    let whole = gzip(b"hello hello hello");
    let cut = whole[..whole.len() - 5].to_vec();
    let answer =
        Answer::ok("text/plain", cut.clone()).with("content-encoding", "gzip").announced(Length::None);
    check(&fault(answer, quick()).await, "the body is no valid gzip: ");
    check(&fault(Answer::ok("application/gzip", cut), quick()).await, "the body is no valid gzip: ");
}

#[tokio::test]
async fn silence_and_trickling_end_by_name() {
    let limits = Limits { idle_timeout_ms: 100, ..quick() };
    check(
        &fault(text(1000).sent(Manner::StallAfter(10)), limits).await,
        "no more of the body came within `idle_timeout_ms` (100)",
    );
    let limits = Limits { body_timeout_ms: 150, ..quick() };
    let trickle = Manner::Trickled(1, Duration::from_millis(20));
    check(
        &fault(text(1000).sent(trickle), limits).await,
        "no whole body came within `body_timeout_ms` (150)",
    );
    let limits = Limits { slow_start_ms: 100, min_bytes_per_second: 1_000, ..quick() };
    let slow = fault(text(1000).sent(trickle), limits).await;
    assert!(slow.ends_with(" ms, slower than `min_bytes_per_second` (1000)"), "{slow}");
    let limits = Limits { reply_timeout_ms: 100, ..quick() };
    check(
        &fault(text(1).after(Duration::from_secs(20)), limits).await,
        "no reply came within `reply_timeout_ms` (100)",
    );
    // Status line and headers may trickle, too.
    let limits = Limits { reply_timeout_ms: 100, ..quick() };
    let head = Answer::status(200, "HTTP/1.1 200 OK\r\nx: y");
    let (bench, server) = bench(head.sent(Manner::Raw), limits).await;
    assert!(bench.get(&server.url("/")).await.is_err());
}

#[tokio::test]
async fn headers_are_bounded() {
    let large = text(1).with("x-large", &"y".repeat(70_000));
    check(&fault(large, quick()).await, "the headers are larger than `max_header_bytes` (65536)");
    let endless = text(1).with("x-large", &"y".repeat(2_000_000));
    check(&fault(endless, quick()).await, "no valid HTTP reply: ");
    let many = (0..200).fold(text(1), |answer, n| answer.with(&format!("x-{n}"), "y"));
    check(&fault(many, quick()).await, "no valid HTTP reply: ");
}

#[tokio::test]
async fn what_is_not_http_is_a_failure() {
    check(
        &fault(Answer::status(200, "SSH-2.0-OpenSSH_9.2\r\n").sent(Manner::Raw), quick()).await,
        "no valid HTTP reply: ",
    );
    check(&fault(text(1).sent(Manner::Closed), quick()).await, "no valid HTTP reply: ");
}

#[tokio::test]
async fn nobody_there_is_a_failure() {
    let server = Loopback::start(|_| text(1)).await;
    let (url, address) = (server.url("/"), server.address().to_string());
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let bench = Bench::new(Names::default(), &[&address]);
    let fault = bench.fault(&url).await;
    assert!(fault.starts_with("could not connect: Connection refused"), "{fault}");
    assert!(fault.ends_with("(4 attempts)"), "{fault}");
}

#[tokio::test]
async fn an_empty_body_is_a_body() {
    let (bench, server) = bench(Answer::status(204, ""), quick()).await;
    let body = bench.get(&server.url("/")).await.unwrap();
    assert_eq!((body.status, body.body.len()), (204, 0));
}
