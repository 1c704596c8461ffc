//! Connections: one pool per kind of access, and what its errors mean.

use std::{
    collections::HashMap,
    error::Error,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use url::Url;

use super::{
    access::{SourceAccess, Tls},
    allow::Allowed,
    error::Fault,
    resolve::{Guard, Recorder, RefusedAddress, Resolver, Unresolved},
};
use crate::limits::ms;

/// Pools kept; a hostile redirect to ever new ports makes no more than this.
const MOST_POOLS: usize = 64;

/// Connection pools, shared by sources of the same access.
#[derive(Debug)]
pub(super) struct Pools {
    pub(super) user_agent: String,
    pub(super) proxy: Option<Url>,
    authorities: Vec<Vec<u8>>,
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) recorder: Arc<dyn Recorder>,
    made: Mutex<HashMap<Key, reqwest::Client>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    allow: Vec<Allowed>,
    /// Where the allow-list may depend on it: the resolver sees names without ports.
    port: Option<u16>,
    tls: Option<Tls>,
    connect_timeout_ms: u64,
}

impl Pools {
    pub(super) fn new(
        user_agent: String,
        (proxy, authorities): (Option<Url>, Vec<Vec<u8>>),
        resolver: Arc<dyn Resolver>,
        recorder: Arc<dyn Recorder>,
    ) -> Self {
        // Another part of the process may have chosen a provider already, which does as well.
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        Self { user_agent, proxy, authorities, resolver, recorder, made: Mutex::default() }
    }

    /// The pool for a URL of this source.
    pub(super) fn client(&self, access: &SourceAccess, url: &Url) -> Result<reqwest::Client, Fault> {
        let key = Key {
            allow: access.allow.clone(),
            port: (!access.allow.is_empty()).then(|| url.port_or_known_default()).flatten(),
            tls: (is_https(url) || self.proxy.as_ref().is_some_and(is_https)).then_some(access.tls),
            connect_timeout_ms: access.limits.connect_timeout_ms,
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&key) {
            return Ok(client.clone());
        }
        if made.len() >= MOST_POOLS {
            made.clear();
        }
        let client = self.build(&key).map_err(|error| {
            let reason = deepest(Some(&error)).unwrap_or_else(|| error.to_string());
            let hint =
                if key.tls == Some(Tls::Verify) { "; are the system's root certificates there?" } else { "" };
            Fault::Setup(format!("{reason}{hint}"))
        })?;
        made.insert(key, client.clone());
        Ok(client)
    }

    fn build(&self, key: &Key) -> Result<reqwest::Client, reqwest::Error> {
        let guard = Guard {
            allow: key.allow.clone().into(),
            port: key.port.unwrap_or_default(),
            resolver: Arc::clone(&self.resolver),
            recorder: Arc::clone(&self.recorder),
            proxy: self.proxy.as_ref().and_then(Url::host_str).map(Into::into),
        };
        let builder = reqwest::Client::builder()
            .user_agent(&self.user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(ms(key.connect_timeout_ms))
            .dns_resolver(Arc::new(guard));
        let builder = match &self.proxy {
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone())?),
            None => builder.no_proxy(),
        };
        let builder = match key.tls {
            Some(Tls::Verify) if self.authorities.is_empty() => builder,
            Some(Tls::Verify) => {
                let authorities = self.authorities.iter().map(|it| reqwest::Certificate::from_der(it));
                builder.tls_certs_merge(authorities.collect::<Result<Vec<_>, _>>()?)
            }
            Some(Tls::AcceptInvalid) => builder.tls_danger_accept_invalid_certs(true),
            // Plain HTTP works on a machine without any root certificates.
            None => builder.tls_certs_only([]),
        };
        builder.build()
    }
}

fn is_https(url: &Url) -> bool {
    url.scheme() == "https"
}

/// What an error of sending a request means.
pub(super) fn fault(error: &reqwest::Error, access: &SourceAccess) -> Fault {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<RefusedAddress>() {
            return refused.clone().into();
        }
        if let Some(unresolved) = error.downcast_ref::<Unresolved>() {
            return unresolved.clone().into();
        }
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Fault::Tls(tls.to_string());
        }
        cause = within(error);
    }
    let reason = || deepest(error.source()).unwrap_or_else(|| "no reason given".to_owned());
    if error.is_timeout() {
        let limits = &access.limits;
        return Fault::Timeout {
            what: "connection",
            limit: "connect_timeout_ms",
            ms: limits.connect_timeout_ms,
        };
    }
    if error.is_connect() { Fault::Connect(reason()) } else { Fault::Protocol(reason()) }
}

/// The text of the innermost cause, which says most and holds no URL.
pub(super) fn deepest(error: Option<&(dyn Error + 'static)>) -> Option<String> {
    let mut cause = error?;
    while let Some(inner) = within(cause) {
        cause = inner;
    }
    Some(cause.to_string())
}

/// The next inner cause. An `io::Error` gives as source that of what it holds, and not what it holds.
fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    held.map(|held| held as &(dyn Error + 'static)).or_else(|| error.source())
}
