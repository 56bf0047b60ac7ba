//! `darbaza register`.

mod apply;
mod check;
mod export;
mod history;
mod plan;
mod table;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use darbaza_policy::Policy;
use darbaza_register::{Problem, Register as Facts};
use darbaza_store::{RegisterStore, RegisterVersion, StoreError};
use darbaza_store_sqlite::SqliteMain;

use crate::cli::{Data, Register};
use crate::failure::{Failure, with_sources};
use crate::register_desk::compile;

/// Does what is asked with registers.
pub(super) fn run(command: Register) -> Result<ExitCode, Failure> {
    match command {
        Register::Check(options) => check::run(&options),
        Register::Plan(options) => plan::run(&options),
        Register::Apply(options) => apply::run(options),
        Register::Export(options) => export::run(&options),
        Register::History(options) => history::run(&options),
        Register::Table(options) => table::run(&options),
    }
}

/// The text of a register file.
fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|why| match why.kind() {
        std::io::ErrorKind::NotFound => Failure::usage(
            format!("there is no register file {}", file.display()),
            why,
            "name a file; `darbaza register export FILE` writes the register in force as one",
        ),
        std::io::ErrorKind::InvalidData => Failure::usage(
            format!("the register file {} is no text", file.display()),
            why,
            "save it as UTF-8",
        ),
        _ => Failure::environment(
            format!("the register file {} cannot be read", file.display()),
            why,
            "make it readable for the user that runs Darbaza",
        ),
    })
}

/// Facts and rules of a text, or all that is wrong with it.
fn problems_or_policy(text: &str) -> Result<Policy, Vec<Problem>> {
    let facts = Facts::read(text).map_err(|unreadable| unreadable.0)?;
    Policy::compile(Arc::new(facts))
}

/// The registers of a data folder, read beside a running server too.
pub(super) fn versions(data: &Data) -> Result<SqliteMain, Failure> {
    let folder = data.folder()?;
    if !folder.join("main.db").exists() {
        return Err(Failure::usage(
            format!("{} is not the data folder of a gate", folder.display()),
            "no server was ever started with it",
            "start one with `darbaza serve` or `darbaza demo`, or name its folder with --data",
        ));
    }
    SqliteMain::open_reader(&folder).map_err(unreadable)
}

pub(super) fn in_force(versions: &dyn RegisterStore) -> Result<RegisterVersion, Failure> {
    versions.in_force().map_err(unreadable)?.ok_or_else(|| {
        Failure::usage(
            "no register is in force",
            "no server was started with this data folder since registers are kept in it",
            "start one with `darbaza serve` or `darbaza demo`",
        )
    })
}

fn numbered(versions: &dyn RegisterStore, number: u64) -> Result<RegisterVersion, Failure> {
    versions.number(number).map_err(unreadable)?.ok_or_else(|| {
        Failure::usage(
            format!("there was never a register number {number}"),
            "each register that was put in force has the next number",
            "`darbaza register history` lists them",
        )
    })
}

fn policy_of(version: &RegisterVersion) -> Result<Policy, Failure> {
    compile(&version.register.text)
}

fn unreadable(why: StoreError) -> Failure {
    Failure::environment(
        "the registers of the data folder cannot be read",
        with_sources(&why),
        "look at its permissions, and at the version that wrote it",
    )
}
