//! `darbaza system suspend|resume`: the kill switch.

use std::process::ExitCode;

use darbaza_gateway::told;

use super::desk::at_desk;
use super::say;
use crate::cli::{System, SystemSwitch};
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::system_desk::{Switched, SystemRequest};

/// Does what is asked with systems.
pub(super) fn run(command: System) -> Result<ExitCode, Failure> {
    match command {
        System::Suspend(options) => suspend(options)?,
        System::Resume(options) => resume(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn suspend(options: SystemSwitch) -> Result<(), Failure> {
    let SystemSwitch { system, reason, data } = options;
    let asked = SystemRequest { system, reason };
    let switched: Switched =
        at_desk(&data, "/systems/suspend", &asked, |own| own.system_desk()?.suspend(&asked, &os_user()))?;
    let (system, since) = (&asked.system, told(switched.since));
    if switched.before {
        say(format_args!("{system} is suspended already, since {since} (Kazakhstan time)"));
    } else {
        say(format_args!("{system} is suspended since {since} (Kazakhstan time)"));
    }
    Ok(())
}

fn resume(options: SystemSwitch) -> Result<(), Failure> {
    let SystemSwitch { system, reason, data } = options;
    let asked = SystemRequest { system, reason };
    let switched: Switched =
        at_desk(&data, "/systems/resume", &asked, |own| own.system_desk()?.resume(&asked, &os_user()))?;
    let since = told(switched.since);
    say(format_args!("{} is resumed; it was suspended since {since} (Kazakhstan time)", asked.system));
    Ok(())
}
