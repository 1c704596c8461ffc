//! The options of a `web-page` source, checked once per call.

use moisson_harvest::{ConfigError, Source};
use regex::{Regex, RegexBuilder};
use scraper::Selector;
use serde::Deserialize;
use url::Url;

use super::formats::DEFAULT_EXTENSIONS;

/// Name, default and meaning of each option, as `moisson harvesters` prints them.
pub(super) const OPTIONS: &[(&str, &str, &str)] = &[
    (
        "mode",
        "auto",
        "what the site offers: `schema-org`, `links`, `scdl`; `auto` decides from the other options, else from the first reply",
    ),
    ("sitemap", "", "schema-org: address of a sitemap or sitemap index to follow"),
    ("pages", "", "schema-org, links: further pages to read beside `url`"),
    ("pattern", "", "schema-org: regular expression that the addresses of pages to follow must match"),
    ("max_pages", "2000", "most pages to follow from one sitemap, page or chain of `next` links"),
    (
        "item",
        "li, tr, article, dd, p, figure",
        "links: CSS selector of what surrounds the files of one dataset",
    ),
    ("title", "link text, else heading", "links: CSS selector of the title, inside the item"),
    ("description", "text of the item", "links: CSS selector of the description, inside the item"),
    ("date", "`time` element", "links: CSS selector of the date of last change, inside the item"),
    (
        "link",
        "links to files",
        "links: CSS selector of the links to files; each match counts, whatever its address",
    ),
    ("publisher", "", "links: CSS selector of the publisher, inside the item, else on the page"),
    ("license", "`rel=license`", "links: CSS selector of the licence, inside the item, else on the page"),
    ("next", "`rel=next` to the same list", "links: CSS selector of the link to the next page"),
    (
        "group",
        "item",
        "links: what makes a dataset: each `file`, each `item`, each `section` under a heading",
    ),
    (
        "extensions",
        "csv, xlsx, ods, json, geojson, kml, shp, zip, …",
        "links: file extensions that count as data; without it, map services (`?service=WMS`) do too",
    ),
    ("head", "true", "links: ask each file's size and date with HEAD requests"),
    ("max_heads", "300", "links: most HEAD requests for one page"),
    (
        "unclosed",
        "false",
        "`true`: pages without `</html>` are whole; set it when the site's pages never have it",
    ),
    ("charset", "", "character set of the pages or the file, when the site declares a wrong one"),
    ("delimiter", "", "scdl: the delimiter, when it is not found out"),
];

/// Pages followed from one reply when the source does not say.
const MAX_PAGES: usize = 2_000;

/// Pages followed from one reply at most: the sitemap protocol's own limit for one file.
const MAX_PAGES_LIMIT: usize = 50_000;

/// HEAD requests for one page when the source does not say.
const MAX_HEADS: usize = 300;

/// HEAD requests for one page at most: what is known so far travels from one request to the next.
const MAX_HEADS_LIMIT: usize = 2_000;

/// Most listed pages.
const MAX_LISTED_PAGES: usize = 1_000;

/// Largest compiled size of `pattern`, in bytes.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// How the site speaks of its datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mode {
    /// Found out from the first reply.
    #[default]
    Auto,
    /// schema.org as JSON-LD, microdata or RDFa.
    SchemaOrg,
    /// Links to files.
    Links,
    /// An SCDL catalogue in CSV.
    Scdl,
}

/// What makes a dataset of the files on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Grouping {
    /// Each file.
    File,
    /// What differs only in format or year in the same item or section.
    #[default]
    Item,
    /// All under the same heading.
    Section,
}

/// The options, ready for use.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) mode: Mode,
    pub(super) sitemap: Option<Url>,
    pub(super) pages: Vec<Url>,
    pub(super) pattern: Option<Regex>,
    pub(super) max_pages: usize,
    pub(super) selectors: Selectors,
    pub(super) grouping: Grouping,
    /// Lower case, without the dot.
    pub(super) extensions: Vec<String>,
    /// Whether addresses of map services count as data too.
    pub(super) services: bool,
    /// How many HEAD requests to make for one page; 0 for none.
    pub(super) max_heads: usize,
    pub(super) unclosed: bool,
    pub(super) charset: Option<&'static encoding_rs::Encoding>,
    pub(super) delimiter: Option<u8>,
}

/// The site's own rules for a page of links.
#[derive(Debug, Default)]
pub(super) struct Selectors {
    pub(super) item: Option<Selector>,
    pub(super) title: Option<Selector>,
    pub(super) description: Option<Selector>,
    pub(super) date: Option<Selector>,
    pub(super) link: Option<Selector>,
    pub(super) publisher: Option<Selector>,
    pub(super) license: Option<Selector>,
    pub(super) next: Option<Selector>,
}

/// The options as configured.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Configured {
    mode: Mode,
    sitemap: Option<String>,
    pages: Vec<String>,
    pattern: Option<String>,
    max_pages: Option<usize>,
    item: Option<String>,
    title: Option<String>,
    description: Option<String>,
    date: Option<String>,
    link: Option<String>,
    publisher: Option<String>,
    license: Option<String>,
    next: Option<String>,
    group: Grouping,
    extensions: Option<Vec<String>>,
    head: Option<bool>,
    max_heads: Option<usize>,
    unclosed: bool,
    charset: Option<String>,
    delimiter: Option<String>,
}

