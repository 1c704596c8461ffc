//! File types behind what portals write: labels, extensions, media types, archives.

use super::{Term, Vocabulary, fold, last_part};
use crate::memo::{Answers, remembered};

/// A file type, and the archive that it comes in.
#[derive(Debug, Clone)]
pub struct Format {
    /// The file type.
    pub term: &'static Term,
    /// The media type of the archive that it is packed in with others.
    pub package: Option<&'static str>,
    /// The media type of the compression of file or archive.
    pub compression: Option<&'static str>,
    /// Whether the text names other file types too; the first one is taken.
    pub several: bool,
}

/// Words that only say that a file type follows.
const NOISE: [&str; 22] = [
    "fichier",
    "fichiers",
    "file",
    "files",
    "format",
    "formaat",
    "bestand",
    "bestanden",
    "datei",
    "dateien",
    "au",
    "en",
    "in",
    "le",
    "un",
    "type",
    "compresse",
    "compressee",
    "archive",
    "download",
    "telechargement",
    "data",
];

/// Words for an archive, the media type of the package, and that of its compression where that is a thing of its own.
const ARCHIVES: [(&str, &str, &str); 16] = [
    ("zip", "application/zip", ""),
    ("zippe", "application/zip", ""),
    ("zippee", "application/zip", ""),
    ("zipped", "application/zip", ""),
    ("gezipt", "application/zip", ""),
    ("gezippt", "application/zip", ""),
    ("zippato", "application/zip", ""),
    ("gz", "", "application/gzip"),
    ("gzip", "", "application/gzip"),
    ("gzipped", "", "application/gzip"),
    ("zst", "", "application/zstd"),
    ("bz2", "", "application/x-bzip2"),
    ("tgz", "application/x-tar", "application/gzip"),
    ("7z", "application/x-7z-compressed", ""),
    ("rar", "application/vnd.rar", ""),
    ("tar", "application/x-tar", ""),
];

/// Names that mean a file type wherever they stand in a phrase.
const UNMISTAKABLE: [&str; 32] = [
    "csv",
    "xls",
    "xlsx",
    "json",
    "geojson",
    "kml",
    "kmz",
    "shp",
    "shapefile",
    "gml",
    "gpkg",
    "geopackage",
    "pdf",
    "xml",
    "html",
    "ods",
    "odt",
    "docx",
    "wms",
    "wfs",
    "wmts",
    "wcs",
    "gtfs",
    "rdf",
    "ttl",
    "png",
    "jpeg",
    "jpg",
    "geotiff",
    "dxf",
    "dwg",
    "parquet",
];

/// The file type that a text names: `CSV`, `.csv`, `text/csv`, an IRI, `Shapefile (zip)`, `zip+csv`.
pub fn format(raw: &str) -> Option<Format> {
    let raw = raw.trim();
    remembered(&KNOWN, raw, || find(raw))
}

thread_local! {
    static KNOWN: Answers<Option<Format>> = Answers::default();
}

fn find(raw: &str) -> Option<Format> {
    let one = |term| Format { term, package: None, compression: None, several: false };
    if let Some(term) = Vocabulary::FileType.term(raw) {
        return Some(one(term));
    }
    if let Some(term) = media_type_name(raw).and_then(|name| Vocabulary::FileType.term(name)) {
        return Some(one(term));
    }
    if let Some(last) = last_part(raw) {
        // Beyond the namespaces above, only a name that stands for nothing else.
        let name = fold(&last)?;
        let known = raw.contains("file-type/") || UNMISTAKABLE.contains(&name.as_str());
        return if known { Vocabulary::FileType.term(&name).map(one) } else { None };
    }
    words(raw)
}

/// The name in a media type with parameters, or in an IRI of IANA.
fn media_type_name(raw: &str) -> Option<&str> {
    let name = raw.split(';').next()?.trim();
    let rest = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://"));
    let rest = rest.map(|r| r.strip_prefix("www.").unwrap_or(r));
    match rest.and_then(|r| r.strip_prefix("iana.org/assignments/media-types/")) {
        Some(name) => Some(name),
        None => (rest.is_none() && name.contains('/') && name != raw).then_some(name),
    }
}

