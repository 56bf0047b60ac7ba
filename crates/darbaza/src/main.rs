//! The program's entry.

fn main() -> std::process::ExitCode {
    darbaza::run(std::env::args_os())
}
