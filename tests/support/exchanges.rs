//! `exchanges.toml`: what a portal answers to which request.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write as _,
    path::Path,
    sync::Mutex,
    time::Duration,
};

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use crate::loopback::{Answer, Asked, Manner};

/// The file as it is written. `fixtures/README.md` tells what each key means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchanges {
    /// What the scenario shows, in a sentence.
    pub shows: String,
    /// Ids of records that are held from before.
    #[serde(default)]
    pub known: Vec<String>,
    /// Ask for changes since then.
    pub since: Option<Timestamp>,
    /// Why a body that was cut may pass for a whole one, if the protocol cannot tell.
    pub cut_may_pass: Option<String>,
    /// Changes to the limits.
    #[serde(default)]
    pub limits: toml::Table,
    /// What is asked and answered.
    #[serde(rename = "exchange")]
    pub all: Vec<Exchange>,
}

/// One request with its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    get: Option<String>,
    head: Option<String>,
    post: Option<String>,
    host: Option<String>,
    /// What the body of a `POST` must hold.
    #[serde(default)]
    contains: Vec<String>,
    status: Option<u16>,
    body: Option<String>,
    text: Option<String>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    redirect: Option<String>,
    encoding: Option<Encoding>,
    times: Option<u32>,
    cut: Option<usize>,
    #[serde(default)]
    closed: bool,
    #[serde(default)]
    delay_ms: u64,
    #[serde(skip)]
    bytes: Bytes,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Encoding {
    Gzip,
    Deflate,
    Zstd,
}

/// How a portal misbehaves in all its replies, beside what the exchanges say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Damage {
    /// The exchange whose body is cut, and where.
    pub cut: Option<(usize, usize)>,
}

/// A portal that plays the exchanges from their beginning.
#[derive(Debug)]
pub struct Portal {
    exchanges: Exchanges,
    damage: Damage,
    played: Mutex<Played>,
}

#[derive(Debug, Default)]
struct Played {
    answered: Vec<u32>,
    unexpected: Vec<String>,
}

impl Exchanges {
    /// Reads the file and the bodies beside it.
    pub fn load(folder: &Path) -> Self {
        let file = folder.join("exchanges.toml");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut exchanges: Self =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for (place, exchange) in exchanges.all.iter_mut().enumerate() {
            let given = usize::from(exchange.get.is_some())
                + usize::from(exchange.head.is_some())
                + usize::from(exchange.post.is_some());
            assert!(given == 1, "{}: exchange {place} needs one of get, head, post", file.display());
            exchange.bytes = match (&exchange.body, &exchange.text) {
                (Some(name), None) => {
                    let path = folder.join(name);
                    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into()
                }
                (None, Some(text)) => text.clone().into(),
                (None, None) => Bytes::new(),
                (Some(_), Some(_)) => panic!("{}: exchange {place} has body and text", file.display()),
            };
        }
        exchanges
    }
}

impl Exchange {
    fn asks(&self) -> (&'static str, &str) {
        match (&self.get, &self.head, &self.post) {
            (Some(target), ..) => ("GET", target),
            (_, Some(target), _) => ("HEAD", target),
            (_, _, Some(target)) => ("POST", target),
            _ => ("", ""),
        }
    }

    fn fits(&self, asked: &Asked) -> bool {
        let (method, target) = self.asks();
        let host = asked.header("host").unwrap_or_default();
        method == asked.method
            && self.host.as_deref().is_none_or(|own| own == host)
            && same_target(target, &asked.target)
            && self.contains.iter().all(|text| String::from_utf8_lossy(&asked.body).contains(text.as_str()))
    }

    /// The size of the body as it will be sent.
    pub fn size(&self) -> usize {
        self.sent().len()
    }

