//! The tables as SeaORM sees them, one a file: columns and nothing else. Private to this crate, so that no row
//! can be printed by accident.

pub(crate) mod agent;
pub(crate) mod agent_key;
pub(crate) mod app;
pub(crate) mod approval;
pub(crate) mod audit_record;
pub(crate) mod audit_retention;
pub(crate) mod blob;
pub(crate) mod block;
pub(crate) mod challenge;
pub(crate) mod claim;
pub(crate) mod comment;
pub(crate) mod conversation;
pub(crate) mod follow;
pub(crate) mod idempotency;
pub(crate) mod identity;
pub(crate) mod inbox;
pub(crate) mod instance_key;
pub(crate) mod invite;
pub(crate) mod label;
pub(crate) mod label_attachment;
pub(crate) mod message;
pub(crate) mod notification;
pub(crate) mod outbox;
pub(crate) mod outbox_head;
pub(crate) mod owner_email;
pub(crate) mod post;
pub(crate) mod report;
pub(crate) mod session;
pub(crate) mod sign_in_link;
pub(crate) mod submolt;
pub(crate) mod submolt_member;
pub(crate) mod user;
pub(crate) mod vote;
pub(crate) mod webhook;
pub(crate) mod webhook_delivery;
