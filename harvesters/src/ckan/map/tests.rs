//! What packages become: one behaviour a test, and the packages of real portals where they are at hand.

use std::{borrow::Cow, path::PathBuf};

use bytes::Bytes;
use moisson_dcat::{Dataset, Extra, Mapped, RemarkCode, Resource};
use moisson_harvest::{
    Found, Harvester, Page, Record, RecordId, Reply, Request, Source, SourceName, Unmappable,
};
use proptest::prelude::*;
use serde_json::json;

use crate::ckan::Ckan;

fn source(url: &str) -> Source {
    Source {
        name: SourceName::new("s").unwrap(),
        kind: "ckan".to_owned(),
        url: url.parse().unwrap(),
        language: Some("fr".to_owned()),
        options: serde_json::Map::new(),
    }
}

fn record(body: impl Into<Bytes>) -> Record {
    Record {
        id: RecordId("x".to_owned()),
        media_type: Cow::Borrowed("application/json"),
        body: body.into(),
        remarks: Vec::new(),
    }
}

fn try_map(body: impl Into<Bytes>) -> Result<Mapped, Unmappable> {
    Ckan.map(&source("https://ckan.example/"), &record(body))
}

fn map(package: &serde_json::Value) -> (Dataset, Vec<moisson_dcat::Remark>) {
    let mapped = try_map(package.to_string()).unwrap();
    match mapped.resource {
        Resource::Dataset(dataset) => (*dataset, mapped.remarks),
        other => panic!("not a dataset: {other:?}"),
    }
}

fn dataset(package: &serde_json::Value) -> Dataset {
    map(package).0
}

fn extra(dataset: &Dataset) -> Vec<String> {
    let one = |extra: &Extra| match extra {
        Extra::Key { key, value } => format!("{key}={value}"),
        Extra::Statement { property, .. } => property.to_string(),
    };
    dataset.extra.iter().map(one).collect()
}

fn iris(of: &[moisson_dcat::Iri]) -> Vec<&str> {
    of.iter().map(moisson_dcat::Iri::as_str).collect()
}

fn names(of: &[moisson_dcat::Text]) -> Vec<&str> {
    of.iter().map(|text| text.value.as_str()).collect()
}

#[test]
fn ids_and_addresses_are_kept_apart() {
    let it = dataset(&json!({
        "id": "0a1b", "name": "arbres", "title": "Arbres", "url": "https://ville.example/arbres",
        "metadata_created": "2020-01-02T03:04:05.678901", "metadata_modified": "2021-01-02T03:04:05",
        "extras": [{"key": "guid", "value": "urn:x"}],
    }));
    assert_eq!(it.upstream.iri.unwrap().as_str(), "https://ckan.example/dataset/0a1b");
    assert_eq!(it.upstream.page.unwrap().as_str(), "https://ckan.example/dataset/arbres");
    assert_eq!(it.upstream.modified.unwrap().lexical(), "2021-01-02T03:04:05");
    assert_eq!(it.modified, None);
    assert_eq!(it.landing_page[0].iri.as_ref().unwrap().as_str(), "https://ville.example/arbres");
    assert_eq!(it.identifier, ["0a1b"]);
    assert_eq!(it.other_identifier[0].notation, "urn:x");
    assert!(it.extra.is_empty());
}

#[test]
fn the_portals_own_page_is_the_page_of_the_record() {
    let it =
        dataset(&json!({ "id": "1", "name": "n", "title": "T", "url": "https://ckan.example/fr/jeux/n" }));
    assert_eq!(it.upstream.page.unwrap().as_str(), "https://ckan.example/fr/jeux/n");
}

#[test]
fn the_original_of_a_harvested_copy_is_named() {
    let it = dataset(&json!({
        "id": "1", "title": "T", "uri": "https://origin.example/d/1",
        "extras": [
            {"key": "harvest_source_title", "value": "ANEEL"}, {"key": "harvest_object_id", "value": "o"},
            {"key": "harvest_source_id", "value": "s"},
        ],
    }));
    let original = it.upstream.copy_of.as_ref().unwrap();
    assert_eq!(original.iri.as_ref().unwrap().as_str(), "https://origin.example/d/1");
    assert_eq!(names(&original.title), ["ANEEL"]);
    assert_eq!(it.upstream.iri.as_ref().unwrap().as_str(), "https://origin.example/d/1");
    assert_eq!(extra(&it), ["extras/harvest_source_id=s"]);
}

