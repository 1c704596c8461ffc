//! The last step: ids, what DCAT asks to be repeated, what is missing, and the class of the result.

use rustc_hash::{FxBuildHasher, FxHashMap as HashMap, FxHashSet as HashSet};
use sha2::{Digest, Sha256};

use super::trace::{Lacks, part_names};
use super::{Class, Draft, Said, said, serve};
use crate::vocabulary::{self, Vocabulary};
use crate::{
    Concept, DataService, Dataset, DatasetSeries, Distribution, Extra, Mapped, RemarkCode, Resource, Text,
};

/// Bytes of a hash that name a thing inside its dataset.
const HASH_BYTES: usize = 6;

/// Extensions in an address that name the format of a file without doubt.
const EXTENSIONS: [&str; 36] = [
    "7z", "csv", "dbf", "doc", "docx", "dwg", "dxf", "ecw", "gdb", "geojson", "gml", "gpkg", "gpx", "ics",
    "json", "jsonld", "kml", "kmz", "las", "mdb", "n3", "nt", "ods", "odt", "parquet", "pdf", "rar", "rdf",
    "shp", "tsv", "ttl", "txt", "xls", "xlsx", "xml", "zip",
];

/// Makes the resource.
pub(super) fn finish(mut draft: Draft) -> Mapped {
    let mut distributions = std::mem::take(&mut draft.dataset.distribution);
    let mut samples = std::mem::take(&mut draft.dataset.sample);
    let lacked = Lacks::of_all(&draft.notes, &distributions);
    distributions.iter_mut().chain(&mut samples).for_each(complete);
    for distribution in &mut distributions {
        derive_format(&mut draft, distribution);
    }
    serve::addresses(&mut draft, &mut distributions);
    distributions.iter_mut().chain(&mut samples).for_each(name_parts);
    inherit_license(&mut draft, &mut distributions);
    for (number, lacked) in lacked.iter().enumerate() {
        lacked.tell(&mut draft.notes, number, &distributions);
    }
    name_distributions(&mut draft, distributions.iter_mut().chain(&mut samples));
    name_services(&mut draft, distributions.iter_mut().chain(&mut samples));
    distinct(&mut draft.dataset.keyword);
    draft.dataset.distribution = distributions;
    draft.dataset.sample = samples;
    super::places::settle(&mut draft);
    missing(&mut draft);
    draft.notes.end_trace(|| part_names(&draft.dataset.distribution, &draft.dataset.sample));
    let Draft { class, mut notes, dataset, service } = draft;
    let resource = match class {
        Class::Dataset => Resource::Dataset(Box::new(dataset)),
        Class::Series => Resource::Series(Box::new(series(dataset))),
        Class::Service => {
            if dataset.license.len() > 1 {
                notes.remark(RemarkCode::TooManyValues, "license", said("", ""), "");
            }
            Resource::Service(Box::new(self::service(dataset, service)))
        }
    };
    Mapped { resource, remarks: notes.remarks }
}

/// Leaves one of keywords that differ in case, accents and punctuation only; the first spelling stays.
fn distinct(keywords: &mut Vec<Text>) {
    if keywords.len() < 2 {
        return;
    }
    let mut seen = HashSet::with_capacity_and_hasher(keywords.len(), FxBuildHasher);
    keywords.retain(|keyword| {
        let name = vocabulary::fold(&keyword.value).unwrap_or_else(|| keyword.value.clone());
        seen.insert((name, keyword.lang.clone()))
    });
}

/// Remarks what DCAT-AP makes mandatory and the record lacks.
fn missing(draft: &mut Draft) {
    let Dataset { title, description, distribution, .. } = &draft.dataset;
    let notes = &mut draft.notes;
    if title.is_empty() {
        notes.remark(RemarkCode::MissingValue, "title", said("", ""), "");
    }
    if description.is_empty() && draft.class != Class::Service {
        notes.remark(RemarkCode::MissingValue, "description", said("", ""), "");
    }
    if draft.service.endpoint_url.is_empty() && draft.class == Class::Service {
        notes.remark(RemarkCode::MissingValue, "endpoint_url", said("", ""), "");
    }
    for distribution in distribution.iter().filter(|d| d.access_url.is_empty()) {
        notes.remark(RemarkCode::MissingValue, "access_url", said(&distribution.id, ""), "");
    }
}

