//! The door: a bearer token in the header `Authorization`, checked before anything else is read.
//!
//! Wrong tokens are slowed down all together, not by address: behind a proxy all come from one. Who has a right token is
//! not held up by those who try.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};

use super::{Caller, Refusal, Unidentified};
use crate::{
    problem::{Kind, Problem},
    server::Shared,
};

/// Wrong tokens in a row before they are slowed down.
const AT_ONCE: u32 = 10;
/// After so long one more is looked at.
const EACH: Duration = Duration::from_secs(6);
/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 200;
/// What to show at the door.
const CHALLENGE: &str = "Bearer realm=\"moisson\"";

/// Somebody with a valid token.
#[derive(Debug, Clone)]
pub(crate) struct Admitted(pub(crate) Caller);

impl FromRequestParts<Shared> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Problem> {
        let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (headers.next(), headers.next()) else {
            let detail = "this resource needs a token: `Authorization: Bearer moisson_…`; `moisson token create` \
                          makes one";
            return Err(Problem::new(Kind::Unauthorized, detail).challenge(CHALLENGE));
        };
        let token = value.to_str().ok().and_then(|text| text.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let token = token.map(|(_, token)| token.trim().to_owned()).filter(|token| token.len() <= MAX_TOKEN);
        let identified = match token {
            None => Err(Unidentified::Unknown),
            Some(token) => {
                let admin = Arc::clone(&server.app.admin);
                let known = tokio::task::spawn_blocking(move || admin.identify(&token)).await;
                known.map_err(|error| Problem::internal("looking at a token", &error))?
            }
        };
        match identified {
            Ok(caller) => Ok(Self(caller)),
            Err(Unidentified::Unreadable(reason)) => Err(Problem::internal("reading the tokens", &reason)),
            Err(refused) => Err(server.throttle.refuse(&refused)),
        }
    }
}

/// Slows wrong tokens down.
#[derive(Debug)]
pub(crate) struct Throttle(Mutex<(u32, Instant)>);

impl Default for Throttle {
    fn default() -> Self {
        Self(Mutex::new((AT_ONCE, Instant::now())))
    }
}

impl Throttle {
    fn refuse(&self, why: &Unidentified) -> Problem {
        metrics::counter!("moisson_admin_refused_total").increment(1);
        if let Err(wait) = self.take(Instant::now()) {
            let detail = "too many wrong tokens were tried; try again later";
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            return Problem::new(Kind::TooManyAttempts, detail).retry_after(seconds);
        }
        let said = match why {
            Unidentified::Expired { name } => {
                format!("the token `{name}` has expired; `moisson token create` makes a new one")
            }
            Unidentified::Revoked { name } => format!("the token `{name}` was revoked"),
            Unidentified::Unknown | Unidentified::Unreadable(_) => "the token is not known here".to_owned(),
        };
        // Never the token itself.
        tracing::warn!("an attempt to administer was refused: {said}");
        Problem::new(Kind::Unauthorized, said).challenge(format!("{CHALLENGE}, error=\"invalid_token\""))
    }

    /// Lets an attempt be, or says how long to wait.
    fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = *state;
        let passed = now.saturating_duration_since(since);
        let more = u32::try_from(passed.as_secs() / EACH.as_secs()).unwrap_or(u32::MAX);
        let left = left.saturating_add(more).min(AT_ONCE);
        let since = if left == AT_ONCE { now } else { since + EACH * more };
        if left == 0 {
            *state = (0, since);
            return Err(EACH.saturating_sub(now.saturating_duration_since(since)));
        }
        *state = (left - 1, since);
        Ok(())
    }
}

/// No cache keeps what only some may see.
pub(crate) async fn keep_nothing(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A refusal as a problem.
pub(super) fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Settings(faults) => {
            Problem::new(Kind::InvalidSettings, faults.join("; ")).with("errors", faults)
        }
        Refusal::Unknown(detail) => Problem::new(Kind::NotFound, detail),
        Refusal::Conflict { detail, run } => {
            let problem = Problem::new(Kind::Conflict, detail);
            match run {
                Some(run) => problem.with("run", run),
                None => problem,
            }
        }
        Refusal::Forbidden { detail, scope } => {
            let problem = Problem::new(Kind::Forbidden, detail);
            match scope {
                Some(scope) => problem
                    .with("scope", scope.name())
                    .challenge(format!("{CHALLENGE}, error=\"insufficient_scope\", scope=\"{scope}\"")),
                None => problem,
            }
        }
        Refusal::Failed(reason) => Problem::internal("the administration", &reason),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{AT_ONCE, EACH, Throttle};

    #[test]
    fn wrong_tokens_are_slowed_down_and_looked_at_again_after_a_while() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for _ in 0..AT_ONCE {
            assert_eq!(throttle.take(start), Ok(()));
        }
        let wait = throttle.take(start).unwrap_err();
        assert!(wait <= EACH && wait > Duration::ZERO, "{wait:?}");
        assert_eq!(throttle.take(start + EACH * 2), Ok(()));
        assert_eq!(throttle.take(start + EACH * 2), Ok(()));
        assert!(throttle.take(start + EACH * 2).is_err());
        let later = start + EACH * 1_000;
        assert_eq!((0..20).filter(|_| throttle.take(later).is_ok()).count(), AT_ONCE as usize);
    }
}
