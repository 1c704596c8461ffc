//! Distributions.

use super::concepts::Kind;
use super::formats::FormatFound;
use super::notes::{Notes, add, add_concept};
use super::trace::{Rule, part_name};
use super::words::first;
use super::{NamedSaid, Said, ServiceDraft, serve};
use crate::value::{checksum, number};
use crate::vocabulary::Vocabulary;
use crate::{Checksum, Concept, Distribution, Extra, ExtraValue, Iri, RemarkCode};

/// One distribution on its way; what it is given goes straight into the dataset's draft.
#[derive(Debug)]
pub struct DistributionDraft<'d> {
    notes: &'d mut Notes,
    distribution: &'d mut Distribution,
    /// Which one it is, for the trace.
    part: (&'static str, usize),
}

impl<'d> DistributionDraft<'d> {
    pub(super) fn begin(
        notes: &'d mut Notes,
        to: &'d mut Vec<Distribution>,
        id: Option<&str>,
        part: &'static str,
    ) -> Self {
        let part = (part, to.len());
        let id = id.unwrap_or_default().trim().to_owned();
        let distribution = to.push_mut(Distribution { id, ..Distribution::default() });
        Self { notes, distribution, part }
    }

    /// The IRI that the source gives it.
    pub fn upstream_iri(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(iri) = self.notes.iri("upstream_iri", said) {
            self.notes.only("upstream_iri", &mut self.distribution.upstream, iri, said);
        }
        self.settle()
    }

    /// `dct:title`.
    pub fn title(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(text) = self.notes.line("title", said) {
            add(&mut self.distribution.title, text);
        }
        self.settle()
    }

    /// `dct:description`: plain text, HTML or Markdown.
    pub fn description(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(text) = self.notes.prose("description", said) {
            add(&mut self.distribution.description, text);
        }
        self.settle()
    }

    /// `dcat:accessURL`.
    pub fn access_url(&mut self, said: Said<'_>) -> &mut Self {
        for iri in self.notes.iris("access_url", said) {
            add(&mut self.distribution.access_url, iri);
        }
        self.settle()
    }

    /// `dcat:downloadURL`. A distribution without `dcat:accessURL` gets the same one as that, as DCAT asks.
    pub fn download_url(&mut self, said: Said<'_>) -> &mut Self {
        for iri in self.notes.iris("download_url", said) {
            add(&mut self.distribution.download_url, iri);
        }
        self.settle()
    }

