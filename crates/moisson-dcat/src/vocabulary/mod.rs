//! The controlled vocabularies of [DCAT-AP 3](https://semiceu.github.io/DCAT-AP/releases/3.0.1/#controlled-vocs),
//! as tables in `tables/`: codes, labels in four languages, and the words that portals use for them.
//!
//! A term is found by its IRI (with `http` or `https`), its code, a label in any of the languages, or an alias;
//! case, accents and punctuation do not matter.

mod fold;
mod format;
mod frequency;
mod graph;
mod language;
mod licence;
mod media_type;
mod nothing;
pub mod place;
mod table;
mod theme;

use std::sync::LazyLock;

use rustc_hash::FxHashMap as HashMap;

pub use fold::fold;
pub use format::{Format, format};
pub use frequency::{frequency, interval_of};
pub use graph::vocabulary_graph;
pub use language::{language, languages};
pub use licence::licence;
pub use media_type::media_type;
pub use nothing::{names_nothing, names_own_terms};
pub use table::Term;
pub use theme::{ThemePart, themes};

use table::Table;

use crate::memo::{Answers, remembered_of};

/// The languages that labels are in, in the order of the tables.
pub const LANGUAGES: [&str; 4] = ["fr", "nl", "de", "en"];

/// A vocabulary that has a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Vocabulary {
    /// EU data themes: `dcat:theme`.
    DataTheme,
    /// EU file types: `dct:format`.
    FileType,
    /// EU frequencies: `dct:accrualPeriodicity`.
    Frequency,
    /// EU languages: `dct:language`.
    Language,
    /// EU licences, and licences that it lacks: `dct:license`.
    Licence,
    /// EU access rights: `dct:accessRights`.
    AccessRight,
    /// EU planned availabilities: `dcatap:availability`.
    PlannedAvailability,
    /// EU dataset types: `dct:type` of a dataset.
    DatasetType,
    /// EU distribution types: `dct:type` of a distribution in older profiles.
    DistributionType,
    /// EU distribution statuses: `adms:status`.
    DistributionStatus,
    /// EU categories of high-value datasets: `dcatap:hvdCategory`.
    HvdCategory,
    /// ADMS publisher types: `dct:type` of an agent.
    PublisherType,
}

thread_local! {
    static KNOWN: [Answers<&'static [&'static Term]>; ALL.len()] = Default::default();
}