#[test]
fn translations_are_tagged_and_not_said_twice() {
    let it = dataset(&json!({
        "id": "1", "title": "Arbres", "title_translated": {"fr": "Arbres", "nl": "Bomen", "de": ""},
        "notes": "D", "tags": [{"name": "eau"}, {"name": "parc"}], "tags_translated": {"fr": ["eau"], "nl": ["water"]},
        "provenance": {"fr": "P", "nl": "Q"},
    }));
    let tagged: Vec<_> = it.title.iter().map(|t| (t.value.as_str(), t.lang.as_deref().unwrap())).collect();
    assert_eq!(tagged, [("Arbres", "fr"), ("Bomen", "nl")]);
    assert_eq!(names(&it.keyword), ["eau", "water", "parc"]);
    assert_eq!(it.provenance.len(), 1);
    assert_eq!(names(&it.provenance[0].title), ["P", "Q"]);
}

#[test]
fn texts_are_in_the_language_that_the_package_says() {
    let it = dataset(
        &json!({ "id": "1", "title": "Bomen", "extras": [{"key": "metadata-language", "value": "dut"}] }),
    );
    assert_eq!(it.title[0].lang.as_deref(), Some("nl"));
    let it = dataset(&json!({ "id": "1", "title": "T", "metadata-language": "??" }));
    assert_eq!(
        (it.title[0].lang.as_deref(), extra(&it)),
        (Some("fr"), vec!["metadata-language=??".to_owned()])
    );
}

#[test]
fn organisation_publishes_unless_another_does() {
    let owner = json!({ "id": "o1", "name": "ville", "title": "Ville", "description": "long" });
    let it = dataset(&json!({ "id": "1", "title": "T", "organization": owner, "owner_org": "o1" }));
    let publisher = it.publisher.unwrap();
    assert_eq!(names(&publisher.name), ["Ville"]);
    assert_eq!(publisher.iri.unwrap().as_str(), "https://ckan.example/organization/o1");

    let it = dataset(&json!({
        "id": "1", "title": "T", "organization": owner,
        "publisher": [{"name": "Métropole", "email": "a@b.example", "url": "https://m.example/", "uri": ""}],
    }));
    let publisher = it.publisher.as_ref().unwrap();
    assert_eq!(names(&publisher.name), ["Métropole"]);
    assert_eq!(publisher.mbox.as_ref().unwrap().as_str(), "mailto:a@b.example");
    assert_eq!(extra(&it), ["organization/title=Ville"]);

    let it = dataset(&json!({
        "id": "1", "title": "T",
        "extras": [{"key": "publisher_name", "value": "N"}, {"key": "publisher_uri", "value": "https://p.example/"}],
    }));
    assert_eq!(it.publisher.unwrap().iri.unwrap().as_str(), "https://p.example/");
}

#[test]
fn contacts_come_from_all_the_places_they_stand_in() {
    let it = dataset(&json!({
        "id": "1", "title": "T", "author": "Auteur", "author_email": "auteur@x.example",
        "maintainer": "Service", "maintainer_email": "a@x.example; b@x.example",
        "contact": [{"name": "C", "email": "c@x.example", "url": "https://c.example/", "identifier": "123"}],
        "extras": [{"key": "Contato", "value": "(48) 3665-2511"}],
    }));
    let emails: Vec<Vec<&str>> = it.contact_point.iter().map(|c| iris(&c.has_email)).collect();
    assert_eq!(
        emails,
        [vec!["mailto:c@x.example"], vec![], vec!["mailto:a@x.example", "mailto:b@x.example"]]
    );
    assert_eq!(iris(&it.contact_point[1].has_telephone), ["tel:4836652511"]);
    assert_eq!(names(&it.creator[0].name), ["Auteur"]);
    assert_eq!(extra(&it), ["contact/0/identifier=123"]);

    let only = dataset(&json!({ "id": "1", "title": "T", "author": "A", "author_email": "a@x.example" }));
    assert_eq!(iris(&only.contact_point[0].has_email), ["mailto:a@x.example"]);
}

