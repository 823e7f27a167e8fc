//! One client that listens, and the way in: `GET /events`.
//!
//! The stream is pulled: a client that does not read asks for nothing, so a slow one holds one chunk and its position,
//! nothing more. What it missed meanwhile is still in memory, or in the database.

use super::clients::Place;
use super::hub::{Hub, State as HubState};
use super::recent::{Next, Round};
use crate::http::client_addr::ClientAddr;
use crate::http::error::{ApiError, ApiResult};
use crate::http::extract::ApiQuery;
use crate::state::AppState;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use types::error::Code;
use types::event::Event;
use types::id::SubmoltId;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A sign of life when nothing happens; proxies close connections that are silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events that are read at a time for a client that is behind.
const BEHIND: u64 = 50;
/// How long a client waits before it connects again, in milliseconds.
const RETRY: &[u8] = b"retry: 2000\n\n";
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Asks nginx, and what is made of it, not to collect the stream.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(events))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// Only what happens in the submolt of this name.
    #[serde(default)]
    #[param(example = "science")]
    submolt: Option<String>,
    /// Go on after this event; for clients that cannot send the header `Last-Event-ID`, which wins.
    #[serde(default)]
    #[param(example = "4711")]
    last_event_id: Option<String>,
}

/// New posts, comments and scores as they happen
///
/// Server-Sent Events. The event `post` carries a post, `comment` a comment with its post's title, `score` where the
/// score of a post or comment stands now. Each has an id; sent as `Last-Event-ID`, the stream goes on after it. The
/// event `gap` says that what lies in between is no longer kept. Without an id the stream starts with what happens next.
#[utoipa::path(get, path = "/events", tag = "events", params(EventsQuery,
    ("Last-Event-ID" = Option<String>, Header, description = "Go on after this event", example = "4711")), security((), ("api_key" = [])),
    responses((status = 200, content_type = "text/event-stream", body = Event)))]
async fn events(
    State(hub): State<Hub>,
    Extension(addr): Extension<ClientAddr>,
    ApiQuery(query): ApiQuery<EventsQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let resume = match headers.get(LAST_EVENT_ID) {
        Some(id) => position(id.to_str().ok())?,
        None => position(Some(query.last_event_id.as_deref().unwrap_or_default()))?,
    };
    let place = hub.clients().enter(addr)?;
    let submolt = match query.submolt.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => Some(hub.domain().public_submolt(name).await?),
        None => None,
    };
    let listener = Listener::new(hub, place, submolt, resume).await?;
    let chunks = stream::unfold(listener, |mut listener| async move {
        let chunk = listener.next().await?;
        Some((Ok::<_, Infallible>(chunk), listener))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (BUFFERING, HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// The position in the id of an event; an empty id is none.
fn position(id: Option<&str>) -> ApiResult<Option<i64>> {
    let id = id.map(str::trim);
    match id {
        Some("") => Ok(None),
        Some(id) => match id.parse() {
            Ok(position @ 0..) => Ok(Some(position)),
            _ => Err(not_an_id()),
        },
        None => Err(not_an_id()),
    }
}

fn not_an_id() -> ApiError {
    ApiError::of(Code::BadRequest, "The last event id is not one of this stream", "Send the id of an event unchanged")
}

/// A client, and how far it has come.
struct Listener {
    hub: Hub,
    state: watch::Receiver<HubState>,
    submolt: Option<SubmoltId>,
    position: i64,
    /// What is sent before the first event.
    greeting: Option<Bytes>,
    _place: Place,
}

impl Listener {
    async fn new(hub: Hub, place: Place, submolt: Option<SubmoltId>, resume: Option<i64>) -> domain::Result<Self> {
        let state = hub.listen().await?;
        let head = state.borrow().head;
        let mut greeting = RETRY.to_vec();
        let position = match resume {
            // Another replica may be a moment ahead of this one. Only what nobody has given yet is of no use.
            Some(position) if position > head && position > hub.domain().outbox_head().await?.0 => {
                greeting.extend(gap(position, head));
                head
            }
            Some(position) => position,
            None => head,
        };
        Ok(Self { hub, state, submolt, position, greeting: Some(greeting.into()), _place: place })
    }

    /// The next bytes to send; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        loop {
            let HubState { head, is_closing } = *self.state.borrow_and_update();
            if is_closing {
                return None;
            }
            match self.hub.after(self.position, self.submolt, head) {
                Next::Chunk(bytes, events, upto) => {
                    self.position = upto;
                    if !bytes.is_empty() {
                        self.hub.metrics().events_sent(events);
                        return Some(bytes);
                    }
                }
                Next::Behind => match self.read_back().await {
                    Ok(Some(bytes)) => return Some(bytes),
                    Ok(None) => {}
                    // The client connects again, and goes on where it was.
                    Err(_) => return None,
                },
                Next::Wait => {
                    if tokio::time::timeout(HEARTBEAT, self.state.changed()).await.is_err() {
                        // Brings a client of a quiet submolt forward: it does not look at all that again.
                        return Some(format!(": still here\nid: {}\n\n", self.position).into());
                    }
                }
            }
        }
    }

    async fn read_back(&mut self) -> domain::Result<Option<Bytes>> {
        let read = self.hub.read_back(self.position, self.submolt, BEHIND).await?;
        let mut chunk = Vec::new();
        if let Some(kept_after) = read.gone_upto {
            chunk.extend(gap(self.position, kept_after));
        }
        let round = Round::new(self.position, read.upto, &read.events);
        let (bytes, events) = round.map_err(|e| domain::Error::Internal(e.into()))?.part(self.position, self.submolt);
        chunk.extend_from_slice(&bytes);
        self.position = read.upto;
        self.hub.metrics().events_sent(events);
        Ok((!chunk.is_empty()).then(|| chunk.into()))
    }
}

/// Says that what happened between two positions cannot be told any more.
fn gap(asked_after: i64, told_after: i64) -> Vec<u8> {
    let data = json!({
        "message": "What happened in between is no longer kept: read the lists to catch up",
        "after": asked_after,
        "upto": told_after,
    });
    format!("id: {told_after}\nevent: gap\ndata: {data}\n\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_position_and_nothing_else() {
        assert_eq!(position(Some("")).unwrap(), None);
        assert_eq!(position(Some(" 42 ")).unwrap(), Some(42));
        for wrong in ["-1", "abc", "1.5", "9223372036854775808", "0x10"] {
            assert_eq!(position(Some(wrong)).unwrap_err().into_problem().code, Code::BadRequest, "{wrong}");
        }
        assert!(position(None).is_err());
    }
}
