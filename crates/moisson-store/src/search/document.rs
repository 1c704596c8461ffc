//! A record as a document of the index.

use moisson_dcat::{
    Agent, AgentKey, Concept, DataService, Dataset, DatasetSeries, Distribution, Location, Resource,
    Temporal, Text,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::{
    DocAddress, Searcher, TantivyDocument,
    schema::{Field, Value},
};

use super::{Facet, SearchError, SuggestionKind, analysis, schema::Fields};
use crate::{Kind, RecordKey, StoredRecord};

/// Longest part of a text that is searched and shown, in characters.
const SEARCHED: usize = 20_000;
const SHOWN: usize = 2_000;
/// Longest facet value, in bytes: an index refuses terms of more than 65,530.
const LONGEST_VALUE: usize = 1_000;
/// Most values of one facet in one record, and words of a title at which a completion may start.
const MOST_VALUES: usize = 500;
const MOST_STARTS: usize = 8;
/// Between the parts of a completion term.
pub(super) const SEPARATOR: char = '\u{1f}';

/// What is shown of a hit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Shown {
    #[serde(rename = "s")]
    pub(super) source: String,
    #[serde(rename = "i")]
    pub(super) id: String,
    #[serde(rename = "t")]
    pub(super) title: Vec<Text>,
    #[serde(rename = "d")]
    pub(super) description: Vec<Text>,
}

impl Shown {
    /// What is shown of the record at this address.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(super) fn at(searcher: &Searcher, fields: &Fields, at: DocAddress) -> Result<Self, SearchError> {
        let document: TantivyDocument = searcher.doc(at)?;
        let json = document.get_first(fields.shown).and_then(|value| value.as_str().map(str::to_owned));
        serde_json::from_str(&json.unwrap_or_default())
            .map_err(|error| SearchError::Damaged(error.to_string()))
    }
}

/// The key as one exact term.
pub(super) fn key_term(key: &RecordKey) -> String {
    format!("{}{SEPARATOR}{}", key.source, key.id)
}

/// Tells records apart that sort alike; the same for the same record always.
pub(crate) fn tie(key: &RecordKey) -> u64 {
    let digest = Sha256::digest(key_term(key).as_bytes());
    digest.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// What a resource has for the index, whatever its class.
#[derive(Default)]
struct Parts<'a> {
    title: &'a [Text],
    description: &'a [Text],
    words: Vec<&'a Text>,
    keyword: &'a [Text],
    publisher: Option<&'a Agent>,
    theme: &'a [Concept],
    format: Vec<&'a Concept>,
    license: Vec<&'a Concept>,
    language: &'a [Concept],
    frequency: Option<&'a Concept>,
    hvd_category: &'a [Concept],
    access_rights: Option<&'a Concept>,
    spatial: &'a [Location],
    modified: Option<&'a Temporal>,
    issued: Option<&'a Temporal>,
}

impl<'a> Parts<'a> {
    /// The publisher, unless it is a natural person: whose name a source gives is not made easier to find here.
    fn body(&self) -> Option<&'a Agent> {
        let iri = |agent: &'a Agent| agent.r#type.as_ref()?.iri.as_ref().map(moisson_dcat::Iri::as_str);
        self.publisher.filter(|agent| !iri(agent).is_some_and(|iri| iri.ends_with("/PrivateIndividual(s)")))
    }
}

