//! Tools that the client executes: definitions, calls, results, and the answer at the end.

use darbaza_tests::{OfficialClient, Received, TestApp};
use serde_json::{Value, json};

use super::model::{self, Said};
use super::{COLLEAGUE, Caller, FORBIDDEN, GUARANTOR_IIN, IIN, PERSON, PHONE};

with_both_clients! {
    tools_work_on_values_and_the_model_on_tokens,
    streamed_calls_are_restored_too,
    a_name_of_a_tool_with_personal_data_comes_back,
    a_large_result_is_masked_to_the_last_row,
}

/// The tools of the customer support; people stand in descriptions, lists and defaults.
fn definitions() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!([
        { "type": "function", "function": {
            "name": "find_customer",
            "description": format!("Ищет клиента; например, {PERSON}, ИИН {IIN}."),
            "parameters": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "enum": [PERSON, COLLEAGUE] },
                "iin": text("ЖСН"), "phone": text(&format!("Телефон, как {PHONE}")), "note": text("Заметка"),
            } },
        } },
        { "type": "function", "function": {
            "name": "write_letter", "description": "Пишет письмо",
            "parameters": { "type": "object", "properties": {
                "text": text("Текст"), "signed": { "type": "string", "default": COLLEAGUE },
            } },
        } },
        { "type": "function", "function": {
            "name": "score", "description": "Скоринг поручителя",
            "parameters": { "type": "object", "properties": { "iin": { "type": "integer" }, "why": text("Почему") } },
        } },
    ])
}

fn body() -> Value {
    let prompt = format!("Я {PERSON}, ИИН {IIN}, телефон {PHONE}. Напишите мне и оцените поручителя.");
    json!({
        "model": "m", "tools": definitions(), "parallel_tool_calls": true,
        "messages": [{ "role": "user", "content": prompt }],
    })
}

/// Results as programs write them: with escapes of every letter, numbers, documents in strings.
fn results() -> Value {
    let escape = |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    let customer = format!(
        r#"{{"name": "{}", "guarantor": {{"iin": {GUARANTOR_IIN}, "rate": 12.50}}, "manager": "{COLLEAGUE}"}}"#,
        escape(PERSON)
    );
    json!({
        "find_customer": customer,
        "write_letter": format!("отправлено: {}, {PHONE}", PERSON.to_uppercase()),
        "score": json!([{ "value": json!({ "who": PERSON, "score": 700 }).to_string() }]).to_string(),
    })
}

