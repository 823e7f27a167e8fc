//! Whose address a request came from: the peer's, or what a trusted proxy says of it.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client, as a request extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

impl ClientAddr {
    /// What limits count by: a household or a rented machine has a whole /64 of IPv6 to itself.
    pub fn key(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        }
    }
}

/// The proxies whose word is taken.
#[derive(Clone, Debug)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Believes the proxies in these networks.
    pub fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    /// The right-most hop that is not a trusted proxy.
    ///
    /// Everything to its left was written by it or by somebody before it, and may be invented.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddr {
        let mut nearest = peer.to_canonical();
        if !self.trusts(nearest) {
            return ClientAddr(nearest);
        }
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
        let hops = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        for hop in hops {
            // A hop that cannot be read hides all that stand before it.
            let Some(hop) = address(hop) else { break };
            nearest = hop;
            if !self.trusts(hop) {
                break;
            }
        }
        ClientAddr(nearest)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Finds the client's address once, for everything that needs it.
pub async fn find(State(trusted): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    // Without a socket (a router driven directly, as tests do) all requests come from one place.
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
    let client = trusted.client(peer, request.headers());
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// An address as proxies write it: bare, in brackets, with or without a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse::<IpAddr>()
        .ok()
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn client(trusted: &[&str], peer: &str, lines: &[&str]) -> String {
        let networks: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        TrustedProxies::new(&networks).client(peer.parse().unwrap(), &headers).0.to_string()
    }

    #[rstest]
    #[case::nobody_is_trusted(&[], "203.0.113.9", &["198.51.100.1"], "203.0.113.9")]
    #[case::the_peer_is_no_proxy(&["10.0.0.0/8"], "203.0.113.9", &["198.51.100.1"], "203.0.113.9")]
    #[case::one_proxy(&["10.0.0.0/8"], "10.1.1.1", &["198.51.100.1"], "198.51.100.1")]
    #[case::an_invented_hop_before_the_real_one(&["10.0.0.0/8"], "10.1.1.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1")]
    #[case::two_proxies(&["10.0.0.0/8"], "10.1.1.1", &["198.51.100.1, 10.2.2.2"], "198.51.100.1")]
    #[case::an_invented_proxy(&["10.0.0.0/8"], "10.1.1.1", &["10.9.9.9, 198.51.100.1"], "198.51.100.1")]
    #[case::several_header_lines(&["10.0.0.0/8"], "10.1.1.1", &["1.1.1.1", "198.51.100.1,10.2.2.2"], "198.51.100.1")]
    #[case::no_header(&["10.0.0.0/8"], "10.1.1.1", &[], "10.1.1.1")]
    #[case::an_empty_header(&["10.0.0.0/8"], "10.1.1.1", &[""], "10.1.1.1")]
    #[case::nonsense_hides_what_is_before_it(&["10.0.0.0/8"], "10.1.1.1", &["198.51.100.1, unknown, 10.2.2.2"], "10.2.2.2")]
    #[case::all_are_proxies(&["10.0.0.0/8"], "10.1.1.1", &["10.3.3.3, 10.2.2.2"], "10.3.3.3")]
    #[case::a_port(&["10.0.0.0/8"], "10.1.1.1", &["198.51.100.1:4711"], "198.51.100.1")]
    #[case::ipv6_with_brackets_and_port(&["::1/128"], "::1", &["[2001:db8::7]:4711"], "2001:db8::7")]
    #[case::ipv6_with_brackets(&["::1/128"], "::1", &["[2001:db8::7]"], "2001:db8::7")]
    #[case::an_ipv4_proxy_on_an_ipv6_socket(&["10.0.0.0/8"], "::ffff:10.1.1.1", &["198.51.100.1"], "198.51.100.1")]
    #[case::an_ipv4_client_in_ipv6_clothes(&["::1/128"], "::1", &["::ffff:198.51.100.1"], "198.51.100.1")]
    fn the_right_most_untrusted_hop_is_the_client(
        #[case] trusted: &[&str],
        #[case] peer: &str,
        #[case] lines: &[&str],
        #[case] expected: &str,
    ) {
        assert_eq!(client(trusted, peer, lines), expected);
    }

    #[rstest]
    #[case("198.51.100.1", "198.51.100.1")]
    #[case("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    #[case("2001:db8:1:2::", "2001:db8:1:2::")]
    fn limits_count_ipv6_by_its_network(#[case] address: &str, #[case] key: &str) {
        assert_eq!(ClientAddr(address.parse().unwrap()).key().to_string(), key);
    }
}
