//! The server: the one place where the agent API, the site and the domain are wired together.

pub mod api;
pub mod bench_data;
pub mod config;
mod connections;
pub mod demo;
pub mod events;
mod files;
pub mod http;
mod inspect;
mod oidc;
pub mod ops;
pub mod redis;
pub mod serve;
pub mod state;
pub mod telemetry;
