//! A package as a dataset or series.

mod coverage;
mod parties;
mod resource;
mod words;

use moisson_dcat::{
    Mapped, RemarkCode,
    draft::{Defaults, Draft, NamedSaid, said},
    value::language::tag,
};
use moisson_harvest::{Record, Source, Unmappable};
use url::Url;

use super::{api, package::Package};
use crate::{
    json::{Json, parse},
    license::license,
    spelling::Field::{
        Guid, HarvestTitle, HarvestUrl, Identifier, LandingPage, MetadataLanguage, Title, Uri,
    },
    words::{Words, is_link, words as texts_in},
};

/// What CKAN says when nobody chose a licence.
const NO_LICENSE: [&str; 3] = ["notspecified", "none", "not-specified"];

/// Keys of the licence, the best name first.
const LICENSE_KEYS: [&str; 10] = [
    "license_title",
    "license_id",
    "license_url",
    "license",
    "licence",
    "license-url",
    "licence_url",
    "license_link",
    "licence_id",
    "licence_title",
];

/// Maps one package.
pub(super) fn map(source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
    let unmappable = |reason: String| Unmappable { reason };
    let text = std::str::from_utf8(&record.body)
        .map_err(|error| unmappable(format!("the package is not UTF-8: {error}; harvest it again")))?;
    let mut spare = String::new();
    let json = parse(text, &mut spare).map_err(|error| {
        unmappable(format!("the package is not JSON: {error}; the portal should send JSON"))
    })?;
    let Json::Object(object) = json else {
        return Err(unmappable("the package is not a JSON object; the portal should send one".to_owned()));
    };
    let mut package = Package::new(object);
    let defaults = Defaults { language: source.language.clone(), base: None };
    let kind = package.take("type").and_then(Json::into_text).unwrap_or_default();
    let state = package.take("state").and_then(Json::into_text);
    let mut mapper = Mapper {
        site: api::site(source),
        dkan: state.as_deref() == Some("Active"),
        draft: if kind == "dataset_series" { Draft::series(&defaults) } else { Draft::dataset(&defaults) },
    };
    let resources = package.take("resources").unwrap_or(Json::Null);
    mapper.language(&mut package);
    mapper.origin(&mut package);
    mapper.parties(&mut package);
    mapper.words(&mut package);
    mapper.coverage(&mut package);
    mapper.license(&mut package);
    mapper.resources(resources);
    for word in package.rest() {
        mapper.draft.extra(word.said());
    }
    Ok(mapper.draft.finish())
}

/// A dataset on its way.
struct Mapper {
    /// The portal's address for people.
    site: Option<Url>,
    /// DKAN differs in small ways.
    dkan: bool,
    draft: Draft,
}

impl Mapper {
    /// An address below the portal's.
    fn below(&self, parts: &[&str]) -> Option<String> {
        let mut url = self.site.clone()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend(parts);
        Some(url.into())
    }

    /// Whether an address is the portal's own.
    fn is_own(&self, address: &str) -> bool {
        let host = |url: &Url| url.host_str().map(str::to_owned);
        let own = self.site.as_ref().and_then(host);
        own.is_some() && Url::parse(address.trim()).ok().as_ref().and_then(host) == own
    }

    /// The language that the package says its texts are in.
    fn language(&mut self, package: &mut Package<'_>) {
        for language in package.words(MetadataLanguage) {
            if tag(&language.text).is_some() {
                self.draft.default_language(&language.text);
            } else {
                self.draft.extra(language.said());
            }
        }
    }

