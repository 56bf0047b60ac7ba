//! The order of recording, at the gate's HTTP: a ledger that does as it is told shows what happens
//! before its record is durable, and what never happens where it fails.

#[path = "ledger_order/gate.rs"]
mod gate;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use darbaza_core::RefusalCode;
use darbaza_store::{AppendError, LeafKind, Outcome};
use darbaza_tests::{Answer, Piece, Script};
use gate::{FirstKey, HandMade, SLOW};
use serde_json::json;

const IIN: &str = "ИИН 920417499926, Ахметова Гульнара Сериковна";

const FAILURES: [AppendError; 4] =
    [AppendError::Full, AppendError::Failed, AppendError::Overloaded, AppendError::Closed];

fn assert_withheld(what: &str, answer: &Answer) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.text());
    assert_eq!(answer.code(), "ledger_unavailable", "{what}");
    assert!(answer.json()["error"]["darbaza"]["receipt"].is_null(), "{what}");
    for header in ["darbaza-receipt", "darbaza-decision", "ai-disclosure"] {
        assert!(!answer.headers.contains_key(header), "{what}: {header}");
    }
    assert!(!answer.text().contains("Сәлем"), "{what}: the vendor's answer is withheld");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_clear_data_is_durable_before_the_vendor_is_called() {
    let gate = HandMade::start().await;
    gate.ledger.append(SLOW, Ok(()));
    let answer = gate.say("credit-scoring", IIN, false).await;
    assert_eq!((answer.status.as_u16(), answer.header("darbaza-decision")), (200, "pass"));
    assert_eq!(gate.journal(), ["submitted", "durable", "called"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_masked_data_is_written_beside_the_vendor_s_work_and_durable_before_its_answer() {
    for stream in [false, true] {
        let gate = HandMade::start().await;
        gate.ledger.append(SLOW, Ok(()));
        let started = Instant::now();
        let answer = gate.say("support-chat", IIN, stream).await;
        assert_eq!(answer.status, 200);
        assert_eq!(gate.journal(), ["submitted", "called", "durable"], "stream: {stream}");
        assert!(started.elapsed() >= SLOW, "the answer waited for the record");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_is_ill_or_behind_is_waited_for() {
    for (writable, waiting) in [(false, 0), (true, 4096)] {
        let gate = HandMade::start().await;
        gate.ledger.health(writable, waiting);
        gate.ledger.append(SLOW, Ok(()));
        assert_eq!(gate.say("support-chat", IIN, false).await.status, 200);
        assert_eq!(gate.journal(), ["submitted", "durable", "called"]);
        let ready = gate.get("/readyz").await;
        assert_eq!(ready.status, if writable { 200 } else { 503 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_answered() {
    let gate = HandMade::start().await;
    for failure in FAILURES {
        for stream in [false, true] {
            for delay in [Duration::ZERO, SLOW] {
                gate.ledger.append(delay, Err(failure));
                let what = format!("{failure:?}, stream: {stream}, after {delay:?}");
                let masked = gate.say("support-chat", IIN, stream).await;
                assert_withheld(&what, &masked);
                assert_withheld(&what, &gate.say("credit-scoring", IIN, stream).await);
                // A masked call that was cancelled may still reach the vendor; clear data never do.
                gate.vendor.assert_never_saw(&["920417499926", "Ахметова"]);
            }
        }
        // A refusal is a decision too, and so is what never was a request.
        assert_withheld("a refusal", &gate.say("marketing", "Сәлем", false).await);
        assert_withheld("no request", &gate.post("support-chat", "{").await);
        assert_withheld("no address", &gate.get("/v1/nothing").await);
    }
    assert!(gate.ledger.outcomes().is_empty(), "there is no outcome of what is not recorded");
    tokio::time::sleep(SLOW).await;
    gate.vendor.assert_never_saw(&["920417499926", "Ахметова"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_fails_cancels_the_vendor_s_work() {
    let gate = HandMade::start().await;
    gate.vendor.answer(Script::text("Сәлем").after(Duration::from_secs(20)));
    gate.ledger.append(SLOW, Err(AppendError::Full));
    let started = Instant::now();
    assert_withheld("full", &gate.say("support-chat", IIN, false).await);
    assert!(started.elapsed() < Duration::from_secs(2));
    gate.until("the vendor's call ends", |gate| gate.vendor.cancelled() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_ledger_fails_for_good_no_open_request_is_answered() {
    let gate = HandMade::start().await;
    gate.vendor.answer(Script::text("Сәлем").after(Duration::from_secs(20)));
    let waiting = gate.say("support-chat", IIN, false);
    let break_down = async {
        gate.until("the vendor is called", |gate| !gate.vendor.received().is_empty()).await;
        gate.ledger.break_down();
    };
    let (answer, ()) = tokio::join!(waiting, break_down);
    assert_withheld("a request that waits for its vendor", &answer);

    let gate = HandMade::start().await;
    let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": "Ия" } }] });
    let event = |data: &str| Piece::Bytes(format!("data: {data}\n\n").into());
    gate.vendor.answer(Script::pieces(vec![
        event(&chunk.to_string()),
        Piece::Pause(Duration::from_secs(20)),
        event("[DONE]"),
    ]));
    let (_, _, mut pieces) = gate.call("support-chat", IIN, true).open().await;
    let mut told = pieces.next().await.unwrap().unwrap().to_vec();
    gate.ledger.break_down();
    while let Some(piece) = pieces.next().await {
        told.extend_from_slice(&piece.expect("the stream ends well"));
    }
    let told = String::from_utf8(told).unwrap();
    assert_eq!(told.matches("\"error\"").count(), 1, "{told}");
    assert!(told.contains("ledger_unavailable") && !told.contains("[DONE]"), "{told}");
    let outcome = gate.ledger.outcomes().pop().unwrap();
    assert_eq!((outcome.outcome, outcome.code), (Outcome::Withheld, Some(RefusalCode::LedgerUnavailable)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_masking_key_nothing_leaves_and_a_panic_ends_one_request_only() {
    let gate = HandMade::with(FirstKey::Missing).await;
    assert_withheld("no key", &gate.say("support-chat", IIN, false).await);
    let ended = HandMade::with(FirstKey::Panic("scripted")).await;
    let call = ended.call("support-chat", IIN, false).send();
    assert!(tokio::spawn(call).await.is_err(), "the connection ends without an answer");
    for gate in [gate, ended] {
        assert!(gate.vendor.received().is_empty() && gate.ledger.kinds().is_empty());
        assert_eq!(gate.say("support-chat", IIN, false).await.status, 200, "the next one is served");
    }
}

/// What this thread logs.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The program's panic hook, for this thread; the tests beside it keep theirs.
fn tell_of_panics_as_the_program_does() {
    let (usual, ours) = (std::panic::take_hook(), std::thread::current().id());
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == ours {
            darbaza::telemetry::tell_of_panic(panic)
        } else {
            usual(panic)
        }
    }));
}

// One thread serves, panics and logs, so that its log can be read here.
#[tokio::test(flavor = "current_thread")]
async fn a_panic_over_a_request_tells_its_place_and_nothing_of_the_request() {
    let lines = Lines::default();
    let writer = lines.clone();
    let logs = tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE);
    let _logging = tracing::subscriber::set_default(logs.with_writer(move || writer.clone()).finish());
    tell_of_panics_as_the_program_does();

    let gate = HandMade::with(FirstKey::Panic(IIN)).await;
    assert!(tokio::spawn(gate.call("support-chat", IIN, false).send()).await.is_err());

    let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(told.contains("a thread panicked") && told.contains("ledger_order/gate.rs"), "{told}");
    for canary in ["920417499926", "Ахметова", "Гульнара"] {
        assert!(!told.contains(canary), "{told}");
    }
    assert!(gate.ledger.kinds().is_empty() && gate.vendor.received().is_empty(), "nothing was kept or sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_while_its_decision_is_written_leaves_an_outcome() {
    for system in ["support-chat", "credit-scoring"] {
        let gate = HandMade::start().await;
        gate.ledger.append(Duration::from_millis(400), Ok(()));
        let call = gate.call(system, IIN, false).send();
        assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
        gate.until("the outcome", |gate| gate.ledger.outcomes().len() == 1).await;
        assert_eq!(gate.ledger.outcomes()[0].outcome, Outcome::ClientGone, "{system}");
        assert_eq!(gate.ledger.kinds(), [LeafKind::Decision, LeafKind::Outcome], "{system}");
    }
}
