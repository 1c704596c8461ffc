//! One text that holds several facts about whom to ask:
//! "Ville de Rennes - Direction de l'urbanisme <sig@rennes.example>, tél. 02 99 00 00 00".
//!
//! Only what is certain is taken apart: addresses, numbers, the name of a person or of a part of a body beside that of
//! the body. Everything else stays one name, and the whole text is kept by the caller in any case.

use std::sync::LazyLock;

use regex::Regex;

use super::person::lists_things;
use super::{is_person, name};
use crate::Iri;
use crate::value::contact;

/// Longest text that is taken apart, in bytes.
const TEXT_MAX: usize = 1_000;

/// Most parties in one text.
const PARTIES_MAX: usize = 20;

/// A telephone number inside a text: digits in groups, perhaps with an extension.
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\+\s?|\b0)\d(?:[\s.\-/()\u{a0}\u{202f}]{0,2}\d){6,13}(?:\s*(?:poste|ext\.?|p\.|toestel)\s*\d{1,6})?").ok()
});

/// Words that announce an address or a number, and brackets with nothing in them.
static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\b(?:e-?mail|mail|courriel|mél|adresse électronique|contact|t[ée]l(?:[ée]phone)?|phone|telefoon|telefon|fon|gsm|mobile|portable|fax|site(?: web)?|web)\b\.?\s*:?\s*(?:$|[-–—,;/|]))|<\s*>|\(\s*\)|\[\s*\]").ok()
});

/// Between the parts of one party.
const JOINTS: [&str; 7] = [" - ", " – ", " — ", " / ", " | ", ", ", " : "];

/// One party in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// The name of the organisation, or the whole name where it was not taken apart.
    pub name: Option<String>,
    /// A part of the organisation: "Direction de l'urbanisme".
    pub unit: Option<String>,
    /// A natural person.
    pub person: Option<String>,
    /// `mailto:` IRIs.
    pub email: Vec<Iri>,
    /// Telephone numbers as they are written.
    pub phone: Vec<String>,
    /// Pages and forms.
    pub url: Vec<String>,
}

impl Party {
    fn has_words(&self) -> bool {
        self.name.is_some() || self.unit.is_some() || self.person.is_some()
    }

    /// Whether there is more than a name.
    pub fn is_split(&self) -> bool {
        let Self { name: _, unit, person, email, phone, url } = self;
        unit.is_some()
            || person.is_some() && self.name.is_some()
            || !(email.is_empty() && phone.is_empty() && url.is_empty())
    }
}

/// The parties in a text; a text that holds only a name gives one with that name.
///
/// ```
/// use moisson_dcat::party::split;
/// let parties = split("Ville de Rennes - Direction de l'urbanisme <sig@rennes.example>, tél. 02 99 00 00 00");
/// assert_eq!(parties.len(), 1);
/// assert_eq!(parties[0].name.as_deref(), Some("Ville de Rennes"));
/// assert_eq!(parties[0].unit.as_deref(), Some("Direction de l'urbanisme"));
/// assert_eq!(parties[0].email[0].as_str(), "mailto:sig@rennes.example");
/// assert_eq!(parties[0].phone, ["02 99 00 00 00"]);
/// ```
pub fn split(raw: &str) -> Vec<Party> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Vec::new();
    }
    if raw.len() > TEXT_MAX || is_plain(raw) {
        return vec![Party { name: Some(raw.to_owned()), ..Party::default() }];
    }
    let mut parties: Vec<Party> = Vec::new();
    for part in raw.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let party = one(part);
        if parties.len() >= PARTIES_MAX {
            return vec![Party { name: Some(raw.to_owned()), ..Party::default() }];
        }
        match parties.last_mut() {
            // An address or number after a semicolon belongs to the name before it.
            Some(last) if !party.has_words() => {
                last.email.extend(party.email);
                last.phone.extend(party.phone);
                last.url.extend(party.url);
            }
            // "DREAL ; Service eau": a part of what stands before it.
            Some(last)
                if last.unit.is_none()
                    && party.unit.is_none()
                    && party.name.as_deref().is_some_and(name::is_unit) =>
            {
                last.unit = party.name;
                last.email.extend(party.email);
                last.phone.extend(party.phone);
                last.url.extend(party.url);
            }
            _ => parties.push(party),
        }
    }
    parties
}

/// Whether nothing can be taken apart: most names.
fn is_plain(raw: &str) -> bool {
    !raw.contains([';', '\n', '@', '(', '<', '|'])
        && !raw.contains("://")
        && !raw.contains("www.")
        && raw.bytes().filter(u8::is_ascii_digit).nth(6).is_none()
        && (!JOINTS.iter().any(|joint| raw.contains(joint)) || lists_things(raw))
}

