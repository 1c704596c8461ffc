//! Which links of a page lead to files, and what the link itself says of the file.

use std::collections::{BTreeMap, BTreeSet};

use scraper::ElementRef;
use url::Url;

use super::{
    address,
    formats::{self, extension, extension_in_query, extension_of_media_type, extension_of_name, is_format},
    html::{Document, NodeId, text_of},
    label::{self, Label},
    options::Options,
};

/// Hosts of sharing, counting and translating services: their links carry other addresses inside.
const SERVICES: &[&str] = &[
    "facebook.com",
    "twitter.com",
    "x.com",
    "linkedin.com",
    "pinterest.com",
    "pinterest.fr",
    "whatsapp.com",
    "wa.me",
    "t.me",
    "telegram.me",
    "reddit.com",
    "addtoany.com",
    "sharethis.com",
    "google-analytics.com",
    "googletagmanager.com",
    "doubleclick.net",
    "translate.google.com",
    "validator.w3.org",
    "bsky.app",
];

/// Names of XML files that list pages or news, not data.
const FEEDS: &[&str] = &["sitemap", "rss", "atom", "feed", "opensearch", "browserconfig"];

/// A link to a file.
#[derive(Debug, Clone)]
pub(super) struct FileLink<'d> {
    pub(super) element: ElementRef<'d>,
    pub(super) url: Url,
    /// The link's text as a reader sees it.
    pub(super) text: String,
    /// The same taken apart.
    pub(super) label: Label,
    /// The extension, from the address, the label or the link's type.
    pub(super) format: Option<String>,
    /// The link's `type`.
    pub(super) media_type: Option<String>,
    /// The link's `hreflang`.
    pub(super) language: Option<String>,
    /// The link's `title`, when it says more than its text.
    pub(super) hint: Option<String>,
}

/// The links to files on a page, in its order, each address once.
pub(super) fn files<'d>(document: &'d Document, options: &Options) -> Vec<FileLink<'d>> {
    let elements = match &options.selectors.link {
        Some(selector) => document.matching(selector),
        None => {
            document.elements().filter(|element| matches!(element.value().name(), "a" | "area")).collect()
        }
    };
    let mut files: Vec<FileLink<'d>> = Vec::new();
    let mut known = BTreeMap::new();
    for element in elements {
        let Some(file) = file(document, element, options) else { continue };
        match known.get(&file.url).and_then(|&place: &usize| files.get_mut(place)) {
            // A picture or "read more" may link to the same file as its title.
            Some(first) if first.label.title.is_empty() && !file.label.title.is_empty() => *first = file,
            // The menu links to it too.
            Some(first) if furniture(first.element).is_some() && furniture(file.element).is_none() => {
                *first = file;
            }
            Some(_) => {}
            None => {
                known.insert(file.url.clone(), files.len());
                files.push(file);
            }
        }
    }
    files
}

/// The links to files without those in the page's header, menus and footer, and how many these are: they are the same
/// on every page of a site. Where a page has no others, and where the source says which links count, all are taken.
pub(super) fn of_the_content<'d>(document: &'d Document, options: &Options) -> (Vec<FileLink<'d>>, usize) {
    let files = files(document, options);
    if options.selectors.link.is_some() || options.selectors.item.is_some() {
        return (files, 0);
    }
    let mut blocks: BTreeMap<&str, BTreeSet<NodeId>> = BTreeMap::new();
    for block in files.iter().filter_map(|file| furniture(file.element)) {
        blocks.entry(block.value().name()).or_default().insert(block.id());
    }
    // Several headers with files are those of cards.
    let is_content = |file: &FileLink<'_>| {
        furniture(file.element).is_none_or(|block| {
            let name = block.value().name();
            matches!(name, "header" | "footer") && blocks.get(name).is_some_and(|blocks| blocks.len() > 1)
        })
    };
    if !files.iter().any(is_content) {
        return (files, 0);
    }
    let all = files.len();
    let kept: Vec<FileLink<'d>> = files.into_iter().filter(is_content).collect();
    let passed_over = all - kept.len();
    (kept, passed_over)
}

/// Whether an element stands in what is the same on every page of a site.
pub(super) fn is_of_every_page(element: ElementRef<'_>) -> bool {
    furniture(element).is_some()
}

