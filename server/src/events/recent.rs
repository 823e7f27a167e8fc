//! The events of the last moments, ready to be sent: written out once, shared by all clients.

use axum::body::Bytes;
use std::collections::VecDeque;
use std::sync::Arc;
use types::event::{Event, PlacedEvent};
use types::id::SubmoltId;

/// Most memory that is kept; who is further behind reads from the database.
const KEPT_BYTES: usize = 8 * 1_024 * 1_024;
const KEPT_ROUNDS: usize = 4_096;

/// What was read in one go.
pub(super) struct Round {
    /// The position before the first event.
    after: i64,
    /// The position up to which it reaches.
    upto: i64,
    /// In the order of their positions.
    frames: Vec<Frame>,
    /// All listed frames, one behind the other, and how many they are.
    all: Bytes,
    listed: u64,
    /// What all frames take.
    size: usize,
}

struct Frame {
    position: i64,
    submolt: SubmoltId,
    is_listed: bool,
    /// A part of the round's text.
    bytes: Bytes,
}

/// The last rounds without a gap, oldest first.
#[derive(Default)]
pub(super) struct Recent {
    rounds: VecDeque<Arc<Round>>,
    bytes: usize,
}

/// What there is for a client.
pub(super) enum Next {
    /// Some bytes to send, perhaps none, how many events they are, and the position after them.
    Chunk(Bytes, u64, i64),
    /// Nothing yet.
    Wait,
    /// Something, but not here any more.
    Behind,
}

impl Round {
    /// Writes out events that were read after a position.
    pub(super) fn new(after: i64, upto: i64, events: &[PlacedEvent]) -> Result<Self, serde_json::Error> {
        let mut text = Vec::new();
        let mut ends = Vec::with_capacity(events.len());
        // The listed ones first: they lie side by side then.
        let (listed, rest): (Vec<&PlacedEvent>, Vec<_>) = events.iter().partition(|placed| placed.is_listed);
        for placed in listed.iter().chain(&rest) {
            write(&mut text, placed.position, &placed.event)?;
            ends.push(text.len());
        }
        let text = Bytes::from(text);
        let all = text.slice(..listed.len().checked_sub(1).map_or(0, |last| ends[last]));
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let placed = listed.iter().chain(&rest).zip(starts.zip(&ends));
        let mut frames: Vec<Frame> = placed
            .map(|(placed, (start, end))| Frame {
                position: placed.position,
                submolt: placed.submolt,
                is_listed: placed.is_listed,
                bytes: text.slice(start..*end),
            })
            .collect();
        frames.sort_unstable_by_key(|frame| frame.position);
        Ok(Self { after, upto, frames, all, listed: count(listed.len()), size: text.len() })
    }

    /// What of it is for a client that has seen everything up to `position`.
    pub(super) fn part(&self, position: i64, submolt: Option<SubmoltId>) -> (Bytes, u64) {
        if submolt.is_none() && position <= self.after {
            return (self.all.clone(), self.listed);
        }
        let wanted =
            |frame: &&Frame| frame.position > position && submolt.map_or(frame.is_listed, |only| only == frame.submolt);
        let wanted: Vec<&Bytes> = self.frames.iter().filter(wanted).map(|frame| &frame.bytes).collect();
        match wanted[..] {
            [] => (Bytes::new(), 0),
            [one] => (one.clone(), 1),
            ref some => (some.iter().flat_map(|bytes| bytes.iter().copied()).collect(), count(some.len())),
        }
    }
}

impl Recent {
    /// Adds a round that begins where the last one ends, and forgets the oldest that are too much.
    pub(super) fn push(&mut self, round: Round) {
        if self.rounds.back().is_some_and(|last| last.upto != round.after) {
            self.rounds.clear();
            self.bytes = 0;
        }
        self.bytes += round.size;
        self.rounds.push_back(Arc::new(round));
        while self.rounds.len() > 1 && (self.bytes > KEPT_BYTES || self.rounds.len() > KEPT_ROUNDS) {
            self.bytes -= self.rounds.pop_front().map_or(0, |oldest| oldest.size);
        }
    }

