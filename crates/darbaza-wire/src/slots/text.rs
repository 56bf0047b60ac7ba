//! What the gate sees of a slot.

use std::fmt;
use std::ops::Range;

/// Names one [`Text`] of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(pub(crate) usize);

impl TextId {
    /// Where the text stands in `Request::texts`.
    pub const fn index(self) -> usize {
        self.0
    }
}

/// Whose words a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The application's instructions (roles `system` and `developer`).
    System,
    /// The person's.
    User,
    /// The model's, from an earlier turn.
    Assistant,
    /// What a tool returned (roles `tool` and `function`).
    Tool,
    /// Descriptions of tools and of the wanted form of the answer.
    Definition,
    /// Anything beside the messages.
    Other,
}

/// What may be written in the place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Any string.
    Free,
    /// Only `[A-Za-z0-9_-]`: names of functions, of participants, of properties in schemas and of
    /// arguments, which the client maps back.
    Word,
    /// The key of an object in free data.
    Key,
    /// A JSON number; an edited one becomes a string.
    Number,
    /// A reference that has to stay equal to another one, such as `tool_call_id`.
    Identifier,
    /// A setting of the protocol with so wide a range that it could carry a number of a person,
    /// such as `seed`. An edit would break the request.
    Parameter,
}

/// One text of a request: a leaf, or the adjacent text parts of one message joined.
///
/// `Debug` shows no content.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// Its name for [`Request::apply`](crate::chat::Request::apply).
    pub id: TextId,
    /// Whose words.
    pub role: Role,
    /// What may be written there.
    pub shape: Shape,
    /// Which message it belongs to, counted from 0; `None` beside the messages.
    pub message: Option<usize>,
    /// The nearest object key that names the value, such as `жсн`. Personal data may stand in it,
    /// as it may in any key.
    pub label: Option<String>,
    /// The place in the document, for explanations: `messages[2].content`. Keys of free data
    /// appear as positions (`metadata{0}`), so that a place never carries data.
    pub place: String,
    /// The text itself. Literal `\uXXXX` escapes in it, which programs leave behind when they
    /// paste serialised JSON into a prompt, are shown as the characters they mean.
    pub value: String,
    /// Byte offsets of `value` where one text part ends and the next begins. A detector that needs
    /// the boundary of words should look at the [pieces](Text::pieces) as well as at the whole.
    pub seams: Vec<usize>,
}

impl Text {
    /// The parts of the value, each of which was a string of its own; one where nothing was joined.
    pub fn pieces(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.seams.iter().copied());
        let ends = self.seams.iter().copied().chain(std::iter::once(self.value.len()));
        starts.zip(ends).map(|(start, end)| start..end)
    }
}

/// Shows what and where, never the content.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text")
            .field("id", &self.id.0)
            .field("role", &self.role)
            .field("shape", &self.shape)
            .field("place", &self.place)
            .field("bytes", &self.value.len())
            .finish_non_exhaustive()
    }
}
