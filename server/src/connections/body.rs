//! A body that has to arrive within a time.

use http_body::{Body, Frame, SizeHint};
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

type BoxError = Box<dyn Error + Send + Sync>;

/// A body, and when its end has to be there.
pub(super) struct Timely<B> {
    body: B,
    deadline: Instant,
    /// Made when there is something to wait for: most bodies are there with their head.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<B> Timely<B> {
    pub(super) fn new(body: B, patience: Duration) -> Self {
        Self { body, deadline: Instant::now() + patience, alarm: None }
    }
}

impl<B: Body + Unpin> Body for Timely<B>
where
    B::Error: Into<BoxError>,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = self.deadline;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        alarm.as_mut().poll(cx).map(|()| Some(Err("the body did not arrive in time".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, Bytes, to_bytes};
    use futures::{StreamExt, stream};

    #[tokio::test]
    async fn a_body_that_never_ends_is_cut_off_and_a_whole_one_is_not() {
        let parts = || stream::iter(["a", "b"]).map(|part| Ok::<_, std::io::Error>(Bytes::from(part)));
        let read = async |body: Body, patience: Duration| to_bytes(Body::new(Timely::new(body, patience)), 100).await;
        let whole = Body::from_stream(parts());
        assert_eq!(read(whole, Duration::from_secs(600)).await.unwrap(), "ab");
        let endless = Body::from_stream(parts().chain(stream::pending()));
        assert!(read(endless, Duration::from_millis(20)).await.is_err());
    }
}
