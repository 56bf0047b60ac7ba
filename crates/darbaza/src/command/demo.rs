//! `darbaza demo`: everything started with an invented company, through the doors of a customer's.

mod ready;
mod traffic;

use std::net::SocketAddr;
use std::process::ExitCode;

use darbaza_core::VendorKey;
use darbaza_gateway::{Clock, Endpoint, Times, VendorAddress, VendorTable};
use darbaza_register::Register;
use zeroize::Zeroizing;

use super::serve::limits;
use super::{AskedToEnd, runtime, say};
use crate::cli::Demo;
use crate::config::{Limits, Listener};
use crate::failure::Failure;
use crate::key_desk::KeyRequest;
use crate::server::{FirstRegister, Server, Setup};
use crate::telemetry;
use ready::ReadyFile;

/// The sample company's register.
const REGISTER: &str = include_str!("../../../../sample/register.yaml");

/// An API key for each AI system of the sample.
type SystemKeys = Vec<(String, Zeroizing<String>)>;

/// Runs the demo until Ctrl-C.
pub(super) fn run(options: Demo) -> Result<ExitCode, Failure> {
    telemetry::start("warn");
    let setup = setup(&options)?;
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let server = Server::start(setup).await?;
        let asked = AskedToEnd::listen()?;
        let keys = fresh_keys(&server)?;
        let ready = match &options.ready_file {
            Some(path) => Some(ReadyFile::write(path, server.gateway(), &keys)?),
            None => None,
        };
        greet(&server, &keys, options.upstream.as_deref());
        let gateway = server.gateway().to_owned();
        let traffic = async {
            if !options.quiet {
                traffic::send(&gateway, &keys).await;
            }
            say("Ctrl-C ends the demo.");
            std::future::pending::<()>().await;
        };
        let end = async {
            tokio::select! {
                () = asked.wait() => {}
                () = traffic => {}
            }
            // Requests under way still end, but no script should begin new ones.
            drop(ready);
        };
        server.run_until(end).await
    });
    runtime.shutdown_background();
    result.map(|()| ExitCode::SUCCESS)
}

fn setup(options: &Demo) -> Result<Setup, Failure> {
    let limits_of = Limits::default();
    let [connect, first_byte, idle] = limits_of.times();
    // A demo whose gate takes any free port runs beside another one.
    let free = options.gateway.port() == 0;
    let operations = options.operations.unwrap_or_else(|| loopback(if free { 0 } else { 4009 }));
    Ok(Setup {
        keys: options.data.join("keys"),
        export: options.data.join("checkpoints"),
        origin: "demo.darbaza.example/audit/1".to_owned(),
        register: FirstRegister {
            text: REGISTER.to_owned(),
            replaces: true,
            reason: "the sample company of the demo".to_owned(),
        },
        vendors: vendors(options.upstream.as_deref())?,
        times: Times { connect, first_byte, idle },
        limits: limits(&limits_of),
        waits: limits_of.waits(),
        disk_free_bytes: limits_of.disk_free_bytes,
        clock: Clock::default(),
        gateway: Listener { listen: options.gateway, ..Listener::loopback(0) },
        operations: Listener { listen: operations, ..Listener::loopback(0) },
        data: options.data.clone(),
    })
}

fn loopback(port: u16) -> SocketAddr {
    (std::net::Ipv4Addr::LOCALHOST, port).into()
}

/// Every vendor of the sample is the mirror, or the one upstream. An upstream that is not on
/// loopback is abroad: the routes meant for the company's own network then refuse.
fn vendors(upstream: Option<&str>) -> Result<VendorTable, Failure> {
    let register = Register::read(REGISTER)
        .map_err(|why| Failure::usage("the sample register cannot be used", why, "report this"))?;
    let address = |_: &VendorKey| match upstream {
        None => Ok(VendorAddress::Mirror),
        Some(url) => {
            let secret = std::env::var("DARBAZA_UPSTREAM_KEY").ok().filter(|s| !s.is_empty());
            Endpoint::new(url, secret.map(Zeroizing::new), is_loopback(url)).map(VendorAddress::Service).map_err(
                |why| {
                    Failure::usage(
                        "the upstream cannot be used",
                        why,
                        "give the base address of an OpenAI-compatible service, such as http://127.0.0.1:8080/v1",
                    )
                },
            )
        }
    };
    register.vendors().map(|vendor| Ok((vendor.key.clone(), address(&vendor.key)?))).collect()
}

fn is_loopback(url: &str) -> bool {
    let authority = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    let authority = authority.unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// A key for each system; the ones of an earlier start open nothing any more.
fn fresh_keys(server: &Server) -> Result<SystemKeys, Failure> {
    let register = Register::read(REGISTER)
        .map_err(|why| Failure::usage("the sample register cannot be used", why, "report this"))?;
    let mut keys = Vec::new();
    for system in register.systems() {
        server.revoke_keys(&system.key)?;
        let request = KeyRequest::new(system.key.clone(), "demo");
        keys.push((system.key.to_string(), server.issue_key(&request)?.key));
    }
    Ok(keys)
}

fn greet(server: &Server, keys: &SystemKeys, upstream: Option<&str>) {
    match upstream {
        None => say(
            "Darbaza, with the invented company Sauda Market and a vendor that answers with what it received.",
        ),
        Some(url) => say(format_args!(
            "Darbaza, with the invented company Sauda Market; {url} stands for every vendor."
        )),
    }
    say(format_args!("\n  gate        {}/v1   (an OpenAI base URL)", server.gateway()));
    say(format_args!("  operations  {}", server.operations()));
    say("\n  API keys, one for each AI system:");
    for (system, key) in keys {
        say(format_args!("    {system:<16}{}", key.as_str()));
    }
    if let Some((_, key)) = keys.iter().find(|(system, _)| system == "support-chat") {
        say(match upstream {
            None => "\n  Try it; the answer shows your own text, the mirror saw tokens in its place:",
            Some(_) => "\n  Try it; the service sees tokens in place of the name and the number:",
        });
        say(format_args!(
            "    curl -si {}/v1/chat/completions -H 'Authorization: Bearer {}' \\\n      -H 'Content-Type: application/json' \\\n      -d '{{\"model\":\"any\",\"messages\":[{{\"role\":\"user\",\"content\":\"Я Ахметова Гульнара, ИИН 920417499926\"}}]}}'\n",
            server.gateway(),
            key.as_str()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_this_machine_count_as_local() {
        for (url, local) in [
            ("http://127.0.0.1:8080/v1", true),
            ("http://localhost:8080/v1", true),
            ("http://[::1]:8080/v1", true),
            ("https://api.example.com/v1", false),
            ("http://127.0.0.1.example.com/v1", false),
            ("http://localhost.example.com:80/v1", false),
            ("https://10.0.0.1/v1", false),
        ] {
            assert_eq!(is_loopback(url), local, "{url}");
        }
    }
}
