//! Personal values taken out of a record: out of names and addresses, and out of every other text in which they stand again.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::parties::{PartyMut, each};
use super::{is_mobile, is_personal_email, persons};
use crate::vocabulary::fold;
use crate::{Agent, AgentKey, Contact, Mapped, Resource, Text};

/// What stands in the place of a value that was taken out.
pub const MASK: &str = "***";

/// Fields that name things and hold no words: a number in them is no telephone number.
const NAMES: [&str; 9] =
    ["id", "iri", "identifier", "checksum_value", "notation", "lang", "datatype", "class", "key"];

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)[\p{L}0-9._%+'-]{1,64}(?:@|%40|\s?[\[(](?:at|arobase)[\])]\s?)[a-z0-9.-]{1,255}\.[a-z]{2,24}",
    )
    .ok()
});
static PHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:\+\s?|\b0)\d(?:[\s.\-/()\u{a0}\u{202f}]{0,2}\d){7,13}\b").ok());

/// A record could not be written without its personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "personal data could not be taken out ({reason}); the record is left out, set `personal_data = \"flag\"` to publish it as it is"
)]
pub struct MaskError {
    /// What went wrong.
    pub reason: String,
}

/// The personal values of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Personal {
    pub(super) names: Vec<String>,
    pub(super) emails: Vec<String>,
    pub(super) phones: Vec<String>,
}

impl Personal {
    pub(super) fn email(&mut self, iri: &str) {
        let address = iri.strip_prefix("mailto:").unwrap_or(iri);
        self.emails.push(address.split('?').next().unwrap_or(address).to_lowercase());
    }
}

/// Takes the personal values out of a record and its remarks.
pub(super) fn mask(mapped: &mut Mapped, personal: &Personal) -> Result<(), MaskError> {
    each(&mut mapped.resource, &mut |_, party| match party {
        PartyMut::Agent(_, agent) => of_agent(agent, personal),
        PartyMut::Contact(contact) => of_contact(contact, personal),
    });
    contacts_with_something(&mut mapped.resource);
    let spellings = Spellings::new(personal);
    let failed = |error: serde_json::Error| MaskError { reason: error.to_string() };
    let mut value = serde_json::to_value(&mapped.resource).map_err(failed)?;
    if walk(&mut value, None, &spellings) {
        mapped.resource = serde_json::from_value(value).map_err(failed)?;
    }
    for remark in &mut mapped.remarks {
        for text in [&mut remark.value, &mut remark.detail] {
            if let Some(masked) = spellings.replaced(text, false) {
                *text = masked;
            }
        }
    }
    Ok(())
}

/// The text with every personal address and mobile number, and with the names of persons where the whole text is one, taken out:
/// for texts of a record that was stored before its source was masked.
///
/// ```
/// use moisson_dcat::party::mask_text;
/// assert_eq!(mask_text("Écrire à jean.dupont@ville.example"), "Écrire à ***");
/// assert_eq!(mask_text("Jean Dupont"), "***");
/// ```
pub fn mask_text(text: &str) -> String {
    let names = persons(text).into_iter().map(str::to_owned).collect();
    let spellings = Spellings::new(&Personal { names, ..Personal::default() });
    spellings.replaced(text, false).unwrap_or_else(|| text.to_owned())
}

fn of_agent(agent: &mut Agent, personal: &Personal) {
    let Agent { iri, name, r#type: _, homepage, mbox, identifier, key, rule: _, alt_name, spatial: _ } =
        agent;
    if mbox.as_ref().is_some_and(|mbox| is_personal(mbox.as_str(), personal)) {
        *mbox = None;
    }
    let is_person = name.iter().any(|name| personal.names.iter().any(|person| person == name.value.trim()));
    if is_person {
        // An address or number of a person's own says who it is as well.
        (*iri, *homepage) = (None, None);
        identifier.clear();
        alt_name.clear();
        *name = vec![Text { value: MASK.to_owned(), lang: None }];
        *key = Some(AgentKey::Source(format!("name {MASK}")));
    }
}

fn of_contact(contact: &mut Contact, personal: &Personal) {
    let is_person = |text: &Text| personal.names.iter().any(|person| person == text.value.trim());
    if contact.r#fn.iter().any(is_person) {
        contact.iri = None;
    }
    contact.r#fn.retain(|name| !is_person(name));
    contact.organization_name.retain(|name| !is_person(name));
    contact.has_email.retain(|iri| !is_personal(iri.as_str(), personal));
    contact.has_telephone.retain(|iri| !is_mobile(iri.as_str()));
}

fn is_personal(iri: &str, personal: &Personal) -> bool {
    let address = iri.strip_prefix("mailto:").unwrap_or(iri).to_lowercase();
    personal.emails.iter().any(|known| address.starts_with(known.as_str())) || is_personal_email(iri, &[])
}

/// Contacts of whom nothing is left go.
fn contacts_with_something(resource: &mut Resource) {
    let contacts = match resource {
        Resource::Dataset(dataset) => &mut dataset.contact_point,
        Resource::Series(series) => &mut series.contact_point,
        Resource::Service(service) => &mut service.contact_point,
    };
    contacts.retain(|contact| *contact != Contact::default());
}

