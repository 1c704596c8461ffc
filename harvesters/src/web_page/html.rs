//! A page as a tree, read within bounds ([HTML](https://html.spec.whatwg.org/multipage/parsing.html)).
//!
//! What the parser costs grows with the square of nesting and of attributes in one tag, so both are limited
//! while it reads; what comes after a limit is left out, and the page then counts as cut short.

use html5ever::{
    driver::{self, ParseOpts},
    tendril::{StrTendril, TendrilSink},
    tree_builder::{TreeBuilderOpts, TreeSink},
};
use scraper::{ElementRef, Html, HtmlTreeSink, Node, Selector};
use url::Url;

use super::{address, text::Collapsed};

/// Largest part of a page that is read, in bytes of UTF-8.
pub(super) const MAX_PAGE_BYTES: usize = 8 << 20;

/// Deepest nesting of elements; browsers stop at 512 too.
const MAX_DEPTH: usize = 512;

/// Most nodes of a page.
const MAX_NODES: usize = 1_000_000;

/// Most attributes of one tag.
const MAX_ATTRIBUTES: usize = 2_000;

/// How much is handed to the parser between two looks at depth and nodes, in bytes.
const STEP_BYTES: usize = 4_096;

/// Elements whose text no reader of the page sees.
const UNSEEN: &[&str] = &["script", "style", "template", "noscript", "svg", "head"];

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// Names a node of a page.
pub(super) type NodeId = <HtmlTreeSink as TreeSink>::Handle;

/// A page that was read.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) html: Html,
    /// Where it is.
    pub(super) url: Url,
    /// What relative addresses are relative to: `<base href>`, else the page's own address.
    pub(super) base: Url,
    /// `html lang`, else what the page's header says.
    pub(super) lang: Option<String>,
    /// `<title>`.
    pub(super) title: Option<String>,
    /// The name of the site (`og:site_name`).
    pub(super) site: Option<String>,
    /// Why the page may not be whole.
    pub(super) cut: Option<String>,
}

impl Document {
    /// Reads a page.
    pub(super) fn parse(text: &str, url: &Url) -> Self {
        let (html, mut cut) = parse_within_bounds(text);
        if cut.is_none() && !is_closed(text) {
            cut = Some("the page has no `</html>`, so it may be cut short; if the site never writes it, set `unclosed = true`".to_owned());
        }
        let document =
            Self { html, url: url.clone(), base: url.clone(), lang: None, title: None, site: None, cut };
        let base = document.first("base[href]").and_then(|element| element.attr("href"));
        let base = base.and_then(|href| address::resolve(url, href)).unwrap_or_else(|| url.clone());
        let title = document.first("head > title").map(|element| text_of(element, 500));
        let site =
            document.first("meta[property='og:site_name']").and_then(|element| element.attr("content"));
        let (site, title) = (site.map(|site| Collapsed::of(site, 500)), title);
        let lang = document.language();
        Self {
            base,
            lang,
            site: site.filter(|site| !site.is_empty()),
            title: title.filter(|title| !title.is_empty()),
            ..document
        }
    }

    /// The elements that a selector of ours matches, in the order of the page.
    pub(super) fn all(&self, css: &str) -> Vec<ElementRef<'_>> {
        let Ok(selector) = Selector::parse(css) else { return Vec::new() };
        self.matching(&selector)
    }

    /// The elements that a selector matches, in the order of the page.
    pub(super) fn matching(&self, selector: &Selector) -> Vec<ElementRef<'_>> {
        self.elements().filter(|element| selector.matches(element)).collect()
    }

    /// All elements in the order of the page.
    pub(super) fn elements(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.html.tree.root().descendants().filter_map(ElementRef::wrap)
    }

    fn first(&self, css: &str) -> Option<ElementRef<'_>> {
        let selector = Selector::parse(css).ok()?;
        self.elements().find(|element| selector.matches(element))
    }

    fn language(&self) -> Option<String> {
        let root = self.first("html");
        let named = root.and_then(|root| {
            root.value()
                .attrs()
                .find(|(name, _)| *name == "lang" || *name == "xml:lang")
                .map(|(_, value)| value)
        });
        let header =
            || self.first("meta[http-equiv='content-language' i]").and_then(|meta| meta.attr("content"));
        let locale = || self.first("meta[property='og:locale']").and_then(|meta| meta.attr("content"));
        let lang = named.filter(|lang| !lang.trim().is_empty()).or_else(header).or_else(locale)?;
        let lang = lang.split(',').next().unwrap_or_default().trim().replace('_', "-").to_lowercase();
        Some(lang).filter(|lang| !lang.is_empty())
    }
}

