//! How many clients may listen at a time: from one address, and in all.

use crate::config;
use crate::http::client_addr::ClientAddr;
use crate::http::error::ApiError;
use crate::telemetry::metrics::Metrics;
use dashmap::DashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use types::error::Code;

/// When a client that found no place may ask again.
const WAIT_SECONDS: u64 = 30;

/// The places of one replica. Clones share them.
#[derive(Clone)]
pub struct Clients(Arc<Places>);

struct Places {
    in_all: usize,
    per_address: u32,
    taken: AtomicUsize,
    addresses: DashMap<IpAddr, u32>,
    metrics: Metrics,
}

/// A place, free again when it is dropped.
pub struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Clients {
    /// As many places as the settings say, all free.
    pub fn new(settings: &config::Events) -> Self {
        Self(Arc::new(Places {
            in_all: settings.events_max_clients,
            per_address: settings.per_address,
            taken: AtomicUsize::new(0),
            addresses: DashMap::new(),
            metrics: Metrics::default(),
        }))
    }

    /// A place for a client, or why there is none.
    pub fn enter(&self, client: ClientAddr) -> Result<Place, ApiError> {
        let places = &self.0;
        if places.taken.fetch_add(1, Ordering::AcqRel) >= places.in_all {
            places.taken.fetch_sub(1, Ordering::AcqRel);
            places.metrics.refused("events");
            return Err(full(Code::Unavailable, "This instance has no place left for another listener"));
        }
        let address = client.key();
        {
            let mut here = places.addresses.entry(address).or_insert(0);
            if places.per_address == 0 || *here < places.per_address {
                *here += 1;
                places.metrics.listener(1);
                return Ok(Place { places: Arc::clone(places), address });
            }
        }
        places.taken.fetch_sub(1, Ordering::AcqRel);
        places.metrics.refused("events_per_address");
        Err(full(Code::RateLimited, "Too many listeners from your address"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(mut here) = self.places.addresses.get_mut(&self.address) {
            *here -= 1;
        }
        self.places.addresses.remove_if(&self.address, |_, here| *here == 0);
        self.places.taken.fetch_sub(1, Ordering::AcqRel);
        self.places.metrics.listener(-1);
    }
}

fn full(code: Code, message: &str) -> ApiError {
    ApiError::of(code, message, "Close a stream you do not need, or try again later").retry_after(WAIT_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn clients(flags: &[&str]) -> Clients {
        Clients::new(&Config::from_flags(flags).unwrap().events)
    }

    fn addr(text: &str) -> ClientAddr {
        ClientAddr(text.parse().unwrap())
    }

    fn refusal(clients: &Clients, client: &str) -> Option<Code> {
        clients.enter(addr(client)).err().map(|e| e.into_problem().code)
    }

    #[test]
    fn an_address_has_some_places_and_gets_back_what_it_leaves() {
        let clients = clients(&["--limit-events-per-address=2"]);
        let (first, _second) = (clients.enter(addr("192.0.2.1")).unwrap(), clients.enter(addr("192.0.2.1")).unwrap());
        assert_eq!(refusal(&clients, "192.0.2.1"), Some(Code::RateLimited));
        assert_eq!(refusal(&clients, "192.0.2.2"), None);
        drop(first);
        assert_eq!(refusal(&clients, "192.0.2.1"), None);
    }

    #[test]
    fn an_instance_has_some_places_in_all() {
        let clients = clients(&["--events-max-clients=2", "--limit-events-per-address=0"]);
        let held: Vec<Place> = (0..2).map(|_| clients.enter(addr("192.0.2.1")).unwrap()).collect();
        assert_eq!(refusal(&clients, "192.0.2.2"), Some(Code::Unavailable));
        drop(held);
        assert_eq!(refusal(&clients, "192.0.2.2"), None);
        assert!(clients.0.addresses.is_empty());
    }
}
