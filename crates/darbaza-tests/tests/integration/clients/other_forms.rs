//! What answers carry besides text: calls in the older form, free-form calls, refusals,
//! log-probabilities.

use darbaza_tests::{OfficialClient, Script, TestApp};
use serde_json::{Value, json};

use super::model::{self, chunk, pieces};
use super::{Caller, FORBIDDEN, IIN, PERSON, PHONE, asking};

with_both_clients! {
    older_and_free_form_calls_and_refusals_are_restored,
    log_probabilities_are_dropped_where_they_would_spell_tokens,
}

async fn older_and_free_form_calls_and_refusals_are_restored(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let [person, iin, phone] = ["PERSON", "IIN", "PHONE"].map(|category| model::token(request, category));
        let custom = json!({
            "index": 0, "id": "call_1", "type": "custom", "custom": { "name": "run_sql", "input": "" }
        });
        let input = format!("select '{person}', \"{iin}\"\n-- {phone}");
        let arguments = format!(r#"{{"who":"{person}","n":"{iin}"}}"#);
        let refusal = format!("Не могу, {person}.");
        if request.json()["stream"] != true {
            let mut call = custom;
            call["custom"]["input"] = json!(input);
            return Script::message(json!({
                "role": "assistant", "content": null, "refusal": refusal, "tool_calls": [call],
                "function_call": { "name": "write", "arguments": arguments },
            }));
        }
        let mut events = vec![
            chunk(0, json!({ "role": "assistant", "content": null, "tool_calls": [custom] }), None),
            chunk(0, json!({ "function_call": { "name": "write", "arguments": "" } }), None),
        ];
        for piece in pieces(&input, 3) {
            let call = json!({ "index": 0, "custom": { "input": piece } });
            events.push(chunk(0, json!({ "tool_calls": [call] }), None));
        }
        for piece in pieces(&arguments, 3) {
            events.push(chunk(0, json!({ "function_call": { "arguments": piece } }), None));
        }
        events
            .extend(pieces(&refusal, 3).into_iter().map(|piece| chunk(0, json!({ "refusal": piece }), None)));
        events.extend([chunk(0, json!({}), Some("stop")), "[DONE]".to_owned()]);
        Script::events(events)
    });
    let mut body = asking(&format!("Я {PERSON}, ИИН {IIN}, телефон {PHONE}."));
    body["tools"] = json!([{ "type": "custom", "custom": { "name": "run_sql", "description": format!("Для {PERSON}") } }]);
    body["functions"] =
        json!([{ "name": "write", "description": PHONE, "parameters": { "type": "object" } }]);
    body["function_call"] = json!({ "name": "write" });
    let operations = ["create", "chunks"].map(|operation| json!({ "operation": operation, "body": body }));
    let values = Caller::new(&app, client).values(operations.to_vec()).await;

    let input = format!("select '{PERSON}', \"{IIN}\"\n-- {PHONE}");
    let (arguments, refusal) =
        (format!(r#"{{"who":"{PERSON}","n":"{IIN}"}}"#), format!("Не могу, {PERSON}."));
    let message = &values[0]["completion"]["choices"][0]["message"];
    assert_eq!(message["tool_calls"][0]["custom"]["input"], input);
    assert_eq!(
        (&message["function_call"]["arguments"], &message["refusal"]),
        (&json!(arguments), &json!(refusal))
    );
    let of = |pointer: &str| -> String {
        let chunks = values[1]["chunks"].as_array().unwrap().iter();
        chunks
            .filter_map(|chunk| chunk["choices"][0]["delta"].pointer(pointer)?.as_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(of("/tool_calls/0/custom/input"), input);
    assert_eq!((of("/function_call/arguments"), of("/refusal")), (arguments, refusal));
    assert_eq!(
        (of("/tool_calls/0/custom/name"), of("/function_call/name")),
        ("run_sql".into(), "write".into())
    );
    app.abroad.assert_never_saw(FORBIDDEN);
}

async fn log_probabilities_are_dropped_where_they_would_spell_tokens(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        assert_eq!(request.json()["logprobs"], true);
        let said = request.last_content();
        let logprobs = json!({ "content": [{ "token": said, "logprob": -0.5, "bytes": null, "top_logprobs": [] }], "refusal": null });
        let choice = json!({
            "index": 0, "message": { "role": "assistant", "content": said }, "logprobs": logprobs, "finish_reason": "stop"
        });
        let body = json!({ "id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice] });
        Script::body(200, "application/json", body.to_string())
    });
    let with_logprobs = |text: &str| {
        let mut body = asking(text);
        body["logprobs"] = json!(true);
        json!({ "operation": "create", "body": body })
    };
    let operations = vec![with_logprobs(&format!("Я {PERSON}")), with_logprobs("Какая погода?")];
    let values = Caller::new(&app, client).values(operations).await;
    let logprobs = |value: &Value| value["completion"]["choices"][0]["logprobs"].clone();
    assert_eq!(logprobs(&values[0]), Value::Null);
    assert_eq!(logprobs(&values[1])["content"][0]["token"], "Какая погода?");
    let adjusted = |value: &Value| {
        let receipt = value["headers"]["darbaza-receipt"].clone();
        app.leaves()
            .into_iter()
            .find(|leaf| leaf["kind"] == "decision" && leaf["receipt"] == receipt)
            .unwrap()["adjusted"]
            .clone()
    };
    assert_eq!(adjusted(&values[0]), json!(["logprobs_dropped"]));
    assert_ne!(adjusted(&values[1]), json!(["logprobs_dropped"]));
}
