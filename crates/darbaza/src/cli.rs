//! The command line.

mod explain;
mod key;
mod register;
mod system;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use darbaza_core::Receipt;

use crate::config::{self, Config};
use crate::failure::Failure;

pub(crate) use explain::Explain;
pub(crate) use key::{Key, KeyIssue, KeyList, KeyRevoke, KeyRotate};
pub(crate) use register::{
    Register, RegisterApply, RegisterCheck, RegisterExport, RegisterHistory, RegisterPlan, RegisterTable,
};
pub(crate) use system::{System, SystemSwitch};

/// The gate between a company and the AI services it uses.
///
/// Start with `darbaza demo`. Exit codes: 0 done, 1 the answer is no, 2 usage or input, 3 disk,
/// network or permissions.
#[derive(Debug, Parser)]
#[command(name = "darbaza", version, propagate_version = true, subcommand_required = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start everything with an invented company, and a vendor that answers with what it received
    Demo(Demo),
    /// Start the gate
    Serve(ConfigFile),
    /// Say what is wrong with a configuration and its register; start nothing
    Check(ConfigFile),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Find personal data in the text on standard input
    Detect(Detect),
    /// Copy the data of a gate, running or not, so that they can be restored
    Backup(Backup),
    /// Make a data folder out of a backup
    Restore(Restore),
    /// The register: what is in force, and putting another one in force
    #[command(subcommand)]
    Register(Register),
    /// Say why a request was decided as it was, or how one would be
    Explain(Explain),
    /// API keys
    #[command(subcommand)]
    Key(Key),
    /// Suspend and resume AI systems
    #[command(subcommand)]
    System(System),
    /// The ledger
    #[command(subcommand)]
    Ledger(Ledger),
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "darbaza-demo")]
    pub(crate) data: PathBuf,
    /// Where the gate listens; port 0 lets the system choose
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4000")]
    pub(crate) gateway: SocketAddr,
    /// Where the console will listen; this version has none and keeps the option for scripts
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4001")]
    pub(crate) console: SocketAddr,
    /// Where the portal will listen; this version has none and keeps the option for scripts
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4002")]
    pub(crate) portal: SocketAddr,
    /// Where health and metrics listen [default: 127.0.0.1:4009, or a free port where the gate has one]
    #[arg(long, value_name = "ADDR")]
    pub(crate) operations: Option<SocketAddr>,
    /// Send no sample traffic
    #[arg(long)]
    pub(crate) quiet: bool,
    /// An OpenAI-compatible base address ending in /v1 that takes the mirror's place for all routes
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    /// A file to write once everything accepts requests
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every key of darbaza.toml with its default and meaning
    Reference {
        /// As a JSON Schema, for editors
        #[arg(long)]
        schema: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "darbaza.toml")]
    pub(crate) config: PathBuf,
}

/// Which data a command works on.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Data {
    /// The data folder [default: darbaza-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The configuration that names the data folder
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Detect {
    /// Read lines {"id","text"}, write lines {"id","findings"}; offsets count code points
    #[arg(long)]
    pub(crate) jsonl: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// Where to: a folder that does not exist or is empty
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Copy the secret keys too. Whoever has such a backup can sign as the gate
    #[arg(long)]
    pub(crate) with_keys: bool,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The ledger's public key, or a file with one a line; may repeat. Without it the backup's own are
    /// believed
    #[arg(long = "key", value_name = "VKEY")]
    pub(crate) keys: Vec<String>,
    /// A file with older checkpoints that the ledger must continue; may repeat
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) since: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Prove that nothing in the ledger was changed
    Verify(LedgerVerify),
    /// Write the proof that a decision is in the ledger
    Proof(LedgerProof),
    /// Close the ledger, which cannot be continued, and begin the one that the configuration names
    Begin(LedgerBegin),
}

