//! Bodies that are no request, too large, too deep, or cannot be inspected.

use darbaza_tests::TestApp;
use serde_json::Value;

use super::{assert_error, post, with};

fn user(message: &str) -> String {
    format!(r#"{{"model":"m","messages":[{{"role":"user",{message}}}]}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_of_the_protocol_is_malformed() {
    let app = TestApp::start().await;
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "null",
        "[]",
        "\"x\"",
        "12",
        "{} {}",
        "model=m&messages=",
        "{\"model\":\"m\",}",
        "{\"model\":NaN}",
        "{'model':'m'}",
        "{}",
        r#"{"model":"m"}"#,
        r#"{"messages":[{"role":"user","content":"x"}]}"#,
        r#"{"model":5,"messages":[{"role":"user","content":"x"}]}"#,
        r#"{"model":null,"messages":[{"role":"user","content":"x"}]}"#,
        r#"{"model":"m","messages":{}}"#,
        r#"{"model":"m","messages":[]}"#,
        r#"{"model":"m","messages":null}"#,
        r#"{"model":"m","messages":["x"]}"#,
        r#"{"model":"m","messages":[{"content":"x"}]}"#,
        r#"{"model":"m","messages":[{"role":"boss","content":"x"}]}"#,
        r#"{"model":"m","messages":[{"role":1,"content":"x"}]}"#,
        r#"{"model":"m","model":"n","messages":[{"role":"user","content":"x"}]}"#,
        r#"{"model":"m","messages":[{"role":"user","content":"x","content":"y"}]}"#,
        r#"{"model":"m","mod\u0065l":"n","messages":[{"role":"user","content":"x"}]}"#,
    ]
    .map(|body| body.as_bytes().to_vec())
    .to_vec();
    for message in [
        r#""content":5"#,
        r#""content":{"a":1}"#,
        r#""content":true"#,
        r#""content":["x"]"#,
        r#""content":[5]"#,
        r#""content":[{"text":"x"}]"#,
        r#""content":[{"type":"text"}]"#,
        r#""content":[{"type":5,"text":"x"}]"#,
        r#""content":[{"type":"text","text":7}]"#,
        r#""content":"x","name":7"#,
        r#""content":"x","tool_calls":{}"#,
        r#""content":"x","tool_calls":[7]"#,
        r#""content":"x","Content":"y""#,
        r#""content":"\ud800""#,
        r#""content":"\udc00\ud800""#,
        "\"content\":\"a\u{0}b\"",
        "\"content\":\"a\nb\"",
        r#""content":"x","$serde_json::private::Number":"1""#,
    ] {
        bodies.push(user(message).into());
    }
    for member in [
        r#""stream":"true""#,
        r#""n":0"#,
        r#""n":129"#,
        r#""n":"1""#,
        r#""n":1.5"#,
        r#""n":-1"#,
        r#""tools":{}"#,
        r#""tools":[5]"#,
        r#""temperature":"hot""#,
        r#""stop":5"#,
        r#""stop":[5]"#,
        r#""response_format":"json""#,
        r#""tool_choice":5"#,
        r#""stream_options":1"#,
        r#""logprobs":1"#,
        r#""top_logprobs":"5""#,
        r#""seed":"x""#,
        r#""max_tokens":1.5"#,
        r#""user":5"#,
        r#""tools":[{"type":"function","function":{"name":7}}]"#,
        r#""logit_bias":[1]"#,
        r#""prediction":"x""#,
        r#""Store":true"#,
        r#""STREAM":true"#,
        "\"\u{17f}tore\":true",
        r#""x":{"a":1,"a":2}"#,
        r#""modalities":"text""#,
    ] {
        bodies.push(with(member).into());
    }
    bodies.push([user("\"content\":\"x\"").into_bytes(), b"\xff".to_vec()].concat());
    bodies.push(b"{\"model\":\"\xc3\x28\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}".to_vec());
    bodies.push([b"\xEF\xBB\xBF".to_vec(), user("\"content\":\"x\"").into()].concat());
    bodies.push(
        [b"\xff\xfe".to_vec(), user("\"content\":\"x\"").encode_utf16().flat_map(u16::to_le_bytes).collect()]
            .concat(),
    );
    for body in bodies {
        let what = String::from_utf8_lossy(&body).into_owned();
        let answer = post(&app, body).send().await;
        assert_error(&app, &what, &answer, 400, "request_malformed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_deep_or_too_large_is_told_apart() {
    let app = TestApp::start().await;
    let mut nested = "[1]".to_owned();
    while nested.len() < 100_000 {
        nested = format!("[{}]", Value::String(nested));
    }
    let deep = [
        with(&format!(r#""x":{}{}"#, "[".repeat(10_000), "]".repeat(10_000))),
        with(&format!(r#""x":{}1{}"#, r#"{"a":"#.repeat(10_000), "}".repeat(10_000))),
        with(&format!(r#""x":{}"#, "[".repeat(10_000))),
        user(&format!(r#""content":{}"#, "[".repeat(10_000))),
        "[".repeat(500_000),
        user(&format!(
            r#""content":{}"#,
            Value::String(format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)))
        )),
    ];
    for body in deep {
        let what: String = body.chars().take(90).collect();
        assert_error(&app, &what, &post(&app, body).send().await, 400, "request_too_deep");
    }
    // Escapes double at every level, so 64 documents in strings do not fit into any body; what
    // fits is read to its bottom.
    let answer = post(&app, user(&format!(r#""content":{}"#, Value::String(nested)))).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(app.abroad.received().len(), 1);

    let app = TestApp::start().await;
    for (what, body) in [
        ("many values", with(&format!(r#""x":[{}1]"#, "1,".repeat(200_001)))),
        ("many values in a string", user(&format!(r#""content":"[{}1]""#, "1,".repeat(200_001)))),
        ("a long text", user(&format!(r#""content":"{}""#, "a".repeat(1024 * 1024)))),
        ("white space", format!("{}{}", " ".repeat(1024 * 1024), user(r#""content":"x""#))),
    ] {
        assert_error(&app, what, &post(&app, body).send().await, 413, "too_large");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_inspected_is_not_sent() {
    let app = TestApp::start().await;
    let part = |part: &str| user(&format!(r#""content":[{{"type":"text","text":"x"}},{part}]"#));
    for body in [
        part(r#"{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}"#),
        part(r#"{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}"#),
        part(r#"{"type":"file","file":{"file_id":"file-1"}}"#),
        part(r#"{"type":"video_url","video_url":{"url":"x"}}"#),
        part(r#"{"type":"text","text":"x","image_url":{"url":"x"}}"#),
        part(r#"{"type":"text","text":"data:image/png;base64,AAAA"}"#),
        user(r#""content":"x","images":["AAAA"]"#),
        user(r#""content":null,"audio":{"id":"audio_1"}"#),
        with(r#""modalities":["text","audio"]"#),
        with(r#""audio":{"voice":"alloy","format":"wav"}"#),
        with(r#""x":"data:application/pdf;base64,AAAA""#),
    ] {
        assert_error(&app, &body, &post(&app, body.clone()).send().await, 422, "content_not_inspectable");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_change_place_retention_or_recipients_are_refused_by_name() {
    let app = TestApp::start().await;
    for (name, value) in [
        ("store", "true"),
        ("web_search_options", "{}"),
        ("search_parameters", r#"{"mode":"auto"}"#),
        ("service_tier", r#""priority""#),
        ("service_tier", r#""eu""#),
        ("tools", r#"[{"type":"web_search"}]"#),
        ("tools", r#"[{"type":"mcp","server_url":"https://example.com"}]"#),
        ("mcp_servers", r#"[{"url":"x"}]"#),
        ("prompt_cache_retention", r#""24h""#),
        ("prompt_cache_options", "{}"),
        ("background", "true"),
        ("previous_response_id", r#""resp_1""#),
        ("conversation", r#""conv_1""#),
        ("container", r#""c""#),
        ("data_sources", "[{}]"),
        ("enable_search", "true"),
        ("search_options", "{}"),
        ("search_settings", "{}"),
        ("api_base", r#""https://example.com""#),
        ("base_url", r#""https://example.com""#),
        ("user_config", "{}"),
        ("inference_geo", r#""eu""#),
        ("provider", r#"{"order":["x"]}"#),
        ("models", r#"["x"]"#),
        ("route", r#""fallback""#),
        ("plugins", r#"[{"id":"web"}]"#),
        ("fallbacks", r#"["x"]"#),
        ("extra_body", r#"{"store":true}"#),
    ] {
        let answer = post(&app, with(&format!(r#""{name}":{value}"#))).send().await;
        assert_error(&app, name, &answer, 403, "parameter_not_allowed");
        let message = answer.json()["error"]["message"].to_string();
        assert!(message.contains(&format!("«{name}»")), "{message}");
        assert_eq!(answer.json()["error"]["darbaza"]["law"], serde_json::json!(["PD 7(6)", "PD 16"]));
    }
    // Off is off.
    for member in [r#""store":false"#, r#""store":null"#, r#""service_tier":"auto""#, r#""models":[]"#] {
        assert_eq!(post(&app, with(member)).send().await.status, 200, "{member}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_cannot_be_masked_is_not_sent() {
    let app = TestApp::start().await;
    for member in [r#""seed":920417499926"#, r#""max_tokens":920417499926"#, r#""temperature":920417499926"#]
    {
        let answer = post(&app, with(member)).send().await;
        assert_error(&app, member, &answer, 403, "parameter_not_allowed");
        assert!(!answer.text().contains("920417499926"));
        assert_eq!(answer.header("darbaza-findings"), "IIN=1");
    }
    let secret = app.say("staff-desk", "пароль: Kq7-Zx91-test").await;
    assert_error(&app, "a secret", &secret, 403, "category_refused");
    assert_eq!(secret.header("darbaza-findings"), "SECRET=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_in_utf_8_that_is_not_compressed_is_read() {
    let app = TestApp::start().await;
    let body = user(r#""content":"x""#);
    let call = |name: &'static str, value: &'static str| {
        let call = app.call(http::Method::POST, "/v1/chat/completions").key(app.key("support-chat"));
        call.body(body.clone()).header(name, value)
    };
    for (name, value) in [
        ("content-encoding", "gzip"),
        ("content-encoding", "br"),
        ("content-encoding", "identity, gzip"),
        ("content-type", "text/plain"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-type", ""),
        ("content-type", "multipart/form-data; boundary=x"),
        ("content-type", "application/json; charset=windows-1251"),
        ("content-type", "application/json;charset=utf-16"),
        ("content-type", "application/jsonx"),
        ("content-type", "application/json; charset=utf-8; charset=koi8-r"),
    ] {
        let answer = call(name, value).send().await;
        assert_error(&app, &format!("{name}: {value}"), &answer, 415, "encoding_unsupported");
    }
    let detect = |body: &[u8]| {
        let call = app.call(http::Method::POST, "/darbaza/v1/detect").key(app.key("support-chat"));
        call.header("content-type", "application/json").body(body.to_vec())
    };
    for body in [
        "",
        "[]",
        r#"{"text":1}"#,
        r#"{"text":"a","x":1}"#,
        r#"{"text":"a","text":"b"}"#,
        r#"{"text":"\ud800"}"#,
    ] {
        assert_error(&app, body, &detect(body.as_bytes()).send().await, 400, "request_malformed");
    }
    let answer = detect(r#"{"text":"a"}"#.as_bytes()).header("content-encoding", "gzip").send().await;
    assert_error(&app, "detect", &answer, 415, "encoding_unsupported");
    for (name, value) in [
        ("content-encoding", "identity"),
        ("content-type", "Application/JSON; Charset=\"UTF-8\""),
        ("x-any", "y"),
    ] {
        assert_eq!(call(name, value).send().await.status, 200, "{name}: {value}");
    }
}
