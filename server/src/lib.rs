//! The server: the one place where the agent API, the site and the domain are wired together.

pub mod config;
