//! E-mail addresses and telephone numbers as IRIs
//! ([RFC 6068](https://www.rfc-editor.org/rfc/rfc6068), [RFC 3966](https://www.rfc-editor.org/rfc/rfc3966)).

use crate::Iri;

/// Longest text that is searched, in bytes.
const TEXT_MAX: usize = 4_000;

/// Most digits of a telephone number by ITU-T E.164, and the fewest of one that is no short code.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=15;

/// Most digits of an extension.
const EXTENSION_MAX: usize = 7;

/// The countries whose national numbers are known, by the last label of their hosts.
const COUNTRIES: [&str; 5] = ["fr", "be", "de", "nl", "lu"];

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
    // An extension belongs to the number before it.
    let raw = raw.replace(";ext=", " ext ").replace(", ext", " ext").replace(", poste", " poste");
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

/// One number, with its extension if it has one.
fn phone(raw: &str) -> Option<Iri> {
    let (raw, extension) = without_extension(raw.trim());
    let (international, rest) = match raw.strip_prefix('+').or_else(|| raw.strip_prefix("00")) {
        Some(rest) => (true, rest.replace("(0)", "")),
        None => (false, raw.to_owned()),
    };
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let other = rest.chars().any(|c| !c.is_ascii_digit() && !" \u{a0}\u{202f}\u{2011}.-()".contains(c));
    if other || !DIGITS.contains(&digits.len()) {
        return None;
    }
    let extension = extension.map(|digits| format!(";ext={digits}")).unwrap_or_default();
    Iri::new(format!("tel:{}{digits}{extension}", if international { "+" } else { "" })).ok()
}

/// A number and the digits after a word for an extension.
fn without_extension(raw: &str) -> (&str, Option<&str>) {
    // None of these words changes its length in lower case.
    let lower = raw.to_ascii_lowercase();
    for word in [";ext=", "poste", "ext.", "ext", "toestel", "durchwahl", "extension"] {
        let Some(at) = lower.find(word) else { continue };
        let after = raw.get(at + word.len()..).unwrap_or_default();
        let digits = after.trim_matches(|c: char| c.is_whitespace() || ".:)n°".contains(c));
        if !digits.is_empty() && digits.len() <= EXTENSION_MAX && digits.bytes().all(|b| b.is_ascii_digit()) {
            let number = raw.get(..at).unwrap_or_default();
            return (number.trim_end_matches(|c: char| c.is_whitespace() || ",(-".contains(c)), Some(digits));
        }
    }
    (raw, None)
}

/// A national number of France, Belgium, Germany, the Netherlands or Luxembourg with the code of its country, which is
/// given by the last label of a host (`fr`); `None` when the number is international, or is none of that country.
///
/// ```
/// use moisson_dcat::{Iri, value::contact::international};
/// let phone = Iri::new("tel:0223621010").unwrap();
/// assert_eq!(international(&phone, Some("fr")).unwrap().as_str(), "tel:+33223621010");
/// assert_eq!(international(&phone, Some("be")), None);
/// ```
pub fn international(phone: &Iri, country: Option<&str>) -> Option<Iri> {
    let number = phone.as_str().strip_prefix("tel:")?;
    let (digits, extension) = match number.split_once(';') {
        Some((digits, extension)) => (digits, format!(";{extension}")),
        None => (number, String::new()),
    };
    if digits.starts_with('+') {
        return None;
    }
    let national = digits.strip_prefix('0').filter(|rest| !rest.starts_with('0'));
    let (code, rest) = match (country?, national, digits.len()) {
        ("fr", Some(rest), 10) => ("33", rest),
        // Nine digits; mobile numbers have ten and begin with 045 to 049.
        ("be", Some(rest), 9) => ("32", rest),
        ("be", Some(rest), 10) if matches!(rest.as_bytes(), [b'4', b'5'..=b'9', ..]) => ("32", rest),
        ("nl", Some(rest), 10) => ("31", rest),
        ("de", Some(rest), 7..=13) => ("49", rest),
        // Luxembourg has no trunk prefix.
        ("lu", None, 6 | 8 | 9) => ("352", digits),
        _ => return None,
    };
    Iri::new(format!("tel:+{code}{rest}{extension}")).ok()
}

