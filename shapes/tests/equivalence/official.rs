//! The official shape files, and how their results are named so that they can be compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oxrdf::{Graph, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, TermRef};

use crate::turtle;

pub(crate) fn shapes(files: &[&str]) -> Option<Graph> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/conformance/dcat-ap-shapes"));
    let mut graph = Graph::new();
    for file in files {
        let Ok(bytes) = fs::read(folder.join(file)) else {
            println!("skipped: {} is not there", folder.join(file).display());
            return None;
        };
        graph.extend(turtle(&bytes));
    }
    Some(graph)
}

/// A path by the local names of its properties: `distribution`, `license|rights`.
pub(crate) fn path_name(path: &str) -> String {
    let mut name = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('<') {
        name.push_str(before);
        let (iri, after) = after.split_once('>').unwrap();
        // Two properties are called `identifier`.
        let prefix = if iri == "http://www.w3.org/ns/adms#identifier" { "adms:" } else { "" };
        name.push_str(prefix);
        name.push_str(iri.rsplit(['#', '/']).next().unwrap());
        rest = after;
    }
    name + rest
}

/// The property that a shape without a path is about.
pub(crate) fn path_of_shape(shape: &str) -> &'static str {
    match shape.rsplit(['#', '/', ':']).next().unwrap_or_default().trim_end_matches('>') {
        "Catalog_Shape2" => "dataset|service",
        "legalInformation" => "license|rights",
        "union" => "hasEmail|hasURL",
        _ => "",
    }
}

/// Class and path of all that shapes ask.
pub(crate) fn pairs(shapes: &Graph) -> BTreeSet<(String, String)> {
    let sh = |local: &str| format!("http://www.w3.org/ns/shacl#{local}");
    let (target, property, path) = (sh("targetClass"), sh("property"), sh("path"));
    let (target, property, path) = (
        NamedNodeRef::new(&target).unwrap(),
        NamedNodeRef::new(&property).unwrap(),
        NamedNodeRef::new(&path).unwrap(),
    );
    let mut pairs = BTreeSet::new();
    for triple in shapes.triples_for_predicate(target) {
        let TermRef::NamedNode(class) = triple.object else { continue };
        let class = class.as_str().rsplit(['#', '/']).next().unwrap().to_owned();
        for object in shapes.objects_for_subject_predicate(triple.subject, property) {
            let object: NamedOrBlankNode = match object {
                TermRef::NamedNode(node) => node.into_owned().into(),
                TermRef::BlankNode(node) => node.into_owned().into(),
                TermRef::Literal(_) => continue,
            };
            let path = shapes.object_for_subject_predicate(NamedOrBlankNodeRef::from(&object), path);
            match path {
                Some(TermRef::NamedNode(path)) => {
                    pairs.insert((class.clone(), path_name(&path.to_string())));
                }
                // The one path of several steps.
                Some(_) => drop(pairs.insert((class.clone(), API.to_owned()))),
                None => {}
            }
        }
    }
    for (class, path) in [
        ("Distribution", "license|rights"),
        ("DataService", "license|rights"),
        ("Kind", "hasEmail|hasURL"),
        ("LicenseDocument", ""),
    ] {
        pairs.insert((class.to_owned(), path.to_owned()));
    }
    pairs
}

/// How a dataset is reached by a service.
pub(crate) const API: &str = "^servesDataset|distribution/accessService";
