//! The hits after a cursor in a defined order, and exact counts of facet values; copies of one dataset folded into one.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BinaryHeap, HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

use super::Sort;
use crate::copies::{Folded, Folding};

/// Where a hit stands in the order. The smaller comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    /// By number (turned round where the largest comes first); those without a value have the largest.
    #[serde(rename = "n", default)]
    number: u64,
    /// By text.
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    text: String,
    /// Tells records apart that sort alike.
    #[serde(rename = "k")]
    tie: u64,
}

/// Collects the first hits after a place.
#[derive(Debug)]
pub(super) struct FirstAfter {
    pub(super) sort: Sort,
    pub(super) after: Option<Place>,
    pub(super) most: usize,
    /// Which records are copies; empty if all shall show.
    pub(super) folding: Arc<Folding>,
}

/// What was collected, in a segment or in all.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// All that matched, copies counted once.
    pub(super) total: u64,
    pub(super) hits: Vec<Collected>,
    /// Of each group the copy of the lowest rank, until all segments are put together.
    groups: HashMap<u64, (u32, Collected)>,
}

/// One hit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Collected {
    pub(super) place: Place,
    pub(super) score: Score,
    pub(super) address: DocAddress,
}

impl Eq for Collected {}

impl PartialOrd for Collected {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Collected {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place.cmp(&other.place)
    }
}

/// What one segment is sorted by.
enum Values {
    Score,
    Number(Column<i64>),
    Text(Option<StrColumn>),
}

pub(super) struct SegmentFirstAfter {
    segment: SegmentOrdinal,
    values: Values,
    ties: Column<u64>,
    after: Option<Place>,
    most: usize,
    heap: BinaryHeap<Collected>,
    total: u64,
    folding: Arc<Folding>,
    groups: HashMap<u64, (u32, Collected)>,
}

