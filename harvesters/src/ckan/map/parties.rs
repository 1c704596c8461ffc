//! Publisher, creator, contacts, attributions.

use std::borrow::Cow;

use moisson_dcat::draft::{AgentSaid, ContactSaid, said};

use super::{super::package::kept, Mapper, Package};
use crate::{
    json::{Json, Object},
    spelling::Field::{
        self, Contact, ContactEmail, ContactIdentifier, ContactName, ContactPhone, ContactUri, ContactUrl,
        Creator, CreatorEmail, CreatorIdentifier, CreatorName, CreatorType, CreatorUri, CreatorUrl,
        Publisher, PublisherEmail, PublisherIdentifier, PublisherName, PublisherType, PublisherUri,
        PublisherUrl, QualifiedAttribution,
    },
    words::{Words, opened, things, words},
};

/// The fields in which the facts of one agent stand.
struct AgentFields {
    agent: Field,
    uri: Field,
    name: Field,
    email: Field,
    url: Field,
    kind: Field,
    identifier: Field,
}

const PUBLISHER: AgentFields = AgentFields {
    agent: Publisher,
    uri: PublisherUri,
    name: PublisherName,
    email: PublisherEmail,
    url: PublisherUrl,
    kind: PublisherType,
    identifier: PublisherIdentifier,
};

const CREATOR: AgentFields = AgentFields {
    agent: Creator,
    uri: CreatorUri,
    name: CreatorName,
    email: CreatorEmail,
    url: CreatorUrl,
    kind: CreatorType,
    identifier: CreatorIdentifier,
};

/// An agent in texts of its own.
#[derive(Debug, Default)]
struct Agent<'a> {
    iri: Option<Words<'a>>,
    name: Vec<Words<'a>>,
    email: Option<Words<'a>>,
    homepage: Option<Words<'a>>,
    kind: Option<Words<'a>>,
    identifier: Vec<Words<'a>>,
}