#[test]
fn places_of_every_notation_become_one_place() {
    let polygon = json!({"type": "Polygon", "coordinates": [[[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, 4.0], [1.0, 2.0]]]});
    let it = dataset(&json!({
        "id": "1", "title": "T",
        "extras": [
            {"key": "spatial", "value": polygon.to_string()}, {"key": "spatial-text", "value": "Tarragone"},
            {"key": "spatial_uri", "value": "https://sws.geonames.org/6361390/"},
        ],
    }));
    assert_eq!(it.spatial.len(), 1);
    assert_eq!(it.spatial[0].iri.as_ref().unwrap().as_str(), "https://sws.geonames.org/6361390/");
    assert_eq!(names(&it.spatial[0].label), ["Tarragone"]);
    assert!(it.spatial[0].bbox.is_some());

    let it = dataset(&json!({
        "id": "1", "title": "T", "spatial_coverage": [{"text": "A", "uri": "", "geom": polygon}, {"text": "B"}],
    }));
    assert_eq!(it.spatial.iter().map(|l| l.label[0].value.as_str()).collect::<Vec<_>>(), ["A", "B"]);

    let sides = [("west-long", "1"), ("south-lat", "2"), ("east-long", "3"), ("north-lat", "4")];
    let extras: Vec<_> = sides.iter().map(|(k, v)| json!({"key": format!("bbox-{k}"), "value": v})).collect();
    let it = dataset(&json!({ "id": "1", "title": "T", "extras": extras }));
    assert!(it.spatial[0].bbox.as_ref().unwrap().starts_with("POLYGON"), "{:?}", it.spatial);

    let it = dataset(&json!({ "id": "1", "title": "T", "spatial": "Région parisienne" }));
    assert_eq!(it.spatial[0].label[0].value, "Région parisienne");
}

#[test]
fn periods_of_every_notation_are_read() {
    for (package, expected) in [
        (json!({"temporal_start": "2019-01-01", "temporal_end": "2020"}), "2019-01-01/2020"),
        (json!({"temporal_coverage": [{"start": "2019", "end": "2020"}]}), "2019/2020"),
        (json!({"temporal_coverage": "2019-01/2020-12"}), "2019-01/2020-12"),
        (json!({"extras": [{"key": "temporal_coverage-from", "value": "[\"1982\"]"}]}), "1982/"),
        (
            json!({"extras": [{"key": "Date de début", "value": "2019"}, {"key": "Date de fin", "value": "2020"}]}),
            "2019/2020",
        ),
    ] {
        let mut package = package;
        package["title"] = json!("T");
        let it = dataset(&package);
        let end = |date: &Option<moisson_dcat::Temporal>| {
            date.as_ref().map_or(String::new(), |d| d.lexical().to_owned())
        };
        assert_eq!(
            format!("{}/{}", end(&it.temporal[0].start_date), end(&it.temporal[0].end_date)),
            expected,
            "{package}"
        );
    }
    let it =
        dataset(&json!({"title": "T", "extras": [{"key": "Cobertura temporal", "value": "desde sempre"}]}));
    assert_eq!(it.temporal[0].label[0].value, "desde sempre");
}

#[test]
fn groups_are_themes_but_for_dkan_where_they_publish() {
    let groups = json!([{"name": "eau", "title": "L’eau", "description": "…"}, {"name": "air"}]);
    let it = dataset(
        &json!({ "id": "1", "title": "T", "state": "active", "groups": groups, "category": [{"id": "4", "title": "Vivre"}] }),
    );
    let labels: Vec<_> = it.theme.iter().map(|t| t.label[0].value.as_str()).collect();
    assert_eq!(labels, ["Vivre", "L’eau", "air"]);

    let it = dataset(&json!({ "id": "1", "title": "T", "state": "Active", "groups": groups }));
    assert_eq!(names(&it.publisher.as_ref().unwrap().name), ["L’eau"]);
    assert!(it.theme.is_empty());
    assert_eq!(extra(&it), ["groups/1/name=air"]);
}

