//! Every reader on replies that were spoilt at random: whatever comes, it ends in records or an error, in bounded time,
//! and what is written of the records is clean.
//!
//! The replies are those of the fixtures and of the hostile portal, through the harvesters of the registry; so RDF/XML,
//! Turtle and its kin, JSON-LD, the JSON of the APIs, CSV, HTML and sitemaps are all read. A few seconds for each
//! harvester, the same every time; `MOISSON_FUZZ_SECONDS=60` for longer, with other bytes each time. Where a reader
//! takes the whole process down, `moisson-mutation` in the folder for temporary files has what it was reading.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

#[path = "hostile/portal.rs"]
#[expect(dead_code, reason = "it is not asked here, its replies are read")]
mod portal;

use std::{
    hash::{BuildHasher, RandomState},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use moisson_dcat::{
    Iri, Mapped,
    write::{Naming, write},
};
use moisson_harvest::{
    About, ConfigError, Failure, Found, Harvester, Page, Plan, ReadError, Record, Reply, Request, Source,
    Unmappable,
};
use moisson_tests::{
    replay::{Play, play},
    scenario::Scenario,
};
use oxrdf::{NamedNode, NamedOrBlankNode, Term, Triple};
use url::Url;

use crate::portal::{Ask, Dataset, Flaw, KINDS, Kind, View};

/// No reply of the size of a fixture may take longer, even on a busy machine without optimisation.
const TOO_LONG: Duration = Duration::from_secs(20);

/// No spoilt reply is longer.
const LONGEST: usize = 400_000;

/// What spoils a text best: the marks of all syntaxes, and characters at the edges of encodings.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"'",
    b"<",
    b">",
    b"</",
    b"/>",
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b",",
    b";",
    b":",
    b".",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"&",
    b"&#0;",
    b"&#x110000;",
    b"&amp",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?xml",
    b"<!DOCTYPE",
    b"<!ENTITY a \"b\">",
    b"\0",
    b"\x0b",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xe9",
    b"\xc3",
    b"\xf0\x9f\x98\x80",
    b"\xed\xa0\x80",
    b"\r",
    b"\n",
    b"\t",
    b" ",
    b"null",
    b"true",
    b"1e999",
    b"-0",
    b"99999999999999999999",
    b"NaN",
    b"\"\"\"",
    b"@prefix : <x:> .",
    b"@base <http://[> .",
    b"_:b",
    b"^^",
    b"@fr-",
    b"@",
    b"<<",
    b"{|",
    b"http://[",
    b"http://x y",
    b"file:///etc/passwd",
    b"0000-00-00",
    b"9999999-12-31",
    b"P1Y",
    b"rdf:parseType=\"Literal\"",
    b"rdf:nodeID=\"\"",
    b"\"@id\":",
    b"\"@context\":{}",
    b"\"@graph\":[",
    b"<script type=\"application/ld+json\">",
    b"itemscope",
    b"itemprop=\"\"",
    b"<base href=\"\">",
    b"<loc>",
    b"<sitemapindex>",
    b"\xe2\x80\xae",
];

/// Numbers of which each follows from the one before (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("a number of the machine's size")
    }
}

/// A reply, with all that reading depends on.
#[derive(Debug, Clone)]
struct Sample {
    source: Source,
    request: Request,
    url: Url,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// A harvester that keeps what it is given to read.
#[derive(Debug)]
struct Collector {
    inner: &'static dyn Harvester,
    samples: Mutex<Vec<Sample>>,
}

impl Harvester for Collector {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn about(&self) -> About {
        self.inner.about()
    }

    fn plan(&self, source: &Source, since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        self.inner.plan(source, since)
    }

    fn read(
        &self,
        source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        self.samples.lock().unwrap().push(Sample {
            source: source.clone(),
            request: reply.request.clone(),
            url: reply.url.clone(),
            headers: reply.headers.to_vec(),
            body: reply.body.clone(),
        });
        self.inner.read(source, reply, emit)
    }

