//! Triples in id space: sorted by subject, and by object where a path runs backwards.

use std::sync::OnceLock;

use rayon::slice::ParallelSliceMut;

use crate::terms::Id;

/// A triple in the order that its table is sorted by.
pub(crate) type Row = [Id; 3];

/// From this many triples on, sorting uses all cores and an offset table replaces binary search.
const LARGE: usize = 20_000;

/// A set of triples that answers "objects of subject and predicate" and its inverse.
#[derive(Debug, Default)]
pub(crate) struct TripleIndex {
    forward: Sorted,
    backward: OnceLock<Sorted>,
    predicates: OnceLock<Sorted>,
}

impl TripleIndex {
    /// Sorts rows of subject, predicate, object; the same triple twice counts once.
    pub(crate) fn new(rows: Vec<Row>) -> Self {
        Self { forward: Sorted::new(rows), backward: OnceLock::new(), predicates: OnceLock::new() }
    }

    /// All triples as subject, predicate, object.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.forward.rows
    }

    /// All triples of a subject.
    pub(crate) fn of_subject(&self, subject: Id) -> &[Row] {
        self.forward.first(subject)
    }

    /// The triples of a subject and predicate; the third of each is an object.
    pub(crate) fn objects(&self, subject: Id, predicate: Id) -> &[Row] {
        with_predicate(self.of_subject(subject), predicate)
    }

    /// All triples of an object, as object, predicate, subject.
    pub(crate) fn of_object(&self, object: Id) -> &[Row] {
        self.inverse().first(object)
    }

    /// The triples of an object and predicate; the third of each is a subject.
    pub(crate) fn subjects(&self, object: Id, predicate: Id) -> &[Row] {
        with_predicate(self.of_object(object), predicate)
    }

    /// All triples of a predicate, as predicate, subject, object.
    pub(crate) fn of_predicate(&self, predicate: Id) -> &[Row] {
        let rows = || self.rows().iter().map(|&[subject, predicate, object]| [predicate, subject, object]);
        self.predicates.get_or_init(|| Sorted::new(rows().collect())).first(predicate)
    }

    pub(crate) fn contains(&self, subject: Id, predicate: Id, object: Id) -> bool {
        self.of_subject(subject).binary_search(&[subject, predicate, object]).is_ok()
    }

    fn inverse(&self) -> &Sorted {
        self.backward.get_or_init(|| {
            Sorted::new(
                self.rows()
                    .iter()
                    .map(|&[subject, predicate, object]| [object, predicate, subject])
                    .collect(),
            )
        })
    }
}

/// The run of rows with this second column, such as a predicate, in rows that all have the same first one.
pub(crate) fn with_predicate(rows: &[Row], wanted: Id) -> &[Row] {
    let from = rows.partition_point(|row| row[1] < wanted);
    let rows = rows.get(from..).unwrap_or_default();
    // Runs are short: most properties have one or two values.
    let length = rows.iter().take_while(|row| row[1] == wanted).count();
    rows.get(..length).unwrap_or_default()
}

#[derive(Debug, Default)]
struct Sorted {
    rows: Vec<Row>,
    /// Where the rows of each first column begin; empty for small sets.
    starts: Vec<u32>,
}

impl Sorted {
    fn new(mut rows: Vec<Row>) -> Self {
        if rows.len() < LARGE {
            rows.sort_unstable();
        } else {
            rows.par_sort_unstable();
        }
        rows.dedup();
        let starts = if rows.len() < LARGE { Vec::new() } else { starts(&rows).unwrap_or_default() };
        Self { rows, starts }
    }

    fn first(&self, wanted: Id) -> &[Row] {
        let range = if self.starts.is_empty() {
            let from = self.rows.partition_point(|row| row[0] < wanted);
            // In small sets the runs are short.
            let rest = self.rows.get(from..).unwrap_or_default();
            from..from + rest.iter().take_while(|row| row[0] == wanted).count()
        } else {
            match (self.starts.get(wanted.index()), self.starts.get(wanted.index() + 1)) {
                (Some(&from), Some(&to)) => from as usize..to as usize,
                _ => 0..0,
            }
        };
        self.rows.get(range).unwrap_or_default()
    }
}

/// The offset table, or nothing if there are more rows than it can count.
fn starts(rows: &[Row]) -> Option<Vec<u32>> {
    let last = rows.last()?[0];
    let mut starts = vec![0_u32; last.index() + 2];
    for (at, row) in rows.iter().enumerate() {
        *starts.get_mut(row[0].index() + 1)? = u32::try_from(at + 1).ok()?;
    }
    let mut highest = 0;
    for start in &mut starts {
        highest = highest.max(*start);
        *start = highest;
    }
    Some(starts)
}
