//! Room for what is under way at once, so that a flood is refused and not buffered: a number of
//! requests, and a number of bytes of bodies.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use darbaza_store::Durations;
use http_body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// This many bodies of the largest size may be under way; more, where they are smaller. Reading and
/// searching a body takes a multiple of its bytes.
const FULL_BODIES: usize = 8;
/// Bytes are counted in units, because a semaphore counts to 32 bits in one step.
const UNIT: usize = 1024;

/// The room of a gate.
pub(crate) struct Room {
    places: usize,
    requests: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new(requests: usize, body_bytes: usize) -> Room {
        let units = units(body_bytes).saturating_mul(FULL_BODIES).min(Semaphore::MAX_PERMITS);
        Room {
            places: requests,
            requests: Arc::new(Semaphore::new(requests)),
            bytes: Arc::new(Semaphore::new(units)),
        }
    }

    /// A place for one request, where one is free.
    pub(crate) fn request(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.requests).try_acquire_owned().ok()
    }

    /// How many requests are under way.
    pub(crate) fn under_way(&self) -> usize {
        self.places.saturating_sub(self.requests.available_permits())
    }

    /// Room for a body of that many bytes, where there is some.
    pub(crate) fn body(&self, bytes: usize) -> Option<BodyRoom> {
        let units = u32::try_from(units(bytes)).ok()?;
        Arc::clone(&self.bytes).try_acquire_many_owned(units).ok().map(BodyRoom)
    }
}

fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT)
}

/// Room that a body takes, until this is dropped.
pub(crate) struct BodyRoom(OwnedSemaphorePermit);

impl BodyRoom {
    /// Gives back what the body does not need.
    pub(crate) fn shrink_to(&mut self, bytes: usize) {
        let spare = self.0.num_permits().saturating_sub(units(bytes));
        drop(self.0.split(spare));
    }
}

/// An answer that keeps its place, or something else, until its last byte was taken: a stream is
/// under way as long as it flows.
pub(crate) fn keep(kept: impl Send + Unpin + 'static, response: Response) -> Response {
    response.map(|body| Body::new(Kept { body, _kept: kept }))
}

/// Counts how long a request took when it is dropped.
pub(crate) struct Timing {
    pub(crate) since: Instant,
    pub(crate) durations: Arc<Durations>,
}

impl Drop for Timing {
    fn drop(&mut self) {
        self.durations.count(self.since.elapsed());
    }
}

struct Kept<K> {
    body: Body,
    _kept: K,
}

impl<K: Unpin> HttpBody for Kept<K> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
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

    #[test]
    fn bytes_are_taken_and_given_back() {
        let room = Room::new(1, 10 * UNIT);
        let mut all: Vec<BodyRoom> = (0..FULL_BODIES).map(|_| room.body(10 * UNIT).unwrap()).collect();
        assert!(room.body(1).is_none());
        all[0].shrink_to(3 * UNIT + 1);
        assert!(room.body(6 * UNIT).is_some());
        assert!(room.body(7 * UNIT).is_none());
        all.clear();
        assert!(room.body(10 * UNIT).is_some());
    }
}
