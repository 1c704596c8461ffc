//! A record's statements to the model.
//!
//! Every property of DCAT-AP 3 is read in the spellings of its earlier versions and of those who came before it
//! (`schema:startDate`, `owl:versionInfo`, `dcat:bytes`, …), literals where resources are due and the other way
//! round. What no field holds is kept as the statement that it is.

mod dataset;
mod distribution;
mod facts;
mod parts;
mod service;

use super::{
    gate::Unreadable,
    graph::{Graph, Term, TermId},
    intake::Intake,
    names::{dcat, dct, foaf, rdf},
    split::RECORD,
    terse,
};
use crate::{
    Extra, Mapped,
    draft::{Defaults, Draft, NamedSaid, said},
};
use facts::{Fact, Named, Path, ROOT, facts};

/// Maps a record that [`super::split`] made.
///
/// # Errors
/// When the bytes are no such record.
pub fn map(body: &[u8], defaults: &Defaults) -> Result<Mapped, Unreadable> {
    let bad = |found: &str| Unreadable::new("a record of statements", found, "", "harvest the source again");
    let text = std::str::from_utf8(body).map_err(|_| bad("bytes that are no text"))?;
    let mut intake = Intake::default();
    terse::read(text, &mut intake);
    let mut graph = intake.graph;
    graph.sort();
    graph.drop_said_again();
    let root = graph.find_iri(RECORD).and_then(|record| graph.objects(record, foaf::PRIMARY_TOPIC).next());
    let root = root.ok_or_else(|| bad("no statement that says what it is about"))?;
    let mut draft = begin(&graph, root, defaults);
    if let Term::Iri(iri) = graph.term(root) {
        draft.upstream_iri(said("", iri));
    }
    let keywords = lone_keywords(&graph, root);
    for fact in facts(&graph, root) {
        if keywords.contains(&fact.object) && dataset::keywords(&mut draft, &fact) {
            continue;
        }
        if !dataset::take(&mut draft, &fact) && !service::take(&mut draft, &fact) {
            keep(&mut draft, fact.kept(ROOT));
            keep(&mut draft, told_below(&fact));
        }
    }
    around(&mut draft, &graph, root);
    Ok(draft.finish())
}

/// The keywords that stand alone in their language: several in one text, if it has commas.
fn lone_keywords(graph: &Graph, root: TermId) -> Vec<TermId> {
    let all: Vec<Fact<'_>> =
        facts(graph, root).filter(|fact| (fact.prefix, fact.local) == ("dcat", "keyword")).collect();
    let lang = |fact: &Fact<'_>| match fact.term() {
        Term::Literal { lang, .. } => lang.map(str::to_owned),
        _ => None,
    };
    // More than a few languages are no list in one text.
    if all.len() > 8 {
        return Vec::new();
    }
    let alone = |fact: &&Fact<'_>| all.iter().filter(|other| lang(other) == lang(fact)).count() == 1;
    all.iter().filter(alone).map(|fact| fact.object).collect()
}

/// A draft of the class of the resource.
fn begin(graph: &Graph, root: TermId, defaults: &Defaults) -> Draft {
    let is = |class: &str| graph.objects(root, rdf::TYPE).any(|id| graph.term(id) == Term::Iri(class));
    let accesses = graph.find_iri(&format!("{}endpointURL", dcat::NS));
    let has_endpoint = accesses.is_some_and(|p| graph.about(root).iter().any(|t| t[1] == p));
    if is(dcat::DATASET_SERIES) {
        Draft::series(defaults)
    } else if is(dcat::DATASET) {
        Draft::dataset(defaults)
    } else if is(dcat::DATA_SERVICE) || has_endpoint {
        Draft::service(defaults)
    } else {
        Draft::dataset(defaults)
    }
}

/// What the record says around its resource: the catalogue it is in, and its catalogue record.
fn around(draft: &mut Draft, graph: &Graph, root: TermId) {
    let mut catalogs = Vec::new();
    let mut outer = Vec::new();
    for [subject, predicate, object] in graph.triples() {
        let property = graph.term(*predicate).as_iri().unwrap_or_default();
        if property == dcat::DATASET_P && *object == root {
            catalogs.push(*subject);
        } else if property == dct::HAS_PART {
            outer.push(*subject);
        } else if property == foaf::PRIMARY_TOPIC
            && *object == root
            && graph.term(*subject) != Term::Iri(RECORD)
        {
            let topic = Fact {
                graph,
                iri: foaf::IS_PRIMARY_TOPIC_OF,
                prefix: "foaf",
                local: "isPrimaryTopicOf",
                object: *subject,
            };
            catalog_record(draft, &topic);
        }
    }
    // The innermost says most.
    catalogs.sort_by_key(|catalog| (outer.contains(catalog), graph.term(*catalog)));
    if let Some(catalog) = catalogs.first() {
        let iri = graph.term(*catalog).as_iri();
        let labels = facts::labels(graph, *catalog, ROOT);
        draft.upstream_catalog(NamedSaid {
            iri: iri.map(|iri| said("dcat:dataset", iri)),
            label: labels.iter().map(facts::Value::said).collect(),
        });
    }
}

/// A catalogue record: when the source listed and changed the description, and what it copied it from.
fn catalog_record(draft: &mut Draft, fact: &Fact<'_>) {
    let steps = [fact.iri];
    let path = Path { steps: &steps, name: "dcat:CatalogRecord" };
    let taken = |about: &Fact<'_>| {
        matches!((about.prefix, about.local), ("dct", "issued" | "modified") | ("foaf", "primaryTopic"))
            || ((about.prefix, about.local) == ("dct", "source") && matches!(about.term(), Term::Iri(_)))
    };
    for about in facts(fact.graph, fact.object) {
        match (about.prefix, about.local) {
            ("dct", "issued") => {
                if let Some(value) = about.value(path) {
                    draft.upstream_issued(value.said());
                }
            }
            ("dct", "modified") => {
                if let Some(value) = about.value(path) {
                    draft.upstream_modified(value.said());
                }
            }
            ("dct", "source") if matches!(about.term(), Term::Iri(_)) => {
                if let Some(original) = Named::of(&about, path) {
                    draft.copy_of(original.said());
                }
            }
            _ => {}
        }
    }
    keep(draft, facts::leftover(fact, ROOT, taken));
}

/// What the record tells about a named node that no property takes, beside its name.
fn told_below(fact: &Fact<'_>) -> Option<Extra> {
    if !matches!(fact.term(), Term::Iri(_)) || !fact.is_described() {
        return None;
    }
    facts::leftover(fact, ROOT, |_| false)
}

fn keep(draft: &mut Draft, extra: Option<Extra>) {
    if let Some(Extra::Statement { property, value }) = extra {
        draft.statement(property, value);
    }
}

#[cfg(test)]
mod tests;
