//! `darbaza serve`.

use std::path::Path;
use std::process::ExitCode;

use darbaza_gateway::{Clock, Endpoint, Limits, Times, VendorAddress, VendorTable};

use super::{AskedToEnd, runtime, say};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::server::{FirstRegister, Server, Setup};
use crate::telemetry;

/// Serves until it is asked to end.
pub(super) fn run(file: &Path) -> Result<ExitCode, Failure> {
    telemetry::start("info");
    std::fs::File::open(file).map_err(|why| config::unopened(file, &why))?;
    let (config, _) = config::read(file).map_err(|findings| config::failure(&findings))?;
    let setup = setup(config)?;
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

fn setup(config: Config) -> Result<Setup, Failure> {
    let register = std::fs::read_to_string(&config.register).map_err(|why| {
        Failure::environment(
            format!("the register {} cannot be read", config.register.display()),
            why,
            "mend its permissions",
        )
    })?;
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
