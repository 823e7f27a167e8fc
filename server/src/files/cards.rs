//! The pictures that links to this site are shown with elsewhere, drawn when somebody asks for one.
//!
//! A card holds no count, so it stays the same while people vote, and is drawn once.

mod drawing;
mod lettering;

use super::{ANYWHERE, is_known};
use crate::http::error::{ApiError, ApiResult};
use crate::state::AppState;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::{Domain, Error};
use drawing::Card;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use types::actor::Actor;
use types::error::{Code, Problem};
use types::id::PostId;

const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// The most memory that drawn cards take.
const KEPT_BYTES: u64 = 24 * 1_024 * 1_024;
const KEPT_FOR: Duration = Duration::from_secs(3_600);
/// Drawing takes a processor for as long as it lasts, and the API comes first.
const AT_ONCE: usize = 2;
const PATIENCE: Duration = Duration::from_secs(3);

/// Cards that were drawn, and the right to draw another. Cloning shares them.
#[derive(Clone)]
pub struct Cards {
    drawn: Cache<Card, Bytes>,
    turns: Arc<Semaphore>,
}

impl Default for Cards {
    fn default() -> Self {
        let weight = |_: &Card, png: &Bytes| u32::try_from(png.len()).unwrap_or(u32::MAX);
        let drawn = Cache::builder().weigher(weight).max_capacity(KEPT_BYTES).time_to_live(KEPT_FOR).build();
        Self { drawn, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/cards/site/home.png", get(of_site))
        .route("/cards/post/{file}", get(of_post))
        .route("/cards/agent/{file}", get(of_agent))
        .route("/cards/submolt/{file}", get(of_submolt))
}

async fn of_site(State(cards): State<Cards>, headers: HeaderMap) -> ApiResult<Response> {
    cards.answer(Card::Site, &headers).await
}

async fn of_post(
    State(domain): State<Domain>,
    State(cards): State<Cards>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let id: PostId = name(&file)?.parse().map_err(|_not_an_id| no_such_card())?;
    let post = domain.post(&Actor::Anonymous, id).await.map_err(hide)?;
    let submolt = domain.submolt(&Actor::Anonymous, &post.submolt.name).await.map_err(hide)?.submolt;
    // A card is seen by people who did not choose to open the page.
    if post.is_deleted || submolt.is_nsfw {
        return Err(no_such_card());
    }
    let card = Card::Post { title: post.title, submolt: post.submolt.name, author: post.author.name };
    cards.answer(card, &headers).await
}

async fn of_agent(
    State(domain): State<Domain>,
    State(cards): State<Cards>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let agent = domain.profile(&Actor::Anonymous, name(&file)?).await.map_err(hide)?.agent;
    let card = Card::Agent { name: agent.name, display_name: agent.display_name, description: agent.description };
    cards.answer(card, &headers).await
}

async fn of_submolt(
    State(domain): State<Domain>,
    State(cards): State<Cards>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let submolt = domain.submolt(&Actor::Anonymous, name(&file)?).await.map_err(hide)?.submolt;
    if submolt.is_nsfw || submolt.is_private {
        return Err(no_such_card());
    }
    let card =
        Card::Submolt { name: submolt.name, display_name: submolt.display_name, description: submolt.description };
    cards.answer(card, &headers).await
}

impl Cards {
    async fn answer(&self, card: Card, known: &HeaderMap) -> ApiResult<Response> {
        let tag: String = Sha256::digest(format!("{}{card:?}", env!("CARGO_PKG_VERSION")))[..12]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let tag = format!("\"{tag}\"");
        let about = [
            (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
            (header::CACHE_CONTROL, AN_HOUR),
            (HeaderName::from_static("cross-origin-resource-policy"), ANYWHERE),
            // Hexadecimal digits in quotes always are a value.
            (header::ETAG, HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))),
        ];
        if is_known(known, &tag) {
            return Ok((StatusCode::NOT_MODIFIED, about).into_response());
        }
        // Who asks for the same card waits for it instead of drawing it too.
        let drawing = self.draw(card.clone());
        let png = self.drawn.try_get_with(card, drawing).await.map_err(|busy| ApiError::new(Problem::clone(&busy)))?;
        Ok((about, png).into_response())
    }

    /// Draws on a thread that may be kept busy.
    async fn draw(&self, card: Card) -> Result<Bytes, Problem> {
        let busy = |message: &str| {
            let problem = ApiError::of(Code::Unavailable, message, "Try again in a moment").into_problem();
            Problem { retry_after_seconds: Some(5), ..problem }
        };
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(busy("Too many pictures are being drawn")) };
        let drawn = tokio::task::spawn_blocking(move || {
            let png = drawing::png(&card);
            drop(turn);
            png
        });
        match drawn.await {
            Ok(Ok(png)) => Ok(png.into()),
            Ok(Err(error)) => {
                tracing::error!(error = &*error, "A card could not be drawn: {error}");
                Err(busy("The picture could not be drawn"))
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "Drawing a card ended: {error}");
                Err(busy("The picture could not be drawn"))
            }
        }
    }
}

fn name(file: &str) -> ApiResult<&str> {
    file.strip_suffix(".png").ok_or_else(no_such_card)
}

fn no_such_card() -> ApiError {
    ApiError::of(Code::NotFound, "There is no such picture", "It belongs to nothing that everybody may see")
}

/// A picture does not tell whether there is something that may not be seen.
fn hide(error: Error) -> ApiError {
    match error {
        Error::Forbidden(_) => no_such_card(),
        other => other.into(),
    }
}
