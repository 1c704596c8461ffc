//! Data services known by their addresses: [WMS, WFS, WMTS, WCS, CSW](https://www.ogc.org/standards/),
//! [OGC API](https://ogcapi.ogc.org/), [ArcGIS REST](https://developers.arcgis.com/rest/),
//! [SPARQL](https://www.w3.org/TR/sparql11-protocol/) and the APIs of Opendatasoft.

use std::sync::LazyLock;

use regex::Regex;

use crate::Iri;
use crate::vocabulary::Term;

/// Protocols by key-value pairs, with the names that their `service` parameter, the last part of a path and `ArcGIS` use.
const OGC: [(&str, &str); 5] =
    [("wms", "WMS"), ("wfs", "WFS"), ("wmts", "WMTS"), ("wcs", "WCS"), ("csw", "CSW")];

/// Parameters of a request to an OGC service; what is left belongs to its address.
const OGC_PARAMETERS: [&str; 34] = [
    "bbox",
    "count",
    "crs",
    "elementsetname",
    "exceptions",
    "format",
    "height",
    "infoformat",
    "info_format",
    "layer",
    "layers",
    "maxfeatures",
    "namespace",
    "outputformat",
    "outputschema",
    "query_layers",
    "request",
    "resulttype",
    "service",
    "srs",
    "srsname",
    "startindex",
    "style",
    "styles",
    "tilecol",
    "tilematrix",
    "tilematrixset",
    "tilerow",
    "time",
    "transparent",
    "typename",
    "typenames",
    "version",
    "width",
];

/// Requests that are about the service rather than about data in it.
const ABOUT: [&str; 3] = ["getcapabilities", "describefeaturetype", "describecoverage"];

/// Kinds of services of `ArcGIS`.
const ARCGIS: [&str; 6] =
    ["featureserver", "mapserver", "imageserver", "sceneserver", "vectortileserver", "geocodeserver"];

/// What an address must have in it to be looked at closer.
static TELLING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("(?i)wms|wfs|wmts|wcs|csw|service=|/rest/services/|sparql|/collections|/api/(?:explore|records|v2/catalog)/").ok()
});

/// Parts of addresses of servers for maps, by which a last part such as `wms` is known as the protocol.
const MAPS: [&str; 7] = ["carto", "geo", "gis", "inspire", "map", "ows", "sig"];

/// Ends of addresses that are pages or files, whatever the format says.
const PAGES: [&str; 10] =
    [".rq", ".html", ".htm", ".pdf", ".zip", ".csv", ".json", ".geojson", ".gml", ".xlsx"];

static PROTOCOLS: LazyLock<Vec<Protocol>> = LazyLock::new(|| {
    let text = include_str!("../../tables/service-protocol.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let row = |row: csv::StringRecord| {
        let cell = |column| row.get(column).unwrap_or_default().to_owned();
        let standards = cell(3);
        let conforms_to = standards.split('|').filter_map(|iri| Iri::new(iri.trim()).ok()).collect();
        Protocol { code: cell(0), title: cell(1), format: cell(2), conforms_to }
    };
    reader.records().filter_map(Result::ok).map(row).collect()
});

/// A protocol.
#[derive(Debug)]
pub struct Protocol {
    code: String,
    title: String,
    format: String,
    conforms_to: Vec<Iri>,
}

impl Protocol {
    /// Ours for it: `WMS`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The code of the EU file type that names it, if there is one.
    pub fn format(&self) -> Option<&str> {
        (!self.format.is_empty()).then_some(self.format.as_str())
    }

    /// The standards it stands for.
    pub fn conforms_to(&self) -> &[Iri] {
        &self.conforms_to
    }
}

/// A service behind an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Code of its protocol in the table.
    code: &'static str,
    /// `dcat:endpointURL`.
    pub endpoint_url: String,
    /// `dcat:endpointDescription`: what programs read to use it.
    pub endpoint_description: Option<String>,
    /// Whether the address is that of the service, not of data that the service gives.
    pub is_endpoint: bool,
}

impl Found {
    /// Its protocol.
    pub fn protocol(&self) -> Option<&'static Protocol> {
        PROTOCOLS.iter().find(|protocol| protocol.code == self.code)
    }
}

