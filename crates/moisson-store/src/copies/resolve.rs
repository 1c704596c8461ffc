//! From records that changed to the groups that this changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use moisson_dcat::same::{self, Edge, LARGEST_BLOCK, Likeness, Member};
use oxrdf::NamedNode;

use super::{Copies, CopyGroup, CopyMember, CopyState, CopyTie};
use crate::{
    Delta, RecordKey, StoreError,
    ledger::{CopyChanges, Ledger},
};

/// How a block changes.
#[derive(Debug, Default)]
struct BlockChange {
    comes: BTreeSet<RecordKey>,
    leaves: BTreeSet<RecordKey>,
}

/// The ledger as it will be.
struct Ahead<'a> {
    ledger: &'a Ledger,
    likenesses: HashMap<RecordKey, Option<Likeness>>,
    blocks: HashMap<u64, BlockChange>,
}

/// A block before and after; nothing where it is too large to be looked at.
struct Block {
    before: Option<Vec<RecordKey>>,
    after: Option<Vec<RecordKey>>,
}

impl Ahead<'_> {
    fn likeness(&mut self, key: &RecordKey) -> Result<Option<Likeness>, StoreError> {
        if let Some(known) = self.likenesses.get(key) {
            return Ok(known.clone());
        }
        let likeness = self.ledger.likeness(key)?;
        self.likenesses.insert(key.clone(), likeness.clone());
        Ok(likeness)
    }

    fn block(&self, key: u64) -> Result<Block, StoreError> {
        let change = self.blocks.get(&key);
        let leaving = change.map_or(0, |change| change.leaves.len());
        let stored = self.ledger.block(key, LARGEST_BLOCK + 1 + leaving)?;
        let mut after: BTreeSet<RecordKey> = stored.iter().cloned().collect();
        if let Some(change) = change {
            after.retain(|record| !change.leaves.contains(record));
            after.extend(change.comes.iter().cloned());
        }
        let small = |records: Vec<RecordKey>| (records.len() <= LARGEST_BLOCK).then_some(records);
        Ok(Block { before: small(stored), after: small(after.into_iter().collect()) })
    }
}

impl Copies {
    /// Takes changed records in, and writes what this changes, as one.
    pub(super) fn resolve(
        &self,
        ledger: &Ledger,
        changed: Vec<(RecordKey, Option<Likeness>)>,
        state: Option<CopyState>,
        then: &dyn Fn(Delta),
    ) -> Result<(), StoreError> {
        let mut changes = CopyChanges { state, ..CopyChanges::default() };
        let mut ahead = Ahead { ledger, likenesses: HashMap::new(), blocks: HashMap::new() };
        // Records whose group may be another now.
        let mut looked_at: BTreeSet<RecordKey> = BTreeSet::new();
        let mut touched: BTreeSet<u64> = BTreeSet::new();
        for (key, now) in changed {
            let before = ledger.likeness(&key)?;
            if before == now {
                continue;
            }
            let keys_of = |likeness: &Option<Likeness>| -> BTreeSet<u64> {
                likeness.as_ref().map(Likeness::keys).unwrap_or_default().into_iter().collect()
            };
            let (left, entered) = (keys_of(&before), keys_of(&now));
            for block in left.difference(&entered) {
                ahead.blocks.entry(*block).or_default().leaves.insert(key.clone());
                changes.blocks.push((*block, key.clone(), false));
            }
            for block in entered.difference(&left) {
                ahead.blocks.entry(*block).or_default().comes.insert(key.clone());
                changes.blocks.push((*block, key.clone(), true));
            }
            touched.extend(left.union(&entered));
            looked_at.insert(key.clone());
            changes.likenesses.push((key.clone(), now.clone()));
            ahead.likenesses.insert(key, now);
        }
        // Whoever is in a block that changed may have gained or lost a neighbour, be it that the block is too large now.
        let mut seen_blocks: HashMap<u64, Option<Vec<RecordKey>>> = HashMap::new();
        for block in touched {
            let Block { before, after } = ahead.block(block)?;
            if before.is_some() || after.is_some() {
                looked_at.extend(before.into_iter().flatten());
                looked_at.extend(after.iter().flatten().cloned());
            }
            seen_blocks.insert(block, after);
        }
        let (groups, visited) = self.groups_around(&mut ahead, looked_at, seen_blocks)?;
        let (gone, come) = exchange(ledger, &visited, groups, &mut changes)?;
        ledger.write_copies(&changes, then)?;
        self.folding.change(&gone, &come);
        Ok(())
    }

