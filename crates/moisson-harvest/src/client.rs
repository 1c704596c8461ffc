//! The polite HTTP client: the only part that talks to the network.
//!
//! It asks a host rarely and backs off when asked to, never reaches what a source must not reach, and believes
//! nothing: every size, time and count is bounded by [`Limits`], and a body that is not whole is a
//! failure. It keeps no cookies and follows redirects by hand, checking each hop like the first.

mod access;
mod address;
mod allow;
mod body;
mod connect;
mod counters;
mod decode;
mod error;
mod exchange;
mod host;
mod local;
mod resolve;
pub mod robots;
mod wait;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use url::Url;

pub use self::{
    access::{Credentials, Politeness, RobotsRule, Secret, SourceAccess, Tls},
    allow::Allowed,
    counters::{Counters, Traffic},
    error::{Fault, FetchError},
    resolve::{Recorder, RefusedAddress, Resolver, Resolving, SystemResolver, Traced, Unresolved},
};
use self::{connect::Pools, exchange::Attempt, host::Host, robots::Gate, wait::Random};
#[expect(unused_imports, reason = "linked in the documentation")]
use crate::Limits;
use crate::{Reply, Request, Validators};

/// Hosts remembered; beyond it, those that are not being asked are forgotten.
const MOST_HOSTS: usize = 10_000;

/// The client. Cheap to clone; clones share hosts and connections.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pools: Pools,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    gate: Gate,
    random: Mutex<Random>,
}

/// What the client is made of.
#[derive(Debug)]
pub struct ClientConfig {
    /// The `User-Agent`; should hold a URL at which the operator can be reached.
    pub user_agent: String,
    /// A proxy for everything. Names are then resolved by it, so it must refuse private addresses itself.
    pub proxy: Option<Url>,
    /// Certificate authorities to trust besides those of the system, in DER.
    pub authorities: Vec<Vec<u8>>,
    /// Start of the random numbers for jitter.
    pub seed: u64,
    /// Finds addresses.
    pub resolver: Arc<dyn Resolver>,
    /// Is told of connections.
    pub recorder: Arc<dyn Recorder>,
}

impl ClientConfig {
    /// The operating system's resolver and no proxy. `contact` is a URL at which the operator can be reached.
    pub fn new(contact: &str, seed: u64) -> Self {
        Self {
            user_agent: format!("{} (+{contact})", concat!("Moisson/", env!("CARGO_PKG_VERSION"))),
            proxy: None,
            authorities: Vec::new(),
            seed,
            resolver: Arc::new(SystemResolver),
            recorder: Arc::new(Traced),
        }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A reply with a 2xx status.
    Body(Box<Body>),
    /// Nothing has changed since the validators were given.
    NotModified,
}

/// A reply with a 2xx status, its body decoded and whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Where it came from, after redirects.
    pub url: Url,
    /// The status.
    pub status: u16,
    /// Header names in lower case, with their values; values that are not UTF-8 are left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// What to send next time.
    pub validators: Option<Validators>,
}

impl Body {
    /// As harvesters read it.
    pub fn as_reply<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Reply {
            request,
            url: &self.url,
            status: self.status,
            headers: &self.headers,
            body: self.body.clone(),
        }
    }
}

impl Client {
    /// A client without connections yet.
    pub fn new(config: ClientConfig) -> Self {
        let ClientConfig { user_agent, proxy, authorities, seed, resolver, recorder } = config;
        Self(Arc::new(Inner {
            pools: Pools::new(user_agent, (proxy, authorities), resolver, recorder),
            hosts: Mutex::default(),
            gate: Gate::default(),
            random: Mutex::new(Random::new(seed)),
        }))
    }

    /// Makes a request, as often as it takes and is worth it.
    ///
    /// # Errors
    /// When no reply with a 2xx status came whole and within the limits, or the request must not be made.
    pub async fn fetch(
        &self,
        access: &SourceAccess,
        request: &Request,
        validators: Option<&Validators>,
    ) -> Result<Fetched, FetchError> {
        if local::is_meant(access, request) {
            let failed = |fault| FetchError { url: Box::new(request.url.clone()), attempts: 1, fault };
            return local::read(access, request)
                .await
                .map(|body| Fetched::Body(Box::new(body)))
                .map_err(failed);
        }
        let robots = access.politeness.robots;
        self.fetch_heeding(&Attempt { client: self, access, request, validators, robots }).await
    }

    async fn fetch_heeding(&self, attempt: &Attempt<'_>) -> Result<Fetched, FetchError> {
        let (access, mut attempts) = (attempt.access, 0);
        loop {
            attempts += 1;
            let (url, fault) = match attempt.run().await {
                Ok(fetched) => return Ok(fetched),
                Err(failed) => failed,
            };
            let host = url.host_str().unwrap_or_default().to_owned();
            let failed = |fault| FetchError { url: Box::new(without_secrets(url)), attempts, fault };
            if !fault.is_worth_retrying() {
                return Err(failed(fault));
            }
            // A host that asks for too long a pause must be left alone also by those who come after.
            if let Fault::Status { retry_after: Some(wait), .. } = fault {
                let limit_ms = access.limits.max_wait_ms;
                if wait > crate::limits::ms(limit_ms) {
                    return Err(failed(Fault::AskedToWait { host, wait, limit_ms }));
                }
            }
            if attempts >= access.limits.max_attempts {
                return Err(failed(fault));
            }
            let wait = wait::backoff(attempts, &access.limits, &mut self.random());
            tracing::debug!(
                source.name = %access.name,
                duration_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                error = %fault,
                "an attempt failed and is repeated after a wait"
            );
            access.counters.waited(wait);
            access.counters.retried();
            tokio::time::sleep(wait).await;
        }
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let key = format!(
            "{}:{}",
            url.host_str().unwrap_or_default().trim_end_matches('.'),
            url.port_or_known_default().unwrap_or_default()
        );
        let mut hosts = self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() > MOST_HOSTS {
            hosts.retain(|_, host| Arc::strong_count(host) > 1);
        }
        Arc::clone(hosts.entry(key).or_default())
    }

    fn pools(&self) -> &Pools {
        &self.0.pools
    }

    fn recorder(&self) -> &dyn Recorder {
        &*self.0.pools.recorder
    }

    fn random(&self) -> MutexGuard<'_, Random> {
        self.0.random.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A URL that was refused because of its password must not show it.
fn without_secrets(mut url: Url) -> Url {
    // These fail for URLs without a host only, which have neither.
    let _without_password = url.set_password(None);
    let _without_name = url.set_username("");
    url
}
