//! The numbers under which France and Belgium register organisations:
//! [SIREN and SIRET](https://www.sirene.fr), the
//! [number of the Crossroads Bank for Enterprises](https://economie.fgov.be/en/themes/enterprises/crossroads-bank-enterprises).

/// Longest text that may be such a number, in bytes.
const TEXT_MAX: usize = 120;

/// La Poste's SIREN: its establishments' numbers have a check of their own.
const LA_POSTE: &str = "356000000";

/// Words that may stand before a number, folded.
const WORDS: [&str; 22] = [
    "siren",
    "siret",
    "numero",
    "num",
    "no",
    "n",
    "nr",
    "nummer",
    "number",
    "bce",
    "kbo",
    "cbe",
    "be",
    "fr",
    "tva",
    "btw",
    "vat",
    "entreprise",
    "ondernemingsnummer",
    "enterprise",
    "rcs",
    "d",
];

/// Addresses that end in such a number.
const REGISTERS: [&str; 6] = [
    "org.belgif.be/",
    "kbopub.economie.fgov.be/",
    "data.gov.be/",
    "annuaire-entreprises.data.gouv.fr/",
    "api.insee.fr/",
    "id.insee.fr/",
];

/// A registered number that passes its check.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Number {
    /// Nine digits: a legal unit in France. A SIRET is an establishment of one, which is no body of its own.
    Siren(String),
    /// Ten digits: an enterprise or public body in Belgium.
    Cbe(String),
}

impl Number {
    /// Reads a number out of an identifier as portals write it, with spaces, full stops, a word before it, or as the
    /// end of a register's address; `None` when it is none or its check digits are wrong.
    ///
    /// ```
    /// use moisson_dcat::party::Number;
    /// let siren = Some(Number::Siren("213502388".to_owned()));
    /// assert_eq!(Number::read("SIRET : 213 502 388 00019"), siren);
    /// assert_eq!(Number::read("213502389"), None);
    /// assert_eq!(Number::read("BE 0207.373.429"), Some(Number::Cbe("0207373429".to_owned())));
    /// ```
    pub fn read(raw: &str) -> Option<Self> {
        let raw = raw.trim();
        if raw.len() > TEXT_MAX {
            return None;
        }
        let (raw, is_belgian) = match raw.split_once("://") {
            Some((_, address)) => {
                REGISTERS.iter().find(|register| address.starts_with(**register))?;
                let end = address.trim_end_matches('/').rsplit(['/', '=', '-']).next()?;
                (end, address.contains(".be/"))
            }
            None => (raw, false),
        };
        let mut digits = String::new();
        let mut words: Vec<String> = Vec::new();
        let mut in_word = false;
        for c in raw.chars() {
            if c.is_ascii_digit() {
                digits.push(c);
                in_word = false;
            } else if c.is_alphabetic() {
                // A word after digits: something else than a number stands here.
                if !in_word {
                    if !digits.is_empty() {
                        return None;
                    }
                    words.push(String::new());
                }
                in_word = true;
                if let Some(word) = words.last_mut() {
                    word.extend(c.to_lowercase());
                }
            } else if " \u{a0}\u{202f}.:-/°#_'’".contains(c) {
                in_word = false;
            } else {
                return None;
            }
        }
        if words.iter().any(|word| !WORDS.contains(&word.replace('é', "e").as_str())) {
            return None;
        }
        let said = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        let is_belgian = is_belgian || said(&["bce", "kbo", "cbe", "be", "btw", "ondernemingsnummer"]);
        Self::of_digits(&digits, is_belgian, said(&["fr", "tva"]))
    }

    fn of_digits(digits: &str, is_belgian: bool, may_be_vat: bool) -> Option<Self> {
        match digits.len() {
            10 if digits.starts_with(['0', '1']) => cbe(digits),
            9 if is_belgian => cbe(&format!("0{digits}")),
            9 if !is_belgian => siren(digits),
            14 if !is_belgian => {
                let unit = digits.get(..9)?;
                let found = siren(unit)?;
                let good = luhn(digits) || unit == LA_POSTE && sum(digits).is_multiple_of(5);
                good.then_some(found)
            }
            // A VAT number of France is two check digits and the SIREN.
            11 if may_be_vat && !is_belgian => {
                let unit = digits.get(2..)?;
                let check = (12 + 3 * (unit.parse::<u64>().ok()? % 97)) % 97;
                if digits.get(..2)?.parse::<u64>().ok()? == check { siren(unit) } else { None }
            }
            _ => None,
        }
    }

