//! Reading `darbaza.toml` and the register it names, with everything that is wrong in both.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use darbaza_policy::Policy;
use darbaza_register::{Problem, Register};

use crate::config::Config;
use crate::config::check::check;
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

impl Finding {
    /// File and line.
    fn place(&self) -> String {
        match self.line {
            0 => self.file.display().to_string(),
            line => format!("{}:{line}", self.file.display()),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  do: {}", self.place(), self.what, self.remedy)
    }
}

/// Reads the file and the register it names.
///
/// # Errors
///
/// Everything wrong that could be found in one go; a file that cannot be read is one finding.
pub fn read(file: &Path) -> Result<(Config, Arc<Register>), Vec<Finding>> {
    let written = Written::read(file)?;
    let register = read_register(&written.config.register);
    let mut findings = written.check(register.as_deref().ok());
    match register {
        Ok(register) if findings.is_empty() => Ok((written.config, register)),
        Ok(_) => Err(findings),
        Err(found) => {
            findings.extend(found);
            Err(findings)
        }
    }
}

/// Reads the file without the register that it names: for commands, which work with the register in
/// force.
///
/// # Errors
///
/// Everything wrong with the file alone.
pub fn read_alone(file: &Path) -> Result<Config, Vec<Finding>> {
    let written = Written::read(file)?;
    let findings = written.check(None);
    if findings.is_empty() { Ok(written.config) } else { Err(findings) }
}

/// A configuration with the text that it was read from.
struct Written<'f> {
    file: &'f Path,
    text: String,
    config: Config,
}

impl Written<'_> {
    fn read(file: &Path) -> Result<Written<'_>, Vec<Finding>> {
        let text = std::fs::read_to_string(file).map_err(|error| {
            vec![at(
                file,
                0,
                format!("the file cannot be read: {error}"),
                "name a file with --config, or mend its permissions",
            )]
        })?;
        let mut config: Config = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(&text, span.start));
            vec![at(file, line, error.message().to_owned(), "compare the entry with docs/configuration.md")]
        })?;
        config.resolve_paths(file.parent().unwrap_or(Path::new("")));
        Ok(Written { file, text, config })
    }

    fn check(&self, register: Option<&Register>) -> Vec<Finding> {
        check(&self.config, register, &|header, what, remedy| {
            let line = self.text.lines().position(|line| line.trim_start().starts_with(header));
            at(self.file, line.map_or(0, |n| n as u64 + 1), what, remedy)
        })
    }
}

fn at(file: &Path, line: u64, what: String, remedy: &str) -> Finding {
    Finding { file: file.to_owned(), line, what, remedy: remedy.to_owned() }
}

fn read_register(file: &Path) -> Result<Arc<Register>, Vec<Finding>> {
    let at = |line, what, remedy| Finding { file: file.to_owned(), line, what, remedy };
    let text = std::fs::read_to_string(file).map_err(|error| {
        let remedy = "name the register file in darbaza.toml: register = \"register.yaml\"".to_owned();
        vec![at(0, format!("the register cannot be read: {error}"), remedy)]
    })?;
    let findings = |problems: Vec<Problem>| -> Vec<Finding> {
        problems.into_iter().map(|p| at(p.line, p.what, p.remedy)).collect()
    };
    let register = Register::read(&text).map_err(|unreadable| findings(unreadable.0))?;
    // A rule that is none is found here and not by the start.
    let policy = Policy::compile(Arc::new(register)).map_err(findings)?;
    Ok(Arc::clone(policy.register()))
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
        Some(first) => (format!("{}: {}", first.place(), first.what), first.remedy.clone()),
        None => ("nothing is wrong".to_owned(), String::new()),
    };
    let why = match findings.len() {
        0 | 1 => "nothing starts with a configuration that has a problem".to_owned(),
        n => format!("the configuration has {n} problems; `darbaza check` lists them all"),
    };
    Failure::usage(what, why, remedy)
}

/// A configuration that cannot be opened, as a command's failure.
pub(crate) fn unopened(file: &Path, why: &std::io::Error) -> Failure {
    let what = format!("the configuration {} cannot be opened", file.display());
    if why.kind() == std::io::ErrorKind::NotFound {
        Failure::usage(what, why, "name it with --config; sample/darbaza.toml is one to begin with")
    } else {
        Failure::environment(what, why, "make it readable for the user that runs Darbaza")
    }
}
