//! The hits after a cursor in a defined order, and exact counts of facet values.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BinaryHeap},
};

use serde::{Deserialize, Serialize};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

use super::Sort;

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
}

impl Collector for FirstAfter {
    /// All that matched, counted; and the hits.
    type Fruit = (u64, Vec<Collected>);
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
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        let total = fruits.iter().map(|(total, _)| total).sum();
        let mut hits: Vec<Collected> = fruits.into_iter().flat_map(|(_, hits)| hits).collect();
        hits.sort_unstable();
        hits.truncate(self.most);
        Ok((total, hits))
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
    type Fruit = (u64, Vec<Collected>);

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        let place = self.place(doc, score);
        if self.after.as_ref().is_some_and(|after| place <= *after) {
            return;
        }
        if self.heap.len() >= self.most {
            if self.heap.peek().is_none_or(|worst| worst.place <= place) {
                return;
            }
            self.heap.pop();
        }
        let address = DocAddress::new(self.segment, doc);
        self.heap.push(Collected { place, score, address });
    }

    fn harvest(self) -> Self::Fruit {
        (self.total, self.heap.into_vec())
    }
}

/// Counts the values of some facets exactly.
#[derive(Debug)]
pub(super) struct CountValues {
    /// Names of fast text fields.
    pub(super) fields: Vec<&'static str>,
}

pub(super) struct SegmentCountValues {
    columns: Vec<(&'static str, Option<StrColumn>, Vec<u64>)>,
}

impl Collector for CountValues {
    type Fruit = BTreeMap<&'static str, BTreeMap<String, u64>>;
    type Child = SegmentCountValues;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentCountValues> {
        let columns = self
            .fields
            .iter()
            .map(|name| {
                let column = reader.fast_fields().str(name)?;
                let terms = column.as_ref().map_or(0, |column| column.dictionary().num_terms());
                Ok((*name, column, vec![0; terms]))
            })
            .collect::<tantivy::Result<_>>()?;
        Ok(SegmentCountValues { columns })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        let mut merged = Self::Fruit::new();
        for (name, counts) in fruits.into_iter().flatten() {
            let all = merged.entry(name).or_default();
            for (value, count) in counts {
                *all.entry(value).or_default() += count;
            }
        }
        Ok(merged)
    }
}

impl SegmentCollector for SegmentCountValues {
    type Fruit = BTreeMap<&'static str, BTreeMap<String, u64>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        for (_, column, counts) in &mut self.columns {
            let Some(column) = column else { continue };
            for ord in column.ords().values_for_doc(doc) {
                if let Some(count) = usize::try_from(ord).ok().and_then(|ord| counts.get_mut(ord)) {
                    *count += 1;
                }
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut all = Self::Fruit::new();
        for (name, column, counts) in self.columns {
            let Some(column) = column else { continue };
            let named = all.entry(name).or_default();
            for (ord, count) in (0_u64..).zip(counts).filter(|(_, count)| *count > 0) {
                let mut value = String::new();
                if matches!(column.ord_to_str(ord, &mut value), Ok(true)) {
                    named.insert(value, count);
                }
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