/// What is looked for in texts.
struct Spellings {
    /// The names in both orders, folded.
    names: Vec<Vec<String>>,
    emails: Vec<String>,
}

impl Spellings {
    fn new(personal: &Personal) -> Self {
        let mut names = Vec::new();
        for name in &personal.names {
            let words: Vec<String> = name.split_whitespace().filter_map(fold).collect();
            if words.len() > 1 || name.chars().count() > 3 {
                let mut turned = words.clone();
                turned.reverse();
                names.push(words);
                names.push(turned);
            }
        }
        names.sort();
        names.dedup();
        Self { names, emails: personal.emails.clone() }
    }

    /// The text without personal values; `None` when there are none in it.
    fn replaced(&self, text: &str, is_name: bool) -> Option<String> {
        let mut now = text.to_owned();
        if (text.contains('@')
            || text.contains("%40")
            || text.contains("at]")
            || text.contains("at)")
            || text.contains("arobase"))
            && let Some(pattern) = &*EMAIL
        {
            now = pattern
                .replace_all(&now, |found: &regex::Captures<'_>| {
                    let said = found.get(0).map_or("", |m| m.as_str());
                    let address = crate::value::contact::emails(&said.replace("%40", "@"));
                    let personal = address.iris.iter().any(|iri| {
                        let bare = iri.as_str().strip_prefix("mailto:").unwrap_or_default().to_lowercase();
                        self.emails.contains(&bare) || is_personal_email(iri.as_str(), &[])
                    });
                    if personal { MASK.to_owned() } else { said.to_owned() }
                })
                .into_owned();
        }
        if !is_name && !now.contains("://") {
            now = Self::without_phones(&now);
            now = self.without_names(&now);
        }
        (now != text).then_some(now)
    }

    fn without_phones(text: &str) -> String {
        let Some(pattern) =
            PHONE.as_ref().filter(|_| text.bytes().filter(u8::is_ascii_digit).nth(8).is_some())
        else {
            return text.to_owned();
        };
        pattern
            .replace_all(text, |found: &regex::Captures<'_>| {
                let said = found.get(0).map_or("", |m| m.as_str());
                let phones = crate::value::contact::phones(said).iris;
                let belgian = ["fr", "be"].iter().any(|country| {
                    phones.iter().any(|iri| {
                        let full = crate::value::contact::international(iri, Some(*country));
                        full.is_some_and(|full| is_mobile(full.as_str()))
                    })
                });
                if belgian || phones.iter().any(|iri| is_mobile(iri.as_str())) {
                    MASK.to_owned()
                } else {
                    said.to_owned()
                }
            })
            .into_owned()
    }

    /// Compares word by word, so that neither case nor accents nor the order of the names hide one.
    fn without_names(&self, text: &str) -> String {
        if self.names.is_empty() {
            return text.to_owned();
        }
        let mut words: Vec<(usize, usize, String)> = Vec::new();
        let mut start = None;
        for (at, c) in text.char_indices().chain(std::iter::once((text.len(), ' '))) {
            let is_word = c.is_alphanumeric() || c == '-' || c == '\'' || c == '.' || c == '’';
            match (is_word, start) {
                (true, None) => start = Some(at),
                (false, Some(begin)) => {
                    let word = text.get(begin..at).unwrap_or_default();
                    let bare = word.trim_end_matches('.');
                    if let Some(folded) = fold(word) {
                        words.push((begin, begin + bare.len(), folded));
                    }
                    start = None;
                }
                _ => {}
            }
        }
        let mut out = String::with_capacity(text.len());
        let (mut at, mut end) = (0, 0);
        while at < words.len() {
            let here = words.get(at..).unwrap_or_default();
            let found = self.names.iter().find(|name| {
                name.len() <= here.len() && name.iter().zip(here).all(|(part, (_, _, word))| part == word)
            });
            let last = found.and_then(|name| here.get(name.len() - 1).map(|last| (name.len(), last.1)));
            match (last, here.first()) {
                (Some((count, stop)), Some((begin, _, _))) => {
                    out.push_str(text.get(end..*begin).unwrap_or_default());
                    out.push_str(MASK);
                    end = stop;
                    at += count;
                }
                _ => at += 1,
            }
        }
        out.push_str(text.get(end..).unwrap_or_default());
        out
    }
}

/// Replaces in every text below; whether anything changed.
fn walk(value: &mut Value, key: Option<&str>, spellings: &Spellings) -> bool {
    match value {
        Value::String(text) => match spellings.replaced(text, key.is_some_and(|key| NAMES.contains(&key))) {
            Some(masked) => {
                *text = masked;
                true
            }
            None => false,
        },
        Value::Array(items) => {
            items.iter_mut().fold(false, |changed, item| walk(item, key, spellings) | changed)
        }
        Value::Object(fields) => {
            fields.iter_mut().fold(false, |changed, (key, item)| walk(item, Some(key), spellings) | changed)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
