//! The key desk over the socket.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};

use super::ask::{Asked, answer};
use crate::failure::Failure;
use crate::key_desk::{KeyDesk, KeyRequest, Listing, Revocation, Rotation, list};
use crate::noted::Noted;

type Desk = State<Arc<KeyDesk>>;

pub(super) fn router(desk: Arc<KeyDesk>) -> Router {
    Router::new()
        .route("/keys/issue", post(issue))
        .route("/keys/list", post(listing))
        .route("/keys/revoke", post(revoke))
        .route("/keys/rotate", post(rotate))
        .with_state(desk)
}

async fn issue(State(desk): Desk, Json(asked): Json<Asked<KeyRequest>>) -> Response {
    answer(durable(desk.issue(&asked.ask, &asked.who)).await)
}

async fn listing(State(desk): Desk, Json(asked): Json<Asked<Listing>>) -> Response {
    answer(list(&*desk.store, desk.in_force.now().register(), &asked.ask, desk.clock.now()))
}

async fn revoke(State(desk): Desk, Json(asked): Json<Asked<Revocation>>) -> Response {
    answer(durable(desk.revoke(&asked.ask, &asked.who)).await)
}

async fn rotate(State(desk): Desk, Json(asked): Json<Asked<Rotation>>) -> Response {
    answer(durable(desk.rotate(&asked.ask, &asked.who)).await)
}

/// What was done, once the ledger has its notes.
pub(super) async fn durable<T>(done: Result<Noted<T>, Failure>) -> Result<T, Failure> {
    done?.durable().await
}