impl Collector for FirstAfter {
    type Fruit = Gathered;
    type Child = SegmentFirstAfter;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentFirstAfter> {
        let columns = reader.fast_fields();
        let values = match self.sort {
            Sort::Relevance => Values::Score,
            Sort::Modified => Values::Number(columns.i64("modified")?),
            Sort::Issued => Values::Number(columns.i64("issued")?),
            Sort::Title => Values::Text(columns.str("title_sort")?),
        };
        Ok(SegmentFirstAfter {
            segment,
            values,
            ties: columns.u64("tie")?,
            after: self.after.clone(),
            most: self.most,
            heap: BinaryHeap::new(),
            total: 0,
            folding: Arc::clone(&self.folding),
            groups: HashMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        let mut all = Gathered::default();
        for fruit in fruits {
            all.total += fruit.total;
            all.hits.extend(fruit.hits);
            for (group, (rank, hit)) in fruit.groups {
                keep_first(&mut all.groups, group, rank, hit);
            }
        }
        all.total += all.groups.len() as u64;
        let after = |hit: &Collected| self.after.as_ref().is_none_or(|after| hit.place > *after);
        all.hits.extend(all.groups.drain().map(|(_, (_, hit))| hit).filter(after));
        all.hits.sort_unstable();
        all.hits.truncate(self.most);
        Ok(all)
    }
}

/// Keeps the copy of the lowest rank.
fn keep_first(groups: &mut HashMap<u64, (u32, Collected)>, group: u64, rank: u32, hit: Collected) {
    match groups.entry(group) {
        Entry::Occupied(mut known) if known.get().0 > rank => {
            known.insert((rank, hit));
        }
        Entry::Occupied(_) => {}
        Entry::Vacant(free) => {
            free.insert((rank, hit));
        }
    }
}

impl SegmentFirstAfter {
    fn place(&self, doc: DocId, score: Score) -> Place {
        let tie = self.ties.first(doc).unwrap_or_default();
        let none = |tie| Place { number: u64::MAX, text: String::new(), tie };
        match &self.values {
            // Scores are not negative, so their bits are in their order.
            Values::Score => {
                Place { number: u64::from(u32::MAX - score.to_bits()), text: String::new(), tie }
            }
            Values::Number(column) => match column.first(doc) {
                Some(value) => Place { number: newest_first(value), text: String::new(), tie },
                None => none(tie),
            },
            Values::Text(column) => {
                let text = column.as_ref().and_then(|column| {
                    let ord = column.ords().first(doc)?;
                    let mut text = String::new();
                    column.ord_to_str(ord, &mut text).ok().filter(|found| *found && !text.is_empty())?;
                    Some(text)
                });
                text.map_or_else(|| none(tie), |text| Place { number: 0, text, tie })
            }
        }
    }
}

/// Turns a time round, so that the newest has the smallest number; the largest is left for those without.
fn newest_first(value: i64) -> u64 {
    (u64::MAX - 1) - (value.wrapping_sub(i64::MIN).cast_unsigned() >> 1)
}

impl SegmentCollector for SegmentFirstAfter {
    type Fruit = Gathered;

    fn collect(&mut self, doc: DocId, score: Score) {
        let place = self.place(doc, score);
        let address = DocAddress::new(self.segment, doc);
        if let Some(Folded { group, rank }) = self.folding.get(place.tie) {
            keep_first(&mut self.groups, group, rank, Collected { place, score, address });
            return;
        }
        self.total += 1;
        if self.after.as_ref().is_some_and(|after| place <= *after) {
            return;
        }
        if self.heap.len() >= self.most {
            if self.heap.peek().is_none_or(|worst| worst.place <= place) {
                return;
            }
            self.heap.pop();
        }
        self.heap.push(Collected { place, score, address });
    }

    fn harvest(self) -> Self::Fruit {
        Gathered { total: self.total, hits: self.heap.into_vec(), groups: self.groups }
    }
}

/// Counts the values of some facets exactly.
#[derive(Debug)]
pub(super) struct CountValues {
    /// Names of fast text fields.
    pub(super) fields: Vec<&'static str>,
    /// Which records are copies; empty if each counts.
    pub(super) folding: Arc<Folding>,
}

/// Counts, in a segment or in all.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) counts: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// The values that copies have, with their groups: each group counts once, whichever of its copies have it.
    of_groups: HashMap<&'static str, HashMap<String, HashSet<u64>>>,
}

/// One facet in one segment.
struct ValueColumn {
    name: &'static str,
    values: Option<StrColumn>,
    counts: Vec<u64>,
    /// Groups and values of copies.
    of_groups: HashSet<(u64, u64)>,
}

pub(super) struct SegmentCountValues {
    columns: Vec<ValueColumn>,
    ties: Option<Column<u64>>,
    folding: Arc<Folding>,
}

impl Collector for CountValues {
    type Fruit = Counted;
    type Child = SegmentCountValues;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentCountValues> {
        let columns = self
            .fields
            .iter()
            .map(|name| {
                let values = reader.fast_fields().str(name)?;
                let terms = values.as_ref().map_or(0, |column| column.dictionary().num_terms());
                Ok(ValueColumn { name, values, counts: vec![0; terms], of_groups: HashSet::new() })
            })
            .collect::<tantivy::Result<_>>()?;
        let ties = if self.folding.is_empty() { None } else { Some(reader.fast_fields().u64("tie")?) };
        Ok(SegmentCountValues { columns, ties, folding: Arc::clone(&self.folding) })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        let mut merged = Counted::default();
        for fruit in fruits {
            for (name, counts) in fruit.counts {
                let all = merged.counts.entry(name).or_default();
                for (value, count) in counts {
                    *all.entry(value).or_default() += count;
                }
            }
            for (name, values) in fruit.of_groups {
                let all = merged.of_groups.entry(name).or_default();
                for (value, groups) in values {
                    all.entry(value).or_default().extend(groups);
                }
            }
        }
        for (name, values) in merged.of_groups.drain() {
            let all = merged.counts.entry(name).or_default();
            for (value, groups) in values {
                *all.entry(value).or_default() += groups.len() as u64;
            }
        }
        Ok(merged)
    }
}

impl SegmentCollector for SegmentCountValues {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _: Score) {
        let tie = self.ties.as_ref().and_then(|ties| ties.first(doc));
        let folded = tie.and_then(|tie| self.folding.get(tie));
        for ValueColumn { values, counts, of_groups, .. } in &mut self.columns {
            let Some(values) = values else { continue };
            for ord in values.ords().values_for_doc(doc) {
                if let Some(Folded { group, .. }) = folded {
                    of_groups.insert((group, ord));
                } else if let Some(count) = usize::try_from(ord).ok().and_then(|ord| counts.get_mut(ord)) {
                    *count += 1;
                }
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut all = Counted::default();
        for ValueColumn { name, values, counts, of_groups } in self.columns {
            let Some(values) = values else { continue };
            let value = |ord: u64| {
                let mut value = String::new();
                matches!(values.ord_to_str(ord, &mut value), Ok(true)).then_some(value)
            };
            let named = all.counts.entry(name).or_default();
            for (ord, count) in (0_u64..).zip(counts).filter(|(_, count)| *count > 0) {
                named.extend(value(ord).map(|value| (value, count)));
            }
            let mut by_value: HashMap<u64, HashSet<u64>> = HashMap::new();
            for (group, ord) in of_groups {
                by_value.entry(ord).or_default().insert(group);
            }
            let named = all.of_groups.entry(name).or_default();
            for (ord, groups) in by_value {
                named.extend(value(ord).map(|value| (value, groups)));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::newest_first;

    #[test]
    fn the_newest_comes_first_and_none_last() {
        assert!(newest_first(20) < newest_first(10));
        assert!(newest_first(-20) > newest_first(10));
        assert!(newest_first(i64::MIN) < u64::MAX);
    }
}
