//! From what joins pairs to groups, and to the authoritative copy of each.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};

use super::{
    Edge, Evidence, EvidenceKind, Member, Standing,
    meet::{self, marks_are_apart},
};

/// So many records are no copies of one dataset, however they are joined.
const LARGEST_GROUP: usize = 200;

/// What persons decided. Records are named `source/id`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Decisions {
    /// Records of one dataset, and which of them is the authoritative one if that is decided too.
    pub same: Vec<(Vec<String>, Option<String>)>,
    /// Records of which no two are of one dataset.
    pub distinct: Vec<Vec<String>>,
}

impl Decisions {
    /// The records that are said to be the same as this one.
    pub fn same_as(&self, source: &str, id: &str) -> impl Iterator<Item = &str> {
        let name = format!("{source}/{id}");
        let lists = self.same.iter().filter(move |(records, _)| records.contains(&name));
        lists.flat_map(|(records, _)| records.iter().map(String::as_str))
    }

    /// Whether two records are said to be different.
    fn tells_apart(&self, one: &str, other: &str) -> bool {
        let names =
            |records: &&Vec<String>| records.iter().any(|r| r == one) && records.iter().any(|r| r == other);
        self.distinct.iter().any(|records| names(&records))
    }

    /// Whether two records are said to be the same.
    fn joins(&self, one: &str, other: &str) -> bool {
        self.same
            .iter()
            .any(|(records, _)| records.iter().any(|r| r == one) && records.iter().any(|r| r == other))
    }

    /// Whether it is said to be the authoritative one.
    fn is_authority(&self, name: &str) -> bool {
        self.same.iter().any(|(_, authority)| authority.as_deref() == Some(name))
    }
}

/// Which rule chose the authoritative copy. The first that leaves one counts, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A person said so.
    Decision,
    /// It is the one on a portal that is configured as the producer's own.
    Producer,
    /// It is the one that others name as their original.
    NamedAsOrigin,
    /// It is the one on a portal that has the publisher's name in its address.
    OwnPortal,
    /// It is the one on a portal that is configured as a region's.
    Regional,
    /// It is the one on a portal that is configured as a nation's.
    National,
    /// It is the one issued first.
    OldestIssued,
    /// Nothing tells them apart: the first in the order of IRIs.
    FirstIri,
}

impl Rule {
    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Producer => "producer",
            Self::NamedAsOrigin => "named_as_origin",
            Self::OwnPortal => "own_portal",
            Self::Regional => "regional",
            Self::National => "national",
            Self::OldestIssued => "oldest_issued",
            Self::FirstIri => "first_iri",
        }
    }
}

/// Two members of a group and all that joins them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// One of them, by position.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Why, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// Copies of one dataset. Positions are those in the members that were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The authoritative copy.
    pub authority: usize,
    /// Which rule chose it.
    pub rule: Rule,
    /// All of them, the authoritative one first, then in the order of source and id.
    pub members: Vec<usize>,
    /// What joins them.
    pub ties: Vec<Tie>,
}

/// Makes groups of members that edges join. To be given all edges of all members; what is not joined may be given apart
/// or together, with the same outcome.
pub fn cluster(members: &[Member<'_>], edges: Vec<Edge>, decisions: &Decisions) -> Vec<Group> {
    let names: Vec<String> =
        members.iter().map(|member| format!("{}/{}", member.source, member.id)).collect();
    let mut pairs = meet::strongest(edges);
    decide(&names, &mut pairs, decisions);
    forget_ambiguous(members, &mut pairs);
    let table = Table { members, names: &names, pairs: &pairs, decisions };
    let mut groups = Vec::new();
    for positions in
        components(members.len(), &pairs).into_iter().filter(|found| found.len() <= LARGEST_GROUP)
    {
        groups.extend(table.join(&positions).into_iter().map(|joined| table.group(joined)));
    }
    groups.sort_by(|a, b| member_name(members, a.authority).cmp(&member_name(members, b.authority)));
    groups
}

type Pairs = BTreeMap<(usize, usize), Vec<Edge>>;

/// All that is known of the members.
#[derive(Clone, Copy)]
struct Table<'a> {
    members: &'a [Member<'a>],
    names: &'a [String],
    pairs: &'a Pairs,
    decisions: &'a Decisions,
}

fn member_name<'a>(members: &[Member<'a>], position: usize) -> (&'a str, &'a str) {
    members.get(position).map(|member| (member.source, member.id)).unwrap_or_default()
}

/// Adds what persons said to be the same.
fn decide(names: &[String], pairs: &mut Pairs, decisions: &Decisions) {
    if decisions.same.is_empty() {
        return;
    }
    let named: Vec<usize> = (0..names.len())
        .filter(|at| {
            names
                .get(*at)
                .is_some_and(|name| decisions.same.iter().any(|(records, _)| records.contains(name)))
        })
        .collect();
    for (at, a) in named.iter().enumerate() {
        for b in named.iter().skip(at + 1) {
            if let (Some(one), Some(other)) = (names.get(*a), names.get(*b))
                && decisions.joins(one, other)
            {
                let evidence = Evidence { kind: EvidenceKind::Decision, detail: String::new() };
                pairs.entry((*a, *b)).or_default().insert(0, Edge { a: *a, b: *b, evidence, original: None });
            }
        }
    }
}

