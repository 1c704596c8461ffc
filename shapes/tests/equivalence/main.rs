//! Our shapes and the official ones say the same of thousands of broken datasets, dataset by dataset and property by
//! property, except where [`faults`] says why not. Needs `../shared`; says `skipped: …` without.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking and say what they skip"
)]

mod faults;
mod mutate;
mod official;
mod seeds;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use moisson_shacl::{Background, Options, Report, Shapes};
use oxrdf::{Graph, NamedNodeRef, Term, TermRef, Triple};

use faults::{Exception, Side};

/// Broken datasets for each pair of shapes.
const DATASETS: usize = 2_000;

/// What is wrong: kinds of constraints by focus node and path.
type Verdicts = BTreeMap<(String, String), BTreeSet<String>>;

/// Shapes, ready to check.
struct Checker {
    shapes: Shapes,
    background: Background,
}

impl Checker {
    fn new(shapes: &Graph) -> Self {
        let shapes = Shapes::compile(shapes, &Options::default()).unwrap();
        let mut known = moisson_dcat::vocabulary::vocabulary_graph();
        known.extend(moisson_shapes::background().unwrap());
        known.extend(seeds::places());
        let background = shapes.background(&known).unwrap();
        Self { shapes, background }
    }

    fn check(&self, data: &Graph) -> Verdicts {
        verdicts(&self.shapes.validate_with(data, &self.background).unwrap())
    }
}

fn ours(profiles: &[&str]) -> Checker {
    let mut graph = Graph::new();
    for name in profiles {
        graph.extend(moisson_shapes::find(name).unwrap().triples().unwrap());
    }
    Checker::new(&graph)
}

fn verdicts(report: &Report) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for result in &report.results {
        let path = match &result.result_path {
            Some(path) => official::path_name(&path.to_string()),
            None => official::path_of_shape(&result.source_shape.to_string()).to_owned(),
        };
        let component = result.source_constraint_component.as_str();
        let component = component.rsplit('#').next().unwrap().replace("ConstraintComponent", "");
        verdicts.entry((result.focus_node.to_string(), path)).or_default().insert(component);
    }
    verdicts
}

/// The local names of a node's classes, of the widest ones.
fn classes(data: &Graph, focus: &str) -> BTreeSet<String> {
    let kind = oxrdf::vocab::rdf::TYPE;
    data.triples_for_predicate(kind)
        .filter(|triple| triple.subject.to_string() == focus)
        .filter_map(|triple| match triple.object {
            TermRef::NamedNode(class) => class.as_str().rsplit(['#', '/']).next(),
            _ => None,
        })
        // The background says that these are kinds.
        .map(|class| if class == "Organization" { "Kind" } else { class }.to_owned())
        .collect()
}

/// Compares on all datasets, and asks that each exception is met.
fn compare(
    ours: &Checker,
    official: &[Checker],
    exceptions: &[Exception],
    only: Option<&BTreeSet<(String, String)>>,
) {
    let seeds = seeds::all();
    if seeds.is_empty() {
        return;
    }
    let differences = Mutex::new(Vec::new());
    let met = Mutex::new(BTreeSet::new());
    let counts = Mutex::new((0_usize, 0_usize));
    let work = |from: usize| {
        for number in (from..DATASETS).step_by(2) {
            let (data, how) = mutate::mutated(&seeds, number);
            let mut left = ours.check(&data);
            let mut right = Verdicts::new();
            for (key, mut kinds) in official.iter().flat_map(|each| each.check(&data)) {
                right.entry(key).or_default().append(&mut kinds);
            }
            if let Some(pairs) = only {
                left.retain(|(focus, path), _| {
                    classes(&data, focus).into_iter().any(|class| pairs.contains(&(class, path.clone())))
                });
            }
            {
                let mut counts = counts.lock().unwrap();
                counts.0 += left.len();
                counts.1 += right.len();
            }
            let keys: BTreeSet<_> = left.keys().chain(right.keys()).cloned().collect();
            for key in keys {
                let (side, kinds) = match (left.get(&key), right.get(&key)) {
                    (Some(kinds), None) => (Side::Ours, kinds),
                    (None, Some(kinds)) => (Side::Official, kinds),
                    _ => continue,
                };
                let classes = classes(&data, &key.0);
                for kind in kinds {
                    let reason = exceptions.iter().position(|each| each.covers(side, &classes, &key.1, kind));
                    match reason {
                        Some(at) => drop(met.lock().unwrap().insert(at)),
                        None => differences.lock().unwrap().push((
                            format!("only {side:?}: {kind} of {} at {classes:?}", key.1),
                            format!("{number}: {} after {how:?}", key.0),
                        )),
                    }
                }
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| work(0));
        work(1);
    });
    let differences = differences.into_inner().unwrap();
    // Alike ones counted, the first of each in full.
    let mut alike: BTreeMap<String, (usize, &String)> = BTreeMap::new();
    for (kind, difference) in &differences {
        alike.entry(kind.clone()).or_insert((0, difference)).0 += 1;
    }
    assert!(differences.is_empty(), "{} differences\n{alike:#?}", differences.len());
    let met = met.into_inner().unwrap();
    let unmet: Vec<_> =
        (0..exceptions.len()).filter(|at| !met.contains(at)).map(|at| &exceptions[at]).collect();
    assert!(unmet.is_empty(), "exceptions that no dataset needs: {unmet:#?}");
    let (left, right) = *counts.lock().unwrap();
    println!(
        "{DATASETS} datasets: {left} verdicts of ours, {right} of the official shapes, {} exceptions",
        exceptions.len()
    );
    assert!(left > DATASETS && right > DATASETS, "{left} and {right} verdicts are too few to tell");
}