    fn sent(&self) -> Bytes {
        let plain = &self.bytes;
        match self.encoding {
            None => plain.clone(),
            Some(Encoding::Gzip) => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder
                    .write_all(plain)
                    .and_then(|()| encoder.finish())
                    .expect("memory can be written")
                    .into()
            }
            Some(Encoding::Deflate) => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
                encoder
                    .write_all(plain)
                    .and_then(|()| encoder.finish())
                    .expect("memory can be written")
                    .into()
            }
            Some(Encoding::Zstd) => zstd::encode_all(&plain[..], 0).expect("memory can be written").into(),
        }
    }

    fn answer(&self, asked: &Asked, cut: Option<usize>) -> Answer {
        let body = self.sent();
        let redirected = self.redirect.is_some();
        let status = self.status.unwrap_or(if redirected { 302 } else { 200 });
        let etag = etag(&body);
        if status == 200 && cut.is_none() && asked.header("if-none-match") == Some(&etag) {
            return Answer::status(304, "").with("etag", &etag);
        }
        let mut answer = Answer::status(status, body).after(Duration::from_millis(self.delay_ms));
        if let Some(content_type) = self.content_type() {
            answer = answer.with("content-type", content_type);
        }
        if let Some(to) = &self.redirect {
            answer = answer.with("location", to);
        }
        match self.encoding {
            Some(Encoding::Gzip) => answer = answer.with("content-encoding", "gzip"),
            Some(Encoding::Deflate) => answer = answer.with("content-encoding", "deflate"),
            Some(Encoding::Zstd) => answer = answer.with("content-encoding", "zstd"),
            None => {}
        }
        if status == 200 && !self.headers.contains_key("etag") {
            answer = answer.with("etag", &etag);
        }
        for (name, value) in &self.headers {
            answer = answer.with(name, value);
        }
        match cut.or(self.cut) {
            Some(at) => answer.sent(Manner::CutAfter(at)),
            None if self.closed => answer.sent(Manner::Closed),
            None => answer,
        }
    }

    fn content_type(&self) -> Option<&str> {
        if let Some(given) = self.content_type.as_deref() {
            return Some(given).filter(|given| !given.is_empty());
        }
        let extension = Path::new(self.body.as_deref()?).extension()?.to_str()?;
        Some(match extension {
            "json" => "application/json",
            "jsonld" => "application/ld+json",
            "html" => "text/html; charset=utf-8",
            "xml" => "application/xml",
            "rdf" => "application/rdf+xml",
            "ttl" => "text/turtle",
            "nt" => "application/n-triples",
            "nq" => "application/n-quads",
            "trig" => "application/trig",
            "csv" => "text/csv",
            "txt" => "text/plain",
            "gz" => "application/gzip",
            _ => "application/octet-stream",
        })
    }
}

impl Portal {
    /// A portal at the beginning of its exchanges.
    pub fn new(exchanges: Exchanges, damage: Damage) -> Self {
        let played = Played { answered: vec![0; exchanges.all.len()], unexpected: Vec::new() };
        Self { exchanges, damage, played: Mutex::new(played) }
    }

    /// What it answers.
    pub fn answer(&self, asked: &Asked) -> Answer {
        let mut played = self.played.lock().expect("no test failed while answering");
        let all = &self.exchanges.all;
        let left = |place: usize, exchange: &Exchange| {
            exchange.times.is_none_or(|times| played.answered.get(place).is_some_and(|n| *n < times))
        };
        let found =
            all.iter().enumerate().find(|(place, exchange)| exchange.fits(asked) && left(*place, exchange));
        let Some((place, exchange)) = found else {
            let host = asked.header("host").unwrap_or_default();
            played.unexpected.push(format!("{} http://{host}{}", asked.method, asked.target));
            return Answer::status(404, "no exchange for this request");
        };
        if let Some(count) = played.answered.get_mut(place) {
            *count += 1;
        }
        let cut = self.damage.cut.filter(|(which, _)| *which == place).map(|(_, at)| at);
        exchange.answer(asked, cut)
    }

    /// What was asked for and stands in no exchange, and the exchanges that were never asked for.
    pub fn complaints(&self) -> Vec<String> {
        let played = self.played.lock().expect("no test failed while answering");
        let unexpected = played.unexpected.iter().map(|asked| format!("no exchange answers `{asked}`"));
        let unused = self.exchanges.all.iter().zip(&played.answered).filter(|(_, count)| **count == 0);
        let unused = unused.map(|(exchange, _)| {
            let (method, target) = exchange.asks();
            format!("nobody asked for `{method} {target}`")
        });
        unexpected.chain(unused).collect()
    }
}

/// Paths and query parameters are compared decoded, parameters in any order; `*` stands for any value.
fn same_target(expected: &str, asked: &str) -> bool {
    let parse = |target: &str| {
        let url = Url::parse("http://any.example").and_then(|base| base.join(target)).ok()?;
        let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        query.sort();
        Some((url.path().to_owned(), query))
    };
    let (Some((path, pairs)), Some((asked_path, asked_pairs))) = (parse(expected), parse(asked)) else {
        return expected == asked;
    };
    path == asked_path
        && pairs.len() == asked_pairs.len()
        && pairs.iter().zip(&asked_pairs).all(|((name, value), (asked_name, asked_value))| {
            name == asked_name && (value == "*" || value == asked_value)
        })
}

fn etag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::same_target;

    #[test]
    fn targets_are_compared_by_meaning() {
        assert!(same_target("/a?x=1&y=a b", "/a?y=a%20b&x=1"));
        assert!(same_target("/a?since=*", "/a?since=2026-01-01"));
        assert!(!same_target("/a?x=1", "/a?x=1&y=2"));
        assert!(!same_target("/a", "/b"));
    }
}
