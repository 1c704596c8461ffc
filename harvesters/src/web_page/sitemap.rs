//! Sitemaps ([protocol](https://www.sitemaps.org/protocol.html)): indexes, lists of pages, feeds, plain text.

use jiff::Timestamp;
use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

/// Entries read from one file: the protocol's own limit.
const MAX_ENTRIES: usize = 50_000;

/// Longest text of one element, in bytes.
const MAX_TEXT_BYTES: usize = 8_192;

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 64;

/// What a sitemap lists.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sitemap {
    /// Further sitemaps.
    pub(super) sitemaps: Vec<Entry>,
    /// Pages.
    pub(super) pages: Vec<Entry>,
    /// Why entries may be missing.
    pub(super) cut: Option<String>,
}

/// One address in a sitemap.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// As written.
    pub(super) address: String,
    /// When it last changed, if the sitemap says so in a form that can be read.
    pub(super) last_modified: Option<Timestamp>,
}

/// Whether the text is a sitemap: XML with the root element of one.
pub(super) fn is_sitemap(text: &str) -> bool {
    matches!(root_name(text).as_deref(), Some("urlset" | "sitemapindex" | "rss" | "feed"))
}

/// Whether the text is a sitemap in plain text: nothing but addresses, one a line.
pub(super) fn is_text_sitemap(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(50).peekable();
    lines.peek().is_some() && lines.all(|line| line.starts_with("http://") || line.starts_with("https://"))
}

/// The local name of the first element of an XML text.
pub(super) fn root_name(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text.trim_start());
    for _ in 0..100 {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => return Some(local_name(&start)),
            Ok(Event::Text(text)) if !text.trim().is_empty() => return None,
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
    None
}

/// Reads one address a line.
pub(super) fn read_text(text: &str) -> Sitemap {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let pages = lines.by_ref().take(MAX_ENTRIES);
    let pages = pages.map(|line| Entry { address: line.to_owned(), last_modified: None }).collect();
    Sitemap { pages, cut: lines.next().map(|_| too_many()), ..Sitemap::default() }
}

/// Reads an XML sitemap as far as it can be read.
pub(super) fn read(text: &str) -> Sitemap {
    let mut reader = Reader::from_str(text.trim_start());
    reader.config_mut().check_end_names = false;
    let mut sitemap = Sitemap::default();
    let mut path: Vec<String> = Vec::new();
    let mut prefix = None;
    let mut said = String::new();
    let mut entry = Entry::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                said.clear();
                path.push(name_in_scope(&start, &mut prefix));
                take_href(&start, &path, &mut entry);
            }
            Ok(Event::Empty(start)) => {
                path.push(name_in_scope(&start, &mut prefix));
                take_href(&start, &path, &mut entry);
                path.pop();
            }
            Ok(Event::Text(text)) => append(&mut said, &text),
            Ok(Event::CData(text)) => append(&mut said, &text),
            Ok(Event::GeneralRef(reference)) => append(&mut said, &character(&reference)),
            Ok(Event::End(_)) => {
                close(&path, said.trim(), &mut entry, &mut sitemap);
                said.clear();
                path.pop();
            }
            Ok(Event::Eof) if path.is_empty() => break,
            Ok(Event::Eof) => {
                sitemap.cut = Some("the sitemap ends in the middle; it may be cut short".to_owned());
                break;
            }
            Ok(_) => {}
            Err(error) => {
                let at = reader.error_position();
                sitemap.cut = Some(format!("the sitemap could not be read beyond byte {at}: {error}"));
                break;
            }
        }
        if sitemap.pages.len() + sitemap.sitemaps.len() >= MAX_ENTRIES {
            sitemap.cut = Some(too_many());
            break;
        }
        if path.len() > MAX_DEPTH {
            sitemap.cut = Some(format!("the sitemap nests deeper than {MAX_DEPTH} elements"));
            break;
        }
    }
    sitemap
}

fn too_many() -> String {
    format!(
        "the sitemap has more than {MAX_ENTRIES} entries, the protocol's own limit; the rest was not read"
    )
}

/// What the end of an element says: an address, a date, or that an entry is complete.
fn close(path: &[String], said: &str, entry: &mut Entry, sitemap: &mut Sitemap) {
    let [.., parent, name] = path else { return };
    match (parent.as_str(), name.as_str()) {
        ("url" | "sitemap", "loc") | ("item" | "entry", "link") if !said.is_empty() => {
            said.clone_into(&mut entry.address);
        }
        ("url" | "sitemap", "lastmod") | ("entry", "updated") => entry.last_modified = moment(said),
        (_, "url" | "item" | "entry") if !entry.address.is_empty() => {
            sitemap.pages.push(std::mem::take(entry));
        }
        (_, "sitemap") if !entry.address.is_empty() => sitemap.sitemaps.push(std::mem::take(entry)),
        (_, "url" | "item" | "entry" | "sitemap") => *entry = Entry::default(),
        _ => {}
    }
}

