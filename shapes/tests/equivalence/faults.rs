//! Where our shapes say something else than the official ones, and why.

use std::collections::BTreeSet;

/// Who finds something that the other does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Ours,
    Official,
}

/// A reason to differ.
#[derive(Debug)]
pub(crate) struct Exception {
    only: Side,
    /// Classes of the focus node; any if empty.
    classes: &'static [&'static str],
    paths: &'static [&'static str],
    /// Kinds of constraints; any if empty.
    kinds: &'static [&'static str],
    #[expect(dead_code, reason = "for people, and for the message about exceptions that are not met")]
    why: &'static str,
}

impl Exception {
    pub(crate) fn covers(&self, side: Side, classes: &BTreeSet<String>, path: &str, kind: &str) -> bool {
        self.only == side
            && (self.classes.is_empty() || self.classes.iter().any(|class| classes.contains(*class)))
            && self.paths.contains(&path)
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

/// The official shapes find `kinds` at `paths` of `classes` and ours do not.
const fn official(
    classes: &'static [&'static str],
    paths: &'static [&'static str],
    kinds: &'static [&'static str],
    why: &'static str,
) -> Exception {
    Exception { only: Side::Official, classes, paths, kinds, why }
}

/// Ours find `kinds` at `paths` of `classes` and the official shapes do not.
const fn ours(
    classes: &'static [&'static str],
    paths: &'static [&'static str],
    kinds: &'static [&'static str],
    why: &'static str,
) -> Exception {
    Exception { only: Side::Ours, classes, paths, kinds, why }
}

const ANY_CLASS: &[&str] = &[];

/// `3.0.1/shacl`, made from the model.
pub(crate) const GENERATED_3: &[Exception] = &[
    official(
        &["DataService"],
        &["endpointURL", "endpointDescription"],
        &["Class"],
        "asks for a type rdfs:Resource, which every node has by definition and none says (DCAT-AP#412)",
    ),
    ours(
        ANY_CLASS,
        &["issued", "modified", "startDate", "endDate"],
        &["Or"],
        "the text allows xsd:date, xsd:dateTime, xsd:gYear and xsd:gYearMonth; the file takes any literal",
    ),
];

/// `3.0.1/html-shacl`, made by hand.
pub(crate) const HAND_MADE_3: &[Exception] = &[
    official(
        &["DatasetSeries"],
        &["^inSeries"],
        &["MinCount", "Class"],
        "asks that a series has members; the text has no such property of a series",
    ),
    official(&["Location"], &["geometry"], &["NodeKind"], "wants a literal; the text says locn:Geometry"),
    official(
        &["Dataset"],
        &["hasVersion"],
        &["Class", "NodeKind"],
        "checks dct:hasVersion; the text has dcat:hasVersion since version 3",
    ),
    ours(
        &["Dataset"],
        &["hasVersion"],
        &["Class", "NodeKind"],
        "the text has dcat:hasVersion, the file dct:hasVersion",
    ),
    official(&["Catalog"], &["isPartOf"], &["Class"], "the text has dct:isPartOf no more since version 3"),
    official(
        &["CatalogRecord"],
        &["primaryTopic"],
        &["Node"],
        "lists three classes; the text says dcat:Resource, which a series is too",
    ),
    official(&["Relationship"], &["relation"], &["Node"], "lists three classes; the text says rdfs:Resource"),
    official(
        &["Dataset"],
        &["spatialResolutionInMeters"],
        &["MaxCount"],
        "at most one; the text says 0..* for a dataset",
    ),
    ours(
        &["Checksum"],
        &["algorithm"],
        &["Class", "NodeKind"],
        "the text says spdx:ChecksumAlgorithm; the file checks nothing",
    ),
    ours(
        ANY_CLASS,
        &["issued", "modified", "startDate", "endDate"],
        &["Or", "NodeKind"],
        "says sh:shape for sh:node, so that nothing is checked (DCAT-AP#229)",
    ),
    ours(&["Identifier"], &["notation"], &["MinCount", "NodeKind"], "the text says exactly one literal"),
    ours(
        &["DataService"],
        &["page"],
        &["Class", "NodeKind"],
        "the text has foaf:page of a service, the file has not",
    ),
    ours(
        &["Catalog"],
        &["temporal"],
        &["Class", "NodeKind"],
        "the text has dct:temporal of a catalogue, the file has not",
    ),
];

/// `3.0.1/html-shacl/shapes_recommended.ttl`.
pub(crate) const RECOMMENDED_3: &[Exception] =
    &[ours(&["DatasetSeries"], &["spatial"], &["MinCount"], "recommended by the text, missing in the file")];

/// `2.1.1`.
pub(crate) const ALL_2_1_1: &[Exception] = &[ours(
    &["Dataset"],
    &["isReferencedBy"],
    &["NodeKind"],
    "checks the property in the namespace dc:, where there is none; the text has dct:isReferencedBy",
)];

/// `3.0.0-hvd/html/hvd-SHACL-full.ttl`.
pub(crate) const HVD: &[Exception] = &[
    official(
        ANY_CLASS,
        &["accessURL", "endpointURL", "endpointDescription", "hasEmail", "hasURL"],
        &["Class"],
        "asks for a type rdfs:Resource, which every node has by definition and none says (DCAT-AP#412)",
    ),
    official(
        &["LicenseDocument"],
        &[""],
        &["Or"],
        "asks of the EU's and of Creative Commons' licences, too, how they relate to known ones; they are known",
    ),
    official(
        &["Dataset"],
        &["^servesDataset|distribution/accessService"],
        &["NodeKind"],
        "wants an IRI here, and `hvd-SHACL-usagenotes.ttl` in the same release an IRI or a blank node",
    ),
];

/// `3.0.1/html-shacl/mdr-vocabularies.shape.ttl`.
pub(crate) const VOCABULARIES: &[Exception] = &[
    official(
        &["Checksum"],
        &["algorithm"],
        &["Node"],
        "wants https://spdx.org/rdf/terms; SPDX's own namespace is http://spdx.org/rdf/terms#",
    ),
    official(
        ANY_CLASS,
        &["publisher"],
        &["Node", "NodeKind"],
        "wants institutions of the EU; the text says that a publisher may be one, and no commune is",
    ),
    ours(
        &["Agent"],
        &["type"],
        &["Node"],
        "the file checks an agent's type where it is a publisher, and reports it there",
    ),
    official(
        ANY_CLASS,
        &["spatial"],
        &["Node", "NodeKind"],
        "wants every place from the lists; the text says that it may be, so that one is enough",
    ),
    ours(
        ANY_CLASS,
        &["spatial"],
        &["QualifiedMinCount"],
        "asks whatever says a place, of whatever class, and for countries, places and continents that we have no list of",
    ),
    official(
        &["Dataset", "DataService"],
        &["theme"],
        &["Node", "NodeKind"],
        "wants every theme from the list; the text says at least one",
    ),
    official(
        &["Catalog"],
        &["themeTaxonomy"],
        &["NodeKind"],
        "a literal beside the list is for `dcat-ap-3` to find",
    ),
    official(
        &["LicenseDocument"],
        &["type"],
        &["Node"],
        "we have no table of licence types, so that any IRI of its namespace passes",
    ),
];