impl Agent<'_> {
    fn said(&self) -> AgentSaid<'_> {
        AgentSaid {
            iri: self.iri.as_ref().map(Words::said),
            name: self.name.iter().map(Words::said).collect(),
            email: self.email.as_ref().map(Words::said),
            homepage: self.homepage.as_ref().map(Words::said),
            r#type: self.kind.as_ref().map(Words::said),
            identifier: self.identifier.iter().map(Words::said).collect(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Words<'_>> {
        let facts = self.email.iter().chain(&self.homepage).chain(&self.kind).chain(&self.identifier);
        self.name.iter().chain(&self.iri).chain(facts)
    }

    fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

impl Mapper {
    /// All of them.
    pub(super) fn parties(&mut self, package: &mut Package<'_>) {
        let (publishers, facts) = self.agents(package, &PUBLISHER);
        for publisher in &publishers {
            self.draft.publisher(publisher.said());
        }
        let facts = if publishers.is_empty() {
            self.organization(package, Some(facts))
        } else {
            self.organization(package, None);
            Some(facts)
        };
        self.keep(facts.as_ref());
        let (creators, facts) = self.agents(package, &CREATOR);
        for creator in creators {
            self.draft.creator(creator.said());
        }
        self.keep(Some(&facts));
        let contacts = self.contacts(package);
        let author = Agent {
            name: package.take("author").map(|value| words("author", value)).unwrap_or_default(),
            email: package.take_text("author_email"),
            ..Agent::default()
        };
        if !author.is_empty() {
            self.draft.creator(author.said());
            if contacts == 0 && author.email.is_some() {
                self.draft.contact_point(&ContactSaid {
                    name: author.name.iter().map(Words::said).collect(),
                    email: author.email.iter().map(Words::said).collect(),
                    ..ContactSaid::default()
                });
            }
        }
        for (place, value) in package.values(QualifiedAttribution) {
            self.attributions(&place, value);
        }
    }

    /// The agents of one kind: objects, and the one whose facts stand in fields of their own; without a name they
    /// are given back beside.
    fn agents<'a>(&mut self, package: &mut Package<'a>, fields: &AgentFields) -> (Vec<Agent<'a>>, Agent<'a>) {
        let (mut agents, mut names) = (Vec::new(), Vec::new());
        for (place, value) in package.values(fields.agent) {
            for (place, item) in listed(place, value) {
                match item {
                    Json::Object(object) if object.keys().any(|key| !crate::words::is_language(key)) => {
                        agents.push(self.agent(&place, object));
                    }
                    item => names.extend(words(place, item)),
                }
            }
        }
        agents.retain(|agent| !agent.is_empty());
        let own_names = package.words(fields.name);
        let mut flat = Agent {
            iri: package.one(fields.uri),
            name: if own_names.is_empty() { std::mem::take(&mut names) } else { own_names },
            email: package.one(fields.email),
            homepage: package.one(fields.url),
            kind: package.one(fields.kind),
            identifier: package.words(fields.identifier),
        };
        // Several names without a language are several agents.
        if flat.name.iter().filter(|name| name.lang.is_none()).count() > 1 {
            names.extend(flat.name.split_off(1));
        }
        let facts = if flat.name.is_empty() && flat.iri.is_none() {
            flat
        } else {
            agents.push(flat);
            Agent::default()
        };
        agents.extend(names.into_iter().map(|name| Agent { name: vec![name], ..Agent::default() }));
        (agents, facts)
    }

    /// Keeps facts of an agent that is not known.
    fn keep(&mut self, facts: Option<&Agent<'_>>) {
        for word in facts.into_iter().flat_map(Agent::all) {
            self.draft.extra(word.said());
        }
    }

    /// An agent out of an object of ckanext-scheming.
    fn agent<'a>(&mut self, place: &str, mut object: Object<'a>) -> Agent<'a> {
        let mut all = |keys: &[&str]| -> Vec<Words<'a>> {
            let take = |key: &&str| object.take(key).map(|value| words(format!("{place}/{key}"), value));
            keys.iter().filter_map(take).flatten().collect()
        };
        let mut agent = Agent {
            name: super::words::once(all(&["name_translated", "name", "title"])),
            iri: all(&["uri"]).into_iter().next(),
            email: all(&["email", "mbox"]).into_iter().next(),
            homepage: all(&["url", "homepage"]).into_iter().next(),
            kind: all(&["type"]).into_iter().next(),
            identifier: all(&["identifier"]),
        };
        if agent.name.is_empty() {
            agent.name =
                object.take("id").map(|value| words(format!("{place}/id"), value)).unwrap_or_default();
        }
        for rest in kept(object) {
            self.draft.extra(said(&format!("{place}/{}", rest.place), &rest.text));
        }
        agent
    }

    /// The organisation that owns the package. With `facts` it is the publisher, and they are about it; given back
    /// when there is no organisation.
    fn organization<'a>(&mut self, package: &mut Package<'a>, facts: Option<Agent<'a>>) -> Option<Agent<'a>> {
        let (place, owner) = match package.take("organization").map(opened) {
            Some(owner) => {
                // Repeats the id.
                package.take("owner_org");
                (Cow::Borrowed("organization"), owner)
            }
            None if self.dkan => match self.first_group(package) {
                Some(group) => (Cow::Borrowed("groups/0"), group),
                None => return facts,
            },
            None => return facts,
        };
        let mut agent = match owner {
            Json::Object(object) => self.owner(&place, object),
            other => Agent { name: words(place, other), ..Agent::default() },
        };
        let Some(facts) = facts else {
            agent.iri = None;
            self.keep(Some(&agent));
            return None;
        };
        agent.email = facts.email.or(agent.email);
        agent.homepage = facts.homepage.or(agent.homepage);
        agent.kind = facts.kind.or(agent.kind);
        agent.identifier.extend(facts.identifier);
        self.draft.publisher(agent.said());
        None
    }

    /// DKAN's groups are organisations, the first of them the publisher.
    fn first_group<'a>(&mut self, package: &mut Package<'a>) -> Option<Json<'a>> {
        let mut groups = package.take("groups").map(Json::into_list)?.into_iter();
        let first = groups.next();
        for (index, other) in (1..).zip(groups) {
            for thing in things(&format!("groups/{index}"), other, |_| false) {
                for name in &thing.label {
                    self.draft.extra(name.said());
                }
            }
        }
        first
    }

    /// An organisation of CKAN as an agent. What it says of itself (its text, its picture) is no statement on the
    /// dataset and stays in the raw record.
    fn owner<'a>(&self, place: &str, mut object: Object<'a>) -> Agent<'a> {
        let mut all = |keys: &[&str]| -> Vec<Words<'a>> {
            let take = |key: &&str| object.take(key).map(|value| words(format!("{place}/{key}"), value));
            keys.iter().filter_map(take).flatten().collect()
        };
        let (id, slug) = (all(&["id"]), all(&["name"]));
        let name = super::words::once(all(&["title_translated", "title", "display_name"]));
        let iri = all(&["uri"]).into_iter().next().or_else(|| {
            let id = id.first().or(slug.first()).filter(|_| !self.dkan)?;
            Some(Words::new(id.place.clone(), self.below(&["organization", id.text.trim()])?))
        });
        Agent {
            iri,
            email: all(&["email", "contact_email"]).into_iter().next(),
            homepage: all(&["url", "homepage"]).into_iter().next(),
            kind: all(&["dcat_type", "publisher_type"]).into_iter().next(),
            identifier: all(&["identifier", "siret"]),
            name: if name.is_empty() { slug } else { name },
        }
    }

    /// The contact points; how many there are.
    fn contacts(&mut self, package: &mut Package<'_>) -> usize {
        let mut count = 0;
        for (place, value) in package.values(Contact) {
            for (place, item) in listed(place, value) {
                count += 1;
                match item {
                    Json::Object(object) => self.contact(&place, object),
                    item => {
                        for words in words(place, item) {
                            self.contact_text(&words);
                        }
                    }
                }
            }
        }
        self.responsible(package);
        let maintainer =
            package.take("maintainer").map(|value| words("maintainer", value)).unwrap_or_default();
        let maintainer_email = package.take_text("maintainer_email");
        let (uri, name) = (package.one(ContactUri), package.words(ContactName));
        let (email, phone) = (package.words(ContactEmail), package.words(ContactPhone));
        let (url, identifier) = (package.words(ContactUrl), package.words(ContactIdentifier));
        if !(uri.is_none() && name.is_empty() && email.is_empty() && phone.is_empty() && url.is_empty()) {
            count += 1;
            self.draft.contact_point(&ContactSaid {
                iri: uri.as_ref().map(Words::said),
                name: name.iter().map(Words::said).collect(),
                email: email.iter().map(Words::said).collect(),
                phone: phone.iter().map(Words::said).collect(),
                url: url.iter().map(Words::said).collect(),
                ..ContactSaid::default()
            });
        }
        for word in &identifier {
            self.draft.extra(word.said());
        }
        if !maintainer.is_empty() || maintainer_email.is_some() {
            count += 1;
            self.draft.contact_point(&ContactSaid {
                name: maintainer.iter().map(Words::said).collect(),
                email: maintainer_email.iter().map(Words::said).collect(),
                ..ContactSaid::default()
            });
        }
        count
    }

    /// The parties of ISO 19115 as ckanext-spatial notes them: `[{"name": "Région", "roles": ["pointOfContact"]}]`.
    fn responsible(&mut self, package: &mut Package<'_>) {
        for (place, value) in package.take_extra("responsible-party") {
            for (place, item) in listed(Cow::Owned(place), value) {
                let Json::Object(mut object) = item else {
                    for name in words(place, item) {
                        self.draft.contact_point(&ContactSaid {
                            name: vec![name.said()],
                            ..ContactSaid::default()
                        });
                    }
                    continue;
                };
                let name =
                    object.take("name").map(|name| words(format!("{place}/name"), name)).unwrap_or_default();
                let roles = object.take("roles").map(|roles| words(place.clone(), roles)).unwrap_or_default();
                let in_role = |role: &str| roles.iter().any(|word| word.text.eq_ignore_ascii_case(role));
                for name in &name {
                    if in_role("publisher") {
                        self.draft.publisher(name.said());
                    } else if in_role("author") || in_role("originator") {
                        self.draft.creator(name.said());
                    } else {
                        let organization_name = vec![name.said()];
                        self.draft
                            .contact_point(&ContactSaid { organization_name, ..ContactSaid::default() });
                    }
                }
                for rest in kept(object) {
                    self.draft.extra(said(&format!("{place}/{}", rest.place), &rest.text));
                }
            }
        }
    }

    /// A contact out of an object of ckanext-scheming.
    fn contact(&mut self, place: &str, mut object: Object<'_>) {
        let mut all = |keys: &[&str]| -> Vec<Words<'_>> {
            let take = |key: &&str| object.take(key).map(|value| words(format!("{place}/{key}"), value));
            keys.iter().filter_map(take).flatten().collect()
        };
        let name = super::words::once(all(&["name_translated", "name", "fn", "title"]));
        let (uri, email, phone) = (all(&["uri"]), all(&["email"]), all(&["phone", "telephone"]));
        let (url, identifier, address) = (all(&["url", "page"]), all(&["identifier"]), all(&["address"]));
        let organization = all(&["organization_name", "organization"]);
        // An identifier may be the contact's IRI; else it is kept.
        let iri = uri.first().or_else(|| identifier.iter().find(|id| crate::words::is_link(id.text.trim())));
        self.draft.contact_point(&ContactSaid {
            iri: iri.map(Words::said),
            name: name.iter().map(Words::said).collect(),
            organization_name: organization.iter().map(Words::said).collect(),
            email: email.iter().map(Words::said).collect(),
            phone: phone.iter().map(Words::said).collect(),
            url: url.iter().map(Words::said).collect(),
            address: address.first().map(Words::said),
        });
        for word in identifier.iter().chain(uri.iter().skip(1)).filter(|word| Some(*word) != iri) {
            self.draft.extra(word.said());
        }
        for rest in kept(object) {
            self.draft.extra(said(&format!("{place}/{}", rest.place), &rest.text));
        }
    }

    /// A contact in one text: an address, a number, or a name.
    fn contact_text(&mut self, text: &Words<'_>) {
        let mut contact = ContactSaid::default();
        let digits = text.text.chars().filter(char::is_ascii_digit).count();
        if text.text.contains('@') {
            contact.email.push(text.said());
            // "Jane Bar - jane@example.be": the words are a name.
            if text.text.trim().contains(char::is_whitespace) {
                contact.name.push(text.said());
            }
        } else if crate::words::is_link(text.text.trim()) {
            contact.url.push(text.said());
        } else if digits >= 6 && !text.text.chars().any(char::is_alphabetic) {
            contact.phone.push(text.said());
        } else {
            contact.name.push(text.said());
        }
        self.draft.contact_point(&contact);
    }

    fn attributions(&mut self, place: &str, value: Json<'_>) {
        for (index, item) in opened(value).into_list().into_iter().enumerate() {
            let place = format!("{place}/{index}");
            let Json::Object(mut object) = item else {
                self.draft.extra(said(&place, &item.to_extra()));
                continue;
            };
            let role = object.take("role").or_else(|| object.take("had_role")).and_then(Json::into_text);
            let role = role.as_deref().map(|role| said(&place, role));
            let mut agents = Vec::new();
            for (place, agent) in object
                .take("agent")
                .map(|value| listed(format!("{place}/agent").into(), value))
                .unwrap_or_default()
            {
                match agent {
                    Json::Object(agent) => agents.push(self.agent(&place, agent)),
                    other => agents.extend(
                        words(place, other)
                            .into_iter()
                            .map(|name| Agent { name: vec![name], ..Agent::default() }),
                    ),
                }
            }
            for agent in agents.iter().filter(|agent| !agent.is_empty()) {
                self.draft.qualified_attribution(agent.said(), role);
            }
            for rest in kept(object) {
                self.draft.extra(said(&format!("{place}/{}", rest.place), &rest.text));
            }
        }
    }
}

/// The elements of a list and their places; anything else as it is.
fn listed<'a>(place: Cow<'a, str>, value: Json<'a>) -> Vec<(Cow<'a, str>, Json<'a>)> {
    match opened(value) {
        Json::List(items) => (0..)
            .zip(items)
            .filter(|(_, item)| !item.is_empty())
            .map(|(index, item): (usize, _)| (Cow::Owned(format!("{place}/{index}")), item))
            .collect(),
        one => vec![(place, one)],
    }
}