fn is_weak(kind: EvidenceKind) -> bool {
    matches!(kind, EvidenceKind::Files | EvidenceKind::Title)
}

/// A record has at most one copy at another source. If files or titles alone point to several there, the one they point
/// to more strongly counts; if none is, none does.
fn forget_ambiguous(members: &[Member<'_>], pairs: &mut Pairs) {
    type Candidate<'a> = ((EvidenceKind, Reverse<String>), (usize, usize));
    let mut candidates: BTreeMap<(usize, &str), Vec<Candidate<'_>>> = BTreeMap::new();
    for ((a, b), edges) in pairs.iter() {
        let Some(best) = edges.first() else { continue };
        let strength = (best.evidence.kind, Reverse(best.evidence.detail.clone()));
        for (one, other) in [(*a, *b), (*b, *a)] {
            let (source, _) = member_name(members, other);
            candidates.entry((one, source)).or_default().push((strength.clone(), (*a, *b)));
        }
    }
    let mut forgotten = BTreeSet::new();
    for mut list in candidates.into_values().filter(|list| list.len() > 1) {
        list.sort();
        let equal = matches!(list.as_slice(), [(first, _), (second, _), ..] if first == second);
        let kept = usize::from(!equal);
        forgotten
            .extend(list.iter().skip(kept).filter(|((kind, _), _)| is_weak(*kind)).map(|(_, pair)| *pair));
    }
    pairs.retain(|pair, _| !forgotten.contains(pair));
}

/// What is joined, directly or through others.
fn components(count: usize, pairs: &Pairs) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..count).collect();
    for (a, b) in pairs.keys() {
        let (a, b) = (find(&mut root, *a), find(&mut root, *b));
        if let Some(parent) = root.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for position in 0..count {
        let top = find(&mut root, position);
        found.entry(top).or_default().push(position);
    }
    found.into_values().filter(|positions| positions.len() > 1).collect()
}

fn find(root: &mut [usize], position: usize) -> usize {
    let mut at = position;
    while let Some(parent) = root.get(at).copied().filter(|parent| *parent != at) {
        // Halves the way for the next who looks.
        let above = root.get(parent).copied().unwrap_or(parent);
        if let Some(entry) = root.get_mut(at) {
            *entry = above;
        }
        at = above;
    }
    at
}

