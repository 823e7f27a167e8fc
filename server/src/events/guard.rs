//! An HTTP client that connects to addresses of the Internet only.
//!
//! A name is looked up once for each connection, and what comes of it is both what is checked and what is connected to:
//! a name that answers otherwise the next time gains nothing by it. If one of its addresses is private, the name is
//! refused as a whole. An address in place of a name is never looked up, so it is checked before. Redirects are not
//! followed, and no proxy of the environment stands in between.

use anyhow::Context;
use domain::webhooks::address::{checked, is_global};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long an exchange may take in all.
pub const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("Moltbook/", env!("CARGO_PKG_VERSION"), " (webhook)");

/// The addresses of a name, or why there are none.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
/// Looks names up.
pub type Lookup = Arc<dyn Fn(String) -> Found + Send + Sync>;

/// A client that sends to the Internet.
#[derive(Clone)]
pub struct Guarded {
    http: reqwest::Client,
    private_too: bool,
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It would have gone to an address that is not called.
    #[error("{0}")]
    Refused(String),
    /// There was no answer.
    #[error("{0}")]
    Failed(String),
}

impl Guarded {
    /// With the names of this machine. `private_too` turns the check of addresses off.
    ///
    /// # Errors
    /// If this machine has no certificates to check others with.
    pub fn new(private_too: bool) -> anyhow::Result<Self> {
        Self::with_names(private_too, Arc::new(|name| Box::pin(look_up(name))))
    }

    /// With names from elsewhere.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_names(private_too: bool, lookup: Lookup) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .no_proxy()
            // A connection is used once: its address was checked for this message.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .dns_resolver(Arc::new(Names { lookup, private_too }))
            .build()
            .context("cannot make the client of webhooks")?;
        Ok(Self { http, private_too })
    }

    /// Posts JSON; returns the status. The body of the answer is not read.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn post(&self, url: &str, headers: &[(&'static str, String)], body: String) -> Result<u16, SendError> {
        let url = checked(url, self.private_too).map_err(|why| SendError::Refused(format!("the URL {why}")))?;
        let mut request = self.http.post(url).header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await.map_err(explained)?;
        Ok(answer.status().as_u16())
    }
}

/// The innermost reason; none of them names more than the receiver's own name.
fn explained(error: reqwest::Error) -> SendError {
    if error.is_timeout() {
        return SendError::Failed(format!("no answer within {} s", TIMEOUT.as_secs()));
    }
    let mut reason: &dyn Error = &error;
    while let Some(deeper) = reason.source() {
        if let Some(private) = deeper.downcast_ref::<Private>() {
            return SendError::Refused(private.to_string());
        }
        reason = deeper;
    }
    SendError::Failed(reason.to_string())
}

async fn look_up(name: String) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

struct Names {
    lookup: Lookup,
    private_too: bool,
}

/// A name leads to an address that is not called. Which one is nobody's business.
#[derive(Debug)]
struct Private;

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to a private address, which is not called")
    }
}

