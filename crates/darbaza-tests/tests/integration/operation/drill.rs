//! The restore drill: a gate whose machine is lost goes on from its backup, or begins a new ledger where
//! the backup is too old to go on from.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use darbaza_store::LedgerReader;
use darbaza_store_sqlite::SqliteLedgerReader;
use serde_json::Value;

use super::{Company, Load, body, chat};

const CONFIG: [&str; 2] = ["--config", "darbaza.toml"];
const CLOSED: &str = "data/closed/gate.sauda-market.example_audit_1";

/// Until nothing new is exported any more.
async fn settled(company: &Company) {
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let report = company.run(&[&["ledger", "verify"], &CONFIG[..]].concat()).expect(0);
    assert!(!report.contains("not in a checkpoint"), "{report}");
}

fn prove(company: &Company, receipt: &str, data: &[&str], key: &str) {
    company.run(&[&["ledger", "proof", receipt, "--out", "one.tlog-proof"], data].concat()).expect(0);
    company.run(&["ledger", "verify", "one.tlog-proof", "--key", key]).expect(0);
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// Every file of checkpoints that was exported, for `--since`.
fn exported(company: &Company) -> Vec<String> {
    let entries = std::fs::read_dir(company.path().join("export")).unwrap().map(|e| e.unwrap().path());
    let days = entries.filter(|path| path.extension().is_some_and(|ending| ending == "checkpoints"));
    days.map(|path| path.to_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_lost_its_data_goes_on_from_its_backup_or_begins_a_new_ledger() {
    let company = Company::new("").await;
    let mut serve = company.serve();
    let key = company.key("support-chat");
    let load = Load::start(serve.gateway(), &key, 4);
    while load.count() < 50 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let before = load.count();
    let older = company.run(&[&["backup", "older"], &CONFIG[..]].concat()).expect(0);
    assert!(older.contains("made and verified") && older.contains("keys       not in it"), "{older}");
    assert!(load.count() > before, "nobody was answered during the backup");
    while load.count() < before + 50 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let receipts: Vec<String> = load.stop().await.into_iter().map(|(receipt, _)| receipt).collect();
    let (early, late) = (receipts.first().unwrap(), receipts.last().unwrap());
    settled(&company).await;
    company.run(&[&["backup", "newer"], &CONFIG[..]].concat()).expect(0);
    let keys_apart = company.path().join("keys-apart");
    copy(&company.data().join("keys"), &keys_apart);

    // The machine is gone. What was exported elsewhere is there, and the keys were kept apart.
    let lose = |serve: &mut darbaza_tests::Serve| {
        serve.signal("KILL");
        serve.wait();
        std::fs::remove_dir_all(company.data()).unwrap();
    };
    lose(&mut serve);
    let restored = company.run(&[&["restore", "newer"], &CONFIG[..]].concat()).expect(0);
    assert!(restored.contains("restored and verified") && !restored.contains("export "), "{restored}");
    assert!(restored.contains("put the folder of keys to"), "{restored}");
    company.run(&["serve"]).fails(3, "keys is missing");
    copy(&keys_apart, &company.data().join("keys"));
    let mut serve = company.serve();
    assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    for receipt in [early, late] {
        prove(&company, receipt, &CONFIG, "export/ledger.vkey");
    }
    settled(&company).await;
    let since = exported(&company);
    let mut verify = vec!["ledger", "verify", "--key", "export/ledger.vkey"];
    verify.extend(since.iter().flat_map(|file| ["--since", file.as_str()]));
    let report = company.run(&[&verify[..], &CONFIG[..]].concat()).expect(0);
    assert!(report.contains("signed by gate.sauda-market.example/audit/1"), "{report}");

    // Lost again, and this time only the older backup is left.
    lose(&mut serve);
    let restored = company.run(&[&["restore", "older"], &CONFIG[..]].concat()).expect(0);
    assert!(restored.contains("which are more than were restored"), "{restored}");
    copy(&keys_apart, &company.data().join("keys"));
    company.run(&["serve"]).fails(3, "`darbaza ledger begin`");
    company.run(&["ledger", "begin"]).fails(2, "already has the name");
    company.edit("audit/1", "audit/2");
    company.run(&["serve"]).fails(3, "the configuration names gate.sauda-market.example/audit/2");
    company.run(&["ledger", "begin"]).fails(2, "holds the checkpoints of another ledger");
    company.edit("export = \"export\"", "export = \"export-2\"");
    let begun = company.run(&["ledger", "begin", "--since", "export/checkpoint"]).expect(0);
    assert!(begun.contains("gate.sauda-market.example/audit/2: begun"), "{begun}");
    company.run(&["ledger", "begin"]).fails(2, "there is no ledger to close");

    let serve = company.serve();
    assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    settled(&company).await;
    let report =
        company.run(&["ledger", "verify", "--config", "darbaza.toml", "--key", "export-2/ledger.vkey"]);
    assert!(report.expect(0).contains("signed by gate.sauda-market.example/audit/2"));
    // What is left of the former ledger is still one, and proves what it holds.
    prove(&company, early, &["--data", CLOSED], "export/ledger.vkey");
    company.run(&["ledger", "verify", "--data", CLOSED, "--key", "export/ledger.vkey"]).expect(0);
    let said = company.run(&["ledger", "proof", late, "--data", CLOSED]).expect(1);
    assert!(said.contains("there is no decision"), "{said}");
    serve.stop();
    let first = SqliteLedgerReader::open(&company.data()).unwrap().leaves(0, 1).unwrap();
    let first: Value = serde_json::from_slice(&first[0].bytes).unwrap();
    assert_eq!(first["kind"], "ledger_begun");
    assert_eq!(first["former"]["origin"], "gate.sauda-market.example/audit/1");
    let (left, went_out) = (&first["former"]["records"], &first["former"]["signed_records"]);
    assert!(left.as_u64().unwrap() < went_out.as_u64().unwrap(), "{first}");
}
