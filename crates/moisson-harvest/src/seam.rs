//! The seam between protocols and the rest: what a harvester is given and what it gives back.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use jiff::Timestamp;
use moisson_dcat::{Mapped, Remark};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;

/// A protocol that catalogues speak, such as the CKAN action API.
///
/// Every method is pure: no I/O, no clock, no state between calls. That is what lets a walk stop after any
/// page and go on in another process, and lets the tests run without a network.
pub trait Harvester: fmt::Debug + Send + Sync + 'static {
    /// The name in configuration, fixtures and metrics: `ckan`.
    fn name(&self) -> &'static str;

    /// What `moisson harvesters` and the generated table in the README print.
    fn about(&self) -> About;

    /// The first requests of a walk, and what absence from it will mean.
    ///
    /// With `since`, a harvester that can may ask for changes only and answer [`Listing::Changes`].
    ///
    /// # Errors
    /// When an option of the source is unknown, missing or out of range.
    fn plan(&self, source: &Source, since: Option<Timestamp>) -> Result<Plan, ConfigError>;

    /// Makes sense of one reply with a 2xx status. Records are handed to `emit` one by one, so that a page of
    /// any length is never held as a whole.
    ///
    /// # Errors
    /// When the reply is not what the protocol promises; records emitted before stay valid.
    fn read(
        &self,
        source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError>;

    /// What to ask instead of a request that failed for good, if the protocol knows another way: a smaller
    /// page, an older version of the API, the records one by one. Empty: the failure stands.
    ///
    /// Must not lead back to `request` itself, or the walk would not end.
    fn instead(&self, source: &Source, request: &Request, failure: &Failure) -> Vec<Request> {
        let _ = (source, request, failure);
        Vec::new()
    }

    /// How to ask for one record alone, if the protocol can. Records that a whole walk did not see are asked for
    /// once more before they are removed: lists move while they are read, and indexes lag behind.
    fn ask_after(&self, source: &Source, id: &RecordId) -> Option<Request> {
        let _ = (source, id);
        None
    }

    /// What the answer to [`Harvester::ask_after`] means: whether the record is gone; `None` if that cannot be
    /// told. `body` is the start of it.
    fn is_gone(&self, source: &Source, id: &RecordId, status: u16, body: &[u8]) -> Option<bool> {
        let _ = (source, id, body);
        match status {
            404 | 410 => Some(true),
            200..=299 => Some(false),
            _ => None,
        }
    }

    /// Maps one record to DCAT-AP, keeping all it can.
    ///
    /// # Errors
    /// When nothing can be made of the record at all; it is then set aside with its bytes.
    fn map(&self, source: &Source, record: &Record) -> Result<Mapped, Unmappable>;
}

/// What a harvester says of itself.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// The protocol in a few words: "CKAN action API v3 and DKAN".
    pub title: &'static str,
    /// One sentence on what is read.
    pub summary: &'static str,
    /// Where the protocol is described.
    pub specification: &'static str,
    /// A complete `[[source]]` table in TOML that parses and plans.
    pub example: &'static str,
    /// Name, default and meaning of each option of the kind.
    pub options: &'static [(&'static str, &'static str, &'static str)],
}

/// A source's name: 1 to 64 of `a-z`, `0-9` and `-`, starting with a letter or digit. It is part of IRIs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceName(String);

impl SourceName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// When the name is not of the form above.
    pub fn new(name: impl Into<String>) -> Result<Self, ConfigError> {
        let name = name.into();
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=64).contains(&name.len()) && name.chars().all(good) && !name.starts_with('-') {
            return Ok(Self(name));
        }
        Err(ConfigError {
            key: Some("name".to_owned()),
            reason: format!(
                "`{name}` is not a source name; use 1 to 64 of the letters a-z, digits and `-`, such as `rennes-metropole`"
            ),
        })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SourceName {
    type Error = ConfigError;

    fn try_from(name: String) -> Result<Self, ConfigError> {
        Self::new(name)
    }
}

impl From<SourceName> for String {
    fn from(name: SourceName) -> Self {
        name.0
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A configured catalogue, as a harvester sees it. Holds no secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub name: SourceName,
    /// The harvester's name.
    pub kind: String,
    /// Where it is.
    pub url: Url,
    /// The language of texts that do not say theirs, such as `fr`.
    #[serde(default)]
    pub language: Option<String>,
    /// The options of the kind, as configured.
    #[serde(default)]
    pub options: serde_json::Map<String, serde_json::Value>,
}

impl Source {
    /// The options of the kind as the harvester's own type (which should deny unknown fields).
    ///
    /// # Errors
    /// When an option is unknown or has the wrong type.
    pub fn options<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        serde_json::from_value(serde_json::Value::Object(self.options.clone()))
            .map_err(|error| ConfigError { key: None, reason: error.to_string() })
    }
}

/// The first requests of a walk.
#[derive(Debug, Clone)]
pub struct Plan {
    /// In the order in which they are to be made.
    pub start: Vec<Request>,
    /// What absence from this walk will mean.
    pub listing: Listing,
}