    /// The groups of some records and of all that they are joined with, and who was looked at.
    fn groups_around(
        &self,
        ahead: &mut Ahead<'_>,
        from: BTreeSet<RecordKey>,
        mut blocks: HashMap<u64, Option<Vec<RecordKey>>>,
    ) -> Result<(Vec<CopyGroup>, BTreeSet<RecordKey>), StoreError> {
        let mut joined: BTreeMap<RecordKey, BTreeSet<RecordKey>> = BTreeMap::new();
        let mut edges: Vec<(RecordKey, RecordKey, Edge)> = Vec::new();
        let mut met: BTreeSet<u64> = BTreeSet::new();
        let mut visited: BTreeSet<RecordKey> = BTreeSet::new();
        let mut queue: Vec<RecordKey> = from.into_iter().collect();
        while let Some(record) = queue.pop() {
            if !visited.insert(record.clone()) {
                continue;
            }
            let Some(likeness) = ahead.likeness(&record)? else { continue };
            for block in likeness.keys() {
                if !met.insert(block) {
                    continue;
                }
                let records = match blocks.remove(&block) {
                    Some(records) => records,
                    None => ahead.block(block)?.after,
                };
                for (a, b, edge) in self.meet(ahead, block, &records.unwrap_or_default())? {
                    joined.entry(a.clone()).or_default().insert(b.clone());
                    joined.entry(b.clone()).or_default().insert(a.clone());
                    edges.push((a, b, edge));
                }
            }
            queue.extend(joined.get(&record).into_iter().flatten().cloned());
            queue.extend(self.options.decisions.same_as(&record.source, &record.id).filter_map(named));
        }
        let mut members = Vec::new();
        for record in &visited {
            if let Some(likeness) = ahead.likeness(record)? {
                members.push((record.clone(), likeness));
            }
        }
        Ok((self.cluster(&members, edges), visited))
    }

    /// What joins the records of a block, by their keys.
    fn meet(
        &self,
        ahead: &mut Ahead<'_>,
        block: u64,
        records: &[RecordKey],
    ) -> Result<Vec<(RecordKey, RecordKey, Edge)>, StoreError> {
        if records.len() < 2 {
            return Ok(Vec::new());
        }
        let mut known = Vec::with_capacity(records.len());
        for record in records {
            if let Some(likeness) = ahead.likeness(record)? {
                known.push((record, likeness));
            }
        }
        let members: Vec<Member<'_>> =
            known.iter().map(|(key, likeness)| self.member(key, likeness)).collect();
        let edges = same::meet(block, &members).into_iter().filter_map(|edge| {
            let key = |position: usize| known.get(position).map(|(key, _)| (*key).clone());
            Some((key(edge.a)?, key(edge.b)?, edge))
        });
        Ok(edges.collect())
    }

    fn member<'m>(&self, key: &'m RecordKey, likeness: &'m Likeness) -> Member<'m> {
        let standing = self.options.standing_of(&key.source);
        Member { source: &key.source, id: &key.id, standing, likeness }
    }

