//! Whatever comes, goes and changes, in whatever order and parts: the groups are those of all records together.

use std::collections::BTreeMap;

use moisson_dcat::same::{Decisions, LARGEST_BLOCK, Likeness, Title};
use oxrdf::NamedNode;
use proptest::prelude::*;

use super::{Copies, CopyOptions, SharedFolding};
use crate::{Generation, RecordKey, copies::Folding, ledger::Ledger};

/// What a record may look like, from few words, so that there is much in common.
fn any_likeness() -> impl Strategy<Value = Likeness> {
    let some = |letter: &'static str| {
        proptest::collection::btree_set(0_u8..5, 0..3)
            .prop_map(move |set| set.into_iter().map(|n| format!("{letter}.example/{n}")).collect::<Vec<_>>())
    };
    let title = (0_usize..3, proptest::option::of(2021_u16..2023));
    (some("name"), some("name"), proptest::collection::btree_set(0_u64..4, 0..3), title, 0_usize..3).prop_map(
        |(names, origins, files, (title, year), publisher)| {
            let titles = [["arbre", "remarquable"], ["budget", "primitif"], ["piste", "cyclable"]];
            Likeness {
                origins: origins.into_iter().filter(|origin| !names.contains(origin)).collect(),
                names,
                files: files.into_iter().collect(),
                titles: vec![Title {
                    lang: None,
                    stems: titles[title].map(str::to_owned).to_vec(),
                    marks: year.iter().map(ToString::to_string).collect(),
                }],
                publisher: [vec!["montreval".to_owned()], vec!["valserre".to_owned()], Vec::new()][publisher]
                    .clone(),
                ..Likeness::default()
            }
        },
    )
}

type Change = (u8, u8, Option<Likeness>);

fn any_change() -> impl Strategy<Value = Change> {
    (0_u8..4, 0_u8..4, proptest::option::weighted(0.8, any_likeness()))
}

fn options() -> CopyOptions {
    CopyOptions {
        graph: Some(NamedNode::new_unchecked("https://portal.example/id/graph/copies")),
        decisions: Decisions {
            same: vec![(vec!["s0/3".to_owned(), "s1/3".to_owned()], None)],
            distinct: vec![vec!["s0/0".to_owned(), "s2/0".to_owned(), "s3/0".to_owned()]],
        },
        ..CopyOptions::default()
    }
}

fn copies(ledger: &Ledger) -> Copies {
    Copies::open(options(), SharedFolding::default(), ledger, &|_| ()).unwrap()
}

fn take_in(copies: &Copies, ledger: &Ledger, changes: Vec<(RecordKey, Option<Likeness>)>) {
    copies.take_in(&mut copies.resolving(), ledger, (changes, Generation(1)), &|_| ()).unwrap();
}

/// The record with an IRI of its own.
fn named(source: u8, id: u8, likeness: Option<Likeness>) -> (RecordKey, Option<Likeness>) {
    let iri = format!("https://portal.example/id/dataset/s{source}/{id}");
    (
        RecordKey::new(format!("s{source}"), id.to_string()),
        likeness.map(|likeness| Likeness { iri, ..likeness }),
    )
}

/// The ledger's groups are those that its records give, the links are those of the groups, and searches fold by them.
fn agree(ledger: &Ledger, copies: &Copies, records: &BTreeMap<RecordKey, Likeness>) {
    let records: Vec<_> = records.iter().map(|(key, likeness)| (key.clone(), likeness.clone())).collect();
    let groups: Vec<_> = ledger.groups().collect::<Result<_, _>>().unwrap();
    let mut expected = copies.given_all(&records);
    expected.sort_by(|a, b| a.authority.cmp(&b.authority));
    assert_eq!(groups, expected);
    let mut links: Vec<String> = ledger.shared(None).map(|item| item.unwrap().1.to_string()).collect();
    let mut said: Vec<String> =
        groups.iter().flat_map(super::CopyGroup::links).map(|(_, link)| link.to_string()).collect();
    links.sort();
    said.sort();
    assert_eq!(links, said);
    assert_eq!(*copies.folding.get(), Folding::of(ledger).unwrap());
    for group in &groups {
        for member in &group.members {
            assert_eq!(ledger.group_of(&member.key).unwrap().as_ref(), Some(group));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn groups_are_those_of_all_records_together(
        parts in proptest::collection::vec(proptest::collection::vec(any_change(), 1..8), 1..8)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path(), 1 << 20, 1 << 20).unwrap();
        let copies = copies(&ledger);
        let mut records = BTreeMap::new();
        for part in parts {
            let part: BTreeMap<_, _> = part.into_iter().map(|(s, id, now)| named(s, id, now)).collect();
            for (key, now) in &part {
                match now {
                    Some(now) => records.insert(key.clone(), now.clone()),
                    None => records.remove(key),
                };
            }
            take_in(&copies, &ledger, part.into_iter().collect());
            agree(&ledger, &copies, &records);
        }
    }
}

#[test]
fn what_too_many_have_in_common_joins_none_of_them_until_it_is_fewer() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path(), 1 << 20, 1 << 20).unwrap();
    let copies = copies(&ledger);
    let likeness = Likeness { names: vec!["name.example/1".to_owned()], ..Likeness::default() };
    let mut records = BTreeMap::new();
    let mut sizes = Vec::new();
    let most = u8::try_from(LARGEST_BLOCK).unwrap() + 3;
    for (source, there) in (0..most).map(|source| (source, true)).chain((0..4).map(|source| (source, false)))
    {
        let (key, now) = named(source, 1, there.then(|| likeness.clone()));
        match &now {
            Some(now) => records.insert(key.clone(), now.clone()),
            None => records.remove(&key),
        };
        let before = ledger.generation().unwrap();
        take_in(&copies, &ledger, vec![(key.clone(), now.clone())]);
        agree(&ledger, &copies, &records);
        sizes.push(ledger.groups().map(|group| group.unwrap().members.len()).sum::<usize>());
        let after = ledger.generation().unwrap();
        take_in(&copies, &ledger, vec![(key, now)]);
        assert_eq!(ledger.generation().unwrap(), after, "the same again changes nothing");
        assert!(after <= before.next());
    }
    assert_eq!(sizes[LARGEST_BLOCK - 2..], [23, 24, 0, 0, 0, 0, 0, 24, 23]);
}
