//! The names that DCAT-AP is written with, as constants: `dct::TITLE`, `dcat::DATASET`.
//!
//! A class whose name differs from a property's only in case ends in `_CLASS`.

/// One vocabulary: a module with its namespace and names.
macro_rules! vocabulary {
    ($(#[$about:meta])* $module:ident $ns:literal $($name:ident $local:literal)*) => {
        $(#[$about])*
        pub mod $module {
            use oxrdf::NamedNodeRef;

            /// The namespace.
            pub const NS: &str = $ns;
            $(
                #[doc = concat!("`", stringify!($module), ":", $local, "`.")]
                pub const $name: NamedNodeRef<'_> = NamedNodeRef::new_unchecked(concat!($ns, $local));
            )*
        }
    };
}

vocabulary! {
    /// [Data Catalog Vocabulary 3](https://www.w3.org/TR/vocab-dcat-3/).
    dcat "http://www.w3.org/ns/dcat#"
    CATALOG_CLASS "Catalog"
    CATALOG_RECORD "CatalogRecord"
    DATA_SERVICE "DataService"
    DATASET_CLASS "Dataset"
    DATASET_SERIES "DatasetSeries"
    DISTRIBUTION_CLASS "Distribution"
    RELATIONSHIP "Relationship"
    ROLE "Role"
    ACCESS_SERVICE "accessService"
    ACCESS_URL "accessURL"
    BBOX "bbox"
    BYTE_SIZE "byteSize"
    CATALOG "catalog"
    CENTROID "centroid"
    COMPRESS_FORMAT "compressFormat"
    CONTACT_POINT "contactPoint"
    DATASET "dataset"
    DISTRIBUTION "distribution"
    DOWNLOAD_URL "downloadURL"
    END_DATE "endDate"
    ENDPOINT_DESCRIPTION "endpointDescription"
    ENDPOINT_URL "endpointURL"
    HAD_ROLE "hadRole"
    HAS_VERSION "hasVersion"
    IN_SERIES "inSeries"
    IS_VERSION_OF "isVersionOf"
    KEYWORD "keyword"
    LANDING_PAGE "landingPage"
    MEDIA_TYPE "mediaType"
    PACKAGE_FORMAT "packageFormat"
    QUALIFIED_RELATION "qualifiedRelation"
    RECORD "record"
    RESOURCE "resource"
    SERVES_DATASET "servesDataset"
    SERVICE "service"
    SPATIAL_RESOLUTION_IN_METERS "spatialResolutionInMeters"
    START_DATE "startDate"
    TEMPORAL_RESOLUTION "temporalResolution"
    THEME "theme"
    VERSION "version"
}

vocabulary! {
    /// [DCAT-AP](https://semiceu.github.io/DCAT-AP/releases/3.0.1/).
    dcatap "http://data.europa.eu/r5r/"
    APPLICABLE_LEGISLATION "applicableLegislation"
    AVAILABILITY "availability"
    HVD_CATEGORY "hvdCategory"
}

vocabulary! {
    /// [DCMI terms](https://www.dublincore.org/specifications/dublin-core/dcmi-terms/).
    dct "http://purl.org/dc/terms/"
    FREQUENCY "Frequency"
    LICENSE_DOCUMENT "LicenseDocument"
    LINGUISTIC_SYSTEM "LinguisticSystem"
    LOCATION "Location"
    MEDIA_TYPE "MediaType"
    MEDIA_TYPE_OR_EXTENT "MediaTypeOrExtent"
    PERIOD_OF_TIME "PeriodOfTime"
    PROVENANCE_STATEMENT "ProvenanceStatement"
    RIGHTS_STATEMENT "RightsStatement"
    STANDARD "Standard"
    ACCESS_RIGHTS "accessRights"
    ACCRUAL_PERIODICITY "accrualPeriodicity"
    CONFORMS_TO "conformsTo"
    CREATED "created"
    CREATOR "creator"
    DESCRIPTION "description"
    FORMAT "format"
    IDENTIFIER "identifier"
    IS_REFERENCED_BY "isReferencedBy"
    ISSUED "issued"
    LANGUAGE "language"
    LICENSE "license"
    MODIFIED "modified"
    PROVENANCE "provenance"
    PUBLISHER "publisher"
    RELATION "relation"
    RIGHTS "rights"
    SOURCE "source"
    SPATIAL "spatial"
    TEMPORAL "temporal"
    TITLE "title"
    TYPE "type"
}

vocabulary! {
    /// [Friend of a friend](http://xmlns.com/foaf/spec/).
    foaf "http://xmlns.com/foaf/0.1/"
    AGENT "Agent"
    DOCUMENT "Document"
    HOMEPAGE "homepage"
    MBOX "mbox"
    NAME "name"
    PAGE "page"
    PRIMARY_TOPIC "primaryTopic"
}

vocabulary! {
    /// [vCard](https://www.w3.org/TR/vcard-rdf/).
    vcard "http://www.w3.org/2006/vcard/ns#"
    ADDRESS "Address"
    KIND "Kind"
    FN "fn"
    HAS_ADDRESS "hasAddress"
    HAS_EMAIL "hasEmail"
    HAS_TELEPHONE "hasTelephone"
    HAS_URL "hasURL"
    ORGANIZATION_NAME "organization-name"
}

vocabulary! {
    /// [Asset description metadata schema](https://www.w3.org/TR/vocab-adms/).
    adms "http://www.w3.org/ns/adms#"
    IDENTIFIER_CLASS "Identifier"
    IDENTIFIER "identifier"
    SAMPLE "sample"
    SCHEMA_AGENCY "schemaAgency"
    STATUS "status"
    VERSION_NOTES "versionNotes"
}

vocabulary! {
    /// [SKOS](https://www.w3.org/TR/skos-reference/).
    skos "http://www.w3.org/2004/02/skos/core#"
    ALT_LABEL "altLabel"
    CONCEPT "Concept"
    CONCEPT_SCHEME "ConceptScheme"
    EXACT_MATCH "exactMatch"
    IN_SCHEME "inScheme"
    NOTATION "notation"
    PREF_LABEL "prefLabel"
}

vocabulary! {
    /// [Provenance ontology](https://www.w3.org/TR/prov-o/).
    prov "http://www.w3.org/ns/prov#"
    ACTIVITY "Activity"
    SOFTWARE_AGENT "SoftwareAgent"
    ATTRIBUTION "Attribution"
    AGENT "agent"
    ALTERNATE_OF "alternateOf"
    QUALIFIED_ATTRIBUTION "qualifiedAttribution"
    GENERATED_AT_TIME "generatedAtTime"
    STARTED_AT_TIME "startedAtTime"
    ENDED_AT_TIME "endedAtTime"
    USED "used"
    WAS_ASSOCIATED_WITH "wasAssociatedWith"
    WAS_INFORMED_BY "wasInformedBy"
    WAS_GENERATED_BY "wasGeneratedBy"
    WAS_DERIVED_FROM "wasDerivedFrom"
}

vocabulary! {
    /// [ISA location vocabulary](https://www.w3.org/ns/locn).
    locn "http://www.w3.org/ns/locn#"
    GEOMETRY_CLASS "Geometry"
    GEOMETRY "geometry"
}

vocabulary! {
    /// [GeoSPARQL](https://docs.ogc.org/is/22-047r1/22-047r1.html).
    geosparql "http://www.opengis.net/ont/geosparql#"
    AS_WKT "asWKT"
    WKT_LITERAL "wktLiteral"
}

vocabulary! {
    /// [SPDX](https://spdx.org/rdf/terms/).
    spdx "http://spdx.org/rdf/terms#"
    CHECKSUM_CLASS "Checksum"
    CHECKSUM_ALGORITHM "ChecksumAlgorithm"
    ALGORITHM "algorithm"
    CHECKSUM "checksum"
    CHECKSUM_VALUE "checksumValue"
}

vocabulary! {
    /// [ODRL](https://www.w3.org/TR/odrl-vocab/).
    odrl "http://www.w3.org/ns/odrl/2/"
    POLICY "Policy"
    HAS_POLICY "hasPolicy"
}

vocabulary! {
    /// [European legislation identifier](https://op.europa.eu/en/web/eu-vocabularies/eli).
    eli "http://data.europa.eu/eli/ontology#"
    LEGAL_RESOURCE "LegalResource"
}

vocabulary! {
    /// [OWL](https://www.w3.org/TR/owl2-overview/).
    owl "http://www.w3.org/2002/07/owl#"
    SAME_AS "sameAs"
}
