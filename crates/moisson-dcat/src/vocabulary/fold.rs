//! How words are compared: without case, accents and punctuation.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longest text that is compared with the tables, in bytes; longer ones are no term's name.
const FOLD_MAX: usize = 400;

/// The form of a text in which two spellings of one name are equal; `None` when it is too long or has no letter
/// or digit.
///
/// A web address is compared without scheme, `www.` and last slash.
pub fn fold(raw: &str) -> Option<String> {
    fold_up_to(raw, FOLD_MAX)
}

/// The same for texts up to another length, in bytes.
pub(super) fn fold_up_to(raw: &str, max: usize) -> Option<String> {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > max {
        return None;
    }
    let raw = strip(strip(raw, "http://"), "https://");
    let raw = strip(raw, "www.");
    let mut folded = String::with_capacity(raw.len());
    if raw.is_ascii() {
        for byte in raw.bytes() {
            if byte.is_ascii_alphanumeric() {
                folded.push(char::from(byte.to_ascii_lowercase()));
            } else if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
    } else {
        push(&mut folded, raw.nfkd().filter(|c| !is_combining_mark(*c)));
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    (!folded.is_empty()).then_some(folded)
}

/// Without a prefix in any case.
fn strip<'a>(raw: &'a str, prefix: &str) -> &'a str {
    match raw.split_at_checked(prefix.len()) {
        Some((head, rest)) if head.eq_ignore_ascii_case(prefix) => rest,
        _ => raw,
    }
}

fn push(folded: &mut String, chars: impl Iterator<Item = char>) {
    for c in chars {
        match c {
            'ß' => folded.push_str("ss"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            c if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_of_one_name_are_equal() {
        let same = ["Licence Ouverte – Étalab", "licence  ouverte/etalab", " LICENCE-OUVERTE (Étalab). "];
        for spelling in same {
            assert_eq!(fold(spelling).as_deref(), Some("licence ouverte etalab"), "{spelling}");
        }
        assert_eq!(fold("https://www.X.example/a/"), fold("HTTP://x.example/a"));
        assert_eq!(fold("Straße"), fold("STRASSE"));
    }

    #[test]
    fn nothing_and_too_much_have_no_form() {
        assert_eq!(fold(" -- "), None);
        assert_eq!(fold(&"x".repeat(401)), None);
    }
}
