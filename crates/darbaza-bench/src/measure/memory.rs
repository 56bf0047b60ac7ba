//! Resident memory of the program.

use std::time::Duration;

use super::Bench;
use crate::figure::Figure;
use crate::load::Connection;
use crate::prompt::{Answering, Prompt};

/// What the program may take at rest, in MiB.
const AT_REST: f64 = 64.0;
/// After the last request.
const REST: Duration = Duration::from_secs(5);

/// After a start and a few requests, at rest.
pub(super) async fn at_rest(bench: &Bench, name: &str) -> anyhow::Result<Vec<Figure>> {
    let mut connection = Connection::open(bench.gate.target(Vec::new())?.address).await?;
    for prompt in [Prompt::Plain, Prompt::Personal] {
        let target = bench.gate.target(prompt.bodies(Answering::AtOnce))?;
        for number in 0..target.variety() {
            connection.exchange(target.request(number)?).await?;
        }
    }
    tokio::time::sleep(REST).await;
    Ok(vec![
        Figure::lower(name, "resident", bench.gate.process.resident()?, "MiB").target(AT_REST).grain(4.0),
    ])
}

/// As it is now.
pub(super) fn after(bench: &Bench, name: &str) -> anyhow::Result<Vec<Figure>> {
    let resident = Figure::lower(name, "resident", bench.gate.process.resident()?, "MiB").grain(16.0);
    Ok(vec![resident.note("after the runs above, not at rest")])
}
