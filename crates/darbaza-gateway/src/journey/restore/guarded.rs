//! A body in one piece that knows whether it was taken. The outcome is "answered" once the server
//! took the bytes to write them, and "client gone" where it never did.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::journey::outcome::OutcomeRecord;

pub(super) struct GuardedBody {
    content: Option<Bytes>,
    outcome: OutcomeRecord,
}

impl GuardedBody {
    pub(super) fn new(content: Bytes, outcome: OutcomeRecord) -> GuardedBody {
        GuardedBody { content: Some(content), outcome }
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(content) = self.content.take() else { return Poll::Ready(None) };
        self.outcome.answered();
        Poll::Ready(Some(Ok(Frame::data(content))))
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.content.as_ref().map_or(0, |c| c.len() as u64))
    }
}
