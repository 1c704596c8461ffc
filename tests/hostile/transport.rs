//! Broken transport, redirects to where nobody should go, characters and syntax.

use std::io::Write as _;

use moisson_tests::loopback::{Answer, Length, Manner};

use crate::behaviour::{Behaviour, How, Moment, Scope, row};

use How::Answer as Answers;
use Scope::{Everything, From};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

fn zstd(body: &[u8]) -> Vec<u8> {
    zstd::encode_all(body, 1).expect("memory can be written")
}

fn zipped(moment: &Moment<'_>, body: Vec<u8>) -> Answer {
    moment.same(body).with("content-encoding", "gzip")
}

/// What comes is broken, leads elsewhere, or is not what it says.
pub(crate) const TRANSPORT: &[Behaviour] = &[
    row(
        "certificate-expires",
        "has a certificate that expires while page 2 is asked for",
        How::Expires(From(4)),
        "PPPPF",
        "TLS failed: invalid peer certificate: certificate expired|TLS failed: invalid peer certificate: Expired",
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
        "zstd",
        "everything in Zstandard",
        Answers(Everything, |m| m.same(zstd(&m.healthy.body)).with("content-encoding", "zstd")),
        "WWWWW",
        "",
    ),
    row(
        "zstd-bomb",
        "two hundred megabytes of nothing, in Zstandard, from page 2 on",
        Answers(From(4), |m| {
            static BOMB: std::sync::LazyLock<Vec<u8>> =
                std::sync::LazyLock::new(|| zstd(&vec![b' '; 200_000_000]));
            m.same(BOMB.clone()).with("content-encoding", "zstd")
        }),
        "PPPPF",
        "max_decompression_ratio|max_body_bytes",
    ),
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
        "redirect-to-nobody",
        "redirects to a name that does not exist",
        Answers(From(4), |m| m.to("http://personne.example/")),
        "PPPPF",
        "personne.example",
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
        "wrong-charset",
        "calls everything Latin-1, which is UTF-8",
        Answers(Everything, |m| {
            let mut answer = m.healthy.clone();
            for (_, value) in answer.headers.iter_mut().filter(|(name, _)| name == "content-type") {
                let kind = value.split(';').next().unwrap_or_default().to_owned();
                *value = format!("{kind}; charset=iso-8859-1");
            }
            answer
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
];
