//! W3C's SHACL test suites, from their manifests: whole reports are compared, and refusals.

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};

use crate::support::{file_iri, list, mf, object, objects, read, sh, shared, sht};
use moisson_shacl::{Options, Path, Report, Shapes};
use oxrdf::{BlankNode, Graph, Term, TermRef};

/// Tests that are not run, with the reason. None at present.
const SKIPPED: [(&str, &str); 0] = [];

#[test]
fn shacl_core() {
    run("conformance/shacl-suite/data-shapes-test-suite/tests/core/manifest.ttl", 98);
}

#[test]
fn shacl_1_2_core() {
    run("conformance/shacl-suite/shacl12-test-suite/tests/core/manifest.ttl", 99);
}

#[test]
fn shacl_sparql() {
    run("conformance/shacl-suite/data-shapes-test-suite/tests/sparql/manifest.ttl", 22);
}

#[test]
fn shacl_1_2_sparql() {
    run("conformance/shacl-suite/shacl12-test-suite/tests/sparql/manifest.ttl", 22);
}

/// A test beside the others that no manifest lists.
#[test]
fn shacl_sparql_node_validator() {
    run("conformance/shacl-suite/data-shapes-test-suite/tests/sparql/component/nodeValidator-001.ttl", 1);
}

fn run(manifest: &str, expected: usize) {
    let Some(manifest) = shared(manifest) else { return };
    let mut totals: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut failures = Vec::new();
    for file in files(&manifest) {
        let folder = file.parent().and_then(FilePath::file_name).unwrap().to_string_lossy().into_owned();
        for (name, outcome) in run_file(&file) {
            if let Some((_, reason)) = SKIPPED.iter().find(|(skipped, _)| *skipped == name) {
                println!("skipped: {name}: {reason}");
                continue;
            }
            let total = totals.entry(folder.clone()).or_default();
            total.1 += 1;
            match outcome {
                Ok(()) => total.0 += 1,
                Err(difference) => failures.push(format!("{name}\n{difference}")),
            }
        }
    }
    let (passed, all) = totals.values().fold((0, 0), |sum, total| (sum.0 + total.0, sum.1 + total.1));
    for (folder, (passed, all)) in &totals {
        println!("{folder}: {passed}/{all}");
    }
    println!("{}: {passed}/{all}", manifest.display());
    assert!(failures.is_empty(), "{} of {all} failed:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(all, expected, "the manifests should list this many tests");
}

/// The files that a manifest includes, and itself.
fn files(manifest: &FilePath) -> Vec<PathBuf> {
    let graph = read(manifest);
    let iri = file_iri(manifest);
    let mut files = vec![manifest.to_owned()];
    let mut included: Vec<PathBuf> = objects(&graph, TermRef::from(iri.as_ref()), &mf("include"))
        .into_iter()
        .filter_map(|include| match include {
            Term::NamedNode(iri) => Some(PathBuf::from(iri.as_str().strip_prefix("file://")?)),
            _ => None,
        })
        .collect();
    included.sort();
    for file in included {
        files.extend(self::files(&file));
    }
    files
}

/// The outcome of each test of a file.
fn run_file(file: &FilePath) -> Vec<(String, Result<(), String>)> {
    let manifest = read(file);
    let iri = file_iri(file);
    let mut outcomes = Vec::new();
    for entries in objects(&manifest, TermRef::from(iri.as_ref()), &mf("entries")) {
        for entry in list(&manifest, entries) {
            let name = entry.to_string().rsplit('/').next().unwrap().trim_end_matches('>').to_owned();
            outcomes.push((name, run_test(&manifest, &entry)));
        }
    }
    outcomes
}

fn run_test(manifest: &Graph, entry: &Term) -> Result<(), String> {
    let action = object(manifest, entry.as_ref(), &mf("action")).unwrap();
    let result = object(manifest, entry.as_ref(), &mf("result")).unwrap();
    let graph = |property: &str| {
        let Some(Term::NamedNode(iri)) = object(manifest, action.as_ref(), &sht(property)) else {
            panic!("no file")
        };
        PathBuf::from(iri.as_str().strip_prefix("file://").unwrap())
    };
    let (data_file, shapes_file) = (graph("dataGraph"), graph("shapesGraph"));
    let own = |file: &FilePath| file_iri(file).as_str() == base_of(entry);
    // The expected report names blank nodes of the shapes, so a file is read once.
    let shapes_graph = if own(&shapes_file) { manifest.clone() } else { read(&shapes_file) };
    let data = if data_file == shapes_file {
        shapes_graph.clone()
    } else if own(&data_file) {
        manifest.clone()
    } else {
        read(&data_file)
    };
    let report = Shapes::compile(&shapes_graph, &Options::default())
        .map_err(|error| error.to_string())
        .and_then(|shapes| shapes.validate(&data).map_err(|error| error.to_string()));
    if result == Term::from(sht("Failure")) {
        return match report {
            Ok(_) => Err("should be refused".to_owned()),
            Err(refusal) => {
                println!("refused: {refusal}");
                Ok(())
            }
        };
    }
    let report = report?;
    compare(manifest, &result, &report)
}

fn base_of(entry: &Term) -> String {
    // Entries are `<name>` relative to `…/name.ttl`, whose last segment they replace.
    match entry {
        Term::NamedNode(iri) => format!("{}.ttl", iri.as_str()),
        _ => String::new(),
    }
}

fn compare(manifest: &Graph, expected: &Term, report: &Report) -> Result<(), String> {
    let written: Graph = report.to_triples(None).into_iter().collect();
    let root: Term = BlankNode::new_unchecked("shacl-report").into();
    let mut found = results(&written, &root, manifest, expected);
    let mut wanted = results(manifest, expected, manifest, expected);
    found.sort();
    wanted.sort();
    let conforms = |graph: &Graph, node: &Term| {
        object(graph, node.as_ref(), &sh("conforms")).map(|term| term.to_string())
    };
    if found == wanted && conforms(&written, &root) == conforms(manifest, expected) {
        return Ok(());
    }
    let only = |left: &[String], right: &[String]| {
        left.iter().filter(|line| !right.contains(line)).cloned().collect::<Vec<_>>().join("\n    ")
    };
    Err(format!("  missing:\n    {}\n  unexpected:\n    {}", only(&wanted, &found), only(&found, &wanted)))
}

/// The results of a report, a line each, with paths written out.
fn results(graph: &Graph, report: &Term, manifest: &Graph, expected: &Term) -> Vec<String> {
    // Messages count only where the expected report has some at all.
    let with_messages = objects(manifest, expected.as_ref(), &sh("result"))
        .iter()
        .any(|result| object(manifest, result.as_ref(), &sh("resultMessage")).is_some());
    let with_constraints = objects(manifest, expected.as_ref(), &sh("result"))
        .iter()
        .any(|result| object(manifest, result.as_ref(), &sh("sourceConstraint")).is_some());
    let mut properties = vec![
        "focusNode",
        "resultPath",
        "value",
        "sourceConstraintComponent",
        "sourceShape",
        "resultSeverity",
    ];
    if with_messages {
        properties.push("resultMessage");
    }
    if with_constraints {
        properties.push("sourceConstraint");
    }
    objects(graph, report.as_ref(), &sh("result"))
        .iter()
        .map(|result| {
            let field = |property: &&str| {
                let values = objects(graph, result.as_ref(), &sh(property));
                let mut values: Vec<String> = values
                    .iter()
                    .map(|value| match *property {
                        "resultPath" => read_path(graph, value).to_string(),
                        _ => value.to_string(),
                    })
                    .collect();
                values.sort();
                format!("{property}={}", values.join(","))
            };
            properties.iter().map(field).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// A path as a report has it.
pub(crate) fn read_path(graph: &Graph, node: &Term) -> Path {
    if let Term::NamedNode(predicate) = node {
        return predicate.clone().into();
    }
    let inner = |property: &str| object(graph, node.as_ref(), &sh(property));
    let all = |head: Term| list(graph, head).iter().map(|part| read_path(graph, part)).collect();
    let one = |part: Term| Box::new(read_path(graph, &part));
    if let Some(list) = inner("alternativePath") {
        Path::Alternative(all(list))
    } else if let Some(path) = inner("inversePath") {
        Path::Inverse(one(path))
    } else if let Some(path) = inner("zeroOrMorePath") {
        Path::ZeroOrMore(one(path))
    } else if let Some(path) = inner("oneOrMorePath") {
        Path::OneOrMore(one(path))
    } else if let Some(path) = inner("zeroOrOnePath") {
        Path::ZeroOrOne(one(path))
    } else {
        Path::Sequence(all(node.clone()))
    }
}
