//! One page of the catalogue.

use moisson_dcat::{ns::dcat, serialise::Syntax, write::segment};
use moisson_store::{Kind, RecordKey, Store, StoreError};
use oxrdf::{
    GraphName, Literal, NamedNode, Quad, Triple,
    vocab::{rdf, xsd},
};
use url::form_urlencoded;

use super::describe;
use crate::{Portal, SourceView, copies, rdf as documents};

const HYDRA: &str = "http://www.w3.org/ns/hydra/core#";

/// A page ends early when it has this many statements, so that records of ten thousand files do not make pages
/// of gigabytes.
const MAX_QUADS: usize = 200_000;

/// Records are read in groups of this many.
const GROUP: usize = 25;

/// Which page.
#[derive(Debug, Clone)]
pub(super) struct Slice {
    /// The page begins after this record.
    pub(super) after: Option<RecordKey>,
    pub(super) size: usize,
    /// Whether the size is the default, which addresses leave out.
    pub(super) default_size: bool,
    /// Only of this source.
    pub(super) source: Option<String>,
    /// Whether records that are copies of an authoritative one are there too.
    pub(super) copies: bool,
    pub(super) syntax: Syntax,
}

/// The statements of a page.
pub(super) fn quads(
    store: &Store,
    portal: &Portal,
    sources: &[SourceView],
    slice: &Slice,
) -> Result<Vec<Quad>, StoreError> {
    let catalog = match &slice.source {
        None => describe::portal_iri(portal),
        Some(source) => describe::source_iri(portal, source),
    };
    let (mut quads, keys) = records(store, slice, &catalog)?;
    let terms = documents::of_terms(&quads, portal.base());
    quads.extend(terms);
    let mut about = Vec::new();
    if slice.source.is_none() {
        about.extend(describe::portal(portal, sources));
    }
    let named = |source: &&SourceView| keys.iter().any(|key| key.source == source.name);
    about.extend(sources.iter().filter(named).flat_map(|source| describe::source(portal, source)));
    about.extend(view(store, portal, slice, &catalog, &keys)?);
    quads.extend(documents::in_default(about));
    Ok(quads)
}

/// The records of a page, and their keys.
fn records(
    store: &Store,
    slice: &Slice,
    catalog: &NamedNode,
) -> Result<(Vec<Quad>, Vec<RecordKey>), StoreError> {
    let (mut quads, mut keys) = (Vec::new(), Vec::<RecordKey>::new());
    // The last that was looked at, left out or not.
    let mut last: Option<RecordKey> = None;
    while keys.len() < slice.size && quads.len() < MAX_QUADS {
        let after = last.as_ref().or(slice.after.as_ref());
        let group =
            store.records_after(slice.source.as_deref(), after, GROUP.min(slice.size - keys.len()))?;
        if group.is_empty() {
            break;
        }
        for record in group {
            if quads.len() >= MAX_QUADS {
                break;
            }
            let copies = store.copies(&record.key)?;
            if !slice.copies && copies.as_ref().is_some_and(|group| group.authority != record.key) {
                last = Some(record.key);
                continue;
            }
            quads.extend(documents::of_record(&record));
            let links = copies.map(|group| copies::links(&group, record.iri.as_str()));
            // Links to records that are left out would lead nowhere.
            quads.extend(links.filter(|_| slice.copies).unwrap_or_default());
            let member = match Kind::of(&record.resource) {
                Kind::Dataset | Kind::Series => dcat::DATASET,
                Kind::Service => dcat::SERVICE,
            };
            quads.push(Quad::new(catalog.clone(), member, record.iri.clone(), GraphName::DefaultGraph));
            last = Some(record.key.clone());
            keys.push(record.key);
        }
    }
    Ok((quads, keys))
}

