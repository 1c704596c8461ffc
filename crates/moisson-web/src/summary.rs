//! A record in a few words, for lists.

use std::collections::BTreeMap;

use moisson_dcat::{
    Agent, Concept, DataService, Dataset, DatasetSeries, Distribution, Resource, Temporal, Text,
};
use moisson_store::{Kind, StoredRecord};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Language, copies::Copy, labels, language::best_text};

/// A value of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub(crate) struct Labelled {
    /// The term, if the source's words could be mapped or it gave an IRI.
    pub(crate) iri: Option<String>,
    /// What it is called, in the reader's language if possible.
    pub(crate) label: String,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Summary {
    /// The IRI of the resource on this portal; it resolves.
    pub(crate) iri: String,
    /// The source's name.
    pub(crate) source: String,
    /// The record's id at its source.
    pub(crate) id: String,
    /// `dataset`, `series` or `service`.
    pub(crate) kind: String,
    /// `dct:title`, in the reader's language if possible.
    pub(crate) title: String,
    /// The language of the title, if it is known.
    pub(crate) title_lang: Option<String>,
    /// `dct:description`, shortened.
    pub(crate) description: String,
    /// `dct:publisher`: its name.
    pub(crate) publisher: Option<String>,
    /// `dcat:theme`.
    pub(crate) theme: Vec<Labelled>,
    /// Formats of the distributions, each once.
    pub(crate) format: Vec<Labelled>,
    /// Licences of the dataset and its distributions, each once.
    pub(crate) license: Vec<Labelled>,
    /// `dct:modified`, as precise as the source has it.
    pub(crate) modified: Option<String>,
    /// `dct:issued`.
    pub(crate) issued: Option<String>,
    /// How many distributions there are.
    pub(crate) distributions: usize,
    /// Whether the record conforms, for each profile that it was checked against.
    pub(crate) conforms: BTreeMap<String, bool>,
    /// Other records of the same dataset, the authoritative one first; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) copies: Vec<Copy>,
}

/// The longest description in a list, in characters.
const SHORT: usize = 400;

impl Summary {
    pub(crate) fn of(record: &StoredRecord, language: Language) -> Self {
        let facts = Facts::of(&record.resource);
        let title = best_text(facts.title, language);
        let description = best_text(facts.description, language).map_or("", |text| &text.value);
        Self {
            iri: record.iri.as_str().to_owned(),
            source: record.key.source.clone(),
            id: record.key.id.clone(),
            kind: Kind::of(&record.resource).as_str().to_owned(),
            title: title.map(|text| text.value.clone()).unwrap_or_default(),
            title_lang: title.and_then(|text| text.lang.clone()),
            description: shorten(description, SHORT),
            publisher: facts
                .publisher
                .and_then(|agent| best_text(&agent.name, language))
                .map(|text| text.value.clone()),
            theme: labelled(facts.theme.iter(), language),
            format: labelled(facts.format(), language),
            license: labelled(facts.license(), language),
            modified: facts.modified.map(|value| value.lexical().to_owned()),
            issued: facts.issued.map(|value| value.lexical().to_owned()),
            distributions: facts.distribution.len(),
            conforms: record.report.conforms.clone(),
            copies: Vec::new(),
        }
    }
}

/// What the three kinds of resource have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) title: &'a [Text],
    pub(crate) description: &'a [Text],
    pub(crate) keyword: &'a [Text],
    pub(crate) publisher: Option<&'a Agent>,
    pub(crate) theme: &'a [Concept],
    pub(crate) distribution: &'a [Distribution],
    own_format: &'a [Concept],
    own_license: &'a [Concept],
    pub(crate) modified: Option<&'a Temporal>,
    pub(crate) issued: Option<&'a Temporal>,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(resource: &'a Resource) -> Self {
        match resource {
            Resource::Dataset(dataset) => Self::of_dataset(dataset),
            Resource::Series(series) => Self::of_series(series),
            Resource::Service(service) => Self::of_service(service),
        }
    }

    fn of_dataset(dataset: &'a Dataset) -> Self {
        Self {
            title: &dataset.title,
            description: &dataset.description,
            keyword: &dataset.keyword,
            publisher: dataset.publisher.as_ref(),
            theme: &dataset.theme,
            distribution: &dataset.distribution,
            own_format: &[],
            own_license: &dataset.license,
            modified: dataset.modified.as_ref(),
            issued: dataset.issued.as_ref(),
        }
    }

    fn of_series(series: &'a DatasetSeries) -> Self {
        Self {
            title: &series.title,
            description: &series.description,
            keyword: &series.keyword,
            publisher: series.publisher.as_ref(),
            theme: &series.theme,
            distribution: &[],
            own_format: &[],
            own_license: &[],
            modified: series.modified.as_ref(),
            issued: series.issued.as_ref(),
        }
    }

    fn of_service(service: &'a DataService) -> Self {
        Self {
            title: &service.title,
            description: &service.description,
            keyword: &service.keyword,
            publisher: service.publisher.as_ref(),
            theme: &service.theme,
            distribution: &[],
            own_format: &service.format,
            own_license: service.license.as_slice(),
            modified: service.modified.as_ref(),
            issued: service.issued.as_ref(),
        }
    }

    /// Formats, else media types, of the resource and its distributions.
    fn format(&self) -> impl Iterator<Item = &'a Concept> + use<'a> {
        let of_files =
            self.distribution.iter().filter_map(|file| file.format.as_ref().or(file.media_type.as_ref()));
        self.own_format.iter().chain(of_files)
    }

    /// Licences of the resource and its distributions.
    fn license(&self) -> impl Iterator<Item = &'a Concept> + use<'a> {
        self.own_license.iter().chain(self.distribution.iter().filter_map(|file| file.license.as_ref()))
    }
}

/// The concepts with their labels, each once, in the order of first mention.
pub(crate) fn labelled<'a>(concepts: impl Iterator<Item = &'a Concept>, language: Language) -> Vec<Labelled> {
    let mut all = Vec::new();
    for concept in concepts {
        let iri = concept.iri.as_ref().map(|iri| iri.as_str().to_owned());
        let one = Labelled { iri, label: labels::of_concept(concept, language).value };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// The beginning of a text, cut at a word.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= limit {
        return flat;
    }
    let start: String = flat.chars().take(limit).collect();
    let whole = start.rsplit_once(' ').map_or(start.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', '.', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(shorten("a\n  b", 10), "a b");
        assert_eq!(shorten("Les arbres, remarquables de la ville", 12), "Les arbres…");
        assert_eq!(shorten("éééééééééééé", 5), "ééééé…");
    }
}
