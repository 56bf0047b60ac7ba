//! Limits of a key.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::atomic::{AtomicI64, Ordering};

use darbaza::KeyRequest;
use darbaza_gateway::Clock;
use darbaza_store::KeyLimits;
use darbaza_tests::{Answer, Script, TestApp};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{chat, slow_stream};

fn issue(app: &TestApp, limits: KeyLimits) -> String {
    app.issue(&KeyRequest { limits, ..KeyRequest::new("support-chat".parse().unwrap(), "tests") })
}

/// Fails unless the answer is a refusal by that limit; after how many seconds it may be sent again.
fn limited(app: &TestApp, answer: &Answer, rule: &str) -> u64 {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "limit_reached"), "{}", answer.text());
    assert_eq!(app.decision(answer).rule.as_deref(), Some(rule));
    assert_eq!(answer.header("x-should-retry"), "", "it may be sent again");
    answer.header("retry-after").parse().expect("seconds")
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_over_the_rate_are_refused_and_a_flood_of_them_leaves_one_record() {
    let app = TestApp::start().await;
    let limits = KeyLimits { requests_per_minute: NonZeroU32::new(3), ..KeyLimits::default() };
    let key = issue(&app, limits);
    let models = || app.call(Method::GET, "/v1/models").key(&key);
    // Every address counts, and a refusal by a rule does too.
    assert_eq!(chat(&app, &key, false).send().await.status, 200);
    assert_eq!(models().send().await.status, 200);
    assert_eq!(app.call(Method::GET, "/nothing").key(&key).send().await.status, 404);
    let first = models().send().await;
    let wait = limited(&app, &first, "requests-per-minute");
    assert!((1..=20).contains(&wait), "{wait}");
    for (lang, said) in [("kk", "лимиті"), ("ru", "запросов в минуту — 3"), ("en", "requests per minute (3)")]
    {
        let answer = models().header("darbaza-lang", lang).send().await;
        limited(&app, &answer, "requests-per-minute");
        assert!(answer.text().contains(said), "{}", answer.text());
        assert_eq!(answer.header("darbaza-receipt"), first.header("darbaza-receipt"));
    }
    let before = app.leaves().len();
    let flood: Vec<_> = (0..50).map(|_| tokio::spawn(models().send())).collect();
    for answer in flood {
        assert_eq!(answer.await.unwrap().status, 429);
    }
    assert_eq!(app.leaves().len(), before, "a flood leaves nothing but a count");
    assert_eq!(app.call(Method::GET, "/v1/models").key(app.key("staff-desk")).send().await.status, 200);

    let receipt = first.header("darbaza-receipt").to_owned();
    let app = TestApp::with().folder(app.stop().await).start().await;
    let notes: Vec<Value> = app.leaves().into_iter().filter(|leaf| leaf["kind"] == "limited").collect();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["further"]["receipt"], receipt.as_str());
    assert_eq!(notes[0]["further"]["count"], 53);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_refusals_of_a_burst_share_one_record() {
    let app = TestApp::start().await;
    let limits = KeyLimits { requests_per_minute: NonZeroU32::new(1), ..KeyLimits::default() };
    let key = issue(&app, limits);
    let call = || app.call(Method::GET, "/v1/models").key(&key).send();
    assert_eq!(call().await.status, 200);
    let burst: Vec<_> = (0..40).map(|_| tokio::spawn(call())).collect();
    let mut receipts = Vec::new();
    for answer in burst {
        let answer = answer.await.unwrap();
        limited(&app, &answer, "requests-per-minute");
        receipts.push(answer.header("darbaza-receipt").to_owned());
    }
    receipts.dedup();
    assert_eq!(receipts.len(), 1);
    let refusals = app.leaves().into_iter().filter(|leaf| leaf["code"] == "limit_reached").count();
    assert_eq!(refusals, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_takes_a_place_of_its_key_until_its_last_byte() {
    let app = TestApp::start().await;
    let key = issue(&app, KeyLimits { concurrent: NonZeroU32::new(2), ..KeyLimits::default() });
    let short: Script = Script::streamed("сәлем", 2);
    app.abroad.answer(slow_stream());
    let open = async || {
        let (status, _, mut stream) = chat(&app, &key, true).open().await;
        assert_eq!(status, 200);
        stream.next().await.unwrap().unwrap();
        stream
    };
    let (one, _two) = (open().await, open().await);
    let refused = chat(&app, &key, false).send().await;
    assert_eq!(limited(&app, &refused, "concurrent-requests"), 1);
    assert!(refused.text().contains("одновременных запросов — 2"), "{}", refused.text());
    // A client that hangs up gives its place back, and so does a stream that ends.
    drop(one);
    app.abroad.answer(short);
    let again = async || {
        for _ in 0..100 {
            let answer: Answer = chat(&app, &key, true).send().await;
            if answer.status == 200 {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the place was not given back")
    };
    assert_eq!(again().await.streamed_content(), "сәлем");
    for _ in 0..3 {
        assert_eq!(again().await.status, 200);
    }
}

static DAYS: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let noon: Timestamp = "2027-06-01T07:00:00Z".parse().unwrap();
    noon + SignedDuration::from_hours(24 * DAYS.load(Ordering::SeqCst))
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_day_outlast_a_restart_and_a_clock_that_is_set_back() {
    let with = || TestApp::with().clock(Clock::new(now));
    let app = with().start().await;
    let limits = |n| KeyLimits { tokens_per_day: NonZeroU64::new(n), ..KeyLimits::default() };
    // The scripted vendor counts three tokens an answer.
    let key = issue(&app, limits(5));
    assert_eq!(chat(&app, &key, false).send().await.status, 200);
    assert_eq!(chat(&app, &key, false).send().await.status, 200, "3 of 5 were used");
    let refused = chat(&app, &key, false).send().await;
    assert_eq!(limited(&app, &refused, "tokens-per-day"), 12 * 3600, "noon");
    assert!(refused.text().contains("токенов в день — 5"), "{}", refused.text());

    // Where a vendor counts none, bytes are: the request and the text of the answer, four a token.
    let estimated = issue(&app, limits(60));
    app.abroad.answer(Script::streamed(&"сәлем ".repeat(20), 5));
    assert_eq!(chat(&app, &estimated, true).send().await.status, 200);
    limited(&app, &chat(&app, &estimated, true).send().await, "tokens-per-day");

    // Neither a start nor another day back gives a second allowance.
    let app = with().folder(app.stop().await).start().await;
    limited(&app, &chat(&app, &key, false).send().await, "tokens-per-day");
    DAYS.store(-1, Ordering::SeqCst);
    limited(&app, &chat(&app, &key, false).send().await, "tokens-per-day");
    let app = with().folder(app.stop().await).start().await;
    limited(&app, &chat(&app, &key, false).send().await, "tokens-per-day");
    DAYS.store(1, Ordering::SeqCst);
    assert_eq!(chat(&app, &key, false).send().await.status, 200, "a new day");
    assert_eq!(app.abroad.received().len(), 1);
}
