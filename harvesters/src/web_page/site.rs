//! Making sense of one reply: which kind of page it is, what it holds, and where to go on.

mod described;
mod listed;

use std::collections::BTreeSet;

use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{Failure, Found, Page, ReadError, Reply, Request, Source};
use url::Url;

use self::described::Around;
use super::{
    address,
    content::{Content, Kind},
    formats,
    html::Document,
    listing,
    options::{Mode, Options},
    sitemap,
    steps::{self, HeadMemory, ListMemory, SitemapMemory},
};

/// Deepest chain of sitemap indexes.
const MAX_SITEMAP_DEPTH: u8 = 3;

/// Most sitemaps of one index that are followed.
const MAX_SITEMAPS: usize = 1_000;

/// Where sitemaps usually are when nobody says.
const USUAL_SITEMAPS: [&str; 3] = ["/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml"];

/// One reply, about to be read.
pub(super) struct Visit<'r> {
    source: &'r Source,
    options: &'r Options,
    reply: &'r Reply<'r>,
    page: Page,
}

/// What to ask in place of a request that failed.
pub(super) fn instead(source: &Source, request: &Request, _failure: &Failure) -> Vec<Request> {
    match steps::name(request) {
        steps::HEAD => {
            let mut memory: HeadMemory = steps::memory(request);
            memory.refused += 1;
            steps::next_head(memory).into_iter().collect()
        }
        steps::SITEMAP_STEP => {
            let memory: SitemapMemory = steps::memory(request);
            if !memory.guessed {
                return Vec::new();
            }
            let tried = USUAL_SITEMAPS.iter().position(|path| *path == request.url.path());
            let next = tried.and_then(|tried| USUAL_SITEMAPS.get(tried + 1));
            let next = next.and_then(|path| source.url.join(path).ok());
            let next = next.map(|url| steps::remembering(steps::SITEMAP_STEP, url, &memory));
            // That a sitemap which nobody spoke of is not there would tell nobody what is wrong.
            vec![next.unwrap_or_else(|| steps::plain(steps::NOTHING, source.url.clone()))]
        }
        _ => Vec::new(),
    }
}

impl<'r> Visit<'r> {
    pub(super) fn new(source: &'r Source, options: &'r Options, reply: &'r Reply<'r>) -> Self {
        Self { source, options, reply, page: Page::default() }
    }

    /// Reads the reply.
    pub(super) fn read(mut self, emit: &mut dyn FnMut(Found)) -> Result<Page, ReadError> {
        let step = steps::name(self.reply.request);
        if step == steps::HEAD {
            self.headers();
            return Ok(self.page);
        }
        if step == steps::NOTHING {
            return Err(nothing());
        }
        let content = Content::of(self.reply, self.options);
        self.page.remarks.extend(content.remarks.iter().cloned());
        match step {
            steps::SITEMAP_STEP => self.sitemap(&content)?,
            steps::PAGE_STEP | steps::MENTIONED => self.described_page(&content, emit)?,
            steps::LINKS | steps::FILES => self.links_page(&content, emit)?,
            steps::SCDL => self.catalogue(&content, emit)?,
            _ => self.start(&content, emit)?,
        }
        Ok(self.page)
    }

    /// The first reply decides how the site speaks.
    fn start(&mut self, content: &Content, emit: &mut dyn FnMut(Found)) -> Result<(), ReadError> {
        match (self.options.mode, content.kind) {
            (_, Kind::Sitemap | Kind::TextSitemap) => self.sitemap(content),
            (Mode::Auto, Kind::Catalogue) => self.catalogue(content, emit),
            (_, Kind::Json) => self.described_page(content, emit),
            (_, Kind::Html) => self.start_page(content, emit),
            (_, Kind::Xml | Kind::Text | Kind::Catalogue | Kind::Binary) => Err(content
                .unexpected("a page, a sitemap, JSON-LD or an SCDL catalogue", "check `url`, or set `mode`")),
        }
    }

    fn start_page(&mut self, content: &Content, emit: &mut dyn FnMut(Found)) -> Result<(), ReadError> {
        let document = Document::parse(&content.text, self.reply.url);
        let (datasets, unreadable) = self.datasets(&document);
        let described =
            !datasets.described.is_empty() || !datasets.elsewhere.is_empty() || !unreadable.is_empty();
        if self.options.mode == Mode::Auto && !described {
            let listing =
                listing::read(&document, self.options, self.reply.url, self.reply.url, &BTreeSet::new());
            if !listing.datasets.is_empty() || listing.next.is_some() {
                self.listing(listing, ListMemory::default(), emit);
                return Ok(());
            }
        }
        self.cut(document.cut.clone());
        let mentions = self.describe(datasets, unreadable, &Around::of(&document), emit);
        if let Some(pattern) = &self.options.pattern {
            let links = document
                .elements()
                .filter_map(|element| address::resolve(&document.base, element.attr("href")?));
            let matching: Vec<Url> = links.filter(|url| pattern.is_match(url.as_str())).collect();
            if matching.is_empty() && !described {
                return Err(content.unexpected(
                    "links whose addresses match `pattern`, or datasets",
                    "check `url` and `pattern`",
                ));
            }
            self.follow_pages(matching);
        } else if !described {
            self.try_usual_sitemap();
        }
        self.follow_mentions(mentions);
        Ok(())
    }

