//! HTML tags out of text ([HTML](https://html.spec.whatwg.org/multipage/syntax.html)), leaving what is no tag.

use std::borrow::Cow;

use super::entities;

/// As far as quotes in a tag are minded, in bytes.
const QUOTES_MAX: usize = 4_096;

/// What happens to the addresses of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// They follow the words in parentheses.
    Kept,
    /// Only the words stay.
    Dropped,
}

/// What a tag means for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    /// A paragraph begins and ends.
    Paragraph,
    /// A line ends.
    Line,
    /// An item of a list begins.
    Item,
    /// A cell ends.
    Cell,
    /// A link begins or ends.
    Link,
    /// All up to the closing tag is no text.
    Hidden,
    /// Nothing.
    Inline,
}

const TAGS: [(&str, Means); 76] = [
    ("a", Means::Link),
    ("abbr", Means::Inline),
    ("acronym", Means::Inline),
    ("address", Means::Paragraph),
    ("article", Means::Paragraph),
    ("aside", Means::Paragraph),
    ("b", Means::Inline),
    ("big", Means::Inline),
    ("blockquote", Means::Paragraph),
    ("body", Means::Paragraph),
    ("br", Means::Line),
    ("button", Means::Inline),
    ("caption", Means::Paragraph),
    ("center", Means::Paragraph),
    ("cite", Means::Inline),
    ("code", Means::Inline),
    ("col", Means::Inline),
    ("colgroup", Means::Inline),
    ("dd", Means::Item),
    ("del", Means::Inline),
    ("div", Means::Paragraph),
    ("dl", Means::Paragraph),
    ("dt", Means::Line),
    ("em", Means::Inline),
    ("figcaption", Means::Paragraph),
    ("figure", Means::Paragraph),
    ("font", Means::Inline),
    ("footer", Means::Paragraph),
    ("form", Means::Paragraph),
    ("h1", Means::Paragraph),
    ("h2", Means::Paragraph),
    ("h3", Means::Paragraph),
    ("h4", Means::Paragraph),
    ("h5", Means::Paragraph),
    ("h6", Means::Paragraph),
    ("head", Means::Hidden),
    ("header", Means::Paragraph),
    ("hr", Means::Paragraph),
    ("html", Means::Paragraph),
    ("i", Means::Inline),
    ("iframe", Means::Hidden),
    ("img", Means::Inline),
    ("input", Means::Inline),
    ("ins", Means::Inline),
    ("kbd", Means::Inline),
    ("label", Means::Inline),
    ("li", Means::Item),
    ("main", Means::Paragraph),
    ("mark", Means::Inline),
    ("nav", Means::Paragraph),
    ("noscript", Means::Inline),
    ("o:p", Means::Inline),
    ("ol", Means::Paragraph),
    ("p", Means::Paragraph),
    ("pre", Means::Paragraph),
    ("q", Means::Inline),
    ("s", Means::Inline),
    ("script", Means::Hidden),
    ("section", Means::Paragraph),
    ("small", Means::Inline),
    ("span", Means::Inline),
    ("strike", Means::Inline),
    ("strong", Means::Inline),
    ("style", Means::Hidden),
    ("sub", Means::Inline),
    ("sup", Means::Inline),
    ("table", Means::Paragraph),
    ("tbody", Means::Inline),
    ("td", Means::Cell),
    ("th", Means::Cell),
    ("thead", Means::Inline),
    ("title", Means::Paragraph),
    ("tr", Means::Paragraph),
    ("tt", Means::Inline),
    ("u", Means::Inline),
    ("ul", Means::Paragraph),
];

/// A tag at the head of a text.
struct Tag<'a> {
    name: &'static str,
    means: Means,
    closing: bool,
    attributes: &'a str,
    rest: &'a str,
}

