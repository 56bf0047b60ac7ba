//! A new operator's walk: the commands of docs/quickstart.md, as they stand there, in an empty folder.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use darbaza_tests::{ScriptedVendor, binary};

const DOCUMENT: &str = include_str!("../../../../docs/quickstart.md");

/// Commands, and what the document says that they print; what it leaves out is an ellipsis.
struct Step {
    commands: String,
    printed: Vec<String>,
}

/// The fenced blocks of the document.
fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (number, block) in DOCUMENT.split("```").enumerate().filter(|(number, _)| number % 2 == 1) {
        let (kind, text) = block.split_once('\n').expect("a block of lines");
        match (kind, steps.last_mut()) {
            ("sh", _) => steps.push(Step { commands: text.to_owned(), printed: Vec::new() }),
            ("text", Some(step)) => step.printed.extend(text.lines().map(str::to_owned)),
            _ => panic!("block {number} of the document is neither commands nor what they print"),
        }
    }
    steps
}

/// The steps as one script for one shell. Whatever serves does so in the background until the end.
fn script(steps: &[Step]) -> String {
    let mut script = "set -eu\n".to_owned();
    for step in steps {
        let commands = step.commands.trim_end();
        if commands.starts_with("darbaza serve") {
            assert_eq!(commands.lines().count(), 1, "a server has a terminal of its own");
            script.push_str(&format!(
                "{commands} > served 2> log & SERVER=$!\ntrap 'kill -TERM $SERVER; wait $SERVER' EXIT\n\
                 until grep -q '^operations' served; do kill -0 $SERVER; sleep 0.05; done\ncat served\n"
            ));
        } else {
            script.push_str(commands);
        }
        script.push_str("\nprintf '\\n%s\\n' =====\n");
    }
    script
}

/// Whether a line is as the document has it, with anything in place of each ellipsis.
fn is_like(line: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('…');
    let Some(mut rest) = line.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_operator_gets_from_an_empty_folder_to_a_system_of_the_company_s_own() {
    let (folder, vendor) = (tempfile::tempdir().unwrap(), ScriptedVendor::start().await);
    let of_vendor = vendor.base().trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    // Only the ports are others than in the document, because tests run beside each other.
    let ports = [("127.0.0.1:8080", of_vendor), ("127.0.0.1:4000", format!("127.0.0.1:{}", free_port()))];
    let ports = [ports.to_vec(), vec![("127.0.0.1:4009", format!("127.0.0.1:{}", free_port()))]].concat();
    let here = |text: &str| ports.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    let steps = steps();
    let script = here(&script(&steps));

    let path = format!("{}:{}", binary().parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    shell.current_dir(folder.path()).env("PATH", path).stdin(Stdio::piped());
    shell.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = tokio::task::spawn_blocking(move || {
        let mut shell = shell.spawn().unwrap();
        shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        shell.wait_with_output().unwrap()
    });
    let ended = ended.await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{}:\n{out}\n{err}", ended.status);

    let printed: Vec<&str> = out.split("\n=====\n").collect();
    assert_eq!(printed.len(), steps.len() + 1, "{out}");
    for (step, printed) in steps.iter().zip(printed) {
        let mut lines = printed.lines().map(|line| line.trim_end_matches('\r'));
        for expected in &step.printed {
            let expected = here(expected);
            assert!(
                lines.any(|line| is_like(line, &expected)),
                "{}\ndoes not print {expected:?} where the document has it:\n{printed}",
                step.commands
            );
        }
    }
    // What the document says of the model is so.
    let asked = vendor.received();
    assert_eq!(asked.len(), 1, "the refused one was sent");
    let saw = asked[0].last_content();
    assert!(saw.contains("[PERSON_") && saw.contains("[IIN_") && !saw.contains("920417499926"), "{saw}");
    assert!(out.contains("Тестова Асель, ИИН 920417499926"), "{out}");
}