/// What a reader sees of an element, white space collapsed, cut after `limit` characters.
pub(super) fn text_of(element: ElementRef<'_>, limit: usize) -> String {
    text_without(element, limit, &|_| false)
}

/// The same without the elements that `skip` names.
pub(super) fn text_without(
    element: ElementRef<'_>,
    limit: usize,
    skip: &dyn Fn(ElementRef<'_>) -> bool,
) -> String {
    let mut text = Collapsed::new(limit);
    let mut next = element.first_child();
    let root = element.id();
    while let Some(node) = next {
        let mut inside = node.first_child();
        match node.value() {
            Node::Text(said) => text.push(said),
            Node::Element(value) if BLOCKS.contains(&value.name()) => text.push_break(),
            Node::Element(value) if UNSEEN.contains(&value.name()) => inside = None,
            _ => {}
        }
        if inside.is_some() && ElementRef::wrap(node).is_some_and(skip) {
            inside = None;
        }
        if text.is_full() {
            break;
        }
        next = inside.or_else(|| {
            let mut at = node;
            loop {
                if at.id() == root {
                    return None;
                }
                if ends_line(at.value()) {
                    text.push_break();
                }
                match at.next_sibling() {
                    Some(sibling) => return Some(sibling),
                    None => at = at.parent()?,
                }
            }
        });
    }
    text.finish()
}

fn ends_line(node: &Node) -> bool {
    node.as_element().is_some_and(|element| BLOCKS.contains(&element.name()))
}

fn is_closed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends_with =
        |tag: &[u8]| bytes.windows(tag.len()).rev().any(|window| window.eq_ignore_ascii_case(tag));
    ends_with(b"</html") || ends_with(b"</body")
}

fn parse_within_bounds(text: &str) -> (Html, Option<String>) {
    let (text, mut cut) = readable_part(text);
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), options);
    let mut rest = text;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP_BYTES.min(rest.len())));
        rest = after;
        parser.process(StrTendril::from_slice(step));
        if let Some(reason) = over_the_limit(&parser.tokenizer.sink.sink.0.borrow()) {
            cut = Some(reason);
            break;
        }
    }
    (parser.finish(), cut)
}

fn over_the_limit(html: &Html) -> Option<String> {
    if html.tree.values().len() > MAX_NODES {
        return Some(format!("the page has more than {MAX_NODES} elements and texts; the rest was not read"));
    }
    let deepest = html.tree.nodes().next_back()?;
    (deepest.ancestors().count() > MAX_DEPTH)
        .then(|| format!("the page nests its elements deeper than {MAX_DEPTH}; the rest was not read"))
}

/// The part of a page before its first impossible tag, within the size limit.
fn readable_part(text: &str) -> (&str, Option<String>) {
    let within = text.split_at(text.floor_char_boundary(MAX_PAGE_BYTES.min(text.len()))).0;
    let too_large = (within.len() < text.len())
        .then(|| format!("the page is larger than {MAX_PAGE_BYTES} bytes; the rest was not read"));
    match first_monstrous_tag(within) {
        // The parser ends inside the tag and drops it.
        Some(at) => {
            let reason = format!(
                "the tag at byte {at} has more than {MAX_ATTRIBUTES} attributes; the rest was not read"
            );
            (within.split_at(within.floor_char_boundary(at)).0, Some(reason))
        }
        None => (within, too_large),
    }
}

