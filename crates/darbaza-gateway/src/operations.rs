//! Health, readiness and metrics.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::gate::Gate;

/// The process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// The gate can do its work: the ledger takes records.
pub(crate) async fn ready(State(gate): State<Arc<Gate>>) -> Response {
    let health = gate.ledger.health();
    if health.writable {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the ledger cannot be written\n").into_response()
    }
}

/// Counters for Prometheus.
pub(crate) async fn metrics(State(gate): State<Arc<Gate>>) -> Response {
    let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, form)], gate.metrics.page()).into_response()
}
