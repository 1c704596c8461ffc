//! Pages of a catalogue: [Hydra](https://www.hydra-cg.com/spec/latest/core/)'s `PartialCollectionView` (`next`)
//! and its older `PagedCollection` (`nextPage`), as links or as text, and
//! [`Link: rel="next"`](https://www.rfc-editor.org/rfc/rfc8288).

use std::collections::BTreeSet;

use moisson_dcat::{
    Remark, RemarkCode,
    rdf_in::{
        Graph, Term, TermId,
        names::{hydra, rdf},
    },
};
use moisson_harvest::Reply;
use url::Url;

/// Most pages that one page may lead to.
const NEXT_MAX: usize = 4;

/// What a page says about the others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Paging {
    pub(super) next: Vec<Url>,
    pub(super) total: Option<u64>,
    /// Why pages may be missing.
    pub(super) lost: Option<String>,
    pub(super) remarks: Vec<Remark>,
}

/// Reads what a page says about the others.
pub(super) fn of(graph: &Graph, reply: &Reply<'_>) -> Paging {
    let mut paging = Paging { total: total(graph), ..Paging::default() };
    let mut seen = BTreeSet::new();
    let told = links(graph, reply.url);
    let linked = reply.header("link").and_then(next_of_header);
    for link in told.into_iter().chain(linked) {
        let Ok(url) = reply.url.join(link.trim()) else {
            paging.remark(
                RemarkCode::InvalidIri,
                &link,
                "the link to the next page is no address; not followed",
            );
            paging.lost = Some(format!("the link to the next page, `{}`, is no address", excerpt(&link)));
            continue;
        };
        // A page that names itself is followed like any other: the walk knows that it was there.
        let next = reachable(url, reply.url, &mut paging);
        if seen.insert(next.clone()) && paging.next.len() < NEXT_MAX {
            paging.next.push(next);
        }
    }
    paging
}

impl Paging {
    fn remark(&mut self, code: RemarkCode, value: &str, detail: &str) {
        self.remarks.push(Remark {
            code,
            property: "next".into(),
            place: String::new(),
            value: excerpt(value),
            detail: detail.to_owned(),
        });
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(200).collect()
}

/// The links to next pages: of the view that is this page, if one is, else of all.
fn links(graph: &Graph, here: &Url) -> Vec<String> {
    let next = [graph.find_iri(hydra::NEXT), graph.find_iri(hydra::NEXT_PAGE)];
    let all: Vec<(TermId, TermId)> = graph
        .triples()
        .iter()
        .filter(|[_, predicate, _]| next.contains(&Some(*predicate)))
        .map(|[subject, _, object]| (*subject, *object))
        .collect();
    let is_here = |id: TermId| graph.term(id).as_iri().is_some_and(|iri| iri == here.as_str());
    let own = all.iter().any(|(subject, _)| is_here(*subject));
    let texts = all.into_iter().filter(|(subject, _)| !own || is_here(*subject));
    texts
        .filter_map(|(_, object)| match graph.term(object) {
            Term::Iri(text) | Term::Literal { value: text, .. } => Some(text.to_owned()),
            Term::Blank(_) => None,
        })
        .filter(|text| !text.trim().is_empty())
        .collect()
}

/// The same page where this one was found: portals behind a proxy write the name that they know themselves by.
fn reachable(mut url: Url, here: &Url, paging: &mut Paging) -> Url {
    let same_place = url.host() == here.host() && url.port_or_known_default() == here.port_or_known_default();
    if same_place && url.scheme() == here.scheme() {
        return url;
    }
    let same_host = url.host() == here.host();
    if !same_host && !here.path().ends_with(url.path()) {
        return url;
    }
    let written = url.to_string();
    let mut mended = here.clone();
    if same_host {
        mended.set_path(url.path());
    }
    mended.set_query(url.query());
    mended.set_fragment(None);
    std::mem::swap(&mut url, &mut mended);
    paging.remark(
        RemarkCode::RepairedIri,
        &written,
        "another host or scheme than the page's own; asked for there",
    );
    url
}

/// How many members the paged collection has.
fn total(graph: &Graph) -> Option<u64> {
    let counts = graph.find_iri(hydra::TOTAL_ITEMS)?;
    let mut totals = BTreeSet::new();
    for [subject, predicate, object] in graph.triples() {
        if *predicate == counts
            && is_paged(graph, *subject)
            && let Term::Literal { value, .. } = graph.term(*object)
            && let Ok(total) = value.trim().parse::<u64>()
        {
            totals.insert(total);
        }
    }
    // Several numbers: nobody knows which one counts what is read here.
    if totals.len() == 1 { totals.first().copied() } else { None }
}

/// Whether a node is what pages are pages of.
fn is_paged(graph: &Graph, node: TermId) -> bool {
    graph.about(node).iter().any(|[_, predicate, object]| {
        let property = graph.term(*predicate).as_iri().unwrap_or_default();
        let class = graph.term(*object).as_iri().unwrap_or_default();
        let local = property.strip_prefix(hydra::NS).unwrap_or_default();
        matches!(
            local,
            "next" | "nextPage" | "first" | "firstPage" | "last" | "lastPage" | "view" | "itemsPerPage"
        ) || (property == rdf::TYPE
            && [hydra::PAGED_COLLECTION, hydra::PARTIAL_VIEW, hydra::COLLECTION].contains(&class))
    })
}

/// The target of `rel="next"` in a `Link` header.
fn next_of_header(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let (target, parameters) = link.split_once(';')?;
        let target = target.trim().strip_prefix('<')?.strip_suffix('>')?;
        let is_next = parameters.split(';').any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value
                        .trim()
                        .trim_matches('"')
                        .split_whitespace()
                        .any(|rel| rel.eq_ignore_ascii_case("next"))
            })
        });
        is_next.then(|| target.to_owned())
    })
}
