//! The requests that a walk over a site is made of, and what each remembers.
//!
//! A request that is made again is only asked "if changed", and then stands for what was read from it before.
//! What it remembers must therefore be part of its step: it is there as a hash, so that a request with another
//! memory is another request.

use std::{borrow::Cow, collections::BTreeSet};

use jiff::Timestamp;
use moisson_harvest::{Method, Request};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use super::{listing::Head, nodes::hash};

/// What pages are asked for as.
const PAGE: &str = "text/html, application/xhtml+xml, application/ld+json;q=0.9, */*;q=0.5";

/// What sitemaps are asked for as.
const SITEMAP: &str = "application/xml, text/xml, */*;q=0.5";

/// What catalogues are asked for as.
const CSV: &str = "text/csv, */*;q=0.5";

/// The first request, whose reply decides how to go on.
pub(super) const START: &str = "start";
/// A sitemap.
pub(super) const SITEMAP_STEP: &str = "sitemap";
/// A page that may describe datasets.
pub(super) const PAGE_STEP: &str = "page";
/// The page of a dataset that another page only names.
pub(super) const MENTIONED: &str = "mentioned";
/// A page of links.
pub(super) const LINKS: &str = "links";
/// A file's headers.
pub(super) const HEAD: &str = "head";
/// A page of links again, now that the headers of its files are known.
pub(super) const FILES: &str = "files";
/// An SCDL catalogue.
pub(super) const SCDL: &str = "scdl";
/// The first page again, to say that there is nothing.
pub(super) const NOTHING: &str = "nothing";

/// What a request for a sitemap remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SitemapMemory {
    /// Only pages that changed since are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Timestamp>,
    /// How many sitemaps led here.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) depth: u8,
    /// Nobody named it; it was tried because the first page has nothing.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) guessed: bool,
}

/// What a request for a page of links remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ListMemory {
    /// The first page of the list, which ids are made of.
    pub(super) first: Option<Url>,
    /// The pages of the list so far.
    pub(super) seen: BTreeSet<String>,
    /// Ids that they gave away.
    pub(super) taken: BTreeSet<String>,
}

/// What requests for headers remember, and the request for the page after them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct HeadMemory {
    /// The page of links.
    pub(super) page: Option<Url>,
    pub(super) list: ListMemory,
    /// Files still to be asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rest: Vec<Url>,
    /// What is known.
    pub(super) heads: Vec<(Url, Head)>,
    /// How many files in a row gave no headers.
    pub(super) refused: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(depth: &u8) -> bool {
    *depth == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_false(guessed: &bool) -> bool {
    !guessed
}

/// The name of a request's step.
pub(super) fn name(request: &Request) -> &str {
    request.step.split(' ').next().unwrap_or_default()
}

/// What a request remembers; nothing if it remembers nothing.
pub(super) fn memory<T: DeserializeOwned + Default>(request: &Request) -> T {
    serde_json::from_value(request.state.0.clone()).unwrap_or_default()
}

/// A request without memory.
pub(super) fn plain(step: &'static str, url: Url) -> Request {
    Request::get(url, accept(step), step)
}

/// A request that remembers something.
pub(super) fn remembering(step: &'static str, url: Url, memory: &impl Serialize) -> Request {
    let request = plain(step, url);
    let memory = serde_json::to_value(memory).unwrap_or(Value::Null);
    if memory.as_object().is_none_or(serde_json::Map::is_empty) {
        return request;
    }
    let hash = hash(&memory.to_string());
    Request { step: Cow::Owned(format!("{step} {hash}")), ..request }.with_state(memory)
}

/// The next request for headers; once they are all known, or nobody gives them, the page again.
pub(super) fn next_head(mut memory: HeadMemory) -> Option<Request> {
    /// Files in a row without headers after which no more are asked for.
    const MOST_REFUSED: u8 = 3;
    if memory.refused < MOST_REFUSED
        && let Some(file) = memory.rest.pop()
    {
        return Some(Request { method: Method::Head, ..remembering(HEAD, file, &memory) });
    }
    memory.rest.clear();
    memory.refused = 0;
    let page = memory.page.clone()?;
    Some(remembering(FILES, page, &memory))
}

fn accept(step: &str) -> &'static str {
    match step {
        SITEMAP_STEP => SITEMAP,
        SCDL => CSV,
        HEAD => "*/*",
        _ => PAGE,
    }
}