/// Where a tag with too many attributes ends being one.
///
/// Whether a `<` opens a tag depends on what the parser takes for a script, a comment or a value, so all
/// readings are followed at once, each with the most attributes it could have by now: none is missed.
fn first_monstrous_tag(text: &str) -> Option<usize> {
    let (mut tag, mut double, mut single) = (None::<usize>, None::<usize>, None::<usize>);
    let mut before = b' ';
    let mut before_is_space = false;
    let mut opened = false;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        let is_space = byte.is_ascii_whitespace();
        let closed = match byte {
            b'"' => double.take(),
            b'\'' => single.take(),
            _ => None,
        };
        match byte {
            b'>' => tag = None,
            b'"' if before == b'=' => double = double.max(tag.take()),
            b'\'' if before == b'=' => single = single.max(tag.take()),
            b'/' => tag = tag.map(|count| count + 1),
            _ if is_space && !before_is_space => tag = tag.map(|count| count + 1),
            _ if opened && byte.is_ascii_alphabetic() => tag = tag.max(Some(0)),
            _ => {}
        }
        tag = tag.max(closed.map(|count| count + 1));
        if tag.is_some_and(|count| count > MAX_ATTRIBUTES) {
            return Some(at);
        }
        opened = byte == b'<';
        before_is_space = is_space;
        if !is_space {
            before = byte;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Document {
        Document::parse(text, &Url::parse("https://ville.example/a/b.html").unwrap())
    }

    #[test]
    fn base_language_title_and_site_are_read() {
        let document = page(
            "<html lang='fr-BE'><head><base href='//cdn.example/x/'><title> Données\n ouvertes</title>\
             <meta property='og:site_name' content='Ville de Huy'></head><body></body></html>",
        );
        assert_eq!(document.base.as_str(), "https://cdn.example/x/");
        assert_eq!(document.lang.as_deref(), Some("fr-be"));
        assert_eq!(document.title.as_deref(), Some("Données ouvertes"));
        assert_eq!(document.site.as_deref(), Some("Ville de Huy"));
        assert_eq!(document.cut, None);
    }

    #[test]
    fn a_page_without_its_end_counts_as_cut_short() {
        assert!(page("<html><body><p>a").cut.unwrap().contains("</html>"));
        assert_eq!(page("<p>a</BODY >").cut, None);
    }

    #[test]
    fn nesting_without_end_is_cut_and_does_not_take_for_ever() {
        let document = page(&"<div><p><b x=1>".repeat(200_000));
        assert!(document.cut.unwrap().contains("deeper than"));
    }

    #[test]
    fn a_tag_of_a_million_attributes_is_not_read() {
        let attributes: Vec<String> = (0..500_000).map(|n| format!("a{n}")).collect();
        let document = page(&format!("<p>before</p><p {}>x</p>", attributes.join(" ")));
        assert!(document.cut.unwrap().contains("attributes"));
        assert_eq!(document.html.root_element().text().collect::<String>().trim(), "before");
    }

    #[test]
    fn attributes_are_counted_outside_quotes_only() {
        let words = "mot ".repeat(50_000);
        assert_eq!(first_monstrous_tag(&format!("<p title=\"{words}\" data-x = '{words}'>")), None);
        assert_eq!(first_monstrous_tag(&format!("if (a<b) {{ x => y }} {words}")), None);
        assert!(first_monstrous_tag(&format!("<p {words}>")).is_some());
    }

    #[test]
    fn text_is_what_a_reader_sees() {
        let document = page(
            "<body><div>Un <b>deux</b><br>trois<script>x</script><ul><li>quatre<li>cinq</ul>six</div></body>",
        );
        let div = document.all("div").first().copied().unwrap();
        assert_eq!(text_of(div, 100), "Un deux trois quatre cinq six");
        assert_eq!(text_of(div, 9), "Un deux t");
    }
}
