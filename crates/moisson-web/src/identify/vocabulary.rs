//! Our own few terms, `{base}/ns#…`, described.

use oxrdf::{
    Literal, NamedNode, Triple,
    vocab::{rdf, rdfs},
};

/// Term and what it means.
const TERMS: [(&str, &str); 10] = [
    ("extra", "Leads to something that the source said and that no property of DCAT-AP holds."),
    ("key", "Where in the source's record an extra value stood."),
    ("value", "An extra value, as the source wrote it."),
    ("upstreamPage", "The page of the resource at its source, for people."),
    ("upstreamIssued", "When the source says that it first listed the record."),
    ("upstreamModified", "When the source says that it last changed the record."),
    (
        "remark",
        "Said by the validation report of a record: the code of a remark that was made when it was mapped.",
    ),
    ("upstreamCatalog", "The catalogue inside the source that has the record."),
    (
        "spelling",
        "Leads from an organisation to a name that sources give it (rdf:value) and the rule by which that name is its.",
    ),
    ("rule", "By which rule a name or number is an organisation's: configured, number, iri, place or name."),
];

/// The vocabulary.
pub(super) fn triples(base: &str) -> Vec<Triple> {
    let english = |text: &str| Literal::new_language_tagged_literal_unchecked(text, "en");
    let vocabulary = NamedNode::new_unchecked(format!("{base}/ns"));
    let ontology = NamedNode::new_unchecked("http://www.w3.org/2002/07/owl#Ontology");
    let mut triples = vec![Triple::new(vocabulary.clone(), rdf::TYPE, ontology)];
    for (term, meaning) in TERMS {
        let node = NamedNode::new_unchecked(format!("{base}/ns#{term}"));
        triples.push(Triple::new(node.clone(), rdf::TYPE, rdf::PROPERTY));
        triples.push(Triple::new(node.clone(), rdfs::LABEL, english(term)));
        triples.push(Triple::new(node.clone(), rdfs::COMMENT, english(meaning)));
        triples.push(Triple::new(node, rdfs::IS_DEFINED_BY, vocabulary.clone()));
    }
    triples
}
