//! The organisations that somebody named by hand, and which one an agent is.
//!
//! What an agent's key is depends on what the source says of it, on the source's name, on the tables and on the list given
//! here, and on nothing else: not on other records and not on their order. So the same input has the same key for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Body, Name, Number, place};
use crate::memo::{Answers, remembered};
use crate::vocabulary::{Vocabulary, fold};
use crate::write::slug;
use crate::{Agent, AgentKey, AgentRule, Iri, Text};

/// Most organisations in a list, so that a check of it stays quick.
const MAX: usize = 100_000;

/// Bytes of a hash in a key.
const HASH_BYTES: usize = 4;

/// Addresses that name an agent for everybody, not only within one portal.
const AUTHORITIES: [&str; 5] = [
    "http://publications.europa.eu/resource/authority/corporate-body/",
    "http://www.wikidata.org/entity/",
    "https://www.wikidata.org/wiki/",
    "https://ror.org/",
    "https://isni.org/isni/",
];

/// An organisation as somebody described it by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Organisation {
    /// Its key, which is part of its IRI: letters, digits and hyphens.
    pub id: String,
    /// What it is called; replaces what the sources call it, which stays beside.
    pub name: Vec<Text>,
    /// Other spellings, compared without case, accents and punctuation.
    pub also: Vec<String>,
    /// SIREN, SIRET or Belgian enterprise numbers.
    pub identifier: Vec<String>,
    /// IRIs under which sources or registers know it, and keys and names of agents that are it too: what joins by hand.
    pub same_as: Vec<String>,
    /// Names, numbers and IRIs that are not it, whatever a rule says: what splits by hand.
    pub distinct: Vec<String>,
    /// Its site.
    pub homepage: Option<Iri>,
    /// The code of an ADMS publisher type, such as `LocalAuthority`.
    pub r#type: Option<String>,
    /// The commune or area that it is of.
    pub place: Option<Iri>,
    /// Only agents of these sources are it; empty: of all.
    pub source: Vec<String>,
}

/// What is wrong in a list of organisations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("organisation {position}: {reason}")]
pub struct OrganisationError {
    /// Which one, from 0.
    pub position: usize,
    /// The key concerned.
    pub key: &'static str,
    /// Why, and what to do.
    pub reason: String,
}

/// The organisations of a list, ready to be looked up.
#[derive(Debug, Clone, Default)]
pub struct Organisations {
    all: Vec<Organisation>,
    /// Asked for with every record.
    version: u64,
    spellings: BTreeMap<String, Vec<usize>>,
    numbers: BTreeMap<String, Vec<usize>>,
    iris: BTreeMap<String, Vec<usize>>,
    keys: BTreeMap<String, Vec<usize>>,
}

/// Which organisation an agent is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised<'a> {
    /// Its key.
    pub key: AgentKey,
    /// By which rule.
    pub rule: AgentRule,
    /// The entry of the list, if it is in there.
    pub organisation: Option<&'a Organisation>,
    /// The place that it is the administration of, if a table knows one.
    pub place: Option<place::Area>,
}

