//! A source's allow-list: what it may reach although it is not public.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::ConfigError;

/// One entry: `127.0.0.1:8080`, `10.1.0.0/16`, `[fd00::]/8`, `intranet.example`, `intranet.example:8443`.
///
/// A name stands for whatever addresses it has; without a port, any port is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Allowed {
    what: What,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum What {
    Network { first: IpAddr, prefix: u8 },
    Name(String),
}

impl Allowed {
    /// Whether the entry covers this address and port.
    pub fn covers(&self, address: IpAddr, port: u16) -> bool {
        let What::Network { first, prefix } = &self.what else { return false };
        self.port.is_none_or(|own| own == port) && within(address, *first, *prefix)
    }

    /// Whether the entry names this host (in lower case) and port.
    pub fn names(&self, host: &str, port: u16) -> bool {
        matches!(&self.what, What::Name(name) if name == host.trim_end_matches('.'))
            && self.port.is_none_or(|own| own == port)
    }
}

fn within(address: IpAddr, first: IpAddr, prefix: u8) -> bool {
    // An IPv4 address in IPv6 clothes is the IPv4 address.
    match (address.to_canonical(), first.to_canonical()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            (a.to_bits() ^ b.to_bits()).checked_shr(32 - u32::from(prefix.min(32))).unwrap_or(0) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            (a.to_bits() ^ b.to_bits()).checked_shr(128 - u32::from(prefix.min(128))).unwrap_or(0) == 0
        }
        _ => false,
    }
}

impl FromStr for Allowed {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        parse(text).ok_or_else(|| ConfigError {
            key: Some("allow".to_owned()),
            reason: format!(
                "`{text}` is no address, network or host name; write it like `127.0.0.1:8080`, `10.1.0.0/16`, \
                 `[::1]:8080` or `intranet.example`"
            ),
        })
    }
}

fn parse(text: &str) -> Option<Allowed> {
    if let Some((first, prefix)) = text.split_once('/') {
        let first: IpAddr = bare(first).parse().ok()?;
        let prefix: u8 = prefix.parse().ok()?;
        let longest = if first.is_ipv4() { 32 } else { 128 };
        return (prefix <= longest).then_some(Allowed { what: What::Network { first, prefix }, port: None });
    }
    if let Ok(address) = bare(text).parse::<IpAddr>() {
        return Some(Allowed { what: network(address), port: None });
    }
    // Through the same parser as the URLs that it will be compared with.
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return None;
    }
    // The parser drops `:80` as the default port.
    let port = text.rsplit_once(':').map(|(_, port)| port.parse::<u16>()).transpose().ok()?;
    let what = match url.host()? {
        Host::Ipv4(address) => network(IpAddr::V4(address)),
        Host::Ipv6(address) => network(IpAddr::V6(address)),
        Host::Domain(name) => What::Name(name.trim_end_matches('.').to_owned()),
    };
    Some(Allowed { what, port })
}

fn bare(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

fn network(address: IpAddr) -> What {
    What::Network { first: address, prefix: if address.is_ipv4() { 32 } else { 128 } }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.what, self.port) {
            (What::Name(name), _) => f.write_str(name)?,
            (What::Network { first, prefix }, None) => write!(f, "{first}/{prefix}")?,
            (What::Network { first: IpAddr::V6(address), .. }, Some(_)) => write!(f, "[{address}]")?,
            (What::Network { first, .. }, Some(_)) => write!(f, "{first}")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl TryFrom<String> for Allowed {
    type Error = ConfigError;

    fn try_from(text: String) -> Result<Self, ConfigError> {
        text.parse()
    }
}

impl From<Allowed> for String {
    fn from(allowed: Allowed) -> Self {
        allowed.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(entry: &str, address: &str, port: u16) -> bool {
        entry.parse::<Allowed>().unwrap().covers(address.parse().unwrap(), port)
    }

    #[test]
    fn an_address_with_a_port_covers_that_port_only() {
        assert!(covers("127.0.0.1:8080", "127.0.0.1", 8080));
        assert!(!covers("127.0.0.1:8080", "127.0.0.1", 8081));
        assert!(!covers("127.0.0.1:8080", "127.0.0.2", 8080));
        assert!(covers("127.0.0.1:80", "127.0.0.1", 80));
        assert!(!covers("127.0.0.1:80", "127.0.0.1", 443));
        assert!(covers("[::1]:8080", "::1", 8080));
        assert!(!covers("[::1]:8080", "::1", 80));
        assert!(covers("127.0.0.1:8080", "::ffff:127.0.0.1", 8080));
    }

    #[test]
    fn a_network_covers_its_addresses_on_any_port() {
        assert!(covers("10.1.0.0/16", "10.1.255.255", 1));
        assert!(!covers("10.1.0.0/16", "10.2.0.0", 1));
        assert!(covers("0.0.0.0/0", "192.168.0.1", 1));
        assert!(covers("fd00::/8", "fdff::1", 1));
        assert!(!covers("fd00::/8", "fe80::1", 1));
        assert!(!covers("0.0.0.0/0", "::1", 1));
        assert!(covers("192.168.1.7", "192.168.1.7", 65535));
        assert!(covers("::1", "::1", 1));
    }

    #[test]
    fn a_name_covers_that_host() {
        let any: Allowed = "Intranet.Example".parse().unwrap();
        assert!(any.names("intranet.example", 80) && any.names("intranet.example.", 8443));
        assert!(!any.names("www.intranet.example", 80));
        let one: Allowed = "intranet.example:8443".parse().unwrap();
        assert!(one.names("intranet.example", 8443) && !one.names("intranet.example", 443));
        assert!(!any.covers([10, 0, 0, 1].into(), 80));
    }

    #[test]
    fn what_is_neither_is_refused_with_examples() {
        for wrong in ["", "10.0.0.0/33", "fd00::/129", "a/b", "http://x", "a:b", "a:70000", "u@h", "x y"] {
            let error = wrong.parse::<Allowed>().unwrap_err();
            assert!(error.reason.contains("`10.1.0.0/16`"), "{wrong}: {error}");
        }
    }

    #[test]
    fn entries_survive_being_written() {
        for text in ["127.0.0.1:8080", "10.1.0.0/16", "[::1]:8080", "fd00::/8", "a.example", "a.example:80"] {
            assert_eq!(text.parse::<Allowed>().unwrap().to_string(), text);
        }
    }
}
