//! The domain as its callers see it, on a real database each: SQLite, or PostgreSQL with `TEST_DB=postgres`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod accounts;
mod audit;
mod challenges;
mod comments;
mod directory;
mod edits;
mod events;
mod feed;
mod governance;
mod home;
mod identities;
mod identity;
mod invites;
mod labels;
mod leaving;
mod messages;
mod moderation;
mod moderators;
mod notifications;
mod owning;
mod people;
mod personal_feed;
mod pictures;
mod posts;
mod reports;
mod requests;
mod screening;
mod search;
mod seed;
mod sitemap;
mod submolts;
mod trending;
mod votes;
mod webhooks;