#[test]
fn the_licence_of_the_package_goes_to_resources_without_one() {
    let (it, remarks) = map(&json!({
        "id": "1", "title": "T", "license_id": "lov2", "license_title": "Licence Ouverte 2.0",
        "resources": [
            {"id": "a", "url": "https://x.example/a"},
            {"id": "b", "url": "https://x.example/b", "license": "http://creativecommons.org/licenses/by/3.0/"},
        ],
    }));
    assert_eq!(it.distribution[0].license, Some(it.license[0].clone()));
    assert_ne!(it.distribution[1].license, it.distribution[0].license);
    assert_eq!(remarks.iter().filter(|r| r.code == RemarkCode::InheritedValue).count(), 1);
}

#[test]
fn no_licence_is_not_a_licence() {
    let (it, remarks) = map(&json!({
        "id": "1", "title": "T", "license_id": "notspecified", "license_title": "License not specified",
        "resources": [{"id": "a", "url": "https://x.example/a"}],
    }));
    assert!(it.license.is_empty() && it.distribution[0].license.is_none());
    assert!(remarks.iter().any(|r| r.code == RemarkCode::MissingValue && r.property == "license"));
    assert_eq!(extra(&it), ["license_title=License not specified", "license_id=notspecified"]);
}

#[test]
fn addresses_of_resources_are_told_apart() {
    let it = dataset(&json!({
        "id": "1", "title": "T",
        "resources": [
            {"id": "page", "url": "https://x.example/page", "format": "HTML"},
            {"id": "file", "url": "https://x.example/a.csv", "format": ".CSV"},
            {"id": "upload", "url": "https://x.example/download/1", "url_type": "upload"},
            {"id": "same", "url": "https://x.example/f", "download_url": "https://x.example/f"},
            {"id": "both", "url": "https://x.example/p", "access_url": "https://x.example/p", "download_url": "https://x.example/f"},
            {"id": "own", "url": "/files/a.zip", "format": "zip"},
            {"id": "none", "url": "", "name": "N"},
        ],
    }));
    let addresses: Vec<String> = it
        .distribution
        .iter()
        .map(|d| format!("{}: {} | {}", d.id, iris(&d.access_url).join(" "), iris(&d.download_url).join(" ")))
        .collect();
    assert_eq!(
        addresses,
        [
            "page: https://x.example/page | ",
            "file: https://x.example/a.csv | https://x.example/a.csv",
            "upload: https://x.example/download/1 | https://x.example/download/1",
            "same: https://x.example/f | https://x.example/f",
            "both: https://x.example/p | https://x.example/f",
            "own: https://ckan.example/files/a.zip | https://ckan.example/files/a.zip",
            "none:  | ",
        ]
    );
}

#[test]
fn an_id_that_names_two_resources_names_neither() {
    let resources = |order: [usize; 3]| {
        let all = [
            json!({"id": "1112", "url": "https://x.example/wms"}),
            json!({"id": "1112", "url": "https://x.example/wfs"}),
            json!({"id": "a", "url": "https://x.example/a"}),
        ];
        let (it, remarks) =
            map(&json!({ "id": "1", "title": "T", "resources": order.map(|i| all[i].clone()) }));
        assert_eq!(remarks.iter().filter(|r| r.code == RemarkCode::DuplicateId).count(), 2);
        let mut ids: Vec<_> =
            it.distribution.iter().map(|d| (d.access_url[0].to_string(), d.id.clone())).collect();
        ids.sort();
        ids
    };
    let ids = resources([0, 1, 2]);
    assert_eq!(ids, resources([2, 1, 0]), "ids must not depend on the order");
    assert_eq!(ids[0].1, "a");
}

