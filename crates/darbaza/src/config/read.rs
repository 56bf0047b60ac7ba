//! Reading `darbaza.toml` and the register it names, with everything that is wrong in both.

use std::fmt;
use std::path::{Path, PathBuf};

use darbaza_register::Register;

use crate::config::Config;
use crate::config::vendor::SecretSource;
use crate::failure::Failure;

/// One thing wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: PathBuf,
    /// The line in it, from 1; 0 where the file as a whole is meant.
    pub line: u64,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n  do: {}", self.file.display(), self.line, self.what, self.remedy)
    }
}

/// Reads the file and the register it names.
///
/// # Errors
///
/// Everything wrong that could be found in one go; a file that cannot be read is one finding.
pub fn read(file: &Path) -> Result<(Config, Register), Vec<Finding>> {
    let at = |line: u64, what: String, remedy: &str| Finding {
        file: file.to_owned(),
        line,
        what,
        remedy: remedy.to_owned(),
    };
    let text = std::fs::read_to_string(file).map_err(|error| {
        vec![at(
            0,
            format!("the file cannot be read: {error}"),
            "name a file with --config, or mend its permissions",
        )]
    })?;
    let mut config: Config = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(&text, span.start));
        vec![at(line, error.message().to_owned(), "compare the entry with docs/configuration.md")]
    })?;
    let folder = file.parent().unwrap_or(Path::new(""));
    config.resolve_paths(folder);

    let line_with = |word: &str| {
        let found = text.lines().position(|l| l.contains(word));
        found.map_or(0, |n| n as u64 + 1)
    };
    let mut findings: Vec<Finding> = Vec::new();
    for (name, listener) in [("gateway", &config.gateway), ("operations", &config.operations)] {
        if !listener.is_protected() {
            findings.push(at(
                line_with(&format!("[{name}]")),
                format!("the listener {name} on {} is open to the network without TLS", listener.listen),
                "give it tls files, set behind_tls_proxy = true, or listen on 127.0.0.1",
            ));
        }
    }
    for (key, vendor) in &config.vendors {
        let line = line_with(&format!("[vendors.{key}]"));
        if let Err((what, remedy)) = vendor.check(config.mirror.enabled) {
            findings.push(at(line, format!("vendor {key}: {what}"), remedy));
        }
        if let Some(missing) = vendor.secret.as_ref().and_then(|s: &SecretSource| s.read().err()) {
            findings.push(at(
                line,
                format!("vendor {key}: {missing}"),
                "set it, or take the line `secret` out",
            ));
        }
    }
    let register = match read_register(&config.register) {
        Ok(register) => Some(register),
        Err(found) => {
            findings.extend(found);
            None
        }
    };
    match register {
        Some(register) if findings.is_empty() => Ok((config, register)),
        _ => Err(findings),
    }
}

fn read_register(file: &Path) -> Result<Register, Vec<Finding>> {
    let at = |line, what, remedy| Finding { file: file.to_owned(), line, what, remedy };
    let text = std::fs::read_to_string(file).map_err(|error| {
        let remedy = "name the register file in darbaza.toml: register = \"register.yaml\"".to_owned();
        vec![at(0, format!("the register cannot be read: {error}"), remedy)]
    })?;
    Register::read(&text)
        .map_err(|unreadable| unreadable.0.into_iter().map(|p| at(p.line, p.what, p.remedy)).collect())
}

fn line_of(text: &str, offset: usize) -> u64 {
    let before = &text.as_bytes()[..offset.min(text.len())];
    before.iter().filter(|b| **b == b'\n').count() as u64 + 1
}

impl Config {
    /// Paths in the file are meant from the file's own folder.
    fn resolve_paths(&mut self, folder: &Path) {
        let resolve = |path: &mut PathBuf| *path = folder.join(&*path);
        resolve(&mut self.data);
        resolve(&mut self.register);
        self.keys.as_mut().map(resolve);
        self.export.as_mut().map(resolve);
        for listener in [&mut self.gateway, &mut self.operations] {
            if let Some(tls) = &mut listener.tls {
                resolve(&mut tls.certificate);
                resolve(&mut tls.key);
            }
        }
        for vendor in self.vendors.values_mut() {
            if let Some(SecretSource::File(path)) = &mut vendor.secret {
                resolve(path);
            }
        }
    }
}

/// The first finding as a command's failure; `check` prints them all.
pub(crate) fn failure(findings: &[Finding]) -> Failure {
    let (what, remedy) = match findings.first() {
        Some(first) => {
            (format!("{}:{}: {}", first.file.display(), first.line, first.what), first.remedy.clone())
        }
        None => ("nothing is wrong".to_owned(), String::new()),
    };
    let why = format!("the configuration has {} problem(s); `darbaza check` lists them all", findings.len());
    Failure::usage(what, why, remedy)
}
