//! An order for blank nodes that does not depend on their labels, which differ from one reading of a file to
//! the next: a hash over all that hangs below them.

use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::index::TripleIndex;
use crate::terms::{Id, Kind, Terms, TermsView};

/// A number for each blank subject, the same for the same description.
pub(crate) fn colours(terms: &Terms, graph: &TripleIndex) -> FxHashMap<Id, u64> {
    let mut colours = FxHashMap::default();
    let view = TermsView { below: terms, own: None };
    for rows in graph.rows().chunk_by(|left, right| left[0] == right[0]) {
        if let Some(&[subject, _, _]) = rows.first()
            && terms.kind(subject) == Kind::Blank
        {
            colour(subject, view, graph, &mut colours);
        }
    }
    // Blank nodes that are nothing but an object.
    for row in graph.rows() {
        if terms.kind(row[2]) == Kind::Blank {
            colours.entry(row[2]).or_insert(0);
        }
    }
    colours
}

/// Colours what is below a node first, without recursion since lists are deep. A circle is cut where it closes.
fn colour(root: Id, view: TermsView<'_>, graph: &TripleIndex, colours: &mut FxHashMap<Id, u64>) {
    let mut stack = vec![root];
    while let Some(&node) = stack.last() {
        if let Entry::Vacant(entry) = colours.entry(node) {
            entry.insert(0);
            let below = graph.of_subject(node).iter().map(|row| row[2]);
            stack.extend(
                below.filter(|below| view.kind(*below) == Kind::Blank && !colours.contains_key(below)),
            );
            continue;
        }
        stack.pop();
        if colours.get(&node) != Some(&0) {
            continue;
        }
        let mut lines: Vec<(&str, u64)> = Vec::new();
        for &[_, predicate, object] in graph.of_subject(node) {
            let end = colours.get(&object).copied().unwrap_or_else(|| hash(view, object));
            lines.push((view.text(predicate), end));
        }
        lines.sort_unstable();
        let mut hasher = FxHasher::default();
        lines.hash(&mut hasher);
        colours.insert(node, hasher.finish().max(1));
    }
}

fn hash(view: TermsView<'_>, id: Id) -> u64 {
    let parts = view.parts(id);
    let mut hasher = FxHasher::default();
    parts.kind.hash(&mut hasher);
    parts.text.hash(&mut hasher);
    if parts.extra != Id::NONE {
        view.text(parts.extra).hash(&mut hasher);
    }
    hasher.finish()
}
