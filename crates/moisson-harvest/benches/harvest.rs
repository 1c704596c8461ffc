//! What the way from a source to its records costs: the walk alone, and whole runs over loopback.
//!
//! `cargo bench -p moisson-harvest`

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on says so")]

#[path = "../../../tests/support/loopback.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared with the tests of the whole")]
mod loopback;

use std::{borrow::Cow, fmt::Write as _, io::Write as _, time::Duration};

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use loopback::{Answer, Loopback};
use moisson_dcat::Mapped;
use moisson_harvest::{
    About, Client, ConfigError, Event, Found, Harvester, Limits, Listing, Page, Plan, ReadError, Reading,
    Record, RecordId, Reply, Request, Run, Source, SourceAccess, SourceName, Unmappable, Walk,
    client::{ClientConfig, Politeness},
    harvest,
};
use tokio::sync::mpsc;

const PAGES: u32 = 50;
const RECORDS_A_PAGE: u32 = 1_000;
const BYTES_A_RECORD: usize = 3_000;

/// One record a line, `id text`.
#[derive(Debug)]
struct Lines;

impl Harvester for Lines {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn about(&self) -> About {
        About { title: "", summary: "", specification: "", example: "", options: &[] }
    }

    fn plan(&self, source: &Source, _since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        Ok(Plan { start: vec![page(&source.url, 0)], listing: Listing::Whole })
    }

    fn read(
        &self,
        _source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        for line in reply.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let id = line.split(|byte| *byte == b' ').next().unwrap_or_default();
            emit(Found::Record(Record {
                id: RecordId(String::from_utf8_lossy(id).into_owned()),
                media_type: Cow::Borrowed("text/plain"),
                body: reply.body.slice_ref(line),
                remarks: Vec::new(),
            }));
        }
        let n: u32 = reply.url.path().trim_start_matches('/').parse().unwrap_or_default();
        let follow = if n + 1 < PAGES { vec![page(reply.url, n + 1)] } else { Vec::new() };
        Ok(Page { follow, total: Some(u64::from(PAGES * RECORDS_A_PAGE)), ..Page::default() })
    }

    fn map(&self, _source: &Source, _record: &Record) -> Result<Mapped, Unmappable> {
        Err(Unmappable { reason: "not mapped here".to_owned() })
    }
}

fn page(base: &url::Url, n: u32) -> Request {
    Request::get(base.join(&format!("/{n}")).expect("a path"), "text/plain", "page")
}

fn body(n: u32) -> Bytes {
    let mut body = String::new();
    for record in 0..RECORDS_A_PAGE {
        let id = format!("record-{}", n * RECORDS_A_PAGE + record);
        // Text that compresses about as well as metadata does.
        let words = (0..).map(|word: u32| (word * 7_919 + record * 104_729) % 4_001);
        body.push_str(&id);
        let end = body.len() + BYTES_A_RECORD - id.len();
        for word in words {
            let _ = write!(body, " w{word}");
            if body.len() >= end {
                break;
            }
        }
        body.push('\n');
    }
    body.into()
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory can be written").into()
}

fn walk(c: &mut Criterion) {
    let pages: Vec<Reading> = (0..5_000)
        .map(|n| Reading {
            records: (0..100).map(|record| RecordId(format!("record-{n}-{record}"))).collect(),
            follow: vec![page(&"https://portal.example/".parse().expect("a URL"), n + 1)],
            total: Some(500_000),
            ..Reading::default()
        })
        .collect();
    let start = || {
        let first = page(&"https://portal.example/".parse().expect("a URL"), 0);
        Walk::start(Plan { start: vec![first], listing: Listing::Whole }, Limits::default())
    };
    let mut group = c.benchmark_group("walk");
    group.throughput(Throughput::Elements(500_000)).sample_size(10);
    group.bench_function("500,000 ids in pages of 100", |b| {
        b.iter_batched(
            start,
            |mut walk| {
                for reading in &pages {
                    let under_way = walk.next_request().expect("a request is left");
                    walk.replied(under_way, reading, 0);
                }
                walk
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn run(c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let bodies: Vec<Bytes> = (0..PAGES).map(body).collect();
    let zipped: Vec<Bytes> = bodies.iter().map(|body| gzip(body)).collect();
    let mut group = c.benchmark_group("run");
    group.throughput(Throughput::Elements(u64::from(PAGES * RECORDS_A_PAGE)));
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for (name, bodies, encoding) in [("plain", bodies, "identity"), ("gzip", zipped, "gzip")] {
        let server = runtime.block_on(Loopback::start(move |asked| {
            let n: usize = asked.target.trim_start_matches('/').parse().unwrap_or_default();
            Answer::ok("text/plain", bodies[n].clone()).with("content-encoding", encoding)
        }));
        group.bench_function(format!("50,000 records of 3 kB, {name}"), |b| {
            b.iter(|| runtime.block_on(once(&server)));
        });
    }
    group.finish();
}

async fn once(server: &Loopback) {
    let source = Source {
        name: SourceName::new("bench").expect("a name"),
        kind: "lines".to_owned(),
        url: server.url("/").parse().expect("a URL"),
        language: None,
        options: serde_json::Map::new(),
    };
    let mut access = SourceAccess::new(&source);
    access.allow = vec![server.address().to_string().parse().expect("an address")];
    access.politeness = Politeness { delay_ms: 0, ..Politeness::default() };
    let client = Client::new(ClientConfig::new("https://moisson.example/about", 1));
    let (events, mut received) = mpsc::channel(256);
    let run = Run::new(source, access);
    let counting = tokio::task::spawn_blocking(move || {
        let mut count = 0_u32;
        while let Some(event) = received.blocking_recv() {
            count += u32::from(matches!(event, Event::Found(_)));
        }
        count
    });
    let ended = harvest(&client, &Lines, run, events).await.expect("the source is configured well");
    assert_eq!(counting.await.expect("counting is easy"), PAGES * RECORDS_A_PAGE, "{ended:?}");
}

criterion_group!(benches, walk, run);
criterion_main!(benches);