    /// `dct:format`: a label, an extension, a media type or an IRI.
    ///
    /// An archive around it becomes `dcat:packageFormat`, a compression `dcat:compressFormat`. Words such as `API` name no file type but a way of access;
    /// they become a statement `dct:type` with an EU distribution type.
    pub fn format<'a>(&mut self, format: impl Into<NamedSaid<'a>>) -> &mut Self {
        let format = format.into();
        if let Some(found) = self.notes.format("format", &format)
            && let Some(said) = first(&format)
        {
            let Distribution { format, package_format, compress_format, extra, .. } = &mut *self.distribution;
            match found {
                FormatFound::FileType { concept, package, compression } => {
                    self.notes.only_concept("format", format, concept, said);
                    serve::fill(package_format, package);
                    serve::fill(compress_format, compression);
                }
                FormatFound::Way(statement) => add(extra, statement),
            }
        }
        self.settle()
    }

    /// `dcat:mediaType`: a media type, or its IRI.
    pub fn media_type<'a>(&mut self, media_type: impl Into<NamedSaid<'a>>) -> &mut Self {
        self.concept("media_type", Kind::MediaType, &media_type.into(), |d| &mut d.media_type)
    }

    /// `dcat:compressFormat`.
    pub fn compress_format<'a>(&mut self, format: impl Into<NamedSaid<'a>>) -> &mut Self {
        self.concept("compress_format", Kind::MediaType, &format.into(), |d| &mut d.compress_format)
    }

    /// `dcat:packageFormat`.
    pub fn package_format<'a>(&mut self, format: impl Into<NamedSaid<'a>>) -> &mut Self {
        self.concept("package_format", Kind::MediaType, &format.into(), |d| &mut d.package_format)
    }

    /// `dct:license`, by IRI, code or words.
    pub fn license<'a>(&mut self, license: impl Into<NamedSaid<'a>>) -> &mut Self {
        self.concept("license", Kind::Licence, &license.into(), |d| &mut d.license)
    }

    /// `dcatap:availability`.
    pub fn availability<'a>(&mut self, availability: impl Into<NamedSaid<'a>>) -> &mut Self {
        self.concept("availability", Kind::Of(Vocabulary::PlannedAvailability), &availability.into(), |d| {
            &mut d.availability
        })
    }

    /// `adms:status`.
    pub fn status<'a>(&mut self, status: impl Into<NamedSaid<'a>>) -> &mut Self {
        self.concept("status", Kind::Of(Vocabulary::DistributionStatus), &status.into(), |d| &mut d.status)
    }

    /// `dct:language`.
    pub fn language<'a>(&mut self, language: impl Into<NamedSaid<'a>>) -> &mut Self {
        for concept in self.notes.concepts("language", Kind::Language, &language.into()) {
            add_concept(&mut self.distribution.language, concept);
        }
        self.settle()
    }

    /// `dcat:byteSize`: `12345`, `1,2 Mo`, ….
    pub fn byte_size(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(bytes) = self.notes.number("byte_size", said, number::byte_size) {
            self.notes.only("byte_size", &mut self.distribution.byte_size, bytes, said);
        }
        self.settle()
    }

    /// `spdx:checksum`. Without an algorithm the length of the value tells it.
    pub fn checksum(&mut self, algorithm: Option<Said<'_>>, value: Said<'_>) -> &mut Self {
        let (prefix, bare) = checksum::split(value.value);
        let digits = checksum::value(bare);
        let named = algorithm.filter(|a| !a.is_empty()).map(|a| a.value).or(prefix);
        let known = match named {
            Some(name) => checksum::algorithm(name),
            None => digits.as_deref().and_then(|d| checksum::algorithm_of_length(d.len())),
        };
        match (known, digits) {
            (Some(algorithm), Some(checksum_value)) => {
                self.notes.tell("checksum", value, Rule::Checksum, || checksum_value.clone());
                let checksum = Checksum { algorithm, checksum_value };
                self.notes.only("checksum", &mut self.distribution.checksum, checksum, value);
            }
            _ if value.is_empty() => {}
            _ => {
                self.notes.refuse(RemarkCode::InvalidChecksum, "checksum", value);
                if let Some(algorithm) = algorithm {
                    self.notes.keep_beside(algorithm);
                }
            }
        }
        self.settle()
    }

    /// `dct:rights`.
    pub fn rights<'a>(&mut self, statement: impl Into<NamedSaid<'a>>) -> &mut Self {
        for statement in self.notes.references("rights", &statement.into()) {
            add(&mut self.distribution.rights, statement);
        }
        self.settle()
    }

    /// `foaf:page`: documentation.
    pub fn page<'a>(&mut self, page: impl Into<NamedSaid<'a>>) -> &mut Self {
        for page in self.notes.references("page", &page.into()) {
            add(&mut self.distribution.page, page);
        }
        self.settle()
    }

    /// `dct:conformsTo`: the schema of the data.
    pub fn conforms_to<'a>(&mut self, standard: impl Into<NamedSaid<'a>>) -> &mut Self {
        for standard in self.notes.standards("conforms_to", &standard.into()) {
            add(&mut self.distribution.conforms_to, standard);
        }
        self.settle()
    }

    /// `dcatap:applicableLegislation`.
    pub fn applicable_legislation<'a>(&mut self, law: impl Into<NamedSaid<'a>>) -> &mut Self {
        for law in self.notes.references("applicable_legislation", &law.into()) {
            add(&mut self.distribution.applicable_legislation, law);
        }
        self.settle()
    }

    /// `odrl:hasPolicy`.
    pub fn has_policy<'a>(&mut self, policy: impl Into<NamedSaid<'a>>) -> &mut Self {
        let policy = policy.into();
        if let Some(said) = first(&policy) {
            for reference in self.notes.references("has_policy", &policy) {
                self.notes.only("has_policy", &mut self.distribution.has_policy, reference, said);
            }
        }
        self.settle()
    }

    /// `dct:issued`.
    pub fn issued(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(moment) = self.notes.moment("issued", said) {
            self.notes.only("issued", &mut self.distribution.issued, moment, said);
        }
        self.settle()
    }

    /// `dct:modified`.
    pub fn modified(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(moment) = self.notes.moment("modified", said) {
            self.notes.only("modified", &mut self.distribution.modified, moment, said);
        }
        self.settle()
    }

    /// `dcat:spatialResolutionInMeters`.
    pub fn spatial_resolution_in_meters(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(metres) = self.notes.metres("spatial_resolution_in_meters", said) {
            let slot = &mut self.distribution.spatial_resolution_in_meters;
            self.notes.only("spatial_resolution_in_meters", slot, metres, said);
        }
        self.settle()
    }

    /// `dcat:temporalResolution`, an ISO 8601 duration.
    pub fn temporal_resolution(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(duration) = self.notes.duration("temporal_resolution", said) {
            let slot = &mut self.distribution.temporal_resolution;
            self.notes.only("temporal_resolution", slot, duration, said);
        }
        self.settle()
    }

    /// `dcat:accessService`: a service that gives this data. `id` is the source's own id for it.
    pub fn access_service(&mut self, id: Option<&str>) -> ServiceDraft<'_> {
        ServiceDraft::begin(self.notes, &mut self.distribution.access_service, id)
    }

    /// Keeps something that no property holds: `place` is the key.
    pub fn extra(&mut self, said: Said<'_>) -> &mut Self {
        self.notes.keep(said);
        self.settle()
    }

    /// Keeps a statement of an RDF source that no property holds.
    pub fn statement(&mut self, property: Iri, value: ExtraValue) -> &mut Self {
        self.notes.tell_statement(&property, &value);
        self.distribution.extra.push(Extra::Statement { property, value });
        self.settle()
    }

    /// Adds a remark of the harvester's own.
    pub fn remark(
        &mut self,
        code: RemarkCode,
        property: &'static str,
        said: Said<'_>,
        detail: &str,
    ) -> &mut Self {
        self.notes.remark(code, property, said, detail);
        self
    }

    fn concept(
        &mut self,
        property: &'static str,
        kind: Kind,
        named: &NamedSaid<'_>,
        slot: fn(&mut Distribution) -> &mut Option<Concept>,
    ) -> &mut Self {
        if let Some(concept) = self.notes.concept(property, kind, named)
            && let Some(said) = first(named)
        {
            self.notes.only_concept(property, slot(self.distribution), concept, said);
        }
        self.settle()
    }

    fn settle(&mut self) -> &mut Self {
        let (part, number) = self.part;
        self.notes.place_steps(|| part_name(part, number));
        self.distribution.extra.append(&mut self.notes.left);
        self.notes.rights.drain(..).for_each(|statement| add(&mut self.distribution.rights, statement));
        self
    }
}