    /// A page without anything: its site may have a sitemap.
    fn try_usual_sitemap(&mut self) {
        self.page.remarks.push(remark(
            RemarkCode::MissingValue,
            "the page describes no dataset and links to no data file; its site's sitemap is tried: set `sitemap`, `pages`, `pattern` or `link`",
        ));
        let memory = SitemapMemory { guessed: true, ..SitemapMemory::default() };
        if let Some(url) = USUAL_SITEMAPS.first().and_then(|path| self.reply.url.join(path).ok()) {
            self.page.follow.push(steps::remembering(steps::SITEMAP_STEP, url, &memory));
        }
    }

    fn sitemap(&mut self, content: &Content) -> Result<(), ReadError> {
        let read = match content.kind {
            Kind::Sitemap => sitemap::read(&content.text),
            Kind::TextSitemap => sitemap::read_text(&content.text),
            _ => {
                return Err(
                    content.unexpected("a sitemap", "set `sitemap` to the address of one, or list `pages`")
                );
            }
        };
        let memory: SitemapMemory = steps::memory(self.reply.request);
        self.cut(read.cut);
        let changed = read.pages.into_iter().filter(|entry| match (memory.since, entry.last_modified) {
            (Some(since), Some(modified)) => modified >= since,
            _ => true,
        });
        let base = self.reply.url;
        let pages: Vec<Url> = changed.filter_map(|entry| address::resolve(base, &entry.address)).collect();
        let pages = pages
            .into_iter()
            .filter(|url| self.options.pattern.as_ref().is_none_or(|p| p.is_match(url.as_str())));
        let pages: Vec<Url> = pages.filter(may_be_page).collect();
        self.follow_pages(pages);
        let deeper = SitemapMemory { depth: memory.depth + 1, guessed: false, ..memory };
        if deeper.depth > MAX_SITEMAP_DEPTH && !read.sitemaps.is_empty() {
            self.cut(Some(format!("sitemap indexes lead to each other more than {MAX_SITEMAP_DEPTH} times")));
            return Ok(());
        }
        if read.sitemaps.len() > MAX_SITEMAPS {
            self.cut(Some(format!(
                "the index lists more than {MAX_SITEMAPS} sitemaps; the rest was not followed"
            )));
        }
        for entry in read.sitemaps.iter().take(MAX_SITEMAPS) {
            match address::resolve(base, &entry.address) {
                Some(url) if self.is_own(&url) => {
                    if url != *base {
                        self.page.follow.push(steps::remembering(steps::SITEMAP_STEP, url, &deeper));
                    }
                }
                _ => self.strange_address(&entry.address),
            }
        }
        Ok(())
    }

    fn follow_pages(&mut self, pages: Vec<Url>) {
        let mut known = BTreeSet::new();
        let here = [self.reply.url, &self.reply.request.url].map(address::without_fragment);
        for url in pages {
            if !self.is_own(&url) {
                self.strange_address(url.as_str());
                continue;
            }
            if here.contains(&url) || !known.insert(url.clone()) {
                continue;
            }
            if known.len() > self.options.max_pages {
                let most = self.options.max_pages;
                self.cut(Some(format!(
                    "there are more than `max_pages` ({most}) pages; the rest was not followed"
                )));
                return;
            }
            self.page.follow.push(steps::plain(steps::PAGE_STEP, url));
        }
    }

    /// Whether an address belongs to the source's site, or to the one that the source led to.
    fn is_own(&self, url: &Url) -> bool {
        let sitemap = self.options.sitemap.as_ref();
        let own = [&self.source.url, self.reply.url].into_iter().chain(sitemap).chain(&self.options.pages);
        own.into_iter().any(|own| address::same_site(own, url))
    }

    fn strange_address(&mut self, address: &str) {
        const MOST: usize = 20;
        if self.page.remarks.len() < MOST {
            let value = address.chars().take(200).collect();
            self.page.remarks.push(Remark {
                value,
                ..remark(RemarkCode::InvalidIri, "not an address of the same site; it was not followed")
            });
        }
    }

    /// Says why the walk cannot be whole. The first reason stands.
    fn cut(&mut self, reason: Option<String>) {
        let tolerated = |reason: &String| self.options.unclosed && reason.contains("</html>");
        if let Some(reason) = reason.filter(|reason| !tolerated(reason)) {
            self.page.shortfall.get_or_insert_with(|| format!("{}: {reason}", self.reply.url));
        }
    }
}

/// A site without anything to harvest, as far as can be seen from its first page.
fn nothing() -> ReadError {
    ReadError {
        expected: "a page that describes datasets or links to data files".to_owned(),
        found: "neither, and the site has no sitemap where such are".to_owned(),
        place: String::new(),
        hint: "give the address of the page that has the data as `url`, or set `sitemap`, `pages`, `pattern` or `link`".to_owned(),
    }
}

/// Whether an address can be that of a page rather than of a picture or an archive.
fn may_be_page(url: &Url) -> bool {
    let extension = formats::extension(url);
    extension.is_none_or(|found| {
        matches!(found.as_str(), "html" | "htm" | "json" | "jsonld") || !formats::is_format(&found)
    })
}

fn remark(code: RemarkCode, detail: &str) -> Remark {
    Remark {
        code,
        property: "".into(),
        place: String::new(),
        value: String::new(),
        detail: detail.to_owned(),
    }
}
