//! The built-in vendor: it answers with the last user message as it received it. What it shows is
//! what a vendor would see.

use bytes::Bytes;
use darbaza_wire::chat::{Limits, Reply, Request, Usage};
use http::StatusCode;
use jiff::Timestamp;

use super::call::{Form, Outbound, VendorAnswer, VendorBody};

/// Characters in one piece of a stream; short, so that tokens are cut as real vendors cut them.
const PIECE: usize = 7;

/// Answers what it received.
pub(super) fn answer(out: &Outbound) -> VendorAnswer {
    let Ok(request) = Request::read(&out.body, &Limits::default()) else {
        return broken();
    };
    let text = request.last_user_message().unwrap_or_default();
    // A rough count; the mirror has no tokeniser.
    let count = |bytes: usize| bytes as u64 / 4 + 1;
    let (prompt, completion) = (count(out.body.len()), count(text.len()));
    let reply = Reply {
        id: "chatcmpl-mirror",
        created: u64::try_from(Timestamp::now().as_second()).unwrap_or_default(),
        model: request.model(),
        text: &text,
        n: request.n().min(8),
        usage: Usage { prompt, completion, total: prompt + completion },
    };
    let (form, pieces) = if out.stream {
        let events = reply.to_events(request.include_usage(), PIECE);
        (Form::Events, events.into_iter().map(Bytes::from).collect())
    } else {
        (Form::Json, vec![Bytes::from(reply.to_bytes())])
    };
    VendorAnswer { status: StatusCode::OK, form, body: VendorBody::Mirror(pieces.into_iter()) }
}

fn broken() -> VendorAnswer {
    VendorAnswer {
        status: StatusCode::BAD_REQUEST,
        form: Form::Other,
        body: VendorBody::Mirror(Vec::new().into_iter()),
    }
}
