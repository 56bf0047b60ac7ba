//! JSON as the answer: values are escaped where they need it, and read back to classes.

use darbaza_tests::{OfficialClient, Received, TestApp};
use serde_json::{Value, json};

use super::model::{self, Said};
use super::{COLLEAGUE, Caller, FORBIDDEN, GUARANTOR_IIN, IIN, PERSON, asking, content};

with_both_clients! {
    a_structured_answer_reads_back_to_its_class,
    json_mode_stays_json,
    a_call_reads_back_to_its_class,
}

/// Secrets that hold what JSON has to escape.
const PASSWORD: &str = r#"Kq7\z"x91"#;
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n";

fn prompt() -> String {
    format!("Я {PERSON}, ИИН {IIN}, пароль: «{PASSWORD}».\nКлюч:\n{PRIVATE_KEY}конец")
}

/// What the model knows: tokens only.
struct Tokens {
    person: String,
    iin: String,
    secrets: Vec<String>,
}

impl Tokens {
    fn of(request: &Received) -> Tokens {
        let all = |category| model::cores(request, category).into_iter().map(|core| format!("[{core}]"));
        let secrets: Vec<String> = all("SECRET").collect();
        assert_eq!(secrets.len(), 2, "{:?}", request.body);
        Tokens { person: all("PERSON").next().unwrap(), iin: all("IIN").next().unwrap(), secrets }
    }
}

async fn a_structured_answer_reads_back_to_its_class(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let Tokens { person, iin, secrets } = Tokens::of(request);
        let schema = request.json()["response_format"]["json_schema"]["schema"].clone();
        // Strict decoding writes one of the listed values, as the schema that arrived has them.
        let assignee = schema["properties"]["assignee"]["enum"][1].as_str().unwrap().to_owned();
        let [password, key] = [&secrets[0], &secrets[1]];
        let text = format!(
            r#"{{"customer":"{person}","iin":"{iin}","note":"Пароль \"{password}\"\n{key}","assignee":"{assignee}","callback":null}}"#
        );
        Said::Text(text).script(request, 3)
    });
    let operations = [false, true]
        .map(|stream| json!({ "operation": "parse", "body": asking(&prompt()), "stream": stream }));
    for parsed in Caller::new(&app, client).values(operations.to_vec()).await {
        assert_eq!(
            parsed,
            json!({
                "customer": PERSON, "iin": IIN, "assignee": COLLEAGUE, "callback": null,
                "note": format!("Пароль \"{PASSWORD}\"\n{PRIVATE_KEY}"),
            })
        );
    }
    app.abroad.assert_never_saw(FORBIDDEN);
    app.abroad.assert_never_saw(&["Kq7", "x91", "MIIEvQ", "PRIVATE KEY"]);
    let decisions = app.leaves().into_iter().filter(|leaf| leaf["kind"] == "decision");
    assert!(
        decisions.clone().count() == 2
            && decisions.clone().all(|leaf| leaf["adjusted"] == json!(["schema_widened"]))
    );
    for request in app.abroad.received() {
        let schema = request.json()["response_format"]["json_schema"]["schema"].clone();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["required"].as_array().unwrap().len(), 5);
        // Twelve digits are asked for, and a token has none: the schema makes room for it.
        let iin = schema["properties"]["iin"].as_object().unwrap();
        assert!(
            ["pattern", "minLength", "maxLength"].iter().all(|bound| !iin.contains_key(*bound)),
            "{iin:?}"
        );
    }
}

async fn json_mode_stays_json(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let Tokens { person, secrets, .. } = Tokens::of(request);
        let guarantor = format!("[{}]", model::cores(request, "IIN")[1]);
        let text = format!(
            "{{\n  \"{person}\": [\"{guarantor}\", \"ИИН {guarantor}\"],\n  \"пароль\": \"{}\", \"n\": 1.5\n}}",
            secrets[0]
        );
        Said::Text(text).script(request, 2)
    });
    let mut body = asking(&prompt());
    body["response_format"] = json!({ "type": "json_object" });
    // A document of the application, in which a number is a number.
    let document = format!(r#"{{"guarantor": {GUARANTOR_IIN}}}"#);
    body["messages"].as_array_mut().unwrap().push(json!({ "role": "user", "content": document }));
    let caller = Caller::new(&app, client);
    let whole = caller.value(json!({ "operation": "create", "body": body })).await;
    let streamed = caller.value(json!({ "operation": "helper", "body": body })).await;

    let number: u64 = GUARANTOR_IIN.parse().unwrap();
    let expected = json!({ PERSON: [number, format!("ИИН {GUARANTOR_IIN}")], "пароль": PASSWORD, "n": 1.5 });
    for value in [&whole, &streamed] {
        let read: Value =
            serde_json::from_str(content(value)).unwrap_or_else(|e| panic!("{e}: {}", content(value)));
        assert_eq!(read, expected);
    }
    app.abroad.assert_never_saw(FORBIDDEN);
    app.abroad.assert_never_saw(&["Kq7", "x91", "MIIEvQ"]);
}

async fn a_call_reads_back_to_its_class(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let Tokens { person, secrets, .. } = Tokens::of(request);
        Said::calls([(
            "Letter",
            format!(r#"{{"to":"{person}","text":"{}\n\"{}\""}}"#, secrets[1], secrets[0]),
        )])
        .script(request, 1)
    });
    let read = Caller::new(&app, client)
        .value(json!({ "operation": "parse_tool", "body": asking(&prompt()) }))
        .await;
    assert_eq!(read, json!({ "to": PERSON, "text": format!("{PRIVATE_KEY}\n\"{PASSWORD}\"") }));
    app.abroad.assert_never_saw(FORBIDDEN);
}
