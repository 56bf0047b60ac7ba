//! House rules that no compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::process::{command, output, say};

/// A source file that is larger asks for a split.
const LARGEST: usize = 15 * 1024;

/// Fails with everything that is out of order.
pub(crate) fn run() -> anyhow::Result<()> {
    let files = output(&mut command("git ls-files --cached --others --exclude-standard"))?;
    let files: Vec<&str> = files.lines().filter(|file| Path::new(file).is_file()).collect();
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let text = fs::read_to_string(file).with_context(|| (*file).to_owned())?;
        check_source(file, &text, &mut wrong);
    }
    check_links(&files, &mut wrong)?;
    check_dependencies(&mut wrong)?;
    if wrong.is_empty() {
        say(&format!("== tidy: {} files", files.len()));
        return Ok(());
    }
    bail!("not tidy:\n  {}", wrong.join("\n  "))
}

fn check_source(file: &str, text: &str, wrong: &mut Vec<String>) {
    let is_test = file.contains("/tests/") || file.ends_with("tests.rs");
    if text.len() > LARGEST && !is_test {
        wrong.push(format!("{file} has {} bytes; split it", text.len()));
    }
    if file.ends_with("/mod.rs") {
        wrong.push(format!("{file}: write foo.rs beside foo/, not foo/mod.rs"));
    }
    // Put together so that this file does not find itself.
    for (word, why) in [
        (concat!("#[", "ignore"), "a test that does not run proves nothing"),
        (concat!("#[", "allow("), "use #[expect(.., reason = ..)]"),
        (concat!("should", "_panic"), "say what is expected instead"),
    ] {
        if text.contains(word) {
            wrong.push(format!("{file}: {word}: {why}"));
        }
    }
}

/// Every relative link in the documents leads to a file.
fn check_links(files: &[&str], wrong: &mut Vec<String>) -> anyhow::Result<()> {
    for file in files.iter().filter(|f| f.ends_with(".md") && !f.starts_with("eval/")) {
        let text = fs::read_to_string(file)?;
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") && !folder.join(path).exists() {
                wrong.push(format!("{file}: the link to {target} leads nowhere"));
            }
        }
    }
    Ok(())
}

/// Every dependency has its line in docs/dependencies.md, and every line its dependency.
fn check_dependencies(wrong: &mut Vec<String>) -> anyhow::Result<()> {
    let manifest = fs::read_to_string("Cargo.toml")?;
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let used: BTreeSet<&str> = section
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.trim()))
        .filter(|name| !name.starts_with("darbaza"))
        .collect();
    let page = fs::read_to_string("docs/dependencies.md").context("docs/dependencies.md")?;
    let told: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
        .collect();
    wrong.extend(used.difference(&told).map(|name| format!("docs/dependencies.md has no line for {name}")));
    wrong.extend(
        told.difference(&used).map(|name| format!("docs/dependencies.md tells of {name}, which is not used")),
    );
    Ok(())
}
