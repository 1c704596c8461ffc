//! CKAN and what speaks like it: the action API v3, <https://docs.ckan.org/en/latest/api/>, and DKAN's dialect.
//!
//! | module | knows |
//! | --- | --- |
//! | `options` | what can be configured, and the Solr filter it makes |
//! | `api` | addresses, actions, pages |
//! | `read` | replies as records |
//! | `instead` | what to ask when a request failed |
//! | `package` | a package: where its values are found, root or extras, in every spelling |
//! | `map` and below | what the values mean in DCAT-AP |

mod api;
mod instead;
mod map;
mod options;
mod package;
mod read;

use jiff::Timestamp;
use moisson_dcat::Mapped;
use moisson_harvest::{
    About, ConfigError, Failure, Found, Harvester, Listing, Page, Plan, ReadError, Record, RecordId, Reply,
    Request, Source, Unmappable,
};

use self::options::{Options, Way};

/// The harvester.
#[derive(Debug, Clone, Copy)]
pub struct Ckan;

impl Harvester for Ckan {
    fn name(&self) -> &'static str {
        "ckan"
    }

    fn about(&self) -> About {
        About {
            title: "CKAN action API v3, and DKAN",
            summary: "Packages by `package_search` in a fixed order, or one by one where there is no search; \
                      resources, organisation, groups, tags and extras in all the spellings in use.",
            specification: "https://docs.ckan.org/en/latest/api/",
            example: r#"[[source]]
name = "ville-exemple"
kind = "ckan"
url = "https://donnees.ville-exemple.fr/"
language = "fr"
schedule = "0 3 * * *"

[source.options]
organization = ["ville-exemple", "metropole-exemple"]
"#,
            options: &[
                ("rows", "100", "packages a page, 1 to 1000; the portal may give fewer"),
                (
                    "listing",
                    "\"package_search\"",
                    "the action that lists: `package_search`, `current_package_list_with_resources` or `package_list`; \
                     the others are tried by themselves where the first is missing",
                ),
                (
                    "organization",
                    "[]",
                    "only packages of these organisations (their names in the address, not titles)",
                ),
                ("exclude_organization", "[]", "all but packages of these organisations"),
                ("groups", "[]", "only packages in one of these groups"),
                ("tags", "[]", "only packages with one of these tags"),
                ("fq", "none", "a Solr filter of your own, such as `res_format:CSV`"),
                ("q", "none", "a Solr query of your own"),
                (
                    "skip_types",
                    "[\"application\", \"harvest\", \"showcase\"]",
                    "types of package that are no datasets and are left out",
                ),
                (
                    "private",
                    "false",
                    "take packages marked private too, when a key gives access to them; they will be public here",
                ),
            ],
        }
    }

    fn plan(&self, source: &Source, since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        let options = Options::of(source)?;
        let since = since.filter(|_| options.listing == Way::PackageSearch);
        let root = api::roots(source).into_iter().next().ok_or_else(|| ConfigError {
            key: Some("url".to_owned()),
            reason: format!("`{}` cannot have an API below it; give the portal's web address", source.url),
        })?;
        Ok(Plan {
            start: vec![api::first(&root, options.listing, &options, since)],
            listing: if since.is_some() { Listing::Changes } else { Listing::Whole },
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
        read::read(&options, reply, emit)
    }

    fn instead(&self, source: &Source, request: &Request, failure: &Failure) -> Vec<Request> {
        Options::of(source)
            .map(|options| instead::instead(source, &options, request, failure))
            .unwrap_or_default()
    }

    fn ask_after(&self, source: &Source, id: &RecordId) -> Option<Request> {
        let options = Options::of(source).ok()?;
        Some(api::one(api::roots(source).first()?, &options, &id.0))
    }

    /// A portal that has no search cannot be asked, and is believed.
    fn is_gone(&self, _source: &Source, _id: &RecordId, status: u16, body: &[u8]) -> Option<bool> {
        if !(200..=299).contains(&status) {
            return matches!(status, 400 | 404 | 405 | 409 | 410 | 501).then_some(true);
        }
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let reply: serde_json::Value = serde_json::from_slice(body).ok()?;
        reply.pointer("/result/results")?.as_array().map(Vec::is_empty)
    }

    fn map(&self, source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
        map::map(source, record)
    }
}
