//! What datasets become: one behaviour a test, and the datasets of real portals where they are at hand.

use std::{borrow::Cow, path::PathBuf};

use bytes::Bytes;
use moisson_dcat::{Dataset, Extra, Iri, Mapped, RemarkCode, Resource, Text};
use moisson_harvest::{Found, Harvester, Record, RecordId, Reply, Request, Source, SourceName, Unmappable};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::opendatasoft::Opendatasoft;

fn source(options: Value) -> Source {
    let Value::Object(options) = options else { panic!("not a table") };
    Source {
        name: SourceName::new("s").unwrap(),
        kind: "opendatasoft".to_owned(),
        url: "https://data.example/explore/".parse().unwrap(),
        language: Some("fr".to_owned()),
        options,
    }
}

fn try_map(body: impl Into<Bytes>, options: Value) -> Result<Mapped, Unmappable> {
    let record = Record {
        id: RecordId("x".to_owned()),
        media_type: Cow::Borrowed("application/json"),
        body: body.into(),
        remarks: Vec::new(),
    };
    Opendatasoft.map(&source(options), &record)
}

fn with(body: &Value, options: Value) -> Dataset {
    match try_map(body.to_string(), options).unwrap().resource {
        Resource::Dataset(dataset) => *dataset,
        other => panic!("not a dataset: {other:?}"),
    }
}

fn dataset(body: &Value) -> Dataset {
    with(body, json!({}))
}

fn default(metas: &Value) -> Dataset {
    dataset(&json!({ "dataset_id": "arbres", "metas": { "default": metas } }))
}

fn extra(dataset: &Dataset) -> Vec<String> {
    let one = |extra: &Extra| match extra {
        Extra::Key { key, value } => format!("{key}={value}"),
        Extra::Statement { property, .. } => property.to_string(),
    };
    dataset.extra.iter().map(one).collect()
}

fn iris(of: &[Iri]) -> Vec<&str> {
    of.iter().map(Iri::as_str).collect()
}

fn texts(of: &[Text]) -> Vec<String> {
    let one = |text: &Text| match &text.lang {
        Some(lang) => format!("{}@{lang}", text.value),
        None => text.value.clone(),
    };
    of.iter().map(one).collect()
}

fn ids(dataset: &Dataset) -> Vec<&str> {
    dataset.distribution.iter().map(|d| d.id.as_str()).collect()
}

#[test]
fn the_address_of_the_dataset_is_its_iri_and_the_uid_is_kept() {
    let it = dataset(&json!({
        "dataset_id": "arbres", "dataset_uid": "da_52qfqj",
        "metas": { "default": { "title": "Arbres", "modified": "2025-10-22T14:45:48+00:00",
            "metadata_processed": "2026-02-19T14:17:12.436000+00:00", "data_processed": "2026-02-19T11:46:36+00:00" } },
    }));
    assert_eq!(it.upstream.iri.as_ref().unwrap().as_str(), "https://data.example/explore/dataset/arbres/");
    assert_eq!(it.identifier, ["https://data.example/explore/dataset/arbres/"]);
    assert_eq!(it.other_identifier[0].notation, "da_52qfqj");
    assert_eq!(it.other_identifier[0].schema_agency.as_deref(), Some("data.example"));
    assert_eq!(it.modified.as_ref().unwrap().lexical(), "2025-10-22T14:45:48+00:00");
    assert!(it.upstream.modified.as_ref().unwrap().lexical().starts_with("2026-02-19T14:17:12"));
    assert!(it.extra.is_empty(), "{:?}", it.extra);
}

#[test]
fn texts_are_in_the_language_of_the_metadata() {
    let it = default(&json!({
        "title": "Sitze", "title_de": "Sitze", "title_fr": "Sièges", "title_ok": "?", "description": "<p>D</p>",
        "keyword": ["a", "b"], "keyword_fr": ["c"], "publisher": "Amt", "publisher_fr": "Office",
        "language": "de", "metadata_languages": ["de", "fr"],
    }));
    assert_eq!(texts(&it.title), ["Sitze@de", "Sièges@fr"]);
    assert_eq!(texts(&it.description), ["D@de"]);
    assert_eq!(texts(&it.keyword), ["a@de", "b@de", "c@fr"]);
    assert_eq!(texts(&it.publisher.as_ref().unwrap().name), ["Amt@de", "Office@fr"]);
    assert_eq!(extra(&it), ["metas.default.title_ok=?"]);
}

