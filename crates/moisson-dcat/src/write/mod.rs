//! Resources to RDF: [DCAT-AP 3.0.1](https://semiceu.github.io/DCAT-AP/releases/3.0.1/) with IRIs of our own.
//!
//! | thing | IRI |
//! | --- | --- |
//! | dataset, series, service of a record | `{base}/id/dataset/{source}/{id}`, `…/series/…`, `…/service/…` |
//! | distribution, service inside it | `{base}/id/distribution/{source}/{record id}/{distribution id}`, `…/service/…` |
//! | catalogue record, and the record's graph | `{base}/id/record/{source}/{id}` |
//! | the source's catalogue | `{base}/id/catalog/{source}` |
//! | agents that are one on the whole portal | `{base}/id/agent/{key}`, see [`crate::party`] |
//! | agents, concepts, places that the source only names | `{base}/id/agent/{source}/{slug-hash}`, … |
//! | contacts, periods, checksums, … | `#kind-hash` of what they belong to |
//! | a run of the source, and its graph | `{base}/id/run/{source}/{run}` |
//! | our own properties | `{base}/ns#…` |
//!
//! No blank node leaves here, so two graphs are equal if their sorted lines are. No triple stands in two graphs:
//! what only this record says is in its graph, what others may say too (what an agent is called, that a page is a
//! document) is in shared graphs, and what holds for ever (classes and labels of vocabulary terms) is in
//! [`crate::vocabulary::vocabulary_graph`].
//!
//! Our own properties, in `{base}/ns#`: `extra` leads to a node with `key` and `value` for what no property of
//! DCAT-AP holds; `upstreamPage`, `upstreamIssued`, `upstreamModified` and `upstreamCatalog` say of a catalogue
//! record what the source's own record says. `spelling` leads from an agent to what a source calls it (`rdf:value`) and to the
//! `rule` by which that name is this agent's.

mod dataset;
mod distribution;
mod extra;
mod lines;
mod naming;
mod parties;
mod pen;

use oxrdf::{NamedNode, NamedNodeRef, Triple};
use sha2::{Digest, Sha256};

use crate::ns::{dcat, dct, foaf, prov};
use crate::{DataService, Identifier, Resource, Temporal, Upstream};

pub(crate) use naming::slug;
pub use naming::{Naming, segment, unsegment};

use pen::{Graph, Pen, temporal};

/// The application profile that a record's statements follow.
pub const PROFILE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://data.europa.eu/r5r/");

/// A resource as RDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The dataset, series or service.
    pub iri: NamedNode,
    /// The name of the record's graph: its catalogue record.
    pub graph_name: NamedNode,
    /// What only this record says, sorted by line, without doubles. Run dates are apart, see [`catalog_record`].
    pub record: Vec<Triple>,
    /// What other records may say too, with the graph it goes to; sorted, without doubles.
    pub shared: Vec<(NamedNode, Triple)>,
    /// SHA-256 of both as sorted N-Triples and N-Quads: equal exactly if the statements are.
    pub fingerprint: [u8; 32],
}

/// Writes a resource.
pub fn write(resource: &Resource, naming: &Naming<'_>) -> Written {
    let mut pen = Pen::new(*naming);
    let (catalog, record) = (naming.catalog(), naming.record());
    let (iri, membership) = match resource {
        Resource::Dataset(dataset) => {
            let iri = naming.dataset();
            pen.dataset(&iri, dataset);
            pen.upstream(&record, &dataset.upstream);
            (iri, dcat::DATASET)
        }
        Resource::Series(series) => {
            let iri = naming.series();
            pen.series(&iri, series);
            pen.upstream(&record, &series.upstream);
            (iri, dcat::RESOURCE)
        }
        Resource::Service(service) => {
            let iri = naming.service();
            pen.service(&iri, service);
            let DataService { upstream, upstream_page, .. } = &**service;
            let upstream =
                Upstream { iri: upstream.clone(), page: upstream_page.clone(), ..Upstream::default() };
            pen.upstream(&record, &upstream);
            (iri, dcat::SERVICE)
        }
    };
    let id =
        Identifier { notation: naming.record_id.to_owned(), schema_agency: Some(naming.source.to_owned()) };
    pen.identifiers(&iri, &[id]);
    pen.own(&catalog, membership, iri.clone());
    pen.own(&catalog, dcat::RECORD, record.clone());
    pen.a(Graph::Record, &record, dcat::CATALOG_RECORD);
    pen.own(&record, foaf::PRIMARY_TOPIC, iri.clone());
    pen.own(&record, dct::CONFORMS_TO, PROFILE.into_owned());
    settle(pen, iri, record)
}

/// When the portal first listed the record and when it last changed there: the part of the record's graph that
/// depends on runs, not on what the source says.
pub fn catalog_record(naming: &Naming<'_>, listed: &Temporal, changed: &Temporal) -> Vec<Triple> {
    let record = naming.record();
    vec![
        Triple::new(record.clone(), dct::ISSUED, temporal(listed)),
        Triple::new(record, dct::MODIFIED, temporal(changed)),
    ]
}

impl Pen<'_> {
    /// What the source's own catalogue record says.
    fn upstream(&mut self, record: &NamedNode, upstream: &Upstream) {
        if let Some(iri) = &upstream.iri {
            // Not `dct:source`, whose range is a catalogue record and this is what the record is about.
            self.own(record, prov::WAS_DERIVED_FROM, iri.to_named_node());
        }
        let term = |local: &str| self.naming.term(local);
        let (page, catalog) = (term("upstreamPage"), term("upstreamCatalog"));
        let (issued, modified) = (term("upstreamIssued"), term("upstreamModified"));
        self.iris(record, page.as_ref(), upstream.page.as_slice());
        self.moment(record, issued.as_ref(), upstream.issued.as_ref());
        self.moment(record, modified.as_ref(), upstream.modified.as_ref());
        self.references(record, catalog.as_ref(), &upstream.catalog, None);
    }
}

/// Sorts by line, removes doubles, takes the fingerprint.
fn settle(pen: Pen<'_>, iri: NamedNode, graph_name: NamedNode) -> Written {
    let mut hasher = Sha256::new();
    let record = lines::settle(pen.record, |triple| (triple, None), &mut hasher);
    let shared = lines::settle(pen.shared, |(graph, triple)| (triple, Some(graph)), &mut hasher);
    Written { iri, graph_name, record, shared, fingerprint: hasher.finalize().into() }
}

#[cfg(test)]
mod tests;
