//! The vocabularies that DCAT catalogues are written in, their usual prefixes, and other spellings of them.

macro_rules! namespace {
    ($($(#[$doc:meta])* $name:ident = $iri:literal { $($term:ident = $local:literal),* $(,)? })*) => {
        $($(#[$doc])* pub mod $name {
            /// The namespace.
            pub const NS: &str = $iri;
            $(#[doc = concat!("`", $local, "`")] pub const $term: &str = concat!($iri, $local);)*
        })*
    };
}

namespace! {
    /// [DCAT](https://www.w3.org/TR/vocab-dcat-3/)
    dcat = "http://www.w3.org/ns/dcat#" {
        RESOURCE = "Resource", CATALOG = "Catalog", CATALOG_RECORD = "CatalogRecord", DATASET = "Dataset",
        DATASET_SERIES = "DatasetSeries", DATA_SERVICE = "DataService", DISTRIBUTION = "Distribution",
        DATASET_P = "dataset", SERVICE = "service", RECORD = "record", CATALOG_P = "catalog",
        DISTRIBUTION_P = "distribution", ACCESS_SERVICE = "accessService", RESOURCE_P = "resource",
        SERVES_DATASET = "servesDataset", IN_SERIES = "inSeries", SERIES_MEMBER = "seriesMember",
        LANDING_PAGE = "landingPage", ACCESS_URL = "accessURL", DOWNLOAD_URL = "downloadURL",
    }
    /// [DCMI terms](https://www.dublincore.org/specifications/dublin-core/dcmi-terms/)
    dct = "http://purl.org/dc/terms/" {
        IDENTIFIER = "identifier", TITLE = "title", HAS_PART = "hasPart", IS_PART_OF = "isPartOf",
        ISSUED = "issued", MODIFIED = "modified", SOURCE = "source",
    }
    /// [FOAF](http://xmlns.com/foaf/0.1/)
    foaf = "http://xmlns.com/foaf/0.1/" {
        PRIMARY_TOPIC = "primaryTopic", IS_PRIMARY_TOPIC_OF = "isPrimaryTopicOf", HOMEPAGE = "homepage",
    }
    /// [Hydra](https://www.hydra-cg.com/spec/latest/core/)
    hydra = "http://www.w3.org/ns/hydra/core#" {
        COLLECTION = "Collection", PAGED_COLLECTION = "PagedCollection", PARTIAL_VIEW = "PartialCollectionView",
        NEXT = "next", NEXT_PAGE = "nextPage", TOTAL_ITEMS = "totalItems", VIEW = "view",
    }
    /// RDF itself
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#" {
        TYPE = "type", FIRST = "first", REST = "rest", NIL = "nil", LIST = "List", STATEMENT = "Statement",
        SUBJECT = "subject", PREDICATE = "predicate", OBJECT = "object", VALUE = "value",
        XML_LITERAL = "XMLLiteral", LANG_STRING = "langString",
    }
    /// RDF Schema
    rdfs = "http://www.w3.org/2000/01/rdf-schema#" { LABEL = "label", IS_DEFINED_BY = "isDefinedBy" }
    /// XML Schema datatypes
    xsd = "http://www.w3.org/2001/XMLSchema#" {
        INTEGER = "integer", DECIMAL = "decimal", DOUBLE = "double", BOOLEAN = "boolean",
    }
    /// [schema.org](https://schema.org)
    schema = "http://schema.org/" { DATASET = "Dataset", DISTRIBUTION = "distribution" }
    /// [vCard](https://www.w3.org/TR/vcard-rdf/)
    vcard = "http://www.w3.org/2006/vcard/ns#" { FN = "fn" }
    /// [VoID](https://www.w3.org/TR/void/)
    void = "http://rdfs.org/ns/void#" { DATASET = "Dataset" }
    /// [SKOS](https://www.w3.org/TR/skos-reference/)
    skos = "http://www.w3.org/2004/02/skos/core#" { PREF_LABEL = "prefLabel" }
}

/// The prefixes that everybody means the same by. A document that forgot to declare one of them is still
/// read; an IRI such as `xsd:date` where a full one is due is written out.
pub const PREFIXES: &[(&str, &str)] = &[
    ("adms", "http://www.w3.org/ns/adms#"),
    ("cnt", "http://www.w3.org/2011/content#"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcat", dcat::NS),
    ("dcatap", "http://data.europa.eu/r5r/"),
    ("dcatapit", "http://dati.gov.it/onto/dcatapit#"),
    ("dcatde", "http://dcat-ap.de/def/dcatde/"),
    ("dcmitype", "http://purl.org/dc/dcmitype/"),
    ("dct", dct::NS),
    ("dcterms", dct::NS),
    ("dctype", "http://purl.org/dc/dcmitype/"),
    ("dqv", "http://www.w3.org/ns/dqv#"),
    ("edp", "https://europeandataportal.eu/voc#"),
    ("eli", "http://data.europa.eu/eli/ontology#"),
    ("foaf", foaf::NS),
    ("geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    ("geodcatap", "http://data.europa.eu/930/"),
    ("geosparql", "http://www.opengis.net/ont/geosparql#"),
    ("gsp", "http://www.opengis.net/ont/geosparql#"),
    ("hydra", hydra::NS),
    ("locn", "http://www.w3.org/ns/locn#"),
    ("odrl", "http://www.w3.org/ns/odrl/2/"),
    ("odrs", "http://schema.theodi.org/odrs#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("pav", "http://purl.org/pav/"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", rdf::NS),
    ("rdfs", rdfs::NS),
    ("schema", schema::NS),
    ("sdo", schema::NS),
    ("sf", "http://www.opengis.net/ont/sf#"),
    ("skos", skos::NS),
    ("spdx", "http://spdx.org/rdf/terms#"),
    ("time", "http://www.w3.org/2006/time#"),
    ("vann", "http://purl.org/vocab/vann/"),
    ("vcard", vcard::NS),
    ("void", void::NS),
    ("wdrs", "http://www.w3.org/2007/05/powder-s#"),
    ("xhv", "http://www.w3.org/1999/xhtml/vocab#"),
    ("xsd", xsd::NS),
];

/// Namespaces that are written otherwise than their vocabularies are: `https` for `http`, a lost `#`, former
/// addresses. Read as the right one where a property, a class or a datatype stands.
const SPELLINGS: &[(&str, &str)] = &[
    ("http://dcat-ap.de/def/dcatde/1.0.1/", "http://dcat-ap.de/def/dcatde/"),
    ("http://dcat-ap.de/def/dcatde/1.0.2/", "http://dcat-ap.de/def/dcatde/"),
    ("http://dcat-ap.de/def/dcatde/1.0/", "http://dcat-ap.de/def/dcatde/"),
    ("http://dcat-ap.de/def/dcatde/1_0/", "http://dcat-ap.de/def/dcatde/"),
    ("http://dcat-ap.de/def/dcatde/1_1/", "http://dcat-ap.de/def/dcatde/"),
    ("http://purl.org/dc/dcterms/", dct::NS),
    ("http://purl.org/dcterms/", dct::NS),
    ("http://vocab.deri.ie/dcat#", dcat::NS),
    ("http://www.schema.org/", schema::NS),
    ("http://www.w3.org/2001/XMLSchema/", xsd::NS),
    ("http://www.w3.org/2004/02/skos/core/", skos::NS),
    ("http://www.w3.org/TR/vocab-dcat#", dcat::NS),
    ("http://www.w3.org/TR/void/", void::NS),
    ("http://www.w3.org/ns/adms/", "http://www.w3.org/ns/adms#"),
    ("http://www.w3.org/ns/dcat/", dcat::NS),
    ("http://www.w3.org/ns/dcat/ns#", dcat::NS),
    ("http://www.w3.org/ns/hydra/core/", hydra::NS),
    ("http://www.w3.org/ns/odrl/2#", "http://www.w3.org/ns/odrl/2/"),
    ("https://data.europa.eu/r5r/", "http://data.europa.eu/r5r/"),
    ("https://www.schema.org/", schema::NS),
];

/// The namespace that is meant, when an IRI of a vocabulary is in another spelling of it, with the rest.
pub fn respell(iri: &str) -> Option<(&'static str, &str)> {
    let lost_scheme = iri.strip_prefix("https://");
    if let Some(rest) = lost_scheme {
        for (_, namespace) in PREFIXES {
            let bare = namespace.strip_prefix("http://");
            if let Some(local) = bare.and_then(|bare| rest.strip_prefix(bare)) {
                return Some((namespace, local));
            }
        }
    }
    // A namespace may have lost its scheme and be misspelt too.
    let rest_of = |wrong: &str| {
        iri.strip_prefix(wrong).or_else(|| lost_scheme?.strip_prefix(wrong.strip_prefix("http://")?))
    };
    let known = SPELLINGS.iter().filter_map(|(wrong, namespace)| Some((*namespace, rest_of(wrong)?)));
    known.min_by_key(|(_, local)| local.len()).or_else(|| lost_hash(iri))
}

/// Namespaces that are often declared without their last character.
const LOSES_HASH: &[&str] = &[
    "http://data.europa.eu/eli/ontology#",
    "http://www.w3.org/2006/time#",
    dcat::NS,
    hydra::NS,
    skos::NS,
    xsd::NS,
];

/// `http://www.w3.org/2004/02/skos/coreprefLabel`.
fn lost_hash(iri: &str) -> Option<(&'static str, &str)> {
    LOSES_HASH.iter().find_map(|namespace| {
        let local = iri.strip_prefix(namespace.strip_suffix('#')?)?;
        let name = !local.is_empty() && local.bytes().all(|b| b.is_ascii_alphanumeric());
        name.then_some((*namespace, local))
    })
}

/// The namespace that everybody means by a prefix.
pub fn prefix(name: &str) -> Option<&'static str> {
    PREFIXES.iter().find(|(prefix, _)| *prefix == name).map(|(_, namespace)| *namespace)
}

/// The usual prefix of the vocabulary that a term is of.
pub fn prefix_of(iri: &str) -> Option<&'static str> {
    PREFIXES.iter().find(|(_, namespace)| iri.starts_with(namespace)).map(|(prefix, _)| *prefix)
}

/// Whether the namespace is one of a vocabulary that is known here, in whatever spelling.
pub fn is_known(namespace: &str) -> bool {
    let known = |ns: &str| PREFIXES.iter().any(|(_, known)| *known == ns);
    known(namespace) || respell(namespace).is_some() || known(&format!("{namespace}#"))
}

/// The last part of an IRI, for people.
pub fn local(iri: &str) -> &str {
    iri.rsplit(['#', '/', ':']).find(|part| !part.is_empty()).unwrap_or(iri)
}

#[cfg(test)]
mod tests {
    use super::{PREFIXES, dcat, respell, schema, skos};

    #[test]
    fn other_spellings_of_namespaces_are_known() {
        assert_eq!(respell("https://www.w3.org/ns/dcat#Dataset"), Some((dcat::NS, "Dataset")));
        assert_eq!(respell("http://vocab.deri.ie/dcat#Dataset"), Some((dcat::NS, "Dataset")));
        assert_eq!(respell("https://www.w3.org/ns/dcat/Dataset"), Some((dcat::NS, "Dataset")));
        assert_eq!(respell("https://schema.org/Dataset"), Some((schema::NS, "Dataset")));
        assert_eq!(respell("http://www.w3.org/2004/02/skos/coreprefLabel"), Some((skos::NS, "prefLabel")));
        for right in [dcat::DATASET, schema::DATASET, skos::PREF_LABEL, "http://example.org/x"] {
            assert_eq!(respell(right), None, "{right}");
        }
    }

    #[test]
    fn no_namespace_that_is_right_is_read_as_another() {
        for (_, namespace) in PREFIXES {
            assert_eq!(respell(&format!("{namespace}term")), None, "{namespace}");
        }
    }
}
