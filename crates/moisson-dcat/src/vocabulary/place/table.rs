//! The table of places, unpacked once when the first place is asked for: some 5 MB of text and 1 MB of offsets.

use std::io::Read;
use std::sync::LazyLock;

use rustc_hash::FxHashMap as HashMap;

use super::kind::{self, Kind};

/// More than the table holds unpacked, in bytes.
const UNPACKED_MAX: u64 = 16 << 20;

/// The number of a place in the table.
pub(super) type Row = u32;

/// Columns of a row, in their order.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Code = 1,
    Names,
    Parent,
    Group,
    Postal,
    Siren,
    Population,
    Box,
    Centre,
    Same,
}

/// The text and where its lines begin.
pub(super) struct Table {
    text: &'static str,
    /// Where each place's line begins.
    rows: Vec<u32>,
    /// Where each name's line begins.
    names: Vec<u32>,
    /// The first row of each kind and the one after its last, by [`Kind`].
    ranges: Vec<(Row, Row)>,
    /// SIREN numbers, sorted.
    siren: Vec<(u32, Row)>,
    /// French and Belgian postal codes, sorted.
    postal: Vec<(u32, Row)>,
    /// EU codes of communes and regions overseas: `place/FRA_PAR`.
    same: HashMap<&'static str, Row>,
}

/// Read when first used.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

impl Table {
    /// Unpacks the table. It is part of the program and tested; a line that cannot be read is left out.
    fn read() -> Self {
        let packed: &[u8] = include_bytes!("../../../places/places.tsv.gz");
        let mut text = String::new();
        // Reading from memory what the tests have read does not fail; were it to, there would be no places.
        if flate2::read::GzDecoder::new(packed).take(UNPACKED_MAX).read_to_string(&mut text).is_err() {
            text.clear();
        }
        text.shrink_to_fit();
        // One table for the life of the program.
        let text: &'static str = String::leak(text);
        let (head, _) = text.split_once('\n').unwrap_or_default();
        let (places, _) = head.split_once(' ').unwrap_or_default();
        let places: usize = places.parse().unwrap_or_default();
        let mut starts = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
            .filter_map(|at| u32::try_from(at).ok())
            .filter(|at| (*at as usize) < text.len())
            .skip(1);
        let rows: Vec<u32> = starts.by_ref().take(places).collect();
        let names = starts.collect();
        let mut table = Self {
            text,
            rows,
            names,
            ranges: vec![(0, 0); kind::ALL.len()],
            siren: Vec::new(),
            postal: Vec::new(),
            same: HashMap::default(),
        };
        table.index();
        table
    }

    fn index(&mut self) {
        let (mut siren, mut postal, mut same) = (Vec::new(), Vec::new(), HashMap::default());
        for row in 0..self.len() {
            let mut cells = self.line(row).split('\t');
            let kind = cells.next().and_then(Kind::of_letter);
            if let Some(range) = kind.and_then(|kind| self.ranges.get_mut(kind as usize)) {
                let first = if range.1 == 0 { row } else { range.0 };
                *range = (first, row + 1);
            }
            let mut cells = cells.skip(Column::Postal as usize - 1);
            let numbers = |cell: Option<&'static str>| {
                cell.unwrap_or_default().split(' ').filter_map(|code| code.parse::<u32>().ok())
            };
            postal.extend(numbers(cells.next()).map(|code| (code, row)));
            siren.extend(numbers(cells.next()).map(|code| (code, row)));
            let others = cells.nth(3).unwrap_or_default().split(' ').filter(|code| !code.is_empty());
            same.extend(others.map(|code| (code, row)));
        }
        siren.sort_unstable();
        postal.sort_unstable();
        (self.siren, self.postal, self.same) = (siren, postal, same);
    }

    pub(super) fn len(&self) -> Row {
        Row::try_from(self.rows.len()).unwrap_or(Row::MAX)
    }

    fn line(&self, row: Row) -> &'static str {
        let start = self.rows.get(row as usize).copied().unwrap_or_default();
        self.line_from(start)
    }

    fn line_from(&self, start: u32) -> &'static str {
        let rest = self.text.get(start as usize..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// One cell of a row.
    pub(super) fn cell(&self, row: Row, column: Column) -> &'static str {
        self.line(row).split('\t').nth(column as usize).unwrap_or_default()
    }

    pub(super) fn kind(&self, row: Row) -> Kind {
        self.line(row).split('\t').next().and_then(Kind::of_letter).unwrap_or(Kind::World)
    }

    /// The rows of a kind.
    pub(super) fn rows_of(&self, kind: Kind) -> std::ops::Range<Row> {
        let (first, end) = self.ranges.get(kind as usize).copied().unwrap_or_default();
        first..end
    }

    /// The place of a kind with a code.
    pub(super) fn by_code(&self, kind: Kind, code: &str) -> Option<Row> {
        let range = self.rows_of(kind);
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = u32::midpoint(low, high);
            match self.cell(middle, Column::Code).cmp(code) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The place that a parent's or group's cell has the number of.
    pub(super) fn by_number(&self, cell: &str) -> Option<Row> {
        cell.parse().ok().filter(|row| *row < self.len())
    }

    /// The places with a name in its folded form, and whether only weakly.
    pub(super) fn by_name(&self, key: &str) -> impl Iterator<Item = (Row, bool)> + use<> {
        let at = self.names.partition_point(|start| self.name_at(*start).0 < key);
        let line = self.names.get(at).map(|start| self.name_at(*start)).filter(|(name, _)| *name == key);
        let numbers = line.map_or("", |(_, numbers)| numbers);
        numbers.split(' ').filter_map(|number| {
            let weak = number.strip_prefix('~');
            Some((weak.unwrap_or(number).parse().ok()?, weak.is_some()))
        })
    }

    fn name_at(&self, start: u32) -> (&'static str, &'static str) {
        self.line_from(start).split_once('\t').unwrap_or_default()
    }

    /// Every name in its folded form.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.names.iter().map(|start| self.name_at(*start).0)
    }

    pub(super) fn by_siren(&self, siren: u32) -> impl Iterator<Item = Row> + '_ {
        equal(&self.siren, siren)
    }

    pub(super) fn by_postal(&self, code: u32) -> impl Iterator<Item = Row> + '_ {
        equal(&self.postal, code)
    }

    /// By what follows `http://publications.europa.eu/resource/authority/`.
    pub(super) fn by_same(&self, code: &str) -> Option<Row> {
        self.same.get(code).copied()
    }
}

fn equal(sorted: &[(u32, Row)], number: u32) -> impl Iterator<Item = Row> + '_ {
    let from = sorted.partition_point(|(own, _)| *own < number);
    sorted.iter().skip(from).take_while(move |(own, _)| *own == number).map(|(_, row)| *row)
}