/// The service behind an address, with what the source says about the format. Nothing is asked over the network, so only
/// what the address or the format makes certain.
///
/// ```
/// use moisson_dcat::value::service::recognise;
/// let found = recognise("https://geo.example/ows?map=a&SERVICE=WMS&REQUEST=GetCapabilities", None).unwrap();
/// assert_eq!(found.endpoint_url, "https://geo.example/ows?map=a");
/// assert_eq!(found.protocol().unwrap().code(), "WMS");
/// assert_eq!(recognise("https://geo.example/wms-guide.pdf", None), None);
/// ```
pub fn recognise(address: &str, format: Option<&Term>) -> Option<Found> {
    let by_format = format.and_then(|format| {
        PROTOCOLS.iter().find(|p| p.format() == Some(format.code())).map(|p| p.code.as_str())
    });
    // Format `REST` and `MAP_SRVC` both are ArcGIS; its addresses tell it apart from other REST.
    if by_format.is_none() && !TELLING.as_ref().is_some_and(|telling| telling.is_match(address)) {
        return None;
    }
    let lower = address.to_ascii_lowercase();
    let address = Address::of(address, &lower)?;
    // A file of another format is not taken for a service by its path alone.
    let is_file = by_format.is_none() && format.is_some_and(|f| !["XML", "MAP_SRVC"].contains(&f.code()));
    arcgis(&address)
        .or_else(|| opendatasoft(&address))
        .or_else(|| ogc(&address, by_format, is_file))
        .or_else(|| ogc_api(&address))
        .or_else(|| sparql(&address, by_format, is_file))
}

/// An address taken apart; `lower` has the same bytes in lower case.
struct Address<'a> {
    path: &'a str,
    lower: &'a str,
    query: &'a str,
}

impl<'a> Address<'a> {
    fn of(address: &'a str, lower: &'a str) -> Option<Self> {
        if !lower.starts_with("http://") && !lower.starts_with("https://") {
            return None;
        }
        let (whole, fragment) = address.split_once('#').unwrap_or((address, ""));
        // Behind `#/` is a page of an application.
        if fragment.starts_with(['/', '!']) {
            return None;
        }
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        Some(Self { path, lower: lower.get(..path.len())?, query })
    }

    /// Names, in lower case, and values of the parameters.
    fn parameters(&self) -> impl Iterator<Item = (String, &'a str)> {
        self.query.split(['&', '?', ';']).filter(|part| !part.is_empty()).map(|part| {
            let part = part.strip_prefix("amp;").unwrap_or(part);
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.to_ascii_lowercase(), value)
        })
    }

    fn parameter(&self, wanted: &str) -> Option<String> {
        self.parameters().find(|(name, _)| name == wanted).map(|(_, value)| value.to_ascii_lowercase())
    }

    /// Without the parameters of a request.
    fn endpoint(&self) -> String {
        let kept: Vec<&str> = self
            .query
            .split(['&', '?'])
            .map(|part| part.strip_prefix("amp;").unwrap_or(part))
            .filter(|part| {
                let name = part.split('=').next().unwrap_or_default().to_ascii_lowercase();
                !name.is_empty() && !OGC_PARAMETERS.contains(&name.as_str())
            })
            .collect();
        if kept.is_empty() { self.path.to_owned() } else { format!("{}?{}", self.path, kept.join("&")) }
    }

    /// The path up to and with a part of it.
    fn up_to(&self, part: &str) -> Option<&'a str> {
        self.path.get(..self.lower.find(part)? + part.len())
    }

    /// The last part of the path, in lower case.
    fn last(&self) -> &'a str {
        self.lower.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }
}

