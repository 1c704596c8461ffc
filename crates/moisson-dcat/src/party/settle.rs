//! One mapped record: agents recognised, telephone numbers made international, personal data found and, if asked for,
//! taken out.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::mask::{self, MaskError, Personal};
use super::parties::{PartyMut, each};
use super::{Organisations, Recognised, is_mobile, is_personal_email, persons};
use crate::draft::{Rule, is_traced, said, tell_after};
use crate::value::contact;
use crate::vocabulary::Vocabulary;
use crate::{Agent, AgentKey, AgentRule, Concept, Contact, Iri, Mapped, Remark, RemarkCode, Text};

/// What is done with personal data where a service's should stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonalData {
    /// Nothing.
    Keep,
    /// It is remarked, without repeating it, and published as the source publishes it.
    #[default]
    Flag,
    /// It is remarked and taken out of everything that leaves the portal.
    Mask,
}

impl PersonalData {
    /// All of them as they are written in the configuration.
    pub const NAMES: [&'static str; 3] = ["keep", "flag", "mask"];
}

/// By what parties are settled.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The organisations named by hand.
    pub organisations: Arc<Organisations>,
    /// What is done with personal data.
    pub personal_data: PersonalData,
    /// The country of the source's telephone numbers, as the last label of its host: `fr`, `be`, ….
    pub country: Option<String>,
}

impl Rules {
    /// A number that changes whenever the same record may be settled differently; 0 for the rules without any
    /// configuration.
    pub fn version(&self) -> u64 {
        let policy = match self.personal_data {
            PersonalData::Flag => 0,
            PersonalData::Keep => 1,
            PersonalData::Mask => 2,
        };
        self.organisations.version().rotate_left(2) ^ policy
    }
}

/// Settles the agents and contacts of a record of a source.
///
/// # Errors
/// When personal data cannot be taken out; the record must then not be published.
pub fn settle(mapped: &mut Mapped, rules: &Rules, source: &str) -> Result<(), MaskError> {
    let Mapped { resource, remarks } = mapped;
    let mut personal = Personal::default();
    let country = rules.country.as_deref();
    let looks = rules.personal_data != PersonalData::Keep;
    each(resource, &mut |place, party| match party {
        PartyMut::Agent(property, agent) => {
            let said = is_traced().then(|| agent.name.first().map(|name| name.value.clone()));
            let is_person =
                looks && of_agent(agent, &mut Finder { property, place, personal: &mut personal, remarks });
            recognise(agent, rules, source, is_person);
            if let Some(name) = said.flatten().filter(|_| !place.starts_with("distribution/")) {
                tell(property, &name, agent);
            }
        }
        PartyMut::Contact(contact) => {
            for phone in &mut contact.has_telephone {
                if let Some(full) = contact::international(phone, country) {
                    *phone = full;
                }
            }
            if looks {
                of_contact(
                    contact,
                    &mut Finder { property: "contact_point", place, personal: &mut personal, remarks },
                );
            }
        }
    });
    if rules.personal_data == PersonalData::Mask {
        mask::mask(mapped, &personal)?;
    }
    Ok(())
}

/// Tells the trace which agent a name is of, and by which rule.
fn tell(property: &'static str, name: &str, agent: &Agent) {
    let (Some(AgentKey::Portal(key) | AgentKey::Source(key)), Some(rule)) = (&agent.key, agent.rule) else {
        return;
    };
    tell_after(property, said("", name), Rule::Derived, || format!("agent {key}, by {}", rule.as_str()));
}