/// Makes the document of a record.
///
/// # Errors
/// When what is shown cannot be written as JSON.
pub(super) fn document(fields: &Fields, record: &StoredRecord) -> Result<TantivyDocument, serde_json::Error> {
    let parts = parts(&record.resource);
    let mut document = TantivyDocument::default();
    document.add_text(fields.key, key_term(&record.key));
    document.add_u64(fields.tie, tie(&record.key));
    let shown = Shown {
        source: record.key.source.clone(),
        id: record.key.id.clone(),
        title: parts.title.to_vec(),
        description: parts.description.iter().map(|text| cut(text, SHOWN)).collect(),
    };
    document.add_text(fields.shown, serde_json::to_string(&shown)?);
    words(fields, &parts, &mut document);
    facets(fields, record, &parts, &mut document);
    let first = parts.title.first().map(|text| analysis::fold(&text.value)).unwrap_or_default();
    document.add_text(fields.title_sort, bounded(&first, LONGEST_VALUE));
    if let Some(seconds) = parts.modified.and_then(seconds) {
        // A date in the future is no reason to come before all others for years: it changed at the latest when it
        // came to us.
        document.add_i64(fields.modified, seconds.min(record.life.changed.as_second()));
    }
    if let Some(seconds) = parts.issued.and_then(seconds) {
        document.add_i64(fields.issued, seconds);
    }
    if let Some(sides) = bbox(parts.spatial) {
        for (field, side) in fields.bbox.into_iter().zip(sides) {
            document.add_f64(field, side);
        }
    }
    completions(fields, &parts, &mut document);
    Ok(document)
}

fn words(fields: &Fields, parts: &Parts<'_>, document: &mut TantivyDocument) {
    let mut add = |stemmed: &[Field; 4], folded: Field, text: &Text| {
        let value = bounded_chars(&text.value, SEARCHED);
        document.add_text(folded, value);
        let main = text.lang.as_deref().and_then(|lang| lang.split('-').next());
        let language = main.and_then(|main| analysis::LANGUAGES.iter().position(|l| *l == main));
        // A text of unknown language may be in any of the four.
        for (position, field) in stemmed.iter().enumerate() {
            if language.is_none_or(|language| language == position) {
                document.add_text(*field, value);
            }
        }
    };
    parts.title.iter().for_each(|text| add(&fields.title, fields.title_folded, text));
    let publisher = parts.body().into_iter().flat_map(|agent| agent.name.iter().chain(&agent.alt_name));
    let concepts = parts.theme.iter().flat_map(|concept| &concept.label);
    let body = parts.description.iter().chain(parts.keyword).chain(publisher).chain(concepts);
    body.chain(parts.words.iter().copied()).for_each(|text| add(&fields.body, fields.body_folded, text));
}

fn facets(fields: &Fields, record: &StoredRecord, parts: &Parts<'_>, document: &mut TantivyDocument) {
    let mut add = |facet: Facet, mut values: Vec<String>| {
        let Some(field) = fields.facet(facet) else { return };
        values.retain(|value| !value.is_empty());
        values.sort_unstable();
        values.dedup();
        for value in values.iter().take(MOST_VALUES) {
            document.add_text(field, bounded(value, LONGEST_VALUE));
        }
    };
    let concepts = |concepts: &[Concept]| concepts.iter().filter_map(value_of).collect::<Vec<_>>();
    let refs = |concepts: &[&Concept]| concepts.iter().copied().filter_map(value_of).collect::<Vec<_>>();
    add(Facet::Source, vec![record.key.source.clone()]);
    add(Facet::Kind, vec![Kind::of(&record.resource).as_str().to_owned()]);
    add(Facet::Publisher, parts.body().and_then(agent_value).into_iter().collect());
    add(Facet::Theme, concepts(parts.theme));
    add(Facet::Format, refs(&parts.format));
    add(Facet::License, refs(&parts.license));
    add(Facet::Language, concepts(parts.language));
    add(Facet::Frequency, parts.frequency.and_then(value_of).into_iter().collect());
    add(Facet::AccessRights, parts.access_rights.and_then(value_of).into_iter().collect());
    add(Facet::HvdCategory, concepts(parts.hvd_category));
    add(Facet::Hvd, vec![(!parts.hvd_category.is_empty()).to_string()]);
    add(Facet::Keyword, parts.keyword.iter().map(|text| text.value.clone()).collect());
    add(Facet::Spatial, parts.spatial.iter().filter_map(place_value).collect());
    add(Facet::Remark, record.remarks.iter().map(|remark| remark.code.as_str().to_owned()).collect());
    let mut conforms: Vec<String> =
        record.report.conforms.iter().filter(|(_, yes)| **yes).map(|(profile, _)| profile.clone()).collect();
    if conforms.is_empty() {
        conforms.push("none".to_owned());
    }
    add(Facet::Conforms, conforms);
}

