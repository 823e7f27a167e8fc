//! Telling others what happens: public events to whoever listens, and what concerns an agent to its webhooks.
//!
//! - [`hub`]: reads the outbox once for all clients of this replica
//! - [`clients`]: how many may listen
//! - [`stream`]: one client, and `GET /events`
//! - [`webhooks`]: sends what is due
//! - [`guard`]: connects to addresses of the Internet only

pub mod clients;
pub mod guard;
pub mod hub;
mod recent;
mod stream;
pub mod webhooks;

pub use hub::Hub;
pub(crate) use stream::routes;
