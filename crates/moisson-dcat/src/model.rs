//! The classes of [DCAT-AP 3.0.1](https://semiceu.github.io/DCAT-AP/releases/3.0.1/) as plain values.
//!
//! A field is the local name of its property in snake case. `Vec` is 0..*, `Option` is 0..1. Values are
//! already normalised: an [`Iri`] is absolute and valid, a [`Temporal`] has the precision that the source
//! gave and no more. What the source said and no field can hold stands in `extra`.

use serde::{Deserialize, Serialize};

use crate::Iri;

/// A text with the language it is in, when that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Text {
    /// Clean text: no markup, no control characters, not empty.
    pub value: String,
    /// A BCP 47 tag in lower case, such as `fr` or `nl-be`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// A date or time in its XSD lexical form, with the precision that the source gave.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", content = "value")]
pub enum Temporal {
    /// `xsd:dateTime`, with the zone only if the source gave one.
    #[serde(rename = "dateTime")]
    DateTime(String),
    /// `xsd:date`.
    #[serde(rename = "date")]
    Date(String),
    /// `xsd:gYearMonth`.
    #[serde(rename = "gYearMonth")]
    YearMonth(String),
    /// `xsd:gYear`.
    #[serde(rename = "gYear")]
    Year(String),
}

impl Temporal {
    /// The lexical form, such as `2024-03`.
    pub fn lexical(&self) -> &str {
        match self {
            Self::DateTime(v) | Self::Date(v) | Self::YearMonth(v) | Self::Year(v) => v,
        }
    }
}

/// A value of a vocabulary (theme, frequency, format, licence, language, …).
///
/// With an IRI when a table has the value or the source gave an IRI; otherwise only the source's words, which
/// are kept. At least one of the two is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Concept {
    /// The concept in its vocabulary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iri: Option<Iri>,
    /// The source's own words for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub label: Vec<Text>,
}

/// `foaf:Agent`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Agent {
    /// The IRI that the source uses for it.
    pub iri: Option<Iri>,
    /// `foaf:name`, 1..*.
    pub name: Vec<Text>,
    /// `dct:type`.
    pub r#type: Option<Concept>,
    /// `foaf:homepage`.
    pub homepage: Option<Iri>,
    /// `foaf:mbox`, a `mailto:` IRI.
    pub mbox: Option<Iri>,
    /// `dct:identifier`: SIREN, SIRET, Belgian enterprise number, …
    pub identifier: Vec<String>,
    /// Which agent it is, see [`crate::party`]; without one it is told apart within its source by IRI, number or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<AgentKey>,
    /// By which rule it was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<AgentRule>,
    /// `skos:altLabel`: what the source calls it, where `name` is what it is called by hand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alt_name: Vec<Text>,
    /// `dct:spatial`: the commune or area that it is the administration of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spatial: Option<Iri>,
}

/// Which agent it is: two agents with the same key are one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "scope", content = "key", rename_all = "lowercase")]
pub enum AgentKey {
    /// One on the whole portal: `siren-213502388`, `rennes`.
    Portal(String),
    /// One within its source, since nothing says that the same name elsewhere is the same.
    Source(String),
}

/// By which rule an agent was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentRule {
    /// The list of organisations names it.
    Configured,
    /// Its registered number.
    Number,
    /// Its IRI, which an authority gives.
    Iri,
    /// Its name is that of one place, or of its administration.
    Place,
    /// Its name, without words of kind, case, accents and hyphens.
    Name,
    /// Nothing but its source's word.
    Source,
}

impl AgentRule {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Configured, Self::Number, Self::Iri, Self::Place, Self::Name, Self::Source];

    /// Its name as it is written in JSON and RDF.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Number => "number",
            Self::Iri => "iri",
            Self::Place => "place",
            Self::Name => "name",
            Self::Source => "source",
        }
    }
}

/// `vcard:Kind`: whom to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// The IRI that the source uses for it.
    pub iri: Option<Iri>,
    /// `vcard:fn`.
    pub r#fn: Vec<Text>,
    /// `vcard:organization-name`.
    pub organization_name: Vec<Text>,
    /// `vcard:hasEmail`, `mailto:` IRIs.
    pub has_email: Vec<Iri>,
    /// `vcard:hasTelephone`, `tel:` IRIs.
    pub has_telephone: Vec<Iri>,
    /// `vcard:hasURL`.
    pub has_url: Vec<Iri>,
    /// `vcard:hasAddress` as one text.
    pub address: Option<String>,
}

