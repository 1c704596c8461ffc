//! The options of an `opendatasoft` source, and the ODSQL condition that they make
//! (<https://help.opendatasoft.com/apis/ods-explore-v2/#section/Opendatasoft-Query-Language-(ODSQL)>).

use jiff::{SignedDuration, Timestamp};
use moisson_harvest::{ConfigError, Source};
use serde::Deserialize;
use url::Url;

use super::export::EXPORTS;
use crate::one_or_more::OneOrMore;

/// The platform's own upper limit for `limit`.
const LIMIT_MAX: u64 = 100;

/// How far back beyond the last walk changes are asked for: clocks differ, and the index lags behind.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// The languages that the platform knows.
const LANGUAGES: [&str; 11] = ["en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv"];

/// What can be configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Datasets a page.
    pub(super) limit: u64,
    /// How the catalogue is listed.
    pub(super) listing: Way,
    /// An ODSQL condition, as it is.
    #[serde(rename = "where")]
    condition: Option<String>,
    /// `facet:value`: only these.
    pub(super) refine: OneOrMore,
    /// `facet:value`: all but these.
    pub(super) exclude: OneOrMore,
    /// The language of what the platform formats.
    pub(super) lang: Option<String>,
    /// Formats that the records are offered in, as far as a dataset has them.
    pub(super) exports: OneOrMore,
    /// Whether copies of other portals' datasets are harvested.
    pub(super) federated: bool,
    /// The portal's address, where the source's own is that of a file.
    portal: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        let usual = EXPORTS.iter().filter(|export| export.usual).map(|export| export.name.to_owned());
        Self {
            limit: LIMIT_MAX,
            listing: Way::Pages,
            condition: None,
            refine: OneOrMore::default(),
            exclude: OneOrMore::default(),
            lang: None,
            exports: OneOrMore(usual.collect()),
            federated: true,
            portal: None,
        }
    }
}

/// How a catalogue is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    /// Page by page, while the platform's window allows.
    Pages,
    /// All at once: one call of the daily quota.
    Export,
}

impl Options {
    /// The options of a source.
    ///
    /// # Errors
    /// When one is unknown, of the wrong type or out of range.
    pub(super) fn of(source: &Source) -> Result<Self, ConfigError> {
        let options: Self = source.options()?;
        let fault = |key: &str, reason: String| Err(ConfigError { key: Some(key.to_owned()), reason });
        if !(1..=LIMIT_MAX).contains(&options.limit) {
            return fault(
                "limit",
                "option `limit` must be 1 to 100; remove it or set another number".to_owned(),
            );
        }
        if let Some(lang) = options.lang.as_deref().filter(|lang| !LANGUAGES.contains(lang)) {
            return fault("lang", format!("option `lang` is `{lang}`; known are {}", listed(&LANGUAGES)));
        }
        for (key, values) in [("refine", &options.refine), ("exclude", &options.exclude)] {
            if let Some(value) = values.0.iter().find(|value| !value.contains(':')) {
                let reason =
                    format!("option `{key}` has `{value}`; write `facet:value`, such as `publisher:Ville`");
                return fault(key, reason);
            }
        }
        let is_address = |portal: &String| portal.parse::<Url>().is_ok_and(|url| url.has_host());
        if let Some(portal) = options.portal.as_ref().filter(|portal| !is_address(portal)) {
            let reason = format!(
                "option `portal` is `{portal}`; write a web address such as `https://data.ville.example/`"
            );
            return fault("portal", reason);
        }
        let known: Vec<&str> = EXPORTS.iter().map(|export| export.name).collect();
        if let Some(value) = options.exports.0.iter().find(|value| !known.contains(&value.as_str())) {
            return fault("exports", format!("option `exports` has `{value}`; known are {}", listed(&known)));
        }
        Ok(options)
    }

    /// The condition to ask with, if there is one: the configured one, and what changed since a time. Both the data's
    /// time, which people may type, and the metadata's, which the platform sets, count as a change.
    pub(super) fn condition(&self, since: Option<Timestamp>) -> Option<String> {
        let own = self.condition.as_deref().map(str::trim).filter(|own| !own.is_empty());
        let since = since.map(|since| {
            let date = date(since.checked_sub(OVERLAP).unwrap_or(since));
            format!("modified >= {date}{OR_METADATA}{date}")
        });
        both(own, since.as_deref())
    }

    /// Whether the legacy search, which knows no ODSQL, can ask the same.
    pub(super) fn is_plain(&self) -> bool {
        self.condition.is_none()
    }
}

/// Between the two times of a change.
const OR_METADATA: &str = " OR metadata_processed >= ";

/// A condition on changes without the metadata's time, for portals that do not know it.
pub(super) fn without_metadata(condition: &str) -> Option<String> {
    let (before, after) = condition.split_once(OR_METADATA)?;
    let rest = after.strip_prefix("date'")?.split_once('\'')?.1;
    Some(format!("{before}{rest}"))
}

/// Two conditions at once.
pub(super) fn both(one: Option<&str>, other: Option<&str>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("({one}) AND ({other})")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// A moment in ODSQL, to the second below.
pub(super) fn date(at: Timestamp) -> String {
    format!("date'{}'", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use moisson_harvest::{Source, SourceName};
    use serde_json::{Value, json};

    use super::{Options, without_metadata};

    fn options(options: Value) -> Result<Options, String> {
        let Value::Object(options) = options else { panic!("not a table") };
        let source = Source {
            name: SourceName::new("s").unwrap(),
            kind: "opendatasoft".to_owned(),
            url: "https://data.example/".parse().unwrap(),
            language: None,
            options,
        };
        Options::of(&source).map_err(|error| error.to_string())
    }

    #[test]
    fn conditions_are_joined_in_parentheses() {
        let since = Some("2026-01-01T00:00:00Z".parse().unwrap());
        let plain = options(json!({})).unwrap();
        assert_eq!(plain.condition(None), None);
        let changed =
            "modified >= date'2025-12-31T23:55:00Z' OR metadata_processed >= date'2025-12-31T23:55:00Z'";
        assert_eq!(plain.condition(since).unwrap(), changed);
        assert_eq!(without_metadata(changed).unwrap(), "modified >= date'2025-12-31T23:55:00Z'");
        let own = options(json!({ "where": "publisher = \"Ville\" OR theme = \"Eau\"" })).unwrap();
        let joined = own.condition(since).unwrap();
        assert_eq!(joined, format!("(publisher = \"Ville\" OR theme = \"Eau\") AND ({changed})"));
        assert_eq!(
            without_metadata(&joined).unwrap(),
            "(publisher = \"Ville\" OR theme = \"Eau\") AND (modified >= date'2025-12-31T23:55:00Z')"
        );
        assert_eq!(without_metadata("theme = \"Eau\""), None);
    }

    #[test]
    fn faults_are_named_with_the_way_out() {
        for (given, expected) in [
            (json!({ "limit": 1000 }), "option `limit` must be 1 to 100; remove it or set another number"),
            (
                json!({ "refine": "Ville" }),
                "option `refine` has `Ville`; write `facet:value`, such as `publisher:Ville`",
            ),
        ] {
            assert_eq!(options(given).unwrap_err(), expected);
        }
        for (given, named) in [
            (json!({ "lang": "pl" }), "known are `en`, `fr`"),
            (json!({ "exports": ["docx"] }), "known are `csv`"),
            (json!({ "rows": 10 }), "`rows`"),
        ] {
            let error = options(given).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
