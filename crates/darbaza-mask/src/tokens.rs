//! The way back: what a request's answer is restored with.

use std::fmt;
use std::sync::Arc;

use darbaza_core::CategoryCounts;

use crate::json::{JsonRestorer, JsonRules};
use crate::table::Table;
use crate::text::TextRestorer;

/// The tokens of one request and the values behind them.
///
/// Lives in the request's own memory; a clone shares it. Values are wiped when the last clone and
/// the last restorer are dropped.
#[derive(Clone)]
pub struct Tokens {
    pub(crate) table: Arc<Table>,
}

impl Tokens {
    /// Whether nothing was masked.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// How many different values of each category have a token.
    pub fn minted(&self) -> CategoryCounts {
        self.table.minted()
    }

    /// How many tokens of each category were restored so far, over all copies of the answer.
    pub fn restored(&self) -> CategoryCounts {
        self.table.restored()
    }

    /// How many tokens were left as they were, because they stood in a URL, a link target or
    /// another place from which a value could leave.
    pub fn kept(&self) -> u32 {
        self.table.kept()
    }

    /// Restores a whole text.
    pub fn restore(&self, text: &str) -> String {
        let mut restorer = self.text_stream();
        let mut restored = restorer.push(text);
        restored.push_str(&restorer.finish());
        restored
    }

    /// Restores a whole content of which nobody said whether it is text or JSON; see
    /// [`Tokens::content_stream`].
    pub fn restore_content(&self, content: &str) -> String {
        let mut restorer = self.content_stream();
        let mut restored = restorer.push(content);
        restored.push_str(&restorer.finish());
        restored
    }

    /// Restores a whole JSON text, such as the arguments of a tool call.
    pub fn restore_json(&self, json: &str, rules: JsonRules) -> String {
        let mut restorer = self.json_stream(rules);
        let mut restored = restorer.push(json);
        restored.push_str(&restorer.finish());
        restored
    }

    /// A restorer of text that arrives in pieces.
    pub fn text_stream(&self) -> TextRestorer {
        TextRestorer::new(Arc::clone(&self.table))
    }

    /// A restorer of content that arrives in pieces and may be text or JSON.
    ///
    /// Content that begins, behind white space, with `{` and then `"` or `}`, or with `[` and then
    /// `{`, `"`, a number, `true`, `false`, `null`, `]` or another such `[`, is restored as JSON is, so that a value with a quote
    /// in it does not break it: values in strings are escaped, and numbers are numbers again. That
    /// goes up to the end of the value; what follows it is text, unless it begins as JSON again.
    /// At most its first 64 bytes, from the bracket on, are held back until that is decided.
    /// Other content is restored as [`Tokens::text_stream`] does.
    pub fn content_stream(&self) -> TextRestorer {
        TextRestorer::of_content(Arc::clone(&self.table))
    }

    /// A restorer of JSON text that arrives in pieces.
    pub fn json_stream(&self, rules: JsonRules) -> JsonRestorer {
        JsonRestorer::new(Arc::clone(&self.table), rules)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("minted", &self.minted().to_string()).finish_non_exhaustive()
    }
}
