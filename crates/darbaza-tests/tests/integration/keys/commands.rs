//! `darbaza key`, beside a running server and without one.

use std::path::Path;

use darbaza_tests::TestApp;
use serde_json::Value;

use super::{chat, run, told_key};

/// A key as `key list --json` tells it.
fn listed(data: &Path, id: &str) -> Value {
    let keys: Vec<Value> = serde_json::from_str(&run(data, "key list --json").expect(0)).unwrap();
    keys.into_iter().find(|key| key["id"] == id).expect("the key is listed")
}

/// Tells the whole story of keys at one data folder; the ids and keys that are valid at its end.
fn story(data: &Path) -> Vec<(String, String)> {
    let run = |words: &str| run(data, words);
    let words = "key issue --system hr-screening --purpose candidate-selection --expires 2099-12-31 --owner Ақбота \
                 --requests-per-minute 600 --concurrent 5 --tokens-per-day 1000000";
    let (id, key) = told_key(&run(words).expect(0));
    let as_issued = listed(data, &id);
    assert_eq!((&as_issued["system"], &as_issued["owner"]), (&"hr-screening".into(), &"Ақбота".into()));
    assert_eq!(as_issued["purposes"], serde_json::json!(["candidate-selection"]));
    assert_eq!(
        (&as_issued["state"], &as_issued["expires"]),
        (&"valid".into(), &"2099-12-31T19:00:00Z".into())
    );
    let limits =
        serde_json::json!({ "requests_per_minute": 600, "concurrent": 5, "tokens_per_day": 1_000_000 });
    assert_eq!(as_issued["limits"], limits);
    let table = run("key list --system hr-screening").expect(0);
    assert!(table.starts_with("ID ") && table.contains("600/min, 5 at once, 1000000 tokens/day"), "{table}");
    assert!(!table.contains("dbz_") && !table.contains(&key[4..]), "{table}");

    // Others are left alone, so that only one is meant below.
    for key in
        serde_json::from_str::<Vec<Value>>(&run("key list --system hr-screening --json").expect(0)).unwrap()
    {
        if key["id"] != id.as_str() && key["state"] == "valid" {
            run(&format!("key revoke --system hr-screening --key {}", key["id"].as_str().unwrap())).expect(0);
        }
    }

    // Rotated with an overlap: both are valid, and the new one is like the old one.
    let said = run("key rotate --system hr-screening --overlap 48").expect(0);
    assert!(said.contains(&format!("{id} ends 20")), "{said}");
    let (new_id, new_key) = told_key(&said);
    let (old, new) = (listed(data, &id), listed(data, &new_id));
    for member in ["system", "owner", "purposes", "limits"] {
        assert_eq!(new[member], as_issued[member], "{member}");
    }
    assert_eq!((&old["state"], &new["expires"]), (&"valid".into(), &as_issued["expires"]));
    assert!(old["expires"].as_str() < as_issued["expires"].as_str(), "{old}");
    run(&format!("key rotate --system hr-screening --key {id}")).fails(1, "rotated already");

    // Ambiguous, unknown, of another system, nothing left.
    let (third, third_key) = told_key(&run("key issue --system hr-screening").expect(0));
    let several = run("key rotate --system hr-screening");
    several.fails(2, "several valid keys");
    assert!(several.err.contains(&new_id) && several.err.contains(&third) && !several.err.contains(&id));
    let (last_id, last_key) =
        told_key(&run(&format!("key rotate --system hr-screening --key {third}")).expect(0));
    assert_eq!(listed(data, &third)["state"], "revoked");
    assert_eq!(listed(data, &last_id)["limits"], serde_json::json!({}));
    run(&format!("key rotate --system hr-screening --key {third}")).fails(1, "is revoked");
    run(&format!("key revoke --system hr-screening --key {third}")).fails(1, "revoked already");
    run(&format!("key revoke --system support-chat --key {last_id}")).fails(2, "has no key");
    for words in ["key list", "key revoke", "key rotate"] {
        run(&format!("{words} --system nowhere")).fails(2, "credit-scoring, hr-screening");
    }
    run("key revoke --system marketing").expect(0);
    run("key revoke --system marketing").fails(1, "no key left");
    run("key rotate --system marketing").fails(1, "no key to rotate");
    run("key issue --system marketing --owner a\u{7}b").fails(2, "line breaks");
    drop(third_key);
    vec![(id, key), (new_id, new_key), (last_id, last_key)]
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_issued_listed_rotated_and_revoked_beside_a_server_and_without_one() {
    let app = TestApp::start().await;
    let valid = story(&app.data());
    for (id, key) in &valid {
        assert_eq!(chat(&app, key, false).send().await.status, 200, "{id}");
    }
    let folder = app.stop().await;
    let data = folder.path().join("data");
    told_key(&run(&data, "key issue --system marketing").expect(0));
    let later = story(&data);
    let app = TestApp::with().folder(folder).start().await;
    for (id, key) in &later {
        assert_eq!(chat(&app, key, false).send().await.status, 200, "{id}");
    }
    for (id, key) in &valid {
        assert_eq!(chat(&app, key, false).send().await.status, 401, "{id} was revoked by the second story");
    }
    let revoked = run(&app.data(), "key revoke --system hr-screening").expect(0);
    assert_eq!(revoked.lines().count(), 4, "three of the story, one of the start: {revoked}");
    for (id, key) in &later {
        assert_eq!(chat(&app, key, false).send().await.status, 401, "{id}");
    }

    // Every act has a note that names nobody, and who and when in the store.
    let notes: Vec<Value> = app.leaves().into_iter().filter(|leaf| leaf["kind"] == "key_act").collect();
    let main = rusqlite::Connection::open(app.data().join("main.db")).unwrap();
    let count = |sql: &str| main.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
    let acts = count("SELECT count(*) FROM api_key_act WHERE who NOT IN ('', 'unknown') AND at > 0");
    assert_eq!(notes.len(), acts);
    for act in ["issued", "revoked", "rotated"] {
        let noted = notes.iter().filter(|note| note["act"] == act).count();
        assert!(noted > 0);
        assert_eq!(noted, count(&format!("SELECT count(*) FROM api_key_act WHERE act = '{act}'")), "{act}");
    }
    let all: String = notes.iter().map(Value::to_string).collect();
    assert!(!all.contains("Ақбота") && !all.contains("who"), "{all}");
    drop(main);
    let folder = app.stop().await;
    let data = folder.path().join("data");
    run(&data, "ledger verify").expect(0);

    // A ledger that is gone is not begun anew by a command.
    std::fs::rename(data.join("ledger.db"), data.join("elsewhere.db")).unwrap();
    run(&data, "key issue --system marketing").fails(3, "the ledger is missing");
    run(&data, "system suspend marketing").fails(3, "the ledger is missing");
    assert!(!data.join("ledger.db").exists());
}
