//! What of a record is compared: small enough to be kept beside it.

use std::collections::{BTreeSet, HashSet};

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use std::hash::Hasher;

use super::{address, title};
use crate::{
    Agent, AgentKey, Dataset, DatasetSeries, Distribution, Extra, ExtraValue, Iri, Location, Period,
    Reference, Resource, Temporal, Text, Upstream,
};

/// Most of each that is kept of a record.
const MOST_NAMES: usize = 8;
const MOST_FILES: usize = 256;
const MOST_TITLES: usize = 8;
const MOST_PLACES: usize = 8;
const MOST_MARKS: usize = 16;

/// So many of a record's files are looked up: the first in the order of their hashes, which are the same for lists
/// that are the same.
const FILES_LOOKED_UP: usize = 4;

/// Before the number of a publisher, which no name begins with.
const NUMBER: char = '=';

/// The bit of a key that says that it is of files or titles, which join records of different sources only.
const CONTENT: u64 = 1;

/// What is compared of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Likeness {
    /// The record's IRI on this portal.
    #[serde(rename = "i")]
    pub iri: String,
    /// Whether it is a series: one of these and a dataset are never the same.
    #[serde(rename = "s", skip_serializing_if = "std::ops::Not::not")]
    pub series: bool,
    /// What it is called, normalised, sorted: its addresses at the source, its identifiers.
    #[serde(rename = "n", skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// What it names as its original, in the same form.
    #[serde(rename = "o", skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// What it says to be derived from (`dct:source`, `prov:wasDerivedFrom`), which may be its original or only its
    /// material.
    #[serde(rename = "m", skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<String>,
    /// The addresses of its files, normalised and hashed, sorted.
    #[serde(rename = "f", skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<u64>,
    /// Its titles.
    #[serde(rename = "t", skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<Title>,
    /// Its publisher's names without `Mairie de` and the like, and its number in a register after `=`, sorted.
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub publisher: Vec<String>,
    /// The places that it is about, likewise.
    #[serde(rename = "l", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// The years of its period, if it has one of both ends.
    #[serde(rename = "y", skip_serializing_if = "Option::is_none")]
    pub years: Option<(i16, i16)>,
    /// The host of its portal.
    #[serde(rename = "h", skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// When it was issued, as written.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
}

/// A title in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Title {
    /// The main tag of its language.
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Its words, without plurals and what says nothing.
    #[serde(rename = "w")]
    pub stems: Vec<String>,
    /// Numbers and the like, which must agree.
    #[serde(rename = "m", skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<String>,
}

/// What two classes have in common.
struct Parts<'a> {
    upstream: &'a Upstream,
    title: &'a [Text],
    identifier: Vec<&'a str>,
    pages: &'a [Reference],
    source: &'a [Iri],
    files: &'a [Distribution],
    publisher: Option<&'a Agent>,
    spatial: &'a [Location],
    temporal: &'a [Period],
    issued: Option<&'a Temporal>,
    extra: &'a [Extra],
}

impl Likeness {
    /// What is compared of a resource; nothing for a service, which is not folded.
    pub fn of(iri: &str, resource: &Resource) -> Option<Self> {
        match resource {
            Resource::Dataset(dataset) => Some(Self::made(iri, false, &dataset_parts(dataset))),
            Resource::Series(series) => Some(Self::made(iri, true, &series_parts(series))),
            Resource::Service(_) => None,
        }
    }

    fn made(iri: &str, series: bool, parts: &Parts<'_>) -> Self {
        let Upstream { iri: at_source, page, copy_of, .. } = parts.upstream;
        let iris =
            at_source.iter().chain(page).chain(parts.pages.iter().filter_map(|page| page.iri.as_ref()));
        let called = iris.map(Iri::as_str).chain(parts.identifier.iter().copied());
        let mut names: Vec<String> = called.filter_map(address::name).collect();
        // Records of this portal are harvested by others, and may come back.
        names.extend(address::name(iri));
        let named = copy_of.iter().filter_map(|origin| origin.iri.as_ref()).map(Iri::as_str);
        let mut origins: Vec<String> = named.chain(remote(parts.extra)).filter_map(address::name).collect();
        let material = parts.source.iter().map(Iri::as_str).chain(derived_from(parts.extra));
        let mut derived: Vec<String> = material.filter_map(address::name).collect();
        in_order(&mut origins, MOST_NAMES);
        in_order(&mut derived, MOST_NAMES);
        in_order(&mut names, MOST_NAMES);
        // Where it stands itself is no other place; but a copy that bears the address of its original is no original.
        let own = page.as_ref().or(at_source.as_ref()).and_then(|own| address::name(own.as_str()));
        origins.retain(|origin| Some(origin) != own.as_ref());
        names.retain(|name| !origins.contains(name));
        derived.retain(|name| !origins.contains(name) && !names.contains(name));
        let pages: HashSet<String> =
            at_source.iter().chain(page).filter_map(|page| address::file(page.as_str())).collect();
        Self {
            iri: iri.to_owned(),
            series,
            files: files(parts.files, &pages),
            titles: parts.title.iter().take(MOST_TITLES).map(read_title).collect(),
            publisher: parts.publisher.map(publisher).unwrap_or_default(),
            places: places(parts.spatial),
            years: parts.temporal.first().filter(|_| parts.temporal.len() == 1).and_then(years),
            host: page
                .as_ref()
                .or(at_source.as_ref())
                .and_then(|page| address::host(page.as_str()))
                .unwrap_or_default(),
            issued: parts.issued.map(|issued| issued.lexical().to_owned()),
            names,
            origins,
            derived,
        }
    }