impl Organisations {
    /// Makes a list ready.
    ///
    /// # Errors
    /// When an entry has no usable key, a number that fails its check, or claims what another has.
    pub fn new(all: &[Organisation]) -> Result<Self, OrganisationError> {
        let mut list = Self::default();
        for (position, one) in all.iter().enumerate() {
            let fault = |key, reason| Err(OrganisationError { position, key, reason });
            if position >= MAX {
                return fault("id", format!("there are more than {MAX}; keep those that rules do not find"));
            }
            if one.id.is_empty() || !one.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return fault(
                    "id",
                    format!("`{}` cannot be part of an IRI; use letters, digits and hyphens", one.id),
                );
            }
            if let Some(code) = &one.r#type
                && Vocabulary::PublisherType.term(code).is_none()
            {
                return fault(
                    "type",
                    format!(
                        "`{code}` is no publisher type; use one such as `LocalAuthority`, `RegionalAuthority`, `NationalAuthority`, `Company`"
                    ),
                );
            }
            let mut numbers = Vec::new();
            for identifier in &one.identifier {
                match Number::read(identifier) {
                    Some(number) => numbers.push(number.key()),
                    None => {
                        return fault(
                            "identifier",
                            format!(
                                "`{identifier}` is no SIREN, SIRET or Belgian enterprise number, or its check digits are wrong; correct it"
                            ),
                        );
                    }
                }
            }
            let claims = one.claims(numbers);
            if let Some((key, text, other)) = list.taken(one, &claims) {
                return fault(
                    key,
                    format!(
                        "`{text}` is already that of organisation {other}; give it to one of them, or name their sources in `source`"
                    ),
                );
            }
            list.enter(position, claims);
            list.all.push(one.clone());
        }
        if !list.is_empty() {
            // Plain values serialise.
            let bytes = serde_json::to_vec(&list.all).unwrap_or_default();
            let digest = Sha256::digest(&bytes);
            list.version = digest.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte));
        }
        Ok(list)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, in their order.
    pub fn all(&self) -> &[Organisation] {
        &self.all
    }

    /// A number that changes whenever the list does; 0 for an empty one.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Which organisation an agent of a source is; `None` when it has neither name nor number nor IRI to tell.
    pub fn recognise(&self, agent: &Agent, source: &str) -> Option<Recognised<'_>> {
        let number = number_of(agent);
        let names: Vec<&str> = agent.name.iter().map(|name| name.value.as_str()).collect();
        let found = self.listed(agent, number.as_ref(), &names, source);
        if let Some(one) = found {
            return Some(Self::of(one, AgentRule::Configured));
        }
        let (key, rule, area) = derive(agent, number.as_ref(), &names)?;
        // What a rule finds may be claimed by an entry, or be refused by it.
        if let AgentKey::Portal(text) = &key {
            let claimed = self.keys.get(text).into_iter().flatten().filter_map(|at| self.all.get(*at));
            for one in claimed {
                if one.is_not(agent, number.as_ref(), &names) {
                    let name = names.first().copied().unwrap_or_default();
                    let key = AgentKey::Portal(key_of(&format!("{} apart", fold(name).unwrap_or_default())));
                    return Some(Recognised {
                        key,
                        rule: AgentRule::Configured,
                        organisation: None,
                        place: None,
                    });
                }
                if one.is_of(source) {
                    return Some(Self::of(one, rule));
                }
            }
        }
        Some(Recognised { key, rule, organisation: None, place: area })
    }

    fn of(one: &Organisation, rule: AgentRule) -> Recognised<'_> {
        Recognised { key: AgentKey::Portal(one.id.clone()), rule, organisation: Some(one), place: None }
    }

    /// The entry that names the agent by IRI, by number, or by a spelling; in this order.
    fn listed(
        &self,
        agent: &Agent,
        number: Option<&Number>,
        names: &[&str],
        source: &str,
    ) -> Option<&Organisation> {
        if self.all.is_empty() {
            return None;
        }
        let by_iri = agent.iri.as_ref().and_then(|iri| self.iris.get(bare_iri(iri.as_str())));
        let by_number = number.and_then(|number| self.numbers.get(&number.key()));
        let by_name = names.iter().filter_map(|name| self.spellings.get(&fold(name)?));
        by_iri
            .into_iter()
            .chain(by_number)
            .chain(by_name)
            .flatten()
            .filter_map(|at| self.all.get(*at))
            .find(|one| one.is_of(source) && !one.is_not(agent, number, names))
    }

    /// What of an entry another one for the same sources has already.
    fn taken(&self, one: &Organisation, claims: &Claims) -> Option<(&'static str, String, usize)> {
        let clash = |map: &BTreeMap<String, Vec<usize>>, texts: &[String], key: &'static str| {
            texts.iter().find_map(|text| {
                let other = map
                    .get(text)?
                    .iter()
                    .find(|at| self.all.get(**at).is_some_and(|other| other.shares(one)))?;
                Some((key, text.clone(), *other))
            })
        };
        clash(&self.spellings, &claims.spellings, "also")
            .or_else(|| clash(&self.numbers, &claims.numbers, "identifier"))
            .or_else(|| clash(&self.iris, &claims.iris, "same_as"))
            .or_else(|| {
                self.all.iter().position(|other| other.id == one.id).map(|at| ("id", one.id.clone(), at))
            })
    }

    fn enter(&mut self, position: usize, claims: Claims) {
        let Claims { spellings, numbers, iris, keys } = claims;
        let maps = [&mut self.spellings, &mut self.numbers, &mut self.iris, &mut self.keys];
        for (map, texts) in maps.into_iter().zip([spellings, numbers, iris, keys]) {
            for text in texts {
                map.entry(text).or_default().push(position);
            }
        }
    }
}

/// All by which an entry is found.
struct Claims {
    spellings: Vec<String>,
    numbers: Vec<String>,
    iris: Vec<String>,
    keys: Vec<String>,
}

impl Organisation {
    fn claims(&self, numbers: Vec<String>) -> Claims {
        let mut claims =
            Claims { spellings: Vec::new(), numbers: numbers.clone(), iris: Vec::new(), keys: numbers };
        claims.keys.push(self.id.clone());
        let names =
            self.name.iter().map(|name| name.value.as_str()).chain(self.also.iter().map(String::as_str));
        for name in names {
            claims.spelling(name);
        }
        for same in &self.same_as {
            if same.contains("://") {
                claims.iris.push(bare_iri(same).to_owned());
                if let Some((_, key)) = same.split_once("/id/agent/") {
                    claims.keys.push(key.to_owned());
                }
            } else if let Some(number) = Number::read(same) {
                claims.numbers.push(number.key());
                claims.keys.push(number.key());
            } else {
                claims.keys.push(same.clone());
                claims.spelling(same);
            }
        }
        for texts in [&mut claims.spellings, &mut claims.numbers, &mut claims.iris, &mut claims.keys] {
            texts.sort_unstable();
            texts.dedup();
        }
        claims
    }