    /// Ids, dates of the record, addresses, and where the original is.
    fn origin(&mut self, package: &mut Package<'_>) {
        let (id, name) = (package.take_text("id"), package.take_text("name"));
        if let Some(date) = package.take_text("metadata_created") {
            self.draft.upstream_issued(date.said());
        }
        if let Some(date) = package.take_text("metadata_modified") {
            self.draft.upstream_modified(date.said());
        }
        let identifiers = package.words(Identifier);
        let guid = package.one(Guid);
        let uris: Vec<Words<'_>> =
            package.values(Uri).into_iter().flat_map(|(place, value)| texts_in(place, value)).collect();
        let (links, others): (Vec<_>, Vec<_>) = uris.into_iter().partition(|uri| is_link(uri.text.trim()));
        let uri = links.first();
        for other in links.iter().skip(1).chain(&others) {
            self.draft.extra(other.said());
        }
        self.original(package, guid.as_ref(), uri);
        for identifier in &identifiers {
            self.draft.identifier(identifier.said());
        }
        if let Some(id) = id.as_ref().filter(|id| identifiers.iter().all(|other| other.text != id.text)) {
            if identifiers.is_empty() {
                self.draft.identifier(id.said());
            } else {
                let agency = self.site.as_ref().and_then(Url::host_str).map(str::to_owned);
                self.draft.other_identifier(id.said(), agency.as_deref());
            }
        }
        if let Some(guid) =
            guid.filter(|guid| identifiers.iter().chain(&id).all(|other| other.text != guid.text))
        {
            self.draft.other_identifier(guid.said(), None);
        }
        self.addresses(package, uri, [id.as_ref(), name.as_ref()]);
    }

    /// The original of what the portal harvested itself.
    fn original(&mut self, package: &mut Package<'_>, guid: Option<&Words<'_>>, uri: Option<&Words<'_>>) {
        let (title, url) = (package.one(HarvestTitle), package.one(HarvestUrl));
        if title.is_none() && url.is_none() {
            return;
        }
        let foreign = |words: &&Words<'_>| is_link(words.text.trim()) && !self.is_own(&words.text);
        let iri = url.as_ref().or_else(|| uri.filter(foreign)).or_else(|| guid.filter(foreign));
        let original =
            NamedSaid { iri: iri.map(Words::said), label: title.iter().map(Words::said).collect() };
        self.draft.copy_of(original);
    }

    /// The IRI and pages of the dataset.
    fn addresses(
        &mut self,
        package: &mut Package<'_>,
        uri: Option<&Words<'_>>,
        [id, name]: [Option<&Words<'_>>; 2],
    ) {
        let pages = package.words(LandingPage);
        for page in &pages {
            self.draft.landing_page(NamedSaid::iri(page.said()));
        }
        match uri {
            Some(uri) => {
                self.draft.upstream_iri(uri.said());
            }
            // The address that CKAN gives each package, whatever its name becomes.
            None => {
                if let Some(iri) = id.and_then(|id| self.below(&["dataset", id.text.trim()])) {
                    self.draft.upstream_iri(said("id", &iri));
                }
            }
        }
        let own = pages.iter().find(|page| self.is_own(&page.text));
        let ours = name.or(id).and_then(|name| self.below(&["dataset", name.text.trim()]));
        if let Some(page) = own {
            self.draft.upstream_page(page.said());
        } else if let Some(page) = ours {
            self.draft.upstream_page(said("name", &page));
        }
        if let Some(name) = name.filter(|_| !package.has(Title)) {
            self.draft.extra(name.said());
        }
    }

    /// The licence of the package.
    fn license(&mut self, package: &mut Package<'_>) {
        let mut words = Vec::new();
        for key in LICENSE_KEYS {
            let root = package.take(key).map(|value| texts_in(key, value)).unwrap_or_default();
            if root.is_empty() {
                let extras = package.take_extra(key).into_iter();
                words.extend(extras.flat_map(|(place, value)| texts_in(place, value)));
            } else {
                words.extend(root);
            }
        }
        let none = |word: &&Words<'_>| NO_LICENSE.contains(&word.text.trim().to_ascii_lowercase().as_str());
        if let Some(id) = words.iter().find(none) {
            let detail = "the portal says that no licence is specified";
            self.draft.remark(RemarkCode::MissingValue, "license", id.said(), detail);
            for word in &words {
                self.draft.extra(word.said());
            }
            return;
        }
        if let Some(license) = license(&words) {
            self.draft.license(license);
        }
    }
}

#[cfg(test)]
mod tests;
