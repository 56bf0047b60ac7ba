//! Rules at the gate: requests that wait for a person, rules of the company, routes in another's place.

use darbaza_core::Action;
use darbaza_tests::{TestApp, one_message};
use http::Method;
use serde_json::json;

fn use_with(line: &'static str) -> impl FnOnce(&str) -> String {
    move |register| {
        let purpose = "      - purpose: customer-support\n";
        register.replace(purpose, &format!("{purpose}        {line}\n"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_a_person_looks_at_first_waits_and_says_where_its_end_is_told() {
    let app = TestApp::with().register(use_with("review: before-sending")).start().await;
    let answer = app.say("support-chat", "Я Ахметова Гульнара, когда доставка?").await;

    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (409, "held"));
    assert_eq!(answer.header("darbaza-decision"), "hold");
    assert_eq!(answer.header("x-should-retry"), "false");
    assert!(app.abroad.received().is_empty() && app.inside.received().is_empty());
    let receipt = answer.header("darbaza-receipt");
    let darbaza = &answer.json()["error"]["darbaza"];
    assert_eq!(darbaza["case"], receipt);
    assert_eq!(darbaza["law"], json!(["PD 19-1(1)"]));
    let leaf = app.decision(&answer);
    assert_eq!((leaf.action, leaf.rule.as_deref()), (Action::Hold, Some("human-first")));

    let told_at = darbaza["told_at"].as_str().unwrap().to_owned();
    let told = app.call(Method::GET, &told_at).key(app.key("support-chat")).send().await;
    assert_eq!(told.status, 200);
    let told = told.json();
    assert_eq!((&told["id"], &told["state"]), (&json!(receipt), &json!("waiting")));
    assert_eq!(told["purpose"], "customer-support");

    // What belongs to another system is as unknown as what never was.
    for (system, path) in [
        ("staff-desk", told_at.as_str()),
        ("support-chat", "/darbaza/v1/decisions/01938a6e-5c00-7000-8000-000000000001"),
        ("support-chat", "/darbaza/v1/decisions/no-receipt"),
    ] {
        let none = app.call(Method::GET, path).key(app.key(system)).send().await;
        assert_eq!((none.status.as_u16(), none.code().as_str()), (404, "route_unknown"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_the_company_refuses_in_its_own_words_and_sends_inside_where_it_says_so() {
    let rules = "---
rules:
  - key: no-addresses
    text: { kk: Мекенжайлар сыртқа шықпайды., ru: Адреса не выходят наружу., en: Addresses stay inside. }
    fix: { kk: Мекенжайды алып тастаңыз., ru: Уберите адрес., en: Take the address out. }
    law: [PD 7(9)]
    cedar: |
      @instead(\"local\")
      forbid (principal, action, resource)
      when { context.category == \"PHONE\" && !resource.local };
";
    let app = TestApp::with().register(|r| format!("{r}{rules}")).start().await;
    let body = one_message("Мой телефон 8 701 555 00 17");
    for (lang, text) in [
        ("kk", "Мекенжайлар сыртқа шықпайды."),
        ("ru", "Адреса не выходят наружу."),
        ("en", "Addresses stay inside."),
    ] {
        let answer = app.chat("support-chat", &body).header("darbaza-lang", lang).send().await;
        let error = &answer.json()["error"];
        assert_eq!(
            (error["code"].as_str(), error["message"].as_str()),
            (Some("category_refused"), Some(text))
        );
        assert_eq!(error["darbaza"]["law"], json!(["PD 7(9)"]));
        assert_eq!(app.decision(&answer).rule.as_deref(), Some("company/no-addresses"));
    }
    assert!(app.abroad.received().is_empty());
    // The staff desk has a route inside, and the rule sends it there.
    let answer = app.chat("staff-desk", &body).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("darbaza-decision")), (200, "reroute"));
    assert!(app.abroad.received().is_empty() && app.inside.received().len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_may_not_be_taken_falls_back_to_the_next_one() {
    let app = TestApp::with()
        .register(|r| {
            let route = "{ key: meridian-chat, vendor: meridian }";
            assert!(r.contains(route));
            r.replace(route, "{ key: meridian-chat, vendor: meridian, fallback: own-chat }").replacen(
                "    training: excluded",
                "    training: not-excluded",
                1,
            )
        })
        .start()
        .await;
    let answer = app.say("support-chat", "Сәлем").await;
    assert_eq!((answer.status.as_u16(), answer.header("darbaza-decision")), (200, "reroute"));
    let leaf = app.decision(&answer);
    assert_eq!(leaf.route.unwrap().as_str(), "own-chat");
    assert_eq!(leaf.asked.unwrap().as_str(), "meridian-chat");
    assert!(app.abroad.received().is_empty());
}
