//! Copies of one dataset from several sources, as the API and the pages tell them.

use moisson_store::{CopyGroup, RecordKey};
use oxrdf::Quad;
use serde::Serialize;
use utoipa::ToSchema;

use crate::addresses::api_path;

/// A record that describes the same dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Copy {
    /// The IRI of the resource on this portal.
    pub(crate) iri: String,
    /// The source's name.
    pub(crate) source: String,
    /// The record's id at its source.
    pub(crate) id: String,
    /// Whether it is the authoritative one.
    pub(crate) authoritative: bool,
    /// The record with everything, in this API.
    pub(crate) url: String,
}

/// Why two records are taken for copies of one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Tie {
    /// The two records, as `source/id`.
    pub(crate) records: [String; 2],
    /// What joins them, the strongest first.
    pub(crate) evidence: Vec<Why>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Why {
    /// `decision` (a person said so), `origin` (one names the other as its original), `same_origin` (both name the same
    /// original), `identifier`, `files` or `title`.
    pub(crate) kind: String,
    /// The identifier or origin that they share, how many files (`3/4`), or how alike the titles are (0 to 1).
    pub(crate) detail: String,
}

/// The copies of one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Copies {
    /// Which rule chose the authoritative record, the first of these that leaves one: `decision`, `producer`,
    /// `named_as_origin`, `own_portal`, `regional`, `national`, `oldest_issued`, `first_iri`.
    pub(crate) rule: String,
    /// All records of the dataset, the authoritative one first.
    pub(crate) records: Vec<Copy>,
    /// Why they are taken for copies.
    pub(crate) ties: Vec<Tie>,
}

impl Copies {
    pub(crate) fn of(group: &CopyGroup, base: &str) -> Self {
        Self {
            rule: group.rule.as_str().to_owned(),
            records: group
                .members
                .iter()
                .map(|member| copy(group, &member.key, member.iri.as_str(), base))
                .collect(),
            ties: group
                .ties
                .iter()
                .map(|tie| Tie {
                    records: [tie.a.to_string(), tie.b.to_string()],
                    evidence: tie
                        .evidence
                        .iter()
                        .map(|why| Why { kind: why.kind.as_str().to_owned(), detail: why.detail.clone() })
                        .collect(),
                })
                .collect(),
        }
    }
}

/// The other records of a record's dataset, the authoritative one first.
pub(crate) fn others(group: &CopyGroup, key: &RecordKey, base: &str) -> Vec<Copy> {
    let others = group.members.iter().filter(|member| member.key != *key);
    others.map(|member| copy(group, &member.key, member.iri.as_str(), base)).collect()
}

fn copy(group: &CopyGroup, key: &RecordKey, iri: &str, base: &str) -> Copy {
    Copy {
        iri: iri.to_owned(),
        source: key.source.clone(),
        id: key.id.clone(),
        authoritative: group.authority == *key,
        url: format!("{base}{}", api_path(key)),
    }
}

/// The statements that link a record with the authoritative one; of that one, those that link it with its copies.
pub(crate) fn links(group: &CopyGroup, iri: &str) -> Vec<Quad> {
    let links = group.links().into_iter().filter(|(_, link)| {
        [link.subject.to_string(), link.object.to_string()]
            .iter()
            .any(|term| term.trim_matches(['<', '>']) == iri)
    });
    links.map(|(graph, link)| link.in_graph(graph)).collect()
}