fn one(part: &str) -> Party {
    let mut party = Party::default();
    let mut rest = String::with_capacity(part.len());
    // Words, with what stands between them, so that the joints stay.
    for token in part.split_inclusive(|c: char| c.is_whitespace() || "<>()[],\"".contains(c)) {
        let word = token.trim_end_matches(|c: char| c.is_whitespace() || "<>()[],\"".contains(c));
        let after = token.get(word.len()..).unwrap_or_default();
        let bare = word.trim_matches(['.', ':', '\'']);
        if bare.contains('@') {
            let found = contact::emails(bare);
            if !found.iris.is_empty() && found.rest.is_empty() {
                party.email.extend(found.iris);
                rest.push_str(after);
                continue;
            }
        }
        if bare.starts_with("http://") || bare.starts_with("https://") || bare.starts_with("www.") {
            party.url.push(bare.to_owned());
            rest.push_str(after);
            continue;
        }
        rest.push_str(token);
    }
    if let Some(pattern) = &*PHONE {
        let mut kept = String::with_capacity(rest.len());
        let mut end = 0;
        for found in pattern.find_iter(&rest) {
            if contact::phones(found.as_str()).iris.len() == 1 {
                kept.push_str(rest.get(end..found.start()).unwrap_or_default());
                party.phone.push(found.as_str().trim().to_owned());
                end = found.end();
            }
        }
        kept.push_str(rest.get(end..).unwrap_or_default());
        rest = kept;
    }
    if !(party.email.is_empty() && party.phone.is_empty() && party.url.is_empty()) {
        rest = without_labels(&rest);
    }
    words(&mut party, trimmed(&rest));
    party
}

