//! What a name stands for: a record, a part of one, something shared, a catalogue.

use moisson_dcat::{Iri, write::Naming};
use moisson_store::{Gone, Kind, RecordKey, StoredRecord};
use oxrdf::{NamedNode, NamedOrBlankNode, Quad, Term, Triple};

use super::name::Name;
use crate::{
    api::dataset::{self, Everything},
    catalog::describe,
    copies,
    problem::Problem,
    rdf,
    server::Shared,
};

/// Most nodes inside a shared thing that are given with it.
const MAX_INSIDE: usize = 500;

/// A thing with a name of ours.
#[derive(Debug)]
pub(crate) enum Thing {
    /// A whole record.
    Record(Box<Everything>),
    /// Anything else.
    Other(Box<Other>),
}

/// A thing that is no record.
#[derive(Debug)]
pub(crate) struct Other {
    pub(crate) iri: String,
    /// What is said of it.
    pub(crate) quads: Vec<Quad>,
    /// The record that it belongs to.
    pub(crate) record: Option<StoredRecord>,
}

impl Thing {
    pub(crate) fn iri(&self) -> &str {
        match self {
            Self::Record(everything) => everything.0.iri.as_str(),
            Self::Other(other) => &other.iri,
        }
    }

    /// What is said of it, in graphs.
    pub(crate) fn quads(&self) -> Vec<Quad> {
        match self {
            Self::Record(everything) => {
                let mut quads = rdf::of_record(&everything.0);
                let group = everything.3.as_ref();
                quads.extend(group.map(|group| copies::links(group, self.iri())).unwrap_or_default());
                quads
            }
            Self::Other(other) => other.quads.clone(),
        }
    }

    /// When and why it went, if it did.
    pub(crate) fn gone(&self) -> Option<&Gone> {
        match self {
            Self::Record(everything) => everything.0.life.gone.as_ref(),
            Self::Other(other) => other.record.as_ref().and_then(|record| record.life.gone.as_ref()),
        }
    }
}

/// The thing with this name.
pub(super) async fn find(server: &Shared, name: Name) -> Result<Option<Thing>, Problem> {
    let portal = &server.app.portal;
    match name {
        Name::Resource(kind, key) => Ok(whole(server, &key)
            .await?
            .filter(|record| Kind::of(&record.0.resource) == kind)
            .map(Thing::Record)),
        Name::Record(key) => Ok(whole(server, &key).await?.map(Thing::Record)),
        Name::Report(key) => Ok(whole(server, &key).await?.map(|record| report(record.0))),
        Name::Part(class, key, id) => {
            Ok(whole(server, &key).await?.and_then(|record| part(portal.base(), class, record.0, &id)))
        }
        Name::Shared(class, source, slug) => shared(server, class, &[&source, &slug]).await,
        Name::Agent(key) => shared(server, "agent", &[&key]).await,
        Name::Portal => {
            let triples = describe::portal(portal, &server.app.sources.sources());
            Ok(Some(other(
                describe::portal_iri(portal).into_string(),
                rdf::in_default(triples).collect(),
                None,
            )))
        }
        Name::Catalog(name) => {
            let sources = server.app.sources.sources();
            Ok(sources.iter().find(|source| source.name == name).map(|source| {
                let triples = describe::source(portal, source);
                other(
                    describe::source_iri(portal, &name).into_string(),
                    rdf::in_default(triples).collect(),
                    None,
                )
            }))
        }
        // Runs have documents of their own: see `run.rs`.
        Name::Run(..) => Ok(None),
        Name::Software => {
            let triples = super::vocabulary::software(portal.base());
            Ok(Some(other(
                format!("{}/id/software", portal.base()),
                rdf::in_default(triples).collect(),
                None,
            )))
        }
        Name::Vocabulary => {
            let triples = super::vocabulary::triples(portal.base());
            Ok(Some(other(format!("{}/ns", portal.base()), rdf::in_default(triples).collect(), None)))
        }
    }
}

fn other(iri: String, quads: Vec<Quad>, record: Option<StoredRecord>) -> Thing {
    Thing::Other(Box::new(Other { iri, quads, record }))
}

async fn whole(server: &Shared, key: &RecordKey) -> Result<Option<Box<Everything>>, Problem> {
    Ok(dataset::read(server, key).await?.map(Box::new))
}

fn report(record: StoredRecord) -> Thing {
    let graph = record.report.graph.clone();
    let quads = record.report.triples.iter().map(|triple| triple.clone().in_graph(graph.clone())).collect();
    other(graph.into_string(), quads, Some(record))
}

/// A distribution, or a service inside one: what is said of it, of the nodes inside it, and of what these name.
fn part(base: &str, class: &str, record: StoredRecord, id: &str) -> Option<Thing> {
    let base = Iri::new(base).ok()?;
    let naming = Naming { base: &base, source: &record.key.source, record_id: &record.key.id };
    let iri = match class {
        "distribution" => naming.distribution(id),
        _ => naming.service_inside(id),
    };
    let inside = format!("{}#", iri.as_str());
    let about = |triple: &Triple| match &triple.subject {
        NamedOrBlankNode::NamedNode(node) => *node == iri || node.as_str().starts_with(&inside),
        NamedOrBlankNode::BlankNode(_) => false,
    };
    let points_here = |triple: &Triple| matches!(&triple.object, Term::NamedNode(node) if *node == iri);
    let own: Vec<Triple> =
        record.triples.iter().filter(|triple| about(triple) || points_here(triple)).cloned().collect();
    if !own.iter().any(&about) {
        return None;
    }
    let named =
        |subject: &NamedOrBlankNode| own.iter().any(|triple| triple.object == Term::from(subject.clone()));
    let shared = record.shared.iter().filter(|(_, triple)| named(&triple.subject));
    let shared: Vec<Quad> = shared.map(|(graph, triple)| triple.clone().in_graph(graph.clone())).collect();
    let graph = record.graph.clone();
    let mut quads: Vec<Quad> = own.into_iter().map(|triple| triple.in_graph(graph.clone())).collect();
    quads.extend(shared);
    Some(other(iri.into_string(), quads, Some(record)))
}

/// Something that several records may speak of, with the nodes inside it.
async fn shared(server: &Shared, class: &str, name: &[&str]) -> Result<Option<Thing>, Problem> {
    use moisson_dcat::write::segment;
    let base = server.app.portal.base();
    let graphs = match class {
        "agent" => "agents",
        "place" => "places",
        _ => "concepts",
    };
    let name: Vec<String> = name.iter().map(|part| segment(part)).collect();
    let iri = NamedNode::new_unchecked(format!("{base}/id/{class}/{}", name.join("/")));
    let graph = NamedNode::new_unchecked(format!("{base}/id/graph/{graphs}"));
    let (subject, place) = (iri.clone(), graph.clone());
    let triples = server
        .read("reading shared things", move |store| {
            let mut triples = store.shared(&place, Some(&subject))?;
            let within = format!("{}#", subject.as_str());
            let inside: Vec<NamedNode> = triples
                .iter()
                .filter_map(|triple| match &triple.object {
                    Term::NamedNode(node) if node.as_str().starts_with(&within) => Some(node.clone()),
                    _ => None,
                })
                .collect();
            for node in inside.iter().take(MAX_INSIDE) {
                triples.extend(store.shared(&place, Some(node))?);
            }
            Ok::<_, moisson_store::StoreError>(triples)
        })
        .await?;
    if triples.is_empty() {
        return Ok(None);
    }
    let quads = triples.into_iter().map(|triple| triple.in_graph(graph.clone())).collect();
    Ok(Some(other(iri.into_string(), quads, None)))
}
