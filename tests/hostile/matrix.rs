//! The matrix of behaviours and kinds, as it stands in `README.md`.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use crate::{
    behaviour::{Behaviour, behaviours},
    portal::{KINDS, Kind},
};

/// What stands around it in the README.
const BEGIN: &str = "<!-- matrix -->\n";
const END: &str = "<!-- end of the matrix -->";

/// What came of each behaviour for each kind.
#[derive(Debug, Default)]
pub(crate) struct Matrix(BTreeMap<(&'static str, usize), String>);

impl Matrix {
    /// Adds a cell.
    pub(crate) fn add(&mut self, row: &'static Behaviour, kind: Kind, outcome: &str) {
        self.0.insert((row.name, kind.index()), outcome.to_owned());
    }

    /// As a table.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("| behaviour | the portal … |");
        for kind in KINDS {
            let _ = write!(text, " {} |", kind.column());
        }
        text.push_str("\n| --- | --- |");
        text.push_str(&" --- |".repeat(KINDS.len()));
        text.push('\n');
        let played =
            |row: &&'static Behaviour| (0..KINDS.len()).any(|kind| self.0.contains_key(&(row.name, kind)));
        for row in behaviours().filter(played) {
            let _ = write!(text, "| `{}` | {} |", row.name, row.does);
            for kind in 0..KINDS.len() {
                let _ = write!(text, " {} |", self.0.get(&(row.name, kind)).map_or("–", String::as_str));
            }
            text.push('\n');
        }
        let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
        for outcome in self.0.values() {
            *totals.entry(outcome).or_default() += 1;
        }
        let totals: Vec<String> =
            totals.into_iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
        let _ = writeln!(text, "\n{} cells: {}.", self.0.len(), totals.join(", "));
        text
    }

    /// Looks whether the README says the same, or writes it there with `UPDATE_EXPECTED=1`.
    pub(crate) fn compare(&self) {
        let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
        let readme = std::fs::read_to_string(&path).expect("the README can be read");
        let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the matrix");
        let (there, after) = rest.split_once(END).expect("the matrix in the README has an end");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            let written = format!("{before}{BEGIN}{}{END}{after}", self.text());
            std::fs::write(&path, written).expect("the README can be written");
            return;
        }
        assert!(
            there == self.text(),
            "the matrix in {} is another; UPDATE_EXPECTED=1 writes it anew",
            path.display()
        );
    }
}
