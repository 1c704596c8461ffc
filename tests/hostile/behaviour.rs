//! What a portal can do to us, and what must come of it: one row each, for every kind of source.
//!
//! Most rows are pains that other harvesters have had; see the matrix in `../README.md`.

use moisson_tests::loopback::Answer;

mod lists;
mod server;
mod transport;

use crate::portal::{Ask, Dataset, Flaw, View};

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behaviour {
    /// Its name.
    pub(crate) name: &'static str,
    /// What the portal does, in a few words.
    pub(crate) does: &'static str,
    /// How.
    pub(crate) how: How,
    /// What must come of it, one letter for each kind in the order of the columns; see [`Expected`].
    pub(crate) expect: &'static str,
    /// Texts of which the report must hold one, separated by `|`, where the run is not simply whole.
    pub(crate) says: &'static str,
}

/// What must come of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// `W`: it is whole, and the store has all that the portal has.
    Whole,
    /// `L`: it is whole as far as anybody can tell: the portal lies without contradicting itself, about what is
    /// there already, not about what is gone.
    Believed,
    /// `H`: it is whole, and removals are held back, since they are too many.
    HeldBack,
    /// `P`: it is partial, and nothing is removed for being absent.
    Partial,
    /// `F`: nothing of the source was seen.
    Failed,
    /// `-`: makes no sense for this kind.
    Skipped,
}

impl Behaviour {
    /// What must come of it for a kind.
    pub(crate) fn expected(&self, kind: usize) -> Expected {
        match self.expect.as_bytes().get(kind) {
            Some(b'W') => Expected::Whole,
            Some(b'L') => Expected::Believed,
            Some(b'H') => Expected::HeldBack,
            Some(b'P') => Expected::Partial,
            Some(b'F') => Expected::Failed,
            _ => Expected::Skipped,
        }
    }
}

/// How a portal misbehaves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// These requests get another answer.
    Answer(Scope, fn(&Moment<'_>) -> Answer),
    /// Listings show something else; given are all datasets, too.
    View(fn(&mut View, &Ask, &[Dataset])),
    /// The portal shows other datasets than it has.
    Shows(fn(&mut Vec<Dataset>)),
    /// The portal's datasets change after the first page was read.
    Moves(fn(&mut Vec<Dataset>)),
    /// The sixth dataset has a flaw.
    Flaw(Flaw),
    /// `robots.txt`.
    Robots(fn() -> Answer),
    /// The portal is on https. From these requests on its certificate has expired: the connection ends, and the next one
    /// is met with the expired one.
    Expires(Scope),
}

/// Which requests are meant: positions in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Whatever shows a dataset from this position on.
    From(usize),
    /// Whatever shows the dataset at this position.
    Only(usize),
    /// All.
    Everything,
}

impl Scope {
    /// Whether a request is meant.
    pub(crate) fn covers(self, ask: &Ask, datasets: &[Dataset]) -> bool {
        let place = |id: &str| datasets.iter().position(|it| id.ends_with(&format!("{:02}", it.number)));
        match (self, ask) {
            (_, Ask::Robots | Ask::Unknown) => false,
            (Self::Everything, _) | (_, Ask::All) => true,
            (_, Ask::Names) => false,
            (Self::From(from), Ask::Page { start, rows }) => start + rows > from,
            (Self::Only(only), Ask::Page { start, rows }) => (*start..start + rows).contains(&only),
            (Self::From(from), Ask::One(id) | Ask::Find(id)) => place(id).is_some_and(|place| place >= from),
            (Self::Only(only), Ask::One(id) | Ask::Find(id)) => place(id) == Some(only),
        }
    }
}

/// A request that is answered badly.
#[derive(Debug)]
pub(crate) struct Moment<'a> {
    /// What a healthy portal would answer.
    pub(crate) healthy: Answer,
    /// Path and query.
    pub(crate) target: &'a str,
    /// Host and port.
    pub(crate) host: &'a str,
    /// Host and port of another server of theirs.
    pub(crate) elsewhere: &'a str,
    /// How many such requests came before.
    pub(crate) nth: usize,
    /// The `Authorization` header of the request.
    pub(crate) authorization: &'a str,
}

impl Moment<'_> {
    pub(crate) fn port(&self) -> &str {
        self.host.rsplit(':').next().unwrap_or_default()
    }

    pub(crate) fn to(&self, url: &str) -> Answer {
        Answer::redirect(302, &url.replace("HOST", self.host).replace("PORT", self.port()))
    }

    pub(crate) fn half(&self) -> Vec<u8> {
        self.healthy.body[..self.healthy.body.len() / 2].to_vec()
    }

    pub(crate) fn same(&self, body: Vec<u8>) -> Answer {
        let mut answer = self.healthy.clone();
        answer.body = body.into();
        answer
    }
}

/// All of them.
pub(crate) fn behaviours() -> impl Iterator<Item = &'static Behaviour> {
    [server::SERVER, transport::TRANSPORT, lists::LISTS].into_iter().flatten()
}

/// One row, in the order of the columns.
pub(crate) const fn row(
    name: &'static str,
    does: &'static str,
    how: How,
    expect: &'static str,
    says: &'static str,
) -> Behaviour {
    Behaviour { name, does, how, expect, says }
}