/// The address of an Atom entry stands in an attribute.
fn take_href(start: &BytesStart<'_>, path: &[String], entry: &mut Entry) {
    let [.., parent, name] = path else { return };
    if parent != "entry" || name != "link" || !entry.address.is_empty() {
        return;
    }
    let value = |key: &str| {
        let found = start.attributes().filter_map(Result::ok).find(|attribute| attribute.key.as_ref() == key);
        found.map(|attribute| attribute.value.into_owned())
    };
    if value("rel").is_none_or(|rel| rel == "alternate")
        && let Some(href) = value("href")
    {
        entry.address = href.replace("&amp;", "&");
    }
}

/// A `lastmod`: a moment, or the beginning of a day in UTC.
fn moment(said: &str) -> Option<Timestamp> {
    if let Ok(moment) = said.parse::<Timestamp>() {
        return Some(moment);
    }
    let day: jiff::civil::Date = said.get(..10).unwrap_or(said).parse().ok()?;
    day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn append(said: &mut String, more: &str) {
    if said.len() + more.len() <= MAX_TEXT_BYTES {
        said.push_str(more);
    }
}

fn character(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    match &**reference {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .to_owned()
}

fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

/// The local name of what has the root's prefix; other names keep theirs (`image:loc` is no page).
fn name_in_scope(start: &BytesStart<'_>, root_prefix: &mut Option<String>) -> String {
    let name = start.name();
    let prefix = name.prefix().map(|prefix| prefix.as_ref().to_owned()).unwrap_or_default();
    if *root_prefix.get_or_insert_with(|| prefix.clone()) == prefix {
        local_name(start)
    } else {
        name.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.address.as_str()).collect()
    }

    #[test]
    fn pages_with_their_dates_are_read_and_images_are_not_pages() {
        let sitemap = read(
            "<?xml version='1.0'?><!-- made by Yoast --><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
             xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>\
             <url><loc> https://ville.example/a?x=1&amp;y=2 </loc><lastmod>2024-03-05</lastmod>\
             <image:image><image:loc>https://ville.example/a.jpg</image:loc></image:image></url>\
             <url><loc><![CDATA[https://ville.example/b]]></loc><lastmod>2024-03-05T10:00:00+01:00</lastmod></url>\
             <url><lastmod>2024</lastmod></url></urlset>",
        );
        assert_eq!(addresses(&sitemap.pages), ["https://ville.example/a?x=1&y=2", "https://ville.example/b"]);
        let dates: Vec<_> =
            sitemap.pages.iter().map(|page| page.last_modified.map(|d| d.to_string())).collect();
        assert_eq!(dates, [Some("2024-03-05T00:00:00Z".to_owned()), Some("2024-03-05T09:00:00Z".to_owned())]);
        assert_eq!(sitemap.cut, None);
    }

    #[test]
    fn an_index_with_a_prefix_is_read() {
        let sitemap = read(
            "<sm:sitemapindex xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'><sm:sitemap>\
             <sm:loc>https://ville.example/sitemap-1.xml.gz</sm:loc></sm:sitemap></sm:sitemapindex>",
        );
        assert_eq!(addresses(&sitemap.sitemaps), ["https://ville.example/sitemap-1.xml.gz"]);
    }

    #[test]
    fn feeds_and_plain_text_list_pages_too() {
        let rss =
            read("<rss><channel><link>x</link><item><link>https://v.example/1</link></item></channel></rss>");
        assert_eq!(addresses(&rss.pages), ["https://v.example/1"]);
        let atom = read(
            "<feed><link href='x'/><entry><link rel='edit' href='y'/><link href='https://v.example/2'/></entry></feed>",
        );
        assert_eq!(addresses(&atom.pages), ["https://v.example/2"]);
        assert!(is_text_sitemap("https://v.example/3\r\n\nhttps://v.example/4\n"));
        assert_eq!(addresses(&read_text("https://v.example/3\r\n\nhttps://v.example/4\n").pages).len(), 2);
        assert!(!is_text_sitemap("ID;TITRE\nhttps://v.example/4\n"));
    }

    #[test]
    fn what_stands_before_a_cut_or_an_error_is_kept_and_the_rest_counts_as_missing() {
        let sitemap = read("<urlset><url><loc>https://v.example/1</loc></url><url><loc>https://v.ex");
        assert_eq!(addresses(&sitemap.pages), ["https://v.example/1"]);
        assert!(sitemap.cut.unwrap().contains("cut short"));
        let sitemap = read("<urlset><url><loc>https://v.example/1</loc></url><url><loc a=<></urlset>");
        assert_eq!(addresses(&sitemap.pages), ["https://v.example/1"]);
        assert!(sitemap.cut.is_some());
    }

    #[test]
    fn only_the_root_element_makes_a_sitemap() {
        assert!(is_sitemap("<?xml version='1.0'?>\n<!DOCTYPE x><urlset/>"));
        assert!(!is_sitemap("<!DOCTYPE html><html><urlset/></html>"));
        assert!(!is_sitemap("ID;TITRE"));
    }
}