impl Error for Private {}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, private_too) = ((self.lookup)(name.as_str().to_owned()), self.private_too);
        Box::pin(async move {
            let found = found.await?;
            if !private_too && !found.iter().all(|address| is_global(*address)) {
                return Err(Private.into());
            }
            // Port 0 stands for the one of the URL.
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::net::TcpListener;

    /// A listener on a loopback address that counts who comes.
    async fn trap() -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&came);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        (port, came)
    }

    /// Every name leads to these addresses in turn, the last one again and again.
    fn names(answers: &[&[&str]]) -> (Lookup, Arc<AtomicUsize>) {
        let answers: Vec<Vec<IpAddr>> =
            answers.iter().map(|one| one.iter().map(|address| address.parse().unwrap()).collect()).collect();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let lookup: Lookup = Arc::new(move |_name| {
            let turn = count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
            let answer = answers[turn].clone();
            Box::pin(async move { Ok(answer) })
        });
        (lookup, asked)
    }

    async fn refused(guarded: &Guarded, url: &str) -> bool {
        matches!(guarded.post(url, &[], "{}".to_owned()).await, Err(SendError::Refused(_)))
    }

    #[tokio::test]
    async fn no_spelling_of_a_private_address_is_called() {
        let (port, came) = trap().await;
        let (lookup, _) = names(&[&["127.0.0.1"]]);
        let guarded = Guarded::with_names(false, lookup).unwrap();
        let hosts = [
            // Loopback, in every spelling that a parser of URLs knows.
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "127.255.255.254",
            "2130706433",
            "0x7f000001",
            "0x7F.0.0.1",
            "0x7f.1",
            "017700000001",
            "0177.0.0.1",
            "0177.0.0.01",
            "127.0.0.1.",
            "127.0x0.0.1",
            "①②⑦.0.0.1",
            "127。0。0。1",
            "%31%32%37.0.0.1",
            "0",
            "0.0.0.0",
            "00.0.0.0",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[0000::0001]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::1]",
            // What stands behind the machine: metadata services, private networks, carriers, link-local.
            "169.254.169.254",
            "[::ffff:169.254.169.254]",
            "0xa9fea9fe",
            "2852039166",
            "0251.0376.0251.0376",
            "[fd00:ec2::254]",
            "169.254.170.2",
            "100.100.100.200",
            "192.0.0.192",
            "10.0.0.1",
            "10.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.257",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "203.0.113.9",
            "[fe80::1]",
            "[fc00::1]",
            "[fdff::1]",
            "[2001:db8::1]",
            "[2002:a00:1::1]",
            "[ff02::1]",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            // Names that are known, and names that lead there.
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "ip6-localhost",
            "metadata.google.internal",
            "kubernetes.default.svc.cluster.local",
            "redis",
            "host.docker.internal",
            "router.lan",
            "127.0.0.1.nip.example",
            "localtest.example",
            "xn--7f-7bf.example",
        ];
        assert!(hosts.len() >= 60, "{}", hosts.len());
        for host in hosts {
            for url in [format!("http://{host}:{port}/x"), format!("https://{host}:{port}/")] {
                assert!(refused(&guarded, &url).await, "{url}");
            }
        }
        for url in [
            format!("http://example.org@127.0.0.1:{port}/"),
            format!("http://127.0.0.1:{port}@example.org/"),
            format!("http://example.org:{port}#@127.0.0.1/"),
            format!("http:\\\\127.0.0.1:{port}\\"),
            format!("http:127.0.0.1:{port}"),
            format!("http:///127.0.0.1:{port}/"),
            format!("http://127.0.0.1\t:{port}/"),
            format!("gopher://127.0.0.1:{port}/_x"),
            "http://127.0.0.1:22/".to_owned(),
            "file:///etc/passwd".to_owned(),
        ] {
            assert!(refused(&guarded, &url).await, "{url}");
        }
        assert_eq!(came.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn one_private_address_among_others_makes_a_name_private() {
        for answer in [
            &["93.184.216.34", "127.0.0.1"][..],
            &["10.0.0.1"],
            &["2606:4700::1", "::1"],
            &["::ffff:127.0.0.1"],
            &["64:ff9b::7f00:1"],
            &["169.254.169.254"],
        ] {
            let guarded = Guarded::with_names(false, names(&[answer]).0).unwrap();
            assert!(refused(&guarded, "https://hooks.example.org/").await, "{answer:?}");
        }
    }

    #[tokio::test]
    async fn what_is_checked_is_what_is_connected_to() {
        // The usual attack: a good answer for the check, a bad one for the connection. There is one look-up for both.
        let (lookup, asked) = names(&[&["93.184.216.34"], &["127.0.0.1"]]);
        let resolver = Names { lookup, private_too: false };
        let first: Vec<SocketAddr> = resolver.resolve("rebind.example".parse().unwrap()).await.unwrap().collect();
        assert_eq!(first, ["93.184.216.34:0".parse().unwrap()]);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert!(resolver.resolve("rebind.example".parse().unwrap()).await.is_err());

        let (port, came) = trap().await;
        let (lookup, asked) = names(&[&["127.0.0.1"]]);
        let guarded = Guarded::with_names(false, lookup).unwrap();
        for round in 1..=3 {
            assert!(refused(&guarded, &format!("http://rebind.example:{port}/")).await);
            assert_eq!(asked.load(Ordering::SeqCst), round, "one look-up a connection");
        }
        assert_eq!(came.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn the_check_can_be_turned_off() {
        let (port, came) = trap().await;
        let guarded = Guarded::with_names(true, names(&[&["127.0.0.1"]]).0).unwrap();
        // The trap accepts and closes: there is a connection, and no answer.
        for url in [format!("http://127.0.0.1:{port}/"), format!("http://hooks.example.org:{port}/")] {
            assert!(matches!(guarded.post(&url, &[], String::new()).await, Err(SendError::Failed(_))), "{url}");
        }
        assert!(came.load(Ordering::SeqCst) >= 2);
    }
}
