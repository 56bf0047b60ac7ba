//! The register file after the first start: what is in force is in the data folder, and a file that was
//! broken, changed or moved since keeps nobody from starting or from mending it.

use super::{Company, body, chat};

#[tokio::test(flavor = "multi_thread")]
async fn a_register_file_that_is_broken_after_the_first_start_keeps_nothing_down() {
    let company = Company::new("").await;
    let file = company.path().join("register.yaml");
    let sample = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, "systems: [").unwrap();
    company.run(&["serve", "--config", "darbaza.toml"]).fails(2, "register.yaml");
    std::fs::write(&file, &sample).unwrap();
    company.serve().stop();

    for broken in [Some("systems: ["), None] {
        match broken {
            Some(text) => std::fs::write(&file, text).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let check = company.run(&["check", "--config", "darbaza.toml"]).expect(1);
        assert!(check.contains("register.yaml"), "{check}");
        let serve = company.serve();
        let key = company.key("support-chat");
        assert_eq!(chat(serve.gateway(), &key, &body(false, "Сәлем")).send().await.status, 200);
        let log = serve.stop();
        assert!(log.contains("the register in force is obeyed"), "{log}");
    }
    // Commands work with what is in force, whatever became of the file that the configuration names.
    std::fs::write(
        company.path().join("new.yaml"),
        sample.replace("retention_days: 30", "retention_days: 7"),
    )
    .unwrap();
    company.run(&["register", "apply", "new.yaml", "--config", "darbaza.toml"]).expect(0);
    assert!(
        company.run(&["register", "history", "--config", "darbaza.toml"]).expect(0).starts_with("    2  ")
    );
}
