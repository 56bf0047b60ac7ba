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
fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic.place = %place, "a thread panicked");
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_told_by_its_place_alone() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(tell_of_panic));
        let caught = tracing::subscriber::with_default(subscriber, || {
            std::panic::catch_unwind(|| panic!("while reading 920417499926"))
        });
        std::panic::set_hook(usual);
        assert!(caught.is_err());
        let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(told.contains("a thread panicked") && told.contains("telemetry.rs"), "{told}");
        assert!(!told.contains("920417499926"), "{told}");
    }
}
