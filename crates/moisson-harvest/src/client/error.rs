//! Why a fetch failed.

use std::time::Duration;

use url::Url;

use super::resolve::{RefusedAddress, Unresolved};
use crate::Failure;

/// A request that gave no usable reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{url}: {fault}{}", if *.attempts > 1 { format!(" ({attempts} attempts)") } else { String::new() })]
pub struct FetchError {
    /// Where the last attempt ended, after redirects.
    pub url: Box<Url>,
    /// How often it was tried.
    pub attempts: u32,
    /// What was wrong the last time.
    pub fault: Fault,
}

/// What was wrong with one attempt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Neither `http` nor `https`.
    #[error("the scheme `{0}` is not followed; only `http` and `https` are")]
    Scheme(String),
    /// The source's own file.
    #[error("the file could not be read: {reason}")]
    File {
        /// What the system said.
        reason: String,
    },
    /// A user name or password in the URL.
    #[error("the URL holds a user name or password; use `credentials` of the source")]
    CredentialsInUrl,
    /// An address that the source must not reach.
    #[error(transparent)]
    Address(#[from] RefusedAddress),
    /// A name without addresses.
    #[error(transparent)]
    Resolve(#[from] Unresolved),
    /// No connection.
    #[error("could not connect: {0}")]
    Connect(String),
    /// The certificate is wrong, or TLS failed.
    #[error("TLS failed: {0}; the source must mend its certificate")]
    Tls(String),
    /// Something took too long.
    #[error("no {what} came within `{limit}` ({ms})")]
    Timeout {
        /// What did not come.
        what: &'static str,
        /// The limit's name.
        limit: &'static str,
        /// The limit in milliseconds.
        ms: u64,
    },
    /// A body that trickles.
    #[error("{bytes} bytes came in {ms} ms, slower than `min_bytes_per_second` ({limit})")]
    TooSlow {
        /// What came.
        bytes: u64,
        /// In which time, in milliseconds.
        ms: u64,
        /// The limit.
        limit: u64,
    },
    /// More bytes than allowed.
    #[error("{what} larger than `{limit}` ({value})")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit's name.
        limit: &'static str,
        /// The limit.
        value: u64,
    },
    /// The reply ended before its end.
    #[error("the reply was cut short: {0}")]
    Incomplete(String),
    /// The content encoding does not hold what it says.
    #[error("the body is no valid {encoding}: {reason}")]
    Decode {
        /// The encoding.
        encoding: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// Not HTTP, or a connection lost while waiting for the reply.
    #[error("no valid HTTP reply: {0}")]
    Protocol(String),
    /// Too many redirects.
    #[error("more than `max_redirects` ({limit}) redirects, the last to {to}")]
    Redirects {
        /// The limit.
        limit: u32,
        /// Where the last one led.
        to: Box<Url>,
    },
    /// A redirect that leads nowhere.
    #[error("status {status} with no usable `Location`: {reason}")]
    BadRedirect {
        /// The status.
        status: u16,
        /// What is wrong with the header.
        reason: String,
    },
    /// A redirect from `https` to `http` for a source with credentials.
    #[error("redirected from https to {to}; that is not followed for a source with credentials")]
    Downgrade {
        /// Where it led.
        to: Box<Url>,
    },
    /// A status other than success.
    #[error("HTTP status {status}{}", if .excerpt.is_empty() { String::new() } else { format!(": {excerpt}") })]
    Status {
        /// The status.
        status: u16,
        /// The start of the body as plain text, at most 200 characters.
        excerpt: String,
        /// How long the source asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The host asks to be left alone for longer than we wait.
    #[error("`{host}` asks to be left alone for {} seconds, longer than `max_wait_ms` ({limit_ms})", .wait.as_secs())]
    AskedToWait {
        /// The host.
        host: String,
        /// How long.
        wait: Duration,
        /// The limit.
        limit_ms: u64,
    },
    /// `robots.txt` does not want it.
    #[error("the host's robots.txt disallows it by `{rule}`")]
    Robots {
        /// The rule.
        rule: String,
    },
    /// The client itself cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

impl Fault {
    /// Whether another attempt may go better.
    pub(super) fn is_worth_retrying(&self) -> bool {
        match self {
            Self::Resolve(_)
            | Self::Connect(_)
            | Self::Timeout { .. }
            | Self::TooSlow { .. }
            | Self::Incomplete(_)
            | Self::Decode { .. }
            | Self::Protocol(_) => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            Self::Scheme(_)
            | Self::File { .. }
            | Self::CredentialsInUrl
            | Self::Address(_)
            | Self::Tls(_)
            | Self::TooLarge { .. }
            | Self::Redirects { .. }
            | Self::BadRedirect { .. }
            | Self::Downgrade { .. }
            | Self::AskedToWait { .. }
            | Self::Robots { .. }
            | Self::Setup(_) => false,
        }
    }

    /// Whether it says that the host as a whole is in trouble.
    pub(super) fn blames_the_host(&self) -> bool {
        match self {
            Self::Resolve(_)
            | Self::Connect(_)
            | Self::Timeout { .. }
            | Self::TooSlow { .. }
            | Self::Protocol(_) => true,
            Self::Status { status, .. } => matches!(status, 502..=504),
            _ => false,
        }
    }
}

impl FetchError {
    /// How long to wait before the source should be asked again, if that is the trouble. The request has not
    /// failed for good then: the run stops, and is resumed later.
    pub fn come_back_after(&self) -> Option<Duration> {
        match &self.fault {
            Fault::AskedToWait { wait, .. } => Some(*wait),
            _ => None,
        }
    }

    /// Whether the host is down or in trouble, rather than this request wrong.
    pub fn blames_the_host(&self) -> bool {
        self.fault.blames_the_host() || matches!(&self.fault, Fault::Status { status: 401 | 429 | 500, .. })
    }

    /// As harvesters see it.
    pub fn to_failure(&self) -> Failure {
        match &self.fault {
            Fault::Status { status, .. } => Failure::Status(*status),
            _ => Failure::Transport(self.to_string()),
        }
    }
}