#[test]
fn swiss_italian_german_and_british_habits_are_known() {
    let swiss = dataset(&json!({
        "id": "1", "title": {"fr": "Arbres", "de": "Bäume", "it": "", "en": ""}, "description": {"fr": "D"},
        "keywords": {"fr": ["arbre"], "de": ["Baum"]}, "publisher": "{\"name\": \"Amt\", \"url\": \"https://amt.example/\"}",
        "contact_points": [{"name": "C", "email": "c@x.example"}], "temporals": [{"start_date": "2019", "end_date": "2020"}],
        "groups": [{"name": "zele", "display_name": {"fr": "Zèle", "de": "Eifer"}}], "see_alsos": [],
        "resources": [{"id": "a", "title": {"fr": "F"}, "url": "https://x.example/a", "byte_size": 12, "media_type": "text/csv"}],
    }));
    assert_eq!(names(&swiss.title), ["Arbres", "Bäume"]);
    assert_eq!(swiss.keyword.len(), 2);
    assert_eq!(names(&swiss.publisher.as_ref().unwrap().name), ["Amt"]);
    assert_eq!(iris(&swiss.contact_point[0].has_email), ["mailto:c@x.example"]);
    assert_eq!((swiss.temporal.len(), swiss.theme.len()), (1, 1));
    assert_eq!(names(&swiss.theme[0].label), ["Zèle", "Eifer"]);
    assert_eq!((names(&swiss.distribution[0].title), swiss.distribution[0].byte_size), (vec!["F"], Some(12)));
    assert!(swiss.extra.is_empty(), "{:?}", swiss.extra);

    let italian = dataset(&json!({
        "id": "1", "title": "T",
        "extras": [
            {"key": "themes_aggregate", "value": "[{\"theme\": \"AGRI\", \"subthemes\": []}]"}, {"key": "language", "value": "{ITA}"},
            {"key": "conforms_to", "value": "[{\"identifier\": \"ISO\", \"title\": {\"it\": \"Norma\"}, \"uri\": \"https://iso.example/\"}]"},
            {"key": "publisher_name", "value": "Comune"}, {"key": "publisher_identifier", "value": "c_123"},
        ],
    }));
    assert!(italian.theme[0].iri.as_ref().unwrap().as_str().ends_with("/AGRI"));
    assert!(italian.language[0].iri.as_ref().unwrap().as_str().ends_with("/ITA"));
    assert_eq!(italian.conforms_to[0].iri.as_ref().unwrap().as_str(), "https://iso.example/");
    assert_eq!(italian.publisher.unwrap().identifier, ["c_123"]);

    let british = dataset(&json!({
        "id": "1", "title": "T",
        "extras": [
            {"key": "dataset-reference-date", "value": "[{\"type\": \"publication\", \"value\": \"1982\"}, {\"type\": \"revision\", \"value\": \"1990-01-02\"}]"},
            {"key": "responsible-party", "value": "[{\"name\": \"BGS\", \"roles\": [\"pointOfContact\"]}]"},
            {"key": "licence", "value": "[\"Open Government Licence v3.0\"]"}, {"key": "frequency-of-update", "value": "notPlanned"},
        ],
    }));
    assert_eq!(british.issued.as_ref().unwrap().lexical(), "1982");
    assert_eq!(british.modified.as_ref().unwrap().lexical(), "1990-01-02");
    assert_eq!(names(&british.contact_point[0].organization_name), ["BGS"]);
    assert_eq!(british.license.len(), 1);
    assert!(british.accrual_periodicity.is_some());
}

#[test]
fn a_series_is_a_series_and_its_members_point_to_it() {
    let mapped = try_map(json!({ "id": "s1", "type": "dataset_series", "title": "S" }).to_string()).unwrap();
    let Resource::Series(series) = mapped.resource else { panic!("not a series") };
    let it = dataset(&json!({ "id": "1", "title": "T", "in_series": ["s1"] }));
    assert_eq!(it.in_series, [series.upstream.iri.unwrap()]);
}

