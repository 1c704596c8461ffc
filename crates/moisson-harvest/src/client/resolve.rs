//! From names to addresses, refusing those that a source must not reach.
//!
//! The check is made on the addresses that the connection will use, so a name that changes its addresses between
//! check and use (DNS rebinding) gains nothing. Addresses written in a URL are no names; [`check_literal`] is for
//! them, before each hop.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use url::{Host, Url};

use super::{address::not_public, allow::Allowed};

/// A future with the addresses of a name.
pub type Resolving<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;

/// Finds the addresses of a name.
pub trait Resolver: fmt::Debug + Send + Sync + 'static {
    /// The addresses of `host`. Port 0 stands for the port of the URL; another one is used if the URL has none.
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.take(MOST_ADDRESSES).collect()) })
    }
}

/// Is told of every address before a connection to it is tried.
pub trait Recorder: fmt::Debug + Send + Sync + 'static {
    /// `address` is about to be connected to on behalf of `host`.
    fn connecting(&self, host: &str, address: SocketAddr);
}

/// Writes to the log at level `trace`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Traced;

impl Recorder for Traced {
    fn connecting(&self, host: &str, address: SocketAddr) {
        tracing::trace!(server.address = host, network.peer.address = %address, "connecting");
    }
}

/// A name with more addresses than this is not connected to all of them.
const MOST_ADDRESSES: usize = 16;

/// An address that the source must not reach.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{host}` is at {address} ({what}), which is not public; if that is meant, add it to `allow` of the source"
)]
pub struct RefusedAddress {
    /// The host of the URL.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
    /// What kind of address it is.
    pub what: &'static str,
}

/// A name without addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no address found for `{host}`: {reason}")]
pub struct Unresolved {
    /// The host of the URL.
    pub host: String,
    /// What the resolver said.
    pub reason: String,
}

/// Which addresses a connection may use, for one port.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    pub(super) allow: Arc<[Allowed]>,
    /// The port of the URLs for which this guard stands.
    pub(super) port: u16,
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) recorder: Arc<dyn Recorder>,
    /// The host of the configured proxy: the operator's own, so it may be anywhere.
    pub(super) proxy: Option<Arc<str>>,
}

impl Guard {
    async fn addresses(
        self,
        host: String,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let unresolved = |reason: String| Unresolved { host: host.clone(), reason };
        let mut found = self.resolver.resolve(&host).await.map_err(|error| unresolved(error.to_string()))?;
        found.truncate(MOST_ADDRESSES);
        let Some(first) = found.first().copied() else {
            return Err(unresolved("the name has none".to_owned()).into());
        };
        let trusted = self.proxy.as_deref() == Some(&host)
            || self.allow.iter().any(|allowed| allowed.names(&host, self.port));
        found.retain(|address| trusted || self.refusal(*address).is_none());
        if found.is_empty() {
            let what = self.refusal(first).unwrap_or_default();
            return Err(RefusedAddress { host, address: first.ip(), what }.into());
        }
        for address in &found {
            self.recorder.connecting(&host, *address);
        }
        Ok(found)
    }

    fn refusal(&self, address: SocketAddr) -> Option<&'static str> {
        let covered = |port| self.allow.iter().any(|allowed| allowed.covers(address.ip(), port));
        let allowed = covered(self.port) && (address.port() == 0 || covered(address.port()));
        if allowed { None } else { not_public(address.ip()) }
    }
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (guard, host) = (self.clone(), name.as_str().to_owned());
        Box::pin(async move {
            let addresses = guard.addresses(host).await?;
            Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// Checks a URL whose host is an address; one with a name passes, since the [`Guard`] will see it.
///
/// The URL's parser has turned all spellings (`0x7f.1`, `2130706433`, `[::ffff:7f00:1]`) into addresses.
pub(super) fn check_literal(url: &Url, allow: &[Allowed]) -> Result<Option<SocketAddr>, RefusedAddress> {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) | None => return Ok(None),
    };
    let port = url.port_or_known_default().unwrap_or_default();
    let allowed = allow.iter().any(|allowed| allowed.covers(address, port));
    match not_public(address) {
        Some(what) if !allowed => {
            Err(RefusedAddress { host: url.host_str().unwrap_or_default().to_owned(), address, what })
        }
        _ => Ok(Some(SocketAddr::new(address, port))),
    }
}
