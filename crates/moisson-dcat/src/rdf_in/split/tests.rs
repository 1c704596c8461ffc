//! Which resources become records, by which ids, with what in them.

use super::{RdfRecord, Wanted, split};
use crate::rdf_in::tests::{parse, real};

const HEAD: &str = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . \
                    @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix e: <http://e/> . ";

fn records(turtle: &str, wanted: &Wanted) -> Vec<RdfRecord> {
    let mut records = Vec::new();
    split(&parse(format!("{HEAD}{turtle}").as_bytes()).unwrap(), wanted, &mut |record| records.push(record));
    records
}

fn ids(turtle: &str) -> Vec<String> {
    records(turtle, &Wanted::default()).into_iter().map(|record| record.id).collect()
}

#[test]
fn what_is_described_is_a_record_and_what_is_only_named_is_not() {
    assert_eq!(
        ids(
            "e:c a dcat:Catalog ; dcat:dataset e:1 , e:2 , e:3 ; dcat:service e:4 . e:1 a dcat:Dataset ; dct:title \"1\" . \
             e:2 dct:title \"untyped\" . e:3 a dcat:Dataset . e:5 a dcat:Dataset ; dct:title \"in no catalogue\" . \
             e:6 a dcat:DatasetSeries , dcat:Dataset ; dct:title \"series\" . e:4 a dcat:DataService ; dct:title \"4\" ."
        ),
        ["http://e/1", "http://e/2", "http://e/4", "http://e/5", "http://e/6"]
    );
}

#[test]
fn other_spellings_of_dcat_are_read_and_other_vocabularies_only_without_it() {
    assert_eq!(
        ids("e:1 a <https://www.w3.org/ns/dcat#Dataset> ; <https://purl.org/dc/terms/title> \"1\" ."),
        ["http://e/1"]
    );
    assert_eq!(ids("e:1 a <https://schema.org/Dataset> ; <https://schema.org/name> \"1\" ."), ["http://e/1"]);
    assert_eq!(
        ids(
            "e:1 a <https://schema.org/Dataset> ; <https://schema.org/name> \"1\" . e:2 a dcat:Dataset ; dct:title \"2\" ."
        ),
        ["http://e/2"]
    );
}

#[test]
fn services_that_only_give_access_are_part_of_their_datasets() {
    let turtle = "e:1 a dcat:Dataset ; dct:title \"1\" ; dcat:distribution [ dcat:accessService e:s ] . \
                  e:s a dcat:DataService ; dct:title \"S\" .";
    let found = records(turtle, &Wanted::default());
    assert_eq!(found.len(), 1);
    assert!(found[0].body.contains("\"S\""), "{}", found[0].body);
    assert_eq!(ids(&format!("{turtle} e:c dcat:service e:s .")).len(), 2);
}

#[test]
fn shared_nodes_are_told_in_every_record_and_other_records_in_none() {
    let found = records(
        "e:1 a dcat:Dataset ; dct:title \"1\" ; dct:publisher e:p ; dct:source e:2 . \
         e:2 a dcat:Dataset ; dct:title \"2\" ; dct:publisher e:p . e:p a foaf:Agent ; foaf:name \"P\" .",
        &Wanted::default(),
    );
    assert_eq!(found.len(), 2);
    for record in &found {
        assert!(record.body.contains("\"P\""), "{}", record.body);
        assert_eq!(record.body.matches("terms/title").count(), 1, "{}", record.body);
    }
}

#[test]
fn catalogues_and_their_records_are_told() {
    let found = records(
        "e:c a dcat:Catalog ; dct:title \"C\" ; dct:hasPart e:d ; dct:publisher e:p . \
         e:d a dcat:Catalog ; dct:title \"D\" ; dcat:dataset e:1 ; dcat:record e:r . \
         e:r a dcat:CatalogRecord ; foaf:primaryTopic e:1 ; dct:modified \"2020\" . e:1 a dcat:Dataset ; dct:title \"1\" .",
        &Wanted::default(),
    );
    let body = &found[0].body;
    for part in
        ["\"D\"", "<http://e/c> <http://purl.org/dc/terms/hasPart> <http://e/d>", "\"2020\"", "primaryTopic"]
    {
        assert!(body.contains(part), "{part} in {body}");
    }
    assert!(!body.contains("\"C\""), "{body}");
}

