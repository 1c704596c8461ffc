//! People, pages, identifiers and links to other things.

use super::notes::add;
use super::words::all;
use super::{AgentSaid, Class, ContactSaid, Draft, NamedSaid, Said};
use crate::{Attribution, Contact, Identifier, Relationship};

impl Draft {
    /// `dct:publisher`. Whom to ask, where its name says that too, becomes a `dcat:contactPoint`.
    pub fn publisher<'a>(&mut self, agent: impl Into<AgentSaid<'a>>) -> &mut Self {
        let agent = agent.into();
        for (publisher, contact) in self.notes.agents("publisher", &agent) {
            if let Some(said) = agent.name.first().copied().or(agent.iri).or(agent.email) {
                let name = publisher.name.first().map(|name| name.value.clone());
                let said = said.part(name.as_deref().unwrap_or(said.value));
                self.notes.only("publisher", &mut self.dataset.publisher, publisher, said);
            }
            self.ask(contact);
        }
        self.settle()
    }

    /// `dct:creator`.
    pub fn creator<'a>(&mut self, agent: impl Into<AgentSaid<'a>>) -> &mut Self {
        let agent = agent.into();
        let said: Vec<Said<'_>> = agent.name.iter().copied().chain(agent.iri).chain(agent.email).collect();
        if self.has(&[Class::Dataset], &said) {
            for (creator, contact) in self.notes.agents("creator", &agent) {
                add(&mut self.dataset.creator, creator);
                self.ask(contact);
            }
        }
        self.settle()
    }

    /// `dcat:contactPoint`.
    pub fn contact_point(&mut self, contact: &ContactSaid<'_>) -> &mut Self {
        for contact in self.notes.contacts("contact_point", contact) {
            add(&mut self.dataset.contact_point, contact);
        }
        self.settle()
    }

    fn ask(&mut self, contact: Option<Contact>) {
        if let Some(contact) = contact {
            add(&mut self.dataset.contact_point, contact);
        }
    }

    /// `prov:qualifiedAttribution`: an agent in a role (an IRI).
    pub fn qualified_attribution<'a>(
        &mut self,
        agent: impl Into<AgentSaid<'a>>,
        had_role: Option<Said<'a>>,
    ) -> &mut Self {
        let agent = agent.into();
        let said: Vec<Said<'_>> = agent.name.iter().copied().chain(agent.iri).chain(had_role).collect();
        if self.has(&[Class::Dataset], &said) {
            let agents = self.notes.agents("qualified_attribution", &agent);
            let had_role = had_role
                .filter(|_| !agents.is_empty())
                .and_then(|s| self.notes.iri("qualified_attribution", s));
            for (agent, contact) in agents {
                add(
                    &mut self.dataset.qualified_attribution,
                    Attribution { agent, had_role: had_role.clone() },
                );
                self.ask(contact);
            }
        }
        self.settle()
    }

    /// `dcat:qualifiedRelation`: another resource in a role (an IRI).
    pub fn qualified_relation(&mut self, relation: Said<'_>, had_role: Option<Said<'_>>) -> &mut Self {
        if self.has(&[Class::Dataset], &[relation]) {
            let had_role = had_role.and_then(|s| self.notes.iri("qualified_relation", s));
            for relation in self.notes.iris("qualified_relation", relation) {
                add(
                    &mut self.dataset.qualified_relation,
                    Relationship { relation, had_role: had_role.clone() },
                );
            }
        }
        self.settle()
    }

    /// `dct:identifier`.
    pub fn identifier(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(text) = self.notes.line("identifier", said) {
            add(&mut self.dataset.identifier, text.value);
        }
        self.settle()
    }

    /// `adms:identifier`: an identifier that somebody else gave; `schema_agency` is who.
    pub fn other_identifier(&mut self, said: Said<'_>, schema_agency: Option<&str>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said])
            && let Some(text) = self.notes.line("other_identifier", said)
        {
            let schema_agency = schema_agency.map(str::to_owned);
            add(&mut self.dataset.other_identifier, Identifier { notation: text.value, schema_agency });
        }
        self.settle()
    }

    /// `dcat:landingPage`.
    pub fn landing_page<'a>(&mut self, page: impl Into<NamedSaid<'a>>) -> &mut Self {
        for page in self.notes.references("landing_page", &page.into()) {
            add(&mut self.dataset.landing_page, page);
        }
        self.settle()
    }

    /// `foaf:page`: documentation.
    pub fn page<'a>(&mut self, page: impl Into<NamedSaid<'a>>) -> &mut Self {
        let page = page.into();
        if self.has(&[Class::Dataset, Class::Service], &all(&page)) {
            for page in self.notes.references("page", &page) {
                add(&mut self.dataset.page, page);
            }
        }
        self.settle()
    }

    /// `dct:conformsTo`.
    pub fn conforms_to<'a>(&mut self, standard: impl Into<NamedSaid<'a>>) -> &mut Self {
        let standard = standard.into();
        if self.has(&[Class::Dataset, Class::Service], &all(&standard)) {
            for standard in self.notes.standards("conforms_to", &standard) {
                add(&mut self.dataset.conforms_to, standard);
            }
        }
        self.settle()
    }

    /// `dct:provenance`.
    pub fn provenance<'a>(&mut self, statement: impl Into<NamedSaid<'a>>) -> &mut Self {
        let statement = statement.into();
        if self.has(&[Class::Dataset], &all(&statement)) {
            for statement in self.notes.references("provenance", &statement) {
                add(&mut self.dataset.provenance, statement);
            }
        }
        self.settle()
    }

    /// `dct:rights`: a statement on rights that is no licence.
    pub fn rights<'a>(&mut self, statement: impl Into<NamedSaid<'a>>) -> &mut Self {
        let statement = statement.into();
        if self.has(&[Class::Dataset, Class::Service], &all(&statement)) {
            for statement in self.notes.references("rights", &statement) {
                add(&mut self.dataset.rights, statement);
            }
        }
        self.settle()
    }

    /// `dcatap:applicableLegislation`.
    pub fn applicable_legislation<'a>(&mut self, law: impl Into<NamedSaid<'a>>) -> &mut Self {
        for law in self.notes.references("applicable_legislation", &law.into()) {
            add(&mut self.dataset.applicable_legislation, law);
        }
        self.settle()
    }

    /// `dct:relation`.
    pub fn relation<'a>(&mut self, related: impl Into<NamedSaid<'a>>) -> &mut Self {
        let related = related.into();
        if self.has(&[Class::Dataset], &all(&related)) {
            for related in self.notes.references("relation", &related) {
                add(&mut self.dataset.relation, related);
            }
        }
        self.settle()
    }

    /// `prov:wasGeneratedBy`.
    pub fn was_generated_by<'a>(&mut self, activity: impl Into<NamedSaid<'a>>) -> &mut Self {
        let activity = activity.into();
        if self.has(&[Class::Dataset], &all(&activity)) {
            for activity in self.notes.references("was_generated_by", &activity) {
                add(&mut self.dataset.was_generated_by, activity);
            }
        }
        self.settle()
    }

    /// `dct:source`.
    pub fn source(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said]) {
            for iri in self.notes.iris("source", said) {
                add(&mut self.dataset.source, iri);
            }
        }
        self.settle()
    }

    /// `dcat:hasVersion`.
    pub fn has_version(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said]) {
            for iri in self.notes.iris("has_version", said) {
                add(&mut self.dataset.has_version, iri);
            }
        }
        self.settle()
    }

    /// `dcat:isVersionOf`.
    pub fn is_version_of(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said]) {
            for iri in self.notes.iris("is_version_of", said) {
                add(&mut self.dataset.is_version_of, iri);
            }
        }
        self.settle()
    }

    /// `dct:isReferencedBy`.
    pub fn is_referenced_by(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said]) {
            for iri in self.notes.iris("is_referenced_by", said) {
                add(&mut self.dataset.is_referenced_by, iri);
            }
        }
        self.settle()
    }

    /// `dcat:inSeries`: the series' IRI at the source.
    pub fn in_series(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said]) {
            for iri in self.notes.iris("in_series", said) {
                add(&mut self.dataset.in_series, iri);
            }
        }
        self.settle()
    }
}
