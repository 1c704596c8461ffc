//! The datasets that are broken: those of the benchmark's catalogue, and one with everything in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oxrdf::dataset::CanonicalizationAlgorithm;
use oxrdf::vocab::rdf;
use oxrdf::{Graph, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, Triple};

use crate::turtle;

/// Each dataset with all that it refers to. Empty, and said so, without the catalogue.
pub(crate) fn all() -> Vec<Vec<Triple>> {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bench/dcat_100.ttl"));
    let Ok(bytes) = fs::read(file) else {
        println!("skipped: {} is not there", file.display());
        return Vec::new();
    };
    let mut catalogue: Graph = turtle(&bytes).into_iter().collect();
    // The reader gives blank nodes other names each time; what is broken must be the same every time.
    catalogue.canonicalize(CanonicalizationAlgorithm::Unstable);
    let class = NamedNodeRef::new("http://www.w3.org/ns/dcat#Dataset").unwrap();
    let mut datasets: Vec<NamedOrBlankNode> = catalogue
        .subjects_for_predicate_object(rdf::TYPE, class)
        .map(NamedOrBlankNodeRef::into_owned)
        .collect();
    datasets.sort_by_key(ToString::to_string);
    let mut seeds: Vec<Vec<Triple>> = datasets.iter().map(|dataset| closure(&catalogue, dataset)).collect();
    // As often as all of the others together: it has the properties that they lack.
    let everything = turtle(EVERYTHING.as_bytes());
    let count = seeds.len();
    seeds.extend(std::iter::repeat_n(everything, count));
    seeds
}

/// What a dataset says, what says it is about the dataset, and what is reached from there; in a defined order.
fn closure(catalogue: &Graph, dataset: &NamedOrBlankNode) -> Vec<Triple> {
    let topic = NamedNodeRef::new("http://xmlns.com/foaf/0.1/primaryTopic").unwrap();
    let mut open = vec![dataset.clone()];
    open.extend(catalogue.subjects_for_predicate_object(topic, dataset).map(NamedOrBlankNodeRef::into_owned));
    let mut seen = BTreeSet::new();
    let mut triples = Vec::new();
    while let Some(subject) = open.pop() {
        if !seen.insert(subject.to_string()) {
            continue;
        }
        for triple in catalogue.triples_for_subject(&subject) {
            let triple = triple.into_owned();
            match &triple.object {
                Term::NamedNode(node) => open.push(node.clone().into()),
                Term::BlankNode(node) => open.push(node.clone().into()),
                Term::Literal(_) => {}
            }
            triples.push(triple);
        }
    }
    triples.sort_by_key(ToString::to_string);
    triples
}

/// The countries of the catalogue, of whose table we have no copy.
pub(crate) fn places() -> Vec<Triple> {
    turtle(
        b"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix at: <http://publications.europa.eu/resource/authority/> .
        <http://publications.europa.eu/resource/authority/country/FRA> skos:inScheme at:country .
        <http://publications.europa.eu/resource/authority/country/BEL> skos:inScheme at:country .
        at:country a skos:ConceptScheme . ",
    )
}

const EVERYTHING: &str = r#"
@prefix : <https://e.example/> .
@prefix at: <http://publications.europa.eu/resource/authority/> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:catalog a dcat:Catalog ; dct:title "Catalogue"@fr ; dct:description "Tout"@fr ; dct:publisher :agent ;
  dcat:dataset :dataset , :other ; dcat:service :service ; dcat:record :record ; dcat:catalog :part ; dct:hasPart :part ;
  foaf:homepage :page ; dct:language <http://publications.europa.eu/resource/authority/language/FRA> ;
  dct:license :licence ; dct:rights :rights ; dct:issued "2020-01-01"^^xsd:date ; dct:modified "2021"^^xsd:gYear ;
  dct:creator :agent ; dct:spatial :place ; dct:temporal :period ; dct:isPartOf :part ;
  dcat:themeTaxonomy <http://publications.europa.eu/resource/authority/data-theme> ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
:part a dcat:Catalog ; dct:title "Part"@en ; dct:description "Part"@en ; dct:publisher :agent .
:agent a foaf:Agent ; foaf:name "Ville"@fr ; dct:type <http://purl.org/adms/publishertype/LocalAuthority> .
:record a dcat:CatalogRecord ; foaf:primaryTopic :dataset ; dct:modified "2021-01-01"^^xsd:date ; dct:issued "2020-02"^^xsd:gYearMonth ;
  dct:conformsTo :standard ; adms:status :status ; dct:source :record ; dct:title "Fiche"@fr ; dct:description "Fiche"@fr ;
  dct:language <http://publications.europa.eu/resource/authority/language/NLD> .
:status a skos:Concept ; skos:prefLabel "Status"@en .
:standard a dct:Standard .
:page a foaf:Document .
:place a dct:Location ; dcat:bbox "POINT(1 1)" ; dcat:centroid "POINT(1 1)" ; locn:geometry :geometry .
:geometry a locn:Geometry .
:period a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ; dcat:endDate "2020-12-31"^^xsd:date ;
  time:hasBeginning :instant ; time:hasEnd :instant .