#[test]
fn everything_else_is_kept() {
    let it = dataset(&json!({
        "id": "1", "title": "T", "thumbnail": "t.png", "isopen": true, "num_tags": 0, "version": null,
        "extras": [{"key": "VCGE", "value": "Administração"}, {"key": "empty", "value": ""}],
        "resources": [{"id": "a", "url": "https://x.example/", "original_url": "https://y.example/", "position": 0}],
    }));
    assert_eq!(extra(&it), ["thumbnail=t.png", "extras/VCGE=Administração"]);
    assert_eq!(
        it.distribution[0].extra,
        [Extra::Key { key: "original_url".to_owned(), value: "https://y.example/".to_owned() }]
    );
}

#[test]
fn without_a_title_the_name_is_not_made_one() {
    let (it, remarks) = map(&json!({ "id": "1", "name": "arbres-2020" }));
    assert!(it.title.is_empty());
    assert!(remarks.iter().any(|r| r.code == RemarkCode::MissingValue && r.property == "title"));
    assert_eq!(extra(&it), ["name=arbres-2020"]);
}

#[test]
fn what_is_no_package_says_what_it_should_be() {
    for (body, expected) in [("[1]", "not a JSON object"), ("{\"a\":", "not JSON")] {
        let error = try_map(body).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert!(try_map(&b"\xff\xfe"[..]).unwrap_err().to_string().contains("not UTF-8"));
}

// Real packages.

fn shared(path: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/portals/ckan")).join(path);
    let found = std::fs::read(&path).ok();
    if found.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    found
}

fn read(url: &str, step: &'static str, body: Vec<u8>) -> (Vec<Record>, Page) {
    let source = source(url);
    let request = Request::get(source.url.clone(), "application/json", step);
    let reply = Reply { request: &request, url: &source.url, status: 200, headers: &[], body: body.into() };
    let mut records = Vec::new();
    let page = Ckan
        .read(&source, &reply, &mut |found| match found {
            Found::Record(record) => records.push(record),
            Found::Broken(broken) => panic!("{broken:?}"),
        })
        .unwrap();
    (records, page)
}

/// Maps all records of real replies and gives datasets and distributions, having checked that nothing is lost.
fn all(url: &str, step: &'static str, bodies: Vec<Vec<u8>>) -> Vec<Dataset> {
    let source = source(url);
    let mut datasets = Vec::new();
    for body in bodies {
        for record in read(url, step, body).0 {
            let mapped = Ckan.map(&source, &record).unwrap();
            let Resource::Dataset(dataset) = &mapped.resource else { panic!("not a dataset") };
            let raw: serde_json::Value = serde_json::from_slice(&record.body).unwrap();
            let resources = raw["resources"].as_array().map_or(0, Vec::len);
            assert_eq!(dataset.distribution.len(), resources, "{}", record.id);
            nothing_is_lost(&raw, &mapped);
            datasets.push((**dataset).clone());
        }
    }
    datasets
}

/// Every text of the package under a key without a meaning stands somewhere in what was made of it, but for what
/// README.md says is left out. What has a meaning is rewritten; that is tested above and by the dcat crate.
fn nothing_is_lost(raw: &serde_json::Value, mapped: &Mapped) {
    const LEFT_OUT: &[&str] = &[
        "__extras",
        "cache_last_updated",
        "creator_user_id",
        "datastore_active",
        "datastore_contains_all_records_of_source_file",
        "harvest_object_id",
        "owner_org",
        "package_id",
        "resource_group_id",
        "revision_id",
        "revision_timestamp",
        "state",
        "webstore_last_updated",
    ];
    const REWRITTEN: &[&str] = &[
        "author_email",
        "compress_format",
        "format",
        "hash_algorithm",
        "license_id",
        "license_title",
        "license_url",
        "maintainer_email",
        "metadata_created",
        "metadata_modified",
        "mimetype",
        "package_format",
        "size",
        "status",
        "availability",
        "license",
        "type",
    ];
    const PARTIES: &[&str] = &["organization", "groups", "tags", "category"];
    fn texts<'v>(path: &mut Vec<&'v str>, value: &'v serde_json::Value, out: &mut Vec<(String, &'v str)>) {
        match value {
            serde_json::Value::String(text) => out.push((path.join("/"), text)),
            serde_json::Value::Array(items) => items.iter().for_each(|item| texts(path, item, out)),
            serde_json::Value::Object(object) => {
                let meant = |key: &str| {
                    LEFT_OUT.contains(&key)
                        || REWRITTEN.contains(&key)
                        || crate::spelling::field(key).is_some()
                };
                // Of parties and tags the name is taken; what they say of themselves is not about the dataset.
                let party = path.last().is_some_and(|last| PARTIES.contains(last));
                let name = if object.contains_key("title") { "title" } else { "name" };
                for (key, value) in object {
                    let extra = object
                        .get("key")
                        .filter(|_| object.contains_key("value"))
                        .and_then(|key| key.as_str());
                    let skip = match extra {
                        Some(extra) => key == "key" || meant(extra),
                        None if path.last() == Some(&"groups") => true,
                        None if party => key != name,
                        None => meant(key) && key != "title",
                    };
                    if !skip {
                        path.push(key);
                        texts(path, value, out);
                        path.pop();
                    }
                }
            }
            _ => {}
        }
    }
    let made = serde_json::to_string(&(&mapped.resource, &mapped.remarks)).unwrap();
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let made = plain(&made.replace("\\n", " "));
    let (mut found, mut path) = (Vec::new(), Vec::new());
    texts(&mut path, raw, &mut found);
    assert!(!found.is_empty());
    for (place, text) in found {
        // Markup and long prose are rewritten.
        if text.contains(['<', '&', '[', '\\']) || text.len() > 300 {
            continue;
        }
        assert!(made.contains(&plain(text)), "{place}: `{text}` is lost");
    }
}

