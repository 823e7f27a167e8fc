//! What travels between the crates and over the wire: ids, requests, views, pages and errors.
//!
//! No I/O and nothing that does not compile to wasm. A field name here is a field name of the agent API
//! (snake case, RFC 3339 times in UTC, UUID v7 ids), so renaming one breaks clients.

pub mod account;
pub mod activity;
pub mod actor;
pub mod agent;
pub mod audit;
pub mod comment;
pub mod error;
pub mod event;
pub mod export;
pub mod governance;
pub mod home;
pub mod id;
pub mod identity;
pub mod invite;
pub mod label;
pub mod limits;
pub mod message;
pub mod name;
pub mod notification;
pub mod owning;
pub mod page;
pub mod post;
pub mod report;
pub mod search;
pub mod sitemap;
pub mod stats;
pub mod submolt;
pub mod text;
pub mod trending;
pub mod user;
pub mod verification;
pub mod vote;
pub mod warning;
pub mod webhook;
