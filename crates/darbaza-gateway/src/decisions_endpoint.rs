//! `GET /darbaza/v1/decisions/{id}`: what the ledger says of a decision, by its receipt. Where a held
//! request asks how it ended.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use darbaza_core::{Action, Purpose, Receipt, RefusalCode, SystemKey};
use darbaza_store::DecisionLeaf;
use jiff::Timestamp;
use serde::Serialize;

use crate::gate::Gate;
use crate::journey::{self, admit};
use crate::refused::Refused;

/// What is told of a decision: nothing that its own answer did not tell.
#[derive(Serialize)]
struct Told {
    id: Receipt,
    at: Timestamp,
    system: SystemKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    decision: Action,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<RefusalCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    law: Vec<String>,
}

/// Tells a decision on a request of the caller's own system. Others' are as unknown as none at all.
pub(crate) async fn decision(
    State(gate): State<Arc<Gate>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let caller = match admit::admit(&gate, request.headers()) {
        Ok(caller) => caller,
        Err(not_admitted) => return journey::turn_away(&gate, not_admitted).await,
    };
    let found = match id.parse::<Receipt>() {
        Ok(receipt) => journey::blocking(|| gate.ledger.decision(receipt)),
        Err(_) => Ok(None),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(error = %darbaza_core::with_sources(&error), "ledger.decision cannot be read");
            return journey::refuse(&gate, &caller, Refused::ledger_unavailable()).await;
        }
    };
    let leaf = found.and_then(|stored| serde_json::from_slice::<DecisionLeaf>(&stored.bytes).ok());
    let own = leaf.filter(|l| l.organisation == caller.organisation() && l.system == *caller.system());
    match own {
        Some(leaf) => Json(Told::from(leaf)).into_response(),
        None => journey::refuse(&gate, &caller, Refused::decision_unknown()).await,
    }
}

impl From<DecisionLeaf> for Told {
    fn from(leaf: DecisionLeaf) -> Told {
        let state = match leaf.action {
            Action::Hold => "waiting",
            Action::Refuse => "refused",
            Action::Pass | Action::Mask | Action::Reroute => "sent",
        };
        Told {
            id: leaf.receipt,
            at: leaf.at,
            system: leaf.system,
            purpose: leaf.purpose,
            decision: leaf.action,
            state,
            code: leaf.code,
            rule: leaf.rule,
            law: leaf.law,
        }
    }
}
