//! A register with ten thousand AI systems: it is checked, served, and decided by.

use std::fmt::Write;
use std::time::{Duration, Instant};

use darbaza_tests::{Call, Ran, Serve};
use http::Method;
use serde_json::json;

const SYSTEMS: usize = 10_000;
const VENDORS: usize = 50;

/// Organisations and countries of the sample, with vendors, routes and systems by number.
fn register() -> String {
    let sample = include_str!("../../../../sample/register.yaml");
    let (before, _) = sample.split_once("---\nvendors:").expect("the sample's vendors");
    let mut text = format!("{before}---\nvendors:\n");
    let mut add = |entry: std::fmt::Arguments<'_>| text.write_fmt(entry).expect("memory");
    for n in 0..VENDORS {
        add(format_args!(
            "  - {{ key: v{n}, name: Vendor {n}, country: US, training: excluded,\n      contracts: [{{ number: N{n}, until: 2099-12-31 }}] }}\n"
        ));
    }
    add(format_args!("---\nroutes:\n"));
    for n in 0..4 * VENDORS {
        add(format_args!("  - {{ key: r{n}, vendor: v{} }}\n", n % VENDORS));
    }
    add(format_args!("---\nsystems:\n"));
    for n in 0..SYSTEMS {
        add(format_args!(
            "  - key: system-{n}\n    organisation: sauda-market\n    name: {{ kk: Жүйе {n}, ru: Система {n}, en: System {n} }}\n\
             \x20   state: live\n    language: ru\n    models: {{ any: r{} }}\n    uses:\n      - purpose: purpose-{}\n\
             \x20       basis: {{ ground: consent, law: [PD 8, PD 16] }}\n        categories: {{ PERSON: masked, SECRET: refused }}\n\
             \x20       otherwise: masked\n",
            n % (4 * VENDORS),
            n % 30
        ));
    }
    text
}

fn configuration() -> String {
    let mut text =
        "register = \"register.yaml\"\n[gateway]\nlisten = \"127.0.0.1:0\"\n[operations]\nlisten = \
        \"127.0.0.1:0\"\n[mirror]\nenabled = true\n"
            .to_owned();
    for n in 0..VENDORS {
        write!(text, "[vendors.v{n}]\nurl = \"mirror\"\n").expect("memory");
    }
    text
}

/// The most memory that a process ever had, in MiB.
fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("/proc");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("VmHWM");
    line.split_whitespace().nth(1).expect("kB").parse::<u64>().expect("a number") / 1024
}

/// The time that a process had of a processor, in its own code and in the system's.
fn processor_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("/proc");
    let after_name = stat.rsplit(')').next().expect("a name in brackets");
    // Fields 14 and 15 of proc(5), in hundredths of a second.
    let ticks =
        after_name.split_whitespace().skip(11).take(2).map(|word| word.parse::<u64>().expect("a number"));
    Duration::from_millis(10 * ticks.sum::<u64>())
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_systems_are_checked_and_served() {
    let folder = tempfile::tempdir().unwrap();
    let text = register();
    std::fs::write(folder.path().join("register.yaml"), &text).unwrap();
    std::fs::write(folder.path().join("darbaza.toml"), configuration()).unwrap();

    let begun = Instant::now();
    let said = Ran::new(folder.path(), &["check", "--config", "darbaza.toml"]).expect(0);
    let checked = begun.elapsed();
    assert!(said.contains("nothing wrong") && said.contains("and 9980 more"), "{said}");
    // A slip in one of the last entries is named with its line as in a small file.
    let slip = text.replacen(
        "models: { any: r199 }\n    uses:\n      - purpose: purpose-9\n",
        "models: { any: r999 }\n    uses:\n      - purpose: purpose-9\n",
        1,
    );
    let line = slip.lines().position(|line| line.contains("r999")).expect("the slip") + 1;
    std::fs::write(folder.path().join("register.yaml"), &slip).unwrap();
    let wrong = Ran::new(folder.path(), &["check", "--config", "darbaza.toml"]).expect(1);
    assert!(wrong.contains("r999") && wrong.contains(&format!(":{line}:")), "{wrong}");
    std::fs::write(folder.path().join("register.yaml"), &text).unwrap();

    let begun = Instant::now();
    let server = Serve::start(folder.path(), "darbaza.toml");
    let (started, worked) = (begun.elapsed(), processor_time(server.pid()));
    for system in ["system-0", "system-9999"] {
        let issue = ["key", "issue", "--system", system, "--data", "darbaza-data"];
        let issued = Ran::new(folder.path(), &issue).expect(0);
        let key = issued.split_whitespace().find(|word| word.starts_with("dbz_")).expect("a key");
        let body =
            json!({ "model": "m", "messages": [{ "role": "user", "content": "Я Тестова Асель Маратовна" }] });
        let begun = Instant::now();
        let answer = Call::new(server.gateway(), Method::POST, "/v1/chat/completions")
            .key(key)
            .json(&body)
            .send()
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("darbaza-decision")),
            (200, "mask"),
            "{}",
            answer.text()
        );
        println!("{system}: answered in {:?}", begun.elapsed());
    }
    let memory = peak_memory(server.pid());
    server.stop();
    println!(
        "{SYSTEMS} systems, {} MB: checked in {checked:?}, started in {started:?} with {worked:?} of a processor, at \
         most {memory} MiB",
        text.len() / 1_000_000
    );
    // Of a processor, because others work on the machine too; and generous, because tests are built
    // without optimisation. What grows with the square of the systems does not pass.
    assert!(worked < Duration::from_secs(40), "{worked:?}");
    assert!(memory < 1024, "{memory} MiB");
}
