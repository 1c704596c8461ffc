//! Agents and contacts out of the source's words.

use super::concepts::Kind;
use super::notes::{Notes, Property, add, is_iri};
use super::trace::Rule;
use super::{AgentSaid, ContactSaid, Said};
use crate::party::{self, Party};
use crate::value::contact;
use crate::vocabulary::Vocabulary;
use crate::{Agent, Contact, Iri, RemarkCode, Text};

/// Puts the parts of a party where they belong: the name to the agent, and what an agent has no property for to the
/// contact.
fn add_party(agent: &mut Agent, asked: &mut Contact, party: Party, whole: &Text) {
    let mut party = party;
    let mut name = party.name.take();
    if name.is_none() {
        // Nothing but a part or a person: that is who it is.
        name = party.unit.take().or_else(|| party.person.take());
    }
    let mut emails = party.email.drain(..);
    agent.mbox = agent.mbox.take().or_else(|| emails.next());
    drop(emails);
    for url in party.url.drain(..) {
        if agent.homepage.is_none() {
            agent.homepage = page(&url);
        }
    }
    let named = name.unwrap_or_else(|| whole.value.clone());
    let asks = party.unit.is_some() || party.person.is_some() || !party.phone.is_empty();
    if asks {
        party.name = Some(named.clone());
        party.email.extend(agent.mbox.clone());
        add_to_contact(asked, party, whole);
    }
    add(&mut agent.name, Text { value: named, lang: whole.lang.clone() });
}

