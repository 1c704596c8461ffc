//! What a portal can do to us, and what must come of it: one row each, for every kind of source.
//!
//! Most rows are pains that other harvesters have had; see the matrix in `../README.md`.

use std::io::Write as _;

use moisson_tests::loopback::{Answer, Length, Manner};

use crate::portal::{Ask, Dataset, Flaw, View};

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behaviour {
    /// Its name.
    pub(crate) name: &'static str,
    /// What the portal does, in a few words.
    pub(crate) does: &'static str,
    /// How.
    pub(crate) how: How,
    /// What must come of it, one letter for each kind in the order of the columns; see [`Expected`].
    pub(crate) expect: &'static str,
    /// Texts of which the report must hold one, separated by `|`, where the run is not simply whole.
    pub(crate) says: &'static str,
}

/// What must come of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// `W`: it is whole, and the store has all that the portal has.
    Whole,
    /// `L`: it is whole as far as anybody can tell: the portal lies without contradicting itself, about what is
    /// there already, not about what is gone.
    Believed,
    /// `H`: it is whole, and removals are held back, since they are too many.
    HeldBack,
    /// `P`: it is partial, and nothing is removed for being absent.
    Partial,
    /// `F`: nothing of the source was seen.
    Failed,
    /// `-`: makes no sense for this kind.
    Skipped,
}

impl Behaviour {
    /// What must come of it for a kind.
    pub(crate) fn expected(&self, kind: usize) -> Expected {
        match self.expect.as_bytes().get(kind) {
            Some(b'W') => Expected::Whole,
            Some(b'L') => Expected::Believed,
            Some(b'H') => Expected::HeldBack,
            Some(b'P') => Expected::Partial,
            Some(b'F') => Expected::Failed,
            _ => Expected::Skipped,
        }
    }
}

/// How a portal misbehaves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// These requests get another answer.
    Answer(Scope, fn(&Moment<'_>) -> Answer),
    /// Listings show something else; given are all datasets, too.
    View(fn(&mut View, &Ask, &[Dataset])),
    /// The portal shows other datasets than it has.
    Shows(fn(&mut Vec<Dataset>)),
    /// The portal's datasets change after the first page was read.
    Moves(fn(&mut Vec<Dataset>)),
    /// The sixth dataset has a flaw.
    Flaw(Flaw),
    /// `robots.txt`.
    Robots(fn() -> Answer),
}

/// Which requests are meant: positions in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Whatever shows a dataset from this position on.
    From(usize),
    /// Whatever shows the dataset at this position.
    Only(usize),
    /// All.
    Everything,
}

impl Scope {
    /// Whether a request is meant.
    pub(crate) fn covers(self, ask: &Ask, datasets: &[Dataset]) -> bool {
        let place = |id: &str| datasets.iter().position(|it| id.ends_with(&format!("{:02}", it.number)));
        match (self, ask) {
            (_, Ask::Robots | Ask::Unknown) => false,
            (Self::Everything, _) | (_, Ask::All) => true,
            (_, Ask::Names) => false,
            (Self::From(from), Ask::Page { start, rows }) => start + rows > from,
            (Self::Only(only), Ask::Page { start, rows }) => (*start..start + rows).contains(&only),
            (Self::From(from), Ask::One(id) | Ask::Find(id)) => place(id).is_some_and(|place| place >= from),
            (Self::Only(only), Ask::One(id) | Ask::Find(id)) => place(id) == Some(only),
        }
    }
}

/// A request that is answered badly.
#[derive(Debug)]
pub(crate) struct Moment<'a> {
    /// What a healthy portal would answer.
    pub(crate) healthy: Answer,
    /// Path and query.
    pub(crate) target: &'a str,
    /// Host and port.
    pub(crate) host: &'a str,
    /// Host and port of another server of theirs.
    pub(crate) elsewhere: &'a str,
    /// How many such requests came before.
    pub(crate) nth: usize,
    /// The `Authorization` header of the request.
    pub(crate) authorization: &'a str,
}