#[test]
fn only_the_wanted_catalogues_and_classes_are_given() {
    let turtle = "e:c a dcat:Catalog ; dct:hasPart e:d ; dcat:dataset e:1 . e:d a dcat:Catalog ; dcat:dataset e:2 ; \
                  dcat:service e:4 . e:o a dcat:Catalog ; dcat:dataset e:3 . e:1 dct:title \"1\" . e:2 dct:title \"2\" . \
                  e:3 dct:title \"3\" . e:4 dct:title \"4\" .";
    let in_catalog =
        |iri: &str| Wanted { catalogs: vec![iri.to_owned()], services: false, ..Wanted::default() };
    let ids = |wanted: &Wanted| records(turtle, wanted).into_iter().map(|r| r.id).collect::<Vec<_>>();
    assert_eq!(ids(&in_catalog("http://e/c")), ["http://e/1", "http://e/2"]);
    assert_eq!(ids(&in_catalog("http://e/o")), ["http://e/3"]);
    assert_eq!(ids(&Wanted { datasets: false, ..Wanted::default() }), ["http://e/4"]);
}

#[test]
fn datasets_without_names_keep_their_ids_whatever_their_order_and_labels() {
    let one = "[] a dcat:Dataset ; dct:identifier \"1\" , \"a\" ; dct:title \"one\" . \
               [] a dcat:Dataset ; dcat:landingPage <http://e/page> ; dct:title \"two\" . \
               [] a dcat:Dataset ; dct:title \"three\" ; dcat:distribution [ dcat:accessURL e:f ] .";
    let other = "_:x a dcat:Dataset ; dcat:distribution _:y ; dct:title \"three\" . _:y dcat:accessURL e:f . \
                 _:z dct:title \"two\" ; dcat:landingPage <http://e/page> ; a dcat:Dataset . \
                 _:a a dcat:Dataset ; dct:identifier \"a\" , \"1\" ; dct:title \"one\" .";
    let sorted = |turtle: &str| {
        let mut found = records(turtle, &Wanted::default());
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    };
    assert_eq!(sorted(one), sorted(other));
    let ids: Vec<_> = sorted(one).into_iter().map(|r| r.id).collect();
    assert!(ids.contains(&"1".to_owned()) && ids.contains(&"http://e/page".to_owned()), "{ids:?}");
}

#[test]
fn datasets_that_share_an_identifier_stay_apart() {
    let found = records(
        "[] a dcat:Dataset ; dct:identifier \"1\" ; dct:title \"a\" . [] a dcat:Dataset ; dct:identifier \"1\" ; dct:title \"b\" . \
         [] a dcat:Dataset ; dct:identifier \"1\" ; dct:title \"b\" .",
        &Wanted::default(),
    );
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|r| r.id.starts_with("1#") && r.remarks.len() == 1), "{found:?}");
}

#[test]
fn an_address_that_is_identifier_page_and_file_at_once_is_one_claim() {
    let found = records(
        "[] a dcat:Dataset ; dct:identifier \"http://e/1\" ; dcat:landingPage <http://e/1> ; \
         dcat:distribution [ dcat:accessURL <http://a/service> ] , [ dcat:accessURL <http://e/1> ] .",
        &Wanted::default(),
    );
    assert_eq!(found[0].id, "http://e/1");
}