fn completions(fields: &Fields, parts: &Parts<'_>, document: &mut TantivyDocument) {
    let mut add = |kind: SuggestionKind, text: &str| {
        let text = completed(text);
        let folded = analysis::fold(text);
        let starts = std::iter::once(0).chain(folded.match_indices(' ').map(|(at, _)| at + 1));
        let most = if kind == SuggestionKind::Title { MOST_STARTS } else { 3 };
        for start in starts.take(most) {
            let Some(from_here) = folded.get(start..).filter(|rest| !rest.is_empty()) else { continue };
            let mut term = format!("{from_here}{SEPARATOR}{}", kind.letter());
            if kind != SuggestionKind::Title {
                term.extend([SEPARATOR]);
                term.push_str(text);
            }
            document.add_text(fields.complete, bounded(&term, 4 * LONGEST_VALUE));
        }
    };
    parts.keyword.iter().take(MOST_VALUES).for_each(|text| add(SuggestionKind::Keyword, &text.value));
    if let Some(name) = parts.body().and_then(|agent| agent.name.first()) {
        add(SuggestionKind::Publisher, &name.value);
    }
    parts.title.iter().take(8).for_each(|text| add(SuggestionKind::Title, &text.value));
}

/// As much of a text as is completed to.
pub(super) fn completed(text: &str) -> &str {
    bounded_chars(text, 200)
}

impl SuggestionKind {
    pub(super) fn letter(self) -> char {
        match self {
            Self::Keyword => 'k',
            Self::Publisher => 'p',
            Self::Title => 't',
        }
    }

    pub(super) fn from_letter(letter: &str) -> Option<Self> {
        [Self::Keyword, Self::Publisher, Self::Title]
            .into_iter()
            .find(|kind| letter.chars().eq([kind.letter()]))
    }
}

fn parts(resource: &Resource) -> Parts<'_> {
    match resource {
        Resource::Dataset(dataset) => dataset_parts(dataset),
        Resource::Series(series) => series_parts(series),
        Resource::Service(service) => service_parts(service),
    }
}

fn dataset_parts(dataset: &Dataset) -> Parts<'_> {
    let files = || dataset.distribution.iter();
    let format = |file: &'_ Distribution| file.format.as_ref().or(file.media_type.as_ref()).is_some();
    Parts {
        title: &dataset.title,
        description: &dataset.description,
        words: files().flat_map(|file| file.title.iter().chain(&file.description)).collect(),
        keyword: &dataset.keyword,
        publisher: dataset.publisher.as_ref(),
        theme: &dataset.theme,
        format: files()
            .filter(|file| format(file))
            .filter_map(|file| file.format.as_ref().or(file.media_type.as_ref()))
            .collect(),
        license: dataset.license.iter().chain(files().filter_map(|file| file.license.as_ref())).collect(),
        language: &dataset.language,
        frequency: dataset.accrual_periodicity.as_ref(),
        hvd_category: &dataset.hvd_category,
        access_rights: dataset.access_rights.as_ref(),
        spatial: &dataset.spatial,
        modified: dataset.modified.as_ref().or(dataset.upstream.modified.as_ref()),
        issued: dataset.issued.as_ref(),
    }
}

fn series_parts(series: &DatasetSeries) -> Parts<'_> {
    Parts {
        title: &series.title,
        description: &series.description,
        keyword: &series.keyword,
        publisher: series.publisher.as_ref(),
        theme: &series.theme,
        frequency: series.accrual_periodicity.as_ref(),
        spatial: &series.spatial,
        modified: series.modified.as_ref(),
        issued: series.issued.as_ref(),
        ..Parts::default()
    }
}

fn service_parts(service: &DataService) -> Parts<'_> {
    Parts {
        title: &service.title,
        description: &service.description,
        keyword: &service.keyword,
        publisher: service.publisher.as_ref(),
        theme: &service.theme,
        format: service.format.iter().collect(),
        license: service.license.iter().collect(),
        language: &service.language,
        hvd_category: &service.hvd_category,
        access_rights: service.access_rights.as_ref(),
        spatial: &service.spatial,
        modified: service.modified.as_ref(),
        issued: service.issued.as_ref(),
        ..Parts::default()
    }
}

