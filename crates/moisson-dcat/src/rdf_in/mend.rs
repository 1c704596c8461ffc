//! IRIs as catalogues write them, made absolute and valid where there is no doubt what was meant
//! ([RFC 3987](https://www.rfc-editor.org/rfc/rfc3987)).

use oxiri::{Iri, IriRef};

use super::names;

/// Longest IRI that is taken as one, in bytes. Anything longer is text (a pasted document, an inline image).
pub const IRI_MAX: usize = 16 << 10;

/// What a text in the place of an IRI turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// Absolute and valid as it is.
    Fine,
    /// Valid after what `how` says.
    Repaired {
        /// The IRI.
        iri: String,
        /// What was done.
        how: &'static str,
    },
    /// Several IRIs in the place of one.
    Several(Vec<String>),
    /// A relative reference, valid as such; the white space around it is gone.
    Relative(String),
    /// No IRI.
    Text,
}

/// Reads an IRI as a catalogue wrote it.
pub fn mend(raw: &str) -> Mended {
    if raw.len() > IRI_MAX {
        return Mended::Text;
    }
    if is_good(raw) && !holds_another(raw) {
        return Mended::Fine;
    }
    let text = raw.trim().trim_matches(|c| matches!(c, '<' | '>' | '"' | '\'') || c.is_whitespace());
    let several = split(text);
    if several.len() > 1 {
        return Mended::Several(several);
    }
    if is_good(raw) { Mended::Fine } else { single(raw, text) }
}

/// Whether a second address follows after a separator.
fn holds_another(text: &str) -> bool {
    text.get(5..).is_some_and(|rest| {
        rest.match_indices("http")
            .any(|(at, _)| rest.get(..at).is_some_and(|before| before.ends_with([';', ',', '|'])))
    })
}

/// The same for a text that must stay one IRI, because the document knows a resource by it.
pub(super) fn mend_whole(raw: &str) -> Mended {
    if raw.len() > IRI_MAX {
        return Mended::Text;
    }
    if is_good(raw) { Mended::Fine } else { single(raw, raw.trim()) }
}

/// Resolves a relative reference; `None` when the base cannot carry one or the result is no IRI.
pub(super) fn resolve(base: &str, relative: &str) -> Option<String> {
    let resolved = Iri::parse(base).ok()?.resolve(relative).ok()?.into_inner();
    (resolved.len() <= IRI_MAX && is_good(&resolved)).then_some(resolved)
}

/// An absolute, valid IRI of which the scheme is one, not a forgotten prefix.
fn is_good(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let placed = !web || rest.strip_prefix("//").is_some_and(|r| !r.is_empty() && !doubled(r));
    placed && (rest.starts_with("//") || names::prefix(scheme).is_none()) && Iri::parse(text).is_ok()
}

/// Whether a host is another scheme.
fn doubled(host: &str) -> bool {
    let host = host.get(..6).unwrap_or(host).to_ascii_lowercase();
    ["http:", "http/", "https:", "https/"].iter().any(|scheme| host.starts_with(scheme))
}

fn single(raw: &str, text: &str) -> Mended {
    if text.is_empty() {
        return Mended::Text;
    }
    if let Some(address) = email(text) {
        return repaired(format!("mailto:{}", encode(address)), "written as a mail address");
    }
    if let Some(iri) = prefixed(text) {
        return repaired(iri, "prefix written out");
    }
    if let Some(rest) = web_scheme(text) {
        return repaired(rest, "scheme mended");
    }
    let spaced = text.contains(char::is_whitespace);
    if spaced && has_scheme(text) && !text.contains("://") && !text.starts_with("urn:") {
        // `Note: see the site` is words, not an IRI.
        return Mended::Text;
    }
    let encoded = encode(text);
    let how = if encoded == text { "white space around it removed" } else { "forbidden characters escaped" };
    if encoded != raw && is_good(&encoded) {
        return repaired(encoded, how);
    }
    if spaced || IriRef::parse(encoded.as_str()).is_err() {
        return Mended::Text;
    }
    if has_scheme(&encoded) { Mended::Text } else { Mended::Relative(encoded) }
}

fn repaired(iri: String, how: &'static str) -> Mended {
    if is_good(&iri) { Mended::Repaired { iri, how } } else { Mended::Text }
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

/// `name@host.tld`, with or without `mailto:` and spaces.
fn email(text: &str) -> Option<&str> {
    let lower = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let address = if lower { text.get(7..)?.trim() } else { text };
    let (local, host) = address.split_once('@')?;
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "/:;,<>()[]\"@?#".contains(c))
    };
    (plain(local) && plain(host) && host.contains('.') && !host.starts_with('.')).then_some(address)
}

/// `xsd:date`: a well-known prefix where a full IRI is due.
fn prefixed(text: &str) -> Option<String> {
    let (prefix, local) = text.split_once(':')?;
    let name = !local.starts_with("//") && !local.contains(char::is_whitespace);
    let namespace = if name { names::prefix(prefix) } else { None };
    namespace.map(|namespace| format!("{namespace}{local}"))
}

/// `http:/x.fr`, `http://http://x.fr`, `http//x.fr`, `htp://…` is left, `www.x.fr` gets a scheme.
fn web_scheme(text: &str) -> Option<String> {
    if let Some(host) = text.strip_prefix("www.") {
        return host.contains('.').then(|| format!("http://{}", encode(text)));
    }
    let lower = text.get(..5)?.to_ascii_lowercase();
    let (scheme, rest) = match lower.as_str() {
        "https" => ("https", text.get(5..)?),
        s if s.starts_with("http") => ("http", text.get(4..)?),
        _ => return None,
    };
    if !rest.starts_with([':', '/', ' ']) {
        return None;
    }
    let host = rest.trim_start_matches([':', '/', ' ']);
    if doubled(host) {
        return Some(web_scheme(host).unwrap_or_else(|| encode(host)));
    }
    let plain = format!("{scheme}://{host}");
    (!host.is_empty() && plain != text).then(|| format!("{scheme}://{}", encode(host)))
}

