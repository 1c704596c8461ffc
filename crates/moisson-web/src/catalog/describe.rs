//! The catalogues themselves: the portal's, and one for each source, as `dcat:Catalog`.

use moisson_dcat::{
    Agent, Text,
    ns::{dcat, dct, foaf, owl},
    vocabulary::Vocabulary,
    write::segment,
};
use oxrdf::{Literal, NamedNode, Triple, vocab::rdf};

use crate::{Language, Portal, SourceView};

/// The portal's catalogue.
pub(crate) fn portal_iri(portal: &Portal) -> NamedNode {
    NamedNode::new_unchecked(format!("{}/id/catalog", portal.base()))
}

/// The catalogue of a source.
pub(crate) fn source_iri(portal: &Portal, source: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{}/id/catalog/{}", portal.base(), segment(source)))
}

/// What is said of the portal's catalogue, and that those of the sources are in it.
pub(crate) fn portal(portal: &Portal, sources: &[SourceView]) -> Vec<Triple> {
    let catalog = portal_iri(portal);
    let mut triples = heading(portal, &catalog);
    texts(&mut triples, &catalog, &dct::TITLE.into_owned(), &portal.title);
    let about = if portal.description.is_empty() { &portal.title } else { &portal.description };
    texts(&mut triples, &catalog, &dct::DESCRIPTION.into_owned(), about);
    let homepage = NamedNode::new_unchecked(format!("{}/", portal.base()));
    triples.push(Triple::new(catalog.clone(), foaf::HOMEPAGE, homepage));
    triples.extend(
        sources
            .iter()
            .map(|source| Triple::new(catalog.clone(), dcat::CATALOG, source_iri(portal, &source.name))),
    );
    triples
}

/// What is said of the catalogue of a source.
pub(crate) fn source(portal: &Portal, source: &SourceView) -> Vec<Triple> {
    let catalog = source_iri(portal, &source.name);
    let mut triples = heading(portal, &catalog);
    if source.title.is_empty() {
        triples.push(Triple::new(catalog.clone(), dct::TITLE, Literal::from(source.name.as_str())));
        triples.push(Triple::new(catalog.clone(), dct::DESCRIPTION, Literal::from(source.name.as_str())));
    }
    texts(&mut triples, &catalog, &dct::TITLE.into_owned(), &source.title);
    texts(&mut triples, &catalog, &dct::DESCRIPTION.into_owned(), &source.title);
    if let Ok(url) = moisson_dcat::Iri::new(source.url.as_str()) {
        triples.push(Triple::new(catalog, dct::SOURCE, url.to_named_node()));
    }
    triples
}

/// Class, publisher, languages, themes.
fn heading(portal: &Portal, catalog: &NamedNode) -> Vec<Triple> {
    let publisher = NamedNode::new_unchecked(format!("{}/id/catalog#publisher", portal.base()));
    let mut triples = vec![
        Triple::new(catalog.clone(), rdf::TYPE, dcat::CATALOG_CLASS),
        Triple::new(catalog.clone(), dct::PUBLISHER, publisher.clone()),
        Triple::new(publisher.clone(), rdf::TYPE, foaf::AGENT),
    ];
    let taxonomy = NamedNode::new_unchecked("http://www.w3.org/ns/dcat#themeTaxonomy");
    triples.push(Triple::new(
        catalog.clone(),
        taxonomy,
        NamedNode::new_unchecked(Vocabulary::DataTheme.scheme()),
    ));
    let Agent { iri, name, homepage, mbox, .. } = &portal.publisher;
    texts(&mut triples, &publisher, &foaf::NAME.into_owned(), name);
    for (property, value) in [(owl::SAME_AS, iri), (foaf::HOMEPAGE, homepage), (foaf::MBOX, mbox)] {
        if let Some(value) = value {
            triples.push(Triple::new(publisher.clone(), property, value.to_named_node()));
        }
    }
    for language in &portal.languages {
        triples.push(Triple::new(catalog.clone(), dct::LANGUAGE, language_iri(*language)));
    }
    triples
}

fn texts(triples: &mut Vec<Triple>, subject: &NamedNode, property: &NamedNode, texts: &[Text]) {
    for text in texts {
        let tagged =
            text.lang.as_ref().and_then(|lang| Literal::new_language_tagged_literal(&text.value, lang).ok());
        let literal = tagged.unwrap_or_else(|| Literal::from(text.value.as_str()));
        triples.push(Triple::new(subject.clone(), property.clone(), literal));
    }
}

fn language_iri(language: Language) -> NamedNode {
    let code = match language {
        Language::Fr => "FRA",
        Language::Nl => "NLD",
        Language::De => "DEU",
        Language::En => "ENG",
    };
    NamedNode::new_unchecked(format!("http://publications.europa.eu/resource/authority/language/{code}"))
}
