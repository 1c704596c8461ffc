//! What the addresses of a distribution are: of a page, of a file, of a service that gives the data, of an archive.
//!
//! [DCAT 3](https://www.w3.org/TR/vocab-dcat-3/#Property:distribution_download_url): `dcat:downloadURL` is a file that can
//! be downloaded; a service is a `dcat:DataService`, named by `dcat:accessService`.

use super::finish::extension;
use super::{Draft, said};
use crate::value::service::{Found, recognise};
use crate::vocabulary::{self, Term, Vocabulary};
use crate::{Concept, DataService, Distribution, Iri, Reference, RemarkCode, Text};

/// Extensions that are archives of several files, and the media type of the package.
const PACKAGES: [(&str, &str); 3] =
    [("zip", "application/zip"), ("7z", "application/x-7z-compressed"), ("rar", "application/vnd.rar")];

/// Extensions of files that are compressed as they are.
const COMPRESSED: [(&str, &str); 3] =
    [("gz", "application/gzip"), ("zst", "application/zstd"), ("bz2", "application/x-bzip2")];

/// File types that are archives themselves, so that a package around them says nothing new.
const ARCHIVES: [&str; 8] = ["ZIP", "GZIP", "TAR", "TAR_GZ", "TAR_XZ", "7Z", "RAR", "KMZ"];

/// Finds the services behind the addresses of all distributions, and the archives around their files.
pub(super) fn addresses(draft: &mut Draft, distributions: &mut [Distribution]) {
    let declared: Vec<Iri> =
        distributions.iter().flat_map(|d| &d.access_service).flat_map(|s| &s.endpoint_url).cloned().collect();
    let mut said_before: Vec<Iri> = Vec::new();
    // Of many exports that one service gives, the one in JSON speaks for it.
    let speaker = speaker(distributions);
    for (at, distribution) in distributions.iter_mut().enumerate() {
        archive(distribution);
        file(draft, distribution);
        let Some((address, found)) = service(distribution) else { continue };
        if found.is_endpoint {
            not_a_file(draft, distribution, &address);
        }
        let Ok(endpoint) = Iri::new(found.endpoint_url.clone()) else { continue };
        // What the source itself says about its services stands.
        if !distribution.access_service.is_empty() || declared.contains(&endpoint) {
            continue;
        }
        let is_export = !found.is_endpoint && found.protocol().is_some_and(|p| p.code().starts_with("ODS_"));
        if is_export && speaker.is_some_and(|speaker| speaker != at) {
            continue;
        }
        if !said_before.contains(&endpoint) {
            let title = found.protocol().map_or("", |p| p.title());
            draft.notes.remark(
                RemarkCode::DerivedValue,
                "access_service",
                said(&distribution.id, &address),
                title,
            );
            said_before.push(endpoint.clone());
        }
        attach(draft, distribution, &found, endpoint);
    }
}

/// The distribution among exports of Opendatasoft that names their service.
fn speaker(distributions: &[Distribution]) -> Option<usize> {
    let exports = || {
        distributions.iter().enumerate().filter(|(_, d)| {
            let mut addresses = d.download_url.iter().chain(&d.access_url);
            addresses.any(|address| address.as_str().contains("/exports/"))
        })
    };
    let is_json = |d: &Distribution| file_type(d).is_some_and(|term| term.code() == "JSON");
    exports().find(|(_, d)| is_json(d)).or_else(|| exports().next()).map(|(at, _)| at)
}

fn file_type(distribution: &Distribution) -> Option<&'static Term> {
    let iri = distribution.format.as_ref()?.iri.as_ref()?;
    vocabulary::term(iri.as_str()).filter(|term| term.vocabulary() == Vocabulary::FileType)
}

/// The first address that is one of a service.
fn service(distribution: &Distribution) -> Option<(String, Found)> {
    let format = file_type(distribution);
    let files = distribution.download_url.iter().filter(|url| !distribution.access_url.contains(url));
    distribution.access_url.iter().chain(files).find_map(|address| {
        let found = recognise(address.as_str(), format)?;
        Some((address.as_str().to_owned(), found))
    })
}

/// Takes the address of a service out of those of files; it stays as the one of access.
fn not_a_file(draft: &mut Draft, distribution: &mut Distribution, address: &str) {
    let before = distribution.download_url.len();
    distribution.download_url.retain(|url| url.as_str() != address);
    if distribution.download_url.len() < before {
        if let Ok(iri) = Iri::new(address)
            && !distribution.access_url.contains(&iri)
        {
            distribution.access_url.push(iri);
        }
        let place = said(&distribution.id, address);
        draft.notes.remark(RemarkCode::MovedValue, "download_url", place, "access_url");
    }
}

