//! Distributions in a trace: their names in the end, and what the last step fills in.

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
    pub(in super::super) fn of(distribution: &Distribution) -> Self {
        let Distribution { access_url, format, media_type, license, .. } = distribution;
        let lacks = [
            ("access_url", access_url.is_empty()),
            ("format", format.is_none()),
            ("media_type", media_type.is_none()),
            ("license", license.is_none()),
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
            let rule = if self.has("media_type") { Rule::FormatOfExtension } else { Rule::FormatOfMediaType };
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
        for (property, rule, result) in told {
            notes.tell(property, said("", ""), rule, || result);
        }
        notes.place_steps(|| part_name("distribution", number));
    }
}
