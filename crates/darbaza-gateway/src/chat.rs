//! `POST /v1/chat/completions`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

use crate::gate::Gate;
use crate::journey;

/// Takes a prompt on its journey.
pub(crate) async fn chat_completions(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    journey::chat_completion(gate, head, body).await
}
