//! One restorer for each place of text in an answer.

use std::collections::BTreeMap;

use darbaza_mask::{JsonRestorer, JsonRules, TextRestorer, Tokens};
use darbaza_register::ToolArguments;
use darbaza_wire::chat::{AnswerPlace, Field};

use super::calls::{Calls, MaskedTools};

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
    calls: Calls,
    /// The ends of names that became whole, until they are told.
    names: Vec<(AnswerPlace, String)>,
    /// About how many bytes are held back, in all places together.
    held: usize,
}

impl Places {
    pub(super) fn new(tokens: Tokens, json_content: bool, tools: MaskedTools) -> Places {
        Places {
            tokens,
            json_content,
            restorers: BTreeMap::new(),
            calls: Calls::new(tools),
            names: Vec::new(),
            held: 0,
        }
    }

    /// Replaces a piece by what it decides.
    pub(super) fn take(&mut self, place: AnswerPlace, piece: &mut String) {
        if let Some(field) = place.field.name_of_call() {
            // Once its arguments begin, a name is whole.
            let name = self.finish_one(AnswerPlace { field, ..place });
            self.names.extend(name);
            let taken = piece.len();
            let arguments = self.calls.arguments(place, piece);
            self.held = (self.held + taken).saturating_sub(piece.len());
            if arguments == ToolArguments::Masked {
                return;
            }
        }
        match place.field.arguments_of_call() {
            None => self.restore(place, piece),
            Some(field) => {
                let sent = piece.clone();
                self.restore(place, piece);
                self.calls.name(AnswerPlace { field, ..place }, &sent, piece);
            }
        }
    }

    fn restore(&mut self, place: AnswerPlace, piece: &mut String) {
        let Places { tokens, json_content, restorers, held, .. } = self;
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

    /// The ends of the names that became whole since this was asked, to be told before anything else.
    pub(super) fn whole_names(&mut self) -> Vec<(AnswerPlace, String)> {
        std::mem::take(&mut self.names)
    }

    /// What the places of one choice, or of all, still held back; names first.
    pub(super) fn finish(&mut self, choice: Option<u64>) -> Vec<(AnswerPlace, String)> {
        let open = self.restorers.keys().copied().chain(self.calls.places());
        let mut ended: Vec<AnswerPlace> =
            open.filter(|place| choice.is_none_or(|c| place.choice == c)).collect();
        ended.sort_by_key(|place| (place.field.arguments_of_call().is_none(), *place));
        ended.dedup();
        ended.into_iter().filter_map(|place| self.finish_one(place)).collect()
    }

    /// What one place still held back.
    fn finish_one(&mut self, place: AnswerPlace) -> Option<(AnswerPlace, String)> {
        let mut rest = String::new();
        if let Some((arguments, held)) = self.calls.finish(place) {
            rest = held;
            if arguments == ToolArguments::Restored {
                self.restore(place, &mut rest);
            } else {
                self.held = self.held.saturating_sub(rest.len());
            }
        }
        if let Some(restorer) = self.restorers.remove(&place) {
            let end = match restorer {
                Restorer::Text(restorer) => restorer.finish(),
                Restorer::Json(restorer) => restorer.finish(),
            };
            self.held = self.held.saturating_sub(end.len());
            rest.push_str(&end);
        }
        if let Some(field) = place.field.arguments_of_call() {
            self.calls.name(AnswerPlace { field, ..place }, "", &rest);
        }
        (!rest.is_empty()).then_some((place, rest))
    }

    /// Whether the vendor opened more places than an answer can have, each with memory of its own,
    /// never ends a string that is held back until it is whole, or renamed a call that has values.
    pub(super) fn are_broken(&self) -> bool {
        self.restorers.len().max(self.calls.len()) > MOST_PLACES
            || self.held > MOST_HELD
            || self.calls.is_renamed()
    }

    pub(super) fn tokens(&self) -> &Tokens {
        &self.tokens
    }
}
