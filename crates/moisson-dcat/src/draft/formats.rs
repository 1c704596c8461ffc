//! File types: what a text about a format stands for.

use super::NamedSaid;
use super::concepts::Kind;
use super::notes::{Notes, Property, is_iri};
use super::trace::Rule;
use crate::ns::dct;
use crate::vocabulary::{self, Vocabulary};
use crate::{Concept, Extra, ExtraValue, Iri, RemarkCode};

/// What a text about a format stands for.
#[derive(Debug)]
pub(super) enum FormatFound {
    /// A file type, or words that no table knows, and what is around it.
    FileType {
        /// The file type.
        concept: Concept,
        /// The media type of the archive.
        package: Option<&'static str>,
        /// The media type of the compression.
        compression: Option<&'static str>,
    },
    /// A way of access rather than a file type: a statement with an EU distribution type.
    Way(Extra),
}

impl Notes {
    /// What a text about a format stands for.
    pub(super) fn format(&mut self, property: Property, named: &NamedSaid<'_>) -> Option<FormatFound> {
        let mark = self.mark();
        let texts: Vec<_> = named.iri.iter().chain(&named.label).filter(|s| !s.is_empty()).collect();
        for said in &texts {
            if let Some(found) = vocabulary::format(said.value) {
                if found.several {
                    self.remark(RemarkCode::TooManyValues, property, **said, found.term.code());
                }
                let labels = named.label.iter().filter(|l| !is_iri(l.value));
                let label = labels.filter_map(|l| self.line(property, *l)).collect();
                let rule = match Vocabulary::FileType.term(said.value) {
                    Some(_) => Rule::TableRow,
                    None => Rule::Pattern,
                };
                let iri = || found.term.iri().to_string();
                self.tell_whole(mark, property, **said, (rule, iri));
                let concept = Concept { iri: Some(found.term.iri().clone()), label };
                return Some(FormatFound::FileType {
                    concept,
                    package: found.package,
                    compression: found.compression,
                });
            }
        }
        let way = texts.iter().find_map(|said| Some((said, Vocabulary::DistributionType.term(said.value)?)));
        if let Some((said, way)) = way {
            self.tell(property, **said, Rule::TableRow, || way.iri().to_string());
            let property = Iri::from(dct::TYPE.into_owned());
            let value = ExtraValue::Iri { iri: way.iri().clone() };
            return Some(FormatFound::Way(Extra::Statement { property, value }));
        }
        let media_type = texts.iter().find_map(|said| vocabulary::media_type(said.value));
        if let Some(iri) = media_type {
            // Registered with IANA, though not an EU file type: `application/gpx+xml` and the like.
            let said = texts.first()?;
            self.remark(RemarkCode::UnmappedValue, property, **said, "");
            self.tell(property, **said, Rule::OwnConcept, || iri.to_string());
            let concept = Concept { iri: Some(iri), label: Vec::new() };
            return Some(FormatFound::FileType { concept, package: None, compression: None });
        }
        let concept = self.concept(property, Kind::Of(Vocabulary::FileType), named)?;
        Some(FormatFound::FileType { concept, package: None, compression: None })
    }
}
