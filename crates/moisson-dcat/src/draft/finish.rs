//! The last step: ids, what DCAT asks to be repeated, what is missing, and the class of the result.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{Class, Draft, Said, said};
use crate::{DataService, Dataset, DatasetSeries, Distribution, Extra, Mapped, RemarkCode, Resource};

/// Bytes of a hash that name a thing inside its dataset.
const HASH_BYTES: usize = 6;

/// Makes the resource.
pub(super) fn finish(mut draft: Draft) -> Mapped {
    let mut distributions = std::mem::take(&mut draft.dataset.distribution);
    let mut samples = std::mem::take(&mut draft.dataset.sample);
    distributions.iter_mut().chain(&mut samples).for_each(complete);
    name_distributions(&mut draft, distributions.iter_mut().chain(&mut samples));
    name_services(&mut draft, distributions.iter_mut().chain(&mut samples));
    draft.dataset.distribution = distributions;
    draft.dataset.sample = samples;
    if draft.dataset.title.is_empty() {
        draft.notes.remark(RemarkCode::MissingValue, "title", said("", ""), "");
    }
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

/// Repeats the download URL as access URL, as DCAT asks where there is no other, and gives ids.
fn complete(distribution: &mut Distribution) {
    if distribution.access_url.is_empty() {
        distribution.access_url.clone_from(&distribution.download_url);
    }
    if distribution.id.is_empty() {
        distribution.id = derived_id(distribution);
    }
    for service in &mut distribution.access_service {
        if service.id.is_empty() {
            let key: Vec<&str> = service.endpoint_url.iter().map(crate::Iri::as_str).collect();
            service.id = hash(&key.join("\n"));
        }
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
    let mut seen: HashMap<String, u32> = HashMap::new();
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
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut first: HashMap<String, DataService> = HashMap::new();
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
