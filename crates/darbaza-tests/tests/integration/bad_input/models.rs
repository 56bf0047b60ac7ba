//! Names of models.

use darbaza_tests::TestApp;
use http::Method;

use super::{assert_error, post};

fn body(model: &str) -> String {
    serde_json::json!({ "model": model, "messages": [{ "role": "user", "content": "Сәлем" }] }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_the_register_does_not_name_is_not_found() {
    let app = TestApp::with()
        .register(|r| r.replace("      any: meridian-chat\n    local_route", "    local_route"));
    let app = app.start().await;
    let call = |model: &str| {
        let call = app.call(Method::POST, "/v1/chat/completions").key(app.key("staff-desk"));
        call.header("content-type", "application/json").body(body(model))
    };
    for model in ["gpt-x", "", "own-chat ", "Own-Chat", "meridian-chat", "own-chat\u{0}", "' OR 1=1 --"] {
        assert_error(&app, model, &call(model).send().await, 404, "model_not_found");
    }
    let listed = app.call(Method::GET, "/v1/models").key(app.key("staff-desk")).send().await.json();
    assert_eq!(listed["data"][0]["id"], "own-chat");
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(call("own-chat").send().await.status, 200);
    assert_eq!(app.inside.last().json()["model"], "own-chat");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_name_carries_nobody_to_a_vendor() {
    let app = TestApp::start().await;
    for model in
        ["920417499926", "gpt-920417499926", "erlan.testov@example.kz", "+77015550017", "Ерлан", "a b", ""]
    {
        let answer = post(&app, body(model)).send().await;
        assert_error(&app, model, &answer, 404, "model_not_found");
        assert!(model.is_empty() || !answer.text().contains(model), "{model}");
    }
    assert_eq!(post(&app, body("meta-llama/Llama-3.1:free")).send().await.status, 200);
}
