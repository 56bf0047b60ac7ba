//! Completions in one piece, and everything around them: headers, further fields, models, keys.

use std::time::Duration;

use darbaza_tests::{OfficialClient, Script, TestApp};
use serde_json::{Value, json};

use super::model::{self, Said};
use super::{COLLEAGUE, Caller, FORBIDDEN, GUARANTOR_IIN, IIN, PERSON, PHONE, asking, content};

with_both_clients! {
    what_an_application_sends_is_masked_wherever_it_stands,
    every_script_comes_back_as_it_was,
    several_answers_are_each_restored,
    many_at_once_get_each_their_own_values,
    models_are_listed,
    a_key_goes_in_either_header,
}

async fn what_an_application_sends_is_masked_wherever_it_stands(client: OfficialClient) {
    let app = TestApp::start().await;
    let prompt = format!("Я {PERSON}, ИИН {IIN}, телефон {PHONE}. Где мой заказ?");
    let settings = json!({ "organization": format!("org-{IIN}"), "default_headers": { "X-Customer": IIN } });
    let body = json!({
        "model": "test-model",
        "messages": [
            { "role": "system", "content": format!("Сен — көмекшісің. Қызметкер: {COLLEAGUE}.") },
            { "role": "user", "name": "client_8701555", "content": [
                { "type": "text", "text": format!("Я {PERSON}, ИИН ") },
                { "type": "text", "text": format!("{IIN}, телефон {PHONE}. Где мой заказ?") },
            ] },
        ],
        "user": format!("customer {IIN}"),
        "metadata": { "клиент": PERSON, "phone": PHONE },
        "stop": [PERSON],
        "temperature": 0.5,
    });
    let extra = json!({
        "headers": { "Darbaza-Subject": format!("client {IIN}"), "Darbaza-Conversation": "c-5", "Cookie": IIN },
        "query": { "customer": IIN, "phone": PHONE },
        "body": { "crm": { "iin": 920417499926_u64, "card": { PERSON: [PHONE, GUARANTOR_IIN] } } },
    });
    app.abroad.respond(|request| {
        let messages = request.json()["messages"].clone();
        let parts = messages[1]["content"].as_array().unwrap().iter();
        Script::text(&parts.map(|part| part["text"].as_str().unwrap()).collect::<String>())
    });
    let caller = Caller::new(&app, client).settings(settings);
    let value = caller.value(json!({ "operation": "create", "body": body, "extra": extra })).await;

    assert_eq!(content(&value), prompt);
    app.abroad.assert_never_saw(FORBIDDEN);
    app.abroad.assert_never_saw(&["%D0%90", "customer=", "c-5"]);
    let seen = app.abroad.last();
    assert_eq!(seen.uri, "/v1/chat/completions", "no query goes on");
    let names: Vec<&str> = seen.headers.keys().map(http::HeaderName::as_str).collect();
    assert!(names.iter().all(|name| !name.contains("stainless") && !name.contains("openai")), "{names:?}");
    assert_eq!(seen.headers["authorization"], "Bearer sk-secret-of-meridian");
    assert_eq!(seen.json()["temperature"], 0.5);

    let headers = &value["headers"];
    assert_eq!(headers["darbaza-decision"], "mask");
    assert_eq!(headers["ai-disclosure"], "mode=machine-generated");
    assert!(headers["darbaza-findings"].as_str().unwrap().contains("PERSON="), "{headers}");
    let outcome = app.outcome(headers["darbaza-receipt"].as_str().unwrap()).await;
    assert_eq!(outcome.restored.to_string(), "PERSON=1, IIN=1, PHONE=1");
}

