//! AI systems of the company (AI 1(5)).

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::{Lang, ModelName, OrganisationKey, Purpose, RouteKey, SystemKey};
use serde::{Deserialize, Serialize};

use super::{Names, Use};

/// An AI system of the company.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// Its key; API keys belong to it.
    pub key: SystemKey,
    /// In whose name it runs.
    pub organisation: OrganisationKey,
    /// Its name.
    pub name: Names,
    /// Where it stands on the way to production.
    pub state: SystemState,
    /// The language of its error texts where the caller names none.
    pub language: Lang,
    /// How far a token's meaning reaches.
    pub scope: ScopeRule,
    /// Which model names lead to which routes.
    pub models: ModelTable,
    /// Where data that may not leave the company's network go.
    pub local_route: Option<RouteKey>,
    /// Request parameters of the closed list that are allowed here by name.
    pub parameters: BTreeSet<String>,
    /// What becomes of the arguments of the tools that the client executes, by the tool's name.
    pub tools: BTreeMap<String, ToolArguments>,
    /// What it is used for.
    pub uses: BTreeMap<Purpose, Use>,
}

/// Where an AI system stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SystemState {
    /// Being described.
    Draft,
    /// Being assessed by the eight questions.
    InAssessment,
    /// Approved and in use.
    Live,
    /// Stopped by a person (AI 18(2)).
    Suspended,
    /// Out of use.
    Retired,
}

impl SystemState {
    /// The written form, as in register files.
    pub const fn as_str(self) -> &'static str {
        match self {
            SystemState::Draft => "draft",
            SystemState::InAssessment => "in-assessment",
            SystemState::Live => "live",
            SystemState::Suspended => "suspended",
            SystemState::Retired => "retired",
        }
    }
}

/// How far a token's meaning reaches: requests of one scope share tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeRule {
    /// One request; for systems that decide about people.
    Request,
    /// Requests with the same system text and first user message: a conversation.
    #[default]
    Opening,
    /// Requests with the same `Darbaza-Subject`; one request where it is missing.
    Subject,
    /// Requests with the same `Darbaza-Conversation`; one request where it is missing.
    Header,
}

/// What becomes of tokens in the arguments of a tool that the client executes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToolArguments {
    /// They become values again, except inside URLs.
    #[default]
    Restored,
    /// They stay tokens: the tool would carry the values out of the company's hands.
    Masked,
}

/// Which names of models a system may write, and where they lead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelTable {
    /// Named models.
    pub named: BTreeMap<ModelName, RouteKey>,
    /// Where every other name leads; none means that other names are unknown.
    pub any: Option<RouteKey>,
}

impl ModelTable {
    /// The route for a name that a client wrote.
    pub fn route(&self, model: &str) -> Option<&RouteKey> {
        self.entry(model).map(|(_, route)| route).or(self.any.as_ref())
    }

    /// The named model of that name, with its route.
    pub fn entry(&self, model: &str) -> Option<(&ModelName, &RouteKey)> {
        self.named.iter().find(|(name, _)| name.as_str() == model)
    }
}
