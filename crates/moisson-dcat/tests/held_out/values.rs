//! Raw values in four languages against the terms that people would choose.

use std::collections::BTreeMap;

use moisson_dcat::{
    Concept, Dataset, Iri, Resource, Temporal,
    draft::{Defaults, Draft, said},
};

const VALUES: &str = include_str!("values.txt");

/// What became of a value.
#[derive(Debug, Default)]
struct Counted {
    /// Values of which something should be made.
    meant: usize,
    /// Of these, those that became what people would choose.
    right: usize,
    /// Values of which nothing may be made.
    not_meant: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
}

fn dataset(say: impl FnOnce(&mut Draft)) -> Dataset {
    let mut draft = Draft::dataset(&Defaults { language: Some("fr".to_owned()), base: None });
    say(&mut draft);
    match draft.finish().resource {
        Resource::Dataset(dataset) => *dataset,
        other => panic!("{other:?}"),
    }
}

fn codes<'c>(concepts: impl IntoIterator<Item = &'c Concept>) -> Vec<String> {
    concepts.into_iter().filter_map(|concept| concept.iri.as_ref()).map(Iri::to_string).collect()
}

fn ends(start: Option<&Temporal>, end: Option<&Temporal>) -> String {
    let text = |end: Option<&Temporal>| end.map_or("", Temporal::lexical).to_owned();
    format!("{}/{}", text(start), text(end))
}

/// What the mapping makes of a value: IRIs, or the value itself where it is no term.
fn mapped(kind: &str, value: &str) -> Vec<String> {
    let raw = said("place", value);
    let file = |dataset: Dataset| dataset.distribution.into_iter().next().unwrap_or_default();
    match kind {
        "licence" => codes(&dataset(|d| _ = d.license(raw)).license)
            .into_iter()
            .filter(|iri| moisson_dcat::vocabulary::term(iri).is_some())
            .collect(),
        "frequency" => codes(&dataset(|d| _ = d.accrual_periodicity(raw)).accrual_periodicity),
        "format" => codes(&file(dataset(|d| _ = d.distribution(None).format(raw))).format),
        "language" => codes(&dataset(|d| _ = d.language(raw)).language),
        "theme" => codes(&dataset(|d| _ = d.theme(raw)).theme),
        "place" => {
            let found = dataset(|d| _ = d.spatial_text(raw)).spatial;
            found.iter().filter_map(|place| place.iri.as_ref()).map(Iri::to_string).collect()
        }
        "period" => {
            let found = dataset(|d| _ = d.temporal_text(raw)).temporal;
            let ended = found.iter().filter(|p| p.start_date.is_some() || p.end_date.is_some());
            ended.map(|p| ends(p.start_date.as_ref(), p.end_date.as_ref())).collect()
        }
        "size" => file(dataset(|d| _ = d.distribution(None).byte_size(raw)))
            .byte_size
            .map(|size| size.to_string())
            .into_iter()
            .collect(),
        other => panic!("unknown kind {other}"),
    }
}

/// Whether an IRI or value is what was expected.
fn is(found: &str, expected: &str) -> bool {
    match expected.strip_prefix("refnis/") {
        Some(nis) => found.contains("/refnis20") && found.ends_with(&format!("/{nis}")),
        None if expected.starts_with(|c: char| c.is_ascii_digit()) || expected.starts_with('/') => {
            found == expected || found.ends_with(&format!("/{expected}"))
        }
        None => found == expected || found.ends_with(&format!("/{expected}")),
    }
}

#[test]
fn what_is_mapped_is_right_and_most_is_mapped() {
    let mut all: BTreeMap<&str, Counted> = BTreeMap::new();
    let mut kind = "";
    for line in VALUES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            kind = head;
            continue;
        }
        let (value, expected) = line.split_once(" => ").unwrap_or_else(|| panic!("{line}"));
        let may_be_left = expected.contains('?');
        let expected = expected.replace('?', "");
        let choices: Vec<&str> = expected.split('|').filter(|choice| !choice.is_empty()).collect();
        let found = mapped(kind, value);
        let counted = all.entry(kind).or_default();
        let nothing = choices.contains(&"-");
        let is_right = found.iter().any(|found| choices.iter().any(|choice| is(found, choice)));
        if nothing || choices.is_empty() {
            counted.not_meant += 1;
        } else {
            counted.meant += 1;
            counted.right += usize::from(is_right);
        }
        if !found.is_empty() && !is_right {
            counted.wrong.push(format!("{value} → {}, not {expected}", found.join(" ")));
        } else if found.is_empty() && !nothing {
            let what = if may_be_left { " (may be)" } else { "" };
            counted.missed.push(format!("{value}{what}"));
        }
    }
    let (mut meant, mut right, mut wrong) = (0, 0, Vec::new());
    for (kind, counted) in &mut all {
        let Counted { meant: of, right: so, not_meant, .. } = *counted;
        println!("{kind}: {so} of {of} as people would choose, {not_meant} that must be left");
        counted.missed.iter().for_each(|missed| println!("    left: {missed}"));
        counted.wrong.iter().for_each(|wrong| println!("    wrong: {wrong}"));
        (meant, right) = (meant + of, right + so);
        wrong.append(&mut counted.wrong);
    }
    println!("all: {right} of {meant}; {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(right * 100 >= meant * 97, "{right} of {meant}");
}
