//! Our own few terms, `{base}/ns#…`, described.

use moisson_dcat::ns::prov;
use oxrdf::{
    Literal, NamedNode, Triple,
    vocab::{rdf, rdfs},
};

/// Term and what it means. Those with a capital are classes and things, the others properties.
const TERMS: [(&str, &str); 44] = [
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
    ("HarvestRun", "A prov:Activity that read a source and stored what had changed there."),
    (
        "RevalidationRun",
        "A prov:Activity that checked the stored records of a source again, without the source.",
    ),
    ("RemappingRun", "A prov:Activity that mapped what is kept of a source again, without the source."),
    (
        "DecisionRun",
        "A prov:Activity that did what a person decided about records: removed them or brought them back.",
    ),
    ("RemarkCount", "How often a run made one kind of remark, with examples."),
    ("OutcomeRunning", "The run goes on."),
    ("OutcomeInterrupted", "The program ended before the run did; the next one goes on where it stood."),
    ("OutcomeWhole", "The source was seen whole, so absence from it counted."),
    ("OutcomeChanges", "Everything that the source says changed was seen."),
    ("OutcomePartial", "Some of the source was not seen; nothing was removed for being absent."),
    ("OutcomeFailed", "Nothing of the source was seen."),
    ("outcome", "How a run ended: one of the things here whose names begin with Outcome."),
    ("reason", "Why a run did not see all of its source, or who decided what, in a sentence."),
    (
        "runError",
        "What failed in a run: where, why and the start of what came. The first few; the report has more.",
    ),
    ("recordsNew", "Records that the run found for the first time."),
    ("recordsChanged", "Records whose content was another than before."),
    ("recordsUnchanged", "Records that were as before; nothing was written for them."),
    ("recordsRechecked", "Records of which only the report of the check is new."),
    ("recordsBack", "Records that had been removed and were there again."),
    ("recordsGone", "Records that the run removed, since the source has them no more."),
    ("recordsHeldBack", "Removals over the limit of the source, which wait for a person's word."),
    ("recordsFailed", "Records that could not be read and were set aside with their bytes."),
    ("recordsSeen", "Distinct records that the source showed."),
    ("recordsTotal", "Records that the source says it has."),
    ("records", "Records that the portal has of the source after the run."),
    (
        "recordsConforming",
        "Of these, the ones without a violation of what they are checked against; warnings are no violations.",
    ),
    ("requests", "HTTP requests, further attempts and redirects included."),
    ("bytesReceived", "Bytes of bodies as they were sent."),
    ("bytesDecoded", "Bytes of bodies after decompression."),
    ("durationMs", "How long the run took, in milliseconds."),
    ("remarks", "Leads to the count of one kind of remark."),
    ("remarkCode", "The kind of remark."),
    ("count", "How often."),
    ("example", "One of the first: record, place in it, value."),
];

/// The names of our own terms.
pub fn own_terms() -> impl Iterator<Item = &'static str> {
    TERMS.iter().map(|(term, _)| *term)
}

/// What is said of this program, which runs name as their agent, where IRIs begin with `base` (without a final `/`).
pub fn software(base: &str) -> Vec<Triple> {
    let software = NamedNode::new_unchecked(format!("{base}/id/software"));
    let say = |property: &str, value: &str| {
        let property = NamedNode::new_unchecked(property);
        Triple::new(software.clone(), property, Literal::new_simple_literal(value))
    };
    vec![
        Triple::new(software.clone(), rdf::TYPE, prov::SOFTWARE_AGENT),
        say("http://xmlns.com/foaf/0.1/name", "Moisson"),
        say("http://www.w3.org/2002/07/owl#versionInfo", env!("CARGO_PKG_VERSION")),
    ]
}

/// The vocabulary.
pub(super) fn triples(base: &str) -> Vec<Triple> {
    let english = |text: &str| Literal::new_language_tagged_literal_unchecked(text, "en");
    let vocabulary = NamedNode::new_unchecked(format!("{base}/ns"));
    let ontology = NamedNode::new_unchecked("http://www.w3.org/2002/07/owl#Ontology");
    let mut triples = vec![Triple::new(vocabulary.clone(), rdf::TYPE, ontology)];
    for (term, meaning) in TERMS {
        let node = NamedNode::new_unchecked(format!("{base}/ns#{term}"));
        let class = if term.starts_with(char::is_uppercase) { rdfs::RESOURCE } else { rdf::PROPERTY };
        let class = if term.ends_with("Run") || term == "RemarkCount" { rdfs::CLASS } else { class };
        triples.push(Triple::new(node.clone(), rdf::TYPE, class));
        triples.push(Triple::new(node.clone(), rdfs::LABEL, english(term)));
        triples.push(Triple::new(node.clone(), rdfs::COMMENT, english(meaning)));
        triples.push(Triple::new(node, rdfs::IS_DEFINED_BY, vocabulary.clone()));
    }
    triples
}
