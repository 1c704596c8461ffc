//! Agents, contacts and places out of the source's words.

use super::concepts::Kind;
use super::notes::{Notes, Property, add, is_iri};
use super::{AgentSaid, ContactSaid, LocationSaid, Said};
use crate::value::contact;
use crate::value::geometry::Geometry;
use crate::vocabulary::Vocabulary;
use crate::{Agent, Contact, Location, RemarkCode, Text};

impl Notes {
    /// An agent; `None` when nothing was said about it.
    pub(super) fn agent(&mut self, property: Property, said: &AgentSaid<'_>) -> Option<Agent> {
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
        (agent != Agent::default()).then_some(agent)
    }

    /// A contact; `None` when nothing was said about it.
    pub(super) fn contact(&mut self, property: Property, said: &ContactSaid<'_>) -> Option<Contact> {
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
            found.iris.into_iter().for_each(|iri| add(&mut contact.has_telephone, iri));
        }
        (contact != Contact::default()).then_some(contact)
    }

    /// Words beside an address are the name, when there is no other.
    fn beside(&mut self, property: Property, names: &mut Vec<Text>, words: Said<'_>, known: bool) {
        if !known || words.is_empty() || names.iter().any(|n| n.value.contains(words.value)) {
            return;
        }
        if names.is_empty() {
            names.extend(self.line(property, words));
        } else {
            self.keep(words);
        }
    }

    /// A place; `None` when nothing was said about it.
    pub(super) fn location(&mut self, property: Property, said: &LocationSaid<'_>) -> Option<Location> {
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
        (location != Location::default()).then_some(location)
    }

    /// The addresses in a text; a name beside them is left to the caller.
    fn emails(&mut self, property: Property, said: Said<'_>) -> contact::Found {
        let found = contact::emails(said.value);
        if found.iris.is_empty() && !said.is_empty() {
            self.refuse(RemarkCode::InvalidEmail, property, said);
        }
        found
    }
}
