//! Distributions in a trace: their names in the end, and what the last step fills in.

use super::super::finish::extension;
use super::super::notes::Notes;
use super::super::said;
use super::Rule;
use crate::{Concept, Distribution, Iri, vocabulary};

/// The name of a part while its id is not known for sure.
pub(in super::super) fn part_name(part: &str, number: usize) -> String {
    format!("{part}#{number}")
}

/// The names that distributions and samples have had, and those that they have in the end.
pub(in super::super) fn part_names(
    distributions: &[Distribution],
    samples: &[Distribution],
) -> Vec<(String, String)> {
    let named = |part: &'static str, all: &[Distribution]| {
        let named = all.iter().enumerate().map(|(n, d)| (part_name(part, n), format!("{part}[{}]", d.id)));
        named.collect::<Vec<_>>()
    };
    [named("distribution", distributions), named("sample", samples)].concat()
}

/// What a distribution lacks before the last step fills it in.
#[derive(Debug)]
pub(in super::super) struct Lacks(Vec<&'static str>);

impl Lacks {
    /// What each distribution lacks, if somebody asks for a trace.
    pub(in super::super) fn of_all(notes: &Notes, all: &[Distribution]) -> Vec<Self> {
        if notes.trace.is_some() { all.iter().map(Self::of).collect() } else { Vec::new() }
    }

    fn of(distribution: &Distribution) -> Self {
        let Distribution { access_url, download_url, format, media_type, license, .. } = distribution;
        let Distribution { access_service, package_format, compress_format, .. } = distribution;
        let lacks = [
            ("access_url", access_url.is_empty()),
            ("download_url", download_url.is_empty()),
            ("format", format.is_none()),
            ("media_type", media_type.is_none()),
            ("package_format", package_format.is_none()),
            ("compress_format", compress_format.is_none()),
            ("license", license.is_none()),
            ("access_service", access_service.is_empty()),
        ];
        Self(lacks.into_iter().filter_map(|(property, lacks)| lacks.then_some(property)).collect())
    }

    fn has(&self, property: &str) -> bool {
        self.0.contains(&property)
    }

    /// Tells the trace what is no longer lacking, and why.
    pub(in super::super) fn tell(&self, notes: &mut Notes, number: usize, all: &[Distribution]) {
        let (Some(distribution), true) = (all.get(number), notes.trace.is_some()) else { return };
        let term = |concept: &Option<Concept>| {
            let iri = concept.as_ref()?.iri.as_ref();
            Some(iri.map(Iri::to_string).unwrap_or_default())
        };
        let mut told = Vec::new();
        if let Some(first) = distribution.access_url.first().filter(|_| self.has("access_url")) {
            told.push(("access_url", Rule::AccessIsDownload, first.to_string()));
        }
        if let Some(format) = term(&distribution.format).filter(|_| self.has("format")) {
            let rule = match (self.has("media_type"), ends_as(distribution, &format)) {
                (false, _) => Rule::FormatOfMediaType,
                (true, true) => Rule::FormatOfExtension,
                (true, false) => Rule::Derived,
            };
            told.push(("format", rule, format));
        }
        if let Some(media_type) = term(&distribution.media_type).filter(|_| self.has("media_type")) {
            told.push(("media_type", Rule::MediaTypeOfFormat, media_type));
        }
        if let Some(license) = term(&distribution.license).filter(|_| self.has("license")) {
            let mut stated = distribution.rights.iter().filter_map(|right| right.iri.as_ref());
            let is_stated = stated.find_map(|iri| vocabulary::licence(iri.as_str())).is_some();
            let rule = if is_stated { Rule::LicenceInRights } else { Rule::Inherited };
            told.push(("license", rule, license));
        }
        if let Some(first) = distribution.download_url.first().filter(|_| self.has("download_url")) {
            told.push(("download_url", Rule::Derived, first.to_string()));
        }
        for (property, around) in [
            ("package_format", &distribution.package_format),
            ("compress_format", &distribution.compress_format),
        ] {
            if let Some(media_type) = term(around).filter(|_| self.has(property)) {
                told.push((property, Rule::Derived, media_type));
            }
        }
        let endpoints = distribution.access_service.iter().flat_map(|service| &service.endpoint_url);
        if let Some(first) = endpoints.map(Iri::as_str).next().filter(|_| self.has("access_service")) {
            told.push(("access_service", Rule::Derived, first.to_owned()));
        }
        for (property, rule, result) in told {
            notes.tell(property, said("", ""), rule, || result);
        }
        notes.place_steps(|| part_name("distribution", number));
    }
}

/// Whether an address of the distribution ends in an extension of this format.
fn ends_as(distribution: &Distribution, format: &str) -> bool {
    let mut urls = distribution.download_url.iter().chain(&distribution.access_url);
    urls.any(|url| {
        let extension = extension(url.as_str()).map(str::to_ascii_lowercase);
        let found = extension.as_deref().and_then(vocabulary::format);
        found.is_some_and(|found| found.term.iri().as_str() == format)
    })
}
