//! Real schema.org documents: each dataset is found, and every word of it comes out somewhere.

use std::path::Path;

use moisson_dcat::Resource;
use moisson_harvest::{Found, Harvester, Record, Reply};
use serde_json::{Value, json};

use super::{WebPage, site, url};

/// File, and how many datasets it describes.
const FILES: [(&str, usize); 19] = [
    ("data-repository__R2R.json", 1),
    ("data-repository__full.jsonld", 0),
    ("data-repository__minimal.jsonld", 0),
    ("dataset__full.jsonld", 1),
    ("dataset__minimal.jsonld", 1),
    ("dataset__temporalCoverage.jsonld", 7),
    ("dataset__variableMeasured-gridDataset-altVersion.jsonld", 1),
    ("dataset__variableMeasured-gridDataset.jsonld", 1),
    ("dataset__variableMeasured_AstroMaterials_analysis.jsonld", 1),
    ("dataset__variableMeasured_LarvalKrill.jsonld", 1),
    ("dataset__variableMeasured_NGDSBoreholeTemperature.jsonld", 1),
    ("dataset__variableMeasured_USGS-NWIS_surfaceWater.jsonld", 1),
    ("resources__dataset_core.jsonld", 9),
    ("resources__dataset_min.jsonld", 3),
    ("resources__dataset_min_01.jsonld", 1),
    ("resources__dataset_ns.jsonld", 3),
    ("testingDataGraphs__selfiegeojson.jsonld", 0),
    ("testingDataGraphs__simpleGeoPlace.jsonld", 1),
    ("testingDataGraphs__unidataTemporal.jsonld", 1),
];

#[test]
fn real_documents_are_mapped_without_loss() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/portals/schema-org"));
    if !folder.is_dir() {
        println!("skipped: {} is not here", folder.display());
        return;
    }
    let mut found = 0;
    for (name, expected) in FILES {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        for form in [as_file(&text), as_page(&text)] {
            let records = records(&form);
            assert_eq!(records.len(), expected, "{name}");
            found += records.len();
            for record in &records {
                check_no_loss(name, record);
            }
        }
    }
    assert_eq!(found, 2 * 34);
}

struct Form {
    content_type: &'static str,
    body: String,
}

fn as_file(text: &str) -> Form {
    Form { content_type: "application/ld+json", body: text.to_owned() }
}

fn as_page(text: &str) -> Form {
    let body = format!("<html><body><script type='application/ld+json'>{text}</script></body></html>");
    Form { content_type: "text/html", body }
}

fn records(form: &Form) -> Vec<Record> {
    let source = site("https://v.example/d", json!({"mode": "schema-org"})).source();
    let request = WebPage.plan(&source, None).unwrap().start.remove(0);
    let address = url("https://v.example/d");
    let headers = [("content-type".to_owned(), form.content_type.to_owned())];
    let reply = Reply {
        request: &request,
        url: &address,
        status: 200,
        headers: &headers,
        body: form.body.clone().into(),
    };
    let mut records = Vec::new();
    WebPage
        .read(&source, &reply, &mut |found| match found {
            Found::Record(record) => records.push(record),
            Found::Broken(broken) => panic!("{broken:?}"),
        })
        .unwrap();
    records
}

/// Every word of the record's body is in the dataset or in a remark about it.
fn check_no_loss(name: &str, record: &Record) {
    let source = site("https://v.example/d", json!({})).source();
    let mapped = WebPage.map(&source, record).unwrap();
    let Resource::Dataset(dataset) = &mapped.resource else { panic!("a dataset") };
    let out = words(
        &(serde_json::to_string(dataset).unwrap() + " " + &serde_json::to_string(&mapped.remarks).unwrap()),
    );
    let body: Value = serde_json::from_slice(&record.body).unwrap();
    let mut node = body["node"].clone();
    if dataset.license.iter().any(|license| license.iri.is_some()) {
        // A licence that the tables know comes out as their term for it.
        node.as_object_mut().unwrap().remove("license");
    }
    let mut said = Vec::new();
    leaves(&node, &mut said);
    let is_numbers = |text: &String| text.split([' ', ',']).all(|part| part.parse::<f64>().is_ok());
    for text in said.into_iter().filter(|text| !is_numbers(text)) {
        for word in words(&without_markup(&text)).difference(&out) {
            // Words that say no more than their place: classes, and numbers that are written in another way.
            let structural = [
                "Dataset",
                "DataDownload",
                "DataCatalog",
                "Organization",
                "Person",
                "Place",
                "GeoShape",
                "GeoCoordinates",
                "PropertyValue",
                "DefinedTerm",
                "CreativeWork",
                "ContactPoint",
                "HTML",
                "URL",
                "Checksum",
                "spdx",
                "id",
                "type",
            ];
            let number = word.parse::<f64>().is_ok();
            assert!(structural.contains(&word.as_str()) || number, "{name}: `{word}` of `{text}` is lost");
        }
    }
}

fn leaves(value: &Value, said: &mut Vec<String>) {
    match value {
        Value::String(text) => said.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| leaves(value, said)),
        Value::Object(object) => object.values().for_each(|value| leaves(value, said)),
        Value::Number(number) => said.push(number.to_string()),
        Value::Bool(_) | Value::Null => {}
    }
}

fn words(text: &str) -> std::collections::BTreeSet<String> {
    text.replace("\\n", " ")
        .replace("\\\"", " ")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The text of a description, as far as words go.
fn without_markup(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .replace("\\r\\n", " ");
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push(' ');
            }
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}