/// May absence be read as deletion?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// The walk lists every record, so what is absent from a whole walk is gone.
    Whole,
    /// The walk lists what changed, so absence says nothing.
    Changes,
}

/// The HTTP methods that harvesters use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
}

/// A request to be made. Serialisable: the requests still to be made *are* the cursor of a walk.
///
/// Invariant: holds no secret; the client adds credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The `Accept` header.
    pub accept: Cow<'static, str>,
    /// The body of a `POST`, with its content type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<(String, String)>,
    /// The harvester's own note on what this request is for, such as `search` or `show`.
    ///
    /// Pages of one listing have the same step, and anything else has another one: a page that leads back to an
    /// earlier one of the same step is a loop, and one with nothing but their records hints at a source that does
    /// not heed its paging parameters.
    pub step: Cow<'static, str>,
    /// What the harvester must remember from one request to the next: page, offset, the record's id, … Two
    /// requests that differ in nothing else are the same request, and only the first is made.
    #[serde(default)]
    pub state: StateValue,
}

/// A JSON value that can be a key: what a harvester remembers between requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateValue(pub serde_json::Value);

impl StateValue {
    /// Whether there is nothing to remember.
    pub fn is_nothing(&self) -> bool {
        self.0.is_null()
    }
}

impl Request {
    /// A `GET` with no memory.
    pub fn get(url: Url, accept: &'static str, step: &'static str) -> Self {
        Self {
            method: Method::Get,
            url,
            accept: Cow::Borrowed(accept),
            body: None,
            step: Cow::Borrowed(step),
            state: StateValue::default(),
        }
    }

    /// The same request with something to remember.
    #[must_use]
    pub fn with_state(mut self, state: serde_json::Value) -> Self {
        self.state = StateValue(state);
        self
    }
}

/// One reply with a 2xx status, its body decoded from its content encoding and within the limits.
#[derive(Debug, Clone)]
pub struct Reply<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// Where the answer came from in the end, after redirects.
    pub url: &'a Url,
    /// The status code.
    pub status: u16,
    /// Header names in lower case, with their values; values that are not UTF-8 are left out.
    pub headers: &'a [(String, String)],
    /// The whole body. Records may be slices of it.
    pub body: Bytes,
}

impl Reply<'_> {
    /// The first header of that name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// What a page holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A record that can be mapped.
    Record(Record),
    /// An entry that is no record (no id, not an object, unreadable); it is set aside with its bytes.
    ///
    /// Since it may be any of the records that are known, nothing is deleted for being absent from a walk with
    /// one. An entry whose id can be read is therefore better a record, even if [`Harvester::map`] can make
    /// nothing of it.
    Broken(Broken),
}

/// A record's id at its source: 1 to 2,000 bytes, never changed or folded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub String);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The bytes of one record, kept so that mapping can be repeated without the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id at the source.
    pub id: RecordId,
    /// What the bytes are: `application/json`, `application/n-triples`, …
    pub media_type: Cow<'static, str>,
    /// The bytes.
    pub body: Bytes,
    /// What was wrong with the page around this record and concerns it (a repaired IRI, a skipped statement).
    pub remarks: Vec<Remark>,
}

/// An entry of a page that could not be made a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where in the reply: a JSON pointer, a line, an index.
    pub place: String,
    /// What is wrong, and what the source should do.
    pub reason: String,
    /// The bytes, as received.
    pub body: Bytes,
}

/// What a reply says besides its records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Records that the source itself says are deleted, or that are not wanted. They count as seen.
    pub gone: Vec<RecordId>,
    /// Requests to be made next: the following page, or one per record. Those that were made or planned before
    /// are not made again.
    pub follow: Vec<Request>,
    /// How many records the source says the whole walk has, those that are gone included. A walk
    /// that saw fewer than any of its pages counted is not whole.
    pub total: Option<u64>,
    /// Why the walk cannot be whole although every request went well, such as a window that cannot be crossed.
    pub shortfall: Option<String>,
    /// What was wrong with the page as a whole.
    pub remarks: Vec<Remark>,
}

/// Why a request failed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// A status other than 2xx and 304, after the retries that are worth it.
    Status(u16),
    /// No usable answer: refused, timed out, too large, cut short, not allowed, …
    Transport(String),
    /// An answer that [`Harvester::read`] could not make sense of.
    Read(ReadError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "HTTP status {status}"),
            Self::Transport(reason) => f.write_str(reason),
            Self::Read(error) => error.fmt(f),
        }
    }
}

/// A source is not configured as its kind needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ConfigError {
    /// The option at fault, where one is.
    pub key: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
}

/// A reply is not what the protocol promises.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}{place}{hint}",
    place = if .place.is_empty() { String::new() } else { format!(" at {}", .place) },
    hint = if .hint.is_empty() { String::new() } else { format!("; {}", .hint) })]
pub struct ReadError {
    /// What the protocol promises.
    pub expected: String,
    /// What came, with an excerpt of at most 200 characters.
    pub found: String,
    /// Where: a byte, a line, a JSON pointer; may be empty.
    pub place: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// A record of which nothing can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unmappable {
    /// What is wrong, and what the source should do.
    pub reason: String,
}