/// Where this page stands among the others.
fn view(
    store: &Store,
    portal: &Portal,
    slice: &Slice,
    catalog: &NamedNode,
    keys: &[RecordKey],
) -> Result<Vec<Triple>, StoreError> {
    let hydra = |name: &str| NamedNode::new_unchecked(format!("{HYDRA}{name}"));
    let counts = store.counts()?;
    let total = match &slice.source {
        None => counts.datasets + counts.series + counts.services,
        Some(source) => counts.sources.get(source).map_or(0, moisson_store::SourceCounts::records),
    };
    let total =
        if slice.copies { total } else { total.saturating_sub(left_out(store, slice.source.as_deref())?) };
    let address = |after: Option<&RecordKey>| NamedNode::new_unchecked(address(portal, slice, after));
    let page = address(slice.after.as_ref());
    let mut triples = vec![
        Triple::new(catalog.clone(), rdf::TYPE, hydra("Collection")),
        Triple::new(
            catalog.clone(),
            hydra("totalItems"),
            Literal::new_typed_literal(total.to_string(), xsd::INTEGER),
        ),
        Triple::new(catalog.clone(), hydra("view"), page.clone()),
        Triple::new(page.clone(), rdf::TYPE, hydra("PartialCollectionView")),
        Triple::new(page.clone(), hydra("first"), address(None)),
    ];
    let source = slice.source.as_deref();
    if let Some(last) = keys.last()
        && has_more(store, slice, last)?
    {
        triples.push(Triple::new(page.clone(), hydra("next"), address(Some(last))));
    }
    // Where some are left out, pages are found forwards only.
    if !slice.copies {
        return Ok(triples);
    }
    if let Some(after) = &slice.after {
        let begins_after = begins_after(store, source, Some(after), slice.size)?;
        triples.push(Triple::new(page.clone(), hydra("previous"), address(begins_after.as_ref())));
    }
    let in_last = match usize::try_from(total).unwrap_or(usize::MAX) % slice.size {
        0 => slice.size,
        rest => rest,
    };
    let begins_after = begins_after(store, source, None, in_last)?;
    triples.push(Triple::new(page, hydra("last"), address(begins_after.as_ref())));
    Ok(triples)
}

/// Whether a record follows that is in the feed.
fn has_more(store: &Store, slice: &Slice, last: &RecordKey) -> Result<bool, StoreError> {
    let mut last = last.clone();
    loop {
        let keys = store.keys_after(slice.source.as_deref(), Some(&last), GROUP)?;
        let Some(end) = keys.last().cloned() else { return Ok(false) };
        for key in &keys {
            if slice.copies || store.copies(key)?.is_none_or(|group| group.authority == *key) {
                return Ok(true);
            }
        }
        last = end;
    }
}

/// How many records are copies of an authoritative one.
fn left_out(store: &Store, source: Option<&str>) -> Result<u64, StoreError> {
    let mut count = 0;
    for group in store.copy_groups() {
        let group = group?;
        let copies = group.members.iter().filter(|member| member.key != group.authority);
        count +=
            copies.filter(|member| source.is_none_or(|source| member.key.source == source)).count() as u64;
    }
    Ok(count)
}

/// The record after which the `size` records up to (and with) `up_to` begin; none if they are the first.
fn begins_after(
    store: &Store,
    source: Option<&str>,
    up_to: Option<&RecordKey>,
    size: usize,
) -> Result<Option<RecordKey>, StoreError> {
    let keys = store.keys_up_to(source, up_to, size + 1)?;
    Ok(if keys.len() > size { keys.into_iter().next() } else { None })
}

fn address(portal: &Portal, slice: &Slice, after: Option<&RecordKey>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(key) = after {
        query.append_pair("after", &format!("{}/{}", segment(&key.source), segment(&key.id)));
    }
    if !slice.default_size {
        query.append_pair("size", &slice.size.to_string());
    }
    if let Some(source) = &slice.source {
        query.append_pair("source", source);
    }
    if !slice.copies {
        query.append_pair("copies", "no");
    }
    let query = query.finish();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{}/catalog.{}{separator}{query}", portal.base(), slice.syntax.extension())
}
