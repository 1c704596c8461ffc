//! Data services: what only a service has, on a record of its own or inside a distribution.

use super::concepts::Kind;
use super::formats::FormatFound;
use super::notes::{Notes, add, add_concept};
use super::words::first;
use super::{Class, ContactSaid, Draft, NamedSaid, Said};
use crate::vocabulary::Vocabulary;
use crate::{DataService, Extra, ExtraValue, Iri};

/// A service inside a distribution on its way.
#[derive(Debug)]
pub struct ServiceDraft<'d> {
    notes: &'d mut Notes,
    service: &'d mut DataService,
}

impl Draft {
    /// `dcat:endpointURL`, of a service.
    pub fn endpoint_url(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Service], &[said]) {
            for iri in self.notes.iris("endpoint_url", said) {
                add(&mut self.service.endpoint_url, iri);
            }
        }
        self.settle()
    }

    /// `dcat:endpointDescription`, of a service.
    pub fn endpoint_description(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Service], &[said]) {
            for iri in self.notes.iris("endpoint_description", said) {
                add(&mut self.service.endpoint_description, iri);
            }
        }
        self.settle()
    }

    /// `dcat:servesDataset`, of a service: the dataset's IRI at the source.
    pub fn serves_dataset(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Service], &[said]) {
            for iri in self.notes.iris("serves_dataset", said) {
                add(&mut self.service.serves_dataset, iri);
            }
        }
        self.settle()
    }

    /// `dct:format`, of a service: what it answers with.
    pub fn format<'a>(&mut self, format: impl Into<NamedSaid<'a>>) -> &mut Self {
        let format = format.into();
        if self.has(&[Class::Service], &super::words::all(&format))
            && let Some(found) = self.notes.format("format", &format)
        {
            match found {
                FormatFound::FileType { concept, .. } => add_concept(&mut self.service.format, concept),
                FormatFound::Way(statement) => add(&mut self.dataset.extra, statement),
            }
        }
        self.settle()
    }
}

impl<'d> ServiceDraft<'d> {
    pub(super) fn begin(notes: &'d mut Notes, to: &'d mut Vec<DataService>, id: Option<&str>) -> Self {
        let id = id.unwrap_or_default().trim().to_owned();
        let service = to.push_mut(DataService { id, ..DataService::default() });
        Self { notes, service }
    }

    /// The IRI that the source gives it.
    pub fn upstream_iri(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(iri) = self.notes.iri("upstream_iri", said) {
            self.notes.only("upstream_iri", &mut self.service.upstream, iri, said);
        }
        self.settle()
    }

    /// `dct:title`.
    pub fn title(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(text) = self.notes.line("title", said) {
            add(&mut self.service.title, text);
        }
        self.settle()
    }

    /// `dct:description`.
    pub fn description(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(text) = self.notes.prose("description", said) {
            add(&mut self.service.description, text);
        }
        self.settle()
    }

    /// `dcat:endpointURL`.
    pub fn endpoint_url(&mut self, said: Said<'_>) -> &mut Self {
        for iri in self.notes.iris("endpoint_url", said) {
            add(&mut self.service.endpoint_url, iri);
        }
        self.settle()
    }

    /// `dcat:endpointDescription`.
    pub fn endpoint_description(&mut self, said: Said<'_>) -> &mut Self {
        for iri in self.notes.iris("endpoint_description", said) {
            add(&mut self.service.endpoint_description, iri);
        }
        self.settle()
    }

    /// `dct:conformsTo`: the protocol.
    pub fn conforms_to<'a>(&mut self, standard: impl Into<NamedSaid<'a>>) -> &mut Self {
        for standard in self.notes.references("conforms_to", &standard.into()) {
            add(&mut self.service.conforms_to, standard);
        }
        self.settle()
    }

    /// `dcat:servesDataset`: the dataset's IRI at the source.
    pub fn serves_dataset(&mut self, said: Said<'_>) -> &mut Self {
        for iri in self.notes.iris("serves_dataset", said) {
            add(&mut self.service.serves_dataset, iri);
        }
        self.settle()
    }

    /// `dcat:keyword`.
    pub fn keyword(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(text) = self.notes.line("keyword", said) {
            add(&mut self.service.keyword, text);
        }
        self.settle()
    }

    /// `dcat:theme`.
    pub fn theme<'a>(&mut self, theme: impl Into<NamedSaid<'a>>) -> &mut Self {
        for concept in self.notes.concepts("theme", Kind::Theme, &theme.into()) {
            add_concept(&mut self.service.theme, concept);
        }
        self.settle()
    }

    /// `dct:format`: what it answers with.
    pub fn format<'a>(&mut self, format: impl Into<NamedSaid<'a>>) -> &mut Self {
        match self.notes.format("format", &format.into()) {
            Some(FormatFound::FileType { concept, .. }) => add_concept(&mut self.service.format, concept),
            Some(FormatFound::Way(statement)) => add(&mut self.service.extra, statement),
            None => {}
        }
        self.settle()
    }

    /// `dct:license`.
    pub fn license<'a>(&mut self, license: impl Into<NamedSaid<'a>>) -> &mut Self {
        let license = license.into();
        if let Some(concept) = self.notes.concept("license", Kind::Licence, &license)
            && let Some(said) = first(&license)
        {
            self.notes.only_concept("license", &mut self.service.license, concept, said);
        }
        self.settle()
    }

    /// `dct:accessRights`.
    pub fn access_rights<'a>(&mut self, rights: impl Into<NamedSaid<'a>>) -> &mut Self {
        let rights = rights.into();
        if let Some(concept) = self.notes.concept("access_rights", Kind::Of(Vocabulary::AccessRight), &rights)
            && let Some(said) = first(&rights)
        {
            self.notes.only_concept("access_rights", &mut self.service.access_rights, concept, said);
        }
        self.settle()
    }

    /// `dcat:contactPoint`.
    pub fn contact_point(&mut self, contact: &ContactSaid<'_>) -> &mut Self {
        for contact in self.notes.contacts("contact_point", contact) {
            add(&mut self.service.contact_point, contact);
        }
        self.settle()
    }

    /// `foaf:page`: documentation.
    pub fn page<'a>(&mut self, page: impl Into<NamedSaid<'a>>) -> &mut Self {
        for page in self.notes.references("page", &page.into()) {
            add(&mut self.service.page, page);
        }
        self.settle()
    }

    /// `dct:rights`.
    pub fn rights<'a>(&mut self, statement: impl Into<NamedSaid<'a>>) -> &mut Self {
        for statement in self.notes.references("rights", &statement.into()) {
            add(&mut self.service.rights, statement);
        }
        self.settle()
    }

    /// Keeps something that no property holds: `place` is the key.
    pub fn extra(&mut self, said: Said<'_>) -> &mut Self {
        self.notes.keep(said);
        self.settle()
    }

    /// Keeps a statement of an RDF source that no property holds.
    pub fn statement(&mut self, property: Iri, value: ExtraValue) -> &mut Self {
        self.notes.tell_statement(&property, &value);
        self.service.extra.push(Extra::Statement { property, value });
        self.settle()
    }

    fn settle(&mut self) -> &mut Self {
        self.notes.place_steps(|| "access_service".to_owned());
        self.service.extra.append(&mut self.notes.left);
        self.notes.rights.drain(..).for_each(|statement| add(&mut self.service.rights, statement));
        self
    }
}
