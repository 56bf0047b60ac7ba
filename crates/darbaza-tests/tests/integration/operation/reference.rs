//! The configuration's reference is written from what reads it.

use std::path::Path;

use serde_json::Value;

use darbaza_tests::Ran;

#[test]
fn the_reference_in_the_documents_is_what_the_command_prints() {
    let folder = tempfile::tempdir().unwrap();
    let printed = Ran::new(folder.path(), &["config", "reference"]).expect(0);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let kept = std::fs::read_to_string(page).unwrap();
    assert!(kept == printed, "write it anew: darbaza config reference > docs/configuration.md");

    // A key that the program reads and the page does not tell would be refused as unknown here.
    let schema: Value =
        serde_json::from_str(&Ran::new(folder.path(), &["config", "reference", "--schema"]).expect(0))
            .unwrap();
    assert_eq!(schema["additionalProperties"], false);
    for (key, property) in schema["properties"]["limits"]["properties"].as_object().unwrap() {
        assert!(printed.contains(&format!("| `{key}` | number | `{}` |", property["default"])), "{key}");
        assert!(property["description"].as_str().is_some_and(|text| text.ends_with('.')), "{key}");
    }
    for word in ["must be given", "`[gateway]` and `[operations]`", "`tls.certificate`", "`[vendors.KEY]`"] {
        assert!(printed.contains(word), "{word}");
    }
}

#[tokio::test]
async fn a_number_out_of_its_range_is_named() {
    for (line, said) in [
        ("idle_seconds = 0", "idle_seconds is 0, not from 1 to 86400"),
        ("drain_seconds = 9000000000", "drain_seconds is 9000000000, not from 0 to 86400"),
        ("concurrent_requests = 9000000000000000000", "concurrent_requests is 9000000000000000000"),
        ("body_bytes = 0", "body_bytes is 0, not from 1 to"),
    ] {
        let company = super::Company::new(&format!("[limits]\n{line}\n")).await;
        let checked = company.run(&["check"]).expect(1);
        assert!(checked.contains(said) && checked.contains("darbaza.toml:"), "{checked}");
        company.run(&["serve"]).fails(2, said);
    }
    super::Company::new("[limits]\ndrain_seconds = 0\ndisk_free_bytes = 0\n").await.run(&["check"]).expect(0);
}
