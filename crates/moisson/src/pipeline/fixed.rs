//! The graphs that no record says: vocabularies, shapes, and the catalogues of the portal.

use std::collections::HashMap;

use moisson_dcat::{Text, vocabulary::vocabulary_graph, write::segment};
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple, vocab::rdf};

use super::check::shape_triples;
use crate::config::{Config, Localised};

const DCAT: &str = "http://www.w3.org/ns/dcat#";
const DCT: &str = "http://purl.org/dc/terms/";
const FOAF: &str = "http://xmlns.com/foaf/0.1/";

/// Each graph's name and triples.
///
/// # Errors
/// When the portal's base is no IRI, or a bundled shape cannot be read.
pub(super) fn fixed_graphs(config: &Config) -> anyhow::Result<Vec<(NamedNode, Vec<Triple>)>> {
    let base = config.portal.base_iri()?;
    let graph = |name: &str| NamedNode::new_unchecked(format!("{}/id/graph/{name}", base.as_str()));
    Ok(vec![
        (graph("vocabularies"), vocabulary_graph()),
        (graph("shapes"), named(shape_triples()?)),
        (graph("catalogues"), catalogues(config, base.as_str())),
    ])
}

/// The portal's catalogue and that of each source.
fn catalogues(config: &Config, base: &str) -> Vec<Triple> {
    let node = |iri: String| NamedNode::new_unchecked(iri);
    let dcat = |local: &str| node(format!("{DCAT}{local}"));
    let dct = |local: &str| node(format!("{DCT}{local}"));
    let foaf = |local: &str| node(format!("{FOAF}{local}"));
    let (portal, publisher) = (node(format!("{base}/id/catalog")), node(format!("{base}/id/publisher")));
    let mut triples = vec![
        Triple::new(portal.clone(), rdf::TYPE, dcat("Catalog")),
        Triple::new(portal.clone(), dct("publisher"), publisher.clone()),
        Triple::new(portal.clone(), foaf("homepage"), node(format!("{base}/"))),
        Triple::new(publisher.clone(), rdf::TYPE, foaf("Agent")),
    ];
    let mut say = |subject: &NamedNode, property: NamedNode, texts: &Localised| {
        for text in texts.texts() {
            triples.push(Triple::new(subject.clone(), property.clone(), literal(&text)));
        }
    };
    let settings = &config.portal;
    say(&portal, dct("title"), &settings.title);
    say(&portal, dct("description"), settings.description.as_ref().unwrap_or(&settings.title));
    say(&publisher, foaf("name"), &settings.publisher.name);
    for source in &config.source {
        let catalog = node(format!("{base}/id/catalog/{}", segment(source.name.as_str())));
        let title = source.title.clone().unwrap_or_else(|| Localised::Same(source.name.to_string()));
        say(&catalog, dct("title"), &title);
        say(&catalog, dct("description"), &title);
    }
    for source in &config.source {
        let catalog = node(format!("{base}/id/catalog/{}", segment(source.name.as_str())));
        triples.push(Triple::new(catalog.clone(), rdf::TYPE, dcat("Catalog")));
        triples.push(Triple::new(catalog.clone(), dct("publisher"), publisher.clone()));
        triples.push(Triple::new(portal.clone(), dcat("catalog"), catalog));
    }
    triples
}

fn literal(text: &Text) -> Literal {
    match &text.lang {
        Some(lang) => Literal::new_language_tagged_literal_unchecked(text.value.clone(), lang.clone()),
        None => Literal::new_simple_literal(text.value.clone()),
    }
}

/// The triples with an IRI for each blank node, by the order in which they come: no blank node enters the store.
fn named(triples: Vec<Triple>) -> Vec<Triple> {
    let mut names: HashMap<BlankNode, NamedNode> = HashMap::new();
    let mut name = |node: BlankNode| {
        let next = names.len() + 1;
        names
            .entry(node)
            .or_insert_with(|| NamedNode::new_unchecked(format!("urn:moisson:shapes:node:{next}")))
            .clone()
    };
    triples
        .into_iter()
        .map(|Triple { subject, predicate, object }| {
            let subject = match subject {
                NamedOrBlankNode::BlankNode(node) => name(node).into(),
                named @ NamedOrBlankNode::NamedNode(_) => named,
            };
            let object = match object {
                Term::BlankNode(node) => Term::NamedNode(name(node)),
                other => other,
            };
            Triple { subject, predicate, object }
        })
        .collect()
}
