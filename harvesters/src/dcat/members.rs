//! Catalogues that list their datasets and describe them in documents of their own, as the local catalogues of Czechia
//! and Slovakia do ([LKOD](https://ofn.gov.cz/rozhraní-katalogů-otevřených-dat/)).

use std::collections::BTreeSet;

use moisson_dcat::rdf_in::{
    Graph, Term,
    names::{dcat, rdf},
};
use url::Url;

/// Most documents that one catalogue may lead to.
const MEMBERS_MAX: usize = 100_000;

/// What a catalogue lists and its document does not describe.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    /// The documents on the catalogue's own host that should.
    pub(super) near: Vec<Url>,
    /// How many resources are listed in all.
    pub(super) count: usize,
    /// One of them that is not on that host, or beyond what is followed.
    pub(super) lost: Option<String>,
}

/// Finds them, in the order of their addresses.
pub(super) fn of(graph: &Graph, at: &Url) -> Members {
    let links = [dcat::DATASET_P, dcat::SERVICE, dcat::CATALOG_P].map(|property| graph.find_iri(property));
    let kind = graph.find_iri(rdf::TYPE);
    let listed = graph.triples().iter().filter(|[_, predicate, _]| links.contains(&Some(*predicate)));
    let untold = listed.filter(|[_, _, object]| graph.about(*object).iter().all(|t| Some(t[1]) == kind));
    let iris: BTreeSet<&str> = untold
        .filter_map(|[_, _, object]| match graph.term(*object) {
            Term::Iri(iri) => Some(iri),
            _ => None,
        })
        .collect();
    let mut members = Members { count: iris.len(), ..Members::default() };
    let mut documents = BTreeSet::new();
    for iri in iris {
        let document = Url::parse(iri).ok().map(|mut url| {
            url.set_fragment(None);
            url
        });
        match document.filter(|url| url.origin() == at.origin() && url != at) {
            Some(url) if documents.len() < MEMBERS_MAX => {
                documents.insert(url);
            }
            _ => {
                members.lost.get_or_insert_with(|| iri.to_owned());
            }
        }
    }
    members.near = documents.into_iter().collect();
    members
}