#[test]
fn the_packages_of_dados_gov_br_all_map() {
    let starts = [0, 100, 200, 300];
    let bodies: Vec<_> = starts
        .iter()
        .filter_map(|s| shared(&format!("dados-gov-br/package_search_start{s}_rows100.json")))
        .collect();
    if bodies.len() < starts.len() {
        return;
    }
    let datasets = all("https://legado.dados.gov.br/", "search", bodies);
    assert_eq!(datasets.len(), 400);
    assert_eq!(datasets.iter().map(|d| d.distribution.len()).sum::<usize>(), 2074);
    let count = |has: fn(&Dataset) -> bool| datasets.iter().filter(|d| has(d)).count();
    assert_eq!(count(|d| d.publisher.is_some()), 400);
    assert_eq!(count(|d| d.upstream.copy_of.is_some()), 379);
    // 371 name a licence, 28 say that they are open, and one that it has none.
    assert_eq!(count(|d| !d.license.is_empty()), 371);
    assert_eq!(count(|d| d.license.is_empty() && !d.rights.is_empty()), 28);
    assert_eq!(count(|d| d.accrual_periodicity.is_some()), 73);
}

#[test]
fn the_packages_of_datasud_all_map() {
    let bodies: Vec<_> = (1..=7).filter_map(|n| shared(&format!("datasud/ckan_0{n}.json"))).collect();
    let (Some(search), 7) = (shared("datasud/ckan_00.json"), bodies.len()) else { return };
    let url = "https://www.datasud.fr/fr/indexer/service/ckan/";
    let (found, page) = read(url, "search", search);
    assert_eq!((found.len(), page.total, page.follow.len()), (7, Some(7), 0));
    let datasets = all(url, "show", bodies);
    assert_eq!(datasets.len(), 7);
    assert!(
        datasets.iter().all(|d| d.distribution.len() == 3 && !d.theme.is_empty() && d.publisher.is_some())
    );
}

#[test]
fn the_package_of_a_french_dkan_maps() {
    let Some(body) = shared("dkan/dkan_french_package_show.json") else { return };
    let datasets = all("https://opendata.hautsdefrance.fr/", "show", vec![body]);
    let it = &datasets[0];
    assert_eq!(names(&it.publisher.as_ref().unwrap().name), ["Région Hauts-de-France"]);
    assert_eq!(it.distribution.len(), 2);
    assert!(it.spatial[0].bbox.is_some());
    assert!(it.upstream.page.as_ref().unwrap().as_str().contains("?q=dataset/"));
}

