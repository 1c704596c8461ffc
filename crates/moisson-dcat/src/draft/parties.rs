//! Agents, contacts and places out of the source's words.

use super::concepts::Kind;
use super::notes::{Notes, Property, add, is_iri};
use super::trace::Rule;
use super::{AgentSaid, ContactSaid, LocationSaid, Said};
use crate::value::contact;
use crate::value::geometry::Geometry;
use crate::vocabulary::Vocabulary;
use crate::{Agent, Contact, Iri, Location, RemarkCode, Text};

impl Notes {
    /// An agent; `None` when nothing was said about it.
    pub(super) fn agent(&mut self, property: Property, said: &AgentSaid<'_>) -> Option<Agent> {
        let mark = self.mark();
        let mut agent = Agent {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            name: said.name.iter().filter_map(|s| self.line(property, *s)).collect(),
            r#type: said
                .r#type
                .and_then(|s| self.concept(property, Kind::Of(Vocabulary::PublisherType), &s.into())),
            homepage: said.homepage.and_then(|s| self.iri(property, s)),
            mbox: None,
            identifier: Vec::new(),
        };
        for identifier in &said.identifier {
            if let Some(text) = self.line(property, *identifier) {
                add(&mut agent.identifier, text.value);
            }
        }
        if let Some(email) = said.email {
            let found = self.emails(property, email);
            let mut iris = found.iris.into_iter();
            agent.mbox = iris.next();
            for other in iris {
                self.refuse(RemarkCode::TooManyValues, property, email.part(other.as_str()));
            }
            self.beside(property, &mut agent.name, email.part(&found.rest), agent.mbox.is_some());
        }
        let is_any = agent != Agent::default();
        if is_any && let Some(first) = said.name.first().copied().or(said.iri).or(said.email) {
            self.tell_whole(
                mark,
                property,
                first,
                (Rule::Composed, || said_of(agent.iri.as_ref(), &agent.name)),
            );
        }
        is_any.then_some(agent)
    }

    /// A contact; `None` when nothing was said about it.
    pub(super) fn contact(&mut self, property: Property, said: &ContactSaid<'_>) -> Option<Contact> {
        let mark = self.mark();
        let mut contact = Contact {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            organization_name: said
                .organization_name
                .iter()
                .filter_map(|s| self.line(property, *s))
                .collect(),
            address: said.address.and_then(|s| self.line(property, s)).map(|t| t.value),
            ..Contact::default()
        };
        for name in &said.name {
            // A name that is nothing but a mail address is one.
            let found = contact::emails(name.value);
            if found.rest.is_empty() {
                self.tell(property, *name, Rule::Email, || joined(&found.iris));
                found.iris.into_iter().for_each(|iri| add(&mut contact.has_email, iri));
            } else if let Some(text) = self.line(property, *name) {
                add(&mut contact.r#fn, text);
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
            let found = contact::phones(phone.value);
            if !found.rest.is_empty() {
                self.refuse(RemarkCode::InvalidPhone, property, phone.part(&found.rest));
            }
            if !found.iris.is_empty() {
                self.tell(property, *phone, Rule::Phone, || joined(&found.iris));
            }
            found.iris.into_iter().for_each(|iri| add(&mut contact.has_telephone, iri));
        }
        let is_any = contact != Contact::default();
        let all = [&said.name, &said.organization_name, &said.email, &said.url, &said.phone];
        let first = all.into_iter().flatten().copied().chain(said.iri).chain(said.address).next();
        if is_any && let Some(first) = first {
            let result = || said_of(contact.iri.as_ref().or(contact.has_email.first()), &contact.r#fn);
            self.tell_whole(mark, property, first, (Rule::Composed, result));
        }
        is_any.then_some(contact)
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

    /// A place; `None` when nothing was said about it.
    pub(super) fn location(&mut self, property: Property, said: &LocationSaid<'_>) -> Option<Location> {
        let mark = self.mark();
        let mut location = Location {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            label: said.label.iter().filter_map(|s| self.line(property, *s)).collect(),
            ..Location::default()
        };
        for said in [said.bbox, said.geometry, said.centroid].into_iter().flatten() {
            let Some(Geometry { bbox, centroid, shape, doubt: _ }) = self.geometry(property, said) else {
                continue;
            };
            // A box or shape has a middle, but a point that the source gives is a better one.
            if bbox.is_none() || location.centroid.is_none() {
                location.centroid = Some(centroid);
            }
            if let Some(bbox) = bbox {
                let first = location.bbox.get_or_insert_with(|| bbox.clone());
                if *first != bbox && shape.is_none() {
                    self.refuse(RemarkCode::TooManyValues, property, said);
                }
            }
            if let Some(shape) = shape {
                self.only(property, &mut location.geometry, shape, said);
            }
        }
        let first = said.iri.into_iter().chain(said.label.iter().copied());
        let first = first.chain(said.bbox).chain(said.geometry).chain(said.centroid).next();
        if location != Location::default()
            && let Some(first) = first
        {
            // A name alone is no place yet.
            let is_words = location.iri.is_none() && location.centroid.is_none();
            let rule = if is_words { Rule::SourceWords } else { Rule::Composed };
            self.tell_whole(
                mark,
                property,
                first,
                (rule, || said_of(location.iri.as_ref(), &location.label)),
            );
        }
        (location != Location::default()).then_some(location)
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
fn said_of(iri: Option<&Iri>, names: &[Text]) -> String {
    iri.map(Iri::as_str).or(names.first().map(|name| name.value.as_str())).unwrap_or_default().to_owned()
}

fn joined(iris: &[Iri]) -> String {
    iris.iter().map(Iri::as_str).collect::<Vec<_>>().join(" ")
}
