//! `darbaza ledger begin` that was interrupted: the next run goes on where it stopped.

use std::path::Path;
use std::process::Command;

use darbaza_store::LedgerReader;
use darbaza_store_sqlite::SqliteLedgerReader;
use serde_json::Value;

use super::{Company, body, chat};

const CLOSED: &str = "closed/gate.sauda-market.example_audit_1";

/// Where it stopped, and how the data folder looks then.
type Stop = (&'static str, fn(&Company, &Path));

fn rename(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::rename(from, to).unwrap();
}

const STOPS: &[Stop] = &[
    ("while it made the new database", |_, data| {
        std::fs::create_dir(data.join("ledger-next")).unwrap();
        std::fs::write(data.join("ledger-next/ledger.db"), "half a database").unwrap();
    }),
    ("when the former database was away", |_, data| {
        rename(&data.join("ledger.db"), &data.join(CLOSED).join("ledger.db"));
    }),
    ("when the former database was away and somebody tried a start", |company, data| {
        rename(&data.join("ledger.db"), &data.join(CLOSED).join("ledger.db"));
        company.edit("audit/2", "audit/1");
        company.run(&["serve"]).fails(3, "the ledger was set back");
        company.edit("audit/1", "audit/2");
    }),
    ("when the new database was there", |company, data| {
        company.run(&["ledger", "begin"]).expect(0);
        rename(&data.join(CLOSED).join("ledger"), &data.join("ledger"));
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_that_was_interrupted_goes_on() {
    let company = Company::new("").await;
    let serve = company.serve();
    let key = company.key("support-chat");
    for _ in 0..3 {
        assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    }
    serve.stop();
    rename(&company.data(), &company.path().join("sound"));
    company.edit("audit/1", "audit/2");
    company.edit("export = \"export\"", "export = \"export-2\"");
    for (what, stop) in STOPS {
        let copied =
            Command::new("cp").arg("-a").arg(company.path().join("sound")).arg(company.data()).status();
        assert!(copied.unwrap().success());
        stop(&company, &company.data());
        // No gate starts with half of it done, and its try makes nothing worse.
        company.run(&["serve"]).fails(3, "`darbaza ledger begin`");
        let begun = company.run(&["ledger", "begin"]);
        assert_eq!(begun.code, 0, "{what}: {}", begun.err);
        company
            .run(&["ledger", "verify", "--data", &format!("data/{CLOSED}"), "--key", "export/ledger.vkey"])
            .expect(0);
        let serve = company.serve();
        assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
        serve.stop();
        let leaves = SqliteLedgerReader::open(&company.data()).unwrap().leaves(0, 100).unwrap();
        let leaves: Vec<Value> =
            leaves.iter().map(|leaf| serde_json::from_slice(&leaf.bytes).unwrap()).collect();
        assert_eq!(leaves[0]["kind"], "ledger_begun", "{what}");
        let former = SqliteLedgerReader::open(&company.data().join(CLOSED)).unwrap().head().unwrap();
        assert_eq!(leaves[0]["former"]["records"], former.size, "{what}");
        let again = leaves[1..].iter().filter(|leaf| leaf["kind"] == "ledger_begun").count();
        assert_eq!(again, 0, "{what}");
        std::fs::remove_dir_all(company.data()).unwrap();
        std::fs::remove_dir_all(company.path().join("export-2")).unwrap();
    }
}
