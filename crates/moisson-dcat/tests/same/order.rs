//! The order in which records come does not show, and an added record changes nothing that it does not touch.

use std::collections::BTreeSet;

use moisson_dcat::same::{self, Decisions, Group, Member, Rule, Standing};
use proptest::prelude::*;

use super::labelled::read;

/// Groups by names instead of positions.
fn named(members: &[Member<'_>], groups: &[Group]) -> BTreeSet<(String, Rule, Vec<String>, String)> {
    let name = |position: &usize| format!("{}/{}", members[*position].source, members[*position].id);
    groups
        .iter()
        .map(|group| {
            let ties: Vec<String> = group
                .ties
                .iter()
                .map(|tie| format!("{} {} {:?}", name(&tie.a), name(&tie.b), tie.evidence))
                .collect();
            (name(&group.authority), group.rule, group.members.iter().map(name).collect(), ties.join("\n"))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn groups_do_not_depend_on_the_order_of_records(order in Just((0..read().len()).collect::<Vec<_>>()).prop_shuffle()) {
        let records = read();
        let members: Vec<Member<'_>> = records.iter().map(|record| record.member()).collect();
        let shuffled: Vec<Member<'_>> = order.iter().map(|position| members[*position]).collect();
        let decisions = Decisions::default();
        prop_assert_eq!(
            named(&members, &same::all(&members, &decisions)),
            named(&shuffled, &same::all(&shuffled, &decisions))
        );
    }
}

#[test]
fn what_a_person_decides_counts() {
    let records = read();
    let mut members: Vec<Member<'_>> = records.iter().map(|record| record.member()).collect();
    let of = |groups: &[Group], name: &str| {
        groups
            .iter()
            .map(|group| {
                let names: Vec<String> = group
                    .members
                    .iter()
                    .map(|at| format!("{}/{}", members[*at].source, members[*at].id))
                    .collect();
                (names, group.rule)
            })
            .find(|(names, _)| names.iter().any(|known| known == name))
    };
    // The trees of Montréval: the commune's own, named as the origin.
    let before = same::all(&members, &Decisions::default());
    assert_eq!(
        of(&before, "mon/0"),
        Some((["mon/0", "nat/1", "reg/2"].map(str::to_owned).to_vec(), Rule::NamedAsOrigin))
    );
    let apart = Decisions {
        distinct: vec![["mon/0", "nat/1", "reg/2"].map(str::to_owned).to_vec()],
        ..Decisions::default()
    };
    assert_eq!(of(&same::all(&members, &apart), "mon/0"), None);
    let joined = Decisions {
        same: vec![(["mon/0", "lis/5"].map(str::to_owned).to_vec(), Some("lis/5".to_owned()))],
        ..Decisions::default()
    };
    let (names, rule) = of(&same::all(&members, &joined), "mon/0").unwrap();
    assert_eq!((names[0].as_str(), rule), ("lis/5", Rule::Decision));
    assert_eq!(names.len(), 4);
    let nat = members.iter().position(|member| member.source == "nat" && member.id == "1").unwrap();
    members[nat].standing = Standing::Producer;
    let produced = same::all(&members, &Decisions::default());
    let group = produced.iter().find(|group| group.members.contains(&nat)).unwrap();
    assert_eq!((group.authority, group.rule), (nat, Rule::Producer));
}
