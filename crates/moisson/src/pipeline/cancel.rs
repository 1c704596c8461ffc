//! Ends a run early, and says on whose word.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// Ends a run after the page being read. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    token: CancellationToken,
    by: Arc<OnceLock<String>>,
}

impl Cancel {
    /// One that is cancelled too when `stop` is.
    pub fn within(stop: &CancellationToken) -> Self {
        Self { token: stop.child_token(), by: Arc::default() }
    }

    /// Ends the run on somebody's word; the first one counts.
    pub fn by(&self, who: &str) {
        self.by.get_or_init(|| who.to_owned());
        self.token.cancel();
    }

    /// On whose word, if on anybody's.
    pub fn who(&self) -> Option<&str> {
        self.by.get().map(String::as_str)
    }

    /// The token that ends the run.
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }
}

impl From<CancellationToken> for Cancel {
    fn from(token: CancellationToken) -> Self {
        Self { token, by: Arc::default() }
    }
}
