//! IRIs out of text as people and portals write them.

use std::fmt::Write;

use url::Url;

use super::contact;
use crate::Iri;

/// Longest text that is searched, in bytes.
const TEXT_MAX: usize = 20_000;

/// Most IRIs that are read out of one text.
const LINKS_MAX: usize = 64;

/// Schemes without `//` that an IRI may have. Others before a colon are words of a text, or something that a browser
/// would run.
const SCHEMES: [&str; 18] = [
    "mailto", "tel", "urn", "doi", "info", "geo", "ark", "hdl", "oai", "tag", "did", "isbn", "issn", "pmid",
    "orcid", "wikidata", "cid", "uuid",
];

/// Schemes with `//` whose target runs on the reader's machine or is not in the web.
const REFUSED: [&str; 6] = ["javascript", "vbscript", "data", "file", "about", "blob"];

/// Ends of host names by which an address without a scheme is known.
const HOSTS: [&str; 16] = [
    "fr", "be", "eu", "com", "org", "net", "de", "nl", "lu", "ch", "info", "io", "gov", "int", "bzh",
    "corsica",
];

/// What was found in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The IRIs in order, without doubles.
    pub iris: Vec<Iri>,
    /// Whether one of them had to be mended.
    pub repaired: bool,
    /// Words that stood beside them.
    pub rest: Option<String>,
}

/// Reads the IRIs in a text; relative ones only with a base.
///
/// ```
/// use moisson_dcat::value::link::read;
/// let links = read("www.ville.example/mon plan.pdf", None);
/// assert_eq!(links.iris[0].as_str(), "http://www.ville.example/mon%20plan.pdf");
/// assert!(links.repaired);
/// assert_eq!(read("https://a.example/ ; https://b.example/", None).iris.len(), 2);
/// assert_eq!(read("Mairie de Rennes", None).rest.as_deref(), Some("Mairie de Rennes"));
/// ```
pub fn read(raw: &str, base: Option<&Url>) -> Links {
    let text = trim(raw);
    if text.is_empty() {
        return Links::default();
    }
    if text.len() > TEXT_MAX {
        return Links { rest: Some(text.to_owned()), ..Links::default() };
    }
    let lone = |iri| Links { iris: vec![iri], repaired: text.len() != raw.trim().len(), rest: None };
    let simple = !text.contains(|c: char| c.is_whitespace() || ",;|<>\"".contains(c));
    if simple && let Some(iri) = whole(text) {
        return lone(iri);
    }
    let starts = starts(text);
    if !simple
        && starts.len() <= 1
        && let Some(iri) = whole(text)
    {
        return lone(iri);
    }
    if starts.is_empty() {
        return other(text, base);
    }
    several(text, &starts)
}

/// An absolute IRI with a scheme that is one.
fn whole(text: &str) -> Option<Iri> {
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let known = match rest.strip_prefix("//") {
        Some(rest) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let web = matches!(scheme.as_str(), "http" | "https" | "ftp");
            !REFUSED.contains(&scheme.as_str()) && scheme.len() > 1 && (!web || is_host(host))
        }
        None => SCHEMES.contains(&scheme.as_str()),
    };
    if !known {
        return None;
    }
    Iri::new(text).ok()
}

fn is_host(host: &str) -> bool {
    let host = host.rsplit('@').next().unwrap_or_default();
    let doubled = matches!(host, "http:" | "https:" | "http" | "https");
    !host.is_empty() && !doubled && !host.starts_with('.') && !host.contains("..")
}

/// Where addresses begin in a text.
fn starts(text: &str) -> Vec<usize> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<usize> = Vec::new();
    for (at, _) in lower.match_indices(['h', 'f', 'w']) {
        let rest = lower.get(at..).unwrap_or_default();
        let scheme = ["http://", "https://", "ftp://", "http:/", "https:/", "http:\\\\", "https:\\\\"];
        let address = scheme.iter().any(|s| rest.starts_with(s));
        let bare = rest.starts_with("www.")
            && lower
                .get(..at)
                .is_none_or(|b| !b.ends_with(|c: char| c.is_alphanumeric() || "/.=@%-_".contains(c)));
        // An address inside another one's query or path is part of it, unless it is only a doubled scheme.
        let inside = found.last().is_some_and(|last| {
            let between = lower.get(*last..at).unwrap_or_default();
            !between.contains(|c: char| c.is_whitespace() || ",;|<>\"".contains(c))
        });
        if (address || bare) && !inside {
            found.push(at);
            if found.len() == LINKS_MAX {
                break;
            }
        }
    }
    found
}

