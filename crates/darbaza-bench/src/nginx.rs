//! nginx as a plain reverse proxy: what is lost where nothing is looked at.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::process::{Process, free_address};

/// A running nginx.
pub(crate) struct Nginx {
    /// The master, with its workers below it.
    pub(crate) process: Process,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Nginx {
    /// Starts nginx in front of the vendor: one worker for each core, connections to the vendor kept
    /// alive, no access log.
    pub(crate) fn start(
        program: &Path,
        folder: &Path,
        vendor: SocketAddr,
        cores: usize,
    ) -> anyhow::Result<Nginx> {
        let address = free_address()?;
        let folder = folder.join("nginx");
        std::fs::create_dir(&folder)?;
        let text = configuration(address, vendor, cores);
        let file = folder.join("nginx.conf");
        std::fs::write(&file, text).context("nginx.conf")?;
        let mut command = Command::new(program);
        command.arg("-p").arg(&folder).arg("-c").arg(&file).arg("-e").arg(folder.join("error.log"));
        let mut process = Process::start("nginx", &folder, &mut command)?;
        process.accepts(address)?;
        Ok(Nginx { process, address })
    }
}

fn configuration(address: SocketAddr, vendor: SocketAddr, cores: usize) -> String {
    let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("  {name}_temp_path temp-{name};\n"))
        .concat();
    // A master that is root would hand its workers to a user who cannot read the folder.
    format!(
        "daemon off;
user root root;
pid nginx.pid;
worker_processes {cores};
error_log error.log crit;
events {{ worker_connections 4096; }}
http {{
{paths}  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  upstream vendor {{ server {vendor}; keepalive 512; keepalive_requests 1000000000; }}
  server {{
    listen {address};
    location / {{
      proxy_pass http://vendor;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
    }}
  }}
}}
"
    )
}
