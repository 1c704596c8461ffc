//! The official DCAT-AP shapes on generated data: the numbers of results that `pySHACL`, `TopBraid`, rudof and
//! shifty agree on.

use std::path::PathBuf;

use moisson_shacl::{Options, Problem, Report, Shapes};
use oxrdf::Graph;

use crate::support::{merge, read, shared};

const RELEASES: &str = "conformance/dcat-ap-shapes";

/// The shapes in some files of the official releases.
fn official(files: &[&str]) -> Option<Graph> {
    let folder = shared(RELEASES)?;
    let graphs: Vec<Graph> = files.iter().map(|file| read(&folder.join(file))).collect();
    Some(merge(&graphs))
}

fn bench(file: &str) -> Option<PathBuf> {
    shared("bench").map(|folder| folder.join(file))
}

fn validate(shapes: &Graph, data: &Graph) -> Report {
    let shapes = Shapes::compile(shapes, &Options::default()).unwrap();
    let report = shapes.validate(data).unwrap();
    let index = shapes.index(data).unwrap();
    let bulk = shapes.validate_index(&index).unwrap();
    assert_eq!(bulk.results.len(), report.results.len(), "both ways of validating agree");
    report
}

fn check(shapes: Option<Graph>, results: usize) {
    let (Some(shapes), Some(data)) = (shapes, bench("dcat_100.ttl")) else { return };
    assert_eq!(validate(&shapes, &read(&data)).results.len(), results);
}

#[test]
fn generated_3_0_1_without_dangling_references() {
    check(bench("B2_3.0.1_full1_repaired.ttl").map(|file| read(&file)), 14);
}

#[test]
fn generated_3_0_1_as_published() {
    check(official(&["3.0.1/shacl/dcat-ap-SHACL.ttl", "3.0.1/shacl/ranges.ttl"]), 14);
}

#[test]
fn hand_made_3_0_1() {
    check(bench("C_3.0.1_html_full.ttl").map(|file| read(&file)), 467);
}

#[test]
fn hand_made_3_0_1_from_its_files() {
    let files = ["shapes", "range", "shapes_recommended", "deprecateduris"];
    let files = files.map(|file| format!("3.0.1/html-shacl/{file}.ttl"));
    check(official(&files.each_ref().map(String::as_str)), 467);
}

#[test]
fn generated_3_0_0() {
    check(official(&["3.0.0/shacl/dcat-ap-SHACL.ttl"]), 492);
}

#[test]
fn code_lists_without_the_lists() {
    check(official(&["3.0.1/html-shacl/mdr-vocabularies.shape.ttl"]), 1_956);
}

#[test]
fn full_2_1_1() {
    let files = ["shapes", "range", "shapes_recommended", "deprecateduris"];
    let files = files.map(|file| format!("2.1.1/dcat-ap_2.1.1_shacl_{file}.ttl"));
    check(official(&files.each_ref().map(String::as_str)), 464);
}

#[test]
fn high_value_datasets_3_0_0() {
    check(official(&["3.0.0-hvd/html/hvd-SHACL-full.ttl"]), 1_326);
}

#[test]
fn faults_of_the_official_files_are_notices_and_refused_when_strict() {
    let Some(shapes) = official(&["3.0.1/shacl/dcat-ap-SHACL.ttl", "3.0.1/shacl/ranges.ttl"]) else { return };
    let lenient = Shapes::compile(&shapes, &Options::default()).unwrap();
    let dangling = |problem: &Problem| matches!(problem, Problem::Dangling { .. });
    assert_eq!(lenient.notices().iter().filter(|notice| dangling(&notice.0.problem)).count(), 5);
    let error = Shapes::compile(&shapes, &Options { strict: true, ..Options::default() }).unwrap_err();
    assert_eq!(error.faults().iter().filter(|fault| dangling(&fault.problem)).count(), 5);
}

#[test]
fn two_messages_in_2_1_1_are_a_notice() {
    let files = ["shapes", "range", "shapes_recommended", "deprecateduris"];
    let files = files.map(|file| format!("2.1.1/dcat-ap_2.1.1_shacl_{file}.ttl"));
    let Some(shapes) = official(&files.each_ref().map(String::as_str)) else { return };
    let notices = Shapes::compile(&shapes, &Options::default()).unwrap().notices().to_vec();
    assert!(notices.iter().any(|notice| matches!(notice.0.problem, Problem::Messages { .. })), "{notices:?}");
}

#[test]
fn a_property_that_shacl_does_not_have_is_noticed() {
    let Some(shapes) = official(&["3.0.1/html-shacl/shapes.ttl"]) else { return };
    let notices = Shapes::compile(&shapes, &Options::default()).unwrap().notices().to_vec();
    let unknown = notices.iter().filter(|notice| notice.to_string().contains("did you mean `sh:node`?"));
    assert_eq!(unknown.count(), 5, "{notices:?}");
}

#[test]
fn every_official_file_compiles() {
    let Some(folder) = shared(RELEASES) else { return };
    let mut compiled = 0;
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("examples") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ttl") {
                let shapes = Shapes::compile(&read(&path), &Options::default());
                let shapes = shapes.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                println!("{}: {} shapes, {} notices", path.display(), shapes.len(), shapes.notices().len());
                compiled += 1;
            }
        }
    }
    assert!(compiled > 25, "{compiled}");
}
