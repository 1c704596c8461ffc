//! Values of vocabularies: from what the source wrote to a term of a table, or to its own words with a remark.

use std::borrow::Cow;

use super::notes::{Notes, Property, is_iri};
use super::trace::Rule;
use super::{NamedSaid, Said};
use crate::vocabulary::{self, Term, Vocabulary};
use crate::{Concept, Iri, RemarkCode};

/// The EU's thesaurus, of which any concept may stand beside a theme ([DCAT-AP](https://semiceu.github.io/DCAT-AP/releases/3.0.1/#controlled-vocs)).
const EUROVOC: &str = "http://eurovoc.europa.eu/";

/// How the values of a property are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Several EU themes in one text.
    Theme,
    /// Several languages in one text.
    Language,
    /// By address, label, notice.
    Licence,
    /// By word or interval.
    Frequency,
    /// A media type of IANA; also by the name of a file type.
    MediaType,
    /// By IRI, code, label or alias.
    Of(Vocabulary),
}

/// A part of a text and the IRIs that it stands for; none for a part that no table knows.
type Found<'a> = (Cow<'a, str>, Vec<Iri>);

impl Kind {
    /// Whether a row of the vocabulary's own table has a text as it stands.
    fn has_row(self, raw: &str) -> bool {
        let has = |vocabulary: Vocabulary| vocabulary.term(raw).is_some();
        match self {
            Self::Theme => !vocabulary::themes(raw).is_empty(),
            Self::Language => has(Vocabulary::Language),
            Self::Licence => has(Vocabulary::Licence),
            Self::Frequency => has(Vocabulary::Frequency),
            Self::MediaType => vocabulary::media_type(raw).is_some(),
            Self::Of(vocabulary) => has(vocabulary),
        }
    }

    /// What a text names; empty when nothing in it is known.
    fn find(self, raw: &str) -> Vec<Found<'_>> {
        let one = |term: Option<&'static Term>| match term {
            Some(term) => vec![(Cow::Borrowed(raw), vec![term.iri().clone()])],
            None => Vec::new(),
        };
        match self {
            Self::Theme => vocabulary::themes(raw)
                .into_iter()
                .map(|(part, terms)| (part, terms.iter().map(|t| t.iri().clone()).collect()))
                .collect(),
            Self::Language => {
                let all = vocabulary::languages(raw);
                let iris = all.unwrap_or_default().into_iter().map(|t| t.iri().clone()).collect::<Vec<_>>();
                if iris.is_empty() { Vec::new() } else { vec![(Cow::Borrowed(raw), iris)] }
            }
            Self::Licence => one(vocabulary::licence(raw)),
            Self::Frequency => one(vocabulary::frequency(raw)),
            Self::MediaType => {
                let named = || vocabulary::format(raw).and_then(|f| f.term.media_type());
                let iri = vocabulary::media_type(raw).or_else(named);
                iri.map(|iri| (Cow::Borrowed(raw), vec![iri])).into_iter().collect()
            }
            Self::Of(vocabulary) => one(vocabulary.term(raw)),
        }
    }
}

impl Notes {
    /// The concepts that a thing said stands for. The IRI and the labels are about the same thing: the first of them
    /// that a table knows decides.
    pub(super) fn concepts(&mut self, property: Property, kind: Kind, named: &NamedSaid<'_>) -> Vec<Concept> {
        let texts = named.iri.iter().chain(&named.label).filter(|s| !s.is_empty());
        let known = texts.map(|said| (*said, kind.find(said.value))).find(|(_, found)| !found.is_empty());
        match known {
            Some((said, found)) => self.known(property, kind, named, (said, found)),
            None => self.unknown(property, kind, named).into_iter().collect(),
        }
    }

    /// The concept of a property that holds one; others are kept beside it.
    pub(super) fn concept(
        &mut self,
        property: Property,
        kind: Kind,
        named: &NamedSaid<'_>,
    ) -> Option<Concept> {
        let mut concepts = self.concepts(property, kind, named).into_iter();
        let first = concepts.next();
        for other in concepts {
            let iri = other.iri.as_ref().map(Iri::as_str).unwrap_or_default();
            let value = other.label.first().map_or(iri, |label| label.value.as_str());
            let place = named.iri.iter().chain(&named.label).next().map_or("", |s| s.place);
            self.refuse(RemarkCode::TooManyValues, property, super::said(place, value));
        }
        first
    }

