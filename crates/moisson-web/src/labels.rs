//! What people call the values of vocabularies, facets and sources.

use std::collections::BTreeMap;

use moisson_dcat::{Concept, Text, vocabulary};
use moisson_store::search::Facet;

use crate::{Language, SourceView, language::best_text, organisations::Names, texts::Texts};

/// The label of an IRI: from the vocabularies, else the end of the IRI.
pub(crate) fn of_iri(iri: &str, language: Language) -> String {
    if let Some(label) = vocabulary::label(iri, language.tag()) {
        return label.to_owned();
    }
    let end =
        iri.trim_end_matches('/').rsplit(['/', '#']).next().filter(|end| !end.is_empty()).unwrap_or(iri);
    percent_encoding::percent_decode_str(end).decode_utf8_lossy().into_owned()
}

/// The label of a concept: of its IRI if a vocabulary has it, else the source's words, else the end of the IRI.
pub(crate) fn of_concept(concept: &Concept, language: Language) -> Text {
    let known = concept.iri.as_ref().and_then(|iri| vocabulary::label(iri.as_str(), language.tag()));
    if let Some(label) = known {
        return Text { value: label.to_owned(), lang: Some(language.tag().to_owned()) };
    }
    match (best_text(&concept.label, language), &concept.iri) {
        (Some(text), _) => text.clone(),
        (None, Some(iri)) => Text { value: of_iri(iri.as_str(), language), lang: None },
        (None, None) => Text::default(),
    }
}

/// Titles of sources by name, and names of organisations by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct SourceTitles {
    sources: BTreeMap<String, Vec<Text>>,
    organisations: Names,
}

impl SourceTitles {
    pub(crate) fn of(sources: Vec<SourceView>) -> Self {
        let sources = sources.into_iter().map(|source| (source.name, source.title)).collect();
        Self { sources, organisations: Names::default() }
    }

    /// The same with names of organisations.
    pub(crate) fn and(self, organisations: Names) -> Self {
        Self { organisations, ..self }
    }

    /// The title of a source, its name if it has none.
    pub(crate) fn title<'a>(&'a self, name: &'a str, language: Language) -> &'a str {
        let title = self.sources.get(name).and_then(|title| best_text(title, language));
        title.map_or(name, |text| text.value.as_str())
    }

    /// The label of a value of a facet.
    pub(crate) fn value(&self, facet: Facet, value: &str, language: Language) -> String {
        let texts = Texts::of(language);
        match (facet, value) {
            (Facet::Source, name) => self.title(name, language).to_owned(),
            (Facet::Publisher, key) => {
                let name = self.organisations.get(key).and_then(|names| best_text(names, language));
                name.map_or(key, |name| name.value.as_str()).to_owned()
            }
            (Facet::Hvd, "true") => texts.yes.to_owned(),
            (Facet::Hvd, _) => texts.no.to_owned(),
            (Facet::Conforms, "none") => texts.conforms_none.to_owned(),
            (Facet::Conforms, name) => profile(name, language).to_owned(),
            (Facet::Kind, "dataset") => texts.kind_dataset.to_owned(),
            (Facet::Kind, "series") => texts.kind_series.to_owned(),
            (Facet::Kind, "service") => texts.kind_service.to_owned(),
            (_, value) if value.contains("://") => of_iri(value, language),
            (_, value) => value.to_owned(),
        }
    }
}

/// The title of a profile of shapes; its name where nobody knows it any more.
pub(crate) fn profile(name: &str, language: Language) -> &str {
    moisson_shapes::find(name).map_or(name, |profile| profile.title(language.tag()))
}

/// The heading of a facet.
pub(crate) fn facet(facet: Facet, texts: &Texts) -> &'static str {
    match facet {
        Facet::Source => texts.facet_source,
        Facet::Publisher => texts.facet_publisher,
        Facet::Theme => texts.facet_theme,
        Facet::Format => texts.facet_format,
        Facet::License => texts.facet_license,
        Facet::Language => texts.facet_language,
        Facet::Frequency => texts.facet_frequency,
        Facet::Conforms => texts.facet_conforms,
        Facet::Hvd => texts.facet_hvd,
        Facet::HvdCategory => texts.facet_hvd_category,
        Facet::Kind => texts.facet_kind,
        Facet::Keyword => texts.facet_keyword,
        Facet::Spatial => texts.facet_spatial,
        Facet::AccessRights => texts.facet_access_rights,
        Facet::Remark => texts.facet_remark,
    }
}

#[cfg(test)]
mod tests {
    use moisson_dcat::{Concept, Iri, Text};
    use moisson_store::search::Facet;

    use super::{SourceTitles, of_concept, of_iri};
    use crate::Language::{De, Fr, Nl};

    #[test]
    fn terms_are_called_what_people_call_them() {
        let theme = "http://publications.europa.eu/resource/authority/data-theme/ENVI";
        assert_eq!(of_iri(theme, De), "Umwelt");
        assert_eq!(of_iri("https://x.example/vocab#v%C3%A9lo", Fr), "vélo");
        assert_eq!(of_iri("https://x.example/", Fr), "x.example");
        let words = Concept { iri: None, label: vec![Text { value: "Vélos".to_owned(), lang: None }] };
        assert_eq!(of_concept(&words, Nl).value, "Vélos");
        let known = Concept { iri: Some(Iri::new(theme).unwrap()), label: words.label };
        assert_eq!(of_concept(&known, Fr).value, "Environnement");
    }

    #[test]
    fn values_of_facets_have_words() {
        let titles = SourceTitles::default();
        assert_eq!(titles.value(Facet::Kind, "service", Fr), "Service de données");
        assert_eq!(titles.value(Facet::Hvd, "true", Nl), "Ja");
        assert_eq!(titles.value(Facet::Source, "rennes", Nl), "rennes");
        assert_eq!(titles.value(Facet::Conforms, "dcat-ap", Nl), "dcat-ap");
    }
}