#[test]
fn a_theme_in_two_languages_is_one_theme() {
    let it = default(
        &json!({ "title": "T", "theme": ["Zèle, ardeur", "Quiétude"], "theme_nl": ["IJver", "Rust"] }),
    );
    let themes: Vec<_> = it.theme.iter().map(|theme| texts(&theme.label)).collect();
    assert_eq!(themes, [vec!["Zèle, ardeur@fr", "IJver@nl"], vec!["Quiétude@fr", "Rust@nl"]]);
}

#[test]
fn records_come_in_the_formats_that_the_dataset_has() {
    let dataset_of = |features: Value, count: u64| {
        json!({ "dataset_id": "arbres", "has_records": true, "features": features,
                "metas": { "default": { "title": "T", "records_count": count, "license": "CC BY 4.0" } } })
    };
    let it = dataset(&dataset_of(json!(["analyze", "geo"]), 10));
    let expected =
        ["csv", "json", "xlsx", "parquet", "geojson", "shp", "kml"].map(|name| format!("export-{name}"));
    assert_eq!(ids(&it), expected);
    let csv = &it.distribution[0];
    let url = "https://data.example/api/explore/v2.1/catalog/datasets/arbres/exports/csv";
    assert_eq!((iris(&csv.access_url), iris(&csv.download_url)), (vec![url], vec![url]));
    assert!(it.distribution.iter().all(|d| d.license == Some(it.license[0].clone())));
    let service = &it.distribution[1].access_service[0];
    assert_eq!(iris(&service.endpoint_url), ["https://data.example/api/explore/v2.1"]);
    assert_eq!(iris(&service.endpoint_description), ["https://data.example/api/explore/v2.1/swagger.json"]);
    assert_eq!(iris(&service.serves_dataset), ["https://data.example/explore/dataset/arbres/"]);
    // A Shapefile is not given of large datasets, a calendar only of those that are one.
    assert!(!ids(&dataset(&dataset_of(json!(["geo"]), 50_001))).contains(&"export-shp"));
    assert!(ids(&dataset(&dataset_of(json!(["calendar"]), 1))).contains(&"export-ical"));
    assert_eq!(
        ids(&with(&dataset_of(json!([]), 1), json!({ "exports": ["csv", "jsonl"] }))),
        ["export-csv", "export-jsonl"]
    );
}

