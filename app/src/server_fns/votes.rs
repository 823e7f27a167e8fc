//! Voting.

use crate::error::UiResult;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::form::{Accepted, Form};
#[cfg(feature = "ssr")]
use crate::error::UiError;
#[cfg(feature = "ssr")]
use crate::{context, link, next};
#[cfg(feature = "ssr")]
use types::actor::Actor;
#[cfg(feature = "ssr")]
use types::error::Code;
#[cfg(feature = "ssr")]
use types::id::{CommentId, PostId};
#[cfg(feature = "ssr")]
use types::vote::{Ballot, Direction, VoteOutcome};

/// The counters after a vote; less than the domain's outcome, because wasm reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Votes up less votes down.
    pub score: i64,
    /// The reader's own vote: -1, 0 or 1.
    pub mine: i16,
}

#[cfg(feature = "ssr")]
impl From<VoteOutcome> for Tally {
    fn from(outcome: VoteOutcome) -> Self {
        Self { score: outcome.score, mine: outcome.user_vote }
    }
}

/// Votes on a post.
///
/// `vote` is `up`, `down` or `none`. A direction equal to `mine`, the vote that the form showed, takes the vote
/// back; whatever it does, it does once, however often the form is sent.
#[server(endpoint = "vote_post")]
pub async fn vote_post(
    #[server(default)] id: String,
    #[server(default)] vote: String,
    #[server(default)] mine: i16,
) -> UiResult<Tally> {
    let back = context::referring_path().unwrap_or_else(|| String::from("/"));
    let at = format!("{back}#p-{id}");
    let done = async {
        let id: PostId = id.parse().map_err(|_not_an_id| no_such("post"))?;
        Ok(context::domain().vote_on_post(&context::actor(), id, ballot(&vote, mine)?).await?.into())
    };
    answer(at, done.await).await
}

/// Votes on a comment; see [`vote_post`].
#[server(endpoint = "vote_comment")]
pub async fn vote_comment(
    #[server(default)] id: String,
    #[server(default)] vote: String,
    #[server(default)] mine: i16,
) -> UiResult<Tally> {
    let back = context::referring_path().unwrap_or_else(|| String::from("/"));
    let at = format!("{back}#c-{id}");
    let done = async {
        let id: CommentId = id.parse().map_err(|_not_an_id| no_such("comment"))?;
        Ok(context::domain().vote_on_comment(&context::actor(), id, ballot(&vote, mine)?).await?.into())
    };
    answer(at, done.await).await
}

#[cfg(feature = "ssr")]
async fn answer(at: String, done: UiResult<Tally>) -> UiResult<Tally> {
    // Who is not signed in is asked to, and comes back.
    if context::is_form_post() && matches!(context::actor(), Actor::Anonymous) {
        context::see_other(&link::with_query("/login", &[("next", next::local(&at))]));
        return Ok(Tally::default());
    }
    let done = done.map(|value| Accepted { value, to: at.clone() });
    Form::new("vote", at).answer(done).await
}

#[cfg(feature = "ssr")]
fn ballot(vote: &str, mine: i16) -> UiResult<Ballot> {
    let direction = match vote {
        "up" => Direction::Up,
        "down" => Direction::Down,
        "none" => return Ok(Ballot::Set(None)),
        _ => return Err(UiError::new(Code::BadRequest, "A vote is up, down or none", "")),
    };
    Ok(Ballot::Set(Some(direction).filter(|direction| direction.value() != mine)))
}

#[cfg(feature = "ssr")]
fn no_such(what: &str) -> UiError {
    UiError::new(Code::NotFound, &format!("There is no such {what}"), "")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_form_sent_twice_votes_once() {
        assert_eq!(ballot("up", 0), Ok(Ballot::Set(Some(Direction::Up))));
        assert_eq!(ballot("up", 1), Ok(Ballot::Set(None)));
        assert_eq!(ballot("down", 1), Ok(Ballot::Set(Some(Direction::Down))));
        assert_eq!(ballot("none", 1), Ok(Ballot::Set(None)));
        assert!(ballot("sideways", 0).is_err());
    }
}
