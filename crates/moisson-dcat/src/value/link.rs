//! IRIs out of text as people and portals write them.

use url::Url;

use crate::Iri;

/// What was found in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The IRIs in order.
    pub iris: Vec<Iri>,
    /// Whether one of them had to be mended.
    pub repaired: bool,
    /// Words that stood beside them.
    pub rest: Option<String>,
}

/// Reads the IRIs in a text; relative ones only with a base.
pub fn read(raw: &str, base: Option<&Url>) -> Links {
    let raw = raw.trim();
    if let Ok(iri) = Iri::new(raw) {
        return Links { iris: vec![iri], ..Links::default() };
    }
    let with_scheme = if raw.starts_with("www.") { format!("http://{raw}") } else { raw.to_owned() };
    let parsed = match Url::parse(&with_scheme) {
        Ok(url) => Some(url),
        Err(_) => base.filter(|_| !raw.contains(char::is_whitespace)).and_then(|base| base.join(raw).ok()),
    };
    match parsed.and_then(|url| Iri::new(url.to_string()).ok()) {
        Some(iri) => Links { iris: vec![iri], repaired: true, rest: None },
        None => Links { rest: (!raw.is_empty()).then(|| raw.to_owned()), ..Links::default() },
    }
}
