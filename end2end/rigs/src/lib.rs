//! What load rigs and real clients need around a server: start one, give it a database, talk to it, print what was found.

/// A plain client of the agent API.
pub mod api;
/// Own PostgreSQL clusters.
pub mod postgres;
/// Child processes, ports, waiting.
pub mod process;
/// An own Redis.
pub mod redis;
/// Tables of figures beside targets, printed and kept as JSON.
pub mod report;
/// The server under test.
pub mod server;
/// Medians and percentiles.
pub mod stats;
/// The load generator `wrk`.
pub mod wrk;
