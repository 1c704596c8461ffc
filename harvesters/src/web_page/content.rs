//! What a reply holds, by its content rather than by what it calls itself.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{ReadError, Reply};

use super::{options::Options, scdl, sitemap};
use crate::charset;

/// Largest content of a gzipped sitemap, in bytes: the protocol's own limit.
const MAX_UNZIPPED: u64 = 50 << 20;

/// How much of a text is looked at to tell HTML, in bytes.
const SAMPLE: usize = 4_096;

/// The content of a reply.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// What was wrong with what the reply says about itself.
    pub(super) remarks: Vec<Remark>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    /// A sitemap or feed in XML.
    Sitemap,
    /// Other XML.
    Xml,
    Json,
    /// A list of addresses.
    TextSitemap,
    /// A table with the columns of an SCDL catalogue.
    Catalogue,
    /// Any other text.
    Text,
    /// A picture, an archive, …
    Binary,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Sitemap | Self::TextSitemap => "a sitemap",
            Self::Xml => "XML that is no sitemap",
            Self::Json => "JSON",
            Self::Catalogue => "an SCDL catalogue",
            Self::Text => "text",
            Self::Binary => "a file that is no text",
        }
    }
}

impl Content {
    /// Looks at a reply.
    pub(super) fn of(reply: &Reply<'_>, options: &Options) -> Self {
        let content_type = reply.header("content-type");
        let unzipped = reply.body.starts_with(b"\x1f\x8b").then(|| unzip(&reply.body)).flatten();
        let bytes = unzipped.as_deref().unwrap_or(&reply.body);
        let decoded = charset::decode(bytes, content_type, options.charset);
        let text = decoded.text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(decoded.text);
        let kind = if looks_binary(bytes, &text) { Kind::Binary } else { kind(&text) };
        let mut remarks: Vec<Remark> = decoded.remark.filter(|_| kind != Kind::Binary).into_iter().collect();
        remarks.extend(content_type.and_then(|content_type| mismatch(kind, content_type)));
        Self { kind, text, remarks }
    }

    /// The error for a reply that is something else than promised.
    pub(super) fn unexpected(&self, expected: &str, hint: &str) -> ReadError {
        let start: String =
            self.text.split_whitespace().take(40).collect::<Vec<_>>().join(" ").chars().take(120).collect();
        let excerpt = if self.kind == Kind::Binary || start.is_empty() {
            String::new()
        } else {
            format!(": `{start}`")
        };
        let found = if self.text.is_empty() {
            "an empty reply".to_owned()
        } else {
            format!("{}{excerpt}", self.kind.words())
        };
        ReadError { expected: expected.to_owned(), found, place: String::new(), hint: hint.to_owned() }
    }
}

fn unzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut unzipped = Vec::new();
    // What was unzipped before an error still tells what it is; readers notice that its end is missing.
    let read = MultiGzDecoder::new(body).take(MAX_UNZIPPED).read_to_end(&mut unzipped);
    (read.is_ok() || !unzipped.is_empty()).then_some(unzipped)
}

fn looks_binary(bytes: &[u8], text: &str) -> bool {
    const MARKS: [&[u8]; 7] =
        [b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"];
    MARKS.iter().any(|mark| bytes.starts_with(mark)) || text.chars().take(SAMPLE).any(|c| c == '\0')
}

fn kind(text: &str) -> Kind {
    let start = text.trim_start();
    if start.starts_with(['{', '[']) {
        return Kind::Json;
    }
    if start.starts_with('<') {
        if sitemap::is_sitemap(start) {
            return Kind::Sitemap;
        }
        let root = sitemap::root_name(start).unwrap_or_default().to_lowercase();
        let declared = start.starts_with("<?xml");
        return if declared && root != "html" && !mentions_html(start) { Kind::Xml } else { Kind::Html };
    }
    if mentions_html(start) {
        Kind::Html
    } else if sitemap::is_text_sitemap(start) {
        Kind::TextSitemap
    } else if scdl::is_catalogue(start) {
        Kind::Catalogue
    } else {
        Kind::Text
    }
}

fn mentions_html(text: &str) -> bool {
    let sample =
        text.get(..text.floor_char_boundary(SAMPLE.min(text.len()))).unwrap_or_default().to_ascii_lowercase();
    ["<!doctype html", "<html", "<body", "<head>"].iter().any(|tag| sample.contains(tag))
}

fn mismatch(kind: Kind, content_type: &str) -> Option<Remark> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fits = match kind {
        Kind::Html => essence.contains("html") || essence.contains("xml") || essence == "text/plain",
        Kind::Sitemap | Kind::Xml => {
            !essence.contains("html") && !essence.contains("json") && !essence.contains("csv")
        }
        Kind::Json => essence.contains("json") || essence == "text/plain" || essence.contains("javascript"),
        Kind::Catalogue | Kind::TextSitemap | Kind::Text => {
            !essence.contains("html") && !essence.contains("json")
        }
        Kind::Binary => true,
    };
    (!fits && !essence.is_empty()).then(|| Remark {
        code: RemarkCode::WrongContentType,
        property: "".into(),
        place: String::new(),
        value: essence,
        detail: format!("the reply is {}", kind.words()),
    })
}