/// Takes tags out; line breaks of the source are spaces when there are tags that break lines.
pub(super) fn strip(raw: &str, links: Links) -> Cow<'_, str> {
    if !raw.contains('<') {
        return Cow::Borrowed(raw);
    }
    let breaks = breaks_lines(raw);
    let mut out = String::with_capacity(raw.len());
    let mut link: Option<(String, usize)> = None;
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        push(&mut out, before, breaks);
        if let Some(after) = comment(from) {
            rest = after;
            continue;
        }
        let Some(tag) = tag(from) else {
            out.push('<');
            rest = from.strip_prefix('<').unwrap_or_default();
            continue;
        };
        rest = tag.rest;
        match tag.means {
            Means::Paragraph => out.push_str("\n\n"),
            Means::Line => out.push('\n'),
            Means::Item if !tag.closing => out.push_str("\n- "),
            Means::Cell => out.push(' '),
            Means::Link if tag.closing => end_link(&mut out, link.take()),
            Means::Link => {
                end_link(&mut out, link.take());
                link = address(tag.attributes).filter(|_| links == Links::Kept).map(|a| (a, out.len()));
            }
            Means::Hidden if !tag.closing => rest = after_closing(rest, tag.name),
            Means::Item | Means::Hidden | Means::Inline => {}
        }
    }
    push(&mut out, rest, breaks);
    end_link(&mut out, link);
    Cow::Owned(out)
}

/// Whether the text has a tag that makes lines.
fn breaks_lines(raw: &str) -> bool {
    raw.match_indices('<').take(1_000).any(|(at, _)| {
        let means = raw.get(at..).and_then(tag).map(|t| t.means);
        matches!(means, Some(Means::Paragraph | Means::Line | Means::Item | Means::Cell))
    })
}

fn push(out: &mut String, text: &str, breaks: bool) {
    if breaks {
        out.extend(text.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
    } else {
        out.push_str(text);
    }
}

/// What follows a comment, declaration or instruction.
fn comment(text: &str) -> Option<&str> {
    if let Some(inside) = text.strip_prefix("<!--") {
        return Some(inside.split_once("-->").map_or("", |(_, after)| after));
    }
    let inside = text.strip_prefix("<!").or_else(|| text.strip_prefix("<?"))?;
    inside
        .starts_with(|c: char| c.is_ascii_alphabetic() || c == '[')
        .then(|| inside.split_once('>').map_or("", |(_, after)| after))
}

fn tag(text: &str) -> Option<Tag<'_>> {
    let inside = text.strip_prefix('<')?;
    let (closing, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != ':').unwrap_or(inside.len());
    let (name, after) = inside.split_at_checked(end)?;
    if name.is_empty() || name.len() > 10 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let found = TAGS.binary_search_by(|(known, _)| known.cmp(&name.as_str())).ok();
    let (name, means) = found.and_then(|at| TAGS.get(at)).copied()?;
    let length = end_of_tag(after)?;
    let (attributes, rest) = after.split_at_checked(length)?;
    Some(Tag { name, means, closing, attributes, rest: rest.strip_prefix('>').unwrap_or(rest) })
}

/// Where a tag ends: at the first `>` outside of quotes, or at the first one of all when quotes are left open.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(QUOTES_MAX) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    text.find('>')
}

/// The address of a link, when it is one that people can follow.
fn address(attributes: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let at = lower.find("href")?;
    let value = attributes.get(at + 4..)?.trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split(|c: char| c.is_whitespace()).next()?,
    };
    let value = entities::decode(value.trim()).into_owned();
    let mail = value.strip_prefix("mailto:").map(str::to_owned);
    mail.or_else(|| ["http://", "https://", "ftp://"].iter().any(|s| value.starts_with(s)).then_some(value))
}

/// Puts the address behind the words of a link, unless they are it.
fn end_link(out: &mut String, link: Option<(String, usize)>) {
    let Some((address, from)) = link else { return };
    let words = out.get(from..).unwrap_or_default().trim();
    let bare = |text: &str| {
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        text.trim_start_matches("www.").trim_end_matches('/').to_owned()
    };
    if words.is_empty() {
        out.push_str(&address);
    } else if !bare(words).contains(&bare(&address)) {
        let end = out.trim_end().len();
        out.truncate(end.max(from));
        out.push_str(" (");
        out.push_str(&address);
        out.push(')');
    }
}

/// What follows the closing tag of an element whose content is no text.
fn after_closing<'a>(text: &'a str, name: &str) -> &'a str {
    for (at, _) in text.match_indices("</") {
        let after = text.get(at + 2..).unwrap_or_default();
        if after.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::TAGS;

    #[test]
    fn tags_are_in_order_for_the_search() {
        assert!(TAGS.is_sorted_by_key(|(name, _)| *name));
    }
}
