//! Administration for the server: tokens are looked up, and what they may do is done.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use moisson_web::admin::{Action, Administration, Answer, Caller, Refusal, Unidentified};

use super::{Admin, Tokens, Who};

/// What the server is given.
#[derive(Debug, Clone)]
pub struct Service {
    admin: Arc<Admin>,
    tokens: Tokens,
    clock: fn() -> Timestamp,
}

impl Service {
    /// With the tokens that are beside the store.
    pub fn new(admin: Arc<Admin>, tokens: Tokens, clock: fn() -> Timestamp) -> Self {
        Self { admin, tokens, clock }
    }
}

impl Administration for Service {
    fn identify(&self, token: &str) -> Result<Caller, Unidentified> {
        self.tokens.identify(token, (self.clock)())
    }

    fn act(&self, caller: Caller, action: Action) -> BoxFuture<'static, Result<Answer, Refusal>> {
        let admin = Arc::clone(&self.admin);
        Box::pin(async move { admin.act(Who::Token(caller), action).await })
    }
}
