//! Every property in its spellings, and nothing lost.

use super::map;
use crate::{
    Dataset, Extra, ExtraValue, Iri, Mapped, RemarkCode, Resource,
    draft::Defaults,
    rdf_in::{
        Wanted, split,
        tests::{parse, real},
    },
};

const HEAD: &str = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . \
                    @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> . \
                    @prefix adms: <http://www.w3.org/ns/adms#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . \
                    @prefix schema: <http://schema.org/> . @prefix locn: <http://www.w3.org/ns/locn#> . \
                    @prefix time: <http://www.w3.org/2006/time#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . \
                    @prefix prov: <http://www.w3.org/ns/prov#> . @prefix spdx: <http://spdx.org/rdf/terms#> . \
                    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <http://e/> . ";

fn all(bytes: &[u8]) -> Vec<Mapped> {
    let mut mapped = Vec::new();
    split(&parse(bytes).unwrap(), &Wanted::default(), &mut |record| {
        mapped.push(map(record.body.as_bytes(), &Defaults::default()).unwrap());
    });
    mapped
}

fn first(turtle: &str) -> Mapped {
    all(format!("{HEAD}{turtle}").as_bytes()).swap_remove(0)
}

/// The dataset with these properties.
fn dataset(properties: &str) -> Dataset {
    match first(&format!("e:1 a dcat:Dataset ; dct:title \"T\" ; {properties} .")).resource {
        Resource::Dataset(dataset) => *dataset,
        other => panic!("expected a dataset, found {other:?}"),
    }
}

fn iris<'i>(iris: impl IntoIterator<Item = &'i Iri>) -> Vec<&'i str> {
    iris.into_iter().map(Iri::as_str).collect()
}

#[test]
fn texts_are_read_in_all_their_spellings() {
    let found = dataset(
        "dct:title \"Titre\"@fr ; dct:description \"<p>D</p>\" ; dct:abstract \"A\" ; dcat:keyword \"k\" , \"l\"@nl ; \
         <http://www.w3.org/2002/07/owl#versionInfo> \"1.0\" ; adms:versionNotes \"N\" ; dct:identifier \"i\" , e:j",
    );
    assert_eq!(found.title.len(), 2);
    assert_eq!(found.title[1].lang.as_deref().or(found.title[0].lang.as_deref()), Some("fr"));
    assert_eq!(found.description.len(), 2);
    assert_eq!(found.keyword.len(), 2);
    assert_eq!(found.version.as_deref(), Some("1.0"));
    assert_eq!(found.version_notes.len(), 1);
    assert_eq!(found.identifier, ["i", "http://e/j"]);
    assert_eq!(found.extra, []);
}

#[test]
fn agents_are_read_by_name_by_node_and_by_iri() {
    for (publisher, name) in [
        ("\"P\"", "P"),
        (
            "[ a foaf:Organization ; foaf:name \"P\" ; foaf:mbox <mailto:p@x.fr> ; foaf:homepage <http://x.fr/> ]",
            "P",
        ),
        ("[ vcard:fn \"P\" ; vcard:hasEmail [ vcard:hasValue <mailto:p@x.fr> ] ]", "P"),
        ("[ schema:name \"P\" ; schema:email \"p@x.fr\" ]", "P"),
        ("[ rdfs:label \"P\" ]", "P"),
    ] {
        let agent = dataset(&format!("dct:publisher {publisher}")).publisher.unwrap();
        assert_eq!(agent.name[0].value, name, "{publisher}");
        if publisher.contains("p@x.fr") {
            assert_eq!(agent.mbox.unwrap().as_str(), "mailto:p@x.fr", "{publisher}");
        }
    }
    let found = dataset("dct:publisher e:p ; dct:creator e:c");
    assert_eq!(found.publisher.unwrap().iri.unwrap().as_str(), "http://e/p");
    assert_eq!(found.creator.len(), 1);
}