/// A phrase: archives and noise are set aside, the rest must be file types.
fn words(raw: &str) -> Option<Format> {
    let folded = fold(raw)?;
    let archive = |word: &&str| ARCHIVES.iter().find(|(name, _, _)| name == word);
    let words: Vec<&str> = folded.split(' ').filter(|w| !NOISE.contains(w)).collect();
    let named = |pick: fn(&(&str, &'static str, &'static str)) -> &'static str| {
        words.iter().filter_map(archive).map(pick).find(|media_type| !media_type.is_empty())
    };
    let (package, compression) = (named(|(_, package, _)| package), named(|(_, _, compression)| compression));
    let rest: Vec<&str> = words.iter().copied().filter(|word| archive(word).is_none()).collect();
    if rest.is_empty() {
        let term = package.or(compression).and_then(|name| Vocabulary::FileType.term(name))?;
        return Some(Format { term, package: None, compression: None, several: false });
    }
    if let Some(term) = Vocabulary::FileType.term(&rest.join(" ")) {
        return Some(Format { term, package, compression, several: false });
    }
    let terms = row(&rest).unwrap_or_else(|| unmistakable(&rest));
    let first = *terms.first()?;
    let several = terms.iter().any(|t| t.iri() != first.iri());
    Some(Format { term: first, package, compression, several })
}

/// The file types in a row of words that holds nothing else; the longest names first.
fn row(words: &[&str]) -> Option<Vec<&'static Term>> {
    let (mut found, mut rest) = (Vec::new(), words);
    while !rest.is_empty() {
        let (length, term) = (1..=rest.len().min(4)).rev().find_map(|length| {
            let name = rest.get(..length)?.join(" ");
            Some((length, Vocabulary::FileType.term(&name)?))
        })?;
        found.push(term);
        rest = rest.get(length..)?;
    }
    Some(found)
}

/// The file types in a phrase: only names that mean nothing else, and only if they agree.
fn unmistakable(words: &[&str]) -> Vec<&'static Term> {
    let names = words.iter().filter(|word| UNMISTAKABLE.contains(word));
    let found: Vec<&'static Term> = names.filter_map(|name| Vocabulary::FileType.term(name)).collect();
    let agree = found.windows(2).all(|pair| matches!(pair, [a, b] if a.iri() == b.iri()));
    if agree { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn file_types_are_known_by_whatever_portals_write() {
        for (raw, code, package) in [
            ("CSV", "CSV", ""),
            (".csv", "CSV", ""),
            ("CSV.", "CSV", ""),
            ("text/csv", "CSV", ""),
            ("text/csv; charset=utf-8", "CSV", ""),
            ("https://www.iana.org/assignments/media-types/text/csv", "CSV", ""),
            ("http://publications.europa.eu/resource/authority/file-type/CSV", "CSV", ""),
            ("http://publications.europa.eu/resource/authority/file-type/WMS", "WMS_SRVC", ""),
            ("CSV LonLat/XY", "CSV", ""),
            ("zip+csv", "CSV", "application/zip"),
            ("csv (zippé)", "CSV", "application/zip"),
            ("Shapefile (zip)", "SHP", "application/zip"),
            ("SHP ZIP", "SHP", "application/zip"),
            ("csv.gz", "CSV", "+application/gzip"),
            ("csv.tar.gz", "CSV", "application/x-tar+application/gzip"),
            ("geojson.zst", "GEOJSON", "+application/zstd"),
            ("csv 7z", "CSV", "application/x-7z-compressed"),
            ("ZIP", "ZIP", ""),
            ("application/x-zip-compressed", "ZIP", ""),
            ("Excel", "XLSX", ""),
            ("application/vnd.ms-excel", "XLS", ""),
            ("vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX", ""),
            ("OGC:WMS", "WMS_SRVC", ""),
            ("OGC WFS 2.0.0", "WFS_SRVC", ""),
            ("Données au format GeoJSON", "GEOJSON", ""),
            ("application/rdf+xml", "RDF_XML", ""),
            ("ttl", "RDF_TURTLE", ""),
            ("application/geo+json", "GEOJSON", ""),
            ("ESRI Shapefile", "SHP", ""),
            ("page web", "HTML", ""),
        ] {
            let found = format(raw);
            assert_eq!(found.as_ref().map(|f| f.term.code()), Some(code), "{raw}");
            let around = found.map(|f| (f.package.unwrap_or_default(), f.compression)).unwrap_or_default();
            let around = format!("{}{}", around.0, around.1.map(|c| format!("+{c}")).unwrap_or_default());
            assert_eq!(around, package, "{raw}");
        }
    }

    #[test]
    fn several_file_types_in_one_text_are_noticed() {
        let found = format("XLS/XLSX").unwrap();
        assert_eq!((found.term.code(), found.several), ("XLS", true));
    }

    #[test]
    fn what_is_no_file_type_stays_unknown() {
        for raw in
            ["API", "Autre", "Access to the land register", "", "http://x.example/data", "logiciel maison"]
        {
            assert!(format(raw).is_none(), "{raw}: {:?}", format(raw).map(|f| f.term.code()));
        }
    }
}
