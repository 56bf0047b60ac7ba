//! What the vendor answers.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use memchr::memmem;
use tokio::time::{Sleep, sleep};

/// Pieces of a stream between the first and the last.
const PIECES: usize = 15;
/// Between two pieces.
const PAUSE: Duration = Duration::from_millis(5);
/// What every answer says.
const SENTENCE: &str = "Өтініш қабылданды, жауап осы хатта. Заявка принята, ответ ниже по тексту.";

/// What a request asks for, as far as the script goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Whether to wait first.
    pub(super) delayed: bool,
    /// Whether a stream is asked for.
    pub(super) stream: bool,
    tokens: String,
}

impl Asked {
    pub(super) fn read(body: &[u8]) -> Asked {
        let says = |words: &[u8]| memmem::find(body, words).is_some();
        Asked {
            delayed: !says(br#""model":"at-once""#),
            stream: says(br#""stream":true"#),
            tokens: tokens(body),
        }
    }

    pub(super) fn answer(self) -> AnswerBody {
        let tokens = self.tokens;
        if !self.stream {
            let whole = format!(
                "{{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"scripted\",\
                 \"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\"content\":\"{SENTENCE}{tokens}\"}},\
                 \"logprobs\":null,\"finish_reason\":\"stop\"}}],\
                 \"usage\":{{\"prompt_tokens\":200,\"completion_tokens\":40,\"total_tokens\":240}}}}"
            );
            return AnswerBody { pieces: VecDeque::from([whole.into()]), pause: None };
        }
        let chunk = |delta: &str, finish: &str| {
            format!(
                "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\
                 \"model\":\"scripted\",\"choices\":[{{\"index\":0,\"delta\":{{{delta}}},\
                 \"finish_reason\":{finish}}}]}}\n\n"
            )
        };
        let first = chunk(r#""role":"assistant","content":"Өтініш""#, "null");
        let next = (0..PIECES).map(|_| Bytes::from(chunk(r#""content":" қабылданды""#, "null")));
        let last = chunk("", "\"stop\"") + "data: [DONE]\n\n";
        let pieces = std::iter::once(first.into()).chain(next).chain([last.into()]).collect();
        AnswerBody { pieces, pause: None }
    }
}

/// Everything in brackets that looks like a token of the gate.
fn tokens(body: &[u8]) -> String {
    let mut found = String::new();
    for start in memchr::memchr_iter(b'[', body) {
        let rest = body.get(start + 1..).unwrap_or_default();
        let length = rest.iter().take(48).position(|b| *b == b']');
        let word = length.and_then(|n| rest.get(..n)).unwrap_or_default();
        let is_token = word.contains(&b'_') && word.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
        if let (true, Ok(word)) = (is_token, std::str::from_utf8(word)) {
            found.push_str(" [");
            found.push_str(word);
            found.push(']');
        }
    }
    found
}

/// The body of an answer: its pieces, with pauses between.
pub(super) struct AnswerBody {
    pieces: VecDeque<Bytes>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let piece = self.pieces.pop_front();
        if !self.pieces.is_empty() {
            self.pause = Some(Box::pin(sleep(PAUSE)));
        }
        Poll::Ready(piece.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match (self.pieces.len(), self.pieces.front()) {
            // A whole answer has a length; a stream has none.
            (1, Some(only)) if self.pause.is_none() => SizeHint::with_exact(only.len() as u64),
            _ => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_in_the_request() {
        let body = br#"{"model":"at-once","stream":true,"m":"a [IIN_k7f3q9x2], [1] b[PERSON_abcdefgh]"}"#;
        let tokens = " [IIN_k7f3q9x2] [PERSON_abcdefgh]".to_owned();
        assert_eq!(Asked::read(body), Asked { delayed: false, stream: true, tokens });
        assert!(Asked::read(br#"{"model":"delayed"}"#).delayed);
    }
}
