//! Addresses as they are compared: what differs without meaning is taken away.
//!
//! Scheme, `www.`, case of the host, default port, trailing slash, percent-encoding of plain characters, tracking
//! parameters, the order of parameters, the language in front of a path; and the many forms of one thing:
//! Opendatasoft's pages and exports of a dataset, CKAN's resources, GeoNetwork's records, data.gouv.fr's pages.

use std::{fmt::Write, sync::LazyLock};

use regex::Regex;
use url::Url;

/// Longest address that is compared, in bytes.
const LONGEST: usize = 2_000;

/// Parameters that tell where a visitor came from.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "jsessionid",
    "phpsessid",
    "sid",
    "ref",
    "source",
];
const TRACKING_STARTS: &[&str] = &["utm_", "mtm_", "pk_", "at_"];

/// Languages that stand in front of a path.
const LANGUAGES: &[&str] = &["fr", "nl", "de", "en", "es", "it", "pt"];

/// What follows the language in such a path.
const AFTER_LANGUAGE: &[&str] = &["dataset", "datasets", "explore", "data", "catalogue", "records"];

/// Last segments of addresses of whole catalogues, services and home pages, which name no dataset.
const GENERAL: &[&str] = &[
    "catalog",
    "catalogue",
    "catalogus",
    "katalog",
    "csw",
    "wms",
    "wfs",
    "wmts",
    "ows",
    "sparql",
    "api",
    "data",
    "dataset",
    "datasets",
    "dcat",
    "explore",
    "opendata",
    "open-data",
    "index",
    "home",
    "accueil",
    "sitemap",
    "search",
    "catalog-exports",
    "records",
    "donnees",
];

static UUID: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").ok());

/// An address taken apart and normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) path: String,
    /// Sorted, without tracking.
    pub(super) query: Vec<(String, String)>,
    pub(super) fragment: Option<String>,
}

impl Address {
    /// Takes an address of the web apart.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "ftp"))?;
        let host = url.host_str()?.to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let host = match url.port() {
            Some(port) if !matches!(port, 80 | 443) => format!("{host}:{port}"),
            _ => host.to_owned(),
        };
        let mut segments: Vec<String> =
            url.path().split('/').filter(|segment| !segment.is_empty()).map(plain).collect();
        if let [language, next, ..] = segments.as_slice()
            && LANGUAGES.contains(&language.as_str())
            && AFTER_LANGUAGE.contains(&next.as_str())
        {
            segments.remove(0);
        }
        let mut query: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
            .filter(|(name, _)| {
                !TRACKING.contains(&name.as_str())
                    && !TRACKING_STARTS.iter().any(|start| name.starts_with(start))
            })
            .collect();
        query.sort_unstable();
        let fragment = url.fragment().filter(|fragment| !fragment.is_empty()).map(str::to_owned);
        Some(Self { host, path: segments.join("/"), query, fragment })
    }

    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn segments(&self) -> Vec<&str> {
        self.path.split('/').collect()
    }

    /// As one text.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}/{}", self.host, self.path);
        for (position, (name, value)) in self.query.iter().enumerate() {
            let _infallible = write!(text, "{}{name}={value}", if position == 0 { '?' } else { '&' });
        }
        text
    }

    /// Whether it leads to a whole site, catalogue or service and not to one thing.
    fn is_general(&self) -> bool {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        let stem = last.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let names = ["id", "uuid", "dataset", "identifier", "doc", "file", "name"];
        let named = names.iter().any(|name| self.parameter(name).is_some());
        !named && (self.path.is_empty() || GENERAL.contains(&stem.as_str()))
    }

    /// One form for the addresses of one Opendatasoft dataset: its pages, its records and its exports. A filter makes
    /// another thing of it.
    fn opendatasoft(&self) -> Option<String> {
        let segments = self.segments();
        let (id, rest) = match segments.as_slice() {
            ["explore", "dataset", id, rest @ ..]
            | ["explore", "embed", "dataset", id, rest @ ..]
            | ["api", "v2" | "v2.0" | "v2.1", "catalog", "datasets", id, rest @ ..]
            | ["api", "explore", _, "catalog", "datasets", id, rest @ ..]
            | ["api", "datasets", _, id, rest @ ..] => ((*id).to_owned(), rest),
            ["api", "records", _, "download" | "search" | "analyze", rest @ ..] => {
                (self.parameter("dataset")?.to_owned(), rest)
            }
            _ => return None,
        };
        if id.is_empty()
            || rest
                .iter()
                .any(|part| matches!(*part, "files" | "attachments" | "images" | "alternative_exports"))
        {
            return None;
        }
        let mut text = format!("{}/explore/dataset/{id}", self.host);
        let filter = |name: &str| {
            ["refine", "exclude", "geofilter"].iter().any(|start| name.starts_with(start))
                || matches!(name, "q" | "where")
        };
        for (name, value) in self.query.iter().filter(|(name, value)| filter(name) && !value.is_empty()) {
            let _infallible = write!(text, "?{name}={value}");
        }
        Some(text)
    }

    /// The identifier that catalogues of metadata keep when they copy from each other.
    fn metadata_id(&self) -> Option<String> {
        let place = ["geonetwork", "metadata", "records", "csw", "catalog.search", "geocatalogue", "georep"];
        let in_path = place.iter().any(|word| self.path.contains(word));
        let known = |text: &str| uuid(text);
        let parameter =
            ["uuid", "id", "fileidentifier"].iter().find_map(|name| self.parameter(name)).and_then(known);
        let fragment = self.fragment.as_deref().filter(|_| in_path).and_then(known);
        parameter
            .filter(|_| in_path)
            .or(fragment)
            .or_else(|| self.path.rsplit('/').next().filter(|_| in_path).and_then(known))
    }
}

