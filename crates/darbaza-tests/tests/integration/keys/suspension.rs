//! The kill switch (AI 18(2)).

use std::time::{Duration, Instant};

use darbaza_core::RefusalCode;
use darbaza_store::Outcome;
use darbaza_tests::{Script, TestApp};
use serde_json::Value;

use super::{chat, ends_with, rest, run, slow_stream};

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_system_stops_at_once_and_stays_so_until_a_person_resumes_it() {
    let app = TestApp::start().await;
    let key = app.key("support-chat").to_owned();
    app.abroad.answer(slow_stream());
    let (_, head, mut stream) = chat(&app, &key, true).open().await;
    stream.next().await.unwrap().unwrap();
    let (asked, data) = (Instant::now(), app.data());
    let suspended =
        tokio::task::spawn_blocking(move || run(&data, "system suspend support-chat --reason drift"));
    let (text, ended) = rest(stream).await;
    assert!(ended - asked < Duration::from_secs(1), "{:?}", ended - asked);
    ends_with(&text, "system_not_live");
    assert!(suspended.await.unwrap().expect(0).starts_with("support-chat is suspended since 20"));
    let outcome = app.outcome(head["darbaza-receipt"].to_str().unwrap()).await;
    assert_eq!((outcome.outcome, outcome.code), (Outcome::Withheld, Some(RefusalCode::SystemNotLive)));

    let sent = app.abroad.received().len();
    for (lang, said) in
        [("kk", "адам тоқтата тұрған"), ("ru", "приостановил человек"), ("en", "A person suspended")]
    {
        let answer = chat(&app, &key, false).header("darbaza-lang", lang).send().await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "system_not_live"));
        let error = &answer.json()["error"];
        assert!(error["message"].as_str().unwrap().contains(said), "{error}");
        assert_eq!(error["darbaza"]["law"][0], "AI 18(2)");
        let decision = app.decision(&answer);
        assert_eq!(decision.rule.as_deref(), Some("system-suspended"));
        assert_eq!(decision.law, ["AI 18(2)"]);
    }
    assert_eq!(app.abroad.received().len(), sent);
    app.abroad.answer(Script::text("Сәлем"));
    assert_eq!(app.say("staff-desk", "Сәлем").await.status, 200, "only that system is stopped");
    let again = run(&app.data(), "system suspend support-chat --reason again").expect(0);
    assert!(again.contains("already, since"), "{again}");
    run(&app.data(), "system suspend nowhere").fails(2, "credit-scoring, hr-screening");
    run(&app.data(), "system resume staff-desk").fails(1, "is not suspended");

    // Neither a start nor another register lifts it, nor does a new key pass it by.
    let folder = app.stop().await;
    let data = folder.path().join("data");
    run(&data, "system resume staff-desk").fails(1, "is not suspended");
    let edited = |register: &str| register.replace("Чат поддержки клиентов", "Чат поддержки");
    let app = TestApp::with().register(edited).folder(folder).start().await;
    let answer = chat(&app, app.key("support-chat"), false).send().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "system_not_live"));
    assert!(answer.text().contains("Чат поддержки"), "{}", answer.text());
    run(&app.data(), "system resume support-chat --reason mended").expect(0);
    assert_eq!(app.say("support-chat", "Сәлем").await.status, 200);
    run(&app.data(), "system resume support-chat").fails(1, "is not suspended");

    // Without a server, too.
    let folder = app.stop().await;
    run(&data, "system suspend staff-desk").expect(0);
    run(&data, "system suspend nowhere").fails(2, "credit-scoring, hr-screening");
    let app = TestApp::with().folder(folder).start().await;
    assert_eq!(app.say("staff-desk", "Сәлем").await.code(), "system_not_live");

    // The ledger says what was done and when; who and why stay in the store.
    let notes: Vec<Value> = app.leaves().into_iter().filter(|leaf| leaf["kind"] == "system_act").collect();
    let acts: Vec<&str> = notes.iter().map(|note| note["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["suspended", "suspended", "resumed", "suspended"]);
    for note in &notes {
        let members: Vec<&String> = note.as_object().unwrap().keys().collect();
        assert_eq!(members, ["kind", "v", "at", "organisation", "system", "act"]);
    }
    let main = rusqlite::Connection::open(data.join("main.db")).unwrap();
    let mut kept = main.prepare("SELECT who, ifnull(reason, '-') FROM system_act ORDER BY at").unwrap();
    let kept: Vec<(String, String)> =
        kept.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let reasons: Vec<&str> = kept.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons, ["drift", "again", "mended", "-"]);
    assert!(kept.iter().all(|(who, _)| !who.is_empty() && who != "unknown"), "{kept:?}");
}
