//! Follows property paths through the data.

use rustc_hash::FxHashSet;

use super::Context;
use crate::shape::Steps;
use crate::terms::Id;

/// From this many values on, a set finds the doubles.
const MANY: usize = 32;

impl Context<'_> {
    /// Adds the values at the end of a path, each once, to an empty list.
    pub(crate) fn follow(&self, steps: &Steps, node: Id, out: &mut Vec<Id>) {
        match steps {
            Steps::Predicate(predicate) => self.objects(node, *predicate, out),
            Steps::Inverse(predicate) => self.subjects(node, *predicate, out),
            Steps::Sequence(parts) => {
                out.push(node);
                for part in parts {
                    let mut next = self.buffer();
                    self.follow_all(part, out, &mut next);
                    std::mem::swap(out, &mut next);
                    self.give_back(next);
                }
            }
            Steps::Alternative(parts) => {
                for part in parts {
                    let mut more = self.buffer();
                    self.follow(part, node, &mut more);
                    out.append(&mut more);
                    self.give_back(more);
                }
                keep_first(out);
            }
            Steps::ZeroOrOne(inner) => {
                out.push(node);
                self.follow_all(inner, &[node], out);
                keep_first(out);
            }
            Steps::ZeroOrMore(inner) => {
                out.push(node);
                self.close(inner, out);
            }
            Steps::OneOrMore(inner) => {
                self.follow(inner, node, out);
                self.close(inner, out);
            }
        }
    }

    /// Adds the values that the path leads to from any of some nodes.
    fn follow_all(&self, steps: &Steps, from: &[Id], out: &mut Vec<Id>) {
        let mut more = self.buffer();
        for &node in from {
            self.follow(steps, node, &mut more);
            out.append(&mut more);
        }
        self.give_back(more);
        keep_first(out);
    }

    /// Adds whatever the path, taken again and again, leads to from the values that are there.
    fn close(&self, steps: &Steps, out: &mut Vec<Id>) {
        let mut seen: FxHashSet<Id> = out.iter().copied().collect();
        let mut more = self.buffer();
        let mut at = 0;
        while let Some(&node) = out.get(at) {
            self.follow(steps, node, &mut more);
            out.extend(more.drain(..).filter(|value| seen.insert(*value)));
            at += 1;
        }
        self.give_back(more);
    }
}

/// Removes doubles, keeping the first of each.
fn keep_first(values: &mut Vec<Id>) {
    if values.len() < 2 {
        return;
    }
    if values.len() < MANY {
        let mut kept = 0;
        for at in 0..values.len() {
            let value = values[at];
            if !values[..kept].contains(&value) {
                values[kept] = value;
                kept += 1;
            }
        }
        values.truncate(kept);
    } else {
        let mut seen = FxHashSet::default();
        values.retain(|value| seen.insert(*value));
    }
}
