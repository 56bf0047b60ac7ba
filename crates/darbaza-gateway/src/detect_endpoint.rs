//! `POST /darbaza/v1/detect`: what the gate would find in a text. Nothing leaves and nothing is
//! kept; the text is read and forgotten.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use darbaza_core::{Category, Finding};
use serde::{Deserialize, Serialize};

use crate::gate::Gate;
use crate::journey::cut_off::unless_cut_off;
use crate::journey::{self, admit};
use crate::refused::Refused;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    /// What the text is the value of, such as the key of a JSON member or the head of a column.
    label: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    findings: Vec<Found>,
}

/// Offsets count Unicode code points.
#[derive(Serialize)]
struct Found {
    category: Category,
    start: usize,
    end: usize,
    score: f32,
}

/// Finds personal data in a text.
pub(crate) async fn detect(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let caller = match admit::admit(&gate, &head.headers) {
        Ok(caller) => caller,
        Err(not_admitted) => return journey::turn_away(&gate, not_admitted).await,
    };
    let bytes = journey::body_bytes(&gate, &head.headers, body);
    let read = match unless_cut_off(&mut caller.cut_off(&gate), bytes).await {
        Err(refused) | Ok(Err(refused)) => Err(refused),
        Ok(Ok((bytes, _room))) => {
            serde_json::from_slice::<Asked>(&bytes).map_err(|_| Refused::malformed("malformed-detect"))
        }
    };
    match read {
        Ok(asked) => {
            let find = || gate.detector.detect_labelled(&asked.text, asked.label.as_deref());
            let found = journey::aside(asked.text.len(), find);
            Json(Answer { findings: in_code_points(&asked.text, &found) }).into_response()
        }
        Err(refused) => journey::refuse(&gate, &caller, refused).await,
    }
}

fn in_code_points(text: &str, findings: &[Finding]) -> Vec<Found> {
    let ranges = Finding::code_point_ranges(text, findings);
    let found = |(range, finding): (std::ops::Range<usize>, &Finding)| Found {
        category: finding.category,
        start: range.start,
        end: range.end,
        score: finding.score,
    };
    ranges.into_iter().zip(findings).map(found).collect()
}