/// `dct:Location`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// The place's IRI, when the source or a table names one.
    pub iri: Option<Iri>,
    /// `skos:prefLabel`.
    pub label: Vec<Text>,
    /// `dcat:bbox`, WKT polygon in CRS84 without CRS prefix.
    pub bbox: Option<String>,
    /// `dcat:centroid`, WKT point in CRS84 without CRS prefix.
    pub centroid: Option<String>,
    /// `locn:geometry`, WKT in CRS84, when it says more than the box.
    pub geometry: Option<String>,
}

/// `dct:PeriodOfTime`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Period {
    /// `dcat:startDate`.
    pub start_date: Option<Temporal>,
    /// `dcat:endDate`.
    pub end_date: Option<Temporal>,
    /// The source's words, when no date could be read out of them.
    pub label: Vec<Text>,
}

/// `foaf:Document`, `dct:Standard`, `eli:LegalResource`, …: something with an IRI, a title or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// Where it is.
    pub iri: Option<Iri>,
    /// What it is called.
    pub title: Vec<Text>,
}

/// `adms:Identifier`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifier {
    /// `skos:notation`, 1.
    pub notation: String,
    /// `adms:schemaAgency`: who gave it.
    pub schema_agency: Option<String>,
}

/// `spdx:Checksum`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Checksum {
    /// `spdx:algorithm`, an IRI of the SPDX vocabulary.
    pub algorithm: Iri,
    /// `spdx:checksumValue`, hexadecimal in lower case.
    pub checksum_value: String,
}

/// `dcat:Relationship`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Relationship {
    /// `dct:relation`.
    pub relation: Iri,
    /// `dcat:hadRole`.
    pub had_role: Option<Iri>,
}

/// `prov:Attribution`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attribution {
    /// `prov:agent`.
    pub agent: Agent,
    /// `dcat:hadRole`.
    pub had_role: Option<Iri>,
}

/// Something that the source said and no field holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Extra {
    /// A statement of an RDF source about this very resource.
    Statement {
        /// The property's IRI.
        property: Iri,
        /// Its value; a node of its own is given with what the source said about it.
        value: ExtraValue,
    },
    /// A key of a source that does not speak RDF.
    Key {
        /// Where in the record it stood, such as `extras/Fréquence` or `metas.default.attributions`.
        key: String,
        /// The value; structures as JSON text.
        value: String,
    },
}

/// The value of an [`Extra::Statement`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ExtraValue {
    /// An IRI.
    Iri {
        /// The IRI itself.
        iri: Iri,
    },
    /// A literal.
    Literal {
        /// Its lexical form.
        literal: String,
        /// Its datatype, when it is not a plain string.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        datatype: Option<Iri>,
        /// Its language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<String>,
    },
    /// A nameless node with its own statements.
    Node {
        /// Property and value, in a fixed order.
        node: Vec<(Iri, ExtraValue)>,
    },
}

/// Where a record came from, beyond the source's name and the record's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Upstream {
    /// The IRI that the source gives the resource.
    pub iri: Option<Iri>,
    /// The page of the resource at the source, for people.
    pub page: Option<Iri>,
    /// When the source says it first listed the record (`dct:issued` of its catalogue record).
    pub issued: Option<Temporal>,
    /// When the source says it last changed the record (`dct:modified` of its catalogue record).
    pub modified: Option<Temporal>,
    /// The catalogue inside the source, when it holds several.
    pub catalog: Option<Reference>,
    /// The original, when the source says that this is a harvested or federated copy.
    pub copy_of: Option<Reference>,
}

/// What a record maps to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "class")]
pub enum Resource {
    /// `dcat:Dataset`.
    Dataset(Box<Dataset>),
    /// `dcat:DatasetSeries`.
    #[serde(rename = "DatasetSeries")]
    Series(Box<DatasetSeries>),
    /// `dcat:DataService`.
    #[serde(rename = "DataService")]
    Service(Box<DataService>),
}