/// What is fixed about a vocabulary.
struct About {
    vocabulary: Vocabulary,
    /// What comes before the code in a term's IRI.
    namespace: &'static str,
    /// The concept scheme.
    scheme: &'static str,
    /// The class that DCAT-AP asks of its terms, beside `skos:Concept`.
    class: Option<&'static str>,
    /// What the scheme is called, in the order of [`LANGUAGES`].
    title: [&'static str; 4],
    csv: &'static str,
    /// A second table of words for its terms.
    words: Option<&'static str>,
}

/// Every vocabulary, in the order of the enum.
const ALL: [About; 12] = [
    About {
        vocabulary: Vocabulary::DataTheme,
        namespace: "http://publications.europa.eu/resource/authority/data-theme/",
        scheme: "http://publications.europa.eu/resource/authority/data-theme",
        class: None,
        title: ["Thème", "Thema", "Thema", "Theme"],
        csv: include_str!("../../tables/data-theme.csv"),
        words: Some(include_str!("../../tables/data-theme-words.csv")),
    },
    About {
        vocabulary: Vocabulary::FileType,
        namespace: "http://publications.europa.eu/resource/authority/file-type/",
        scheme: "http://publications.europa.eu/resource/authority/file-type",
        class: Some("http://purl.org/dc/terms/MediaTypeOrExtent"),
        title: ["Type de fichier", "Bestandstype", "Dateityp", "File type"],
        csv: include_str!("../../tables/file-type.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::Frequency,
        namespace: "http://publications.europa.eu/resource/authority/frequency/",
        scheme: "http://publications.europa.eu/resource/authority/frequency",
        class: Some("http://purl.org/dc/terms/Frequency"),
        title: ["Fréquence", "Frequentie", "Häufigkeit", "Frequency"],
        csv: include_str!("../../tables/frequency.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::Language,
        namespace: "http://publications.europa.eu/resource/authority/language/",
        scheme: "http://publications.europa.eu/resource/authority/language",
        class: Some("http://purl.org/dc/terms/LinguisticSystem"),
        title: ["Langue", "Taal", "Sprache", "Language"],
        csv: include_str!("../../tables/language.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::Licence,
        namespace: "http://publications.europa.eu/resource/authority/licence/",
        scheme: "http://publications.europa.eu/resource/authority/licence",
        class: Some("http://purl.org/dc/terms/LicenseDocument"),
        title: ["Licence", "Licentie", "Lizenz", "Licence"],
        csv: include_str!("../../tables/licence.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::AccessRight,
        namespace: "http://publications.europa.eu/resource/authority/access-right/",
        scheme: "http://publications.europa.eu/resource/authority/access-right",
        class: Some("http://purl.org/dc/terms/RightsStatement"),
        title: ["Droit d’accès", "Toegangsrecht", "Zugriffsrecht", "Access right"],
        csv: include_str!("../../tables/access-right.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::PlannedAvailability,
        namespace: "http://publications.europa.eu/resource/authority/planned-availability/",
        scheme: "http://publications.europa.eu/resource/authority/planned-availability",
        class: None,
        title: [
            "Disponibilité prévue",
            "Geplande beschikbaarheid",
            "Geplante Verfügbarkeit",
            "Planned availability",
        ],
        csv: include_str!("../../tables/planned-availability.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::DatasetType,
        namespace: "http://publications.europa.eu/resource/authority/dataset-type/",
        scheme: "http://publications.europa.eu/resource/authority/dataset-type",
        class: None,
        title: ["Type de jeu de données", "Type dataset", "Art des Datensatzes", "Dataset type"],
        csv: include_str!("../../tables/dataset-type.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::DistributionType,
        namespace: "http://publications.europa.eu/resource/authority/distribution-type/",
        scheme: "http://publications.europa.eu/resource/authority/distribution-type",
        class: None,
        title: ["Type de distribution", "Type distributie", "Art der Distribution", "Distribution type"],
        csv: include_str!("../../tables/distribution-type.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::DistributionStatus,
        namespace: "http://publications.europa.eu/resource/authority/distribution-status/",
        scheme: "http://publications.europa.eu/resource/authority/distribution-status",
        class: None,
        title: [
            "Statut de distribution",
            "Status van de distributie",
            "Status der Distribution",
            "Distribution status",
        ],
        csv: include_str!("../../tables/distribution-status.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::HvdCategory,
        namespace: "http://data.europa.eu/bna/",
        scheme: "http://data.europa.eu/bna/asd487ae75",
        class: None,
        title: [
            "Catégorie de données de forte valeur",
            "Categorie hoogwaardige gegevens",
            "Kategorie hochwertiger Daten",
            "High-value dataset category",
        ],
        csv: include_str!("../../tables/hvd-category.csv"),
        words: None,
    },
    About {
        vocabulary: Vocabulary::PublisherType,
        namespace: "http://purl.org/adms/publishertype/",
        scheme: "http://purl.org/adms/publishertype/1.0",
        class: None,
        title: ["Type d’éditeur", "Type uitgever", "Art des Herausgebers", "Publisher type"],
        csv: include_str!("../../tables/publisher-type.csv"),
        words: None,
    },
];

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| ALL.iter().map(Table::read).collect());

/// The last part of an IRI, decoded: `population` of `…/themes/population`, `Environnement` of `…?refine.theme=Environnement`.
pub(crate) fn last_part(iri: &str) -> Option<String> {
    let iri = iri.trim().trim_end_matches('/');
    let (_, last) = iri.split_once("://")?.1.rsplit_once(['/', '#', '='])?;
    let last = last.replace('+', " ");
    percent_encoding::percent_decode_str(&last).decode_utf8().ok().map(String::from)
}

/// All terms by IRI.
static BY_IRI: LazyLock<HashMap<&'static str, &'static Term>> =
    LazyLock::new(|| TABLES.iter().flat_map(Table::terms).map(|t| (t.iri().as_str(), t)).collect());

impl Vocabulary {
    /// The terms that a text names, best first. More than one only where a portal's word spans several EU terms,
    /// such as "Environment and energy".
    pub fn find(self, raw: &str) -> &'static [&'static Term] {
        let find = || self.table().map_or(&[][..], |table| table.find(raw));
        remembered_of(&KNOWN, self as usize, raw, find)
    }

    /// The term that a text names.
    pub fn term(self, raw: &str) -> Option<&'static Term> {
        self.find(raw).first().copied()
    }

    /// The concept scheme's IRI.
    pub fn scheme(self) -> &'static str {
        ALL.get(self as usize).map_or("", |about| about.scheme)
    }

    /// All its terms, in the order of the table.
    pub fn terms(self) -> impl Iterator<Item = &'static Term> {
        self.table().into_iter().flat_map(Table::terms)
    }

    /// Every name in its folded form, with the first term that it leads to.
    fn names(self) -> impl Iterator<Item = (&'static str, &'static Term)> {
        self.table().into_iter().flat_map(Table::names)
    }

    fn table(self) -> Option<&'static Table> {
        TABLES.get(self as usize)
    }
}

/// The term with this IRI in any vocabulary.
pub fn term(iri: &str) -> Option<&'static Term> {
    BY_IRI.get(iri).copied()
}

/// What people call the term with this IRI, in a language (`fr`, `nl`, `de`, `en`, with or without a region), else
/// in English.
///
/// ```
/// let iri = "http://publications.europa.eu/resource/authority/frequency/ANNUAL";
/// assert_eq!(moisson_dcat::vocabulary::label(iri, "nl"), Some("jaarlijks"));
/// ```
pub fn label(iri: &str, lang: &str) -> Option<&'static str> {
    term(iri)
        .map(|term| term.label(lang))
        .or_else(|| media_type::label(iri))
        .or_else(|| place::label(iri, lang))
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole;
