//! Records that have a key in common: which of them are copies of each other, and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Member, files,
    likeness::{Likeness, Named, is_of_content},
    title::{self, LEAST_TITLE},
};

/// What more records than this have in common is no evidence: the address of a whole portal, a file of documentation,
/// a title of every month.
pub const LARGEST_BLOCK: usize = 24;

/// The least share of files in common.
const LEAST_FILES: f64 = 0.75;
/// How alike titles must be at least where a single file is the same, and where several are.
const LEAST_TITLE_OF_FILE: f64 = 0.6;
const LEAST_TITLE_OF_FILES: f64 = 0.5;

/// What makes two records copies of each other. The lower, the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A person said so.
    Decision,
    /// One names the other as its original.
    Origin,
    /// Both name the same original.
    SameOrigin,
    /// Both are called the same.
    Identifier,
    /// They have the same files, and their titles do not speak against it.
    Files,
    /// Title, publisher, place and numbers agree.
    Title,
}

impl EvidenceKind {
    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Origin => "origin",
            Self::SameOrigin => "same_origin",
            Self::Identifier => "identifier",
            Self::Files => "files",
            Self::Title => "title",
        }
    }
}

/// Evidence that two records are copies of each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// What kind.
    pub kind: EvidenceKind,
    /// What it is: the name that they share, how many files, how alike the titles are.
    pub detail: String,
}

/// Two members, by position, the first before the second; and what joins them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// One of them. For [`EvidenceKind::Origin`] see `original`.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Why.
    pub evidence: Evidence,
    /// For [`EvidenceKind::Origin`]: which of the two is the original.
    pub original: Option<usize>,
}

/// Whether anything can join records of these sources that have a key in common: seen without looking at them.
pub fn may_meet<'a>(key: u64, sources: impl IntoIterator<Item = &'a str>) -> bool {
    let mut sources = sources.into_iter();
    let Some(first) = sources.next() else { return false };
    let (mut count, mut others) = (1, false);
    for source in sources {
        count += 1;
        others |= source != first;
    }
    (2..=LARGEST_BLOCK).contains(&count) && (others || !is_of_content(key))
}

/// What joins the members of one block: those that have `key` among their [keys](Likeness::keys). Positions are those
/// in `members`.
///
/// Nothing joins the members of a block larger than [`LARGEST_BLOCK`].
pub fn meet(key: u64, members: &[Member<'_>]) -> Vec<Edge> {
    if !may_meet(key, members.iter().map(|member| member.source)) {
        return Vec::new();
    }
    let mut edges = if is_of_content(key) { Vec::new() } else { by_name(key, members) };
    for (a, one) in members.iter().enumerate() {
        for (b, other) in members.iter().enumerate().skip(a + 1) {
            if one.source != other.source
                && let Some(evidence) = by_content(one.likeness, other.likeness)
            {
                edges.push(Edge { a, b, evidence, original: None });
            }
        }
    }
    edges
}

/// Who bears a name, and how.
#[derive(Default)]
struct Bearers<'a> {
    name: &'a str,
    called: Vec<usize>,
    from: Vec<usize>,
    derived: Vec<usize>,
}

