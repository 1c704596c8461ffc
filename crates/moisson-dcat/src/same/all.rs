//! Groups from nothing, for as many records as memory holds.

use std::collections::BTreeMap;

use super::{Decisions, Edge, Group, LARGEST_BLOCK, Member, cluster, meet};

/// All groups among some records. Each source and id may be given once.
pub fn all(members: &[Member<'_>], decisions: &Decisions) -> Vec<Group> {
    let mut blocks: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (position, member) in members.iter().enumerate() {
        for key in member.likeness.keys() {
            blocks.entry(key).or_default().push(position);
        }
    }
    let mut edges: Vec<Edge> = Vec::new();
    for (key, positions) in
        blocks.into_iter().filter(|(_, positions)| (2..=LARGEST_BLOCK).contains(&positions.len()))
    {
        let together: Vec<Member<'_>> =
            positions.iter().filter_map(|position| members.get(*position).copied()).collect();
        edges.extend(meet(key, &together).into_iter().filter_map(|edge| {
            let at = |position: usize| positions.get(position).copied();
            Some(Edge {
                a: at(edge.a)?,
                b: at(edge.b)?,
                original: edge.original.and_then(at),
                evidence: edge.evidence,
            })
        }));
    }
    cluster(members, edges, decisions)
}
