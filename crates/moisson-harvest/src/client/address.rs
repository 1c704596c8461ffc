//! Which addresses are public. Everything else is refused unless a source's allow-list names it.
//!
//! After the [IPv4](https://www.iana.org/assignments/iana-ipv4-special-registry) and
//! [IPv6](https://www.iana.org/assignments/iana-ipv6-special-registry) special-purpose registries, plus the
//! metadata services of clouds that sit on addresses which look public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of address it is, if it is not a public one.
pub(super) fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => not_public_v4(address),
        IpAddr::V6(address) => not_public_v6(address),
    }
}

/// First address, length of the prefix, what it is.
const V4: &[([u8; 4], u32, &str)] = &[
    ([0, 0, 0, 0], 8, "this network"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "shared by carriers"),
    ([127, 0, 0, 0], 8, "loopback"),
    ([168, 63, 129, 16], 32, "cloud metadata"),
    ([169, 254, 0, 0], 16, "link-local, cloud metadata"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "protocol assignments"),
    ([192, 0, 2, 0], 24, "documentation"),
    ([192, 88, 99, 0], 24, "6to4 relay"),
    ([192, 168, 0, 0], 16, "private"),
    ([198, 18, 0, 0], 15, "benchmarking"),
    ([198, 51, 100, 0], 24, "documentation"),
    ([203, 0, 113, 0], 24, "documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([240, 0, 0, 0], 4, "reserved"),
];

/// Within `2000::/3`, the only part of IPv6 that is public at all.
const V6: &[([u16; 8], u32, &str)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "protocol assignments"),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "documentation"),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "documentation"),
];

fn not_public_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    V4.iter()
        .find(|(first, length, _)| (bits ^ Ipv4Addr::from(*first).to_bits()) >> (32 - length) == 0)
        .map(|(_, _, what)| *what)
}

fn not_public_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    let embedded =
        |high: u16, low: u16| not_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => return Some("unspecified"),
        [0, 0, 0, 0, 0, 0, 0, 1] => return Some("loopback"),
        // IPv4-mapped: the connection would be an IPv4 one. NAT64: a router makes it one.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            return embedded(high, low);
        }
        [0xfe80..=0xfebf, ..] => return Some("link-local"),
        [0xfec0..=0xfeff, ..] => return Some("site-local"),
        [0xfc00..=0xfdff, ..] => return Some("private"),
        [0xff00..=0xffff, ..] => return Some("multicast"),
        [0x2002, high, low, ..] => {
            // 6to4: a router unwraps it.
            if let Some(what) = embedded(high, low) {
                return Some(what);
            }
        }
        [first, ..] if first & 0xe000 != 0x2000 => return Some("reserved"),
        _ => {}
    }
    let bits = address.to_bits();
    V6.iter()
        .find(|(first, length, _)| (bits ^ Ipv6Addr::from(*first).to_bits()) >> (128 - length) == 0)
        .map(|(_, _, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(address: &str, what: &str) {
        assert_eq!(not_public(address.parse().unwrap()), Some(what), "{address}");
    }

    #[track_caller]
    fn public(address: &str) {
        assert_eq!(not_public(address.parse().unwrap()), None, "{address}");
    }

    #[test]
    fn addresses_of_no_public_network_are_refused() {
        refused("0.0.0.0", "this network");
        refused("0.1.2.3", "this network");
        refused("10.255.255.255", "private");
        refused("100.64.0.1", "shared by carriers");
        refused("100.100.100.200", "shared by carriers");
        refused("127.0.0.1", "loopback");
        refused("127.255.255.254", "loopback");
        refused("168.63.129.16", "cloud metadata");
        refused("169.254.169.254", "link-local, cloud metadata");
        refused("172.16.0.1", "private");
        refused("172.31.255.255", "private");
        refused("192.0.0.192", "protocol assignments");
        refused("192.168.1.1", "private");
        refused("198.19.255.255", "benchmarking");
        refused("224.0.0.251", "multicast");
        refused("255.255.255.255", "reserved");
        refused("::", "unspecified");
        refused("::1", "loopback");
        refused("::2", "reserved");
        refused("::127.0.0.1", "reserved");
        refused("::ffff:127.0.0.1", "loopback");
        refused("::ffff:169.254.169.254", "link-local, cloud metadata");
        refused("::ffff:0:127.0.0.1", "reserved");
        refused("64:ff9b::10.0.0.1", "private");
        refused("64:ff9b:1::1", "reserved");
        refused("100::1", "reserved");
        refused("2001::1", "protocol assignments");
        refused("2001:db8::1", "documentation");
        refused("2002:7f00:1::", "loopback");
        refused("3fff::1", "documentation");
        refused("5f00::1", "reserved");
        refused("fd00:ec2::254", "private");
        refused("fe80::1", "link-local");
        refused("fec0::1", "site-local");
        refused("ff02::1", "multicast");
    }

    #[test]
    fn public_addresses_pass() {
        public("1.1.1.1");
        public("9.255.255.255");
        public("11.0.0.0");
        public("100.63.255.255");
        public("100.128.0.0");
        public("172.15.255.255");
        public("172.32.0.0");
        public("192.169.0.0");
        public("223.255.255.255");
        public("::ffff:1.1.1.1");
        public("64:ff9b::1.1.1.1");
        public("2002:101:101::1");
        public("2a01:e0a::1");
        public("2606:4700:4700::1111");
    }
}
