//! Resources as distributions.

use std::collections::HashMap;

use moisson_dcat::{
    RemarkCode,
    draft::{DistributionDraft, NamedSaid, said},
};
use url::Url;

use super::{Mapper, words::once};
use crate::{
    ckan::package::kept,
    json::{Json, Object},
    license::license,
    words::{Thing, Words, is_code, is_link, opened, parts, things, words},
};

/// Kinds of resource that are files for certain.
const FILES: [&str; 3] = ["file", "file.upload", "upload"];

/// Extensions that only files of data have, not pages.
const DATA_EXTENSIONS: [&str; 38] = [
    "7z", "csv", "dbf", "doc", "docx", "dwg", "dxf", "geojson", "gml", "gpkg", "gpx", "gz", "ics", "jpg",
    "json", "jsonl", "jsonld", "kml", "kmz", "las", "nt", "odp", "ods", "odt", "parquet", "pdf", "png",
    "rdf", "shp", "tif", "tiff", "tsv", "ttl", "txt", "xls", "xlsx", "xml", "zip",
];

/// The values of one resource.
struct Fields<'a> {
    object: Object<'a>,
    /// `resources/3`.
    place: String,
}

impl<'a> Fields<'a> {
    /// The values of the first of these keys that says something.
    fn first(&mut self, keys: &[&str]) -> Vec<Words<'a>> {
        let found = keys.iter().find_map(|key| self.object.take(key).map(|value| (*key, value)));
        found.map(|(key, value)| words(format!("{}/{key}", self.place), value)).unwrap_or_default()
    }

    /// The values of all of these keys.
    fn all(&mut self, keys: &[&str]) -> Vec<Words<'a>> {
        keys.iter().flat_map(|key| self.first(&[key])).collect()
    }

    /// The things of the first of these keys.
    fn things(&mut self, keys: &[&str]) -> Vec<Thing<'a>> {
        let found = keys.iter().find_map(|key| self.object.take(key).map(|value| (*key, value)));
        found.map(|(key, value)| things(&format!("{}/{key}", self.place), value, is_link)).unwrap_or_default()
    }

    /// The values of the first of these keys, taken apart.
    fn list(&mut self, keys: &[&str], is_part: fn(&str) -> bool) -> Vec<Words<'a>> {
        let found = keys.iter().find_map(|key| self.object.take(key).map(|value| (*key, value)));
        found.map(|(key, value)| parts(format!("{}/{key}", self.place), value, is_part)).unwrap_or_default()
    }
}

impl Mapper {
    /// All of them, each a distribution.
    pub(super) fn resources(&mut self, resources: Json<'_>) {
        let resources = opened(resources).into_list();
        let mut known: HashMap<String, usize> = HashMap::new();
        for id in resources.iter().filter_map(id_of) {
            *known.entry(id).or_default() += 1;
        }
        for (index, resource) in
            resources.into_iter().enumerate().filter(|(_, resource)| !resource.is_empty())
        {
            let place = format!("resources/{index}");
            let id = id_of(&resource);
            let Json::Object(object) = resource else {
                self.draft.extra(said(&place, &resource.to_extra()));
                continue;
            };
            let mut fields = Fields { object, place };
            fields.object.take("id");
            // An id that names several is none: it is made of the address then, which stays whatever the order.
            let alone = id.as_ref().is_some_and(|id| known.get(id) == Some(&1));
            let mut distribution = self.draft.distribution(id.as_deref().filter(|_| alone));
            if let Some(id) = id.filter(|_| !alone) {
                let place = format!("{}/id", fields.place);
                let detail =
                    "several resources of the package have this id; named by their addresses instead";
                distribution.remark(RemarkCode::DuplicateId, "distribution", said(&place, &id), detail);
                distribution.extra(said("id", &id));
            }
            texts(&mut distribution, &mut fields);
            addresses(&mut distribution, &mut fields, self.site.as_ref());
            file(&mut distribution, &mut fields);
            terms(&mut distribution, &mut fields);
            services(&mut distribution, &mut fields);
            for rest in kept(fields.object) {
                distribution.extra(rest.said());
            }
        }
    }
}

fn id_of(resource: &Json<'_>) -> Option<String> {
    let Json::Object(object) = resource else { return None };
    let id = object.get("id")?.clone().into_text()?;
    Some(id.trim().to_owned())
}

fn texts(distribution: &mut DistributionDraft<'_>, fields: &mut Fields<'_>) {
    if let Some(uri) = fields.first(&["uri"]).first() {
        distribution.upstream_iri(uri.said());
    }
    for title in once(fields.all(&["name", "title", "name_translated", "title_translated"])) {
        distribution.title(title.said());
    }
    for description in once(fields.all(&["description", "description_translated"])) {
        distribution.description(description.said());
    }
    for date in fields.first(&["issued", "release_date", "created"]) {
        distribution.issued(date.said());
    }
    for date in fields.first(&["modified", "last_modified"]) {
        distribution.modified(date.said());
    }
}

