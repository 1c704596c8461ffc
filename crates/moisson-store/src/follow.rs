//! Keeping a projection in step with the ledger.

use crate::{Delta, Generation, Progress, Projection, StoreError, ledger::Ledger};

/// A projection, and where it stands.
///
/// The ledger does not wait for it: if it fails, the change is stored all the same, and the projection is
/// brought up to date from the ledger as soon as it works again.
#[derive(Debug)]
pub(crate) struct Follower {
    projection: Box<dyn Projection>,
    /// The last generation applied; none if that is not known.
    at: Option<Generation>,
}

impl Follower {
    /// Takes a projection and brings it up to date.
    pub(crate) fn new(
        projection: Box<dyn Projection>,
        ledger: &Ledger,
        progress: &dyn Fn(Progress),
    ) -> Result<Self, StoreError> {
        let mut follower = Self { projection, at: None };
        follower.catch_up(ledger, progress)?;
        Ok(follower)
    }

    /// Applies a change that was just committed, if it is the next one.
    pub(crate) fn follow(&mut self, delta: &Delta) {
        if self.at.map(Generation::next) != Some(delta.generation) {
            return;
        }
        match self.projection.apply(delta) {
            Ok(()) => self.at = Some(delta.generation),
            Err(error) => self.failed(&error),
        }
    }

    /// Makes up for what was missed, and makes all of it last.
    pub(crate) fn settle(&mut self, ledger: &Ledger) -> Result<(), StoreError> {
        if self.at != Some(ledger.generation()?) {
            self.catch_up(ledger, &|_| ())?;
        }
        self.projection.settle().inspect_err(|error| self.failed(error))
    }

    /// Makes the projection anew.
    pub(crate) fn rebuild(&mut self, ledger: &Ledger, progress: &dyn Fn(Progress)) -> Result<(), StoreError> {
        self.at = None;
        self.projection.clear()?;
        let total = ledger.counts()?.records();
        let what = self.projection.name();
        progress(Progress { what, done: 0, total });
        let generation = ledger.everything(&mut |delta, done| {
            self.projection.apply(&delta)?;
            progress(Progress { what, done, total });
            Ok(())
        })?;
        self.projection.apply(&Delta { generation, ..Delta::default() })?;
        self.projection.settle()?;
        self.at = Some(generation);
        self.replay(ledger, generation)
    }

    fn catch_up(&mut self, ledger: &Ledger, progress: &dyn Fn(Progress)) -> Result<(), StoreError> {
        let now = ledger.generation()?;
        let from = match self.at {
            Some(at) => at,
            None => self.projection.generation()?,
        };
        if from > now || (from == Generation(0) && now > from) {
            return self.rebuild(ledger, progress);
        }
        self.at = None;
        match self.replay(ledger, from) {
            Err(StoreError::Behind) => self.rebuild(ledger, progress),
            done => done,
        }
    }

    /// Applies what the log has after `from`.
    fn replay(&mut self, ledger: &Ledger, mut from: Generation) -> Result<(), StoreError> {
        while from < ledger.generation()? {
            let delta = ledger.delta_since(from)?.ok_or(StoreError::Behind)?;
            self.projection.apply(&delta)?;
            from = delta.generation;
        }
        self.at = Some(from);
        Ok(())
    }

    fn failed(&mut self, error: &StoreError) {
        tracing::error!(%error, projection = self.projection.name(), "a projection could not be written; it is brought up to date later");
        self.at = None;
    }
}