#[derive(Debug, Args)]
pub(crate) struct LedgerVerify {
    /// Folders of tiles, or proof files with the record beside them, to verify without any
    /// database; else the ledger of the data folder
    #[arg(value_name = "FILES")]
    pub(crate) folders: Vec<PathBuf>,
    /// The ledger's public key, or a file with one a line; may repeat. Without it the ledger is only
    /// compared with itself
    #[arg(long = "key", value_name = "VKEY")]
    pub(crate) keys: Vec<String>,
    /// A file with older checkpoints that the ledger must continue; may repeat
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) since: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct LedgerBegin {
    /// The configuration, with a new `origin` and, where it names an `export`, a new one
    #[arg(long, value_name = "FILE", default_value = "darbaza.toml")]
    pub(crate) config: PathBuf,
    /// A file that checkpoints of the former ledger were exported to, so that what is lost of it is
    /// recorded; may repeat
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) since: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LedgerProof {
    /// The receipt of the decision
    #[arg(value_parser = receipt)]
    pub(crate) receipt: Receipt,
    /// Where to write the proof; the record itself goes beside it with the ending .json
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: Data,
}

/// A wrong command line, in the three lines of every failure.
pub(crate) fn failure(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let said = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let (what, why) = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            ("a command is missing", "by itself it does nothing")
        }
        ErrorKind::InvalidSubcommand => (said, "there is no such command"),
        ErrorKind::UnknownArgument => (said, "the command has no such option"),
        ErrorKind::ArgumentConflict => (said, "one of them is enough"),
        ErrorKind::ValueValidation => {
            // invalid value 'VALUE' for '--option <NAME>': what is wrong with it
            let end = said.find("': ").map_or(said.len(), |quote| quote + 1);
            let (what, why) = said.split_at(end);
            (what, why.trim_start_matches(": "))
        }
        // The first line ends with a colon; the next ones name what is missing.
        _ => said.split_once(":\n").unwrap_or((said, "the option takes a value")),
    };
    let tip = text.lines().find_map(|line| line.trim().strip_prefix("tip: "));
    let usage = text.lines().find_map(|line| line.trim().strip_prefix("Usage: "));
    let remedy = match (tip, usage) {
        _ if error.kind() == ErrorKind::InvalidSubcommand => {
            "name one of demo, serve, check, config, detect, backup, restore, register, explain, key, system, ledger; `--help` tells more"
                .to_owned()
        }
        (Some(tip), _) => format!("{tip}; `--help` tells more"),
        (None, Some(usage)) => format!("write it as `{usage}`; `--help` tells more"),
        (None, None) => "`--help` after the command tells its options".to_owned(),
    };
    Failure::usage(what, why, remedy)
}

fn day(text: &str) -> Result<jiff::civil::Date, &'static str> {
    text.parse().map_err(|_| "a day is written as YYYY-MM-DD, such as 2027-01-31")
}

fn receipt(text: &str) -> Result<Receipt, &'static str> {
    text.parse().map_err(|_| "a receipt is what the header Darbaza-Receipt of an answer holds, a UUID")
}

impl Data {
    /// The data folder.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        match (&self.data, self.configuration()?) {
            (Some(data), _) => Ok(data.clone()),
            (None, Some(config)) => Ok(config.data),
            (None, None) => Ok(PathBuf::from("darbaza-data")),
        }
    }

    /// The folder of the secret keys of that data folder.
    pub(crate) fn keys_folder(&self, data: &Path) -> Result<PathBuf, Failure> {
        Ok(self.configuration()?.map_or_else(|| data.join("keys"), |config| config.keys_folder()))
    }

    /// The folder that the checkpoints of that data folder are exported to.
    pub(crate) fn export_folder(&self, data: &Path) -> Result<PathBuf, Failure> {
        Ok(self.configuration()?.map_or_else(|| data.join("checkpoints"), |config| config.export_folder()))
    }

    fn configuration(&self) -> Result<Option<Config>, Failure> {
        self.config.as_deref().map(Data::read).transpose()
    }

    /// A configuration.
    pub(crate) fn read(file: &Path) -> Result<Config, Failure> {
        std::fs::File::open(file).map_err(|why| config::unopened(file, &why))?;
        config::read_alone(file).map_err(|findings| config::failure(&findings))
    }
}
