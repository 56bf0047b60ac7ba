//! One restorer for each place of text in an answer.

use std::collections::BTreeMap;

use darbaza_mask::{JsonRestorer, JsonRules, TextRestorer, Tokens};
use darbaza_wire::chat::{AnswerPlace, Field};

/// 128 choices are the protocol's bound; few of them have more than a handful of calls.
const MOST_PLACES: usize = 4096;
/// Bytes that all places of a stream may hold back together.
const MOST_HELD: usize = 4 * 1024 * 1024;

/// How a place is restored.
pub(super) enum Kind {
    /// Plain text.
    Text,
    /// Text for people, which may be JSON although nobody asked for it.
    Content,
    /// JSON.
    Json(JsonRules),
}

impl Kind {
    /// Arguments go to programs that act on them, so a leaf with a URL of the model's stays as it
    /// is; content in JSON goes to people and is restored token by token.
    pub(super) fn of(field: Field, json_content: bool) -> Kind {
        if field.is_json() {
            Kind::Json(JsonRules::TOOL_ARGUMENTS)
        } else if field == Field::Content {
            if json_content { Kind::Json(JsonRules::CONTENT) } else { Kind::Content }
        } else {
            Kind::Text
        }
    }
}

enum Restorer {
    Text(Box<TextRestorer>),
    Json(Box<JsonRestorer>),
}

/// The restorers of one stream.
pub(super) struct Places {
    tokens: Tokens,
    json_content: bool,
    restorers: BTreeMap<AnswerPlace, Restorer>,
    /// About how many bytes are held back, in all places together.
    held: usize,
}

impl Places {
    pub(super) fn new(tokens: Tokens, json_content: bool) -> Places {
        Places { tokens, json_content, restorers: BTreeMap::new(), held: 0 }
    }

    /// Replaces a piece by what it decides.
    pub(super) fn take(&mut self, place: AnswerPlace, piece: &mut String) {
        let Places { tokens, json_content, restorers, held } = self;
        let restorer = restorers.entry(place).or_insert_with(|| match Kind::of(place.field, *json_content) {
            Kind::Text => Restorer::Text(Box::new(tokens.text_stream())),
            Kind::Content => Restorer::Text(Box::new(tokens.content_stream())),
            Kind::Json(rules) => Restorer::Json(Box::new(tokens.json_stream(rules))),
        });
        let decided = match restorer {
            Restorer::Text(restorer) => restorer.push(piece),
            Restorer::Json(restorer) => restorer.push(piece),
        };
        *held = (*held + piece.len()).saturating_sub(decided.len());
        *piece = decided;
    }

    /// What the places of one choice, or of all, still held back.
    pub(super) fn finish(&mut self, choice: Option<u64>) -> Vec<(AnswerPlace, String)> {
        let ends = |place: &AnswerPlace| choice.is_none_or(|c| place.choice == c);
        let ended: Vec<AnswerPlace> = self.restorers.keys().filter(|p| ends(p)).copied().collect();
        ended.into_iter().filter_map(|place| self.finish_one(place)).collect()
    }

    /// What one place still held back.
    pub(super) fn finish_one(&mut self, place: AnswerPlace) -> Option<(AnswerPlace, String)> {
        let rest = match self.restorers.remove(&place)? {
            Restorer::Text(restorer) => restorer.finish(),
            Restorer::Json(restorer) => restorer.finish(),
        };
        self.held = self.held.saturating_sub(rest.len());
        (!rest.is_empty()).then_some((place, rest))
    }

    /// Whether the vendor opened more places than an answer can have, each with memory of its own,
    /// or never ends a string that is held back until it is whole.
    pub(super) fn are_too_large(&self) -> bool {
        self.restorers.len() > MOST_PLACES || self.held > MOST_HELD
    }

    pub(super) fn tokens(&self) -> &Tokens {
        &self.tokens
    }
}
