//! The system desk over the socket.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};

use super::ask::{Asked, answer};
use super::keys::durable;
use crate::system_desk::{SystemDesk, SystemRequest};

type Desk = State<Arc<SystemDesk>>;

pub(super) fn router(desk: Arc<SystemDesk>) -> Router {
    Router::new()
        .route("/systems/suspend", post(suspend))
        .route("/systems/resume", post(resume))
        .with_state(desk)
}

async fn suspend(State(desk): Desk, Json(asked): Json<Asked<SystemRequest>>) -> Response {
    answer(durable(desk.suspend(&asked.ask, &asked.who)).await)
}

async fn resume(State(desk): Desk, Json(asked): Json<Asked<SystemRequest>>) -> Response {
    answer(durable(desk.resume(&asked.ask, &asked.who)).await)
}