/// Without the words that announced what was taken out.
fn without_labels(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(pattern) = &*LABEL {
        for _ in 0..4 {
            let shorter = pattern.replace_all(trimmed(&text), " ").into_owned();
            if shorter == text {
                break;
            }
            text = shorter;
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without separators at the ends.
fn trimmed(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || ",;:-–—/|<>\"".contains(c));
    // A bracket without its other half.
    let text = if text.contains('(') { text } else { text.trim_end_matches(')') };
    let text = if text.contains(')') { text } else { text.trim_end_matches('(') };
    text.trim()
}

/// What the words of a party are.
fn words(party: &mut Party, text: &str) {
    if text.is_empty() {
        return;
    }
    if is_person(text) {
        party.person = Some(text.to_owned());
        return;
    }
    let parts = in_parentheses(text).map_or_else(|| joined(text), |(a, b)| vec![a, b]);
    if (2..=3).contains(&parts.len()) && assign(party, &parts) {
        return;
    }
    party.name = Some(text.to_owned());
}

/// "Jean Dupont (SIG Rennes Métropole)": what stands before and in parentheses at the end.
fn in_parentheses(text: &str) -> Option<(&str, &str)> {
    let (outside, inside) = text.strip_suffix(')')?.rsplit_once('(')?;
    let (outside, inside) = (outside.trim(), inside.trim());
    (!outside.is_empty() && !inside.is_empty()).then_some((outside, inside))
}

/// The parts between the first joint that is there.
fn joined(text: &str) -> Vec<&str> {
    let joint = JOINTS.iter().find(|joint| text.contains(**joint));
    joint.map_or_else(
        || vec![text],
        |joint| text.split(joint).map(str::trim).filter(|part| !part.is_empty()).collect(),
    )
}

/// Gives each part its place, if there is one organisation and something else; nothing otherwise.
fn assign(party: &mut Party, parts: &[&str]) -> bool {
    let (mut name, mut unit, mut person) = (None, None, None);
    for part in parts {
        let slot = if is_person(part) {
            &mut person
        } else if name::is_unit(part) {
            &mut unit
        } else if name::is_body(part) || starts_as_name(part) {
            &mut name
        } else {
            return false;
        };
        if slot.is_some() {
            return false;
        }
        *slot = Some((*part).to_owned());
    }
    let other = unit.is_some() || person.is_some();
    // A unit alone beside a person: "Jean Dupont (Service SIG)".
    let whole = name.is_some() || unit.is_some() && person.is_some();
    if !(other && whole) {
        return false;
    }
    // "Direction de l'eau, Bretagne": a unit and one word that is no body are one name.
    if let (Some(unit), Some(body), None) = (&unit, &name, &person)
        && !name::is_body(body)
        && parts.first().is_some_and(|first| first == unit)
    {
        return false;
    }
    (party.name, party.unit, party.person) = (name, unit, person);
    true
}

/// Whether it begins with a capital letter: "de l'aménagement et du logement" goes on with what is before it.
fn starts_as_name(part: &str) -> bool {
    part.chars().next().is_some_and(char::is_uppercase) && part.chars().count() > 1
}

#[cfg(test)]
mod tests {
    use super::{Party, split};

    fn show(party: &Party) -> String {
        let Party { name, unit, person, email, phone, url } = party;
        let mut out = Vec::new();
        for (key, value) in [("name", name), ("unit", unit), ("person", person)] {
            out.extend(value.as_ref().map(|value| format!("{key}={value}")));
        }
        out.extend(email.iter().map(|iri| iri.as_str().to_owned()));
        out.extend(phone.iter().map(|phone| format!("phone={phone}")));
        out.extend(url.iter().map(|url| format!("url={url}")));
        out.join(" | ")
    }

    #[test]
    fn several_facts_in_one_text_are_told_apart() {
        for (raw, expected) in [
            (
                "Ville de Rennes - Direction de l'urbanisme <sig@rennes.example>, tél. 02 99 00 00 00",
                "name=Ville de Rennes | unit=Direction de l'urbanisme | mailto:sig@rennes.example | phone=02 99 00 00 00",
            ),
            ("Jean Dupont (SIG Rennes Métropole)", "unit=SIG Rennes Métropole | person=Jean Dupont"),
            ("Jean Dupont (Rennes Métropole)", "name=Rennes Métropole | person=Jean Dupont"),
            (
                "Ville de Nantes, Direction des espaces verts",
                "name=Ville de Nantes | unit=Direction des espaces verts",
            ),
            (
                "Direction de l'urbanisme - Ville de Rennes",
                "name=Ville de Rennes | unit=Direction de l'urbanisme",
            ),
            ("Région Bretagne / Service SIG", "name=Région Bretagne | unit=Service SIG"),
            ("SIG <sig@ville.example>", "name=SIG | mailto:sig@ville.example"),
            (
                "Mairie de X - Tél : 04 50 00 00 00 - Mail : contact@x.example",
                "name=Mairie de X | mailto:contact@x.example | phone=04 50 00 00 00",
            ),
            (
                "Stad Gent, Dienst Data (data@stad.example)",
                "name=Stad Gent | unit=Dienst Data | mailto:data@stad.example",
            ),
            ("Mme Claire Petit, Ville de Rennes", "name=Ville de Rennes | person=Mme Claire Petit"),
            (
                "Conseil départemental https://www.cd.example/contact",
                "name=Conseil départemental | url=https://www.cd.example/contact",
            ),
            ("a@x.example; b@x.example", "mailto:a@x.example | mailto:b@x.example"),
        ] {
            let shown: Vec<String> = split(raw).iter().map(show).collect();
            assert_eq!(shown.join(" + "), expected, "{raw}");
        }
    }

    #[test]
    fn several_parties_are_several() {
        let shown: Vec<String> = split("Ville de Rennes; Rennes Métropole ; Jean Dupont <jean@x.example>")
            .iter()
            .map(show)
            .collect();
        assert_eq!(
            shown,
            ["name=Ville de Rennes", "name=Rennes Métropole", "person=Jean Dupont | mailto:jean@x.example"]
        );
    }

    #[test]
    fn one_name_stays_one_name() {
        for raw in [
            "Institut national de l'information géographique et forestière (IGN)",
            "Direction de l'environnement, de l'aménagement et du logement",
            "Clermont-Ferrand - Auvergne",
            "Bourgogne-Franche-Comté",
            "Ville de Rennes",
            "Jean Dupont",
            "Direction de l'eau, Bretagne",
            "Saint-Denis (93)",
            "Le Mans / Sarthe",
            "Service public fédéral Finances - Administration générale",
            "Observatoire 2020-2021",
            "SA HLM, Habitat 35",
        ] {
            assert_eq!(split(raw).iter().map(show).collect::<Vec<_>>(), [format!("name={raw}")], "{raw}");
        }
    }

    #[test]
    fn hostile_texts_are_bounded() {
        let many = "a; ".repeat(300);
        assert_eq!(split(&many).len(), 1);
        assert_eq!(split(&"x@y.example ".repeat(1_000)).len(), 1);
        assert!(split("  ").is_empty());
        for raw in [";;;", "<>", "()", " - ", "(", ")", "tél.", "@"] {
            let _parties = split(raw);
        }
    }
}
