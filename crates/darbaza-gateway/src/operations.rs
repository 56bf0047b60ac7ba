//! Health, readiness and metrics.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::gate::Gate;

/// What has to work before the gate can do its work.
pub(crate) const PART_NAMES: [&str; 3] = ["gate", "ledger", "masking_key"];

/// What of the gate cannot do its work.
pub(crate) struct Readiness {
    /// Names of parts, and what is wrong with each.
    pub(crate) missing: Vec<(&'static str, &'static str)>,
    /// What works and needs a human soon.
    warnings: Vec<&'static str>,
}

impl Readiness {
    pub(crate) fn of(gate: &Gate) -> Readiness {
        let mut missing = Vec::new();
        if gate.ending.has_begun() {
            missing.push(("gate", "it is stopping"));
        }
        if !gate.ledger.health().writable {
            missing.push(("ledger", "the ledger cannot be written"));
        }
        if gate.masking.key(gate.clock.epoch()).is_err() {
            missing.push(("masking_key", "the masking key cannot be read or kept"));
        }
        let low = gate.vitals().disk().low;
        Readiness { missing, warnings: if low { vec!["disk: little space is left"] } else { Vec::new() } }
    }
}

/// The process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// The gate can do its work, or which part of it cannot.
pub(crate) async fn ready(State(gate): State<Arc<Gate>>) -> Response {
    let readiness = Readiness::of(&gate);
    let (status, mut page) = if readiness.missing.is_empty() {
        (StatusCode::OK, "ready\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n".to_owned())
    };
    readiness.missing.iter().for_each(|(part, why)| page.push_str(&format!("{part}: {why}\n")));
    readiness.warnings.iter().for_each(|warning| page.push_str(&format!("{warning}\n")));
    (status, page).into_response()
}

/// Counters for Prometheus.
pub(crate) async fn metrics(State(gate): State<Arc<Gate>>) -> Response {
    let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, form)], gate.metrics.page(&gate)).into_response()
}
