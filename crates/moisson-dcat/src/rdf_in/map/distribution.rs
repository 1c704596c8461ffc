//! Distributions and the services that give access to them.

use super::{
    facts::{Fact, Named, Path, ROOT, Value, facts, is_label, leftover},
    parts::{Contact, identifier, moment},
};
use crate::{
    Extra,
    draft::{DistributionDraft, Draft, NamedSaid, Said, ServiceDraft},
    rdf_in::{graph::Term, names::rdf},
};

/// Where licences are.
const LICENSES: &[&str] = &[
    "creativecommons.org/licenses/",
    "creativecommons.org/publicdomain/",
    "data.gouv.fr/licence",
    "dcat-ap.de/def/licenses/",
    "etalab.gouv.fr/licence-ouverte",
    "opendatacommons.org/licenses/",
    "publications.europa.eu/resource/authority/licence/",
    "spdx.org/licenses/",
];

/// Whether a value is the address of a licence, wherever it stands.
pub(super) fn is_license(fact: &Fact<'_>) -> bool {
    let iri = match fact.term() {
        Term::Iri(iri) => iri,
        Term::Literal { value, .. } => value.trim(),
        Term::Blank(_) => return false,
    };
    let bare = iri.strip_prefix("https://").or_else(|| iri.strip_prefix("http://")).unwrap_or_default();
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    LICENSES.iter().any(|known| bare.starts_with(known))
}

/// Takes a distribution or sample.
pub(super) fn distribution(draft: &mut Draft, fact: &Fact<'_>, sample: bool) {
    if let Some(url) = fact.literal(ROOT) {
        // A bare address where a description is due.
        let mut target = if sample { draft.sample(None) } else { draft.distribution(None) };
        target.access_url(url.said());
        return;
    }
    if let Some(url) = fact.iri_value(ROOT).filter(|url| !fact.is_described() && is_file(url.text())) {
        // The file itself where its description is due.
        let mut target = if sample { draft.sample(None) } else { draft.distribution(None) };
        target.access_url(url.said());
        return;
    }
    let iri = fact.term().as_iri();
    let name = iri.map_or_else(|| format!("{}:{}", fact.prefix, fact.local), str::to_owned);
    let steps = [fact.iri];
    let path = Path { steps: &steps, name: &name };
    let inner = Path { steps: &[], name: &name };
    let about: Vec<Fact<'_>> = facts(fact.graph, fact.object).collect();
    let ids: Vec<Value<'_>> = about
        .iter()
        .filter(|f| (f.prefix, f.local) == ("dct", "identifier"))
        .flat_map(|f| identifier(f, path))
        .collect();
    let id = ids.first().map(Value::text).filter(|id| !id.trim().is_empty());
    let mut target = if sample { draft.sample(id) } else { draft.distribution(id) };
    if let Some(iri) = fact.iri_value(ROOT) {
        target.upstream_iri(iri.said());
    }
    for fact in &about {
        if !take(&mut target, fact, inner) {
            keep_in(&mut target, fact.kept(inner));
            if matches!(fact.term(), Term::Iri(_)) && fact.is_described() {
                keep_in(&mut target, leftover(fact, inner, |_| false));
            }
        }
    }
}

/// Whether an address is that of a file that holds data, by its name.
fn is_file(iri: &str) -> bool {
    const FILES: [&str; 14] = [
        "csv", "xls", "xlsx", "ods", "json", "geojson", "xml", "kml", "kmz", "gpkg", "shp", "zip", "parquet",
        "gml",
    ];
    let path = iri.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_known = |extension: &str| FILES.contains(&extension.to_ascii_lowercase().as_str());
    iri.starts_with("http") && name.rsplit_once('.').is_some_and(|(_, extension)| is_known(extension))
}

fn keep_in(target: &mut DistributionDraft<'_>, extra: Option<Extra>) {
    if let Some(Extra::Statement { property, value }) = extra {
        target.statement(property, value);
    }
}

fn take(target: &mut DistributionDraft<'_>, fact: &Fact<'_>, path: Path<'_>) -> bool {
    texts(target, fact, path) || named(target, fact, path) || other(target, fact, path)
}