    fn is_of(&self, source: &str) -> bool {
        self.source.is_empty() || self.source.iter().any(|name| name == source)
    }

    /// Whether two entries may be of one source.
    fn shares(&self, other: &Self) -> bool {
        self.source.is_empty()
            || other.source.is_empty()
            || self.source.iter().any(|name| other.source.contains(name))
    }

    /// Whether somebody said that this agent is another one.
    fn is_not(&self, agent: &Agent, number: Option<&Number>, names: &[&str]) -> bool {
        self.distinct.iter().any(|not| {
            agent.iri.as_ref().is_some_and(|iri| bare_iri(iri.as_str()) == bare_iri(not))
                || number.is_some_and(|number| Number::read(not).as_ref() == Some(number))
                || fold(not).is_some_and(|not| names.iter().any(|name| fold(name).as_ref() == Some(&not)))
        })
    }
}

impl Claims {
    /// A spelling; the key that a rule makes of it is claimed with it.
    fn spelling(&mut self, name: &str) {
        self.spellings.extend(fold(name));
        if let Some((AgentKey::Portal(key), _, _)) = by_name(&[name]) {
            self.keys.push(key);
        }
    }
}

/// The key of an agent by rules alone.
fn derive(
    agent: &Agent,
    number: Option<&Number>,
    names: &[&str],
) -> Option<(AgentKey, AgentRule, Option<place::Area>)> {
    if let Some(number) = number {
        let area = place::of_number(number);
        return Some((AgentKey::Portal(number.key()), AgentRule::Number, area));
    }
    let iri = agent.iri.as_ref().map(Iri::as_str);
    if let Some(iri) = iri.filter(|iri| AUTHORITIES.iter().any(|authority| iri.starts_with(authority))) {
        return Some((AgentKey::Portal(key_of(bare_iri(iri))), AgentRule::Iri, None));
    }
    let found = match names {
        [name] => remembered(&KNOWN, name, || by_name(names)),
        names => by_name(names),
    };
    match (found, iri) {
        // "Service SIG" with an address of its own at its source is another than the next "Service SIG".
        (Some((AgentKey::Source(_), ..)), Some(iri)) => {
            Some((AgentKey::Source(format!("iri {iri}")), AgentRule::Source, None))
        }
        (Some(found), _) => Some(found),
        (None, Some(iri)) => Some((AgentKey::Source(format!("iri {iri}")), AgentRule::Source, None)),
        (None, None) => None,
    }
}

/// What a name says, if it says which body it is.
type Named = Option<(AgentKey, AgentRule, Option<place::Area>)>;

thread_local! {
    static KNOWN: Answers<Named> = Answers::default();
    static BODIES: Answers<Option<Body>> = Answers::default();
}

/// What kind of body a name speaks of.
pub(super) fn body_of(name: &str) -> Option<Body> {
    remembered(&BODIES, name, || Name::read(name).map(|name| name.body))
}

/// The key that names give: of the first that says which body it is.
fn by_name(names: &[&str]) -> Named {
    let mut local = None;
    for raw in names {
        let Some(name) = Name::read(raw) else { continue };
        match place::of_name(&name, raw) {
            place::Found::One(area) => {
                return Some((AgentKey::Portal(area.key.clone()), AgentRule::Place, Some(area)));
            }
            // One of several communes of that name, and nothing says which.
            place::Found::Many => {
                local.get_or_insert_with(|| AgentKey::Source(format!("name {}", name.key())));
            }
            place::Found::None if name.is_generic => {
                local.get_or_insert_with(|| {
                    AgentKey::Source(format!("name {}", fold(raw).unwrap_or_default()))
                });
            }
            place::Found::None => {
                return Some((AgentKey::Portal(key_of(&name.key())), AgentRule::Name, None));
            }
        }
    }
    local.map(|key| (key, AgentRule::Source, None))
}

/// A text as a key: its words joined by hyphens, with a hash where that would lose something.
fn key_of(text: &str) -> String {
    let slug = slug(text);
    if slug == text.replace(' ', "-") && !slug.is_empty() {
        return slug;
    }
    let hash = hex::encode(Sha256::digest(text.as_bytes()).get(..HASH_BYTES).unwrap_or_default());
    if slug.is_empty() { hash } else { format!("{slug}-{hash}") }
}

/// The registered number that an agent has among its identifiers or as its IRI.
pub(super) fn number_of(agent: &Agent) -> Option<Number> {
    let iri = agent.iri.as_ref().map(Iri::as_str);
    agent.identifier.iter().map(String::as_str).chain(iri).find_map(Number::read)
}

/// Addresses are the same with and without TLS and a last slash.
fn bare_iri(iri: &str) -> &str {
    let iri = iri.strip_prefix("https://").or_else(|| iri.strip_prefix("http://")).unwrap_or(iri);
    iri.trim_end_matches('/')
}
