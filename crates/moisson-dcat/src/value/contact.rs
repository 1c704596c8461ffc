//! E-mail addresses and telephone numbers as IRIs
//! ([RFC 6068](https://www.rfc-editor.org/rfc/rfc6068), [RFC 3966](https://www.rfc-editor.org/rfc/rfc3966)).

use crate::Iri;

/// Longest text that is searched, in bytes.
const TEXT_MAX: usize = 4_000;

/// Most digits of a telephone number by ITU-T E.164, and the fewest of one that is no short code.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=15;

/// What was found in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The IRIs in order, without doubles.
    pub iris: Vec<Iri>,
    /// Words that stood beside them, such as a name.
    pub rest: String,
}

/// The e-mail addresses in a text as `mailto:` IRIs; `a [at] b.example` is read too.
///
/// ```
/// use moisson_dcat::value::contact::emails;
/// let found = emails("Jean Martin <jean@x.example>; sig@x.example");
/// assert_eq!(found.iris.iter().map(|i| i.as_str()).collect::<Vec<_>>(), ["mailto:jean@x.example", "mailto:sig@x.example"]);
/// assert_eq!(found.rest, "Jean Martin");
/// ```
pub fn emails(raw: &str) -> Found {
    let mut found = Found::default();
    if raw.len() > TEXT_MAX {
        raw.trim().clone_into(&mut found.rest);
        return found;
    }
    let mut text = raw.to_owned();
    for hidden in [" [at] ", "[at]", " (at) ", "(at)", " [arobase] ", "[arobase]", "(arobase)", " @ "] {
        text = text.replace(hidden, "@");
    }
    for part in text.split(|c: char| c.is_whitespace() || ";,<>()[]\"|".contains(c)) {
        let bare = part.trim_matches(['.', ':', '\'', '/']);
        match email(bare) {
            Some(iri) => {
                if !found.iris.contains(&iri) {
                    found.iris.push(iri);
                }
            }
            None => push_word(&mut found.rest, part),
        }
    }
    found
}

/// One address.
fn email(raw: &str) -> Option<Iri> {
    let raw = match raw.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest,
        _ => raw,
    };
    let (local, domain) = raw.split_once('@')?;
    let (domain, query) = match domain.split_once('?') {
        Some((domain, query)) => (domain, format!("?{query}")),
        None => (domain, String::new()),
    };
    let label =
        |l: &str| !l.is_empty() && !l.starts_with('-') && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    let (_, top) = domain.rsplit_once('.')?;
    let good = !local.is_empty()
        && domain.split('.').all(label)
        && top.chars().all(char::is_alphabetic)
        && top.len() > 1;
    let local = local.replace('%', "%25");
    good.then(|| Iri::new(format!("mailto:{local}@{}{query}", domain.to_lowercase())).ok()).flatten()
}

fn push_word(rest: &mut String, word: &str) {
    if word.chars().any(char::is_alphanumeric) {
        if !rest.is_empty() {
            rest.push(' ');
        }
        rest.push_str(word);
    }
}

/// The telephone numbers in a text as `tel:` IRIs; punctuation between the digits goes. No country is guessed.
///
/// ```
/// use moisson_dcat::value::contact::phones;
/// let found = phones("Tél. : +33 (0)2 99 00 00 00 / 02.99.11.11.11");
/// assert_eq!(found.iris.iter().map(|i| i.as_str()).collect::<Vec<_>>(), ["tel:+33299000000", "tel:0299111111"]);
/// ```
pub fn phones(raw: &str) -> Found {
    let mut found = Found::default();
    if raw.len() > TEXT_MAX {
        raw.trim().clone_into(&mut found.rest);
        return found;
    }
    for part in
        raw.split(['/', ';', ',', '|', '\n']).flat_map(|p| p.split(" ou ")).flat_map(|p| p.split(" of "))
    {
        let number = part.trim_start_matches(|c: char| c.is_alphabetic() || " .:°".contains(c));
        match phone(number) {
            Some(iri) => {
                if !found.iris.contains(&iri) {
                    found.iris.push(iri);
                }
            }
            None => push_word(&mut found.rest, part.trim()),
        }
    }
    found
}

/// One number.
fn phone(raw: &str) -> Option<Iri> {
    let raw = raw.trim();
    let (international, rest) = match raw.strip_prefix('+').or_else(|| raw.strip_prefix("00")) {
        Some(rest) => (true, rest.replace("(0)", "")),
        None => (false, raw.to_owned()),
    };
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let other = rest.chars().any(|c| !c.is_ascii_digit() && !" \u{a0}\u{202f}\u{2011}.-()".contains(c));
    if other || !DIGITS.contains(&digits.len()) {
        return None;
    }
    Iri::new(format!("tel:{}{digits}", if international { "+" } else { "" })).ok()
}

#[cfg(test)]
mod tests {
    use super::{emails, phones};

    fn show(found: &super::Found) -> String {
        let iris: Vec<&str> = found.iris.iter().map(crate::Iri::as_str).collect();
        format!("{}|{}", iris.join(" "), found.rest)
    }

    #[test]
    fn mail_addresses_are_told_from_words() {
        for (raw, shown) in [
            ("a@b.example; d@e.example", "mailto:a@b.example mailto:d@e.example|"),
            ("mailto:A@B.Example?subject=X", "mailto:A@b.example?subject=X|"),
            ("sig [at] ville.example", "mailto:sig@ville.example|"),
            ("Service SIG (sig@ville.example)", "mailto:sig@ville.example|Service SIG"),
            ("pas d'adresse", "|pas d'adresse"),
            ("a@b", "|a@b"),
            ("a@b..example", "|a@b..example"),
            ("@ville", "|@ville"),
        ] {
            assert_eq!(show(&emails(raw)), shown, "{raw}");
        }
    }

    #[test]
    fn telephone_numbers_keep_their_digits_and_no_country_is_added() {
        for (raw, shown) in [
            ("02 99 00 00 00", "tel:0299000000|"),
            ("+32 (0)2 000 00 00", "tel:+3220000000|"),
            ("0033 2 99 00 00 00", "tel:+33299000000|"),
            ("tel:+33299000000", "tel:+33299000000|"),
            ("3939", "|3939"),
            ("accueil", "|accueil"),
            ("12345678901234567890", "|12345678901234567890"),
        ] {
            assert_eq!(show(&phones(raw)), shown, "{raw}");
        }
    }
}