/// The header, menu or footer that an element stands in, if it is the page's and not that of a part of it.
fn furniture(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let mut found = None;
    for around in element.ancestors().filter_map(ElementRef::wrap) {
        let role = around.attr("role").unwrap_or_default();
        match around.value().name() {
            // Cards and chapters have headers of their own.
            "main" | "article" | "section" => return None,
            "nav" => return Some(around),
            "header" | "footer" => found = found.or(Some(around)),
            _ if role == "navigation" => return Some(around),
            _ if matches!(role, "banner" | "contentinfo") => found = found.or(Some(around)),
            _ if role == "main" => return None,
            _ => {}
        }
    }
    found
}

/// The address that an element links to, itself or through the link inside it.
pub(super) fn target(document: &Document, element: ElementRef<'_>) -> Option<Url> {
    let named = ["href", "data-href", "data-url", "data-downloadurl"];
    let mut own = named.iter().filter_map(|name| address::resolve(&document.base, element.attr(name)?));
    let inner = || {
        let inner = element.descendent_elements().find_map(|inner| inner.attr("href"))?;
        address::resolve(&document.base, inner)
    };
    own.next().or_else(inner)
}

fn file<'d>(document: &'d Document, element: ElementRef<'d>, options: &Options) -> Option<FileLink<'d>> {
    let url = address::of_file(target(document, element)?);
    let text = text_of(element, label::MAX_LABEL);
    let hint = element.attr("title").map(str::trim).filter(|hint| !hint.is_empty() && *hint != text);
    let text =
        if text.is_empty() { alternative(element).or(hint).unwrap_or_default().to_owned() } else { text };
    let label = label::read(&text);
    let media_type = element.attr("type").map(str::trim).filter(|media_type| media_type.contains('/'));
    let service = formats::service(&url).filter(|_| options.services);
    let format = service.map(str::to_owned).or_else(|| format(document, element, &url, &label, options));
    let counts = service.is_some() || is_data(element, &url, format.as_deref(), options);
    if options.selectors.link.is_none() && !counts {
        return None;
    }
    let format = format.or_else(|| extension(&url).filter(|found| is_format(found)));
    Some(FileLink {
        element,
        url,
        label,
        format,
        media_type: media_type.map(str::to_owned),
        language: element.attr("hreflang").map(str::to_owned),
        hint: hint.filter(|hint| *hint != text).map(str::to_owned),
        text,
    })
}

/// The text of a picture that is a link.
fn alternative(element: ElementRef<'_>) -> Option<&str> {
    let named = element
        .attr("aria-label")
        .or_else(|| element.descendent_elements().find_map(|inner| inner.attr("alt")));
    named.map(str::trim).filter(|text| !text.is_empty())
}

/// The format, from the surest sign to the least. Signs other than the path of the address count only on the
/// site's own links: others carry addresses of files inside theirs.
fn format(
    document: &Document,
    element: ElementRef<'_>,
    url: &Url,
    label: &Label,
    options: &Options,
) -> Option<String> {
    let counts = |found: &String| options.extensions.contains(found);
    if let Some(found) = extension(url) {
        if counts(&found) {
            return Some(found);
        }
        if is_format(&found) && found != "html" && found != "htm" {
            return None;
        }
    }
    if !address::same_site(url, &document.url) && options.selectors.link.is_none() {
        return None;
    }
    let says_only_format = label.title.is_empty() || label.size.is_some();
    (element.attr("download").and_then(extension_of_name).filter(counts))
        .or_else(|| extension_in_query(url).filter(counts))
        .or_else(|| element.attr("type").and_then(extension_of_media_type).map(str::to_owned).filter(counts))
        .or_else(|| label.format.clone().filter(|found| says_only_format && counts(found)))
}

fn is_data(element: ElementRef<'_>, url: &Url, format: Option<&str>, options: &Options) -> bool {
    let Some(format) = format.filter(|format| options.extensions.iter().any(|known| known == format)) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let is_service = SERVICES
        .iter()
        .any(|service| host == *service || host.strip_suffix(service).is_some_and(|h| h.ends_with('.')));
    let rel = element.attr("rel").unwrap_or_default().to_lowercase();
    let name = address::file_name(url).to_lowercase();
    let is_feed = format == "xml" && FEEDS.iter().any(|feed| name.contains(feed));
    !is_service && !is_feed && !rel.split_whitespace().any(|word| word == "alternate")
}