    fn instead(&self, source: &Source, request: &Request, failure: &Failure) -> Vec<Request> {
        self.inner.instead(source, request, failure)
    }

    fn map(&self, source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
        self.inner.map(source, record)
    }
}

/// The replies of all scenarios of a harvester, and of the hostile portal.
async fn samples(harvester: &'static dyn Harvester) -> Vec<Sample> {
    let collector: &'static Collector =
        Box::leak(Box::new(Collector { inner: harvester, samples: Mutex::default() }));
    for scenario in Scenario::all_of(harvester.name()) {
        play(collector, &scenario, Play::default()).await;
    }
    let mut samples = std::mem::take(&mut *collector.samples.lock().unwrap());
    samples.extend(
        KINDS.into_iter().filter(|kind| kind.source().0 == harvester.name()).filter_map(of_the_portal),
    );
    samples.retain(|sample| !sample.body.is_empty());
    samples
}

/// The portal's first reply, with a dataset of each flaw.
fn of_the_portal(kind: Kind) -> Option<Sample> {
    let (name, path, options) = kind.source();
    let url: Url = format!("http://portail.example{path}").parse().ok()?;
    let flaws = [
        Flaw::None,
        Flaw::NoId,
        Flaw::NoTitle,
        Flaw::Capitals,
        Flaw::Control,
        Flaw::NotUtf8,
        Flaw::BadUrl,
        Flaw::Nothing,
        Flaw::Script,
    ];
    let datasets: Vec<Dataset> =
        (1..).zip(flaws).map(|(number, flaw)| Dataset { flaw, ..Dataset::new(number) }).collect();
    let source: Source = toml::from_str(&format!(
        "name = \"portail\"\nkind = \"{name}\"\nurl = \"{url}\"\nlanguage = \"fr\"\noptions = {options}\n"
    ))
    .unwrap_or_else(|error| panic!("{error}"));
    let request = moisson_harvesters::find(name).ok()?.plan(&source, None).ok()?.start.into_iter().next()?;
    let ask = if kind == Kind::Site { Ask::Names } else { Ask::Page { start: 0, rows: 100 } };
    let answer = kind.answer(&ask, &View::of(&ask, &datasets), "portail.example");
    Some(Sample { source, url: request.url.clone(), request, headers: answer.headers, body: answer.body })
}

/// Spoils a body in up to four places.
fn spoilt(body: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(body.len() + 1);
        let longest = 1 << random.below(10);
        let length = random.below(longest).min(body.len() - at);
        match random.below(8) {
            0 => body.truncate(at),
            1 => {
                body.drain(at..at + length);
            }
            2 => {
                let piece = body[at..at + length].to_vec();
                let to = random.below(body.len() + 1);
                body.splice(to..to, piece);
            }
            3 => {
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + length).min(other.len())].to_vec();
                body.splice(at..at, piece);
            }
            4 => {
                if let Some(byte) = body.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            5 => {
                // The same mark many times: depth, and what grows with its square.
                let piece = PIECES[random.below(PIECES.len())].repeat(1 + random.below(2_000));
                body.splice(at..at, piece);
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                body.splice(at..at, piece.iter().copied());
            }
        }
        body.truncate(LONGEST);
    }
    body
}

/// Reads, maps and writes as the pipeline does. Says what is unclean, and how many records there were.
fn read(harvester: &dyn Harvester, sample: &Sample, body: Vec<u8>) -> (Option<String>, usize) {
    let reply = Reply {
        request: &sample.request,
        url: &sample.url,
        status: 200,
        headers: &sample.headers,
        body: body.into(),
    };
    let mut records = Vec::new();
    let result = harvester.read(&sample.source, &reply, &mut |found| {
        if let Found::Record(record) = found {
            records.push(record);
        }
    });
    if let Err(error) = result {
        let failure = Failure::Read(error);
        harvester.instead(&sample.source, &sample.request, &failure);
    }
    let base = Iri::new("https://catalogue.example").expect("an IRI");
    let count = records.len();
    for record in records {
        let Ok(mapped) = harvester.map(&sample.source, &record) else { continue };
        let naming = Naming { base: &base, source: "essai", record_id: &record.id.0 };
        let written = write(&mapped.resource, &naming);
        let shared = written.shared.iter().map(|(_, triple)| triple);
        if let Some(triple) = written.record.iter().chain(shared).find(|triple| !is_clean(triple)) {
            return (Some(format!("record `{}` has {triple}", record.id)), count);
        }
    }
    (None, count)
}