fn arcgis(address: &Address<'_>) -> Option<Found> {
    let services = address.lower.find("/rest/services/")?;
    let (at, kind) = ARCGIS
        .iter()
        .filter_map(|kind| Some((services + address.lower.get(services..)?.find(&format!("/{kind}"))?, kind)))
        .min()?;
    let end = at + 1 + kind.len();
    let rest = address.lower.get(end..)?.trim_matches('/');
    if !address.lower.get(end..)?.is_empty() && !address.lower.get(end..)?.starts_with('/') {
        return None;
    }
    if let Some((_, code)) = OGC.iter().find(|(name, _)| rest.strip_suffix("server") == Some(name)) {
        return Some(capabilities(address.endpoint(), code, true));
    }
    let endpoint_url = address.path.get(..end)?.to_owned();
    let endpoint_description = Some(format!("{endpoint_url}?f=json"));
    let is_endpoint = rest.bytes().all(|b| b.is_ascii_digit());
    Some(Found { code: "ARCGIS", endpoint_url, endpoint_description, is_endpoint })
}

fn opendatasoft(address: &Address<'_>) -> Option<Found> {
    if address.lower.contains("/attachments/") || address.lower.contains("/alternative_exports/") {
        return None;
    }
    let is_data = ["/exports/", "/records", "/search", "/download"].iter().any(|part| {
        let after =
            address.lower.split_once("/api/").map_or("", |(_, after)| after.trim_start_matches("records"));
        after.contains(part)
    });
    if let Some(root) = address.up_to("/api/explore/v") {
        let version = address.path.get(root.len()..)?.split('/').next()?;
        let known = version.starts_with("2.") && version.get(2..)?.bytes().all(|b| b.is_ascii_digit());
        let endpoint_url = format!("{root}{version}");
        return known.then(|| Found {
            code: "ODS_EXPLORE",
            endpoint_description: Some(format!("{endpoint_url}/swagger.json")),
            endpoint_url,
            is_endpoint: !is_data,
        });
    }
    let search = address.up_to("/api/records/1.0");
    let (code, root) = match (search, address.up_to("/api/v2/catalog/datasets/")) {
        (Some(root), _) => ("ODS_SEARCH", root),
        (None, Some(root)) => ("ODS_EXPLORE", root.strip_suffix("/catalog/datasets/")?),
        (None, None) => return None,
    };
    Some(Found { code, endpoint_url: root.to_owned(), endpoint_description: None, is_endpoint: !is_data })
}

fn ogc(address: &Address<'_>, by_format: Option<&str>, is_file: bool) -> Option<Found> {
    if address.last() == "wmtscapabilities.xml" {
        let endpoint_url = address.path.rsplit_once('/')?.0.trim_end_matches("/1.0.0").to_owned();
        let description = Some(address.path.to_owned());
        return Some(Found {
            code: "WMTS",
            endpoint_url,
            endpoint_description: description,
            is_endpoint: true,
        });
    }
    let request = address.parameter("request").unwrap_or_default();
    let service = address.parameter("service");
    let about = ABOUT.contains(&request.as_str());
    let known = |name: &str| OGC.iter().find(|(ogc, _)| *ogc == name).map(|(_, code)| *code);
    if let Some(code) = service.as_deref().and_then(known) {
        return Some(capabilities(address.endpoint(), code, about || request.is_empty()));
    }
    // A path that ends in the protocol's name is certain if a request, the format or the server's name agrees.
    let last = address.last();
    let by_path = known(last.strip_suffix("server").unwrap_or(last));
    let is_page = PAGES.iter().any(|end| address.lower.ends_with(end));
    let is_map = MAPS.iter().any(|name| address.lower.contains(name));
    let code = match (by_path, by_format.and_then(|code| OGC.iter().find(|(_, ogc)| *ogc == code))) {
        (Some(code), _) if about || !is_file && (by_format.is_some() || is_map) => code,
        (_, Some((_, code))) if !is_page => *code,
        _ => return None,
    };
    Some(capabilities(address.endpoint(), code, about || request.is_empty()))
}

/// A service that says what it can when it is asked for its capabilities.
fn capabilities(endpoint_url: String, code: &'static str, is_endpoint: bool) -> Found {
    let separator = if endpoint_url.contains('?') { '&' } else { '?' };
    let description = format!("{endpoint_url}{separator}service={code}&request=GetCapabilities");
    Found { code, endpoint_url, endpoint_description: Some(description), is_endpoint }
}