/// Fills what follows from what the source said: the download URL is an access URL too, as DCAT asks; file type and
/// media type are two names of one thing; a licence that stands as a statement on rights is one; every part gets an id.
fn complete(distribution: &mut Distribution) {
    if distribution.access_url.is_empty() {
        distribution.access_url.clone_from(&distribution.download_url);
    }
    complete_format(distribution);
    if distribution.license.is_none() {
        let mut stated = distribution.rights.iter().filter_map(|r| r.iri.as_ref());
        let licence = stated.find_map(|iri| vocabulary::licence(iri.as_str()));
        distribution.license =
            licence.map(|term| Concept { iri: Some(term.iri().clone()), label: Vec::new() });
    }
    if distribution.id.is_empty() {
        distribution.id = derived_id(distribution);
    }
}

/// Names the services inside it by their addresses, where the source has no name for them.
fn name_parts(distribution: &mut Distribution) {
    for service in distribution.access_service.iter_mut().filter(|service| service.id.is_empty()) {
        let key: Vec<&str> = service.endpoint_url.iter().map(crate::Iri::as_str).collect();
        service.id = hash(&key.join("\n"));
    }
}

fn complete_format(distribution: &mut Distribution) {
    let file_type = |concept: &Option<Concept>| {
        concept.as_ref().and_then(|c| c.iri.as_ref()).and_then(|iri| vocabulary::term(iri.as_str()))
    };
    // "Excel" is one of two file types; the other names that the file has decide.
    if let Some(format) = &mut distribution.format
        && format.iri.as_ref().is_some_and(|iri| iri.as_str().ends_with("/file-type/XLSX"))
        && !format.label.iter().any(|label| label.value.to_ascii_lowercase().contains("xlsx"))
    {
        let mut urls = distribution.download_url.iter().chain(&distribution.access_url);
        let by_url = urls.any(|url| extension(url.as_str()) == Some("xls"));
        let media_type = distribution.media_type.as_ref().and_then(|m| m.iri.as_ref());
        let by_type = media_type.is_some_and(|iri| iri.as_str().ends_with("/vnd.ms-excel"));
        if let Some(term) = Vocabulary::FileType.term("XLS").filter(|_| by_url || by_type) {
            format.iri = Some(term.iri().clone());
        }
    }
    let named = |iri: crate::Iri| Some(Concept { iri: Some(iri), label: Vec::new() });
    match (&distribution.format, &distribution.media_type) {
        (None, Some(media_type)) => {
            let iri = media_type.iri.as_ref().map(crate::Iri::as_str).unwrap_or_default();
            distribution.format = vocabulary::format(iri).and_then(|found| named(found.term.iri().clone()));
        }
        (Some(_), None) => {
            let media_type = file_type(&distribution.format).and_then(vocabulary::Term::media_type);
            distribution.media_type = media_type.and_then(named);
        }
        _ => {}
    }
}

/// The format of a file that has none, by the end of its address.
fn derive_format(draft: &mut Draft, distribution: &mut Distribution) {
    if distribution.format.is_some() || distribution.media_type.is_some() {
        return;
    }
    let found = distribution.download_url.iter().chain(&distribution.access_url).find_map(|url| {
        let extension = extension(url.as_str())?.to_ascii_lowercase();
        EXTENSIONS
            .contains(&&*extension)
            .then(|| Some((url.as_str(), vocabulary::format(&extension)?.term)))?
    });
    if let Some((url, term)) = found {
        draft.notes.remark(RemarkCode::DerivedValue, "format", said(&distribution.id, url), term.code());
        distribution.format = Some(Concept { iri: Some(term.iri().clone()), label: Vec::new() });
        complete_format(distribution);
    }
}

/// The extension of the file in an address.
pub(super) fn extension(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    path.rsplit('/').next()?.rsplit_once('.').map(|(_, extension)| extension)
}

/// Distributions without a licence have that of their dataset, if it has just one.
fn inherit_license(draft: &mut Draft, distributions: &mut [Distribution]) {
    let [license] = draft.dataset.license.as_slice() else { return };
    let mut without = distributions.iter_mut().filter(|d| d.license.is_none()).peekable();
    if without.peek().is_none() {
        return;
    }
    let iri = license.iri.as_ref().map(crate::Iri::as_str).unwrap_or_default();
    let value = license.label.first().map_or(iri, |label| label.value.as_str());
    draft.notes.remark(RemarkCode::InheritedValue, "license", said("", value), "");
    for distribution in without {
        distribution.license = Some(license.clone());
    }
}

/// An id out of what stays the same from run to run: the upstream IRI, the URLs, or the titles.
fn derived_id(distribution: &Distribution) -> String {
    let urls = distribution.upstream.iter().chain(&distribution.download_url).chain(&distribution.access_url);
    match urls.map(crate::Iri::as_str).next() {
        Some(url) => hash(url),
        None => hash(&distribution.title.iter().map(|t| t.value.as_str()).collect::<Vec<_>>().join("\n")),
    }
}

