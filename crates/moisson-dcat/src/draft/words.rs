//! Titles, descriptions, keywords, vocabulary values, dates.

use super::concepts::Kind;
use super::notes::{add, add_concept};
use super::{Class, Draft, NamedSaid, Said};
use crate::value::keywords;
use crate::vocabulary::Vocabulary;
use crate::{Concept, RemarkCode};

impl Draft {
    /// `dct:title`.
    pub fn title(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(mut text) = self.notes.line("title", said) {
            if let Some(readable) = keywords::without_file_name(&text.value) {
                self.notes.remark(RemarkCode::FileNameTitle, "title", said, readable.clone());
                text.value = readable;
            }
            add(&mut self.dataset.title, text);
        }
        self.settle()
    }

    /// `dct:description`: plain text, HTML or Markdown.
    pub fn description(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(text) = self.notes.prose("description", said) {
            add(&mut self.dataset.description, text);
        }
        self.settle()
    }

    /// One `dcat:keyword`. A name with commas stays one; what plainly is a list becomes several.
    pub fn keyword(&mut self, said: Said<'_>) -> &mut Self {
        if keywords::is_list(said.value) {
            return self.keywords(said);
        }
        if let Some(text) = self.notes.line("keyword", said) {
            add(&mut self.dataset.keyword, text);
        }
        self.settle()
    }

    /// Several `dcat:keyword` in one text, separated by commas, semicolons, bars or line ends.
    pub fn keywords(&mut self, said: Said<'_>) -> &mut Self {
        for part in keywords::parts(said.value) {
            if let Some(text) = self.notes.line("keyword", said.part(part)) {
                add(&mut self.dataset.keyword, text);
            }
        }
        self.settle()
    }

    /// `dcat:theme`, by IRI, code or words.
    pub fn theme<'a>(&mut self, theme: impl Into<NamedSaid<'a>>) -> &mut Self {
        for concept in self.notes.concepts("theme", Kind::Theme, &theme.into()) {
            let iri = concept.iri.as_ref().map(crate::Iri::as_str);
            // data.gouv.fr and others list the categories of high-value datasets among the themes.
            if let Some(term) = iri.and_then(|iri| Vocabulary::HvdCategory.term(iri)) {
                let category = Concept { iri: Some(term.iri().clone()), label: Vec::new() };
                add_concept(&mut self.dataset.hvd_category, category);
            }
            add_concept(&mut self.dataset.theme, concept);
        }
        self.settle()
    }

    /// `dct:license`, by IRI, code or words.
    pub fn license<'a>(&mut self, license: impl Into<NamedSaid<'a>>) -> &mut Self {
        let license = license.into();
        if self.has(&[Class::Dataset, Class::Service], &all(&license)) {
            for concept in self.notes.concepts("license", Kind::Licence, &license) {
                add_concept(&mut self.dataset.license, concept);
            }
        }
        self.settle()
    }

    /// `dct:accessRights`, by IRI, code or words.
    pub fn access_rights<'a>(&mut self, rights: impl Into<NamedSaid<'a>>) -> &mut Self {
        let rights = rights.into();
        if self.has(&[Class::Dataset, Class::Service], &all(&rights))
            && let Some(concept) =
                self.notes.concept("access_rights", Kind::Of(Vocabulary::AccessRight), &rights)
            && let Some(said) = first(&rights)
        {
            self.notes.only_concept("access_rights", &mut self.dataset.access_rights, concept, said);
        }
        self.settle()
    }

    /// `dct:accrualPeriodicity`, by IRI, code or words.
    pub fn accrual_periodicity<'a>(&mut self, frequency: impl Into<NamedSaid<'a>>) -> &mut Self {
        let frequency = frequency.into();
        if self.has(&[Class::Dataset, Class::Series], &all(&frequency))
            && let Some(concept) = self.notes.concept("accrual_periodicity", Kind::Frequency, &frequency)
            && let Some(said) = first(&frequency)
        {
            self.notes.only_concept(
                "accrual_periodicity",
                &mut self.dataset.accrual_periodicity,
                concept,
                said,
            );
        }
        self.settle()
    }

    /// `dct:language`, by IRI, tag or name.
    pub fn language<'a>(&mut self, language: impl Into<NamedSaid<'a>>) -> &mut Self {
        let language = language.into();
        if self.has(&[Class::Dataset, Class::Service], &all(&language)) {
            for concept in self.notes.concepts("language", Kind::Language, &language) {
                add_concept(&mut self.dataset.language, concept);
            }
        }
        self.settle()
    }

    /// `dct:type`, by IRI, code or words.
    pub fn r#type<'a>(&mut self, kind: impl Into<NamedSaid<'a>>) -> &mut Self {
        let kind = kind.into();
        if self.has(&[Class::Dataset], &all(&kind)) {
            for concept in self.notes.concepts("type", Kind::Of(Vocabulary::DatasetType), &kind) {
                add_concept(&mut self.dataset.r#type, concept);
            }
        }
        self.settle()
    }

    /// `dcatap:hvdCategory`, by IRI or words.
    pub fn hvd_category<'a>(&mut self, category: impl Into<NamedSaid<'a>>) -> &mut Self {
        let category = category.into();
        if self.has(&[Class::Dataset, Class::Service], &all(&category)) {
            for concept in self.notes.concepts("hvd_category", Kind::Of(Vocabulary::HvdCategory), &category) {
                add_concept(&mut self.dataset.hvd_category, concept);
            }
        }
        self.settle()
    }

    /// `dct:issued`.
    pub fn issued(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(moment) = self.notes.moment("issued", said) {
            self.notes.only("issued", &mut self.dataset.issued, moment, said);
        }
        self.settle()
    }

    /// `dct:created`.
    pub fn created(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said])
            && let Some(moment) = self.notes.moment("created", said)
        {
            self.notes.only("created", &mut self.dataset.created, moment, said);
        }
        self.settle()
    }

    /// `dct:modified`.
    pub fn modified(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(moment) = self.notes.moment("modified", said) {
            self.notes.only("modified", &mut self.dataset.modified, moment, said);
        }
        self.settle()
    }

    /// `dcat:version`.
    pub fn version(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said])
            && let Some(text) = self.notes.line("version", said)
        {
            self.notes.only("version", &mut self.dataset.version, text.value, said);
        }
        self.settle()
    }

    /// `adms:versionNotes`.
    pub fn version_notes(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said])
            && let Some(text) = self.notes.prose("version_notes", said)
        {
            add(&mut self.dataset.version_notes, text);
        }
        self.settle()
    }
}

/// All parts of it, to be kept where no property takes them.
pub(super) fn all<'a>(named: &NamedSaid<'a>) -> Vec<Said<'a>> {
    named.iri.into_iter().chain(named.label.iter().copied()).collect()
}

/// The part that stands for it in a remark.
pub(super) fn first<'a>(named: &NamedSaid<'a>) -> Option<Said<'a>> {
    named.iri.or_else(|| named.label.first().copied())
}