/// The address for people or programs, and that of the file.
fn addresses(distribution: &mut DistributionDraft<'_>, fields: &mut Fields<'_>, site: Option<&Url>) {
    let access = fields.first(&["access_url"]);
    let download = fields.first(&["download_url"]);
    let url = fields.first(&["url"]);
    for access in &access {
        distribution.access_url(access.said());
    }
    for download in &download {
        distribution.download_url(download.said());
    }
    for url in &url {
        if access.iter().chain(&download).any(|other| other.text == url.text) && !access.is_empty() {
            continue;
        }
        let is_file = is_file(&url.text, fields);
        let absolute = absolute(&url.text, site);
        if let Some(absolute) = &absolute {
            distribution.remark(RemarkCode::RepairedIri, "access_url", url.said(), absolute);
        }
        let said = said(&url.place, absolute.as_deref().unwrap_or(&url.text));
        distribution.access_url(said);
        if is_file && download.is_empty() {
            distribution.download_url(said);
        }
    }
}

/// Whether an address is that of the file itself: it was uploaded, or ends as the format says.
fn is_file(url: &str, fields: &mut Fields<'_>) -> bool {
    if !url.trim().contains(':') && !url.trim().starts_with('/') {
        return false;
    }
    let uploaded = ["url_type", "resource_type"].iter().any(|key| {
        let kind = fields.object.get(key).and_then(Json::as_str).unwrap_or_default();
        FILES.contains(&kind)
    });
    let path = url.trim().split(['?', '#']).next().unwrap_or_default();
    let extension =
        path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    let extension = extension.filter(|extension| DATA_EXTENSIONS.contains(&extension.as_str()));
    let format = fields.object.get("format").and_then(Json::as_str).unwrap_or_default().to_ascii_lowercase();
    uploaded || extension.is_some_and(|e| format.split(|c: char| !c.is_alphanumeric()).any(|word| word == e))
}

/// An address of the portal's own without its host, made whole.
fn absolute(url: &str, site: Option<&Url>) -> Option<String> {
    let url = url.trim();
    (url.starts_with('/') && !url.starts_with("//")).then(|| site?.join(url).ok().map(String::from))?
}

/// What the file is.
fn file(distribution: &mut DistributionDraft<'_>, fields: &mut Fields<'_>) {
    for format in fields.first(&["format"]) {
        distribution.format(format.said());
    }
    for media_type in fields.first(&["mimetype", "media_type"]) {
        distribution.media_type(media_type.said());
    }
    for format in fields.first(&["compress_format"]) {
        distribution.compress_format(format.said());
    }
    for format in fields.first(&["package_format"]) {
        distribution.package_format(format.said());
    }
    for size in fields.first(&["size", "byte_size", "filesize"]) {
        distribution.byte_size(size.said());
    }
    let algorithm = fields.first(&["hash_algorithm"]);
    match (fields.first(&["hash"]).first(), algorithm.first()) {
        (Some(hash), algorithm) => {
            distribution.checksum(algorithm.map(Words::said), hash.said());
        }
        (None, Some(algorithm)) => {
            distribution.extra(algorithm.said());
        }
        (None, None) => {}
    }
    for language in fields.list(&["language", "lang"], is_code) {
        distribution.language(language.said());
    }
    schemas(distribution, fields);
    for page in fields.things(&["documentation"]) {
        distribution.page(page.said());
    }
    for resolution in fields.first(&["spatial_resolution_in_meters"]) {
        distribution.spatial_resolution_in_meters(resolution.said());
    }
    for resolution in fields.first(&["temporal_resolution"]) {
        distribution.temporal_resolution(resolution.said());
    }
}

/// What the data conform to. A schema may be an object: a reference by name and version, or the schema itself.
fn schemas(distribution: &mut DistributionDraft<'_>, fields: &mut Fields<'_>) {
    for key in ["conforms_to", "schema"] {
        let Some(value) = fields.object.take(key) else { continue };
        let place = format!("{}/{key}", fields.place);
        match opened(value) {
            Json::Object(object) if key == "schema" => {
                distribution.conforms_to(said(&place, &Json::Object(object).to_extra()));
            }
            value => {
                for standard in things(&place, value, is_link) {
                    distribution.conforms_to(standard.said());
                    for rest in &standard.rest {
                        distribution.extra(rest.said());
                    }
                }
            }
        }
    }
}

