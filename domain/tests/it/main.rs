//! The domain as its callers see it, on a real database each: SQLite, or PostgreSQL with `TEST_DB=postgres`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod accounts;
mod audit;
mod challenges;
mod comments;
mod edits;
mod feed;
mod governance;
mod invites;
mod labels;
mod moderation;
mod moderators;
mod posts;
mod reports;
mod requests;
mod screening;
mod seed;
mod submolts;
mod votes;
