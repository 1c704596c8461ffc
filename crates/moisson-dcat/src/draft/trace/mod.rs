//! What became of each value that a source gave: the trace of a mapping, kept only where somebody asks for it.
//!
//! [`traced`] runs a mapping and hands back what its drafts noted: where a value stood, which [`Rule`] took it, and
//! what came of it. Mapping without a trace costs one comparison a value.
//!
//! ```
//! use moisson_dcat::draft::{Defaults, Draft, Outcome, Rule, said, traced};
//!
//! let (_, trace) = traced(|| {
//!     let mut draft = Draft::dataset(&Defaults::default());
//!     draft.accrual_periodicity(said("frequency", "Annuelle")).issued(said("date", "soon"));
//!     draft.finish()
//! });
//! let [frequency, issued] = &trace.steps[..] else { panic!("{trace:?}") };
//! assert_eq!((frequency.rule, &*frequency.property), (Rule::TableRow, "accrual_periodicity"));
//! assert_eq!((issued.rule.outcome(), &*issued.place), (Outcome::Left, "date"));
//! ```

mod filled;
mod rule;

use std::cell::RefCell;

use serde::{Deserialize, Serialize};

use super::notes::{Notes, Property};
use super::{Said, said};
use crate::{ExtraValue, Iri, RemarkCode};

pub(super) use filled::{Lacks, part_name, part_names};
pub use rule::{Outcome, Rule};

/// Steps that are kept of one record; further ones are counted.
pub const STEPS_MAX: usize = 5_000;

/// Longest value or result that a step holds, in characters.
pub const STEP_TEXT_MAX: usize = 300;

thread_local! {
    /// The trace being kept on this thread, if one is. Nothing that is mapped depends on it.
    static UNDER_WAY: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// What became of one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The part of the record: empty for the resource itself, or `distribution[ID]`, `sample[ID]`, ….
    pub part: String,
    /// The DCAT-AP property in snake case; empty when none is for it.
    pub property: String,
    /// Where in the source's record.
    pub place: String,
    /// What the source wrote, at most [`STEP_TEXT_MAX`] characters.
    pub value: String,
    /// The rule that took it.
    pub rule: Rule,
    /// What came of it: an IRI, a date, a text; empty where it was left.
    pub result: String,
    /// A part of the [composed](Rule::Composed) or named value before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inner: bool,
}

/// What became of the values of a record, in the order of mapping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// At most [`STEPS_MAX`].
    pub steps: Vec<Step>,
    /// Steps beyond.
    pub left_out: u64,
}

impl Trace {
    /// Puts a step before the one at this place, or counts it if there is no room.
    fn insert(&mut self, at: usize, step: Step) {
        if self.steps.len() < STEPS_MAX {
            self.steps.insert(at.min(self.steps.len()), step);
        } else {
            self.left_out += 1;
        }
    }
}

/// Runs a mapping, and keeps what its drafts note on this thread.
pub fn traced<T>(map: impl FnOnce() -> T) -> (T, Trace) {
    /// Puts back what was there before, also when the mapping panics.
    struct Before(Option<Trace>);
    impl Drop for Before {
        fn drop(&mut self) {
            UNDER_WAY.set(self.0.take());
        }
    }
    let before = Before(UNDER_WAY.replace(Some(Trace::default())));
    let mapped = map();
    let trace = UNDER_WAY.take().unwrap_or_default();
    drop(before);
    (mapped, trace)
}

/// Whether a trace is being kept on this thread.
pub(crate) fn is_kept() -> bool {
    UNDER_WAY.with_borrow(Option::is_some)
}

/// Tells the trace being kept on this thread, if one is, what a rule made of a value after the draft was finished.
pub(crate) fn tell_after(
    property: &'static str,
    said: Said<'_>,
    rule: Rule,
    result: impl FnOnce() -> String,
) {
    UNDER_WAY.with_borrow_mut(|under_way| {
        if let Some(trace) = under_way {
            trace.insert(trace.steps.len(), step(property, said, rule, &result()));
        }
    });
}

/// The trace of one draft.
#[derive(Debug, Default)]
pub(super) struct Tracing {
    trace: Trace,
    /// How many steps have their part.
    placed: usize,
}

