//! Which of a graph's resources are records, and which catalogues they are in.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    graph::{Graph, TermId, Triple},
    names::{dcat, dct, foaf, rdf, rdfs, schema, void},
    split::RECORD,
};

/// Most catalogues that a record is told to be in.
const CATALOGS_MAX: usize = 16;

/// The classes of the Italian profile, which its catalogues use instead of DCAT's.
const DCATAPIT_DATASET: &str = "http://dati.gov.it/onto/dcatapit#Dataset";
const DCATAPIT_CATALOG: &str = "http://dati.gov.it/onto/dcatapit#Catalog";

/// What kind of thing a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Dataset,
    Series,
    Service,
    Catalog,
}

/// The IRIs that records are told with, whether the document has them or not.
pub(super) const WORDS: &[&str] =
    &[RECORD, rdf::TYPE, dcat::CATALOG, dcat::DATASET_P, dcat::IN_SERIES, dct::HAS_PART, foaf::PRIMARY_TOPIC];

/// The roles of a graph's resources.
#[derive(Debug, Default)]
pub(super) struct Roles {
    by_id: BTreeMap<TermId, Role>,
    /// The statements that say which catalogues something is in.
    memberships: HashMap<TermId, Vec<Triple>>,
    /// The catalogues that a catalogue is part of.
    parents: HashMap<TermId, Vec<TermId>>,
    /// The catalogue records about something.
    records: HashMap<TermId, Vec<TermId>>,
    /// The series that count something among their members.
    series: HashMap<TermId, Vec<TermId>>,
}

impl Roles {
    pub(super) fn new(graph: &Graph) -> Self {
        let mut roles = Self::default();
        let links = Links::new(graph);
        roles.classes(graph, &links);
        roles.listed(graph, &links);
        for [s, p, o] in graph.triples() {
            if Some(*p) == links.primary_topic {
                roles.records.entry(*o).or_default().push(*s);
            } else if Some(*p) == links.series_member {
                roles.series.entry(*o).or_default().push(*s);
            } else if links.is_part(*p) && roles.is_catalog(*s) && roles.is_catalog(*o) {
                roles.parents.entry(*o).or_default().push(*s);
            }
        }
        roles
    }

    /// What something is, if it is a record or catalogue.
    pub(super) fn role(&self, id: TermId) -> Option<Role> {
        self.by_id.get(&id).copied()
    }

    fn is_catalog(&self, id: TermId) -> bool {
        self.role(id) == Some(Role::Catalog)
    }

    /// Gives roles by class.
    fn classes(&mut self, graph: &Graph, links: &Links) {
        let find = |class: &str| graph.find_iri(class);
        let datasets = [find(dcat::DATASET), find(DCATAPIT_DATASET)];
        let catalogs = [find(dcat::CATALOG), find(DCATAPIT_CATALOG)];
        let (series, service) = (find(dcat::DATASET_SERIES), find(dcat::DATA_SERVICE));
        let others = [find(void::DATASET), find(schema::DATASET)];
        let mut fallback = Vec::new();
        for [subject, predicate, class] in graph.triples() {
            if Some(*predicate) != links.kind {
                continue;
            }
            let class = Some(*class);
            let role = if catalogs.contains(&class) {
                Role::Catalog
            } else if class == series {
                Role::Series
            } else if datasets.contains(&class) {
                Role::Dataset
            } else if class == service {
                Role::Service
            } else {
                if others.contains(&class) {
                    fallback.push(*subject);
                }
                continue;
            };
            let known = self.by_id.get(subject);
            // A catalogue is a dataset too, and so is a series.
            let stronger =
                matches!((known, role), (None, _) | (Some(Role::Dataset | Role::Service), Role::Series));
            if role == Role::Catalog || (stronger && links.is_described(graph, *subject)) {
                self.by_id.insert(*subject, role);
            }
        }
        let only_catalogs = self.by_id.values().all(|role| *role == Role::Catalog);
        if only_catalogs {
            fallback.retain(|subject| links.is_described(graph, *subject));
            self.by_id.extend(fallback.into_iter().map(|subject| (subject, Role::Dataset)));
        }
    }

    /// Gives roles by what catalogues list, and notes what is in them.
    fn listed(&mut self, graph: &Graph, links: &Links) {
        let (mut accessed, mut catalogued) = (HashSet::new(), HashSet::new());
        let mut listed = Vec::new();
        for triple in graph.triples() {
            let [subject, predicate, object] = *triple;
            let predicate = Some(predicate);
            if predicate == links.access_service {
                accessed.insert(object);
            } else if predicate == links.dataset || predicate == links.resource {
                listed.push((*triple, Role::Dataset));
            } else if predicate == links.service {
                catalogued.insert(object);
                listed.push((*triple, Role::Service));
            } else if predicate == links.has_part && self.is_catalog(subject) && !self.is_catalog(object) {
                listed.push((*triple, Role::Catalog));
            } else if predicate == links.is_part_of && self.is_catalog(object) && !self.is_catalog(subject) {
                self.memberships.entry(subject).or_default().push(*triple);
            }
        }
        for (triple, role) in listed {
            let member = triple[2];
            let untyped = links.is_untyped(graph, member) && links.is_described(graph, member);
            if role != Role::Catalog && untyped && !self.by_id.contains_key(&member) {
                self.by_id.insert(member, role);
            }
            if self.by_id.contains_key(&member) {
                self.memberships.entry(member).or_default().push(triple);
            }
        }
        // A service that only gives access to distributions is part of their datasets.
        self.by_id
            .retain(|id, role| *role != Role::Service || catalogued.contains(id) || !accessed.contains(id));
    }

