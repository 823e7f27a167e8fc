//! What the server promises, tried from outside; one binary, so that it is linked once.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod admin;
mod api_account;
mod api_admin;
mod api_agents;
mod api_docs;
mod api_forum;
mod api_idempotency;
mod api_limits;
mod api_moderation;
mod api_plain;
mod api_screening;
mod api_search;
mod api_social;
mod app;
mod authorization;
mod collector;
mod company;
mod described;
mod events;
mod files;
mod lifecycle;
mod own;
mod process;
mod provider;
mod secrets;
mod settings;
mod site;
mod telemetry;
mod webhooks;