    /// The keys under which records that may be copies of it are found: records without one in common are none.
    ///
    /// Names and origins are in one space, so that whoever names an original meets it. All are hashes; what two records
    /// have in common under one key is looked at again by [`meet`](super::meet()).
    pub fn keys(&self) -> Vec<u64> {
        let mut keys: Vec<u64> = self
            .names
            .iter()
            .chain(&self.origins)
            .chain(&self.derived)
            .map(|name| self.name_key(name))
            .collect();
        keys.extend(
            self.files
                .iter()
                .take(FILES_LOOKED_UP)
                .map(|file| self.content_key("file", &[&file.to_string()])),
        );
        keys.extend(self.title_keys());
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether it says itself that the other, by its IRI on this portal, is its original.
    pub fn says_it_is_from(&self, other: &Self) -> bool {
        address::name(&other.iri)
            .is_some_and(|name| self.origins.contains(&name) || self.names.contains(&name))
    }

    /// Titles are looked up with their publisher, or place: alone they are those of a hundred communes.
    fn title_keys(&self) -> Vec<u64> {
        let mut keys = Vec::new();
        for title in &self.titles {
            let aside = self.aside();
            let mut all = title.stems.clone();
            all.sort_unstable();
            let mut kept = all.clone();
            kept.retain(|stem| !aside.contains(stem));
            let mut ways = vec![all];
            if !kept.is_empty() {
                // With one word more or less, the longest words are mostly the same.
                if kept.len() >= 4 {
                    let mut longest = kept.clone();
                    longest.sort_by_key(|stem| (std::cmp::Reverse(stem.len()), stem.clone()));
                    longest.truncate(3);
                    longest.sort_unstable();
                    ways.push(longest);
                }
                ways.push(kept);
            }
            for way in ways {
                let text = way.join(" ");
                let who = self
                    .publisher
                    .iter()
                    .map(|body| ("by", body))
                    .chain(self.places.iter().map(|place| ("in", place)));
                keys.extend(who.take(4).map(|(what, who)| self.content_key(what, &[&text, who.as_str()])));
            }
        }
        keys
    }

    /// The words of its publisher and places, which its title need not repeat.
    fn aside(&self) -> BTreeSet<String> {
        let mut words = self.words_of_publisher();
        words.extend(self.words_of_places());
        words
    }

    pub(super) fn words_of_publisher(&self) -> BTreeSet<String> {
        let names = self.publisher.iter().filter(|body| !body.starts_with(NUMBER));
        names.flat_map(|body| title::stems_of(body)).collect()
    }

    /// The numbers of its publisher.
    pub(super) fn numbers_of_publisher(&self) -> impl Iterator<Item = &str> {
        self.publisher.iter().filter_map(|body| body.strip_prefix(NUMBER))
    }

    pub(super) fn words_of_places(&self) -> BTreeSet<String> {
        self.places.iter().flat_map(|place| title::stems_of(place)).collect()
    }

    /// The key of a name. Its lowest bit tells names from content.
    fn name_key(&self, name: &str) -> u64 {
        self.hash("name", &[name]) & !CONTENT
    }

    /// The key of a file, or of a title with its publisher or place.
    fn content_key(&self, what: &str, parts: &[&str]) -> u64 {
        self.hash(what, parts) | CONTENT
    }

    /// A stable hash: what is kept must be found by the next version of the program too.
    fn hash(&self, what: &str, parts: &[&str]) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write(if self.series { b"series" } else { b"dataset" });
        hasher.write(what.as_bytes());
        for part in parts {
            hasher.write(part.as_bytes());
            hasher.write_u8(0);
        }
        hasher.finish()
    }

    /// Which of its names or origins has this key.
    pub(super) fn name_with_key(&self, key: u64) -> Option<Named<'_>> {
        let has = |name: &&String| self.name_key(name) == key;
        let called = self.names.iter().find(has).map(|name| Named::Called(name));
        let from = || self.origins.iter().find(has).map(|name| Named::From(name));
        called.or_else(from).or_else(|| self.derived.iter().find(has).map(|name| Named::Derived(name)))
    }

    /// The years and numbers of its titles; where these have none, the year of its period.
    pub(super) fn marks(&self) -> BTreeSet<String> {
        let marks: BTreeSet<String> =
            self.titles.iter().flat_map(|title| title.marks.iter().cloned()).collect();
        match self.years {
            Some((from, to)) if marks.is_empty() && from == to => BTreeSet::from([from.to_string()]),
            _ => marks,
        }
    }
}