/// Names the service, and the format where the source says none.
fn attach(draft: &mut Draft, distribution: &mut Distribution, found: &Found, endpoint: Iri) {
    let Some(protocol) = found.protocol() else { return };
    let standard = |iri: &Iri| Reference { iri: Some(iri.clone()), title: Vec::new() };
    let description = found.endpoint_description.as_deref().and_then(|d| Iri::new(d).ok());
    distribution.access_service.push(DataService {
        title: vec![Text { value: protocol.title().to_owned(), lang: None }],
        endpoint_url: vec![endpoint],
        endpoint_description: description.into_iter().collect(),
        conforms_to: protocol.conforms_to().iter().map(standard).collect(),
        ..DataService::default()
    });
    let none = distribution.format.is_none() && distribution.media_type.is_none();
    if none
        && found.is_endpoint
        && let Some(term) = protocol.format().and_then(|code| Vocabulary::FileType.term(code))
    {
        let place = said(&distribution.id, found.endpoint_url.as_str());
        draft.notes.remark(RemarkCode::DerivedValue, "format", place, term.code());
        distribution.format = Some(Concept { iri: Some(term.iri().clone()), label: Vec::new() });
    }
}

/// An address of access that ends as the format says is one of a file, too.
fn file(draft: &mut Draft, distribution: &mut Distribution) {
    let [address] = distribution.access_url.as_slice() else { return };
    if !distribution.download_url.is_empty() {
        return;
    }
    let address = address.clone();
    let Some(format) = file_type(distribution).filter(|term| term.code() != "HTML") else { return };
    let Some(end) = extension(address.as_str()).map(str::to_ascii_lowercase) else { return };
    let packed = distribution.package_format.is_some() || distribution.compress_format.is_some();
    let is_package = packed && PACKAGES.iter().chain(&COMPRESSED).any(|(name, _)| *name == end);
    // Addresses of programs may end like files: `capabilities.xml`, `data.json` of an API.
    let certain = !address.as_str().contains('?') && format.extensions().contains(&end);
    if certain || is_package {
        let place = said(&distribution.id, address.as_str());
        draft.notes.remark(RemarkCode::DerivedValue, "download_url", place, "");
        distribution.download_url.push(address);
    }
}

/// The archive around a file by the end of its address: `arbres.shp.zip`, `arbres.csv.gz`, `arbres.tar.gz`.
fn archive(distribution: &mut Distribution) {
    let Some(format) = file_type(distribution) else { return };
    if ARCHIVES.contains(&format.code()) {
        return;
    }
    let mut addresses = distribution.download_url.iter().chain(&distribution.access_url);
    let Some(path) = addresses.find_map(|address| {
        let path = address.as_str().split(['?', '#']).next()?;
        let end = extension(path)?;
        let is = |name: &str| end.eq_ignore_ascii_case(name);
        let known = PACKAGES.iter().chain(&COMPRESSED).any(|(name, _)| is(name)) || is("tgz");
        known.then(|| path.to_ascii_lowercase())
    }) else {
        return;
    };
    let by_end = |table: &[(&str, &'static str)]| {
        table.iter().find(|(end, _)| path.ends_with(&format!(".{end}"))).map(|(_, name)| *name)
    };
    let is_tar = [".tar.gz", ".tgz", ".tar.bz2", ".tar.zst"].iter().any(|end| path.ends_with(end));
    let tar = is_tar.then_some("application/x-tar");
    fill(&mut distribution.package_format, tar.or_else(|| by_end(&PACKAGES)));
    let gzip = extension(&path).filter(|end| *end == "tgz").map(|_| "application/gzip");
    fill(&mut distribution.compress_format, by_end(&COMPRESSED).or(gzip));
}

/// Fills what the source does not say. Media types that IANA has not registered are kept by name.
pub(super) fn fill(slot: &mut Option<Concept>, media_type: Option<&str>) {
    if let Some(media_type) = media_type
        && slot.is_none()
    {
        *slot = Some(match vocabulary::media_type(media_type) {
            Some(iri) => Concept { iri: Some(iri), label: Vec::new() },
            None => Concept { iri: None, label: vec![Text { value: media_type.to_owned(), lang: None }] },
        });
    }
}
