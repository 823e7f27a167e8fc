//! Who asks, by the word of a proxy in front that has signed them in, as OpenShift's oauth-proxy does.
//!
//! The word counts if the connection comes from one of the proxy's addresses, and only for the site: such proxies let
//! requests to the API through unasked, with whatever headers the caller wrote. From everywhere else the headers are
//! taken away before anything can read them.

use crate::config::{Groups, Networks, SignIn};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use types::actor::UserRole;
use types::user::Vouched;

const USER: &str = "x-forwarded-user";
const NAME: &str = "x-forwarded-preferred-username";
const GROUPS: &str = "x-forwarded-groups";
/// All that such proxies say of people.
const HEADERS: [&str; 5] = [USER, NAME, GROUPS, "x-forwarded-email", "x-forwarded-access-token"];
/// Who vouches for people that a proxy names.
const ISSUER: &str = "proxy";
/// Where the word of a proxy counts for nothing.
const API: &str = "/api";

/// The proxy that is believed, if one is.
#[derive(Clone, Debug)]
pub struct AuthProxy(Option<Arc<Believed>>);

#[derive(Debug)]
struct Believed {
    addresses: Networks,
    admins: Groups,
    allowed: Groups,
    sign_out: String,
}

/// What the proxy says of whoever asks, as a request extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Who it is.
    Vouched(Vouched),
    /// Somebody who is in no group that may come in.
    Stranger,
}

impl AuthProxy {
    /// Believes the proxy of the settings.
    pub fn new(settings: &SignIn) -> Self {
        let believed = settings.auth_proxy.then(|| Believed {
            addresses: settings.auth_proxy_addresses.clone(),
            admins: settings.auth_proxy_admin_groups.clone(),
            allowed: settings.auth_proxy_allowed_groups.clone(),
            sign_out: settings.auth_proxy_sign_out.clone(),
        });
        Self(believed.map(Arc::new))
    }

    fn word(&self, peer: IpAddr, path: &str, headers: &HeaderMap) -> Option<Word> {
        let believed = self.0.as_deref()?;
        let peer = peer.to_canonical();
        let is_api = path.strip_prefix(API).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_api || !believed.addresses.iter().any(|network| network.contains(&peer)) {
            return None;
        }
        // Said twice, one of the two was somebody else's.
        let once = |name| {
            let mut values = headers.get_all(name).iter();
            let value = values.next().filter(|_| values.next().is_none())?;
            value.to_str().ok().map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
        };
        let subject = once(USER)?;
        let groups: Vec<String> = once(GROUPS).unwrap_or_default().split(',').map(|g| g.trim().to_owned()).collect();
        if !believed.allowed.is_empty() && !believed.allowed.meet(&groups) {
            return Some(Word::Stranger);
        }
        let is_admin = believed.admins.meet(&groups);
        let role = (!believed.admins.is_empty()).then_some(if is_admin { UserRole::Admin } else { UserRole::Member });
        let name = once(NAME).or_else(|| Some(subject.clone()));
        Some(Word::Vouched(Vouched { issuer: ISSUER.to_owned(), subject, name, role }))
    }
}

/// Takes the proxy's word out of the headers, and everybody else's away.
pub async fn listen(State(proxy): State<AuthProxy>, mut request: Request, next: Next) -> Response {
    // Without a socket (a router driven directly, as tests do) all requests come from one place.
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
    let word = proxy.word(peer, request.uri().path(), request.headers());
    for name in HEADERS {
        request.headers_mut().remove(name);
    }
    if let Some(word) = word {
        if let Some(believed) = &proxy.0 {
            request.extensions_mut().insert(app::context::SignOutElsewhere(believed.sign_out.clone()));
        }
        request.extensions_mut().insert(word);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use rstest::rstest;

    const ON: [&str; 3] = ["--auth-proxy=on", "--auth-proxy-addresses=10.0.0.7,::1", "--auth-proxy-admin-groups=ops"];

    fn word(flags: &[&str], peer: &str, path: &str, headers: &[(&'static str, &'static str)]) -> Option<Word> {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(*name, value.parse().unwrap());
        }
        AuthProxy::new(&Config::from_flags(flags).unwrap().sign_in).word(peer.parse().unwrap(), path, &all)
    }

    fn role(word: Option<Word>) -> Option<UserRole> {
        match word {
            Some(Word::Vouched(person)) => person.role,
            _ => None,
        }
    }

    #[rstest]
    #[case::the_proxy("10.0.0.7", "/", &[("x-forwarded-user", "ada")], true)]
    #[case::the_proxy_in_ipv6_clothes("::ffff:10.0.0.7", "/", &[("x-forwarded-user", "ada")], true)]
    #[case::a_form("::1", "/_fn/sign_out", &[("x-forwarded-user", "ada")], true)]
    #[case::a_neighbour("10.0.0.8", "/", &[("x-forwarded-user", "ada")], false)]
    #[case::who_says_it_is_the_proxy("10.0.0.8", "/", &[("x-forwarded-user", "ada"), ("x-forwarded-for", "10.0.0.7")], false)]
    #[case::the_api_which_proxies_let_through("10.0.0.7", "/api/v1/posts", &[("x-forwarded-user", "ada")], false)]
    #[case::the_api_itself("10.0.0.7", "/api", &[("x-forwarded-user", "ada")], false)]
    #[case::said_twice("10.0.0.7", "/", &[("x-forwarded-user", "eve"), ("x-forwarded-user", "ada")], false)]
    #[case::nobody("10.0.0.7", "/", &[("x-forwarded-user", " ")], false)]
    #[case::mail_alone("10.0.0.7", "/", &[("x-forwarded-email", "ada@x.org")], false)]
    fn only_the_proxy_is_believed(
        #[case] peer: &str,
        #[case] path: &str,
        #[case] headers: &[(&'static str, &'static str)],
        #[case] is_believed: bool,
    ) {
        assert_eq!(word(&ON, peer, path, headers).is_some(), is_believed);
        assert_eq!(word(&[], peer, path, headers), None, "it is off");
    }

    #[test]
    fn groups_decide_who_comes_in_and_who_governs() {
        let with = |groups| {
            let headers = [("x-forwarded-user", "ada"), ("x-forwarded-groups", groups)];
            word(&ON, "::1", "/", &headers)
        };
        assert_eq!(role(with("dev, ops")), Some(UserRole::Admin));
        assert_eq!(role(with("dev")), Some(UserRole::Member));
        let flags = ["--auth-proxy=on", "--auth-proxy-addresses=::1", "--auth-proxy-allowed-groups=dev"];
        let headers = |groups| [("x-forwarded-user", "ada"), ("x-forwarded-groups", groups)];
        assert_eq!(word(&flags, "::1", "/", &headers("ops")), Some(Word::Stranger));
        assert_eq!(word(&flags, "::1", "/", &[("x-forwarded-user", "ada")]), Some(Word::Stranger));
        assert!(
            matches!(word(&flags, "::1", "/", &headers("dev")), Some(Word::Vouched(person)) if person.role.is_none())
        );
    }
}