/// `…/collections/{id}` and `…/collections/{id}/items`, where the address says that it is one of the OGC.
fn ogc_api(address: &Address<'_>) -> Option<Found> {
    let at = address.lower.find("/collections")?;
    let rest = address.lower.get(at..)?.strip_prefix("/collections")?;
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    let items = matches!(parts.as_slice(), [_, "items", ..]);
    let root = address.path.get(..at)?;
    let named = ["ogc", "/oapi", "/features"]
        .iter()
        .any(|name| address.lower.get(..at).is_some_and(|r| r.contains(name)));
    let fits = (rest.is_empty() || rest.starts_with('/')) && (items || named && parts.len() < 2);
    fits.then(|| Found {
        code: "OGC_API",
        // The landing page links to the definition and to what it conforms to.
        endpoint_description: Some(root.to_owned()),
        endpoint_url: root.to_owned(),
        is_endpoint: !items,
    })
}

fn sparql(address: &Address<'_>, by_format: Option<&str>, is_file: bool) -> Option<Found> {
    let by_path = address.last() == "sparql" && !is_file;
    // An address whose last part ends as a file's name is a stored query.
    let stored = PAGES.iter().any(|end| address.lower.ends_with(end));
    if !by_path && (by_format != Some("SPARQL") || stored || !address.lower.contains("sparql")) {
        return None;
    }
    let endpoint_url = address.path.to_owned();
    let is_endpoint = address.parameter("query").is_none();
    Some(Found {
        code: "SPARQL",
        endpoint_description: Some(endpoint_url.clone()),
        endpoint_url,
        is_endpoint,
    })
}

#[cfg(test)]
mod tests {
    use super::{Found, PROTOCOLS, recognise};
    use crate::vocabulary::{Term, Vocabulary};

    fn shown(address: &str, format: &str) -> String {
        let format = Vocabulary::FileType.term(format);
        let Some(found) = recognise(address, format) else { return String::new() };
        let Found { code, endpoint_url, endpoint_description, is_endpoint } = found;
        let kind = if is_endpoint { "" } else { " data" };
        format!("{code}{kind} {endpoint_url} {}", endpoint_description.unwrap_or_default())
            .trim_end()
            .to_owned()
    }

    #[test]
    fn services_are_known_by_their_addresses() {
        for (address, shown_as) in [
            (
                "https://g.example/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities",
                "WMS https://g.example/wms https://g.example/wms?service=WMS&request=GetCapabilities",
            ),
            (
                "https://g.example/cgi?map=/a.map&service=wfs&request=GetFeature&typeName=a&outputFormat=csv",
                "WFS data https://g.example/cgi?map=/a.map https://g.example/cgi?map=/a.map&service=WFS&request=GetCapabilities",
            ),
            (
                "http://g.example/geoserver/ows??service=WMS&amp;request=GetCapabilities",
                "WMS http://g.example/geoserver/ows http://g.example/geoserver/ows?service=WMS&request=GetCapabilities",
            ),
            (
                "https://g.example/geodienste/schulen/wfs",
                "WFS https://g.example/geodienste/schulen/wfs https://g.example/geodienste/schulen/wfs?service=WFS&request=GetCapabilities",
            ),
            (
                "https://g.example/tiles/1.0.0/WMTSCapabilities.xml",
                "WMTS https://g.example/tiles https://g.example/tiles/1.0.0/WMTSCapabilities.xml",
            ),
            (
                "https://g.example/arcgis/rest/services/Eau/MapServer/WMSServer?request=GetCapabilities&service=WMS",
                "WMS https://g.example/arcgis/rest/services/Eau/MapServer/WMSServer https://g.example/arcgis/rest/services/Eau/MapServer/WMSServer?service=WMS&request=GetCapabilities",
            ),
            (
                "https://g.example/arcgis/rest/services/Eau/FeatureServer/0",
                "ARCGIS https://g.example/arcgis/rest/services/Eau/FeatureServer https://g.example/arcgis/rest/services/Eau/FeatureServer?f=json",
            ),
            (
                "https://g.example/arcgis/rest/services/Eau/FeatureServer/0/query?where=1%3D1&f=geojson",
                "ARCGIS data https://g.example/arcgis/rest/services/Eau/FeatureServer https://g.example/arcgis/rest/services/Eau/FeatureServer?f=json",
            ),
            (
                "https://g.example/ogc/features/v1/collections/arbres/items?f=json",
                "OGC_API data https://g.example/ogc/features/v1 https://g.example/ogc/features/v1",
            ),
            (
                "https://g.example/ogcapi/collections/arbres",
                "OGC_API https://g.example/ogcapi https://g.example/ogcapi",
            ),
            ("https://d.example/sparql", "SPARQL https://d.example/sparql https://d.example/sparql"),
            (
                "https://d.example/sparql?query=SELECT%20*",
                "SPARQL data https://d.example/sparql https://d.example/sparql",
            ),
            (
                "https://d.example/api/explore/v2.1/catalog/datasets/arbres/exports/csv?use_labels=true",
                "ODS_EXPLORE data https://d.example/api/explore/v2.1 https://d.example/api/explore/v2.1/swagger.json",
            ),
            (
                "https://d.example/api/explore/v2.1/catalog/datasets/arbres/records",
                "ODS_EXPLORE data https://d.example/api/explore/v2.1 https://d.example/api/explore/v2.1/swagger.json",
            ),
            (
                "https://d.example/api/explore/v2.1/catalog/datasets/arbres",
                "ODS_EXPLORE https://d.example/api/explore/v2.1 https://d.example/api/explore/v2.1/swagger.json",
            ),
            (
                "https://d.example/api/records/1.0/search/?dataset=arbres",
                "ODS_SEARCH data https://d.example/api/records/1.0",
            ),
            (
                "https://d.example/api/v2/catalog/datasets/a/exports/csv",
                "ODS_EXPLORE data https://d.example/api/v2",
            ),
        ] {
            assert_eq!(shown(address, ""), shown_as, "{address}");
        }
    }

