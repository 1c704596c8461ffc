//! Schemas that data conform to: those of [schema.data.gouv.fr](https://schema.data.gouv.fr/),
//! [Table Schema](https://specs.frictionlessdata.io/table-schema/) and
//! [CSV on the Web](https://www.w3.org/TR/tabular-metadata/).

use serde_json::Value;

use crate::Iri;

/// Where the schemas of French public data stand, each below `{owner}/{name}`.
const DATA_GOUV: &str = "https://schema.data.gouv.fr/";

/// The specification that a Table Schema given in full conforms to.
const TABLE_SCHEMA: &str = "https://specs.frictionlessdata.io/table-schema/";

/// The specification that metadata of CSV on the Web given in full conform to.
const CSVW: &str = "https://www.w3.org/TR/tabular-metadata/";

/// Longest text that is read as a schema, in bytes.
const SCHEMA_MAX: usize = 200_000;

/// A schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// What the data conform to.
    pub iri: Iri,
    /// Its name, where the source gives one.
    pub title: Option<String>,
    /// Whether the text holds the schema itself, of which the IRI is only the kind: then it must be kept.
    pub is_whole: bool,
}

/// Reads the name of a schema of schema.data.gouv.fr (`etalab/schema-irve-statique`, `scdl/deliberations`), or the JSON
/// of a schema or of a reference to one (`{"name": "etalab/schema-irve-statique", "version": "2.3.0"}`).
///
/// ```
/// use moisson_dcat::value::schema::read;
/// let iri = |raw| read(raw).map(|schema| schema.iri.as_str().to_owned()).unwrap_or_default();
/// assert_eq!(iri("etalab/schema-irve-statique"), "https://schema.data.gouv.fr/etalab/schema-irve-statique/");
/// assert_eq!(iri(r#"{"fields": [{"name": "id"}]}"#), "https://specs.frictionlessdata.io/table-schema/");
/// assert_eq!(iri("text/csv"), "");
/// ```
pub fn read(raw: &str) -> Option<Schema> {
    let raw = raw.trim();
    if raw.len() > SCHEMA_MAX {
        return None;
    }
    if raw.starts_with('{') {
        return object(&serde_json::from_str(raw).ok()?);
    }
    let (name, version) = raw.split_once('@').map_or((raw, None), |(name, version)| (name, Some(version)));
    named(name, version)
}

fn object(value: &Value) -> Option<Schema> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
    let title = text("title").or(text("name")).map(str::to_owned);
    let link = ["url", "path", "homepage"].iter().find_map(|key| text(key)).filter(|l| l.starts_with("http"));
    if let Some(iri) = link.and_then(|link| Iri::new(link).ok()) {
        return Some(Schema { iri, title, is_whole: value.get("fields").is_some() });
    }
    if let Some(schema) = text("name").and_then(|name| named(name, text("version"))) {
        return Some(schema);
    }
    let context = value.get("@context").map(Value::to_string).unwrap_or_default();
    let kind = if context.contains("ns/csvw") || value.get("tableSchema").is_some() {
        CSVW
    } else if value.get("fields").is_some_and(Value::is_array) {
        TABLE_SCHEMA
    } else {
        return None;
    };
    Some(Schema { iri: Iri::new(kind).ok()?, title: None, is_whole: true })
}

/// A schema of schema.data.gouv.fr by its owner and name. Other texts have slashes too, so the name must say that it is
/// one of a schema.
fn named(name: &str, version: Option<&str>) -> Option<Schema> {
    let (owner, slug) = name.split_once('/')?;
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    if !plain(owner) || !plain(slug) || !(slug.starts_with("schema-") || owner == "scdl") {
        return None;
    }
    let version = version.map(|v| v.trim().trim_start_matches('v')).filter(|v| plain(v) && *v != "latest");
    let iri = match version {
        Some(version) => format!("{DATA_GOUV}{owner}/{slug}/{version}/"),
        None => format!("{DATA_GOUV}{owner}/{slug}/"),
    };
    Some(Schema { iri: Iri::new(iri).ok()?, title: Some(name.to_owned()), is_whole: false })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn schemas_are_known_by_name_reference_and_content() {
        for (raw, iri, is_whole) in [
            ("scdl/deliberations", "https://schema.data.gouv.fr/scdl/deliberations/", false),
            ("etalab/schema-irve@2.0.1", "https://schema.data.gouv.fr/etalab/schema-irve/2.0.1/", false),
            (
                r#"{"name": "etalab/schema-irve-statique", "version": "v2.3.0", "url": null}"#,
                "https://schema.data.gouv.fr/etalab/schema-irve-statique/2.3.0/",
                false,
            ),
            (
                r#"{"name": "arbres", "url": "https://s.example/arbres/schema.json"}"#,
                "https://s.example/arbres/schema.json",
                false,
            ),
            (r#"{"fields": [{"name": "a"}]}"#, "https://specs.frictionlessdata.io/table-schema/", true),
            (
                r#"{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "tableSchema": {}}"#,
                "https://www.w3.org/TR/tabular-metadata/",
                true,
            ),
        ] {
            let found = read(raw).unwrap_or_else(|| panic!("{raw}"));
            assert_eq!((found.iri.as_str(), found.is_whole), (iri, is_whole), "{raw}");
        }
    }

    #[test]
    fn what_is_no_schema_stays_text() {
        for raw in ["", "text/csv", "ISO 19115/2003", "INSPIRE", "{", "{}", "a/b/c", "etalab/irve", "[1]"] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }
}
