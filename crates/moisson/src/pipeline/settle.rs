//! Making what was committed visible in searches, while the harvest goes on.

use std::{
    thread::JoinHandle,
    time::{Duration, Instant},
};

use moisson_store::{Store, StoreError};

/// How long after the last time.
const PAUSE: Duration = Duration::from_secs(2);

/// Settles a store now and then, on a thread of its own: who commits need not wait for an index being written.
#[derive(Debug)]
pub(super) struct Settling {
    store: Store,
    under_way: Option<JoinHandle<Result<(), StoreError>>>,
    /// When it was done last.
    last: Instant,
}

impl Settling {
    pub(super) fn new(store: Store) -> Self {
        Self { store, under_way: None, last: Instant::now() }
    }

    /// Whether it is time again.
    ///
    /// # Errors
    /// When it could not be done the last time.
    pub(super) fn is_due(&mut self) -> Result<bool, StoreError> {
        match &self.under_way {
            Some(thread) if thread.is_finished() => self.wait().map(|()| false),
            Some(_) => Ok(false),
            None => Ok(self.last.elapsed() >= PAUSE),
        }
    }

    /// Begins, unless it is under way.
    pub(super) fn begin(&mut self) {
        if self.under_way.is_none() {
            let (store, span) = (self.store.clone(), tracing::Span::current());
            self.under_way = Some(std::thread::spawn(move || span.in_scope(|| store.settle())));
        }
    }

    /// Waits for what is under way.
    ///
    /// # Errors
    /// When it could not be done.
    pub(super) fn wait(&mut self) -> Result<(), StoreError> {
        let Some(thread) = self.under_way.take() else { return Ok(()) };
        self.last = Instant::now();
        let stopped = |_| StoreError::Engine { reason: "settling it stopped unexpectedly".to_owned() };
        thread.join().map_err(stopped)?
    }
}

impl Drop for Settling {
    /// A run that fails leaves nobody behind who has the store open.
    fn drop(&mut self) {
        if let Err(error) = self.wait() {
            tracing::error!(%error, "what was committed could not be made visible in searches");
        }
    }
}
