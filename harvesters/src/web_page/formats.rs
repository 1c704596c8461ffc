//! File extensions and the words that pages use for file formats.

use url::Url;

use super::address::file_name;

/// Extensions that count as data unless the source says otherwise. Not `pdf`, `doc` and the like: a page of a
/// town hall links to hundreds of minutes and forms that are no data.
pub(super) const DEFAULT_EXTENSIONS: &[&str] = &[
    "csv", "tsv", "xls", "xlsx", "xlsm", "ods", "fods", "json", "jsonl", "ndjson", "geojson", "topojson",
    "jsonld", "xml", "gml", "kml", "kmz", "gpx", "shp", "gpkg", "zip", "7z", "gz", "tgz", "rar", "parquet",
    "sqlite", "sql", "dbf", "mdb", "accdb", "rdf", "ttl", "nt", "nq", "n3", "trig", "tif", "tiff", "geotiff",
    "asc", "las", "laz", "dxf", "dwg", "tab", "mif", "ics", "px", "nc",
];

/// Further extensions that are known as formats, for labels and for `extensions`.
const OTHER_FORMATS: &[&str] = &[
    "pdf", "doc", "docx", "odt", "rtf", "txt", "ppt", "pptx", "odp", "html", "htm", "jpg", "jpeg", "png",
    "svg", "mp4", "mp3",
];

/// Words for a format, in lower case without accents, and the extension they stand for.
const WORDS: &[(&str, &str)] = &[
    ("excel", "xls"),
    ("tableur", "xls"),
    ("libreoffice", "ods"),
    ("opendocument", "ods"),
    ("calc", "ods"),
    ("shapefile", "shp"),
    ("shape", "shp"),
    ("shapefiles", "shp"),
    ("geopackage", "gpkg"),
    ("acrobat", "pdf"),
    ("word", "doc"),
    ("autocad", "dwg"),
    ("geotiff", "tif"),
    ("gtfs", "gtfs"),
    ("wms", "wms"),
    ("wfs", "wfs"),
    ("api", "api"),
];

/// Media types of files, and the extension they stand for.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("text/csv", "csv"),
    ("application/csv", "csv"),
    ("text/tab-separated-values", "tsv"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/json", "json"),
    ("application/geo+json", "geojson"),
    ("application/vnd.geo+json", "geojson"),
    ("application/ld+json", "jsonld"),
    ("application/gml+xml", "gml"),
    ("application/vnd.google-earth.kml+xml", "kml"),
    ("application/vnd.google-earth.kmz", "kmz"),
    ("application/gpx+xml", "gpx"),
    ("application/geopackage+sqlite3", "gpkg"),
    ("application/x-shapefile", "shp"),
    ("application/rdf+xml", "rdf"),
    ("text/turtle", "ttl"),
    ("application/n-triples", "nt"),
    ("application/vnd.apache.parquet", "parquet"),
    ("application/zip", "zip"),
    ("application/x-zip-compressed", "zip"),
    ("application/pdf", "pdf"),
    ("text/calendar", "ics"),
];

/// The longest thing that is taken for an extension, in bytes.
const MAX_EXTENSION_BYTES: usize = 8;

/// The extension in the last segment of the path, in lower case: `csv`. Of `routes.geojson.gz` it is `geojson`
/// — compression is found again from the address when the record is mapped.
pub(super) fn extension(url: &Url) -> Option<String> {
    extension_of_name(&file_name(url)).or_else(|| {
        // Plone: `rues.csv/at_download/file`.
        let segments: Vec<&str> = url.path_segments()?.collect();
        let at = segments.iter().rposition(|segment| matches!(*segment, "at_download" | "@@download"))?;
        extension_of_name(segments.get(at.checked_sub(1)?)?)
    })
}

/// The extension of a file name.
pub(super) fn extension_of_name(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let (stem, last) = lower.rsplit_once('.')?;
    if matches!(last, "gz" | "bz2" | "xz")
        && let Some(inner) = extension_of_name(stem).filter(|inner| is_format(inner))
    {
        return Some(inner);
    }
    let good = !last.is_empty()
        && last.len() <= MAX_EXTENSION_BYTES
        && last.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && last.bytes().any(|byte| byte.is_ascii_alphabetic());
    good.then(|| last.to_owned())
}

/// An extension in the query of a download link: `?file=rues.csv`, `?format=csv`.
pub(super) fn extension_in_query(url: &Url) -> Option<String> {
    url.query_pairs().take(32).find_map(|(_, value)| {
        extension_of_name(&value).filter(|found| is_format(found)).or_else(|| {
            let value = value.to_lowercase();
            DEFAULT_EXTENSIONS.contains(&value.as_str()).then_some(value)
        })
    })
}

/// The services of the OGC whose addresses count as data.
const SERVICES: [&str; 4] = ["wms", "wfs", "wmts", "wcs"];

/// The service that an address asks something of: `?SERVICE=WMS&REQUEST=GetCapabilities`.
pub(super) fn service(url: &Url) -> Option<&'static str> {
    let (_, asked) = url.query_pairs().take(32).find(|(name, _)| name.eq_ignore_ascii_case("service"))?;
    SERVICES.into_iter().find(|known| known.eq_ignore_ascii_case(&asked))
}

/// Whether a format is a service rather than a file.
pub(super) fn is_service(format: &str) -> bool {
    SERVICES.contains(&format)
}

/// The extension that a media type stands for.
pub(super) fn extension_of_media_type(media_type: &str) -> Option<&'static str> {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    MEDIA_TYPES.iter().find(|(known, _)| *known == essence).map(|(_, extension)| *extension)
}

/// Whether this is an extension of a known format.
pub(super) fn is_format(extension: &str) -> bool {
    DEFAULT_EXTENSIONS.contains(&extension) || OTHER_FORMATS.contains(&extension)
}

/// The format that a word of a label names: `CSV`, `.xlsx`, `Excel`.
pub(super) fn format_of_word(word: &str) -> Option<&str> {
    let word = word.trim_start_matches('.');
    if is_format(word) {
        return Some(word);
    }
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, extension)| *extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Option<&str>) {
        let url = Url::parse("https://ville.example/").unwrap().join(address).unwrap();
        let in_path = extension(&url).filter(|found| is_format(found));
        assert_eq!(in_path.or_else(|| extension_in_query(&url)).as_deref(), expected, "{address}");
    }

    #[test]
    fn extensions_are_read_from_path_and_query() {
        check("a/b/Rues.CSV", Some("csv"));
        check("routes.geojson.gz", Some("geojson"));
        check("archive.tar.gz", Some("gz"));
        check("download.php?file=rues%20v2.xlsx&x=1", Some("xlsx"));
        check("export?format=geojson", Some("geojson"));
        check("a/b", None);
        check("v1.2", None);
        check("page.html", Some("html"));
        check("od/rues.csv/at_download/file", Some("csv"));
    }
}
