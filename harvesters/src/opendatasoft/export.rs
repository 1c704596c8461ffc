//! The formats in which the platform gives the records of a dataset
//! (<https://help.opendatasoft.com/apis/ods-explore-v2/#tag/Dataset/operation/exportRecords>).

/// A format of `/exports/{name}`.
#[derive(Debug)]
pub(super) struct Export {
    /// Its name in the address.
    pub(super) name: &'static str,
    /// Its name for people, and for the table of formats.
    pub(super) format: &'static str,
    /// Its media type.
    pub(super) media_type: &'static str,
    /// The feature that a dataset needs for it.
    pub(super) feature: Option<&'static str>,
    /// Whether it is offered unless configured otherwise.
    pub(super) usual: bool,
}

/// A format that every dataset with records has.
const fn table(name: &'static str, format: &'static str, media_type: &'static str, usual: bool) -> Export {
    Export { name, format, media_type, feature: None, usual }
}

/// A format that only datasets with geometries have.
const fn map(name: &'static str, format: &'static str, media_type: &'static str, usual: bool) -> Export {
    Export { name, format, media_type, feature: Some("geo"), usual }
}

/// All of them, in the order in which a dataset has them.
pub(super) const EXPORTS: &[Export] = &[
    table("csv", "CSV", "text/csv", true),
    table("json", "JSON", "application/json", true),
    table("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true),
    table("parquet", "Parquet", "application/vnd.apache.parquet", true),
    map("geojson", "GeoJSON", "application/geo+json", true),
    map(SHAPEFILE, "SHP", "application/zip", true),
    map("kml", "KML", "application/vnd.google-earth.kml+xml", true),
    map("gpx", "GPX", "application/gpx+xml", false),
    map("fgb", "FlatGeobuf", "application/octet-stream", false),
    Export {
        name: "ical",
        format: "iCalendar",
        media_type: "text/calendar",
        feature: Some("calendar"),
        usual: true,
    },
    table("jsonl", "JSON Lines", "application/jsonl", false),
    table("jsonld", "JSON-LD", "application/ld+json", false),
    table("rdfxml", "RDF/XML", "application/rdf+xml", false),
    table("turtle", "Turtle", "text/turtle", false),
    table("n3", "N3", "text/n3", false),
];

/// The format that is not given of large datasets.
pub(super) const SHAPEFILE: &str = "shp";

/// Records beyond which the platform gives no Shapefile.
pub(super) const SHAPEFILE_MAX: u64 = 50_000;