/// Says which organisation an agent is.
fn recognise(agent: &mut Agent, rules: &Rules, source: &str, is_person: bool) {
    if is_person {
        // The same name at another source may be somebody else.
        let name = agent.name.first().map_or("", |name| name.value.as_str());
        agent.key = Some(AgentKey::Source(format!("name {name}")));
        agent.rule = Some(AgentRule::Source);
        if agent.r#type.is_none() {
            agent.r#type = publisher_type("PrivateIndividual(s)");
        }
        return;
    }
    let Some(Recognised { key, rule, organisation, place }) = rules.organisations.recognise(agent, source)
    else {
        return;
    };
    let body = agent.name.first().and_then(|name| super::known::body_of(&name.value));
    if let Some(organisation) = organisation {
        if !organisation.name.is_empty() {
            let said = std::mem::replace(&mut agent.name, organisation.name.clone());
            agent.alt_name.extend(
                said.into_iter().filter(|name| !organisation.name.iter().any(|o| o.value == name.value)),
            );
        }
        if let Some(code) = &organisation.r#type {
            agent.r#type = publisher_type(code).or_else(|| agent.r#type.take());
        }
        agent.homepage = organisation.homepage.clone().or_else(|| agent.homepage.take());
        agent.spatial = organisation.place.clone();
        for identifier in &organisation.identifier {
            if !agent
                .identifier
                .iter()
                .any(|known| super::Number::read(known) == super::Number::read(identifier))
            {
                agent.identifier.push(identifier.clone());
            }
        }
    }
    if agent.r#type.is_none() {
        agent.r#type = place.as_ref().map(|area| area.body).or(body).and_then(type_of_body);
    }
    if agent.spatial.is_none() {
        agent.spatial = place.map(|area| area.iri);
    }
    agent.key = Some(key);
    agent.rule = Some(rule);
}

fn type_of_body(body: super::Body) -> Option<Concept> {
    use super::Body::{Bare, Department, Intercommunality, Municipality, Province, Region};
    match body {
        Municipality | Intercommunality => publisher_type("LocalAuthority"),
        Department | Region | Province => publisher_type("RegionalAuthority"),
        Bare => None,
    }
}

fn publisher_type(code: &str) -> Option<Concept> {
    let term = Vocabulary::PublisherType.term(code)?;
    Some(Concept { iri: Some(term.iri().clone()), label: Vec::new() })
}

/// Where personal data is found, and what was found so far.
struct Finder<'a> {
    property: &'static str,
    place: &'a str,
    personal: &'a mut Personal,
    remarks: &'a mut Vec<Remark>,
}

impl Finder<'_> {
    /// Remarks the place, and never the value.
    fn remark(&mut self, code: RemarkCode, field: &str) {
        let place = format!("{}/{field}", self.place);
        if self.remarks.iter().any(|known| known.code == code && known.place == place) {
            return;
        }
        self.remarks.push(Remark {
            code,
            property: Cow::Borrowed(self.property),
            place,
            value: String::new(),
            detail: String::new(),
        });
    }

    /// The persons among names.
    fn names(&mut self, field: &str, names: &[Text]) -> Vec<String> {
        let found: Vec<String> =
            names.iter().flat_map(|name| persons(&name.value)).map(str::to_owned).collect();
        if !found.is_empty() {
            self.remark(RemarkCode::PersonalName, field);
            self.personal.names.extend(found.iter().cloned());
        }
        found
    }

    fn email(&mut self, field: &str, iri: &Iri, persons: &[String]) {
        let persons: Vec<&str> = persons.iter().map(String::as_str).collect();
        if is_personal_email(iri.as_str(), &persons) {
            self.remark(RemarkCode::PersonalEmail, field);
            self.personal.email(iri.as_str());
        }
    }

    fn phone(&mut self, field: &str, iri: &Iri) {
        if is_mobile(iri.as_str()) {
            self.remark(RemarkCode::PersonalPhone, field);
            self.personal.phones.push(iri.as_str().to_owned());
        }
    }
}

/// Finds what is personal in an agent; whether it is a person.
fn of_agent(agent: &Agent, finder: &mut Finder<'_>) -> bool {
    let found = finder.names("name", &agent.name);
    if let Some(mbox) = &agent.mbox {
        finder.email("mbox", mbox, &found);
    }
    let is_individual = agent.r#type.as_ref().and_then(|kind| kind.iri.as_ref());
    let is_individual = is_individual.is_some_and(|iri| iri.as_str().ends_with("/PrivateIndividual(s)"));
    if is_individual && found.is_empty() && !agent.name.is_empty() {
        finder.remark(RemarkCode::PersonalName, "name");
        finder.personal.names.extend(agent.name.iter().map(|name| name.value.clone()));
    }
    is_individual
        || !found.is_empty()
            && found.iter().any(|person| agent.name.iter().any(|name| name.value.trim() == person))
}

fn of_contact(contact: &Contact, finder: &mut Finder<'_>) {
    let mut found = finder.names("fn", &contact.r#fn);
    found.extend(finder.names("organization_name", &contact.organization_name));
    for iri in &contact.has_email {
        finder.email("has_email", iri, &found);
    }
    for iri in &contact.has_telephone {
        finder.phone("has_telephone", iri);
    }
}