/// Texts, addresses and dates.
fn texts(target: &mut DistributionDraft<'_>, fact: &Fact<'_>, path: Path<'_>) -> bool {
    type Method = fn(&mut DistributionDraft<'_>, Said<'_>);
    let method: Method = match (fact.prefix, fact.local) {
        ("dct" | "dc", "title") | ("schema", "name") | ("rdfs", "label") => |d, said| _ = d.title(said),
        ("dct" | "dc" | "schema", "description") => |d, said| _ = d.description(said),
        ("dcat", "accessURL" | "accessUrl") | ("schema", "url") => |d, said| _ = d.access_url(said),
        ("dcat", "downloadURL" | "downloadUrl") | ("schema", "contentUrl") => {
            |d, said| _ = d.download_url(said)
        }
        ("dcat", "byteSize" | "bytes" | "bytesSize" | "size") | ("schema", "contentSize") => {
            |d, said| _ = d.byte_size(said)
        }
        ("dcat", "spatialResolutionInMeters") => |d, said| _ = d.spatial_resolution_in_meters(said),
        ("dcat", "temporalResolution") => |d, said| _ = d.temporal_resolution(said),
        ("dct", "issued") | ("schema", "datePublished") => |d, said| _ = d.issued(said),
        ("dct", "modified" | "updated") | ("schema", "dateModified") => |d, said| _ = d.modified(said),
        _ => return false,
    };
    let values = match fact.value(path) {
        Some(value) => vec![value],
        None => moment(fact, path).map_or_else(|| fact.texts(path), |value| vec![value]),
    };
    for value in &values {
        method(target, value.said());
    }
    !values.is_empty()
}

/// Values of vocabularies and documents.
fn named(target: &mut DistributionDraft<'_>, fact: &Fact<'_>, path: Path<'_>) -> bool {
    type Method = fn(&mut DistributionDraft<'_>, NamedSaid<'_>);
    let method: Method = match (fact.prefix, fact.local) {
        ("dct" | "dc", "format") | ("schema", "fileFormat") => |d, said| _ = d.format(said),
        ("dcat" | "dct", "mediaType") | ("schema", "encodingFormat") => |d, said| _ = d.media_type(said),
        ("dcat", "compressFormat") => |d, said| _ = d.compress_format(said),
        ("dcat", "packageFormat") => |d, said| _ = d.package_format(said),
        // As the JSON-LD context of Project Open Data has it.
        ("dct" | "schema", "license" | "#license") => |d, said| _ = d.license(said),
        ("dct", "rights") if is_license(fact) => |d, said| _ = d.license(said),
        ("dcatap", "availability") | ("dcatde", "plannedAvailability") => |d, said| _ = d.availability(said),
        ("adms", "status") => |d, said| _ = d.status(said),
        ("dct" | "dc", "language") | ("schema", "inLanguage") => |d, said| _ = d.language(said),
        ("dct", "rights") => |d, said| _ = d.rights(said),
        ("foaf", "page") => |d, said| _ = d.page(said),
        ("dct", "conformsTo") => |d, said| _ = d.conforms_to(said),
        ("dcatap", "applicableLegislation") => |d, said| _ = d.applicable_legislation(said),
        ("odrl", "hasPolicy") => |d, said| _ = d.has_policy(said),
        _ => return false,
    };
    let Some(named) = Named::of(fact, path) else { return false };
    method(target, named.said());
    keep_in(target, leftover(fact, path, is_label));
    true
}

/// Checksums, services, classes.
fn other(target: &mut DistributionDraft<'_>, fact: &Fact<'_>, path: Path<'_>) -> bool {
    match (fact.prefix, fact.local) {
        ("rdf", "type") => {
            let class = fact.term().as_iri().unwrap_or_default();
            return class.ends_with("#Distribution") || class.ends_with("/DataDownload");
        }
        // Given to the draft as the id.
        ("dct", "identifier") => return !identifier(fact, path).is_empty(),
        ("spdx", "checksum") => return checksum(target, fact, path),
        ("dcat", "accessService") => service(target, fact),
        _ => return false,
    }
    true
}

