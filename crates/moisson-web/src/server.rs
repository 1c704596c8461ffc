//! What the handlers share: the state from the binary, the turns of dear requests, and what is derived once.

use std::sync::Arc;

use jiff::Timestamp;
use moisson_store::{Store, StoreError, search::SearchError};
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::openapi::OpenApi;

use crate::{
    AppState,
    admin::Throttle,
    conditional::Tag,
    fresh::Counted,
    operate::health::Pulse,
    problem::{Kind, Problem},
    validate::Checks,
};

/// The state of every handler.
pub(crate) type Shared = Arc<Server>;

/// See the module.
pub(crate) struct Server {
    pub(crate) app: AppState,
    /// The description of the API, as it is served.
    pub(crate) openapi: OpenApi,
    /// Part of every entity tag: this version with this configuration.
    salt: String,
    dear: Semaphore,
    pub(crate) checks: Checks,
    /// Slows wrong tokens down.
    pub(crate) throttle: Throttle,
    /// The last answer of the query process.
    pub(crate) pulse: Pulse,
    /// Late datasets of each source.
    pub(crate) fresh: Counted,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// From the ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// From the index.
    #[error(transparent)]
    Search(#[from] SearchError),
}

impl Server {
    pub(crate) fn new(app: AppState, openapi: OpenApi) -> Self {
        let salt = format!("{} {:?}", env!("CARGO_PKG_VERSION"), app.portal);
        let dear = Semaphore::new(app.limits.dear_requests);
        let checks = Checks::new(&app.limits.check);
        let (throttle, pulse, fresh) = (Throttle::default(), Pulse::default(), Counted::default());
        Self { app, openapi, salt, dear, checks, throttle, pulse, fresh }
    }

    /// The entity tag of an answer that depends on the data through `parts` and on nothing else but this
    /// version and configuration.
    pub(crate) fn tag(&self, parts: &[&str]) -> Tag {
        Tag::of(std::iter::once(self.salt.as_str()).chain(parts.iter().copied()))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.app.clock)()
    }

    /// Reads from the store off the threads that serve connections.
    pub(crate) async fn read<T: Send + 'static, E: Into<ReadError>>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.app.store.clone();
        match tokio::task::spawn_blocking(move || work(&store).map_err(Into::into)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(ReadError::Search(error @ SearchError::Cursor))) => {
                Err(Problem::new(Kind::InvalidParameter, error.to_string()).with("parameter", "cursor"))
            }
            Ok(Err(error)) => Err(Problem::internal(what, &error)),
            Err(error) => Err(Problem::internal(what, &error)),
        }
    }

    /// Waits for the turn of a dear request.
    pub(crate) async fn dear_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        if let Ok(Ok(permit)) = tokio::time::timeout(self.app.limits.queue_timeout, self.dear.acquire()).await
        {
            Ok(permit)
        } else {
            let detail = "the server is busy with other searches and feeds; try again in a few seconds";
            Err(Problem::new(Kind::TooBusy, detail).retry_after(5))
        }
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("app", &self.app).finish_non_exhaustive()
    }
}
