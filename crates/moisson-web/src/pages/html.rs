//! Pieces of HTML that keep what comes from outside harmless: everything is escaped, and only addresses that open
//! a page, a file or a mail become links.

use maud::{Markup, Render, html};
use moisson_dcat::Text;

use crate::{language::best_text, reader::Reader};

/// A link to somewhere else, to a page of ours if the IRI is one, or just the text if it is no address to follow.
pub(crate) fn link_out(reader: &Reader, iri: &str, text: &str) -> Markup {
    if let Some(here) = reader.link_to_iri(iri) {
        return html! { a href=(here) { (text) } };
    }
    if is_followable(iri) {
        html! { a href=(iri) rel="nofollow noopener" { (text) } }
    } else {
        html! { (text) }
    }
}

/// Whether an address may be a link: only http, https, ftp and mailto.
pub(crate) fn is_followable(iri: &str) -> bool {
    let Some((scheme, rest)) = iri.split_once(':') else { return false };
    let known = ["http", "https", "ftp", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    known && !rest.is_empty() && !iri.chars().any(|c| c.is_control() || c == ' ')
}

/// A text in the reader's language if there is one, marked with its language if that is another.
pub(crate) fn best(reader: &Reader, texts: &[Text]) -> Option<Markup> {
    best_text(texts, reader.language).map(|text| spoken(reader, text))
}

/// A text, marked with its language if that is not the page's.
pub(crate) fn spoken(reader: &Reader, text: &Text) -> Markup {
    if let Some(lang) = foreign(reader, text) {
        html! { span lang=(lang) { (text.value) } }
    } else {
        html! { (text.value) }
    }
}

/// The language of a text if it is not the page's.
pub(crate) fn foreign<'a>(reader: &Reader, text: &'a Text) -> Option<&'a str> {
    let primary = |tag: &str| tag.split('-').next() == Some(reader.language.tag());
    text.lang.as_deref().filter(|tag| !primary(tag))
}

/// A passage of the search index, in which only `<mark>` is markup. What it escaped is unescaped and escaped
/// again here, so nothing else can come through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Highlighted<'a>(pub(crate) &'a str);

impl Render for Highlighted<'_> {
    fn render(&self) -> Markup {
        let pieces = self.0.split("<mark>").enumerate().flat_map(|(at, piece)| {
            let (inside, after) =
                if at == 0 { ("", piece) } else { piece.split_once("</mark>").unwrap_or((piece, "")) };
            [(true, unescape(inside)), (false, unescape(after))]
        });
        let pieces: Vec<_> = pieces.filter(|(_, text)| !text.is_empty()).collect();
        html! { @for (mark, text) in pieces { @if mark { mark { (text) } } @else { (text) } } }
    }
}

/// The characters that the index escapes.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use maud::Render;

    use super::{Highlighted, is_followable};

    #[test]
    fn only_addresses_to_follow_become_links() {
        for (iri, expected) in [
            ("https://x.example/a", true),
            ("HTTP://x.example", true),
            ("ftp://x.example", true),
            ("mailto:a@b.example", true),
            ("javascript:alert(1)", false),
            ("JaVaScRiPt:alert(1)", false),
            ("data:text/html,x", false),
            ("java\nscript:alert(1)", false),
            (" https://x.example", false),
            ("http:\u{0}x", false),
            ("vbscript:x", false),
            ("https:", false),
            ("x", false),
        ] {
            assert_eq!(is_followable(iri), expected, "{iri:?}");
        }
    }

    #[test]
    fn a_passage_keeps_its_marks_and_nothing_else() {
        for (passage, expected) in [
            ("a <mark>b</mark> &amp; c", "a <mark>b</mark> &amp; c"),
            ("<mark>a</mark><mark>b</mark>", "<mark>a</mark><mark>b</mark>"),
            ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
            ("&lt;b&gt; <mark>&lt;i&gt;</mark>", "&lt;b&gt; <mark>&lt;i&gt;</mark>"),
            ("a <mark>b", "a <mark>b</mark>"),
            ("x</mark>y", "x&lt;/mark&gt;y"),
            ("&amp;lt;", "&amp;lt;"),
        ] {
            assert_eq!(Highlighted(passage).render().into_string(), expected);
        }
    }
}
