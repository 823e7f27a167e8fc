//! What stands between a socket and a handler: who asks, how much they may, and how they are answered.

pub mod auth;
pub mod availability;
pub mod cache;
pub mod client_addr;
mod company;
pub mod csrf;
pub mod door;
pub mod error;
mod export;
pub mod extract;
pub mod headers;
pub mod idempotency;
pub mod limits;
pub mod observe;
pub mod origin;
pub mod plain;
mod proxy_auth;
pub mod request_id;
pub mod router;
pub mod sessions;
pub mod sign_in;
pub mod site;