#[test]
fn remarks_go_with_the_record_they_concern() {
    let reading = parse(
        format!("{HEAD} e:1 a dcat:Dataset ; dct:title \"1\" ; dct:publisher <p q> , nope:x . e:2 a dcat:Dataset ; dct:title \"2\" . x y z .")
            .as_bytes(),
    )
    .unwrap();
    let mut found = Vec::new();
    let rest = split(&reading, &Wanted::default(), &mut |record| found.push(record));
    assert_eq!(found[0].remarks.len(), 2, "{found:?}");
    assert_eq!(found[1].remarks.len(), 0, "{found:?}");
    assert_eq!(rest.len(), 1, "{rest:?}");
}

#[test]
fn a_document_is_not_copied_without_bound() {
    let repeated = |line: &dyn Fn(u32) -> String| (0..2_000).map(line).collect::<Vec<_>>().concat();
    let shared = repeated(&|n| format!("e:p foaf:name \"{n}\" . "));
    let many = repeated(&|n| format!("e:{n} a dcat:Dataset ; dct:title \"t\" ; dct:publisher e:p . "));
    let found = records(&format!("{shared}{many}"), &Wanted::default());
    assert_eq!(found.len(), 2_000);
    let size: usize = found.iter().map(|r| r.body.len()).sum();
    assert!(size < 60_000_000, "{size}");
}

#[test]
fn every_dataset_of_every_real_feed_is_a_record() {
    for (name, wanted) in [
        ("opendatasoft/rennes/catalog-exports-dcat.rdf", 27),
        ("opendatasoft/catalogue-2015/catalog.ttl", 186),
        ("dcat/rostock-catalog.rdf", 100),
        ("dcat/brandenburg-catalog.rdf", 112),
        ("dcat/brandenburg-catalog.ttl", 112),
        ("dcat/be_fpsfinance.xml", 136),
        ("dcat/dcatap-ch_catalog.ttl", 100),
        ("dcat/cz_nkod_test.trig", 36),
        ("dcat/catalog_dati_unibo.rdf", 12),
        ("dcat/dcatde_catalog-endpoint.rdf", 6),
        ("dcat/odsh_rdf_catalog_empty.xml", 1),
        ("dcat/be_fpsecocbe.xml", 2),
        ("dcat/ch_dataset-datetimes.xml", 1),
        ("dcat/ch_dataset-datetimes-bad.xml", 1),
        ("dcat/scot_glasgow_arcgis_dcat.json", 68),
        ("dcat/udata/dcat__bnodes.jsonld", 3),
        ("dcat/udata/dcat__bnodes.xml", 3),
        ("dcat/udata/dcat__catalog.xml", 4),
        ("dcat/udata/dcat__flat.jsonld", 3),
        ("dcat/udata/dcat__geonetwork.xml", 1),
        ("dcat/udata/dcat__nested.jsonld", 1),
        ("dcat/udata/dcat__paged-collection-1.jsonld", 3),
        ("dcat/udata/dcat__paged-collection-2.jsonld", 1),
        ("dcat/udata/dcat__partial-collection-1.jsonld", 3),
        ("dcat/udata/dcat__partial-collection-2.jsonld", 1),
        ("dcat/udata/dcat__series.xml", 1),
        ("dcat/udata/dcat__sig.oreme.rdf", 1),
        ("dcat/udata/dcat__udata.xml", 2),
        ("dcat/udata/dcat__datara--5a26b0f6-0ccf-46ad-ac58-734054b91977.rdf.xml", 1),
        ("dcat/udata/dcat__datara--f40c3860-7236-4b30-a141-23b8ae33f7b2.rdf.xml", 1),
    ] {
        let Some(bytes) = real(name) else { continue };
        let reading = parse(&bytes).unwrap();
        let mut found = Vec::new();
        let wanted_classes = Wanted { services: false, ..Wanted::default() };
        let rest = split(&reading, &wanted_classes, &mut |record| found.push(record));
        assert_eq!(found.len(), wanted, "{name}: {:?}", found.iter().map(|r| &r.id).collect::<Vec<_>>());
        assert!(rest.len() <= 1, "{name}: {rest:?}");
    }
}
