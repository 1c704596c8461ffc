//! Keeping projections in step with the ledger.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
};

use crate::{Delta, Generation, Progress, Projection, StoreError, ledger::Ledger};

/// So many changes may wait for a projection that is busy. Then whoever commits waits too, so that memory stays
/// bounded.
const PATIENT: usize = 8;

/// Projections that follow the ledger, each at its own pace.
///
/// A change that is committed while a projection is busy waits, and is taken in by whoever keeps it busy, before
/// anything else. So nobody waits for a search index that is being written to disk, and none is ever behind but
/// for that moment.
#[derive(Debug, Default)]
pub(crate) struct Followers {
    all: Vec<Following>,
}

#[derive(Debug)]
struct Following {
    follower: Mutex<Follower>,
    /// What was committed and not yet taken in, oldest first.
    waiting: Mutex<VecDeque<Arc<Delta>>>,
}

impl Followers {
    /// Takes a projection and brings it up to date.
    pub(crate) fn add(
        &mut self,
        projection: Box<dyn Projection>,
        ledger: &Ledger,
        progress: &dyn Fn(Progress),
    ) -> Result<(), StoreError> {
        let follower = Mutex::new(Follower::new(projection, ledger, progress)?);
        self.all.push(Following { follower, waiting: Mutex::default() });
        Ok(())
    }

    /// Applies a change that was just committed, at once or as soon as possible. To be called in the order of
    /// generations.
    pub(crate) fn follow(&self, delta: Delta) {
        let delta = Arc::new(delta);
        for following in &self.all {
            let waiting = {
                let mut waiting = lock(&following.waiting);
                waiting.push_back(Arc::clone(&delta));
                waiting.len()
            };
            if waiting > PATIENT {
                following.take_in(&mut lock(&following.follower));
            }
            following.take_in_if_free();
        }
    }

    /// Makes up for what was missed, and makes all of it last that was committed before.
    pub(crate) fn settle(&self, ledger: &Ledger) -> Result<(), StoreError> {
        let now = ledger.generation()?;
        self.each(|follower| follower.settle(ledger, now))
    }

    /// Makes the projections anew.
    pub(crate) fn rebuild(&self, ledger: &Ledger, progress: &dyn Fn(Progress)) -> Result<(), StoreError> {
        self.each(|follower| follower.rebuild(ledger, progress))
    }

    fn each(&self, mut todo: impl FnMut(&mut Follower) -> Result<(), StoreError>) -> Result<(), StoreError> {
        for following in &self.all {
            let done = {
                let mut follower = lock(&following.follower);
                following.take_in(&mut follower);
                todo(&mut follower)
            };
            following.take_in_if_free();
            done?;
        }
        Ok(())
    }
}

impl Following {
    fn take_in(&self, follower: &mut Follower) {
        loop {
            let next = lock(&self.waiting).pop_front();
            let Some(delta) = next else { return };
            follower.follow(&delta);
        }
    }

    /// Takes in what waits, unless somebody else is at it: they look here once more when they are done.
    fn take_in_if_free(&self) {
        while !lock(&self.waiting).is_empty() {
            let mut follower = match self.follower.try_lock() {
                Ok(follower) => follower,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            self.take_in(&mut follower);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A follower that a panic left half-way does not know where it stands, and starts over from its files.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A projection, and where it stands.
///
/// The ledger does not depend on it: if it fails, the change is stored all the same, and the projection is
/// brought up to date from the ledger as soon as it works again.
#[derive(Debug)]
struct Follower {
    projection: Box<dyn Projection>,
    /// The last generation applied; none if that is not known.
    at: Option<Generation>,
}

impl Follower {
    fn new(
        projection: Box<dyn Projection>,
        ledger: &Ledger,
        progress: &dyn Fn(Progress),
    ) -> Result<Self, StoreError> {
        let mut follower = Self { projection, at: None };
        follower.catch_up(ledger, progress)?;
        Ok(follower)
    }

    /// Applies a change, if it is the next one: what was replayed from the ledger meanwhile is not.
    fn follow(&mut self, delta: &Delta) {
        if self.at.map(Generation::next) != Some(delta.generation) {
            return;
        }
        // Until it is done, it is not known how much of it is.
        self.at = None;
        match self.projection.apply(delta) {
            Ok(()) => self.at = Some(delta.generation),
            Err(error) => self.failed(&error),
        }
    }

    /// Makes up for what was missed up to a generation, and makes all of it last.
    fn settle(&mut self, ledger: &Ledger, now: Generation) -> Result<(), StoreError> {
        if self.at.is_none_or(|at| at < now) {
            self.catch_up(ledger, &|_| ())?;
        }
        self.projection.settle().inspect_err(|error| self.failed(error))
    }

    fn rebuild(&mut self, ledger: &Ledger, progress: &dyn Fn(Progress)) -> Result<(), StoreError> {
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Remembers what was applied, and settles for as long as it is not told to go on.
    #[derive(Debug)]
    struct Slow {
        applied: Arc<Mutex<Vec<u64>>>,
        settling: mpsc::Sender<()>,
        go_on: mpsc::Receiver<()>,
    }

    impl Projection for Slow {
        fn name(&self) -> &'static str {
            "slow one"
        }

        fn generation(&self) -> Result<Generation, StoreError> {
            Ok(Generation(0))
        }

        fn apply(&mut self, delta: &Delta) -> Result<(), StoreError> {
            lock(&self.applied).push(delta.generation.0);
            Ok(())
        }

        fn settle(&mut self) -> Result<(), StoreError> {
            self.settling.send(()).unwrap();
            self.go_on.recv().unwrap();
            Ok(())
        }

        fn clear(&mut self) -> Result<(), StoreError> {
            Ok(())
        }
    }

    #[test]
    fn what_is_committed_while_a_projection_settles_is_taken_in_when_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path(), 1 << 20, 1 << 20).unwrap();
        let applied = Arc::new(Mutex::new(Vec::new()));
        let ((settling, is_settling), (go, go_on)) = (mpsc::channel(), mpsc::channel());
        let slow = Slow { applied: Arc::clone(&applied), settling, go_on };
        let mut followers = Followers::default();
        followers.add(Box::new(slow), &ledger, &|_| ()).unwrap();
        let commit = |generation| {
            followers.follow(Delta { generation: Generation(generation), ..Delta::default() });
        };
        let most = PATIENT as u64 + 1;
        commit(1);
        std::thread::scope(|scope| {
            let settle = scope.spawn(|| followers.settle(&ledger).unwrap());
            is_settling.recv().unwrap();
            (2..=most).for_each(commit);
            assert_eq!(*lock(&applied), [1], "nobody waits for it");
            // One more than may wait: this one does.
            let patient = scope.spawn(move || commit(most + 1));
            while lock(&followers.all[0].waiting).len() <= PATIENT {
                std::thread::yield_now();
            }
            assert!(!patient.is_finished());
            go.send(()).unwrap();
            settle.join().unwrap();
            patient.join().unwrap();
        });
        assert_eq!(*lock(&applied), (1..=most + 1).collect::<Vec<_>>());
    }
}