fn is_clean(triple: &Triple) -> bool {
    let is_iri = |node: &NamedNode| NamedNode::new(node.as_str()).is_ok();
    let subject = matches!(&triple.subject, NamedOrBlankNode::NamedNode(node) if is_iri(node));
    let object = match &triple.object {
        Term::NamedNode(node) => is_iri(node),
        Term::Literal(_) => true,
        Term::BlankNode(_) => false,
    };
    subject && object && is_iri(&triple.predicate)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reply_breaks_a_reader() {
    let asked = std::env::var("MOISSON_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let limit = asked.map_or(Duration::from_secs(3), Duration::from_secs);
    let seed = if asked.is_some() { RandomState::new().hash_one(0) } else { 0x9e37_79b9_7f4a_7c15 };
    let mut wrong = Vec::new();
    for harvester in moisson_harvesters::ALL {
        let samples = samples(*harvester).await;
        assert!(!samples.is_empty(), "`{}` has no fixtures", harvester.name());
        let readers: Vec<_> = (0..2)
            .map(|thread| {
                let (samples, random) = (samples.clone(), Random(seed ^ (thread + 1)));
                std::thread::spawn(move || mutate(*harvester, &samples, random, limit))
            })
            .collect();
        let (mut inputs, mut records) = (0, 0);
        for reader in readers {
            let (read, found, faults) = reader.join().expect("panics are caught");
            inputs += read;
            records += found;
            wrong.extend(faults);
        }
        println!("{}: {inputs} inputs of {} replies, {records} records", harvester.name(), samples.len());
        assert!(records > 0, "no record came through: the replies are spoilt too much");
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Reads spoilt replies until the time is over. Gives how many, how many records, and what was wrong.
fn mutate(
    harvester: &'static dyn Harvester,
    samples: &[Sample],
    mut random: Random,
    limit: Duration,
) -> (usize, usize, Vec<String>) {
    let (mut inputs, mut records, mut wrong) = (0, 0, Vec::new());
    let begun = Instant::now();
    while begun.elapsed() < limit && wrong.len() < 3 {
        let sample = &samples[random.below(samples.len())];
        let other = &samples[random.below(samples.len())];
        let body = spoilt(&sample.body, &other.body, &mut random);
        let kept = keep(harvester.name(), &body);
        let started = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| read(harvester, sample, body.clone())));
        inputs += 1;
        let fault = match result {
            Err(_) => Some("it panicked".to_owned()),
            Ok((_, count)) if started.elapsed() > TOO_LONG => {
                Some(format!("it took {:?} for {count} records of {} bytes", started.elapsed(), body.len()))
            }
            Ok((fault, count)) => {
                records += count;
                fault
            }
        };
        if let Some(fault) = fault {
            let example = kept.with_extension(format!("{inputs}"));
            std::fs::copy(&kept, &example).expect("a temporary file can be copied");
            let place = example.display();
            wrong.push(format!(
                "{} asked for {}: {fault}; the reply is in {place}",
                harvester.name(),
                sample.url
            ));
        }
    }
    (inputs, records, wrong)
}

/// Keeps what is being read where it can be found if the process dies.
fn keep(harvester: &str, body: &[u8]) -> PathBuf {
    let thread = format!("{:?}", std::thread::current().id());
    let name: String = thread.chars().filter(char::is_ascii_digit).collect();
    let file = std::env::temp_dir().join(format!("moisson-mutation-{harvester}-{name}"));
    std::fs::write(&file, body).expect("a temporary file can be written");
    file
}