/// `dcat:Dataset`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dataset {
    /// Where it came from.
    pub upstream: Upstream,
    /// 1..*.
    pub title: Vec<Text>,
    /// 1..*.
    pub description: Vec<Text>,
    /// 0..*.
    pub contact_point: Vec<Contact>,
    /// 0..*.
    pub distribution: Vec<Distribution>,
    /// 0..*.
    pub spatial: Vec<Location>,
    /// 0..*.
    pub keyword: Vec<Text>,
    /// 0..1.
    pub publisher: Option<Agent>,
    /// 0..*.
    pub temporal: Vec<Period>,
    /// 0..*.
    pub theme: Vec<Concept>,
    /// 0..1.
    pub access_rights: Option<Concept>,
    /// 0..*.
    pub applicable_legislation: Vec<Reference>,
    /// `dcatap:hvdCategory`, 0..* (DCAT-AP HVD 3.0).
    pub hvd_category: Vec<Concept>,
    /// 0..*.
    pub conforms_to: Vec<Reference>,
    /// 0..*.
    pub creator: Vec<Agent>,
    /// `foaf:page`, 0..*.
    pub page: Vec<Reference>,
    /// 0..1.
    pub accrual_periodicity: Option<Concept>,
    /// 0..*.
    pub has_version: Vec<Iri>,
    /// `dcat:isVersionOf`, 0..*.
    pub is_version_of: Vec<Iri>,
    /// 0..*.
    pub identifier: Vec<String>,
    /// 0..*.
    pub in_series: Vec<Iri>,
    /// 0..*.
    pub is_referenced_by: Vec<Iri>,
    /// 0..*.
    pub landing_page: Vec<Reference>,
    /// 0..*.
    pub language: Vec<Concept>,
    /// Not in DCAT-AP, asked for by the Belgian profile and by data.gouv.fr; 0..*.
    pub license: Vec<Concept>,
    /// Statements on rights that are no licence; 0..*.
    pub rights: Vec<Reference>,
    /// `dct:created`, 0..1.
    pub created: Option<Temporal>,
    /// 0..1.
    pub modified: Option<Temporal>,
    /// 0..1.
    pub issued: Option<Temporal>,
    /// `adms:identifier`, 0..*.
    pub other_identifier: Vec<Identifier>,
    /// 0..*.
    pub provenance: Vec<Reference>,
    /// 0..*.
    pub qualified_attribution: Vec<Attribution>,
    /// 0..*.
    pub qualified_relation: Vec<Relationship>,
    /// 0..*.
    pub relation: Vec<Reference>,
    /// 0..*.
    pub sample: Vec<Distribution>,
    /// 0..*.
    pub source: Vec<Iri>,
    /// `dcat:spatialResolutionInMeters`, `xsd:decimal`, 0..*.
    pub spatial_resolution_in_meters: Vec<String>,
    /// `xsd:duration`, 0..1.
    pub temporal_resolution: Option<String>,
    /// 0..*.
    pub r#type: Vec<Concept>,
    /// `dcat:version`, 0..1.
    pub version: Option<String>,
    /// 0..*.
    pub version_notes: Vec<Text>,
    /// 0..*.
    pub was_generated_by: Vec<Reference>,
    /// Everything else that the source said.
    pub extra: Vec<Extra>,
}

