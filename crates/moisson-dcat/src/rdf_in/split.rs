//! A catalogue's graph as records: one per dataset, series and service, with all that is said about it.
//!
//! A record holds the statements about its resource, about the nodes below it (distributions, agents, periods;
//! copied into each record that uses them), about its catalogue record, and which catalogue it is in. It ends
//! where another record begins.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::{
    Reading,
    canon::{canonical, fingerprint},
    closure::{Closure, budget, closure},
    graph::{Graph, Term, TermId, Triple},
    intake::excerpt,
    names::{dcat, dct},
    roles::{Role, Roles},
};
use crate::{Remark, RemarkCode};

/// The subject of the statement that says what a record is about (by `foaf:primaryTopic`).
pub const RECORD: &str = "urn:x-moisson:record";

/// Longest id of a record, in bytes.
const ID_MAX: usize = 2_000;

/// What is wanted of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Datasets.
    pub datasets: bool,
    /// Dataset series.
    pub series: bool,
    /// Data services that are catalogued (those that only give access to distributions stand in their datasets).
    pub services: bool,
    /// Only what is in one of these catalogues, by IRI, or in catalogues inside them; all if empty.
    pub catalogs: Vec<String>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { datasets: true, series: true, services: true, catalogs: Vec::new() }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdfRecord {
    /// The IRI of its resource; for one without, an identifier that stays the same from run to run.
    pub id: String,
    /// Canonical N-Triples: the same statements are the same bytes.
    pub body: String,
    /// What was wrong with the document and concerns the record.
    pub remarks: Vec<Remark>,
}

/// Gives the records of a graph one by one, in the order of the document, and returns the remarks that concern
/// none of them.
pub fn split(reading: &Reading, wanted: &Wanted, emit: &mut dyn FnMut(RdfRecord)) -> Vec<Remark> {
    let graph = &reading.graph;
    let roles = Roles::new(graph);
    let records: Vec<TermId> = roles
        .records(graph, &wanted.catalogs)
        .into_iter()
        .filter(|(_, role)| match role {
            Role::Dataset => wanted.datasets,
            Role::Series => wanted.series,
            Role::Service => wanted.services,
            Role::Catalog => false,
        })
        .map(|(subject, _)| subject)
        .collect();
    let mut troubles = Troubles::new(reading);
    let naming = Naming::new(graph, &records);
    let mut emitted = HashSet::new();
    let mut left = budget(graph);
    let mut rest = Vec::new();
    for subject in records {
        let Closure { mut triples, subjects, cut } = closure(graph, &roles, subject, &mut left);
        let mut remarks = troubles.about(&subjects);
        let id = naming.name(graph, subject, &triples, &mut remarks);
        if !emitted.insert(id.clone()) {
            rest.push(remark(RemarkCode::DuplicateId, &id, "the same description twice; read once"));
            continue;
        }
        triples.extend(roles.marks(graph, subject));
        let form = canonical(graph, &triples);
        if cut {
            remarks.push(remark(
                RemarkCode::TooLong,
                &id,
                "too much is said below it; what is farthest is left out",
            ));
        }
        if form.by_order {
            let detail = "nameless nodes refer to each other in circles that look the same from everywhere";
            remarks.push(remark(RemarkCode::MissingValue, &id, detail));
        }
        emit(RdfRecord { id, body: form.text, remarks });
    }
    rest.extend(troubles.rest());
    rest
}

fn remark(code: RemarkCode, id: &str, detail: &str) -> Remark {
    Remark { code, property: "".into(), place: excerpt(id), value: String::new(), detail: detail.to_owned() }
}

/// The remarks on a document, by the resource they concern.
struct Troubles<'r> {
    reading: &'r Reading,
    by_subject: HashMap<TermId, Vec<usize>>,
    used: Vec<bool>,
}

impl<'r> Troubles<'r> {
    fn new(reading: &'r Reading) -> Self {
        let mut by_subject: HashMap<TermId, Vec<usize>> = HashMap::new();
        for (number, trouble) in reading.troubles.iter().enumerate() {
            if let Some(subject) = trouble.about {
                by_subject.entry(subject).or_default().push(number);
            }
        }
        Self { reading, by_subject, used: vec![false; reading.troubles.len()] }
    }