fn hash(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    hex::encode(digest.get(..HASH_BYTES).unwrap_or_default())
}

/// Makes the ids of distributions differ: the second `a` becomes `a~2`.
fn name_distributions<'a>(draft: &mut Draft, distributions: impl Iterator<Item = &'a mut Distribution>) {
    let mut seen: HashMap<String, u32> = HashMap::default();
    for distribution in distributions {
        if let Some(now) = other_name(&mut seen, &distribution.id) {
            let said = Said { value: &distribution.id, ..said("", "") };
            draft.notes.remark(RemarkCode::DuplicateId, "distribution", said, &*now);
            distribution.id = now;
        }
    }
}

/// Makes the ids of services differ where the services do; the same service in many distributions stays one.
fn name_services<'a>(draft: &mut Draft, distributions: impl Iterator<Item = &'a mut Distribution>) {
    let mut seen: HashMap<String, u32> = HashMap::default();
    let mut first: HashMap<String, DataService> = HashMap::default();
    for service in distributions.flat_map(|d| &mut d.access_service) {
        match first.get(&service.id) {
            Some(known) if known == service => continue,
            Some(_) => {}
            None => {
                first.insert(service.id.clone(), service.clone());
            }
        }
        if let Some(now) = other_name(&mut seen, &service.id) {
            let said = Said { value: &service.id, ..said("", "") };
            draft.notes.remark(RemarkCode::DuplicateId, "access_service", said, &*now);
            service.id = now;
        }
    }
}

/// Another name for an id that is taken, the same in every run.
fn other_name(seen: &mut HashMap<String, u32>, id: &str) -> Option<String> {
    let mut number = *seen.entry(id.to_owned()).and_modify(|n| *n += 1).or_insert(1);
    if number == 1 {
        return None;
    }
    loop {
        let name = format!("{id}~{number}");
        if !seen.contains_key(&name) {
            seen.insert(name.clone(), 1);
            seen.insert(id.to_owned(), number);
            return Some(name);
        }
        number += 1;
    }
}

fn series(dataset: Dataset) -> DatasetSeries {
    let mut extra = dataset.extra;
    for distribution in dataset.distribution.iter().chain(&dataset.sample) {
        if let Ok(value) = serde_json::to_string(distribution) {
            extra.push(Extra::Key { key: "distribution".to_owned(), value });
        }
    }
    DatasetSeries {
        upstream: dataset.upstream,
        title: dataset.title,
        description: dataset.description,
        contact_point: dataset.contact_point,
        spatial: dataset.spatial,
        publisher: dataset.publisher,
        keyword: dataset.keyword,
        theme: dataset.theme,
        applicable_legislation: dataset.applicable_legislation,
        accrual_periodicity: dataset.accrual_periodicity,
        modified: dataset.modified,
        issued: dataset.issued,
        temporal: dataset.temporal,
        identifier: dataset.identifier,
        landing_page: dataset.landing_page,
        extra,
    }
}

fn service(dataset: Dataset, service: DataService) -> DataService {
    let mut extra = dataset.extra;
    for distribution in dataset.distribution.iter().chain(&dataset.sample) {
        if let Ok(value) = serde_json::to_string(distribution) {
            extra.push(Extra::Key { key: "distribution".to_owned(), value });
        }
    }
    let mut licenses = dataset.license.into_iter();
    let license = licenses.next();
    for other in licenses {
        if let Ok(value) = serde_json::to_string(&other) {
            extra.push(Extra::Key { key: "license".to_owned(), value });
        }
    }
    DataService {
        id: String::new(),
        upstream: dataset.upstream.iri,
        upstream_page: dataset.upstream.page,
        title: dataset.title,
        description: dataset.description,
        conforms_to: dataset.conforms_to,
        contact_point: dataset.contact_point,
        keyword: dataset.keyword,
        publisher: dataset.publisher,
        theme: dataset.theme,
        access_rights: dataset.access_rights,
        applicable_legislation: dataset.applicable_legislation,
        hvd_category: dataset.hvd_category,
        page: dataset.page,
        landing_page: dataset.landing_page,
        license,
        rights: dataset.rights,
        identifier: dataset.identifier,
        spatial: dataset.spatial,
        language: dataset.language,
        modified: dataset.modified,
        issued: dataset.issued,
        extra,
        ..service
    }
}