/// The name of what an address or identifier stands for, if it stands for one thing anywhere in the world.
pub(super) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let Some(address) = Address::read(text) else { return identifier(text) };
    if let Some(dataset) = address.opendatasoft() {
        return Some(dataset);
    }
    if let Some(id) = address.metadata_id() {
        return Some(id);
    }
    if address.is_general() && address.fragment.is_none() {
        return None;
    }
    let fragment = address.fragment.as_ref().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    Some(format!("{}{fragment}", address.text()))
}

/// An identifier that is no address: only what nobody else gives.
fn identifier(text: &str) -> Option<String> {
    let folded = text.to_lowercase();
    if folded.starts_with("urn:")
        || folded.starts_with("doi:")
        || folded.starts_with("10.") && folded.contains('/')
    {
        return Some(folded.trim_start_matches("doi:").to_owned());
    }
    if let Some(id) = uuid(&folded) {
        // `fr-120066022-jdd-…` and the bare UUID are two identifiers of INSPIRE for one thing.
        return Some(id);
    }
    let object_id = folded.len() == 24 && folded.bytes().all(|byte| byte.is_ascii_hexdigit());
    object_id.then(|| format!("oid:{folded}"))
}

fn uuid(text: &str) -> Option<String> {
    let regex = UUID.as_ref()?;
    let found = regex.find(text)?;
    // Two of them name a part of a thing, or a relation.
    let rest = text.get(found.end()..).unwrap_or_default();
    (!regex.is_match(rest)).then(|| format!("uuid:{}", found.as_str().to_ascii_lowercase()))
}

/// The name of a file, if it holds data: not a page, a document, or a service as a whole.
pub(super) fn file(text: &str) -> Option<String> {
    let address = Address::read(text)?;
    if let Some(dataset) = address.opendatasoft() {
        return Some(dataset);
    }
    let segments = address.segments();
    if let Some(at) = segments.iter().position(|segment| *segment == "resource")
        && let Some(id) = segments.get(at + 1)
        && uuid(id).is_some()
    {
        return Some(format!("{}/resource/{}", address.host, id.to_ascii_lowercase()));
    }
    let last = segments.last().copied().unwrap_or_default().to_ascii_lowercase();
    let extension = last.rsplit_once('.').map_or("", |(_, extension)| extension);
    if ["pdf", "doc", "docx", "odt", "html", "htm", "php", "aspx", "jsp"].contains(&extension)
        && address.query.is_empty()
    {
        return None;
    }
    let layer = ["layers", "layer", "typename", "typenames", "coverageid", "collection"];
    let has_layer = layer.iter().any(|name| address.parameter(name).is_some_and(|value| !value.is_empty()));
    let is_service = address.parameter("service").is_some()
        || address.parameter("request").is_some()
        || ["wms", "wfs", "wmts", "ows", "csw", "mapserver", "featureserver", "sparql"]
            .contains(&last.as_str());
    if is_service {
        let layer = layer.iter().find_map(|name| address.parameter(name)).filter(|_| has_layer)?;
        return Some(format!("{}/{}?layer={layer}", address.host, address.path));
    }
    if address.is_general() || !address.path.contains('/') && extension.is_empty() && address.query.is_empty()
    {
        return None;
    }
    Some(address.text())
}

