//! Conversations whose history the client keeps.

use darbaza_tests::{OfficialClient, TestApp};
use serde_json::{Value, json};

use super::model::{self, Said};
use super::{COLLEAGUE, Caller, FORBIDDEN, IIN, PERSON, PHONE};

with_both_clients! {
    a_conversation_goes_on_with_the_same_tokens,
    a_streamed_conversation_goes_on_with_the_same_tokens,
    what_a_model_emphasises_stays_masked_in_the_history,
    a_system_that_decides_about_people_has_new_tokens_in_every_turn,
}

async fn a_conversation_goes_on_with_the_same_tokens(client: OfficialClient) {
    conversation(client, false).await;
}

async fn a_streamed_conversation_goes_on_with_the_same_tokens(client: OfficialClient) {
    conversation(client, true).await;
}

async fn conversation(client: OfficialClient, stream: bool) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let turn = request.json()["messages"].as_array().unwrap().len();
        let (persons, iin) = (model::cores(request, "PERSON"), model::token(request, "IIN"));
        let persons: Vec<String> = persons.iter().map(|core| format!("[{core}]")).collect();
        let text = format!("Ход {turn}: «{}», ИИН {iin}.\n\"{}\"", persons.join("» и «"), persons[0]);
        Said::Text(text).script(request, 5)
    });
    let says = [
        format!("Здравствуйте, я {PERSON}, ИИН {IIN}."),
        format!("Мой телефон {PHONE}, ИИН тот же: {IIN}."),
        format!("Вчера мне отвечала {COLLEAGUE}."),
        "Спасибо. А сроки?".to_owned(),
        format!("Повторяю: {PERSON}, тел. {PHONE}."),
        format!("{COLLEAGUE} обещала перезвонить."),
    ];
    let body = json!({ "model": "m", "messages": [{ "role": "system", "content": "Отвечай коротко." }] });
    let operation = json!({ "operation": "turns", "body": body, "says": says, "stream": stream });
    let answers = Caller::new(&app, client).value(operation).await;

    for (at, answer) in answers.as_array().unwrap().iter().enumerate() {
        let persons = if at < 2 { PERSON.to_owned() } else { format!("{PERSON}» и «{COLLEAGUE}") };
        let turn = at * 2 + 2;
        assert_eq!(*answer, format!("Ход {turn}: «{persons}», ИИН {IIN}.\n\"{PERSON}\""));
    }
    app.abroad.assert_never_saw(FORBIDDEN);
    let received = app.abroad.received();
    assert_eq!(received.len(), says.len());
    let messages = |at: usize| received[at].json()["messages"].as_array().unwrap().clone();
    for at in 1..received.len() {
        // What was sent before is sent again to the letter: the vendor's prompt cache works, and
        // what was restored is masked to the tokens that the model wrote itself.
        let (before, now) = (messages(at - 1), messages(at));
        assert_eq!(now[..before.len()], before[..], "turn {at}");
        let own: &Value = &now[before.len()];
        let persons = model::cores(&received[at - 1], "PERSON");
        let written = own["content"].as_str().unwrap();
        assert_eq!(own["role"], "assistant");
        assert!(persons.iter().all(|core| written.contains(&format!("«[{core}]»"))), "{written}");
    }
    assert_eq!(model::cores(&received[5], "PERSON").len(), 2);
    assert_eq!(model::cores(&received[5], "PHONE").len(), 1);
}

/// Models write bold, and clients send back what they got: the values then stand between stars.
async fn what_a_model_emphasises_stays_masked_in_the_history(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let [person, iin, phone] = ["PERSON", "IIN", "PHONE"].map(|category| model::token(request, category));
        let text = format!(
            "### {person}\n- ИИН: **{iin}**\n* *{phone}*, ***{person}***, `{iin}`, __{phone}__\n•{iin}"
        );
        Said::Text(text).script(request, 5)
    });
    let says =
        [format!("Я {PERSON}, ИИН {IIN}, телефон {PHONE}."), "Верно.".to_owned(), "Спасибо.".to_owned()];
    let operation = json!({ "operation": "turns", "body": { "model": "m" }, "says": says });
    let answers = Caller::new(&app, client).value(operation).await;
    let told =
        format!("### {PERSON}\n- ИИН: **{IIN}**\n* *{PHONE}*, ***{PERSON}***, `{IIN}`, __{PHONE}__\n•{IIN}");
    assert_eq!(answers, json!([told, told, told]));
    app.abroad.assert_never_saw(FORBIDDEN);
}

/// Its scope is the request, so that a vendor cannot put the turns of one person together.
async fn a_system_that_decides_about_people_has_new_tokens_in_every_turn(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let turn = request.json()["messages"].as_array().unwrap().len();
        Said::Text(format!("{turn}: {}", model::token(request, "PERSON"))).script(request, 4)
    });
    let says = [format!("Кандидат {PERSON}."), "Ещё раз.".to_owned(), format!("Что скажете о {PERSON}?")];
    let operation = json!({ "operation": "turns", "body": { "model": "m" }, "says": says, "stream": true });
    let answers = Caller::new(&app, client).key(app.key("hr-screening")).value(operation).await;
    assert_eq!(answers, json!([1, 3, 5].map(|turn| format!("{turn}: {PERSON}"))));
    let tokens: std::collections::BTreeSet<String> =
        app.abroad.received().iter().map(|request| model::token(request, "PERSON")).collect();
    assert_eq!(tokens.len(), 3);
    app.abroad.assert_never_saw(FORBIDDEN);
}
