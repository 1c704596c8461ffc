//! The record as [schema.org](https://schema.org/Dataset) JSON-LD inside the page, for search engines.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use moisson_dcat::{Dataset, Resource};
use moisson_store::StoredRecord;
use serde_json::{Map, Value, json};

use crate::{corners, labels, language::best_text, reader::Reader};

/// More files than this are not described to search engines.
const MAX_FILES: usize = 100;

pub(super) fn data(reader: &Reader, record: &StoredRecord) -> Markup {
    let Resource::Dataset(dataset) = &record.resource else { return html! {} };
    let text = harmless(&document(reader, record, dataset));
    html! { script type="application/ld+json" { (PreEscaped(text)) } }
}

/// JSON that cannot end a script element: `<`, `>`, `&` and the line ends of JavaScript are escaped.
fn harmless(document: &Value) -> String {
    let mut out = String::new();
    for c in document.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string does not fail.
                let _infallible = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

fn document(reader: &Reader, record: &StoredRecord, dataset: &Dataset) -> Value {
    let language = reader.language;
    let text = |texts| best_text(texts, language).map(|text| text.value.as_str());
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !empty {
            out.insert(name.to_owned(), value);
        }
    };
    put("@context", json!("https://schema.org/"));
    put("@type", json!("Dataset"));
    put("@id", json!(record.iri.as_str()));
    put("url", json!(record.iri.as_str()));
    put("name", json!(text(&dataset.title)));
    put("description", json!(text(&dataset.description)));
    put("identifier", json!(dataset.identifier));
    put("keywords", json!(dataset.keyword.iter().map(|keyword| &keyword.value).collect::<Vec<_>>()));
    put("datePublished", json!(dataset.issued.as_ref().map(moisson_dcat::Temporal::lexical)));
    put("dateModified", json!(dataset.modified.as_ref().map(moisson_dcat::Temporal::lexical)));
    let license =
        dataset.license.iter().chain(dataset.distribution.iter().filter_map(|file| file.license.as_ref()));
    put(
        "license",
        json!(license.filter_map(|license| license.iri.as_ref()).map(moisson_dcat::Iri::as_str).next()),
    );
    put(
        "inLanguage",
        json!(
            dataset
                .language
                .iter()
                .map(|concept| labels::of_concept(concept, language).value)
                .collect::<Vec<_>>()
        ),
    );
    let publisher = dataset.publisher.as_ref().and_then(|agent| {
        let homepage = agent.homepage.as_ref().map(moisson_dcat::Iri::as_str);
        text(&agent.name).map(|name| json!({ "@type": "Organization", "name": name, "url": homepage }))
    });
    put("publisher", json!(publisher));
    put("creator", json!(publisher));
    let period = dataset.temporal.first().and_then(|period| {
        let part = |value: &Option<moisson_dcat::Temporal>| {
            value.as_ref().map_or("..", moisson_dcat::Temporal::lexical).to_owned()
        };
        (period.start_date.is_some() || period.end_date.is_some())
            .then(|| format!("{}/{}", part(&period.start_date), part(&period.end_date)))
    });
    put("temporalCoverage", json!(period));
    let place = dataset.spatial.iter().find_map(|place| place.bbox.as_deref().and_then(corners::of_polygon)).map(|[west, south, east, north]| {
        json!({ "@type": "Place", "geo": { "@type": "GeoShape", "box": format!("{south} {west} {north} {east}") } })
    });
    put("spatialCoverage", json!(place));
    put("distribution", Value::Array(dataset.distribution.iter().take(MAX_FILES).filter_map(|file| {
        let url = file.download_url.first().or(file.access_url.first())?;
        let format = file.media_type.as_ref().or(file.format.as_ref()).map(|format| labels::of_concept(format, language).value);
        Some(json!({ "@type": "DataDownload", "contentUrl": url.as_str(), "encodingFormat": format, "name": text(&file.title) }))
    }).collect()));
    let portal = reader.portal();
    put(
        "includedInDataCatalog",
        json!({ "@type": "DataCatalog", "name": portal.title(language), "url": format!("{}/", portal.base()) }),
    );
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::harmless;

    #[test]
    fn no_text_can_end_the_script_element() {
        let text = harmless(&json!({ "name": "</script><script>alert(1)</script> <!-- & \u{2028}" }));
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["name"], "</script><script>alert(1)</script> <!-- & \u{2028}");
    }
}