impl Table<'_> {
    fn name(&self, position: usize) -> (&str, &str) {
        member_name(self.members, position)
    }

    /// Pairs of some members, with what joins them.
    fn pairs_within(&self, positions: &[usize]) -> Vec<(&(usize, usize), &Vec<Edge>)> {
        let within: BTreeSet<usize> = positions.iter().copied().collect();
        self.pairs.iter().filter(|((a, b), _)| within.contains(a) && within.contains(b)).collect()
    }

    /// Joins pairs, the strongest first, as long as nothing speaks against it: groups of two and more.
    fn join(&self, positions: &[usize]) -> Vec<Vec<usize>> {
        let joined = self.pairs_within(positions).into_iter();
        let mut order: Vec<(&(usize, usize), &Edge)> =
            joined.filter_map(|(pair, edges)| Some((pair, edges.first()?))).collect();
        order.sort_by_cached_key(|((a, b), edge)| {
            let (a, b) = (self.name(*a), self.name(*b));
            let named = if a <= b { [a, b] } else { [b, a] };
            let named = named.map(|(source, id)| (source.to_owned(), id.to_owned()));
            (edge.evidence.kind, Reverse(edge.evidence.detail.clone()), named)
        });
        let mut groups: Vec<Vec<usize>> = positions.iter().map(|position| vec![*position]).collect();
        for ((a, b), edge) in order {
            let place = |position: &usize| groups.iter().position(|group| group.contains(position));
            let (Some(one), Some(other)) = (place(a), place(b)) else { continue };
            let (Some(left), Some(right)) = (groups.get(one), groups.get(other)) else { continue };
            let kind = edge.evidence.kind;
            let allowed = left.iter().all(|x| right.iter().all(|y| self.may_be_together((*x, *y), kind)));
            if one == other || !allowed {
                continue;
            }
            let right = right.clone();
            if let Some(group) = groups.get_mut(one) {
                group.extend(right);
            }
            groups.swap_remove(other);
        }
        groups.retain(|group| group.len() > 1);
        groups
    }

    /// Whether two records may be in one group, which evidence of this kind would bring together.
    fn may_be_together(&self, (x, y): (usize, usize), kind: EvidenceKind) -> bool {
        let (Some(one), Some(other)) = (self.members.get(x), self.members.get(y)) else { return false };
        let apart = match (self.names.get(x), self.names.get(y)) {
            (Some(one), Some(other)) => self.decisions.tells_apart(one, other),
            _ => true,
        };
        if apart || one.likeness.series != other.likeness.series {
            return false;
        }
        let direct = self.pairs.get(&(x.min(y), x.max(y))).and_then(|edges| edges.first());
        let direct = direct.map(|edge| edge.evidence.kind);
        kind == EvidenceKind::Decision
            || matches!(direct, Some(EvidenceKind::Decision | EvidenceKind::Origin))
            || one.source != other.source && !marks_are_apart(one.likeness, other.likeness)
    }

    /// The group of these members.
    fn group(&self, mut positions: Vec<usize>) -> Group {
        positions.sort_by_key(|position| self.name(*position));
        let (authority, rule) = self.choose(&positions);
        let inside = self.pairs_within(&positions).into_iter();
        let mut ties: Vec<Tie> = inside
            .map(|((a, b), edges)| {
                // By name, not by position: who came first must not show.
                let (a, b) = if self.name(*a) <= self.name(*b) { (*a, *b) } else { (*b, *a) };
                Tie { a, b, evidence: edges.iter().map(|edge| edge.evidence.clone()).collect() }
            })
            .collect();
        ties.sort_by_key(|tie| (self.name(tie.a), self.name(tie.b)));
        positions.retain(|position| *position != authority);
        positions.insert(0, authority);
        Group { authority, rule, members: positions, ties }
    }

    /// Chooses the authoritative one: each rule leaves those that it holds for, if there are any.
    fn choose(&self, positions: &[usize]) -> (usize, Rule) {
        let originals: Vec<(usize, usize, usize)> = self
            .pairs_within(positions)
            .into_iter()
            .flat_map(|(_, edges)| edges)
            .filter_map(|edge| Some((edge.original?, edge.a, edge.b)))
            .collect();
        let named_by =
            |position: usize| originals.iter().filter(|(original, ..)| *original == position).count();
        let names_another = |position: usize| {
            originals.iter().any(|(original, a, b)| *original != position && [*a, *b].contains(&position))
        };
        let member = |position: &usize| self.members.get(*position);
        let standing =
            |position: &usize, wanted: Standing| member(position).is_some_and(|m| m.standing == wanted);
        let decided = |position: &usize| {
            self.names.get(*position).is_some_and(|name| self.decisions.is_authority(name))
        };
        let most = positions.iter().map(|position| named_by(*position)).max().unwrap_or(0);
        let original =
            |position: &usize| most > 0 && named_by(*position) == most && !names_another(*position);
        let issued = |position: &usize| member(position).and_then(|m| m.likeness.issued.as_deref());
        let steps: [(Rule, &Wanted<'_>); 6] = [
            (Rule::Decision, &decided),
            (Rule::Producer, &|position| standing(position, Standing::Producer)),
            (Rule::NamedAsOrigin, &original),
            (Rule::OwnPortal, &|position| member(position).is_some_and(is_own_portal)),
            (Rule::Regional, &|position| standing(position, Standing::Regional)),
            (Rule::National, &|position| standing(position, Standing::National)),
        ];
        let mut left: Vec<usize> = positions.to_vec();
        for (rule, wanted) in steps {
            if let Some(only) = keep(&mut left, wanted) {
                return (only, rule);
            }
        }
        let oldest = left.iter().filter_map(issued).min();
        if oldest.is_some()
            && let Some(only) = keep(&mut left, &|position| issued(position) == oldest)
        {
            return (only, Rule::OldestIssued);
        }
        let first =
            left.iter().min_by_key(|position| member(position).map(|m| (m.likeness.iri.as_str(), m.name())));
        (first.copied().unwrap_or_default(), Rule::FirstIri)
    }
}

/// Whether a rule holds for a member.
type Wanted<'a> = dyn Fn(&usize) -> bool + 'a;

/// Keeps those that are wanted, if there are any; gives the only one that is left.
fn keep(left: &mut Vec<usize>, wanted: &Wanted<'_>) -> Option<usize> {
    let kept: Vec<usize> = left.iter().copied().filter(|position| wanted(position)).collect();
    if !kept.is_empty() {
        *left = kept;
    }
    match left.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// Whether the portal's address has the publisher's name in it: `data.rennesmetropole.example` of `Rennes Métropole`.
fn is_own_portal(member: &Member<'_>) -> bool {
    let host: String = member.likeness.host.chars().filter(|c| c.is_alphanumeric()).collect();
    member.likeness.publisher.iter().any(|body| {
        let words: Vec<&str> = body.split(' ').collect();
        let whole = words.concat();
        let turned: String = match words.split_first() {
            // Kinds stand in front in compared names, and often behind in addresses.
            Some((kind, rest)) => format!("{}{kind}", rest.concat()),
            None => String::new(),
        };
        whole.len() >= 4 && (host.contains(&whole) || host.contains(&turned))
    })
}
