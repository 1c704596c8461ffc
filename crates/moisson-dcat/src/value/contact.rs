//! E-mail addresses and telephone numbers as IRIs
//! ([RFC 6068](https://www.rfc-editor.org/rfc/rfc6068), [RFC 3966](https://www.rfc-editor.org/rfc/rfc3966)).

use crate::Iri;

/// The e-mail addresses in a text as `mailto:` IRIs, in order, without doubles.
pub fn emails(raw: &str) -> Vec<Iri> {
    let mut found = Vec::new();
    for part in raw.split(|c: char| c.is_whitespace() || ";,<>()[]\"|/".contains(c)) {
        let part = part.trim().trim_end_matches(['.', ':']);
        let part = part.strip_prefix("mailto:").or_else(|| part.strip_prefix("MAILTO:")).unwrap_or(part);
        if let Some(iri) = email(part)
            && !found.contains(&iri)
        {
            found.push(iri);
        }
    }
    found
}

/// One address.
fn email(raw: &str) -> Option<Iri> {
    let (local, domain) = raw.split_once('@')?;
    let dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    if local.is_empty() || !dotted || domain.contains('@') || domain.contains("..") {
        return None;
    }
    Iri::new(format!("mailto:{raw}")).ok()
}

/// A telephone number as a `tel:` IRI; punctuation between the digits goes.
pub fn phone(raw: &str) -> Option<Iri> {
    let raw = raw.trim();
    let raw = raw.strip_prefix("tel:").unwrap_or(raw);
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    let other = raw.chars().any(|c| !c.is_ascii_digit() && !" \u{a0}\u{202f}.-/()+".contains(c));
    if other || !(6..=15).contains(&digits.len()) {
        return None;
    }
    let plus = if raw.starts_with('+') { "+" } else { "" };
    Iri::new(format!("tel:{plus}{digits}")).ok()
}
