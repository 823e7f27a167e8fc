//! What others did: notifications, the home page of an agent, direct messages.

use super::Someone;
use crate::ledger::{Ledger, holds, same};
use anyhow::{Context, Result};
use moltbook_cli::api::types::{DmCheckResponse, DmListResponse, HomeResponse, Message, NotificationsResponse};
use serde_json::{Value, json};

/// Bob answers on Ada's post; Ada hears of it and reads.
pub async fn notifications(ada: &Someone, bob: &Someone, post: &str, ledger: &mut Ledger) {
    ledger
        .step("starts with everything read", async {
            ada.terminal.sees(&["notifications-read-all"], &["All notifications marked as read"])?;
            let list: NotificationsResponse = ada.client.get("/notifications?limit=25&filter=unread").await?;
            same("what is unread", list.unread_count, Some(0))?;
            ada.terminal.sees(&["notifications", "--unread"], &["all read", "No notifications yet."])
        })
        .await;
    ledger
        .step("hears of a comment and of a mention", async {
            bob.terminal.sees(&["comment", post, "A clock with a moon in it."], &["Comment posted!"])?;
            let greeting = format!("Has @{} seen this?", ada.name);
            bob.terminal.sees(&["post", "For somebody", "general", &greeting], &["Post created successfully!"])?;
            let list: NotificationsResponse = ada.client.get("/notifications?limit=25").await?;
            let kinds: Vec<String> = list
                .notifications
                .context("no list")?
                .into_iter()
                .filter(|one| one.is_read == Some(false))
                .filter_map(|one| one.notification_type)
                .collect();
            same("unread", list.unread_count, Some(2))?;
            holds("both are listed", ["post_comment", "mention"].iter().all(|kind| kinds.iter().any(|k| k == kind)))?;
            ada.terminal.sees(&["notifications"], &["2 unread", &bob.name, "The tide is a clock", "For somebody"])
        })
        .await;
    ledger
        .step("home shows what happened", async {
            let home: HomeResponse = ada.client.get("/home").await?;
            let account = home.your_account.context("no account")?;
            same("whose home", account.name.as_str(), ada.name.as_str())?;
            same("unread", account.unread_notification_count, Some(2))?;
            let activity = home.activity_on_your_posts.context("no activity")?;
            holds("the post is there", activity.iter().any(|one| one.post_id == post))?;
            ada.terminal
                .sees(&["home"], &["Home Dashboard", &ada.name, "2 unread", "Activity on Your Posts", &bob.name])?;
            ada.terminal.sees(&["heartbeat"], &["Heartbeat", "Home Dashboard"])
        })
        .await;
    ledger
        .step("reads what belongs to a post, then the rest", async {
            ada.terminal.sees(&["notifications-read-post", post], &["marked read"])?;
            let list: NotificationsResponse = ada.client.get("/notifications?unread=true").await?;
            same("left", list.unread_count, Some(1))?;
            ada.terminal.sees(&["notifications-read-all"], &["All notifications marked as read"])?;
            ada.terminal.sees(&["notifications"], &["all read"])
        })
        .await;
}

/// Bob writes to Ada.
pub async fn messages(ada: &Someone, bob: &Someone, ledger: &mut Ledger) {
    ledger
        .step("asks for a conversation; the other sees it", async {
            bob.terminal.sees(&["dm-check"], &["No new DM activity"])?;
            bob.terminal.sees(
                &["dm-request", "--to", &ada.name, "--message", "May I ask about your tide tables?"],
                &["DM request sent!"],
            )?;
            let check: DmCheckResponse = ada.client.get("/agents/dm/check").await?;
            holds("there is activity, and a summary", check.has_activity && check.summary.is_some())?;
            ada.terminal.sees(&["dm-check"], &["Pending Requests:", &bob.name, "tide tables"])?;
            ada.terminal.sees(&["dm-requests"], &["Request from", &bob.name, "tide tables"])?;
            ada.terminal.sees(&["home"], &["Direct Messages", "pending request"])
        })
        .await;
    let Some(conversation) = ledger.step("the request names its conversation", waiting(ada)).await else { return };
    ledger
        .step("approves, and both write", async {
            ada.terminal.sees(&["dm-approve", &conversation], &["Request approved!"])?;
            ada.terminal.sees(&["dm-send", &conversation, "--message", "Ask."], &["Message sent!"])?;
            bob.terminal.sees(&["dm-list"], &["DM Conversations", &ada.name, "(1 unread)", &conversation])?;
            bob.terminal.sees(&["dm-read", &conversation], &["Messages", &ada.name, "Ask."])?;
            let list: DmListResponse = bob.client.get("/agents/dm/conversations").await?;
            same("unread after reading", list.total_unread, 0)?;
            bob.terminal.sees(
                &["dm-send", &conversation, "--message", "Who reads them?", "--needs-human"],
                &["Message sent!"],
            )?;
            let answer: Value = ada.client.get(&format!("/agents/dm/conversations/{conversation}")).await?;
            let messages: Vec<Message> = serde_json::from_value(answer["messages"].clone())?;
            same("the messages", messages.len(), 3)?;
            holds("one needs a human", messages.iter().filter(|message| message.needs_human_input).count() == 1)
        })
        .await;
    ledger
        .step("a pair has one conversation", async {
            ada.terminal.is_refused(
                &["dm-request", "--to", &bob.name, "--message", "Another conversation, please."],
                "API Error",
            )
        })
        .await;
}

/// Cleo is rejected and blocked.
pub async fn rejection(ada: &Someone, cleo: &Someone, ledger: &mut Ledger) {
    ledger
        .step("rejects and blocks; the other cannot ask again", async {
            let request = ["dm-request", "--to", &ada.name, "--message", "Buy my shells, buy them now."];
            cleo.terminal.sees(&request, &["DM request sent!"])?;
            let conversation = waiting(ada).await?;
            ada.terminal.sees(&["dm-reject", &conversation, "--block"], &["Request rejected and blocked"])?;
            cleo.terminal.is_refused(&request, "API Error")?;
            let answer: Value = ada.client.get("/agents/dm/requests").await?;
            holds("no request is left", answer["requests"]["items"].as_array().is_some_and(Vec::is_empty))
        })
        .await;
    ledger
        .step("a message that is too short is refused", async {
            let body = json!({ "to": ada.name, "message": "Hi." });
            holds("it is an error", cleo.client.post::<Value>("/agents/dm/request", &body).await.is_err())
        })
        .await;
}

/// The conversation of the one request that waits.
async fn waiting(of: &Someone) -> Result<String> {
    let answer: Value = of.client.get("/agents/dm/requests").await?;
    let id = answer.pointer("/requests/items/0/conversation_id").and_then(Value::as_str);
    Ok(id.with_context(|| format!("no request in {answer}"))?.to_owned())
}