/// The web addresses in a text, when it is several addresses with separators between them.
fn split(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|' | '<' | '>'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let web =
        |part: &&str| part.starts_with("http://") || part.starts_with("https://") || part.starts_with("www.");
    // A comma or semicolon inside one address is not a separator.
    if parts.len() < 2 || !parts.iter().all(web) {
        return Vec::new();
    }
    let address = |part: &str| {
        if is_good(part) {
            Some(part.to_owned())
        } else {
            web_scheme(part).or_else(|| Some(encode(part))).filter(|p| is_good(p))
        }
    };
    let iris: Vec<String> = parts.iter().filter_map(|part| address(part)).collect();
    if iris.len() == parts.len() { iris } else { Vec::new() }
}

/// Escapes what no IRI may hold; what is escaped already stays.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let authority = text.find("://").map_or(0, |at| at + 3);
    let path = text
        .get(authority..)
        .and_then(|rest| rest.find(['/', '?', '#']))
        .map_or(text.len(), |at| authority + at);
    let mut hash = false;
    for (at, c) in text.char_indices() {
        let forbidden = c.is_control() || c.is_whitespace() || "<>\"{}|\\^`".contains(c) || is_private(c);
        let stray_percent = c == '%' && !is_escape(text.get(at + 1..).unwrap_or_default());
        // Only the first `#` starts a fragment, and brackets stand around addresses of hosts only.
        let second_hash = c == '#' && std::mem::replace(&mut hash, true);
        let bracket = at >= path && matches!(c, '[' | ']');
        if forbidden || stray_percent || second_hash || bracket {
            let mut bytes = [0; 4];
            out.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

fn is_escape(rest: &str) -> bool {
    rest.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Characters that RFC 3987 allows nowhere, or in queries only.
fn is_private(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xFDD0..=0xFDEF | 0xFFF0..=0xFFFF | 0xF0000..)
}

#[cfg(test)]
mod tests {
    use super::{Mended, mend, mend_whole, resolve};

    fn check(raw: &str, wanted: &str) {
        let got = match mend(raw) {
            Mended::Fine => "fine".to_owned(),
            Mended::Repaired { iri, .. } => iri,
            Mended::Several(iris) => iris.join(" + "),
            Mended::Relative(text) => format!("relative {text}"),
            Mended::Text => "text".to_owned(),
        };
        assert_eq!(got, wanted, "{raw}");
    }

    #[test]
    fn what_is_certain_is_mended() {
        check("https://données.example/é?q=a%20b#c", "fine");
        check("urn:uuid:6a2f41a3-c54c-fce8-32d2-0324e1c32e22", "fine");
        check("  http://x.fr/a ", "http://x.fr/a");
        check("http://x.fr/a b", "http://x.fr/a%20b");
        check("http://x.fr/{id}|1", "http://x.fr/%7Bid%7D%7C1");
        check("http://x.fr/a?b[c]=1", "http://x.fr/a?b%5Bc%5D=1");
        check("http://[::1]/a b", "http://[::1]/a%20b");
        check("http://x.fr/100%", "http://x.fr/100%25");
        check("http://x.fr/a#b#c", "http://x.fr/a#b%23c");
        check("http:/x.fr/a", "http://x.fr/a");
        check("http//x.fr/a", "http://x.fr/a");
        check("https:// x.fr", "https://x.fr");
        check("http://http://x.fr", "http://x.fr");
        check("http://https//x.fr/a", "https://x.fr/a");
        check("http://httpbin.org", "fine");
        check("www.x.fr/a", "http://www.x.fr/a");
        check("jean@x.fr", "mailto:jean@x.fr");
        check("mailto: jean@x.fr", "mailto:jean@x.fr");
        check("xsd:date", "http://www.w3.org/2001/XMLSchema#date");
        check("dctype:Dataset", "http://purl.org/dc/dcmitype/Dataset");
    }

    #[test]
    fn several_addresses_in_one_are_told_apart() {
        check("http://a.fr/1 http://b.fr/2", "http://a.fr/1 + http://b.fr/2");
        check("http://a.fr/1;http://b.fr", "http://a.fr/1 + http://b.fr");
        check("http://a.fr/1,2", "fine");
        check("http://web.archive.org/web/http://a.fr/", "fine");
        assert_eq!(
            mend_whole("http://a.fr/1 http://b.fr/2"),
            Mended::Repaired {
                iri: "http://a.fr/1%20http://b.fr/2".to_owned(),
                how: "forbidden characters escaped"
            }
        );
    }

    #[test]
    fn the_rest_is_text_or_relative() {
        check("", "text");
        check("non précisée", "text");
        check("Rue du Parc 1, 5000 Namur", "text");
        check("Rennes", "relative Rennes");
        check("datasets/3", "relative datasets/3");
        check("?page=2", "relative ?page=2");
        check("http:", "text");
        check("foo:bar baz:", "text");
        check(&"x".repeat(20_000), "text");
    }

    #[test]
    fn relative_references_are_resolved() {
        assert_eq!(resolve("http://x.fr/a/b", "../c").as_deref(), Some("http://x.fr/c"));
        assert_eq!(resolve("not a base", "c"), None);
    }
}