    fn about(&mut self, subjects: &[TermId]) -> Vec<Remark> {
        if self.by_subject.is_empty() {
            return Vec::new();
        }
        let mut numbers: Vec<usize> =
            subjects.iter().filter_map(|subject| self.by_subject.get(subject)).flatten().copied().collect();
        numbers.sort_unstable();
        let mut remarks = Vec::with_capacity(numbers.len());
        for number in numbers {
            if let (Some(trouble), Some(used)) =
                (self.reading.troubles.get(number), self.used.get_mut(number))
            {
                *used = true;
                remarks.push(trouble.remark.clone());
            }
        }
        remarks
    }

    fn rest(self) -> impl Iterator<Item = Remark> {
        let all = self.reading.troubles.iter().zip(self.used);
        all.filter(|(_, used)| !used).map(|(trouble, _)| trouble.remark.clone())
    }
}

/// Gives records ids.
struct Naming {
    /// How many records claim each identifier.
    claims: HashMap<String, usize>,
}

impl Naming {
    fn new(graph: &Graph, records: &[TermId]) -> Self {
        let mut claims = HashMap::new();
        for record in records {
            let candidates = match graph.term(*record) {
                Term::Iri(iri) => vec![iri.to_owned()],
                _ => candidates(graph, *record),
            };
            for candidate in candidates {
                *claims.entry(candidate).or_default() += 1;
            }
        }
        Self { claims }
    }

    fn name(&self, graph: &Graph, record: TermId, triples: &[Triple], remarks: &mut Vec<Remark>) -> String {
        if let Term::Iri(iri) = graph.term(record) {
            return bounded(iri);
        }
        let candidates = candidates(graph, record);
        if let Some(own) = candidates.iter().find(|candidate| self.claims.get(*candidate) == Some(&1)) {
            return bounded(own);
        }
        let hash = fingerprint(graph, triples, record);
        match candidates.first() {
            Some(shared) => {
                remarks.push(remark(
                    RemarkCode::DuplicateId,
                    shared,
                    "several resources have this identifier",
                ));
                bounded(&format!("{shared}#{hash}"))
            }
            None => hash,
        }
    }
}

/// What a resource without an IRI may be known by, the best first.
fn candidates(graph: &Graph, record: TermId) -> Vec<String> {
    let mut found = Vec::new();
    for property in [dct::IDENTIFIER, dcat::LANDING_PAGE] {
        let mut values: Vec<String> = graph
            .objects(record, property)
            .filter_map(|id| match graph.term(id) {
                Term::Iri(value) | Term::Literal { value, .. } => Some(value.trim().to_owned()),
                Term::Blank(_) => None,
            })
            .filter(|value| !value.is_empty())
            .collect();
        values.sort_unstable();
        found.extend(values);
    }
    // A description that changes still gives access to the same files.
    let mut files: Vec<String> = Vec::new();
    for distribution in graph.objects(record, dcat::DISTRIBUTION_P) {
        for property in [dcat::DOWNLOAD_URL, dcat::ACCESS_URL] {
            files.extend(graph.objects(distribution, property).filter_map(|url| match graph.term(url) {
                Term::Iri(value) | Term::Literal { value, .. } => Some(value.trim().to_owned()),
                Term::Blank(_) => None,
            }));
        }
    }
    files.retain(|url| url.contains("://"));
    files.sort_unstable();
    found.extend(files);
    // A page may be identifier, landing page and file at once, and is one claim all the same.
    let mut known = HashSet::new();
    found.retain(|candidate| known.insert(candidate.clone()));
    found
}

/// An id within the limit.
fn bounded(id: &str) -> String {
    if id.len() <= ID_MAX {
        return id.to_owned();
    }
    format!("sha256:{}", hex::encode(Sha256::digest(id.as_bytes())))
}

#[cfg(test)]
mod tests;
