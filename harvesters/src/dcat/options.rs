//! The options of the kind.

use moisson_dcat::{
    Iri,
    rdf_in::{Syntax, Wanted},
};
use moisson_harvest::{ConfigError, Source};
use serde::Deserialize;

/// The classes that can be asked for.
const CLASSES: [&str; 3] = ["dataset", "series", "service"];

/// As configured.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    format: Option<String>,
    base: Option<String>,
    catalog: OneOrMany,
    classes: Option<Vec<String>>,
    count: Option<bool>,
    max_pages: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

/// Checked.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) syntax: Option<Syntax>,
    pub(super) base: Option<Iri>,
    pub(super) wanted: Wanted,
    pub(super) max_pages: u64,
    count: bool,
}

impl Options {
    /// The options of a source.
    pub(super) fn of(source: &Source) -> Result<Self, ConfigError> {
        let raw: Raw = source.options()?;
        let catalogs = match raw.catalog {
            OneOrMany::One(catalog) => vec![catalog],
            OneOrMany::Many(catalogs) => catalogs,
        };
        let classes = raw.classes.unwrap_or_else(|| CLASSES.map(str::to_owned).to_vec());
        for class in &classes {
            if !CLASSES.contains(&class.as_str()) {
                let reason =
                    format!("option `classes` has no `{class}`; known are `dataset`, `series`, `service`");
                return Err(error("classes", reason));
            }
        }
        if classes.is_empty() {
            return Err(error(
                "classes",
                "option `classes` is empty, so nothing would be read; remove it".to_owned(),
            ));
        }
        let has = |class: &str| classes.iter().any(|known| known == class);
        let max_pages = raw.max_pages.unwrap_or(10_000);
        if max_pages == 0 {
            return Err(error("max_pages", "option `max_pages` must be at least 1; remove it".to_owned()));
        }
        Ok(Self {
            syntax: raw.format.as_deref().map(syntax).transpose()?,
            base: raw.base.map(|base| iri("base", base)).transpose()?,
            wanted: Wanted {
                datasets: has("dataset"),
                series: has("series"),
                services: has("service"),
                catalogs: catalogs
                    .into_iter()
                    .map(|catalog| iri("catalog", catalog).map(String::from))
                    .collect::<Result<_, _>>()?,
            },
            max_pages,
            count: raw.count.unwrap_or(true),
        })
    }

    /// Whether all that a portal counts is read.
    pub(super) fn counts_all(&self) -> bool {
        self.count && self.wanted.datasets && self.wanted.catalogs.is_empty()
    }
}

fn syntax(name: &str) -> Result<Syntax, ConfigError> {
    let known = Syntax::NAMES;
    Syntax::named(name)
        .ok_or_else(|| error("format", format!("option `format`: `{name}` is no syntax; known are {known}")))
}

fn iri(key: &str, value: String) -> Result<Iri, ConfigError> {
    Iri::new(value).map_err(|problem| error(key, format!("option `{key}`: {problem}")))
}

fn error(key: &str, reason: String) -> ConfigError {
    ConfigError { key: Some(key.to_owned()), reason }
}
