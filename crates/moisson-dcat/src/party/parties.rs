//! Where agents and contacts stand in a resource.

use crate::{Agent, Contact, DataService, Distribution, Resource};

/// A party and where it stands.
pub(super) enum PartyMut<'a> {
    Agent(&'static str, &'a mut Agent),
    Contact(&'a mut Contact),
}

/// Calls `f` for each agent and contact, with the place: `creator/0`, `distribution/a1/service/contact_point/0`.
pub(super) fn each(resource: &mut Resource, f: &mut dyn FnMut(&str, PartyMut<'_>)) {
    match resource {
        Resource::Dataset(dataset) => {
            optional("publisher", dataset.publisher.as_mut(), f);
            listed("creator", dataset.creator.iter_mut(), f);
            let attributed =
                dataset.qualified_attribution.iter_mut().map(|attribution| &mut attribution.agent);
            listed("qualified_attribution", attributed, f);
            contacts("", &mut dataset.contact_point, f);
            for distribution in dataset.distribution.iter_mut().chain(&mut dataset.sample) {
                services(distribution, f);
            }
        }
        Resource::Series(series) => {
            optional("publisher", series.publisher.as_mut(), f);
            contacts("", &mut series.contact_point, f);
        }
        Resource::Service(service) => {
            optional("publisher", service.publisher.as_mut(), f);
            contacts("", &mut service.contact_point, f);
        }
    }
}

fn services(distribution: &mut Distribution, f: &mut dyn FnMut(&str, PartyMut<'_>)) {
    for service in &mut distribution.access_service {
        let DataService { publisher, contact_point, .. } = service;
        if publisher.is_some() || !contact_point.is_empty() {
            let place = format!("distribution/{}/access_service/", distribution.id);
            if let Some(agent) = publisher {
                f(&format!("{place}publisher"), PartyMut::Agent("publisher", agent));
            }
            contacts(&place, contact_point, f);
        }
    }
}

fn optional(property: &'static str, agent: Option<&mut Agent>, f: &mut dyn FnMut(&str, PartyMut<'_>)) {
    if let Some(agent) = agent {
        f(property, PartyMut::Agent(property, agent));
    }
}

fn listed<'a>(
    property: &'static str,
    agents: impl Iterator<Item = &'a mut Agent>,
    f: &mut dyn FnMut(&str, PartyMut<'_>),
) {
    for (at, agent) in agents.enumerate() {
        f(&format!("{property}/{at}"), PartyMut::Agent(property, agent));
    }
}

fn contacts(before: &str, contacts: &mut [Contact], f: &mut dyn FnMut(&str, PartyMut<'_>)) {
    for (at, contact) in contacts.iter_mut().enumerate() {
        f(&format!("{before}contact_point/{at}"), PartyMut::Contact(contact));
    }
}
