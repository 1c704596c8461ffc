//! From records that changed to the groups that this changes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use moisson_dcat::same::{self, Edge, Likeness, Member};
use oxrdf::NamedNode;

use super::{
    Copies, CopyGroup, CopyMember, CopyState, CopyTie,
    table::{Move, Number, Table},
};
use crate::{
    Delta, RecordKey, StoreError,
    ledger::{Compared, CopyChanges, Ledger},
    search::tie,
};

/// What is compared, as it will be: what the ledger keeps, but for what changes now.
struct Ahead<'a> {
    ledger: &'a Ledger,
    table: &'a Table,
    known: HashMap<Number, Option<Arc<Compared>>>,
}

impl Ahead<'_> {
    fn compared(&mut self, record: Number) -> Result<Option<Arc<Compared>>, StoreError> {
        if let Some(known) = self.known.get(&record) {
            return Ok(known.clone());
        }
        let compared = match self.table.key(record) {
            Some(key) => self.ledger.compared(key)?.map(Arc::new),
            None => None,
        };
        self.known.insert(record, compared.clone());
        Ok(compared)
    }
}

/// A record with what is compared of it.
type Known<'a> = (&'a RecordKey, Arc<Compared>);

/// What joins two records.
struct Joint {
    one: Number,
    other: Number,
    edge: Edge,
}

impl Copies {
    /// Takes changed records in, and writes what this changes, as one. After an error nobody knows how the table stands.
    pub(super) fn resolve(
        &self,
        (ledger, table): (&Ledger, &mut Table),
        changed: Vec<(RecordKey, Option<Likeness>)>,
        state: Option<CopyState>,
        then: &dyn Fn(Delta),
    ) -> Result<(), StoreError> {
        let mut changes = CopyChanges { state, ..CopyChanges::default() };
        let mut known = HashMap::new();
        // Records whose group may be another now.
        let mut looked_at: BTreeSet<Number> = BTreeSet::new();
        let mut touched: BTreeSet<u64> = BTreeSet::new();
        let mut moves: Vec<Move> = Vec::new();
        for (key, now) in changed {
            // Of a record that was never met there is nothing to be read.
            let before = match table.find(&key) {
                Some(_) => ledger.compared(&key)?,
                None => None,
            };
            if before.as_ref().map(|before| &before.likeness) == now.as_ref() {
                continue;
            }
            let record = table.number(&key)?;
            let now = now.map(|likeness| Arc::new(Compared::of(likeness)));
            let left = before.map(|before| before.blocks).unwrap_or_default();
            let entered = now.as_ref().map(|now| now.blocks.as_slice()).unwrap_or_default();
            let other = |blocks: &[u64], block: &&u64| blocks.binary_search(block).is_err();
            let leaves = left.iter().filter(|block| other(entered, block));
            moves.extend(leaves.map(|block| Move { block: *block, record, comes: false }));
            let comes = entered.iter().filter(|block| other(&left, block));
            moves.extend(comes.map(|block| Move { block: *block, record, comes: true }));
            touched.extend(left.iter().chain(entered));
            looked_at.insert(record);
            changes.compared.push((key, now.clone()));
            known.insert(record, now);
        }
        // Whoever is in a block that changed may have gained or lost a neighbour, be it that the block is too large now.
        looked_at.extend(touched.iter().flat_map(|block| table.candidates(*block)));
        table.apply(&moves);
        looked_at.extend(touched.iter().flat_map(|block| table.candidates(*block)));
        let mut ahead = Ahead { ledger, table, known };
        let (groups, visited) = self.groups_around(&mut ahead, looked_at)?;
        let (gone, come) = self.exchange(&ahead, &visited, groups, &mut changes)?;
        ledger.write_copies(&changes, then)?;
        self.folding.change(&gone, &come);
        Ok(())
    }

