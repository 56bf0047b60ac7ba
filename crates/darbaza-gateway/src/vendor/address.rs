//! Which addresses are out in the public network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is out in the public network. Everything else - loopback, private, link-local,
/// shared, multicast, and the same inside IPv6 - belongs to some local network. The addresses of
/// documentation (RFC 5737, RFC 3849) are nobody's: there is nothing inside to protect from them.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// IANA special-purpose address registry for IPv4 (RFC 6890 and its successors).
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b); // RFC 6598
    let protocol = a == 192 && b == 0 && c == 0; // RFC 6890
    let relay = a == 192 && b == 88 && c == 99; // RFC 7526
    let benchmark = a == 198 && (b == 18 || b == 19); // RFC 2544
    !(a == 0
        || a >= 224 // multicast, reserved, broadcast
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || shared
        || protocol
        || relay
        || benchmark)
}

/// Only 2000::/3 is handed out; what embeds an IPv4 address is judged by that address.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = segments {
        return is_public_v4(embedded(high, low)); // RFC 6052
    }
    match segments {
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)), // 6to4, RFC 3056
        [0x2001, 0, ..] => false,                                     // Teredo, RFC 4380
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_internet_routes_is_public() {
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "203.0.113.1",
            "2606:4700::1111",
            "2001:db8::1",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for local in [
            "0.0.0.0",
            "127.0.0.1",
            "127.8.8.8",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:1.1.1.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "2001::1",
        ] {
            assert!(!is_public(local.parse().unwrap()), "{local}");
        }
    }
}
