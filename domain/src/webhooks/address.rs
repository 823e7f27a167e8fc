//! Which addresses a webhook may have: those that anybody on the Internet could reach by themselves.
//!
//! A server that calls what its users name can be sent against its own network. So only global addresses are called.
//! The text of a URL is looked at when it is registered, for a clear answer. What protects is the second look, at the
//! addresses that a name resolves to at the moment of the connection: whoever connects asks [`is_global`] then.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// First address and length of each network that is not for everybody (the IANA special-purpose registries), multicast
/// and reserved ones included.
const NOT_GLOBAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is global in IPv6 lies in here. Outside are loopback, link-local, unique local and multicast addresses, and
/// those that carry an IPv4 address: mapped, compatible, translated (NAT64).
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is not global in it all the same: protocol assignments (Teredo among them), documentation, 6to4.
const NOT_GLOBAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Ends of names that never lead to a global address.
const NOT_GLOBAL_NAMES: [&str; 6] = ["localhost", "local", "internal", "home.arpa", "lan", "localdomain"];

/// Whether anybody on the Internet could reach this address.
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !NOT_GLOBAL_V4.iter().any(|(first, length)| {
            let mask = u32::MAX << (32 - length);
            v4.to_bits() & mask == first.to_bits()
        }),
        IpAddr::V6(v6) => {
            let within = |(first, length): &(Ipv6Addr, u32)| {
                let mask = u128::MAX << (128 - length);
                v6.to_bits() & mask == first.to_bits()
            };
            within(&GLOBAL_V6) && !NOT_GLOBAL_V6.iter().any(within)
        }
    }
}

/// The URL of a webhook, if it can be one as far as its text tells.
///
/// # Errors
/// What is wrong with it, to be put behind the name of the field.
pub fn checked(text: &str, private_too: bool) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim()).map_err(|_not_an_address| "must be an http or https address")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must be an http or https address");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user or a password; the signature tells you who sends");
    }
    // Other low ports belong to protocols that could be spoken to by accident.
    if !matches!(url.port_or_known_default(), Some(80 | 443 | 1024..)) {
        return Err("must use port 80, port 443 or one above 1023");
    }
    let is_public = match url.host() {
        None => return Err("must name a host"),
        _ if private_too => true,
        // Also what was written in octal, hexadecimal or as one number: the parser reads it as whoever connects does.
        Some(Host::Ipv4(v4)) => is_global(v4.into()),
        Some(Host::Ipv6(v6)) => is_global(v6.into()),
        Some(Host::Domain(name)) => is_public_name(name),
    };
    if is_public { Ok(url) } else { Err("must be reachable from the Internet; private addresses are not called") }
}

fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ends_with = |end: &&str| name.strip_suffix(*end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    name.contains('.') && !NOT_GLOBAL_NAMES.iter().any(ends_with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_internet_are_global() {
        for global in [
            "1.1.1.1",
            "8.8.8.8",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "2a00:1450::1",
            "2003::1",
        ] {
            assert!(is_global(global.parse().unwrap()), "{global}");
        }
    }

    #[test]
    fn all_others_are_not() {
        for inner in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_global(inner.parse().unwrap()), "{inner}");
        }
    }

    #[test]
    fn the_text_of_a_url_tells_most_of_what_is_wrong() {
        for right in [
            "https://hooks.example.org/x?y=z",
            "http://example.org",
            "https://example.org:8443/",
            "http://1.1.1.1:1024",
            "https://[2606:4700:4700::1111]/",
            "https://local.example.org",
            "https://bücher.example/",
        ] {
            assert!(checked(right, false).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "example.org",
            "/x",
            "ftp://example.org",
            "file:///etc/passwd",
            "gopher://example.org:80/",
            "https://user@example.org",
            "https://:pass@example.org",
            "http://example.org:22",
            "http://example.org:0",
            "http://",
            "javascript:alert(1)",
        ] {
            assert!(checked(wrong, true).is_err(), "{wrong}");
        }
        for private in ["http://localhost", "http://redis:6379", "http://a.localhost.", "http://db.svc.cluster.local"] {
            assert!(checked(private, false).is_err() && checked(private, true).is_ok(), "{private}");
        }
    }
}