    #[test]
    fn the_format_says_what_the_address_does_not() {
        let map = "https://g.example/cgi-bin/mapserv?map=/plans/a.map";
        assert_eq!(shown(map, ""), "");
        assert!(shown(map, "WMS").starts_with("WMS https://g.example/cgi-bin/mapserv?map=/plans/a.map "));
        assert!(shown("https://d.example/virtuoso/sparql-endpoint", "sparql").starts_with("SPARQL "));
    }

    #[test]
    fn pages_and_files_are_no_services() {
        for (address, format) in [
            ("https://d.example/wms.pdf", ""),
            ("https://d.example/wms/guide.html", "WMS"),
            ("https://d.example/dataset/flux-wms", ""),
            ("https://d.example/catalogue#/metadata/wms", "WMS"),
            ("https://d.example/wfs", "CSV"),
            ("https://d.example/aide/wms", ""),
            ("https://d.example/geo/wms", "HTML"),
            ("https://d.example/museum/collections/peintures", ""),
            ("https://d.example/collections", ""),
            ("https://d.example/queries/a.rq", "sparql"),
            ("https://d.example/api/explore/v3/x", ""),
            ("https://d.example/api/explore/v2.1/catalog/datasets/a/attachments/notice_pdf", ""),
            ("https://d.example/arcgis/rest/services/Eau/MapServers", ""),
            ("ftp://d.example/wms", "WMS"),
            ("urn:x:wms", "WMS"),
            ("", "WMS"),
        ] {
            assert_eq!(shown(address, format), "", "{address}");
        }
    }

    #[test]
    fn every_protocol_has_standards_and_its_format_is_one() {
        for protocol in PROTOCOLS.iter() {
            assert!(!protocol.conforms_to().is_empty(), "{}", protocol.code());
            let format = protocol.format().map(|code| Vocabulary::FileType.term(code).map(Term::code));
            assert!(format.is_none_or(|found| found == protocol.format()), "{}", protocol.code());
        }
        for code in
            ["WMS", "WFS", "WMTS", "WCS", "CSW", "OGC_API", "ARCGIS", "SPARQL", "ODS_EXPLORE", "ODS_SEARCH"]
        {
            assert!(PROTOCOLS.iter().any(|protocol| protocol.code() == code), "{code}");
        }
    }
}