/// Addresses and the words between them.
fn several(text: &str, starts: &[usize]) -> Links {
    let mut links = Links::default();
    let mut rest = String::new();
    words(&mut rest, text.get(..starts.first().copied().unwrap_or(0)).unwrap_or_default());
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        let part = text.get(*start..end).unwrap_or_default();
        let (address, after) = cut(part, starts.len() == 1);
        match mend(address) {
            Some(iri) => {
                links.repaired |= iri.as_str() != address;
                if !links.iris.contains(&iri) {
                    links.iris.push(iri);
                }
            }
            None => words(&mut rest, address),
        }
        words(&mut rest, after);
    }
    if links.iris.is_empty() {
        text.clone_into(&mut rest);
    }
    links.rest = (!rest.is_empty()).then_some(rest);
    links
}

/// Collects words; separators alone are none.
fn words(rest: &mut String, part: &str) {
    let part = part.trim_matches(|c: char| c.is_whitespace() || ".,;|-–•/()[]<>\"'".contains(c));
    if matches!(part, "" | "et" | "ou" | "and" | "or" | "en" | "und" | "oder" | "of") {
        return;
    }
    if !rest.is_empty() {
        rest.push(' ');
    }
    rest.push_str(part);
}

/// Cuts what begins with an address into address and words. A space inside a lone address belongs to it if the
/// last word looks like the end of a file name.
fn cut(part: &str, alone: bool) -> (&str, &str) {
    let part = part.trim_end();
    let delimiter = |c: char| "<>\"".contains(c) || (c == '|' && !alone);
    if !part.contains(|c: char| c.is_whitespace() || delimiter(c)) {
        let address = trim_end(part);
        return part.split_at_checked(address.len()).unwrap_or((part, ""));
    }
    let last = part.split_whitespace().next_back().unwrap_or_default();
    let named = last
        .rsplit_once('.')
        .is_some_and(|(_, e)| (1..=5).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_alphanumeric()));
    if alone && (named || last.contains(['/', '=', '&', '%'])) && !part.contains(delimiter) {
        return (part, "");
    }
    let end = part.find(|c: char| c.is_whitespace() || delimiter(c)).unwrap_or(part.len());
    let address = trim_end(part.get(..end).unwrap_or_default());
    part.split_at_checked(address.len()).unwrap_or((part, ""))
}

/// Without the marks of the sentence that the address stands in.
fn trim_end(address: &str) -> &str {
    let address = address.trim_end_matches(['.', ',', ';', ':', '\'', '"', '>', '»', '!']);
    let open = address.matches('(').count();
    if address.ends_with(')') && address.matches(')').count() > open {
        return trim_end(address.strip_suffix(')').unwrap_or_default());
    }
    if address.ends_with(']') && !address.contains('[') {
        return trim_end(address.strip_suffix(']').unwrap_or_default());
    }
    address
}