async fn every_script_comes_back_as_it_was(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| Said::Text(request.last_content()).script(request, 1));
    let texts = [
        "🙂 Сәлем! Мен Сейтқали Айгүл Ерланқызы, ЖСН 920417499926, тел. +7 701 555 00 17. 👩‍👧 Рақмет…",
        "Ещё раз: «Тестова А. М.»\n\t— 8 (701) 555-00-17 \u{a0}\u{feff}и́ ИИН 920417\n499926\r\n\"кавычки\" \\ /",
        "Dear team, I am John Testerson, passport N12345678, card 4111 1111 1111 1111 — naïve 中文 עברית \u{202e}x",
        "Нет личных данных: 2 + 2 = 4, заказ 17, \u{1d11e} и всё.",
    ];
    let body = |text: &str, stream: bool| {
        let mut body = asking(text);
        body["stream"] = json!(stream);
        body
    };
    let bodies = texts.iter().flat_map(|text| [body(text, false), body(text, true)]).collect::<Vec<Value>>();
    let answers = Caller::new(&app, client).value(json!({ "operation": "together", "bodies": bodies })).await;
    for (at, text) in texts.iter().flat_map(|text| [text, text]).enumerate() {
        assert_eq!(answers[at], *text, "{}", bodies[at]["stream"]);
    }
    let forbidden = [
        "Сейтқали",
        "Айгүл",
        IIN,
        "920417\n499926",
        "555 00 17",
        "555-00-17",
        "Тестова",
        "4111",
        "N12345678",
    ];
    app.abroad.assert_never_saw(&forbidden);
}

async fn several_answers_are_each_restored(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let (person, iin) = (model::token(request, "PERSON"), model::token(request, "IIN"));
        let choice = |index: u64, text: String| {
            json!({ "index": index, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" })
        };
        let body = json!({
            "id": "x", "object": "chat.completion", "created": 1, "model": "scripted",
            "choices": [choice(0, format!("{person}, ждите.")), choice(1, format!("ИИН {iin} принят, **{person}**!"))],
        });
        Script::body(200, "application/json", body.to_string())
    });
    let mut body = asking(&format!("Я {PERSON}, ИИН {IIN}."));
    body["n"] = json!(2);
    let value = Caller::new(&app, client).value(json!({ "operation": "create", "body": body })).await;
    let choices = &value["completion"]["choices"];
    assert_eq!(choices[0]["message"]["content"], format!("{PERSON}, ждите."));
    assert_eq!(choices[1]["message"]["content"], format!("ИИН {IIN} принят, **{PERSON}**!"));
}

async fn many_at_once_get_each_their_own_values(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let wait = Duration::from_millis(u64::try_from(request.body.len() % 7).unwrap() * 10);
        Said::Text(request.last_content()).script(request, 5).after(wait)
    });
    let texts: Vec<String> = (0..24)
        .map(|i| format!("Клиент {PERSON}, +7 701 555 {:02} {:02}, звонок {i}.", i * 3, 99 - i))
        .collect();
    let with_stream = |(i, text): (usize, &String)| {
        let mut body = asking(text);
        body["stream"] = json!(i % 2 == 0);
        body
    };
    let bodies: Vec<Value> = texts.iter().enumerate().map(with_stream).collect();
    let answers = Caller::new(&app, client).value(json!({ "operation": "together", "bodies": bodies })).await;
    assert_eq!(answers, json!(texts));
    app.abroad.assert_never_saw(&["Ахметова", "701 555"]);
}

async fn models_are_listed(client: OfficialClient) {
    let app = TestApp::start().await;
    let caller = Caller::new(&app, client).key(app.key("staff-desk"));
    assert_eq!(caller.value(json!({ "operation": "models" })).await, json!(["own-chat", "meridian-chat"]));
    assert!(app.abroad.received().is_empty() && app.inside.received().is_empty());
}

async fn a_key_goes_in_either_header(client: OfficialClient) {
    let app = TestApp::start().await;
    let with = |headers: Value| json!({ "operation": "create", "body": asking("Сәлем"), "extra": { "headers": headers } });
    let key = app.key("support-chat");
    let only_plain = with(json!({ "Authorization": null, "x-api-key": key }));
    for value in Caller::new(&app, client).values(vec![only_plain, with(json!({ "x-api-key": key }))]).await {
        assert_eq!(content(&value), "Сәлем");
    }
    let two_keys = with(json!({ "x-api-key": app.key("staff-desk") }));
    let error = &Caller::new(&app, client).errors(vec![two_keys]).await[0];
    assert_eq!((&error["class"], &error["code"]), (&json!("AuthenticationError"), &json!("key_invalid")));
    assert!(error["headers"]["darbaza-receipt"].is_null());
    assert_eq!(app.abroad.received().len(), 2);
}