    /// What comes after a position, as far as it is still here. `head` is where the newest round ends.
    pub(super) fn after(&self, position: i64, submolt: Option<SubmoltId>, head: i64) -> Next {
        if position >= head {
            return Next::Wait;
        }
        let next = self.rounds.partition_point(|round| round.upto <= position);
        match self.rounds.get(next) {
            Some(round) if round.after <= position => {
                let (bytes, events) = round.part(position, submolt);
                Next::Chunk(bytes, events, round.upto)
            }
            _ => Next::Behind,
        }
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// JSON has no line breaks of its own, so the data is one line.
fn write(to: &mut Vec<u8>, position: i64, event: &Event) -> Result<(), serde_json::Error> {
    to.extend_from_slice(format!("id: {position}\nevent: {}\ndata: ", event.name()).as_bytes());
    serde_json::to_writer(&mut *to, event)?;
    to.extend_from_slice(b"\n\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::event::{ScoreEvent, Scored};
    use types::id::PostId;
    use uuid::Uuid;

    const HERE: SubmoltId = SubmoltId(Uuid::from_u128(1));
    const THERE: SubmoltId = SubmoltId(Uuid::from_u128(2));
    /// Its events are for those who listen to it.
    const HIDDEN: SubmoltId = SubmoltId(Uuid::from_u128(3));

    fn score(position: i64, submolt: SubmoltId) -> PlacedEvent {
        let event = Event::Score(ScoreEvent {
            kind: Scored::Post,
            post_id: PostId(Uuid::nil()),
            comment_id: None,
            submolt_name: "line\nbreak".to_owned(),
            upvotes: position,
            downvotes: 0,
            score: position,
            human_score: 0,
        });
        PlacedEvent { position, submolt, is_listed: submolt != HIDDEN, event }
    }

    fn recent() -> Recent {
        let mut recent = Recent::default();
        recent.push(Round::new(10, 14, &[score(11, HERE), score(12, THERE), score(14, HERE)]).unwrap());
        recent.push(Round::new(14, 16, &[score(16, THERE)]).unwrap());
        recent
    }

    fn ids(recent: &Recent, position: i64, submolt: Option<SubmoltId>) -> (Vec<String>, i64) {
        match recent.after(position, submolt, 16) {
            Next::Chunk(bytes, events, upto) => {
                let text = String::from_utf8(bytes.to_vec()).unwrap();
                let ids: Vec<String> =
                    text.lines().filter_map(|line| line.strip_prefix("id: ")).map(str::to_owned).collect();
                assert_eq!(ids.len() as u64, events);
                (ids, upto)
            }
            Next::Wait => (vec!["wait".to_owned()], position),
            Next::Behind => (vec!["behind".to_owned()], position),
        }
    }

    #[test]
    fn a_client_gets_what_comes_after_its_position_once() {
        let recent = recent();
        assert_eq!(ids(&recent, 10, None), (vec!["11".into(), "12".into(), "14".into()], 14));
        assert_eq!(ids(&recent, 12, None), (vec!["14".into()], 14));
        assert_eq!(ids(&recent, 13, None), (vec!["14".into()], 14));
        assert_eq!(ids(&recent, 14, None), (vec!["16".into()], 16));
        assert_eq!(ids(&recent, 16, None), (vec!["wait".into()], 16));
        assert_eq!(ids(&recent, 9, None), (vec!["behind".into()], 9));
    }

    #[test]
    fn a_client_of_one_submolt_gets_its_part() {
        let recent = recent();
        assert_eq!(ids(&recent, 10, Some(HERE)), (vec!["11".into(), "14".into()], 14));
        assert_eq!(ids(&recent, 14, Some(HERE)), (vec![], 16));
        assert_eq!(ids(&recent, 10, Some(THERE)), (vec!["12".into()], 14));
    }

    #[test]
    fn what_is_not_listed_is_for_those_who_ask_for_its_place() {
        let mut recent = Recent::default();
        let events = [score(11, HIDDEN), score(12, HERE), score(13, HIDDEN), score(14, THERE)];
        recent.push(Round::new(10, 14, &events).unwrap());
        recent.push(Round::new(14, 16, &[score(16, HIDDEN)]).unwrap());
        assert_eq!(ids(&recent, 10, None), (vec!["12".into(), "14".into()], 14));
        assert_eq!(ids(&recent, 12, None), (vec!["14".into()], 14));
        assert_eq!(ids(&recent, 14, None), (vec![], 16));
        assert_eq!(ids(&recent, 10, Some(HIDDEN)), (vec!["11".into(), "13".into()], 14));
        assert_eq!(ids(&recent, 14, Some(HIDDEN)), (vec!["16".into()], 16));
    }

    #[test]
    fn an_event_is_three_lines_and_an_empty_one() {
        let (bytes, _) = Round::new(0, 1, &[score(1, HERE)]).unwrap().part(0, None);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.starts_with("id: 1\nevent: score\ndata: {\"type\":\"post\","), "{text}");
        assert!(text.ends_with("}\n\n") && text.lines().count() == 4, "{text}");
    }

    #[test]
    fn what_is_kept_is_bounded_and_has_no_gap() {
        let mut recent = Recent::default();
        for i in 0..5_000 {
            recent.push(Round::new(i, i + 1, &[score(i + 1, HERE)]).unwrap());
        }
        assert_eq!(recent.rounds.len(), KEPT_ROUNDS);
        assert!(matches!(recent.after(100, None, 5_000), Next::Behind));
        recent.push(Round::new(6_000, 6_001, &[]).unwrap());
        assert_eq!(recent.rounds.len(), 1);
        assert!(matches!(recent.after(4_999, None, 6_001), Next::Behind));
    }
}
