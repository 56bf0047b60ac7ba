//! A clock that jumps.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use darbaza_gateway::Clock;
use darbaza_store::Outcome;
use darbaza_tests::{Answer, Script, TestApp};
use jiff::{SignedDuration, Timestamp};

const DAY: i64 = 24 * 60 * 60;
const PROMPT: &str = "Я Ахметова Гульнара Сериковна";

/// Seconds after the first of June 2027, at noon in Kazakhstan.
static JUMPED: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let noon: Timestamp = "2027-06-01T07:00:00Z".parse().unwrap();
    noon + SignedDuration::from_secs(JUMPED.load(Ordering::SeqCst))
}

async fn at(app: &TestApp, seconds: i64) -> Answer {
    JUMPED.store(seconds, Ordering::SeqCst);
    app.say("support-chat", PROMPT).await
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_stay_in_order_and_contracts_end_with_their_day() {
    let app = TestApp::with().clock(Clock::new(now)).start().await;
    let mut answers = Vec::new();
    for seconds in [0, 0, -DAY, 5, -365 * DAY, -60 * 365 * DAY, 0, 1, 31 * DAY, 30 * DAY, 0] {
        let answer = at(&app, seconds).await;
        assert_eq!(answer.status, 200, "{seconds}: {}", answer.text());
        assert_eq!(answer.content(), PROMPT, "{seconds}");
        answers.push(answer);
    }
    // The contract is in force until the end of 31 December in Kazakhstan, which is 19:00 UTC.
    let end = "2027-12-31T19:00:00Z".parse::<Timestamp>().unwrap();
    let noon = "2027-06-01T07:00:00Z".parse::<Timestamp>().unwrap();
    let last_second = end.as_second() - noon.as_second() - 1;
    for (seconds, status) in
        [(last_second, 200), (last_second + 1, 403), (last_second + 400 * DAY, 403), (0, 200)]
    {
        let answer = at(&app, seconds).await;
        assert_eq!(answer.status, status, "{seconds}: {}", answer.text());
        assert!(status == 200 || answer.code() == "vendor_not_allowed");
        answers.push(answer);
    }
    let receipts: Vec<&str> = answers.iter().map(|answer| answer.header("darbaza-receipt")).collect();
    assert!(receipts.is_sorted_by(|a, b| a < b), "{receipts:#?}");
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        let outcome = app.outcome(answer.header("darbaza-receipt")).await;
        assert_eq!(outcome.outcome, Outcome::Answered);
        assert!(outcome.duration_ms.unwrap() < 60_000, "durations do not come from this clock");
    }

    // One that jumps while the vendor works.
    app.abroad.respond(|received| Script::text(&received.last_content()).after(Duration::from_millis(300)));
    let (answer, ()) = tokio::join!(app.say("support-chat", PROMPT), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        JUMPED.store(-365 * DAY, Ordering::SeqCst);
    });
    assert_eq!((answer.status.as_u16(), answer.content().as_str()), (200, PROMPT));
}