impl<'a> Bearers<'a> {
    fn of(key: u64, members: &[Member<'a>]) -> Self {
        let mut bearers = Self::default();
        for (position, member) in members.iter().enumerate() {
            let (name, list) = match member.likeness.name_with_key(key) {
                Some(Named::Called(name)) => (name, &mut bearers.called),
                Some(Named::From(name)) => (name, &mut bearers.from),
                Some(Named::Derived(name)) => (name, &mut bearers.derived),
                None => continue,
            };
            list.push(position);
            bearers.name = name;
        }
        bearers
    }
}

/// What the name that they share says.
fn by_name(key: u64, members: &[Member<'_>]) -> Vec<Edge> {
    let Bearers { name, called, from, derived } = Bearers::of(key, members);
    // A name that one source gives twice names something greater: a series, a catalogue, a service.
    let unique = |positions: &[usize]| {
        let mut sources = BTreeSet::new();
        let mut sources_of = positions.iter().filter_map(|position| members.get(*position));
        sources_of.all(|member| sources.insert(member.source))
    };
    if !unique(&called) {
        return Vec::new();
    }
    let speak = |(one, other): (usize, usize), allowed: &dyn Fn(&Member<'_>, &Member<'_>) -> bool| matches!((members.get(one), members.get(other)), (Some(one), Some(other)) if allowed(one, other));
    let alike = |one: &Member<'_>, other: &Member<'_>| title_likeness(one.likeness, other.likeness);
    let together = |one: &Member<'_>, other: &Member<'_>| !marks_are_apart(one.likeness, other.likeness);
    let mut edges = Vec::new();
    let mut add = |(one, other): (usize, usize), kind: EvidenceKind, original: Option<usize>| {
        let evidence = Evidence { kind, detail: name.to_owned() };
        edges.push(Edge { a: one.min(other), b: one.max(other), evidence, original });
    };
    for pair in from.iter().flat_map(|one| called.iter().map(move |other| (*one, *other))) {
        // What one source names twice as an original is where it harvests, or the whole of which it has parts.
        let meant = unique(&from)
            || speak(pair, &|one, other| alike(one, other).is_none_or(|like| like >= LEAST_TITLE));
        if meant {
            add(pair, EvidenceKind::Origin, Some(pair.1));
        }
    }
    for pair in derived.iter().flat_map(|one| called.iter().map(move |other| (*one, *other))) {
        // What something is made from is not what it is.
        let same = |one: &Member<'_>, other: &Member<'_>| {
            one.source != other.source
                && together(one, other)
                && alike(one, other).is_some_and(|like| like >= LEAST_TITLE_OF_FILES)
        };
        if unique(&derived) && speak(pair, &same) {
            add(pair, EvidenceKind::Origin, Some(pair.1));
        }
    }
    for pair in pairs(&called).into_iter().filter(|pair| speak(*pair, &together)) {
        add(pair, EvidenceKind::Identifier, None);
    }
    for pair in pairs(&from).into_iter().filter(|pair| unique(&from) && speak(*pair, &together)) {
        add(pair, EvidenceKind::SameOrigin, None);
    }
    edges
}

/// Each with each.
fn pairs(positions: &[usize]) -> Vec<(usize, usize)> {
    let with_later = |(at, one): (usize, &usize)| {
        let one = *one;
        positions.iter().skip(at + 1).map(move |other| (one, *other)).collect::<Vec<_>>()
    };
    positions.iter().enumerate().flat_map(with_later).collect()
}

/// What files, titles, publishers and places say.
fn by_content(a: &Likeness, b: &Likeness) -> Option<Evidence> {
    if !may_be_alike(a, b) {
        return None;
    }
    let alike = title_likeness(a, b);
    let (common, share) = files::overlap(a, b);
    if common > 0 && share >= LEAST_FILES {
        let enough = match alike {
            Some(alike) if common == 1 => alike >= LEAST_TITLE_OF_FILE,
            Some(alike) => alike >= LEAST_TITLE_OF_FILES,
            // In two languages only the files can say so, and who publishes them.
            None => {
                common >= 2
                    && (share_any(&a.publisher, &b.publisher)
                        || a.publisher.is_empty()
                        || b.publisher.is_empty())
            }
        };
        if enough {
            let of = a.files.len().max(b.files.len());
            return Some(Evidence { kind: EvidenceKind::Files, detail: format!("{common}/{of}") });
        }
    }
    let alike = self::alike(a, b)?;
    (alike >= LEAST_TITLE).then(|| Evidence { kind: EvidenceKind::Title, detail: format!("{alike:.2}") })
}

/// Whether nothing in numbers, years, places and periods speaks against it.
fn may_be_alike(a: &Likeness, b: &Likeness) -> bool {
    a.series == b.series && a.marks() == b.marks() && !places_differ(a, b, true) && !periods_are_apart(a, b)
}

/// How alike the titles of two records are, from 0 to 1, if publisher, place, numbers and periods agree; copies are from
/// [`LEAST_TITLE`] on.
pub fn alike(a: &Likeness, b: &Likeness) -> Option<f64> {
    let agree =
        may_be_alike(a, b) && !places_differ(a, b, false) && parties_agree(a, b) && !files_differ(a, b);
    if agree { title_likeness(a, b) } else { None }
}

/// The same publisher; or, where one has none, the same place. Two numbers of one register are two bodies, whatever they
/// are called.
fn parties_agree(a: &Likeness, b: &Likeness) -> bool {
    let differ = |one: &str, other: &str| one != other && one.split('-').next() == other.split('-').next();
    if a.numbers_of_publisher().any(|one| b.numbers_of_publisher().any(|other| differ(one, other))) {
        return false;
    }
    if a.publisher.is_empty() || b.publisher.is_empty() {
        return share_any(&a.places, &b.places);
    }
    share_any(&a.publisher, &b.publisher)
}

/// Files on one host with nothing in common: two parts or two editions under one title.
fn files_differ(a: &Likeness, b: &Likeness) -> bool {
    !a.host.is_empty()
        && a.host == b.host
        && !a.files.is_empty()
        && !b.files.is_empty()
        && files::overlap(a, b).0 == 0
}

fn share_any(a: &[String], b: &[String]) -> bool {
    a.iter().any(|one| b.contains(one))
}

/// Whether places have nothing to do with each other. `countries`: a country may stand for any place in it, as
/// aggregators have it.
fn places_differ(a: &Likeness, b: &Likeness, countries: bool) -> bool {
    if a.places.is_empty() || b.places.is_empty() || share_any(&a.places, &b.places) {
        return false;
    }
    let words = |places: &[String]| -> BTreeSet<String> {
        places.iter().flat_map(|place| place.split(' ').map(str::to_owned)).collect()
    };
    // `Montréval` and `Montréval, Lisse, France`.
    let (a, b) = (words(&a.places), words(&b.places));
    let wide = ["france", "belgique", "belgie", "belgium", "deutschland", "nederland", "europe"];
    let country = countries && wide.iter().any(|wide| a.contains(*wide) || b.contains(*wide));
    !(country || a.is_subset(&b) || b.is_subset(&a))
}

/// Whether both have years or numbers and none in common.
pub(super) fn marks_are_apart(a: &Likeness, b: &Likeness) -> bool {
    let (a, b) = (a.marks(), b.marks());
    !a.is_empty() && !b.is_empty() && a.is_disjoint(&b)
}

/// Whether periods have no year in common.
fn periods_are_apart(a: &Likeness, b: &Likeness) -> bool {
    matches!((a.years, b.years), (Some((from, to)), Some((since, until))) if to < since || until < from)
}

/// How alike the most alike titles of one language are; none if no language is in common.
fn title_likeness(a: &Likeness, b: &Likeness) -> Option<f64> {
    // A place that only one of them is about tells them apart: the extract of a region from a national dataset.
    let (here, there) = (a.words_of_places(), b.words_of_places());
    let mut aside = a.words_of_publisher();
    aside.extend(b.words_of_publisher());
    aside.extend(here.intersection(&there).cloned());
    let mut best = None;
    for one in &a.titles {
        for other in &b.titles {
            let languages = one.lang.as_ref().zip(other.lang.as_ref());
            let identical = one.stems == other.stems;
            if identical || languages.is_none_or(|(one, other)| one == other) {
                let alike = title::likeness(&one.stems, &other.stems, &aside);
                if best.is_none_or(|best| alike > best) {
                    best = Some(alike);
                }
            }
        }
    }
    best
}

/// The strongest evidence of each pair and, of each kind, one.
pub(super) fn strongest(edges: Vec<Edge>) -> BTreeMap<(usize, usize), Vec<Edge>> {
    let mut pairs: BTreeMap<(usize, usize), Vec<Edge>> = BTreeMap::new();
    for edge in edges {
        pairs.entry((edge.a, edge.b)).or_default().push(edge);
    }
    for edges in pairs.values_mut() {
        edges.sort();
        edges.sort_by(|a, b| a.evidence.cmp(&b.evidence).then_with(|| a.original.cmp(&b.original)));
        edges.dedup_by(|a, b| a.evidence.kind == b.evidence.kind && a.original == b.original);
    }
    pairs
}