    /// Groups of records, given what joins them by keys. Edges to others are left out.
    fn cluster(
        &self,
        records: &[(RecordKey, Likeness)],
        edges: Vec<(RecordKey, RecordKey, Edge)>,
    ) -> Vec<CopyGroup> {
        let position = |key: &RecordKey| records.binary_search_by(|(known, _)| known.cmp(key)).ok();
        let edges = edges.into_iter().filter_map(|(a, b, edge)| {
            let (one, other) = (position(&a)?, position(&b)?);
            let original = edge.original.map(|original| if original == edge.a { one } else { other });
            Some(Edge { a: one.min(other), b: one.max(other), original, evidence: edge.evidence })
        });
        let members: Vec<Member<'_>> =
            records.iter().map(|(key, likeness)| self.member(key, likeness)).collect();
        let groups = same::cluster(&members, edges.collect(), &self.options.decisions);
        groups.iter().filter_map(|group| self.named(records, group)).collect()
    }

    /// All groups from nothing, to compare with.
    pub(crate) fn given_all(&self, records: &[(RecordKey, Likeness)]) -> Vec<CopyGroup> {
        let members: Vec<Member<'_>> =
            records.iter().map(|(key, likeness)| self.member(key, likeness)).collect();
        let groups = same::all(&members, &self.options.decisions);
        groups.iter().filter_map(|group| self.named(records, group)).collect()
    }

    /// A group by keys.
    fn named(&self, records: &[(RecordKey, Likeness)], group: &same::Group) -> Option<CopyGroup> {
        let (authority, original) = records.get(group.authority)?;
        let key = |position: usize| records.get(position).map(|(key, _)| key.clone());
        let members = group.members.iter().filter_map(|position| records.get(*position));
        Some(CopyGroup {
            authority: authority.clone(),
            rule: group.rule,
            members: members
                .map(|(key, likeness)| CopyMember {
                    key: key.clone(),
                    iri: NamedNode::new_unchecked(likeness.iri.clone()),
                    linked: key != authority
                        && self.options.graph.is_some()
                        && !likeness.says_it_is_from(original),
                })
                .collect(),
            ties: group
                .ties
                .iter()
                .filter_map(|tie| {
                    Some(CopyTie { a: key(tie.a)?, b: key(tie.b)?, evidence: tie.evidence.clone() })
                })
                .collect(),
            graph: self.options.graph.clone(),
        })
    }
}

/// What of the groups of the records that were looked at goes, and what comes.
fn exchange(
    ledger: &Ledger,
    visited: &BTreeSet<RecordKey>,
    groups: Vec<CopyGroup>,
    changes: &mut CopyChanges,
) -> Result<(Vec<CopyGroup>, Vec<CopyGroup>), StoreError> {
    let mut old: BTreeMap<RecordKey, CopyGroup> = BTreeMap::new();
    for record in visited {
        if let Some(group) = ledger.group_of(record)? {
            old.insert(group.authority.clone(), group);
        }
    }
    let mut come: Vec<CopyGroup> = Vec::new();
    for group in groups {
        match old.remove(&group.authority) {
            Some(same) if same == group => {}
            Some(other) => {
                old.insert(other.authority.clone(), other);
                come.push(group);
            }
            None => come.push(group),
        }
    }
    let gone: Vec<CopyGroup> = old.into_values().collect();
    let mut groups: BTreeMap<RecordKey, Option<CopyGroup>> = BTreeMap::new();
    let mut members: BTreeMap<RecordKey, Option<RecordKey>> = BTreeMap::new();
    for group in &gone {
        groups.insert(group.authority.clone(), None);
        members.extend(group.members.iter().map(|member| (member.key.clone(), None)));
    }
    for group in &come {
        groups.insert(group.authority.clone(), Some(group.clone()));
        let authority = Some(group.authority.clone());
        members.extend(group.members.iter().map(|member| (member.key.clone(), authority.clone())));
    }
    changes.groups = groups.into_iter().collect();
    changes.members = members.into_iter().collect();
    changes.unsaid = gone.iter().flat_map(CopyGroup::links).collect();
    changes.said = come.iter().flat_map(CopyGroup::links).collect();
    Ok((gone, come))
}

/// The record that a decision names.
fn named(name: &str) -> Option<RecordKey> {
    name.split_once('/').map(|(source, id)| RecordKey::new(source, id))
}