/// Two calls at once, then one with what came back, then the answer.
fn model(request: &Received) -> Said {
    let results =
        request.json()["messages"].as_array().unwrap().iter().filter(|m| m["role"] == "tool").count();
    let token = |category| format!("[{}]", model::cores(request, category)[0]);
    let (person, iin, phone) = (token("PERSON"), token("IIN"), token("PHONE"));
    match results {
        0 => Said::calls([
            (
                "find_customer",
                format!(
                    r#"{{"name":"{person}", "iin":"{iin}","phone":"{}\u005d","note":"«{person}»\n\"{phone}\" \\ {iin}"}}"#,
                    phone.replace('[', "\\u005b").trim_end_matches(']')
                ),
            ),
            (
                "write_letter",
                format!(r#"{{"text":"{person}!\n\tВаш ИИН: {iin}.\n— {phone}", "signed": null}}"#),
            ),
        ]),
        2 => {
            // The number of the guarantor came back as a number, and is the second of its category.
            let guarantor = format!("[{}]", model::cores(request, "IIN")[1]);
            Said::calls([("score", format!(r#"{{"iin": "{guarantor}", "why": "поручитель {guarantor}"}}"#))])
        }
        _ => Said::Text(format!("{person} ({phone}): готово, ИИН {iin}.")),
    }
}

fn check(client: OfficialClient, app: &TestApp, value: &Value) {
    let read: Vec<&Value> = value["called"].as_array().unwrap().iter().map(|call| &call["read"]).collect();
    let note = format!("«{PERSON}»\n\"{PHONE}\" \\ {IIN}");
    let letter = format!("{PERSON}!\n\tВаш ИИН: {IIN}.\n— {PHONE}");
    assert_eq!(*read[0], json!({ "name": PERSON, "iin": IIN, "phone": PHONE, "note": note }), "{client:?}");
    assert_eq!(*read[1], json!({ "text": letter, "signed": null }));
    let guarantor: u64 = GUARANTOR_IIN.parse().unwrap();
    assert_eq!(*read[2], json!({ "iin": guarantor, "why": format!("поручитель {guarantor}") }));
    assert_eq!(read.len(), 3);
    assert_eq!(value["content"], format!("{PERSON} ({PHONE}): готово, ИИН {IIN}."));

    app.abroad.assert_never_saw(FORBIDDEN);
    app.abroad.assert_never_saw(&["\\u0410\\u0445", &PERSON.to_uppercase(), "АХМЕТОВА"]);
    let received = app.abroad.received();
    assert_eq!(received.len(), 3);
    // Whoever stands in the definitions has one token there and in the conversation.
    let definitions = received[0].json()["tools"].clone();
    let parameters = &definitions[0]["function"]["parameters"]["properties"];
    assert_eq!(parameters["name"]["enum"][0], model_of(&received[0], "PERSON", 0));
    assert_eq!(
        definitions[1]["function"]["parameters"]["properties"]["signed"]["default"],
        parameters["name"]["enum"][1]
    );
    let history = received[2].json()["messages"].clone();
    let first = history[1]["tool_calls"][0]["function"]["arguments"].as_str().unwrap();
    let sent: Value = serde_json::from_str(first).unwrap();
    assert_eq!(sent["name"], model_of(&received[0], "PERSON", 0));
    assert_eq!(definitions, received[2].json()["tools"], "definitions keep their tokens");
}

fn model_of(request: &Received, category: &str, at: usize) -> String {
    format!("[{}]", model::cores(request, category)[at])
}

async fn run(client: OfficialClient, operation: &str, stream: bool) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| model(request).script(request, 3));
    let operation = json!({ "operation": operation, "body": body(), "results": results(), "stream": stream });
    let value = Caller::new(&app, client).value(operation).await;
    check(client, &app, &value);
}

async fn tools_work_on_values_and_the_model_on_tokens(client: OfficialClient) {
    run(client, "tools", false).await;
    if client == OfficialClient::Node {
        run(client, "runner", false).await;
    }
}

async fn streamed_calls_are_restored_too(client: OfficialClient) {
    run(client, "tools", true).await;
    if client == OfficialClient::Node {
        run(client, "runner", true).await;
    }
}

async fn a_name_of_a_tool_with_personal_data_comes_back(client: OfficialClient) {
    let app = TestApp::start().await;
    let name = format!("call_{IIN}");
    let body = json!({
        "model": "m", "messages": [{ "role": "user", "content": format!("ИИН {IIN}") }],
        "tools": [{ "type": "function", "function": { "name": name, "parameters": { "type": "object" } } }],
    });
    app.abroad.respond(|request| {
        let json = request.json();
        let name = json["tools"][0]["function"]["name"].as_str().unwrap().to_owned();
        let said = match json["messages"].as_array().unwrap().len() {
            1 => Said::calls([(&name, r#"{"a": 1}"#.to_owned())]),
            _ => Said::Text("готово".to_owned()),
        };
        said.script(request, 3)
    });
    let results = json!({ (name.clone()): "да" });
    let mut operations = Vec::new();
    for stream in [false, true] {
        operations.push(json!({ "operation": "tools", "body": body, "results": results, "stream": stream }));
    }
    for value in Caller::new(&app, client).values(operations).await {
        assert_eq!((&value["called"][0]["name"], &value["content"]), (&json!(name), &json!("готово")));
    }
    app.abroad.assert_never_saw(FORBIDDEN);
}

async fn a_large_result_is_masked_to_the_last_row(client: OfficialClient) {
    const ROWS: usize = 600;
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let phones = model::cores(request, "PHONE");
        let said = match request.json()["messages"].as_array().unwrap().len() {
            1 => Said::calls([("list_customers", "{}".to_owned())]),
            _ => Said::Text(format!("{}: [{}] … [{}]", phones.len(), phones[0], phones[phones.len() - 1])),
        };
        said.script(request, 9)
    });
    let phone = |row: usize| format!("+7 701 555 {:02} {:02}", row / 100, row % 100);
    let rows =
        (0..ROWS).map(|row| json!({ "client": row, "phone": phone(row), "manager": COLLEAGUE, "sum": 1.10 }));
    let list = serde_json::to_string_pretty(&rows.collect::<Vec<Value>>()).unwrap();
    let tool =
        json!({ "name": "list_customers", "description": "Список", "parameters": { "type": "object" } });
    let body = json!({
        "model": "m", "messages": [{ "role": "user", "content": "Сколько клиентов?" }],
        "tools": [{ "type": "function", "function": tool }],
    });
    let operation =
        json!({ "operation": "tools", "body": body, "results": { "list_customers": list }, "stream": true });
    let value = Caller::new(&app, client).value(operation).await;
    assert_eq!(value["content"], format!("{ROWS}: {} … {}", phone(0), phone(ROWS - 1)));
    app.abroad.assert_never_saw(&["701 555", "Тестова"]);
}