#[test]
fn a_dataset_without_features_is_a_map_when_its_fields_say_so() {
    let it = dataset(&json!({
        "dataset_id": "a", "has_records": true, "fields": [{ "name": "p", "type": "geo_point_2d" }],
        "metas": { "default": { "title": "T" } },
    }));
    assert!(ids(&it).contains(&"export-geojson"));
    assert_eq!(extra(&it), [r#"fields=[{"name":"p","type":"geo_point_2d"}]"#]);
}

#[test]
fn without_records_or_rights_there_are_no_exports() {
    let it = dataset(
        &json!({ "dataset_id": "a", "has_records": false, "metas": { "default": { "title": "T" } } }),
    );
    assert!(it.distribution.is_empty());
    let it = dataset(&json!({
        "dataset_id": "a", "has_records": true, "data_visible": false, "visibility": "domain",
        "metas": { "default": { "title": "T" } },
    }));
    assert!(it.distribution.is_empty());
    let rights = it.access_rights.unwrap().iri.unwrap();
    assert!(rights.as_str().ends_with("/RESTRICTED"), "{rights}");
    for (visibility, expected) in [("domain", "/PUBLIC"), ("restricted", "/RESTRICTED")] {
        let it = dataset(
            &json!({ "dataset_id": "a", "visibility": visibility, "metas": { "default": { "title": "T" } } }),
        );
        assert!(it.access_rights.unwrap().iri.unwrap().as_str().ends_with(expected));
    }
}

#[test]
fn files_that_somebody_uploaded_are_distributions() {
    let it = dataset(&json!({
        "dataset_id": "a", "metas": { "default": { "title": "T" } },
        "attachments": [{ "id": "doc_pdf", "title": "Notice", "mimetype": "application/pdf", "url": "odsfile://doc.pdf" }],
        "alternative_exports": [{
            "id": "gtfs_zip", "title": "gtfs.zip", "description": "GTFS", "mimetype": "application/zip", "size": 7,
            "url": "https://data.example/api/explore/v2.1/catalog/datasets/a/alternative_exports/gtfs_zip",
        }],
    }));
    assert_eq!(ids(&it), ["attachment-doc_pdf", "alternative-export-gtfs_zip"]);
    let [document, gtfs] = it.distribution.as_slice() else { panic!("not two") };
    assert_eq!(
        iris(&document.download_url),
        ["https://data.example/api/explore/v2.1/catalog/datasets/a/attachments/doc_pdf"]
    );
    assert!(gtfs.download_url[0].as_str().ends_with("/alternative_exports/gtfs_zip"));
    assert_eq!(texts(&gtfs.description), ["GTFS@fr"]);
    assert!(document.format.is_some() && document.media_type.is_some());
    assert_eq!(gtfs.extra, [Extra::Key { key: "size".to_owned(), value: "7".to_owned() }]);
}

#[test]
fn copies_of_other_portals_name_the_original() {
    for (metas, iri) in [
        (
            json!({ "federated": true, "source_domain": "public", "source_dataset": "communes", "source_domain_title": "Hub" }),
            Some("https://public.opendatasoft.com/explore/dataset/communes/"),
        ),
        (
            json!({ "source_domain": "p", "source_domain_address": "data.p.example", "source_dataset": "c", "source_domain_title": "Hub" }),
            Some("https://data.p.example/explore/dataset/c/"),
        ),
        (json!({ "federated": true, "shared_catalog": "Hub" }), None),
    ] {
        let mut metas = metas;
        metas["title"] = json!("T");
        let original = default(&metas).upstream.copy_of.unwrap();
        assert_eq!(original.iri.as_ref().map(Iri::as_str), iri);
        assert_eq!(texts(&original.title), ["Hub@fr"]);
    }
    let own = default(
        &json!({ "title": "T", "federated": false, "parent_domain": "region", "source_domain": null }),
    );
    assert_eq!(own.upstream.copy_of, None);
    assert_eq!(extra(&own), ["metas.default.parent_domain=region"]);
}

#[test]
fn every_template_is_read() {
    let it = dataset(&json!({
        "dataset_id": "a",
        "metas": {
            "default": { "title": "T", "license": "CC BY 4.0",
                         "territory": ["Rennes"], "references": "https://r.example/doc", "attributions": ["© Rennes"],
                         "publisher": "Ville" },
            "dcat": { "created": "2011-01-26", "issued": "2012", "creator": "Service", "contributor": "Autre", "contact_name": "C",
                      "contact_email": "c@x.example", "accrualperiodicity": "Annuelle", "spatial": "Bretagne",
                      "temporal": "2009-2012", "granularity": "rue", "dataquality": "bonne" },
            "dcat_ap": { "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
                         "applicable_legislation": "http://data.europa.eu/eli/reg_impl/2023/138/oj", "title": "T",
                         "publisher_type": "http://purl.org/adms/publishertype/LocalAuthority" },
            "inspire": { "file_identifier": "{73E}", "contact_organisation_name": "Org", "extend_bounding_box_westbound_longitude": "0.1",
                         "extend_bounding_box_southbound_latitude": "46.4", "extend_bounding_box_eastbound_longitude": "0.5",
                         "extend_bounding_box_northbound_latitude": "46.6", "hierarchy_level": "dataset" },
            "custom": { "quartier": "Centre", "frequency": "?" },
            "explore": { "download_count": 7 },
        },
    }));
    assert_eq!(it.created.as_ref().unwrap().lexical(), "2011-01-26");
    assert_eq!(texts(&it.creator[0].name), ["Service@fr"]);
    assert_eq!(iris(&it.contact_point[0].has_email), ["mailto:c@x.example"]);
    assert_eq!(texts(&it.contact_point[0].organization_name), ["Org@fr"]);
    assert!(it.accrual_periodicity.is_some());
    assert_eq!(it.spatial.len(), 3);
    assert_eq!(it.temporal.len(), 1);
    assert!(it.theme.iter().any(|theme| theme.iri.is_some()));
    assert_eq!(it.applicable_legislation.len(), 1);
    assert!(it.publisher.as_ref().unwrap().r#type.is_some());
    assert_eq!(it.page.len(), 1);
    assert_eq!(texts(&it.rights[0].title), ["© Rennes@fr"]);
    assert_eq!(it.other_identifier[0].notation, "{73E}");
    assert_eq!(
        extra(&it),
        [
            "metas.dcat.contributor=Autre",
            "metas.dcat.granularity=rue",
            "metas.dcat.dataquality=bonne",
            "metas.inspire.hierarchy_level=dataset",
            "metas.custom.quartier=Centre",
            "metas.custom.frequency=?",
        ]
    );
}

#[test]
fn what_a_template_repeats_is_said_once() {
    let it = dataset(&json!({
        "dataset_id": "a",
        "metas": {
            "default": { "title": "T", "description": "D", "publisher": "P", "keyword": ["k"], "update_frequency": "ANNUAL",
                         "license": "CC BY 4.0", "license_url": "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "modified": "2025-10-22T14:45:48+00:00" },
            "dublin-core": { "title": "T", "description": "D", "publisher": "P", "subject": ["k", "l"], "accrualPeriodicity": "annual",
                             "license": "CC BY 4.0", "rights": "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "identifier": "a",
                             "modified": "2025-10-22T14:45:48+00:00", "relation": null, "spatial": null },
        },
    }));
    assert_eq!(
        (it.title.len(), it.description.len(), it.rights.len(), it.other_identifier.len()),
        (1, 1, 0, 0)
    );
    assert_eq!(texts(&it.keyword), ["k@fr", "l@fr"]);
    assert!(it.extra.is_empty(), "{:?}", it.extra);
}

#[test]
fn a_box_belongs_to_the_one_territory() {
    let polygon = json!({ "type": "Polygon", "coordinates": [[[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, 4.0], [1.0, 2.0]]] });
    let it = default(&json!({
        "title": "T", "territory": ["Rennes"], "bbox": { "type": "Feature", "geometry": polygon, "properties": {} },
    }));
    assert_eq!(it.spatial.len(), 1);
    assert_eq!(texts(&it.spatial[0].label), ["Rennes@fr"]);
    assert!(it.spatial[0].bbox.as_ref().unwrap().starts_with("POLYGON"));
}

#[test]
fn all_versions_of_the_api_give_the_same_dataset() {
    let default = json!({
        "title": "Arbres", "description": "<p>D</p>", "keyword": ["a", "b"], "theme": ["Environnement"],
        "license": "Licence Ouverte (Etalab)", "language": "fr", "modified": "2025-10-22T14:45:48+00:00",
        "publisher": "Ville", "records_count": 3, "references": "http://example.com",
    });
    let inspire = json!({ "contact_email": "tnt@acme.example", "file_identifier": "{73E}" });
    let rest = json!({
        "has_records": true, "features": ["geo"], "fields": [{ "name": "n", "type": "text" }],
        "attachments": [{ "id": "d", "title": "D.pdf", "mimetype": "application/pdf", "url": "odsfile://D.pdf" }],
    });
    let dataset_of = |ids: Value, metas: Value| {
        let mut body = rest.clone();
        for part in [ids, metas] {
            body.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        }
        dataset(&body)
    };
    let new = dataset_of(
        json!({ "dataset_id": "arbres" }),
        json!({ "metas": { "default": default, "inspire": inspire }, "visibility": "domain" }),
    );
    let mut old_metas = default;
    old_metas["keyword"] = json!("a, b");
    old_metas["theme"] = json!("Environnement");
    old_metas["visibility"] = json!("domain");
    old_metas["domain"] = json!("ville");
    let old = dataset_of(
        json!({ "datasetid": "arbres" }),
        json!({ "metas": old_metas, "interop_metas": { "inspire": inspire } }),
    );
    assert_eq!(new, old);
}

#[test]
fn what_is_no_dataset_says_what_it_should_be() {
    for (body, expected) in [("[1]", "not a JSON object"), ("{\"a\":", "not JSON")] {
        let error = try_map(body, json!({})).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

// Real datasets.

fn shared(path: &str) -> Option<Vec<u8>> {
    let path =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/portals/opendatasoft")).join(path);
    let found = std::fs::read(&path).ok();
    if found.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    found
}

fn all(step: &'static str, body: Vec<u8>) -> Vec<(Dataset, Vec<moisson_dcat::Remark>)> {
    let source = source(json!({}));
    let request = Request::get(source.url.clone(), "application/json", step);
    let reply = Reply { request: &request, url: &source.url, status: 200, headers: &[], body: body.into() };
    let mut datasets = Vec::new();
    Opendatasoft
        .read(&source, &reply, &mut |found| match found {
            Found::Record(record) => match Opendatasoft.map(&source, &record).unwrap() {
                Mapped { resource: Resource::Dataset(dataset), remarks } => {
                    datasets.push((*dataset, remarks));
                }
                other => panic!("{other:?}"),
            },
            Found::Broken(broken) => panic!("{broken:?}"),
        })
        .unwrap();
    datasets
}

#[test]
fn the_dataset_of_a_british_network_maps() {
    let Some(body) = shared("v2.1/examples__scottishpower-list-datasets-example.json") else { return };
    let (it, remarks) = all("v2.1", body).remove(0);
    assert_eq!(it.other_identifier[0].notation, "da_us3vrm");
    assert_eq!(texts(&it.publisher.as_ref().unwrap().name), ["SP Energy Networks SC389555@en"]);
    assert_eq!(
        ids(&it),
        ["alternative-export-transmission_generation_heat_map_spen_017_data_quality_checks_march_25_xlsx"]
    );
    assert!(
        it.extra
            .iter()
            .any(|e| matches!(e, Extra::Key { key, .. } if key == "metas.custom.geographic-coverage"))
    );
    let expected = [RemarkCode::UnmappedValue, RemarkCode::InheritedValue];
    assert!(remarks.iter().all(|remark| expected.contains(&remark.code)), "{remarks:#?}");
}

#[test]
fn the_datasets_of_an_australian_town_map() {
    let Some(body) = shared("v2.0/ods__datasets.json") else { return };
    let datasets = all("v2.0", body);
    assert_eq!(datasets.len(), 6);
    for (it, _) in &datasets {
        assert_eq!(it.upstream.copy_of, None);
        assert!(!it.spatial[0].label.is_empty());
        assert!(ids(it).contains(&"export-geojson"));
    }
}

#[test]
fn the_datasets_of_the_search_of_version_1_map() {
    let Some(body) = shared("v1/data__no-data.json") else { return };
    let datasets = all("v1", body);
    assert_eq!(datasets.iter().map(|(it, _)| it.distribution.len()).collect::<Vec<_>>(), [2, 0]);
    for (file, distributions) in [
        ("test-a", 4),
        ("test-b", 10),
        ("test-shp-limit", 6),
        ("inspire", 7),
        ("with-attachments", 2),
        ("empty", 0),
    ] {
        let Some(body) = shared(&format!("v1/data__{file}.json")) else { return };
        let Resource::Dataset(it) = try_map(body, json!({})).unwrap().resource else {
            panic!("not a dataset")
        };
        assert_eq!(it.distribution.len(), distributions, "{file}");
    }
}

// Hostile input.

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_json_in_any_field_is_survived(body in dataset_of_anything()) {
        let text = body.to_string();
        let again = try_map(text.clone(), json!({})).unwrap();
        prop_assert_eq!(try_map(text, json!({})).unwrap(), again);
    }
}

/// JSON of any shape under keys that mean something.
fn dataset_of_anything() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<i64>().prop_map(|n| json!(n)),
        "\\PC{0,12}".prop_map(|s| json!(s)),
        prop_oneof!["a\\.b@c", "http://a b", "2020-02-30", "domain", "odsfile://a\\.csv", "1,2,3,4"]
            .prop_map(|s| json!(s)),
    ];
    let keys = prop_oneof![
        "(default|dcat|dcat_ap|inspire|custom|dublin-core|title|title_de|description|keyword|keyword_fr|theme|theme_nl)",
        "(publisher|license|license_url|modified|federated|source_domain|source_dataset|bbox|territory|references)",
        "(id|url|mimetype|type|geometry|coordinates|contact_email|accrualperiodicity|temporal|spatial|visibility)",
    ];
    let value = scalar.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(|items| json!(items)),
            proptest::collection::vec((keys.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    });
    let keys = "(dataset_id|datasetid|dataset_uid|metas|interop_metas|has_records|features|fields|attachments|alternative_exports|visibility|data_visible)";
    proptest::collection::vec((keys, value), 0..10)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
}
