//! Reading RDF files and W3C's test manifests.

use std::fs;
use std::path::{Path, PathBuf};

use oxrdf::{Graph, NamedNode, NamedOrBlankNode, Term, TermRef, Triple};
use oxrdfio::{RdfFormat, RdfParser};

/// The folder of material that is not part of the project, where it is there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")).join(path);
    if folder.exists() {
        return Some(folder);
    }
    println!("skipped: {} is not there", folder.display());
    None
}

pub(crate) fn turtle(text: &str) -> Graph {
    parse(text.as_bytes(), "http://example.org/base", RdfFormat::Turtle)
}

/// A file under an IRI of its own, so that its relative IRIs are told apart from those of others.
pub(crate) fn read(path: &Path) -> Graph {
    let format =
        path.extension().and_then(|extension| RdfFormat::from_extension(extension.to_str()?)).unwrap();
    parse(&fs::read(path).unwrap(), file_iri(path).as_str(), format)
}

pub(crate) fn file_iri(path: &Path) -> NamedNode {
    NamedNode::new(format!("file://{}", path.canonicalize().unwrap().display())).unwrap()
}

/// The graphs of several files as one.
pub(crate) fn merge<'a>(graphs: impl IntoIterator<Item = &'a Graph>) -> Graph {
    graphs.into_iter().flatten().collect()
}

fn parse(bytes: &[u8], base: &str, format: RdfFormat) -> Graph {
    RdfParser::from_format(format)
        .with_base_iri(base)
        .unwrap()
        .rename_blank_nodes()
        .for_slice(bytes)
        .map(|quad| Triple::from(quad.unwrap()))
        .collect()
}

pub(crate) fn sh(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://www.w3.org/ns/shacl#{local}"))
}

pub(crate) fn mf(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#{local}"))
}

pub(crate) fn sht(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://www.w3.org/ns/shacl-test#{local}"))
}

pub(crate) fn object(graph: &Graph, subject: TermRef<'_>, predicate: &NamedNode) -> Option<Term> {
    objects(graph, subject, predicate).into_iter().next()
}

pub(crate) fn objects(graph: &Graph, subject: TermRef<'_>, predicate: &NamedNode) -> Vec<Term> {
    let Ok(subject) = NamedOrBlankNode::try_from(subject.into_owned()) else { return Vec::new() };
    graph.objects_for_subject_predicate(&subject, predicate).map(TermRef::into_owned).collect()
}

/// The members of a list.
pub(crate) fn list(graph: &Graph, head: Term) -> Vec<Term> {
    let mut members = Vec::new();
    let mut cell = head;
    while let Some(first) = object(graph, cell.as_ref(), &oxrdf::vocab::rdf::FIRST.into_owned()) {
        members.push(first);
        cell = object(graph, cell.as_ref(), &oxrdf::vocab::rdf::REST.into_owned()).unwrap();
    }
    members
}
