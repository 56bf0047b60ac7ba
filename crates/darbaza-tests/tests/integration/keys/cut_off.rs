//! A key that is revoked or runs out ends what it opened, within a second.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use darbaza::KeyRequest;
use darbaza_core::RefusalCode;
use darbaza_gateway::Clock;
use darbaza_store::Outcome;
use darbaza_tests::{Script, TestApp};
use jiff::{SignedDuration, Timestamp};

use super::{chat, ends_with, rest, run, slow_stream, told_key};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_key_revoked_by_another_process_ends_its_streams_and_requests_within_a_second() {
    let app = TestApp::start().await;
    let issue = || told_key(&run(&app.data(), "key issue --system support-chat").expect(0));
    let ((id, key), (_, other)) = (issue(), issue());
    app.abroad.answer(slow_stream());
    let (status, head, mut stream) = chat(&app, &key, true).open().await;
    assert_eq!(status, 200);
    let first = stream.next().await.unwrap().unwrap();
    let (_, _, mut kept) = chat(&app, &other, true).open().await;
    kept.next().await.unwrap().unwrap();
    app.abroad.answer(Script::text("готово").after(Duration::from_millis(850)));
    // One that waits for its answer, and one that is still being sent.
    let whole = tokio::spawn(chat(&app, &key, false).send());
    let mut half = TcpStream::connect(app.gateway().trim_start_matches("http://")).unwrap();
    write!(
        half,
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nx-api-key: {key}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    )
    .unwrap();
    while app.abroad.received().len() < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    let asked = Instant::now();
    let data = app.data();
    let words = format!("key revoke --system support-chat --key {id}");
    let revoked = tokio::task::spawn_blocking(move || run(&data, &words));
    let (text, ended) = rest(stream).await;
    let whole = whole.await.unwrap();
    let all_ended = asked.elapsed();
    assert!(revoked.await.unwrap().expect(0).contains(&id));
    assert!(ended - asked < SECOND && all_ended < SECOND, "{:?}, {all_ended:?}", ended - asked);
    let (leaf_at, now) = (act_at(&app, "revoked"), Timestamp::now());
    println!("stream ended {:?} after the command was started; noted {leaf_at}, {now}", ended - asked);

    assert!(String::from_utf8_lossy(&first).contains("сәлем") && !text.contains("сәлем сәлем сәлем"));
    ends_with(&text, "key_invalid");
    assert_eq!((whole.status.as_u16(), whole.code().as_str()), (401, "key_invalid"));
    let mut refused = String::new();
    half.set_read_timeout(Some(SECOND)).unwrap();
    half.read_to_string(&mut refused).unwrap();
    assert!(refused.starts_with("HTTP/1.1 401") && refused.contains("key_invalid"), "{refused}");
    for receipt in [head["darbaza-receipt"].to_str().unwrap(), whole.header("darbaza-receipt")] {
        let outcome = app.outcome(receipt).await;
        assert_eq!((outcome.outcome, outcome.code), (Outcome::Withheld, Some(RefusalCode::KeyInvalid)));
    }
    assert_eq!(app.abroad.cancelled(), 2, "the vendor's calls end with them");
    assert_eq!(chat(&app, &key, false).send().await.status, 401);

    // The other key of the system, and its stream, go on.
    assert!(rest(kept).await.0.ends_with("data: [DONE]\n\n"));
    assert_eq!(chat(&app, &other, false).send().await.status, 200);
}

/// When that was done to a key, by the ledger.
fn act_at(app: &TestApp, act: &str) -> Timestamp {
    let leaf = app.leaves().into_iter().find(|leaf| leaf["act"] == act).expect("a note");
    leaf["at"].as_str().unwrap().parse().unwrap()
}

static SECONDS: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let evening: Timestamp = "2027-06-01T18:59:50Z".parse().unwrap();
    evening + SignedDuration::from_secs(SECONDS.load(Ordering::SeqCst))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_runs_out_ends_its_stream_within_a_second_and_keeps_its_row() {
    let app = TestApp::with().clock(Clock::new(now)).start().await;
    // Until midnight in Kazakhstan, 19:00 UTC.
    let request = KeyRequest {
        expires: Some("2027-06-01".parse().unwrap()),
        ..KeyRequest::new("support-chat".parse().unwrap(), "tests")
    };
    let key = app.issue(&request);
    app.abroad.answer(slow_stream());
    let (_, head, mut stream) = chat(&app, &key, true).open().await;
    stream.next().await.unwrap().unwrap();
    SECONDS.store(10, Ordering::SeqCst);
    let over = Instant::now();
    let (text, ended) = rest(stream).await;
    assert!(ended - over < SECOND, "{:?}", ended - over);
    ends_with(&text, "key_invalid");
    let outcome = app.outcome(head["darbaza-receipt"].to_str().unwrap()).await;
    assert_eq!((outcome.outcome, outcome.code), (Outcome::Withheld, Some(RefusalCode::KeyInvalid)));
    assert_eq!(chat(&app, &key, false).send().await.status, 401);
    let listed = run(&app.data(), "key list --system support-chat").expect(0);
    assert!(listed.contains("expired") && listed.contains("2027-06-02 00:00"), "{listed}");
    // Set back, the clock brings it back no more than it brings back a contract.
    SECONDS.store(-3600, Ordering::SeqCst);
    assert_eq!(chat(&app, &key, false).send().await.status, 401);
}