/// The host of an address, without `www.`.
pub(super) fn host(text: &str) -> Option<String> {
    Address::read(text).map(|address| address.host)
}

/// A segment with plain characters plain and the rest in upper-case percent-encoding.
fn plain(segment: &str) -> String {
    if !segment.contains('%') {
        return segment.to_owned();
    }
    let mut out = String::with_capacity(segment.len());
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = if let Some(byte) = hex {
            let c = char::from(byte);
            if c.is_ascii_alphanumeric() || "-._~@!(),:".contains(c) {
                out.push(c);
            } else {
                let _infallible = write!(out, "%{byte:02X}");
            }
            after.get(2..).unwrap_or_default()
        } else {
            out.push('%');
            after
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{file, name};

    #[test]
    fn spellings_of_one_address_are_one_name() {
        for (one, other) in [
            (
                "https://data.montreval.example/dataset/arbres/",
                "http://www.DATA.montreval.example:80/dataset/arbres?utm_source=x",
            ),
            (
                "https://data.montreval.example/fr/dataset/arbres",
                "https://data.montreval.example/dataset/arbres",
            ),
            (
                "https://d.example/explore/dataset/arbres/information/",
                "https://d.example/explore/dataset/arbres/",
            ),
            (
                "https://d.example/api/explore/v2.1/catalog/datasets/arbres/exports/csv?use_labels=true",
                "https://d.example/explore/dataset/arbres/download/?format=geojson&timezone=Europe/Paris",
            ),
            (
                "https://d.example/api/records/1.0/download/?dataset=arbres&format=csv",
                "https://d.example/explore/dataset/arbres/",
            ),
            ("https://d.example/a%7eb/%c3%a9", "https://d.example/a~b/é"),
            (
                "https://geo.example/geonetwork/srv/fre/catalog.search#/metadata/1E2D3C4B-0000-4000-8000-123456789abc",
                "fr-120066022-jdd-1e2d3c4b-0000-4000-8000-123456789abc",
            ),
            ("https://www.data.gouv.fr/fr/datasets/arbres/", "https://data.gouv.fr/datasets/arbres"),
        ] {
            assert!(name(one).is_some(), "{one}");
            assert_eq!(name(one), name(other), "{one} {other}");
        }
    }

    #[test]
    fn what_names_no_single_thing_is_no_name() {
        for text in [
            "https://data.montreval.example/",
            "https://data.montreval.example/catalog.rdf",
            "https://geo.example/geonetwork/srv/fre/csw",
            "https://d.example/explore/",
            "budget-2022",
            "17",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn files_are_told_from_pages_services_and_extracts() {
        assert_eq!(file("https://d.example/doc/notice.pdf"), None);
        assert_eq!(file("https://d.example/geoserver/wms?service=WMS&request=GetCapabilities"), None);
        assert_eq!(
            file("https://d.example/geoserver/wfs?service=WFS&typename=v:arbres&outputFormat=csv"),
            file("http://d.example/geoserver/wfs?typeName=v:arbres&service=WFS&outputFormat=json")
        );
        let whole = file("https://d.example/explore/dataset/budget/download?format=csv");
        assert_ne!(
            whole,
            file("https://d.example/explore/dataset/budget/download?format=csv&refine.annee=2022")
        );
        assert_eq!(whole, file("https://d.example/api/v2/catalog/datasets/budget/exports/json"));
        assert_eq!(
            file(
                "https://c.example/fr/dataset/x/resource/1e2d3c4b-0000-4000-8000-123456789abc/download/a.csv"
            ),
            file("http://c.example/dataset/renamed/resource/1e2d3c4b-0000-4000-8000-123456789abc")
        );
    }
}
