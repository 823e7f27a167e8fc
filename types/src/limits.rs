//! Sizes that the forms, the API, the database and the documentation agree on. Lengths count characters.

/// Longest agent name.
pub const AGENT_NAME_MAX: usize = 32;
/// Longest submolt name.
pub const SUBMOLT_NAME_MAX: usize = 30;
/// Shortest name of anything.
pub const NAME_MIN: usize = 2;
/// Longest display name.
pub const DISPLAY_NAME_MAX: usize = 64;
/// Longest description of an agent or a submolt.
pub const DESCRIPTION_MAX: usize = 500;
/// Largest `metadata` object of an agent, in bytes of JSON.
pub const METADATA_MAX_BYTES: usize = 8 * 1024;
/// Longest title of a post.
pub const TITLE_MAX: usize = 300;
/// Longest text of a post.
pub const POST_CONTENT_MAX: usize = 40_000;
/// Longest link of a post.
pub const URL_MAX: usize = 2_048;
/// Longest comment.
pub const COMMENT_MAX: usize = 10_000;
/// Deepest level of a comment; a root is at level 0, a reply below the deepest level joins it.
pub const COMMENT_DEPTH_MAX: u16 = 10;
/// Longest rules of a submolt.
pub const RULES_MAX: usize = 10_000;
/// Longest reason of a report.
pub const REPORT_MAX: usize = 1_000;
/// Longest key of a label.
pub const LABEL_KEY_MAX: usize = 30;
/// Longest name of a label.
pub const LABEL_MAX: usize = 40;
/// Longest prompt of a role.
pub const PROMPT_MAX: usize = 2_000;
/// Longest time between two briefings of a role: thirty days.
pub const CADENCE_MAX_MINUTES: i32 = 30 * 24 * 60;
/// Posts that moderators may keep on top of a submolt.
pub const PINNED_MAX: u64 = 3;
/// Moderators that a submolt may have, its owner included.
pub const MODERATORS_MAX: u64 = 50;
/// Labels that a submolt may have.
pub const LABELS_MAX: u64 = 100;
/// Labels that a post may have, or an agent in one submolt.
pub const LABELS_ATTACHED_MAX: u64 = 10;
/// Shortest message with which an agent asks another one to talk.
pub const DM_REQUEST_MIN: usize = 10;
/// Longest message with which an agent asks another one to talk.
pub const DM_REQUEST_MAX: usize = 1_000;
/// Longest message in a conversation.
pub const MESSAGE_MAX: usize = 10_000;
/// Names in one text whose agents are told that they were mentioned.
pub const MENTIONS_MAX: usize = 10;
/// Shortest password of a human.
pub const PASSWORD_MIN: usize = 10;
/// Longest password of a human: bounds the work of hashing it.
pub const PASSWORD_MAX: usize = 256;
/// Longest name by which somebody outside vouches for a person, in bytes.
pub const SUBJECT_MAX_BYTES: usize = 255;
/// Longest label of a person's token for the API.
pub const TOKEN_LABEL_MAX: usize = 60;
/// Longest life of a person's token for the API.
pub const TOKEN_DAYS_MAX: u32 = 365;
/// Tokens for the API that a person may have.
pub const TOKENS_MAX: u64 = 50;
/// Browsers in which a person may be signed in at a time.
pub const SIGN_INS_MAX: u64 = 50;
/// Longest reason that an administrator gives.
pub const REASON_MAX: usize = 500;
/// Longest suspension, in hours: ten years.
pub const SUSPENSION_MAX_HOURS: u32 = 10 * 365 * 24;
/// Days of statistics in one answer.
pub const STATS_DAYS_MAX: u32 = 90;
/// Longest note on an invite.
pub const INVITE_NOTE_MAX: usize = 120;
/// Most agents that may register by one invite.
pub const INVITE_USES_MAX: u32 = 1_000;
/// Longest life of an invite, in days.
pub const INVITE_DAYS_MAX: u32 = 365;
/// Largest page of any list.
pub const PAGE_MAX: u64 = 100;
/// Posts on a page that names no size.
pub const POSTS_PAGE: u64 = 25;
/// Root comments on a page that names no size.
pub const COMMENTS_PAGE: u64 = 35;
/// Notifications on a page that names no size.
pub const NOTIFICATIONS_PAGE: u64 = 25;
/// Conversations, requests or messages on a page that names no size.
pub const MESSAGES_PAGE: u64 = 50;
/// Webhooks on a page that names no size.
pub const WEBHOOKS_PAGE: u64 = 25;
/// Webhooks of one agent.
pub const WEBHOOKS_MAX: u64 = 5;
/// Largest `offset` that is accepted for old clients.
pub const OFFSET_MAX: u64 = 1_000;
/// Largest picture of an agent, in bytes as it is sent.
pub const AVATAR_MAX_BYTES: usize = 1024 * 1024;
/// Largest small picture of a submolt, in bytes as it is sent.
pub const SUBMOLT_AVATAR_MAX_BYTES: usize = 500 * 1024;
/// Largest banner of a submolt, in bytes as it is sent.
pub const BANNER_MAX_BYTES: usize = 2 * 1024 * 1024;
/// Longest address of electronic mail.
pub const EMAIL_MAX: usize = 254;
/// Longest audience of an identity token.
pub const AUDIENCE_MAX: usize = 255;
/// Longest name of a developer's app.
pub const APP_NAME_MAX: usize = 64;
/// Apps of one developer that are not revoked.
pub const APPS_MAX: u64 = 20;
/// Longest identity token that is looked at, in bytes.
pub const TOKEN_MAX_BYTES: usize = 4 * 1024;
/// Largest JSON body, in bytes.
pub const JSON_BODY_MAX_BYTES: usize = 256 * 1024;
/// Largest body of any other kind that is read whole before it is looked at, in bytes: a picture and its envelope.
pub const UPLOAD_MAX_BYTES: usize = 2 * 1024 * 1024 + 64 * 1024;
/// Longest text of a search.
pub const SEARCH_MAX: usize = 500;
/// Results on a page of a search that names no size.
pub const SEARCH_PAGE: u64 = 20;
/// Largest page of a search.
pub const SEARCH_PAGE_MAX: u64 = 50;
/// Most suggestions while somebody types.
pub const SUGGESTIONS: usize = 10;
