//! The leaf of a decision.

use darbaza_core::{
    Action, CategoryCounts, CountryCode, KeyId, ModelName, OrganisationId, Purpose, Receipt, RefusalCode,
    RouteKey, SystemKey, VendorKey,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A keyed, one-way stand-in for a company's own reference of a person or conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pseudonym(pub String);

/// What was decided on a request, and by which facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "decision")]
pub struct DecisionLeaf {
    /// Version of this form.
    pub v: u32,
    /// The id of the decision.
    pub receipt: Receipt,
    /// When.
    pub at: Timestamp,
    /// In whose name.
    pub organisation: OrganisationId,
    /// Which AI system asked.
    pub system: SystemKey,
    /// With which key.
    pub key: KeyId,
    /// For which purpose; none where none was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// The route that the model's name led to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<RouteKey>,
    /// The named model that was asked for; none where the name was not among the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelName>,
    /// Parameters in effect that change retention, recipients or place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// What the gate did.
    pub action: Action,
    /// Why not, where it refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RefusalCode>,
    /// The rule that refused; where it went over another route, the rule that shut the one asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The articles behind that rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub law: Vec<String>,
    /// Over which route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteKey>,
    /// To which vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<VendorKey>,
    /// In which country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// What was found.
    #[serde(default, skip_serializing_if = "CategoryCounts::is_empty")]
    pub findings: CategoryCounts,
    /// What of it left as it was.
    #[serde(default, skip_serializing_if = "CategoryCounts::is_empty")]
    pub clear: CategoryCounts,
    /// What the gate changed in the protocol, such as `logprobs_dropped`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjusted: Vec<String>,
    /// The persons concerned, as the company named them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Pseudonym>,
    /// The conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Pseudonym>,
    /// Version of the register in force.
    pub register: String,
    /// Fingerprint of the rules that came with the gate; none in records from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// Keyed commitment to the body that left for the vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// Refusals by a limit of the same key that were told the receipt of the one before this, and
    /// have no leaf of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further: Option<Further>,
}

/// Refusals without a leaf of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Further {
    /// The receipt that they were told.
    pub receipt: Receipt,
    /// How many.
    pub count: u64,
}

/// How many calls came with keys that open nothing; at most one such leaf a minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "refused_keys")]
pub struct RefusedKeysLeaf {
    /// Version of this form.
    pub v: u32,
    /// The end of the span that was counted.
    pub at: Timestamp,
    /// How many.
    pub count: u64,
}

/// Refusals by a key's limits that have no leaf of their own: whoever has a key could fill the
/// ledger otherwise. Written where no refusal with a leaf follows that could tell of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "limited")]
pub struct LimitedLeaf {
    /// Version of this form.
    pub v: u32,
    /// The end of the span that was counted.
    pub at: Timestamp,
    /// In whose name.
    pub organisation: OrganisationId,
    /// The AI system.
    pub system: SystemKey,
    /// The key.
    pub key: KeyId,
    /// How many, and the receipt of the refusal that has a leaf.
    pub further: Further,
}
