//! Answers that are kept because they are asked for again and again: the records of a portal name the same few
//! publishers, places, licences and formats.
//!
//! An answer depends on its question alone, so nothing is different but the time. Each thread keeps its own, within
//! bounds, and nobody waits for another.

use std::{cell::RefCell, thread::LocalKey};

use rustc_hash::FxHashMap;

/// Most answers of one kind that a thread keeps; with one more it begins anew.
const ANSWERS_MAX: usize = 1_000;

/// Longest question of which the answer is kept, in bytes.
const QUESTION_MAX: usize = 200;

/// Answers by their questions.
pub(crate) type Answers<T> = RefCell<FxHashMap<Box<str>, T>>;

/// The answer to a question: the one that was given before, else a new one.
pub(crate) fn remembered<T: Clone>(
    answers: &'static LocalKey<Answers<T>>,
    question: &str,
    answer: impl FnOnce() -> T,
) -> T {
    answers.with(|answers| ask(answers, question, answer))
}

/// The same for questions of several kinds, by the number of the kind.
pub(crate) fn remembered_of<T: Clone, const N: usize>(
    answers: &'static LocalKey<[Answers<T>; N]>,
    kind: usize,
    question: &str,
    answer: impl FnOnce() -> T,
) -> T {
    answers.with(|answers| match answers.get(kind) {
        Some(answers) => ask(answers, question, answer),
        None => answer(),
    })
}

fn ask<T: Clone>(answers: &Answers<T>, question: &str, answer: impl FnOnce() -> T) -> T {
    if question.len() > QUESTION_MAX {
        return answer();
    }
    if let Some(known) = answers.borrow().get(question) {
        return known.clone();
    }
    let found = answer();
    let mut answers = answers.borrow_mut();
    if answers.len() >= ANSWERS_MAX {
        answers.clear();
    }
    answers.insert(question.into(), found.clone());
    found
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{ANSWERS_MAX, Answers, QUESTION_MAX, remembered};

    thread_local! {
        static LENGTHS: Answers<usize> = Answers::default();
    }

    #[test]
    fn a_question_is_answered_once_and_no_more_are_kept_than_there_is_room_for() {
        let asked = Cell::new(0);
        let ask = |question: &str| {
            remembered(&LENGTHS, question, || {
                asked.set(asked.get() + 1);
                question.len()
            })
        };
        assert_eq!((ask("Rennes"), ask("Rennes"), asked.get()), (6, 6, 1));
        let long = "x".repeat(QUESTION_MAX + 1);
        assert_eq!((ask(&long), ask(&long), asked.get()), (long.len(), long.len(), 3));
        for n in 0..3 * ANSWERS_MAX {
            ask(&n.to_string());
            assert!(LENGTHS.with_borrow(|answers| answers.len() <= ANSWERS_MAX));
        }
        assert_eq!(ask("Rennes"), 6);
    }
}