    /// The groups of some records and of all that they are joined with, and who was looked at.
    fn groups_around(
        &self,
        ahead: &mut Ahead<'_>,
        from: BTreeSet<Number>,
    ) -> Result<(Vec<CopyGroup>, BTreeSet<Number>), StoreError> {
        let mut joined: HashMap<Number, BTreeSet<Number>> = HashMap::new();
        let mut joints: Vec<Joint> = Vec::new();
        let mut met: HashSet<u64> = HashSet::new();
        let mut visited: BTreeSet<Number> = BTreeSet::new();
        let mut queue: Vec<Number> = from.into_iter().collect();
        let table = ahead.table;
        while let Some(record) = queue.pop() {
            if !visited.insert(record) {
                continue;
            }
            let Some(compared) = ahead.compared(record)? else { continue };
            for block in &compared.blocks {
                if !met.insert(*block) {
                    continue;
                }
                for joint in self.meet(ahead, *block)? {
                    joined.entry(joint.one).or_default().insert(joint.other);
                    joined.entry(joint.other).or_default().insert(joint.one);
                    joints.push(joint);
                }
            }
            queue.extend(joined.get(&record).into_iter().flatten());
            if let Some(key) = table.key(record) {
                let decided = self.options.decisions.same_as(&key.source, &key.id);
                queue.extend(decided.filter_map(named).filter_map(|key| table.find(&key)));
            }
        }
        let mut members: Vec<(Number, Known<'_>)> = Vec::new();
        for record in &visited {
            if let (Some(compared), Some(key)) = (ahead.compared(*record)?, table.key(*record)) {
                members.push((*record, (key, compared)));
            }
        }
        members.sort_unstable_by_key(|(_, (key, _))| *key);
        Ok((self.cluster(&members, joints), visited))
    }

    /// What joins the records of a block.
    fn meet(&self, ahead: &mut Ahead<'_>, block: u64) -> Result<Vec<Joint>, StoreError> {
        let table = ahead.table;
        let mut known: Vec<(Number, Known<'_>)> = Vec::new();
        for record in table.candidates(block) {
            if let (Some(compared), Some(key)) = (ahead.compared(record)?, table.key(record)) {
                known.push((record, (key, compared)));
            }
        }
        let members: Vec<Member<'_>> =
            known.iter().map(|(_, (key, compared))| self.member(key, &compared.likeness)).collect();
        let number = |position: usize| known.get(position).map(|(record, _)| *record);
        let joints = same::meet(block, &members).into_iter();
        let joints =
            joints.filter_map(|edge| Some(Joint { one: number(edge.a)?, other: number(edge.b)?, edge }));
        Ok(joints.collect())
    }

    fn member<'m>(&self, key: &'m RecordKey, likeness: &'m Likeness) -> Member<'m> {
        let standing = self.options.standing_of(&key.source);
        Member { source: &key.source, id: &key.id, standing, likeness }
    }

    /// Groups of records in the order of their keys, given what joins them.
    fn cluster(&self, records: &[(Number, Known<'_>)], joints: Vec<Joint>) -> Vec<CopyGroup> {
        let positions: HashMap<Number, usize> =
            records.iter().enumerate().map(|(position, (record, _))| (*record, position)).collect();
        let edges = joints.into_iter().filter_map(|Joint { one, other, edge }| {
            let (one, other) = (*positions.get(&one)?, *positions.get(&other)?);
            let original = edge.original.map(|original| if original == edge.a { one } else { other });
            Some(Edge { a: one.min(other), b: one.max(other), original, evidence: edge.evidence })
        });
        let members: Vec<Member<'_>> =
            records.iter().map(|(_, (key, compared))| self.member(key, &compared.likeness)).collect();
        let groups = same::cluster(&members, edges.collect(), &self.options.decisions);
        groups.iter().filter_map(|group| self.named(&members, group)).collect()
    }

    /// All groups from nothing, to compare with.
    pub(crate) fn given_all(&self, records: &[(RecordKey, Likeness)]) -> Vec<CopyGroup> {
        let members: Vec<Member<'_>> =
            records.iter().map(|(key, likeness)| self.member(key, likeness)).collect();
        let groups = same::all(&members, &self.options.decisions);
        groups.iter().filter_map(|group| self.named(&members, group)).collect()
    }

    /// A group by keys.
    fn named(&self, members: &[Member<'_>], group: &same::Group) -> Option<CopyGroup> {
        let key =
            |position: usize| members.get(position).map(|member| RecordKey::new(member.source, member.id));
        let original = members.get(group.authority)?;
        let copies = group.members.iter().filter_map(|position| Some((*position, members.get(*position)?)));
        Some(CopyGroup {
            authority: key(group.authority)?,
            rule: group.rule,
            members: copies
                .map(|(position, member)| CopyMember {
                    key: RecordKey::new(member.source, member.id),
                    iri: NamedNode::new_unchecked(member.likeness.iri.clone()),
                    linked: position != group.authority
                        && self.options.graph.is_some()
                        && !member.likeness.says_it_is_from(original.likeness),
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

    /// What of the groups of the records that were looked at goes, and what comes.
    fn exchange(
        &self,
        ahead: &Ahead<'_>,
        visited: &BTreeSet<Number>,
        groups: Vec<CopyGroup>,
        changes: &mut CopyChanges,
    ) -> Result<(Vec<CopyGroup>, Vec<CopyGroup>), StoreError> {
        let mut old: BTreeMap<RecordKey, CopyGroup> = BTreeMap::new();
        let folding = self.folding.get();
        let keys = visited.iter().filter_map(|record| ahead.table.key(*record));
        // Searches fold by the same groups, and know at once of most records that they are in none.
        for key in keys.filter(|key| folding.get(tie(key)).is_some()) {
            if let Some(group) = ahead.ledger.group_of(key)? {
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
}

/// The record that a decision names.
fn named(name: &str) -> Option<RecordKey> {
    name.split_once('/').map(|(source, id)| RecordKey::new(source, id))
}