impl Moment<'_> {
    fn port(&self) -> &str {
        self.host.rsplit(':').next().unwrap_or_default()
    }

    fn to(&self, url: &str) -> Answer {
        Answer::redirect(302, &url.replace("HOST", self.host).replace("PORT", self.port()))
    }

    fn half(&self) -> Vec<u8> {
        self.healthy.body[..self.healthy.body.len() / 2].to_vec()
    }

    fn same(&self, body: Vec<u8>) -> Answer {
        let mut answer = self.healthy.clone();
        answer.body = body.into();
        answer
    }
}

const MAINTENANCE: &str = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Site en maintenance</h1><p>Merci de revenir plus tard.</p></body></html>";

fn html(status: u16) -> Answer {
    Answer::status(status, MAINTENANCE).with("content-type", "text/html; charset=utf-8")
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

fn zipped(moment: &Moment<'_>, body: Vec<u8>) -> Answer {
    moment.same(body).with("content-encoding", "gzip")
}

const fn row(
    name: &'static str,
    does: &'static str,
    how: How,
    expect: &'static str,
    says: &'static str,
) -> Behaviour {
    Behaviour { name, does, how, expect, says }
}

use How::{Answer as Answers, Flaw as Flawed, Moves, Robots, Shows, View as Views};
use Scope::{Everything, From, Only};

/// All of them. The slow ones come first, so that they do not keep everybody waiting at the end.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    // Time.
    row(
        "never-answers",
        "accepts requests from page 2 on and does not answer",
        Answers(From(4), |m| m.healthy.clone().after(std::time::Duration::from_secs(30))),
        "PPPPF",
        "reply_timeout_ms",
    ),
    row(
        "slow-loris",
        "sends a byte every tenth of a second from page 2 on",
        Answers(From(4), |m| {
            m.healthy.clone().sent(Manner::Trickled(1, std::time::Duration::from_millis(100)))
        }),
        "PPPPF",
        "min_bytes_per_second",
    ),
    row(
        "stalls",
        "sends half of page 2 and then nothing",
        Answers(From(4), |m| m.healthy.clone().sent(Manner::StallAfter(m.healthy.body.len() / 2))),
        "PPPPF",
        "idle_timeout_ms",
    ),
    row(
        "robots-never-answers",
        "accepts the request for robots.txt and does not answer",
        Robots(|| Answer::status(200, "").after(std::time::Duration::from_secs(30))),
        "WWWFF",
        "robots.txt",
    ),
    // Trouble on the server.
    row(
        "down",
        "500 to everything",
        Answers(Everything, |_| Answer::status(500, "oops")),
        "FFFFF",
        "status 500",
    ),
    row(
        "half-down-1",
        "500 for all data",
        Answers(From(0), |_| Answer::status(500, "oops")),
        "FFFFF",
        "status 500",
    ),
    row(
        "half-down-2",
        "500 from page 2 on",
        Answers(From(4), |_| Answer::status(500, "oops")),
        "PPPPF",
        "status 500",
    ),
    row(
        "half-down-3",
        "500 on page 3",
        Answers(From(8), |_| Answer::status(500, "oops")),
        "PPPPF",
        "status 500",
    ),
    row(
        "one-breaks-the-server",
        "500 for every page that holds one certain dataset",
        Answers(Only(5), |_| Answer::status(500, "oops")),
        "PPPPF",
        "status 500|could not be read, even alone",
    ),
    row(
        "bad-gateway",
        "502 with a web page from page 2 on",
        Answers(From(4), |_| html(502)),
        "PPPPF",
        "status 502",
    ),
    row(
        "away-for-an-hour",
        "503 with `Retry-After: 3600` from page 2 on",
        Answers(From(4), |_| html(503).with("retry-after", "3600")),
        "PPPPF",
        "left alone for 3600 s",
    ),
    row("unavailable", "503 from page 2 on", Answers(From(4), |_| html(503)), "PPPPF", "status 503"),
    row(
        "away-for-a-millennium",
        "429 with an absurd `Retry-After` from page 2 on",
        Answers(From(4), |_| Answer::status(429, "").with("retry-after", "99999999999999")),
        "PPPPF",
        "left alone for",
    ),
    row(
        "quota-used-up",
        "429 with the reset time of Opendatasoft from page 2 on",
        Answers(From(4), |_| {
            Answer::status(
                429,
                r#"{"errorcode":10002,"reset_time":"2026-11-22T00:00:00Z","call_limit":5000}"#,
            )
        }),
        "PPPPF",
        "left alone for",
    ),
    row(
        "busy-once",
        "429 with `Retry-After: 0`, once",
        Answers(From(4), |m| {
            if m.nth == 0 { Answer::status(429, "").with("retry-after", "0") } else { m.healthy.clone() }
        }),
        "WWWWW",
        "",
    ),
    row(
        "fails-once",
        "502 at the first request for each page",
        Answers(Everything, |m| if m.nth.is_multiple_of(2) { html(502) } else { m.healthy.clone() }),
        "WWWWW",
        "",
    ),
    row(
        "locked-out",
        "401 from page 2 on",
        Answers(From(4), |_| Answer::status(401, "who are you?")),
        "PPPPF",
        "status 401",
    ),
    row(
        "blocked",
        "403 of a firewall from page 2 on",
        Answers(From(4), |_| html(403)),
        "PPPPF",
        "status 403",
    ),
    row(
        "not-found",
        "404 from page 2 on",
        Answers(From(4), |_| Answer::status(404, "")),
        "PPPPF",
        "status 404",
    ),
    row("gone", "410 from page 2 on", Answers(From(4), |_| Answer::status(410, "")), "PPPPF", "status 410"),
    row(
        "json-error-with-200",
        "an error in JSON with status 200 from page 2 on",
        Answers(From(4), |_| {
            Answer::ok(
                "application/json",
                r#"{"success":false,"error":{"__type":"Search Error","message":"Solr is down"},"error_code":"InternalError","message":"Solr is down"}"#,
            )
        }),
        "PPPPF",
        "Solr is down|JSON|expected|counts 12|has nothing now",
    ),
    row(
        "json-error-with-500",
        "an error in JSON with status 500 from page 2 on",
        Answers(From(4), |_| {
            Answer::status(500, r#"{"success":false}"#).with("content-type", "application/json")
        }),
        "PPPPF",
        "status 500",
    ),
    row(
        "maintenance",
        "a maintenance page with 200 to everything",
        Answers(Everything, |_| html(200)),
        "FFFFF",
        "HTML",
    ),
    row(
        "maintenance-mid-run",
        "a maintenance page with 200 from page 2 on",
        Answers(From(4), |_| html(200)),
        "PPPPF",
        "HTML|has nothing now",
    ),
    row(
        "nothing-with-200",
        "an empty body with 200 from page 2 on",
        Answers(From(4), |_| Answer::status(200, "")),
        "PPPPF",
        "found nothing|empty|expected",
    ),
    row(
        "no-content",
        "204 from page 2 on",
        Answers(From(4), |_| Answer::status(204, "").announced(Length::None)),
        "PPPPF",
        "found nothing|empty|204|expected",
    ),
    row(
        "part-of-it",
        "206 with half of page 2",
        Answers(From(4), |m| {
            let mut answer = m.same(m.half());
            answer.status = 206;
            answer
        }),
        "PPPPF",
        "only a part",
    ),
    row(
        "not-modified",
        "304 from page 2 on, though much was modified",
        Answers(From(4), |_| Answer::status(304, "")),
        "LLLPL",
        "status 304",
    ),
    row(
        "echoes-secrets",
        "500 from page 2 on, with our credentials in the text",
        Answers(From(4), |m| Answer::status(500, format!("bad header: {}", m.authorization))),
        "PPPPF",
        "bad header",
    ),
    // Broken transport.
    row(
        "hangs-up",
        "closes the connection without an answer from page 2 on",
        Answers(From(4), |m| m.healthy.clone().sent(Manner::Closed)),
        "PPPPF",
        "no valid HTTP reply|cut short",
    ),
    row(
        "cut-short",
        "closes the connection in the middle of page 2",
        Answers(From(4), |m| m.healthy.clone().sent(Manner::CutAfter(m.healthy.body.len() / 2))),
        "PPPPF",
        "cut short",
    ),
    row(
        "cut-unseen",
        "half of each listing, of the announced length",
        Answers(From(4), |m| m.same(m.half())),
        "PPPPP",
        "expected|cut short|ends|</html>",
    ),
    row(
        "cut-at-the-end",
        "all but the last two bytes of everything",
        Answers(Everything, |m| m.same(m.healthy.body[..m.healthy.body.len() - 3].to_vec())),
        "FFFPL",
        "expected|cut short|ends|</html>|end of input",
    ),
    row(
        "cut-without-length",
        "half of page 2 without a length; the connection's end is its end",
        Answers(From(4), |m| m.same(m.half()).announced(Length::None)),
        "PPPPP",
        "expected|cut short|ends|</html>",
    ),
    row(
        "length-too-long",
        "announces more than it sends from page 2 on",
        Answers(From(4), |m| m.healthy.clone().announced(Length::Wrong(m.healthy.body.len() as u64 + 100))),
        "PPPPF",
        "cut short",
    ),
    row(
        "length-too-short",
        "announces half of what it sends from page 2 on",
        Answers(From(4), |m| m.healthy.clone().announced(Length::Wrong(m.healthy.body.len() as u64 / 2))),
        "PPPPP",
        "expected|cut short|ends|</html>",
    ),
    row(
        "endless",
        "a body without end from page 2 on",
        Answers(From(4), |m| m.healthy.clone().announced(Length::None).sent(Manner::Endless)),
        "PPPPF",
        "max_body_bytes",
    ),
    row(
        "gzip-bomb",
        "two hundred megabytes of nothing, in gzip, from page 2 on",
        Answers(From(4), |m| {
            static BOMB: std::sync::LazyLock<Vec<u8>> =
                std::sync::LazyLock::new(|| gzip(&vec![b' '; 200_000_000]));
            zipped(m, BOMB.clone())
        }),
        "PPPPF",
        "max_decompression_ratio|max_body_bytes",
    ),
    row("gzip", "everything in gzip", Answers(Everything, |m| zipped(m, gzip(&m.healthy.body))), "WWWWW", ""),
    row(
        "gzip-broken",
        "calls plain text gzip from page 2 on; it can be read all the same",
        Answers(From(4), |m| zipped(m, m.healthy.body.to_vec())),
        "WWWWW",
        "",
    ),
    row(
        "gzip-cut",
        "half of a gzip stream from page 2 on",
        Answers(From(4), |m| {
            let whole = gzip(&m.healthy.body);
            zipped(m, whole[..whole.len() / 2].to_vec())
        }),
        "PPPPF",
        "no valid gzip|cut short",
    ),
    row(
        "unknown-encoding",
        "names a content encoding that nobody knows from page 2 on; it is plain text",
        Answers(From(4), |m| m.healthy.clone().with("content-encoding", "x-secret")),
        "WWWWW",
        "",
    ),
    row(
        "huge-headers",
        "a header of a hundred kilobytes from page 2 on",
        Answers(From(4), |m| m.healthy.clone().with("x-filler", &"f".repeat(100_000))),
        "PPPPF",
        "max_header_bytes|header",
    ),
    row(
        "not-http",
        "garbage instead of HTTP from page 2 on",
        Answers(From(4), |m| m.same(b"\x00\x01\x02 SSH-2.0\r\n\r\n".to_vec()).sent(Manner::Raw)),
        "PPPPF",
        "no valid HTTP reply",
    ),
    row(
        "one-byte-chunks",
        "chunks of one byte, in the middle of characters",
        Answers(Everything, |m| {
            m.healthy.clone().announced(Length::Chunked).sent(Manner::Trickled(1, std::time::Duration::ZERO))
        }),
        "WWWWW",
        "",
    ),
    // Redirects.
    row(
        "redirect-loop",
        "redirects for ever from page 2 on",
        Answers(From(4), |m| m.to("/boucle/0")),
        "PPPPF",
        "max_redirects",
    ),
    row(
        "redirect-to-itself",
        "redirects to the same address, as a cookie wall does",
        Answers(From(4), |m| m.to(m.target).with("set-cookie", "wall=1")),
        "PPPPF",
        "max_redirects",
    ),
    row(
        "redirect-nowhere",
        "a redirect without an address",
        Answers(From(4), |_| Answer::status(302, "")),
        "PPPPF",
        "Location",
    ),
    row(
        "redirect-to-file",
        "redirects to `file:`",
        Answers(From(4), |m| m.to("file:///etc/passwd")),
        "PPPPF",
        "scheme `file`",
    ),
    row(
        "redirect-to-ftp",
        "redirects to `ftp:`",
        Answers(From(4), |m| m.to("ftp://HOST/catalogue")),
        "PPPPF",
        "scheme `ftp`",
    ),
    row(
        "redirect-to-metadata",
        "redirects to the cloud's metadata service",
        Answers(From(4), |m| m.to("http://169.254.169.254/latest/meta-data/")),
        "PPPPF",
        "169.254.169.254",
    ),
    row(
        "redirect-to-loopback",
        "redirects to loopback",
        Answers(From(4), |m| m.to("http://127.0.0.1:PORT/")),
        "PPPPF",
        "loopback",
    ),
    row(
        "redirect-to-mapped",
        "redirects to loopback in IPv6 clothes",
        Answers(From(4), |m| m.to("http://[::ffff:127.0.0.1]:PORT/")),
        "PPPPF",
        "loopback|not public",
    ),
    row(
        "redirect-to-decimal",
        "redirects to loopback as a number",
        Answers(From(4), |m| m.to("http://2130706433:PORT/")),
        "PPPPF",
        "loopback",
    ),
    row(
        "redirect-to-private-name",
        "redirects to a name with a private address",
        Answers(From(4), |m| m.to("http://prive.example/")),
        "PPPPF",
        "private",
    ),
    row(
        "redirect-to-rebinding",
        "redirects to a name whose address changes to loopback",
        Answers(From(4), |m| m.to("http://rebond.example:PORT/")),
        "PPPPF",
        "loopback|not public",
    ),
    row(
        "redirect-to-user",
        "redirects to an address with a user and a password",
        Answers(From(4), |m| m.to("http://admin:hunter2@HOST/")),
        "PPPPF",
        "user name or password",
    ),
    row(
        "redirect-to-tls",
        "redirects to https where there is none",
        Answers(From(4), |m| m.to("https://HOST/")),
        "PPPPF",
        "TLS|reply_timeout_ms",
    ),
    row(
        "moved",
        "redirects to another server of theirs, which must not see our credentials",
        Answers(Everything, |m| m.to(&format!("http://{}{}", m.elsewhere, m.target))),
        "WWWWW",
        "",
    ),
    // Characters and syntax.
    row(
        "byte-order-mark",
        "a byte order mark before everything",
        Answers(Everything, |m| m.same([b"\xef\xbb\xbf", &m.healthy.body[..]].concat())),
        "WWWWW",
        "",
    ),
    row(
        "utf-16",
        "UTF-16 that calls itself UTF-8 from page 2 on",
        Answers(From(4), |m| {
            let text = String::from_utf8_lossy(&m.healthy.body).into_owned();
            m.same([0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect())
        }),
        "WWWWW",
        "",
    ),
    row(
        "no-content-type",
        "everything as application/octet-stream",
        Answers(Everything, |m| Answer::ok("application/octet-stream", m.healthy.body.clone())),
        "WWWWW",
        "",
    ),
    row(
        "wrong-content-type",
        "everything as text/html",
        Answers(Everything, |m| Answer::ok("text/html", m.healthy.body.clone())),
        "WWWWW",
        "",
    ),
    row(
        "zeros",
        "a thousand bytes of zero from page 2 on",
        Answers(From(4), |m| m.same(vec![0; 1_000])),
        "PPPPF",
        "expected|file that is no text|has nothing now",
    ),
    row(
        "billion-laughs",
        "XML whose entities grow without end from page 2 on",
        Answers(From(4), |_| {
            Answer::ok(
                "application/rdf+xml",
                r#"<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:about="http://x.example/"><dct:title>&h;</dct:title></rdf:Description></rdf:RDF>"#,
            )
        }),
        "PPPPF",
        "entit|expected|counts 12|XML|has nothing now",
    ),
    row(
        "external-entity",
        "XML that wants a file of ours from page 2 on",
        Answers(From(4), |_| {
            Answer::ok(
                "application/rdf+xml",
                r#"<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY x SYSTEM "file:///etc/passwd">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:about="http://x.example/"><dct:title>&x;</dct:title></rdf:Description></rdf:RDF>"#,
            )
        }),
        "PPPPF",
        "entit|expected|counts 12|XML|has nothing now",
    ),
    row(
        "remote-context",
        "JSON-LD whose context is elsewhere from page 2 on",
        Answers(From(4), |_| {
            Answer::ok(
                "application/ld+json",
                r#"{"@context":"http://prive.example/context.jsonld","@id":"http://donnees.example/x","@type":"Dataset","title":"Ailleurs"}"#,
            )
        }),
        "PPPPF",
        "context|expected|counts 12|JSON|has nothing now",
    ),
    // What listings say.
    row(
        "empty-list",
        "an empty list, and a count of twelve",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_)) {
                view.datasets.clear();
                view.next = None;
            }
        }),
        "FFFFF",
        "counts 12|0 records",
    ),
    row(
        "empty-and-counted",
        "an empty list, and a count of zero",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_)) {
                *view = View { datasets: Vec::new(), count: Some("0".to_owned()), next: None };
            }
        }),
        "HHHFF",
        "over the limit|0 records",
    ),
    row(
        "empty-and-uncounted",
        "an empty list without a count",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_)) {
                *view = View { datasets: Vec::new(), count: None, next: None };
            }
        }),
        "FFFFF",
        "0 records",
    ),
    row(
        "count-too-high",
        "counts five more than it lists",
        Views(|view, _, all| view.count = Some((all.len() + 5).to_string())),
        "PPP--",
        "counts 17",
    ),
    row(
        "count-too-low",
        "counts five and lists twelve",
        Views(|view, _, _| view.count = Some("5".to_owned())),
        "WWW--",
        "",
    ),
    row(
        "count-zero",
        "counts zero and lists twelve",
        Views(|view, _, _| view.count = Some("0".to_owned())),
        "WWW--",
        "",
    ),
    row("count-missing", "counts nothing", Views(|view, _, _| view.count = None), "WWW--", ""),
    row(
        "count-in-words",
        "counts in a way that is no number",
        Views(|view, _, _| view.count = Some("\"douze\"".to_owned())),
        "WWW--",
        "",
    ),
    row(
        "count-negative",
        "counts minus one",
        Views(|view, _, _| view.count = Some("-1".to_owned())),
        "WWW--",
        "",
    ),
    row(
        "count-collapses",
        "counts two from page 2 on",
        Views(|view, ask, _| {
            if matches!(ask, Ask::Page { start: 4.., .. }) {
                view.count = Some("2".to_owned());
            }
        }),
        "WWW--",
        "",
    ),
    row(
        "rows-capped",
        "gives two datasets a page, whatever is asked for",
        Views(|view, ask, _| {
            if matches!(ask, Ask::Page { .. }) {
                view.datasets.truncate(2);
            }
        }),
        "WWP--",
        "counts 12",
    ),
    row(
        "start-ignored",
        "gives the first page whatever is asked for",
        Views(|view, ask, all| {
            if let Ask::Page { rows, .. } = ask {
                view.datasets = all.iter().take(*rows).copied().collect();
                view.next = Some("http://HOST/catalog.rdf?page=2".to_owned());
            }
        }),
        "WWP--",
        "leads back|names itself|earlier pages|counts 12",
    ),
    row(
        "start-ignored-uncounted",
        "gives the first page whatever is asked for, and no count",
        Views(|view, ask, all| {
            if let Ask::Page { start, rows } = ask {
                view.datasets = all.iter().take(*rows).copied().collect();
                view.next = Some(format!("http://HOST/catalog.rdf?page={}", start / 4 + 2));
                view.count = None;
            }
        }),
        "WWP--",
        "earlier pages",
    ),
    row(
        "next-loops",
        "page 3 leads back to page 1; no count",
        Views(|view, ask, _| {
            view.count = None;
            if matches!(ask, Ask::Page { start: 8, .. }) {
                view.next = Some("http://HOST/catalog.rdf?page=1".to_owned());
            }
        }),
        "--P--",
        "leads back",
    ),
    row(
        "next-is-itself",
        "page 2 names itself as the next; no count",
        Views(|view, ask, _| {
            view.count = None;
            if matches!(ask, Ask::Page { start: 4, .. }) {
                view.next = Some("http://HOST/catalog.rdf?page=2".to_owned());
            }
        }),
        "--P--",
        "leads back",
    ),
    row(
        "next-is-relative",
        "the links to next pages are relative",
        Views(|view, _, _| view.next = view.next.as_ref().map(|next| next.replace("http://HOST/", ""))),
        "--W--",
        "",
    ),
    row(
        "next-behind-a-proxy",
        "the links to next pages have an inner name",
        Views(|view, _, _| {
            view.next = view.next.as_ref().map(|next| next.replace("HOST", "prive.example:8080"));
        }),
        "--W--",
        "",
    ),
    row(
        "next-is-elsewhere",
        "the link to page 2 leads to a private address",
        Views(|view, _, _| {
            view.count = None;
            if view.next.is_some() {
                view.next = Some("http://prive.example/autre.rdf?page=2".to_owned());
            }
        }),
        "--P--",
        "private",
    ),
    row(
        "next-is-a-file",
        "the link to page 2 leads to a file",
        Views(|view, _, _| {
            view.count = None;
            if view.next.is_some() {
                view.next = Some("file:///etc/passwd".to_owned());
            }
        }),
        "--P--",
        "scheme `file`",
    ),
    row(
        "next-is-garbage",
        "the link to page 2 is no address; no count",
        Views(|view, _, _| {
            view.count = None;
            if view.next.is_some() {
                view.next = Some("http://[".to_owned());
            }
        }),
        "--P--",
        "no address",
    ),
    row(
        "next-is-lost",
        "page 2 has no link to page 3; no count",
        Views(|view, ask, _| {
            view.count = None;
            if matches!(ask, Ask::Page { start: 4, .. }) {
                view.next = None;
            }
        }),
        "--H--",
        "over the limit",
    ),
    row(
        "twice-on-a-page",
        "the first dataset of each page comes twice",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_))
                && let Some(first) = view.datasets.first().copied()
            {
                view.datasets.push(first);
            }
        }),
        "PPWWW",
        "counts|earlier",
    ),
    row(
        "twice-with-other-content",
        "page 3 repeats a dataset of page 1 with other content",
        Views(|view, ask, all| {
            if matches!(ask, Ask::All | Ask::Page { start: 8, .. })
                && let Some(first) = all.first()
            {
                view.datasets.push(Dataset { version: 99, ..*first });
            }
        }),
        "PPW-W",
        "counts|counted",
    ),
    // What the portal has.
    row(
        "grows",
        "a dataset comes in at the front while we read",
        Moves(|all| all.insert(0, Dataset::new(0))),
        "PPPLW",
        "counted up to|counts 13",
    ),
    row(
        "shrinks",
        "the first dataset goes while we read",
        Moves(|all| {
            all.remove(0);
        }),
        "PPPPW",
        "counted up to|status 404",
    ),
    row(
        "moves",
        "the first dataset goes and another comes in at the end while we read",
        Moves(|all| {
            all.remove(0);
            all.push(Dataset::new(90));
        }),
        "PPLPW",
        "moved|status 404",
    ),
    row(
        "half-a-list",
        "shows half of what it has, and counts that",
        Shows(|all| all.truncate(6)),
        "HHHHH",
        "over the limit",
    ),
    row(
        "other-ids",
        "all ids change",
        Shows(|all| all.iter_mut().for_each(|it| it.number += 50)),
        "HHHHH",
        "over the limit",
    ),
    row(
        "capitals",
        "all ids are in capitals",
        Shows(|all| all.iter_mut().for_each(|it| it.flaw = Flaw::Capitals)),
        "HHHHH",
        "over the limit",
    ),
    row(
        "no-id",
        "one dataset has no id",
        Flawed(Flaw::NoId),
        "PPLPW",
        "without|could not be read|has nothing now",
    ),
    row("no-title", "one dataset has no title", Flawed(Flaw::NoTitle), "WWWWW", ""),
    row(
        "nothing-in-its-place",
        "`null` in the place of one dataset",
        Flawed(Flaw::Nothing),
        "PPPP-",
        "could not be read|counts 12|has nothing now",
    ),
    row("forbidden-character", "a control character in one dataset", Flawed(Flaw::Control), "WWWWW", ""),
    row("not-utf-8", "Latin-1 in one dataset of an UTF-8 list", Flawed(Flaw::NotUtf8), "WWWWW", ""),
    row("very-long", "a description of a megabyte", Flawed(Flaw::Long), "WWWWW", ""),
    row(
        "very-deep",
        "five thousand levels of nesting in one dataset",
        Flawed(Flaw::Deep),
        "LLPPW",
        "recursion|deep|nest",
    ),
    row("bad-address", "two addresses in one, with spaces", Flawed(Flaw::BadUrl), "WWWWW", ""),
    row("script", "a script in a description", Flawed(Flaw::Script), "WWWWW", ""),
    // robots.txt.
    row(
        "robots-disallows",
        "robots.txt disallows everything",
        Robots(|| Answer::ok("text/plain", "User-agent: *\nDisallow: /\n")),
        "WWWFF",
        "robots.txt disallows",
    ),
    row("robots-breaks", "robots.txt answers 500", Robots(|| Answer::status(500, "")), "WWWFF", "robots.txt"),
    row(
        "robots-is-huge",
        "a robots.txt of two megabytes",
        Robots(|| Answer::ok("text/plain", "User-agent: *\nDisallow: /prive\n".repeat(60_000))),
        "WWWWW",
        "",
    ),
    row(
        "robots-goes-inside",
        "robots.txt redirects to a private address",
        Robots(|| Answer::redirect(302, "http://prive.example/robots.txt")),
        "WWWFF",
        "robots.txt|private",
    ),
];
