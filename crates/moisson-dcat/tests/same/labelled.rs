//! Precision and recall on the labelled records of `fixtures/same/families.txt`.

use std::collections::{BTreeMap, BTreeSet};

use moisson_dcat::{
    Agent, Dataset, DatasetSeries, Distribution, Identifier, Iri, Location, Period, Reference, Resource,
    Temporal, Text,
    same::{self, Decisions, Likeness, Member, Standing},
};

const FAMILIES: &str = include_str!("../../../../fixtures/same/families.txt");

/// One record with its label.
pub(super) struct Labelled {
    pub(super) family: usize,
    /// Whether it is for choosing rules and thresholds.
    tuning: bool,
    pub(super) entity: String,
    pub(super) source: String,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) likeness: Likeness,
}

impl Labelled {
    pub(super) fn member(&self) -> Member<'_> {
        Member { source: &self.source, id: &self.id, standing: Standing::Unsaid, likeness: &self.likeness }
    }
}

pub(super) fn read() -> Vec<Labelled> {
    let (mut hosts, mut family, mut tuning, mut all) = (BTreeMap::new(), 0, true, Vec::new());
    for line in FAMILIES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(host) = line.strip_prefix('@') {
            let (short, host) = host.split_once(' ').unwrap();
            hosts.insert(short, host);
        } else if let Some(head) = line.strip_prefix("= ") {
            family += 1;
            tuning = match head.split_once(": ").unwrap().0 {
                "tuning" => true,
                "held-out" => false,
                other => panic!("a family is `tuning` or `held-out`, not `{other}`"),
            };
        } else {
            let number = all.len();
            all.push(Labelled { tuning, ..record(line, family, number, &hosts) });
        }
    }
    all
}

fn record(line: &str, family: usize, number: usize, hosts: &BTreeMap<&str, &str>) -> Labelled {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let [entity, source, title, publisher, place, more] = fields[..] else { panic!("six fields: {line}") };
    let host = hosts[source];
    let address = |text: &str| match text.split_once(':') {
        Some((short, path)) if hosts.contains_key(short) => format!("https://{}/{path}", hosts[short]),
        _ => text.to_owned(),
    };
    let iri = |text: &str| Some(Iri::new(address(text)).unwrap());
    let mut dataset = Dataset::default();
    let mut lang = Some("fr".to_owned());
    let mut series = false;
    let own = format!("https://{host}/dataset/{number}-{family}");
    dataset.upstream.iri = iri(&own);
    for part in more.split_whitespace() {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key {
            "iri" => dataset.upstream.iri = iri(value),
            "page" => dataset.upstream.page = iri(value),
            "origin" => dataset.upstream.copy_of = Some(Reference { iri: iri(value), title: Vec::new() }),
            "id" => {
                dataset.other_identifier.push(Identifier { notation: value.to_owned(), schema_agency: None });
            }
            "file" => dataset.distribution.push(Distribution {
                id: value.to_owned(),
                access_url: iri(value).into_iter().collect(),
                ..Distribution::default()
            }),
            "period" => {
                let (from, to) = value.split_once('-').unwrap();
                let year = |year: &str| Some(Temporal::Year(year.to_owned()));
                dataset.temporal.push(Period {
                    start_date: year(from),
                    end_date: year(to),
                    label: Vec::new(),
                });
            }
            "issued" => dataset.issued = Some(Temporal::Date(value.to_owned())),
            "lang" => lang = Some(value.to_owned()),
            "series" => series = true,
            other => panic!("unknown key {other}: {line}"),
        }
    }
    let text = |value: &str| Text { value: value.to_owned(), lang: None };
    dataset.title.push(Text { value: title.to_owned(), lang });
    if !publisher.is_empty() {
        dataset.publisher = Some(Agent { name: vec![text(publisher)], ..Agent::default() });
    }
    if !place.is_empty() {
        dataset.spatial.push(Location { label: vec![text(place)], ..Location::default() });
    }
    let resource = if series {
        Resource::Series(Box::new(DatasetSeries {
            upstream: dataset.upstream,
            title: dataset.title,
            publisher: dataset.publisher,
            spatial: dataset.spatial,
            identifier: dataset.other_identifier.into_iter().map(|identifier| identifier.notation).collect(),
            ..DatasetSeries::default()
        }))
    } else {
        Resource::Dataset(Box::new(dataset))
    };
    let ours = format!("https://moisson.example/id/dataset/{source}/{number}");
    let likeness = Likeness::of(&ours, &resource).unwrap();
    Labelled {
        family,
        tuning: false,
        entity: entity.to_owned(),
        source: source.to_owned(),
        id: number.to_string(),
        title: title.to_owned(),
        likeness,
    }
}