/// Whether a key is of files or titles, and of no name.
pub(super) fn is_of_content(key: u64) -> bool {
    key & CONTENT != 0
}

/// How a record bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<'a> {
    /// It is called so.
    Called(&'a str),
    /// It says that it is from there.
    From(&'a str),
    /// It says that it is made from that.
    Derived(&'a str),
}

fn dataset_parts(dataset: &Dataset) -> Parts<'_> {
    let others = dataset.other_identifier.iter().map(|identifier| identifier.notation.as_str());
    Parts {
        upstream: &dataset.upstream,
        title: &dataset.title,
        identifier: dataset.identifier.iter().map(String::as_str).chain(others).collect(),
        pages: &dataset.landing_page,
        source: &dataset.source,
        files: &dataset.distribution,
        publisher: dataset.publisher.as_ref(),
        spatial: &dataset.spatial,
        temporal: &dataset.temporal,
        issued: dataset.issued.as_ref(),
        extra: &dataset.extra,
    }
}

fn series_parts(series: &DatasetSeries) -> Parts<'_> {
    Parts {
        upstream: &series.upstream,
        title: &series.title,
        identifier: series.identifier.iter().map(String::as_str).collect(),
        pages: &series.landing_page,
        source: &[],
        files: &[],
        publisher: series.publisher.as_ref(),
        spatial: &series.spatial,
        temporal: &series.temporal,
        issued: series.issued.as_ref(),
        extra: &series.extra,
    }
}

/// `prov:wasDerivedFrom`, which no field of the model holds.
fn derived_from(extra: &[Extra]) -> impl Iterator<Item = &str> {
    extra.iter().filter_map(|extra| match extra {
        Extra::Statement { property, value: ExtraValue::Iri { iri } }
            if property.as_str() == "http://www.w3.org/ns/prov#wasDerivedFrom" =>
        {
            Some(iri.as_str())
        }
        Extra::Statement { .. } | Extra::Key { .. } => None,
    })
}

/// Where data.gouv.fr and CKAN keep the address of what they harvested.
fn remote(extra: &[Extra]) -> impl Iterator<Item = &str> {
    const KEYS: [&str; 6] = [
        "harvest.remote_url",
        "harvest.remote_id",
        "harvest/remote_url",
        "harvest/remote_id",
        "extras/harvest:remote_id",
        "extras/harvest_object_url",
    ];
    extra.iter().filter_map(|extra| match extra {
        Extra::Key { key, value } if KEYS.contains(&key.as_str()) => Some(value.as_str()),
        Extra::Statement { .. } | Extra::Key { .. } => None,
    })
}

/// Each once, sorted, at most so many.
fn in_order(texts: &mut Vec<String>, most: usize) {
    texts.sort_unstable();
    texts.dedup();
    texts.truncate(most);
}

fn files(files: &[Distribution], pages: &HashSet<String>) -> Vec<u64> {
    let address = |file: &Distribution| {
        let urls = if file.download_url.is_empty() { &file.access_url } else { &file.download_url };
        urls.iter().filter_map(|url| address::file(url.as_str())).collect::<Vec<_>>()
    };
    let mut hashes: Vec<u64> = files
        .iter()
        .flat_map(address)
        // The page of an Opendatasoft dataset and its exports are one name: that is a file, any other page is none.
        .filter(|file| !pages.contains(file) || file.contains("/explore/dataset/"))
        .map(|file| {
            let mut hasher = FxHasher::default();
            hasher.write(file.as_bytes());
            hasher.finish()
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(MOST_FILES);
    hashes
}

fn read_title(text: &Text) -> Title {
    let title::Words { stems, marks } = title::words(&text.value);
    let lang = text.lang.as_deref().and_then(|lang| lang.split('-').next()).map(str::to_owned);
    Title { lang, stems, marks: marks.into_iter().take(MOST_MARKS).collect() }
}

fn publisher(agent: &Agent) -> Vec<String> {
    let mut names: Vec<String> = agent.name.iter().filter_map(|name| title::body(&name.value)).collect();
    in_order(&mut names, 4);
    // By which all spellings of one body are one (`party::settle`); a key made of the name says no more than that.
    if let Some(AgentKey::Portal(key)) = &agent.key
        && key.rsplit_once('-').is_some_and(|(_, last)| last.bytes().all(|b| b.is_ascii_digit()))
    {
        names.insert(0, format!("{NUMBER}{key}"));
    }
    names
}

fn places(places: &[Location]) -> Vec<String> {
    let labels = places.iter().flat_map(|place| &place.label);
    let mut names: Vec<String> = labels.filter_map(|label| title::body(&label.value)).collect();
    in_order(&mut names, MOST_PLACES);
    names
}

/// The years in which a period begins and ends.
fn years(period: &Period) -> Option<(i16, i16)> {
    let year = |date: &Option<Temporal>| date.as_ref()?.lexical().get(..4)?.parse().ok();
    Some((year(&period.start_date)?, year(&period.end_date)?))
}