#[test]
fn single_packages_of_other_portals_map() {
    for (file, distributions) in [
        ("be_biodiversity_dataset.json", 1),
        ("dcatext_ckan_full_dataset_dcat_ap.json", 1),
        ("dcatext_ckan_full_dataset_dcat_ap_legacy.json", 1),
        ("dcatext_ckan_full_dataset_dcat_ap_vocabularies.json", 1),
        ("dcatext_ckan_dataset_multilingual.json", 1),
        ("dcatext_full_ckan_dataset_legacy.json", 1),
        ("dcatext_health_dcat_ap.json", 1),
    ] {
        let Some(body) = shared(&format!("other/{file}")) else { return };
        let raw: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let raw = raw.get(0).unwrap_or(&raw).clone();
        let mapped = try_map(raw.to_string()).unwrap();
        let Resource::Dataset(dataset) = &mapped.resource else { panic!("not a dataset") };
        assert_eq!(dataset.distribution.len(), distributions, "{file}");
        nothing_is_lost(&raw, &mapped);
    }
}

// Hostile input.

#[test]
fn ten_thousand_resources_take_time_in_proportion() {
    let package = |count: usize| {
        let resources: Vec<_> = (0..count)
            .map(|n| json!({"id": format!("r{n}"), "url": format!("https://x.example/{n}.csv"), "format": "CSV", "name": format!("N{n}")}))
            .collect();
        json!({ "id": "1", "title": "T", "license_id": "lov2", "resources": resources }).to_string()
    };
    // The best of a few, since the machine may be busy.
    let time = |count| {
        let one = || {
            let body = package(count);
            let start = std::time::Instant::now();
            let Resource::Dataset(it) = try_map(body).unwrap().resource else { panic!("not a dataset") };
            assert_eq!(it.distribution.len(), count);
            start.elapsed()
        };
        (0..3).map(|_| one()).min().unwrap_or_default()
    };
    let (few, many) = (time(1_000), time(10_000));
    assert!(many < few * 40, "1,000 took {few:?}, 10,000 took {many:?}");
}

#[test]
fn a_record_of_fifty_megabytes_is_mapped_within_bounds() {
    let notes = "é <b>x</b> ".repeat(50 * 1024 * 1024 / 12);
    let (it, remarks) = map(&json!({ "id": "1", "title": "T", "notes": notes }));
    assert!(it.description[0].value.len() < 1024 * 1024);
    assert!(remarks.iter().any(|r| r.code == RemarkCode::TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_json_in_any_field_is_survived(package in package_of_anything()) {
        let text = package.to_string();
        let again = try_map(text.clone()).unwrap();
        prop_assert_eq!(try_map(text).unwrap(), again);
    }
}

/// JSON of any shape under keys that mean something.
fn package_of_anything() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<i64>().prop_map(|n| json!(n)),
        "\\PC{0,12}".prop_map(|s| json!(s)),
        prop_oneof![
            "\\[\"a\",\"b",
            "\\{\"fr\":\"a\"\\}",
            "2020-02-30",
            "http://a b",
            "a@b.c, d",
            "1,2,3,4",
            "\\{a,b"
        ]
        .prop_map(|s| json!(s)),
    ];
    let keys = prop_oneof![
        "(title|notes|tags|groups|organization|resources|extras|spatial|spatial_coverage|temporal_coverage|publisher)",
        "(contact|creator|license_id|license_url|url|uri|guid|theme|language|frequency|qualified_attribution|hash)",
        "(id|name|value|key|format|size|access_services|harvest_url|bbox|start|end|geom|coordinates|type|fr|agent)",
    ];
    let value = scalar.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(|items| json!(items)),
            proptest::collection::vec((keys.clone(), inner), 0..6)
                .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
        ]
    });
    let keys = "(id|name|title|notes|tags|groups|organization|resources|extras|spatial|spatial_coverage|temporal_coverage|publisher|contact|qualified_relation|in_series|license_title)";
    proptest::collection::vec((keys, value), 0..10)
        .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect()))
}
