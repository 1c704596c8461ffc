//! Catalogues in RDF: [DCAT](https://www.w3.org/TR/vocab-dcat-3/) in any of its versions and profiles, in RDF/XML,
//! Turtle, `TriG`, N-Triples, N-Quads, N3 or JSON-LD, in one document or in
//! [Hydra](https://www.hydra-cg.com/spec/latest/core/) pages.
//!
//! | module | knows |
//! | --- | --- |
//! | `options` | what can be configured |
//! | `members` | datasets that are described in documents of their own |
//! | `paging` | where the next page is, and how many resources there are |
//! | [`moisson_dcat::rdf_in`] | bytes to statements, statements to records, records to the model |

mod members;
mod options;
mod paging;

use bytes::Bytes;
use jiff::Timestamp;
use moisson_dcat::{
    Iri, Mapped, Remark, RemarkCode,
    draft::Defaults,
    rdf_in::{
        self, Graph, Hints, RdfRecord, Triple,
        names::{dcat, hydra},
    },
};
use moisson_harvest::{
    About, ConfigError, Found, Harvester, Listing, Page, Plan, ReadError, Record, RecordId, Reply, Request,
    Source, Unmappable,
};
use serde_json::json;

use self::{members::Members, options::Options};

/// What is asked for, the syntaxes that servers write best first.
const ACCEPT: &str = "application/rdf+xml, text/turtle;q=0.9, application/ld+json;q=0.8, application/trig;q=0.7, \
                      application/n-quads;q=0.6, application/n-triples;q=0.6, text/n3;q=0.5, */*;q=0.1";

/// The step of every request.
const PAGE: &str = "page";

/// The harvester.
#[derive(Debug, Clone, Copy)]
pub struct Dcat;

impl Harvester for Dcat {
    fn name(&self) -> &'static str {
        "dcat"
    }

    fn about(&self) -> About {
        About {
            title: "DCAT catalogues in RDF",
            summary: "Datasets, series and services of a catalogue in RDF/XML, Turtle, TriG, N-Triples, N-Quads, N3 \
                      or JSON-LD, packed or not, paged or not; one bad statement costs itself.",
            specification: "https://www.w3.org/TR/vocab-dcat-3/",
            example: r#"[[source]]
name = "region-exemple"
kind = "dcat"
url = "https://donnees.region-exemple.fr/catalog.ttl"
language = "fr"
schedule = "0 4 * * *"

[source.options]
classes = ["dataset", "series"]
"#,
            options: &[
                (
                    "format",
                    "seen by itself",
                    "the syntax, where the document does not show it: `rdfxml`, `turtle`, `trig`, `ntriples`, \
                     `nquads`, `n3` or `jsonld`",
                ),
                ("base", "the document's address", "the IRI that relative references are resolved against"),
                (
                    "catalog",
                    "all",
                    "only what is in this catalogue (its IRI), or in catalogues inside it; or a list of them",
                ),
                ("classes", "[\"dataset\", \"series\", \"service\"]", "what is read"),
                (
                    "count",
                    "true",
                    "whether the walk is whole only if `hydra:totalItems` resources were seen; `false` where the \
                     portal counts something else",
                ),
                ("max_pages", "10000", "pages at most; where it cuts, nothing is taken for deleted"),
            ],
        }
    }

    fn plan(&self, source: &Source, _since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        Options::of(source)?;
        Ok(Plan { start: vec![request(source.url.clone(), 1)], listing: Listing::Whole })
    }

    fn read(
        &self,
        source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        let options = Options::of(source).map_err(misconfigured)?;
        let hints = Hints {
            content_type: reply.header("content-type"),
            path: Some(reply.url.path()),
            syntax: options.syntax,
        };
        let base = match &options.base {
            Some(base) => base.clone(),
            None => base_of(reply).map_err(misconfigured)?,
        };
        let reading = rdf_in::read(&reply.body, hints, &base).map_err(|error| ReadError {
            expected: error.expected,
            found: error.found,
            place: error.place,
            hint: error.hint,
        })?;
        let mut records: u64 = 0;
        let remarks = rdf_in::split(&reading, &options.wanted, &mut |record| {
            records += 1;
            emit(Found::Record(kept(record)));
        });
        if records == 0 && !is_catalogue(&reading.graph) {
            return Err(no_catalogue(&reading.graph));
        }
        let mut page = Page { shortfall: reading.shortfall.clone(), remarks, ..Page::default() };
        let paging = paging::of(&reading.graph, reply);
        page.remarks.extend(paging.remarks);
        page.shortfall = page.shortfall.or(paging.lost);
        page.total = total(paging.total, records, &options, &mut page.remarks);
        let number = reply.request.state.0.get(PAGE).and_then(serde_json::Value::as_u64).unwrap_or(1);
        if !paging.next.is_empty() && number >= options.max_pages {
            let most = options.max_pages;
            page.shortfall =
                Some(format!("there are more than {most} pages; raise `max_pages` to read them"));
        } else {
            page.follow = paging.next.into_iter().map(|url| request(url, number + 1)).collect();
            if page.follow.is_empty() {
                follow_members(&mut page, members::of(&reading.graph, reply.url), records, number);
            }
        }
        Ok(page)
    }

    fn map(&self, source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
        let defaults = Defaults { language: source.language.clone(), base: Some(source.url.clone()) };
        rdf_in::map(&record.body, &defaults).map_err(|error| Unmappable { reason: error.to_string() })
    }
}