impl Options {
    /// Reads and checks the options of a source.
    ///
    /// # Errors
    /// When an option is unknown, has the wrong type or a value that cannot be used.
    pub(super) fn of(source: &Source) -> Result<Self, ConfigError> {
        let configured: Configured = source.options()?;
        let selectors = Selectors {
            item: selector("item", configured.item.as_deref())?,
            title: selector("title", configured.title.as_deref())?,
            description: selector("description", configured.description.as_deref())?,
            date: selector("date", configured.date.as_deref())?,
            link: selector("link", configured.link.as_deref())?,
            publisher: selector("publisher", configured.publisher.as_deref())?,
            license: selector("license", configured.license.as_deref())?,
            next: selector("next", configured.next.as_deref())?,
        };
        if configured.pages.len() > MAX_LISTED_PAGES {
            return Err(at(
                "pages",
                format!(
                    "lists {} pages, more than {MAX_LISTED_PAGES}; use `sitemap` and `pattern`",
                    configured.pages.len()
                ),
            ));
        }
        let max_heads = within("max_heads", configured.max_heads, MAX_HEADS, MAX_HEADS_LIMIT)?;
        Ok(Self {
            mode: decided(&configured),
            sitemap: configured
                .sitemap
                .as_deref()
                .map(|text| address(source, "sitemap", text))
                .transpose()?,
            pages: configured
                .pages
                .iter()
                .map(|text| address(source, "pages", text))
                .collect::<Result<_, _>>()?,
            pattern: configured.pattern.as_deref().map(pattern).transpose()?,
            max_pages: within("max_pages", configured.max_pages, MAX_PAGES, MAX_PAGES_LIMIT)?,
            selectors,
            grouping: configured.group,
            services: configured.extensions.is_none(),
            extensions: extensions(configured.extensions)?,
            max_heads: if configured.head.unwrap_or(true) { max_heads } else { 0 },
            unclosed: configured.unclosed,
            charset: configured.charset.as_deref().map(charset).transpose()?,
            delimiter: configured.delimiter.as_deref().map(delimiter).transpose()?,
        })
    }
}

/// Rules for one way of reading decide for it.
fn decided(configured: &Configured) -> Mode {
    let Configured { item, title, description, date, link, publisher, license, next, .. } = configured;
    let rules = [item, title, description, date, link, publisher, license, next];
    match configured.mode {
        Mode::Auto if rules.iter().any(|rule| rule.is_some()) => Mode::Links,
        Mode::Auto if configured.sitemap.is_some() || configured.pattern.is_some() => Mode::SchemaOrg,
        Mode::Auto if configured.delimiter.is_some() => Mode::Scdl,
        mode => mode,
    }
}

fn at(key: &str, reason: impl AsRef<str>) -> ConfigError {
    ConfigError { key: Some(key.to_owned()), reason: format!("option `{key}` {}", reason.as_ref()) }
}

fn selector(key: &str, text: Option<&str>) -> Result<Option<Selector>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    Selector::parse(text).map(Some).map_err(|error| {
        at(key, format!("is not a CSS selector: `{text}` ({error}); write one such as `div.dataset > h3`"))
    })
}

fn address(source: &Source, key: &str, text: &str) -> Result<Url, ConfigError> {
    let url = source
        .url
        .join(text.trim())
        .map_err(|error| at(key, format!("holds `{text}`, which is not an address ({error})")))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(at(key, format!("holds `{text}` with the scheme `{scheme}`; use http or https"))),
    }
}

fn pattern(text: &str) -> Result<Regex, ConfigError> {
    RegexBuilder::new(text)
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|error| at("pattern", format!("is not a regular expression: {error}")))
}

fn within(key: &str, given: Option<usize>, default: usize, limit: usize) -> Result<usize, ConfigError> {
    match given.unwrap_or(default) {
        0 => Err(at(key, "must be at least 1")),
        n if n > limit => Err(at(key, format!("must be at most {limit}; remove it or set a smaller number"))),
        n => Ok(n),
    }
}

fn extensions(given: Option<Vec<String>>) -> Result<Vec<String>, ConfigError> {
    let Some(given) = given else {
        return Ok(DEFAULT_EXTENSIONS.iter().map(|&extension| extension.to_owned()).collect());
    };
    if given.is_empty() {
        return Err(at(
            "extensions",
            "is empty, so no link would count; remove it or list some, such as `csv`",
        ));
    }
    Ok(given.iter().map(|extension| extension.trim().trim_start_matches('.').to_lowercase()).collect())
}

fn charset(label: &str) -> Result<&'static encoding_rs::Encoding, ConfigError> {
    encoding_rs::Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        at(
            "charset",
            format!(
                "names the unknown character set `{label}`; known are `utf-8`, `windows-1252`, `utf-16le`, …"
            ),
        )
    })
}

fn delimiter(text: &str) -> Result<u8, ConfigError> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [byte @ (b',' | b';' | b'\t' | b'|')] => Ok(*byte),
        _ => Err(at("delimiter", format!("is `{text}`; use one of `,` `;` `|` or `\\t`"))),
    }
}
