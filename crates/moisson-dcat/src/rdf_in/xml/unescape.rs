//! Character and entity references in XML that people wrote.
//!
//! Beyond XML's own five, the names that HTML gives to characters are read (`&nbsp;`), and an ampersand that
//! starts no reference is one. A document's own entities were written out by the gate, or it was refused.

use std::borrow::Cow;

use quick_xml::escape::{resolve_html5_entity, resolve_xml_entity};

/// Longest name of a reference, in bytes.
const NAME_MAX: usize = 40;

/// What a text means, and whether it had to be mended.
pub(super) fn unescape(raw: &str) -> (Cow<'_, str>, bool) {
    if !raw.contains('&') {
        return (Cow::Borrowed(raw), false);
    }
    let mut out = String::with_capacity(raw.len());
    let mut mended = false;
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        if let Some((name, tail)) = reference(after) {
            mended |= !push(name, &mut out);
            rest = tail;
        } else {
            mended = true;
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    (Cow::Owned(out), mended)
}

/// Adds what a reference (`amp`, `#233`, `eacute`) means; `false` if that took more than XML allows.
pub(super) fn push(name: &str, out: &mut String) -> bool {
    if let Some(text) = resolve_xml_entity(name) {
        out.push_str(text);
        return true;
    }
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        if let Some(c) = code.ok().and_then(char::from_u32).filter(|c| *c != '\0') {
            out.push(c);
            return true;
        }
    }
    if let Some(text) = resolve_html5_entity(name) {
        out.push_str(text);
    } else {
        out.push('&');
        out.push_str(name);
        out.push(';');
    }
    false
}

/// Splits `amp; more` into the name and what follows it.
fn reference(after: &str) -> Option<(&str, &str)> {
    let end = after.bytes().take(NAME_MAX).position(|b| b == b';')?;
    let name = after.get(..end)?;
    let good = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
    Some((name, after.get(end + 1..)?)).filter(|_| good)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn references_are_read_and_bare_ampersands_stay() {
        for (raw, wanted, mended) in [
            ("a", "a", false),
            ("a &amp; b &lt;&#233;&#xE9;", "a & b <éé", false),
            ("a&nbsp;b", "a\u{a0}b", true),
            ("?a=1&b=2", "?a=1&b=2", true),
            ("R&D; or", "R&D; or", true),
            ("&#0;&#99999999;&;", "&#0;&#99999999;&;", true),
            ("&", "&", true),
        ] {
            assert_eq!(unescape(raw), (wanted.into(), mended), "{raw}");
        }
    }
}
