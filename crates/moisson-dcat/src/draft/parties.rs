//! Agents, contacts and places out of the source's words.

use super::concepts::Kind;
use super::notes::{Notes, Property};
use super::{AgentSaid, ContactSaid, LocationSaid, Said};
use crate::value::{contact, geometry::Shape};
use crate::vocabulary::Vocabulary;
use crate::{Agent, Contact, Location, RemarkCode};

impl Notes {
    /// An agent; `None` when nothing was said about it.
    pub(super) fn agent(&mut self, property: Property, said: &AgentSaid<'_>) -> Option<Agent> {
        let agent = Agent {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            name: said.name.iter().filter_map(|s| self.line(property, *s)).collect(),
            r#type: said
                .r#type
                .and_then(|s| self.concept(property, Kind::Of(Vocabulary::PublisherType), &s.into())),
            homepage: said.homepage.and_then(|s| self.iri(property, s)),
            mbox: said.email.and_then(|s| self.emails(property, s).into_iter().next()),
            identifier: said.identifier.iter().map(|s| s.value.trim().to_owned()).collect(),
        };
        (agent != Agent::default()).then_some(agent)
    }

    /// A contact; `None` when nothing was said about it.
    pub(super) fn contact(&mut self, property: Property, said: &ContactSaid<'_>) -> Option<Contact> {
        let contact = Contact {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            r#fn: said.name.iter().filter_map(|s| self.line(property, *s)).collect(),
            organization_name: said
                .organization_name
                .iter()
                .filter_map(|s| self.line(property, *s))
                .collect(),
            has_email: said.email.iter().flat_map(|s| self.emails(property, *s)).collect(),
            has_telephone: said.phone.iter().filter_map(|s| self.phone(property, *s)).collect(),
            has_url: said.url.iter().flat_map(|s| self.iris(property, *s)).collect(),
            address: said.address.and_then(|s| self.line(property, s)).map(|t| t.value),
        };
        (contact != Contact::default()).then_some(contact)
    }

    /// A place; `None` when nothing was said about it.
    pub(super) fn location(&mut self, property: Property, said: &LocationSaid<'_>) -> Option<Location> {
        let mut location = Location {
            iri: said.iri.and_then(|s| self.iri(property, s)),
            label: said.label.iter().filter_map(|s| self.line(property, *s)).collect(),
            ..Location::default()
        };
        for geometry in [said.bbox, said.centroid, said.geometry].into_iter().flatten() {
            match self.shape(property, geometry) {
                Some(Shape::Point(wkt)) => self.only(property, &mut location.centroid, wkt, geometry),
                Some(Shape::Box(wkt)) => self.only(property, &mut location.bbox, wkt, geometry),
                Some(Shape::Other { wkt, bbox }) => {
                    self.only(property, &mut location.geometry, wkt, geometry);
                    location.bbox.get_or_insert(bbox);
                }
                None => {}
            }
        }
        (location != Location::default()).then_some(location)
    }

    /// The addresses in a text.
    fn emails(&mut self, property: Property, said: Said<'_>) -> Vec<crate::Iri> {
        let found = contact::emails(said.value);
        if found.is_empty() && !said.is_empty() {
            self.remark(RemarkCode::InvalidEmail, property, said, "");
            self.keep(said);
        }
        found
    }

    /// The number in a text.
    fn phone(&mut self, property: Property, said: Said<'_>) -> Option<crate::Iri> {
        self.number(property, said, contact::phone)
    }
}