impl Tracing {
    /// One for a draft that begins, if a trace is asked for on this thread.
    pub(super) fn begin() -> Option<Box<Self>> {
        is_kept().then(Box::default)
    }

    fn push(&mut self, at: usize, step: Step) {
        self.trace.insert(at, step);
    }
}

impl Notes {
    /// Tells the trace, if one is kept, what a rule made of a value.
    pub(super) fn tell(
        &mut self,
        property: Property,
        said: Said<'_>,
        rule: Rule,
        result: impl FnOnce() -> String,
    ) {
        if let Some(tracing) = &mut self.trace
            && (!said.is_empty() || rule.outcome() == Outcome::Added)
        {
            let step = step(property, said, rule, &result());
            tracing.push(usize::MAX, step);
        }
    }

    /// Tells the trace that a value was refused with a remark of this kind.
    pub(super) fn tell_refused(&mut self, property: Property, said: Said<'_>, code: RemarkCode) {
        self.tell(property, said, Rule::of_refusal(code), String::new);
    }

    /// Tells the trace of a statement that no property is for.
    pub(super) fn tell_statement(&mut self, property: &Iri, value: &ExtraValue) {
        if self.trace.is_some() {
            let value = match value {
                ExtraValue::Iri { iri } => iri.to_string(),
                ExtraValue::Literal { literal, .. } => literal.clone(),
                ExtraValue::Node { .. } => serde_json::to_string(value).unwrap_or_default(),
            };
            self.tell("", said(property.as_str(), &value), Rule::NoProperty, String::new);
        }
    }

    /// Where the trace is, to be given to [`Notes::tell_whole`].
    pub(super) fn mark(&self) -> usize {
        self.trace.as_ref().map_or(0, |tracing| tracing.trace.steps.len())
    }

    /// Tells the trace what became of a value of which the steps since `mark` are parts.
    pub(super) fn tell_whole(
        &mut self,
        mark: usize,
        property: Property,
        said: Said<'_>,
        (rule, result): (Rule, impl FnOnce() -> String),
    ) {
        let Some(tracing) = &mut self.trace else { return };
        let whole = step(property, said, rule, &result());
        let steps = &mut tracing.trace.steps;
        let parts = steps.split_off(mark.min(steps.len()));
        steps.extend(parts.into_iter().filter_map(|part| {
            // What the whole says itself, and what it is for, need not be said again.
            let says_the_same = part.place == whole.place
                && part.value == whole.value
                && matches!(part.rule, Rule::Text | Rule::Address | Rule::SourceWords);
            (!says_the_same).then_some(Step { inner: true, ..part })
        }));
        tracing.push(mark, whole);
    }

    /// Says which part of the record all steps are about that no part has been said for.
    pub(super) fn place_steps(&mut self, part: impl FnOnce() -> String) {
        if let Some(tracing) = &mut self.trace
            && tracing.placed < tracing.trace.steps.len()
        {
            let part = part();
            for step in tracing.trace.steps.iter_mut().skip(tracing.placed) {
                step.part.clone_from(&part);
            }
            tracing.placed = tracing.trace.steps.len();
        }
    }

    /// Hands the trace over, with the names that the parts have in the end.
    pub(super) fn end_trace(&mut self, names: impl FnOnce() -> Vec<(String, String)>) {
        let Some(tracing) = self.trace.take() else { return };
        let names = names();
        let Trace { mut steps, left_out } = tracing.trace;
        for step in &mut steps {
            if let Some((_, name)) = names.iter().find(|(part, _)| *part == step.part) {
                step.part.clone_from(name);
            }
        }
        UNDER_WAY.with_borrow_mut(|under_way| {
            if let Some(under_way) = under_way {
                under_way.steps.append(&mut steps);
                under_way.left_out += left_out;
            }
        });
    }
}

fn step(property: Property, said: Said<'_>, rule: Rule, result: &str) -> Step {
    let short = |text: &str| text.chars().take(STEP_TEXT_MAX).collect::<String>();
    Step {
        part: String::new(),
        property: property.to_owned(),
        place: short(said.place),
        value: short(said.value),
        rule,
        result: short(result),
        inner: false,
    }
}

#[cfg(test)]
mod tests;
