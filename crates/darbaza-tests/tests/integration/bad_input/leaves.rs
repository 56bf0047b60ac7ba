//! Requests whose record would be larger than a leaf may be.

use darbaza_core::CategoryCounts;
use darbaza_store::LedgerReader;
use darbaza_store_sqlite::SqliteLedgerReader;
use darbaza_tests::{Answer, TestApp};
use serde_json::json;

/// Something of nearly every category.
const EVERYTHING: &str = "Ахметова Гульнара Сериковна, ИИН 920417499926, БИН 120640007891, тел. +7 701 555 00 17, \
    g.akhmetova@example.kz, IBAN KZ86125KZT5004100100, карта 4111 1111 1111 1111, удостоверение личности № 012345678, \
    паспорт N12345678, водительское удостоверение AB 123456, госномер 123 ABC 02, IP 93.184.216.34, телеграм @g_akhmetova, \
    адрес: г. Алматы, ул. Абая, д. 10, кв. 5, дата рождения 17.04.1992, инвалид II группы, по национальности казашка, \
    мусульманка, судимостей не имеет, оклад 450 000 тенге, ИНН 7707083893, СНИЛС 112-233-445 95, ПИНФЛ 31704923260011, \
    SSN 219-09-9999";

async fn say(app: &TestApp, subjects: usize) -> Answer {
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": EVERYTHING }] });
    let call = app.chat("credit-scoring", &body).header("darbaza-conversation", "c");
    (0..subjects).fold(call, |call, n| call.header("darbaza-subject", format!("s{n}"))).send().await
}

fn largest_leaf(app: &TestApp) -> usize {
    let leaves = SqliteLedgerReader::open(&app.data()).unwrap().leaves(0, 100).unwrap();
    leaves.iter().map(|leaf| leaf.bytes.len()).max().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_cannot_say_in_full_is_not_sent() {
    let purpose = "p".repeat(64);
    let app = TestApp::with().register(|r| r.replace("credit-assessment", &purpose)).start().await;
    let few = say(&app, 0).await;
    assert_eq!(few.status, 200, "{}", few.text());
    assert!(app.decision(&few).findings.iter().count() >= 18, "{}", few.header("darbaza-findings"));

    let many = say(&app, 8).await;
    assert_eq!((many.status.as_u16(), many.code().as_str()), (413, "too_large"), "{}", many.text());
    assert_eq!(app.inside.received().len(), 1, "it was not sent");
    let refusal = app.decision(&many);
    assert_eq!((refusal.subjects.len(), refusal.findings), (8, CategoryCounts::default()));
    assert!(largest_leaf(&app) < 1024);
}
