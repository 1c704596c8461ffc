//! The options of a `ckan` source, and the Solr query that its filters make.
//!
//! CKAN hands `fq` to Solr: <https://solr.apache.org/guide/solr/latest/query-guide/standard-query-parser.html>.

use jiff::{SignedDuration, Timestamp};
use moisson_harvest::{ConfigError, Source};
use serde::Deserialize;

use crate::one_or_more::OneOrMore;

/// CKAN's own upper limit for `rows`.
const ROWS_MAX: u64 = 1_000;

/// How far back beyond the last walk changes are asked for: clocks differ, and the index lags behind.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// What can be configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Records a page.
    pub(super) rows: u64,
    /// Which action lists the records.
    pub(super) listing: Way,
    /// Only packages of these organisations (names, not titles).
    pub(super) organization: OneOrMore,
    /// All but packages of these organisations.
    pub(super) exclude_organization: OneOrMore,
    /// Only packages of these groups (names).
    pub(super) groups: OneOrMore,
    /// Only packages with these tags.
    pub(super) tags: OneOrMore,
    /// A Solr filter, as it is.
    pub(super) fq: Option<String>,
    /// A Solr query, as it is.
    pub(super) q: Option<String>,
    /// Types of package that are no datasets.
    pub(super) skip_types: OneOrMore,
    /// Whether packages marked private are harvested.
    pub(super) private: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rows: 100,
            listing: Way::PackageSearch,
            organization: OneOrMore::default(),
            exclude_organization: OneOrMore::default(),
            groups: OneOrMore::default(),
            tags: OneOrMore::default(),
            fq: None,
            q: None,
            skip_types: OneOrMore(["application", "harvest", "showcase"].map(str::to_owned).to_vec()),
            private: false,
        }
    }
}

/// The actions that list what a portal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    /// A page of packages, counted, in a fixed order.
    PackageSearch,
    /// A page of packages, not counted; DKAN knows this one and no search.
    CurrentPackageListWithResources,
    /// All names, then package by package.
    PackageList,
}

impl Options {
    /// The options of a source.
    ///
    /// # Errors
    /// When one is unknown, of the wrong type or out of range.
    pub(super) fn of(source: &Source) -> Result<Self, ConfigError> {
        let options: Self = source.options()?;
        let fault = |key: &str, reason: &str| {
            Err(ConfigError { key: Some(key.to_owned()), reason: reason.to_owned() })
        };
        if !(1..=ROWS_MAX).contains(&options.rows) {
            return fault("rows", "option `rows` must be 1 to 1000; remove it or set another number");
        }
        if options.listing != Way::PackageSearch && (options.q.is_some() || options.fq.is_some()) {
            return fault(
                "listing",
                "options `q` and `fq` work only with `package_search`; remove them, or remove `listing`",
            );
        }
        Ok(options)
    }

    /// The value of `fq`, if there is anything to filter by.
    pub(super) fn fq(&self, since: Option<Timestamp>) -> Option<String> {
        let mut clauses = Vec::new();
        for (field, values) in
            [("organization", &self.organization), ("groups", &self.groups), ("tags", &self.tags)]
        {
            clauses.extend(any_of(field, &values.0));
        }
        clauses
            .extend(any_of("organization", &self.exclude_organization.0).map(|clause| format!("-{clause}")));
        if let Some(fq) = self.fq.as_deref().map(str::trim).filter(|fq| !fq.is_empty()) {
            if clauses.is_empty() && since.is_none() {
                return Some(fq.to_owned());
            }
            // Solr answers nothing to a clause in parentheses that only excludes.
            let excludes = fq.starts_with(['-', '!']) || fq.starts_with("NOT ");
            clauses.push(if excludes { format!("(*:* {fq})") } else { format!("({fq})") });
        }
        clauses.extend(since.map(|since| {
            let from = since.checked_sub(OVERLAP).unwrap_or(since);
            format!("metadata_modified:[{} TO *]", from.strftime("%Y-%m-%dT%H:%M:%SZ"))
        }));
        (!clauses.is_empty()).then(|| clauses.join(" AND "))
    }

    /// The value of `fq` for one package alone.
    pub(super) fn fq_of(&self, id: &str) -> String {
        let id = format!("id:{}", quoted(id));
        match self.fq(None) {
            None => id,
            // Solr answers nothing to a clause in parentheses that only excludes.
            Some(fq) if fq.starts_with(['-', '!']) || fq.starts_with("NOT ") => {
                format!("(*:* {fq}) AND {id}")
            }
            Some(fq) => format!("({fq}) AND {id}"),
        }
    }

