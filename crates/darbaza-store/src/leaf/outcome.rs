//! The leaf of an outcome: what became of a decision to send.

use darbaza_core::{CategoryCounts, OrganisationId, Receipt, RefusalCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of a request that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The whole answer was handed to the client.
    Answered,
    /// The client hung up first; the vendor's call was cancelled.
    ClientGone,
    /// The vendor failed before or in its answer.
    VendorFailed,
    /// The gate stopped, or could not record, before the answer was told.
    Withheld,
    /// The gate ended without knowing; written at the next start.
    Unknown,
}

/// How many tokens the vendor says it counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// In the request.
    pub prompt: u64,
    /// In the answer.
    pub completion: u64,
}

/// The second leaf of a request; it names the first by its receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "outcome")]
pub struct OutcomeLeaf {
    /// Version of this form.
    pub v: u32,
    /// The decision.
    pub receipt: Receipt,
    /// When it ended.
    pub at: Timestamp,
    /// In whose name.
    pub organisation: OrganisationId,
    /// What happened.
    pub outcome: Outcome,
    /// Why, where it went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RefusalCode>,
    /// Tokens that became values again, by category.
    #[serde(default, skip_serializing_if = "CategoryCounts::is_empty")]
    pub restored: CategoryCounts,
    /// The vendor's count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// From the decision to the end, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

impl OutcomeLeaf {
    /// The leaf for a decision whose end nobody saw.
    pub fn unknown(receipt: Receipt, organisation: OrganisationId, at: Timestamp) -> OutcomeLeaf {
        OutcomeLeaf {
            v: 1,
            receipt,
            at,
            organisation,
            outcome: Outcome::Unknown,
            code: None,
            restored: CategoryCounts::default(),
            usage: None,
            duration_ms: None,
        }
    }
}
