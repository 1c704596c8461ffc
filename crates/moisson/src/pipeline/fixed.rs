//! The graphs that no record says: vocabularies, shapes, and the catalogues of the portal.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use moisson_dcat::{Text, vocabulary::vocabulary_graph, write::segment};
use moisson_harvest::SourceName;
use moisson_store::{FixedFromNotes, StandingFromNotes};
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple, vocab::rdf};

use super::check::shape_triples;
use crate::{
    book,
    config::{Config, Localised, SourceConfig},
};

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
    triples.extend(moisson_web::software(base));
    let mut say = |subject: &NamedNode, property: NamedNode, texts: &Localised| {
        for text in texts.texts() {
            triples.push(Triple::new(subject.clone(), property.clone(), literal(&text)));
        }
    };
    let settings = &config.portal;
    say(&portal, dct("title"), &settings.title);
    say(&portal, dct("description"), settings.description.as_ref().unwrap_or(&settings.title));
    say(&publisher, foaf("name"), &settings.publisher.name);
    triples.extend(config.source.iter().flat_map(|source| catalogue(source, base)));
    triples
}

/// The catalogues of managed sources, from the moment in which they are added.
///
/// # Errors
/// When the portal's base is no IRI.
pub(super) fn managed_graphs(config: &Config) -> anyhow::Result<FixedFromNotes> {
    let base = config.portal.base_iri()?;
    let declared: BTreeSet<SourceName> = config.source.iter().map(|source| source.name.clone()).collect();
    let make = move |notes: &[(String, Vec<u8>)]| {
        let managed = notes.iter().filter_map(|(_, note)| book::settings_in(note));
        let managed = managed.filter(|source| !declared.contains(&source.name));
        let triples: Vec<Triple> = managed.flat_map(|source| catalogue(&source, base.as_str())).collect();
        let graph = NamedNode::new_unchecked(format!("{}/id/graph/managed-catalogues", base.as_str()));
        if triples.is_empty() { Vec::new() } else { vec![(graph, triples)] }
    };
    Ok(FixedFromNotes { area: book::SOURCES, make: Arc::new(make) })
}

/// What managed sources are configured to be, for the choice of the authoritative copy; from the next start on.
pub(super) fn managed_standing() -> StandingFromNotes {
    let read = |notes: &[(String, Vec<u8>)]| {
        let managed = notes.iter().filter_map(|(_, note)| book::settings_in(note));
        managed.map(|source| (source.name.to_string(), source.authority)).collect()
    };
    StandingFromNotes { area: book::SOURCES, read: Arc::new(read) }
}

/// The catalogue of one source.
fn catalogue(source: &SourceConfig, base: &str) -> Vec<Triple> {
    let node = |iri: String| NamedNode::new_unchecked(iri);
    let (dcat, dct) =
        (|local: &str| node(format!("{DCAT}{local}")), |local: &str| node(format!("{DCT}{local}")));
    let catalog = node(format!("{base}/id/catalog/{}", segment(source.name.as_str())));
    let title = source.title.clone().unwrap_or_else(|| Localised::Same(source.name.to_string()));
    let mut triples = vec![
        Triple::new(catalog.clone(), rdf::TYPE, dcat("Catalog")),
        Triple::new(catalog.clone(), dct("publisher"), node(format!("{base}/id/publisher"))),
        Triple::new(node(format!("{base}/id/catalog")), dcat("catalog"), catalog.clone()),
    ];
    for property in [dct("title"), dct("description")] {
        let texts = title.texts().into_iter();
        triples.extend(texts.map(|text| Triple::new(catalog.clone(), property.clone(), literal(&text))));
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use moisson_store::Note;
    use serde_json::json;

    use super::*;

    #[test]
    fn managed_sources_have_catalogues_and_the_file_wins() {
        let text = "[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\npublisher = { name = \"Essai\" }\n\
                    [[source]]\nname = \"file\"\nkind = \"ckan\"\nurl = \"https://a.example/\"\n";
        let config = Config::parse(text, Path::new("moisson.toml")).unwrap();
        let note = |name: &str| {
            let settings = json!({ "name": name, "kind": "ckan", "url": "https://b.example/", "authority": "producer", "title": { "fr": "Ville", "nl": "Stad" } });
            let stamp = json!({ "by": "test", "at": "2026-11-22T00:00:00Z" });
            (name.to_owned(), serde_json::to_vec(&json!({ "settings": settings, "added": stamp })).unwrap())
        };
        let StandingFromNotes { area, read } = managed_standing();
        assert_eq!(area, book::SOURCES);
        let standing = read(&[note("ville"), ("broken".to_owned(), b"{".to_vec())]);
        assert_eq!(standing, [("ville".to_owned(), moisson_dcat::same::Standing::Producer)]);
        let FixedFromNotes { area, make } = managed_graphs(&config).unwrap();
        assert!(make(&[note("file"), ("broken".to_owned(), b"{".to_vec())]).is_empty());
        let graphs = make(&[note("file"), note("ville")]);
        let [(graph, triples)] = graphs.as_slice() else { panic!("{graphs:?}") };
        assert!(graph.as_str().ends_with("/id/graph/managed-catalogues"));
        // Class, publisher, membership; title and description in two languages.
        assert_eq!(triples.len(), 7);

        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..config };
        let store = super::super::open_store(&config).unwrap();
        let quads = |store: &moisson_store::Store| store.counts().unwrap().fixed_quads;
        let before = quads(&store);
        let (key, value) = note("ville");
        store.write_notes(&[Note { area, key: key.clone(), value: Some(value) }]).unwrap();
        assert_eq!(quads(&store), before + 7, "at once");
        drop(store);
        let store = super::super::open_store(&config).unwrap();
        assert_eq!(quads(&store), before + 7, "and after a restart");
        store.write_notes(&[Note { area, key, value: None }]).unwrap();
        assert_eq!(quads(&store), before);
    }
}