/// On what terms it is given.
fn terms(distribution: &mut DistributionDraft<'_>, fields: &mut Fields<'_>) {
    let said_licenses =
        fields.all(&["license", "license_title", "license_id", "license_url", "licence", "license_type"]);
    if let Some(license) = license(&said_licenses) {
        distribution.license(license);
    }
    for statement in fields.things(&["rights"]) {
        distribution.rights(statement.said());
    }
    for law in fields.list(&["applicable_legislation"], is_link) {
        distribution.applicable_legislation(law.said());
    }
    for policy in fields.list(&["has_policy"], is_link) {
        distribution.has_policy(NamedSaid::from(policy.said()));
    }
    for availability in fields.first(&["availability"]) {
        distribution.availability(availability.said());
    }
    for status in fields.first(&["status"]) {
        distribution.status(status.said());
    }
}

/// Services that give the data, as ckanext-dcat notes them.
fn services(distribution: &mut DistributionDraft<'_>, fields: &mut Fields<'_>) {
    let services =
        fields.object.take("access_services").map(|value| opened(value).into_list()).unwrap_or_default();
    for (index, service) in services.into_iter().enumerate().filter(|(_, service)| !service.is_empty()) {
        let place = format!("{}/access_services/{index}", fields.place);
        let Json::Object(object) = service else {
            distribution.extra(said(&place, &service.to_extra()));
            continue;
        };
        let mut of = Fields { object, place };
        let mut draft = distribution.access_service(None);
        for uri in of.first(&["uri"]) {
            draft.upstream_iri(uri.said());
        }
        for title in once(of.all(&["title", "title_translated", "name"])) {
            draft.title(title.said());
        }
        for description in once(of.all(&["description", "description_translated"])) {
            draft.description(description.said());
        }
        for url in of.list(&["endpoint_url"], is_link) {
            draft.endpoint_url(url.said());
        }
        for description in of.list(&["endpoint_description"], is_link) {
            draft.endpoint_description(description.said());
        }
        for dataset in of.list(&["serves_dataset"], is_link) {
            draft.serves_dataset(dataset.said());
        }
        for standard in of.list(&["conforms_to"], is_link) {
            draft.conforms_to(standard.said());
        }
        for license in of.first(&["license"]) {
            draft.license(license.said());
        }
        for rights in of.first(&["access_rights"]) {
            draft.access_rights(rights.said());
        }
        for keyword in of.first(&["keyword"]) {
            draft.keyword(keyword.said());
        }
        for page in of.list(&["documentation", "landing_page"], is_link) {
            draft.page(page.said());
        }
        for rest in kept(of.object) {
            draft.extra(rest.said());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use moisson_dcat::{Dataset, Resource};
    use moisson_harvest::{Harvester, Record, RecordId, Source, SourceName};
    use serde_json::{Value, json};

    use crate::ckan::Ckan;

    fn map(package: &Value) -> Dataset {
        let source = Source {
            name: SourceName::new("s").unwrap(),
            kind: "ckan".to_owned(),
            url: "https://ckan.example/".parse().unwrap(),
            language: Some("fr".to_owned()),
            options: serde_json::Map::new(),
        };
        let record = Record {
            id: RecordId("x".to_owned()),
            media_type: Cow::Borrowed("application/json"),
            body: package.to_string().into(),
            remarks: Vec::new(),
        };
        match Ckan.map(&source, &record).unwrap().resource {
            Resource::Dataset(dataset) => *dataset,
            other => panic!("not a dataset: {other:?}"),
        }
    }

    #[test]
    fn the_schema_of_a_resource_is_a_standard_it_conforms_to() {
        let package = json!({ "id": "a", "title": "T", "resources": [
            { "id": "named", "url": "https://d.example/a.csv", "schema": { "name": "etalab/schema-irve-statique", "version": "2.3.0" } },
            { "id": "whole", "url": "https://d.example/b.csv", "schema": { "fields": [{ "name": "id" }] } },
            { "id": "text", "url": "https://d.example/c.csv", "schema": "scdl/deliberations" },
            { "id": "link", "url": "https://d.example/d.csv", "conforms_to": "https://s.example/schema.json" },
        ] });
        let it = map(&package);
        let standards: Vec<&str> = it
            .distribution
            .iter()
            .filter_map(|d| d.conforms_to.first()?.iri.as_ref())
            .map(moisson_dcat::Iri::as_str)
            .collect();
        assert_eq!(
            standards,
            [
                "https://schema.data.gouv.fr/etalab/schema-irve-statique/2.3.0/",
                "https://specs.frictionlessdata.io/table-schema/",
                "https://schema.data.gouv.fr/scdl/deliberations/",
                "https://s.example/schema.json",
            ]
        );
        let kept: Vec<usize> = it.distribution.iter().map(|d| d.extra.len()).collect();
        assert_eq!(kept, [0, 1, 0, 0], "only a schema given in full is kept beside its kind");
    }
}
