//! Opendatasoft (now Huwise): the Explore API v2.1, <https://help.opendatasoft.com/apis/ods-explore-v2/>, v2.0, and
//! the search of version 1.
//!
//! | module | knows |
//! | --- | --- |
//! | `options` | what can be configured, and the ODSQL condition it makes |
//! | `api` | addresses, pages, the window of 10,000, the order of changes |
//! | `read` | replies of all versions as records |
//! | `table` | the catalogue as CSV |
//! | `instead` | what to ask when a request failed |
//! | `metas` | a dataset of any version in one shape |
//! | `map` | what it means in DCAT-AP |
//! | `export` | the formats that records come in |
//!
//! Quotas (`X-RateLimit-…`, 429) are the client's business; a key goes into the header `Authorization: Apikey …` as a
//! credential of the source.

mod api;
mod export;
mod instead;
mod map;
mod metas;
mod options;
mod read;
mod table;

use jiff::Timestamp;
use moisson_dcat::Mapped;
use moisson_harvest::{
    About, ConfigError, Failure, Found, Harvester, Listing, Page, Plan, ReadError, Record, RecordId, Reply,
    Request, Source, Unmappable,
};

use self::options::Options;

/// The harvester.
#[derive(Debug, Clone, Copy)]
pub struct Opendatasoft;

impl Harvester for Opendatasoft {
    fn name(&self) -> &'static str {
        "opendatasoft"
    }

    fn about(&self) -> About {
        About {
            title: "Opendatasoft Explore API v2.1, v2.0 and search v1",
            summary: "Datasets with all their metadata templates; exports of their records, attachments and other \
                      files as distributions; copies of other portals marked.",
            specification: "https://help.opendatasoft.com/apis/ods-explore-v2/",
            example: r#"[[source]]
name = "metropole-exemple"
kind = "opendatasoft"
url = "https://data.metropole-exemple.fr/"
language = "fr"
schedule = "30 3 * * *"

[source.options]
refine = ["publisher:Métropole d'Exemple"]
federated = false
"#,
            options: &[
                ("limit", "100", "datasets a page, 1 to 100"),
                (
                    "listing",
                    "\"pages\"",
                    "`pages`, or `export` for the whole catalogue at once, which costs one call of the daily quota; \
                     beyond 9,900 datasets that is done anyway",
                ),
                ("where", "none", "an ODSQL condition of your own, such as `records_count > 0`"),
                ("refine", "[]", "`facet:value`: only these, such as `publisher:Ville d'Exemple`"),
                ("exclude", "[]", "`facet:value`: all but these"),
                (
                    "lang",
                    "none",
                    "the language that the platform formats in: en, fr, nl, pt, it, ar, de, es, ca, eu, sv",
                ),
                (
                    "exports",
                    "[\"csv\", \"json\", \"xlsx\", \"parquet\", \"geojson\", \"shp\", \"kml\", \"ical\"]",
                    "formats that records are offered in, as far as a dataset has them; also gpx, fgb, jsonl, jsonld, \
                     rdfxml, turtle, n3",
                ),
                (
                    "federated",
                    "true",
                    "whether copies of other portals' datasets are taken; they are marked as such",
                ),
                (
                    "portal",
                    "the address itself",
                    "the portal's address, when `url` is that of an export of its catalogue (`….csv`, `….json`) \
                     that lies elsewhere",
                ),
            ],
        }
    }

    fn plan(&self, source: &Source, since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        let options = Options::of(source)?;
        if source.url.cannot_be_a_base() {
            return Err(ConfigError {
                key: Some("url".to_owned()),
                reason: format!(
                    "`{}` cannot have an API below it; give the portal's web address",
                    source.url
                ),
            });
        }
        Ok(Plan {
            start: vec![api::first(source, &options, options.condition(since).as_deref())],
            // A file lists all there is, whenever it is asked for.
            listing: if since.is_some() && !api::is_file(source) { Listing::Changes } else { Listing::Whole },
        })
    }

    fn read(
        &self,
        source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        let options = Options::of(source).map_err(|error| ReadError {
            expected: "options that fit".to_owned(),
            found: error.reason,
            place: String::new(),
            hint: "see `moisson check`".to_owned(),
        })?;
        read::read(source, &options, reply, emit)
    }

    fn instead(&self, source: &Source, request: &Request, failure: &Failure) -> Vec<Request> {
        Options::of(source)
            .map(|options| instead::instead(source, &options, request, failure))
            .unwrap_or_default()
    }

    fn ask_after(&self, source: &Source, id: &RecordId) -> Option<Request> {
        Some(api::one(source, &Options::of(source).ok()?, &id.0))
    }

    /// A portal that speaks an older version only cannot be asked, and is believed.
    fn is_gone(&self, _source: &Source, _id: &RecordId, status: u16, body: &[u8]) -> Option<bool> {
        if !(200..=299).contains(&status) {
            return matches!(status, 400 | 404 | 405 | 410 | 501).then_some(true);
        }
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let reply: serde_json::Value = serde_json::from_slice(body).ok()?;
        reply.pointer("/results")?.as_array().map(Vec::is_empty)
    }

    fn map(&self, source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
        map::map(source, record)
    }
}