fn checksum(target: &mut DistributionDraft<'_>, fact: &Fact<'_>, path: Path<'_>) -> bool {
    if let Some(value) = fact.literal(path) {
        target.checksum(None, value.said());
        return true;
    }
    let steps = [fact.iri];
    let inner = Path { steps: &steps, name: path.name };
    let part = |local: &str| {
        let mut found = facts(fact.graph, fact.object).filter(|f| (f.prefix, f.local) == ("spdx", local));
        found.find_map(|f| f.value(inner).or_else(|| f.texts(inner).into_iter().next()))
    };
    let Some(value) = part("checksumValue") else { return false };
    let algorithm = part("algorithm");
    target.checksum(algorithm.as_ref().map(Value::said), value.said());
    let taken = |f: &Fact<'_>| matches!((f.prefix, f.local), ("spdx", "checksumValue" | "algorithm"));
    keep_in(target, leftover(fact, path, taken));
    true
}

/// A service that gives access.
fn service(target: &mut DistributionDraft<'_>, fact: &Fact<'_>) {
    let name = fact.term().as_iri().map_or_else(|| "dcat:accessService".to_owned(), str::to_owned);
    let path = Path { steps: &[], name: &name };
    let about: Vec<Fact<'_>> = facts(fact.graph, fact.object).collect();
    let ids: Vec<Value<'_>> = about
        .iter()
        .filter(|f| (f.prefix, f.local) == ("dct", "identifier"))
        .flat_map(|f| identifier(f, path))
        .collect();
    let mut service = target.access_service(ids.first().map(Value::text));
    if let Some(iri) = fact.value(path) {
        if matches!(fact.term(), Term::Iri(_)) {
            service.upstream_iri(iri.said());
        } else {
            service.endpoint_url(iri.said());
        }
    }
    for fact in &about {
        if !service_texts(&mut service, fact, path) && !service_named(&mut service, fact, path) {
            keep_in_service(&mut service, fact.kept(path));
        }
    }
}

fn keep_in_service(service: &mut ServiceDraft<'_>, extra: Option<Extra>) {
    if let Some(Extra::Statement { property, value }) = extra {
        service.statement(property, value);
    }
}

fn service_texts(service: &mut ServiceDraft<'_>, fact: &Fact<'_>, path: Path<'_>) -> bool {
    type Method = fn(&mut ServiceDraft<'_>, Said<'_>);
    let method: Method = match (fact.prefix, fact.local) {
        ("dct" | "dc", "title") | ("rdfs", "label") => |d, said| _ = d.title(said),
        ("dct" | "dc", "description") => |d, said| _ = d.description(said),
        ("dcat", "endpointURL" | "endpointUrl") => |d, said| _ = d.endpoint_url(said),
        ("dcat", "endpointDescription") => |d, said| _ = d.endpoint_description(said),
        ("dcat", "servesDataset") => |d, said| _ = d.serves_dataset(said),
        ("dcat", "keyword") => |d, said| _ = d.keyword(said),
        ("dct", "identifier") => return !identifier(fact, path).is_empty(),
        ("rdf", "type") => {
            return fact.iri == rdf::TYPE
                && fact.term().as_iri().is_some_and(|c| c.ends_with("#DataService"));
        }
        ("dcat", "contactPoint") => {
            let contact = Contact::of(fact, path);
            service.contact_point(&contact.said());
            keep_in_service(service, contact.left);
            return true;
        }
        _ => return false,
    };
    let values = fact.value(path).map_or_else(|| fact.texts(path), |value| vec![value]);
    for value in &values {
        method(service, value.said());
    }
    !values.is_empty()
}

fn service_named(service: &mut ServiceDraft<'_>, fact: &Fact<'_>, path: Path<'_>) -> bool {
    type Method = fn(&mut ServiceDraft<'_>, NamedSaid<'_>);
    let method: Method = match (fact.prefix, fact.local) {
        ("dct", "conformsTo") => |d, said| _ = d.conforms_to(said),
        ("dcat", "theme") => |d, said| _ = d.theme(said),
        ("dct", "format") => |d, said| _ = d.format(said),
        ("dct", "license") => |d, said| _ = d.license(said),
        ("dct", "rights") if is_license(fact) => |d, said| _ = d.license(said),
        ("dct", "rights") => |d, said| _ = d.rights(said),
        ("dct", "accessRights") => |d, said| _ = d.access_rights(said),
        ("foaf", "page") => |d, said| _ = d.page(said),
        _ => return false,
    };
    let Some(named) = Named::of(fact, path) else { return false };
    method(service, named.said());
    keep_in_service(service, leftover(fact, path, is_label));
    true
}
