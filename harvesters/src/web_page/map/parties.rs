//! Who publishes, makes, pays and answers.

use moisson_dcat::draft::{AgentSaid, ContactSaid, Draft, said};
use serde_json::Value;

use super::node::{Item, Node, Told, told};

/// Roles of [ISO 19115](https://standards.iso.org/iso/19115/resources/Codelists/gml/CI_RoleCode.xml) that
/// DCAT-AP names with `dcat:hadRole`.
const ROLES: [(&str, &str); 5] = [
    ("funder", "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/funder"),
    ("sponsor", "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/sponsor"),
    ("contributor", "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/contributor"),
    ("provider", "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/resourceProvider"),
    ("maintainer", "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/custodian"),
];

/// Maps all of them.
pub(super) fn all(draft: &mut Draft, node: &mut Node) {
    for item in node.take("publisher") {
        agent(draft, node, item, |draft, agent| {
            draft.publisher(agent);
        });
    }
    for name in ["creator", "author"] {
        for item in node.take(name) {
            agent(draft, node, item, |draft, agent| {
                draft.creator(agent);
            });
        }
    }
    for (name, role) in ROLES {
        for item in node.take(name) {
            agent(draft, node, item, |draft, agent| {
                draft.qualified_attribution(agent, Some(said("role", role)));
            });
        }
    }
    for item in node.take("contactPoint") {
        contact(draft, node, item);
    }
}

fn agent(draft: &mut Draft, node: &mut Node, item: Item, say: impl Fn(&mut Draft, AgentSaid<'_>)) {
    let mut agent = match item.into_node() {
        Ok(agent) => agent,
        Err(item) => {
            for told in told(&item).unwrap_or_default() {
                let mut agent = AgentSaid::default();
                if told.is_link() {
                    agent.iri = Some(told.said());
                } else {
                    agent.name.push(told.said());
                }
                say(draft, agent);
            }
            return;
        }
    };
    // A role around the agent: `{"@type": "Role", "creator": {…}}`.
    for name in ["creator", "author", "contributor", "publisher"] {
        for inner in agent.take(name) {
            self::agent(draft, node, inner, &say as &dyn Fn(&mut Draft, AgentSaid<'_>));
        }
    }
    agent.forget_types(&["Organization", "Person", "Role", "@id"]);
    let id = agent.id();
    let mut names = agent.texts_of_first(&["@value", "name", "legalName", "alternateName"]);
    if names.is_empty() {
        names.extend(full_name(&mut agent));
    }
    let (homepage, email) = (agent.texts("url"), agent.texts("email"));
    let identifiers = identifiers(&mut agent);
    for item in agent.take("contactPoint") {
        contact(draft, node, item);
    }
    let mut homepages = homepage.into_iter();
    let mut emails = email.into_iter();
    let (homepage, email) = (homepages.next(), emails.next());
    for other in homepages.chain(emails) {
        agent.leave(Item { place: other.place, value: Value::String(other.text) });
    }
    say(
        draft,
        AgentSaid {
            iri: id.as_ref().map(Told::said),
            name: names.iter().map(Told::said).collect(),
            email: email.as_ref().map(Told::said),
            homepage: homepage.as_ref().map(Told::said),
            r#type: None,
            identifier: identifiers.iter().map(Told::said).collect(),
        },
    );
    node.absorb(agent);
}

/// First and last name of a person.
fn full_name(agent: &mut Node) -> Option<Told> {
    let parts: Vec<Told> = ["givenName", "familyName"].iter().flat_map(|name| agent.texts(name)).collect();
    let first = parts.first()?.clone();
    let text = parts.iter().map(|told| told.text.trim()).collect::<Vec<_>>().join(" ");
    Some(Told { text, ..first })
}

fn identifiers(agent: &mut Node) -> Vec<Told> {
    let mut found: Vec<Told> = ["taxID", "vatID", "leiCode", "iso6523Code", "duns"]
        .iter()
        .flat_map(|name| agent.texts(name))
        .collect();
    for item in agent.take("identifier") {
        match item.into_node() {
            Ok(mut value) => {
                value.forget_types(&["PropertyValue", "@id"]);
                found.extend(value.texts("value"));
                found.extend(value.id());
                agent.absorb(value);
            }
            Err(item) => found.extend(told(&item).unwrap_or_default()),
        }
    }
    found
}

fn contact(draft: &mut Draft, node: &mut Node, item: Item) {
    let mut contact = match item.into_node() {
        Ok(contact) => contact,
        Err(item) => {
            for told in told(&item).unwrap_or_default() {
                let mut contact = ContactSaid::default();
                match (told.is_link(), told.text.contains('@')) {
                    (true, _) => contact.url.push(told.said()),
                    (_, true) => contact.email.push(told.said()),
                    _ => contact.name.push(told.said()),
                }
                draft.contact_point(&contact);
            }
            return;
        }
    };
    contact.forget_types(&["ContactPoint", "Organization", "Person"]);
    let id = contact.id();
    let (names, kinds) = (contact.texts("name"), contact.texts("contactType"));
    let (emails, phones, urls) = (contact.texts("email"), contact.texts("telephone"), contact.texts("url"));
    let names = if names.is_empty() { kinds } else { leave_all(&mut contact, kinds, names) };
    draft.contact_point(&ContactSaid {
        iri: id.as_ref().map(Told::said),
        name: names.iter().map(Told::said).collect(),
        organization_name: Vec::new(),
        email: emails.iter().map(Told::said).collect(),
        phone: phones.iter().map(Told::said).collect(),
        url: urls.iter().map(Told::said).collect(),
        address: None,
    });
    node.absorb(contact);
}

fn leave_all(node: &mut Node, unused: Vec<Told>, used: Vec<Told>) -> Vec<Told> {
    for told in unused {
        node.leave(Item { place: told.place, value: Value::String(told.text) });
    }
    used
}