/// Makes an absolute IRI of an address, escaping what may not stand in one.
fn mend(address: &str) -> Option<Iri> {
    let address = address.trim();
    if let Some(iri) = whole(address) {
        return Some(iri);
    }
    let lower = address.to_ascii_lowercase();
    let (scheme, rest) = if lower.starts_with("www.") {
        ("http", address)
    } else {
        let scheme = ["https", "http", "ftp"].into_iter().find(|s| lower.starts_with(&format!("{s}:")))?;
        let after = address.get(scheme.len() + 1..)?;
        let rest = after.trim_start_matches(['/', '\\', ' ']);
        if after.len() - rest.len() > 2 {
            return None;
        }
        let doubled = ["https://", "http://", "https//", "http//"].iter().find_map(|s| rest.strip_prefix(s));
        (scheme, doubled.unwrap_or(rest))
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    // The host must be one to the web, whatever it is to RFC 3987.
    if !is_host(host) || Url::parse(&format!("{scheme}://{host}/")).is_err() {
        return None;
    }
    Iri::new(format!("{scheme}://{}{}", host.trim(), escape(path))).ok()
}

/// Percent-encodes what may not stand in path, query and fragment; what is encoded stays.
fn escape(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut fragment = false;
    for (at, c) in path.char_indices() {
        let hex = |offset: usize| path.as_bytes().get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        match c {
            '%' if hex(1) && hex(2) => out.push('%'),
            '\\' => out.push('/'),
            '#' if !fragment => {
                fragment = true;
                out.push('#');
            }
            ' '
            | '"'
            | '<'
            | '>'
            | '^'
            | '`'
            | '{'
            | '|'
            | '}'
            | '%'
            | '['
            | ']'
            | '#'
            | '\0'..='\u{1f}'
            | '\u{7f}' => {
                // Writing to a string does not fail.
                let _infallible = write!(out, "%{:02X}", u32::from(c));
            }
            c if c.is_whitespace() || c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _infallible = write!(out, "%{byte:02X}");
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// A text without an address that begins as one: a mail address, a host, a relative link.
fn other(text: &str, base: Option<&Url>) -> Links {
    let found = |iri: Iri| Links { iris: vec![iri], repaired: true, rest: None };
    let rest = Links { rest: Some(text.to_owned()), ..Links::default() };
    if text.contains(char::is_whitespace) {
        return rest;
    }
    if text.contains('@') {
        return contact::emails(text).iris.into_iter().next().map_or(rest, found);
    }
    if let Some(path) = text.strip_prefix("//") {
        return mend(&format!("https://{path}")).map_or(rest, found);
    }
    if let Some(base) = base
        && !text.contains(':')
    {
        let joined = base.join(text).ok().and_then(|url| Iri::new(url.to_string()).ok());
        return joined.map_or(rest, |iri| Links { iris: vec![iri], ..Links::default() });
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let known = host.rsplit_once('.').is_some_and(|(name, end)| {
        HOSTS.contains(&end.to_ascii_lowercase().as_str())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
    });
    if known { mend(&format!("http://{text}")).map_or(rest, found) } else { rest }
}

/// Without the marks that stand around an address.
fn trim(raw: &str) -> &str {
    let text =
        raw.trim_matches(|c: char| c.is_whitespace() || c.is_control() || "\u{feff}\u{200b}\"'`".contains(c));
    match text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        Some(inside) if !inside.contains(['<', '>']) => inside.trim(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::read;

    fn show(raw: &str) -> String {
        let links = read(raw, None);
        let iris: Vec<&str> = links.iris.iter().map(crate::Iri::as_str).collect();
        let mut shown = iris.join(" ");
        if links.repaired {
            shown.push('*');
        }
        if let Some(rest) = links.rest {
            shown = format!("{shown} + {rest}").trim().to_owned();
        }
        shown
    }

    #[test]
    fn addresses_are_mended_only_where_they_must_be() {
        for (raw, shown) in [
            ("https://x.example/a?b=c#d", "https://x.example/a?b=c#d"),
            ("https://données.example/é à.csv", "https://données.example/é%20à.csv*"),
            ("http://x.example/mon fichier.csv", "http://x.example/mon%20fichier.csv*"),
            ("http://x.example/?q={a}|b", "http://x.example/?q=%7Ba%7D%7Cb*"),
            ("http://x.example/100%", "http://x.example/100%25*"),
            ("http://x.example/a%20b[1]", "http://x.example/a%20b%5B1%5D*"),
            (" <http://x.example/> ", "http://x.example/*"),
            ("www.x.example/a", "http://www.x.example/a*"),
            ("http:/x.example/a", "http://x.example/a*"),
            ("http:\\\\x.example\\a", "http://x.example/a*"),
            ("http://https://x.example/a", "http://x.example/a*"),
            ("//x.example/a", "https://x.example/a*"),
            ("data.ville.fr/jeu", "http://data.ville.fr/jeu*"),
            ("contact@ville.example", "mailto:contact@ville.example*"),
            ("urn:uuid:1", "urn:uuid:1"),
            ("doi:10.5281/zenodo.1", "doi:10.5281/zenodo.1"),
            ("http://x.example/a?url=http://y.example/b", "http://x.example/a?url=http://y.example/b"),
        ] {
            assert_eq!(show(raw), shown, "{raw}");
        }
    }

    #[test]
    fn several_addresses_and_words_in_one_text_are_all_kept() {
        for (raw, shown) in [
            ("http://a.example/ http://b.example/", "http://a.example/ http://b.example/"),
            ("http://a.example/;http://b.example/", "http://a.example/ http://b.example/"),
            ("http://a.example/, www.b.example", "http://a.example/ http://www.b.example*"),
            ("Voir http://a.example/x.", "http://a.example/x + Voir"),
            ("http://a.example/ (voir la notice)", "http://a.example/ + voir la notice"),
            (
                "https://fr.wikipedia.example/wiki/Arbre_(botanique)",
                "https://fr.wikipedia.example/wiki/Arbre_(botanique)",
            ),
        ] {
            assert_eq!(show(raw), shown, "{raw}");
        }
    }

    #[test]
    fn what_is_no_address_stays_words_and_nothing_that_runs_is_a_link() {
        for raw in [
            "Prefeitura de Belo Horizonte, Prodabel",
            "Rennes",
            "Source: INSEE",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///C:/x",
            "C:\\x.csv",
            "http://",
            "http:///a",
            "fichier.csv",
            "javascript://x.example/%0aalert(1)",
            "note:voir",
        ] {
            assert_eq!(show(raw), format!("+ {raw}"), "{raw}");
        }
        assert_eq!(show("  "), "");
    }

    #[test]
    fn relative_links_need_a_base() {
        let base = Url::parse("https://ville.example/open/").unwrap();
        let links = read("../data/a b.csv", Some(&base));
        assert_eq!(links.rest.as_deref(), Some("../data/a b.csv"));
        let links = read("../data/a.csv", Some(&base));
        assert_eq!(links.iris[0].as_str(), "https://ville.example/data/a.csv");
        assert!(!links.repaired);
        assert!(read("javascript:alert(1)", Some(&base)).iris.is_empty());
    }
}
