//! What all drafts share: the defaults, the remarks made so far, and how raw text becomes a value with them.
//!
//! What no field can hold goes to `left`, what is no licence to `rights`; the draft at hand moves both to its own.

use std::borrow::Cow;

use super::places::Homonym;
use super::trace::{Rule, Tracing};
use super::{Defaults, NamedSaid, Said};
use crate::value::{date, detection, language, link, number, schema, text};
use crate::{Concept, Extra, Iri, Reference, Remark, RemarkCode, Temporal, Text};

/// Longest value that is repeated in a remark, in characters.
const REMARK_VALUE_MAX: usize = 200;

/// Longest text on one line (titles, names, keywords), in characters.
pub const LINE_MAX: usize = 1_000;

/// Longest text of many lines (descriptions, notes), in characters.
pub const PROSE_MAX: usize = 100_000;

/// Longest raw text that is read for one value, in bytes; markup may be longer than the text in it.
const RAW_MAX: usize = 1_000_000;

/// The name of a property in snake case, as it stands in a remark.
pub(super) type Property = &'static str;

/// The defaults, and what was noticed so far.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) defaults: Defaults,
    pub(super) remarks: Vec<Remark>,
    pub(super) left: Vec<Extra>,
    /// What stood where a licence should and is none.
    pub(super) rights: Vec<Reference>,
    /// What became of each value, if somebody asks.
    pub(super) trace: Option<Box<Tracing>>,
    /// Whether the record itself says what language its texts are in.
    pub(super) language_is_declared: bool,
    /// Whether a language told from a text was remarked: once a record is enough.
    is_detected: bool,
    /// Names of several places, to be decided on at the end.
    pub(super) homonyms: Vec<Homonym>,
}

impl Notes {
    pub(super) fn new(defaults: &Defaults) -> Self {
        Self {
            defaults: defaults.clone(),
            remarks: Vec::new(),
            left: Vec::new(),
            rights: Vec::new(),
            language_is_declared: false,
            is_detected: false,
            trace: Tracing::begin(),
            homonyms: Vec::new(),
        }
    }

    pub(super) fn remark(
        &mut self,
        code: RemarkCode,
        property: Property,
        said: Said<'_>,
        detail: impl Into<String>,
    ) {
        self.remarks.push(Remark {
            code,
            property: Cow::Borrowed(property),
            place: said.place.to_owned(),
            value: said.value.chars().take(REMARK_VALUE_MAX).collect(),
            detail: detail.into(),
        });
    }

    /// Keeps a value that no property is for.
    pub(super) fn keep(&mut self, said: Said<'_>) {
        self.tell("", said, Rule::NoProperty, String::new);
        self.keep_beside(said);
    }

    /// Keeps a value that no field can hold.
    pub(super) fn keep_beside(&mut self, said: Said<'_>) {
        if said.is_empty() {
            return;
        }
        self.left.push(match said.kept_as {
            Some(extra) => extra.clone(),
            None => Extra::Key { key: said.place.to_owned(), value: said.value.to_owned() },
        });
    }

    /// Keeps the value and says why.
    pub(super) fn refuse(&mut self, code: RemarkCode, property: Property, said: Said<'_>) {
        self.remark(code, property, said, "");
        self.tell_refused(property, said, code);
        self.keep_beside(said);
    }

    /// Fills a 0..1 property; a second, different value is kept beside it.
    pub(super) fn only<T: PartialEq>(
        &mut self,
        property: Property,
        slot: &mut Option<T>,
        value: T,
        said: Said<'_>,
    ) {
        match slot {
            None => *slot = Some(value),
            Some(first) if *first == value => {}
            Some(_) => self.refuse(RemarkCode::TooManyValues, property, said),
        }
    }

    /// The same for concepts: one term under two names is one value.
    pub(super) fn only_concept(
        &mut self,
        property: Property,
        slot: &mut Option<Concept>,
        value: Concept,
        said: Said<'_>,
    ) {
        match slot {
            Some(first) if first.iri.is_some() && first.iri == value.iri => {}
            _ => self.only(property, slot, value, said),
        }
    }

    /// A text on one line.
    pub(super) fn line(&mut self, property: Property, said: Said<'_>) -> Option<Text> {
        let raw = self.restored(property, said);
        let value = text::line(start(&raw));
        self.bounded(property, said, value, LINE_MAX)
    }