/// Whether a document speaks of a catalogue or of pages of one at all; one that does not is no empty catalogue.
fn is_catalogue(graph: &Graph) -> bool {
    let words = [
        dcat::CATALOG,
        dcat::DATASET,
        dcat::DATASET_P,
        dcat::DATASET_SERIES,
        dcat::DATA_SERVICE,
        dcat::RECORD,
        "http://dati.gov.it/onto/dcatapit#Catalog",
        hydra::COLLECTION,
        hydra::PAGED_COLLECTION,
        hydra::PARTIAL_VIEW,
        hydra::TOTAL_ITEMS,
    ];
    let known: Vec<_> = words.iter().filter_map(|word| graph.find_iri(word)).collect();
    let says = |[_, predicate, object]: &Triple| known.contains(predicate) || known.contains(object);
    graph.is_empty() || graph.triples().iter().any(says)
}

fn no_catalogue(graph: &Graph) -> ReadError {
    ReadError {
        expected: "a catalogue in DCAT".to_owned(),
        found: format!("{} statements about something else", graph.len()),
        place: String::new(),
        hint: "give the address of the catalogue's RDF".to_owned(),
    }
}

/// What a catalogue lists without a description: fetched where it describes nothing else, remarked on otherwise.
fn follow_members(page: &mut Page, members: Members, records: u64, number: u64) {
    let Members { near, count, lost } = members;
    if count == 0 {
        return;
    }
    let first = near.first().map(ToString::to_string).or(lost.clone()).unwrap_or_default();
    if records > 0 {
        if number == 1 {
            page.remarks.push(Remark {
                code: RemarkCode::MissingValue,
                property: "dataset".into(),
                place: "dcat:dataset".to_owned(),
                value: first,
                detail: format!("{count} resources are listed and not described"),
            });
        }
        return;
    }
    if number > 1 {
        page.shortfall = Some(format!("`{first}` is listed and not described"));
        return;
    }
    if let Some(lost) = lost {
        let detail = format!(
            "`{lost}` is listed, and described elsewhere if at all; harvest it as a source of its own"
        );
        page.shortfall.get_or_insert(detail);
    }
    page.follow = near.into_iter().map(|url| request(url, number + 1)).collect();
}

fn request(url: url::Url, number: u64) -> Request {
    Request::get(url, ACCEPT, PAGE).with_state(json!({ PAGE: number }))
}

fn kept(record: RdfRecord) -> Record {
    Record {
        id: RecordId(record.id),
        media_type: "application/n-triples".into(),
        body: Bytes::from(record.body),
        remarks: record.remarks,
    }
}

/// Where the document is, as an IRI.
fn base_of(reply: &Reply<'_>) -> Result<Iri, ConfigError> {
    let url = reply.url.as_str();
    // URLs may hold characters in their query that IRIs may not; what is relative does not depend on it.
    let bare = url.split(['?', '#']).next().unwrap_or(url);
    Iri::new(url).or_else(|_| Iri::new(bare)).map_err(|error| ConfigError {
        key: Some("base".to_owned()),
        reason: format!("{error}; relative references have nothing to start from: set the option `base`"),
    })
}

/// The number of resources that the portal counts, where that can be compared with those that were read.
fn total(counted: Option<u64>, records: u64, options: &Options, remarks: &mut Vec<Remark>) -> Option<u64> {
    let counted = counted.filter(|_| options.counts_all())?;
    if counted < records {
        remarks.push(Remark {
            code: RemarkCode::InvalidNumber,
            property: "total_items".into(),
            place: String::new(),
            value: counted.to_string(),
            detail: format!(
                "fewer than the {records} resources of this page, so it counts something else; passed over"
            ),
        });
        return None;
    }
    Some(counted)
}

fn misconfigured(error: ConfigError) -> ReadError {
    ReadError {
        expected: "a source that is configured as its kind needs".to_owned(),
        found: error.reason,
        place: String::new(),
        hint: "mend the configuration".to_owned(),
    }
}

#[cfg(test)]
mod tests;
