//! Logs: one JSON object a line on standard error, no personal data. docs/logging.md says what is
//! never logged.

use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

/// Starts logging at `level` and above; `DARBAZA_LOG` overrides it.
pub(crate) fn start(level: &str) {
    let filter = EnvFilter::try_from_env("DARBAZA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let logs = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = logs.try_init();
    std::panic::set_hook(Box::new(tell_of_panic));
}

/// The message of a panic may quote what was being worked on, so only its place is told.
pub fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic.place = %place, "a thread panicked");
}