    /// A text with paragraphs.
    pub(super) fn prose(&mut self, property: Property, said: Said<'_>) -> Option<Text> {
        let raw = self.restored(property, said);
        let value = text::prose(start(&raw));
        self.bounded(property, said, value, PROSE_MAX)
    }

    /// The text without mojibake, where it is certain.
    fn restored<'a>(&mut self, property: Property, said: Said<'a>) -> Cow<'a, str> {
        match text::restore(said.value) {
            Some(restored) => {
                let now = restored.chars().take(REMARK_VALUE_MAX).collect::<String>();
                self.remark(RemarkCode::RepairedText, property, said, now);
                Cow::Owned(restored)
            }
            None => Cow::Borrowed(said.value),
        }
    }

    fn bounded(&mut self, property: Property, said: Said<'_>, value: String, max: usize) -> Option<Text> {
        if value.is_empty() {
            return None;
        }
        let end = if value.len() > max { value.char_indices().nth(max).map(|(end, _)| end) } else { None };
        let value = match end {
            None if said.value.len() <= RAW_MAX => value,
            end => {
                self.remark(RemarkCode::TooLong, property, said, max.to_string());
                value.get(..end.unwrap_or(value.len())).unwrap_or_default().to_owned()
            }
        };
        self.tell(property, said, Rule::Text, || value.clone());
        let lang = self.lang(property, said, &value);
        Some(Text { value, lang })
    }

    /// The language of a text: its own tag, else what the record declares, else what the text makes certain, else the
    /// default.
    fn lang(&mut self, property: Property, said: Said<'_>, value: &str) -> Option<String> {
        let Some(raw) = said.lang.filter(|l| !l.trim().is_empty()) else {
            let expected = self.defaults.language.as_deref();
            let is_expected = expected.is_some_and(|tag| detection::is_plainly(value, tag));
            if self.language_is_declared || value.len() < detection::LETTERS_MIN || is_expected {
                return self.defaults.language.clone();
            }
            let Some(detected) = detection::detect(value) else { return self.defaults.language.clone() };
            if expected.is_some_and(|tag| tag.split('-').next() == Some(detected)) {
                return self.defaults.language.clone();
            }
            if !self.is_detected {
                self.is_detected = true;
                self.remark(RemarkCode::DetectedLanguage, property, said, detected);
            }
            return Some(detected.to_owned());
        };
        let tag = language::tag(raw);
        if tag.is_none() {
            self.remark(RemarkCode::InvalidLanguage, property, said.part(raw), "");
        }
        tag
    }

    /// A date or time.
    pub(super) fn moment(&mut self, property: Property, said: Said<'_>) -> Option<Temporal> {
        if said.is_empty() {
            return None;
        }
        match date::read(said.value, self.day_order(said)) {
            Ok(moment) => {
                self.tell(property, said, Rule::Date, || moment.lexical().to_owned());
                if property != "temporal" && date::is_placeholder(&moment) {
                    self.remark(RemarkCode::SuspectDate, property, said, "");
                }
                Some(moment)
            }
            Err(problem) => {
                let code = match problem {
                    date::DateProblem::NotADate => RemarkCode::InvalidDate,
                    date::DateProblem::Ambiguous => RemarkCode::AmbiguousDate,
                };
                self.refuse(code, property, said);
                None
            }
        }
    }

    pub(super) fn day_order(&self, said: Said<'_>) -> date::DayOrder {
        date::DayOrder::of_language(said.lang.or(self.defaults.language.as_deref()))
    }

    /// The IRIs in a text; words beside them are kept.
    pub(super) fn iris(&mut self, property: Property, said: Said<'_>) -> Vec<Iri> {
        let links = link::read(said.value, self.defaults.base.as_ref());
        if links.repaired {
            let now: Vec<&str> = links.iris.iter().map(Iri::as_str).collect();
            self.remark(RemarkCode::RepairedIri, property, said, now.join(" "));
        }
        if !links.iris.is_empty() {
            let rule = if links.repaired { Rule::RepairedAddress } else { Rule::Address };
            let found = || links.iris.iter().map(Iri::as_str).collect::<Vec<_>>().join(" ");
            self.tell(property, said, rule, found);
        }
        match links.rest {
            Some(_) if links.iris.is_empty() => self.refuse(RemarkCode::InvalidIri, property, said),
            Some(rest) => self.refuse(RemarkCode::InvalidIri, property, said.part(&rest)),
            None => {}
        }
        links.iris
    }

    /// The first IRI in a text; others are kept.
    pub(super) fn iri(&mut self, property: Property, said: Said<'_>) -> Option<Iri> {
        let mut iris = self.iris(property, said).into_iter();
        let first = iris.next();
        for other in iris {
            self.refuse(RemarkCode::TooManyValues, property, said.part(other.as_str()));
        }
        first
    }

    /// A document, standard, statement, … by IRI, title or both. A text of several links gives several.
    pub(super) fn references(&mut self, property: Property, named: &NamedSaid<'_>) -> Vec<Reference> {
        let mut iris = named.iri.map(|said| self.iris(property, said)).unwrap_or_default();
        let mut title = Vec::new();
        for label in &named.label {
            if is_iri(label.value) {
                iris.append(&mut self.iris(property, *label));
            } else {
                title.extend(self.prose(property, *label));
            }
        }
        let mut iris = iris.into_iter();
        let first = Reference { iri: iris.next(), title };
        if first.iri.is_none() && first.title.is_empty() {
            return Vec::new();
        }
        std::iter::once(first)
            .chain(iris.map(|iri| Reference { iri: Some(iri), title: Vec::new() }))
            .collect()
    }

    /// A standard or schema. A schema given in full is kept, beside the standard that it is written by.
    pub(super) fn standards(&mut self, property: Property, named: &NamedSaid<'_>) -> Vec<Reference> {
        let schemas = named.label.iter().map(|label| (*label, schema::read(label.value)));
        let mut found = schemas.filter_map(|(label, schema)| Some((label, schema?)));
        let Some((label, schema)) = found.next().filter(|_| named.iri.is_none()) else {
            return self.references(property, named);
        };
        self.tell(property, label, Rule::Pattern, || schema.iri.to_string());
        if schema.is_whole {
            self.keep(label);
        }
        for other in named.label.iter().filter(|other| !std::ptr::eq(other.value, label.value)) {
            self.keep(*other);
        }
        let title = schema.title.map(|value| Text { value, lang: None });
        vec![Reference { iri: Some(schema.iri), title: title.into_iter().collect() }]
    }

    /// A length in metres as `xsd:decimal`.
    pub(super) fn metres(&mut self, property: Property, said: Said<'_>) -> Option<String> {
        self.number(property, said, number::metres)
    }

    /// An `xsd:duration`.
    pub(super) fn duration(&mut self, property: Property, said: Said<'_>) -> Option<String> {
        self.number(property, said, number::duration)
    }

    /// A number in the form that `read` knows.
    pub(super) fn number<T: ToString>(
        &mut self,
        property: Property,
        said: Said<'_>,
        read: fn(&str) -> Option<T>,
    ) -> Option<T> {
        if said.is_empty() {
            return None;
        }
        let value = read(said.value);
        match &value {
            Some(value) => self.tell(property, said, Rule::Number, || value.to_string()),
            None => self.refuse(RemarkCode::InvalidNumber, property, said),
        }
        value
    }
}