fn value_of(concept: &Concept) -> Option<String> {
    let iri = concept.iri.as_ref().map(|iri| iri.as_str().to_owned());
    iri.or_else(|| concept.label.first().map(|text| text.value.clone()))
}

/// The key of an agent that is one on the whole portal, so that all its spellings are one value; else its name.
fn agent_value(agent: &Agent) -> Option<String> {
    if let Some(AgentKey::Portal(key)) = &agent.key {
        return Some(key.clone());
    }
    let name = agent.name.first().map(|text| text.value.clone());
    name.or_else(|| agent.iri.as_ref().map(|iri| iri.as_str().to_owned()))
}

fn place_value(place: &Location) -> Option<String> {
    let iri = place.iri.as_ref().map(|iri| iri.as_str().to_owned());
    iri.or_else(|| place.label.first().map(|text| text.value.clone()))
}

/// Seconds since 1970 of the beginning of a date.
fn seconds(temporal: &Temporal) -> Option<i64> {
    let text = temporal.lexical();
    let date = |text: &str| {
        let midnight = text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(midnight.timestamp().as_second())
    };
    match temporal {
        Temporal::DateTime(_) => {
            text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_second).ok().or_else(|| {
                let local = text.parse::<jiff::civil::DateTime>().ok()?;
                Some(local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
            })
        }
        Temporal::Date(_) => date(text.get(..10).unwrap_or(text)),
        Temporal::YearMonth(_) => date(&format!("{}-01", text.get(..7).unwrap_or(text))),
        Temporal::Year(_) => date(&format!("{}-01-01", text.get(..4).unwrap_or(text))),
    }
}

/// The box around all places that have one: west, south, east, north.
fn bbox(places: &[Location]) -> Option<[f64; 4]> {
    let mut around: Option<[f64; 4]> = None;
    for wkt in places.iter().filter_map(|p| p.bbox.as_ref().or(p.geometry.as_ref()).or(p.centroid.as_ref())) {
        for (x, y) in positions(wkt) {
            let [west, south, east, north] = around.unwrap_or([x, y, x, y]);
            around = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
        }
    }
    around
}

/// The positions of a WKT text, which `moisson-dcat` has made sure is one.
fn positions(wkt: &str) -> impl Iterator<Item = (f64, f64)> + '_ {
    wkt.split([',', '(', ')']).filter_map(|pair| {
        let mut numbers = pair.split_whitespace().map(str::parse::<f64>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(x)), Some(Ok(y))) if x.is_finite() && y.is_finite() => Some((x, y)),
            _ => None,
        }
    })
}

fn cut(text: &Text, most: usize) -> Text {
    Text { value: bounded_chars(&text.value, most).to_owned(), lang: text.lang.clone() }
}

/// The first characters of a text.
fn bounded_chars(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// The beginning of a text, at most so many bytes, whole characters.
fn bounded(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use moisson_dcat::{Location, Temporal};

    use super::{bbox, seconds};

    #[test]
    fn dates_of_any_precision_have_a_beginning() {
        for (temporal, at) in [
            (Temporal::Year("1970".to_owned()), 0),
            (Temporal::YearMonth("1970-02".to_owned()), 31 * 86_400),
            (Temporal::Date("1970-01-02".to_owned()), 86_400),
            (Temporal::DateTime("1970-01-01T01:00:00+01:00".to_owned()), 0),
            (Temporal::DateTime("1970-01-01T00:00:01".to_owned()), 1),
        ] {
            assert_eq!(seconds(&temporal), Some(at), "{temporal:?}");
        }
    }

    #[test]
    fn the_box_is_around_all_places() {
        let place = |wkt: &str| Location { bbox: Some(wkt.to_owned()), ..Location::default() };
        let places = [place("POLYGON((1 2,3 2,3 4,1 4,1 2))"), place("POLYGON((-1 0,0 0,0 1,-1 1,-1 0))")];
        assert_eq!(bbox(&places), Some([-1.0, 0.0, 3.0, 4.0]));
        assert_eq!(bbox(&[]), None);
    }
}
