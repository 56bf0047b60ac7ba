//! The register desk over the socket.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};

use super::ask::{Asked, answer};
use crate::failure::Failure;
use crate::register_desk::{Application, Applied, RegisterDesk};

/// A register of tens of thousands of systems still fits.
const MOST: usize = 64 * 1024 * 1024;

type Desk = State<Arc<RegisterDesk>>;

pub(super) fn router(desk: Arc<RegisterDesk>) -> Router {
    let most = DefaultBodyLimit::max(MOST);
    Router::new().route("/register/apply", post(apply)).layer(most).with_state(desk)
}

async fn apply(State(desk): Desk, Json(asked): Json<Asked<Application>>) -> Response {
    answer(applied(desk, asked).await)
}

/// Reading and compiling takes its time, so it is done where it keeps nobody waiting.
async fn applied(desk: Arc<RegisterDesk>, asked: Asked<Application>) -> Result<Applied, Failure> {
    let at_desk = Arc::clone(&desk);
    let done = tokio::task::spawn_blocking(move || at_desk.apply(&asked.ask, &asked.who)).await;
    let lost = |why| Failure::environment("the register was not applied", why, "report this");
    let applied = done.map_err(lost)??.durable().await?;
    if !applied.unchanged {
        desk.recorded(applied.number);
    }
    Ok(applied)
}
