//! How long a page takes to be cut into records, and a record to be mapped.
//!
//! `cargo bench -p moisson-harvesters`. The records are like those of a French town: five files each.

#![expect(clippy::expect_used, reason = "a benchmark may stop")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use moisson_harvest::{Found, Harvester, Record, Reply, Request, Source, SourceName};
use moisson_harvesters::{ckan::Ckan, opendatasoft::Opendatasoft};
use serde_json::{Value, json};

const PAGE: usize = 100;

fn package(n: usize) -> Value {
    let resources: Vec<_> = (0..5)
        .map(|r| {
            json!({
                "id": format!("{n:08x}-{r}"), "name": format!("Fichier {r}"), "description": "Export du jour, une ligne par objet.",
                "url": format!("https://donnees.exemple.fr/dataset/{n}/resource/{r}/download/fichier-{r}.csv"), "format": "CSV",
                "mimetype": "text/csv", "size": 168_518 + n, "created": "2024-01-02T03:04:05.123456", "last_modified": "2024-05-06T07:08:09.654321",
                "state": "active", "package_id": format!("{n:08x}"), "position": r, "hash": "", "url_type": "upload",
            })
        })
        .collect();
    json!({
        "id": format!("{n:08x}-0000-4000-8000-000000000000"), "name": format!("jeu-{n}"), "title": format!("Arbres d’alignement, quartier {n}"),
        "notes": "<p>Les arbres &amp; haies de la <b>ville</b>, relevés chaque année par le service des espaces verts.</p>",
        "state": "active", "private": false, "type": "dataset", "license_id": "lov2", "license_title": "Licence Ouverte 2.0",
        "metadata_created": "2024-01-02T03:04:05.123456", "metadata_modified": "2024-05-06T07:08:09.654321",
        "url": "https://www.exemple.fr/arbres", "maintainer": "Service des espaces verts", "maintainer_email": "vert@exemple.fr",
        "organization": { "id": "o1", "name": "ville-exemple", "title": "Ville d’Exemple", "description": "La mairie.", "state": "active" },
        "groups": [{ "name": "environnement", "title": "Environnement" }],
        "tags": [{ "name": "arbre", "display_name": "arbre" }, { "name": "parc", "display_name": "parc" }, { "name": "jardin", "display_name": "jardin" }],
        "extras": [
            { "key": "Fréquence de mise à jour", "value": "Annuelle" }, { "key": "Couverture temporelle", "value": "2019-2023" },
            { "key": "spatial", "value": "{\"type\": \"Polygon\", \"coordinates\": [[[-1.7, 48.0], [-1.6, 48.0], [-1.6, 48.2], [-1.7, 48.2], [-1.7, 48.0]]]}" },
        ],
        "resources": resources, "num_resources": 5, "num_tags": 3,
    })
}

fn dataset(n: usize) -> Value {
    json!({
        "dataset_id": format!("jeu-{n}"), "dataset_uid": format!("da_{n:06}"), "has_records": true, "data_visible": true, "visibility": "domain",
        "features": ["analyze", "geo"], "attachments": [], "alternative_exports": [],
        "fields": (0..10).map(|f| json!({ "name": format!("champ_{f}"), "label": format!("Champ {f}"), "type": "text", "annotations": {} })).collect::<Vec<_>>(),
        "metas": {
            "default": {
                "title": format!("Arbres d’alignement, quartier {n}"), "description": "<p>Les arbres &amp; haies de la <b>ville</b>.</p>",
                "theme": ["Environnement"], "keyword": ["arbre", "parc", "jardin"], "license": "Licence Ouverte v2.0 (Etalab)",
                "license_url": "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf", "language": "fr",
                "metadata_languages": ["fr"], "modified": "2025-10-22T14:45:48+00:00", "metadata_processed": "2026-02-19T14:17:12.436000+00:00",
                "publisher": "Ville d’Exemple", "records_count": 118, "territory": ["Rennes"], "update_frequency": "ANNUAL", "federated": false,
            },
            "dcat": { "created": "2011-01-26", "creator": "Service SIG", "accrualperiodicity": "Annuelle", "spatial": "Rennes", "temporal": "2009-2012" },
        },
    })
}

fn source(kind: &str) -> Source {
    Source {
        name: SourceName::new("ville").expect("a name"),
        kind: kind.to_owned(),
        url: "https://donnees.exemple.fr/".parse().expect("an address"),
        language: Some("fr".to_owned()),
        options: serde_json::Map::new(),
    }
}

fn records(
    harvester: &dyn Harvester,
    source: &Source,
    request: &Request,
    body: &bytes::Bytes,
) -> Vec<Record> {
    let reply = Reply { request, url: &request.url, status: 200, headers: &[], body: body.clone() };
    let mut records = Vec::with_capacity(PAGE);
    let page = harvester.read(source, &reply, &mut |found| {
        if let Found::Record(record) = found {
            records.push(record);
        }
    });
    black_box(page).expect("a page");
    records
}

fn portal(c: &mut Criterion, harvester: &dyn Harvester, body: &Value) {
    let name = harvester.name();
    let source = source(name);
    let request = harvester.plan(&source, None).expect("a plan").start.remove(0);
    let body = bytes::Bytes::from(body.to_string());
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(PAGE as u64));
    group.bench_function("read a page of 100", |b| b.iter(|| records(harvester, &source, &request, &body)));
    let all = records(harvester, &source, &request, &body);
    assert_eq!(all.len(), PAGE);
    group.bench_function("map 100 records", |b| {
        b.iter(|| {
            for record in &all {
                black_box(harvester.map(&source, record)).expect("a dataset");
            }
        });
    });
    group.finish();
}

fn portals(c: &mut Criterion) {
    let packages: Vec<_> = (0..PAGE).map(package).collect();
    portal(c, &Ckan, &json!({ "success": true, "result": { "count": PAGE, "results": packages } }));
    let datasets: Vec<_> = (0..PAGE).map(dataset).collect();
    portal(c, &Opendatasoft, &json!({ "total_count": PAGE, "results": datasets }));
}

criterion_group!(benches, portals);
criterion_main!(benches);