    /// Whether filters can be applied without Solr, package by package.
    pub(super) fn filters_are_plain(&self) -> bool {
        self.q.is_none() && self.fq.is_none()
    }

    /// Whether a package of this organisation, these groups and tags (by name) is wanted.
    pub(super) fn wants(&self, organization: Option<&str>, groups: &[String], tags: &[String]) -> bool {
        let of = |wanted: &OneOrMore| wanted.0.iter().any(|name| organization == Some(name.as_str()));
        let any = |wanted: &OneOrMore, have: &[String]| {
            wanted.0.is_empty() || wanted.0.iter().any(|n| have.contains(n))
        };
        (self.organization.0.is_empty() || of(&self.organization))
            && !of(&self.exclude_organization)
            && any(&self.groups, groups)
            && any(&self.tags, tags)
    }
}

/// `field:"a"`, or `field:("a" OR "b")`.
fn any_of(field: &str, values: &[String]) -> Option<String> {
    let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("{field}:{one}")),
        more => Some(format!("{field}:({})", more.join(" OR "))),
    }
}

/// A Solr phrase.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use moisson_harvest::{Source, SourceName};
    use serde_json::{Value, json};

    use super::Options;

    fn options(options: Value) -> Result<Options, String> {
        let Value::Object(options) = options else { panic!("not a table") };
        let source = Source {
            name: SourceName::new("s").unwrap(),
            kind: "ckan".to_owned(),
            url: "https://ckan.example/".parse().unwrap(),
            language: None,
            options,
        };
        Options::of(&source).map_err(|error| error.to_string())
    }

    fn fq(filters: Value, since: Option<&str>) -> Option<String> {
        options(filters).unwrap().fq(since.map(|s| s.parse().unwrap()))
    }

    #[test]
    fn several_values_stand_in_parentheses() {
        assert_eq!(fq(json!({}), None), None);
        assert_eq!(
            fq(json!({ "organization": "ville-de-gap" }), None).unwrap(),
            "organization:\"ville-de-gap\""
        );
        assert_eq!(
            fq(json!({ "organization": ["a", "b c"], "tags": ["x\"y\\z"] }), Some("2024-01-01T00:03:00Z"))
                .unwrap(),
            r#"organization:("a" OR "b c") AND tags:"x\"y\\z" AND metadata_modified:[2023-12-31T23:58:00Z TO *]"#
        );
    }

    #[test]
    fn a_filter_of_ones_own_is_left_alone_or_put_in_parentheses() {
        assert_eq!(fq(json!({ "fq": "-groups:x" }), None).unwrap(), "-groups:x");
        assert_eq!(
            fq(json!({ "fq": "a:1 OR b:2", "groups": "g" }), None).unwrap(),
            "groups:\"g\" AND (a:1 OR b:2)"
        );
        assert_eq!(
            fq(json!({ "fq": "-a:1", "exclude_organization": ["o", "p"] }), None).unwrap(),
            "-organization:(\"o\" OR \"p\") AND (*:* -a:1)"
        );
    }

    #[test]
    fn plain_filters_can_be_applied_to_single_packages() {
        let options = options(json!({ "organization": ["a", "b"], "tags": "t" })).unwrap();
        let tags = ["s", "t"].map(str::to_owned);
        assert!(options.wants(Some("b"), &[], &tags));
        assert!(!options.wants(Some("c"), &[], &tags));
        assert!(!options.wants(Some("a"), &[], &[]));
        assert!(!options.wants(None, &[], &tags));
    }

    #[test]
    fn faults_are_named_with_the_way_out() {
        assert_eq!(
            options(json!({ "rows": 5000 })).unwrap_err(),
            "option `rows` must be 1 to 1000; remove it or set another number"
        );
        let unknown = options(json!({ "organisation": "x" })).unwrap_err();
        assert!(unknown.contains("`organisation`") && unknown.contains("`organization`"), "{unknown}");
        let way = options(json!({ "listing": "search" })).unwrap_err();
        assert!(way.contains("`package_search`"), "{way}");
        assert!(options(json!({ "listing": "package_list", "q": "x" })).unwrap_err().contains("remove them"));
    }
}