/// `dcat:Distribution`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Distribution {
    /// Names it inside its dataset; the same for the same file in every run: the source's own id, else derived
    /// from its URL, never from its position.
    pub id: String,
    /// The IRI that the source gives it.
    pub upstream: Option<Iri>,
    /// `dcat:accessURL`, 1..*.
    pub access_url: Vec<Iri>,
    /// 0..*.
    pub download_url: Vec<Iri>,
    /// 0..*.
    pub title: Vec<Text>,
    /// 0..*.
    pub description: Vec<Text>,
    /// `dcatap:availability`, 0..1.
    pub availability: Option<Concept>,
    /// EU file type, 0..1.
    pub format: Option<Concept>,
    /// IANA media type, 0..1.
    pub media_type: Option<Concept>,
    /// 0..1.
    pub compress_format: Option<Concept>,
    /// 0..1.
    pub package_format: Option<Concept>,
    /// 0..1.
    pub license: Option<Concept>,
    /// 0..*.
    pub rights: Vec<Reference>,
    /// 0..*.
    pub access_service: Vec<DataService>,
    /// 0..*.
    pub applicable_legislation: Vec<Reference>,
    /// In bytes, 0..1.
    pub byte_size: Option<u64>,
    /// 0..1.
    pub checksum: Option<Checksum>,
    /// `foaf:page`, 0..*.
    pub page: Vec<Reference>,
    /// `odrl:hasPolicy`, 0..1.
    pub has_policy: Option<Reference>,
    /// 0..*.
    pub language: Vec<Concept>,
    /// `dct:conformsTo`: the schema of the data, 0..*.
    pub conforms_to: Vec<Reference>,
    /// 0..1.
    pub modified: Option<Temporal>,
    /// 0..1.
    pub issued: Option<Temporal>,
    /// `xsd:decimal`, 0..1.
    pub spatial_resolution_in_meters: Option<String>,
    /// `xsd:duration`, 0..1.
    pub temporal_resolution: Option<String>,
    /// `adms:status`, 0..1.
    pub status: Option<Concept>,
    /// Everything else that the source said.
    pub extra: Vec<Extra>,
}

/// `dcat:DataService`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct DataService {
    /// Names it inside its dataset, like [`Distribution::id`]; empty for a record of its own.
    pub id: String,
    /// The IRI that the source gives it.
    pub upstream: Option<Iri>,
    /// The page of the service at the source.
    pub upstream_page: Option<Iri>,
    /// 1..*.
    pub endpoint_url: Vec<Iri>,
    /// 1..*.
    pub title: Vec<Text>,
    /// 0..*.
    pub description: Vec<Text>,
    /// 0..*.
    pub conforms_to: Vec<Reference>,
    /// 0..*.
    pub contact_point: Vec<Contact>,
    /// 0..*.
    pub endpoint_description: Vec<Iri>,
    /// 0..*.
    pub keyword: Vec<Text>,
    /// 0..1.
    pub publisher: Option<Agent>,
    /// Upstream IRIs of the datasets it serves, 0..*.
    pub serves_dataset: Vec<Iri>,
    /// 0..*.
    pub theme: Vec<Concept>,
    /// 0..1.
    pub access_rights: Option<Concept>,
    /// 0..*.
    pub applicable_legislation: Vec<Reference>,
    /// `dcatap:hvdCategory`, 0..* (DCAT-AP HVD 3.0).
    pub hvd_category: Vec<Concept>,
    /// `foaf:page`, 0..*.
    pub page: Vec<Reference>,
    /// 0..*.
    pub format: Vec<Concept>,
    /// 0..*.
    pub landing_page: Vec<Reference>,
    /// 0..1.
    pub license: Option<Concept>,
    /// 0..*.
    pub rights: Vec<Reference>,
    /// 0..*.
    pub identifier: Vec<String>,
    /// 0..*.
    pub spatial: Vec<Location>,
    /// 0..*.
    pub language: Vec<Concept>,
    /// 0..1.
    pub modified: Option<Temporal>,
    /// 0..1.
    pub issued: Option<Temporal>,
    /// Everything else that the source said.
    pub extra: Vec<Extra>,
}

/// `dcat:DatasetSeries`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatasetSeries {
    /// Where it came from.
    pub upstream: Upstream,
    /// 1..*.
    pub title: Vec<Text>,
    /// 1..*.
    pub description: Vec<Text>,
    /// 0..*.
    pub contact_point: Vec<Contact>,
    /// 0..*.
    pub spatial: Vec<Location>,
    /// 0..1.
    pub publisher: Option<Agent>,
    /// 0..*.
    pub keyword: Vec<Text>,
    /// 0..*.
    pub theme: Vec<Concept>,
    /// 0..*.
    pub applicable_legislation: Vec<Reference>,
    /// 0..1.
    pub accrual_periodicity: Option<Concept>,
    /// 0..1.
    pub modified: Option<Temporal>,
    /// 0..1.
    pub issued: Option<Temporal>,
    /// 0..*.
    pub temporal: Vec<Period>,
    /// 0..*.
    pub identifier: Vec<String>,
    /// 0..*.
    pub landing_page: Vec<Reference>,
    /// Everything else that the source said.
    pub extra: Vec<Extra>,
}