    /// The records in the order of the document, of those catalogues only if any are given.
    pub(super) fn records(&self, graph: &Graph, catalogs: &[String]) -> Vec<(TermId, Role)> {
        let allowed: Option<HashSet<TermId>> = (!catalogs.is_empty()).then(|| {
            let named = catalogs.iter().filter_map(|iri| graph.find_iri(iri));
            self.with_inner(named.collect())
        });
        let records = self.by_id.iter().filter(|(_, role)| **role != Role::Catalog);
        records
            .filter(|(id, _)| match &allowed {
                None => true,
                Some(allowed) => self.catalogs(**id).any(|catalog| allowed.contains(&catalog)),
            })
            .map(|(id, role)| (*id, *role))
            .collect()
    }

    /// Catalogues with all that are inside of them.
    fn with_inner(&self, mut allowed: HashSet<TermId>) -> HashSet<TermId> {
        loop {
            let inner: Vec<TermId> = self
                .parents
                .iter()
                .filter(|(child, parents)| {
                    !allowed.contains(*child) && parents.iter().any(|p| allowed.contains(p))
                })
                .map(|(child, _)| *child)
                .collect();
            if inner.is_empty() {
                return allowed;
            }
            allowed.extend(inner);
        }
    }

    fn catalogs(&self, id: TermId) -> impl Iterator<Item = TermId> {
        let statements = self.memberships.get(&id).map(Vec::as_slice).unwrap_or_default();
        statements.iter().map(move |[s, _, o]| if *s == id { *o } else { *s })
    }

    /// The catalogue records about something.
    pub(super) fn catalog_records(&self, id: TermId) -> &[TermId] {
        self.records.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The statements that tell what a record is about and where it stands.
    pub(super) fn marks(&self, graph: &Graph, id: TermId) -> Vec<Triple> {
        let mut marks = Vec::new();
        let mut mark = |triple: [Option<TermId>; 3]| {
            if let [Some(s), Some(p), Some(o)] = triple {
                marks.push([s, p, o]);
            }
        };
        let word = |iri: &str| graph.find_iri(iri);
        mark([word(RECORD), word(foaf::PRIMARY_TOPIC), Some(id)]);
        for series in self.series.get(&id).map(Vec::as_slice).unwrap_or_default() {
            mark([Some(id), word(dcat::IN_SERIES), Some(*series)]);
        }
        for catalog in self.catalogs(id).take(CATALOGS_MAX) {
            mark([Some(catalog), word(dcat::DATASET_P), Some(id)]);
            mark([Some(catalog), word(rdf::TYPE), word(dcat::CATALOG)]);
            for name in [dct::TITLE, rdfs::LABEL] {
                for title in graph.objects(catalog, name).take(CATALOGS_MAX) {
                    mark([Some(catalog), word(name), Some(title)]);
                }
            }
            for parent in
                self.parents.get(&catalog).map(Vec::as_slice).unwrap_or_default().iter().take(CATALOGS_MAX)
            {
                mark([Some(*parent), word(dct::HAS_PART), Some(catalog)]);
            }
        }
        marks
    }
}

/// The properties that link catalogues and what is in them, as this graph knows them.
struct Links {
    kind: Option<TermId>,
    generic: Option<TermId>,
    dataset: Option<TermId>,
    service: Option<TermId>,
    resource: Option<TermId>,
    catalog: Option<TermId>,
    access_service: Option<TermId>,
    has_part: Option<TermId>,
    is_part_of: Option<TermId>,
    primary_topic: Option<TermId>,
    series_member: Option<TermId>,
}

impl Links {
    fn new(graph: &Graph) -> Self {
        let find = |iri: &str| graph.find_iri(iri);
        Self {
            kind: find(rdf::TYPE),
            generic: find(dcat::RESOURCE),
            dataset: find(dcat::DATASET_P),
            service: find(dcat::SERVICE),
            resource: find(dcat::RESOURCE_P),
            catalog: find(dcat::CATALOG_P),
            access_service: find(dcat::ACCESS_SERVICE),
            has_part: find(dct::HAS_PART),
            is_part_of: find(dct::IS_PART_OF),
            primary_topic: find(foaf::PRIMARY_TOPIC),
            series_member: find(dcat::SERIES_MEMBER),
        }
    }

    /// Whether it links a catalogue to one inside of it.
    fn is_part(&self, predicate: TermId) -> bool {
        [self.has_part, self.catalog, self.dataset].contains(&Some(predicate))
    }

    /// Whether anything but its class is said about a resource; else it is a reference to what is told elsewhere.
    fn is_described(&self, graph: &Graph, subject: TermId) -> bool {
        graph.about(subject).iter().any(|[_, predicate, _]| Some(*predicate) != self.kind)
    }

    /// Whether a resource has no class, or none that says more than that it may be catalogued.
    fn is_untyped(&self, graph: &Graph, subject: TermId) -> bool {
        let classes = graph.about(subject).iter().filter(|[_, predicate, _]| Some(*predicate) == self.kind);
        classes.into_iter().all(|[_, _, class]| Some(*class) == self.generic)
    }
}
