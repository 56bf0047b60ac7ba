//! The project's own automation: `cargo xtask COMMAND`.

mod dictionaries;

use std::path::PathBuf;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("dictionaries") => {
            let from = match (arguments.next().as_deref(), arguments.next()) {
                (None, None) => PathBuf::from("../shared/data"),
                (Some("--data-from"), Some(folder)) => PathBuf::from(folder),
                _ => bail!("usage: cargo xtask dictionaries [--data-from DIR]"),
            };
            dictionaries::run(&from)
        }
        _ => bail!("usage: cargo xtask dictionaries [--data-from DIR]"),
    }
}