/// As much of a raw text as is read.
fn start(raw: &str) -> &str {
    if raw.len() <= RAW_MAX { raw } else { raw.get(..raw.floor_char_boundary(RAW_MAX)).unwrap_or_default() }
}

/// Whether a text looks like an IRI or a web address rather than words.
pub(super) fn is_iri(raw: &str) -> bool {
    let raw = raw.trim_start();
    let head: String = raw.chars().take(8).collect::<String>().to_ascii_lowercase();
    ["http://", "https://", "www.", "urn:", "ftp://"].iter().any(|p| head.starts_with(p))
}

/// Most values of one property that a new one is compared with; doubles beyond go when the resource is written.
const COMPARED_MAX: usize = 512;

/// Adds a value that is not there yet.
pub(super) fn add<T: PartialEq>(to: &mut Vec<T>, value: T) {
    if to.len() >= COMPARED_MAX || !to.contains(&value) {
        to.push(value);
    }
}

/// Adds a concept that is not there yet; one term under two names is one value.
pub(super) fn add_concept(to: &mut Vec<Concept>, value: Concept) {
    let same = |first: &Concept| match (&first.iri, &value.iri) {
        (Some(a), Some(b)) => a == b,
        _ => *first == value,
    };
    if to.len() >= COMPARED_MAX || !to.iter().any(same) {
        to.push(value);
    }
}
