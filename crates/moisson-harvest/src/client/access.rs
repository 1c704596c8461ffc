//! How one source may be reached: politeness, credentials, allow-list, limits.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{allow::Allowed, counters::Counters};
use crate::{Limits, Source, SourceName};

/// How one source may be reached. Cheap to clone; clones count together.
#[derive(Debug, Clone)]
pub struct SourceAccess {
    /// The source's name, for errors and logs.
    pub name: SourceName,
    /// Where the source is; credentials go to this scheme, host and port only.
    pub url: Url,
    /// What to show at the door.
    pub credentials: Option<Credentials>,
    /// Further headers, sent where the credentials are. Names are those of HTTP, values must fit into one line.
    pub headers: Vec<(String, String)>,
    /// What may be reached although it is not public.
    pub allow: Vec<Allowed>,
    /// How often its host may be asked.
    pub politeness: Politeness,
    /// Sizes and times.
    pub limits: Limits,
    /// Whether certificates are checked.
    pub tls: Tls,
    /// What was asked and received so far.
    pub counters: Arc<Counters>,
}

impl SourceAccess {
    /// Access with the defaults: public addresses only, no credentials.
    pub fn new(source: &Source) -> Self {
        Self {
            name: source.name.clone(),
            url: source.url.clone(),
            credentials: None,
            headers: Vec::new(),
            allow: Vec::new(),
            politeness: Politeness::default(),
            limits: Limits::default(),
            tls: Tls::default(),
            counters: Arc::default(),
        }
    }

    /// The credentials, if they are meant for this place.
    pub(super) fn credentials_for(&self, url: &Url) -> Option<&Credentials> {
        self.credentials.as_ref().filter(|_| url.origin() == self.url.origin())
    }

    /// The further headers, if they are meant for this place.
    pub(super) fn headers_for(&self, url: &Url) -> &[(String, String)] {
        if url.origin() == self.url.origin() { &self.headers } else { &[] }
    }
}

/// How often one host may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Politeness {
    /// Requests under way at the same time, at least 1.
    pub concurrency: u32,
    /// Time between the starts of two requests.
    pub delay_ms: u64,
    /// Whether the host's `robots.txt` is heeded. An API is meant for machines; pages are not.
    pub robots: RobotsRule,
}

impl Default for Politeness {
    fn default() -> Self {
        Self { concurrency: 2, delay_ms: 250, robots: RobotsRule::Ignore }
    }
}

/// Whether a host's `robots.txt` is heeded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RobotsRule {
    /// It is not asked for.
    #[default]
    Ignore,
    /// What it disallows is not asked for, and its `Crawl-delay` is kept.
    Obey,
}

/// Whether certificates are checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// A certificate that is expired, for another host or from nobody known is an error.
    #[default]
    Verify,
    /// Any certificate will do: anybody on the way can read and change what is harvested.
    AcceptInvalid,
}

/// What to show a source. Never printed, saved or logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// `Authorization: Basic …`.
    Basic {
        /// The user's name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// `Authorization: Apikey …`, as Opendatasoft wants it.
    ApiKey(Secret),
    /// A header of its own, such as CKAN's `X-CKAN-API-Key`.
    Header {
        /// The header's name.
        name: String,
        /// Its value.
        value: Secret,
    },
}

impl Credentials {
    pub(super) fn secret(&self) -> &Secret {
        match self {
            Self::Bearer(secret)
            | Self::ApiKey(secret)
            | Self::Basic { password: secret, .. }
            | Self::Header { value: secret, .. } => secret,
        }
    }
}

/// A text that is shown to nobody but its host.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret, without the line end that files and variables often have.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().trim().to_owned())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
