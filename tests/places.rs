//! How many of the places that real portals name are found, portal by portal, with the top of what is left.
//!
//! Reads the folder `../shared/portals` beside the workspace; without it there is nothing to measure.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a measurement is to be read")]

use std::{collections::BTreeMap, path::Path, time::Instant};

use moisson_dcat::{Location, Resource, value::geometry, vocabulary::place};
use moisson_harvest::{Found, Reply, Source, SourceName};

/// A portal: its name, kind and files.
const PORTALS: [(&str, &str, &[&str]); 12] = [
    (
        "dados-gov-br",
        "ckan",
        &[
            "ckan/dados-gov-br/package_search_start0_rows100.json",
            "ckan/dados-gov-br/package_search_start100_rows100.json",
            "ckan/dados-gov-br/package_search_start200_rows100.json",
            "ckan/dados-gov-br/package_search_start300_rows100.json",
        ],
    ),
    ("rennes", "dcat", &["opendatasoft/rennes/catalog-exports-dcat.rdf"]),
    ("catalogue-2015", "dcat", &["opendatasoft/catalogue-2015/catalog.ttl"]),
    ("catalogue-2015-csv", "opendatasoft", &["opendatasoft/catalogue-2015/catalog.csv"]),
    ("rostock", "dcat", &["dcat/rostock-catalog.rdf"]),
    ("brandenburg", "dcat", &["dcat/brandenburg-catalog.ttl"]),
    ("fps-finance", "dcat", &["dcat/be_fpsfinance.xml"]),
    ("fps-economy", "dcat", &["dcat/be_fpsecocbe.xml"]),
    ("swiss", "dcat", &["dcat/dcatap-ch_catalog.ttl"]),
    ("nkod", "dcat", &["dcat/cz_nkod_test.trig"]),
    ("unibo", "dcat", &["dcat/catalog_dati_unibo.rdf"]),
    ("udata", "dcat", &["dcat/udata/dcat__udata.xml", "dcat/udata/dcat__evian.json"]),
];

/// Of the places that a portal names.
#[derive(Debug, Default)]
struct Share {
    datasets: usize,
    /// All.
    named: usize,
    /// With an IRI or a geometry of the source's own: all that was known of places without the table.
    before: usize,
    /// With an IRI or a geometry.
    now: usize,
    left: BTreeMap<String, usize>,
}

impl Share {
    fn count(&mut self, location: &Location, raw: &str) {
        self.named += 1;
        let known = location.iri.as_ref().and_then(|iri| place::by_iri(iri.as_str()));
        let shaped = location.bbox.is_some() || location.centroid.is_some() || location.geometry.is_some();
        let own_box = known.is_none_or(|place| location.bbox != place.bounds().map(geometry::box_wkt));
        let said = location.iri.as_ref().is_some_and(|iri| raw.contains(iri.as_str()));
        self.before += usize::from(said || shaped && own_box && (known.is_none() || location.bbox.is_some()));
        if location.iri.is_some() || shaped {
            self.now += 1;
        } else {
            let words = location.label.first().map_or_else(String::new, |text| text.value.clone());
            *self.left.entry(words).or_default() += 1;
        }
    }
}

fn measure(folder: &Path, kind: &str, files: &[&str]) -> Share {
    let harvester = moisson_harvesters::find(kind).expect("a kind");
    let path = files.first().filter(|file| kind != "ckan" && !file.is_empty()).copied().unwrap_or_default();
    let source = Source {
        name: SourceName::new("measured").expect("a name"),
        kind: kind.to_owned(),
        url: format!("https://portal.example.org/{path}").parse().expect("an address"),
        language: None,
        options: serde_json::Map::new(),
    };
    let mut share = Share::default();
    for file in files.iter().map(|file| folder.join(file)) {
        let Ok(body) = std::fs::read(&file) else { continue };
        let request = harvester.plan(&source, None).expect("a plan").start.remove(0);
        let media_type = match file.extension().and_then(|end| end.to_str()) {
            Some("json") => "application/json",
            Some("csv") => "text/csv",
            Some("ttl") => "text/turtle",
            Some("trig") => "application/trig",
            _ => "application/rdf+xml",
        };
        let headers = [("content-type".to_owned(), media_type.to_owned())];
        let reply =
            Reply { request: &request, url: &request.url, status: 200, headers: &headers, body: body.into() };
        let mut records = Vec::new();
        let read = harvester.read(&source, &reply, &mut |found| {
            if let Found::Record(record) = found {
                records.push(record);
            }
        });
        if let Err(error) = read {
            println!("{}: {error}", file.display());
        }
        for record in records {
            let Ok(mapped) = harvester.map(&source, &record) else { continue };
            let raw = String::from_utf8_lossy(&record.body);
            let spatial = match mapped.resource {
                Resource::Dataset(dataset) => dataset.spatial,
                Resource::Series(series) => series.spatial,
                Resource::Service(_) => continue,
            };
            share.datasets += 1;
            for location in &spatial {
                share.count(location, &raw);
            }
        }
    }
    share
}

#[test]
fn most_places_that_real_portals_name_are_found() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/portals"));
    if !folder.exists() {
        println!("skipped: no portals beside the workspace");
        return;
    }
    let mut total = Share::default();
    println!("portal: datasets, places named, known before, known now");
    for (name, kind, files) in PORTALS {
        let share = measure(folder, kind, files);
        println!(
            "{name}: {}, {}, {}, {}; left: {:?}",
            share.datasets, share.named, share.before, share.now, share.left
        );
        total.named += share.named;
        total.before += share.before;
        total.now += share.now;
    }
    println!("in all: {} named, {} known before, {} now", total.named, total.before, total.now);
    assert!(total.named > 100, "{total:?}");
    assert!(total.now * 100 >= total.named * 90, "{} of {}", total.now, total.named);
}

#[test]
fn a_place_is_found_in_microseconds() {
    let nothing = place::Context::default();
    // Unpacks the table.
    place::find("Rennes", &nothing);
    let texts =
        ["Ville de Rennes", "35000 Rennes", "Saint-Denis (93)", "Métropole de Rennes", "35238", "annuelle"];
    let began = Instant::now();
    for _ in 0..200 {
        for text in texts {
            std::hint::black_box(place::find(std::hint::black_box(text), &nothing));
        }
    }
    let each = began.elapsed() / 1_200;
    println!("{each:?} a text");
    // Unoptimised builds and busy machines are many times slower than the few microseconds that it takes.
    assert!(each.as_micros() < 2_000, "{each:?}");
}
