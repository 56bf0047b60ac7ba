//! Sample traffic: a few requests of invented people through the gate, as an application sends them.

use std::io;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;

use super::SystemKeys;
use crate::command::say;

/// One request a line.
const TRAFFIC: &str = include_str!("../../../../../sample/traffic.jsonl");

#[derive(Deserialize)]
struct Sample {
    system: String,
    lang: String,
    content: String,
}

/// Sends the samples one after the other and says what became of each.
pub(super) async fn send(gateway: &str, keys: &SystemKeys) {
    say("  Sample traffic:");
    for sample in TRAFFIC.lines().filter_map(|line| serde_json::from_str::<Sample>(line).ok()) {
        let Some((_, key)) = keys.iter().find(|(system, _)| *system == sample.system) else { continue };
        let outcome = match exchange(gateway, key, &sample).await {
            Ok(outcome) => outcome,
            Err(error) => format!("no answer: {error}"),
        };
        say(format_args!("    {:<16}{outcome}", sample.system));
    }
    say("");
}

async fn exchange(gateway: &str, key: &str, sample: &Sample) -> io::Result<String> {
    let authority = gateway.trim_start_matches("http://");
    let stream = TcpStream::connect(authority).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let messages = serde_json::json!([{ "role": "user", "content": sample.content }]);
    let body = serde_json::json!({ "model": "sample-model", "messages": messages });
    let request = Request::post("/v1/chat/completions")
        .header("host", authority)
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .header("darbaza-lang", &sample.lang)
        .body(Full::new(Bytes::from(body.to_string())))
        .map_err(io::Error::other)?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(io::Error::other)?;
        let header = |name: &str| {
            response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
        };
        let outcome = format!(
            "{} {:<8}{:<28}receipt {}",
            response.status().as_u16(),
            header("darbaza-decision"),
            header("darbaza-findings"),
            header("darbaza-receipt")
        );
        response.into_body().collect().await.map_err(io::Error::other)?;
        drop(sender);
        Ok(outcome)
    };
    let (outcome, _) = tokio::join!(exchange, connection);
    outcome
}
