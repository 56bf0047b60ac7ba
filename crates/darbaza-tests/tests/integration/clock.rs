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
    // A contract that always was in force: the clock jumps back to before it was signed.
    let always = |r: &str| r.replace("from: 2026-01-12, ", "");
    let app = TestApp::with().register(always).clock(Clock::new(now)).start().await;
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

/// The clock of the second test.
static SET: AtomicI64 = AtomicI64::new(0);

fn as_set() -> Timestamp {
    Timestamp::from_second(SET.load(Ordering::SeqCst)).unwrap()
}

fn set(to: &str) {
    SET.store(to.parse::<Timestamp>().unwrap().as_second(), Ordering::SeqCst);
}

async fn start(folder: Option<tempfile::TempDir>) -> TestApp {
    let app = TestApp::with().clock(Clock::new(as_set));
    match folder {
        Some(folder) => app.folder(folder).start().await,
        None => app.start().await,
    }
}

/// The token that the vendor sees in place of the person.
async fn token(app: &TestApp) -> String {
    assert_eq!(app.say("support-chat", PROMPT).await.content(), PROMPT);
    let sent = app.abroad.last().last_content();
    sent.split_once("[PERSON_").expect("a token").1.split(']').next().unwrap().to_owned()
}

/// Every answer's receipt, in order; fails where one is not later than all before.
#[derive(Default)]
struct Order(String);

impl Order {
    fn add(&mut self, answer: &Answer) {
        let receipt = answer.header("darbaza-receipt").to_owned();
        assert!(self.0 < receipt, "{receipt} comes after {}", self.0);
        self.0 = receipt;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_a_day_revives_nothing_while_it_runs_and_over_a_restart() {
    // A masking epoch of thirty days begins with the first of June 2027.
    set("2027-05-31T23:00:00Z");
    let app = start(None).await;
    let former = token(&app).await;
    set("2027-06-01T01:00:00Z");
    let current = token(&app).await;
    assert_ne!(former, current, "another epoch, another token");
    set("2027-05-31T01:00:00Z");
    assert_eq!(token(&app).await, current, "the epoch went back");
    let folder = app.stop().await;
    set("2027-05-31T02:00:00Z");
    let app = start(Some(folder)).await;
    assert_eq!(token(&app).await, current, "the epoch went back over a restart");

    // The contract is in force until the end of 31 December in Kazakhstan, 19:00 UTC, and so is the key.
    let mut order = Order::default();
    set("2027-12-31T18:00:00Z");
    let dated = app.issue(&darbaza::KeyRequest {
        expires: Some("2027-12-31".parse().unwrap()),
        ..darbaza::KeyRequest::new("support-chat".parse().unwrap(), "tests")
    });
    let dated_status = async |app: &TestApp| {
        let call = app.call(http::Method::GET, "/v1/models").key(&dated);
        call.send().await.status.as_u16()
    };
    order.add(&app.say("support-chat", PROMPT).await);
    assert_eq!(dated_status(&app).await, 200);
    let mut folder = None;
    for (at, what) in [
        ("2027-12-31T19:00:00Z", "the first moment of the new year"),
        ("2027-12-30T19:00:00Z", "set back a day"),
        ("2027-12-30T23:00:00Z", "some hours on"),
    ] {
        set(at);
        let ended = app.say("support-chat", PROMPT).await;
        assert_eq!((ended.status.as_u16(), ended.code().as_str()), (403, "vendor_not_allowed"), "{what}");
        order.add(&ended);
        assert_eq!(dated_status(&app).await, 401, "{what}: a key came alive again");
        // Where nothing ended, work goes on.
        let inside = app.say("credit-scoring", PROMPT).await;
        assert_eq!(inside.status, 200, "{what}");
        order.add(&inside);
    }
    folder.replace(app.stop().await);
    for at in ["2027-12-31T00:00:00Z", "2027-12-30T00:00:00Z", "2027-12-31T20:00:00Z"] {
        set(at);
        let app = start(folder.take()).await;
        let ended = app.say("support-chat", PROMPT).await;
        assert_eq!(ended.status, 403, "{at}: a contract came alive again over a restart");
        order.add(&ended);
        assert_eq!(dated_status(&app).await, 401, "{at}: a key came alive again over a restart");
        folder.replace(app.stop().await);
    }

    // A clock that was a year ahead and was corrected does not keep the gate in that year; receipts stay
    // in order all the same.
    set("2028-12-31T20:00:00Z");
    let app = start(folder.take()).await;
    order.add(&app.say("credit-scoring", PROMPT).await);
    set("2027-12-29T20:00:00Z");
    let corrected = app.say("support-chat", PROMPT).await;
    assert_eq!(corrected.status, 200, "{}", corrected.text());
    order.add(&corrected);
    let folder = app.stop().await;
    let app = start(Some(folder)).await;
    order.add(&app.say("support-chat", PROMPT).await);
    let folder = app.stop().await;
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (data, key, since) = (at("data"), at("data/ledger/ledger.vkey"), at("export/checkpoint"));
    darbaza_tests::Ran::new(
        folder.path(),
        &["ledger", "verify", "--data", &data, "--key", &key, "--since", &since],
    )
    .expect(0);
}