    fn known(
        &mut self,
        property: Property,
        kind: Kind,
        named: &NamedSaid<'_>,
        (said, found): (Said<'_>, Vec<Found<'_>>),
    ) -> Vec<Concept> {
        let by_iri = named.iri.is_some_and(|iri| std::ptr::eq(iri.value, said.value));
        let mark = self.mark();
        let mut told = Vec::new();
        let mut concepts = Vec::new();
        for (part, iris) in found {
            let words = if by_iri || is_iri(said.value) {
                named
                    .label
                    .iter()
                    .filter(|l| !is_iri(l.value))
                    .filter_map(|l| self.line(property, *l))
                    .collect()
            } else {
                self.line(property, said.part(&part)).into_iter().collect::<Vec<_>>()
            };
            if self.trace.is_some() {
                told.push((part.to_string(), iris.clone()));
            }
            if iris.is_empty() {
                self.remark(RemarkCode::UnmappedValue, property, said.part(&part), "");
                concepts.push(Concept { iri: None, label: words });
            } else {
                concepts.extend(iris.into_iter().map(|iri| Concept { iri: Some(iri), label: words.clone() }));
            }
        }
        // The source's own concept is no term, but it has a name that is one.
        let own = named.iri.filter(|_| !by_iri).or_else(|| Some(said).filter(|s| is_own(s.value, &concepts)));
        match own {
            Some(own) if kind == Kind::Theme => {
                let label = named.label.iter().filter(|l| !is_iri(l.value));
                let label: Vec<_> = label.filter_map(|l| self.line(property, *l)).collect();
                if let Some(iri) = self.iri(property, own) {
                    concepts.push(Concept { iri: Some(iri), label });
                }
            }
            Some(own) if named.iri.is_some() => self.keep_beside(own),
            _ => {}
        }
        self.tell_known(mark, property, kind, (said, told));
        concepts
    }

    /// Tells the trace what the parts of a text stand for.
    fn tell_known(
        &mut self,
        mark: usize,
        property: Property,
        kind: Kind,
        (said, told): (Said<'_>, Vec<(String, Vec<Iri>)>),
    ) {
        for (part, iris) in told.iter().rev() {
            let rule = match (iris.is_empty(), kind.has_row(part)) {
                (true, _) => Rule::SourceWords,
                (false, true) => Rule::TableRow,
                (false, false) => Rule::Pattern,
            };
            let found = || iris.iter().map(Iri::as_str).collect::<Vec<_>>().join(" ");
            self.tell_whole(mark, property, said.part(part), (rule, found));
        }
    }

    /// No table knows it: its IRI and words are kept.
    fn unknown(&mut self, property: Property, kind: Kind, named: &NamedSaid<'_>) -> Option<Concept> {
        let texts = || named.iri.iter().chain(&named.label).filter(|s| !s.is_empty());
        let first = *texts().next()?;
        let is_nothing = texts().all(|said| vocabulary::names_nothing(property, said.value));
        let is_licence = kind == Kind::Licence;
        if is_licence && is_nothing {
            self.no_licence(property, named, first);
            return None;
        }
        let is_own_terms = is_licence && texts().any(|said| vocabulary::names_own_terms(said.value));
        let mark = self.mark();
        let mut concept = Concept::default();
        for said in named.iri.iter().chain(&named.label) {
            let stands_for_iri = concept.iri.is_none() && is_iri(said.value);
            if stands_for_iri || named.iri.is_some_and(|iri| std::ptr::eq(iri.value, said.value)) {
                concept.iri = self.iri(property, *said).or(concept.iri);
            } else {
                concept.label.extend(self.line(property, *said));
            }
        }
        if concept.iri.is_none() && concept.label.is_empty() {
            return None;
        }
        let elsewhere = concept
            .iri
            .as_ref()
            .is_some_and(|iri| vocabulary::term(iri.as_str()).is_some() || iri.as_str().starts_with(EUROVOC));
        let rule = match &concept.iri {
            Some(_) if elsewhere => Rule::TableRow,
            _ if is_nothing => Rule::NamesNothing,
            _ if is_own_terms => Rule::OwnTerms,
            Some(_) => Rule::OwnConcept,
            None => Rule::SourceWords,
        };
        let iri = || concept.iri.as_ref().map(Iri::to_string).unwrap_or_default();
        self.tell_whole(mark, property, first, (rule, iri));
        if !elsewhere {
            let code = if is_own_terms { RemarkCode::OwnTerms } else { RemarkCode::UnmappedValue };
            self.remark(code, property, first, "");
        }
        Some(concept)
    }

    /// What only restates "open" is no licence, but a statement on rights.
    fn no_licence(&mut self, property: Property, named: &NamedSaid<'_>, first: Said<'_>) {
        let mut statements = self.references("rights", named);
        self.rights.append(&mut statements);
        self.tell(property, first, Rule::NamesNothing, String::new);
        self.remark(RemarkCode::NoLicence, property, first, "");
    }
}

/// Whether a text is an IRI of the source's own that led to terms by its last part.
fn is_own(raw: &str, concepts: &[Concept]) -> bool {
    let authority = ["publications.europa.eu/", "inspire.ec.europa.eu/", "iana.org/"];
    let stands = |c: &Concept| c.iri.as_ref().is_some_and(|iri| iri.as_str() == raw.trim());
    is_iri(raw) && !authority.iter().any(|host| raw.contains(host)) && !concepts.iter().any(stands)
}