    /// Its form in keys and IRIs: `siren-213502388`, `cbe-0207373429`.
    pub fn key(&self) -> String {
        match self {
            Self::Siren(digits) => format!("siren-{digits}"),
            Self::Cbe(digits) => format!("cbe-{digits}"),
        }
    }

    /// The digits alone.
    pub fn digits(&self) -> &str {
        match self {
            Self::Siren(digits) | Self::Cbe(digits) => digits,
        }
    }
}

fn siren(digits: &str) -> Option<Number> {
    (digits.bytes().any(|b| b != b'0') && luhn(digits)).then(|| Number::Siren(digits.to_owned()))
}

/// Modulo 97: the last two digits are 97 less the remainder of the first eight.
fn cbe(digits: &str) -> Option<Number> {
    let (base, check) = digits.split_at_checked(8)?;
    let (base, check) = (base.parse::<u64>().ok()?, check.parse::<u64>().ok()?);
    (base > 0 && 97 - base % 97 == check).then(|| Number::Cbe(digits.to_owned()))
}

/// The check of ISO/IEC 7812: every second digit from the right doubled.
fn luhn(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let digits = digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate();
    let total: u32 = digits.map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum();
    total.is_multiple_of(10)
}

fn sum(digits: &str) -> u32 {
    digits.chars().filter_map(|c| c.to_digit(10)).sum()
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn key(raw: &str) -> Option<String> {
        Number::read(raw).map(|number| number.key())
    }

    #[test]
    fn registered_numbers_are_read_as_portals_write_them() {
        for (raw, expected) in [
            // Rennes, Rennes Métropole (legal unit and seat), INSEE.
            ("213502388", Some("siren-213502388")),
            ("21350238800019", Some("siren-213502388")),
            ("213 502 388 00019", Some("siren-213502388")),
            ("SIRET n° 213 502 388 00019", Some("siren-213502388")),
            ("243500139", Some("siren-243500139")),
            ("SIREN: 120027016", Some("siren-120027016")),
            (
                "https://annuaire-entreprises.data.gouv.fr/entreprise/commune-de-rennes-213502388",
                Some("siren-213502388"),
            ),
            // La Poste: the seat passes the usual check, another establishment only the sum of its digits.
            ("35600000000048", Some("siren-356000000")),
            ("35600000049837", Some("siren-356000000")),
            ("35600000049838", None),
            // A VAT number.
            ("FR 83 404833048", Some("siren-404833048")),
            ("FR 84 404833048", None),
            // Brussels, in the forms of the Crossroads Bank.
            ("0207.373.429", Some("cbe-0207373429")),
            ("BE0207373429", Some("cbe-0207373429")),
            ("KBO 207373429", Some("cbe-0207373429")),
            ("https://org.belgif.be/id/CbeRegisteredEntity/0207373429", Some("cbe-0207373429")),
            (
                "https://kbopub.economie.fgov.be/kbopub/toonondernemingps.html?ondernemingsnummer=0207373429",
                Some("cbe-0207373429"),
            ),
        ] {
            assert_eq!(key(raw).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        for raw in [
            "",
            "000000000",
            "0000000000",
            "213502389",
            "21350238800018",
            "0207373428",
            "35238",
            "2135023880001",
            "213502388 Rennes",
            "Rennes 213502388",
            "https://x.example/213502388",
            "5b1b7c1e-53f4-4c1a-9a45-0a9d7b8c0d21",
            "+33 2 23 62 10 10",
            "org:213502388",
            "2024-03-05",
        ] {
            assert_eq!(key(raw), None, "{raw}");
        }
        assert_eq!(key(&"1".repeat(500)), None);
    }
}