:instant a time:Instant .
:licence a dct:LicenseDocument ; dct:type <http://purl.org/adms/licencetype/Attribution> ; skos:exactMatch <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> .
<http://purl.org/adms/licencetype/Attribution> a skos:Concept ; skos:prefLabel "Attribution"@en ; skos:inScheme <http://purl.org/adms/licencetype/1.0> .
:rights a dct:RightsStatement .
:kind a vcard:Kind ; vcard:hasEmail <mailto:a@e.example> ; vcard:hasURL :form .
:dataset a dcat:Dataset , dcat:Resource ; dct:title "Arbres"@fr ; dct:description "Les arbres"@fr ; dct:identifier "1" ; adms:identifier :identifier ;
  dcat:contactPoint :kind ; dcat:distribution :file ; adms:sample :file ; dct:spatial :place , <https://sws.geonames.org/1/> ; dcat:keyword "arbre"@fr ; dct:publisher :agent ;
  dct:temporal :period ; dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ; dct:conformsTo :standard ;
  dct:creator :agent ; foaf:page :page ; dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/DAILY> ;
  dcat:hasVersion :other ; dct:hasVersion :other ; dct:isVersionOf :other ; dcat:inSeries :series ; dct:isReferencedBy :page ; dcat:landingPage :page ;
  dct:language <http://publications.europa.eu/resource/authority/language/FRA> ; dct:modified "2021-01-01T00:00:00"^^xsd:dateTime ; dct:issued "2020-01-01"^^xsd:date ;
  dct:provenance :provenance ; prov:qualifiedAttribution :attribution ; dcat:qualifiedRelation :relationship ; dct:relation :page ; dct:source :other ;
  dcat:spatialResolutionInMeters 10.0 ; dcat:temporalResolution "P1D"^^xsd:duration ; dct:type <http://publications.europa.eu/resource/authority/dataset-type/STATISTICAL> ;
  dcat:version "1" ; owl:versionInfo "1" ; adms:versionNotes "first"@en ; prov:wasGeneratedBy :activity ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ; dcatap:hvdCategory <http://data.europa.eu/bna/c_ac64a52d> .
:other a dcat:Dataset ; dct:title "Autre"@fr ; dct:description "Autre"@fr .
:identifier a adms:Identifier ; skos:notation "doi:1" .
:provenance a dct:ProvenanceStatement .
:attribution a prov:Attribution .
:activity a prov:Activity .
:relationship a dcat:Relationship ; dct:relation :other ; dcat:hadRole :role .
:role a dcat:Role .
:series a dcat:DatasetSeries ; dct:title "Serie"@nl ; dct:description "Serie"@nl ; dcat:contactPoint :kind ; dct:spatial :place ; dct:publisher :agent ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ; dct:modified "2021-01-01"^^xsd:date ; dct:issued "2020-01-01"^^xsd:date ; dct:temporal :period ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ; dcatap:hvdCategory <http://data.europa.eu/bna/c_ac64a52d> .
:file a dcat:Distribution ; dcat:accessURL <https://e.example/f.csv> ; dcat:downloadURL <https://e.example/f.csv> ; dcatap:availability <http://publications.europa.eu/resource/authority/planned-availability/STABLE> ;
  dct:description "Fichier"@fr ; dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ; dct:license :licence ; dcat:accessService :service ; dcat:byteSize "10"^^xsd:nonNegativeInteger ;
  spdx:checksum :checksum ; dcat:compressFormat <http://www.iana.org/assignments/media-types/application/gzip> ; dcat:packageFormat <http://www.iana.org/assignments/media-types/application/zip> ;
  dcat:mediaType <http://www.iana.org/assignments/media-types/text/csv> ; foaf:page :page ; odrl:hasPolicy :policy ; dct:language <http://publications.europa.eu/resource/authority/language/FRA> ;
  dct:conformsTo :standard ; dct:modified "2021-01-01"^^xsd:date ; dct:issued "2020-01-01"^^xsd:date ; dct:rights :rights ; dcat:spatialResolutionInMeters 5.0 ;
  adms:status <http://publications.europa.eu/resource/authority/distribution-status/COMPLETED> ; dcat:temporalResolution "PT1H"^^xsd:duration ; dct:title "CSV" ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
<http://www.iana.org/assignments/media-types/application/gzip> a dct:MediaType .
<http://www.iana.org/assignments/media-types/application/zip> a dct:MediaType .
<http://www.iana.org/assignments/media-types/text/csv> a dct:MediaType .
:policy a odrl:Policy .
:checksum a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha1 ; spdx:checksumValue "ab01"^^xsd:hexBinary .
:service a dcat:DataService ; dct:title "WFS" ; dcat:endpointURL <https://e.example/wfs> ; dct:conformsTo :standard ; dcat:contactPoint :kind ; dcat:endpointDescription <https://e.example/wfs?d> ;
  dcat:keyword "wfs" ; dct:publisher :agent ; dcat:servesDataset :dataset , :other ; dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ; dct:description "Service"@fr ; foaf:page :page ; dct:rights :rights ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ; dcat:landingPage :page ; dct:license :licence ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ; dcatap:hvdCategory <http://data.europa.eu/bna/c_ac64a52d> .
:scheme a skos:ConceptScheme ; dct:title "Scheme"@en .
"#;
