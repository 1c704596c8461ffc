//! Which classes are subclasses of those that the shapes name
//! ([SHACL §1.3, "SHACL instance"](https://www.w3.org/TR/shacl/#terminology)).

use rustc_hash::FxHashMap;

use crate::index::{Row, TripleIndex};
use crate::known;
use crate::terms::Id;

/// The superclasses, of those that the shapes name, of each class that has one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Classes {
    above: FxHashMap<Id, Vec<Id>>,
}

impl Classes {
    /// Reads `rdfs:subClassOf` from all the data there is. `named` are the classes that matter.
    pub(crate) fn new(named: &[Id], data: &[&TripleIndex]) -> Self {
        let rows = || {
            data.iter().flat_map(|triples| triples.rows()).filter(|row| row[1] == known::RDFS_SUB_CLASS_OF)
        };
        let mut below: FxHashMap<Id, Vec<Id>> = FxHashMap::default();
        for &[class, _, above] in rows() {
            below.entry(above).or_default().push(class);
        }
        let mut above: FxHashMap<Id, Vec<Id>> = FxHashMap::default();
        if below.is_empty() {
            return Self { above };
        }
        for &top in named {
            // Each class is met once, also if the hierarchy goes in circles.
            let mut open = vec![top];
            while let Some(class) = open.pop() {
                for &class in below.get(&class).into_iter().flatten() {
                    let tops = above.entry(class).or_default();
                    if tops.last() != Some(&top) {
                        tops.push(top);
                        open.push(class);
                    }
                }
            }
        }
        Self { above }
    }

    /// Whether triples say anything about subclasses.
    pub(crate) fn are_in(rows: &[Row]) -> bool {
        rows.iter().any(|row| row[1] == known::RDFS_SUB_CLASS_OF)
    }

    /// The named superclasses of a class, without itself.
    pub(crate) fn above(&self, class: Id) -> &[Id] {
        if self.above.is_empty() {
            &[]
        } else {
            self.above.get(&class).map(Vec::as_slice).unwrap_or_default()
        }
    }

    /// Whether a class is another one that the shapes name, or a subclass of it.
    pub(crate) fn is_within(&self, class: Id, above: Id) -> bool {
        class == above || self.above(class).contains(&above)
    }
}
