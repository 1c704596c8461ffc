//! The tables as [SKOS](https://www.w3.org/TR/skos-reference/), for the store: so that SPARQL, pages and shapes know
//! what a term is and what people call it.

use oxrdf::vocab::rdf;
use oxrdf::{Literal, NamedNode, NamedNodeRef, Triple};

use super::{ALL, LANGUAGES, TABLES, Term};
use crate::ns::{dct, skos, spdx};
use crate::value::checksum;
use crate::write::PROFILE;

/// Everything the tables say about their terms: class, labels in four languages, scheme, code.
///
/// The same for every portal; belongs in the graph `{base}/id/graph/vocabularies`.
pub fn vocabulary_graph() -> Vec<Triple> {
    let mut triples = Vec::new();
    for (about, table) in ALL.iter().zip(TABLES.iter()) {
        let scheme = NamedNode::new_unchecked(about.scheme);
        triples.push(Triple::new(scheme.clone(), rdf::TYPE, skos::CONCEPT_SCHEME));
        for (lang, title) in LANGUAGES.iter().zip(about.title) {
            let title = Literal::new_language_tagged_literal_unchecked(title, *lang);
            triples.push(Triple::new(scheme.clone(), dct::TITLE, title));
        }
        for term in table.terms() {
            concept(&mut triples, term, &scheme, about.class);
        }
    }
    for algorithm in checksum::algorithms() {
        triples.push(Triple::new(algorithm.to_named_node(), rdf::TYPE, spdx::CHECKSUM_ALGORITHM));
    }
    triples.push(Triple::new(PROFILE, rdf::TYPE, dct::STANDARD));
    triples.sort_by_cached_key(ToString::to_string);
    triples.dedup();
    triples
}

fn concept(triples: &mut Vec<Triple>, term: &Term, scheme: &NamedNode, class: Option<&'static str>) {
    let node = term.iri().to_named_node();
    triples.push(Triple::new(node.clone(), rdf::TYPE, skos::CONCEPT));
    if let Some(class) = class {
        triples.push(Triple::new(node.clone(), rdf::TYPE, NamedNodeRef::new_unchecked(class)));
    }
    for lang in LANGUAGES {
        let label = Literal::new_language_tagged_literal_unchecked(term.label(lang), lang);
        triples.push(Triple::new(node.clone(), skos::PREF_LABEL, label));
    }
    if !term.code().contains("://") {
        triples.push(Triple::new(node.clone(), skos::IN_SCHEME, scheme.clone()));
        triples.push(Triple::new(node, skos::NOTATION, Literal::from(term.code())));
    }
}