/// Puts the parts of a party into a contact.
fn add_to_contact(contact: &mut Contact, party: Party, whole: &Text) {
    let is_split = party.is_split();
    let Party { name, unit, person, email, phone, url } = party;
    let text = |value: String| Text { value, lang: whole.lang.clone() };
    match (person, unit, name) {
        (Some(person), unit, name) => {
            add(&mut contact.r#fn, text(person));
            let organization: Vec<String> = unit.into_iter().chain(name).collect();
            if !organization.is_empty() {
                add(&mut contact.organization_name, text(organization.join(", ")));
            }
        }
        (None, Some(unit), name) => {
            add(&mut contact.r#fn, text(unit));
            if let Some(name) = name {
                add(&mut contact.organization_name, text(name));
            }
        }
        (None, None, Some(name)) => add(&mut contact.r#fn, text(name)),
        (None, None, None) if is_split => {}
        (None, None, None) => add(&mut contact.r#fn, whole.clone()),
    }
    for iri in email {
        add(&mut contact.has_email, iri);
    }
    url.iter().filter_map(|url| page(url)).for_each(|iri| add(&mut contact.has_url, iri));
    for phone in phone {
        let country = contact.has_email.iter().find_map(|iri| contact::country_of_address(iri.as_str()));
        let country = country.or_else(|| contact::country_of_writing(&phone, whole.lang.as_deref()));
        for iri in contact::phones(&phone).iris {
            let full = contact::international(&iri, country);
            add(&mut contact.has_telephone, full.unwrap_or(iri));
        }
    }
}

fn page(url: &str) -> Option<Iri> {
    crate::value::link::read(url, None).iris.into_iter().next()
}

/// A contact of which there is something.
fn worth_asking(contact: Contact) -> Option<Contact> {
    (contact != Contact::default()).then_some(contact)
}

impl Notes {
    /// An agent, and whom to ask if its name tells that too; `None` when nothing was said about it. Of several agents in
    /// one name the first is meant; the others are given after it.
    pub(super) fn agents(
        &mut self,
        property: Property,
        said: &AgentSaid<'_>,
    ) -> Vec<(Agent, Option<Contact>)> {
        let mark = self.mark();
        let mut agent = Agent {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            r#type: said
                .r#type
                .and_then(|s| self.concept(property, Kind::Of(Vocabulary::PublisherType), &s.into())),
            homepage: said.homepage.and_then(|s| self.iri(property, s)),
            ..Agent::default()
        };
        for identifier in &said.identifier {
            if let Some(text) = self.line(property, *identifier) {
                add(&mut agent.identifier, text.value);
            }
        }
        let (mut asked, mut others) = (Contact::default(), Vec::new());
        for name in &said.name {
            let Some(text) = self.line(property, *name) else { continue };
            let parties = party::split(&text.value);
            self.is_split(property, *name, &parties);
            for (at, party) in parties.into_iter().enumerate() {
                if at == 0 {
                    add_party(&mut agent, &mut asked, party, &text);
                } else {
                    let (mut other, mut contact) = (Agent::default(), Contact::default());
                    add_party(&mut other, &mut contact, party, &text);
                    others.push((other, worth_asking(contact)));
                }
            }
        }
        if let Some(email) = said.email {
            let found = self.emails(property, email);
            let mut iris = found.iris.into_iter();
            agent.mbox = iris.next().or(agent.mbox);
            for other in iris {
                self.refuse(RemarkCode::TooManyValues, property, email.part(other.as_str()));
            }
            self.beside(property, &mut agent.name, email.part(&found.rest), agent.mbox.is_some());
        }
        let is_any = agent != Agent::default();
        if is_any && let Some(first) = said.name.first().copied().or(said.iri).or(said.email) {
            let result = || said_of(agent.iri.as_ref(), &agent.name);
            self.tell_whole(mark, property, first, (Rule::Composed, result));
        }
        let first = is_any.then(|| (agent, worth_asking(asked)));
        first.into_iter().chain(others).collect()
    }

    /// Says that one text held several facts, and keeps it.
    fn is_split(&mut self, property: Property, said: Said<'_>, parties: &[Party]) {
        if parties.len() > 1 || parties.iter().any(Party::is_split) {
            self.remark(RemarkCode::SplitValue, property, said, "");
            self.keep_beside(said);
        }
    }

    /// The contacts that were said; several names with as many addresses are several contacts.
    pub(super) fn contacts(&mut self, property: Property, said: &ContactSaid<'_>) -> Vec<Contact> {
        let mark = self.mark();
        let mut contact = Contact {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            address: said.address.and_then(|s| self.line(property, s)).map(|t| t.value),
            ..Contact::default()
        };
        for name in &said.organization_name {
            if let Some(text) = self.line(property, *name) {
                add(&mut contact.organization_name, text);
            }
        }
        let mut others = Vec::new();
        for name in &said.name {
            // A name that is nothing but a mail address is one.
            let found = contact::emails(name.value);
            if found.rest.is_empty() {
                self.tell(property, *name, Rule::Email, || joined(&found.iris));
                found.iris.into_iter().for_each(|iri| add(&mut contact.has_email, iri));
                continue;
            }
            let Some(text) = self.line(property, *name) else { continue };
            let parties = party::split(&text.value);
            self.is_split(property, *name, &parties);
            for (at, party) in parties.into_iter().enumerate() {
                if at == 0 {
                    add_to_contact(&mut contact, party, &text);
                } else {
                    let mut other = Contact::default();
                    add_to_contact(&mut other, party, &text);
                    others.push(other);
                }
            }
        }
        for url in &said.url {
            self.iris(property, *url).into_iter().for_each(|iri| add(&mut contact.has_url, iri));
        }
        for email in &said.email {
            // A form is as good as an address.
            if is_iri(email.value) {
                self.iris(property, *email).into_iter().for_each(|iri| add(&mut contact.has_url, iri));
                continue;
            }
            let found = self.emails(property, *email);
            let known = !found.iris.is_empty();
            found.iris.into_iter().for_each(|iri| add(&mut contact.has_email, iri));
            self.beside(property, &mut contact.r#fn, email.part(&found.rest), known);
        }
        for phone in said.phone.iter().filter(|s| !s.is_empty()) {
            self.phone(property, &mut contact, *phone);
        }
        let all = [&said.name, &said.organization_name, &said.email, &said.url, &said.phone];
        let first = all.into_iter().flatten().copied().chain(said.iri).chain(said.address).next();
        if contact != Contact::default()
            && let Some(first) = first
        {
            let result = || said_of(contact.iri.as_ref().or(contact.has_email.first()), &contact.r#fn);
            self.tell_whole(mark, property, first, (Rule::Composed, result));
        }
        // "A; B" with "a@x; b@x": to each the address in its place.
        if !others.is_empty()
            && contact.has_email.len() == others.len() + 1
            && others.iter().all(|o| o.has_email.is_empty())
        {
            for (other, email) in others.iter_mut().zip(contact.has_email.drain(1..)) {
                other.has_email.push(email);
            }
        }
        std::iter::once(contact).chain(others).filter(|contact| *contact != Contact::default()).collect()
    }

    /// A telephone number; with the code of its country where the address or site beside it, or the way in which it is
    /// written, tells the country.
    fn phone(&mut self, property: Property, contact: &mut Contact, said: Said<'_>) {
        let found = contact::phones(said.value);
        if !found.rest.is_empty() {
            self.refuse(RemarkCode::InvalidPhone, property, said.part(&found.rest));
        }
        if !found.iris.is_empty() {
            self.tell(property, said, Rule::Phone, || joined(&found.iris));
        }
        for iri in found.iris {
            let country = self.country(contact, said.value);
            let full = contact::international(&iri, country);
            if full.is_some() {
                self.keep_beside(said);
            }
            add(&mut contact.has_telephone, full.unwrap_or(iri));
        }
    }

    fn country(&self, contact: &Contact, written: &str) -> Option<&'static str> {
        let addresses = contact.has_email.iter().chain(&contact.has_url);
        let mut countries = addresses.filter_map(|iri| contact::country_of_address(iri.as_str()));
        countries.next().or_else(|| contact::country_of_writing(written, self.defaults.language.as_deref()))
    }

    /// Words beside an address are the name, when there is no other.
    fn beside(&mut self, property: Property, names: &mut Vec<Text>, words: Said<'_>, known: bool) {
        if !known || words.is_empty() || names.iter().any(|n| n.value.contains(words.value)) {
            return;
        }
        if names.is_empty() {
            names.extend(self.line(property, words));
        } else {
            self.tell_refused(property, words, RemarkCode::TooManyValues);
            self.keep_beside(words);
        }
    }

    /// The addresses in a text; a name beside them is left to the caller.
    fn emails(&mut self, property: Property, said: Said<'_>) -> contact::Found {
        let found = contact::emails(said.value);
        if !found.iris.is_empty() {
            self.tell(property, said, Rule::Email, || joined(&found.iris));
        } else if !said.is_empty() {
            self.refuse(RemarkCode::InvalidEmail, property, said);
        }
        found
    }
}

/// A thing in a few words, for the trace.
pub(super) fn said_of(iri: Option<&Iri>, names: &[Text]) -> String {
    iri.map(Iri::as_str).or(names.first().map(|name| name.value.as_str())).unwrap_or_default().to_owned()
}

fn joined(iris: &[Iri]) -> String {
    iris.iter().map(Iri::as_str).collect::<Vec<_>>().join(" ")
}
