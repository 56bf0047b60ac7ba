//! How a gate ends: what is open ends whole, and what takes too long is told so.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use darbaza_store::LedgerReader;
use darbaza_store_sqlite::SqliteLedgerReader;
use darbaza_tests::{Piece, Script, Serve};
use serde_json::{Value, json};

use super::{Company, body, chat};

fn event(text: &str) -> Piece {
    let delta = json!({ "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }],
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m" });
    Piece::Bytes(format!("data: {delta}\n\n").into())
}

fn pause(milliseconds: u64) -> Piece {
    Piece::Pause(Duration::from_millis(milliseconds))
}

/// Until nobody takes connections any more.
async fn refused(serve: &Serve) {
    let address = serve.gateway().trim_start_matches("http://").to_owned();
    let begun = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(begun.elapsed() < Duration::from_millis(500), "new connections are still taken");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The outcomes in the ledger: what became of each, with the code.
fn outcomes(company: &Company) -> Vec<(String, Value)> {
    let leaves = SqliteLedgerReader::open(&company.data()).unwrap().leaves(0, 1000).unwrap();
    let leaves = leaves.iter().map(|leaf| serde_json::from_slice::<Value>(&leaf.bytes).unwrap());
    let outcomes = leaves.filter(|leaf| leaf["kind"] == "outcome");
    outcomes.map(|leaf| (leaf["outcome"].as_str().unwrap().to_owned(), leaf["code"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_stream_ends_whole_while_nobody_new_is_let_in() {
    let company = Company::new("[limits]\ndrain_seconds = 10\n").await;
    let done = Piece::Bytes("data: [DONE]\n\n".into());
    company.vendor.answer(Script::pieces(vec![event("раз"), pause(1500), event("два"), done]));
    let mut serve = company.serve();
    let key = company.key("support-chat");
    let (status, _, mut pieces) = chat(serve.gateway(), &key, &body(true, "Считай")).open().await;
    assert_eq!(status, 200);
    let mut told = pieces.next().await.unwrap().unwrap().to_vec();
    serve.signal("TERM");
    refused(&serve).await;
    while let Some(piece) = pieces.next().await {
        told.extend_from_slice(&piece.expect("the stream is not cut off"));
    }
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("раз") && told.contains("два") && told.ends_with("data: [DONE]\n\n"), "{told}");
    let asked = Instant::now();
    assert_eq!(serve.wait().code(), Some(0), "{}", serve.log());
    assert!(asked.elapsed() < Duration::from_secs(2), "it waited for nobody");
    assert_eq!(outcomes(&company), [("answered".to_owned(), Value::Null)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_is_told_cut_off_and_recorded_as_withheld() {
    let company = Company::new("[limits]\ndrain_seconds = 1\n").await;
    company.vendor.respond(|request| match request.last_content().as_str() {
        "медленно" => Script::text("готово").after(Duration::from_secs(20)),
        "начало" => {
            let mut script = vec![Piece::Bytes("{\"choices\":".into()), pause(20_000)];
            script.push(Piece::Bytes("[]}".into()));
            Script::pieces(script).content_type("application/json")
        }
        "много" => Script::pieces(vec![event(&"много ".repeat(20_000)); 400]),
        _ => Script::pieces(vec![event("раз"), pause(20_000), event("два")]),
    });
    let mut serve = company.serve();
    let key = company.key("support-chat");
    let (_, _, mut stream) = chat(serve.gateway(), &key, &body(true, "Считай")).open().await;
    let mut told = stream.next().await.unwrap().unwrap().to_vec();
    let waiting = tokio::spawn(chat(serve.gateway(), &key, &body(false, "медленно")).send());
    let halfway = tokio::spawn(chat(serve.gateway(), &key, &body(false, "начало")).send());
    // One who asks for much and takes nothing of it.
    let mut deaf = TcpStream::connect(serve.gateway().trim_start_matches("http://")).unwrap();
    let ask = body(true, "много").to_string();
    write!(
        deaf,
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{ask}",
        ask.len()
    )
    .unwrap();
    while company.vendor.received().len() < 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;

    let asked = Instant::now();
    serve.signal("TERM");
    refused(&serve).await;
    while let Some(piece) = stream.next().await {
        told.extend_from_slice(&piece.expect("the error is told before the end"));
    }
    let drained = asked.elapsed();
    assert!(drained > Duration::from_millis(900) && drained < Duration::from_secs(3), "{drained:?}");
    let told = String::from_utf8(told).unwrap();
    let last = told.trim_end().rsplit("data: ").next().unwrap();
    let error: Value = serde_json::from_str(last).unwrap();
    assert_eq!(error["error"]["code"], "vendor_timeout", "{told}");
    assert!(error["error"]["message"].as_str().unwrap().contains("Шлюз был остановлен"), "{told}");
    assert!(!told.contains("[DONE]"), "{told}");
    for answer in [waiting.await.unwrap(), halfway.await.unwrap()] {
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (504, "vendor_timeout"));
        assert_ne!(answer.header("darbaza-receipt"), "");
    }
    assert_eq!(serve.wait().code(), Some(0), "{}", serve.log());
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    drop(deaf);

    let outcomes = outcomes(&company);
    assert_eq!(outcomes.len(), 4, "{outcomes:?}");
    let withheld = ("withheld".to_owned(), Value::from("vendor_timeout"));
    assert!(outcomes.iter().all(|outcome| *outcome == withheld), "{outcomes:?}");
    let report = company.run(&["ledger", "verify", "--config", "darbaza.toml"]).expect(0);
    assert!(!report.contains("not in a checkpoint"), "the last checkpoint covers everything: {report}");
    assert!(serve.log().contains("open requests are cut off"), "{}", serve.log());
}