#[test]
fn dcat_ap_3_as_the_generated_official_shapes() {
    let files = ["3.0.1/shacl/dcat-ap-SHACL.ttl", "3.0.1/shacl/ranges.ttl"];
    let Some(official) = official::shapes(&files) else { return };
    compare(&ours(&["dcat-ap-3"]), &[Checker::new(&official)], faults::GENERATED_3, None);
}

#[test]
fn dcat_ap_3_as_the_hand_made_official_shapes() {
    let files = ["3.0.1/html-shacl/shapes.ttl", "3.0.1/html-shacl/range.ttl"];
    let Some(official) = official::shapes(&files) else { return };
    compare(&ours(&["dcat-ap-3"]), &[Checker::new(&official)], faults::HAND_MADE_3, None);
}

#[test]
fn recommended_as_the_official_shapes() {
    let Some(official) = official::shapes(&["3.0.1/html-shacl/shapes_recommended.ttl"]) else { return };
    compare(&ours(&["dcat-ap-3-recommended"]), &[Checker::new(&official)], faults::RECOMMENDED_3, None);
}

#[test]
fn dcat_ap_2_1_1_as_the_official_shapes() {
    let files = ["2.1.1/dcat-ap_2.1.1_shacl_shapes.ttl", "2.1.1/dcat-ap_2.1.1_shacl_range.ttl"];
    let Some(official) = official::shapes(&files) else { return };
    // By itself: it says of dates, under the same name, that a year is none.
    let Some(recommended) = official::shapes(&["2.1.1/dcat-ap_2.1.1_shacl_shapes_recommended.ttl"]) else {
        return;
    };
    compare(
        &ours(&["dcat-ap-2.1.1"]),
        &[Checker::new(&official), Checker::new(&recommended)],
        faults::ALL_2_1_1,
        None,
    );
}

#[test]
fn high_value_datasets_as_the_official_shapes() {
    let Some(official) = official::shapes(&["3.0.0-hvd/html/hvd-SHACL-full.ttl"]) else { return };
    let pairs = official::pairs(&official);
    compare(&ours(&["dcat-ap-3", "dcat-ap-hvd"]), &[Checker::new(&official)], faults::HVD, Some(&pairs));
}

#[test]
fn vocabularies_as_the_official_shapes() {
    let Some(official) = official::shapes(&["3.0.1/html-shacl/mdr-vocabularies.shape.ttl"]) else { return };
    compare(&ours(&["vocabularies"]), &[Checker::new(&official)], faults::VOCABULARIES, None);
}

/// The node of an IRI, for the modules here.
fn node(iri: &str) -> Term {
    Term::NamedNode(NamedNodeRef::new(iri).unwrap().into_owned())
}

/// The triples of a Turtle text.
fn turtle(text: &[u8]) -> Vec<Triple> {
    let parser = oxrdfio::RdfParser::from_format(oxrdfio::RdfFormat::Turtle);
    let parser = parser.with_base_iri("https://e.example/").unwrap().rename_blank_nodes();
    parser.for_slice(text).map(|quad| Triple::from(quad.unwrap())).collect()
}
