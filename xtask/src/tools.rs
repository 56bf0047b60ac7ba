//! The programs that the tests need beside Rust: looked for, installed where that is allowed, and
//! named where it is not. Nothing is skipped in silence.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::bail;

use crate::process::{command, run, say};

/// A program, how to see that it works, and the Debian packages that bring it.
const TOOLS: [(&str, &str, &str); 8] = [
    ("Python", "python3 --version", "python3"),
    ("Python's venv", "python3 -c import(ensurepip)", "python3-venv"),
    ("Node.js", "node --version", "nodejs"),
    ("npm", "npm --version", "npm"),
    ("strace", "strace --version", "strace"),
    ("OpenSSL", "openssl version", "openssl"),
    ("curl", "curl --version", "curl"),
    ("setpriv", "setpriv --version", "util-linux"),
];

/// The proxy that the benchmarks compare the gate with.
const NGINX: (&str, &str, &str) = ("nginx", "nginx -v", "nginx-light");
/// Where Debian puts it; the path of a plain user may lack that folder.
const NGINX_PATH: &str = "/usr/sbin/nginx";

/// Makes sure that every tool of the tests is there.
pub(crate) fn ensure() -> anyhow::Result<()> {
    ensure_all(&TOOLS)
}

/// Makes sure that nginx is there, and says where.
pub(crate) fn nginx() -> anyhow::Result<PathBuf> {
    if Path::new(NGINX_PATH).is_file() {
        return Ok(PathBuf::from(NGINX_PATH));
    }
    ensure_all(&[NGINX])?;
    Ok(PathBuf::from("nginx"))
}

fn ensure_all(tools: &[(&'static str, &'static str, &'static str)]) -> anyhow::Result<()> {
    let missing = || tools.iter().filter(|(_, check, _)| !works(check)).collect::<Vec<_>>();
    let first = missing();
    if first.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = first.iter().map(|(name, ..)| *name).collect();
    let packages: Vec<&str> = first.iter().map(|(.., package)| *package).collect();
    if !is_root() {
        bail!("missing are {}; install the Debian packages {}", names.join(", "), packages.join(" "));
    }
    say(&format!("installing {}", packages.join(" ")));
    run("apt-get update", &mut command("apt-get update -q"))?;
    let mut install = command("apt-get install -q -y --no-install-recommends");
    install.args(&packages).env("DEBIAN_FRONTEND", "noninteractive");
    // A server that comes with a package is not started: in this run level no service is.
    run("apt-get install", install.env("RUNLEVEL", "1"))?;
    match missing().as_slice() {
        [] => Ok(()),
        still => bail!("still missing after the installation: {still:?}"),
    }
}

/// Whether the command runs; `import(x)` stands for Python's import of x.
fn works(check: &str) -> bool {
    let mut words: Vec<String> = check.split_whitespace().map(str::to_owned).collect();
    for word in &mut words {
        if let Some(module) = word.strip_prefix("import(").and_then(|w| w.strip_suffix(')')) {
            *word = format!("import {module}");
        }
    }
    let (program, arguments) = words.split_at(1);
    let status = Command::new(&program[0])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|s| s.success())
}

fn is_root() -> bool {
    let id = command("id -u").output();
    id.is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}
