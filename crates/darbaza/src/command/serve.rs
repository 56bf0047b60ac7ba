//! `darbaza serve`.

use std::path::Path;
use std::process::ExitCode;

use darbaza_gateway::{Clock, Endpoint, Limits, Times, VendorAddress, VendorTable};
use darbaza_store::RegisterStore;
use darbaza_store_sqlite::SqliteMain;

use super::{AskedToEnd, runtime, say};
use crate::config::{self, Config, Finding};
use crate::failure::Failure;
use crate::server::{FirstRegister, Server, Setup};
use crate::telemetry;

/// Serves until it is asked to end.
pub(super) fn run(file: &Path) -> Result<ExitCode, Failure> {
    telemetry::start("info");
    std::fs::File::open(file).map_err(|why| config::unopened(file, &why))?;
    let setup = match config::read(file) {
        Ok((config, _)) => {
            let text = register_text(&config)?;
            setup(config, text)?
        }
        Err(findings) => without_its_register(file, &findings)?,
    };
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let server = Server::start(setup).await?;
        let asked = AskedToEnd::listen()?;
        say(format_args!("gate       {}", server.gateway()));
        say(format_args!("operations {}", server.operations()));
        server.run_until(asked.wait()).await
    });
    runtime.shutdown_background();
    result.map(|()| ExitCode::SUCCESS)
}

fn register_text(config: &Config) -> Result<String, Failure> {
    std::fs::read_to_string(&config.register).map_err(|why| {
        Failure::environment(
            format!("the register {} cannot be read", config.register.display()),
            why,
            "mend its permissions",
        )
    })
}

/// The file is only what the first start begins with. Where the data folder has a register in force, a
/// file that was broken or moved since must not keep the gate down.
fn without_its_register(file: &Path, findings: &[Finding]) -> Result<Setup, Failure> {
    let config = config::read_alone(file).map_err(|findings| config::failure(&findings))?;
    let of_register = |finding: &Finding| finding.file == config.register;
    let in_force = match findings.iter().all(of_register) {
        true => SqliteMain::open_reader(&config.data).ok().and_then(|store| store.in_force().ok().flatten()),
        false => None,
    };
    let Some(in_force) = in_force else { return Err(config::failure(findings)) };
    tracing::warn!(
        register.number = in_force.number,
        register.problems = findings.len(),
        "the register file cannot be used; the register in force is obeyed. `darbaza check` lists the problems"
    );
    setup(config, in_force.register.text)
}

fn setup(config: Config, register: String) -> Result<Setup, Failure> {
    let [connect, first_byte, idle] = config.limits.times();
    Ok(Setup {
        keys: config.keys_folder(),
        export: config.export_folder(),
        origin: config.origin.clone(),
        register: FirstRegister {
            text: register,
            replaces: false,
            reason: format!("first start with {}", config.register.display()),
        },
        vendors: vendors(&config)?,
        times: Times { connect, first_byte, idle },
        limits: limits(&config.limits),
        waits: config.limits.waits(),
        disk_free_bytes: config.limits.disk_free_bytes,
        clock: Clock::default(),
        gateway: config.gateway.clone(),
        operations: config.operations.clone(),
        data: config.data,
    })
}

/// The bounds that the gate itself keeps.
pub(super) fn limits(limits: &config::Limits) -> Limits {
    Limits {
        body_bytes: limits.body_bytes,
        answer_bytes: limits.answer_bytes,
        concurrent_requests: limits.concurrent_requests,
    }
}

fn vendors(config: &Config) -> Result<VendorTable, Failure> {
    let mut table = VendorTable::new();
    for (key, vendor) in &config.vendors {
        let unusable = |why: &dyn std::fmt::Display| {
            Failure::usage(
                format!("vendor {key} cannot be used"),
                why,
                "compare it with docs/configuration.md",
            )
        };
        let address = if vendor.url == "mirror" {
            VendorAddress::Mirror
        } else {
            let secret = vendor.secret.as_ref().map(config::SecretSource::read).transpose();
            let secret = secret.map_err(|why| unusable(&why))?;
            let endpoint = Endpoint::new(&vendor.url, secret, vendor.local).map_err(|why| unusable(&why))?;
            VendorAddress::Service(endpoint)
        };
        table.insert(key.clone(), address);
    }
    Ok(table)
}