/// The country that a text's way of writing a national number tells, together with the language of the record: five
/// groups of two digits are French.
pub fn country_of_writing(raw: &str, language: Option<&str>) -> Option<&'static str> {
    let groups: Vec<&str> =
        raw.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let in_pairs = groups.len() == 5 && groups.iter().all(|group| group.len() == 2);
    let is_french = language.is_some_and(|tag| tag.split('-').next() == Some("fr"));
    // 04 55 to 04 99 may be Belgian mobile numbers, which are written in many ways.
    let may_be_belgian = matches!(groups.as_slice(), ["04", second, ..] if *second >= "55");
    (in_pairs && is_french && !may_be_belgian && groups.first().is_some_and(|first| first.starts_with('0')))
        .then_some("fr")
}

/// The country of an address: the last label of its host, if it is one of those whose numbers are known.
pub fn country_of_address(iri: &str) -> Option<&'static str> {
    let host = match iri.split_once("://") {
        Some((_, rest)) => rest.split(['/', ':', '?', '#']).next().unwrap_or_default(),
        None => iri.rsplit_once('@')?.1.split('?').next().unwrap_or_default(),
    };
    let label = host.trim_end_matches('.').rsplit('.').next()?.to_ascii_lowercase();
    COUNTRIES.into_iter().find(|country| *country == label)
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
    fn national_numbers_get_the_code_of_their_country_only_if_they_can_be_of_it() {
        for (raw, country, full) in [
            ("02 23 62 10 10", "fr", Some("tel:+33223621010")),
            ("02 23 62 10 10 poste 4", "fr", Some("tel:+33223621010;ext=4")),
            ("02 123 45 67", "be", Some("tel:+3221234567")),
            ("0475 12 34 56", "be", Some("tel:+32475123456")),
            ("0422 12 34 56", "be", None),
            ("020 123 4567", "nl", Some("tel:+31201234567")),
            ("030 1234567", "de", Some("tel:+49301234567")),
            ("26 12 34", "lu", Some("tel:+352261234")),
            ("02 123 45 67", "fr", None),
            ("+33 2 23 62 10 10", "be", None),
            ("02 23 62 10 10", "com", None),
        ] {
            let phone = phones(raw).iris.remove(0);
            let found = super::international(&phone, Some(country));
            assert_eq!(found.as_ref().map(crate::Iri::as_str), full, "{raw} in {country}");
        }
    }

    #[test]
    fn the_country_is_told_by_address_and_by_the_way_of_writing() {
        assert_eq!(super::country_of_address("mailto:a@ville.rennes.FR?subject=x"), Some("fr"));
        assert_eq!(super::country_of_address("https://data.stad.gent.be/x"), Some("be"));
        assert_eq!(super::country_of_address("https://data.example.org/x.fr"), None);
        assert_eq!(super::country_of_writing("02.23.62.10.10", Some("fr")), Some("fr"));
        assert_eq!(super::country_of_writing("02.23.62.10.10", Some("nl")), None);
        assert_eq!(super::country_of_writing("04 75 12 34 56", Some("fr")), None);
        assert_eq!(super::country_of_writing("022 123 45 67", Some("fr")), None);
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
            ("02 99 00 00 00 poste 1234", "tel:0299000000;ext=1234|"),
            ("+32 2 000 00 00, ext. 12", "tel:+3220000000;ext=12|"),
            ("+32 2 000 00 00 (toestel 12)", "tel:+3220000000;ext=12|"),
            ("tel:+33299000000;ext=7", "tel:+33299000000;ext=7|"),
        ] {
            assert_eq!(show(&phones(raw)), shown, "{raw}");
        }
    }
}
