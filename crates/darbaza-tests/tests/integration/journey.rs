//! The journey of a prompt: what the vendor sees, what the client gets, what the ledger keeps.

use darbaza_core::{Action, Category};
use darbaza_store::Outcome;
use darbaza_tests::{Script, TestApp};
use serde_json::json;

const PERSON: &str = "Ахметова Гульнара Сериковна";
const IIN: &str = "920417499926";
const PHONE: &str = "8 701 555 00 17";

fn prompt() -> String {
    format!("Я {PERSON}, ИИН {IIN}, телефон {PHONE}. Где мой заказ?")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendor_sees_tokens_and_the_client_its_own_words() {
    let app = TestApp::start().await;
    let answer = app.say("support-chat", &prompt()).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.content(), prompt());
    app.abroad.assert_never_saw(&[PERSON, "Ахметова", IIN, PHONE, "555 00 17"]);
    let seen = app.abroad.last();
    assert!(seen.last_content().contains("[PERSON_") && seen.last_content().contains("[IIN_"));
    assert_eq!(seen.headers["authorization"], "Bearer sk-secret-of-meridian");
    assert!(seen.headers.keys().all(|name| !name.as_str().starts_with("darbaza")));

    assert_eq!(answer.header("darbaza-decision"), "mask");
    assert_eq!(answer.header("darbaza-findings"), "PERSON=1, IIN=1, PHONE=1");
    assert_eq!(answer.header("ai-disclosure"), "mode=machine-generated");
    let decision = app.decision(&answer);
    assert_eq!(decision.action, Action::Mask);
    assert_eq!(decision.vendor.unwrap().as_str(), "meridian");
    assert!(decision.clear.is_empty());
    let outcome = app.outcome(answer.header("darbaza-receipt")).await;
    assert_eq!(outcome.outcome, Outcome::Answered);
    assert_eq!(outcome.restored.to_string(), "PERSON=1, IIN=1, PHONE=1");
    assert_eq!(outcome.usage.unwrap().completion, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_restored_however_it_is_cut() {
    let app = TestApp::start().await;
    for length in [1, 2, 3, 5, 8, 13, 1000] {
        app.abroad.respond(move |request| Script::streamed(&request.last_content(), length));
        let mut body = json!({ "model": "m", "stream": true });
        body["messages"] = json!([{ "role": "user", "content": prompt() }]);
        let answer = app.chat("support-chat", &body).send().await;
        assert_eq!(answer.streamed_content(), prompt(), "in pieces of {length}");
        assert_eq!(answer.events().last().unwrap(), "[DONE]");
        assert_eq!(answer.header("content-type"), "text/event-stream");
    }
    app.abroad.assert_never_saw(&[PERSON, IIN, PHONE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_keeps_its_token_through_a_conversation() {
    let app = TestApp::start().await;
    app.say("support-chat", &prompt()).await;
    let first = app.abroad.last().last_content();
    let turns = json!({ "model": "m", "messages": [
        { "role": "user", "content": prompt() },
        { "role": "assistant", "content": "Чем помочь?" },
        { "role": "user", "content": format!("Это снова {PERSON}") }
    ]});
    app.chat("support-chat", &turns).send().await;
    let token = first.split('[').nth(1).unwrap().split(']').next().unwrap().to_owned();
    assert!(app.abroad.last().last_content().contains(&token));

    // Another opening is another scope, and another system too.
    app.say("support-chat", &format!("Добрый день, {PERSON}")).await;
    assert!(!app.abroad.last().last_content().contains(&token));
    app.say("staff-desk", &prompt()).await;
    assert!(!app.abroad.last().last_content().contains(&token));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_leave_goes_to_the_company_s_own_service() {
    let app = TestApp::start().await;
    let text = "Кандидат Тестова Асель Маратовна, 8 701 555 00 18, инвалид II группы.";
    let answer = app.say("hr-screening", text).await;
    assert_eq!((answer.status.as_u16(), answer.header("darbaza-decision")), (200, "reroute"));
    assert_eq!(answer.content(), text);
    assert!(app.abroad.received().is_empty(), "nothing left the network");
    let seen = app.inside.last().last_content();
    assert!(seen.contains("инвалид") && seen.contains("[PERSON_"), "{seen}");
    assert_eq!(app.decision(&answer).clear.to_string(), "HEALTH=1");

    let scored = app.say("credit-scoring", &prompt()).await;
    assert_eq!(scored.header("darbaza-decision"), "pass");
    assert!(app.inside.last().last_content().contains(IIN), "the scoring service sees it in clear");
    assert!(app.decision(&scored).clear.categories().any(|c| c == Category::Iin));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_what_is_missing_in_the_caller_s_language() {
    let app = TestApp::start().await;
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "Придумай акцию" }] });
    for (lang, word) in [("kk", "құқықтық негізі"), ("ru", "правового основания"), ("en", "legal basis")]
    {
        let answer = app.chat("marketing", &body).header("darbaza-lang", lang).send().await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "system_not_live"));
        let error = &answer.json()["error"];
        assert!(error["message"].as_str().unwrap().contains(word), "{lang}: {error}");
        assert_eq!(error["darbaza"]["law"], json!(["AI 10(1)", "PD 7(1)", "PD 9", "PD 16"]));
        assert_eq!(error["darbaza"]["receipt"], answer.header("darbaza-receipt"));
        assert_eq!(answer.header("x-should-retry"), "false");
        assert_eq!(app.decision(&answer).action, Action::Refuse);
    }
    let secret = app.say("staff-desk", "пароль: Kq7-Zx91-test").await;
    assert_eq!((secret.status.as_u16(), secret.code().as_str()), (403, "category_refused"));
    assert!(app.abroad.received().is_empty() && app.inside.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn content_that_is_json_stays_json_though_nobody_asked_for_it() {
    let app = TestApp::start().await;
    let quoted = "пароль: \"Kq7-Zx91\\test\"";
    app.abroad
        .respond(|request| Script::text(&json!({ "answer": request.last_content(), "n": 1 }).to_string()));
    let answer = app.say("support-chat", quoted).await;
    let content: serde_json::Value = serde_json::from_str(&answer.content()).expect("JSON");
    assert_eq!(content["answer"], quoted);
    app.abroad.assert_never_saw(&["Kq7-Zx91"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_an_iin_by_its_check_digit_alone_is_masked_all_the_same() {
    let app = TestApp::start().await;
    let text = "число 989900000000 и всё";
    let answer = app.say("support-chat", text).await;
    assert_eq!((answer.content().as_str(), answer.header("darbaza-findings")), (text, "IIN=1"));
    app.abroad.assert_never_saw(&["989900000000"]);
}