#[test]
fn contact_points_are_read_in_vcard_foaf_and_words() {
    for (contact, has_name) in [
        ("[ vcard:fn \"C\" ; vcard:hasEmail <mailto:c@x.fr> ; vcard:hasTelephone <tel:+3281123456> ]", true),
        ("[ vcard:fn \"C\" ; vcard:email \"c@x.fr\" ; vcard:tel \"+32 81 12 34 56\" ]", true),
        ("[ foaf:name \"C\" ; foaf:mbox <c@x.fr> ; foaf:phone <tel:+3281123456> ]", true),
        (
            "[ vcard:fn \"C\" ; vcard:hasEmail [ vcard:hasValue \"c@x.fr\" ] ; vcard:hasTelephone [ vcard:hasValue <tel:+3281123456> ] ]",
            true,
        ),
        ("<mailto:c@x.fr>", false),
        ("\"c@x.fr\"", false),
    ] {
        for property in ["dcat:contactPoint", "adms:contactPoint"] {
            let found = dataset(&format!("{property} {contact}"));
            let point = &found.contact_point[0];
            assert_eq!(iris(&point.has_email), ["mailto:c@x.fr"], "{contact}");
            assert_eq!(!point.r#fn.is_empty(), has_name, "{contact}");
            assert_eq!(!point.has_telephone.is_empty(), has_name, "{contact}");
        }
    }
    let found = dataset(
        "dcat:contactPoint [ vcard:fn \"C\" ; vcard:hasAddress [ vcard:street-address \"Rue 1\" ; \
         vcard:postal-code \"5000\" ; vcard:locality \"Namur\" ; vcard:country-name \"Belgique\" ] ]",
    );
    assert_eq!(found.contact_point[0].address.as_deref(), Some("Rue 1, 5000 Namur, Belgique"));
}

#[test]
fn periods_are_read_in_all_versions_of_dcat() {
    for period in [
        "[ dcat:startDate \"2020-01-01\"^^xsd:date ; dcat:endDate \"2021\"^^xsd:gYear ]",
        "[ schema:startDate \"2020-01-01\" ; schema:endDate \"2021\" ]",
        "[ time:hasBeginning [ time:inXSDDate \"2020-01-01\" ] ; time:hasEnd [ time:inXSDgYear \"2021\" ] ]",
        "\"2020-01-01/2021\"",
    ] {
        let found = dataset(&format!("dct:temporal {period}"));
        assert_eq!(found.temporal.len(), 1, "{period}");
        assert_eq!(found.temporal[0].start_date.as_ref().unwrap().lexical(), "2020-01-01", "{period}");
        assert_eq!(found.temporal[0].end_date.as_ref().unwrap().lexical(), "2021", "{period}");
        assert_eq!(found.extra, [], "{period}");
    }
    let found = dataset("dct:temporal [ dcat:startDate \"2020\" ] , [ dcat:endDate \"2019\" ]");
    assert_eq!(found.temporal.len(), 2);
}

#[test]
fn an_address_of_mail_or_of_a_file_in_place_of_a_description_is_what_it_is() {
    let found =
        dataset("dct:publisher <mailto:a@b.fr> ; dcat:distribution <http://x.fr/f.xlsx> , <http://x.fr/d/1>");
    let publisher = found.publisher.unwrap();
    assert_eq!(publisher.iri, None);
    assert_eq!(iris(&publisher.mbox), ["mailto:a@b.fr"]);
    let files: Vec<usize> = found.distribution.iter().map(|d| d.access_url.len()).collect();
    assert_eq!(files.iter().sum::<usize>(), 1, "{:?}", found.distribution);
}

#[test]
fn places_are_read_by_iri_name_and_shape() {
    let shape = "POLYGON((4 50, 5 50, 5 51, 4 51, 4 50))";
    for place in [
        format!("[ dcat:bbox \"{shape}\" ]"),
        format!("[ locn:geometry \"{shape}\" ]"),
        format!("[ locn:geometry [ <http://www.opengis.net/ont/geosparql#asWKT> \"{shape}\" ] ]"),
        format!(
            "[ <http://www.opengis.net/rdf#asWKT> \"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> {shape}\" ]"
        ),
        format!("\"{shape}\""),
        "\"4,50,5.0,51\"".to_owned(),
    ] {
        let found = dataset(&format!("dct:spatial {place}"));
        assert!(found.spatial[0].bbox.is_some() || found.spatial[0].geometry.is_some(), "{place}: {found:?}");
    }
    let found = dataset("dct:spatial e:place , [ skos:prefLabel \"Namur\"@fr , \"Namen\"@nl ] , \"Dinant\"");
    assert_eq!(found.spatial.len(), 3);
    let names: Vec<_> = found.spatial.iter().flat_map(|p| &p.label).map(|t| t.value.as_str()).collect();
    for name in ["Namur", "Namen", "Dinant"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn links_to_other_resources_are_read() {
    let found = dataset(
        "dcat:landingPage <http://x.fr/p> ; foaf:page <http://x.fr/d> ; dct:conformsTo e:s ; dct:relation e:r ; \
         dct:source e:o ; dct:hasVersion e:v ; dcat:hasVersion e:w ; dct:isVersionOf e:b ; dct:isReferencedBy e:f ; \
         dcat:inSeries e:i ; <http://data.europa.eu/r5r/applicableLegislation> e:l ; \
         <http://data.europa.eu/r5r/hvdCategory> <http://data.europa.eu/bna/c_dd313021> ; \
         adms:identifier [ skos:notation \"n\" ; adms:schemaAgency \"A\" ] ; \
         prov:qualifiedAttribution [ prov:agent [ foaf:name \"Q\" ] ; dcat:hadRole e:role ] ; \
         dcat:qualifiedRelation [ dct:relation e:q ; dcat:hadRole e:role ] ; prov:wasGeneratedBy e:a ; \
         dct:provenance [ rdfs:label \"Made\" ] ; dcat:spatialResolutionInMeters 10.0 ; \
         dcat:temporalResolution \"P1D\"^^xsd:duration ; dct:type e:t ; dct:accessRights e:ar",
    );
    assert_eq!(iris(found.landing_page.iter().filter_map(|r| r.iri.as_ref())), ["http://x.fr/p"]);
    assert_eq!(iris(found.page.iter().filter_map(|r| r.iri.as_ref())), ["http://x.fr/d"]);
    assert_eq!(iris(found.conforms_to.iter().filter_map(|r| r.iri.as_ref())), ["http://e/s"]);
    assert_eq!(iris(found.relation.iter().filter_map(|r| r.iri.as_ref())), ["http://e/r"]);
    assert_eq!(iris(&found.source), ["http://e/o"]);
    assert_eq!(iris(&found.has_version), ["http://e/v", "http://e/w"]);
    assert_eq!(iris(&found.is_version_of), ["http://e/b"]);
    assert_eq!(iris(&found.is_referenced_by), ["http://e/f"]);
    assert_eq!(iris(&found.in_series), ["http://e/i"]);
    assert_eq!((found.applicable_legislation.len(), found.hvd_category.len()), (1, 1));
    assert_eq!(found.other_identifier[0].notation, "n");
    assert_eq!(found.other_identifier[0].schema_agency.as_deref(), Some("A"));
    assert_eq!(found.qualified_attribution[0].agent.name[0].value, "Q");
    assert_eq!(found.qualified_attribution[0].had_role.as_ref().unwrap().as_str(), "http://e/role");
    assert_eq!(found.qualified_relation[0].relation.as_str(), "http://e/q");
    assert_eq!((found.was_generated_by.len(), found.provenance.len()), (1, 1));
    assert_eq!(found.spatial_resolution_in_meters.len(), 1);
    assert_eq!(found.temporal_resolution.as_deref(), Some("P1D"));
    assert_eq!(found.r#type.len(), 1);
    assert!(found.access_rights.is_some());
    assert_eq!(found.extra, []);
}

#[test]
fn distributions_are_read_in_all_their_spellings() {
    let found = dataset(
        "dcat:distribution [ dct:title \"F\" ; dct:identifier \"d1\" ; dcat:accessURL <http://x.fr/f> ; \
         dcat:downloadURL \"http://x.fr/f.csv\" ; dct:format [ rdfs:label \"CSV\" ] ; dcat:mediaType \"text/csv\" ; \
         dcat:byteSize \"12\"^^xsd:decimal ; dct:rights <https://creativecommons.org/licenses/by/4.0/> ; \
         spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha1 ; spdx:checksumValue \"FB4106AA286A53BE44EC99515F0F0421D4D7AD7D\" ] ; \
         dcat:accessService [ dct:title \"S\" ; dcat:endpointURL <http://x.fr/api> ; dcat:servesDataset e:1 ] ; \
         <http://www.w3.org/ns/odrl/2/hasPolicy> e:policy ; dct:issued \"2020\" ; adms:status e:s ; e:unknown 1 ] , \
         \"http://x.fr/bare\"",
    );
    assert_eq!(found.distribution.len(), 2);
    let file = found.distribution.iter().find(|d| d.id == "d1").unwrap();
    assert_eq!(iris(&file.download_url), ["http://x.fr/f.csv"]);
    assert_eq!(file.byte_size, Some(12));
    assert!(
        file.format.is_some()
            && file.media_type.is_some()
            && file.license.is_some()
            && file.has_policy.is_some()
    );
    assert_eq!(file.checksum.as_ref().unwrap().checksum_value, "fb4106aa286a53be44ec99515f0f0421d4d7ad7d");
    assert_eq!(file.access_service[0].title[0].value, "S");
    assert_eq!(iris(&file.access_service[0].endpoint_url), ["http://x.fr/api"]);
    let kept = file.extra.iter().filter(
        |e| matches!(e, Extra::Statement { property, .. } if property.as_str() == "http://e/unknown"),
    );
    assert_eq!(kept.count(), 1, "{:?}", file.extra);
}

#[test]
fn services_and_series_are_read_as_such() {
    let service = first(
        "e:s a dcat:DataService ; dct:title \"S\" ; dcat:endpointURL <http://x.fr/wms> ; dcat:servesDataset e:1 ; \
         dcat:endpointDescription <http://x.fr/wms?caps> ; dct:license e:l ; dct:publisher \"P\" .",
    );
    let Resource::Service(service) = service.resource else { panic!("{service:?}") };
    assert_eq!(iris(&service.endpoint_url), ["http://x.fr/wms"]);
    assert_eq!(iris(&service.serves_dataset), ["http://e/1"]);
    assert!(service.publisher.is_some() && service.license.is_some());
    let series =
        first("e:s a dcat:DatasetSeries , dcat:Dataset ; dct:title \"S\" ; dct:accrualPeriodicity e:f .");
    assert!(matches!(series.resource, Resource::Series(_)), "{series:?}");
}

#[test]
fn schema_org_datasets_are_read_where_there_is_nothing_else() {
    let mapped = all(
        br#"{"@context": "https://schema.org", "@type": "Dataset", "@id": "http://x.fr/1", "name": "N", "description": "D",
            "keywords": "a, b", "license": "https://creativecommons.org/licenses/by/4.0/", "creator": {"name": "C"},
            "datePublished": "2020-01-01", "temporalCoverage": "2019/2020",
            "distribution": {"@type": "DataDownload", "contentUrl": "http://x.fr/1.csv", "encodingFormat": "text/csv"}}"#,
    );
    let Resource::Dataset(found) = &mapped[0].resource else { panic!("{mapped:?}") };
    assert_eq!(
        (found.title.len(), found.keyword.len(), found.creator.len(), found.license.len()),
        (1, 2, 1, 1)
    );
    assert_eq!(found.temporal[0].end_date.as_ref().unwrap().lexical(), "2020");
    assert_eq!(iris(&found.distribution[0].download_url), ["http://x.fr/1.csv"]);
    assert!(!format!("{:?}", found.extra).contains("schema.org/Dataset"), "{:?}", found.extra);
}

#[test]
fn what_no_property_takes_is_kept_as_a_statement() {
    let found = dataset(
        "e:unknown \"u\"@fr , 5 ; e:node [ e:in e:b ; e:in2 [ e:deep true ] ] ; dct:title e:no ; \
         dct:publisher [ foaf:name \"P\" ; foaf:phone <tel:+321> ]",
    );
    let literal = |literal: &str, datatype: Option<&str>, lang: Option<&str>| ExtraValue::Literal {
        literal: literal.to_owned(),
        datatype: datatype.map(|d| Iri::new(d).unwrap()),
        lang: lang.map(str::to_owned),
    };
    let statement =
        |property: &str, value: ExtraValue| Extra::Statement { property: Iri::new(property).unwrap(), value };
    let iri = |iri: &str| Iri::new(iri).unwrap();
    for wanted in [
        statement("http://e/unknown", literal("u", None, Some("fr"))),
        statement("http://e/unknown", literal("5", Some("http://www.w3.org/2001/XMLSchema#integer"), None)),
        statement("http://purl.org/dc/terms/title", ExtraValue::Iri { iri: iri("http://e/no") }),
        statement(
            "http://e/node",
            ExtraValue::Node {
                node: vec![
                    (iri("http://e/in"), ExtraValue::Iri { iri: iri("http://e/b") }),
                    (
                        iri("http://e/in2"),
                        ExtraValue::Node {
                            node: vec![(
                                iri("http://e/deep"),
                                literal("true", Some("http://www.w3.org/2001/XMLSchema#boolean"), None),
                            )],
                        },
                    ),
                ],
            },
        ),
        statement(
            "http://purl.org/dc/terms/publisher",
            ExtraValue::Node {
                node: vec![(
                    iri("http://xmlns.com/foaf/0.1/phone"),
                    ExtraValue::Iri { iri: iri("tel:+321") },
                )],
            },
        ),
    ] {
        assert!(found.extra.contains(&wanted), "{wanted:?} in {:#?}", found.extra);
    }
    assert_eq!(found.extra.len(), 5, "{:#?}", found.extra);
}

#[test]
fn values_that_cannot_be_read_are_kept_as_statements_with_a_remark() {
    let mapped = first("e:1 a dcat:Dataset ; dct:title \"T\" ; dct:issued \"0000-00-00\"^^xsd:date .");
    let Resource::Dataset(found) = &mapped.resource else { panic!("{mapped:?}") };
    assert!(
        matches!(&found.extra[0], Extra::Statement { property, .. } if property.as_str().ends_with("issued"))
    );
    assert_eq!(mapped.remarks[0].code, RemarkCode::InvalidDate);
    assert_eq!(mapped.remarks[0].place, "dct:issued");
}

#[test]
fn limits_to_access_and_use_are_no_licence() {
    let inspire = "http://inspire.ec.europa.eu/metadata-codelist/";
    let found = dataset(&format!(
        "dct:license <{inspire}LimitationsOnPublicAccess/noLimitations> , <{inspire}ConditionsApplyingToAccessAndUse/noConditionsApply>"
    ));
    assert_eq!((found.license.len(), found.rights.len()), (0, 1));
    assert!(found.access_rights.is_some());
}

#[test]
fn catalogues_and_catalogue_records_tell_where_it_came_from() {
    let mapped = first(
        "e:c a dcat:Catalog ; dct:title \"Outer\" ; dct:hasPart e:d ; dcat:dataset e:1 . \
         e:d a dcat:Catalog ; dct:title \"Inner\" ; dcat:dataset e:1 . e:1 a dcat:Dataset ; dct:title \"T\" . \
         e:r a dcat:CatalogRecord ; foaf:primaryTopic e:1 ; dct:issued \"2019\" ; dct:modified \"2020-02-03\" ; \
         dct:source e:original ; dct:conformsTo e:profile .",
    );
    let Resource::Dataset(found) = &mapped.resource else { panic!("{mapped:?}") };
    assert_eq!(found.upstream.iri.as_ref().unwrap().as_str(), "http://e/1");
    assert_eq!(found.upstream.issued.as_ref().unwrap().lexical(), "2019");
    assert_eq!(found.upstream.modified.as_ref().unwrap().lexical(), "2020-02-03");
    let catalog = found.upstream.catalog.as_ref().unwrap();
    assert_eq!(
        (catalog.iri.as_ref().unwrap().as_str(), catalog.title[0].value.as_str()),
        ("http://e/d", "Inner")
    );
    assert_eq!(found.upstream.copy_of.as_ref().unwrap().iri.as_ref().unwrap().as_str(), "http://e/original");
    assert_eq!(found.extra.len(), 1, "{:?}", found.extra);
}

#[test]
fn every_dataset_and_every_distribution_of_every_real_feed_is_there() {
    for (name, datasets, distributions) in [
        ("opendatasoft/rennes/catalog-exports-dcat.rdf", 27, 272),
        ("opendatasoft/catalogue-2015/catalog.ttl", 186, 186),
        ("dcat/rostock-catalog.rdf", 100, 773),
        ("dcat/brandenburg-catalog.rdf", 112, 212),
        ("dcat/brandenburg-catalog.ttl", 112, 212),
        // One more is of the catalogue itself.
        ("dcat/be_fpsfinance.xml", 136, 136),
        ("dcat/dcatap-ch_catalog.ttl", 100, 199),
        ("dcat/cz_nkod_test.trig", 36, 55),
        ("dcat/catalog_dati_unibo.rdf", 12, 50),
    ] {
        let Some(bytes) = real(name) else { continue };
        let mapped = all(&bytes);
        let counts = mapped.iter().filter_map(|m| match &m.resource {
            Resource::Dataset(dataset) => Some(dataset.distribution.len()),
            Resource::Series(_) | Resource::Service(_) => None,
        });
        let counts: Vec<usize> = counts.collect();
        assert_eq!((counts.len(), counts.iter().sum()), (datasets, distributions), "{name}");
    }
}

#[test]
fn one_graph_in_two_syntaxes_gives_the_same_resources() {
    let both = (real("dcat/brandenburg-catalog.rdf"), real("dcat/brandenburg-catalog.ttl"));
    let (Some(xml), Some(turtle)) = both else { return };
    let sorted = |bytes: &[u8]| {
        // The two files differ in one space that is a non-breaking one in the first.
        let text = String::from_utf8(bytes.to_vec()).unwrap().replace('\u{a0}', " ");
        let mut mapped = all(text.as_bytes());
        mapped.sort_by_key(|m| format!("{:?}", m.resource));
        mapped
    };
    let (xml, turtle) = (sorted(&xml), sorted(&turtle));
    assert_eq!(xml.len(), turtle.len());
    for (one, other) in xml.iter().zip(&turtle) {
        assert_eq!(one, other);
    }
}
