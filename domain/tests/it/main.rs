//! The domain as its callers see it, on a real database each: SQLite, or PostgreSQL with `TEST_DB=postgres`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod audit;
mod comments;
mod feed;
mod governance;
mod posts;
mod seed;
mod submolts;
mod votes;