/// Which pairs are said to be copies and which are.
struct Measured {
    pairs_in_families: usize,
    copies: usize,
    right: usize,
    wrong: Vec<(usize, usize)>,
    missed: Vec<(usize, usize)>,
}

impl Measured {
    fn of(records: &[Labelled]) -> Self {
        let members: Vec<Member<'_>> = records.iter().map(Labelled::member).collect();
        let mut found = BTreeSet::new();
        for group in same::all(&members, &Decisions::default()) {
            for (at, a) in group.members.iter().enumerate() {
                found.extend(group.members[at + 1..].iter().map(|b| (*a.min(b), *a.max(b))));
            }
        }
        let mut measured =
            Self { pairs_in_families: 0, copies: 0, right: 0, wrong: Vec::new(), missed: Vec::new() };
        for (a, one) in records.iter().enumerate() {
            for (b, other) in records.iter().enumerate().skip(a + 1) {
                let family = one.family == other.family;
                let same = family && one.entity == other.entity;
                measured.pairs_in_families += usize::from(family);
                measured.copies += usize::from(same);
                match (same, found.contains(&(a, b))) {
                    (true, true) => measured.right += 1,
                    (false, true) => measured.wrong.push((a, b)),
                    (true, false) => measured.missed.push((a, b)),
                    (false, false) => {}
                }
            }
        }
        measured
    }

    fn share(part: usize, whole: usize) -> f64 {
        f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole.max(1)).unwrap())
    }

    fn precision(&self) -> f64 {
        Self::share(self.right, self.right + self.wrong.len())
    }

    fn recall(&self) -> f64 {
        Self::share(self.right, self.copies)
    }

    fn print(&self, name: &str, records: &[Labelled]) {
        println!(
            "{name}: {} pairs in families, {} of them copies; precision {:.4}, recall {:.4}",
            self.pairs_in_families,
            self.copies,
            self.precision(),
            self.recall()
        );
        for (what, pairs) in [("wrong", &self.wrong), ("missed", &self.missed)] {
            for (a, b) in pairs {
                let (a, b) = (&records[*a], &records[*b]);
                println!("  {what}: {}: {} | {}: {}", a.source, a.title, b.source, b.title);
            }
        }
    }
}

fn half(tuning: bool) -> Vec<Labelled> {
    read().into_iter().filter(|record| record.tuning == tuning).collect()
}

/// What title, publisher, place and numbers say alone, for thresholds: the lowest one at which nothing is wrong is taken.
#[test]
fn the_threshold_of_titles_is_the_lowest_that_is_right() {
    let records = half(true);
    let mut lowest = 1.0;
    for percent in [40, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100_u32] {
        let least = f64::from(percent) / 100.0;
        let (mut right, mut wrong, mut copies) = (0, 0, 0);
        for (a, one) in records.iter().enumerate() {
            for other in records.iter().skip(a + 1) {
                let same = one.family == other.family && one.entity == other.entity;
                copies += usize::from(same);
                let alike = one.source != other.source
                    && same::alike(&one.likeness, &other.likeness).is_some_and(|alike| alike >= least);
                right += usize::from(alike && same);
                wrong += usize::from(alike && !same);
            }
        }
        let precision = Measured::share(right, right + wrong);
        println!(
            "titles alone, alike from {least:.2}: precision {precision:.4}, recall {:.4}{}",
            Measured::share(right, copies),
            if (least - same::LEAST_TITLE).abs() < 1e-9 { " (in force)" } else { "" }
        );
        if wrong == 0 && least < lowest {
            lowest = least;
        }
        if wrong > 0 {
            lowest = 1.0;
        }
    }
    println!("lowest without a fault: {lowest}; in force, with a margin: {}", same::LEAST_TITLE);
    assert!(same::LEAST_TITLE >= lowest, "the threshold must be at least {lowest}");
}

#[test]
fn copies_are_found_and_nothing_else_is_in_both_halves() {
    let (tuning, held_out) = (half(true), half(false));
    let mut pairs = 0;
    for (name, records, least) in [("tuning", &tuning, 0.9), ("held out", &held_out, 0.85)] {
        let measured = Measured::of(records);
        measured.print(name, records);
        pairs += measured.pairs_in_families;
        assert!(measured.copies >= 60, "{name}: too few copies to measure");
        assert!(measured.precision() >= 0.99, "{name}: precision {}", measured.precision());
        assert!(measured.recall() >= least, "{name}: recall {}", measured.recall());
    }
    assert!(pairs >= 300, "{pairs} labelled pairs are too few");
}

#[test]
fn all_families_together_mix_no_more_than_each_alone() {
    let records = read();
    let measured = Measured::of(&records);
    measured.print("all", &records);
    assert!(measured.precision() >= 0.99);
    assert!(measured.recall() >= 0.85);
}
